"""The stories that a run touches: what new matches reach, whole components, whatever the size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import telling
from pipeline.store import state, stories
from pipeline.store.state import State, execute
from tests.filling import fill, law


def connect(store: State, old: Iterable[tuple[int, int]], new: Iterable[tuple[int, int]]) -> None:
    """Make texts that old and new matches join; every text has one document, ``new`` new ones."""
    state.begin(store)
    for table in ("docs", "texts", "matches"):
        execute(store, f"DELETE FROM {table}")
    old, new = list(old), list(new)
    fresh = {n for pair in new for n in pair} - {n for pair in old for n in pair}
    execute(store, "CREATE TABLE run.match AS SELECT * FROM matches")
    execute(store, "CREATE TABLE run.dropped (a INTEGER, b INTEGER)")
    execute(store, "CREATE TABLE run.text AS SELECT * FROM texts")
    execute(store, "CREATE TABLE run.numbered (doc_id VARCHAR, text_no INTEGER)")
    execute(
        store,
        "CREATE TABLE run.coded (text_no INTEGER, file VARCHAR, start BIGINT, "
        "codes INTEGER, keys INTEGER)",
    )
    execute(
        store,
        """CREATE TABLE run.doc (doc_id VARCHAR, published_at TIMESTAMPTZ, agency BOOLEAN,
        source VARCHAR, wire_mark VARCHAR)""",
    )
    for name, edges in (("matches", old), ("run.match", new)):
        fill(store, name, ((*sorted(e), 50, 1, 1, 1) for e in edges))
    known_texts = {n for pair in old + new for n in pair} - fresh
    fill(store, "run.text", ((n, f"t{n}", 50) for n in fresh))
    fill(store, "run.numbered", ((f"d{n}", n) for n in fresh))
    fill(store, "run.doc (doc_id, source)", ((f"d{n}", "s") for n in fresh))
    fill(store, "texts", ((n, f"t{n}", 50) for n in known_texts))
    fill(store, "docs (doc_id, text_no, source)", ((f"d{n}", n, "s") for n in known_texts))


def touched(store: State) -> dict[int, int]:
    """Return the touched texts with the least of their component."""
    stories.label(store, telling._roots(stories.touch(store)), 2)
    return dict(execute(store, "SELECT text_no, root FROM run.holder"))


def expected_roots(edges: Sequence[tuple[int, int]], seeds: Iterable[int]) -> dict[int, int]:
    """Return the same by plain search."""
    roots: dict[int, int] = {}
    for seed in seeds:
        reached, waiting = {seed}, [seed]
        while waiting:
            at = waiting.pop()
            beside = {n for edge in edges if at in edge for n in edge} - reached
            reached |= beside
            waiting += beside
        roots |= dict.fromkeys(reached, min(reached))
    return roots


edge = st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda e: e[0] < e[1])


def test_touched_texts_are_those_within_reach(opened: State):
    """What new matches reach over old ones is touched, and nothing else; labels tell components."""

    @law
    @given(st.sets(edge, max_size=8), st.sets(edge, min_size=1, max_size=4))
    def holds(old: set[tuple[int, int]], new: set[tuple[int, int]]) -> None:
        connect(opened, old, new - old)
        seeds = {n for e in new - old for n in e}
        assert touched(opened) == expected_roots([*old, *new], seeds)

    holds()


@pytest.mark.parametrize("order", ["up", "down", "zigzag"])
def test_long_chain_is_one_component(store: State, order: str):
    """A chain of three hundred texts that a new match touches at its end is found as one."""
    line = list(range(1, 301))
    if order == "down":
        line.reverse()
    elif order == "zigzag":
        line = [n for pair in zip(line[:150], reversed(line[150:]), strict=True) for n in pair]
    connect(store, pairwise(line), [(line[-1], 301)])
    assert touched(store) == dict.fromkeys([*line, 301], 1)


def test_components_come_whole(store: State):
    """However few documents come at a time, a component comes in one piece with its matches."""
    groups = [(1, 2), (2, 3), (4, 5), (6, 7)]
    for size in (1, 2, 100):
        connect(store, [], groups)
        stories.label(store, telling._roots(stories.touch(store)), size)
        found = [c for some in stories.components(store) for c in some.components]
        members = [[copy.doc_id for copy in c.copies] for c in found]
        assert members == [["d1", "d2", "d3"], ["d4", "d5"], ["d6", "d7"]]
        assert [len(c.matches) for c in found] == [2, 1, 1]
