"""The n-gram model: it learns words, pairs and line ends, in any script, to the same bytes."""

import numpy as np
import pytest

from pipeline.cleaning.ngrams import from_bytes, score, to_bytes, train

STORY = [
    "The harbour board said on Tuesday that the pier would close.",
    "Divers will replace the piles that storms have worn away.",
    "Der Hafen bleibt nach Angaben der Stadt bis zum Herbst gesperrt.",
    "港湾当局は火曜日、桟橋を閉鎖すると発表した。",
]
FURNITURE = [
    "Sign up for our newsletter",
    "Share this on Facebook",
    "Jetzt abonnieren und weiterlesen",
    "会員登録はこちら",
]
LINES = STORY * 5 + FURNITURE * 5
LABELS = np.array([1.0] * len(STORY) * 5 + [0.0] * len(FURNITURE) * 5)
WEIGHTS = np.ones(len(LINES))


@pytest.fixture(scope="module")
def grams():
    """Return a table learned from a few lines."""
    return train(LINES, LABELS, WEIGHTS)


def test_lines_like_those_learned_are_told_apart(grams):
    """Unseen lines are scored by the words they share, in each language."""
    seen = [
        "The board said the pier would close",
        "Sign up for the newsletter",
        "当局は桟橋を閉鎖した",
        "会員登録",
    ]
    found = score(grams, seen)
    assert found.dtype == np.float32
    assert found[0] > 0 > found[1]
    assert found[2] > found[3]


def test_training_is_deterministic_and_survives_the_disk(grams):
    """Equal lines give equal bytes, and the bytes give equal scores."""
    again = to_bytes(train(LINES, LABELS, WEIGHTS))
    assert again == to_bytes(grams)
    assert np.array_equal(score(from_bytes(again), LINES), score(grams, LINES))


def test_no_lines_and_empty_lines_are_scored(grams):
    """Nothing in, nothing out; a line without words has the score of no evidence."""
    assert score(grams, []).shape == (0,)
    assert score(grams, ["", "  "]).tolist() == pytest.approx([grams.bias] * 2)


def test_the_score_of_a_line_does_not_depend_on_the_lines_around(grams):
    """Lines are scored each by itself."""
    together = score(grams, LINES)
    assert together[3] == pytest.approx(score(grams, [LINES[3]])[0])


def test_a_very_long_line_is_read_at_its_start_and_its_end(grams):
    """What stands far inside a line changes nothing; its last words count."""
    start, end = STORY[0] + " x" * 400, " x" * 400 + " Share this on Facebook"
    plain = score(grams, [start + " y y y" + end])
    assert score(grams, [start + " newsletter newsletter y" + end])[0] == pytest.approx(plain[0])
    assert score(grams, [start + end + " pier would close ."])[0] != pytest.approx(plain[0])
