"""Components of matched texts to stories: grouped, looked at once more, a canonical for each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from pipeline.dedup.canonical import story
from pipeline.dedup.cluster import beside, cluster
from pipeline.dedup.compare import Texts, compare
from pipeline.dedup.rarity import Keys
from pipeline.model import Component, Copy, Match, Story
from pipeline.settings import Dedup


def tell(
    components: Sequence[Component], names: Sequence[str], words: Texts, settings: Dedup
) -> list[Story]:
    """Return the stories of the components, in their order.

    ``names`` has the ``text_id`` of each of the texts ``words``, that of every copy among them.
    Groups that some match joins, but too few for one group, are compared text by text first.
    """
    nodes = [sorted({copy.text_id for copy in c.copies}) for c in components]
    groups = [cluster(own, c.matches) for own, c in zip(nodes, components, strict=True)]
    wanted = [beside(own, c.matches) for own, c in zip(groups, components, strict=True)]
    found = _compared(sorted({*chain.from_iterable(wanted)}), names, words, settings)
    held = {n: np.frombuffer(k, "<u4") for n, k in zip(names, words.keys, strict=True)}
    told: list[Story] = []
    for component, own, group, pairs in zip(components, nodes, groups, wanted, strict=True):
        matches = _united(component.matches, (found[pair] for pair in pairs if pair in found))
        regrouped = cluster(own, matches) if pairs else group
        told += _stories(component.copies, regrouped, matches, held, settings)
    return told


def _united(known: Sequence[Match], more: Iterator[Match]) -> list[Match]:
    """Return one match a pair; what was known before stays."""
    return list(({(m.a, m.b): m for m in more} | {(m.a, m.b): m for m in known}).values())


def _compared(
    pairs: Sequence[tuple[str, str]], names: Sequence[str], words: Texts, settings: Dedup
) -> dict[tuple[str, str], Match]:
    if not pairs:
        return {}
    row = {name: n for n, name in enumerate(names)}
    rows = np.array([(row[a], row[b]) for a, b in pairs], np.int64)
    found = compare(words, rows, settings)
    columns = (found.shared, found.containment, found.jaccard, found.weighted)
    evidence = zip(*(column.tolist() for column in columns), strict=True)
    return {
        (names[a], names[b]): Match(names[a], names[b], *facts)
        for (a, b), facts in zip(found.pair.tolist(), evidence, strict=True)
    }


def _stories(
    copies: Sequence[Copy],
    groups: Sequence[Sequence[str]],
    matches: Sequence[Match],
    held: Mapping[str, Keys],
    settings: Dedup,
) -> Iterator[Story]:
    group = {text_id: n for n, texts_ in enumerate(groups) for text_id in texts_}
    members: list[list[Copy]] = [[] for _ in groups]
    inside: list[list[Match]] = [[] for _ in groups]
    for copy in copies:
        members[group[copy.text_id]].append(copy)
    for match in matches:
        if group[match.a] == group[match.b]:
            inside[group[match.a]].append(match)
    for own, joined in zip(members, inside, strict=True):
        yield story(own, held, joined, settings)
