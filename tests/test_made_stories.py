"""The made stories of the scale benchmark: the same for all, sized and mixed as they say."""

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from tests.bench.made_stories import BLOCK, FIRST_DAY, KINDS, SCHEMA, Made, batches, made
from tests.bench.made_words import offers

ROOT = Path(__file__).parents[1]
PRINT = """
import hashlib
from tests.bench.made_stories import made
print(hashlib.sha256(repr(list(made(50, 3))).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def documents() -> list[Made]:
    """Make a set of the smallest size that is asked for."""
    return list(made(10_000, 3))


def by_family(documents):
    """Return the documents of each story."""
    found = defaultdict(list)
    for document in documents:
        found[document.family].append(document)
    return found


def test_a_seed_gives_the_same_documents_in_every_process(documents):
    """Whatever the process hashes its strings with; another seed gives other documents."""
    own = hashlib.sha256(repr(documents[:50]).encode()).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", PRINT]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == own
    assert {d.text for d in made(50, 4)}.isdisjoint(d.text for d in documents)


@pytest.mark.parametrize("size", [1, 700, 2_500, 10_000])
def test_batches_do_not_change_documents(documents, size):
    """Batches of any size hold the same rows under the same schema; the last may be shorter."""
    found = list(batches(3_000, 3, size=size))
    assert [len(batch) for batch in found[:-1]] == [size] * (len(found) - 1)
    assert all(batch.schema == SCHEMA for batch in found)
    rows = [Made(**row) for batch in found for row in batch.to_pylist()]
    assert rows == documents[:3_000]


@pytest.mark.parametrize("first", [1, 2_499, 2_500, 7_000])
def test_later_documents_are_made_without_the_earlier(documents, first):
    """A set can begin anywhere."""
    assert list(made(300, 3, first=first)) == documents[first : first + 300]
    assert list(made(0, 3, first=first)) == []


def test_new_documents_are_later_and_have_known_kin(documents):
    """What comes after a set is of the next days, and partly copies of what the set holds."""
    known = {d.family for d in documents}
    new = list(made(5_000, 3, first=10_000))
    kin = sum(d.family in known for d in new)
    assert 500 < kin < 2_500
    assert min(d.published for d in new) >= FIRST_DAY + timedelta(2)
    assert max(d.published for d in new) > max(d.published for d in documents)
    assert {d.id for d in new}.isdisjoint(d.id for d in documents)


def test_families_are_as_large_and_as_close_as_said(documents):
    """About 60 % of the documents stand in families of 2 to 60, printed within three days."""
    families = by_family(documents)
    sizes = Counter(map(len, families.values()))
    assert max(sizes) <= 60
    assert 0.54 < sum(n * count for n, count in sizes.items() if n > 1) / 10_000 < 0.64
    assert sum(count for n, count in sizes.items() if n > 20) > 5
    for copies in families.values():
        days = [d.published for d in copies]
        assert (max(days) - min(days)).days <= 3


def test_some_blocks_hold_a_giant():
    """A family of 500 in each quarter of a million documents, one of 5,000 in each million."""
    half = BLOCK // 2
    for block, size in ((17, 500), (101, 5_000)):
        stream = made(2 * BLOCK, 3, first=block * BLOCK - half)
        ((_, count),) = Counter(d.family for d in stream).most_common(1)
        assert count == size


def test_texts_are_of_news_length(documents):
    """Some 200 words on average, none a mere line and none a book."""
    words = [len(d.text.split()) for d in documents]
    assert 170 < sum(words) / len(words) < 230
    assert min(words) > 20
    assert max(words) < 800


def test_every_kind_of_document_is_there(documents):
    """All that can be done to a copy is done to some; a family's first is left alone."""
    kinds = Counter(kind for d in documents for kind in d.kinds.split(",") if kind)
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) > 100
    for copies in by_family(documents).values():
        assert sum("copy" not in d.kinds for d in copies) <= 1


def test_copies_share_their_words_and_templates_do_not_their_figures(documents):
    """A copy is mostly the words of its first; templates of two stories share many, not most."""

    def grams(text):
        words = text.split()
        return set(zip(words, words[1:], words[2:], strict=False))

    def shared(one, other):
        a, b = grams(one.text), grams(other.text)
        return len(a & b) / min(len(a), len(b))

    within = [
        shared(*copies[:2])
        for copies in by_family(documents[:4_000]).values()
        if len(copies) > 1 and not any("offer" in d.kinds or "cut" in d.kinds for d in copies[:2])
    ]
    assert sum(within) / len(within) > 0.8
    plain = {d.family: d for d in documents if d.kinds == "template"}.values()
    across = [shared(*pair) for pair in combinations(plain, 2)]
    assert 0.2 < max(across) < 0.7


def test_one_offer_stands_under_everything(documents):
    """The worst case for candidates: the same documents, but each with the same block."""
    found = list(made(1_000, 3, one_offer=True))
    assert all(offers()[0] in d.text for d in found)
    assert [d.family for d in found] == [d.family for d in documents[:1_000]]
    assert all(40 <= len(offer.split()) <= 80 for offer in offers())
