"""Candidate pairs to matches: judged on the shingles of the two texts, never on the estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.normalise import tokens
from pipeline.dedup.shingles import (
    NUMBER_BIT,
    TERM_BIT,
    UNSPACED_BIT,
    Hashes,
    codes,
    shingles,
    split,
    widths,
    windows,
)
from pipeline.model import Match
from pipeline.settings import Dedup

CUT = 0.75
"""A text with fewer than this share of the other's shingles is a cut-down of it."""

NUMBER_RUN = 3
"""Tokens in a number-bearing run."""
LEAST_RUNS = 4
"""Fewer shared runs than this say nothing of the numbers."""
AGREEING_RUNS = 0.7
"""Share of the shared runs whose numbers must be equal too."""

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

NO_TERM = np.uint64(0)


@dataclass(frozen=True, slots=True)
class _Text:
    shingles: list[int]
    """By position, repeats included."""
    starts: NDArray[np.intp]
    """By shingle: its first token."""
    ends: NDArray[np.intp]
    """By shingle: the token after its last."""
    distinct: frozenset[int]
    numbers: Mapping[int, int]
    """Number-bearing run of tokens -> the same run with its numbers masked."""
    terms: Hashes
    """By token: a word, number or pair of unspaced characters that carries meaning, or NO_TERM."""


def verify(
    texts: Mapping[str, str], pairs: Sequence[tuple[str, str]], settings: Dedup
) -> list[Match]:
    """Return the pairs that tell the same story, sorted, whatever the order of the pairs.

    ``texts`` maps each ``text_id`` of a pair to its clean text. A match shares at least
    ``min_shared`` distinct shingles and ``min_containment`` of the smaller text, agrees in the
    numbers of what it shares, and shares more than an offer text that ends both.
    """
    ordered = sorted({(min(pair), max(pair)) for pair in pairs})
    read = _read(texts, sorted({text_id for pair in ordered for text_id in pair}), settings)
    found = (_match(a, b, read[a], read[b], settings) for a, b in ordered)
    return [match for match in found if match]


def _read(texts: Mapping[str, str], text_ids: Sequence[str], settings: Dedup) -> dict[str, _Text]:
    coded = [codes(tokens(texts[text_id])) for text_id in text_ids]
    by_text = split(*shingles(coded, settings))
    return {
        text_id: _text(c, own.tolist(), settings)
        for text_id, c, own in zip(text_ids, coded, by_text, strict=True)
    }


def _text(codes: Hashes, own: list[int], settings: Dedup) -> _Text:
    ends = np.arange(len(codes)) + widths(codes, settings)
    starts = np.flatnonzero(ends <= len(codes))
    return _Text(own, starts, ends[starts], frozenset(own), _numbers(codes), _terms(codes))


def _numbers(codes: Hashes) -> dict[int, int]:
    is_number = (codes & NUMBER_BIT) != 0
    count = max(0, len(codes) - NUMBER_RUN + 1)
    bearing = np.zeros(count, bool)
    for offset in range(NUMBER_RUN):
        bearing |= is_number[offset : offset + count]
    runs = windows(codes, NUMBER_RUN)[bearing]
    masked = windows(np.where(is_number, NUMBER_BIT, codes), NUMBER_RUN)[bearing]
    return dict(zip(runs.tolist(), masked.tolist(), strict=True))


def _terms(codes: Hashes) -> Hashes:
    unspaced = (codes & UNSPACED_BIT) != 0
    terms = np.where((codes & TERM_BIT) != 0, codes, NO_TERM)
    pairs = unspaced[:-1] & unspaced[1:]
    terms[:-1][pairs] = windows(codes, 2)[pairs]
    return terms


def _match(a: str, b: str, one: _Text, other: _Text, settings: Dedup) -> Match | None:
    shared = one.distinct & other.distinct
    smaller, larger = sorted((len(one.distinct), len(other.distinct)))
    if len(shared) < settings.min_shared or len(shared) < settings.min_containment * smaller:
        return None
    if not _numbers_agree(one, other) or _share_only_an_offer(one, other, shared):
        return None
    return Match(
        a,
        b,
        kind="contained" if smaller < CUT * larger else "near",
        containment=len(shared) / smaller,
        jaccard=len(shared) / (smaller + larger - len(shared)),
        shared=len(shared),
    )


def _numbers_agree(one: _Text, other: _Text) -> bool:
    """Tell a template filled with other figures from a copy.

    Only runs of words that both texts have, up to the digits, are asked: the prices of an offer
    that one of them carries say nothing of the story.
    """
    runs = set(one.numbers.values()) & set(other.numbers.values())
    equal = {one.numbers[run] for run in one.numbers.keys() & other.numbers.keys()}
    return len(runs) < LEAST_RUNS or len(equal) >= AGREEING_RUNS * len(runs)


def _share_only_an_offer(one: _Text, other: _Text, shared: frozenset[int]) -> bool:
    """Tell whether all that is shared is a block at the end of both that belongs to neither.

    A block of the same story shares words with what stands around it; an offer or a legal text does
    not (lexical cohesion: Hearst, "TextTiling", Computational Linguistics 23:1, 1997).
    """
    if min(len(one.distinct), len(other.distinct)) - len(shared) < LEAST_TERMS:
        return False
    tail, other_tail = _tail(one, shared), _tail(other, shared)
    if tail is None or other_tail is None:
        return False
    block = _held(one, tail)
    rest, other_rest = _held(one, ~tail), _held(other, ~other_tail)
    if min(len(rest), len(other_rest)) < LEAST_TERMS:
        return False
    kin = len(rest & block) + len(other_rest & block)
    return kin < COHESION * (len(rest) + len(other_rest))


def _held(text: _Text, where: NDArray[np.bool_]) -> frozenset[int]:
    return frozenset(text.terms[where].tolist()) - {int(NO_TERM)}


def _tail(text: _Text, shared: frozenset[int]) -> NDArray[np.bool_] | None:
    """Return the tokens that are shared, or None if they are more than a block at the end."""
    if shared.isdisjoint(text.shingles[-1 - TAIL_MARGIN :]):
        return None
    places = np.array([at for at, shingle in enumerate(text.shingles) if shingle in shared])
    breaks = np.flatnonzero(np.diff(places) > TAIL_GAP)
    first = int(breaks[-1]) + 1 if len(breaks) else 0
    length = len(text.shingles) - int(places[first])
    if len(places) - first < TAIL_SHARE * len(places) or length > TAIL_TOKENS:
        return None
    edges = np.zeros(len(text.terms) + 1, np.int64)
    np.add.at(edges, text.starts[places], 1)
    np.add.at(edges, text.ends[places], -1)
    return np.cumsum(edges[:-1]) > 0
