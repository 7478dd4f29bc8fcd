"""An HTML tree as blocks: the one walk that turns elements into pieces of text with a place."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

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

_HINT_ORDER = {"class": 0, "id": 1, "itemprop": 2, "role": 3, "data-testid": 4}
_MAX_HINTS = 8
_MAX_HINT_CHARS = 200
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDING: Mapping[str, Callable[[str], bool]] = {
    "hidden": lambda _: True,
    "aria-hidden": lambda value: value == "true",
    "style": lambda value: _HIDING_STYLE.search(value) is not None,
}
"""Attributes by which an element hides, and when."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


_BLOCK, _LINK, _BOLD, _PRE, _SKIPPED = 1, 2, 4, 8, 16
_INHERITED = _LINK | _BOLD | _PRE
_KINDS = {
    **dict.fromkeys(BLOCK_LEVEL, _BLOCK),
    **dict.fromkeys(SKIP, _SKIPPED),
    **dict.fromkeys(BLOCK_LEVEL & SKIP, _BLOCK | _SKIPPED),
    "a": _LINK,
    "b": _BOLD,
    "strong": _BOLD,
    "pre": _BLOCK | _PRE,
}
"""What a tag makes of its element, as flags: one look-up an element."""


def blocks_of(
    tree: etree._Element, max_blocks: int, paid: Collection[etree._Element] = ()
) -> tuple[Block, ...]:
    """Return the blocks of a tree in document order.

    All text outside ``SKIP`` is in exactly one block, but for white space. The elements in
    ``paid`` get the hint ``DECLARED_PAYWALL``. In ``pre`` a blank line ends a block. Raises
    DocumentError(TOO_LARGE) past ``max_blocks``.
    """
    walk = _Walk(max_blocks, paid)
    enter, leave = walk.enter, walk.leave
    nodes: list[Iterator[etree._Element]] = [iter((tree,))]
    while nodes:
        for element in nodes[-1]:
            if enter(element):
                nodes.append(iter(element))
                break
        else:
            nodes.pop()
            leave()
    walk.flush()
    return tuple(walk.blocks)


_Place = tuple[str, tuple[str, ...], tuple[str, ...], bool]
"""Where an element stands: its path, the tags around, their hints and its own, if it is hidden."""
_NOWHERE: _Place = ("", (), (), False)


class _Frame:
    """An open element, with what it inherits."""

    __slots__ = ("children", "depth", "element", "flags", "number", "parent", "place", "tag")

    def __init__(
        self, element: etree._Element, tag: str, number: int, parent: "_Frame | None", flags: int
    ) -> None:
        self.element = element
        self.tag = tag
        self.number = number  # which child of its tag it is, from 1
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.flags = flags
        self.children: dict[str, int] | None = None  # children of each tag so far
        self.place: _Place | None = None  # made when the first text asks, for all its blocks


class _Walk:
    """The open elements, the block being collected, and the blocks so far."""

    def __init__(self, max_blocks: int, paid: Collection[etree._Element]) -> None:
        self.blocks: list[Block] = []
        self._max_blocks = max_blocks
        self._paid = frozenset(paid)
        self._top: _Frame | None = None
        self._chunks: list[str] = []
        self._owner: _Frame | None = None  # the innermost element that holds all chunks
        self._link = 0
        self._bold = 0

    def enter(self, element: etree._Element) -> bool:
        """Take an element with its text; tell whether it is open, its children to be entered."""
        tag, top = str(element.tag), self._top
        kind = _KINDS.get(tag, 0)
        if self._chunks and (kind & _BLOCK or top is None):
            self.flush()
        number, flags = 1, _BLOCK
        if top:
            seen = top.children
            if seen is None:
                seen = top.children = {}
            number = seen[tag] = seen.get(tag, 0) + 1
            flags = top.flags & _INHERITED | kind
        text, has_children = element.text, len(element) > 0
        if kind & _SKIPPED or not (text or has_children):
            if top and (tail := element.tail):
                self.add(tail)
            return False
        self._top = _Frame(element, tag, number, top, flags)
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
        if self._chunks and closed.flags & _BLOCK:
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
        if frame.flags & _PRE:
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
        if frame.flags & _LINK:
            self._link += len(text)
        if frame.flags & _BOLD:
            self._bold += len(text)
        if self._owner is not frame and not text.isspace():
            self._owner = _common(self._owner, frame) if self._owner else frame

    def flush(self) -> None:
        """End the block being collected, if it holds any text."""
        if owner := self._owner:
            text = " ".join("".join(self._chunks).split())
            markup = self._markup(owner, len(text))
            spans = pieces(text)
            if len(self.blocks) + len(spans) > self._max_blocks:
                raise DocumentError(RejectReason.TOO_LARGE, f"more than {self._max_blocks} blocks")
            for start, end in spans:
                mine = markup if len(spans) == 1 else _part(markup, (end - start) / len(text))
                self.blocks.append(Block(len(self.blocks), text[start:end], None, None, mine))
        self._chunks = []
        self._owner = None
        self._link = self._bold = 0

    def _markup(self, owner: _Frame, chars: int) -> Markup:
        inline: list[str] = []
        hidden, holder = False, owner
        while not holder.flags & _BLOCK and holder.parent:
            hint, hides = self._said(holder.element)
            if hint:
                inline.append(hint)
            hidden = hidden or hides
            holder = holder.parent
        path, ancestors, hints, around = holder.place or self._place(holder)
        if inline:
            hints = (" ".join(filter(None, (*inline, hints[0]))), *hints[1:])
        return Markup(
            path,
            holder.tag,
            ancestors,
            hints,
            min(self._link, chars),
            min(self._bold, chars),
            hidden or around,
        )

    def _place(self, frame: _Frame) -> _Place:
        """Return where an element stands; those around it come to know it of themselves, too."""
        below: list[_Frame] = []
        above: _Frame | None = frame
        while above and above.place is None:
            below.append(above)
            above = above.parent
        place = _NOWHERE if above is None or above.place is None else above.place
        for step in reversed(below):
            path, ancestors, hints, is_hidden = place
            parent, tag = step.parent, step.tag
            hint, hides = self._said(step.element)
            if parent is None:
                place = (f"/{tag}", (), (hint,), False)
            else:
                is_body = tag == "body" and step.number == 1
                place = (
                    f"{path}/{tag}" if is_body else f"{path}/{tag}[{step.number}]",
                    (parent.tag, *ancestors) if parent.parent else ancestors,
                    (hint, *hints[: _MAX_HINTS - 1]),
                    is_hidden or hides,
                )
            step.place = place
        return place

    def _said(self, element: etree._Element) -> tuple[str, bool]:
        """Return what names and roles an element gives itself, and whether it hides."""
        told: list[tuple[int, str]] = []
        hides = False
        for name, value in element.items():  # one call: each get would cost as much
            if name in _HINT_ORDER:
                if value:
                    told.append((_HINT_ORDER[name], value))
            elif name in _HIDING:
                hides = hides or _HIDING[name](value)
        if self._paid and element in self._paid:
            told.append((-1, DECLARED_PAYWALL))
        if not told:
            return "", hides
        told.sort()
        return _tidy(" ".join([value for _, value in told])), hides


def _common(a: _Frame, b: _Frame) -> _Frame:
    """Return the innermost element that holds both."""
    while a is not b:
        deeper, other = (a, b) if a.depth >= b.depth else (b, a)
        if deeper.parent is None:
            return deeper
        a, b = deeper.parent, other
    return a


@lru_cache(maxsize=4_096)
def _tidy(names: str) -> str:
    """Fold the names that an element gives itself; the elements of a list give the same."""
    return " ".join(names.lower().split())[:_MAX_HINT_CHARS]


def _part(markup: Markup, share: float) -> Markup:
    link, bold = round(markup.link_chars * share), round(markup.bold_chars * share)
    return replace(markup, link_chars=link, bold_chars=bold)
