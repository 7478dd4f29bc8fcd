"""How rare a shingle or a term is: in how many stories of a sample it stands.

An offer that stands below a thousand stories says nothing of any of them, and neither does a phrase
that every desk uses. Stories count, not copies: thirty prints of one story leave its words rare.
"""

from dataclasses import dataclass, field
from itertools import pairwise

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


def shingle_keys(of: Stream, settings: Dedup) -> list[Keys]:
    """Return the sorted, distinct keys of the shingles of each text."""
    return _by_text(*shingles(of, settings))


def term_keys(of: Stream) -> list[Keys]:
    """Return the sorted, distinct keys of the terms of each text."""
    return _by_text(*terms_of(of))


def _by_text(hashes: Hashes, bounds: NDArray[np.int64]) -> list[Keys]:
    text = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint64), np.diff(bounds))
    # Several times faster than numpy.unique, which hashes.
    ordered = np.sort(text << np.uint64(32) | keys(hashes))
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    distinct = ordered[is_first]
    ends = np.searchsorted(distinct, np.arange(len(bounds), dtype=np.uint64) << np.uint64(32))
    found = distinct.astype(np.uint32)
    return [found[start:end] for start, end in pairwise(ends)]


def weights(hashes: Hashes, known: Rarity) -> NDArray[np.float64]:
    """Return one over the stories that hold each hash, as far as is known."""
    found = np.ones(len(hashes))
    if len(known.keys):
        wanted = keys(hashes)
        at = np.minimum(np.searchsorted(known.keys, wanted), len(known.keys) - 1)
        common = known.keys[at] == wanted
        found[common] = 1 / known.stories[at[common]]
    return found
