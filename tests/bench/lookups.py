"""What it costs to find one story, a day's or a month's, among a million articles.

    python -m tests.bench.lookups [--count 1000000] [--home DIR] [--chart FILE]

The articles are made (see ``made_stories``), 2,500 a day, and written by the product's own part
writer, a part a day as `compact` leaves them. Each question is asked several times, each time for
another value, of a connection that has seen nothing; files are in the system's cache.
"""

import argparse
import hashlib
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.store import parts
from pipeline.store.schemas import TABLES
from tests.bench.made_stories import A_DAY, FIRST_DAY, batches

SEED = 7
RUNS = 7
MONTH = 31
SHAPE = TABLES["articles"].arrow()
IDS = ("story_id", "doc_id", "url")

Ask = Callable[[int], int]
"""Answers the question for the story of a number; returns how many rows it found."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and how each reader is asked; ``rows`` is the right number of rows."""

    name: str
    rows: int | None
    asks: dict[str, Ask]


@dataclass(frozen=True, slots=True)
class Answer:
    """How long a reader took: the median, the least and the most of all runs, in seconds."""

    question: str
    reader: str
    median: float
    least: float
    most: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the articles, ask, print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description="What it costs to find a story in clean/.")
    parser.add_argument("--count", type=int, default=1_000_000, help="articles")
    parser.add_argument("--home", type=Path, help="make them here and keep them; ask what is there")
    parser.add_argument("--chart", type=Path, help="draw the table as an SVG")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        clean = chosen.home or Path(folder)
        if not (clean / "articles").exists():
            began = perf_counter()
            make(clean, chosen.count)
            print(f"made in {perf_counter() - began:,.0f} s")
        print(described(clean))
        answers = list(asked(questions(clean, chosen.count), chosen.count))
    print(table(answers))
    if chosen.chart:
        from tests.bench.lookups_chart import draw

        draw(answers, chosen.count, chosen.chart)
    return 0


def make(clean: Path, count: int) -> None:
    """Write ``count`` articles, a part a day."""
    for number, batch in enumerate(batches(count, SEED, size=A_DAY)):
        day = FIRST_DAY + timedelta(days=number)
        path = clean / parts.place("articles", day.isoformat(), "000001")
        parts.write_table(path, "articles", _articles(batch, day, number * A_DAY), "bench")


def name_of(column: str, number: int) -> str:
    """Return the id or the address of the story of a number."""
    if column == "url":
        return f"https://news.example/{number % 977}/{number}"
    return hashlib.sha256(f"{column} {number}".encode()).hexdigest()[:32]


def _articles(batch: pa.RecordBatch, day: date, first: int) -> pa.Table:
    size = len(batch)
    at = datetime.combine(day, datetime.min.time(), UTC)
    words = pc.count_substring(batch["text"], " ").cast(pa.int32())
    columns = {field.name: pa.nulls(size, field.type) for field in SHAPE}
    columns |= {c: pa.array([name_of(c, first + n) for n in range(size)]) for c in IDS}
    columns |= {"title": pc.utf8_slice_codeunits(batch["text"], 0, 60), "text": batch["text"]}
    columns |= {"source": batch["source"], "site": batch["source"], "word_count": words}
    columns |= {
        "published_at": pa.repeat(pa.scalar(at, SHAPE.field("published_at").type), size),
        "published_date": pa.repeat(day, size),
        "language": pa.repeat("en", size),
        "paywall": pa.repeat("unknown", size),
        "copy_count": pa.repeat(pa.scalar(1, pa.int32()), size),
    }
    return pa.table(columns, schema=SHAPE)


def questions(clean: Path, count: int) -> list[Question]:
    """Return all questions to the articles under ``clean``."""
    looks = [
        Question(
            f"one story by {column}",
            1,
            {
                "DuckDB": partial(_duck_one, clean, column),
                "Polars": partial(_polars_one, clean, column),
            },
        )
        for column in IDS
    ]
    spans = [
        Question(
            f"{name}, by {'its folders' if folders else 'published_date'}",
            min(days * A_DAY, count),
            {
                "DuckDB": partial(_duck_span, clean, days, folders),
                "Polars": partial(_polars_span, clean, days, folders),
            },
        )
        for name, days in (("a day", 1), ("a month", MONTH))
        for folders in (False, True)
    ]
    return looks + spans


def _duck_one(clean: Path, column: str, number: int) -> int:
    query = f"SELECT title, text FROM '{clean}/articles/*/*.parquet' WHERE {column} = $1"
    with duckdb.connect() as db:
        return len(db.execute(query, [name_of(column, number)]).fetchall())


def _polars_one(clean: Path, column: str, number: int) -> int:
    frame = pl.scan_parquet(f"{clean}/articles/*/*.parquet")
    wanted = frame.filter(pl.col(column) == name_of(column, number))
    return len(wanted.select("title", "text").collect())


def _duck_span(clean: Path, days: int, folders: bool, number: int) -> int:
    files = f"read_parquet('{clean}/articles/*/*.parquet', hive_types = {{'day': VARCHAR}})"
    column = "day" if folders else "published_date"
    first, last = _span(days, number)
    query = f"""SELECT source, count(*) AS stories, sum(word_count) AS words FROM {files}
        WHERE {column} BETWEEN '{first}' AND '{last}' GROUP BY source"""
    with duckdb.connect() as db:
        return sum(row[1] for row in db.execute(query).fetchall())


def _polars_span(clean: Path, days: int, folders: bool, number: int) -> int:
    first, last = _span(days, number)
    frame = pl.scan_parquet(
        clean / "articles", hive_partitioning=True, hive_schema={"day": pl.String}
    )
    within = (
        pl.col("day").is_between(pl.lit(str(first)), pl.lit(str(last)))
        if folders
        else pl.col("published_date").is_between(first, last)
    )
    told = frame.filter(within).group_by("source").agg(pl.len(), pl.sum("word_count"))
    return int(told.collect()["len"].sum())


def _span(days: int, number: int) -> tuple[date, date]:
    """Return first and last day of a span that ends with the day of a story, or begins there."""
    day = number // A_DAY
    first = max(day - days + 1, 0)
    return FIRST_DAY + timedelta(days=first), FIRST_DAY + timedelta(days=first + days - 1)


def asked(asking: Sequence[Question], count: int) -> Iterator[Answer]:
    """Ask each question of each reader; the first time does not count."""
    for question in asking:
        for reader, ask in question.asks.items():
            times = []
            for run in range(RUNS + 1):
                number = (run * 2 + 1) * count // (2 * RUNS + 3)
                began = perf_counter()
                rows = ask(number)
                times.append(perf_counter() - began)
                if rows != question.rows:
                    raise RuntimeError(f"{reader}, {question.name}: {rows} rows")
            kept = times[1:]
            yield Answer(question.name, reader, statistics.median(kept), min(kept), max(kept))


def described(clean: Path) -> str:
    """Return how many articles, files and bytes there are."""
    files = list((clean / "articles").rglob("*.parquet"))
    size = sum(file.stat().st_size for file in files)
    rows = duckdb.sql(f"SELECT count(*) FROM '{clean}/articles/*/*.parquet'").fetchall()[0][0]
    return f"{rows:,} articles in {len(files)} files, {size / 1e6:,.0f} MB"


def table(answers: Sequence[Answer]) -> str:
    """Return the answers as a table in Markdown."""
    lines = ["| question | reader | median ms | least | most |", "|---|---|---:|---:|---:|"]
    for a in answers:
        figures = (f"{1000 * seconds:,.0f}" for seconds in (a.median, a.least, a.most))
        lines.append(f"| {' | '.join((a.question, a.reader, *figures))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
