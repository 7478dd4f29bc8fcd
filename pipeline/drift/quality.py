"""Which slots are no longer what the weeks before them were: shares and means of documents.

A break must show in the last two slots that have documents, or in more of them where there are few
documents; it must be larger than the least change that matters, and larger than chance and the
source's own swings explain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.drift import levels
from pipeline.drift.levels import Array, Level

WINDOWS = (2, 3, 5, 8)
"""Slots with documents that are taken together."""
SURE_TOGETHER, SURE_ALL, _ALONE = 3.5, 4.5, 1.0
"""Deviations that are enough of one number if those of all numbers of its source are so many, taken
together as the root of their squares; each counts from so many on."""
_WILD = 1.25
"""How much further than ever in its weeks before a number must be off."""
_WILD_MOST = 12.0
_LEAST_SLOTS, _LEAST_SPAN, _LEAST_DOCUMENTS = 8, 20, 20
"""What must be known of a source before it is judged: weekends, too."""
_MAYBE = 2.5
_SMALL = 60
"""Documents up to which the chance of a share is told exactly."""
_ALIKE = 0.3
_OTHERS = 1.8
"""Deviations that what is left must have without the slot that shows most."""
_LAST = levels.HISTORY // 2 - 1

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of sources, a row each ``[series, slots]``, and how each row is judged."""

    weight: Array
    """Documents."""
    mean: Array
    rest: Array
    """Sum of squares within a slot."""
    is_rate: NDArray[np.bool_]
    """``[series, 1]``, as the next three."""
    sign: Array
    least_fall: Array
    least_rise: Array
    sure: Array
    """``[series, 1]``: deviations that a break must have."""
    source: Index
    """``[series]``: numbers of one source are judged together, too."""

    def least(self, way: Array) -> Array:
        """Return the least change that is told, of rises where ``way`` is positive."""
        return np.where(way > 0, self.least_rise, self.least_fall)

    def take(self, rows: Index) -> "Series":
        """Return some rows."""
        names = (
            "weight",
            "mean",
            "rest",
            "is_rate",
            "sign",
            "least_fall",
            "least_rise",
            "sure",
            "source",
        )
        return Series(*(getattr(self, name)[rows] for name in names))


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found at each slot, ``[series, slots]``."""

    window: Index
    """The first slot of the break that shows here; -1 where none does."""
    adjusted: Array
    """The mean without its weekly swing."""
    level: Level


def judge(series: Series) -> Judged:
    """Judge each slot by the slots up to it alone."""
    weight = series.weight
    mean = series.mean - levels.swing(weight, series.mean)
    mean = np.where(series.is_rate, np.clip(mean, 0, 1), mean)
    level = levels.level(weight, mean, series.rest, series.is_rate)
    before = _units_before(weight)
    found = np.full(weight.shape, -1, np.int64)
    for length in reversed(WINDOWS):
        start, certain, needed = _window(series, mean, level, before, length)
        together = _together(certain, series.source)
        shows = certain >= np.maximum(series.sure, needed)
        shows |= (certain >= np.maximum(SURE_TOGETHER, needed)) & (together >= SURE_ALL)
        found = np.where(shows, start, found)
    return Judged(found, mean, level)


def _together(certain: Array, source: Index) -> Array:
    """Return how sure all numbers of a source are together, for each of them."""
    sums = np.zeros((int(source.max()) + 1 if source.size else 0, certain.shape[1]))
    np.add.at(sums, source, np.maximum(certain - _ALONE, 0) ** 2)
    return np.asarray(np.sqrt(sums)[source])


def _units_before(weight: Array) -> Index:
    """Return the last slot with documents before each slot; -1 where there is none."""
    slots = np.broadcast_to(np.arange(weight.shape[1]), weight.shape)
    last = np.maximum.accumulate(np.where(weight > 0, slots, -1), axis=1)
    return np.concatenate([np.full_like(last[:, :1], -1), last[:, :-1]], axis=1)


@dataclass(frozen=True, slots=True)
class _Windows:
    """The last few slots with documents, of each slot."""

    start: Index
    """The first of them."""
    is_whole: NDArray[np.bool_]
    """There are so many, and the slot itself is one."""
    weights: Array
    """``[slots of a window, series, slots]``, as the next; the newest first."""
    means: Array

    @property
    def total(self) -> Array:
        """Documents of a window."""
        return np.asarray(np.maximum(self.weights.sum(axis=0), 1))


def _windows(weight: Array, mean: Array, before: Index, length: int) -> _Windows:
    members = [np.broadcast_to(np.arange(weight.shape[1]), weight.shape).astype(np.int64)]
    for _ in range(length - 1):
        last = members[-1]
        earlier = np.take_along_axis(before, np.maximum(last, 0), axis=1)
        members.append(np.where(last >= 0, earlier, -1))
    there = [np.maximum(m, 0) for m in members]
    weights, means = (
        np.stack([np.take_along_axis(values, m, axis=1) for m in there])
        for values in (weight, mean)
    )
    return _Windows(there[-1], (weight > 0) & (members[-1] >= 0), weights, means)


def _window(
    series: Series, mean: Array, level: Level, before: Index, length: int
) -> tuple[Index, Array, Array]:
    """Return the first slot of each window, how sure a break shows in it, how sure it must be."""
    windows = _windows(series.weight, mean, before, length)
    known, total = level.at(windows.start), windows.total
    off = (windows.weights * windows.means).sum(axis=0) / total - known.centre
    way = np.sign(off)
    extra = (windows.weights**2).sum(axis=0) / total**2 * known.between + _doubt(known)
    ready = (
        windows.is_whole
        & (known.slots >= _LEAST_SLOTS)
        & (known.span >= _LEAST_SPAN)
        & (known.weight >= _LEAST_DOCUMENTS)
    )
    if not ready.any():
        unsure = np.zeros_like(off)
        return windows.start, unsure, unsure
    far = np.where(ready, _far(series, off, known, known.within / total + extra), 0)
    maybe = ready & (np.abs(off) >= series.least(way)) & (np.abs(far) >= _MAYBE)
    maybe &= (series.sign * way >= 0) & _shown_by_more(series, windows, known, off)
    small = maybe & series.is_rate & (total <= _SMALL)
    exact = _exact(small, known, off, total, extra)
    certain = np.where(small, np.minimum(exact, np.abs(far)), np.abs(far))
    return windows.start, np.where(maybe, certain, 0.0), _wildest(far, way, windows.start)


def _doubt(level: Level) -> Array:
    """Return the variance of a level itself."""
    behind = np.maximum(level.weight, 1)
    return np.asarray(level.within / behind + level.between * level.squares / behind**2)


def _shown_by_more(
    series: Series, windows: _Windows, known: Level, off: Array
) -> NDArray[np.bool_]:
    """Tell whether the newest slot shows a break, and the others without the one that shows most.

    One odd day is no break.
    """
    way, total, weights = np.sign(off), windows.total, windows.weights
    noise = np.sqrt(known.within / np.maximum(series.weight, 1))
    newest = (windows.means[0] - known.centre) * way
    least = series.least(way)
    shows = newest >= np.maximum(np.abs(off) / 2 - noise, least / 4)
    parts = weights * (windows.means - known.centre) * way
    most = np.argmax(parts, axis=0)[None]
    part, own = (np.take_along_axis(v, most, axis=0)[0] for v in (parts, weights))
    left = np.maximum(total - own, 1e-9)
    others = (np.abs(off) * total - part) / left
    swings = ((weights**2).sum(axis=0) - own**2) / left**2 * known.between
    # Few documents are no normal distribution.
    strict = _OTHERS * (1 + np.where(series.is_rate, 0, 0.5) / np.maximum(left, 1))
    apart = _far(series, others * way, known, known.within / left + swings + _doubt(known))
    shows &= np.abs(apart) >= strict
    worst = part / np.maximum(own, 1e-9)
    return np.asarray(shows & (others >= np.maximum(least / 2, _ALIKE * worst)), bool)


def _far(series: Series, off: Array, level: Level, variance: Array) -> Array:
    """Return how many deviations a mean is off its level.

    Shares are set apart by their arc sines, whose noise is the same near 0 and 1 as elsewhere.
    """
    plain = off / np.sqrt(variance + 1e-9)
    share = np.clip(level.centre, 0, 1)
    apart = np.arcsin(np.sqrt(np.clip(share + off, 0, 1))) - np.arcsin(np.sqrt(share))
    by_sine = 2 * apart * np.sqrt(level.within / np.maximum(variance, 1e-12))
    return np.where(series.is_rate, by_sine, plain)


def _wildest(far: Array, way: Array, start: Index) -> Array:
    """Return how far off a window must be to be further than those of the weeks before."""
    from scipy.ndimage import maximum_filter1d  # noqa: PLC0415 - slow; most runs show nothing

    needed = np.zeros_like(far)
    for side in (1, -1):
        own = np.maximum(far * side, 0)
        # The filter ends at the slot itself; the first of the window is one too late.
        most = maximum_filter1d(own, levels.HISTORY, axis=1, mode="constant", origin=_LAST)
        earlier = np.take_along_axis(most, np.maximum(start - 1, 0), axis=1)
        needed = np.where(way == side, earlier, needed)
    return np.asarray(np.minimum(_WILD * needed, _WILD_MOST))


def _exact(cells: NDArray[np.bool_], level: Level, off: Array, total: Array, extra: Array) -> Array:
    """Return how far off a share is by the beta-binomial distribution, as normal deviations.

    The normal one is wrong where a share is near 0 or 1 and documents are few.
    """
    found = np.zeros_like(off)
    at = np.nonzero(cells)
    if not at[0].size:
        return found
    from scipy.special import betaln, gammaln, ndtri  # noqa: PLC0415 - slow; most runs show nothing

    number, variance = np.round(total[at]), level.within[at]
    share = np.clip((level.weight[at] * level.centre[at] + 0.5) / (level.weight[at] + 1), 1e-6, 1)
    share = np.minimum(share, 1 - 1e-6)
    hits = np.clip(np.round(number * (level.centre[at] + off[at])), 0, number)
    alike = np.clip(extra[at] * number / np.maximum(variance * (number - 1), 1e-9), 1e-4, 0.9)
    mass = 1 / alike - 1
    one, other = share * mass, (1 - share) * mass
    counts = np.arange(_SMALL + 1)[None, :]
    rest = number[:, None] - counts
    mass_of = np.where(
        rest >= 0,
        gammaln(number + 1)[:, None]
        - gammaln(counts + 1)
        - gammaln(np.maximum(rest, 0) + 1)
        + betaln(counts + one[:, None], np.maximum(rest, 0) + other[:, None])
        - betaln(one, other)[:, None],
        -np.inf,
    )
    further = np.where((off[at] > 0)[:, None], counts >= hits[:, None], counts <= hits[:, None])
    chance = np.sum(np.where(further, np.exp(mass_of), 0), axis=1)
    found[at] = -ndtri(np.clip(chance, 1e-300, 0.5))
    return found
