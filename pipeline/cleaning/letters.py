"""Lines as arrays: the kind of each character, and the tokens with a hash each, in one pass."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

KINDS = (
    "space",
    "lower",
    "upper",
    "letter",
    "unspaced",
    "digit",
    "stop",
    "ask",
    "comma",
    "colon",
    "quote",
    "bracket",
    "separator",
    "dash",
    "money",
    "address",
    "other",
)
"""What a character may be; ``letter`` has no case, ``unspaced`` is of a script without blanks."""
KIND = {name: code for code, name in enumerate(KINDS)}

_BMP = 0x10000
_MARKS = {
    "stop": ".…。．؟।։۔",
    "ask": "!?！？",
    "comma": ",;，、；،؛",
    "colon": ":：",
    "quote": "\"'“”‘’„‚«»‹›「」『』`´",
    "bracket": "()[]{}（）【】<>",
    "separator": "|·•→/\\▪►»›→←",
    "dash": "-–—―−‐‑",
    "money": "$€£₹¥₽₩₺￥",
    "address": "@#©®™&+=*_~^",
}
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)
_WORDLIKE = np.isin(np.arange(len(KINDS)), [KIND[k] for k in ("lower", "upper", "letter", "digit")])
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def _tables() -> tuple[npt.NDArray[np.int8], Hashes]:
    """Return the kind and the folded form (no case, one digit) of each code point of the BMP."""
    kinds = np.full(_BMP, KIND["letter"], dtype=np.int8)
    folded = np.arange(_BMP, dtype=np.uint64)
    for code in (*range(0x3400), *range(0xF900, _BMP)):
        char = chr(code)
        kinds[code] = _kind(char)
        lower = char.lower()
        if len(lower) == 1:
            folded[code] = ord("0") if char.isdigit() else ord(lower)
    for name, marks in _MARKS.items():
        kinds[[ord(mark) for mark in marks]] = KIND[name]
    for low, high in _UNSPACED:
        part = kinds[low : high + 1]
        part[part == KIND["letter"]] = KIND["unspaced"]
    return kinds, folded


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    if char.isspace():
        return KIND["space"]
    if category == "Nd":
        return KIND["digit"]
    if category[0] not in "LMN":
        return KIND["other"]
    return KIND["upper" if char.isupper() else "lower" if char.islower() else "letter"]


_KIND_OF, _FOLDED = _tables()
_VALUE_OF = _FOLDED + np.uint64(1)
"""What a code point adds to a hash, never nothing."""
_IS_WORDLIKE = _WORDLIKE[_KIND_OF]
_PRIME = 0x100000001B3
_INVERSE = pow(_PRIME, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Letters:
    """Lines read character by character; arrays of one entry a character, or one a token.

    A token is a word, one character of an unspaced script, or one mark.
    """

    kinds: npt.NDArray[np.int8]
    """Kind of each character; the lines are joined by one line end each."""
    of: Ints
    """Line of each character, its line end included."""
    starts: Ints
    """Place of the first character of each line."""
    sizes: Ints
    """Characters of each line."""
    line: Ints
    """Line of each token."""
    at: Ints
    """Place of the token's first character in its line."""
    hashes: Hashes
    """One hash a token, without case, digits alike."""
    token_kinds: npt.NDArray[np.int8]
    """Kind of the token's first character."""
    token_sizes: Ints
    """Characters of each token."""


@lru_cache(maxsize=1)
def read(lines: tuple[str, ...]) -> Letters:
    """Return the lines as arrays; kept for the next caller."""
    text = "\n".join(lines) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(codes, _BMP - 1).astype(np.intp)  # once: each look-up would do it again
    kinds = _KIND_OF[codes]
    sizes = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    with_end = sizes + 1
    starts = with_end.cumsum() - with_end
    wordlike = _IS_WORDLIKE[codes]
    inner = wordlike[1:] & wordlike[:-1]  # both sides of a place belong to one word
    begins = kinds != KIND["space"]
    ends = begins.copy()
    begins[1:] &= ~inner
    ends[:-1] &= ~inner
    first, end = begins.nonzero()[0], ends.nonzero()[0] + 1
    up, down = _powers(1 << (len(codes) - 1).bit_length())
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    (_VALUE_OF[codes] * up[: len(codes)]).cumsum(out=sums[1:])
    of = np.arange(len(lines)).repeat(with_end)
    line = of[first]
    return Letters(
        kinds=kinds,
        of=of,
        starts=starts,
        sizes=sizes,
        line=line,
        at=first - starts[line],
        hashes=mixed((sums[end] - sums[first]) * down[first]),
        token_kinds=kinds[first],
        token_sizes=end - first,
    )


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the powers of the hash's base and of its inverse: a sum over a word, moved to 0."""
    up = np.cumprod(np.full(count, _PRIME, dtype=np.uint64), dtype=np.uint64)
    down = np.cumprod(np.full(count, _INVERSE, dtype=np.uint64), dtype=np.uint64)
    return up, down


def mixed(hashes: Hashes) -> Hashes:
    """Return the hashes with their bits spread."""
    spread = (hashes ^ (hashes >> _SHIFT)) * _MIX
    return spread ^ (spread >> _SHIFT)


def word_hashes(words: Sequence[str]) -> Hashes:
    """Return the sorted hashes of single words as ``read`` gives them."""
    found = read(tuple(words))
    return np.sort(found.hashes)
