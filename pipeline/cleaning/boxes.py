"""Boxes of a page that speak of something else than its story: side columns, teasers, events."""

import re
from collections.abc import Collection, Iterator

from lxml import etree

from pipeline.cleaning.prose import key

_ASIDE_CLASS = re.compile(
    r"related|recommend|(?<!layout-)(?<!has-)(?<!with-)(?<!no-)sidebar|(?<!elementor-)widget|teaser|comment|trending|popular|most-read",
    re.IGNORECASE,
)
"""Layouts ("has-sidebar") and page builders ("elementor-widget") hold the story as well."""
_ASIDE_TAGS = frozenset(("nav", "aside", "footer"))
_OTHER_CLASS = re.compile(
    r"event|opening|\bhours|schedule|calendar|countdown|deadline|expir|promo(?!ted)|view-row",
    re.IGNORECASE,
)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MAX_HEADING = 2_000
_LONG = 120
"""Words past which an element is no box but a part of the page."""


def own_head(tree: etree._Element, titles: Collection[str]) -> frozenset[etree._Element]:
    """Return what holds the page's heading, and what stands in it: no box, whatever its class.

    That is each h1 that ``titles`` of the page bear out, for teasers may have one; else all.
    """
    headings = list(tree.iter("h1"))
    keys = list(dict.fromkeys(map(key, titles)))
    own = [h1 for h1 in headings if _is_told(_heading(h1), keys)]
    found: set[etree._Element] = set()
    for h1 in own or headings:
        if h1 not in found:  # headings that are never closed stand in each other
            found.update(h1.iterancestors(), h1.iter())
    return frozenset(found)


def _heading(h1: etree._Element) -> str:
    """Return the text of a heading; of one too long for a title, its beginning."""
    text = ""
    for part in h1.itertext():
        text += part
        if len(text) > _MAX_HEADING:
            break
    return key(text)


def _is_told(heading: str, titles: Collection[str]) -> bool:
    return bool(heading) and any(heading in title for title in titles)


def above(element: etree._Element, head: frozenset[etree._Element]) -> Iterator[etree._Element]:
    """Yield what an element stands in, from the inside, up to what holds the page's heading."""
    for up in element.iterancestors():
        if up in head or up.tag == "body":
            return
        yield up


def is_aside(element: etree._Element, head: frozenset[etree._Element]) -> bool:
    """Tell whether an element stands beside the story: in a side column, a footer, a comment."""
    return any(
        up.tag in _ASIDE_TAGS or _ASIDE_CLASS.search(up.get("class") or "")
        for up in above(element, head)
    )


def is_other(element: etree._Element, head: frozenset[etree._Element]) -> bool:
    """Tell whether an element stands in the box of an event, or in a teaser of another story.

    A teaser is a link around more than such elements, or a short box with a heading that links.
    """
    for up in above(element, head):
        if _OTHER_CLASS.search(up.get("class") or ""):
            return True
        if up.tag == "a":
            return _size(up) > sum(map(_size, up.iter(element.tag)))
        if _size(up) > _LONG:
            return False
        if any(_leads_away(heading) for heading in up.iter(*_HEADINGS)):
            return True
    return False


def _leads_away(heading: etree._Element) -> bool:
    inside = heading.find(".//a[@href]") is not None
    return inside or any(up.tag == "a" for up in heading.iterancestors())


def _size(element: etree._Element) -> int:
    """Return the number of words, counted no further than a box may have."""
    count = 0
    for part in element.itertext():
        count += len(part.split())
        if count > _LONG:
            break
    return count
