"""The picture of a day's stories: each copy hangs on the copy that it was matched with."""

from collections.abc import Mapping, Sequence

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from pipeline.report import words
from pipeline.report.facts import Copy, Entry, Figure
from pipeline.report.graph import packed
from pipeline.report.plots import WIDTH
from pipeline.report.svg import COLOUR, inline, styled

_UNITS = 26.0
"""Width of the picture, in steps between two copies."""
_KINDS = {
    "canonical": "canonical copy",
    "exact": "same words",
    "near": "nearly all the same",
    "contained": "cut down",
    "update": "with new paragraphs",
}
_NAME_SHOWN = 23
_LEGEND = 0.45
"""Inches above the picture."""


def day_graph(
    day: str, stories: Mapping[str, Sequence[Copy]], entries: Mapping[str, Entry]
) -> Figure:
    """Draw the stories of a day that have copies, the largest first; each leads to its page."""
    clusters = packed(stories, _UNITS)
    height = max((c.bottom for c in clusters), default=1) + 0.8
    with styled():
        below = WIDTH * height / _UNITS
        drawing = Drawing(figsize=(WIDTH, below + _LEGEND))
        axes = drawing.add_axes((0, 0, 1, below / (below + _LEGEND)))
        nodes = [(c, n, c.x + n.x, c.y + n.y) for c in clusters for n in c.nodes]
        ways = [((x, y), (c.x + n.from_x, c.y + n.from_y)) for c, n, x, y in nodes]
        axes.add_collection(LineCollection(ways, colors=COLOUR["faint"], linewidths=0.9, zorder=1))
        for kind in _KINDS:
            own = [(c, x, y) for c, n, x, y in nodes if n.kind == kind]
            dots = axes.scatter(
                [x for _, x, _ in own],
                [y for _, _, y in own],
                s=95 if kind == "canonical" else 40,
                c=COLOUR[kind],
                linewidths=0,
                zorder=3 if kind == "canonical" else 2,
            )
            dots.set_urls([address(c.story_id) for c, _, _ in own])
        for cluster in clusters:
            _name(axes, cluster.x, cluster.bottom, entries[cluster.story_id])
        axes.set(xlim=(0, _UNITS), ylim=(height, 0))
        axes.set_axis_off()
        marks = [
            Line2D(
                [],
                [],
                marker="o",
                linestyle="",
                markersize=7 if kind == "canonical" else 5,
                markeredgewidth=0,
                color=COLOUR[kind],
                label=name,
            )
            for kind, name in _KINDS.items()
        ]
        axes.figure.legend(handles=marks, loc="upper center", ncols=5, handlelength=1)
        svg = inline(drawing, "graph", f"The stories of {day} and their copies")
    return Figure(
        "graph",
        f"The stories of {day}",
        "Each dot is a copy and hangs on the copy that it was matched with, the canonical copy in "
        f"the middle. {_which(len(stories))}",
        svg,
        ("story", "copies", "outlets", "canonical copy from"),
        tuple(_row(entries[story_id], copies) for story_id, copies in stories.items()),
        links=True,
    )


def _which(stories: int) -> str:
    if stories == 1:
        return "One story of that day has copies; it leads to its page."
    return f"The {stories} stories of that day with most copies; each leads to its page."


def address(story_id: str) -> str:
    """Return where the page of a story lies, from the top of the report."""
    return f"stories/{story_id[:2]}/{story_id}.html"


def _name(axes: object, x: float, y: float, entry: Entry) -> None:
    """Write the beginning of a headline below its story."""
    name = words.visible(words.heading(entry.title, entry.text))
    short = name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1].rstrip() + "…"
    axes.text(x, y, short, ha="center", va="top", fontsize=8.5)  # type: ignore[attr-defined]


def _row(entry: Entry, copies: Sequence[Copy]) -> tuple[str | int, ...]:
    outlets = {copy.outlet for copy in copies}
    name = words.heading(entry.title, entry.text)
    return name, entry.copies, len(outlets), copies[0].outlet
