"""Parquet parts: what is written is read back, the same in every reader, and sorted as it says."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.identity import sha256
from pipeline.store import parts, slips
from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from pipeline.store.shape import Table

DAYS = ("unknown", "2013-11-02", "0001-01-01", "9999-12-31")
strings = st.text(st.characters(categories=None), max_size=8)
SCALARS = {
    pa.string(): strings,
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.bool_(): st.booleans(),
    pa.float32(): st.floats(width=32, allow_nan=False),
    pa.float64(): st.floats(allow_nan=False),
    pa.date32(): st.dates(),
    pa.uint32(): st.integers(0, 2**32 - 1),
    pa.uint64(): st.integers(0, 2**64 - 1),
    pa.timestamp("us", tz="UTC"): st.datetimes(timezones=st.just(UTC)),
}


def values(type_: pa.DataType) -> st.SearchStrategy[Any]:
    """Return a strategy of what a column of a type may hold, None included."""
    if pa.types.is_list(type_):
        return st.none() | st.lists(values(type_.value_type), max_size=3)
    return st.none() | SCALARS[type_]


def rows_of(schema: pa.Schema) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return a strategy of rows of a schema."""
    row = st.fixed_dictionaries({field.name: values(field.type) for field in schema})
    return st.lists(row, max_size=3)


def sound(value: Any) -> Any:
    """Return a value as UTF-8 can hold it, a time with Python's own UTC."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC, fold=0)
    return [sound(v) for v in value] if isinstance(value, list) else value


def same(ours: list[dict[str, Any]], read: list[dict[str, Any]]) -> bool:
    """Tell whether two lists hold the same rows, but for their order and lone surrogates."""
    one, other = (
        sorted(repr(sorted((k, sound(v)) for k, v in row.items())) for row in rows)
        for rows in (ours, read)
    )
    return one == other


def example(table: str, **own: Any) -> dict[str, Any]:
    """Return a row of a table with a plain value of its type in every column."""
    plain = {
        pa.string(): "word",
        pa.int32(): 3,
        pa.int64(): 4,
        pa.bool_(): True,
        pa.float32(): 0.5,
        pa.date32(): date(2013, 11, 2),
        pa.timestamp("us", tz="UTC"): datetime(2013, 11, 2, 9, 30, tzinfo=UTC),
    }
    row = {
        c.name: [plain[c.type.value_type]] if pa.types.is_list(c.type) else plain[c.type]
        for c in TABLES[table].columns
    }
    return {**row, **own}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the files of a law."""
    return tmp_path_factory.mktemp("parts")


@pytest.mark.parametrize("table", TABLES)
def test_round_trip(folder: Path, table: str):
    """Rows of any content come back equal; a lone surrogate comes back as U+FFFD."""
    path = folder / f"{table}.parquet"

    @given(rows_of(TABLES[table].arrow()))
    @settings(max_examples=10, deadline=None, derandomize=True, database=None)
    def law(rows: list[dict[str, Any]]) -> None:
        parts.write_table(path, table, parts.from_rows(table, rows), "digest")
        found = parts.read(path)
        assert found.schema.equals(TABLES[table].arrow())
        assert same(rows, found.to_pylist())

    law()


@pytest.mark.parametrize("kind", slips.SLIPS)
def test_slips_round_trip(folder: Path, kind: str):
    """A slip of any content comes back equal, and does not fail for a lone surrogate."""

    @given(rows_of(slips.SLIPS[kind]))
    @settings(max_examples=5, deadline=None, derandomize=True, database=None)
    def law(rows: list[dict[str, Any]]) -> None:
        slips.write(folder, kind, "law", rows)
        found = pq.ParquetFile(folder / "slips" / f"{kind}-law.parquet").read().to_pylist()
        assert same(rows, found)

    law()


@pytest.mark.parametrize("change", [{"surplus": 1}, {"title": ...}])
def test_columns_must_fit(change: dict[str, Any]):
    """A key that is missing or too much is an error that names it, not a column of nulls."""
    row = {k: v for k, v in (example("copies") | change).items() if v is not ...}
    with pytest.raises(KeyError, match=next(iter(change))):
        parts.from_rows("copies", [row])


def test_values_must_fit():
    """A value of another type is an error, not a silent conversion."""
    with pytest.raises(pa.ArrowInvalid):
        parts.from_rows("copies", [example("copies", shared_shingles=2**31)])


def ids(count: int) -> list[str]:
    """Return document ids in no order."""
    return [sha256(str(n).encode())[:32] for n in range(count)]


@pytest.fixture(scope="module")
def part(folder: Path) -> Path:
    """Return a part of ``documents`` that was made of rows in no order."""
    path = folder / "documents" / "run_date=2024-01-01" / "part.parquet"
    rows = [example("documents", doc_id=i, title=None) for i in ids(500)]
    parts.write_table(path, "documents", parts.from_rows("documents", rows), "the digest")
    return path


def test_rows_are_sorted_as_declared(part: Path):
    """Rows stand in key order, and each row group says so."""
    file = pq.ParquetFile(part)
    assert file.read(["doc_id"])["doc_id"].to_pylist() == sorted(ids(500))
    declared = file.metadata.row_group(0).sorting_columns
    assert [file.schema_arrow.names[c.column_index] for c in declared] == ["doc_id"]
    assert not any(c.descending for c in declared)


def test_statistics_and_indexes(part: Path):
    """Each column has statistics and a page index, is zstd, and ids have a bloom filter."""
    group = pq.ParquetFile(part).metadata.row_group(0)
    columns = [group.column(n) for n in range(group.num_columns)]
    assert all(c.is_stats_set and c.has_column_index and c.has_offset_index for c in columns)
    assert {c.compression for c in columns} == {"ZSTD"}
    with_bloom = {
        row[0]
        for row in duckdb.execute(
            "SELECT path_in_schema FROM parquet_metadata($1) WHERE bloom_filter_length > 0",
            [str(part)],
        ).fetchall()
    }
    assert with_bloom == {"doc_id", "url"}


def test_metadata(part: Path):
    """A file says what table and version it is, and each column what it means."""
    schema = pq.read_schema(part)
    told = {k.decode(): v.decode() for k, v in schema.metadata.items()}
    assert told["copydesk.table"] == "documents"
    assert told["copydesk.schema_version"] == str(SCHEMA_VERSION)
    assert told["copydesk.pipeline_digest"] == "the digest"
    for column in TABLES["documents"].columns:
        assert schema.field(column.name).metadata[b"meaning"].decode() == column.meaning


def test_same_rows_give_the_same_bytes(folder: Path, part: Path):
    """The same rows in another order give the same bytes: nothing of the moment is in a file."""
    rows = [example("documents", doc_id=i, title=None) for i in reversed(ids(500))]
    again = folder / "again.parquet"
    parts.write_table(again, "documents", parts.from_rows("documents", rows), "the digest")
    assert again.read_bytes() == part.read_bytes()


@given(st.sets(st.sampled_from([*ids(8), "not there"])))
@settings(max_examples=10, deadline=None, derandomize=True, database=None)
def test_without(folder: Path, gone: set[str]):
    """Taking rows out leaves all others as they were."""
    path = folder / "whole.parquet"
    rows = [example("copies", doc_id=i) for i in sorted(ids(8))]
    parts.write_table(path, "copies", parts.from_rows("copies", rows), "")
    left = parts.without(path, "doc_id", gone).to_pylist()
    assert left == [row for row in rows if row["doc_id"] not in gone]


def test_describe(part: Path):
    """What an edition records of a file is what the file is."""
    told = parts.describe(part, "documents", "documents/run_date=2024-01-01/part.parquet")
    assert (told.rows, told.bytes) == (500, part.stat().st_size)
    assert told.sha256 == sha256(part.read_bytes())


def test_folder_names():
    """A partitioned table has a level of folders, the others none."""
    assert parts.place("articles", "unknown", "000001") == "articles/day=unknown/000001.parquet"
    assert parts.place("runs", None, "run") == "runs/run.parquet"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_schema_is_told(table: Table):
    """Every table and column has a sentence of meaning, and no column is of type null."""
    assert table.meaning.endswith(".")
    assert all(c.meaning.rstrip("`").endswith(".") for c in table.columns)
    assert len(set(table.names)) == len(table.names)
    assert not any(pa.types.is_null(c.type) for c in table.columns)
    assert {*table.key, *table.bloom} <= set(table.names)
    assert table.partition not in table.names


def clean_folder(folder: Path, days: tuple[str, ...]) -> Path:
    """Write a part of ``articles`` a day, laid out as readers find them."""
    clean = folder / "-".join(days)
    for number, day in enumerate(days):
        at = None
        if day != "unknown":
            at = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC)
        own = {"published_at": at, "published_date": at and at.date(), "story_id": str(number)}
        rows = parts.from_rows("articles", [example("articles", **own)])
        parts.write_table(clean / parts.place("articles", day, "000001"), "articles", rows, "")
    return clean


@pytest.mark.parametrize("days", [DAYS, DAYS[:1], DAYS[1:]], ids=["all", "undated", "dated"])
def test_readers_agree(folder: Path, days: tuple[str, ...]):
    """DuckDB, Polars and pandas read the README's globs with the same rows and types."""
    clean = clean_folder(folder, days)
    glob, names = f"{clean}/articles/*/*.parquet", list(TABLES["articles"].names)
    dates = [date.fromisoformat(day) if day != "unknown" else None for day in days]

    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        found = db.sql(f"SELECT * FROM '{glob}' ORDER BY story_id")
        types = dict(zip(found.columns, map(str, found.types), strict=True))
        assert (types["published_at"], types["published_date"]) == (
            "TIMESTAMP WITH TIME ZONE",
            "DATE",
        )
        assert (types["authors"], types["word_count"]) == ("VARCHAR[]", "INTEGER")
        assert [row[0] for row in found.select("published_date").fetchall()] == dates

    frame = pl.read_parquet(glob).sort("story_id")
    assert frame.columns[: len(names)] == names
    assert frame.schema["published_at"] == pl.Datetime("us", "UTC")
    assert (frame.schema["published_date"], frame.schema["word_count"]) == (pl.Date, pl.Int32)
    assert frame.schema["authors"] == pl.List(pl.String)
    assert frame["published_date"].to_list() == dates

    table = pd.read_parquet(clean / "articles").sort_values("story_id")
    assert [name for name in table.columns if name in names] == names
    assert str(table["published_at"].dtype) == "datetime64[us, UTC]"
    assert str(table["word_count"].dtype) == "int32"
    assert [d if isinstance(d, date) else None for d in table["published_date"]] == dates
    assert [list(authors) for authors in table["authors"]] == [["word"]] * len(days)
