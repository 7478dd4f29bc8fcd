"""The pictures of the overview, drawn by Matplotlib, each with the numbers behind it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.report import words
from pipeline.report.facts import Figure, Outlet
from pipeline.report.labels import LABELS, rank
from pipeline.report.svg import COLOUR, inline, styled

Starts = Callable[[date], date]
Slot = date | str | None
"""The begin of a unit of time; ``earlier`` or ``later`` than all of them; None: undated."""

WIDTH = 9.6
"""Inches, at 72 units of SVG each."""
_MOST_BARS = 60
_STRAY, _APART = 0.01, 0.05
"""Parts of the words, at either end, that do not widen the time drawn: in any case, and if they lie
further from the rest than the rest is long."""
_EARLIER, _LATER = "earlier", "later"
_MOST_ROWS = 20
_MOST_LISTED = 200
_NAME_SHOWN = 34
_NO_AGENCY = "no agency named"
_STEPS = ((1, "1"), (2, "2"), (3, "3–4"), (5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50 +"))
"""Least number of copies of each step, and how it is called."""


def words_over_time(rows: Iterable[tuple[date | None, str | None, int]]) -> Figure:
    """Draw words kept above the line and words removed, by label, below it.

    ``rows`` are day, label (None: kept) and words; documents without a day have a bar of their own,
    and so have those dated far from the rest: one wrong date must not make all others one bar.
    """
    unit, order, sums, strays = _in_units([row for row in rows if row[2]])
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
        "scale of its own, what was taken out, by label." + strays,
        svg,
        (unit, "kept", *labels),
        tuple(
            (_bin_name(day, unit), *(sums.get(day, Counter())[name] for name in ("kept", *labels)))
            for day in order
        ),
    )


def _in_units(
    told: Sequence[tuple[date | None, str | None, int]],
) -> tuple[str, list[Slot], dict[Slot, Counter[str]], str]:
    """Return the unit of time, its bars in order, their sums by label, and what strays."""
    weights: Counter[date] = Counter()
    for day, _, number in told:
        if day:
            weights[day] += number
    first, last = _window(weights) if weights else (date.min, date.max)
    unit, start_of = _binning(first, last)

    def slot(day: date | None) -> Slot:
        if day is None:
            return None
        return _EARLIER if day < first else _LATER if day > last else start_of(day)

    sums: dict[Slot, Counter[str]] = {}
    for day, label, number in told:
        sums.setdefault(slot(day), Counter())[label or "kept"] += number
    bins = _without_gaps(sorted(day for day in sums if isinstance(day, date)), start_of)
    ends = [[name] if name in sums else [] for name in (_EARLIER, _LATER, None)]
    order: list[Slot] = [*ends[0], *bins, *ends[1], *ends[2]]
    return unit, order, sums, _strays(first, last, _EARLIER in sums, _LATER in sums)


def _strays(first: date, last: date, is_earlier: bool, is_later: bool) -> str:
    before = f"before {words.day(first)}" * is_earlier
    after = f"after {words.day(last)}" * is_later
    ends = " or ".join(filter(None, (before, after)))
    return f" Little is dated {ends}; it has a bar of its own." if ends else ""


def _numbers(order: Sequence[Slot], sums: Mapping[Slot, Counter[str]], name: str) -> list[int]:
    return [sums[day][name] if day in sums else 0 for day in order]


def _draw_words(
    axes: Axes,
    order: Sequence[Slot],
    parts: Sequence[tuple[str, Sequence[int]]],
    unit: str,
) -> None:
    """Draw a bar of parts for each unit of time, the first at the bottom."""
    # What has no place among the units stands a little apart, so that its name has room.
    gap = max(0.6, len(order) / 10)
    lone = [not isinstance(slot, date) for slot in order]
    steps = [1 + gap * (one or other) for one, other in pairwise(lone)]
    places = list(accumulate(steps, initial=0.0)) if order else []
    base = [0] * len(order)
    for name, numbers in parts:
        label = f"label-{name if name in LABELS else 'other'}"
        colour = COLOUR["kept" if name == "kept" else label]
        axes.bar(places, numbers, 0.8, bottom=base, color=colour, label=words.visible(name))
        base = [b + n for b, n in zip(base, numbers, strict=True)]
    width = places[-1] if places else 0
    half = max(width + 1, 10) / 2
    axes.set_xlim(width / 2 - half, width / 2 + half)
    every = max(1, -(-len(order) // 8))
    begin = lone.index(False) if False in lone else 0
    shown = [n for n, alone in enumerate(lone) if alone or (n - begin) % every == 0]
    names = [_bin_name(order[n], unit, first=n == begin) for n in shown]
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
        axes.barh(range(len(names)), part, 0.74, left=left, color=COLOUR[colour], label=kind)
        left = [a + b for a, b in zip(left, part, strict=True)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)


def _window(weights: Mapping[date, int]) -> tuple[date, date]:
    """Return the first and the last day to draw: of all, without strays at either end.

    A stray that does not make the unit coarser is none.
    """
    days = sorted(weights)
    backwards = days[::-1]
    low, high = _inner(days, weights, _APART), _inner(backwards, weights, _APART)
    width = high - low
    near_first = any(timedelta() < low - day <= width for day in days)
    near_last = any(timedelta() < day - high <= width for day in days)
    first = _inner(days, weights, _STRAY) if near_first else low
    last = _inner(backwards, weights, _STRAY) if near_last else high
    unit, _ = _binning(first, last)
    first = next(day for day in days if _binning(day, last)[0] == unit)
    last = next(day for day in backwards if _binning(first, day)[0] == unit)
    return first, last


def _inner(days: Sequence[date], weights: Mapping[date, int], part: float) -> date:
    """Return the first day before which no more than a part of the words stands."""
    most, so_far = part * sum(weights.values()), 0
    for day in days:
        so_far += weights[day]
        if so_far > most:
            return day
    return days[-1]


def _binning(first: date, last: date) -> tuple[str, Starts]:
    """Return the unit in which the days fill at most so many bars, and how a unit begins."""
    span = (last - first).days
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


def _bin_name(day: Slot, unit: str, *, first: bool = True) -> str:
    """Return the name of a unit; days after the first do not say their year."""
    if not isinstance(day, date):
        return day or "no date"
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
