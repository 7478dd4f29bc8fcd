"""The rules that only HTML allows: elements and class names that say what a block is.

Class names lie, so a name counts only on elements that do not hold the body of the story.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.cleaning.hints import words_of
from pipeline.cleaning.once import once
from pipeline.cleaning.prose import key, outline, word_count
from pipeline.cleaning.rules import Rule
from pipeline.model import Block, Label, Markup, Page, Ruling, Verdict

_WORD = r"(?:^|[\s_-])"
_END = r"(?=$|[\s_-])"


def _named(names: str) -> re.Pattern[str]:
    return re.compile(f"{_WORD}(?:{names}){_END}")


_NAMES = {
    "caption": _named(
        r"(?:wp-)?caption(?:-?text)?|fig-?caption|image-?caption|photo-?caption|media-?caption|"
        r"(?:photo|image|picture|media)-?credits?|photo-?byline|bildunterschrift|legende"
    ),
    "byline": _named(r"by-?lines?|authors?|author-?names?|post-author|entry-author|contributors?"),
    "date": _named(
        r"date-?(?:line|time|published|posted)?|time-?stamp|pub-?date|publish(?:ed)?-?(?:date|on)?|"
        r"posted-on|datepublished|datemodified|entry-date|post-date|updated"
    ),
    "breadcrumb": _named(r"bread-?crumbs?"),
    "share": _named(
        r"share|sharing|shares|share-?(?:bar|buttons?|tools?|links?)|social-?(?:share|links?|media|bar|"
        r"icons?|buttons?)|addtoany|sharedaddy"
    ),
    "related": _named(
        r"related|related-?(?:posts?|articles?|stories|content|links?|news|topics?)|recommended|"
        r"recommendations?|recommended-?(?:posts?|articles?|stories)|you-?may-?(?:also-?)?like|"
        r"read-?(?:more|next|also)|more-?(?:stories|news|articles|posts|from)|most-?(?:read|popular)|"
        r"popular-?(?:posts?|articles?|stories)|trending|up-?next|also-?read|yarpp"
    ),
    "newsletter": _named(
        r"newsletter(?:-?(?:sign-?up|form|box|widget|promo|cta|block|subscribe))?|"
        r"(?:email|mailing-?list)-?sign-?up|mc-?embed-?signup|mailchimp"
    ),
    "advert": _named(
        r"ads?|advert(?:s|isements?|ising)?|ad-?(?:slot|unit|container|wrapper|label|banner)|"
        r"sponsored|outbrain|taboola|adsbygoogle"
    ),
    "comments": _named(
        r"comments?|comments?-?(?:list|section|area|form|thread|body|content|text)|disqus(?:-thread)?|"
        r"respond|comment-?respond"
    ),
    "bio": _named(
        r"author-?(?:bio|box|info|card|description|about|profile)|about-?(?:the-?)?author|bio"
    ),
    "legal": _named(
        r"cookie-?(?:banner|notice|consent|law|bar|policy)?|gdpr|consent-?(?:banner|manager)?|"
        r"site-?footer|page-?footer|footer|copyright|colophon|legal|disclaimer"
    ),
    "navigation": _named(r"navigation|menubar|menuitem|main-?menu|sub-?menu|menu-item"),
}
"""What classes, ids and roles say, by what they say; each name stands between separators."""
_STEMS = {
    "caption": ("caption", "credit", "byline", "bildunterschrift", "legende"),
    "byline": ("line", "author", "contributor"),
    "date": ("date", "time", "publish", "posted"),
    "breadcrumb": ("crumb",),
    "share": ("shar", "social", "addtoany"),
    "related": ("relat", "recommend", "like", "read", "more", "popular", "trend", "next", "yarpp"),
    "newsletter": ("newsletter", "sign", "mail"),
    "advert": ("ad", "sponsor", "outbrain", "taboola"),
    "comments": ("comment", "disqus", "respond"),
    "bio": ("bio", "author"),
    "legal": ("cookie", "gdpr", "consent", "foot", "copyright", "colophon", "legal", "disclaim"),
    "navigation": ("navigation", "menu"),
}
_BY_STEM = tuple((stem, name) for name, stems in _STEMS.items() for stem in stems)
"""Parts of which each name holds one: a test of them is far cheaper than the pattern."""

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
    for i in kept:
        mark = page.blocks[i].markup
        path = mark.path if mark else ""
        while path:
            words[path] = words.get(path, 0.0) + sizes[i]
            path = path.rpartition("/")[0]
    return _Body(words, sum(sizes[i] for i in kept))


@once
def _marked(page: Page) -> Sequence[tuple[Block, Markup]]:
    return [(block, mark) for block in page.blocks if (mark := block.markup)]


@once
def _named_blocks(page: Page) -> Mapping[str, Sequence[tuple[Block, str, int]]]:
    """Return by name the blocks about which it is said, each with how many elements above."""
    found: dict[str, list[tuple[Block, str, int]]] = {}
    for block, mark in _marked(page):
        for name, above in _nearest(mark.hints).items():
            found.setdefault(name, []).append((block, mark.path, above))
    return found


def _in_named(page: Page, name: str, reach: int = _REACH) -> Iterator[tuple[Block, str]]:
    """Yield the blocks near in an element of that name, and the path of the nearest such."""
    for block, path, above in _named_blocks(page).get(name, ()):
        if above < reach:
            yield block, path.rsplit("/", above)[0]


def _in_tag(page: Page, tag: str) -> Iterator[tuple[Block, str]]:
    """Yield the blocks in an element of that tag, and the path of the innermost such."""
    for block, mark in _marked(page):
        if mark.tag == tag:
            yield block, mark.path
        elif tag in mark.ancestors:
            yield block, mark.path.rsplit("/", 1 + mark.ancestors.index(tag))[0]


@lru_cache(maxsize=4_096)
def _nearest(hints: tuple[str, ...]) -> Mapping[str, int]:
    """Return for each name that is said how many elements above the block it stands."""
    found: dict[str, int] = {}
    for above, hint in enumerate(hints):
        for name in _said(hint) if hint else ():
            found.setdefault(name, above)
    return found


@lru_cache(maxsize=16_384)
def _said(hint: str) -> frozenset[str]:
    return frozenset().union(*map(_said_by, hint.split()))


@lru_cache(maxsize=65_536)
def _said_by(name: str) -> tuple[str, ...]:
    """Return what one class, id or role says; few make up the hints of a site."""
    may_be = [said for word in words_of(name) for said in _may_say(word)]
    return tuple([said for said in may_be if _NAMES[said].search(name)])


@lru_cache(maxsize=65_536)
def _may_say(word: str) -> tuple[str, ...]:
    """Return what names of which one word has a stem; few make up the names of all sites."""
    return tuple(dict.fromkeys([name for stem, name in _BY_STEM if stem in word]))


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
    named = {b.index for b, path in _in_named(page, "caption", 2) if not body.is_held_by(path)}
    for block, mark in _marked(page):
        is_figure = mark.tag == "figcaption" or "figcaption" in mark.ancestors[:_REACH]
        if not is_figure and block.index not in named:
            continue
        if word_count(block.text) <= _MAX_CAPTION_WORDS:
            rule, score = ("figcaption", 0.03) if is_figure else ("caption-class", 0.05)
            yield Verdict(block.index, Ruling.FIELD, Label.CAPTION, rule, score)


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
    paths = {block.index: path for block, path in _in_tag(page, tag)}
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
