"""The chart of the scale benchmark: CPU seconds against documents, as a static SVG."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

from tests.bench.staged import TELLING

INK = "#7a8290"
"""Legible on white and on black."""
COLOURS = {"full build": "#2f81c7", "a day's news": "#d9742b"}
STYLE = {
    "font.size": 11,
    "font.family": "sans-serif",
    "svg.fonttype": "none",
    "svg.hashsalt": "copydesk",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def draw(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Draw the CPU seconds from text to story, and with the edition published, by documents."""
    lines = _lines(rows)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7, 4.2))
        for (kind, whole), points in sorted(lines.items()):
            label = f"{kind}, {'published' if whole else 'text to story'}"
            axes.plot(
                *zip(*sorted(points), strict=True),
                marker="o",
                color=COLOURS[kind],
                linestyle="--" if whole else "-",
                label=label,
            )
        axes.set(xscale="log", yscale="log", xlabel="documents in the store", ylabel="CPU seconds")
        axes.grid(visible=True, color=INK, alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_minor_formatter("{x:,.0f}")
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)


def _lines(
    rows: Iterable[Mapping[str, Any]],
) -> dict[tuple[str, bool], list[tuple[int, float]]]:
    lines: dict[tuple[str, bool], list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        if row["one_offer"]:
            continue
        kind = "a day's news" if row["known"] else "full build"
        telling = sum(row["seconds"][name] for name in TELLING)
        documents = row["known"] or row["documents"]
        lines[kind, False].append((documents, telling))
        lines[kind, True].append((documents, telling + row["seconds"]["publish"]))
    return lines
