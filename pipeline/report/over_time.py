"""The picture of words kept and removed over time, with the numbers behind it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.report import words
from pipeline.report.facts import Figure
from pipeline.report.labels import LABELS, rank
from pipeline.report.plots import EDGE, WIDTH, short, without_nothing
from pipeline.report.svg import COLOUR, inline, styled

Starts = Callable[[date], date]
Slot = date | str | None
"""The begin of a unit of time; ``earlier`` or ``later`` than all of them; None: undated."""
_MOST_BARS = 60
_STRAY, _APART = 0.01, 0.05
"""Parts of the words, at either end, that do not widen the time drawn: in any case, and if they lie
further from the rest than the rest is long."""
_EARLIER, _LATER = "earlier", "later"


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
        bars = axes.bar(
            *(places, numbers, 0.8), bottom=base, color=colour, label=words.visible(name), **EDGE
        )
        without_nothing(bars, numbers)
        base = [b + n for b, n in zip(base, numbers, strict=True)]
    width = places[-1] if places else 0
    half = max(width + 1, 10) / 2
    axes.set_xlim(width / 2 - half, width / 2 + half)
    every = max(1, -(-len(order) // 8))
    begin = lone.index(False) if False in lone else 0
    shown = [n for n, alone in enumerate(lone) if alone or (n - begin) % every == 0]
    names = [_bin_name(order[n], unit, first=n == begin) for n in shown]
    axes.set_xticks([places[n] for n in shown], names)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(length=0)
    axes.grid(visible=True, axis="y", alpha=0.5, linewidth=0.6)
    axes.set_axisbelow(True)
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
