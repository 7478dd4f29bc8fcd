"""Tokens to 64-bit shingle hashes: runs of words, or of characters where words have no spaces."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.normalise import UNSPACED
from pipeline.settings import Dedup

Hashes = NDArray[np.uint64]

UNSPACED_BIT = np.uint64(1)
"""Set in the code of a token that is a character of a script without word spaces."""
NUMBER_BIT = np.uint64(2)
"""Set in the code of a token that begins with a digit."""
TERM_BIT = np.uint64(4)
"""Set in the code of a number or of a word too long to be a mere article or preposition."""

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of a token is lost


def codes(tokens: Sequence[str]) -> Hashes:
    """Return one code a token: its hash, and what it is in the three lowest bits."""
    return np.fromiter(map(_code, tokens), np.uint64, len(tokens))


@lru_cache(maxsize=1 << 17)
def _code(token: str) -> int:
    data = token.encode("utf-8", "surrogatepass")
    code = int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
    unspaced = UNSPACED.match(token) is not None
    number = token[0].isdecimal()
    # Below U+0530 stand Latin, Greek and Cyrillic; other scripts write fewer letters a word.
    term = number or (len(token) >= (5 if token[0] < "\u0530" else 3))
    return code & ~7 | unspaced | number << 1 | term << 2


def windows(codes: Hashes, width: int) -> Hashes:
    """Return one hash for each run of ``width`` codes: a polynomial modulo 2**64, mixed."""
    count = max(0, len(codes) - width + 1)
    rolled = np.zeros(count, np.uint64)
    for offset in range(width if count else 0):
        rolled = rolled * _BASE + codes[offset : offset + count]
    return mixed(rolled)


def shingles(texts: Sequence[Hashes], settings: Dedup) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the shingles of all texts in one array by position, repeats included, and the bounds.

    Those of text ``i`` are ``hashes[bounds[i]:bounds[i + 1]]``. A shingle holds ``shingle_chars``
    tokens if its first is an unspaced character, else ``shingle_words``; none goes past the end of
    its text.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    stream = np.concatenate([np.empty(0, np.uint64), *texts])
    unspaced = (stream & UNSPACED_BIT) != 0
    hashes = _padded(windows(stream, settings.shingle_words), len(stream))
    if unspaced.any():
        by_characters = _padded(windows(stream, settings.shingle_chars), len(stream))
        hashes = np.where(unspaced, by_characters, hashes)
    fits = np.arange(len(stream)) + widths(stream, settings) <= np.repeat(ends, lengths)
    bounds = np.concatenate([[0], np.cumsum(fits)])[np.concatenate([[0], ends])]
    return hashes[fits], bounds


def widths(codes: Hashes, settings: Dedup) -> NDArray[np.int64]:
    """Return how many tokens the shingle holds that begins at each token."""
    unspaced = (codes & UNSPACED_BIT) != 0
    return np.where(unspaced, settings.shingle_chars, settings.shingle_words)


def split(hashes: Hashes, bounds: NDArray[np.int64]) -> list[Hashes]:
    """Return the shingles of each text as a view."""
    return [hashes[start:end] for start, end in pairwise(bounds)]


def _padded(rolled: Hashes, length: int) -> Hashes:
    return np.pad(rolled, (0, length - len(rolled)))


def mixed(hashes: Hashes) -> Hashes:
    """Spread the entropy over all 64 bits: the finaliser of MurmurHash3."""
    hashes = hashes ^ (hashes >> np.uint64(33))
    hashes = hashes * np.uint64(0xFF51AFD7ED558CCD)
    return hashes ^ (hashes >> np.uint64(33))
