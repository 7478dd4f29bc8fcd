"""How much the words of a line speak for story or furniture: hashed word n-grams with weights."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import Hashes, Ints, mixed, read

Floats = npt.NDArray[np.float32]

BITS = 18
"""The table has two to this power weights."""
LONGEST = 400
"""Characters from which the rest of a line is not read."""
RIDGE = 5e-6
"""L2 penalty on the weights, in shares of the mean loss."""
ROUNDS = 60
_TAIL = 5
"""Words and marks at the end of a line that count once more as its end."""
_EDGE = np.uint64(0x5BD1E9955BD1E995)
_NEXT = np.uint64(0xC2B2AE3D27D4EB4F)
_LAST = np.uint64(0x8765432187654321)


@dataclass(frozen=True, slots=True)
class Grams:
    """A hashed table of log-odds: ``weights[hash] * scale`` for each n-gram, and a bias."""

    weights: npt.NDArray[np.int8]
    scale: float
    bias: float


def score(grams: Grams, lines: Sequence[str]) -> Floats:
    """Return for each line the log-odds that it is story; the n-grams weigh 1/sqrt(number)."""
    if not lines:
        return np.zeros(0, dtype=np.float32)
    places, line = _places(lines)
    count = np.maximum(1, np.bincount(line, minlength=len(lines)))
    total = np.bincount(line, grams.weights[places], minlength=len(lines))
    return (grams.bias + grams.scale * total / np.sqrt(count)).astype(np.float32)


def train(lines: Sequence[str], labels: npt.NDArray[Any], weights: npt.NDArray[Any]) -> Grams:
    """Fit the table by logistic regression.

    ``labels`` (0 or 1) and ``weights`` have one value a line. The result is a pure function of
    the arguments on one platform.
    """
    # A run that only scores starts without scipy.
    from scipy.optimize import fmin_l_bfgs_b  # noqa: PLC0415

    places, line = _places(lines)
    count = np.bincount(line, minlength=len(lines))
    value = 1 / np.sqrt(np.maximum(1, count))
    sign = np.where(labels > 0, 1.0, -1.0)
    share = weights / weights.sum()

    def loss(theta: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        table, bias = theta[:-1], theta[-1]
        odds = bias + value * np.bincount(line, table[places], minlength=len(lines))
        margin = sign * odds
        slope = -sign * share / (1 + np.exp(np.minimum(margin, 700)))
        gradient = np.bincount(places, (slope * value)[line], minlength=len(table))
        cost = share @ np.logaddexp(0, -margin) + RIDGE / 2 * (table @ table)
        return float(cost), np.append(gradient + RIDGE * table, slope.sum())

    theta, _, _ = fmin_l_bfgs_b(loss, np.zeros((1 << BITS) + 1), m=8, maxiter=ROUNDS)
    scale = float(np.quantile(np.abs(theta[:-1]), 0.9999)) / 127
    table = np.clip(np.rint(theta[:-1] / scale), -127, 127).astype(np.int8)
    return Grams(table, float(np.float32(scale)), float(np.float32(theta[-1])))


def to_bytes(grams: Grams) -> bytes:
    """Return the table as bytes, the same for the same table."""
    head = np.array([grams.scale, grams.bias], dtype="<f4").tobytes()
    return head + zlib.compress(grams.weights.tobytes(), 9)


def from_bytes(data: bytes) -> Grams:
    """Return the table of ``to_bytes``."""
    scale, bias = np.frombuffer(data[:8], dtype="<f4")
    table = np.frombuffer(zlib.decompress(data[8:]), dtype=np.int8)
    return Grams(table, float(scale), float(bias))


def _places(lines: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the place in the table of each n-gram of the lines, and its line.

    Words, pairs of neighbours, the ends as half a pair, and the last words once more as such: a
    picture's credit and a teaser's dots stand at the end.
    """
    letters = read(tuple(lines))
    near = letters.at < LONGEST
    own, line = letters.hashes[near], letters.line[near]
    if not len(own):
        return np.zeros(0, dtype=np.int64), line
    first = np.ones(len(line), dtype=np.bool_)
    np.not_equal(line[1:], line[:-1], out=first[1:])
    following = np.full(len(line), _EDGE)
    np.copyto(following[:-1], own[1:], where=~first[1:])
    ends = np.bincount(letters.line).cumsum()[letters.line] - _TAIL
    tail = np.arange(len(letters.line)) >= ends
    more = (own * _NEXT + following, own[first] * _EDGE, letters.hashes[tail] * _LAST)
    hashes: Hashes = np.concatenate([own, mixed(np.concatenate(more))])
    places = (hashes >> np.uint64(64 - BITS)).astype(np.int64)
    return places, np.concatenate([line, line, line[first], letters.line[tail]])
