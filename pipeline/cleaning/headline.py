"""The head of a story in the text itself: its title, byline and date line."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.cleaning.bylines import byline_names
from pipeline.cleaning.captions import is_caption, is_photo_credit
from pipeline.cleaning.dates import read_date_lines
from pipeline.cleaning.lexicon import fold, is_furniture
from pipeline.cleaning.menus import breadcrumbs
from pipeline.cleaning.prose import Outline, clusters, content, outline
from pipeline.cleaning.seams import is_credit
from pipeline.model import Label, Page, Ruling, Verdict

_TITLE_WORDS = range(3, 31)
_SENTENCE_END = re.compile(r"(?<![.…])[.。।][\"'”’»」]*$")
_HEAD = 40
"""Lines before the body in which a title is looked for."""
_NEAR = 15
_LARGE = 0.3
_LEAST = 1.2
"""Score below which no line is taken for a title."""
_BY = frozenset({"by", "written by", "von", "par", "por", "di", "door", "author", "автор"})
_MAX_DATE_REST = 3
"""Words a date line may hold beside its date ("3 min read")."""


def title(page: Page) -> Iterator[Verdict]:
    """Take the line before the body that shares most with it as title; cut its repetitions."""
    lines = outline(page)
    found = find_title(page)
    if found is None:
        return
    yield Verdict(found, Ruling.FIELD, Label.TITLE, "title", 0.1)
    for i in range(len(lines.bare)):
        if i != found and _repeats(lines, found, i):
            yield Verdict(i, Ruling.CUT, Label.REPEAT, "title-repeat", 0.05)


def byline(page: Page) -> Iterator[Verdict]:
    """Take lines between title and body that name an author or an agency."""
    lines = outline(page)
    for i in _between(page, lines):
        line = lines.bare[i]
        if byline_names(line) or _is_bare_name(lines, i):
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
    return bool(found) and sum(len(d.rest.split()) for d in found) <= _MAX_DATE_REST


def find_title(page: Page) -> int | None:
    """Return the index of the title block, or None when no line is like one.

    A title shares its words with the body, stands near it, and often stands twice on a page: as
    its heading and in the browser's tab. In HTML only what the page claims as its title counts.
    """
    lines = outline(page)
    claimed = {fold(c.value) for c in page.claims if c.field == "title"}
    start = _body_start(lines)
    menu, body = breadcrumbs(lines), _body_words(lines)
    begun = Counter(tokens[:4] for tokens in lines.tokens[: start + _NEAR])
    best: tuple[float, int] = (_LEAST, -1)
    for i in range(max(0, start - _HEAD), min(start + _NEAR, len(lines.bare))):
        is_claimed = fold(lines.bare[i]) in claimed
        is_twice = lines.sizes[i] >= 4 and begun[lines.tokens[i][:4]] > 1
        may_be = is_claimed or (page.mode == "text" and (i < start or is_twice))
        if not may_be or i in menu or not _may_be_title(lines, i):
            continue
        own = content(lines.tokens[i])
        score = 2 * len(own & body) / (len(own) + 1) + 2 * is_claimed + is_twice
        score += 0.5 * (abs(start - i) <= _NEAR) + 0.3 * (i == 0)
        best = max(best, (round(score, 6), i), key=lambda found: found[0])
    return best[1] if best[1] >= 0 else None


def _body_start(lines: Outline) -> int:
    """Return where the first large run of prose begins; the largest may come after subheads."""
    runs = clusters(lines.prose, lines.sizes)
    large = (run.start for run in runs if run.words >= _LARGE * lines.main.words)
    return next(large, min(1, len(lines.bare) - 1))


def _may_be_title(lines: Outline, i: int) -> bool:
    line = lines.bare[i]
    return (
        lines.sizes[i] in _TITLE_WORDS
        and not _SENTENCE_END.search(line)
        and not (is_furniture(line) or is_photo_credit(line) or is_caption(line) or is_credit(line))
        and not (is_date_line(line) or byline_names(line))
    )


def _body_words(lines: Outline) -> set[str]:
    main = range(lines.main.start, lines.main.end)
    return {w for i in main if lines.prose[i] for w in content(lines.tokens[i])}


def _repeats(lines: Outline, title_index: int, i: int) -> bool:
    """Tell whether line ``i`` is the title again, perhaps with the site's name or a full stop."""
    first, other = lines.tokens[title_index], lines.tokens[i]
    if first == other:
        return True
    if i > lines.main.start + 1 or not other or abs(len(first) - len(other)) > 8:
        return False
    shared, either = len({*first} & {*other}), len({*first} | {*other})
    begins = len(first) >= 4 and other[: len(first)] == first and not lines.terminal[i]
    return begins or shared >= 0.8 * either


def _between(page: Page, lines: Outline, before: int = 0) -> range:
    """Return the lines from the title (or a little before) to the second line of the body."""
    found = find_title(page)
    start = _body_start(lines)
    low = max(0, (found if found is not None else start - 6) - before)
    high = start + 2 if found is None or found < start else found + 6
    return range(low, min(len(lines.bare), high))


def _is_bare_name(lines: Outline, i: int) -> bool:
    """Tell whether a line is a name alone below a line that says "By"."""
    named = i > 0 and fold(lines.bare[i - 1]) in _BY
    return named and byline_names(f"By {lines.bare[i]}") is not None
