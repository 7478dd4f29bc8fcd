"""The charts of the comparison: bars of medians with whiskers, a panel an input, as static SVG."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tests.bench.contest import INPUTS, OURS, PEERS, title
from tests.bench.ratios import Cell, measure, of, spread
from tests.bench.story_chart import INK, STYLE, mpl

COLOURS = {OURS: "#2f81c7", "script": "#d9742b", "datatrove": "#8a9a3b"}


def draw(cells: Sequence[Cell], name: str, label: str, path: Path) -> None:
    """Draw a measure of Copydesk and its peers on each input of documents."""
    inputs = [
        one for one in INPUTS if one.kind != "fixed" and any(c.input == one.name for c in cells)
    ]
    rows = -(-max(1, len(inputs)) // 2)
    with mpl.rc_context(STYLE):
        figure, panels = plt.subplots(rows, 2, figsize=(9, 0.6 + 1.5 * rows), squeeze=False)
        for axes in panels.flat[len(inputs) :]:
            axes.set_visible(False)
        for axes, one in zip(panels.flat, inputs, strict=False):
            _panel(axes, [cell for cell in cells if cell.input == one.name], name)
            axes.set_title(one.title, loc="left", fontsize=11)
        figure.supxlabel(label, fontsize=11)
        figure.tight_layout()
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)


def _panel(axes: Axes, cells: Sequence[Cell], name: str) -> None:
    scale = 1e-6 if name == "memory" else 1
    told = {
        system: spread([scale * measure(cell, name) for cell in runs])
        for system in (OURS, *PEERS)
        if (runs := of(cells, cells[0].input, system))
    }
    bars = axes.barh(
        [title(system).split(":")[0] for system in told],
        [one.median for one in told.values()],
        0.6,
        xerr=[
            [one.median - one.least for one in told.values()],
            [one.most - one.median for one in told.values()],
        ],
        color=[COLOURS[system] for system in told],
        ecolor=INK,
        error_kw={"linewidth": 1},
    )
    texts = [f"{v.median:,.0f}" if v.median >= 20 else f"{v.median:,.1f}" for v in told.values()]
    axes.bar_label(bars, texts, padding=6, color=INK)
    axes.margins(x=0.18)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
