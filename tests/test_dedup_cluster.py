"""Groups: a partition that resists bridges and depends on no order."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from pipeline.dedup.cluster import BESIDE, beside, cluster
from pipeline.model import Match

LAW = law(max_examples=40, derandomize=True, deadline=None)


def link(a, b, containment=0.9):
    """Return a match of two nodes."""
    return Match(min(a, b), max(a, b), 40, containment, 0.5, containment)


GRAPHS = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 14), st.sampled_from([0.4, 0.6, 0.6, 0.9])),
    max_size=50,
).map(lambda edges: [link(f"n{a:02}", f"n{b:02}", c) for a, b, c in edges if a != b])
NODES = [f"n{i:02}" for i in range(16)]


def unique(matches):
    """Keep one match a pair, as verification gives them."""
    return list({(match.a, match.b): match for match in matches}.values())


@LAW
@given(GRAPHS.map(unique), st.randoms(use_true_random=False))
def test_groups_partition_the_nodes_in_any_order(matches, random):
    """Each node stands in exactly one group, and shuffling changes no group."""
    groups = cluster(NODES, matches)
    assert sorted(node for group in groups for node in group) == NODES
    assert groups == sorted(tuple(sorted(group)) for group in groups)
    shuffled = random.sample(matches, len(matches))
    assert cluster(random.sample(NODES, len(NODES)), shuffled) == groups


@LAW
@given(GRAPHS.map(unique))
def test_components_apart_give_the_groups_of_the_whole(matches):
    """Clustering each connected component alone gives the same groups."""
    component = {node: {node} for node in NODES}
    for match in matches:
        joined = component[match.a] | component[match.b]
        component.update(dict.fromkeys(joined, joined))
    apart = []
    for nodes in {min(c): c for c in component.values()}.values():
        apart += cluster(nodes, [match for match in matches if match.a in nodes])
    assert sorted(apart) == cluster(NODES, matches)


def test_one_bridge_does_not_join_two_groups():
    """Two dense groups with one match between them stay two."""
    left, right = [f"a{i}" for i in range(6)], [f"b{i}" for i in range(6)]
    dense = [link(*pair) for side in (left, right) for pair in combinations(side, 2)]
    assert cluster(left + right, [*dense, link("a0", "b0", 0.5)]) == [tuple(left), tuple(right)]
    bridges = [link(f"a{i}", f"b{i}", 0.5) for i in range(4)]
    assert cluster(left + right, dense + bridges) == [(*left, *right)]


def test_a_crowded_shelf_of_stars_is_one_group():
    """Hundreds of copies that were compared with eight hubs alone still form one story."""
    nodes = [f"n{i:04}" for i in range(400)]
    stars = [link(hub, node) for node in nodes for hub in nodes[:8] if hub < node]
    assert cluster(nodes, stars) == [tuple(nodes)]


def test_a_long_chain_falls_into_pieces():
    """A chain of bridges does not become one group, however long it is."""
    nodes = [f"n{i:04}" for i in range(2000)]
    groups = cluster(nodes, [link(*pair) for pair in pairwise(nodes)])
    assert max(map(len, groups)) <= 40


def test_groups_that_a_match_joins_are_looked_at_once_more():
    """All pairs across such groups are named, those of other groups are not."""
    groups = [("a", "b"), ("c", "d"), ("e",)]
    assert beside(groups, [link("b", "c"), link("a", "b")]) == [
        ("a", "c"),
        ("a", "d"),
        ("b", "c"),
        ("b", "d"),
    ]
    large = [tuple(f"{side}{i:03}" for i in range(90)) for side in "xy"]
    assert len(beside(large, [link("x000", "y000")])) == BESIDE**2
