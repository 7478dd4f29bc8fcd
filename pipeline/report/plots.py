"""The pictures of the overview, drawn by Matplotlib, each with the numbers behind it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.report import words
from pipeline.report.facts import Figure, Outlet
from pipeline.report.labels import LABELS, rank
from pipeline.report.svg import COLOUR, inline, styled

Starts = Callable[[date], date]

WIDTH = 9.6
"""Inches, at 72 units of SVG each."""
_MOST_BARS = 60
_MOST_ROWS = 20
_NAME_SHOWN = 34
_NO_AGENCY = "no agency named"
_STEPS = ((1, "1"), (2, "2"), (3, "3–4"), (5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50 +"))
"""Least number of copies of each step, and how it is called."""


def words_over_time(rows: Iterable[tuple[date | None, str | None, int]]) -> Figure:
    """Draw words kept above the line and words removed, by label, below it.

    ``rows`` are day, label (None: kept) and words; documents without a day have a bar of their own.
    """
    told = [row for row in rows if row[2]]
    unit, start_of = _binning([day for day, _, _ in told if day])
    sums: dict[date | None, Counter[str]] = {}
    for day, label, number in told:
        sums.setdefault(start_of(day) if day else None, Counter())[label or "kept"] += number
    bins = sorted((day for day in sums if day), key=lambda day: day)
    bins = _without_gaps(bins, start_of)
    order: list[date | None] = [*bins, *([None] if None in sums else [])]
    labels = sorted({name for s in sums.values() for name in s} - {"kept"}, key=_label_key)
    with styled():
        drawing = Drawing(figsize=(WIDTH, 4.8), layout="constrained")
        above, below = drawing.subplots(2, 1, sharex=True, height_ratios=(2, 3))
        _draw_words(above, order, [("kept", _numbers(order, sums, "kept"))], unit)
        removed = [(label, _numbers(order, sums, label)) for label in labels]
        _draw_words(below, order, removed, unit)
        above.set_ylabel("words kept")
        below.set_ylabel("words removed")
        drawing.legend(loc="outside right upper", fontsize=10, handlelength=1)
        svg = inline(drawing, "words", "Words kept and removed over time, by label")
    return Figure(
        "words",
        "Words kept and removed",
        f"Each bar is a {unit} of publication. Above, the words that stay in the text; below, on a "
        "scale of its own, what was taken out, by label.",
        svg,
        (unit, "kept", *labels),
        tuple(
            (_bin_name(day, unit), *(sums.get(day, Counter())[name] for name in ("kept", *labels)))
            for day in order
        ),
    )


def _numbers(
    order: Sequence[date | None], sums: Mapping[date | None, Counter[str]], name: str
) -> list[int]:
    return [sums[day][name] if day in sums else 0 for day in order]


def _draw_words(
    axes: Axes,
    order: Sequence[date | None],
    parts: Sequence[tuple[str, Sequence[int]]],
    unit: str,
) -> None:
    """Draw a bar of parts for each unit of time, the first at the bottom."""
    # The undated stand a little apart.
    places = [n + (0.6 if day is None and n else 0) for n, day in enumerate(order)]
    base = [0] * len(order)
    for name, numbers in parts:
        label = f"label-{name if name in LABELS else 'other'}"
        colour = COLOUR["kept" if name == "kept" else label]
        axes.bar(places, numbers, 0.8, bottom=base, color=colour, label=words.visible(name))
        base = [b + n for b, n in zip(base, numbers, strict=True)]
    middle, half = (len(order) - 1) / 2, max(len(order), 10) / 2
    axes.set_xlim(middle - half, middle + half + 0.6)
    every = max(1, -(-len(order) // 8))
    shown = [n for n, day in enumerate(order) if day is None or n % every == 0]
    names = [_bin_name(order[n], unit, first=n == 0) for n in shown]
    axes.set_xticks([places[n] for n in shown], names)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(length=0)
    axes.grid(visible=True, axis="y", alpha=0.5, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)


def travels(rows: Iterable[tuple[str | None, int, int]]) -> Figure:
    """Draw which share of each agency's stories stands in how many copies.

    ``rows`` are agency (None: none named), copies, stories with so many.
    """
    sums: dict[str, Counter[int]] = {}
    for agency, copies, stories in rows:
        step = max(n for n, (least, _) in enumerate(_STEPS) if least <= copies)
        sums.setdefault(words.visible(agency or _NO_AGENCY), Counter())[step] += stories
    ranked = sorted(sums, key=lambda name: (name == _NO_AGENCY, -sums[name].total(), name))
    shown = [n for n in ranked if n != _NO_AGENCY][: _MOST_ROWS - 1]
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
        "copies. A story that nobody else printed has one.",
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
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
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
        f"The {len(shown)} outlets with most documents; the figure is the share of agency copy. "
        "A document that names no agency is agency copy if another copy of its story names one."
        if len(shown) > 1
        else "The figure is the share of agency copy. A document that names no agency is agency "
        "copy if another copy of its story names one.",
        svg,
        ("outlet", "documents", "names an agency", "agency copy, unnamed", "no agency’s"),
        tuple(
            (o.name, o.documents, o.marked, o.unmarked, o.documents - o.marked - o.unmarked)
            for o in outlets[:200]
        ),
    )


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
        axes.barh(range(len(names)), part, 0.74, left=left, color=COLOUR[colour], label=kind)
        left = [a + b for a, b in zip(left, part, strict=True)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)


def _binning(days: Sequence[date]) -> tuple[str, Starts]:
    """Return the unit in which the days fill at most so many bars, and how a unit begins."""
    span = (max(days) - min(days)).days if days else 0
    if span < _MOST_BARS:
        return "day", lambda day: day
    if span < 7 * _MOST_BARS:
        return "week", lambda day: day - timedelta(day.weekday())
    if span < 31 * _MOST_BARS:
        return "month", lambda day: day.replace(day=1)
    return "year", lambda day: day.replace(month=1, day=1)


def _without_gaps(bins: Sequence[date], start_of: Starts) -> list[date]:
    """Return the units from the first to the last: one without a word is a gap to see."""
    if not bins or start_of(date(2001, 12, 31)) == date(2001, 1, 1):
        return list(bins)
    span = (bins[-1] - bins[0]).days + 1
    return sorted({start_of(bins[0] + timedelta(days)) for days in range(span)})


def _bin_name(day: date | None, unit: str, *, first: bool = True) -> str:
    """Return the name of a unit; days after the first say their year only in January."""
    if day is None:
        return "no date"
    if unit == "year":
        return f"{day.year:04d}"
    if unit == "month":
        return f"{day:%b} {day.year:04d}"
    year = f" {day.year:04d}" if first else ""
    return f"{day.day} {day:%b}{year}"


def _label_key(label: str) -> tuple[int, str]:
    return rank(label), label


def _cut(name: str) -> str:
    return name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1] + "…"


def _short(value: float) -> str:
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if value >= 1e4 else f"{value:,.0f}"
