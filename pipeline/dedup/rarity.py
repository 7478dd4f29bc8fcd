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


_SLOT_BITS = 22


@dataclass(frozen=True)
class Rarity:
    """What more than one story of the sample holds; anything else is as rare as can be."""

    keys: Keys
    """Sorted keys of shingles and terms."""
    stories: NDArray[np.int32]
    """Stories that hold each."""
    slots: NDArray[np.int32]
    """For each value of a key's upper bits where its keys begin; most slots hold one or none."""


def rarity(keys: Keys, stories: NDArray[np.int32]) -> Rarity:
    """Return what is known of the keys, which must be sorted and distinct."""
    held = np.bincount(_slot(keys), minlength=1 << _SLOT_BITS)
    slots = np.concatenate([[0], np.cumsum(held)]).astype(np.int32)
    return Rarity(keys, stories, slots)


def _slot(keys: Keys) -> Keys:
    return keys >> np.uint32(32 - _SLOT_BITS)


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
    slot = _slot(wanted)
    # A search by halves in as many keys takes five times as long.
    at, end = known.slots[slot], known.slots[slot + np.uint32(1)]
    left = np.flatnonzero(at < end)
    at, end = at[left], end[left]
    while len(left):
        hit = known.keys[at] == wanted[left]
        found[left[hit]] = 1 / known.stories[at[hit]]
        at += 1
        rest = ~hit & (at < end)
        left, at, end = left[rest], at[rest], end[rest]
    return found
