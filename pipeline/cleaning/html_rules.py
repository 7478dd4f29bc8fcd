"""The rules that only HTML allows: elements and class names that say what a block is.

Class names lie, so a name counts only on elements that do not hold the body of the story.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.cleaning.prose import key, outline, word_count
from pipeline.cleaning.rules import Rule
from pipeline.model import Block, Label, Markup, Page, Ruling, Verdict

_WORD = r"(?:^|[\s_-])"
_END = r"(?=$|[\s_-])"


def _named(names: str) -> re.Pattern[str]:
    return re.compile(f"{_WORD}(?:{names}){_END}")


_CAPTION = _named(
    r"(?:wp-)?caption(?:-?text)?|fig-?caption|image-?caption|photo-?caption|media-?caption|"
    r"(?:photo|image|picture|media)-?credits?|photo-?byline|bildunterschrift|legende"
)
_BYLINE = _named(r"by-?lines?|authors?|author-?names?|post-author|entry-author|contributors?")
_DATE = _named(
    r"date-?(?:line|time|published|posted)?|time-?stamp|pub-?date|publish(?:ed)?-?(?:date|on)?|"
    r"posted-on|datepublished|datemodified|entry-date|post-date|updated"
)
_BREADCRUMB = _named(r"bread-?crumbs?")
_SHARE = _named(
    r"share|sharing|shares|share-?(?:bar|buttons?|tools?|links?)|social-?(?:share|links?|media|bar|"
    r"icons?|buttons?)|addtoany|sharedaddy"
)
_RELATED = _named(
    r"related|related-?(?:posts?|articles?|stories|content|links?|news|topics?)|recommended|"
    r"recommendations?|recommended-?(?:posts?|articles?|stories)|you-?may-?(?:also-?)?like|"
    r"read-?(?:more|next|also)|more-?(?:stories|news|articles|posts|from)|most-?(?:read|popular)|"
    r"popular-?(?:posts?|articles?|stories)|trending|up-?next|also-?read|yarpp"
)
_NEWSLETTER = _named(
    r"newsletter(?:-?(?:sign-?up|form|box|widget|promo|cta|block|subscribe))?|"
    r"(?:email|mailing-?list)-?sign-?up|mc-?embed-?signup|mailchimp"
)
_ADVERT = _named(
    r"ads?|advert(?:s|isements?|ising)?|ad-?(?:slot|unit|container|wrapper|label|banner)|"
    r"sponsored|outbrain|taboola|adsbygoogle"
)
_COMMENTS = _named(
    r"comments?|comments?-?(?:list|section|area|form|thread|body|content|text)|disqus(?:-thread)?|"
    r"respond|comment-?respond"
)
_BIO = _named(r"author-?(?:bio|box|info|card|description|about|profile)|about-?(?:the-?)?author|bio")
_LEGAL = _named(
    r"cookie-?(?:banner|notice|consent|law|bar|policy)?|gdpr|consent-?(?:banner|manager)?|"
    r"site-?footer|page-?footer|footer|copyright|colophon|legal|disclaimer"
)
_NAVIGATION_ROLES = _named(r"navigation|menubar|menuitem|main-?menu|sub-?menu|menu-item")

_MAX_HEADING_WORDS = 40
_MAX_CAPTION_WORDS = 90
_MAX_BYLINE_WORDS = 30
_MAX_DATE_WORDS = 16
_REACH = 5
"""Elements, counted from the block outwards, whose names are looked at."""
_BODY_SHARE = 0.2
"""Share of the body from which an element is taken to hold it, whatever its class says."""


@dataclass(frozen=True, slots=True)
class _Body:
    """How many words of the story each element holds, as far as the helpers can tell."""

    words: dict[str, float]
    total: float

    def is_held_by(self, path: str) -> bool:
        return self.words.get(path, 0.0) > _BODY_SHARE * self.total


@lru_cache(maxsize=1)
def _body(page: Page) -> _Body:
    """Return the words of each element; kept for the next rule, as each asks for it."""
    lines = outline(page)
    kept = page.evidence[-1].coverage if page.evidence else tuple(map(float, lines.prose))
    words: dict[str, float] = {}
    total = 0.0
    for block, size, is_prose, share in zip(
        page.blocks, lines.sizes, lines.prose, kept, strict=True
    ):
        if not is_prose or share < 0.5 or not block.markup:
            continue
        total += size
        path = block.markup.path
        while path:
            words[path] = words.get(path, 0.0) + size
            path = path.rpartition("/")[0]
    return _Body(words, total)


def _marked(page: Page) -> Iterator[tuple[Block, Markup]]:
    return ((block, block.markup) for block in page.blocks if block.markup)


def _named_element(mark: Markup, pattern: re.Pattern[str], reach: int = _REACH) -> str | None:
    """Return the path of the nearest element whose names match, if it is near."""
    path = mark.path
    for hint in mark.hints[:reach]:
        if hint and pattern.search(hint):
            return path
        path = path.rpartition("/")[0]
    return None


def headline(page: Page) -> Iterator[Verdict]:
    """Take the h1 that says what the page's metadata gives as title."""
    claimed = [key(c.value) for c in page.claims if c.field == "title" and c.source != "h1"]
    for block, mark in _marked(page):
        if mark.tag != "h1" or word_count(block.text) > _MAX_HEADING_WORDS:
            continue
        own = key(block.text)
        if own and any(own == title or title.startswith(f"{own} ") for title in claimed):
            yield Verdict(block.index, Ruling.FIELD, Label.TITLE, "h1", 0.03)


def caption(page: Page) -> Iterator[Verdict]:
    """Take what stands in a figcaption, or in an element named a caption or photo credit."""
    body = _body(page)
    for block, mark in _marked(page):
        if word_count(block.text) > _MAX_CAPTION_WORDS:
            continue
        if mark.tag == "figcaption" or "figcaption" in mark.ancestors[:_REACH]:
            yield Verdict(block.index, Ruling.FIELD, Label.CAPTION, "figcaption", 0.03)
        elif (path := _named_element(mark, _CAPTION, 2)) and not body.is_held_by(path):
            yield Verdict(block.index, Ruling.FIELD, Label.CAPTION, "caption-class", 0.05)


def byline(page: Page) -> Iterator[Verdict]:
    """Take a short line in an element named byline or author, if it stands before the body."""
    yield from _head_field(page, _BYLINE, Label.BYLINE, _MAX_BYLINE_WORDS)


def date(page: Page) -> Iterator[Verdict]:
    """Take a short line with digits in an element named a date, if it stands before the body."""
    for verdict in _head_field(page, _DATE, Label.DATE, _MAX_DATE_WORDS):
        if any(map(str.isdigit, page.blocks[verdict.block].text)):
            yield verdict


def _head_field(
    page: Page, pattern: re.Pattern[str], label: Label, most: int
) -> Iterator[Verdict]:
    body, start = _body(page), outline(page).main.start
    for block, mark in _marked(page):
        path = _named_element(mark, pattern, 2)
        if not path or body.is_held_by(path) or word_count(block.text) > most:
            continue
        if block.index <= start + 2:
            yield Verdict(block.index, Ruling.FIELD, label, f"{label}-class", 0.05)


def navigation(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a nav element or a named menu or breadcrumb."""
    body = _body(page)
    for block, mark in _marked(page):
        path = _element(mark, "nav") or _named_element(mark, _NAVIGATION_ROLES, 3)
        path = path or _named_element(mark, _BREADCRUMB, 3)
        if path and not body.is_held_by(path):
            yield Verdict(block.index, Ruling.CUT, Label.MENU, "navigation", 0.02)


def footer(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a footer, or in an element named a footer, notice or consent banner."""
    body = _body(page)
    for block, mark in _marked(page):
        path = _element(mark, "footer") or _named_element(mark, _LEGAL, 3)
        if path and not body.is_held_by(path):
            yield Verdict(block.index, Ruling.CUT, Label.LEGAL, "footer", 0.03)


def _element(mark: Markup, tag: str) -> str | None:
    """Return the path of the innermost element of that tag around the block, or the block's own."""
    path = mark.path
    for name in (mark.tag, *mark.ancestors):
        if name == tag:
            return path
        path = path.rpartition("/")[0]
    return None


def _section(page: Page, label: Label, pattern: re.Pattern[str], reach: int) -> Iterator[Verdict]:
    body = _body(page)
    for block, mark in _marked(page):
        path = _named_element(mark, pattern, reach)
        if path and not body.is_held_by(path):
            yield Verdict(block.index, Ruling.CUT, label, f"{label}-class", 0.05)


def share(page: Page) -> Iterator[Verdict]:
    """Cut what stands in a share bar."""
    return _section(page, Label.SHARE, _SHARE, 4)


def related(page: Page) -> Iterator[Verdict]:
    """Cut the teasers of other stories."""
    return _section(page, Label.RELATED, _RELATED, _REACH)


def newsletter(page: Page) -> Iterator[Verdict]:
    """Cut the form that asks for an address."""
    return _section(page, Label.NEWSLETTER, _NEWSLETTER, 4)


def advert(page: Page) -> Iterator[Verdict]:
    """Cut what stands in an advertisement."""
    return _section(page, Label.ADVERT, _ADVERT, 3)


def comments(page: Page) -> Iterator[Verdict]:
    """Cut the readers' comments and their form."""
    return _section(page, Label.COMMENTS, _COMMENTS, 8)


def bio(page: Page) -> Iterator[Verdict]:
    """Cut the box on the author."""
    return _section(page, Label.BIO, _BIO, 4)


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
