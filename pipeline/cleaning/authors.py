"""The authors of a document: people before the house, declarations before the printed line."""

import re
from collections.abc import Iterator, Sequence

from pipeline.cleaning.agency import agency_of
from pipeline.cleaning.bylines import byline_names, dated_names, declared_names, reporters
from pipeline.cleaning.jsonld import ORGANIZATION
from pipeline.cleaning.prose import words
from pipeline.model import Claim, Page

AUTHOR_SOURCES = ("json-ld", "itemprop", "meta:", "og:", "rel-author", "byline-class")
"""Where authors are declared, the most formal first."""
_EDITOR = re.compile(
    r"\s*(?:edit(?:or|ed by)|redigeret af|redigiert von|redakteur|penyunting|editora?)"
    r"\s*[:：]\s*",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"[a-z0-9]{2}\.[a-z]{2,}\b")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HOUSE = 2
_INITIALS = 4
"""Letters of a sign such as "amw", which names nobody to a reader."""
_MOST = 12
"""People past which a list is that of a team page, not of a story."""

Found = tuple[tuple[str, ...], str | None]


def authors(
    page: Page, bylines: Sequence[str], credits_: Sequence[str], names: frozenset[str]
) -> Found:
    """Return the authors and where they were found; none rather than a guess.

    ``bylines`` and ``credits_`` are such lines of the page, ``names`` those of the site, folded.
    Full names come first, from the most formal source, then printed ones, then single names, and
    at last the house, if the page declares it to be the author.
    """
    claims = [c for c in page.claims if c.field == "author"]
    has_agency = any(agency_of(c.value) for c in claims)
    edited = {
        n for c in claims if _EDITOR.match(c.value) for n in _declared(_EDITOR.sub("", c.value))
    }
    tiers: dict[int, Found] = {}
    printed = ((), ()) if has_agency else (bylines, credits_)
    for found, source in _candidates(claims, *printed):
        people = tuple(dict.fromkeys(name for name in found if name not in edited))
        for tier in sorted({_tier(name, source, names) for name in people}):
            same = tuple(n for n in people if _tier(n, source, names) <= tier)
            tiers.setdefault(tier, (same, source))
    best = min(tiers, default=None)
    is_agency_copy = best == _HOUSE and has_agency
    if best is None or is_agency_copy or len(tiers[best][0]) > _MOST:
        return (), None
    return tiers[best]


def _candidates(
    claims: Sequence[Claim], bylines: Sequence[str], credits_: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for prefix in AUTHOR_SOURCES:
        for source in dict.fromkeys(c.source for c in claims if c.source.startswith(prefix)):
            said = [c.value for c in claims if c.source == source and not _EDITOR.match(c.value)]
            if prefix in {"rel-author", "byline-class"}:
                # Each such element may name all of them, or those of other stories.
                said = said[:1]
            yield tuple(name for value in said for name in _declared(value)), source
    read = map(_printed, bylines)
    yield tuple(name for found in read if found for name in found[0]), "byline"
    yield tuple(name for line in credits_ for name in reporters(line)), "credit"


def _printed(line: str) -> tuple[tuple[str, ...], str | None] | None:
    return dated_names(line) or byline_names(line) or byline_names(f"By {line}")


def _declared(value: str) -> tuple[str, ...]:
    return tuple(name for name in declared_names(value) if not agency_of(name))


def _tier(name: str, source: str, names: frozenset[str]) -> int:
    """Return 0 for a full name, 1 for a single one, 2 for the house, 3 for initials."""
    folded = "".join(words(name))
    is_house = folded in names or not names.isdisjoint(words(name)) or _DOMAIN.search(name)
    if source == ORGANIZATION or is_house:
        return _HOUSE
    if name.islower() and len(name) <= _INITIALS:
        return _HOUSE + 1
    return 0 if len(name.split()) > 1 or _UNSPACED.search(name) else 1
