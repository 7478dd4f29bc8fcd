"""The candidate join: who is paired on a shelf, small or large, in one run or in many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.identity import sha256
from pipeline.settings import Dedup
from pipeline.store import candidates, state
from pipeline.store.state import State, execute
from tests.filling import fill, law


def begin(store: State, texts: Iterable[int], shelves: Iterable[tuple[int, int, int]]) -> None:
    """Begin a run that brings these texts, on their shelves of (band, key, text)."""
    state.begin(store)
    execute(store, "CREATE TABLE run.text AS SELECT text_no, text_id FROM texts LIMIT 0")
    execute(store, "CREATE TABLE run.band AS SELECT * FROM bands LIMIT 0")
    execute(store, "CREATE TABLE run.dead (text_no INTEGER)")
    new = sorted(set(texts))
    fill(store, "run.text", ((text, sha256(str(text).encode())[:32]) for text in new))
    fill(store, "run.band", (row for row in shelves if row[2] in new))


def keep(store: State) -> None:
    """Keep what a run brought; every pair that it found matches."""
    execute(store, "INSERT INTO texts SELECT text_no, text_id, 50 FROM run.text")
    execute(store, "INSERT INTO bands SELECT * FROM run.band")
    execute(store, "DELETE FROM matches WHERE (a, b) IN (SELECT (a, b) FROM run.dropped)")
    execute(store, "INSERT INTO matches SELECT a, b, 50, 1, 1, 1 FROM run.candidate")


def shelve(store: State, shelves: Iterable[tuple[int, int, int]], old: Iterable[int] = ()) -> None:
    """Put (band, key, text) on shelves; the texts in ``old`` are known, all others new."""
    rows, known_texts = list(shelves), set(old)
    for name in ("bands", "texts", "matches"):
        execute(store, f"DELETE FROM {name}")
    begin(store, {text for *_, text in rows} & known_texts, rows)
    execute(store, "INSERT INTO texts SELECT text_no, text_id, 50 FROM run.text")
    execute(store, "INSERT INTO bands SELECT * FROM run.band")
    begin(store, {text for *_, text in rows} - known_texts, rows)


def pairs(store: State, max_shelf: int) -> set[tuple[int, int]]:
    """Return the candidate pairs, and check that they were counted."""
    number = candidates.pair(store, Dedup(max_shelf=max_shelf))
    found = execute(store, "SELECT a, b FROM run.candidate")
    assert len(found) == len(set(found)) == number
    return set(found)


shelf_rows = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 9)), unique=True, max_size=25
)


def test_pairs_share_a_shelf_and_one_is_new(opened: State):
    """Just the texts that share a key in a band are paired, once, if at least one is new."""

    @law
    @given(shelf_rows, st.sets(st.integers(1, 9)))
    def holds(rows: list[tuple[int, int, int]], old: set[int]) -> None:
        shelve(opened, rows, old)
        expected = {
            (a, b)
            for band, key, a in rows
            for other, other_key, b in rows
            if (band, key) == (other, other_key) and a < b and not {a, b} <= old
        }
        assert pairs(opened, 64) == expected

    holds()


def test_pairs_of_a_large_shelf_do_not_depend_on_order(opened: State):
    """The pairs of a shelf that is too large follow from its texts, not from their numbers."""

    @law
    @given(st.permutations(range(1, 31)), st.integers(0, 30))
    def holds(order: Sequence[int], first: int) -> None:
        bands = range(1, candidates.MEETINGS + 1)
        shelve(opened, [(band, 7, text) for band in bands for text in range(1, 31)])
        one = pairs(opened, 4)
        turned = order[first:] + order[:first]
        shelve(opened, [(band, 7, text) for band in bands for text in turned])
        assert pairs(opened, 4) == one
        assert len(one) == sum(30 - n for n in range(1, candidates.ANCHORS + 1))

    holds()


def test_no_shelf_is_quadratic(store: State):
    """Ten thousand texts on one shelf in each of eight bands make about eight pairs a text."""
    execute(
        store,
        """CREATE TABLE run.text AS SELECT range::INTEGER AS text_no, md5(range::VARCHAR) AS text_id
        FROM range(1, 10001)""",
    )
    execute(store, "CREATE TABLE run.dead (text_no INTEGER)")
    execute(
        store,
        """CREATE TABLE run.band AS SELECT b.range::UTINYINT AS band, 7::UINTEGER AS key, text_no
            FROM run.text, range(1, 9) b""",
    )
    found = pairs(store, 64)
    assert len(found) <= candidates.ANCHORS * 10_000
    assert {text for pair in found for text in pair} == set(range(1, 10_001))


@pytest.mark.parametrize("most", [4, 10, 20])
def test_matches_do_not_depend_on_the_run_they_came_in(store: State, most: int):
    """On shelves that grew over two runs the pairs that stand are those of one run."""
    bands = range(1, candidates.MEETINGS + 1)
    rows = [(band, 7, text) for text in range(1, 13) for band in bands]
    shelve(store, rows)
    whole = pairs(store, most)
    shelve(store, rows[: 10 * len(bands)])
    early = pairs(store, most)
    shelve(store, rows, old=range(1, 11))
    fill(store, "matches", ((*pair, 50, 1, 1, 1) for pair in early))
    late = pairs(store, most)
    assert not early & late
    assert (early - set(execute(store, "SELECT a, b FROM run.dropped"))) | late == whole


def test_texts_that_meet_once_on_a_large_shelf_are_no_pair(store: State):
    """What a large shelf brings together must meet on several: one offer is not enough."""
    shelve(store, [(1, 7, text) for text in range(1, 31)])
    assert pairs(store, 4) == set()
    shelve(store, [(1, 7, text) for text in range(1, 31)] + [(2, 5, 1), (2, 5, 9)])
    assert pairs(store, 4) == {(1, 9)}


@pytest.mark.parametrize("table", ["matches", "alike"])
def test_pairs_of_shelves_that_grew_large_are_dropped(store: State, table: str):
    """What was paired on a small shelf stands no longer when that has grown too large for it."""
    rows = [(1, 7, text) for text in range(1, 7)]
    shelve(store, rows, old=range(1, 5))
    fill(store, table, [(1, 2, 50, 1, 1, 1), (3, 4, 50, 1, 1, 1)])
    assert pairs(store, 5) == set()
    assert set(execute(store, "SELECT a, b FROM run.dropped")) == {(1, 2), (3, 4)}


def test_a_text_that_nobody_holds_is_not_paired(store: State):
    """A text that loses its last document in the run stands on no shelf, and makes none large."""
    rows = [(1, 7, text) for text in range(1, 6)]
    shelve(store, rows, old=range(1, 5))
    fill(store, "run.dead", [(1,)])
    assert pairs(store, 4) == {(2, 5), (3, 5), (4, 5)}


Document = tuple[str, int, int | None]
"""Its id, the number of its text, and its day, if any."""


def bring(
    store: State,
    documents: Iterable[Document],
    shelves: Iterable[tuple[int, int, int]],
    settings: Dedup,
) -> None:
    """Pair what the documents bring, or bring again with another day, and keep it."""
    known = {row[0] for row in execute(store, "SELECT text_no FROM texts")}
    dated = [(d, f"2024-05-{day:02}" if day else None) for d, _, day in documents]
    begin(store, {text for _, text, _ in documents} - known, shelves)
    execute(store, "CREATE TABLE run.doc (doc_id VARCHAR, published_at TIMESTAMPTZ)")
    execute(store, "CREATE TABLE run.numbered (doc_id VARCHAR, text_no INTEGER)")
    fill(store, "run.doc", dated)
    fill(store, "run.numbered", ((d, text) for d, text, _ in documents))
    candidates.pair(store, settings)
    keep(store)
    execute(store, "DELETE FROM docs WHERE doc_id IN (SELECT doc_id FROM run.doc)")
    execute(
        store,
        """INSERT INTO docs (doc_id, text_no, published_at)
        SELECT doc_id, text_no, published_at FROM run.numbered JOIN run.doc USING (doc_id)""",
    )


def stand(
    store: State,
    runs: Iterable[Sequence[Document]],
    shelves: Sequence[tuple[int, int, int]],
    settings: Dedup,
) -> list[tuple[int, int]]:
    """Return the pairs that stand after the runs, as often as they do."""
    for name in ("docs", "texts", "bands", "matches"):
        execute(store, f"DELETE FROM {name}")
    for documents in runs:
        if documents:
            bring(store, documents, shelves, settings)
    return execute(store, "SELECT a, b FROM matches ORDER BY a, b")


days = st.one_of(st.none(), st.integers(1, 20))
arrivals = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 10), days, st.booleans()), min_size=2, max_size=16
)
"""Documents by the run that brings them, their text and day; and whether that day was corrected."""


def split(found: Iterable[tuple[int, int, int | None, bool]]) -> list[list[Document]]:
    """Return what each of four runs brings: a corrected document comes once more at the end."""
    runs: list[list[Document]] = [[], [], [], []]
    for n, (run, text, day, corrected) in enumerate(found):
        runs[run].append((f"d{n}", text, 9 if corrected else day))
        if corrected:
            runs[3].append((f"d{n}", text, day))
    return runs


@pytest.mark.parametrize("window", [0, 4])
def test_pairs_do_not_depend_on_the_runs_that_brought_them(
    opened: State, monkeypatch: pytest.MonkeyPatch, window: int
):
    """Whatever comes first, on small shelves and large, those of one run stand, each once."""
    monkeypatch.setattr(candidates, "ANCHORS", 2)
    keys = st.lists(st.lists(st.integers(1, 3), min_size=4, max_size=4), min_size=10, max_size=10)

    @law
    @given(arrivals, keys, st.integers(2, 6))
    def holds(
        found: list[tuple[int, int, int | None, bool]], keys: list[list[int]], most: int
    ) -> None:
        shelves = [(b, key, text) for text, k in enumerate(keys, 1) for b, key in enumerate(k, 1)]
        settings = Dedup(window_days=window, max_shelf=most)
        whole = [(f"d{n}", text, day) for n, (_, text, day, _) in enumerate(found)]
        expected = stand(opened, [whole], shelves, settings)
        assert stand(opened, split(found), shelves, settings) == expected

    holds()


def test_a_window_asks_for_the_first_days_of_two_texts(opened: State):
    """A text's day is the first of all documents that hold it; one without is paired with all."""

    @law
    @given(arrivals)
    def holds(found: list[tuple[int, int, int | None, bool]]) -> None:
        first: dict[int, int] = {}
        for _, text, day, _ in found:
            if day:
                first[text] = min(day, first.get(text, day))
        texts = sorted({text for _, text, _, _ in found})
        expected = [
            (a, b)
            for a in texts
            for b in texts
            if a < b and (a not in first or b not in first or abs(first[a] - first[b]) <= 4)
        ]
        shelves = [(1, 7, text) for text in texts]
        assert stand(opened, split(found), shelves, Dedup(window_days=4)) == expected

    holds()
