"""The claims a page makes about itself: JSON-LD, meta elements, headings, bylines, times."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from pipeline.cleaning.boxes import is_aside, own_head
from pipeline.cleaning.jsonld import json_ld_claims
from pipeline.cleaning.times import times
from pipeline.model import Claim

_META_FIELDS = {
    "og:title": "title",
    "twitter:title": "title",
    "dc.title": "title",
    "dcterms.title": "title",
    "parsely-title": "title",
    "sailthru.title": "title",
    "author": "author",
    "article:author": "author",
    "og:article:author": "author",
    "byl": "author",
    "byline": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "parsely-author": "author",
    "sailthru.author": "author",
    "cxenseparse:author": "author",
    "article:published_time": "published",
    "og:article:published_time": "published",
    "og:published_time": "published",
    "article:published": "published",
    "datepublished": "published",
    "date": "published",
    "pubdate": "published",
    "publishdate": "published",
    "publish-date": "published",
    "publish_date": "published",
    "publication_date": "published",
    "article.published": "published",
    "citation_publication_date": "published",
    "dc.date": "published",
    "dc.date.issued": "published",
    "dc.date.created": "published",
    "dcterms.date": "published",
    "dcterms.issued": "published",
    "dcterms.created": "published",
    "parsely-pub-date": "published",
    "sailthru.date": "published",
    "cxenseparse:recs:publishtime": "published",
    "article:modified_time": "modified",
    "og:article:modified_time": "modified",
    "og:updated_time": "modified",
    "datemodified": "modified",
    "dcterms.modified": "modified",
    "last-modified": "modified",
    "lastmod": "modified",
    "revised": "modified",
    "article:section": "section",
    "parsely-section": "section",
    "section": "section",
    "og:locale": "language",
    "language": "language",
    "content-language": "language",
    "dc.language": "language",
    "dcterms.language": "language",
    "og:site_name": "site",
    "application-name": "site",
    "og:url": "canonical_url",
    "og:description": "description",
    "description": "description",
    "twitter:description": "description",
    "dc.publisher": "publisher",
    "publisher": "publisher",
}
_ITEMPROP_FIELDS = {
    "headline": "title",
    "author": "author",
    "creator": "author",
    "datePublished": "published",
    "dateModified": "modified",
    "articleSection": "section",
    "inLanguage": "language",
    "isAccessibleForFree": "free",
}
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author(?:s|-?(?:names?|list))?|(?:post|entry|p|article)-author)"
    r"(?=$|[\s_-])",
    re.IGNORECASE,
)
_NOT_BYLINE_CLASS = re.compile(
    r"bio|about|avatar|image|img|photo|social|follow|comment|desc|box|card|related|icon",
    re.IGNORECASE,
)
_SIMPLE_SELECTOR = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)+)")
_NAME = re.compile(r"[.#][\w-]+")

_SPEAKING = ("meta", "link", "title", "h1", "time", "script")
"""Elements that say something of the page by their tag."""
_MAX_BYLINE = 200
_MAX_VALUE = 5_000
_MAX_PER_FIELD = 50


def claims(tree: etree._Element, url: str | None) -> tuple[Claim, ...]:
    """Return what the page says of itself, the most formal sources first, in document order each.

    ``url`` is where the page was fetched; it tells the page's own JSON-LD article from others.
    """
    elements = list(tree.iter(*_SPEAKING))
    metas = [claim for element in elements if element.tag == "meta" for claim in _meta(element)]
    links = [claim for element in elements if element.tag == "link" for claim in _link(element)]
    titles = list(_titles(elements))
    addresses = (c.value for c in (*links, *metas) if c.field == "canonical_url")
    urls = frozenset(_bare(u) for u in (url, *addresses) if u)
    names = [_folded(c.value) for c in (*metas, *titles) if c.field == "title"]
    # The type first: to read the text of all scripts would copy a good part of the page.
    typed = (element for element in elements if "ld+json" in element.get("type", ""))
    scripts = [text for element in typed if (text := element.text)]
    lang = tree.get("lang") or tree.get("xml:lang")
    declared = (Claim("language", lang, "html-lang"),) if lang else ()
    linked_data = json_ld_claims(scripts, urls, names)
    head = own_head(
        tree, [c.value for c in (*metas, *titles) if c.field == "title" and c.source != "h1"]
    )
    marked = _marked(_telling(tree), head)
    dated = times((e for e in elements if e.tag == "time"), head)
    sources = (linked_data, metas, links, titles, declared, marked, dated)
    folded = (Claim(c.field, _folded(c.value), c.source) for source in sources for c in source)
    return tuple(dict.fromkeys(c for c in folded if c.value))


def capped(found: Iterable[Claim]) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Return the claims without absurd ones, and a warning for each field that lost any."""
    kept: list[Claim] = []
    lost: dict[str, int] = {}
    counts: dict[str, int] = {}
    for claim in found:
        counts[claim.field] = counts.get(claim.field, 0) + 1
        if len(claim.value) > _MAX_VALUE or counts[claim.field] > _MAX_PER_FIELD:
            lost[claim.field] = lost.get(claim.field, 0) + 1
        else:
            kept.append(claim)
    warnings = (f"{n} claims of {field} too long or too many" for field, n in lost.items())
    return tuple(kept), tuple(warnings)


def paid_elements(tree: etree._Element, found: Iterable[Claim]) -> frozenset[etree._Element]:
    """Return the elements that the page declares to be its paid part.

    Only selectors of a tag, classes and ids are understood, which is what publishers use.
    """
    selectors = [c.value for c in found if c.field == "paywall_selector"]
    parts = (part.strip() for selector in selectors for part in selector.split(","))
    return frozenset(
        element
        for match in filter(None, map(_SIMPLE_SELECTOR.fullmatch, parts))
        for element in tree.iter(match[1] or "*")
        if _has_names(element, match[2])
    )


def _has_names(element: etree._Element, names: str) -> bool:
    classes = (element.get("class") or "").split()
    return all(
        name[1:] == element.get("id") if name[0] == "#" else name[1:] in classes
        for name in _NAME.findall(names)
    )


def _bare(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _folded(value: str) -> str:
    """Fold white space; a lone surrogate, which JSON can spell, becomes U+FFFD."""
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(whole.split())


def _meta(meta: etree._Element) -> Iterator[Claim]:
    name = meta.get("property") or meta.get("name") or meta.get("http-equiv") or ""
    name = name.strip().lower()
    field = _META_FIELDS.get(name)
    value = meta.get("content")
    if field and value:
        yield Claim(field, value, name if name.startswith("og:") else f"meta:{name}")


def _link(link: etree._Element) -> Iterator[Claim]:
    href = link.get("href")
    if href and link.get("rel", "").lower() == "canonical":
        yield Claim("canonical_url", href, "link-canonical")


def _titles(elements: Sequence[etree._Element]) -> Iterator[Claim]:
    for tag, source in (("title", "title-tag"), ("h1", "h1")):
        for element in elements:
            if element.tag == tag and not any(up.tag == "svg" for up in element.iterancestors()):
                yield Claim("title", _text(element), source)


def _telling(tree: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that may say something of the page by their attributes."""
    for element in tree.iterdescendants():  # in a fifth of the time of an XPath
        names = element.keys()
        if not names:
            continue
        if "itemprop" in names or "rel" in names:
            yield element
        elif "class" in names:
            name = element.get("class", "")
            if "uthor" in name or "yline" in name or "y-line" in name:  # each byline has one
                yield element


def _marked(elements: Iterable[etree._Element], head: frozenset[etree._Element]) -> Iterator[Claim]:
    """Yield claims of elements in the body; those in a side column speak of other stories."""
    for element in elements:
        found = [*_itemprop(element), *_byline(element)]
        if found and not is_aside(element, head):
            yield from found


def _itemprop(element: etree._Element) -> Iterator[Claim]:
    for prop in (element.get("itemprop") or "").split():
        field = _ITEMPROP_FIELDS.get(prop)
        if field == "author":
            for named in list(element.iterfind(".//*[@itemprop='name']")) or [element]:
                name = named.get("content") or _text(named)
                if len(name) <= _MAX_BYLINE:
                    yield Claim("author", name, "itemprop")
        elif field:
            value = element.get("content") or element.get("datetime") or _text(element)
            yield Claim(field, value, "itemprop")


def _byline(element: etree._Element) -> Iterator[Claim]:
    rel, name = element.get("rel", ""), element.get("class", "")
    if element.tag in ("a", "link") and "author" in rel.split():
        yield Claim("author", _text(element), "rel-author")
    elif name and _BYLINE_CLASS.search(name) and not _NOT_BYLINE_CLASS.search(name):
        text = _text(element)
        if len(text) <= _MAX_BYLINE:
            yield Claim("author", _listed(element, text), "byline-class")


def _listed(element: etree._Element, text: str) -> str:
    """Set commas between names that stand side by side, each in an element of its own."""
    while len(element) == 1:
        element = element[0]
    parts = list(filter(None, map(_text, element)))
    is_list = len(parts) > 1 and " ".join(parts) == text and all(" " in part for part in parts)
    return ", ".join(parts) if is_list else text


def _text(element: etree._Element) -> str:
    """Return the text, its parts set apart, read no further than a claim may be long."""
    parts: list[str] = []
    room = _MAX_VALUE
    for part in element.itertext():
        parts.append(str(part))
        room -= len(part)
        if room < 0:
            break
    return " ".join(" ".join(parts).split())
