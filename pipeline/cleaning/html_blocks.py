"""An HTML tree as blocks: the one walk that turns elements into pieces of text with a place."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lxml import etree

from pipeline.cleaning.seams import pieces
from pipeline.errors import DocumentError, RejectReason
from pipeline.model import Block, Markup

SKIP = frozenset(
    """audio canvas datalist frameset head iframe noembed noframes noscript optgroup option script
    select style svg template textarea video""".split()  # noqa: SIM905 - one word a line would be long
)
"""Elements whose content no reader of the page sees as text: it never becomes a block."""

BLOCK_LEVEL = frozenset(
    """address article aside blockquote body br button caption center dd details dialog dir div dl
    dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend
    li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()  # noqa: SIM905
)
"""Elements at whose start and end a block ends."""

DECLARED_PAYWALL = "declared-paywall"
"""Hint of the elements that the page's own metadata names as the paid part."""

_HINT_ATTRIBUTES = ("class", "id", "itemprop", "role", "data-testid")
_MAX_HINTS = 8
_MAX_HINT_CHARS = 200
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def blocks_of(
    tree: etree._Element, max_blocks: int, paid: Collection[etree._Element] = ()
) -> tuple[Block, ...]:
    """Return the blocks of a tree in document order.

    All text outside ``SKIP`` is in exactly one block, but for white space. The elements in
    ``paid`` get the hint ``DECLARED_PAYWALL``. In ``pre`` a blank line ends a block. Raises
    DocumentError(TOO_LARGE) past ``max_blocks``.
    """
    walk = _Walk(max_blocks, paid)
    nodes: list[Iterator[etree._Element]] = [iter((tree,))]
    while nodes:
        for element in nodes[-1]:
            if walk.enter(element):
                nodes.append(iter(element))
                break
        else:
            nodes.pop()
            walk.leave()
    walk.flush()
    return tuple(walk.blocks)


@dataclass(slots=True, eq=False)
class _Frame:
    """An open element, with what it inherits."""

    element: etree._Element
    tag: str
    number: int
    """Which child of its tag it is, from 1."""
    parent: "_Frame | None"
    depth: int
    is_block: bool
    is_link: bool
    is_bold: bool
    is_pre: bool
    children: dict[str, int] = field(default_factory=dict)
    """Children of each tag so far."""
    place: "_Place | None" = None

    @property
    def step(self) -> str:
        if self.parent is None or (self.tag == "body" and self.number == 1):
            return self.tag
        return f"{self.tag}[{self.number}]"


class _Place(NamedTuple):
    """What a frame that holds text tells of where it stands; made once for all its blocks."""

    path: str
    ancestors: tuple[str, ...]
    hints: tuple[str, ...]
    is_hidden: bool


_NOWHERE = _Place("", (), (), is_hidden=False)


class _Walk:
    """The open elements, the block being collected, and the blocks so far."""

    def __init__(self, max_blocks: int, paid: Collection[etree._Element]) -> None:
        self.blocks: list[Block] = []
        self._max_blocks = max_blocks
        self._paid = frozenset(paid)
        self._top: _Frame | None = None
        self._start()

    def _start(self) -> None:
        self._chunks: list[str] = []
        self._owner: _Frame | None = None  # the innermost element that holds all chunks
        self._link = 0
        self._bold = 0

    def enter(self, element: etree._Element) -> bool:
        """Take an element with its text; tell whether it is open, its children to be entered."""
        tag, text, top = str(element.tag), element.text, self._top
        if self._chunks and (tag in BLOCK_LEVEL or top is None):
            self.flush()
        number = 1
        if top:
            number = top.children[tag] = top.children.get(tag, 0) + 1
        has_children = len(element) > 0
        if tag in SKIP or not (text or has_children):
            if top and (tail := element.tail):
                self.add(tail)
            return False
        self._top = _frame(element, tag, number, top)
        if text:
            self.add(text)
        if not has_children:
            self.leave()
        return has_children

    def leave(self) -> None:
        """Close the innermost element and take the text after it."""
        closed = self._top
        if closed is None:
            return
        if self._chunks and closed.is_block:
            self.flush()
        top = self._top = closed.parent
        if top and (tail := closed.element.tail):
            self.add(tail)

    def add(self, text: str) -> None:
        """Take a text node of the innermost element."""
        frame = self._top
        blank = text.isspace()
        if frame is None or (blank and not self._chunks):
            return
        if frame.is_pre:
            first, *more = _BLANK_LINE.split(text)
            self._take(first, frame)
            for paragraph in more:
                self.flush()
                self._take(paragraph, frame)
        elif blank:
            self._chunks.append(text)
        else:
            self._take(text, frame)

    def _take(self, text: str, frame: _Frame) -> None:
        self._chunks.append(text)
        if frame.is_link:
            self._link += len(text)
        if frame.is_bold:
            self._bold += len(text)
        if self._owner is not frame and not text.isspace():
            self._owner = _common(self._owner, frame) if self._owner else frame

    def flush(self) -> None:
        """End the block being collected, if it holds any text."""
        owner = self._owner
        if owner is None:
            self._start()
            return
        text = " ".join("".join(self._chunks).split())
        markup = self._markup(owner, len(text))
        spans = pieces(text)
        if len(self.blocks) + len(spans) > self._max_blocks:
            raise DocumentError(RejectReason.TOO_LARGE, f"more than {self._max_blocks} blocks")
        for start, end in spans:
            mine = markup if len(spans) == 1 else _part(markup, (end - start) / len(text))
            self.blocks.append(Block(len(self.blocks), text[start:end], markup=mine))
        self._start()

    def _markup(self, owner: _Frame, chars: int) -> Markup:
        inline: list[str] = []
        hidden, holder = False, owner
        while not holder.is_block and holder.parent:
            hint, hides = self._said(holder.element)
            inline.append(hint)
            hidden = hidden or hides
            holder = holder.parent
        path, ancestors, hints, around = self._place(holder)
        if any(inline):
            hints = (" ".join(filter(None, (*inline, hints[0]))), *hints[1:])
        return Markup(
            path=path,
            tag=holder.tag,
            ancestors=ancestors,
            hints=hints,
            link_chars=min(self._link, chars),
            bold_chars=min(self._bold, chars),
            hidden=hidden or around,
        )

    def _place(self, frame: _Frame) -> _Place:
        below: list[_Frame] = []
        above: _Frame | None = frame
        while above and above.place is None:
            below.append(above)
            above = above.parent
        place = _NOWHERE if above is None or above.place is None else above.place
        for step in reversed(below):
            path, ancestors, hints, is_hidden = place
            if step.parent and step.parent.parent:
                ancestors = (step.parent.tag, *ancestors)
            hint, hides = self._said(step.element)
            place = step.place = _Place(
                f"{path}/{step.step}",
                ancestors,
                (hint, *hints[: _MAX_HINTS - 1]),
                is_hidden or (step.parent is not None and hides),
            )
        return place

    def _said(self, element: etree._Element) -> tuple[str, bool]:
        """Return what names and roles an element gives itself, and whether it hides."""
        attributes: dict[str, str] = dict(element.items())  # one call: each get would cost as much
        is_paid = element in self._paid if self._paid else False
        if not attributes and not is_paid:
            return "", False
        return _hint(attributes, is_paid=is_paid), _hides(attributes)


def _frame(element: etree._Element, tag: str, number: int, parent: _Frame | None) -> _Frame:
    return _Frame(
        element,
        tag,
        number,
        parent,
        parent.depth + 1 if parent else 0,
        parent is None or tag in BLOCK_LEVEL,
        parent is not None and (parent.is_link or tag == "a"),
        parent is not None and (parent.is_bold or tag in ("b", "strong")),
        parent is not None and (parent.is_pre or tag == "pre"),
    )


def _hides(attributes: Mapping[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and _HIDING_STYLE.search(attributes["style"]) is not None)
    )


def _common(a: _Frame, b: _Frame) -> _Frame:
    """Return the innermost element that holds both."""
    while a is not b:
        deeper, other = (a, b) if a.depth >= b.depth else (b, a)
        if deeper.parent is None:
            return deeper
        a, b = deeper.parent, other
    return a


def _hint(attributes: Mapping[str, str], *, is_paid: bool) -> str:
    values = [value for name in _HINT_ATTRIBUTES if (value := attributes.get(name))]
    if is_paid:
        values.insert(0, DECLARED_PAYWALL)
    return " ".join(" ".join(values).lower().split())[:_MAX_HINT_CHARS] if values else ""


def _part(markup: Markup, share: float) -> Markup:
    link, bold = round(markup.link_chars * share), round(markup.bold_chars * share)
    return replace(markup, link_chars=link, bold_chars=bold)
