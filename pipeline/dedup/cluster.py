"""Matches to groups, by agglomeration with a least density: one false bridge joins nothing.

Single link joins a thousand stories over one shared offer text. Here two groups become one only if
enough of the pairs across them are matched.
"""

from collections.abc import Iterable, Sequence

from pipeline.model import Match

ONE_IN = 10
"""One in so many of the pairs across two groups must be matched for them to join."""
HUBS = 8
"""In a crowded shelf a text is compared with so many others only: more matches than that are not
asked of it, however large the other group is."""


def cluster(nodes: Iterable[str], matches: Sequence[Match]) -> list[tuple[str, ...]]:
    """Return the partition of ``nodes`` into groups, each sorted, sorted by their first node.

    Takes the matches once, strongest first, so that neither the order of nodes or matches nor other
    connected components change a group. Every end of a match must be a node. Costs about
    ``m log m`` for ``m`` matches: of two groups the smaller is folded into the larger.
    """
    groups = {node: [node] for node in nodes}
    head = {node: node for node in groups}
    across: dict[str, dict[str, int]] = {node: {} for node in groups}
    for match in matches:
        across[match.a][match.b] = across[match.b][match.a] = 1
    for match in sorted(matches, key=strength):
        kept, gone = head[match.a], head[match.b]
        if kept == gone or not _dense(across, groups, kept, gone):
            continue
        if len(groups[kept]) + len(across[kept]) < len(groups[gone]) + len(across[gone]):
            kept, gone = gone, kept
        head.update(dict.fromkeys(groups[gone], kept))
        groups[kept] += groups.pop(gone)
        _reroute(across, kept, gone)
    return sorted(tuple(sorted(group)) for group in groups.values())


BESIDE = 32
"""Texts of each of two groups that are looked at once more."""


def beside(groups: Sequence[Sequence[str]], matches: Iterable[Match]) -> list[tuple[str, str]]:
    """Return the pairs across any two groups that some match joins, matched or not.

    Two groups of one story may share few candidate pairs, for a short copy lies on few shelves.
    """
    group = {node: n for n, nodes in enumerate(groups) for node in nodes}
    joined = {tuple(sorted((group[m.a], group[m.b]))) for m in matches}
    return sorted(
        {
            (min(a, b), max(a, b))
            for one, other in joined
            if one != other
            for a in groups[one][:BESIDE]
            for b in groups[other][:BESIDE]
        }
    )


def strength(match: Match) -> tuple[float, float, int, str, str]:
    """Return the sort key that puts the strongest match first and leaves no ties."""
    return -match.weighted, -match.jaccard, -match.shared, match.a, match.b


def _dense(
    across: dict[str, dict[str, int]], groups: dict[str, list[str]], one: str, other: str
) -> bool:
    """Tell whether enough of the pairs across two groups are matched."""
    smaller, larger = sorted((len(groups[one]), len(groups[other])))
    return across[one][other] * ONE_IN >= smaller * min(larger, HUBS * ONE_IN)


def _reroute(across: dict[str, dict[str, int]], kept: str, gone: str) -> None:
    """Count the matches that led to the group ``gone`` as matches to the group ``kept``."""
    for neighbour, count in across.pop(gone).items():
        del across[neighbour][gone]
        if neighbour != kept:
            total = across[kept].get(neighbour, 0) + count
            across[kept][neighbour] = across[neighbour][kept] = total
