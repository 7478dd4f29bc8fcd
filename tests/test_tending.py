"""What is done to a store between runs: what was forgotten is gone, and stays out."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline import engine, tending
from pipeline.errors import StoreError
from pipeline.identity import sha256
from pipeline.planning import Choice
from pipeline.store import browse, disk, edition, folding, staged
from pipeline.store.schemas import TABLES
from tests.test_engine import everything, rows, settings

Story = Callable[..., str]
ALSO_OF_RUNS = ("forgotten", "rejected")


@pytest.fixture
def raw(tmp_path: Path, make_story: Story) -> Path:
    """Make four stories; the first in three copies, of which one is cut."""
    folder = tmp_path / "raw"
    for outlet in ("gazette", "herald", "tribune"):
        (folder / outlet).mkdir(parents=True)
    for number in range(4):
        (folder / "gazette" / f"{number}.txt").write_text(make_story(number))
    (folder / "herald" / "0.txt").write_text(make_story(0))
    (folder / "tribune" / "0.txt").write_text(make_story(0, 5))
    return folder


def id_of(clean: Path, path: str) -> str:
    """Return the id of the document that came from a raw file."""
    (found,) = [r["doc_id"] for r in rows(clean, "documents") if r["raw_path"] == path]
    return str(found)


def known(clean: Path) -> dict[str, list[dict[str, object]]]:
    """Return all rows that do not tell of runs."""
    return {name: r for name, r in everything(clean).items() if name not in ALSO_OF_RUNS}


@pytest.mark.parametrize("path", ["gazette/0.txt", "tribune/0.txt", "gazette/3.txt"])
def test_a_store_that_forgot_is_one_that_never_knew(raw: Path, tmp_path: Path, path: str) -> None:
    """The canonical of a story, a copy of it, and a story alone."""
    clean, other = tmp_path / "clean", tmp_path / "other"
    engine.ingest(raw, clean, settings())
    doc_id = id_of(clean, path)
    report = tending.forget(clean, settings(), [doc_id])
    (raw / path).unlink()
    engine.ingest(raw, other, settings())
    assert known(clean) == known(other)
    assert [r["doc_id"] for r in rows(clean, "forgotten")] == [doc_id]
    assert (report.documents, report.row.kind) == (5, "forget")


def test_what_was_forgotten_stays_out(raw: Path, tmp_path: Path) -> None:
    """Its bytes are refused with the reason, once; another rescan says nothing new."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, settings())
    tending.forget(clean, settings(), [id_of(clean, "gazette/0.txt")])
    first = engine.ingest(raw, clean, settings(), choice=Choice(rescan=True))
    again = engine.ingest(raw, clean, settings(), choice=Choice(rescan=True))
    assert (first.row.read, first.row.rejected, first.row.already_known) == (6, 1, 5)
    assert (again.row.read, again.row.rejected, again.row.already_known) == (6, 0, 6)
    (row,) = rows(clean, "rejected")
    assert (row["raw_path"], row["reason"]) == ("gazette/0.txt", "forgotten")
    assert row["raw_sha256"] == sha256((raw / "gazette/0.txt").read_bytes())
    assert len(rows(clean, "documents")) == 5


def test_nothing_of_the_forgotten_is_left_in_any_file(raw: Path, tmp_path: Path) -> None:
    """Neither in older editions nor in what the run left behind; its id is in the history alone."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, settings())
    doc_id = id_of(clean, "gazette/3.txt")
    line = (raw / "gazette/3.txt").read_text().split("\n")[0]
    tending.forget(clean, settings(), [doc_id])
    files = [f for f in clean.rglob("*.parquet") if ".state" not in f.parts]
    assert files
    for file in files:
        said = str(duckdb.sql(f"SELECT * FROM '{file}'").fetchall())
        assert line not in said
        table = next(name for name in TABLES if name in file.parts)
        assert (doc_id in said) <= (table in {"changes", "forgotten"})
    assert not list((clean / ".state" / "staging").iterdir())
    assert [f.name for f in (clean / ".editions").iterdir()] == ["2"]
    changes = [r for r in rows(clean, "changes") if r["kind"] == "gone"]
    assert [r["previous_doc_id"] for r in changes] == [doc_id]


def test_folding_changes_no_row_and_no_later_run_minds(
    raw: Path, tmp_path: Path, make_story: Story
) -> None:
    """Three increments, folded: the rows of before, one part a partition, and a run on top."""
    clean, other = tmp_path / "clean", tmp_path / "other"
    for number in range(10, 13):
        (raw / "herald" / f"{number}.txt").write_text(make_story(number))
        engine.ingest(raw, clean, settings())
    before = everything(clean)
    history = rows(clean, "changes")
    tending.compact(clean, settings())
    assert everything(clean) == before
    assert rows(clean, "changes") == history
    folders = [
        f.parent for f in clean.rglob("*.parquet") if f.relative_to(clean).parts[0] in TABLES
    ]
    crowded = {f for f in folders if folders.count(f) > 1}
    assert {f.name for f in crowded} <= {"runs"}
    (raw / "tribune" / "12.txt").write_text(make_story(12, 6))
    engine.ingest(raw, clean, settings())
    engine.ingest(raw, other, settings())
    assert everything(clean) == everything(other)


def test_equal_rows_are_equal_bytes_once_folded(
    raw: Path, tmp_path: Path, make_story: Story
) -> None:
    """Whatever the increments that they came in."""
    clean, other = tmp_path / "clean", tmp_path / "other"
    engine.ingest(raw, clean, settings())
    for number in (10, 0):
        (raw / "herald" / f"{number}.html").write_text(
            "".join(f"<p>{p}</p>" for p in make_story(number).split("\n\n"))
        )
        engine.ingest(raw, clean, settings())
    engine.ingest(raw, other, settings())
    for folder in (clean, other):
        tending.compact(folder, settings())
    for table in ("articles", "copies"):
        one, two = (sorted((f / table).rglob("*.parquet")) for f in (clean, other))
        assert [f.parent.name for f in one] == [f.parent.name for f in two]
        assert [f.read_bytes() for f in one] == [f.read_bytes() for f in two]


def test_a_large_partition_is_folded_into_several_parts(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was removed from a document stays beside it, and a later run finds both."""
    monkeypatch.setattr(folding, "FOLDED_ROWS", 2)
    clean = tmp_path / "clean"
    for outlet in ("gazette", "herald", "tribune"):
        page = raw / outlet / "page.html"
        page.write_text(f"<p>Subscribe to our newsletter</p><p>{outlet} {'word ' * 60}.</p>")
        engine.ingest(raw, clean, settings())
    before = everything(clean)
    tending.compact(clean, settings())
    assert everything(clean) == before
    parts = sorted((clean / "documents").rglob("*.parquet"))
    assert len(parts) > 2
    for part in parts:
        own = {r[0] for r in duckdb.sql(f"SELECT doc_id FROM '{part}'").fetchall()}
        beside = clean / staged.twin(part.relative_to(clean).as_posix())
        if beside.exists():
            assert {r[0] for r in duckdb.sql(f"SELECT doc_id FROM '{beside}'").fetchall()} <= own
    tending.forget(clean, settings(), [id_of(clean, "herald/page.html")])
    assert len(rows(clean, "documents")) == len(before["documents"]) - 1


def test_forgetting_that_died_before_old_editions_went_is_finished(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No older snapshot keeps the document, whenever the run dies after its commit."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, settings())
    doc_id = id_of(clean, "herald/0.txt")
    remove = disk.remove_tree

    def die(folder: Path) -> None:
        if folder.parent.name == edition.EDITIONS and folder.name.isdigit():
            raise OSError(5, "Input/output error")
        remove(folder)

    with monkeypatch.context() as patch:
        patch.setattr(disk, "remove_tree", die)
        with pytest.raises(StoreError, match="Input/output"):
            tending.forget(clean, settings(), [doc_id])
    engine.ingest(raw, clean, settings())
    assert [f.name for f in (clean / ".editions").iterdir()] == ["2"]


def test_nothing_is_tended_where_nothing_was_written(tmp_path: Path) -> None:
    """A folder that was mistyped is left as it is."""
    for call in (
        lambda: tending.compact(tmp_path / "raw", settings()),
        lambda: tending.forget(tmp_path / "raw", settings(), ["0" * 32]),
    ):
        with pytest.raises(StoreError, match="no run has written here"):
            call()
    assert not (tmp_path / "raw").exists()


def test_rows_of_runs_alone_are_not_folded(raw: Path, tmp_path: Path) -> None:
    """Nightly folding of nothing makes no edition: the older ones are somebody's yesterday."""
    clean = tmp_path / "clean"
    engine.ingest(raw, clean, settings())
    tending.compact(clean, settings())
    report, gone = tending.compact(clean, settings())
    assert (report.edition, gone) == (1, 0)
    assert [f.name for f in (clean / ".editions").iterdir()] == ["1"]


def test_a_document_is_found_by_the_address_of_any_delivery(tmp_path: Path) -> None:
    """The same bytes from one source, fetched from two addresses, are one document."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    lines = [
        {"text": "The same words.", "source": "wire", "url": f"https://wire.example/{name}"}
        for name in "ab"
    ]
    (raw / "feed.jsonl").write_text("\n".join(map(json.dumps, lines)))
    engine.ingest(raw, clean, settings())
    shelf = browse.open_shelf(clean)
    (one,) = {browse.find_document(shelf, line["url"]) for line in lines}
    assert [d["doc_id"] for d in browse.find_documents(shelf, lines[1]["url"])] == [one]
    tending.forget(clean, settings(), [one])
    with pytest.raises(StoreError, match="was forgotten on"):
        browse.find_document(browse.open_shelf(clean), one[:8])
