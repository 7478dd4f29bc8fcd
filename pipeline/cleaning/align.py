"""How much of each block stands in the output of another extractor."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

Span = tuple[int, int]

_NOT_LETTERS = re.compile(r"[\W_]+")
_LANDMARK = 20
"""Letters that make a line which occurs once a landmark for the lines around it."""
_SCRAP = 16
"""Letters below which a part of an altered line is too common to be looked for."""


def coverage(blocks: Sequence[str], output: str) -> tuple[float, ...]:
    """Return for each block the share of its letters and digits that stand in ``output``.

    ``output`` is text with line ends, in the order of the blocks; its lines may join, cut or
    alter blocks. A line that occurs in several blocks is looked for between the nearest lines
    that occur in one alone, so that a subhead is not taken for the menu item of the same words.
    """
    letters = [_letters(block) for block in blocks]
    page = "".join(letters)
    lines = [line for line in map(_letters, output.splitlines()) if line]
    covered = bytearray(len(page))
    edges = list(accumulate(map(len, letters), initial=0))
    whole: dict[str, list[int]] = {}
    for block, at in zip(letters, edges, strict=False):
        whole.setdefault(block, []).append(at)
    for start, end in _places(page, lines, whole):
        covered[start:end] = b"\1" * (end - start)
    return tuple(covered.count(1, a, b) / (b - a) if b > a else 0.0 for a, b in pairwise(edges))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFC", text))


def _places(page: str, lines: Sequence[str], whole: Mapping[str, list[int]]) -> Iterator[Span]:
    places = ((i, _only_place(page, line, whole)) for i, line in enumerate(lines))
    single = {i: at for i, at in places if at is not None}
    yield from ((at, at + len(lines[i])) for i, at in single.items())
    marks = _rising(list(single.items()))
    ends = [(-1, 0), *((i, at + len(lines[i])) for i, at in marks)]
    starts = [*marks, (len(lines), len(page))]
    for (before, low), (after, high) in zip(ends, starts, strict=True):
        between = [lines[i] for i in range(before + 1, after) if i not in single]
        if before < 0 and marks:
            yield from _backward(page, between, high)
        else:
            yield from _forward(page, between, low, high)


def _only_place(page: str, line: str, whole: Mapping[str, list[int]]) -> int | None:
    if len(line) < _LANDMARK:
        return None
    if line in whole:  # spares a search of the page for most lines of most pages
        return whole[line][0] if len(whole[line]) == 1 else None
    at = page.find(line)
    return at if at >= 0 and page.find(line, at + 1) < 0 else None


def _rising(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of (line, place) whose places rise; the lines rise already."""
    tails: list[int] = []  # the smallest place that ends a run of each length
    ranks = []
    for _, at in places:
        rank = bisect_left(tails, at)
        tails[rank : rank + 1] = [at]
        ranks.append(rank)
    chain, wanted = [], len(tails) - 1
    for place, rank in zip(reversed(places), reversed(ranks), strict=True):
        if rank == wanted:
            chain.append(place)
            wanted -= 1
    return chain[::-1]


def _forward(page: str, lines: Sequence[str], low: int, high: int) -> Iterator[Span]:
    for line in lines:
        for start, end in _scraps(page, line, low, high):
            yield start, end
            low = end


def _backward(page: str, lines: Sequence[str], high: int) -> Iterator[Span]:
    """Place the lines before the first landmark, the last one first."""
    for line in reversed(lines):
        at = page.rfind(line, 0, high)
        found = [(at, at + len(line))] if at >= 0 else list(_scraps(page, line, 0, high))
        yield from found
        high = min((start for start, _ in found), default=high)


def _scraps(page: str, line: str, low: int, high: int) -> Iterator[Span]:
    """Yield where the line stands, or else its halves, and theirs."""
    at = page.find(line, low, high)
    if at >= 0:
        yield at, at + len(line)
    elif len(line) >= 2 * _SCRAP:
        half = len(line) // 2
        for part in (line[:half], line[half:]):
            for start, end in _scraps(page, part, low, high):
                yield start, end
                low = end
