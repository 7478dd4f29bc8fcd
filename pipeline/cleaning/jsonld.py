"""What a page says of itself in schema.org JSON-LD, however broken it is written."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.cleaning.prose import words
from pipeline.model import Claim

SOURCE = "json-ld"
ORGANIZATION = "json-ld:organization"
"""Source of an author that is declared to be an organisation."""

_MAX_TITLES = 50
_ARTICLE_TYPES = frozenset(("BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"))
_PAGE_TYPES = frozenset(("WebPage", "ItemPage", "MedicalWebPage", "CreativeWork"))
_TEXT_FIELDS = (
    ("title", "headline"),
    ("published", "datePublished"),
    ("modified", "dateModified"),
    ("section", "articleSection"),
    ("language", "inLanguage"),
    ("description", "description"),
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_SALVAGE = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|isAccessibleForFree)"'
    r'\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|(true|false)\b)',
    re.IGNORECASE,
)
_MAX_NODES = 5_000


def json_ld_claims(
    scripts: list[str], urls: frozenset[str], titles: Sequence[str] = ()
) -> Iterator[Claim]:
    """Yield the claims of the page's own article among all JSON-LD scripts of the page.

    The article is one whose url is among ``urls``, else the one whose headline is most like any of
    the page's ``titles``, else the first. Further nodes with its headline, and a page node, fill
    in what it leaves out. Scripts that no repair makes JSON are searched for single fields.
    """
    trees, broken = _parsed(scripts)
    nodes = list(_nodes(trees))
    by_id = {n["@id"]: n for n in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    articles = [n for n in nodes if any(map(_is_article, _types(n)))]
    pages = [n for n in nodes if _PAGE_TYPES & set(_types(n))]
    seen: set[str] = set()
    for node in (*_own(articles, urls, titles), *pages[:1]):
        claims = [c for c in _node_claims(node, by_id) if c.field not in seen]
        yield from claims
        seen |= {c.field for c in claims}
    for text in broken:
        yield from (c for c in _salvaged(text) if c.field not in seen)


def _own(
    articles: list[dict[str, Any]], urls: frozenset[str], titles: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the nodes of the page's own article, the one that is surest first."""
    if len(articles) < 2:
        return articles
    told = list(dict.fromkeys(map(_words, titles[:_MAX_TITLES])))
    best = max(articles, key=lambda n: (bool(urls & set(_urls(n))), _likeness(n, told)))
    own = _words(best.get("headline"))
    same = [n for n in articles if n is not best and own and _words(n.get("headline")) == own]
    return [best, *same]


def _likeness(node: dict[str, Any], titles: Sequence[frozenset[str]]) -> float:
    own = _words(node.get("headline"))
    return max((len(own & t) / max(1, len(own | t)) for t in titles), default=0.0)


def _words(text: Any) -> frozenset[str]:
    return frozenset(words(html.unescape(text))) if isinstance(text, str) else frozenset()


def _parsed(scripts: list[str]) -> tuple[list[Any], list[str]]:
    trees, broken = [], []
    for text in scripts:
        tree = next(filter(None, map(_loads, _repairs(text))), None)
        if tree is None:
            broken.append(text)
        else:
            trees.append(tree)
    return trees, broken


def _repairs(text: str) -> Iterator[str]:
    yield text
    plain = _WRAPPING.sub("", text.strip())
    plain = _WRAPPING.sub("", plain)
    yield plain
    yield _TRAILING_COMMA.sub("", plain)
    yield _TRAILING_COMMA.sub("", html.unescape(plain))


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(trees: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the top nodes, those in ``@graph`` and main entities, in document order."""
    waiting = list(reversed(trees))
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[k] for k in ("mainEntity", "@graph") if k in value)


def _types(node: dict[str, Any]) -> list[str]:
    return [t.rsplit("/", 1)[-1] for t in _listed(node.get("@type")) if isinstance(t, str)]


def _is_article(name: str) -> bool:
    return name.endswith("Article") or name in _ARTICLE_TYPES


def _urls(node: dict[str, Any]) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        for value in _listed(node.get(key)):
            found = value.get("@id") if isinstance(value, dict) else value
            if isinstance(found, str):
                yield found.split("#")[0].rstrip("/")


def _node_claims(node: dict[str, Any], by_id: dict[str, Any]) -> Iterator[Claim]:
    for field, key in _TEXT_FIELDS:
        for value in _listed(node.get(key))[:1]:
            text = _name(value) if isinstance(value, dict) else value
            if isinstance(text, str):
                yield Claim(field, html.unescape(text), SOURCE)
    for value in _listed(node.get("author")) or _listed(node.get("creator")):
        yield from _author(value, by_id)
    for value in _listed(node.get("publisher"))[:1]:
        if name := _name(_resolved(value, by_id)):
            yield Claim("publisher", name, SOURCE)
    free = _truth(node.get("isAccessibleForFree"))
    if free is not None:
        yield Claim("free", free, SOURCE)
    for part in _listed(node.get("hasPart")):
        yield from _paid_part(part)


def _author(value: Any, by_id: dict[str, Any]) -> Iterator[Claim]:
    value = _resolved(value, by_id)
    is_person = not (
        isinstance(value, dict) and {"Organization", "NewsMediaOrganization"} & {*_types(value)}
    )
    for name in _listed(value.get("name") if isinstance(value, dict) else value):
        if isinstance(name, str) and name.strip():
            yield Claim("author", html.unescape(name), SOURCE if is_person else ORGANIZATION)


def _paid_part(part: Any) -> Iterator[Claim]:
    if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) == "false":
        for selector in _listed(part.get("cssSelector")):
            if isinstance(selector, str):
                yield Claim("paywall_selector", selector, SOURCE)


def _salvaged(text: str) -> Iterator[Claim]:
    fields = {key.lower(): field for field, key in _TEXT_FIELDS} | {"isaccessibleforfree": "free"}
    seen = set()
    for key, quoted, bare in _SALVAGE.findall(text):
        field = fields[key.lower()]
        value = _truth(bare or quoted) if field == "free" else _loads(f'"{quoted}"')
        if isinstance(value, str) and field not in seen:
            seen.add(field)
            yield Claim(field, html.unescape(value), SOURCE)


def _resolved(value: Any, by_id: dict[str, Any]) -> Any:
    if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _name(value: Any) -> str | None:
    name = value.get("name") if isinstance(value, dict) else value
    return html.unescape(name) if isinstance(name, str) and name.strip() else None


def _truth(value: Any) -> str | None:
    """Return ``"true"`` or ``"false"`` for a boolean as JSON, schema.org or a person spells it."""
    spelled = str(value).rsplit("/", 1)[-1].strip().lower()
    return {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(spelled)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
