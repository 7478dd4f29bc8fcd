"""The title of a document: the printed headline that its declarations bear out."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from pipeline.cleaning import prose
from pipeline.model import Page, RawDocument

key = lru_cache(maxsize=1_024)(prose.key)
"""The few titles of a page are compared with each other again and again."""
_ORDER = ("og:title", "json-ld", "meta:", "itemprop", "title-tag")
SEPARATOR = re.compile(r"\s+[|–—·•»-]\s+|(?<=\S)\s?[|｜]\s?(?=\S)")
_BARS = frozenset("|｜·•»")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-zA-Z]{2,}")
_LIKE = 0.5
"""Share of common words from which a heading is the declared title in other words."""
_LETTERS = 4
"""Letters of a name's part that says which name it is."""
_SHORT = 4
"""Words of a heading that may as well be of a box beside the story."""
_MAX_NAME = 5
"""Words of a site's name after a bar."""


def declared_title(page: Page, raw: RawDocument) -> tuple[str, str] | None:
    """Return the title that a page declares and where, None when it declares none.

    That is the h1 most like the declared ones, for it is what readers see; where JSON-LD and
    og:title agree on more than the h1 says (a kicker before it), or on less (a date in it), it is
    theirs. An h1 that is like none counts if it is the only one and no site's name.
    """
    names = site_names(page, raw)
    titles = [c for c in page.claims if c.field == "title"]
    declared = [
        (without_site(c.value, names), c.source)
        for source in _ORDER
        for c in titles
        if c.source.startswith(source)
    ]
    headings = [h for c in titles if c.source == "h1" and (h := without_site(c.value, names))]
    headings = [h for h in dict.fromkeys(headings) if key(h).replace(" ", "") not in names]
    if headings and declared:
        best = max(headings, key=lambda h: max(_likeness(h, d) for d, _ in declared))
        if max(_likeness(best, d) for d, _ in declared) >= _LIKE:
            return _agreed(best, declared) or (_shortest(best, declared), "h1")
    longer = [h for h in headings if len(key(h).split()) > _SHORT] or headings
    if len(longer) == 1 and (not declared or len(key(longer[0]).split()) > 2):
        return longer[0], "h1"
    return min(declared, key=lambda found: found[1] != "json-ld", default=None)


def _agreed(heading: str, declared: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Return what JSON-LD and og:title both say, if the heading is a part of it or it of that."""
    first = {source: value for value, source in reversed(declared)}
    linked, graph = first.get("json-ld"), first.get("og:title")
    if not linked or not graph or key(linked) != key(graph):
        return None
    said, seen = key(graph), key(heading)
    is_part = f" {seen}" in said or f"{said} " in seen or f" {said}" in seen
    return (graph, "og:title") if is_part and said != seen else None


def _shortest(heading: str, declared: Iterable[tuple[str, str]]) -> str:
    """Take off the heading what follows a bar, if a declared title ends there."""
    seams = [m.start() for m in SEPARATOR.finditer(heading)]
    heads = {key(heading[:at]): heading[:at] for at in seams}
    return next((heads[key(d)] for d, _ in declared if key(d) in heads), heading)


def _likeness(a: str, b: str) -> float:
    if key(b).startswith(f"{key(a)} "):
        return 1.0
    first, second = set(key(a).split()), set(key(b).split())
    return len(first & second) / max(1, len(first | second))


def without_tail(title: str, short_lines: frozenset[str]) -> str:
    """Take off a text's title what follows a bar, is a host, or is a line of the page by itself.

    ``short_lines`` are the page's short lines, folded and without spaces.
    """
    while seams := list(SEPARATOR.finditer(title)):
        head, tail = title[: seams[-1].start()], title[seams[-1].end() :]
        is_known = key(tail).replace(" ", "") in short_lines or _HOST.fullmatch(tail)
        is_bar = seams[-1].group().strip() in _BARS and len(tail.split()) <= _MAX_NAME
        if len(key(head).split()) < 3 or not (is_known or is_bar):
            return title
        title = head
    return title


def site_names(page: Page, raw: RawDocument) -> frozenset[str]:
    """Return what the site and its publisher are called, folded and without spaces."""
    canonical = (c.value for c in page.claims if c.field == "canonical_url")
    hosts = [host for url in (raw.url or "", *canonical) if (host := _host(url))]
    names = [c.value for c in page.claims if c.field in {"site", "publisher"}]
    folded = (key(name).replace(" ", "") for name in (*names, *hosts, *map(_domain, hosts)))
    return frozenset(name for name in folded if len(name) > 1)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _domain(host: str) -> str:
    """Return the longest part of a host but its last: that is where the name stands."""
    return max(host.split(".")[:-1], key=len, default="")


def without_site(title: str, names: frozenset[str]) -> str:
    """Take the site's name off the end: after a bar any few words, after a dash a known name."""
    while seams := list(SEPARATOR.finditer(title)):
        head, tail = title[: seams[-1].start()], title[seams[-1].end() :]
        folded = key(tail).replace(" ", "")
        is_name = any(_is_named(folded, name) for name in names)
        is_short = len(tail.split()) <= _MAX_NAME and len(key(head).split()) >= 3
        is_name = is_name or bool(_HOST.fullmatch(tail))
        if not is_name and not (is_short and seams[-1].group().strip() in _BARS):
            return title
        title = head
    return title


def _is_named(tail: str, name: str) -> bool:
    """Tell whether a folded tail is the site's folded name, or that with a little more or less."""
    short, long = sorted((tail, name), key=len)
    return tail == name or (
        len(short) >= _LETTERS and short in long and 2 * len(short) >= len(long)
    )
