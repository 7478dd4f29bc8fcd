"""An HTML tree as blocks: the one walk that turns elements into pieces of text with a place."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from lxml import etree

from pipeline.cleaning.seams import split_lines
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
_HIDES = len(_HINT_ORDER)
_TELLING = {**_HINT_ORDER, **dict.fromkeys(_HIDING, _HIDES)}
"""What is read of the attributes: one look-up each."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


_BLOCK, _LINK, _BOLD, _PRE, _SKIPPED, _CLOSED = 1, 2, 4, 8, 16, 32
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
    if not _KINDS.get(tree.tag, 0) & _SKIPPED:
        walk.through(tree)
    return _split(walk.texts, walk.marks, max_blocks)


def _split(texts: Sequence[str], marks: Sequence[Markup], max_blocks: int) -> tuple[Block, ...]:
    """Return the blocks of the texts that were collected: credits become blocks of their own."""
    parted = split_lines(texts)
    blocks: list[Block] = []
    for i, (text, markup) in enumerate(zip(texts, marks, strict=True)):
        if i not in parted:
            blocks.append(Block(len(blocks), text, None, None, markup))
            continue
        for start, end in parted[i]:
            mine = _part(markup, (end - start) / len(text))
            blocks.append(Block(len(blocks), text[start:end], None, None, mine))
    if len(blocks) > max_blocks:
        raise _too_large(max_blocks)
    return tuple(blocks)


def _too_large(max_blocks: int) -> DocumentError:
    return DocumentError(RejectReason.TOO_LARGE, f"more than {max_blocks} blocks")


_Place = tuple[str, tuple[str, ...], tuple[str, ...], bool]
"""Where an element stands: its path, the tags around, their hints and its own, if it is hidden."""
_NOWHERE: _Place = ("", (), (), False)


class _Frame:
    """An element that holds text or others, with what it inherits."""

    __slots__ = ("children", "element", "flags", "number", "parent", "place", "tag")

    def __init__(
        self, element: etree._Element, tag: str, number: int, parent: "_Frame | None", flags: int
    ) -> None:
        self.element = element
        self.tag = tag
        self.number = number  # which child of its tag it is, from 1
        self.parent = parent
        self.flags = flags
        self.children: dict[str, int] = {}  # children of each tag so far
        self.place: _Place | None = None  # made when the first text asks, for all its blocks


class _Walk:
    """The text being collected, and what was collected: one text and markup a block."""

    def __init__(self, max_blocks: int, paid: Collection[etree._Element]) -> None:
        self.texts: list[str] = []
        self.marks: list[Markup] = []
        self._max_blocks = max_blocks
        self._paid = frozenset(paid)
        self._chunks: list[str] = []
        self._owner: _Frame | None = None  # the innermost element that holds all chunks
        self._link = 0
        self._bold = 0

    def through(self, tree: etree._Element) -> None:
        """Collect the text of a tree: one flat loop, which knows by its parent where it stands."""
        chunks, kinds = self._chunks, _KINDS
        top = _Frame(tree, str(tree.tag), 1, None, _BLOCK)
        self._add(tree.text, top)
        skipped: set[etree._Element | None] = set()  # the last skipped element, and what is in it
        for element in tree.iterdescendants():
            around = element.getparent()
            if skipped:
                if around in skipped:
                    skipped.add(element)
                    continue
                skipped.clear()
            while top.element is not around:
                top = self._leave(top)
            tag = element.tag
            kind = kinds.get(tag, 0)
            if chunks and kind & _BLOCK:
                self._flush()
            seen = top.children
            seen[tag] = number = seen.get(tag, 0) + 1
            if kind & _SKIPPED:
                skipped.add(element)
            text = element.text
            if kind & _SKIPPED or not (text or len(element)):
                self._add(element.tail, top)
                continue
            top = _Frame(element, tag, number, top, top.flags & _INHERITED | kind)
            if text and (chunks or not text.isspace()):
                self._add(text, top)
        while top.parent:
            top = self._leave(top)
        self._flush()

    def _leave(self, closed: _Frame) -> _Frame:
        """Close the innermost element and take the text after it; return the one around."""
        chunks, top = self._chunks, closed.parent
        if top is None:  # no element of the tree stands outside of its root
            return closed
        if chunks and closed.flags & _BLOCK:
            self._flush()
        closed.flags |= _CLOSED
        tail = closed.element.tail
        if tail and (chunks or not tail.isspace()):
            self._add(tail, top)
        return top

    def _add(self, text: str | None, frame: _Frame) -> None:
        """Take a text node of the innermost element."""
        if not text:
            return
        blank = text.isspace()
        if blank and not self._chunks:
            return
        if frame.flags & _PRE:
            first, *more = _BLANK_LINE.split(text)
            self._take(first, frame)
            for paragraph in more:
                self._flush()
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
        owner = self._owner
        if owner is not frame and not text.isspace():
            # What is not closed holds the innermost element, or is it.
            while owner and owner.flags & _CLOSED:
                owner = owner.parent
            self._owner = owner or frame

    def _flush(self) -> None:
        """End the block being collected, if it holds any text."""
        if owner := self._owner:
            text = " ".join("".join(self._chunks).split())
            if text:
                self.texts.append(text)
                self.marks.append(self._markup(owner, len(text)))
            if len(self.texts) > self._max_blocks:
                raise _too_large(self._max_blocks)
        self._chunks.clear()
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
            place = _TELLING.get(name)
            if place is None:
                continue
            if place == _HIDES:
                hides = hides or _HIDING[name](value)
            elif value:
                told.append((place, value))
        if self._paid and element in self._paid:
            told.append((-1, DECLARED_PAYWALL))
        if not told:
            return "", hides
        if len(told) == 1:  # most have a class alone
            return _tidy(told[0][1]), hides
        told.sort()
        return _tidy(" ".join([value for _, value in told])), hides


@lru_cache(maxsize=4_096)
def _tidy(names: str) -> str:
    """Fold the names that an element gives itself; the elements of a list give the same."""
    return " ".join(names.lower().split())[:_MAX_HINT_CHARS]


def _part(markup: Markup, share: float) -> Markup:
    link, bold = round(markup.link_chars * share), round(markup.bold_chars * share)
    return markup._replace(link_chars=link, bold_chars=bold)
