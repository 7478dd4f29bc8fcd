"""The rules of both modes, on text and neighbourhood alone: which decide, and which only name.

A rule says what it would rule on which block and why; none sees another's verdicts. Those that
decide stand above the score, in the order of the tuple; those that name give the label of a block
that the score removes.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.cleaning import naming
from pipeline.cleaning.beginnings import beginning_label
from pipeline.cleaning.captions import captions, is_photo_credit
from pipeline.cleaning.headline import byline, date, title
from pipeline.cleaning.house_notes import house_note
from pipeline.cleaning.lexicon import fold, whole_label
from pipeline.cleaning.menus import breadcrumbs
from pipeline.cleaning.offers import offer
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.repeats import repeats
from pipeline.cleaning.seams import is_credit
from pipeline.cleaning.wire import wire_note
from pipeline.model import Label, Page, Ruling, Verdict

Rule = Callable[[Page], Iterator[Verdict]]

_OUTSIDE_ONLY = frozenset({Label.MENU, Label.LEGAL})
_SINGLE = frozenset({Label.PAYWALL, Label.SHARE})
"""Kinds whose words, or single words, make good subheads: inside the body the score decides."""
_SURE = frozenset({Label.SHARE, Label.NEWSLETTER, Label.COMMENTS, Label.LEGAL, Label.ADVERT})
"""Kinds that a line's first words give away; a story's own pointers begin like related teasers."""
_SURE_SENTENCES = frozenset({Label.COMMENTS, Label.LEGAL})
"""Those of them that full sentences give away, too; a story begins like the others."""
_POINTER = re.compile(
    r"(?:also read|read also|read more|read next|see also|related|lesen sie auch|lies auch|"
    r"siehe auch|mehr zum thema|(?:à )?lire (?:aussi|également)|voir aussi|le[ae] también|"
    r"leer también|te puede interesar|ver también|leggi anche|leia também|veja também|"
    r"lees ook|bekijk ook|читайте также|смотрите также|по теме|اقرأ أيضا|إقرأ أيضا|"
    r"(?:यह|ये|इसे) भी पढ़ें|【?関連(?:記事)?】?|あわせて読みたい|【?相关(?:阅读|新闻)】?|延伸阅读|"
    r"相關新聞|延伸閱讀)\s*[:：]\s*\S",
    re.IGNORECASE,
)
"""A pointer to another story: its mark, a colon and a headline."""
_MAX_NOTE = 40
"""Words of a line that its first words give away."""
_MAX_CREDIT = 800
"""Characters of a credit."""
_OPENS = frozenset("([-")
_BY_TEXT = """
by from contributed contribuyeron contribuiu contribuito trug trugen par por de da di
von van door
"""
_BY = frozenset(_BY_TEXT.split())
"""A credit opens with one of these or holds one of these, if it is spelled without accents."""


def credit(page: Page) -> Iterator[Verdict]:
    """Take lines that say who reported, wrote or edited, and agency sign-offs."""
    lines = outline(page)
    for i in range(lines.main.start, len(lines.bare)):
        text = page.blocks[i].text
        plain = text.isascii() and text[0] not in _OPENS
        if len(text) > _MAX_CREDIT or (plain and _BY.isdisjoint(lines.tokens[i])):
            continue
        if is_credit(text) and not is_photo_credit(text):
            yield Verdict(i, Ruling.FIELD, Label.CREDIT, "credit", 0.02)


def caption(page: Page) -> Iterator[Verdict]:
    """Take photo captions, photo credits, and the short picture name just before a credit."""
    for i, rule in captions(outline(page)):
        yield Verdict(i, Ruling.FIELD, Label.CAPTION, rule, 0.05)


def breadcrumb(page: Page) -> Iterator[Verdict]:
    """Cut the trail of sections before the story."""
    for i in sorted(breadcrumbs(outline(page))):
        yield Verdict(i, Ruling.CUT, Label.MENU, "breadcrumb", 0.02)


def repeat(page: Page) -> Iterator[Verdict]:
    """Keep one of several equal or nearly equal paragraphs: the one inside the body."""
    lines = outline(page)
    for gone, stays in sorted(repeats(lines).items()):
        is_equal = lines.tokens[gone] == lines.tokens[stays]
        rule = "repeat" if is_equal else "near-repeat"
        yield Verdict(gone, Ruling.CUT, Label.REPEAT, rule, 0.05)


def whole_line(page: Page) -> Iterator[Verdict]:
    """Cut lines that are furniture wherever they stand alone: "Also read", "Advertisement"."""
    lines = outline(page)
    for i, line in enumerate(lines.bare):
        label = whole_label(line)
        if label and not (_is_inside(lines, i) and _is_subhead(label, line)):
            yield Verdict(i, Ruling.CUT, label, "whole-line", 0.03)


def beginning(page: Page) -> Iterator[Verdict]:
    """Cut lines that begin like furniture and are no sentence of the story."""
    lines = outline(page)
    for i, (line, is_sentence) in enumerate(zip(lines.bare, lines.terminal, strict=True)):
        if lines.sizes[i] > _MAX_NOTE or (is_sentence and _is_inside(lines, i)):
            continue
        label = beginning_label(line)
        if label is None:
            continue
        if label in (_SURE_SENTENCES if is_sentence else _SURE):
            yield Verdict(i, Ruling.CUT, label, "beginning", 0.1)
        elif label is Label.RELATED and not is_sentence and _POINTER.match(line):
            yield Verdict(i, Ruling.CUT, label, "pointer", 0.1)


def empty_line(page: Page) -> Iterator[Verdict]:
    """Cut lines without a letter or a figure: rules, bullets, control characters."""
    lines = outline(page)
    for i, tokens in enumerate(lines.tokens):
        if not tokens or (tokens[0][0] == "_" and not "".join(tokens).strip("_")):
            yield Verdict(i, Ruling.CUT, Label.NOISE, "no-words", 0.02)


DECIDING: tuple[Rule, ...] = (
    wire_note,
    credit,
    offer,
    caption,
    breadcrumb,
    title,
    byline,
    date,
    repeat,
    whole_line,
    beginning,
    house_note,
    empty_line,
)
"""Rules with authority over the score, in their order."""

NAMING: tuple[Callable[[Page, Sequence[int]], naming.Named], ...] = (
    naming.standing,
    naming.comment,
    naming.opening,
    naming.bio,
    naming.wall_words,
    naming.icons,
    naming.note,
    naming.copy,
    naming.lone_letter,
    naming.menu,
    naming.teaser,
)
"""Rules that only say what a block is that the score removes, in their order."""


def weak_labels(page: Page, asked: Sequence[int]) -> dict[int, Label]:
    """Return the best guess at what each block is that its score alone removes."""
    found: dict[int, Label] = {}
    for rule in NAMING:
        found |= dict(rule(page, [i for i in asked if i not in found]))
    noise = Label.NOISE
    return {i: found.get(i, noise) for i in asked}


def _is_inside(lines: Outline, i: int) -> bool:
    return lines.main.start <= i < lines.main.end


def _is_subhead(label: Label, line: str) -> bool:
    return label in _OUTSIDE_ONLY or (label in _SINGLE and " " not in fold(line))
