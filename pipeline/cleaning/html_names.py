"""What the class, id and role of an element say that it holds: a caption, a share bar, a footer."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from pipeline.cleaning.stems import holding, starts_of

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
    "advert": (" ad", "-ad", "_ad", "sponsor", "outbrain", "taboola"),
    "comments": ("comment", "disqus", "respond"),
    "bio": ("bio", "author"),
    "legal": ("cookie", "gdpr", "consent", "foot", "copyright", "colophon", "legal", "disclaim"),
    "navigation": ("navigation", "menu"),
}
"""Pieces of which each name holds one, a blank where a hint begins: far cheaper to find than the
pattern."""


_KNOWN: dict[str, tuple[str, ...]] = {}
"""What hints say that were read before: few of them make up the pages of a site."""
_MOST = 16_384


def said(hints: AbstractSet[str]) -> Mapping[str, Sequence[str]]:
    """Return what class, id and role of the elements say, for those that say something."""
    known = {h: names for h in hints if (names := _KNOWN.get(h)) is not None}
    if len(known) < len(hints):
        new = _read(hints - known.keys())
        known |= new
        if len(_KNOWN) > _MOST:
            _KNOWN.clear()
        _KNOWN.update(new)
    return {hint: names for hint, names in known.items() if names}


def _read(hints: AbstractSet[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the names that each hint says.

    The stems are looked up in all the hints of a page at once: most stand in none.
    """
    every = list(hints)
    lines = [f" {hint}" for hint in every]
    text, starts = "\n".join(lines), starts_of(lines)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(every, ())
    for name, stems in _STEMS.items():
        may_be = {i for stem in stems for i in holding(text, starts, stem)}
        for hint in (every[i] for i in may_be):
            if _NAMES[name].search(hint):
                found[hint] = (*found[hint], name)
    return found
