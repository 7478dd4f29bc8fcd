"""Tokens to hashes: codes of words, runs of words or of unspaced characters, terms, numbers.

All of it works on a ``Stream``: the tokens of many texts in one array.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.normalise import UNSPACED, chunks, parts, plain_parts
from pipeline.settings import Dedup

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Bounds = NDArray[np.int64]

UNSPACED_BIT = np.uint32(1)
"""Set in the code of a token that is a character of a script without word spaces."""
NUMBER_BIT = np.uint32(2)
"""Set in the code of a token that begins with a digit."""
TERM_BIT = np.uint32(4)
"""Set in the code of a number or of a word too long to be a mere article or preposition."""

NUMBER_RUN = 3
"""Tokens in a number-bearing run."""
TERM_RUN = 4
"""Characters in a term of a script without word spaces: any two texts share shorter runs."""

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no bit of a token is lost
_MEMO = 1 << 17
_LONGEST = 40
"""Characters of the longest chunk that is remembered: longer ones hardly come again."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The tokens of ``n`` texts in one array."""

    codes: Codes
    bounds: Bounds
    """(n + 1,): those of text ``i`` are ``codes[bounds[i]:bounds[i + 1]]``."""

    def __len__(self) -> int:
        return len(self.bounds) - 1


def stream(texts: Sequence[str], settings: Dedup) -> Stream:
    """Return the codes of all tokens of the texts."""
    return joined([encode(text, settings) for text in texts])


def joined(texts: Sequence[bytes]) -> Stream:
    """Return the stream of texts that are encoded already."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) // 4
    codes = np.frombuffer(b"".join(texts), "<u4").astype(np.uint32, copy=False)
    return Stream(codes, np.concatenate([[0], np.cumsum(lengths)]))


def encode(text: str, settings: Dedup) -> bytes:
    """Return four bytes a token: its hash, and what it is in the three lowest bits."""
    if not settings.one_spelling:
        return b"".join([_coded(plain_parts(chunk)) for chunk in chunks(text)])
    return b"".join(map(_KNOWN.__getitem__, chunks(text)))


class _Codes(dict[str, bytes]):
    """What short chunks are encoded as, remembered: half the time of a cache that keeps order."""

    def __missing__(self, chunk: str) -> bytes:
        found = _coded(parts(chunk))
        if len(chunk) <= _LONGEST:
            if len(self) >= _MEMO:
                self.clear()
            self[chunk] = found
        return found


_KNOWN = _Codes()


def _coded(tokens: Sequence[str]) -> bytes:
    return b"".join(map(_code, tokens))


@lru_cache(_MEMO)
def _code(token: str) -> bytes:
    data = token.encode("utf-8", "surrogatepass")
    code = int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")
    unspaced = UNSPACED.match(token) is not None
    number = token[0].isdecimal()
    # Below U+0530 stand Latin, Greek and Cyrillic; other scripts write fewer letters a word.
    term = number or (len(token) >= (5 if token[0] < "\u0530" else 3))
    return (code & ~7 | unspaced | number << 1 | term << 2).to_bytes(4, "little")


def windows(codes: Codes, width: int) -> Hashes:
    """Return one hash for each run of ``width`` codes: a polynomial modulo 2**64, mixed."""
    count = max(0, len(codes) - width + 1)
    rolled = np.zeros(count, np.uint64)
    for offset in range(width if count else 0):
        rolled *= _BASE
        rolled += codes[offset : offset + count]
    return mixed(rolled)


def shingles(of: Stream, settings: Dedup) -> tuple[Hashes, Bounds]:
    """Return the shingles of all texts in one array by position, repeats included, and the bounds.

    Those of text ``i`` are ``hashes[bounds[i]:bounds[i + 1]]``. A shingle holds ``shingle_chars``
    tokens if its first is an unspaced character, else ``shingle_words``; none goes past the end of
    its text.
    """
    hashes = _padded(windows(of.codes, settings.shingle_words), len(of.codes))
    unspaced = (of.codes & UNSPACED_BIT) != 0
    if unspaced.any():
        by_characters = _padded(windows(of.codes, settings.shingle_chars), len(of.codes))
        hashes = np.where(unspaced, by_characters, hashes)
    return _chosen(hashes, _fit(of, widths(of.codes, settings)), of)


def widths(codes: Codes, settings: Dedup) -> Bounds:
    """Return how many tokens the shingle holds that begins at each token."""
    unspaced = (codes & UNSPACED_BIT) != 0
    return np.where(unspaced, settings.shingle_chars, settings.shingle_words)


def terms(of: Stream) -> Hashes:
    """Return by token what carries meaning there, or 0.

    It is a word, a number, or a run of unspaced characters.
    """
    unspaced = (of.codes & UNSPACED_BIT) != 0
    found = np.where((of.codes & TERM_BIT) != 0, mixed(of.codes.astype(np.uint64)), np.uint64(0))
    if unspaced.any():
        whole = _fit(of, np.full(len(of.codes), TERM_RUN))
        for offset in range(TERM_RUN):
            whole[: len(whole) - offset] &= unspaced[offset:]
        found[whole] = _padded(windows(of.codes, TERM_RUN), len(of.codes))[whole]
    return found


def terms_of(of: Stream) -> tuple[Hashes, Bounds]:
    """Return the terms of all texts in one array, and the bounds."""
    found = terms(of)
    return _chosen(found, found != 0, of)


def numbers(of: Stream) -> tuple[Hashes, Hashes, Bounds]:
    """Return the number-bearing runs, the same with their numbers masked, and the bounds."""
    is_number = (of.codes & NUMBER_BIT) != 0
    bearing = np.zeros(len(of.codes), bool)
    for offset in range(NUMBER_RUN):
        bearing[: len(bearing) - offset] |= is_number[offset:]
    bearing &= _fit(of, np.full(len(of.codes), NUMBER_RUN))
    runs = _padded(windows(of.codes, NUMBER_RUN), len(of.codes))
    blind = np.where(is_number, NUMBER_BIT, of.codes)
    masked = _padded(windows(blind, NUMBER_RUN), len(of.codes))
    found, bounds = _chosen(runs, bearing, of)
    return found, masked[bearing], bounds


def _fit(of: Stream, width: Bounds) -> NDArray[np.bool_]:
    """Tell by token whether a run of that width ends inside its text."""
    ends = np.repeat(of.bounds[1:], np.diff(of.bounds))
    return np.arange(len(of.codes)) + width <= ends


def _chosen(values: Hashes, wanted: NDArray[np.bool_], of: Stream) -> tuple[Hashes, Bounds]:
    return values[wanted], np.concatenate([[0], np.cumsum(wanted)])[of.bounds]


def _padded(rolled: Hashes, length: int) -> Hashes:
    return np.pad(rolled, (0, length - len(rolled)))


def mixed(hashes: Hashes) -> Hashes:
    """Spread the entropy over all 64 bits: the finaliser of MurmurHash3."""
    hashes = hashes ^ (hashes >> np.uint64(33))
    hashes = hashes * np.uint64(0xFF51AFD7ED558CCD)
    return hashes ^ (hashes >> np.uint64(33))
