"""What a number is expected to be: its level over the weeks before, its weekly swing, its noise.

All arrays are ``[series, slots]``; what stands at a slot is known of the slots before it alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HISTORY = 56
"""Slots that a level is made of: eight weeks, where a slot is a day."""
WEEK = 7
_CLIP = 3.0
"""Deviations that one slot may add to what is known: a one-off day must not make a level."""
_SURE = 4.0
"""Squared deviations by which a day of the week must differ before that counts in full."""


@dataclass(frozen=True, slots=True)
class Level:
    """The expectation at each slot, of the slots before it."""

    centre: Array
    within: Array
    """Variance of one document."""
    between: Array
    """Variance of a slot's mean beyond that."""
    weight: Array
    """Documents behind it."""
    squares: Array
    """Sum of their squared numbers a slot."""
    slots: Array
    """Slots with documents behind it."""
    span: Array
    """Slots since the first of them."""

    def at(self, index: NDArray[np.int64]) -> "Level":
        """Return the expectation at one slot a cell."""
        names = ("centre", "within", "between", "weight", "squares", "slots", "span")
        return Level(*(np.take_along_axis(getattr(self, n), index, axis=1) for n in names))


def before(values: Array, length: int = HISTORY) -> Array:
    """Return, at each slot, the sum over so many slots before it."""
    total = np.cumsum(values, axis=1)
    total = np.concatenate([np.zeros_like(total[:, :1]), total], axis=1)
    slots = np.arange(values.shape[1])
    return np.asarray(total[:, slots] - total[:, np.maximum(slots - length, 0)])


def same_day(values: Array, weeks: int = HISTORY // WEEK) -> Array:
    """Return, at each slot, the sum over the same day of the weeks before it."""
    found = np.zeros_like(values)
    for week in range(1, weeks + 1):
        if (shift := week * WEEK) < values.shape[1]:
            found[:, shift:] += values[:, :-shift]
    return found


def most_same_day(values: Array, weeks: int = HISTORY // WEEK) -> Array:
    """Return, at each slot, the third most of the same day of the weeks before.

    NaN does not count; of fewer than three it is the least, and infinite of fewer than two.
    """
    found = np.full((weeks, *values.shape), np.nan)
    for week in range(1, weeks + 1):
        if (shift := week * WEEK) < values.shape[1]:
            found[week - 1, :, shift:] = values[:, :-shift]
    known = np.sum(~np.isnan(found), axis=0)
    ordered = -np.sort(-found, axis=0)  # NaN goes last
    third = np.take_along_axis(ordered, np.clip(known - 1, 0, 2)[None], axis=0)[0]
    return np.where(known >= 2, third, np.inf)


def swing(weight: Array, mean: Array) -> Array:
    """Return how far a day of the week stands off the level, as far as that is sure.

    A difference of the size of the noise counts nothing (James and Stein's shrinkage).
    """
    total, squares = weight * mean, weight * mean**2
    there = (weight > 0).astype(float)
    own_weight, own_slots = same_day(weight), same_day(there)
    own = _ratio(same_day(total), own_weight)
    level = _ratio(before(total), before(weight))
    rest = np.maximum(same_day(squares) - own_weight * own**2, 0)
    # The noise is that of slots of one day of the week, over all days of the week.
    free = np.maximum(own_slots - 1, 0)
    noise = _ratio(before(rest * (free > 0), WEEK), before(free, WEEK))
    off = np.where(own_slots >= 2, own - level, 0.0)
    sure = _ratio(off**2 * own_weight, np.maximum(noise, 1e-12))
    return np.asarray(off * np.maximum(0, 1 - _SURE / np.maximum(sure, 1e-12)))


def level(weight: Array, mean: Array, rest: Array, is_rate: NDArray[np.bool_]) -> Level:
    """Return the expectation of a mean at each slot.

    ``rest`` is the sum of squares within a slot, of no use for rates: their variance follows
    from the level. ``is_rate`` is ``[series, 1]``.
    """
    first = _level(weight, mean, rest, is_rate)
    noise = np.sqrt(first.within / np.maximum(weight, 1) + first.between)
    known = first.slots >= WEEK
    low, high = first.centre - _CLIP * noise, first.centre + _CLIP * noise
    return _level(weight, np.where(known, np.clip(mean, low, high), mean), rest, is_rate)


def _level(weight: Array, mean: Array, rest: Array, is_rate: NDArray[np.bool_]) -> Level:
    there = (weight > 0).astype(float)
    count, slots, squares = before(weight), before(there), before(weight**2)
    centre = _ratio(before(weight * mean), count)
    share = np.clip((count * centre + 0.5) / (count + 1), 0, 1)
    spread = _ratio(before(rest), count - slots)
    within = np.where(is_rate, share * (1 - share), spread)
    around = before(weight * mean**2) - count * centre**2
    between = _ratio(around - np.maximum(slots - 1, 0) * within, count - _ratio(squares, count))
    ever = np.maximum.accumulate(there, axis=1)
    return Level(centre, within, np.maximum(between, 0), count, squares, slots, before(ever))


def _ratio(part: Array, whole: Array) -> Array:
    """Divide; nothing by nothing is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
