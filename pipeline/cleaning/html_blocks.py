"""An HTML tree as blocks: the one walk that turns elements into pieces of text with a place."""

import re
from collections.abc import Collection
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
    nodes = etree.iterwalk(tree, events=("start", "end"))
    for event, element in nodes:
        if event == "end":
            walk.leave(element)
        elif walk.enter(element) in SKIP:
            nodes.skip_subtree()
        elif element.text:
            walk.add(element.text)
    walk.flush()
    return tuple(walk.blocks)


@dataclass(slots=True, eq=False)
class _Frame:
    """An open element, with what it inherits."""

    element: etree._Element
    tag: str
    step: str
    parent: "_Frame | None"
    depth: int
    is_block: bool
    is_hidden: bool = False
    is_link: bool = False
    is_bold: bool = False
    is_pre: bool = False
    children: dict[str, int] = field(default_factory=dict)
    place: "_Place | None" = None


class _Place(NamedTuple):
    """What a frame that holds text tells of where it stands; made once for all its blocks."""

    path: str
    ancestors: tuple[str, ...]
    hints: tuple[str, ...]


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

    def enter(self, element: etree._Element) -> str:
        """Open an element and return its tag."""
        frame = self._top = _frame(element, self._top)
        if self._chunks and frame.is_block:
            self.flush()
        return frame.tag

    def leave(self, element: etree._Element) -> None:
        """Close the innermost element and take the text after it."""
        closed = self._top
        if closed is None:
            return
        if self._chunks and closed.is_block:
            self.flush()
        self._top = closed.parent
        if element.tail and self._top:
            self.add(element.tail)

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
        holder = owner
        while not holder.is_block and holder.parent:
            inline.append(_hint(holder.element, self._paid))
            holder = holder.parent
        path, ancestors, hints = self._place(holder)
        if any(inline):
            hints = (" ".join(filter(None, (*inline, hints[0]))), *hints[1:])
        return Markup(
            path=path,
            tag=holder.tag,
            ancestors=ancestors,
            hints=hints,
            link_chars=min(self._link, chars),
            bold_chars=min(self._bold, chars),
            hidden=owner.is_hidden,
        )

    def _place(self, frame: _Frame) -> _Place:
        below: list[_Frame] = []
        above: _Frame | None = frame
        while above and above.place is None:
            below.append(above)
            above = above.parent
        place = above.place if above else None
        for step in reversed(below):
            path, ancestors, hints = place or _Place("", (), ())
            if step.parent and step.parent.parent:
                ancestors = (step.parent.tag, *ancestors)
            hint = _hint(step.element, self._paid)
            place = step.place = _Place(
                f"{path}/{step.step}", ancestors, (hint, *hints[: _MAX_HINTS - 1])
            )
        return place or _Place("", (), ())


def _frame(element: etree._Element, parent: _Frame | None) -> _Frame:
    tag = str(element.tag)
    if parent is None:
        return _Frame(element, tag, tag, None, 0, is_block=True)
    number = parent.children[tag] = parent.children.get(tag, 0) + 1
    return _Frame(
        element,
        tag,
        "body" if tag == "body" and number == 1 else f"{tag}[{number}]",
        parent,
        parent.depth + 1,
        is_block=tag in BLOCK_LEVEL,
        is_hidden=parent.is_hidden or _hides(element),
        is_link=parent.is_link or tag == "a",
        is_bold=parent.is_bold or tag in ("b", "strong"),
        is_pre=parent.is_pre or tag == "pre",
    )


def _hides(element: etree._Element) -> bool:
    names = element.keys()
    return bool(names) and (
        "hidden" in names
        or ("aria-hidden" in names and element.get("aria-hidden") == "true")
        or ("style" in names and _HIDING_STYLE.search(element.get("style") or "") is not None)
    )


def _common(a: _Frame, b: _Frame) -> _Frame:
    """Return the innermost element that holds both."""
    while a is not b:
        deeper, other = (a, b) if a.depth >= b.depth else (b, a)
        if deeper.parent is None:
            return deeper
        a, b = deeper.parent, other
    return a


def _hint(element: etree._Element, paid: Collection[etree._Element]) -> str:
    names = element.keys()
    if not names and not paid:
        return ""
    values = [v for name in _HINT_ATTRIBUTES if name in names and (v := element.get(name))]
    if paid and element in paid:
        values.insert(0, DECLARED_PAYWALL)
    return " ".join(" ".join(values).lower().split())[:_MAX_HINT_CHARS] if values else ""


def _part(markup: Markup, share: float) -> Markup:
    link, bold = round(markup.link_chars * share), round(markup.bold_chars * share)
    return replace(markup, link_chars=link, bold_chars=bold)
