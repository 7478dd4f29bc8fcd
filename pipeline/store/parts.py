"""Parquet parts: how one is written, read back and rewritten without some of its rows."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import StoreError
from pipeline.identity import sha256, versions
from pipeline.store import disk
from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from pipeline.store.shape import Table

COMPRESSION_LEVEL = 3
GROUP_ROWS = 16_384
"""Rows in a row group: enough for statistics to pay, few enough to be held in memory."""
MEND = "copy it from .editions, or run `copydesk rebuild`"
FALSE_POSITIVES = 0.01
"""Share of the row groups that a bloom filter does not rule out though they lack the value."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of an edition; ``path`` is relative to ``clean/``, with ``/``."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str


def place(table: str, partition: str | None, name: str) -> str:
    """Return the path of a part below ``clean/``: ``articles/day=2013-11-02/NAME.parquet``."""
    level = TABLES[table].partition
    folder = f"{table}/{level}={partition}" if level else table
    return f"{folder}/{name}.parquet"


def from_rows(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Make an Arrow table of dictionaries; a key that is missing or too much is an error."""
    return to_arrow(TABLES[table].arrow(), rows)


def to_arrow(schema: pa.Schema, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Make a table of a schema; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for row in rows:
        if row.keys() != columns.keys():
            raise KeyError(f"wrong columns: {sorted(row.keys() ^ columns.keys())}")
        for name, value in row.items():
            columns[name].append(value)
    return from_columns(schema, columns)


def from_columns(schema: pa.Schema, columns: Mapping[str, list[Any]]) -> pa.Table:
    """Make a table of a schema from its columns, as ``to_arrow`` does from rows."""
    try:
        return pa.table(columns, schema=schema)
    except UnicodeEncodeError:  # one odd character must not cost the batch
        return pa.table({n: _encodable(c) for n, c in columns.items()}, schema=schema)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    return [_encodable(v) for v in value] if isinstance(value, list) else value


_LONE = re.compile("[\ud800-\udfff]")


def write(path: Path, table: str, batches: Iterable[pa.RecordBatch], digest: str) -> int:
    """Write a part from batches that are already in key order, flush it, return its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema, options = _format(table, digest)
    rows = 0
    disk.step("write", path)
    with pq.ParquetWriter(path, schema, **options) as writer:
        for group in _groups(batch.select(schema.names).cast(schema) for batch in batches):
            writer.write_table(group)
            rows += len(group)
        disk.step("finish", path)
    disk.sync(path)
    return rows


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the rows of batches of any size as row groups, all full but for the last."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(map(len, held)) >= GROUP_ROWS:
            table = pa.Table.from_batches(held)
            full = len(table) // GROUP_ROWS * GROUP_ROWS
            for start in range(0, full, GROUP_ROWS):
                yield table.slice(start, GROUP_ROWS)
            held = table.slice(full).to_batches()
    if held:
        yield pa.Table.from_batches(held)


def write_table(path: Path, table: str, content: pa.Table, digest: str) -> int:
    """Write one part from a table in memory, put in key order first."""
    ordered = content.sort_by([(name, "ascending") for name in TABLES[table].key])
    return write(path, table, ordered.combine_chunks().to_batches(), digest)


def without(path: Path, column: str, gone: Collection[str]) -> pa.Table:
    """Return the rows of a part but for those whose ``column`` is one of ``gone``."""
    content = read(path)
    keep = pc.invert(pc.is_in(content[column], value_set=pa.array(sorted(gone), pa.string())))
    return content.filter(keep)


def read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return one part as a table, without the columns of its folder names."""
    return pq.ParquetFile(path, page_checksum_verification=True).read(columns=columns)


def readable(path: Path) -> bool:
    """Tell whether a file is there and ends as a Parquet file does."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def is_whole(path: Path, digest: str) -> bool:
    """Tell whether a file has the bytes that were published."""
    try:
        return sha256(path.read_bytes()) == digest
    except OSError:
        return False


def ensure(path: Path, digest: str) -> None:
    """Raise StoreError unless a part has the bytes that were published.

    A rewrite would else give damage a fresh hash.
    """
    if not is_whole(path, digest):
        raise StoreError(f"{path}: its bytes are not those that were published; {MEND}")


def aligned(content: pa.Table, table: str) -> pa.Table:
    """Return rows of an older version in today's columns: what it did not have is null."""
    schema = TABLES[table].arrow()
    columns = [
        content[f.name].cast(f.type)
        if f.name in content.schema.names
        else pa.nulls(content.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def describe(file: Path, table: str, path: str) -> Part:
    """Return what an edition records of the staged or published ``file``."""
    data = file.read_bytes()
    return Part(table, path, pq.read_metadata(file).num_rows, len(data), sha256(data))


@lru_cache(len(TABLES))  # a run over old news writes a part a day
def _format(table: str, digest: str) -> tuple[pa.Schema, dict[str, Any]]:
    """Return the schema of a part, and how it is written."""
    shape = TABLES[table]
    schema = shape.arrow().with_metadata(_metadata(shape, digest))
    return schema, _options(shape, schema)


def _options(shape: Table, schema: pa.Schema) -> dict[str, Any]:
    # The writer folds a filter that was made for more values than there are.
    bloom = {"ndv": GROUP_ROWS, "fpp": FALSE_POSITIVES}
    return {
        "compression": "zstd",
        "compression_level": COMPRESSION_LEVEL,
        "write_page_index": True,
        "write_page_checksum": True,
        "sorting_columns": [pq.SortingColumn(schema.get_field_index(n)) for n in shape.key],
        "bloom_filter_options": dict.fromkeys(shape.bloom, bloom) or None,
    }


def _metadata(shape: Table, digest: str) -> dict[str, str]:
    return {
        "copydesk.table": shape.name,
        "copydesk.schema_version": str(SCHEMA_VERSION),
        "copydesk.pipeline_digest": digest,
        "copydesk.version": versions()["copydesk"],
    }
