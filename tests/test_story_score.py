"""The scores of the story benchmark, on stories small enough to count by hand."""

import pytest

from tests.bench.story_score import Truth, fullest, score

TRUTH = Truth(
    family={"a": "1", "b": "1", "c": "1", "d": "2", "e": "2", "f": "3"},
    kept={"b": 0.8, "c": 0.3},
    strangers={"template": [("d", "f"), ("a", "d")], "same_event": [("e", "f")]},
)
TOLD = {"a": "x", "b": "x", "d": "y", "e": "y", "f": "y"}


def test_pairs():
    """Two of four pairs said are true, two of four true pairs are found."""
    found = score(TRUTH, TOLD)
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert found.ari == pytest.approx((2 - 16 / 15) / (4 - 16 / 15))


def test_b_cubed():
    """Precision and recall are means over documents; one left out stands alone."""
    precision = (2 + 1 + 3 * (2 / 3 * 2 + 1 / 3) / 3) / 6
    recall = (2 * 2 / 3 + 1 / 3 + 2 + 1) / 6
    expected = 2 * precision * recall / (precision + recall)
    assert score(TRUTH, TOLD).b_cubed == pytest.approx(expected)


def test_cut_copies_and_strangers():
    """A cut copy counts the mates it stands with; strangers count by kind."""
    found = score(TRUTH, TOLD)
    assert (found.cut, found.cut_short) == (0.25, 0.0)
    assert found.merged == {"template": 1, "same_event": 1}


def test_perfect():
    """The truth itself scores one, and merges nothing."""
    found = score(TRUTH, TRUTH.family)
    assert (found.f1, found.ari, found.b_cubed, found.cut) == (1, 1, 1, 1)
    assert set(found.merged.values()) == {0}


def test_fullest():
    """The core is what two members hold; what only one holds does not count."""
    texts = {
        "a": "one two three four five six",
        "b": "One two, three four five six",
        "c": "four five six and much that nobody else has to say",
        "d": "just the same words",
        "e": "just the same words",
    }
    told = {**TRUTH.family}
    assert fullest(TRUTH, told, {"1": "a", "2": "e"}, texts) == 1
    assert fullest(TRUTH, told, {"1": "c", "2": "e"}, texts) == 0.5
    assert fullest(TRUTH, told, {"1": "d", "2": "d"}, texts) == 0.5
