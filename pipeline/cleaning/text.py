"""Plain text to blocks: physical lines, hard-wrapped paragraphs joined again, credits apart."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.cleaning.decode import decode
from pipeline.cleaning.prose import is_terminal
from pipeline.cleaning.seams import pieces
from pipeline.errors import DocumentError, RejectReason
from pipeline.model import Block, Page, RawDocument
from pipeline.settings import Cleaning

Span = tuple[int, int]

_WIDTHS = range(56, 101)
_BULLET = re.compile(r"(?:[*•·▪●‣◦]|#{1,6})\s")
_DOUBTFUL_BULLET = re.compile(r"(?:[+–—-]|\d{1,2}[.)])\s")
_LONGEST_WORD = 30
_FEW = 8
"""Joined lines up to which the case of the next line has to speak clearly."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff]")


def page_from_text(raw: RawDocument, settings: Cleaning) -> Page:
    """Return the record as blocks with spans in code points of the decoded text.

    Between two spans there is nothing but white space. Raises DocumentError: UNDECODABLE or
    NOT_TEXT (from decoding), EMPTY, TOO_LARGE over ``settings.max_blocks``.
    """
    decoded = decode(raw.data, raw.media_type, raw.charset)
    blocks: list[Block] = []
    for start, end in spans(decoded.text):
        if len(blocks) == settings.max_blocks:
            raise DocumentError(RejectReason.TOO_LARGE, f"over {settings.max_blocks} blocks")
        blocks.append(Block(len(blocks), _fold(decoded.text[start:end]), start, end))
    if not blocks:
        raise DocumentError(RejectReason.EMPTY, "nothing but white space")
    return Page(
        mode="text",
        blocks=tuple(blocks),
        claims=(),
        evidence=(),
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        chars=len(decoded.text),
    )


def spans(text: str) -> Iterator[Span]:
    """Yield the span of each block, in order, with no white space at its ends."""
    for start, end in _paragraphs(text, _lines(text)):
        for a, b in pieces(text[start:end]):
            yield start + a, start + b


def _fold(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> list[Span]:
    """Return the span of each physical line without its line end; blank lines are empty spans."""
    found: list[Span] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        # The indent stays: it is part of the width, and marks a new paragraph.
        found.append((offset, offset + len(bare)))
        offset += len(line)
    return found


def _paragraphs(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Join hard-wrapped lines; in other texts each physical line is a paragraph."""
    joins = _joins(text, lines)
    start: int | None = None
    for i, (low, high) in enumerate(lines):
        if low == high:
            continue
        if start is None:
            start = low + _indent(text, low, high)
        if i not in joins:
            yield start, high
            start = None


def _joins(text: str, lines: Sequence[Span]) -> frozenset[int]:
    """Return the indices of the lines that go on in the next one.

    A wrapped line was broken because the next word did not fit: its length, a blank and that word
    pass the width. Where most of such lines end a sentence, or few of those after them begin in
    the middle of one, the text is not wrapped.
    """
    width = _width([high - low for low, high in lines if high > low])
    if width is None:
        return frozenset()
    found = [i for i, (a, b) in enumerate(pairwise(lines)) if _goes_on(text, a, b, width)]
    ends = sum(is_terminal(text[lines[i][0] : lines[i][1]]) for i in found)
    heads = [text[lines[i + 1][0] : lines[i + 1][1]].lstrip()[:1] for i in found]
    cased = sum(head.isupper() or head.islower() for head in heads)
    lower = sum(map(str.islower, heads))
    # German nouns begin lines in capitals; there few breaks of a wrapped text end a sentence.
    share = 8 if ends * 5 < len(found) else 5
    if cased <= _FEW and not (share == 8 and _close(text, lines, found)):
        share = 3
    is_wrapped = ends * 2 < len(found) and lower * share >= cased
    return frozenset(found) if is_wrapped else frozenset()


def _close(text: str, lines: Sequence[Span], found: Sequence[int]) -> bool:
    """Tell whether each paragraph that joining makes ends a sentence, as lists of heads do not."""
    last = {i + 1 for i in found} - {*found}
    return all(is_terminal(text[slice(*lines[i])]) for i in last)


def _width(lengths: Sequence[int]) -> int | None:
    """Return the column at which the text was wrapped, None if it was not."""
    if len(lengths) < 2 or sum(n > 110 for n in lengths) > 0.05 * len(lengths):
        return None
    counts = [0] * 112
    for n in lengths:
        counts[min(n, 111)] += 1
    close_to = {w: sum(counts[w - 4 : w + 1]) - 3 * sum(counts[w + 1 : w + 9]) for w in _WIDTHS}
    best = max(_WIDTHS, key=lambda w: (close_to[w], counts[w] > 0, w))
    close = sum(counts[best - 9 : best + 1])
    return best if close >= max(1, 0.06 * len(lengths)) else None


def _goes_on(text: str, line: Span, following: Span, width: int) -> bool:
    (low, high), (next_low, next_high) = line, following
    if low == high or next_low == next_high or high - low + 1 + _LONGEST_WORD <= width:
        return False
    indent = _indent(text, low, high)
    next_indent = _indent(text, next_low, next_high)
    head = text[next_low + next_indent : min(next_high, next_low + next_indent + 200)]
    if _BULLET.match(head) or (_DOUBTFUL_BULLET.match(head) and is_terminal(text[low:high])):
        return False
    if head[1:2] == " " and text.startswith(head[:2], low + indent):
        return False  # items of one list, whatever marks them
    hanging = _BULLET.match(text, low + indent) or _DOUBTFUL_BULLET.match(text, low + indent)
    if next_indent > indent + 1 and not hanging:
        return False
    word = head.split(maxsplit=1)[0]
    size = 1 if _UNSPACED.match(word) else min(len(word), _LONGEST_WORD)
    return high - low + 1 + size > width


def _indent(text: str, low: int, high: int) -> int:
    line = text[low:high]
    return len(line) - len(line.lstrip())
