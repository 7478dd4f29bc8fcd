"""The elements ``time`` of a page as claims: of what event each tells, if of the story at all."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.cleaning.boxes import is_aside, is_other
from pipeline.cleaning.dates import Kind, label_at_end
from pipeline.model import Claim

_MODIFIED_CLASS = re.compile(r"modified|updat|changed|revis|reviewed", re.IGNORECASE)
_PUBLISHED_CLASS = re.compile(r"publi", re.IGNORECASE)
_NEAR = 3
"""Elements around a ``time`` whose class still speaks of it, and that make its shape."""
_LIST = 3
"""Dates in one shape from which they are those of a list."""
_PARAGRAPH = 12
"""Words before a date from which it stands in a sentence."""


def times(elements: Iterable[etree._Element], head: frozenset[etree._Element]) -> Iterator[Claim]:
    """Yield the dates that are the story's, in document order.

    Dates of a side column, a teaser, an event, a list of other stories or a sentence are not.
    A label before the date tells of an update, or else the class of what is around it.
    """
    dated = [(e, value) for e in elements if (value := e.get("datetime"))]
    shapes: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for element, value in dated:
        shapes[_shape(element)].add(value)
    for element, value in dated:
        if len(shapes[_shape(element)]) >= _LIST or is_aside(element, head):
            continue
        if is_other(element, head):
            continue
        before = _before(element)
        label = label_at_end(before)
        if label or len(before.split()) < _PARAGRAPH:
            for kind in _kinds(element, label):
                yield Claim(kind, value, "time")


def _shape(element: etree._Element) -> tuple[str, ...]:
    around = [element, *_near(element)]
    return tuple(f"{e.tag} {e.get('class') or ''}" for e in around)


def _near(element: etree._Element) -> list[etree._Element]:
    return [up for up, _ in zip(element.iterancestors(), range(_NEAR), strict=False)]


def _kinds(element: etree._Element, label: Kind | None) -> Iterator[Kind]:
    """Yield what a date tells of; of both where a label of an update meets a publication's class.

    Such a page shows one date for both until the story is changed for the first time.
    """
    around = (e.get("class") or "" for e in (element, *_near(element)))
    by_class: Kind | None = next(filter(None, map(_named, around)), None)
    told: Kind = label or by_class or "published"
    yield told
    if label == "modified" and by_class == "published":
        yield "published"


def _named(name: str) -> Kind | None:
    if _PUBLISHED_CLASS.search(name):
        return "published"
    return "modified" if _MODIFIED_CLASS.search(name) else None


def _before(element: etree._Element) -> str:
    """Return the text before an element, in the nearest of the elements around it that has any."""
    for up in _near(element):
        parts: list[str] = []
        for event, part in etree.iterwalk(up, events=("start", "end")):
            if part is element:
                break
            if event == "start" and isinstance(part.tag, str):
                parts.append(part.text or "")
            elif event == "end":
                parts.append(part.tail or "")
        text = " ".join(" ".join(parts).split())
        if text:
            return text
    return ""
