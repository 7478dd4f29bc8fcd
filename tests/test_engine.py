"""The line as a whole: the same rows however it runs, nothing lost, nothing doubled."""

import gzip
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import engine
from pipeline.errors import LockedError, SettingsError, StoreError
from pipeline.planning import Choice
from pipeline.settings import Settings, load
from pipeline.store import disk
from pipeline.store.schemas import TABLES

Story = Callable[..., str]
HISTORY = ("runs", "sources", "changes", "furniture")
"""Tables that tell what each run did; all others tell what is known."""


def settings(**work: int) -> Settings:
    """Return settings with two workers unless told otherwise."""
    return load({f"work.{k}": v for k, v in {"workers": 2, **work}.items()}, environ={})[0]


def rows(clean: Path, table: str) -> list[dict[str, object]]:
    """Return the stable columns of a table in key order."""
    shape = TABLES[table]
    files = sorted((clean / table).rglob("*.parquet"))
    content = pa.concat_tables(
        [pq.ParquetFile(f).read() for f in files] or [shape.arrow().empty_table()]
    )
    chosen = content.select(list(shape.stable)).to_pylist()
    return sorted(chosen, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def everything(clean: Path) -> dict[str, list[dict[str, object]]]:
    """Return all rows of all tables that tell what is known."""
    return {name: rows(clean, name) for name in TABLES if name not in HISTORY}


def files_of(clean: Path) -> dict[str, bytes]:
    """Return every published Parquet file with its bytes."""
    found = [
        f for f in clean.rglob("*.parquet") if not f.relative_to(clean).parts[0].startswith(".")
    ]
    return {f.relative_to(clean).as_posix(): f.read_bytes() for f in found}


@pytest.fixture
def mixed(tmp_path: Path, make_story: Story) -> Path:
    """Make a raw folder of every kind: text, HTML, JSON lines, copies, cuts, rubbish."""
    raw = tmp_path / "raw"
    for outlet in ("gazette", "herald", "tribune"):
        (raw / outlet).mkdir(parents=True)
    for number in range(6):
        story = make_story(number)
        (raw / "gazette" / f"{number}.txt").write_text(f"Headline {number} of the day\n\n{story}\n")
        cut = "\n\n".join(story.split("\n\n")[:5])
        (raw / "herald" / f"{number}.txt").write_text(f"Another headline {number}\n\n{cut}\n")
    body = "".join(f"<p>{p}</p>" for p in make_story(2).split("\n\n"))
    page = f"<html><head><title>Page</title></head><body><article>{body}</article></body></html>"
    (raw / "tribune" / "page.html").write_text(page)
    lines = [json.dumps({"text": make_story(n), "date": f"2024-05-0{n}"}) for n in (3, 7, 8)]
    lines[1:1] = ["{not json", json.dumps({"text": "  "})]
    with gzip.open(raw / "tribune" / "feed.jsonl.gz", "wt") as feed:
        feed.write("\n".join(lines))
    (raw / "tribune" / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (raw / "tribune" / "again.txt").write_text(make_story(7) + "\n")
    return raw


def test_ledger_adds_up(mixed: Path, tmp_path: Path):
    """Each record is stored, rejected or known, and is found in just one of the tables."""
    report = engine.ingest(mixed, tmp_path / "clean", settings())
    row = report.row
    assert row.read == row.stored + row.rejected + row.already_known
    assert (row.read, row.rejected) == (20, 3)
    assert len(rows(tmp_path / "clean", "documents")) == row.stored
    reasons = {
        (r["raw_path"], r["raw_locator"], r["reason"]) for r in rows(tmp_path / "clean", "rejected")
    }
    assert reasons == {
        ("tribune/feed.jsonl.gz", "line:2", "bad-record"),
        ("tribune/feed.jsonl.gz", "line:3", "empty"),
        ("tribune/picture.html", "", "not-text"),
    }


def test_copies_are_one_story(mixed: Path, tmp_path: Path):
    """A cut copy, an HTML copy and a JSON copy of a story stand with it, and no other does."""
    engine.ingest(mixed, tmp_path / "clean", settings())
    sizes = sorted(row["copy_count"] for row in rows(tmp_path / "clean", "articles"))
    assert sizes == [1, 2, 2, 2, 2, 2, 3, 3]
    longest = {r["story_id"]: r["word_count"] for r in rows(tmp_path / "clean", "articles")}
    assert all(words > 350 for words in longest.values())


@pytest.mark.parametrize(
    "work", [{"workers": 1}, {"batch_files": 1}, {"chunk_documents": 1, "dedup_documents": 3}]
)
def test_batches_and_workers_do_not_matter(mixed: Path, tmp_path: Path, work: dict[str, int]):
    """Rows are the same whatever the batch size and the number of workers."""
    engine.ingest(mixed, tmp_path / "one", settings())
    engine.ingest(mixed, tmp_path / "two", settings(**work))
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_order_of_arrival_does_not_matter(mixed: Path, tmp_path: Path):
    """Files that come one run after another, in any order, give the rows of one run over all.

    But for what each run learns of rarity, which is left out here.
    """
    unlearned = load({"work.workers": 2, "dedup.sample_texts": 0}, environ={})[0]
    engine.ingest(mixed, tmp_path / "whole", unlearned)
    arriving = tmp_path / "arriving"
    names = sorted(f.relative_to(mixed) for f in mixed.rglob("*.*"))
    random.Random(4).shuffle(names)
    for first in range(0, len(names), 5):
        for name in names[first : first + 5]:
            (arriving / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(mixed / name, arriving / name)
        engine.ingest(arriving, tmp_path / "parts", unlearned)
    assert everything(tmp_path / "whole") == everything(tmp_path / "parts")


def test_order_does_not_matter_on_a_crowded_shelf(tmp_path: Path, make_story: Story):
    """Where more copies share a band than are all compared, arrival decides nothing, either."""
    crowded = load({"work.workers": 2, "dedup.max_shelf": 3}, environ={})[0]
    paragraphs = make_story(11, 24).split("\n\n")
    names = [f"{n:02}.txt" for n in range(20)]
    for part, chosen in (("whole", names), ("first", names[13:]), ("second", names[:13])):
        (tmp_path / part).mkdir()
        for name in chosen:
            cut = paragraphs[int(name[:2]) // 2 :][: 10 + int(name[:2]) % 3]
            (tmp_path / part / name).write_text("\n\n".join(cut))
    engine.ingest(tmp_path / "whole", tmp_path / "one", crowded)
    engine.ingest(tmp_path / "first", tmp_path / "two", crowded)
    shutil.copytree(tmp_path / "second", tmp_path / "first", dirs_exist_ok=True)
    engine.ingest(tmp_path / "first", tmp_path / "two", crowded)
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_other_ways_to_compare_are_refused(tmp_path: Path, make_story: Story):
    """A store whose texts were compared by other settings is refused, not mixed."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(make_story(1))
    engine.ingest(tmp_path / "raw", tmp_path / "clean", settings())
    stricter = load({"dedup.min_containment": 0.9}, environ={})[0]
    with pytest.raises(StoreError, match="compared by other settings"):
        engine.ingest(tmp_path / "raw", tmp_path / "clean", stricter)


def test_another_fault_in_the_same_file_is_told(tmp_path: Path):
    """A damaged file that is replaced by one with another fault is a new refusal."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt.gz").write_bytes(b"\x1f\x8b\xff\xff" + bytes(40))
    first = engine.ingest(raw, clean, settings()).row
    (raw / "a.txt.gz").write_bytes(gzip.compress(bytes(3_000_000)))
    second = engine.ingest(raw, clean, settings()).row
    assert (first.rejected, second.rejected, second.already_known) == (1, 1, 0)
    assert len({row["detail"] for row in rows(clean, "rejected")}) == 2


def test_second_run_writes_one_row(mixed: Path, tmp_path: Path):
    """A second run over the same files opens none and adds one row to ``runs``."""
    clean = tmp_path / "clean"
    first = engine.ingest(mixed, clean, settings())
    before, manifest = files_of(clean), (clean / "edition.json").read_bytes()
    second = engine.ingest(mixed, clean, settings())
    assert (clean / "edition.json").read_bytes() == manifest
    added = files_of(clean).keys() - before.keys()
    assert [path.split("/")[0] for path in added] == ["runs"]
    assert {path: data for path, data in files_of(clean).items() if path not in added} == before
    assert (second.row.read, second.row.files_known, second.edition) == (0, 16, first.edition)
    assert (second.stories, second.copies) == (first.stories, first.copies)


def test_rescan_finds_nothing_new(mixed: Path, tmp_path: Path):
    """A rescan opens all files and knows every record."""
    engine.ingest(mixed, tmp_path / "clean", settings())
    before = everything(tmp_path / "clean")
    row = engine.ingest(mixed, tmp_path / "clean", settings(), choice=Choice(rescan=True)).row
    assert (row.read, row.already_known, row.stored, row.rejected) == (20, 20, 0, 0)
    assert everything(tmp_path / "clean") == before


def test_growing_file(tmp_path: Path, make_story: Story):
    """A line added to a JSON lines file is one new document; the others are known."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    feed = raw / "feed.jsonl"
    feed.write_text("".join(json.dumps({"text": make_story(n)}) + "\n" for n in range(3)))
    engine.ingest(raw, clean, settings())
    with feed.open("a") as file:
        file.write(json.dumps({"text": make_story(9)}) + "\n")
    row = engine.ingest(raw, clean, settings()).row
    assert (row.read, row.already_known, row.stored) == (4, 3, 1)


def test_least_origin_names_the_document(tmp_path: Path, make_story: Story):
    """The same bytes at two places are one document, shown at the lesser path, come when it may."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    (raw / "post").mkdir(parents=True)
    (raw / "post" / "b.txt").write_text(make_story(1))
    engine.ingest(raw, clean, settings())
    (raw / "post" / "a.txt").write_text(make_story(1))
    row = engine.ingest(raw, clean, settings()).row
    assert (row.stored, row.already_known) == (0, 1)
    assert [r["raw_path"] for r in rows(clean, "documents")] == ["post/a.txt"]
    assert [r["raw_path"] for r in rows(clean, "articles")] == ["post/a.txt"]
    assert [r["raw_path"] for r in rows(clean, "origins")] == ["post/a.txt", "post/b.txt"]


def test_fuller_copy_takes_over(tmp_path: Path, make_story: Story):
    """A fuller copy that arrives later becomes the canonical one, and ``changes`` says so."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    story = make_story(5, 10)
    (raw / "cut.txt").write_text("\n\n".join(story.split("\n\n")[:5]))
    engine.ingest(raw, clean, settings())
    (raw / "full.txt").write_text(story)
    engine.ingest(raw, clean, settings())
    (article,) = rows(clean, "articles")
    assert (article["raw_path"], article["copy_count"]) == ("full.txt", 2)
    kinds = {row["kind"] for row in rows(clean, "changes")}
    assert kinds - {"renamed"} == {"new", "re-worded"} or kinds == {"new", "renamed"}


def test_bridge_merges_stories(tmp_path: Path, make_story: Story):
    """A copy that holds two stories' halves joins them, and ``changes`` names what was merged."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    paragraphs = make_story(6, 12).split("\n\n")
    (raw / "head.txt").write_text("\n\n".join(paragraphs[:6]))
    (raw / "tail.txt").write_text("\n\n".join(paragraphs[6:]))
    first = engine.ingest(raw, clean, settings())
    (raw / "whole.txt").write_text("\n\n".join(paragraphs))
    second = engine.ingest(raw, clean, settings())
    assert (first.stories, second.stories) == (2, 1)
    assert "merged" in {row["kind"] for row in rows(clean, "changes")}


def test_editions_are_snapshots(tmp_path: Path, make_story: Story):
    """The folder of an edition keeps its rows when the next edition replaces them."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "a.txt").write_text(make_story(1, 5))
    engine.ingest(raw, clean, settings())
    kept = everything(clean / ".editions" / "1")
    assert kept == everything(clean)
    (raw / "b.txt").write_text(make_story(1, 8))
    engine.ingest(raw, clean, settings())
    assert everything(clean / ".editions" / "1") == kept
    assert everything(clean / ".editions" / "2") == everything(clean) != kept


def test_manifest_names_every_file(mixed: Path, tmp_path: Path):
    """``edition.json`` lists just the published files, with their hashes and row counts."""
    from pipeline.identity import sha256

    engine.ingest(mixed, tmp_path / "clean", settings())
    manifest = json.loads((tmp_path / "clean" / "edition.json").read_text())
    published = files_of(tmp_path / "clean")
    assert {f["path"]: f["sha256"] for f in manifest["files"]} == {
        path: sha256(data) for path, data in published.items()
    }
    assert sum(f["rows"] for f in manifest["files"] if f["table"] == "documents") == 17


def test_run_that_dies_after_its_commit_is_rolled_forward(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """When renames fail after the commit, the next run finishes them: no row lost or doubled."""
    engine.ingest(mixed, tmp_path / "whole", settings())
    real, calls = disk.replace, []

    def failing(staged: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        real(staged, target)

    monkeypatch.setattr(disk, "replace", failing)
    with pytest.raises(StoreError, match="No space"):
        engine.ingest(mixed, tmp_path / "clean", settings())
    monkeypatch.setattr(disk, "replace", real)
    row = engine.ingest(mixed, tmp_path / "clean", settings()).row
    assert row.read == 0
    assert everything(tmp_path / "clean") == everything(tmp_path / "whole")


def test_run_that_dies_before_its_commit_leaves_nothing(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """When a run fails before the commit, nothing is published and the next run does it all."""

    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.store.edition.commit", failing)
        with pytest.raises(StoreError, match="Input/output"):
            engine.ingest(mixed, tmp_path / "clean", settings())
    assert files_of(tmp_path / "clean") == {}
    assert engine.ingest(mixed, tmp_path / "clean", settings()).row.stored == 17


def test_one_writer_at_a_time(tmp_path: Path):
    """A second run on the same folder ends with a clear error that names the process."""
    (tmp_path / "raw").mkdir()
    with (
        engine.start(tmp_path / "raw", tmp_path / "clean", settings()),
        pytest.raises(LockedError, match=str(os.getpid())),
        engine.start(tmp_path / "raw", tmp_path / "clean", settings()),
    ):
        pass


def test_no_raw_folder(tmp_path: Path):
    """A raw folder that is not there is a usage error that names it; nothing is made."""
    with pytest.raises(SettingsError, match="nowhere"):
        engine.ingest(tmp_path / "nowhere", tmp_path / "clean", settings())
    assert not (tmp_path / "clean").exists()


def test_empty_raw_folder(tmp_path: Path):
    """An empty raw folder gives an edition of nothing."""
    (tmp_path / "raw").mkdir()
    report = engine.ingest(tmp_path / "raw", tmp_path / "clean", settings())
    assert (report.row.read, report.stories, report.edition) == (0, 0, 0)


def test_young_files_wait(tmp_path: Path, make_story: Story):
    """A file younger than ``settle_seconds`` is deferred, and read when it has lain long enough."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text(make_story(1))
    patient = settings().model_copy(
        update={"reading": settings().reading.model_copy(update={"settle_seconds": 600.0})}
    )
    row = engine.ingest(raw, tmp_path / "clean", patient).row
    assert (row.files, row.files_deferred, row.read) == (1, 1, 0)
    os.utime(raw / "a.txt", (1_700_000_000, 1_700_000_000))
    assert engine.ingest(raw, tmp_path / "clean", patient).row.stored == 1


def test_limit_leaves_the_rest_for_the_next_run(mixed: Path, tmp_path: Path):
    """``limit`` opens the first files in path order; the next run goes on from there."""
    first = engine.ingest(mixed, tmp_path / "clean", settings(), choice=Choice(limit=6)).row
    second = engine.ingest(mixed, tmp_path / "clean", settings()).row
    assert (first.read, first.files_deferred, second.files_known) == (6, 10, 6)
    engine.ingest(mixed, tmp_path / "whole", settings())
    assert everything(tmp_path / "clean") == everything(tmp_path / "whole")
