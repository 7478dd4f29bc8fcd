"""The schemas tell what they must, the dictionary is theirs, and older files go on being read."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from pipeline import engine, rebuilding, tending, verifying
from pipeline.errors import StoreError
from pipeline.identity import sha256
from pipeline.store import audit, browse, dictionary
from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from tests.test_engine import rows, settings

ROOT = Path(__file__).parents[1]
Story = Callable[..., str]
YOUNG = "editors"
"""The column that files of the older version lack."""


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_has_a_meaning_a_source_and_a_unit(table):
    """Whatever is counted, measured or timed has a unit."""
    for column in table.columns:
        told = table.told(column)
        assert told["meaning"].endswith((".", "`"))
        assert told["source"] in dictionary.STAGES
        kind = column.type.value_type if pa.types.is_list(column.type) else column.type
        counted = (
            pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind)
        )
        assert ("unit" in told) == (counted and column.name != "edition"), column.name
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) | set(table.bloom) <= set(table.names)


def test_the_dictionary_is_not_stale():
    """``copydesk schema --markdown > docs/data-dictionary.md`` was run after the last change."""
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8") == dictionary.markdown()


@pytest.fixture
def clean(tmp_path: Path, make_story: Story) -> Path:
    """Ingest, and take a column out of what was published: an older version knew it not."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    (raw / "gazette").mkdir(parents=True)
    for number in range(3):
        (raw / "gazette" / f"{number}.txt").write_text(make_story(number))
    dated = {"text": make_story(9), "date": "2024-03-05"}
    (raw / "gazette" / "feed.jsonl").write_text(json.dumps(dated))
    engine.ingest(raw, clean, settings())
    manifest = json.loads((clean / "edition.json").read_text())
    with duckdb.connect(str(clean / ".state" / "state.duckdb")) as db:
        for row in manifest["files"]:
            if row["table"] in {"articles", "documents"}:
                data = _older(clean / row["path"])
                row.update(bytes=len(data), sha256=sha256(data))
                db.execute(
                    "UPDATE parts SET bytes = ?, sha256 = ? WHERE path = ?",
                    [len(data), sha256(data), row["path"]],
                )
    (clean / "edition.json").write_text(json.dumps(manifest))
    return clean


def _older(file: Path) -> bytes:
    content = pq.ParquetFile(file).read().drop_columns([YOUNG])
    pq.write_table(content, file)
    return file.read_bytes()


def test_files_of_an_older_version_are_read_with_newer_ones(clean: Path, make_story: Story):
    """By a later run, by our own commands, and by every reader by name."""
    raw = clean.parent / "raw"
    (raw / "gazette" / "0-cut.txt").write_text(make_story(0, 5))
    (raw / "gazette" / "new.txt").write_text(make_story(20))
    report = engine.ingest(raw, clean, settings())
    assert (report.documents, report.stories) == (6, 5)
    names = [pq.read_schema(f).names for f in (clean / "articles").rglob("*.parquet")]
    assert any(YOUNG in own for own in names)
    assert not all(YOUNG in own for own in names)
    for name in (row["doc_id"] for row in browse.open_shelf(clean).rows("FROM documents")):
        assert browse.trace(browse.open_shelf(clean), name)["document"]["doc_id"] == name
    assert verifying.verify(raw, clean, settings()).findings == ()
    glob = f"{clean}/articles/*/*.parquet"
    by_name = f"SELECT count({YOUNG}) FROM read_parquet('{glob}', union_by_name = true)"
    known = duckdb.sql(by_name).fetchall()[0][0]
    assert 0 < known < 5
    frame = pl.scan_parquet(glob, missing_columns="insert", extra_columns="ignore").collect()
    assert len(frame) == 5
    whole = ds.dataset(clean / "articles", schema=TABLES["articles"].arrow()).to_table()
    assert whole[YOUNG].null_count == 5 - known
    tending.compact(clean, settings())
    assert {YOUNG in pq.read_schema(f).names for f in (clean / "documents").rglob("*.parquet")} == {
        True
    }
    assert len(rows(clean, "documents")) == 6


def test_what_a_newer_version_wrote_is_refused(clean: Path):
    """It might mean something else by the same names: nothing of it is read or written."""
    manifest = json.loads((clean / "edition.json").read_text())
    newer = {**manifest, "schema_version": SCHEMA_VERSION + 1}
    (clean / "edition.json").write_text(json.dumps(newer))
    for call in (
        lambda: browse.open_shelf(clean),
        lambda: audit.open_books(clean),
        lambda: rebuilding.rebuild(clean.parent / "raw", clean, settings()),
    ):
        with pytest.raises(StoreError, match="newer version"):
            call()
