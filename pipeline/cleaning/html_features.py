"""What the markup says of a block: tag, links, names of the elements around, and its containers.

The columns stand beside those of ``features``, which read the words alone. Containers follow
Weninger, Hsu and Han (2010) and readability: the story is where most prose shares an ancestor.
"""

import re
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.hints import HINTS, hint_columns
from pipeline.cleaning.prose import Outline, outline, words
from pipeline.model import Evidence, Markup, Page

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_TAGS = """p h1 h2 h3 h4 h5 h6 li td th div article section main blockquote pre figcaption
caption button label dd dt summary legend address header footer nav aside form body""".split()  # noqa: SIM905
_TAG_CODES = {tag: code for code, tag in enumerate(_TAGS)}

_ANCESTORS = """article main nav aside footer header form figure ul ol table blockquote button
section details""".split()  # noqa: SIM905

_DIGITS = re.compile(r"\d+")
_OFFSETS = (-3, -2, -1, 1, 2, 3)
_NEAR = ("link", "tag", "alike_mean")

MARKUP_COLUMNS: tuple[str, ...] = (
    "tag",
    "parent_tag",
    "link",
    "bold",
    "depth",
    "hidden",
    *(f"in_{tag}" for tag in _ANCESTORS),
    *(f"hint_{name}" for name in HINTS),
    *(f"own_{name}" for name in HINTS),
    "alike",
    "alike_share",
    "alike_mean",
    "alike_link",
    "alike_prose",
    "prose_1",
    "prose_2",
    "prose_3",
    "pure_1",
    "pure_2",
    "siblings",
    "link_2",
    "up",
    "down",
    "h1_seen",
    "title_overlap",
    "title_share",
    "lead_overlap",
    "same_before",
    "same_after",
    *(f"{name}{offset:+d}" for name in _NEAR for offset in _OFFSETS),
)
"""Names of the columns of ``markup_columns``, in order."""

HELPER_COLUMNS: tuple[str, ...] = (
    "kept",
    "kept_alike",
    "kept_parent",
    "kept_share",
    "after_first",
    "before_last",
    *(f"kept{offset:+d}" for offset in _OFFSETS),
)
"""Names of the columns of ``helper_columns``, in order."""


def markup_columns(page: Page) -> Floats:
    """Return an array of shape (blocks, len(MARKUP_COLUMNS)) for a page in HTML."""
    lines = outline(page)
    marks = [block.markup for block in page.blocks if block.markup]
    size = np.array([len(block.text) for block in page.blocks], dtype=np.float32)
    sizes = np.array(lines.sizes, dtype=np.float32)
    link = np.array([m.link_chars for m in marks], dtype=np.float32) / size
    prose = sizes * np.array(lines.prose, dtype=np.float32) * (link < 0.5)
    tag = np.array([_TAG_CODES.get(m.tag, -1) for m in marks], dtype=np.float32)
    stands = _stands(marks)
    alike = _alike(_kinds(marks, stands), sizes, link, prose)
    parents = _outer([m.path for m in marks])
    table = [
        tag,
        np.array([_TAG_CODES.get(m.ancestors[0], -1) if m.ancestors else -2 for m in marks]),
        link,
        np.array([m.bold_chars for m in marks], dtype=np.float32) / size,
        np.array([len(m.ancestors) for m in marks]),
        np.array([m.hidden for m in marks]),
        *_ancestors(marks, stands),
        *hint_columns(marks),
        *alike,
        *_containers(parents, sizes, link, prose),
        *_titles(page, lines, marks, _numbered(parents)),
        *_neighbours([link, tag, alike[2]]),
    ]
    return _joined(table, len(marks))


def helper_columns(page: Page, evidence: Evidence | None) -> Floats:
    """Return an array of shape (blocks, len(HELPER_COLUMNS)); all missing without evidence."""
    count = len(page.blocks)
    if evidence is None:
        return np.full((count, len(HELPER_COLUMNS)), np.nan, dtype=np.float32)
    lines = outline(page)
    marks = [block.markup for block in page.blocks if block.markup]
    sizes = np.array(lines.sizes, dtype=np.float32)
    kept = np.array(evidence.coverage, dtype=np.float32)
    whole = np.flatnonzero((kept > 0.5) & (sizes >= 8))
    first, last = (whole[0], whole[-1]) if len(whole) else (0, count)
    places = np.arange(count)
    table = [
        kept,
        _mean_of_others(_kinds(marks, _stands(marks)), sizes + 0.3, kept),
        _mean_of_others(_numbered(_outer([m.path for m in marks])), sizes + 0.3, kept),
        np.full(count, (kept * sizes).sum() / max(1.0, sizes.sum())),
        _signed_log(places - first),
        _signed_log(last - places),
        *_neighbours([kept]),
    ]
    return _joined(table, count)


def _joined(columns: Sequence[npt.NDArray[Any]], rows: int) -> Floats:
    """Return the columns side by side; numpy's own function would make each an array anew."""
    table = np.empty((len(columns), rows), dtype=np.float32)
    for row, column in zip(table, columns, strict=True):
        row[:] = column
    return table.T


def _stands(marks: Sequence[Markup]) -> list[int]:
    """Number the blocks by element path without positions."""
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    return [numbers.setdefault((mark.tag, mark.ancestors), len(numbers)) for mark in marks]


def _ancestors(marks: Sequence[Markup], stands: Sequence[int]) -> Floats:
    """Return one row a tag of ``_ANCESTORS``: whether the block stands in it."""
    ones = dict(zip(stands, marks, strict=True))
    flags = [_held(ones[kind].tag, ones[kind].ancestors) for kind in range(len(ones))]
    return np.array(flags, dtype=np.float32)[stands].T


@lru_cache(maxsize=8_192)
def _held(tag: str, ancestors: tuple[str, ...]) -> tuple[bool, ...]:
    tags = {tag, *ancestors}
    return tuple([wanted in tags for wanted in _ANCESTORS])


def _kinds(marks: Sequence[Markup], stands: Sequence[int]) -> Ints:
    """Number the blocks by element path without positions, and class: alike ones share one."""
    own = [mark.hints[0] for mark in marks]
    names = {hint: _DIGITS.sub("0", hint) for hint in set(own)}
    return _numbered(zip(stands, [names[hint] for hint in own], strict=True))


def _alike(kinds: Ints, sizes: Floats, link: Floats, prose: Floats) -> list[Floats]:
    """Return how the blocks of the same element path and class read as a group."""
    count = np.bincount(kinds).astype(np.float32)
    words_of = np.bincount(kinds, sizes)
    linked = np.bincount(kinds, sizes * link) / np.maximum(words_of, 1)
    prose_of = np.bincount(kinds, prose)
    table = (
        np.log1p(count),
        words_of / max(1.0, float(sizes.sum())),
        words_of / count,
        linked,
        prose_of / max(1.0, float(prose_of.max())),
    )
    return [column[kinds].astype(np.float32) for column in table]


def _containers(parents: Sequence[str], sizes: Floats, link: Floats, prose: Floats) -> list[Floats]:
    """Return how much prose the nearest containers hold, and the way to the one with most."""
    own = _numbered(parents)
    grand = _outer(list(dict.fromkeys(parents)))  # one for each number, as most share theirs
    numbers = [own, _numbered(grand)[own], _numbered(_outer(grand))[own]]
    shares, pure = [], []
    for group in numbers:
        held = np.bincount(group, prose)
        shares.append((held / max(1.0, float(held.max())))[group])
        pure.append((held / np.maximum(np.bincount(group, sizes), 1))[group])
    linked = np.bincount(numbers[1], sizes * link) / np.maximum(np.bincount(numbers[1], sizes), 1)
    body = grand[own[int(np.argmax(np.bincount(numbers[1], prose)[numbers[1]]))]].split("/")
    up, down = _ways(grand, body)
    return [
        *shares,
        *pure[:2],
        np.log1p(np.bincount(numbers[0]))[numbers[0]],
        linked[numbers[1]],
        up[own],
        down[own],
    ]


def _ways(paths: Sequence[str], body: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the steps up from each path to what it shares with ``body``, and down to that."""
    steps: dict[str, tuple[int, int]] = {}
    for path in paths:
        if path not in steps:
            own = path.split("/")
            shared = 0
            for a, b in zip(own, body, strict=False):
                if a != b:
                    break
                shared += 1
            steps[path] = (len(own) - shared, len(body) - shared)
    ways = np.array([steps[path] for path in paths], dtype=np.float32)
    return ways[:, 0], ways[:, 1]


def _titles(page: Page, lines: Outline, marks: Sequence[Markup], parents: Ints) -> list[Floats]:
    """Return where the headline was, what the block shares with it, and who its neighbours are."""
    title = _claimed(page, "title")
    lead = _claimed(page, "description")
    bags = list(map(set, lines.tokens))
    shared = np.array([len(title & bag) for bag in bags], dtype=np.float32)
    count = np.array([len(bag) or 1 for bag in bags], dtype=np.float32)
    said = np.array([len(lead & bag) for bag in bags], dtype=np.float32)
    same = (parents[1:] == parents[:-1]).astype(np.float32)
    return [
        np.cumsum([m.tag == "h1" for m in marks]),
        shared / count,
        shared / max(1, len(title)),
        said / count,
        np.concatenate([[0], same]),
        np.concatenate([same, [0]]),
    ]


def _claimed(page: Page, field: str) -> frozenset[str]:
    return frozenset(w for c in page.claims if c.field == field for w in words(c.value))


def _outer(paths: Sequence[str]) -> list[str]:
    """Return for each path that of the element around."""
    known = {path: path.rpartition("/")[0] for path in set(paths)}
    return [known[path] for path in paths]


def _numbered(groups: Iterable[Hashable]) -> Ints:
    """Number the groups in order of first appearance: one number a block."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups])


def _mean_of_others(groups: Ints, weights: Floats, values: Floats) -> Floats:
    """Return the weighted mean of each block's group, without the block; alone: missing."""
    total = np.bincount(groups, weights)[groups] - weights
    held = np.bincount(groups, weights * values)[groups] - weights * values
    alone = total < 1e-6
    return np.where(alone, np.nan, held / np.where(alone, 1, total)).astype(np.float32)


def _neighbours(columns: Iterable[Floats]) -> list[Floats]:
    """Return each column shifted by each of ``_OFFSETS``; past the ends: missing."""
    found = []
    for column in columns:
        for offset in _OFFSETS:
            shifted = np.full(len(column), np.nan, dtype=np.float32)
            if abs(offset) < len(column):
                if offset > 0:
                    shifted[:-offset] = column[offset:]
                else:
                    shifted[-offset:] = column[:offset]
            found.append(shifted)
    return found


def _signed_log(values: npt.NDArray[np.int64]) -> Floats:
    return (np.sign(values) * np.log1p(np.abs(values))).astype(np.float32)
