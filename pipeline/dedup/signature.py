"""MinHash signatures and LSH bands of texts, in numpy batches on datasketch's ``affine32`` scheme.

A row of ``Sketches.values`` loads as ``datasketch.LeanMinHash(seed=settings.seed, hashvalues=row,
scheme="affine32")``.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.shingles import Bounds, Hashes, Stream, mixed, shingles
from pipeline.identity import ID_LENGTH, code_digest, digest
from pipeline.settings import Dedup

SCHEME = "affine32"
EMPTY = np.uint32(0xFFFFFFFF)
"""Value of a text without shingles, as in datasketch."""

_BLOCK = 1 << 14  # shingles whose products stay in the CPU cache


@dataclass(frozen=True)
class Sketches:
    """Signatures of ``n`` texts, in the order in which the texts were given."""

    text_ids: tuple[str, ...]
    shingles: NDArray[np.int64]
    """(n,) shingles of each text, repeats included."""
    values: NDArray[np.uint32]
    """(n, permutations) least hash value for each permutation."""


def spec(settings: Dedup) -> str:
    """Return the digest of how signatures are made: two specs must never be compared."""
    made_by = ("normalise", "spelling", "shingles", "signature")
    return digest(
        {
            "scheme": SCHEME,
            "seed": settings.seed,
            "permutations": settings.permutations,
            "rows": settings.rows,
            "shingle_words": settings.shingle_words,
            "shingle_chars": settings.shingle_chars,
            "one_spelling": settings.one_spelling,
            "code": code_digest(*(f"dedup/{name}.py" for name in made_by)),
            "unicode": unicodedata.unidata_version,
        }
    )


def sketch(of: Stream, settings: Dedup) -> Sketches:
    """Return the signatures of the texts; each depends on its own text alone."""
    hashes, bounds = shingles(of, settings)
    return Sketches(
        text_ids=text_ids(of),
        shingles=np.diff(bounds),
        values=minhash(_to_32_bits(hashes), bounds, settings),
    )


def text_ids(of: Stream) -> tuple[str, ...]:
    """Return the name of each text: 128 bits as hexadecimal digits, the same for equal tokens."""
    data, size = of.codes.astype("<u4", copy=False).data.cast("B"), ID_LENGTH // 2
    return tuple(
        hashlib.blake2b(data[4 * start : 4 * end], digest_size=size).hexdigest()
        for start, end in pairwise(of.bounds.tolist())
    )


def _to_32_bits(hashes: Hashes) -> NDArray[np.uint32]:
    """Return what datasketch takes as the hash of each shingle."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def minhash(hashes: NDArray[np.uint32], bounds: Bounds, settings: Dedup) -> NDArray[np.uint32]:
    """Return (n, permutations) least values of ``a * h + b`` over each text's mixed hashes.

    datasketch does the same text by text; here one permutation runs over many texts at once.
    """
    factors, terms = _permutations(settings.permutations, settings.seed)
    values = np.full((len(bounds) - 1, settings.permutations), EMPTY)
    filled = np.flatnonzero(np.diff(bounds))
    mixed = _mixed(hashes)
    for some in _blocks(filled, bounds):
        first, last = bounds[some[0]], bounds[some[-1] + 1]
        block, starts = mixed[first:last], bounds[some] - first
        turned = np.empty_like(block)
        for k in range(settings.permutations):
            np.multiply(block, factors[k], out=turned)
            np.add(turned, terms[k], out=turned)
            values[some, k] = np.minimum.reduceat(turned, starts)
    return values


def _blocks(filled: NDArray[np.intp], bounds: Bounds) -> list[NDArray[np.intp]]:
    """Split the texts that have shingles into runs of about one block of shingles."""
    if not len(filled):
        return []
    numbers = bounds[filled] // _BLOCK
    return np.split(filled, np.flatnonzero(np.diff(numbers)) + 1)


@cache
def _permutations(count: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the odd factors and the terms of datasketch's scheme, which is slow to import."""
    random = np.random.RandomState(seed)
    halves = random.randint(0, 1 << 31, count, dtype=np.uint32)
    return halves * np.uint32(2) + np.uint32(1), random.randint(0, 1 << 32, count, dtype=np.uint32)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Apply the 32-bit finaliser of MurmurHash3, as datasketch does before it permutes."""
    hashes = hashes ^ (hashes >> np.uint32(16))
    hashes = hashes * np.uint32(0x85EBCA6B)
    hashes = hashes ^ (hashes >> np.uint32(13))
    hashes = hashes * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def bands(values: NDArray[np.uint32], rows: int) -> NDArray[np.uint32]:
    """Return (n, permutations // rows) keys: equal where all rows of a band are equal.

    The number of the band is not mixed in. Values past the last whole band are left out. Of a
    million texts some hundred pairs share a key of 32 bits by chance: verification parts them.
    """
    count = values.shape[1] // rows
    parts = values[:, : count * rows].astype(np.uint64).reshape(len(values), count, rows)
    keys = np.zeros((len(values), count), np.uint64)
    for row in range(rows):
        keys = mixed(keys + parts[:, :, row])
    return _to_32_bits(keys)
