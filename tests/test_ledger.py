"""The ledger over many runs: what is read again, what is known, and what a broken store says."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import batch, engine, pool
from pipeline.errors import DocumentError, RejectReason, SettingsError, StoreError
from pipeline.model import RawDocument
from pipeline.reading.read import read
from pipeline.settings import Settings, Work, load
from pipeline.store import disk, edition, state
from pipeline.store.publish import RunRow
from pipeline.store.schemas import TABLES

pytestmark = pytest.mark.usefixtures("inline")
Story = Callable[..., str]
PROSE = "The minister said on {} that the old bridge would be opened in the spring, and the town"
PROSE += " agreed that it had waited long enough for a dry road over the river."


def ingest(tmp_path: Path, **flags: Any) -> RunRow:
    """Run the line over ``raw`` into ``clean`` below the folder; return its row."""
    return engine.ingest(tmp_path / "raw", tmp_path / "clean", settings(**flags)).row


def settings(**flags: Any) -> Settings:
    """Return the default settings but for these, with ``__`` for a dot."""
    return load({k.replace("__", "."): v for k, v in flags.items()}, environ={})[0]


def put(tmp_path: Path, path: str, content: str) -> Path:
    """Write a raw file."""
    file = tmp_path / "raw" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def rows(clean: Path, table: str) -> list[dict[str, Any]]:
    """Return the stable columns of a table, as a reader of the globs sees it."""
    shape = TABLES[table]
    files = sorted((clean / table).rglob("*.parquet"))
    tables = [pq.ParquetFile(f).read(columns=list(shape.stable)) for f in files]
    found = pa.concat_tables(tables).to_pylist() if tables else []
    return sorted(found, key=str)


def everything(clean: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables that tell what is known."""
    tables = set(TABLES) - {"runs", "sources", "changes", "furniture"}
    return {name: rows(clean, name) for name in sorted(tables)}


def files_below(folder: Path) -> dict[str, bytes]:
    """Return every file with its bytes."""
    found = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in found}


def check_parts(clean: Path) -> None:
    """Assert that manifest, state and folders name the same files."""
    published = {f.relative_to(clean).as_posix() for t in TABLES for f in (clean / t).rglob("*.p*")}
    listed = json.loads((clean / "edition.json").read_text())["files"]
    assert {f["path"] for f in listed} == published
    with state.open_state(clean, 0, Work(workers=1)) as store:
        query = """SELECT part FROM docs UNION SELECT copies_part FROM docs WHERE text_no NOTNULL
            UNION SELECT part FROM stories"""
        assert {row[0] for row in state.execute(store, query)} <= published


def test_lesser_origin_wins_again_and_again(tmp_path: Path):
    """Documents without furniture move to lesser origins one by one, until their part is empty."""
    for name in ("b1", "b2"):
        put(tmp_path, f"post/{name}.txt", PROSE.format(name))
    ingest(tmp_path)
    assert rows(tmp_path / "clean", "removed") == []
    for name in ("1", "2"):
        put(tmp_path, f"post/a{name}.txt", PROSE.format(f"b{name}"))
        row = ingest(tmp_path)
        assert (row.stored, row.already_known) == (0, 1)
        check_parts(tmp_path / "clean")
    found = [r["raw_path"] for r in rows(tmp_path / "clean", "documents")]
    assert found == ["post/a1.txt", "post/a2.txt"]


def test_greater_origin_only_adds_an_origin(tmp_path: Path):
    """The same bytes at a greater path, in the same run or a later one, add a row of origins."""
    put(tmp_path, "post/a.txt", PROSE.format("Monday"))
    put(tmp_path, "post/b.txt", PROSE.format("Monday"))
    row = ingest(tmp_path, work__batch_files=1)
    assert (row.read, row.stored, row.already_known) == (2, 1, 1)
    put(tmp_path, "post/c.txt", PROSE.format("Monday"))
    before = rows(tmp_path / "clean", "documents")
    row = ingest(tmp_path)
    assert (row.read, row.stored, row.already_known) == (1, 0, 1)
    assert rows(tmp_path / "clean", "documents") == before
    assert [r["raw_path"][-5] for r in rows(tmp_path / "clean", "origins")] == ["a", "b", "c"]


def test_line_nine_stands_before_line_ten(tmp_path: Path):
    """The least origin of equal JSON lines is the first line, not the first in spelling."""
    lines = [json.dumps({"text": PROSE.format(n)}) for n in range(1, 12)]
    put(tmp_path, "feed.jsonl", "\n".join([*lines[:8], "", lines[10], lines[10]]))
    ingest(tmp_path)
    places = {r["raw_locator"] for r in rows(tmp_path / "clean", "documents")}
    assert "line:10" in places
    assert "line:11" not in places


def test_two_outlets_print_the_same_bytes(tmp_path: Path):
    """The same bytes from two sources are two documents and two copies of one story."""
    for outlet in ("gazette", "herald"):
        put(tmp_path, f"{outlet}/a.txt", PROSE.format("Monday"))
    row = ingest(tmp_path)
    assert row.stored == 2
    (article,) = rows(tmp_path / "clean", "articles")
    assert (article["copy_count"], article["sources"]) == (2, ["gazette", "herald"])


def test_order_of_duplicates_does_not_matter(tmp_path: Path):
    """Equal bytes with unlike titles give the row of the least origin, whenever that comes."""
    text = PROSE.format("Monday")
    lines = {
        "a.jsonl": {"text": text, "title": "A", "url": "http://x.test/a", "source": "post"},
        "b.jsonl": {"text": text, "title": "B", "url": "http://x.test/b", "source": "post"},
        "c.jsonl": {"text": text, "title": "C", "url": "http://x.test/c", "source": "post"},
    }
    for name, line in lines.items():
        put(tmp_path / "whole", name, json.dumps(line))
    ingest(tmp_path / "whole")
    for name in ("b.jsonl", "c.jsonl", "a.jsonl"):
        put(tmp_path, name, json.dumps(lines[name]))
        ingest(tmp_path)
        check_parts(tmp_path / "clean")
    assert everything(tmp_path / "clean") == everything(tmp_path / "whole" / "clean")


@pytest.mark.parametrize("limit", ["PIECE_DOCUMENTS", "PIECE_CHARS"])
def test_pieces_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str):
    """However small the pieces that a batch is staged in, the rows are the same."""
    for n, name in enumerate(("d", "c", "b", "a", "e")):
        put(tmp_path, f"post/{name}.txt", PROSE.format("Monday" if n % 2 else "Friday"))
    engine.ingest(tmp_path / "raw", tmp_path / "whole", settings())
    monkeypatch.setattr(batch, limit, 1)
    ingest(tmp_path)
    assert everything(tmp_path / "clean") == everything(tmp_path / "whole")
    assert len(list((tmp_path / "clean" / "documents").rglob("*.parquet"))) == 2


def test_text_that_died_and_came_back_is_compared_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A text that no document held for a while misses none of the texts that came meanwhile."""
    real = pool.clean
    story = "\n\n".join(f"{PROSE.format(n)} It said so {n} times." for n in range(8))

    def clean(document: RawDocument, limits: Any) -> Any:
        other = document.origin.path == "post/a.txt"
        return real(replace(document, data=PROSE.encode()) if other else document, limits)

    monkeypatch.setattr(pool, "clean", clean)
    for path, text in (
        ("post/b.txt", story),
        ("post/a.txt", story),
        ("herald/u.txt", f"{story}\n\n{PROSE.format('Friday')}"),
        ("tribune/v.txt", story),
    ):
        for folder in (tmp_path, tmp_path / "whole"):
            put(folder, path, text)
        ingest(tmp_path)
    ingest(tmp_path / "whole")
    assert everything(tmp_path / "clean") == everything(tmp_path / "whole" / "clean")
    assert max(r["copy_count"] for r in rows(tmp_path / "clean", "articles")) == 3


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RejectReason]]:
    """Return a list whose first reason, if any, each document is refused for."""
    reasons: list[RejectReason] = []
    real = pool.clean

    def clean(document: RawDocument, limits: Any) -> Any:
        if reasons and "bad" in document.origin.path:
            raise DocumentError(reasons[0], "so it was told")
        return real(document, limits)

    monkeypatch.setattr(pool, "clean", clean)
    return reasons


def refused(tmp_path: Path) -> int:
    """Return the rows of ``rejected``."""
    return len(rows(tmp_path / "clean", "rejected"))


def test_refused_record_is_not_tried_again(tmp_path: Path, refusing: list[RejectReason]):
    """A record refused for what it is stays refused; its file is not opened again."""
    refusing.append(RejectReason.UNPARSABLE)
    put(tmp_path, "bad.txt", PROSE)
    put(tmp_path, "fine.txt", PROSE)
    assert ingest(tmp_path).rejected == 1
    refusing.clear()
    row = ingest(tmp_path)
    assert (row.files_known, row.read, refused(tmp_path)) == (2, 0, 1)


def test_refused_record_in_a_touched_file_is_known(tmp_path: Path, refusing: list[RejectReason]):
    """A file with a new time but the same bytes gives no second row for the same refusal."""
    refusing.append(RejectReason.UNPARSABLE)
    file = put(tmp_path, "bad.txt", PROSE)
    ingest(tmp_path)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    row = ingest(tmp_path)
    assert (row.read, row.rejected, row.already_known, refused(tmp_path)) == (1, 0, 1, 1)


def test_changed_bytes_are_tried_again(tmp_path: Path, refusing: list[RejectReason]):
    """A refused record whose bytes changed is tried again, and may be stored."""
    refusing.append(RejectReason.UNPARSABLE)
    file = put(tmp_path, "bad.txt", PROSE)
    ingest(tmp_path)
    refusing.clear()
    file.write_text(PROSE + " And more.")
    row = ingest(tmp_path)
    assert (row.read, row.stored) == (1, 1)
    assert ingest(tmp_path).read == 0


def test_new_pipeline_tries_refusals_again(
    tmp_path: Path, refusing: list[RejectReason], monkeypatch: pytest.MonkeyPatch
):
    """Another pipeline digest opens the files with refusals, and none of the others."""
    refusing.append(RejectReason.UNPARSABLE)
    put(tmp_path, "bad.txt", PROSE)
    put(tmp_path, "fine.txt", PROSE.format("Friday"))
    ingest(tmp_path)
    monkeypatch.setattr(batch, "pipeline_digest", lambda _: "another")
    row = ingest(tmp_path)
    assert (row.files_known, row.read, row.rejected) == (1, 1, 1)
    refusing.clear()
    assert ingest(tmp_path).read == 0
    monkeypatch.setattr(batch, "pipeline_digest", lambda _: "a third")
    assert ingest(tmp_path).stored == 1


def test_want_of_time_is_tried_in_three_runs(tmp_path: Path, refusing: list[RejectReason]):
    """A record refused for want of time, memory or I/O is tried in three runs, then left alone."""
    refusing.append(RejectReason.TIMEOUT)
    put(tmp_path, "bad.txt", PROSE)
    reads = [ingest(tmp_path).read for _ in range(5)]
    assert reads == [1, 1, 1, 0, 0]
    assert refused(tmp_path) == 3


def test_second_try_may_succeed(tmp_path: Path, refusing: list[RejectReason]):
    """A record that failed for want of memory is stored when the next run has enough."""
    refusing.append(RejectReason.OUT_OF_MEMORY)
    put(tmp_path, "bad.txt", PROSE)
    ingest(tmp_path)
    refusing.clear()
    assert ingest(tmp_path).stored == 1
    assert ingest(tmp_path).read == 0


def test_neighbours_of_a_retried_record_are_known(tmp_path: Path):
    """A file read again for one record books its other records and refusals as known."""
    lines = [json.dumps({"text": PROSE}), "{no json", json.dumps({"text": PROSE + " More."})]
    put(tmp_path, "feed.jsonl", "\n".join(lines))
    first = ingest(tmp_path)
    assert (first.stored, first.rejected) == (2, 1)
    put(tmp_path, "feed.jsonl", "\n".join([*lines, json.dumps({"text": PROSE + " Again."})]))
    second = ingest(tmp_path)
    assert (second.stored, second.rejected, second.already_known) == (1, 0, 3)


def test_file_that_grows_while_it_is_read_is_left_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Half of a file that is still being written is no document; the whole is one later."""
    growing = put(tmp_path, "post/a.txt", PROSE.format("Monday"))
    put(tmp_path, "post/b.txt", PROSE.format("Friday"))

    def reading(raw: Path, file: Any, limits: Any) -> Iterator[Any]:
        for item in read(raw, file, limits):
            yield item
            if file.path == "post/a.txt":
                growing.write_text(PROSE.format("Monday") + " The rest came later.")

    with monkeypatch.context() as patch:
        patch.setattr(batch, "read", reading)
        row = ingest(tmp_path)
    assert (row.stored, row.files_deferred) == (1, 1)
    row = ingest(tmp_path)
    assert (row.read, row.stored) == (1, 1)
    texts = {r["text"] for r in rows(tmp_path / "clean", "documents")}
    assert texts == {PROSE.format("Friday"), PROSE.format("Monday") + " The rest came later."}


def test_file_that_vanishes_before_it_is_read_is_deferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file gone between the walk and the reading costs itself alone, and is no refusal."""
    gone = put(tmp_path, "a.txt", PROSE)
    put(tmp_path, "b.txt", PROSE.format("Friday"))

    def reading(raw: Path, file: Any, limits: Any) -> Iterator[Any]:
        gone.unlink(missing_ok=True)
        return read(raw, file, limits)

    monkeypatch.setattr(batch, "read", reading)
    row = ingest(tmp_path)
    assert (row.read, row.stored, row.rejected, row.files_deferred) == (1, 1, 0, 1)


def test_vanished_raw_files_take_nothing_with_them(tmp_path: Path):
    """Rows stay when their raw file goes; when it comes back it is known."""
    file = put(tmp_path, "a.txt", PROSE)
    put(tmp_path, "b.txt", PROSE.format("Friday"))
    ingest(tmp_path)
    before = everything(tmp_path / "clean")
    file.rename(tmp_path / "aside")
    assert ingest(tmp_path).files == 1
    assert everything(tmp_path / "clean") == before
    (tmp_path / "aside").rename(file)
    assert ingest(tmp_path).read == 0


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory, inline: None) -> Path:
    """Return a folder whose last run died just after its commit: new, moved and gone parts."""
    folder = tmp_path_factory.mktemp("committed")
    put(folder, "post/b.txt", PROSE.format("Monday"))
    put(folder, "post/c.txt", PROSE.format("Friday"))
    ingest(folder)
    put(folder, "post/a.txt", PROSE.format("Monday"))
    put(folder, "post/d.txt", "Menu\n\nSubscribe now\n\n" + PROSE.format("Sunday") * 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edition, "roll_forward", _rolling(edition.roll_forward))
        with pytest.raises(StoreError, match="died"):
            ingest(folder)
    return folder


def _rolling(real: Callable[..., None]) -> Callable[..., None]:
    calls = []

    def roll_forward(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError("died")
        real(*arguments)

    return roll_forward


@pytest.fixture(scope="module")
def finished(committed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the clean folder that the next writer makes of it, undisturbed."""
    clean = tmp_path_factory.mktemp("finished") / "clean"
    shutil.copytree(committed / "clean", clean)
    roll_forward(clean)
    return clean


def roll_forward(clean: Path) -> None:
    """Open the state as the next writer does."""
    with state.open_state(clean, 0, Work(workers=1)) as store:
        edition.roll_forward(store, 3)


WRITERS = ("replace", "remove", "link", "write", "clear")


def test_roll_forward_may_die_at_every_step(
    committed: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever call on the disk fails, the next writer ends with the same files."""
    real = {name: getattr(disk, name) for name in WRITERS}
    step = 0
    while True:
        clean = tmp_path / str(step)
        shutil.copytree(committed / "clean", clean)
        left = iter(range(step, -1, -1))

        def dying(name: str, *arguments: Any, left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise OSError("died")
            real[name](*arguments)

        with monkeypatch.context() as patch:
            for name in WRITERS:
                patch.setattr(disk, name, lambda *a, name=name, call=dying: call(name, *a))
            try:
                roll_forward(clean)
                break
            except StoreError:
                step += 1
        roll_forward(clean)
        seen = {p: d for p, d in files_below(clean).items() if not p.startswith(".state/")}
        assert seen == {
            p: d for p, d in files_below(finished).items() if not p.startswith(".state/")
        }
    assert step > 10


def test_finished_run_is_whole(committed: Path, finished: Path):
    """What the next writer finishes is what a run that did not die would have left."""
    check_parts(finished)
    assert ingest(committed).read == 0
    assert everything(committed / "clean") == everything(finished)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a folder with one run behind it."""
    put(tmp_path, "a.txt", PROSE)
    ingest(tmp_path)
    return tmp_path


def test_missing_part_is_named(store: Path):
    """A published file that someone deleted stops the run before it does anything."""
    part = next((store / "clean" / "articles").rglob("*.parquet"))
    part.unlink()
    put(store, "b.txt", PROSE.format("Friday"))
    before = files_below(store / "clean" / "runs")
    with pytest.raises(StoreError, match=part.name):
        ingest(store)
    assert files_below(store / "clean" / "runs") == before


def test_emptied_folder_is_not_taken_for_an_up_to_date_one(store: Path):
    """After ``rm -rf clean/*`` the state alone must not say that all is known."""
    for entry in (store / "clean").glob("[!.]*"):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    with pytest.raises(StoreError, match="missing"):
        ingest(store)


def test_lost_state_does_not_double_the_rows(store: Path):
    """Parquet that the state does not know stops the run: readers of the globs would see both."""
    shutil.rmtree(store / "clean" / ".state")
    with pytest.raises(StoreError, match="does not know"):
        ingest(store)


def test_damaged_state_is_an_error_of_one_sentence(store: Path):
    """A state that is no database is a StoreError that names it."""
    (store / "clean" / ".state" / "state.duckdb").write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreError, match=r"state\.duckdb"):
        ingest(store)


def test_state_of_another_version(store: Path):
    """A state that another version wrote is refused, not guessed at."""
    with state.open_state(store / "clean", 0, Work(workers=1)) as opened:
        state.put(opened, "version", "0")
    with pytest.raises(StoreError, match="version"):
        ingest(store)


def test_other_signatures_are_never_mixed(store: Path):
    """A store whose texts were compared by other settings is refused."""
    with pytest.raises(StoreError, match="compared by other settings"):
        ingest(store, dedup__permutations=64)


def test_clean_inside_raw(tmp_path: Path):
    """A clean folder inside the raw one is refused: the next run would read what it wrote."""
    put(tmp_path, "a.txt", PROSE)
    for clean in (tmp_path / "raw", tmp_path / "raw" / "out" / "clean"):
        with pytest.raises(SettingsError, match="inside"):
            engine.ingest(tmp_path / "raw", clean, settings())
        assert not (clean / ".state").exists()


def test_folder_names_that_look_like_patterns(tmp_path: Path):
    """Brackets, stars and quotes in a folder name are that name."""
    folder = tmp_path / "it's [1] *'s"
    put(folder, "a.txt", PROSE)
    put(folder, "b.txt", PROSE)
    ingest(folder)
    put(folder, "c.txt", PROSE + " More.")
    assert ingest(folder).stored == 1
    check_parts(folder / "clean")
