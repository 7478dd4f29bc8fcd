"""Rows of figures: results, earnings and prices as the wires send them, a line a row."""

import re
from collections.abc import Iterator

from pipeline.cleaning.dates import MONTH, read_date_line
from pipeline.cleaning.lexicon import is_furniture
from pipeline.cleaning.prose import Outline

_MAX_ROW_WORDS = 30
_MAX_LABEL_WORDS = 4
_MIN_ROWS = 2
_LABELS_BETWEEN = 2
"""Lines without figures that may stand between two rows, such as "Nine months"."""
_NEAR = 3
"""Lines from a table to the prose it belongs to."""
_FIGURE = re.compile(r"(?<![\w.,/:-])[-+]?\d[\d.,]*(?![\w/:-])")
_CLOCK_OR_DATE = re.compile(
    r"\b\d{1,2}:\d{2}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)
_MONEY_A_TIME = re.compile(r"(?:[$€£₹¥]\s?\d|\d\s?[€₽])[^/]*/\s*\w|^\W*[$€£₹¥]\s?[\d.,]+\W*$")
_VERSUS = re.compile(r"\b(?:vs\.?|versus|against|gegenüber|contre|contra)\b", re.IGNORECASE)
_COMPARISON = re.compile(
    rf"\d(?:\s?%|\s[^\W\d]+\.?)?\s+(?:{_VERSUS.pattern})\s+[-+$€£₹¥]?\s?\d", re.IGNORECASE
)
"""A figure against a figure: "15 cents vs 10 cents", but not "Model 15 vs Model 14"."""
_DAY = re.compile(
    rf"[^\W\d]\s+(?:(?:{MONTH})\.?\s+\d{{1,2}}|\d{{1,2}}\.?\s+(?:{MONTH})\.?)$", re.IGNORECASE
)
_BRIEF = 12
"""Lines from which a page is no wire brief."""


def table_rows(page: Outline) -> set[int]:
    """Return the lines of tables of figures that belong to the story, with their labels.

    A table is two or more rows, each with two figures or a comparison ("Net 39 cts vs 35 cts"),
    with short labels between. It belongs to the story where it stands by prose, or where the page
    has no prose that it could stand beside: a wire item may be nothing but a table. One row that
    compares two figures is enough right beside the prose, or in a brief of a few lines.
    """
    rows = [i for i in range(len(page.bare)) if is_row(page, i)]
    found: set[int] = set()
    for first, last in _runs(page, rows):
        if _stands_by_prose(page, first, last):
            found.update(range(first, last + 1))
    for row in rows:
        if row not in found and _is_lone_comparison(page, row):
            found.update((row, *_dates_below(page, row)))
    return found


def is_row(page: Outline, i: int) -> bool:
    """Tell whether a line states figures: two or more, or one against another, no price or date."""
    line = page.bare[i]
    if page.sizes[i] > _MAX_ROW_WORDS or is_furniture(line) or _MONEY_A_TIME.search(line):
        return False
    figures = len(_FIGURE.findall(_CLOCK_OR_DATE.sub(" ", line)))
    if figures >= 1 and _VERSUS.search(line):
        return True
    is_dense = figures >= 2 and 3 * figures >= page.sizes[i] - figures
    return is_dense and read_date_line(line) is None


def _runs(page: Outline, rows: list[int]) -> list[tuple[int, int]]:
    """Return first and last line of each run of rows that only short labels break."""
    runs: list[list[int]] = []
    for i in rows:
        between = range(runs[-1][-1] + 1, i) if runs else range(0)
        if runs and len(between) <= _LABELS_BETWEEN and all(_is_label(page, j) for j in between):
            runs[-1].append(i)
        else:
            runs.append([i])
    return [(run[0], run[-1]) for run in runs if len(run) >= _MIN_ROWS]


def _is_lone_comparison(page: Outline, i: int) -> bool:
    if not _COMPARISON.search(page.bare[i]):
        return False
    beside = page.main.words > 0 and i in {page.main.start - 1, page.main.end}
    return beside or (len(page.bare) < _BRIEF and (i <= _NEAR or page.main.words == 0))


def _dates_below(page: Outline, row: int) -> Iterator[int]:
    """Yield the short lines with a day that follow a row: "Pay April 24", "Record April 7"."""
    for i in range(row + 1, min(row + 1 + _LABELS_BETWEEN, len(page.bare))):
        if not (_is_label(page, i) and _DAY.search(page.bare[i])):
            return
        yield i


def _is_label(page: Outline, i: int) -> bool:
    return page.sizes[i] <= _MAX_LABEL_WORDS and not is_furniture(page.bare[i])


def _stands_by_prose(page: Outline, first: int, last: int) -> bool:
    main = page.main
    if not main.words:
        return True
    return first <= main.end + _NEAR and last >= main.start - 1 - _NEAR
