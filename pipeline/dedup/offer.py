"""Pairs of texts that share no more than a block at the end of both that belongs to neither.

A block of the same story shares words with what stands above it; an offer or a legal text does not
(lexical cohesion: Hearst, "TextTiling", Computational Linguistics 23:1, 1997). A block at the
beginning of both is not asked: there a cut-down and its story share the lead.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import UNSPACED_BIT, Bounds, Stream, terms

SparseRows: TypeAlias = Any
"""A ``scipy.sparse.csr_matrix``; scipy is imported where one is made, for it takes its time."""
BLOCK_SHARE = 0.8
"""Share of all shared shingles that stands in the block, if the texts share but an offer."""
GAP = 16
"""Positions without a shared shingle that a block may span, for a misread or local word."""
MARGIN = 3
"""Shingles after the block, at the very end of the text."""
OFFER_WORDS = 200
"""A longer block is no offer."""
OFFER_CHARACTERS = 600
"""The same where words are not spaced."""
LEAST_TERMS = 8
"""A text with fewer terms outside the block is all block: a cut-down."""
COHESION = 0.1
"""Share of the terms outside the block that a block of the same story holds too."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Cuts:
    """For every token of a stream, what a cut before it parts: terms of its text, each once."""

    before: Numbers
    across: Numbers
    """Terms that stand on both sides."""
    bounds: Bounds
    longest: Numbers
    """(n,) tokens that an offer in each text may hold."""


@dataclass(frozen=True)
class Blocks:
    """What one text of each pair shares, where that is a block at its end: an entry a pair."""

    found: NDArray[np.bool_]
    rest: Numbers
    """Terms above the block."""
    kin: Numbers
    """Those of them that stand in the block, too."""


def cuts(of: Stream) -> Cuts:
    """Count the terms on either side of each token."""
    found = terms(of)
    where = np.flatnonzero(found)
    text = (np.searchsorted(of.bounds, where, "right") - 1).astype(np.uint64)
    key = text << np.uint64(32) | found[where] >> np.uint64(32)
    order = np.argsort(key, kind="stable")
    is_first = np.ones(len(order), bool)
    is_first[1:] = key[order][1:] != key[order][:-1]
    begun, ended = (np.zeros(len(found) + 1, np.int64) for _ in range(2))
    begun[where[order][is_first] + 1] = 1
    ended[where[order][np.roll(is_first, -1)] + 1] = 1
    begun, ended = np.cumsum(begun), np.cumsum(ended)
    lengths = np.diff(of.bounds)
    start = np.repeat(of.bounds[:-1], lengths)
    before, gone = begun[:-1] - begun[start], ended[:-1] - ended[start]
    return Cuts(before, before - gone, of.bounds, _longest(of, lengths))


def _longest(of: Stream, lengths: Numbers) -> Numbers:
    unspaced = np.concatenate([[0], np.cumsum((of.codes & UNSPACED_BIT) != 0)])
    share = np.diff(unspaced[of.bounds]) / np.maximum(lengths, 1)
    return (OFFER_WORDS + share * (OFFER_CHARACTERS - OFFER_WORDS)).astype(np.int64)


def blocks(shared: SparseRows, lengths: Numbers, of: Cuts, text: Numbers) -> Blocks:
    """Return the block at the end of each text that holds nearly all it shares with another.

    A row of ``shared`` holds the positions, from 1, of what a text shares; ``lengths`` has the
    shingles of that text, and ``text`` its number among those of the cuts.
    """
    counts = np.diff(shared.indptr).astype(np.int64)
    row = np.repeat(np.arange(len(counts)), counts)
    places = np.sort(row << 32 | shared.data.astype(np.int64)) & 0xFFFFFFFF
    begins = _tail(places, counts, lengths, of.longest[text])
    cut = of.bounds[text] + np.maximum(begins, 0)
    return Blocks(begins >= 0, of.before[cut], of.across[cut])


def are_foreign(one: Blocks, other: Blocks) -> NDArray[np.bool_]:
    """Tell for each pair whether its blocks share too few terms with what stands above them."""
    return (
        one.found
        & other.found
        & (np.minimum(one.rest, other.rest) >= LEAST_TERMS)
        & (one.kin + other.kin < COHESION * (one.rest + other.rest))
    )


def _tail(places: Numbers, counts: Numbers, lengths: Numbers, longest: Numbers) -> Numbers:
    """Return where a block at the end of each text begins, from 0, or -1 where there is none.

    ``places`` are the shared positions of all texts, from 1 and ascending in each, ``counts`` how
    many each text has.
    """
    found = np.full(len(counts), -1)
    some = np.flatnonzero(counts)
    if not len(some):
        return found
    ends = np.cumsum(counts)[some]
    starts, size = ends - counts[some], lengths[some]
    at = np.arange(len(places))
    far = np.zeros(len(places), bool)
    far[1:] = np.diff(places) > GAP
    block = np.maximum(np.maximum.reduceat(np.where(far, at, 0), starts), starts)
    first, last = places[block], places[ends - 1]
    is_tail = (
        (last >= size - MARGIN)
        & (size - first < longest[some])
        & (ends - block >= BLOCK_SHARE * counts[some])
    )
    found[some[is_tail]] = first[is_tail] - 1
    return found
