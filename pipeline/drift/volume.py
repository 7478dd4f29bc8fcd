"""Which sources fell silent: documents against what the day, and its day of the week, let expect.

Only falls are breaks: news may always be more. A fall must be deep, the deeper the shorter it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.drift import levels
from pipeline.drift.levels import Array

RECENT = 28
"""Slots that the present volume is told by."""
LENGTHS = (2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 21, 28)
"""Slots that are taken together."""
_SLOTS = (2, 3, 4, 5, 7, 10, 14, 21)
_SHARES = (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.5)
"""Shares of the expected that are a fall, by the slots that are expected to bring something."""
_BUSY = 0.25
"""Such a slot is expected to bring so much of what the source brings in the mean."""
_SURE_DUE = 8.0
"""Or so many documents: a quiet day of the week of a large source."""
_REST = 0.5
"""Share of the expected that the newest slot may have, and one more: one day is no break."""
CHANCE, CHANCE_LONG = 4e-4, 1e-5
"""Of a fall that is none, at most: of two slots, and of more, as there are many lengths."""
_BURST = 3.0
"""So many times the expected are all that a day of big news adds to what is expected."""
_LEAST_SLOTS = 14
_COMMON = 8
"""Sources that must be there to tell of a day on which all are quiet."""
_STEADY = 5.0
"""Documents a slot that such a source has."""
_LEAST_SPREAD = 0.02
_LOW = 0.7
"""Shares of the expected above this one are no silence."""
_RARER, _RAREST = 1.25, 1e-12
"""By how much a silence must be less likely than any before, in powers; and what is enough."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What was found at each slot, ``[sources, slots]``."""

    window: NDArray[np.int64]
    """The first slot of the fall that shows here; -1 where none does."""
    expected: Array
    """Documents."""
    common: Array
    """How much of what was expected came of all sources, at most 1; ``[slots]``."""


def judge(documents: Array, ran: NDArray[np.bool_], ignored: NDArray[np.bool_]) -> Silence:
    """Judge each slot by those up to it. ``ran`` ``[slots]``: there was a run to bring documents.

    ``ignored`` ``[sources, slots]``: what is known to be broken, or from before it.
    """
    there = ran[None, :] & ~ignored
    expected, spread, slots = _expect(documents, there)
    common = _common(documents, expected, slots, ran)
    found = np.full(documents.shape, -1, np.int64)
    order = np.flatnonzero(ran)
    if not order.size:
        return Silence(found, expected, common)
    # Slots without a run are none: the others stand side by side.
    own, due = documents[:, order], (expected * common)[:, order]
    wide = spread[:, order]
    ready = slots[:, order] >= _LEAST_SLOTS
    valid = there[:, order].astype(float)
    for length in reversed(LENGTHS):
        shows = _falls(own, due, wide, ready, valid, length)
        start = np.maximum(np.arange(order.size) - length + 1, 0)
        found[:, order] = np.where(shows, order[start][None, :], found[:, order])
    return Silence(found, expected, common)


def _expect(documents: Array, there: NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return documents expected, their spread beyond chance, and slots known, at each slot."""
    mask = there.astype(float)
    ever = np.maximum.accumulate((documents > 0) & there, axis=1)
    mask *= ever
    kept = documents * mask
    most_of_day = levels.most_same_day(np.where(there, documents, np.nan))
    for _ in range(2):
        slots = levels.before(mask)
        level = _ratio(levels.before(kept), slots)
        # One more week of the level itself: a day of the week must show itself to count.
        day = _ratio(levels.same_day(kept) + level, (levels.same_day(mask) + 1) * level)
        day = np.where(level > 0, day, 1.0)
        near = _ratio(levels.before(kept, RECENT), levels.before(day * mask, RECENT))
        # A day of the week is not expected to bring more than it ever did.
        expected = np.minimum(near * day, most_of_day)
        top = np.where(slots >= levels.WEEK, _BURST * expected + 3, np.inf)
        kept = np.minimum(documents, top) * mask
    over = ((kept - expected) ** 2 - expected) * mask
    spread = _ratio(levels.before(over), levels.before(expected**2 * mask))
    return expected, np.maximum(spread, _LEAST_SPREAD), slots


def _common(documents: Array, expected: Array, slots: Array, ran: NDArray[np.bool_]) -> Array:
    """Return, of each slot, the share of the expected that the middle one of all sources has."""
    steady = (expected >= _STEADY) & (slots >= _LEAST_SLOTS)
    found = np.ones(documents.shape[1])
    for slot in np.flatnonzero(ran & (steady.sum(axis=0) >= _COMMON)):
        own = steady[:, slot]
        middle = np.median(documents[own, slot] / expected[own, slot])
        found[slot] = min(1.0, max(float(middle), 0.0))
    return found


def _falls(
    own: Array,
    due: Array,
    spread: Array,
    ready: NDArray[np.bool_],
    valid: Array,
    length: int,
) -> NDArray[np.bool_]:
    """Tell in which windows of a length the documents fell."""
    size = own.shape[1]
    if size < length:
        return np.zeros(own.shape, bool)
    came, wanted = _sums(own, length), _sums(due, length)
    first = np.maximum(np.arange(size) - length + 1, 0)
    whole = (np.arange(size) >= length - 1) & ready[:, first] & (_sums(valid, length) >= length)
    part = np.where(wanted > 0, came / np.maximum(wanted, 1e-9), 1.0)
    chance = np.zeros(own.shape)
    at = np.nonzero(whole & (part <= _LOW))
    wide = spread[at[0], first[at[1]]] * _sums(due**2, length)[at]
    mass = np.clip(wanted[at] ** 2 / np.maximum(wide, 1e-9), 1e-3, 1e6)
    if at[0].size:
        from scipy.special import betainc  # noqa: PLC0415 - slow; most runs show nothing

        # The negative binomial distribution, up to what came.
        below = betainc(mass, came[at] + 1, mass / (mass + wanted[at]))
        chance[at] = np.log(np.maximum(below, 1e-300))
    # A source that was as silent before, in a window that is over, may be so again.
    rarest = np.minimum.accumulate(chance, axis=1)[:, np.maximum(first - 1, 0)]
    limit = np.log(CHANCE if length == LENGTHS[0] else CHANCE_LONG)
    needed = np.minimum(limit, np.maximum(_RARER * rarest, np.log(_RAREST)))
    mean = levels.before(due, RECENT) / np.maximum(np.minimum(np.arange(size), RECENT), 1)
    busy = _sums(((due >= _BUSY * mean[:, first]) | (due >= _SURE_DUE)).astype(float), length)
    lacks = (own <= _REST * due) & ((due >= _BUSY * mean) | (due >= _SURE_DUE))
    low = _sums(lacks.astype(float), length) >= _SLOTS[0]
    share = np.where(busy >= _SLOTS[0], np.interp(busy, _SLOTS, _SHARES), -1.0)
    shows = whole & (part <= share) & (chance <= needed) & low & (own <= _REST * due)
    return np.asarray(shows, bool)


def _sums(values: Array, length: int) -> Array:
    """Return, at each place, the sum of so many up to it."""
    return values + levels.before(values, length - 1)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
