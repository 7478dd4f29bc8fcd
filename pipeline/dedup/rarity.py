"""How rare a shingle or a term is: in how many stories of a sample it stands.

An offer that stands below a thousand stories says nothing of any of them, and neither does a phrase
that every desk uses. Stories count, not copies: thirty prints of one story leave its words rare.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import Bounds, Hashes, Stream, shingles, terms_of
from pipeline.settings import Dedup

Keys = NDArray[np.uint32]


_HINT_BITS = 22


@dataclass(frozen=True)
class Rarity:
    """What more than one story of the sample holds; anything else is as rare as can be."""

    keys: Keys
    """Sorted keys of shingles and terms."""
    stories: NDArray[np.int32]
    """Stories that hold each."""
    hint: NDArray[np.bool_]
    """Whether any key begins with these bits: most hashes are told from this alone."""


def rarity(keys: Keys, stories: NDArray[np.int32]) -> Rarity:
    """Return what is known of the keys, which must be sorted and distinct."""
    hint = np.zeros(1 << _HINT_BITS, bool)
    hint[keys >> np.uint32(32 - _HINT_BITS)] = True
    return Rarity(keys, stories, hint)


def keys(hashes: Hashes) -> Keys:
    """Return the key under which each shingle or term is counted: its upper half."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def shingle_keys(of: Stream, settings: Dedup) -> tuple[Keys, Bounds]:
    """Return the sorted, distinct keys of the shingles of each text in one array, and the bounds.

    Those of text ``i`` are ``keys[bounds[i]:bounds[i + 1]]``.
    """
    return by_text(*shingles(of, settings))


def term_keys(of: Stream) -> tuple[Keys, Bounds]:
    """Return the same of the terms of each text."""
    return by_text(*terms_of(of))


def by_text(hashes: Hashes, bounds: Bounds) -> tuple[Keys, Bounds]:
    """Return the sorted, distinct keys of the hashes of each text, and the bounds."""
    text = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint64), np.diff(bounds))
    # Several times faster than numpy.unique, which hashes.
    ordered = np.sort(text << np.uint64(32) | keys(hashes))
    is_first = np.ones(len(ordered), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    distinct = ordered[is_first]
    ends = np.searchsorted(distinct, np.arange(len(bounds), dtype=np.uint64) << np.uint64(32))
    return distinct.astype(np.uint32), ends


def weights(wanted: Keys, known: Rarity) -> NDArray[np.float64]:
    """Return one over the stories that hold each key, as far as is known."""
    found = np.ones(len(wanted))
    may_be = np.flatnonzero(known.hint[wanted >> np.uint32(32 - _HINT_BITS)])
    if len(may_be):
        some = wanted[may_be]
        at = np.minimum(np.searchsorted(known.keys, some), len(known.keys) - 1)
        common = known.keys[at] == some
        found[may_be[common]] = 1 / known.stories[at[common]]
    return found
