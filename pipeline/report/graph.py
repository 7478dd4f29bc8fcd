"""Where the copies of a day's stories stand in a picture: a tree around each canonical copy."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.report.facts import Copy

_STEP = 1.0
"""From a copy to the copy that it was matched with, at least."""
_ARC = 0.42
"""Between two copies on one circle, at least."""
_GAP = 1.0
_LEAST = 2.5
"""Half of the room that the name of a story needs."""
_MOST = 90
"""Copies of one story that are drawn."""


@dataclass(frozen=True, slots=True)
class Node:
    """A copy: its place, and that of the copy it was matched with."""

    x: float
    y: float
    from_x: float
    from_y: float
    kind: str
    """Of its match, or ``canonical``."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story: its middle, its radius, the lower edge of its row, and its copies."""

    story_id: str
    x: float
    y: float
    radius: float
    bottom: float
    nodes: tuple[Node, ...]
    left_out: int


def tree(copies: Sequence[Copy]) -> tuple[Node, ...]:
    """Return the copies of a story around its canonical, which stands at 0, 0.

    Copies stand on circles by how many matches lead to the canonical; each circle is wide enough
    for all that stand on it.
    """
    drawn = copies[:_MOST]
    below = _children(drawn)
    root = next(c.doc_id for c in drawn if c.is_canonical)
    levels = _levels(below, root)
    radii = [0.0]
    for level in levels[1:]:
        radii.append(max(radii[-1] + _STEP, len(level) * _ARC / math.tau))
    kinds = {c.doc_id: c.kind or "canonical" for c in drawn}
    return tuple(_placed(below, kinds, radii, root))


def _children(copies: Sequence[Copy]) -> dict[str, list[str]]:
    """Return the copies below each; one whose match is not drawn hangs on the canonical."""
    ids = {c.doc_id for c in copies}
    root = next(c.doc_id for c in copies if c.is_canonical)
    up = {c.doc_id: c.matched if c.matched in ids else root for c in copies if c.doc_id != root}
    below: dict[str, list[str]] = {doc_id: [] for doc_id in ids}
    for doc_id, parent in up.items():
        # Two that were matched with each other, and not by way of the canonical, hang on it.
        below[parent if _leads(up, parent, doc_id, root) else root].append(doc_id)
    return below


def _leads(up: Mapping[str, str], start: str, without: str, root: str) -> bool:
    """Tell whether the way up from ``start`` ends at the root and does not meet ``without``."""
    seen = {without}
    while start != root:
        if start in seen:
            return False
        seen.add(start)
        start = up[start]
    return True


def _levels(below: Mapping[str, list[str]], root: str) -> list[list[str]]:
    levels = [[root]]
    while nxt := [child for parent in levels[-1] for child in below[parent]]:
        levels.append(nxt)
    return levels


def _placed(
    below: Mapping[str, list[str]], kinds: Mapping[str, str], radii: Sequence[float], root: str
) -> Iterator[Node]:
    leaves = dict.fromkeys(below, 1)
    for circle in reversed(_levels(below, root)):
        for doc_id in circle:
            leaves[doc_id] = max(1, sum(leaves[child] for child in below[doc_id]))
    waiting = [(root, 0, 0.0, math.tau, 0.0, 0.0)]
    while waiting:
        doc_id, level, start, width, from_x, from_y = waiting.pop()
        middle = start + width / 2
        x, y = radii[level] * math.cos(middle), radii[level] * math.sin(middle)
        yield Node(x, y, from_x, from_y, kinds[doc_id])
        for child in below[doc_id]:
            part = width * leaves[child] / leaves[doc_id]
            waiting.append((child, level + 1, start, part, x, y))
            start += part


def packed(stories: Mapping[str, Sequence[Copy]], width: float) -> list[Cluster]:
    """Return the stories in rows of ``width``, in the order given; y grows downwards.

    Each has room for its name below it; what is left of a row is shared out between them.
    """
    rows: list[list[Cluster]] = [[]]
    for story_id, copies in stories.items():
        nodes = tree(copies)
        radius = max(math.hypot(n.x, n.y) for n in nodes) + _GAP / 3
        if rows[-1] and sum(map(_room, rows[-1])) + 2 * max(radius, _LEAST) > width:
            rows.append([])
        rows[-1].append(Cluster(story_id, 0, 0, radius, 0, nodes, len(copies) - len(nodes)))
    found, top = [], 0.0
    for row in rows:
        tallest = max((c.radius for c in row), default=0)
        left = width - sum(map(_room, row))
        # The last row may be short: it is not drawn apart.
        spare = left / len(row) if row is not rows[-1] else 0.0
        x = left / 2 if len(rows) == 1 else 0.0
        for cluster in row:
            room = _room(cluster) + spare
            found.append(
                replace(cluster, x=x + room / 2, y=top + tallest, bottom=top + 2 * tallest)
            )
            x += room
        top += 2 * tallest + 1.2 * _GAP
    return found


def _room(cluster: Cluster) -> float:
    return 2 * max(cluster.radius, _LEAST)
