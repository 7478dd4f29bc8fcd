"""Comparison in steps: where many pairs are cut into batches shows in no result."""

from itertools import combinations

import numpy as np
import pytest

from pipeline.dedup.compare import compare, sift
from pipeline.dedup.rarity import rarity
from pipeline.settings import Dedup
from tests.comparing import held

SETTINGS = Dedup()
FIELDS = ("pair", "shared", "containment", "jaccard", "weighted")


@pytest.fixture(scope="module")
def texts(make_story):
    """Return 132 texts of which every eleven are copies, as a comparison takes them."""
    every = []
    for n in range(132):
        paragraphs = make_story(n // 11, 5).split("\n\n")
        every.append("\n\n".join(paragraphs[n % 3 : 3 + n % 4]))
    plain = held(every, SETTINGS)
    some = np.unique(np.concatenate([np.frombuffer(k, "<u4")[::5] for k in plain.keys]))
    return held(every, SETTINGS, rarity(some, np.full(len(some), 3, np.int32)))


PAIRS = np.array(list(combinations(range(132), 2)), np.int64)


def same(one, others):
    """Assert that some results in a row are just the one."""
    for name in FIELDS:
        expected = np.concatenate([getattr(other, name) for other in others])
        np.testing.assert_array_equal(getattr(one, name), expected)


@pytest.mark.parametrize("cuts", [[4_095], [4_096], [4_097], [1, 4_096, 8_191], [0, 8_646]])
def test_seams_do_not_show(texts, cuts):
    """8,646 pairs at once give what their parts give, cut before, at and behind 4,096."""
    assert len(PAIRS) == 8_646
    parts = np.split(PAIRS, cuts)
    whole = sift(texts.keys, PAIRS, SETTINGS)
    assert len(whole.pair) > 300
    same(whole, [sift(texts.keys, part, SETTINGS) for part in parts])
    same(compare(texts, PAIRS, SETTINGS), [compare(texts, part, SETTINGS) for part in parts])


def test_each_pair_is_judged_alone(texts):
    """Matches among thousands of pairs are those that each pair gives by itself."""
    whole = compare(texts, PAIRS, SETTINGS)
    rng = np.random.default_rng(1)
    some = np.sort(rng.choice(len(PAIRS), 300, replace=False))
    alone = [compare(texts, PAIRS[n : n + 1], SETTINGS) for n in some]
    chosen = {tuple(pair) for pair in PAIRS[some].tolist()}
    is_one = np.array([tuple(pair) in chosen for pair in whole.pair.tolist()])
    assert is_one.any()
    for name in FIELDS:
        expected = np.concatenate([getattr(one, name) for one in alone])
        np.testing.assert_array_equal(getattr(whole, name)[is_one], expected)
