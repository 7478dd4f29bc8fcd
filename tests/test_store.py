"""Parquet parts: what is written is read back, the same in every reader, and sorted as it says."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.identity import sha256
from pipeline.store import parts, slips
from pipeline.store.schemas import SCHEMA_VERSION, TABLES

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


def test_row_groups_do_not_follow_the_batches(folder: Path):
    """Batches of any size become full row groups, each sorted, with a filter of its own size."""
    rows = parts.from_rows("copies", [example("copies", doc_id=i) for i in sorted(ids(50))])
    many = (batch for _ in range(700) for batch in rows.to_batches(max_chunksize=20))
    path = folder / "groups.parquet"
    assert parts.write(path, "copies", many, "") == 35_000
    found = pq.read_metadata(path)
    sizes = [found.row_group(n).num_rows for n in range(found.num_row_groups)]
    assert sizes == [parts.GROUP_ROWS, parts.GROUP_ROWS, 35_000 - 2 * parts.GROUP_ROWS]
    assert all(found.row_group(n).sorting_columns for n in range(found.num_row_groups))


@pytest.mark.parametrize("column", ["doc_id", "story_id", "url"])
def test_bloom_filters_tell_what_is_not_there(folder: Path, column: str):
    """DuckDB's probe finds each value that is there, and nearly none of those that are not."""
    there, absent = ids(2_000)[:1_000], ids(2_000)[1_000:]
    path = folder / f"bloom-{column}.parquet"
    rows = [example("copies", doc_id=i) | {column: i} for i in there]
    parts.write_table(path, "copies", parts.from_rows("copies", rows), "")
    query = f"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{path}', '{column}', $1)"

    def excluded(values: list[str]) -> int:
        return sum(duckdb.execute(query, [v]).fetchall() == [(True,)] for v in values)

    assert excluded(there[:200]) == 0
    assert excluded(absent[:200]) >= 190


def test_bloom_filters_are_as_small_as_their_part(folder: Path):
    """The filter of a part of a hundred rows takes bytes, not the kilobytes of a full one."""
    path = folder / "small.parquet"
    rows = [example("copies", doc_id=i, story_id=i, url=i) for i in ids(100)]
    parts.write_table(path, "copies", parts.from_rows("copies", rows), "")
    query = "SELECT max(bloom_filter_length) FROM parquet_metadata($1)"
    assert duckdb.execute(query, [str(path)]).fetchall()[0][0] < 256


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
