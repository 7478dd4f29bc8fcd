"""Where copies stand in the graph of a day."""

import itertools

from pipeline.report import graph
from tests.test_report_plots import copies


def test_every_copy_is_drawn_once_around_its_canonical():
    """A copy of a copy stands further out than the copy."""
    nodes = graph.tree(copies(("a", None), ("b", "a"), ("c", "b"), ("d", "gone")))
    assert len(nodes) == 4
    reach = sorted(round(n.x**2 + n.y**2, 6) for n in nodes)
    assert reach == [0, 1, 1, 4]


def test_copies_matched_in_a_ring_hang_on_the_canonical():
    """Two copies that name each other are drawn, and the drawing ends."""
    nodes = graph.tree(copies(("a", None), ("b", "c"), ("c", "b")))
    assert len(nodes) == 3


def test_stories_of_a_day_do_not_overlap():
    """Each has room of its own in a row, and rows lie below each other."""
    stories = {
        f"{n}": copies((f"{n}", None), *((f"{n}-{m}", f"{n}") for m in range(n))) for n in range(30)
    }
    found = graph.packed(stories, 26)
    for one, other in itertools.pairwise(found):
        apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
        assert apart >= one.radius + other.radius - 1e-9
    assert all(c.x - c.radius >= -1e-9 and c.x + c.radius <= 26 + 1e-9 for c in found)


def test_a_giant_is_cut_and_says_so():
    """Of five hundred copies some are drawn; the rest is counted."""
    many = copies(("a", None), *((f"c{n}", "a") for n in range(499)))
    (cluster,) = graph.packed({"a": many}, 26)
    assert len(cluster.nodes) + cluster.left_out == 500
    assert cluster.radius < 13
