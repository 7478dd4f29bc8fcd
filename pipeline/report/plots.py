"""The pictures of the overview, drawn by Matplotlib, each with the numbers behind it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.report import words
from pipeline.report.facts import Figure, Outlet
from pipeline.report.svg import COLOUR, inline, styled

WIDTH = 9.6
"""Inches, at 72 units of SVG each."""
_MOST_ROWS = 20
_MOST_LISTED = 200
_NAME_SHOWN = 34
EDGE: dict[str, Any] = {"edgecolor": COLOUR["edge"], "linewidth": 0.6}
"""What parts of a bar are told apart by, and light ones from the paper."""
_NO_AGENCY = "no agency named"
_STEPS = ((1, "1"), (2, "2"), (3, "3–4"), (5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50 +"))
"""Least number of copies of each step, and how it is called."""


def travels(rows: Iterable[tuple[str | None, int, int]]) -> Figure:
    """Draw which share of each agency's stories stands in how many copies.

    ``rows`` are agency (None: none named), copies, stories with so many.
    """
    sums: dict[str, Counter[int]] = {}
    for agency, copies, stories in rows:
        step = max(n for n, (least, _) in enumerate(_STEPS) if least <= copies)
        sums.setdefault(words.visible(agency or _NO_AGENCY), Counter())[step] += stories
    ranked = sorted(sums, key=lambda name: (name == _NO_AGENCY, -sums[name].total(), name))
    named = [n for n in ranked if n != _NO_AGENCY]
    shown = named[: _MOST_ROWS - 1]
    shown += [n for n in ranked if n == _NO_AGENCY]
    with styled():
        drawing = Drawing(figsize=(WIDTH, 1.3 + 0.32 * max(len(shown), 1)), layout="constrained")
        axes = drawing.add_subplot()
        names = [f"{_cut(name)}  ({sums[name].total():,})" for name in shown]
        parts = [
            [100 * sums[name][step] / sums[name].total() for name in shown]
            for step in range(len(_STEPS))
        ]
        _stack(axes, names, parts, [f"step-{n}" for n in range(7)], [name for _, name in _STEPS])
        axes.set_xlim(0, 100)
        axes.set_xlabel("share of the agency's stories, in percent")
        axes.figure.legend(
            loc="outside upper center", ncols=7, title="copies of a story", handlelength=1
        )
        svg = inline(drawing, "travels", "How far each agency's stories travel")
    return Figure(
        "travels",
        "How far stories travel",
        "Of each agency’s stories (their number in brackets), the share that stands in so many "
        "copies. A story that nobody else printed has one."
        + _some(named[: _MOST_ROWS - 1], named, "agencies"),
        svg,
        ("agency", "stories", *(f"{name} copies" for _, name in _STEPS)),
        tuple((n, sums[n].total(), *(sums[n][s] for s in range(len(_STEPS)))) for n in ranked),
    )


def agency_share(outlets: Sequence[Outlet]) -> Figure:
    """Draw, for the outlets with most documents, whose copy these are."""
    shown = outlets[:_MOST_ROWS]
    with styled():
        drawing = Drawing(figsize=(WIDTH, 1.3 + 0.32 * max(len(shown), 1)), layout="constrained")
        axes = drawing.add_subplot()
        names = [_cut(words.visible(o.name)) for o in shown]
        parts = [
            [o.marked for o in shown],
            [o.unmarked for o in shown],
            [o.documents - o.marked - o.unmarked for o in shown],
        ]
        kinds = ["names an agency", "agency copy that names none", "no agency’s"]
        _stack(axes, names, parts, ["agency", "unmarked", "own"], kinds)
        axes.set_xlabel("documents")
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        axes.figure.legend(loc="outside upper center", ncols=3, handlelength=1)
        most = max((o.documents for o in shown), default=1)
        for row, outlet in enumerate(shown):
            percent = words.share(outlet.marked + outlet.unmarked, outlet.documents)
            axes.text(outlet.documents + most * 0.008, row, percent, va="center", fontsize=10)
        axes.set_xlim(0, most * 1.07)
        svg = inline(drawing, "agency", "Outlets by their share of agency copy")
    return Figure(
        "agency",
        "Whose copy the outlets print",
        "The figure is the share of agency copy. A document that names no agency is agency copy if "
        f"another copy of its story names one.{_some(shown, outlets, 'outlets', 'documents')}"
        + (f" The table ends at {_MOST_LISTED} outlets." if len(outlets) > _MOST_LISTED else ""),
        svg,
        ("outlet", "documents", "names an agency", "agency copy, unnamed", "no agency’s"),
        tuple(
            (o.name, o.documents, o.marked, o.unmarked, o.documents - o.marked - o.unmarked)
            for o in outlets[:_MOST_LISTED]
        ),
    )


def _some(shown: Sequence[object], every: Sequence[object], what: str, of: str = "stories") -> str:
    if len(shown) == len(every):
        return ""
    return f" Drawn are {len(shown):,} of {len(every):,} {what}, those with most {of}."


def _stack(
    axes: Axes,
    names: Sequence[str],
    parts: Sequence[Sequence[float]],
    colours: Sequence[str],
    kinds: Sequence[str],
) -> None:
    """Draw a bar of parts for each name, the first on top."""
    left = [0.0] * len(names)
    for part, colour, kind in zip(parts, colours, kinds, strict=True):
        rows = range(len(names))
        bars = axes.barh(rows, part, 0.74, left=left, color=COLOUR[colour], label=kind, **EDGE)
        without_nothing(bars, part)
        left = [a + b for a, b in zip(left, part, strict=True)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)


def without_nothing(bars: Iterable[Artist], numbers: Iterable[float]) -> None:
    """Take out the bars of nothing, whose edges would be seen."""
    for bar, number in zip(bars, numbers, strict=True):
        if not number:
            bar.remove()


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1] + "…"


def short(value: float) -> str:
    """Return a number as an axis has it."""
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e4 else f"{value:,.0f}"
