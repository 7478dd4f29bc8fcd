"""What a copy has that the canonical has not, and the other way round, word by word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

_TOKEN = re.compile(r"\n|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[^\s]")
"""A word with its punctuation, a line end, or one character of a script without word spaces."""
_MOST = 6_000
"""Words on either side up to which words are compared; longer texts are compared line by line."""
_MOST_PAIRS = 500_000
"""Equal words of the two sides, in pairs, up to which the same holds: the time goes by them."""
_ISLAND = 2
"""So few equal words between two changes are read as part of them."""
_SHOWN = 14
"""Words that are shown on each side of a long equal passage."""

Tokens = Sequence[str]
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: ``same`` in both, ``cut`` from the copy, ``new`` in it, or ``skip``.

    ``text`` of a ``skip`` is empty, ``words`` says how many equal words are not shown.
    """

    kind: str
    text: str
    words: int


@dataclass(frozen=True, slots=True)
class Diff:
    """A copy against the canonical."""

    pieces: tuple[Piece, ...]
    cut: int
    new: int
    same: int
    """Words."""


def compare(canonical: str, copy: str) -> Diff:
    """Return what changed from the canonical text to the copy."""
    a, b = _TOKEN.findall(canonical), _TOKEN.findall(copy)
    raw = list(_pieces(canonical, copy, _opcodes(a, b)))
    numbers = {kind: sum(p.words for p in raw if p.kind == kind) for kind in ("cut", "new", "same")}
    last = len(raw) - 1
    shown = [p for n, piece in enumerate(raw) for p in _shortened(piece, n == 0, n == last)]
    return Diff(tuple(shown), **numbers)


def _opcodes(a: Tokens, b: Tokens) -> list[Opcode]:
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    i, k = len(a) - tail, len(b) - tail
    between = [
        (tag, head + start, head + end, head + other, head + last)
        for tag, start, end, other, last in _changes(a[head:i], b[head:k])
    ]
    found: list[Opcode] = [("equal", 0, head, 0, head), *between, ("equal", i, len(a), k, len(b))]
    return _without_islands([code for code in found if code[1] < code[2] or code[3] < code[4]])


def _shared(a: Tokens, b: Tokens) -> int:
    """Return how many tokens at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _changes(a: Tokens, b: Tokens) -> Sequence[Opcode]:
    """Return the opcodes of two texts, word by word where that can be done in time."""
    own, other = Counter(a), Counter(b)
    pairs = sum(count * other[token] for token, count in own.items())
    if max(len(a), len(b)) > _MOST or pairs > _MOST_PAIRS:
        return _by_lines(a, b)
    return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()


def _by_lines(a: Tokens, b: Tokens) -> list[Opcode]:
    (lines_a, ends_a), (lines_b, ends_b) = _lines(a), _lines(b)
    found = SequenceMatcher(None, lines_a, lines_b).get_opcodes()
    return [(tag, ends_a[i], ends_a[j], ends_b[k], ends_b[m]) for tag, i, j, k, m in found]


def _lines(tokens: Tokens) -> tuple[list[Tokens], list[int]]:
    """Return lines, hashable, and the places of their ends, with 0 before them."""
    ends = [0, *(n + 1 for n, t in enumerate(tokens) if t == "\n")]
    if ends[-1] != len(tokens):
        ends.append(len(tokens))
    return [tuple(tokens[start:end]) for start, end in pairwise(ends)], ends


def _without_islands(opcodes: Sequence[Opcode]) -> list[Opcode]:
    """Join changes that only a word or two keep apart: a reader takes them for one."""
    kept: list[Opcode] = []
    for number, (tag, i, j, k, m) in enumerate(opcodes):
        inside = 0 < number < len(opcodes) - 1
        now = "replace" if tag != "equal" or (inside and j - i <= _ISLAND) else "equal"
        if kept and now == "replace" == kept[-1][0]:
            before = kept.pop()
            kept.append(("replace", before[1], j, before[3], m))
        else:
            kept.append((now, i, j, k, m))
    return kept


def _pieces(canonical: str, copy: str, opcodes: Sequence[Opcode]) -> Iterator[Piece]:
    a, b = (list(_TOKEN.finditer(text)) for text in (canonical, copy))
    for tag, i, j, k, m in opcodes:
        if i < j:
            yield _piece("same" if tag == "equal" else "cut", canonical, a[i:j])
        if tag == "equal":
            continue
        if k < m:
            yield _piece("new", copy, b[k:m])


def _piece(kind: str, text: str, tokens: Sequence[re.Match[str]]) -> Piece:
    words = sum(token.group() != "\n" for token in tokens)
    return Piece(kind, text[tokens[0].start() : tokens[-1].end()], words)


def _shortened(piece: Piece, first: bool, last: bool) -> Iterator[Piece]:
    """Yield a piece, or of a long equal one what stands next to a change."""
    before, after = (0 if first else _SHOWN), (0 if last else _SHOWN)
    left_out = piece.words - before - after
    if piece.kind != "same" or left_out < _SHOWN:
        yield piece
        return
    if before:
        yield Piece("same", _head(piece.text, before), before)
    yield Piece("skip", "", left_out)
    if after:
        yield Piece("same", _tail(piece.text, after), after)


def _head(text: str, words: int) -> str:
    found = [match.end() for match in _TOKEN.finditer(text) if match.group() != "\n"]
    return text[: found[words - 1]]


def _tail(text: str, words: int) -> str:
    found = [match.start() for match in _TOKEN.finditer(text) if match.group() != "\n"]
    return text[found[-words] :]
