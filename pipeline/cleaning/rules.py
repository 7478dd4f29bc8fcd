"""The rules of both modes, in the order of their authority, on text and neighbourhood alone.

A rule says what it would rule on which block and why; none sees another's verdicts.
"""

import re
from collections.abc import Callable, Iterator

from pipeline.cleaning.captions import is_caption, is_photo_credit
from pipeline.cleaning.headline import byline, date, title
from pipeline.cleaning.lexicon import BEGINNINGS, WHOLE_LINES, fold
from pipeline.cleaning.menus import breadcrumbs, is_menu_line
from pipeline.cleaning.offers import offer
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.seams import is_credit
from pipeline.model import Label, Page, Ruling, Verdict

Rule = Callable[[Page], Iterator[Verdict]]

_MIN_REPEAT = 8
"""Words of a line that is not said twice by chance; shorter ones may be refrains or figures."""
_OUTSIDE_ONLY = frozenset({Label.MENU, Label.LEGAL})
"""Kinds whose words also make good subheads, so that inside the body the score decides."""
_BIO = re.compile(
    r"^(?:[A-ZÀ-Þ][\w'’.-]+ ){1,4}(?:is|was|has been|covers|writes|reports|ist|est|es|è|"
    r"é)\b.{0,80}?"
    r"\b(?:reporter|writer|editor|correspondent|columnist|journalist|freelancer?|contributor|"
    r"author of|"
    r"covers|covering|redakteur(?:in)?|korrespondent(?:in)?|journaliste|periodista|giornalista|"
    r"jornalista|redacteur)\b|\b(?:you can )?(?:follow|reach|contact|e-?mail) (?:him|her|them|me|"
    r"\w+ \w+)?\s*(?:on (?:twitter|x|facebook|linkedin|bluesky)|at \S+@)",
    re.IGNORECASE,
)


def credit(page: Page) -> Iterator[Verdict]:
    """Take lines that say who reported, wrote or edited, and agency sign-offs."""
    lines = outline(page)
    for i, block in enumerate(page.blocks):
        if i >= lines.main.start and is_credit(block.text) and not is_photo_credit(block.text):
            yield Verdict(i, Ruling.FIELD, Label.CREDIT, "credit", 0.02)


def caption(page: Page) -> Iterator[Verdict]:
    """Take photo captions, photo credits, and the short picture name just before a credit."""
    lines = outline(page)
    for i, line in enumerate(lines.bare):
        if is_photo_credit(line):
            yield Verdict(i, Ruling.FIELD, Label.CAPTION, "photo-credit", 0.02)
            if i and _is_picture_name(lines, i - 1):
                yield Verdict(i - 1, Ruling.FIELD, Label.CAPTION, "picture-name", 0.05)
        elif is_caption(line):
            yield Verdict(i, Ruling.FIELD, Label.CAPTION, "caption", 0.05)


def breadcrumb(page: Page) -> Iterator[Verdict]:
    """Cut the trail of sections before the story."""
    for i in sorted(breadcrumbs(outline(page))):
        yield Verdict(i, Ruling.CUT, Label.MENU, "breadcrumb", 0.02)


def repeat(page: Page) -> Iterator[Verdict]:
    """Keep one of several equal paragraphs: the first inside the body, else the first."""
    lines = outline(page)
    places: dict[tuple[str, ...], list[int]] = {}
    for i, tokens in enumerate(lines.tokens):
        if lines.sizes[i] >= _MIN_REPEAT:
            places.setdefault(tokens, []).append(i)
    for equal in places.values():
        inside = [i for i in equal if lines.main.start <= i < lines.main.end]
        kept = (inside or equal)[0]
        for i in equal:
            if i != kept:
                yield Verdict(i, Ruling.CUT, Label.REPEAT, "repeat", 0.05)


def whole_line(page: Page) -> Iterator[Verdict]:
    """Cut lines that are furniture wherever they stand alone: "Also read", "Advertisement"."""
    lines = outline(page)
    for i, line in enumerate(lines.bare):
        folded = fold(line)
        for label, known in WHOLE_LINES.items():
            if folded in known and not (_is_inside(lines, i) and _is_subhead(label, folded)):
                yield Verdict(i, Ruling.CUT, label, "whole-line", 0.03)


def beginning(page: Page) -> Iterator[Verdict]:
    """Cut lines that begin like furniture and are no sentence of the story."""
    lines = outline(page)
    for i, line in enumerate(lines.bare):
        if lines.sizes[i] > 40 or (_is_inside(lines, i) and lines.terminal[i]):
            continue
        for label, pattern in BEGINNINGS.items():
            if pattern.match(line):
                yield Verdict(i, Ruling.CUT, label, "beginning", 0.1)


def empty_line(page: Page) -> Iterator[Verdict]:
    """Cut lines without words: rules, bullets, a lone letter."""
    lines = outline(page)
    for i, tokens in enumerate(lines.tokens):
        if len("".join(tokens)) <= 1 and not lines.bare[i][:1].isdigit():
            yield Verdict(i, Ruling.CUT, Label.NOISE, "no-words", 0.02)


def bio(page: Page) -> Iterator[Verdict]:
    """Cut the note on the author that closes a story."""
    lines = outline(page)
    for i in range(max(1, lines.main.end - 2), len(lines.bare)):
        if lines.sizes[i] <= 60 and _BIO.search(lines.bare[i]):
            yield Verdict(i, Ruling.CUT, Label.BIO, "bio", 0.15)


RULES: tuple[Rule, ...] = (
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
    empty_line,
    bio,
)


def weak_label(page: Page, i: int) -> Label:
    """Return the best guess at what a block is that its score alone removes."""
    lines = outline(page)
    line = lines.bare[i]
    for label, pattern in BEGINNINGS.items():
        if pattern.match(line):
            return label
    folded = fold(line)
    for label, known in WHOLE_LINES.items():
        if folded in known:
            return label
    is_head = i < lines.main.start and lines.sizes[i] <= 4 and not lines.terminal[i]
    return Label.MENU if is_head or is_menu_line(line, lines.sizes[i]) else Label.NOISE


def _is_inside(lines: Outline, i: int) -> bool:
    return lines.main.start <= i < lines.main.end


def _is_subhead(label: Label, folded: str) -> bool:
    return label in _OUTSIDE_ONLY or (label is Label.PAYWALL and " " not in folded)


def _is_picture_name(lines: Outline, i: int) -> bool:
    """Tell whether a line is a few words without a capital, as file names of pictures give."""
    line = lines.bare[i]
    return lines.sizes[i] <= 6 and not lines.terminal[i] and line == line.lower() and line.isascii()
