"""The pictures of a run report, as static SVG on a card of their own: legible on any ground."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK, PAPER, KEPT, CUT, BAD = "#1f2933", "#ffffff", "#2f855a", "#c05621", "#c53030"
_STYLE: Any = {
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "copydesk",
    "figure.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def words(kept: int, removed: Mapping[str, int]) -> str:
    """Return bars of the words that were kept, and of those removed by label."""
    told = [("kept", kept), *sorted(removed.items(), key=lambda pair: (-pair[1], pair[0]))]
    total = max(1, sum(number for _, number in told))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 0.5 + 0.26 * len(told)), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh(
            [name for name, _ in told],
            [number for _, number in told],
            color=[KEPT] + [CUT] * len(removed),
        )
        axes.bar_label(bars, [f"{n:,} ({n / total:.0%})" for _, n in told], padding=3)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.margins(x=0.2)
        axes.set_title("Words kept, and removed by label", loc="left", fontsize=10)
        return _svg(figure)


def runs(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return bars of the documents that runs stored and the records they rejected, oldest first."""
    places = range(len(rows))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 2.2), layout="constrained")
        axes = figure.subplots()
        stored = [row["stored"] for row in rows]
        axes.bar(places, stored, color=KEPT, label="stored")
        axes.bar(
            places, [row["rejected"] for row in rows], bottom=stored, color=BAD, label="rejected"
        )
        step = max(1, len(rows) // 6)
        axes.set_xticks(
            list(places)[::step], [f"{row['started_at']:%d %b\n%H:%M}" for row in rows][::step]
        )
        axes.set_title("Records of this run and those before it", loc="left", fontsize=10)
        axes.legend(frameon=False, ncols=2, loc="upper right", bbox_to_anchor=(1, 1.2))
        axes.locator_params(axis="y", integer=True, nbins=4)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
