"""Slips: the small staged files in which the tasks of a run tell the store what they found."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store import disk, parts
from pipeline.store.rows import Row
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal

MATCHES = pa.schema(
    [
        ("a", pa.int32()),
        ("b", pa.int32()),
        ("shared", pa.int32()),
        ("containment", pa.float64()),
        ("jaccard", pa.float64()),
        ("weighted", pa.float64()),
    ]
)
"""Matches of texts by number."""

SLIPS = {
    "found": TABLES["origins"].arrow(),
    "rejected": TABLES["rejected"].arrow(),
    "refused": pa.schema(
        [
            ("path", pa.string()),
            ("locator", pa.string()),
            ("sha256", pa.string()),
            ("reason", pa.string()),
            ("detail", pa.string()),
            ("digest", pa.string()),
            ("tries", pa.int32()),
        ]
    ),
    "line": pa.schema(
        [
            ("doc_id", pa.string()),
            ("part", pa.string()),
            ("site", pa.string()),
            ("block", pa.int32()),
            ("key", pa.uint64()),
            ("words", pa.int32()),
            ("long", pa.bool_()),
            ("removable", pa.bool_()),
            ("sure", pa.bool_()),
            ("weight", pa.int32()),
            ("pinned", pa.bool_()),
            ("text", pa.string()),
        ]
    ),
    "file": pa.schema([("path", pa.string()), ("size", pa.int64()), ("mtime_ns", pa.int64())]),
    "sketch": pa.schema(
        [
            ("doc_id", pa.string()),
            ("part", pa.string()),
            ("text_id", pa.string()),
            ("shingles", pa.int32()),
            ("bands", pa.list_(pa.uint32())),
            ("file", pa.string()),
            ("start", pa.int64()),
            ("codes", pa.int32()),
            ("keys", pa.int32()),
        ]
    ),
    "coded": pa.schema(
        [
            ("text_no", pa.int32()),
            ("file", pa.string()),
            ("start", pa.int64()),
            ("codes", pa.int32()),
            ("keys", pa.int32()),
        ]
    ),
    "gram": pa.schema([("key", pa.uint32()), ("text_no", pa.int32())]),
    "likely": MATCHES,
    "match": MATCHES,
    "told": pa.schema(
        [("story_id", pa.string()), ("canonical", pa.string()), ("reason", pa.string())]
    ),
    "place": pa.schema(
        [
            ("doc_id", pa.string()),
            ("story_id", pa.string()),
            ("is_canonical", pa.bool_()),
            ("match_kind", pa.string()),
            ("matched_doc_id", pa.string()),
            ("containment", pa.float32()),
            ("weighted_containment", pa.float32()),
            ("jaccard", pa.float32()),
            ("shared_shingles", pa.int32()),
        ]
    ),
}
"""``found``: a record that became, or is, a document. ``rejected``: one that was refused
in this run. ``refused``: what the ledger shall remember of refusals, older ones met again included.
``line``: a block as the counting of furniture sees it. ``file``: a raw file that was read to
its end. ``sketch``: how a document is compared;
``bands`` is empty for one too short to be compared, and its codes and keys lie at ``start`` of
``file``. ``coded``: the same of a known text. ``gram``: what a text of
the sample holds. ``likely``: pairs that share enough to be looked at. ``match``: matches.
``told``, ``place``: stories and where each document stands."""


def write(staging: Path, kind: str, name: str, rows: Iterable[Row]) -> None:
    """Write one slip of a kind; ``name`` tells it from the others."""
    write_table(staging, kind, name, parts.to_arrow(SLIPS[kind], rows))


def place(staging: Path, kind: str, name: str) -> Path:
    """Return where a slip lies."""
    return staging / "slips" / f"{kind}-{name}.parquet"


def write_table(staging: Path, kind: str, name: str, content: pa.Table) -> None:
    """Write one slip of a kind from a table of its columns."""
    path = place(staging, kind, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.step("write", path)
    pq.write_table(content.cast(SLIPS[kind]), path)


def files(staging: Path, kind: str) -> list[str]:
    """Return all slips of a kind, as DuckDB reads them; at least one, which may be empty."""
    folder = staging / "slips"
    empty = place(staging, kind, "")
    if not empty.exists():
        write(staging, kind, "", [])
    return sorted(map(literal, folder.glob(f"{kind}-*.parquet")))


def shape_of(staging: Path, table: str) -> str:
    """Return an empty part of a table, as DuckDB reads it: with it all columns of today are there.

    Parts of an older version may have fewer; DuckDB takes them together by name.
    """
    empty = staging / "slips" / f"no-{table}.parquet"
    if not empty.exists():
        parts.write_table(empty, table, TABLES[table].arrow().empty_table(), "")
    return literal(empty)


def documents(staging: Path) -> list[str]:
    """Return the staged parts of ``documents``, as DuckDB reads them; at least one, maybe empty."""
    found = sorted(map(literal, (staging / "documents").rglob("*.parquet")))
    return found or [shape_of(staging, "documents")]
