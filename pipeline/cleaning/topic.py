"""What a line shares with the main run of prose, its lead, and the likely headline."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import KIND, Ints, Letters
from pipeline.cleaning.line_signs import is_stop
from pipeline.cleaning.prose import Outline
from pipeline.cleaning.windows import signed_log

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

_LEAD = 6
"""Prose lines at the start of the main run that tell what the story is about."""
_CLOSE, _NEVER = 8, 1000
"""Lines within which a word is said again, and the number that stands for never."""
_TITLE_WORDS = (4, 30)

TOPIC = (
    "overlap",
    "overlap_idf",
    "overlap_lead",
    "held_by",
    "unique",
    "names_shared",
    "names_new",
    "seen_before",
    "seen_after",
    "seen_far",
    "title_overlap",
    "title_share",
    "to_title",
    "title_found",
)
"""Names of the columns of ``topic``."""


def topic(lines: Outline, letters: Letters, words: Array, prose: Flags) -> dict[str, Array]:
    """Return what the line shares with the main run of prose, its lead, and the likely title."""
    rows = len(words)
    line, word, is_name, names = _content(letters)
    index = np.arange(rows)
    inside = prose & (index >= lines.main.start) & (index < lines.main.end)
    core = inside[line]
    holders = np.bincount(word, minlength=names)
    idf = np.log((1 + rows) / (1 + holders))
    in_core = np.bincount(word, core, names)
    others = in_core[word] - core
    shared = others > 0
    is_lead = np.zeros(rows, dtype=np.bool_)
    is_lead[inside.nonzero()[0][:_LEAD]] = True
    in_lead = is_lead[line]
    led = np.bincount(word, in_lead, names)[word] - in_lead > 0
    weight = idf[word]
    total = np.maximum(1e-6, np.bincount(line, weight, rows))
    mass = np.bincount(line, weight * shared, rows)
    overlap_idf = mass / total
    title = _title(lines, words, overlap_idf, mass)
    of_title = np.zeros(names, dtype=np.bool_)
    of_title[word[line == title]] = True
    before, after = _gaps(word, line)
    count, held = _counted(
        line,
        rows,
        shared,
        others,
        holders[word] == 1,
        before <= _CLOSE,
        after <= _CLOSE,
        (before > _CLOSE) & (before < _NEVER),
        of_title[word],
        shared & is_name,
        ~shared & is_name,
    )
    shares = held[:7] / np.maximum(1, count)
    return {
        "overlap": shares[0],
        "overlap_idf": overlap_idf,
        "overlap_lead": np.bincount(line, weight * led, rows) / total,
        "held_by": shares[1],
        "unique": shares[2],
        "names_shared": held[7],
        "names_new": held[8],
        "seen_before": shares[3],
        "seen_after": shares[4],
        "seen_far": shares[5],
        "title_overlap": shares[6],
        "title_share": held[6] / max(1, held[6, title]),
        "to_title": signed_log(index - title),
        "title_found": np.full(rows, overlap_idf[title]),
    }


def _counted(line: Ints, rows: int, *columns: Array) -> tuple[Ints, Ints]:
    """Return the entries of each line, and for each column of whole numbers its sum a line.

    ``line`` is sorted, with one number an entry.
    """
    count = np.bincount(line, minlength=rows)
    ends = count.cumsum()
    sums = np.zeros((len(columns), len(line) + 1), dtype=np.int64)
    np.array(columns, dtype=np.int64).cumsum(axis=1, out=sums[:, 1:])
    return count, sums[:, ends] - sums[:, ends - count]


def _content(letters: Letters) -> tuple[Ints, Ints, Flags, int]:
    """Return the distinct content words a line: line, word number, if capitalised; and words.

    In scripts without blanks a word is two characters.
    """
    kind = letters.token_kinds
    unspaced = kind == KIND["unspaced"]
    spaced = (kind >= KIND["lower"]) & (kind <= KIND["letter"]) & (letters.token_sizes > 3)
    hashes = letters.hashes.copy()
    hashes[:-1] += np.where(unspaced[:-1] & unspaced[1:], hashes[1:] << np.uint64(1), 0)
    taken = (unspaced | (spaced & ~is_stop(letters.hashes))).nonzero()[0]
    known, word, _ = _distinct(hashes[taken])
    names = max(1, len(known))
    pair, _, first = _distinct(letters.line[taken] * names + word)
    line = pair // names
    return line, pair - line * names, kind[taken[first]] == KIND["upper"], names


def _distinct(values: Array) -> tuple[Array, Ints, Ints]:
    """Return the distinct values in order, the number of each entry's, and each one's first place.

    NumPy's ``unique`` does the same at several times the cost for the words of a short page.
    """
    order = values.argsort(kind="stable")
    ranked = values[order]
    is_new = np.ones(len(values), dtype=np.bool_)
    np.not_equal(ranked[1:], ranked[:-1], out=is_new[1:])
    number = np.empty(len(values), dtype=np.int64)
    number[order] = is_new.cumsum() - 1
    return ranked[is_new], number, order[is_new]


def _gaps(word: Ints, line: Ints) -> tuple[Ints, Ints]:
    """Return the lines back and on to the next line with the same word, ``_NEVER`` for none.

    ``line`` is sorted.
    """
    order = word.argsort(kind="stable")
    ranked, lines = word[order], line[order]
    gap = np.where(ranked[1:] == ranked[:-1], lines[1:] - lines[:-1], _NEVER)
    before, after = np.full((2, len(word)), _NEVER)
    before[order[1:]] = gap
    after[order[:-1]] = gap
    return before, after


def _title(lines: Outline, words: Array, overlap: Array, mass: Array) -> int:
    """Return the line most likely to be the headline: before the body, of the body's words."""
    end = min(len(words), lines.main.start + 2)
    low, high = _TITLE_WORDS
    fits = (words[:end] >= low) & (words[:end] <= high)
    return int(np.where(fits, overlap[:end] * mass[:end], -1).argmax()) if end else 0
