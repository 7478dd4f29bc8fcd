"""One obvious line opens a table in DuckDB, Polars, pandas and pyarrow, with the same types.

Days without a date are what breaks this elsewhere: a folder name of a date column turns to text
beside an ``unknown``, and a column of nulls alone has no type.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.store import parts
from pipeline.store.schemas import TABLES
from pipeline.store.shape import BOOL, DATE, INT, LONG, SHARE, STRING, STRINGS, TIME

DAYS = ("unknown", "2013-11-02", "0001-01-01", "9999-12-31")
NAMES = list(TABLES["articles"].names)
TYPES = {column.name: column.type for column in TABLES["articles"].columns}


def row(number: int, day: str) -> dict[str, Any]:
    """Return a story of a day; an undated one has nothing but what every story has."""
    plain = {
        STRING: "word",
        INT: 3,
        LONG: 4,
        BOOL: True,
        SHARE: 0.5,
        DATE: date(2013, 11, 2),
        TIME: datetime(2013, 11, 2, 9, 30, tzinfo=UTC),
        STRINGS: ["word"],
    }
    dated = day != "unknown"
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) if dated else None
    least = {"authors": [], "copy_count": 1, "source_count": 0, "sources": [], "word_count": 9}
    told = {n: plain[t] for n, t in TYPES.items()} if dated else dict.fromkeys(NAMES) | least
    return told | {
        "story_id": str(number),
        "published_at": at,
        "published_date": at and at.date(),
    }


@pytest.fixture(
    scope="module",
    params=[DAYS, DAYS[:1], DAYS[1:]],
    ids=["with undated stories", "undated alone", "dated alone"],
)
def clean(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a part of ``articles`` a day."""
    folder = tmp_path_factory.mktemp("clean")
    for number, day in enumerate(DAYS):
        if day in request.param:
            table = parts.from_rows("articles", [row(number, day)])
            path = folder / parts.place("articles", day, "000001")
            parts.write_table(path, "articles", table, "")
    return folder


def dates(clean: Path) -> list[date | None]:
    """Return the date of each story, as the folders tell it."""
    days = [day for day in DAYS if (clean / "articles" / f"day={day}").exists()]
    return [None if day == "unknown" else date.fromisoformat(day) for day in days]


def test_duckdb(clean: Path):
    """DuckDB: FROM 'clean/articles/*/*.parquet'."""
    told = {
        STRING: "VARCHAR",
        INT: "INTEGER",
        BOOL: "BOOLEAN",
        DATE: "DATE",
        TIME: "TIMESTAMP WITH TIME ZONE",
        STRINGS: "VARCHAR[]",
    }
    with duckdb.connect() as db:
        found = db.sql(f"FROM '{clean}/articles/*/*.parquet' ORDER BY story_id")
        types = dict(zip(found.columns, map(str, found.types), strict=True))
        assert {n: types[n] for n in NAMES} == {n: told[t] for n, t in TYPES.items()}
        assert [r[0] for r in found.select("published_date").fetchall()] == dates(clean)


def test_polars(clean: Path):
    """Polars: read_parquet("clean/articles/*/*.parquet")."""
    told = {
        STRING: pl.String,
        INT: pl.Int32,
        BOOL: pl.Boolean,
        DATE: pl.Date,
        TIME: pl.Datetime("us", "UTC"),
        STRINGS: pl.List(pl.String),
    }
    found = pl.read_parquet(f"{clean}/articles/*/*.parquet").sort("story_id")
    assert {n: found.schema[n] for n in NAMES} == {n: told[t] for n, t in TYPES.items()}
    assert found["published_date"].to_list() == dates(clean)


def test_pyarrow(clean: Path):
    """pyarrow: read_table("clean/articles")."""
    found = pq.read_table(clean / "articles").sort_by("story_id")
    assert {n: found.schema.field(n).type for n in NAMES} == TYPES
    assert found["published_date"].to_pylist() == dates(clean)


def test_pandas_with_exact_types(clean: Path):
    """pandas: read_parquet("clean/articles", dtype_backend="pyarrow") keeps every type."""
    found = pd.read_parquet(clean / "articles", dtype_backend="pyarrow").sort_values("story_id")
    assert {n: found[n].dtype.pyarrow_dtype for n in NAMES} == TYPES
    assert [None if d is pd.NA else d for d in found["published_date"]] == dates(clean)


def test_pandas_with_its_own_types(clean: Path):
    """pandas: read_parquet("clean/articles") keeps times, counts, dates and lists."""
    found = pd.read_parquet(clean / "articles").sort_values("story_id")
    assert str(found["published_at"].dtype) == "datetime64[us, UTC]"
    assert str(found["word_count"].dtype) == "int32"
    assert [d if isinstance(d, date) else None for d in found["published_date"]] == dates(clean)
    assert all(isinstance(names.tolist(), list) for names in found["authors"])


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_has_the_types(tmp_path: Path, table: str):
    """A part without rows has the same types as any other: no column has type null."""
    path = tmp_path / "empty.parquet"
    parts.write_table(path, table, parts.from_rows(table, []), "")
    assert pq.read_table(path).schema.equals(TABLES[table].arrow())
    assert pl.read_parquet(path).schema == pl.from_arrow(TABLES[table].arrow().empty_table()).schema


def test_a_day_is_asked_for_by_its_folder(clean: Path):
    """DuckDB and Polars open the files of one day alone when `day` is compared as text."""
    day = "2013-11-02" if len(dates(clean)) > 1 else "unknown"
    opened = f"read_parquet('{clean}/articles/*/*.parquet', hive_types = {{'day': VARCHAR}})"
    assert len(duckdb.sql(f"FROM {opened} WHERE day = '{day}'").fetchall()) == 1
    folders = pl.scan_parquet(
        clean / "articles", hive_partitioning=True, hive_schema={"day": pl.String}
    )
    assert len(folders.filter(pl.col("day") == day).collect()) == 1
