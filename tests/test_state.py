"""What a run asks of disk and state: locks, look-ups, candidate pairs, components."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline import telling
from pipeline.errors import LockedError, RejectReason, StoreError
from pipeline.identity import sha256
from pipeline.model import Origin, Rejected
from pipeline.settings import Dedup
from pipeline.store import candidates, disk, known, state, stories
from pipeline.store.state import State, execute

law = hypothesis_settings(max_examples=10, deadline=None, derandomize=True, database=None)


def test_write_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A write that fails leaves the old bytes; a reader that has the file open keeps them."""
    file = tmp_path / "folder" / "edition.json"
    disk.write(file, b"old")
    with file.open("rb") as reader:
        disk.write(file, b"newer")
        assert reader.read() == b"old"
    monkeypatch.setattr(disk, "sync", _full)
    with pytest.raises(OSError, match="full"):
        disk.write(file, b"never")
    assert file.read_bytes() == b"newer"


def _full(*_: Path) -> None:
    raise OSError("the disk is full")


def test_what_is_renamed_and_removed_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every folder whose entries change is flushed, up to the one that was there before."""
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync", synced.append)
    (tmp_path / "staged").write_bytes(b"x")
    target = tmp_path / "articles" / "day=unknown" / "1.parquet"
    disk.replace(tmp_path / "staged", target)
    assert {tmp_path, tmp_path / "articles", target.parent} <= set(synced)
    synced.clear()
    disk.remove(target)
    assert synced == [target.parent, tmp_path / "articles"]
    assert not target.parent.exists()


def test_removing_what_is_gone(tmp_path: Path):
    """Removing a file twice is fine: a journal may be carried out twice."""
    disk.remove(tmp_path / "no" / "folder" / "here")
    assert list(tmp_path.iterdir()) == []


def test_link_where_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On a file system without hard links a snapshot is a copy."""
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(os, "link", _full)
    disk.link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x"
    assert (tmp_path / "b").stat().st_ino != (tmp_path / "a").stat().st_ino


def test_lock_dies_with_its_process(tmp_path: Path):
    """The lock of a process that was killed is free at once; until then its holder is named."""
    script = (
        "import signal, sys; from pathlib import Path; from pipeline.store import disk\n"
        "with disk.lock(Path(sys.argv[1]), 0):\n    print('held', flush=True); signal.pause()"
    )
    path = tmp_path / ".state" / "lock"
    path.parent.mkdir()
    root = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", script, path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {process.pid}"), disk.lock(path, 0):
            pass
        process.kill()
        process.wait()
        with disk.lock(path, 0):
            assert path.read_text() == str(os.getpid())


def test_shared_lock_keeps_writers_out_alone(tmp_path: Path):
    """Readers of the state share its lock, and leave no trace of themselves in it."""
    path = tmp_path / "lock"
    path.write_text("7")
    with disk.lock(path, 0, shared=True), disk.lock(path, 0, shared=True):
        with pytest.raises(LockedError), disk.lock(path, 0):
            pass
        assert path.read_text() == "7"


def test_lock_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With seconds to wait the lock is asked for again until it is free."""
    path = tmp_path / "lock"
    first = disk.lock(path, 0)
    first.__enter__()
    monkeypatch.setattr(disk.time, "sleep", lambda _: first.__exit__(None, None, None))
    with disk.lock(path, 60):
        pass


def test_folder_that_cannot_be_made(tmp_path: Path):
    """A clean folder that is a file is an error of one sentence."""
    (tmp_path / "clean").write_text("a file")
    with pytest.raises(StoreError, match="clean"), state.open_state(tmp_path / "clean", 0, 1):
        pass


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """Return an open state."""
    with state.open_state(tmp_path_factory.mktemp("clean"), 0, 1) as opened:
        yield opened


def fill(store: State, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows of numbers and plain strings."""
    if values := ", ".join(map(str, rows)):
        execute(store, f"INSERT INTO {table} VALUES {values}")


@pytest.fixture
def store(opened: State) -> State:
    """Return the open state, empty."""
    for table in ("docs", "texts", "bands", "matches", "refusals", "files"):
        execute(opened, f"DELETE FROM {table}")
    state.begin(opened)
    return opened


def test_least_origin(opened: State):
    """Each known document is found with its origin, and no other is."""

    @law
    @given(st.sets(st.integers(0, 30)))
    def holds(numbers: set[int]) -> None:
        execute(opened, "DELETE FROM docs")
        ids = [sha256(str(n).encode())[:32] for n in range(31)]
        rows = [(ids[n], f"post/{n}.jsonl", f"line:{n}") for n in sorted(numbers)]
        fill(opened, "docs (doc_id, raw_path, raw_locator)", rows)
        state.begin(opened)
        known.save(opened, opened.staging)
        ledger = known.load(opened.staging, "digest")
        for n, doc_id in enumerate(ids):
            expected = (f"post/{n}.jsonl", len(f"line:{n}"), f"line:{n}") if n in numbers else None
            assert ledger.least_origin(doc_id) == expected

    holds()


@pytest.mark.parametrize(
    ("reason", "digest", "tries", "final"),
    [
        ("empty", "now", 1, True),
        ("empty", "then", 1, False),
        ("timeout", "now", 1, False),
        ("timeout", "now", 2, False),
        ("timeout", "now", 3, True),
        ("timeout", "then", 3, False),
    ],
)
def test_refused(store: State, reason: str, digest: str, tries: int, final: bool):
    """A refusal stands for the same bytes and pipeline; want of time or memory for three runs."""
    row = ("a", "line:1", "abc", reason, "why", digest, tries)
    fill(store, "refusals (path, locator, sha256, reason, detail, digest, tries)", [row])
    known.save(store, store.staging)
    ledger = known.load(store.staging, "now")
    assert bool(ledger.refusal_of(Origin("a", "line:1", "abc"))) == final
    assert not ledger.refusal_of(Origin("a", "line:1", "other"))
    assert not ledger.refusal_of(Origin("a", "line:2", "abc"))
    met = Rejected("a", "line:1", "abc", "clean", RejectReason.TIMEOUT, "why")
    assert bool(ledger.met_before(met)) == final
    assert ledger.book(met).tries == (tries + 1 if digest == "now" else 1)
    assert ledger.book(replace(met, reason=RejectReason.EMPTY)).tries == 1


def test_refused_without_bytes(store: State):
    """Where no bytes could be read the same words stand for the same record."""
    fields = "refusals (path, locator, reason, detail, digest, tries)"
    fill(store, fields, [("a", "", "damaged", "cut at byte 7", "now", 1)])
    known.save(store, store.staging)
    ledger = known.load(store.staging, "now")
    met = Rejected("a", "", None, "read", RejectReason.DAMAGED, "cut at byte 7")
    assert ledger.met_before(met)
    assert not ledger.met_before(replace(met, detail="cut at byte 9"))
    assert not ledger.met_before(replace(met, reason=RejectReason.NOT_A_FILE))


def shelve(store: State, shelves: Iterable[tuple[int, int, int]], old: Iterable[int] = ()) -> None:
    """Put (band, key, text) on shelves; the texts in ``old`` are known, all others new."""
    rows, known_texts = list(shelves), set(old)
    state.begin(store)
    for name in ("bands", "texts", "matches"):
        execute(store, f"DELETE FROM {name}")
    execute(store, "CREATE TABLE run.text (text_no INTEGER, text_id VARCHAR, shingles INTEGER)")
    execute(store, "CREATE TABLE run.band AS SELECT * FROM bands LIMIT 0")
    named = {(text, sha256(str(text).encode())[:32], 50) for *_, text in rows}
    fill(store, "texts", (row for row in named if row[0] in known_texts))
    fill(store, "run.text", (row for row in named if row[0] not in known_texts))
    fill(store, "bands (band, key, text_no)", (row for row in rows if row[2] in known_texts))
    fill(store, "run.band (band, key, text_no)", (row for row in rows if row[2] not in known_texts))


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
    execute(
        store,
        """CREATE TABLE run.band AS SELECT b.range::UTINYINT AS band, 7::UINTEGER AS key, text_no,
            NULL::INTEGER AS day FROM run.text, range(1, 9) b""",
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


def test_a_window_bounds_the_pairs(store: State):
    """Texts of days further apart than the window are no pair; undated ones go with all."""
    shelve(store, [(1, 7, text) for text in range(1, 5)])
    execute(store, "UPDATE run.band SET day = CASE text_no WHEN 4 THEN NULL ELSE 10 * text_no END")
    candidates.pair(store, Dedup(window_days=10))
    found = set(execute(store, "SELECT a, b FROM run.candidate"))
    assert found == {(1, 2), (2, 3), (1, 4), (2, 4), (3, 4)}


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
