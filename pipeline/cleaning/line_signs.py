"""What a line itself shows, and how often it occurs on its page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import KIND, KINDS, Letters, mixed, word_hashes
from pipeline.cleaning.prose import STOP_WORDS, Outline

Array = npt.NDArray[Any]

_BITS = np.uint64(64 - 20)
_IS_STOP = np.zeros(1 << 20, dtype=np.bool_)
_IS_STOP[word_hashes(sorted(STOP_WORDS)) >> _BITS] = True
_IS_BULLET = np.isin(np.arange(len(KINDS)), [KIND["separator"], KIND["dash"]])
_COUNTED = ("ask", "comma", "colon", "quote", "bracket", "separator", "money", "address", "other")
_COUNTED_ROWS = [KIND[name] for name in _COUNTED]

OWN = (
    "chars",
    "words",
    "chars_a_word",
    "terminal",
    "ellipsis",
    "first",
    "last",
    "upper",
    "capitalised",
    "all_capitals",
    "digits",
    "numbers",
    "clock",
    "stops",
    "sentences",
    "words_a_sentence",
    "trail",
    "bullet",
    "heading",
    "indexed",
    *_COUNTED,
)
"""Names of the columns of ``own``."""
COPIES = ("copies", "later_copy", "alike", "same_begin", "same_end", "same_shape")
"""Names of the columns of ``copies``."""


def own(lines: Outline, letters: Letters, words: Array, texts: Sequence[str]) -> dict[str, Array]:
    """Return what the line itself shows."""
    flags = np.zeros(len(words), dtype=np.bool_)
    flags[list(lines.numbered)] = True
    return {
        "words": np.log1p(words),
        "chars_a_word": np.maximum(1, letters.sizes) / np.maximum(1, words),
        "terminal": np.array(lines.terminal),
        "ellipsis": np.array([line.endswith(("...", "…", "[…]", "[...]")) for line in lines.bare]),
        "bullet": _IS_BULLET[letters.kinds[letters.starts]],
        "heading": np.array([text.startswith("#") for text in texts]),
        "indexed": flags,
        **_characters(letters),
        **_tokens(letters),
        **_sentences(letters, words),
    }


def _characters(letters: Letters) -> dict[str, Array]:
    """Return the counts and shares of the kinds of characters."""
    rows, kinds = len(letters.sizes), letters.kinds
    held = np.bincount(letters.of * len(KINDS) + kinds, minlength=rows * len(KINDS))
    count = held.reshape(rows, len(KINDS)).T.astype(np.float32)
    upper = count[KIND["upper"]]
    cased = count[KIND["lower"]] + upper
    letter = cased + count[KIND["letter"]] + count[KIND["unspaced"]]
    chars = np.maximum(1, letters.sizes)
    return {
        "chars": np.log1p(chars),
        "first": kinds[letters.starts],
        "last": kinds[letters.starts + letters.sizes - 1],
        "upper": upper / np.maximum(1, cased),
        "all_capitals": (upper == letter) & (letter > 1),
        "digits": count[KIND["digit"]] / chars,
        **dict(zip(_COUNTED, np.minimum(count[_COUNTED_ROWS], 12), strict=True)),
    }


def _tokens(letters: Letters) -> dict[str, Array]:
    """Return the shares of capitalised words, numbers and stop words."""
    rows, kind, line = len(letters.sizes), letters.token_kinds, letters.line
    is_word = (kind <= KIND["digit"]) & (kind > KIND["space"])
    count = np.maximum(1, np.bincount(line, is_word, rows))
    return {
        "capitalised": np.bincount(line, kind == KIND["upper"], rows) / count,
        "numbers": np.bincount(line, kind == KIND["digit"], rows) / count,
        "stops": np.bincount(line, is_stop(letters.hashes), rows) / count,
    }


def _sentences(letters: Letters, words: Array) -> dict[str, Array]:
    """Return how many sentences end, what stands behind the last, and the times of day."""
    rows, kinds, of = len(words), letters.kinds, letters.of
    ends = (kinds == KIND["stop"]) | (kinds == KIND["ask"])
    places = np.flatnonzero(ends[:-1] & (kinds[1:] == KIND["space"]))
    count = np.bincount(of[places], minlength=rows)
    ended = letters.starts - 1
    ended[of[places]] = places  # the last of each line stays
    behind = letters.starts + letters.sizes - 1 - ended
    is_digit, is_colon = kinds == KIND["digit"], kinds == KIND["colon"]
    clock = np.flatnonzero(is_digit[:-2] & is_colon[1:-1] & is_digit[2:])
    return {
        "sentences": np.minimum(count, 12),
        "words_a_sentence": np.minimum(words / np.maximum(1, count), 60),
        "trail": np.log1p(np.where(count > 0, behind, 200)),
        "clock": np.bincount(of[clock], minlength=rows),
    }


def is_stop(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Tell which tokens are stop words, by their hashes."""
    found: npt.NDArray[np.bool_] = _IS_STOP[hashes >> _BITS]
    return found


def copies(letters: Letters, shape: Array) -> dict[str, Array]:
    """Return how often the line, its ends and its shape (of ``shape_of``) occur on the page."""
    rows = len(shape)
    tokens = np.bincount(letters.line, minlength=rows)
    high = tokens.cumsum()
    low = high - tokens
    at = np.arange(len(letters.line)) - low[letters.line]
    keys = np.empty((5, rows), dtype=np.uint64)
    np.add.reduceat(mixed(letters.hashes + at.astype(np.uint64)), low, out=keys[0])
    keys[1] = keys[4] = shape
    keys[2] = letters.hashes[low]
    keys[3] = letters.hashes[high - 1]
    keys[4, 1:] += np.uint64(7919) * keys[1, :-1]
    keys[4, :-1] += np.uint64(104729) * keys[1, 1:]
    times, first = _times(keys)
    logs = np.log(times)
    return {
        "copies": np.log1p(times[0] - 1),
        "later_copy": first[0] < np.arange(rows),
        "alike": logs[1],
        "same_begin": logs[2],
        "same_end": logs[3],
        "same_shape": logs[4],
    }


def shape_of(letters: Letters, words: Array) -> Array:
    """Return one number a line for its length, and the kinds of its first and last character."""
    length = np.minimum(np.log2(1 + words), 6).astype(np.int64)
    first = letters.kinds[letters.starts].astype(np.int64)
    last = letters.kinds[letters.starts + letters.sizes - 1]
    shape: Array = length * 1000 + first * 30 + last
    return shape


def _times(keys: Array) -> tuple[Array, Array]:
    """Return for each entry how often its value occurs in its row, and where it does first."""
    rows, count = keys.shape
    order = keys.argsort(axis=1, kind="stable")
    places = (order + count * np.arange(rows)[:, np.newaxis]).ravel()
    ranked = keys.ravel()[places].reshape(rows, count)
    is_new = np.ones((rows, count), dtype=np.bool_)
    np.not_equal(ranked[:, 1:], ranked[:, :-1], out=is_new[:, 1:])
    edges = is_new.ravel().nonzero()[0]
    sizes = np.empty_like(edges)
    sizes[:-1] = edges[1:] - edges[:-1]
    sizes[-1] = keys.size - edges[-1]
    found = np.empty((2, keys.size), dtype=np.int64)
    found[0, places] = sizes.repeat(sizes)
    found[1, places] = order.ravel()[edges].repeat(sizes)
    times, first = found.reshape(2, rows, count)
    return times, first
