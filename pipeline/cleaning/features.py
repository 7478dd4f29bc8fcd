"""What the words of a line and the lines around it show, as numbers: one row a block.

Shallow text features after Kohlschütter, Fankhauser and Nejdl (2010), the context of neighbours
after jusText (Pomikálek 2011), topic overlap with the main run of prose, and n-gram log-odds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import read
from pipeline.cleaning.line_signs import COPIES, OWN, copies, own, shape_of
from pipeline.cleaning.prose import outline
from pipeline.cleaning.surroundings import GRAM, PLACE, place, scored
from pipeline.cleaning.topic import TOPIC, topic
from pipeline.cleaning.windows import means, sums_of
from pipeline.model import Page

Floats = npt.NDArray[np.float32]
Array = npt.NDArray[Any]

_OFFSETS = (-3, -2, -1, 1, 2, 3)
_REACHES = (2, 5, 10, 20)
_NEAR = (
    "words",
    "terminal",
    "stops",
    "prose",
    "capitalised",
    "overlap_idf",
    "digits",
    "copies",
    "first",
    "gram",
)
_AROUND = ("words", "prose", "overlap_idf", "gram", "story_words")
_SIDED = {
    8: ("words", "terminal", "capitalised", "digits", "copies", "overlap_idf", "gram", "stops"),
    30: _AROUND,
}
"""Columns of which the means before and after are taken, by how many lines these reach."""
_SUMMED = tuple(sorted({*_AROUND, *_SIDED[8]}))
_ROWS = {
    reach: [_SUMMED.index(name) for name in names]
    for reach, names in ((0, _AROUND), *_SIDED.items())
}
_LINE = (*OWN, *COPIES, *PLACE, *TOPIC, *GRAM)
_NEAR_ROWS = [_LINE.index(name) for name in _NEAR]

COLUMNS: tuple[str, ...] = (
    *_LINE,
    *(f"{name}{offset:+d}" for name in _NEAR for offset in _OFFSETS),
    *(f"{name}~{reach}" for reach in _REACHES for name in _AROUND),
    *(
        f"{name}{side}{reach}"
        for reach, names in _SIDED.items()
        for side in ("<", ">")
        for name in names
    ),
)
"""Names of the columns of ``line_columns``, in order."""


def line_columns(page: Page, gram: npt.NDArray[np.float32]) -> Floats:
    """Return an array of shape (blocks, len(COLUMNS)); ``gram`` is the n-gram score a block."""
    lines = outline(page)
    texts = tuple(block.text for block in page.blocks)
    letters = read(texts)
    words = np.array(lines.sizes, dtype=np.float32)
    prose = np.array(lines.prose)
    shape = shape_of(letters, words)
    base: dict[str, Array] = {
        **own(lines, letters, words, texts),
        **copies(letters, shape),
        **place(lines, letters, words, prose),
        **topic(lines, letters, words, prose),
        **scored(gram, words, prose, lines, shape),
    }
    table = np.empty((len(COLUMNS), len(words)), dtype=np.float32)
    _fill(table[: len(_LINE)], [base[name] for name in _LINE])
    _fill_around(table, base | {"words": np.minimum(words, 60)})
    return table.T


def _fill(table: Floats, columns: Sequence[Array]) -> None:
    """Fill the rows of an unbroken part of the table, all at once."""
    np.concatenate(columns, out=table.reshape(-1), casting="unsafe")


def _fill_around(table: Floats, base: Mapping[str, Array]) -> None:
    """Fill in what depends on the lines around."""
    end = len(_LINE) + len(_NEAR) * len(_OFFSETS)
    table[len(_LINE) : end] = _shifted(table[_NEAR_ROWS])
    summed = np.empty((len(_SUMMED), table.shape[1]), dtype=np.float32)
    _fill(summed, [base[name] for name in _SUMMED])
    sums = sums_of(summed)
    parts = {reach: sums[rows] for reach, rows in _ROWS.items()}
    windows = [
        *((0, -reach, reach + 1) for reach in _REACHES),
        *((reach, low, high) for reach in _SIDED for low, high in ((-reach, 0), (1, reach + 1))),
    ]
    for reach, low, high in windows:
        start, end = end, end + len(_ROWS[reach])
        table[start:end] = means(parts[reach], low, high)


def _shifted(columns: Array) -> Array:
    """Return each row shifted by each of ``_OFFSETS``; past the ends: missing."""
    count, rows = columns.shape
    found = np.full((count, len(_OFFSETS), rows), np.nan, dtype=np.float32)
    for k, offset in enumerate(_OFFSETS):
        if abs(offset) >= rows:
            continue
        if offset > 0:
            found[:, k, :-offset] = columns[:, offset:]
        else:
            found[:, k, -offset:] = columns[:, :offset]
    return found.reshape(-1, rows)
