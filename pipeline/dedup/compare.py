"""Candidate pairs to matches: judged on the shingles of the two texts, never on the estimate.

Works on many pairs at once: a text is a row of a sparse matrix, what two texts share is the product
of two rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pipeline.dedup.offer import LEAST_TERMS, Cuts, are_foreign, blocks, cuts
from pipeline.dedup.rarity import Rarity, weights
from pipeline.dedup.shingles import Bounds, Hashes, Stream, numbers, shingles, terms_of
from pipeline.settings import Dedup

Pairs = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST_RUNS = 4
"""Fewer shared number-bearing runs than this say nothing of the numbers."""
AGREEING_RUNS = 0.7
"""Share of the shared runs whose numbers must be equal too."""

LIKELY = 0.1
"""Share of the smaller text that two texts hold at least, rare or not, if they are to match."""

_AT_ONCE = 4_096
_COLUMNS = 1 << 62


@dataclass(frozen=True)
class Texts:
    """What a comparison needs of ``n`` texts, in the order in which they were given."""

    shingles: csr_matrix
    """(n, hashes) 1 where a text holds a shingle."""
    weights: csr_matrix
    """The same with the weight of each shingle."""
    places: csr_matrix
    """The same with the position, from 1, where it stands last."""
    lengths: NDArray[np.int64]
    """(n,) shingles, repeats included."""
    terms: csr_matrix
    term_weights: csr_matrix
    runs: csr_matrix
    """Number-bearing runs of tokens."""
    masked: csr_matrix
    """The same with their numbers masked."""
    cuts: Cuts


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


def texts(of: Stream, known: Rarity, settings: Dedup) -> Texts:
    """Return the rows of the texts of a stream."""
    hashes, bounds = shingles(of, settings)
    runs, masked, run_bounds = numbers(of)
    places, term_places = _rows(hashes, bounds), _rows(*terms_of(of))
    return Texts(
        shingles=_ones(places),
        weights=_weighted(places, known),
        places=places,
        lengths=np.diff(bounds),
        terms=_ones(term_places),
        term_weights=_weighted(term_places, known),
        runs=_ones(_rows(runs, run_bounds)),
        masked=_ones(_rows(masked, run_bounds)),
        cuts=cuts(of),
    )


def compare(of: Texts, pairs: Pairs, settings: Dedup) -> Matches:
    """Return the pairs, of (m, 2) rows, that tell the same story, in the order given.

    A match shares at least ``min_shared`` distinct shingles and ``min_containment`` of the smaller
    text by the weight of what is rare, ``min_evidence`` of shingles and terms together; it agrees
    in the numbers of what it shares, and shares more than an offer at the end of both.
    """
    return _all([_compare(of, pairs[at : at + _AT_ONCE], settings) for at in _steps(pairs)])


def sift(keys: Sequence[bytes], pairs: Pairs, settings: Dedup) -> Matches:
    """Return the pairs that share so much that they may match, whatever of it is rare.

    ``keys`` has the sorted, distinct keys of the shingles of each text. As nothing is weighed
    here, ``weighted`` is the plain containment.
    """
    held = _key_rows(keys)
    return _all([_sift(held, pairs[at : at + _AT_ONCE], settings) for at in _steps(pairs)])


def _all(every: Sequence[Matches]) -> Matches:
    return Matches(*(np.concatenate([getattr(some, name) for some in every]) for name in _FIELDS))


_FIELDS = ("pair", "shared", "containment", "jaccard", "weighted")


def _steps(pairs: Pairs) -> range:
    return range(0, max(1, len(pairs)), _AT_ONCE)


def _compare(of: Texts, pairs: Pairs, settings: Dedup) -> Matches:
    shared, weight = _overlap(of.shingles, of.weights, pairs)
    smaller, larger = _sizes(np.diff(of.shingles.indptr), pairs)
    lighter, _ = _sizes(_totals(of.weights), pairs)
    weighted = weight / np.maximum(lighter, np.finfo(float).tiny)
    stands = (shared >= settings.min_shared) & (weighted >= settings.min_containment)
    stands[stands] = weighted[stands] + _same_terms(of, pairs[stands]) >= settings.min_evidence
    stands[stands] = _numbers_agree(of, pairs[stands])
    mixed = stands & (smaller - shared >= LEAST_TERMS)
    stands[mixed] = ~_share_an_offer(of, pairs[mixed])
    return _chosen(stands, pairs, shared, (smaller, larger), np.minimum(weighted, 1.0))


def _sift(held: csr_matrix, pairs: Pairs, settings: Dedup) -> Matches:
    shared, _ = _overlap(held, held, pairs)
    smaller, larger = _sizes(np.diff(held.indptr), pairs)
    stands = (shared >= settings.min_shared) & (shared >= LIKELY * smaller)
    return _chosen(stands, pairs, shared, (smaller, larger), shared / np.maximum(smaller, 1))


def _chosen(
    stands: NDArray[np.bool_],
    pairs: Pairs,
    shared: NDArray[np.int64],
    sizes: tuple[NDArray[Any], NDArray[Any]],
    weighted: Floats,
) -> Matches:
    both, smaller, larger = shared[stands], sizes[0][stands], sizes[1][stands]
    return Matches(
        pair=pairs[stands],
        shared=both,
        containment=both / smaller,
        jaccard=both / (smaller + larger - both),
        weighted=weighted[stands],
    )


def _same_terms(of: Texts, pairs: Pairs) -> Floats:
    """Return the share of the terms of the lighter text that both hold, weighted by rarity."""
    _, weight = _overlap(of.terms, of.term_weights, pairs)
    lighter, _ = _sizes(_totals(of.term_weights), pairs)
    share: Floats = weight / np.maximum(lighter, np.finfo(float).tiny)
    return share


def _numbers_agree(of: Texts, pairs: Pairs) -> NDArray[np.bool_]:
    """Tell a template filled with other figures from a copy.

    Only runs of words that both texts have, up to the digits, are asked: the prices of an offer
    that one of them carries say nothing of the story.
    """
    runs, _ = _overlap(of.masked, of.masked, pairs)
    equal, _ = _overlap(of.runs, of.runs, pairs)
    return (runs < LEAST_RUNS) | (equal >= AGREEING_RUNS * runs)


def _share_an_offer(of: Texts, pairs: Pairs) -> NDArray[np.bool_]:
    """Tell whether all that two texts share is an offer at the end of both."""
    a, b = pairs[:, 0], pairs[:, 1]
    one = blocks(_product(of.places[a], of.shingles[b]), of.lengths[a], of.cuts, a)
    other = blocks(_product(of.places[b], of.shingles[a]), of.lengths[b], of.cuts, b)
    return are_foreign(one, other)


def _overlap(held: csr_matrix, weighted: csr_matrix, pairs: Pairs) -> tuple[Pairs, Floats]:
    """Return for each pair how many entries both rows hold, and the sum of their weights."""
    both = _product(weighted[pairs[:, 0]], held[pairs[:, 1]])
    return np.diff(both.indptr).astype(np.int64), _totals(both)


def _product(rows: csr_matrix, held: csr_matrix) -> csr_matrix:
    return rows.multiply(held).tocsr()


def _totals(rows: csr_matrix) -> Floats:
    totals: Floats = np.asarray(rows.sum(axis=1), dtype=np.float64).ravel()
    return totals


def _sizes(of: NDArray[Any], pairs: Pairs) -> tuple[NDArray[Any], NDArray[Any]]:
    one, other = of[pairs[:, 0]], of[pairs[:, 1]]
    return np.minimum(one, other), np.maximum(one, other)


def _rows(values: Hashes, bounds: Bounds) -> csr_matrix:
    """Return a row a text with, at each of its hashes, the last position where it stands, from 1.

    Two bits of the hash are left out: columns are signed.
    """
    columns = (values >> np.uint64(2)).astype(np.int64)
    places = np.arange(1, len(values) + 1) - np.repeat(bounds[:-1], np.diff(bounds))
    shape = (len(bounds) - 1, _COLUMNS)
    rows = csr_matrix((places.astype(np.float64), columns, bounds.astype(np.int64)), shape=shape)
    rows.sort_indices()
    row = np.repeat(np.arange(shape[0]), np.diff(bounds))
    fresh = np.append(True, (np.diff(rows.indices) != 0) | (np.diff(row) != 0))[: len(columns)]
    if len(columns) == 0:
        return rows
    data = np.maximum.reduceat(rows.data, np.flatnonzero(fresh))
    counts = np.concatenate([[0], np.cumsum(fresh)])[bounds]
    return _canonical(data, rows.indices[fresh], counts, shape)


def _key_rows(keys: Sequence[bytes]) -> csr_matrix:
    bounds = np.cumsum([0, *(len(own) // 4 for own in keys)])
    columns = np.frombuffer(b"".join(keys), "<u4").astype(np.int64)
    return _canonical(np.ones(len(columns)), columns, bounds, (len(keys), _COLUMNS))


def _ones(rows: csr_matrix) -> csr_matrix:
    return _canonical(np.ones(rows.nnz), rows.indices, rows.indptr, rows.shape)


def _weighted(rows: csr_matrix, known: Rarity) -> csr_matrix:
    found = weights(rows.indices.astype(np.uint64) << np.uint64(2), known)
    return _canonical(found, rows.indices, rows.indptr, rows.shape)


def _canonical(data: Floats, indices: Any, indptr: Any, shape: tuple[int, int]) -> csr_matrix:
    rows = csr_matrix((data, indices, indptr), shape=shape)
    rows.has_canonical_format = True
    return rows
