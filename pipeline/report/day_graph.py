"""The picture of a day's stories: each copy hangs on the copy that it was matched with."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D

from pipeline.report import words
from pipeline.report.facts import Copy, Entry, Figure
from pipeline.report.graph import Cluster, packed
from pipeline.report.plots import WIDTH
from pipeline.report.svg import COLOUR, inline, styled

_UNITS = 26.0
"""Width of the picture, in steps between two copies."""
_KINDS = {
    "canonical": ("canonical copy", "o"),
    "exact": ("same words", "s"),
    "near": ("nearly all the same", "D"),
    "contained": ("cut down", "v"),
    "update": ("with new paragraphs", "P"),
}
"""By kind: what it is called, and its marker, for not all see colours apart."""
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
        _draw(axes, clusters)
        for cluster in clusters:
            _name(axes, cluster.x, cluster.bottom, entries[cluster.story_id])
        axes.set(xlim=(0, _UNITS), ylim=(height, 0))
        axes.set_axis_off()
        axes.figure.legend(handles=_legend(), loc="upper center", ncols=5, handlelength=1)
        names = {address(c.story_id): _heading(entries[c.story_id]) for c in clusters}
        svg = inline(drawing, "graph", f"The stories of {day} and their copies", names)
    return Figure(
        "graph",
        f"The stories of {day}",
        "Each mark is a copy and hangs on the copy that it was matched with, the canonical copy in "
        f"the middle. {_which(len(stories))}{_cut_off(clusters)}",
        svg,
        (
            *("story", "copies", "outlets", "canonical copy from"),
            *(name for name, _ in list(_KINDS.values())[1:]),
        ),
        tuple(_row(entries[story_id], copies) for story_id, copies in stories.items()),
        of_chosen=True,
    )


def _draw(axes: Axes, clusters: Sequence[Cluster]) -> None:
    nodes = [(c, n, c.x + n.x, c.y + n.y) for c in clusters for n in c.nodes]
    ways = [((x, y), (c.x + n.from_x, c.y + n.from_y)) for c, n, x, y in nodes]
    axes.add_collection(LineCollection(ways, colors=COLOUR["edge"], linewidths=0.9, zorder=1))
    for kind, (_, marker) in _KINDS.items():
        own = [(c, x, y) for c, n, x, y in nodes if n.kind == kind]
        marks = axes.scatter(
            [x for _, x, _ in own],
            [y for _, _, y in own],
            s=95 if kind == "canonical" else 40,
            c=COLOUR[kind],
            marker=marker,
            linewidths=0,
            zorder=3 if kind == "canonical" else 2,
        )
        if kind == "canonical":
            marks.set_urls([address(c.story_id) for c, _, _ in own])


def _legend() -> list[Line2D]:
    return [
        Line2D(
            [],
            [],
            marker=marker,
            linestyle="",
            markersize=7 if kind == "canonical" else 5,
            markeredgewidth=0,
            color=COLOUR[kind],
            label=name,
        )
        for kind, (name, marker) in _KINDS.items()
    ]


def _which(stories: int) -> str:
    if stories == 1:
        return "One story of that day has copies; it leads to its page."
    return f"The {stories} stories of that day with most copies; each leads to its page."


def _cut_off(clusters: Sequence[Cluster]) -> str:
    """Say of which stories not all copies are drawn."""
    some = [f"{len(c.nodes):,} of {len(c.nodes) + c.left_out:,}" for c in clusters if c.left_out]
    return f" Of the largest not all copies are drawn: {', '.join(some)}." if some else ""


def address(story_id: str) -> str:
    """Return where the page of a story lies, from the top of the report."""
    return f"stories/{story_id[:2]}/{story_id}.html"


def _name(axes: Axes, x: float, y: float, entry: Entry) -> None:
    """Write the beginning of a headline below its story, as the way to its page."""
    name = _heading(entry)
    short = name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1].rstrip() + "…"
    axes.text(x, y, short, ha="center", va="top", fontsize=8.5, url=address(entry.story_id))


def _heading(entry: Entry) -> str:
    return words.visible(words.heading(entry.title, entry.text))


def _row(entry: Entry, copies: Sequence[Copy]) -> tuple[str | int, ...]:
    outlets = {copy.outlet for copy in copies}
    name = words.heading(entry.title, entry.text)
    kinds = Counter(copy.kind for copy in copies)
    numbers = (kinds[kind] for kind in list(_KINDS)[1:])
    return name, entry.copies, len(outlets), copies[0].outlet, *numbers
