"""Candidate pairs to matches: judged on the shingles of the two texts, never on the estimate.

Works on many pairs at once: a text is a row of a sparse matrix, what two texts share is the product
of two rows. A column is the key of a shingle, 32 bits: two of a pair's shingles fall on one by
chance once in some 100,000 pairs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.offer import LEAST_TERMS, Cuts, SparseRows, are_foreign, blocks, cuts
from pipeline.dedup.rarity import Keys, Rarity, by_text, keys, weights
from pipeline.dedup.shingles import Bounds, Stream, numbers, shingles, terms_of
from pipeline.settings import Dedup

Pairs = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_RUNS = 4
"""Fewer shared number-bearing runs than this say nothing where much else is shared."""
MUCH = 0.5
"""Weighted containment that is much: most of a text is not what a template leaves open."""
AGREEING_RUNS = 0.7
"""Share of the shared runs whose numbers must be equal too."""
LIKELY = 0.1
"""Share of the smaller text that two texts hold at least, rare or not, if they are to match."""

_AT_ONCE = 2_048
_COLUMNS = 1 << 32


@dataclass(frozen=True)
class Texts:
    """What a comparison needs of ``n`` texts."""

    keys: Sequence[bytes]
    """The sorted, distinct keys of the shingles of each."""
    read: Callable[[Pairs], Stream]
    """Gives the words of the texts with these numbers: only those that may match are asked for."""
    known: Rarity


@dataclass(frozen=True)
class Matches:
    """Pairs that tell the same story: one entry a match in each array."""

    pair: Pairs
    """(m, 2) rows of the two texts."""
    shared: NDArray[np.int64]
    """Distinct shingles that both hold."""
    containment: Floats
    """``shared`` by the shingles of the smaller text."""
    jaccard: Floats
    weighted: Floats
    """Containment with each shingle weighted by its rarity, of the text where that is more."""


_FIELDS = ("pair", "shared", "containment", "jaccard", "weighted")


def sift(held: Sequence[bytes], pairs: Pairs, settings: Dedup) -> Matches:
    """Return the pairs that share so much that they may match, whatever of it is rare.

    ``held`` has the keys of each text. As nothing is weighed here, ``weighted`` is the plain
    containment.
    """
    rows = _key_rows(*_flat(held))
    return _share_enough(rows, rows, pairs, min(LIKELY, settings.min_containment), settings)


def compare(of: Texts, pairs: Pairs, settings: Dedup) -> Matches:
    """Return the pairs, of (m, 2) rows, that tell the same story, in the order given.

    A match shares at least ``min_shared`` distinct shingles and ``min_containment`` of the smaller
    text by the weight of what is rare, ``min_evidence`` of shingles and terms together; it agrees
    in the numbers of what it shares, and shares more than an offer at the end of both.
    """
    rows = _key_rows(*_flat(of.keys))
    weighted = _weighted(rows, of.known)
    found = _share_enough(rows, weighted, pairs, settings.min_containment, settings)
    texts, local = np.unique(found.pair, return_inverse=True)
    words = _words(of.read(texts), of.known, settings)
    stands = np.zeros(len(found.pair), bool)
    outside = found.shared / found.containment - found.shared
    for some in _steps(found.pair):
        stands[some] = _agree(
            words,
            local.reshape(found.pair.shape)[some],
            found.weighted[some],
            outside[some],
            settings,
        )
    return _chosen(found, stands)


def _share_enough(
    held: SparseRows, weighted: SparseRows, pairs: Pairs, least: float, settings: Dedup
) -> Matches:
    """Return the pairs that share enough shingles and enough of the smaller text by weight."""
    every = []
    sizes, totals = np.diff(held.indptr), _totals(weighted)
    for some in _steps(pairs):
        shared, weight = _overlap(held, weighted, pairs[some])
        smaller, larger = _sizes(sizes, pairs[some])
        lighter, _ = _sizes(totals, pairs[some])
        share = np.minimum(weight / np.maximum(lighter, np.finfo(float).tiny), 1.0)
        likely = Matches(
            pair=pairs[some],
            shared=shared,
            containment=shared / np.maximum(smaller, 1),
            jaccard=shared / np.maximum(smaller + larger - shared, 1),
            weighted=share,
        )
        every.append(_chosen(likely, (shared >= settings.min_shared) & (share >= least)))
    return Matches(*(np.concatenate([getattr(some, n) for some in every]) for n in _FIELDS))


def _chosen(found: Matches, stands: NDArray[np.bool_]) -> Matches:
    return Matches(*(getattr(found, name)[stands] for name in _FIELDS))


def _steps(pairs: Pairs) -> list[slice]:
    return [slice(at, at + _AT_ONCE) for at in range(0, max(1, len(pairs)), _AT_ONCE)]


@dataclass(frozen=True)
class _Words:
    """The words of texts that may match, row by row."""

    terms: SparseRows
    term_weights: SparseRows
    runs: SparseRows
    """Number-bearing runs of tokens."""
    masked: SparseRows
    """The same with their numbers masked."""
    places: SparseRows
    """Shingles, each with the position, from 1, where it stands last."""
    shingles: SparseRows
    lengths: NDArray[np.int64]
    """(n,) shingles, repeats included."""
    cuts: Cuts


def _words(of: Stream, known: Rarity, settings: Dedup) -> _Words:
    hashes, bounds = shingles(of, settings)
    runs, masked, run_bounds = numbers(of)
    terms = _key_rows(*by_text(*terms_of(of)))
    places = _places(keys(hashes), bounds)
    return _Words(
        terms=terms,
        term_weights=_weighted(terms, known),
        runs=_key_rows(*by_text(runs, run_bounds)),
        masked=_key_rows(*by_text(masked, run_bounds)),
        places=places,
        shingles=_canonical(np.ones(places.nnz), places.indices, places.indptr, places.shape),
        lengths=np.diff(bounds),
        cuts=cuts(of),
    )


def _agree(
    of: _Words, pairs: Pairs, weighted: Floats, outside: Floats, settings: Dedup
) -> NDArray[np.bool_]:
    """Tell which pairs share terms as well, agree in numbers, and share more than an offer."""
    stands = weighted + _same_terms(of, pairs) >= settings.min_evidence
    stands[stands] = _numbers_agree(of, pairs[stands], weighted[stands])
    mixed = stands & (outside >= LEAST_TERMS)
    stands[mixed] = ~_share_an_offer(of, pairs[mixed])
    return stands


def _same_terms(of: _Words, pairs: Pairs) -> Floats:
    """Return the share of the terms of the lighter text that both hold, weighted by rarity."""
    _, weight = _overlap(of.terms, of.term_weights, pairs)
    lighter, _ = _sizes(_totals(of.term_weights), pairs)
    share: Floats = weight / np.maximum(lighter, np.finfo(float).tiny)
    return share


def _numbers_agree(of: _Words, pairs: Pairs, weighted: Floats) -> NDArray[np.bool_]:
    """Tell a template filled with other figures from a copy.

    Only runs of words that both texts have, up to the digits, are asked: the prices of an offer
    that one of them carries say nothing of the story.
    """
    runs, _ = _overlap(of.masked, of.masked, pairs)
    equal, _ = _overlap(of.runs, of.runs, pairs)
    is_open = (runs < LEAST_RUNS) & (weighted >= MUCH)
    return is_open | (equal >= AGREEING_RUNS * runs)


def _share_an_offer(of: _Words, pairs: Pairs) -> NDArray[np.bool_]:
    """Tell whether all that two texts share is an offer at the end of both."""
    a, b = pairs[:, 0], pairs[:, 1]
    one = blocks(_product(of.places[a], of.shingles[b]), of.lengths[a], of.cuts, a)
    other = blocks(_product(of.places[b], of.shingles[a]), of.lengths[b], of.cuts, b)
    return are_foreign(one, other)


def _overlap(held: SparseRows, weighted: SparseRows, pairs: Pairs) -> tuple[Pairs, Floats]:
    """Return for each pair how many entries both rows hold, and the sum of their weights."""
    both = _product(weighted[pairs[:, 0]], held[pairs[:, 1]])
    return np.diff(both.indptr).astype(np.int64), _totals(both)


def _product(rows: SparseRows, held: SparseRows) -> SparseRows:
    return rows.multiply(held).tocsr()


def _totals(rows: SparseRows) -> Floats:
    totals: Floats = np.asarray(rows.sum(axis=1), dtype=np.float64).ravel()
    return totals


def _sizes(of: NDArray[Any], pairs: Pairs) -> tuple[NDArray[Any], NDArray[Any]]:
    one, other = of[pairs[:, 0]], of[pairs[:, 1]]
    return np.minimum(one, other), np.maximum(one, other)


def _flat(held: Sequence[bytes]) -> tuple[Keys, Bounds]:
    bounds = np.cumsum([0, *(len(own) // 4 for own in held)])
    return np.frombuffer(b"".join(held), "<u4").astype(np.uint32, copy=False), bounds


def _key_rows(own: Keys, bounds: Bounds) -> SparseRows:
    """Return a row a text with 1 at each of its keys, which are sorted and distinct."""
    shape = (len(bounds) - 1, _COLUMNS)
    return _canonical(np.ones(len(own)), own.astype(np.int64), bounds, shape)


def _weighted(rows: SparseRows, known: Rarity) -> SparseRows:
    found = weights(rows.indices.astype(np.uint32), known)
    return _canonical(found, rows.indices, rows.indptr, rows.shape)


def _places(own: Keys, bounds: Bounds) -> SparseRows:
    """Return a row a text with, at each of its keys, the last position where it stands, from 1."""
    lengths = np.diff(bounds)
    row = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
    order = np.argsort(row << np.uint64(32) | own, kind="stable")
    place = np.arange(1, len(own) + 1) - np.repeat(bounds[:-1], lengths)
    is_last = np.ones(len(own), bool)
    is_last[:-1] = (own[order][1:] != own[order][:-1]) | (row[1:] != row[:-1])
    ends = np.concatenate([[0], np.cumsum(is_last)])[bounds]
    data = place[order][is_last].astype(np.float64)
    shape = (len(lengths), _COLUMNS)
    return _canonical(data, own[order][is_last].astype(np.int64), ends, shape)


def _canonical(data: Floats, indices: Any, indptr: Any, shape: tuple[int, int]) -> SparseRows:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow; most workers compare nothing

    rows = csr_matrix((data, indices, indptr.astype(np.int64)), shape=shape)
    rows.has_canonical_format = True
    return rows
