"""Pairs of texts that share no more than a block at the end of both that belongs to neither.

A block of the same story shares words with what stands around it; an offer or a legal text does not
(lexical cohesion: Hearst, "TextTiling", Computational Linguistics 23:1, 1997).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pipeline.dedup.shingles import Bounds, Stream, terms

TAIL_SHARE = 0.8
"""Share of all shared shingles that stands in the last block, if the texts share but a tail."""
TAIL_GAP = 16
"""Positions without a shared shingle that a block may span, for a misread or local word."""
TAIL_MARGIN = 3
"""Shingles after the block, at the very end of the text."""
TAIL_TOKENS = 200
"""A longer shared tail is no offer text."""
LEAST_TERMS = 8
"""A text with fewer terms outside the tail is all tail: a cut-down."""
COHESION = 0.1
"""Share of the terms outside the tail that a tail of the same story holds too."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Cuts:
    """For every token of a stream, what a cut before it parts."""

    before: Numbers
    """Distinct terms of its text that stand before the cut."""
    across: Numbers
    """Those of them that stand behind it, too."""
    bounds: Bounds


def cuts(of: Stream) -> Cuts:
    """Count the terms on either side of each token."""
    found = terms(of)
    where = np.flatnonzero(found)
    text = np.searchsorted(of.bounds, where, "right") - 1
    key = text.astype(np.uint64) << np.uint64(32) | found[where] >> np.uint64(32)
    order = np.argsort(key, kind="stable")
    is_first = np.append(True, key[order][1:] != key[order][:-1])[: len(order)]
    first, last = where[order][is_first], where[order][np.roll(is_first, -1)]
    begun, ended = (np.zeros(len(found) + 1, np.int64) for _ in range(2))
    begun[first + 1], ended[last + 1] = 1, 1
    begun, ended = np.cumsum(begun), np.cumsum(ended)
    start = np.repeat(of.bounds[:-1], np.diff(of.bounds))
    before = begun[:-1] - begun[start]
    return Cuts(before, before - (ended[:-1] - ended[start]), of.bounds)


def tails(shared: csr_matrix, lengths: Numbers) -> Numbers:
    """Return where a shared block at the end of a text begins, or -1 if more is shared or less.

    A row of ``shared`` holds the positions, from 1, of what one text shares with another;
    ``lengths`` has the shingles of that text.
    """
    counts = np.diff(shared.indptr)
    row = np.repeat(np.arange(len(counts)), counts)
    places = np.sort(row << 32 | shared.data.astype(np.int64)) & 0xFFFFFFFF
    begins = np.zeros(len(places), np.int64)
    begins[1:] = np.where((np.diff(places) > TAIL_GAP) | (np.diff(row) > 0), np.arange(1, len(places)), 0)
    some = np.flatnonzero(counts)
    found = np.full(len(counts), -1)
    if not len(some):
        return found
    starts = shared.indptr[:-1][some]
    block = np.maximum(np.maximum.reduceat(begins, starts), starts)
    first, last = places[block], places[starts + counts[some] - 1]
    length = lengths[some]
    is_tail = (
        (last >= length - TAIL_MARGIN)
        & (length - first < TAIL_TOKENS)
        & (starts + counts[some] - block >= TAIL_SHARE * counts[some])
    )
    found[some[is_tail]] = first[is_tail] - 1
    return found


def are_foreign(of: Cuts, a: Numbers, tail_a: Numbers, b: Numbers, tail_b: Numbers) -> NDArray[np.bool_]:
    """Tell for each pair of texts whether their tails share too few terms with what precedes them.

    Each text is cut before its token ``tail``; -1 is no tail.
    """
    before_a, before_b = _at(of.before, of, a, tail_a), _at(of.before, of, b, tail_b)
    kin = _at(of.across, of, a, tail_a) + _at(of.across, of, b, tail_b)
    return (
        (tail_a >= 0)
        & (tail_b >= 0)
        & (np.minimum(before_a, before_b) >= LEAST_TERMS)
        & (kin < COHESION * (before_a + before_b))
    )


def _at(counts: Numbers, of: Cuts, text: Numbers, tail: Numbers) -> Numbers:
    # A pair has shared shingles, so neither text is empty.
    return counts[of.bounds[text] + np.maximum(tail, 0)]
