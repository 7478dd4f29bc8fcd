"""From slots that show a break to breaks that begin, last, are mended or become the new normal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.drift import levels, quality, volume
from pipeline.drift.grid import Grid
from pipeline.drift.metrics import DOCUMENTS, METRICS
from pipeline.drift.quality import Judged, Series

MENDED, ACCEPTED = "mended", "accepted"
_BACK = 0.5
"""Part of a break below which it is over."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One number of one source, broken for a while."""

    source: int
    metric: str
    since: int
    """The first slot of it."""
    told: int
    """The slot by which it was sure."""
    end: int | None
    """The slot by which it was over; None while it lasts."""
    how: str
    """How it ended: ``MENDED``, ``ACCEPTED`` or empty."""
    before: float
    now: float


def find(grid: Grid, accept_slots: int) -> list[Episode]:
    """Return every break of every source, by the slot in which it was told."""
    found = [*_of_quality(grid, accept_slots), *_of_volume(grid, accept_slots)]
    return sorted(found, key=lambda e: (e.told, e.source, e.since, e.metric))


def _of_quality(grid: Grid, accept_slots: int) -> Iterator[Episode]:
    series, count = grid.series(), len(grid.sources)
    whole = series.weight
    rows = np.arange(len(whole))
    begin = np.zeros(len(rows), np.int64)
    once: dict[int, Episode] = {}  # what was grown used to
    while rows.size:
        judged = quality.judge(series)
        weight = series.weight.copy()
        again = np.zeros(len(rows), bool)
        for n in np.flatnonzero((judged.window >= 0).any(axis=1)).tolist():
            shows = judged.window[n] >= 0
            shows[: begin[n]] = False
            if not shows.any():
                continue
            row, told = int(rows[n]), int(np.argmax(shows))
            found = _follow(series, judged, n, told, accept_slots)
            if _is_return(found, once.get(row)):
                # What was normal before is so again; what came between is not.
                weight[n] = whole[row]
                weight[n, once.pop(row).since : found.since] = 0
                again[n], begin[n] = True, told + 1
                continue
            metric, source = divmod(row, count)
            yield replace(found, source=source, metric=METRICS[metric].name)
            if found.end is not None:
                again[n], begin[n] = True, found.end + 1
                weight[n, _not_normal(found)] = 0
            if found.how == ACCEPTED:
                once[row] = found
        series = replace(series, weight=weight).take(np.flatnonzero(again))
        rows, begin = rows[again], begin[again]


def _not_normal(found: Episode) -> slice:
    """Return the slots that say nothing of what is normal after a break."""
    if found.how == MENDED:
        return slice(found.since, (found.end or found.since + 1) - 1)
    return slice(found.since)


def _follow(series: Series, judged: Judged, n: int, told: int, accept_slots: int) -> Episode:
    """Follow one break from the slot in which it was told."""
    since = int(judged.window[n, told])
    centre = float(judged.level.centre[n, since])
    weight, off = series.weight[n], judged.adjusted[n] - centre
    size = _mean(off, weight, since, told)
    way = np.sign(size)
    least = (series.least_rise if way > 0 else series.least_fall)[n, 0]
    # It may have begun inside the window that told of it.
    while since < told and (weight[since] == 0 or off[since] * way < least / 2):
        since += 1
    last = told
    how, end = "", None
    for slot in range(told + 1, len(weight)):
        if slot - since >= accept_slots:
            how, end = ACCEPTED, slot
            break
        if weight[slot] == 0:
            continue
        both = (weight[last] * off[last] + weight[slot] * off[slot]) / (weight[last] + weight[slot])
        if max(both * way, off[slot] * way) < _BACK * abs(size) and last > told:
            how, end = MENDED, slot
            break
        last = slot
    now = _mean(off, weight, since, told) + centre
    return Episode(-1, "", since, told, end, how, centre, now)


def _is_return(found: Episode, once: Episode | None) -> bool:
    """Tell whether a change leads back to what was normal before the one before it."""
    if once is None:
        return False
    return abs(found.now - once.before) < _BACK * abs(found.before - once.before)


def _mean(values: NDArray[np.float64], weight: NDArray[np.float64], first: int, last: int) -> float:
    own = slice(first, last + 1)
    return float(np.average(values[own], weights=np.maximum(weight[own], 1e-9)))


def _of_volume(grid: Grid, accept_slots: int) -> Iterator[Episode]:
    ignored = np.zeros(grid.documents.shape, bool)
    begin = np.zeros(len(grid.sources), np.int64)
    todo = np.ones(len(grid.sources), bool)
    while todo.any():
        judged = volume.judge(grid.documents, grid.ran, ignored)
        for n in np.flatnonzero(todo).tolist():
            shows = judged.window[n] >= 0
            shows[: begin[n]] = False
            todo[n] = shows.any()
            if not todo[n]:
                continue
            found = _silent(grid, judged, n, int(np.argmax(shows)), accept_slots)
            yield found
            todo[n] = found.end is not None
            if found.end is not None:
                begin[n] = found.end + 1
                ignored[n, _not_normal(found)] = True


def _silent(grid: Grid, judged: volume.Silence, n: int, told: int, accept_slots: int) -> Episode:
    """Follow one silence from the slot in which it was told."""
    since = int(judged.window[n, told])
    due = judged.expected[n] * judged.common
    usual = float(judged.expected[n, max(since - levels.WEEK, 0) : since + 1].mean())
    own = grid.documents[n]
    order = [s for s in range(since, len(own)) if grid.ran[s]]
    while len(order) > 1 and order[0] < told and own[order[0]] > _BACK * due[order[0]]:
        order.pop(0)
    since, last = order[0], told
    how, end = "", None
    for slot in order:
        if slot <= told:
            continue
        if slot - since >= accept_slots:
            how, end = ACCEPTED, slot
            break
        if own[slot] + own[last] >= _BACK * 2 * usual and last > told:
            how, end = MENDED, slot
            break
        last = slot
    now = float(own[[s for s in order if s <= told]].mean())
    return Episode(n, DOCUMENTS, since, told, end, how, usual, now)
