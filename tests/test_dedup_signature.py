"""Signatures and bands: equal to datasketch's, and a function of each text alone."""

import math

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from pipeline.dedup import signature
from pipeline.dedup.shingles import shingles, stream, windows
from pipeline.dedup.signature import EMPTY, bands, spec
from pipeline.dedup.signature import sketch as sketch_stream
from pipeline.settings import Dedup
from tests.comparing import named as text_id

LAW = law(max_examples=25, derandomize=True, deadline=None)
WORDS = st.sampled_from(
    ["harbour", "minister", "vote", "12", "seven", "Köln", "the", "of", "東", "京", "ไ", "ท", "ย"]
)
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)
SMALL = Dedup(permutations=32)


def sketch(texts, settings):
    """Return the signatures of texts."""
    return sketch_stream(stream(texts, settings), settings)


def distinct(text, settings):
    """Return the exact shingle set of a text."""
    return set(shingles(stream([text], settings), settings)[0].tolist())


def essay(numbers):
    """Return a text with one word for each number."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return " ".join(f"word{number}x".translate(letters) for number in numbers)


@pytest.mark.parametrize("settings", [Dedup(), Dedup(permutations=48, seed=7, shingle_words=2)])
def test_rows_equal_datasketch(settings):
    """A row equals datasketch's MinHash of the same shingle hashes, and loads as one."""
    texts = [essay(range(60)), essay(range(30, 400)), "東京" * 30 + "the end of it all", ""]
    rows = sketch(texts, settings).values
    for text, row in zip(texts, rows, strict=True):
        peer = MinHash(settings.permutations, settings.seed, hashfunc=int, scheme="affine32")
        peer.update_batch(shingle >> 32 for shingle in distinct(text, settings))
        loaded = LeanMinHash(seed=settings.seed, hashvalues=row, scheme="affine32")
        assert loaded == LeanMinHash(peer)
        assert loaded.jaccard(peer) == 1.0


@LAW
@given(TEXTS)
def test_equal_tokens_give_equal_rows_and_names(text):
    """Case, blanks and marks between words change neither the signature nor the name."""
    other = " ,\n".join(text.upper().split())
    one, two = sketch([text], SMALL), sketch([other], SMALL)
    assert np.array_equal(one.values, two.values)
    assert one.text_ids == two.text_ids == (text_id(text),)
    assert one.shingles[0] == two.shingles[0] >= len(distinct(text, SMALL))


@LAW
@given(st.lists(TEXTS, max_size=8), st.randoms(use_true_random=False))
def test_a_sketch_does_not_depend_on_its_batch(texts, random):
    """A text has the same row alone, among others, and in any order."""
    together = sketch(texts, SMALL)
    order = random.sample(range(len(texts)), len(texts))
    shuffled = sketch([texts[i] for i in order], SMALL)
    assert np.array_equal(shuffled.values, together.values[order])
    assert np.array_equal(shuffled.shingles, together.shingles[order])
    for text, row in zip(texts, together.values, strict=True):
        assert np.array_equal(sketch([text], SMALL).values[0], row)


def test_large_batches_are_cut_into_blocks_without_a_seam():
    """Texts that fill several blocks of the CPU cache have the rows that they have alone."""
    texts = [essay(range(i, i + 900 * (i % 3))) for i in range(60)]
    together = sketch(texts, SMALL)
    assert sum(together.shingles) > 2 * signature._BLOCK
    for text, row in zip(texts, together.values, strict=True):
        assert np.array_equal(sketch([text], SMALL).values[0], row)


@LAW
@given(st.integers(20, 300), st.integers(0, 300), st.integers(20, 300))
def test_the_estimate_is_within_its_bound(only_one, common, only_other):
    """The share of equal values lies within four standard errors of the exact Jaccard."""
    settings = Dedup(permutations=256)
    one = essay(range(only_one + common))
    other = essay(range(only_one, only_one + common + only_other))
    a, b = sketch([one, other], settings).values
    x, y = distinct(one, settings), distinct(other, settings)
    exact = len(x & y) / len(x | y)
    bound = 4 * math.sqrt(max(exact * (1 - exact), 1 / 256) / 256)
    assert abs(np.mean(a == b) - exact) <= bound


def test_texts_too_short_for_a_shingle_have_no_values():
    """A text without a shingle has the empty signature."""
    short = sketch(["one two three", "", essay(range(5))], SMALL)
    assert short.shingles.tolist() == [1, 0, 3]
    assert (short.values[1] == EMPTY).all()
    assert (short.values[[0, 2]] != EMPTY).all()
    assert sketch([], SMALL).values.shape == (0, SMALL.permutations)


def test_unspaced_scripts_are_shingled_by_characters():
    """A shingle that begins with a Japanese character holds ``shingle_chars`` tokens."""
    text = "日本とロシアは会談で合意した"
    assert len(distinct(text, Dedup(shingle_chars=8))) == len(text) - 7
    mixed = distinct("alpha beta 日本とロシアは会談", Dedup(shingle_words=2, shingle_chars=8))
    assert len(mixed) == 2 + 2


def test_no_shingle_crosses_from_one_text_into_the_next():
    """The windows of a batch end where each text ends."""
    hashes, bounds = shingles(stream(["a b c d e f", "", "g h i j k"], Dedup()), Dedup())
    assert bounds.tolist() == [0, 4, 4, 7]
    assert hashes[4:].tolist() == windows(stream(["g h i j k"], Dedup()).codes, 3).tolist()


def test_a_name_is_128_bits_of_the_tokens():
    """The name tells apart what the tokens tell apart, word limits included."""
    assert len(text_id("a b")) == 32
    assert text_id("a b") != text_id("ab") != text_id("b a")


@pytest.mark.parametrize("rows", [1, 2, 3, 16])
def test_bands_are_equal_where_all_their_rows_are(rows):
    """Two texts share a band exactly where all its signature values agree."""
    values = sketch([essay(range(100)), essay(range(20, 120))], Dedup()).values
    keys = bands(values, rows)
    count = 128 // rows
    same = (values[0] == values[1])[: count * rows].reshape(count, rows).all(axis=1)
    assert keys.shape == (2, count)
    assert keys.dtype == np.uint32
    assert ((keys[0] == keys[1]) == same).all()
    assert same.any() or rows == 16


def test_the_order_of_rows_in_a_band_counts():
    """A band with its values swapped is another band."""
    assert bands(np.array([[1, 2]], np.uint32), 2) != bands(np.array([[2, 1]], np.uint32), 2)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"permutations": 64},
        {"rows": 3},
        {"shingle_words": 5},
        {"shingle_chars": 9},
        {"one_spelling": False},
    ],
)
def test_the_spec_names_all_that_changes_a_signature(change):
    """Another seed, size or shingle is another spec."""
    assert spec(Dedup(**change)) != spec(Dedup())


def test_the_spec_leaves_out_what_changes_no_signature():
    """Thresholds of the verification may change without new signatures."""
    assert spec(Dedup(min_shared=20, max_shelf=3)) == spec(Dedup())
