"""The rules that only HTML allows: elements and class names that say what a block is.

Class names lie, so a name counts only on elements that do not hold the body of the story.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.cleaning.html_names import said
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import key, outline, word_count
from pipeline.cleaning.rules import Rule
from pipeline.model import Block, Label, Markup, Page, Ruling, Verdict

_TAGS = frozenset({"figcaption", "nav", "footer"})
"""The elements that say by themselves what they hold."""

_MAX_HEADING_WORDS = 40
_MAX_CAPTION_WORDS = 90
_MAX_BYLINE_WORDS = 30
_MAX_DATE_WORDS = 16
_REACH = 5
"""Elements, counted from the block outwards, whose names are looked at."""
_KEPT = 0.5
"""Share of a block that a helper must have kept for the block to count as story."""
_BODY_SHARE = 0.2
"""Share of the body from which an element is taken to hold it, whatever its class says."""


@dataclass(frozen=True, slots=True)
class _Body:
    """How many words of the story each element holds, as far as the helpers can tell."""

    words: dict[str, float]
    total: float

    def is_held_by(self, path: str) -> bool:
        return self.words.get(path, 0.0) > _BODY_SHARE * self.total


@once
def _body(page: Page) -> _Body:
    """Return the words of each element."""
    prose = outline(page).prose
    held = [max(shares) for shares in zip(*(e.coverage for e in page.evidence), strict=True)]
    kept = [i for i, share in enumerate(held) if share >= _KEPT and prose[i]]
    # Where the helpers kept nothing, all prose may be the story.
    return _summed(page, kept or [i for i, is_prose in enumerate(prose) if is_prose])


def _summed(page: Page, kept: Sequence[int]) -> _Body:
    sizes = outline(page).sizes
    words: dict[str, float] = {}
    held: dict[str, float] = {}
    for i in kept:
        mark = page.blocks[i].markup
        if mark:
            words[mark.path] = words.get(mark.path, 0.0) + sizes[i]
    for path, own in words.items():
        above = path.rpartition("/")[0]
        held[above] = held.get(above, 0.0) + own
    # Paragraphs are siblings mostly: it is their few parents that are followed up to the root.
    for above, own in held.items():
        path = above
        while path:
            words[path] = words.get(path, 0.0) + own
            path = path.rpartition("/")[0]
    return _Body(words, sum(sizes[i] for i in kept))


@once
def _marked(page: Page) -> Sequence[tuple[Block, Markup]]:
    return [(block, mark) for block in page.blocks if (mark := block.markup)]


@once
def _named_blocks(page: Page) -> Mapping[str, Sequence[tuple[Block, str, int]]]:
    """Return by name the blocks about which it is said, each with how many elements above."""
    found: dict[str, list[tuple[Block, str, int]]] = {}
    names_of = said({hint for _, mark in _marked(page) for hint in mark.hints})
    nearest: dict[tuple[str, ...], Mapping[str, int]] = {}
    for block, mark in _marked(page):
        if (names := nearest.get(mark.hints)) is None:
            names = nearest[mark.hints] = _nearest(mark.hints, names_of)
        for name, above in names.items():
            found.setdefault(name, []).append((block, mark.path, above))
    return found


def _in_named(page: Page, name: str, reach: int = _REACH) -> Iterator[tuple[Block, str]]:
    """Yield the blocks near in an element of that name, and the path of the nearest such."""
    for block, path, above in _named_blocks(page).get(name, ()):
        if above < reach:
            yield block, path.rsplit("/", above)[0]


@once
def _tagged_blocks(page: Page) -> Mapping[str, Sequence[tuple[Block, str, int]]]:
    """Return by tag the blocks in such an element, each with path and how many elements above."""
    found: dict[str, list[tuple[Block, str, int]]] = {tag: [] for tag in _TAGS}
    for block, mark in _marked(page):
        if mark.tag in _TAGS:
            found[mark.tag].append((block, mark.path, 0))
        if _TAGS.isdisjoint(mark.ancestors):
            continue
        for tag in _TAGS.intersection(mark.ancestors) - {mark.tag}:
            above = 1 + mark.ancestors.index(tag)
            found[tag].append((block, mark.path.rsplit("/", above)[0], above))
    return found


def _nearest(hints: Iterable[str], names_of: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    """Return for each name that is said how many elements above the block it stands."""
    found: dict[str, int] = {}
    for above, hint in enumerate(hints):
        if hint in names_of:
            for name in names_of[hint]:
                found.setdefault(name, above)
    return found


def headline(page: Page) -> Iterator[Verdict]:
    """Take the h1 that says what the page's metadata gives as title."""
    headings = [block for block, mark in _marked(page) if mark.tag == "h1"]
    if not headings:
        return
    claimed = [key(c.value) for c in page.claims if c.field == "title" and c.source != "h1"]
    for block in headings:
        if word_count(block.text) > _MAX_HEADING_WORDS:
            continue
        own = key(block.text)
        if own and any(own == title or title.startswith(f"{own} ") for title in claimed):
            yield Verdict(block.index, Ruling.FIELD, Label.TITLE, "h1", 0.03)


def caption(page: Page) -> Iterator[Verdict]:
    """Take what stands in a figcaption, or in an element named a caption or photo credit."""
    body = _body(page)
    named = {b.index for b, path in _in_named(page, "caption", 2) if not body.is_held_by(path)}
    figures = {b.index for b, _, above in _tagged_blocks(page)["figcaption"] if above <= _REACH}
    for i in sorted(named | figures):
        if word_count(page.blocks[i].text) <= _MAX_CAPTION_WORDS:
            rule, score = ("figcaption", 0.03) if i in figures else ("caption-class", 0.05)
            yield Verdict(i, Ruling.FIELD, Label.CAPTION, rule, score)


def byline(page: Page) -> Iterator[Verdict]:
    """Take a short line in an element named byline or author, if it stands before the body."""
    yield from _head_field(page, "byline", Label.BYLINE, _MAX_BYLINE_WORDS)


def date(page: Page) -> Iterator[Verdict]:
    """Take a short line with digits in an element named a date, if it stands before the body."""
    for verdict in _head_field(page, "date", Label.DATE, _MAX_DATE_WORDS):
        if any(map(str.isdigit, page.blocks[verdict.block].text)):
            yield verdict


def _head_field(page: Page, name: str, label: Label, most: int) -> Iterator[Verdict]:
    body, start = _body(page), outline(page).main.start
    for block, path in _in_named(page, name, 2):
        if block.index > start + 2 or body.is_held_by(path) or word_count(block.text) > most:
            continue
        yield Verdict(block.index, Ruling.FIELD, label, f"{label}-class", 0.05)


def navigation(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a nav element or a named menu or breadcrumb."""
    for i in _free(page, "nav", "navigation", "breadcrumb"):
        yield Verdict(i, Ruling.CUT, Label.MENU, "navigation", 0.02)


def footer(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a footer, or in an element named a footer, notice or consent banner."""
    for i in _free(page, "footer", "legal"):
        yield Verdict(i, Ruling.CUT, Label.LEGAL, "footer", 0.03)


def _free(page: Page, tag: str, *names: str) -> list[int]:
    """Return the blocks in an element of the tag, else of a name, that does not hold the body."""
    paths = {block.index: path for block, path, _ in _tagged_blocks(page)[tag]}
    for name in names:
        for block, path in _in_named(page, name, 3):
            paths.setdefault(block.index, path)
    body = _body(page)
    return sorted(i for i, path in paths.items() if not body.is_held_by(path))


def _section(page: Page, label: Label, name: str, reach: int) -> Iterator[Verdict]:
    body = _body(page)
    for block, path in _in_named(page, name, reach):
        if not body.is_held_by(path):
            yield Verdict(block.index, Ruling.CUT, label, f"{label}-class", 0.05)


def share(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a share bar."""
    return _section(page, Label.SHARE, "share", 4)


def related(page: Page) -> Iterator[Verdict]:
    """Cut the teasers of other stories."""
    return _section(page, Label.RELATED, "related", _REACH)


def newsletter(page: Page) -> Iterator[Verdict]:
    """Cut the form that asks for an address."""
    return _section(page, Label.NEWSLETTER, "newsletter", 4)


def advert(page: Page) -> Iterator[Verdict]:
    """Cut what stands in an advertisement."""
    return _section(page, Label.ADVERT, "advert", 3)


def comments(page: Page) -> Iterator[Verdict]:
    """Cut the readers' comments and their form."""
    return _section(page, Label.COMMENTS, "comments", 8)


def bio(page: Page) -> Iterator[Verdict]:
    """Cut the box on the author."""
    return _section(page, Label.BIO, "bio", 4)


HTML_RULES: tuple[Rule, ...] = (
    headline,
    caption,
    byline,
    date,
    navigation,
    share,
    related,
    newsletter,
    comments,
    bio,
    advert,
    footer,
)
