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
    is_lead[np.flatnonzero(inside)[:_LEAD]] = True
    in_lead = is_lead[line]
    led = np.bincount(word, in_lead, names)[word] - in_lead > 0
    weight = idf[word]
    total = np.maximum(1e-6, np.bincount(line, weight, rows))
    count = np.maximum(1, np.bincount(line, minlength=rows))
    overlap_idf = np.bincount(line, weight * shared, rows) / total
    before, after = _gaps(word, line)
    title = _title(lines, words, overlap_idf, np.bincount(line, weight * shared, rows))
    of_title = np.zeros(names, dtype=np.bool_)
    of_title[word[line == title]] = True
    in_title = of_title[word]
    mine = np.bincount(line, in_title, rows)
    return {
        "overlap": np.bincount(line, shared, rows) / count,
        "overlap_idf": overlap_idf,
        "overlap_lead": np.bincount(line, weight * led, rows) / total,
        "held_by": np.bincount(line, others, rows) / count,
        "unique": np.bincount(line, holders[word] == 1, rows) / count,
        "names_shared": np.bincount(line, shared & is_name, rows),
        "names_new": np.bincount(line, ~shared & is_name, rows),
        "seen_before": np.bincount(line, before <= 8, rows) / count,
        "seen_after": np.bincount(line, after <= 8, rows) / count,
        "seen_far": np.bincount(line, (before > 8) & (before < 1000), rows) / count,
        "title_overlap": mine / count,
        "title_share": mine / max(1, mine[title]),
        "to_title": signed_log(index - title),
        "title_found": np.full(rows, overlap_idf[title]),
    }


def _content(letters: Letters) -> tuple[Ints, Ints, Flags, int]:
    """Return the distinct content words a line: line, word number, if capitalised; and words.

    In scripts without blanks a word is two characters.
    """
    kind = letters.token_kinds
    unspaced = kind == KIND["unspaced"]
    spaced = (kind >= KIND["lower"]) & (kind <= KIND["letter"]) & (letters.token_sizes > 3)
    hashes = letters.hashes.copy()
    hashes[:-1] += np.where(unspaced[:-1] & unspaced[1:], hashes[1:] << np.uint64(1), 0)
    taken = np.flatnonzero(unspaced | (spaced & ~is_stop(letters.hashes)))
    known, word = np.unique(hashes[taken], return_inverse=True)
    names = max(1, len(known))
    pair, first = np.unique(letters.line[taken] * names + word, return_index=True)
    return pair // names, pair % names, kind[taken][first] == KIND["upper"], names


def _gaps(word: Ints, line: Ints) -> tuple[Ints, Ints]:
    """Return the lines back and forth to the next line with the same word, 1000 for none."""
    order = np.lexsort((line, word))
    same = word[order][1:] == word[order][:-1]
    gap = np.where(same, np.diff(line[order]), 1000)
    before, after = np.full(len(word), 1000), np.full(len(word), 1000)
    before[order[1:]] = gap
    after[order[:-1]] = gap
    return before, after


def _title(lines: Outline, words: Array, overlap: Array, mass: Array) -> int:
    """Return the line most likely to be the headline: before the body, of the body's words."""
    end = min(len(words), lines.main.start + 2)
    low, high = _TITLE_WORDS
    fits = (words[:end] >= low) & (words[:end] <= high)
    return int(np.argmax(np.where(fits, overlap[:end] * mass[:end], -1))) if end else 0
