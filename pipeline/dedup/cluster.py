"""Matches to groups, by agglomeration with a least density: one false bridge joins nothing.

Single link joins a thousand stories over one shared offer text. Here two groups become one only if
enough of the pairs across them are matched.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.model import Match

DENSITY = 0.1
"""Share of the pairs across two groups that must be matched for them to join."""
HUBS = 8
"""In a crowded shelf a text is compared with so many others only: more matches than that are not
asked of it, however large the other group is."""


def cluster(nodes: Iterable[str], matches: Sequence[Match]) -> list[tuple[str, ...]]:
    """Return the partition of ``nodes`` into groups, each sorted, sorted by their first node.

    Strongest matches first, each once. Depends neither on the order of nodes or matches nor on
    other connected components. Every end of a match must be a node.
    """
    groups = {node: {node} for node in sorted(set(nodes))}
    head = {node: node for node in groups}
    across: dict[str, dict[str, int]] = {node: {} for node in groups}
    for match in matches:
        across[match.a][match.b] = across[match.b][match.a] = 1
    for match in sorted(matches, key=_strength):
        a, b = head[match.a], head[match.b]
        if a != b and across[a][b] >= _needed(len(groups[a]), len(groups[b])):
            kept, gone = sorted((a, b), key=lambda node: (-len(groups[node]) - len(across[node]), node))
            _join(kept, gone, groups, head, across)
    return sorted(tuple(sorted(group)) for group in groups.values())


def _strength(match: Match) -> tuple[float, float, int, str, str]:
    return -match.containment, -match.jaccard, -match.shared, match.a, match.b


def _needed(size: int, other: int) -> float:
    return DENSITY * min(size, other) * min(max(size, other), HUBS / DENSITY)


def _join(kept, gone, groups, head, across) -> None:
    ...
