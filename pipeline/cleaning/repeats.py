"""Paragraphs that a page prints twice, word for word or nearly: which copies go."""

from collections.abc import Iterator
from itertools import combinations

from pipeline.cleaning.once import once
from pipeline.cleaning.prose import STOP_WORDS, Outline

_LEAST = 12
"""Words of a sentence that is not said twice by chance; shorter ones are refrains and items."""
_ASKED = 25
"""Words of a question that is no heading."""
_ANCHOR = 5
"""Words at the start or the end that near copies share."""
_RUN = 10
"""Words of one line that must stand in another, unbroken, for it to be a part of that."""
_PART = 0.75
"""Share of the longer line that the shorter makes, both being full paragraphs."""
_CUT_SHORT = ("...", "…", "[...]", "[…]", "(...)")
_QUESTION = ("?", "？", "؟")
_MOST = 4
"""Lines that begin or end alike beyond which they are a form, such as a table's rows."""


@once
def repeats(lines: Outline) -> dict[int, int]:
    """Return the line that goes and the line that stays, for each copy of a paragraph.

    The copy with most prose around it inside the body stays. Lines that are no sentences may be
    said twice: a list of contents and the headings of it, the items of two lists.
    """
    found: dict[int, int] = {}
    for same in _equal(lines):
        kept = max(same, key=lambda i: _place(lines, i))
        found.update((i, kept) for i in same if i != kept)
    for a, b in _alike(lines, found):
        if a in found or b in found:
            continue
        gone = _gone(lines, a, b)
        if gone is not None:
            found[gone] = b if gone == a else a
    return found


def _equal(lines: Outline) -> Iterator[list[int]]:
    places: dict[tuple[str, ...], list[int]] = {}
    for i in _sentences(lines):
        places.setdefault(lines.tokens[i], []).append(i)
    yield from (same for same in places.values() if len(same) > 1)


def _sentences(lines: Outline) -> Iterator[int]:
    return (
        i
        for i, size in enumerate(lines.sizes)
        if size >= _LEAST
        and lines.prose[i]
        and (size >= _ASKED or not lines.bare[i].endswith(_QUESTION))
    )


def _alike(lines: Outline, found: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of different lines that begin or end with the same words."""
    starts: dict[tuple[str, ...], list[int]] = {}
    ends: dict[tuple[str, ...], list[int]] = {}
    for i in _sentences(lines):
        if i not in found:
            starts.setdefault(lines.tokens[i][:_ANCHOR], []).append(i)
            ends.setdefault(lines.tokens[i][-_ANCHOR:], []).append(i)
    for group in (*starts.values(), *ends.values()):
        if 2 <= len(group) <= _MOST:
            yield from combinations(group, 2)


def _gone(lines: Outline, a: int, b: int) -> int | None:
    """Return which of two lines says nothing that the other does not, None if both do."""
    short, long = sorted((a, b), key=lambda i: len(lines.tokens[i]))
    one, other = lines.tokens[short], lines.tokens[long]
    begins, ends = other[: len(one)] == one, other[-len(one) :] == one
    outside = _is_inside(lines, short) and not _is_inside(lines, long)
    if begins and lines.bare[short].endswith(_CUT_SHORT):
        return None if outside else short
    if (begins or ends) and len(one) >= _RUN:
        before_body = short <= lines.main.start and short < long
        if before_body or len(one) >= _PART * len(other):
            return long if outside else short
        return None
    if len(one) >= _RUN and _differ_in_small_words(one, other):
        return min(a, b, key=lambda i: _place(lines, i))
    return None


def _differ_in_small_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two lines are equal but for one place where each has only stop words."""
    size = min(len(one), len(other))
    head = next((k for k in range(size) if one[k] != other[k]), size)
    tail = next((k for k in range(size - head) if one[-1 - k] != other[-1 - k]), size - head)
    middle = (*one[head : len(one) - tail], *other[head : len(other) - tail])
    return len(middle) <= 3 and all(word in STOP_WORDS for word in middle)


def _place(lines: Outline, i: int) -> tuple[bool, int, int]:
    around = range(max(0, i - 2), min(len(lines.prose), i + 3))
    return _is_inside(lines, i), sum(lines.prose[j] for j in around), -i


def _is_inside(lines: Outline, i: int) -> bool:
    return lines.main.start <= i < lines.main.end
