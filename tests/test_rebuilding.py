"""A rebuild: the rows of a run over all of raw, and nothing lost that raw has lost."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline import batch, engine, rebuilding, tending, verifying
from pipeline.errors import RejectReason, SettingsError, StoreError
from pipeline.model import Rejected
from pipeline.settings import load
from pipeline.shipping import Shipped
from pipeline.store import browse, state
from tests.test_engine import everything, files_of, rows, settings
from tests.test_tending import id_of, known

Story = Callable[..., str]
NOTE = "not found in raw/ by the rebuild of edition 3: carried over"


@pytest.fixture
def raw(tmp_path: Path, make_story: Story) -> Path:
    """Make three stories, one of them in two copies, and a file that is refused."""
    folder = tmp_path / "raw"
    for outlet in ("gazette", "herald"):
        (folder / outlet).mkdir(parents=True)
    for number in range(3):
        (folder / "gazette" / f"{number}.txt").write_text(make_story(number))
    (folder / "herald" / "0.txt").write_text(make_story(0, 6))
    (folder / "herald" / "empty.txt").write_text(" ")
    return folder


@pytest.fixture
def clean(raw: Path, tmp_path: Path, make_story: Story) -> Path:
    """Ingest in two increments."""
    folder = tmp_path / "clean"
    engine.ingest(raw, folder, settings())
    (raw / "herald" / "1.txt").write_text(make_story(1, 5))
    engine.ingest(raw, folder, settings())
    return folder


def test_a_rebuild_of_the_same_raw_files_changes_no_row(raw: Path, clean: Path) -> None:
    """And says so: no story is another, no text."""
    before = everything(clean)
    made = rebuilding.rebuild(raw, clean, settings())
    after = everything(clean)
    assert {n: r for n, r in after.items() if n != "rejected"} == {
        n: r for n, r in before.items() if n != "rejected"
    }
    assert (made.reworded, made.carried, made.dropped, dict(made.changes)) == (0, 0, 0, {})
    assert [r["kind"] for r in rows(clean, "runs")].count("rebuild") == 1
    assert engine.ingest(raw, clean, settings()).row.read == 0


def test_a_rebuild_is_the_same_as_a_first_run(
    raw: Path, clean: Path, tmp_path: Path, make_story: Story
) -> None:
    """Also after increments, forgetting and folding; what was forgotten stays so."""
    tending.forget(clean, settings(), [id_of(clean, "gazette/2.txt")])
    tending.compact(clean, settings())
    (raw / "gazette" / "9.txt").write_text(make_story(9))
    made = rebuilding.rebuild(raw, clean, settings())
    (raw / "gazette" / "2.txt").unlink()
    engine.ingest(raw, tmp_path / "other", settings())
    assert known(clean) == known(tmp_path / "other")
    assert dict(made.changes) == {"new": 1}
    assert "forgotten" in {r["reason"] for r in rows(clean, "rejected")}


def test_what_raw_has_lost_is_carried_over_with_a_note(raw: Path, clean: Path) -> None:
    """A file that is gone, and one whose bytes are others now."""
    before = {r["raw_path"]: r for r in rows(clean, "documents")}
    (raw / "gazette" / "2.txt").unlink()
    (raw / "gazette" / "1.txt").write_text("Other bytes. " * 40)
    assert rebuilding.missing_files(raw, clean) == (1, 1)
    made = rebuilding.rebuild(raw, clean, settings())
    assert made.carried == 2
    by_id = {r["doc_id"]: r for r in rows(clean, "documents")}
    assert len(by_id) == 6
    for path in ("gazette/1.txt", "gazette/2.txt"):
        old = before[path]
        assert by_id[old["doc_id"]] == {**old, "warnings": [NOTE]}
    removed = {r["doc_id"] for r in rows(clean, "removed")}
    assert removed <= by_id.keys()
    # A second rebuild carries them again, and says it once.
    again = rebuilding.rebuild(raw, clean, settings())
    assert again.carried == 2
    (row,) = [r for r in rows(clean, "documents") if r["raw_path"] == "gazette/2.txt"]
    assert row["warnings"] == [NOTE.replace("3", "4")]


def test_what_raw_has_lost_can_be_left_out(raw: Path, clean: Path) -> None:
    """Its story is gone, and the table of changes says so."""
    (raw / "gazette" / "2.txt").unlink()
    made = rebuilding.rebuild(raw, clean, settings(), drop_missing=True)
    assert (made.dropped, made.carried, dict(made.changes)) == (1, 0, {"gone": 1})
    assert "gazette/2.txt" not in {r["raw_path"] for r in rows(clean, "documents")}


def test_other_settings_are_taken_up_by_a_rebuild_alone(raw: Path, clean: Path) -> None:
    """A store whose texts were compared by other means is refused, then rebuilt."""
    other = load({"work.workers": 2, "dedup.rows": 4}, environ={})[0]
    with pytest.raises(StoreError, match="copydesk rebuild"):
        engine.ingest(raw, clean, other)
    rebuilding.rebuild(raw, clean, other)
    assert engine.ingest(raw, clean, other).row.read == 0


def test_a_state_of_another_version_is_rebuilt(raw: Path, clean: Path) -> None:
    """Nothing of it is asked for but what was published."""
    with duckdb.connect(str(clean / ".state" / state.DATABASE)) as db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'version'")
    with pytest.raises(StoreError, match="copydesk rebuild"):
        engine.ingest(raw, clean, settings())
    before = known(clean)
    rebuilding.rebuild(raw, clean, settings())
    assert known(clean) == before


def test_a_backup_is_one_folder(raw: Path, clean: Path, tmp_path: Path):
    """A snapshot, put into an empty folder, is brought back to life with what raw still has."""
    before = known(clean)
    lost = id_of(clean, "gazette/2.txt")
    (raw / "gazette" / "2.txt").unlink()
    shutil.copytree(clean / ".editions" / "2", tmp_path / "back")
    made = rebuilding.rebuild(raw, tmp_path / "back", settings())
    assert made.carried == 1
    after = known(tmp_path / "back")
    noted = [{**r, "warnings": [NOTE]} if r["doc_id"] == lost else r for r in before["documents"]]
    assert after.pop("documents") == sorted(
        noted, key=lambda r: json.dumps(r, default=str, sort_keys=True)
    )
    before.pop("documents")
    assert after == before
    assert engine.ingest(raw, tmp_path / "back", settings()).row.read == 0


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_rebuild_that_dies_leaves_the_old_edition_or_the_new(
    raw: Path, clean: Path, point: str, monkeypatch: pytest.MonkeyPatch, make_story: Story
) -> None:
    """Before its state takes the place of the other, or after it; the next run finishes it."""
    (raw / "gazette" / "9.txt").write_text(make_story(9))
    old = files_of(clean)

    def die(*_: object) -> None:
        raise RuntimeError("died")

    if point == "before":
        monkeypatch.setattr(state, "swap", die)
    else:
        monkeypatch.setattr(engine.edition, "roll_forward", die_after(die, 1))
    with pytest.raises(RuntimeError, match="died"):
        rebuilding.rebuild(raw, clean, settings())
    monkeypatch.undo()
    if point == "before":
        assert files_of(clean) == old
    report = engine.ingest(raw, clean, settings())
    assert report.row.read == (1 if point == "before" else 0)
    assert len(rows(clean, "documents")) == 6


def die_after(die: Callable[..., None], calls: int) -> Callable[..., None]:
    """Return a stand-in that does its work some times first."""
    real = engine.edition.roll_forward
    left = [calls]

    def stand_in(*arguments: object) -> None:
        if not left[0]:
            die()
        left[0] -= 1
        real(*arguments)  # type: ignore[arg-type]

    return stand_in


def test_all_that_is_left_out_is_asked_for(raw: Path, clean: Path):
    """Files that changed count as much as files that vanished; who refuses keeps everything."""
    before = files_of(clean)
    (raw / "gazette" / "2.txt").unlink()
    (raw / "gazette" / "0.txt").write_text("Other words than before.")
    asked = []

    def refuse(count: int) -> None:
        asked.append(count)
        raise SettingsError("no")

    with pytest.raises(SettingsError):
        rebuilding.rebuild(raw, clean, settings(), drop_missing=True, confirm=refuse)
    assert asked == [2]
    assert files_of(clean) == before
    assert rebuilding.rebuild(raw, clean, settings(), drop_missing=True).dropped == 2


def test_young_files_are_read(raw: Path, clean: Path):
    """A file that a run would leave for the next one is not missing."""
    later = load({"reading.settle_seconds": 3600, "work.workers": 2}, environ={})[0]
    made = rebuilding.rebuild(raw, clean, later, drop_missing=True)
    assert (made.dropped, made.carried, made.report.row.files_deferred) == (0, 0, 0)


def test_a_document_that_fails_for_want_of_time_is_carried_over(
    raw: Path, clean: Path, monkeypatch: pytest.MonkeyPatch
):
    """A slow minute of the machine costs no document that was published."""
    ids = {row["doc_id"] for row in rows(clean, "documents")}
    real = batch.clean_all

    def slow(*given: object) -> Iterator[object]:
        for item in real(*given):
            if isinstance(item, Shipped) and item.head.origin.path == "gazette/2.txt":
                origin = item.head.origin
                where = (origin.path, origin.locator, origin.sha256)
                yield Rejected(*where, "clean", RejectReason.TIMEOUT, "slow")
            else:
                yield item

    with monkeypatch.context() as patch:
        patch.setattr(batch, "clean_all", slow)
        made = rebuilding.rebuild(raw, clean, settings())
    assert made.carried == 1
    assert {row["doc_id"] for row in rows(clean, "documents")} == ids
    assert not verifying.verify(raw, clean, settings()).findings


def test_what_is_carried_over_keeps_its_run(raw: Path, clean: Path):
    """Which run, and so which code and models, cleaned a document stays known."""

    def told() -> dict[str, object]:
        facts = browse.trace(browse.open_shelf(clean), "gazette/2.txt")
        return {"run": facts["run"], "origins": facts["origins"]}

    before = told()
    (raw / "gazette" / "2.txt").unlink()
    rebuilding.rebuild(raw, clean, settings())
    assert told() == before


@pytest.mark.parametrize("damage", ["gone", "cut", "flipped"])
@pytest.mark.parametrize("table", ["articles", "copies", "documents", "removed", "origins", "runs"])
def test_a_damaged_store_is_mended(raw: Path, clean: Path, table: str, damage: str):
    """Where raw is whole a rebuild makes all of it anew, and other commands say so."""
    before = everything(clean)
    shutil.rmtree(clean / ".editions")
    file = min((clean / table).rglob("*.parquet"))
    data = bytearray(file.read_bytes())
    file.unlink()
    if damage != "gone":
        data[len(data) // 3] ^= 1
        file.write_bytes(data if damage == "flipped" else data[:-20])
    if damage != "flipped":
        with pytest.raises(StoreError, match="copydesk rebuild"):
            engine.ingest(raw, clean, settings())
    made = rebuilding.rebuild(raw, clean, settings())
    assert made.damaged == (file.relative_to(clean).as_posix(),)
    after = everything(clean)
    assert {n: r for n, r in after.items() if n != "rejected"} == {
        n: r for n, r in before.items() if n != "rejected"
    }
    assert not verifying.verify(raw, clean, settings()).findings


def test_a_part_is_put_back_from_the_snapshot(raw: Path, clean: Path):
    """Documents whose raw files are gone live on, if the snapshot has their part."""
    (raw / "gazette" / "2.txt").unlink()
    for file in (clean / "documents").rglob("*.parquet"):
        file.unlink()
    made = rebuilding.rebuild(raw, clean, settings())
    assert (made.carried, made.damaged) == (1, ())


def test_documents_that_nothing_has_any_more_are_not_left_out_in_silence(raw: Path, clean: Path):
    """Neither raw file nor part: the rebuild stops, unless it is told to go on."""
    shutil.rmtree(clean / ".editions")
    (raw / "gazette" / "2.txt").unlink()
    for file in (clean / "documents").rglob("*.parquet"):
        file.unlink()
    with pytest.raises(StoreError, match="1 documents stand neither"):
        rebuilding.rebuild(raw, clean, settings())
    made = rebuilding.rebuild(raw, clean, settings(), drop_missing=True)
    assert made.dropped == 1
    assert not verifying.verify(raw, clean, settings()).findings


def test_a_damaged_state_is_made_anew(raw: Path, clean: Path):
    """The state is no database any more."""
    (clean / ".state" / state.DATABASE).write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="run `copydesk rebuild`"):
        engine.ingest(raw, clean, settings())
    rebuilding.rebuild(raw, clean, settings())
    assert engine.ingest(raw, clean, settings()).row.read == 0


def test_damage_is_given_no_fresh_hash(raw: Path, clean: Path, make_story: Story):
    """A part is not rewritten from bytes that are not those that were published."""
    for file in (clean / "articles").rglob("*.parquet"):
        data = bytearray(file.read_bytes())
        data[30] ^= 1
        file.write_bytes(data)
    with pytest.raises(StoreError, match="not those that were published"):
        tending.compact(clean, settings())
    (raw / "gazette" / "more.txt").write_text(make_story(0, 9))
    with pytest.raises(StoreError, match="not those that were published"):
        engine.ingest(raw, clean, settings())
