"""How rare a shingle or a term is: in how many stories of a sample it stands.

An offer that stands below a thousand stories says nothing of any of them, and neither does a phrase
that every desk uses. Stories count, not copies: thirty prints of one story leave its words rare.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import Hashes, Stream, shingles, terms_of
from pipeline.settings import Dedup

Keys = NDArray[np.uint32]


@dataclass(frozen=True)
class Rarity:
    """What more than one story of the sample holds; anything else is as rare as can be."""

    keys: Keys = field(default_factory=lambda: np.empty(0, np.uint32))
    """Sorted keys of shingles and terms."""
    stories: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    """Stories that hold each."""


def keys(hashes: Hashes) -> Keys:
    """Return the key under which each shingle or term is counted: its upper half."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def keys_of(of: Stream, settings: Dedup) -> tuple[Keys, NDArray[np.int64]]:
    """Return the distinct keys of each text in one array, and the text of each."""
    found, texts = [], []
    for hashes, bounds in (shingles(of, settings), terms_of(of)):
        found.append(keys(hashes))
        texts.append(np.repeat(np.arange(len(of)), np.diff(bounds)))
    distinct = _distinct(np.concatenate(texts).astype(np.uint64) << np.uint64(32) | np.concatenate(found))
    return distinct.astype(np.uint32), (distinct >> np.uint64(32)).astype(np.int64)


def weights(hashes: Hashes, known: Rarity) -> NDArray[np.float64]:
    """Return one over the stories that hold each hash, as far as is known."""
    found = np.ones(len(hashes))
    if len(known.keys):
        wanted = keys(hashes)
        at = np.minimum(np.searchsorted(known.keys, wanted), len(known.keys) - 1)
        common = known.keys[at] == wanted
        found[common] = 1 / known.stories[at[common]]
    return found


def rarity(held: Keys, stories: NDArray[np.int64]) -> Rarity:
    """Count the stories that hold each key; ``stories`` numbers that of each entry of ``held``."""
    distinct = _distinct(stories.astype(np.uint64) << np.uint64(32) | held)
    found = np.sort(distinct.astype(np.uint32))
    starts = np.flatnonzero(np.append(True, found[1:] != found[:-1])[: len(found)])
    counts = np.diff(np.append(starts, len(found)))
    return Rarity(found[starts[counts > 1]], counts[counts > 1].astype(np.int32))


def _distinct(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the distinct values, sorted: several times faster here than ``numpy.unique``."""
    ordered = np.sort(values)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
