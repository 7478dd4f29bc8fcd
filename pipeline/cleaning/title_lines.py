"""Which line of a plain text is its headline: the sum of signs, each with a fitted weight."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import log1p
from operator import mul

from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline, content, outline, words
from pipeline.cleaning.titles import SEPARATOR, without_tail
from pipeline.model import Page

TITLE_WORDS = range(3, 31)
_SITE_WORDS = 5
_MARKDOWN = re.compile(r"(?:[*+-] )?(#{1,3}) ")

WINDOW = 60
"""Lines before the body in which a title is looked for."""
AFTER = 15
"""Lines from the start of the body on: it may begin above the headline, with a cookie notice."""
_FAR = 40
_LEAD = 3
"""Paragraphs that a headline sums up."""
_BELOW = 5
"""Lines below a headline in which its byline or date stands."""
_STEM = 5
"""Letters by which inflected forms of a word are the same."""
_LEAST, _MANY = 2, 6
"""Words shared with the body below which nothing but a heading or the tab makes a title; and
the number past which more say no more."""
_SHORT, _MIDDLE, _LONG = 4, 7, 16
"""Words of a line that may be an item of a menu, that hardly is one, that is rather a caption."""

# From a conditional logit (one title a page, or none) over dumps of labelled pages in each style,
# with and without the tab's text, and over bare stories; rounded.
_BASE = -3.9
_SHARE, _SHARE_OF_LEAD, _SHARED = 1.2, 2.7, 1.7
_HEADING = {1: 5.1}
_IN_TAB, _IS_TAB, _FIRST = 2.1, -2.4, 0.6
_PROSE_ABOVE = -0.66
_IS_PROSE, _IS_AFTER, _IS_FAR = -1.4, -1.0, -1.2
_IS_SHORT, _IS_MIDDLE, _IS_LONG, _IS_CAPITAL = -0.8, 1.2, -1.3, 0.7
_IS_TWICE, _BELOW_SHORT = 0.8, 1.3
_ABOVE_DATE, _ABOVE_BYLINE = 1.4, 0.9


@dataclass(frozen=True, slots=True)
class Signs:
    """What else is asked of a line; these cost most, so they are asked of few lines."""

    may_be_title: Callable[[int], bool]
    is_date: Callable[[int], bool]
    is_byline: Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class _Around:
    """What the lines of a page are compared with."""

    page: Page
    start: int
    """The line at which the body begins."""
    body: frozenset[str]
    lead: frozenset[str]
    tab: int | None
    shown: frozenset[str]
    """The words of the tab's text but for the site's name."""


def best_title(page: Page, start: int, among: Sequence[int], signs: Signs) -> int | None:
    """Return the line that is likeliest to be the title, None where most likely none is.

    ``start`` is where the body begins. Of equals the first counts.
    """
    lines = outline(page)
    around = _around(page, start)
    begun = Counter(tokens[:4] for tokens in lines.tokens[: start + AFTER])
    above = tuple(accumulate(map(mul, lines.sizes, lines.prose), initial=0))
    scored = []
    for i in among:
        if not _is_of_body(lines, around, i):
            continue
        is_twice = lines.sizes[i] >= _SHORT and begun[lines.tokens[i][:4]] > 1
        score = _PROSE_ABOVE * log1p(above[i]) + _IS_TWICE * is_twice + _alone(lines, around, i)
        scored.append((-score, i))
    best, found = 0.0, None
    for negative, i in sorted(scored):
        if -negative + _ABOVE_DATE + _ABOVE_BYLINE <= best:
            break
        score = round(-negative + _below(lines, i, signs), 6)
        if score > best and signs.may_be_title(i):
            best, found = score, i
    same = (i for i in among if found is not None and 0 <= found - i <= AFTER)
    # Of a headline that is printed several times the first counts: its byline may stand between.
    return next((i for i in same if lines.tokens[i] == lines.tokens[found or 0]), None)


@once
def tab_line(lines: Outline) -> int | None:
    """Return the first line if it is the text of the browser's tab: its words are the body's."""
    if not lines.bare or lines.sizes[0] not in TITLE_WORDS:
        return None
    own = content(lines.tokens[0])
    return 0 if len(own & body_words(lines)) >= max(2, 0.4 * len(own)) else None


@once
def body_words(lines: Outline) -> frozenset[str]:
    """Return the words that tell what the body is about."""
    return frozenset(content(set().union(*_prose(lines))))


def printed_title(page: Page, i: int) -> str:
    """Return line ``i`` without marks, and without the site's name if the page has it elsewhere."""
    lines = outline(page)
    line = lines.bare[i].lstrip("#*• ").strip()
    return without_tail(line, _short_lines(lines)) if SEPARATOR.search(line) else line


def _short_lines(lines: Outline) -> frozenset[str]:
    short = (t for t, n in zip(lines.tokens, lines.sizes, strict=True) if n <= _SITE_WORDS)
    return frozenset(map("".join, short))


def _around(page: Page, start: int) -> _Around:
    lines = outline(page)
    stems = list(map(_stems, _prose(lines)))
    tab = tab_line(lines)
    shown = frozenset(words(printed_title(page, tab))) if tab is not None else frozenset()
    whole, lead = frozenset().union(*stems), frozenset().union(*stems[:_LEAD])
    return _Around(page, start, whole, lead, tab, shown)


def _prose(lines: Outline) -> Iterator[tuple[str, ...]]:
    main = range(lines.main.start, lines.main.end)
    return (lines.tokens[i] for i in main if lines.prose[i])


def _is_of_body(lines: Outline, around: _Around, i: int) -> bool:
    if len(_stems(lines.tokens[i]) & around.body) >= _LEAST:
        return True
    return _level(around.page.blocks[i].text) == 1 or i == around.tab


def _alone(lines: Outline, around: _Around, i: int) -> float:
    """Return what speaks for a line apart from those below it."""
    own, size, line = _stems(lines.tokens[i]), lines.sizes[i], lines.bare[i]
    shared = len(own & around.body)
    score = _BASE + _SHARE * shared / (len(own) + 1) + _SHARED * min(shared, _MANY) / _MANY
    score += _SHARE_OF_LEAD * len(own & around.lead) / (len(own) + 1)
    score += _HEADING.get(_level(around.page.blocks[i].text), 0.0)
    score += (
        _IN_TAB * _likeness(frozenset(lines.tokens[i]), around.shown)
        + _IS_TAB * (i == around.tab)
        + _FIRST * (i == 0)
    )
    score += _IS_PROSE * lines.prose[i] + _IS_AFTER * (i >= around.start)
    score += _IS_FAR * (around.start - i > _FAR)
    score += _IS_SHORT * (size <= _SHORT) + _IS_MIDDLE * (size >= _MIDDLE)
    score += _IS_LONG * (size > _LONG) + _IS_CAPITAL * (not line[:1].islower())
    return score + _BELOW_SHORT * (i == 0 or lines.sizes[i - 1] <= _SHORT)


def _below(lines: Outline, i: int, signs: Signs) -> float:
    below = range(i + 1, min(i + 1 + _BELOW, len(lines.bare)))
    return _ABOVE_DATE * any(map(signs.is_date, below)) + _ABOVE_BYLINE * any(
        map(signs.is_byline, below)
    )


def _level(line: str) -> int:
    """Return the level of a Markdown heading, 0 for none."""
    found = _MARKDOWN.match(line)
    return len(found[1]) if found else 0


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, len(a | b)) if b else 0.0


@lru_cache(maxsize=256)
def _stems(tokens: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in content(tokens))
