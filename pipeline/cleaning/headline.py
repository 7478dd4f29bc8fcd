"""The head of a story in the text itself: its title, byline and date line."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.cleaning.bylines import byline_names, dated_names
from pipeline.cleaning.captions import is_caption, is_photo_credit
from pipeline.cleaning.dates import read_date_lines
from pipeline.cleaning.lexicon import fold, is_furniture
from pipeline.cleaning.menus import breadcrumbs
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline, clusters, content, outline, words
from pipeline.cleaning.seams import is_credit
from pipeline.cleaning.titles import SEPARATOR, without_tail
from pipeline.cleaning.wire import is_note
from pipeline.model import Label, Page, Ruling, Verdict

_TITLE_WORDS = range(3, 31)
_SITE_WORDS = 5
_MARKDOWN = re.compile(r"(?:[*+-] )?(#{1,3}) ")
_HEADING = {1: 1.5, 2: 0.3}
"""What a Markdown heading of a level speaks for a title."""
_SENTENCE_END = re.compile(r"(?<![.…])[.。।][\"'”’»」]*$")
_HEAD = 40
"""Lines before the body in which a title is looked for."""
_NEAR = 15
_DEEP = 6
"""Lines of the body, standfirst and picture among them, that a byline or date may follow."""
_LARGE = 0.3
_LEAST = 1.2
"""Score below which no line is taken for a title."""
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
    for i, tokens in enumerate(lines.tokens):
        if i != found and (tokens == whole or (i <= last and _repeats(lines, found, i))):
            yield Verdict(i, Ruling.CUT, Label.REPEAT, "title-repeat", 0.05)


def byline(page: Page) -> Iterator[Verdict]:
    """Take lines between title and body that name an author or an agency."""
    lines = outline(page)
    for i in _between(page, lines):
        line = lines.bare[i]
        if byline_names(line) or dated_names(line) or _is_bare_name(lines, i):
            yield Verdict(i, Ruling.FIELD, Label.BYLINE, "byline", 0.05)


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

    A title shares its words with the body, stands near it, and often stands twice on a page: as
    its heading and in the browser's tab. In HTML only what the page claims as its title counts.
    """
    lines = outline(page)
    claimed = {fold(c.value) for c in page.claims if c.field == "title"}
    start = _start(page)
    menu, body = breadcrumbs(lines), _body_words(lines)
    end = min(start + _NEAR, len(lines.bare))
    begun = Counter(tokens[:4] for tokens in lines.tokens[:end])
    tab = _tab(lines, body) if page.mode == "text" else None
    shown = frozenset(words(printed_title(page, tab))) if tab is not None else frozenset()
    best: tuple[float, int] = (_LEAST, -1)
    for i in sorted({*range(max(0, start - _HEAD), end), *(() if tab is None else (tab,))}):
        is_claimed = fold(lines.bare[i]) in claimed
        is_twice = lines.sizes[i] >= 4 and begun[lines.tokens[i][:4]] > 1
        level = _level(page.blocks[i].text) if page.mode == "text" else 0
        in_tab = _likeness(frozenset(lines.tokens[i]), shown) if i != tab else 0.65
        may_be = is_claimed or (
            page.mode == "text" and (i < start or is_twice or level or in_tab >= 0.5)
        )
        if not may_be or i in menu or lines.sizes[i] not in _TITLE_WORDS:
            continue
        if 3 * sum(map(str.isdigit, lines.tokens[i])) > lines.sizes[i]:
            continue  # a row of a table
        own = content(lines.tokens[i])
        score = 2 * len(own & body) / (len(own) + 1) + 2 * is_claimed + is_twice
        score += 0.5 * (abs(start - i) <= _NEAR) + 0.3 * (i == 0)
        score += _HEADING.get(level, 0.0) + 2 * in_tab
        if round(score, 6) > best[0] and _may_be_title(lines, i):
            best = (round(score, 6), i)
    return best[1] if best[1] >= 0 else None


def printed_title(page: Page, i: int) -> str:
    """Return line ``i`` without marks, and without the site's name if the page has it elsewhere."""
    lines = outline(page)
    line = lines.bare[i].lstrip("#*• ").strip()
    return without_tail(line, _short_lines(lines)) if SEPARATOR.search(line) else line


def _short_lines(lines: Outline) -> frozenset[str]:
    short = (t for t, n in zip(lines.tokens, lines.sizes, strict=True) if n <= _SITE_WORDS)
    return frozenset(map("".join, short))


def _tab(lines: Outline, body: set[str]) -> int | None:
    """Return the first line if it is the text of the browser's tab: its words are the body's."""
    if not lines.bare or lines.sizes[0] not in _TITLE_WORDS:
        return None
    own = content(lines.tokens[0])
    return 0 if len(own & body) >= max(2, 0.4 * len(own)) else None


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, len(a | b)) if b else 0.0


def _level(line: str) -> int:
    """Return the level of a Markdown heading, 0 for none."""
    found = _MARKDOWN.match(line)
    return len(found[1]) if found else 0


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


def _body_words(lines: Outline) -> set[str]:
    main = range(lines.main.start, lines.main.end)
    return {w for i in main if lines.prose[i] for w in content(lines.tokens[i])}


def _repeats(lines: Outline, title_index: int, i: int) -> bool:
    """Tell whether line ``i`` is the title again, perhaps with the site's name or a full stop."""
    first, other = lines.tokens[title_index], lines.tokens[i]
    if not other or abs(len(first) - len(other)) > 8 or frozenset(first).isdisjoint(other):
        return False
    if any(word.isdigit() and word not in first for word in other):
        return False  # a line of a table, beside the one that was taken for the title
    shared, either = len({*first} & {*other}), len({*first} | {*other})
    begins = len(first) >= 4 and other[: len(first)] == first and not lines.terminal[i]
    return begins or shared >= 0.8 * either


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
