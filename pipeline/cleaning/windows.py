"""Means over the lines around each line, and other helpers that columns share."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_FAR = 60.0
_REACH = 32
"""Lines that a mean may reach to one side."""


def sums_of(columns: Array) -> Array:
    """Return the sums over all lines before each, for ``means``: one entry more than lines.

    The first and the last stand ``_REACH`` times more at either end.
    """
    count, rows = columns.shape
    sums = np.zeros((count, rows + 1 + 2 * _REACH))
    np.cumsum(columns, axis=1, out=sums[:, _REACH + 1 : _REACH + 1 + rows])
    sums[:, _REACH + 1 + rows :] = sums[:, _REACH + rows, np.newaxis]
    return sums


def means(sums: Array, low: int, high: int) -> Array:
    """Return the mean over the lines from ``low`` to ``high`` (half open), relative to each.

    Past the ends counts as 0; neither end is farther off than ``_REACH``.
    """
    rows = sums.shape[1] - 1 - 2 * _REACH
    a, b = _REACH + low, _REACH + high
    mean: Array = (sums[:, b : b + rows] - sums[:, a : a + rows]) / (high - low)
    return mean


def since(flags: npt.NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the lines back to the last flag before each line, and on to the next, as logarithms.

    Both ways at once, for most pages are so short that each call weighs more than its lines.
    """
    rows = len(flags)
    ways = np.empty((2, rows), dtype=np.bool_)
    ways[0], ways[1] = flags, flags[::-1]
    index = np.arange(rows)
    last = np.full((2, rows), -1000)
    np.maximum.accumulate(np.where(ways, index, -1000)[:, :-1], axis=1, out=last[:, 1:])
    back, on = np.log(np.minimum(index - last, _FAR))
    return back, on[::-1]


def signed_log(values: Array) -> Array:
    """Return log(1 + |x|) with the sign of x."""
    signed: Array = np.copysign(np.log1p(np.abs(values)), values)
    return signed
