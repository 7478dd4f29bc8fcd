"""The head of a story in the text itself: its title, byline and date line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from pipeline.cleaning.bylines import byline_names, dated_names
from pipeline.cleaning.captions import is_caption, is_photo_credit
from pipeline.cleaning.dates import read_date_lines
from pipeline.cleaning.lexicon import fold, is_furniture
from pipeline.cleaning.menus import breadcrumbs
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline, clusters, content, outline
from pipeline.cleaning.seams import is_credit
from pipeline.cleaning.title_lines import (
    AFTER,
    TITLE_WORDS,
    WINDOW,
    Signs,
    best_title,
    body_words,
    tab_line,
)
from pipeline.cleaning.wire import is_note
from pipeline.model import Label, Page, Ruling, Verdict

_SENTENCE_END = re.compile(r"(?<![.…])[.。।][\"'”’»」]*$")
_HEAD = 40
"""Lines before the body in which a title that the page claims is looked for."""
_NEAR = 15
_DEEP = 6
"""Lines of the body, standfirst and picture among them, that a byline or date may follow."""
_LARGE = 0.3
_LEAST_FIGURES = 2
"""Figures of a row of a table."""
_BY = frozenset({"by", "written by", "von", "par", "por", "di", "door", "author", "автор"})
_PARTED = re.compile("[·•|●]")
_MAX_PARTED = 6
"""The same where a mark parts author, date and reading time."""
_MAX_DATE_REST = 3
"""Words a date line may hold beside its date ("3 min read")."""


def title(page: Page) -> Iterator[Verdict]:
    """Take the line before the body that shares most with it as title; cut its repetitions."""
    lines = outline(page)
    found = find_title(page)
    if found is None:
        return
    yield Verdict(found, Ruling.FIELD, Label.TITLE, "title", 0.1)
    whole, last = lines.tokens[found], lines.main.start + 1
    words_of = frozenset(whole)
    for i, tokens in enumerate(lines.tokens):
        may_repeat = i <= last and not words_of.isdisjoint(tokens)
        if i != found and (tokens == whole or (may_repeat and _repeats(lines, found, i))):
            yield Verdict(i, Ruling.CUT, Label.REPEAT, "title-repeat", 0.05)


def byline(page: Page) -> Iterator[Verdict]:
    """Take lines between title and body that name an author or an agency."""
    lines = outline(page)
    for i in _between(page, lines):
        line = lines.bare[i]
        if _named(line) or _is_bare_name(lines, i):
            yield Verdict(i, Ruling.FIELD, Label.BYLINE, "byline", 0.05)


def _named(line: str) -> bool:
    return bool(byline_names(line) or dated_names(line))


def date(page: Page) -> Iterator[Verdict]:
    """Take lines around the title that are nothing but a date."""
    lines = outline(page)
    for i in _between(page, lines, before=4):
        if is_date_line(page.blocks[i].text):
            yield Verdict(i, Ruling.FIELD, Label.DATE, "date-line", 0.05)


def is_date_line(line: str) -> bool:
    """Tell whether the line is a date with at most a few words beside it."""
    if len(line) > 120 or not any(map(str.isdigit, line)):
        return False
    found = read_date_lines(line)
    beside = [word for d in found for word in d.rest.split() if not word.isdigit()]
    if len(beside) > 1 and _SENTENCE_END.search(line):
        return False  # "It was 11 November 1918."
    return bool(found) and len(beside) <= (_MAX_PARTED if _PARTED.search(line) else _MAX_DATE_REST)


@once
def find_title(page: Page) -> int | None:
    """Return the index of the title block, or None when no line is like one.

    In HTML only what the page claims as its title counts; in text the signs of a headline do.
    """
    lines = outline(page)
    start = _start(page)
    menu = breadcrumbs(lines)
    near: Iterable[int] = range(max(0, start - WINDOW), min(start + AFTER, len(lines.bare)))
    if page.mode == "html":
        near = _claimed(page, start, near)
    tab = tab_line(lines) if page.mode == "text" else None
    among = [
        i
        for i in sorted({*near, *(() if tab is None else (tab,))})
        if i not in menu and lines.sizes[i] in TITLE_WORDS and not _is_tabled(lines, i)
    ]
    if page.mode == "text":
        signs = Signs(
            may_be_title=lambda i: _may_be_title(lines, i),
            is_date=cache(lambda i: is_date_line(page.blocks[i].text)),
            is_byline=cache(lambda i: _named(lines.bare[i])),
        )
        return best_title(page, start, among, signs)
    return _likest_title(lines, start, among)


def _claimed(page: Page, start: int, near: Iterable[int]) -> list[int]:
    """Return the lines in or near the head that the page claims as its title."""
    lines = outline(page)
    claimed = {fold(c.value) for c in page.claims if c.field == "title"}
    return [i for i in near if start - i <= _HEAD and fold(lines.bare[i]) in claimed]


def _likest_title(lines: Outline, start: int, among: Sequence[int]) -> int | None:
    """Return the line that shares most with the body."""
    if len(among) < 2:
        return next((i for i in among if _may_be_title(lines, i)), None)
    body = body_words(lines)
    begun = Counter(tokens[:4] for tokens in lines.tokens[: start + AFTER])
    best: tuple[float, int] = (-1.0, -1)
    for i in among:
        own = content(lines.tokens[i])
        is_twice = lines.sizes[i] >= 4 and begun[lines.tokens[i][:4]] > 1
        score = 2 * len(own & body) / (len(own) + 1) + is_twice + 0.3 * (i == 0)
        score += 0.5 * (abs(start - i) <= _NEAR)
        if round(score, 6) > best[0] and _may_be_title(lines, i):
            best = (round(score, 6), i)
    return best[1] if best[1] >= 0 else None


def _is_tabled(lines: Outline, i: int) -> bool:
    """Tell whether a line is nearly all figures, or stands in a table: with rows beside it."""
    figures = sum(map(str.isdigit, lines.tokens[i]))
    if 3 * figures > lines.sizes[i]:
        return True
    rows = [_is_row(lines, j) for j in (i - 2, i - 1, i + 1)]
    beside = rows[1] + rows[2]
    return i > 0 and (beside == 2 or all(rows[:2]) or (beside == 1 and figures >= _LEAST_FIGURES))


def _is_row(lines: Outline, i: int) -> bool:
    is_line = 0 <= i < len(lines.bare) and not lines.terminal[i]
    return is_line and sum(map(str.isdigit, lines.tokens[i])) >= _LEAST_FIGURES


@once
def _start(page: Page) -> int:
    return _body_start(outline(page))


def _body_start(lines: Outline) -> int:
    """Return where the first large run of prose begins; the largest may come after subheads."""
    runs = clusters(lines.prose, lines.sizes)
    large = (run.start for run in runs if run.words >= _LARGE * lines.main.words)
    return next(large, min(1, len(lines.bare) - 1))


def _may_be_title(lines: Outline, i: int) -> bool:
    line = lines.bare[i]
    return (
        not _SENTENCE_END.search(line)
        and not (is_furniture(line) or is_photo_credit(line) or is_caption(line) or is_credit(line))
        and not (is_date_line(line) or byline_names(line) or is_note(line))
    )


def _repeats(lines: Outline, title_index: int, i: int) -> bool:
    """Tell whether line ``i`` is the title again, perhaps with the site's name or a full stop."""
    first, other = lines.tokens[title_index], lines.tokens[i]
    if not other or abs(len(first) - len(other)) > 8:
        return False
    own, words_of = {*first}, {*other}
    shared = len(own & words_of)
    begins = len(first) >= 4 and other[: len(first)] == first and not lines.terminal[i]
    if not begins and shared < 0.8 * (len(own) + len(words_of) - shared):
        return False
    # Else it is a line of a table, beside the one that was taken for the title.
    return not any(word.isdigit() for word in words_of - own)


def _between(page: Page, lines: Outline, before: int = 0) -> tuple[int, ...]:
    """Return the lines about the title and those about the start of the body."""
    found = find_title(page)
    start = _start(page)
    prose = (i for i in range(start + 1, len(lines.bare)) if lines.prose[i])
    end = max(start + 2, min(start + _DEEP, next(prose, start + _DEEP)))
    about = set(range(start - (6 if found is None else _NEAR), end))
    if found is not None:
        high = min(found + 6, end) if found < start else found + 6
        about = {i for i in about if i >= found - before} | {*range(found - before, high)}
    return tuple(sorted(i for i in about if 0 <= i < len(lines.bare)))


def _is_bare_name(lines: Outline, i: int) -> bool:
    """Tell whether a line is a name alone below a line that says "By"."""
    named = i > 0 and fold(lines.bare[i - 1]) in _BY
    return named and byline_names(f"By {lines.bare[i]}") is not None
