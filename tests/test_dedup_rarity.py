"""Rarity: what many stories hold joins none of them."""

import numpy as np
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from pipeline.dedup.compare import sift
from pipeline.dedup.rarity import rarity, weights
from pipeline.settings import Dedup
from tests.comparing import held, matched

LAW = law(max_examples=40, derandomize=True, deadline=None)
MIXED = ["alpha", "beta", "gamma", "delta", "12", "seven", "köln", "東", "京", "of"]
WORDS = st.lists(st.sampled_from(MIXED), max_size=60)
OFFER = " ".join(f"offer{chr(97 + i)} plan{chr(97 + i)} monthly{chr(97 + i)}" for i in range(14))


def story(name):
    """Return sixty words that no other story shares."""
    return " ".join(f"{name}{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(40))


def known_of(*texts, stories):
    """Return the rarity of what all these texts hold, as if so many stories held it."""
    keys = [np.frombuffer(own, "<u4") for own in held(texts, Dedup()).keys]
    common = keys[0]
    for own in keys[1:]:
        common = np.intersect1d(common, own)
    return rarity(common, np.full(len(common), stories, np.int32))


def test_weights_are_one_over_the_stories():
    """A key that four stories hold weighs a quarter, an unknown one all."""
    known = rarity(np.array([7, 9], np.uint32), np.array([4, 2], np.int32))
    assert weights(np.array([9, 8, 7], np.uint32), known).tolist() == [0.5, 1.0, 0.25]
    assert weights(np.empty(0, np.uint32), known).tolist() == []


def test_what_a_thousand_stories_hold_joins_none():
    """Two stories above one offer match as long as nobody knows the offer, and not after."""
    one, other = f"{OFFER} {story('ab')}", f"{OFFER} {story('cd')}"
    assert matched(one, other, settings=Dedup(min_evidence=0.0))
    known = known_of(one, other, stories=1000)
    assert matched(one, other, settings=Dedup(min_evidence=0.0), known=known) == []


def test_a_cut_copy_under_a_known_offer_is_found():
    """What the offer adds to a copy weighs nothing, so that a third of the story is enough."""
    whole = story("ab") + " " + story("xy")
    cut = " ".join(whole.split()[:30]) + " " + OFFER
    known = known_of(cut, f"{story('cd')} {OFFER}", stories=1000)
    (match,) = matched(whole, cut, known=known)
    assert match.weighted > 0.8 > match.containment


@LAW
@given(WORDS, WORDS, WORDS)
def test_the_sift_keeps_all_that_matches(common, one, other):
    """Without rarity no pair matches that the look at the keys alone had thrown out."""
    loose = Dedup(min_shared=4)
    texts = [" ".join(common + one), " ".join(common + other)]
    pairs = np.array([[0, 1]])
    kept = sift(held(texts, loose).keys, pairs, loose)
    found = matched(*texts, settings=loose)
    assert len(kept.pair) == 1 or not found
    if found:
        assert kept.shared.tolist() == [found[0].shared]
        assert kept.containment.tolist() == [found[0].containment]


def test_evidence_does_not_depend_on_the_other_texts():
    """A pair has the same evidence alone and among many."""
    copy = " ".join(story("ab").split()[:25])
    (alone,) = matched(story("ab"), copy)
    crowd = [story(chr(97 + i) + "z") for i in range(9)]
    assert alone in matched(story("ab"), *crowd, copy)
