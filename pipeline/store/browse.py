"""Read ``clean/`` as a reader does: Parquet alone, never the state, so that it works in a run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import SettingsError, StoreError
from pipeline.objects import Place
from pipeline.store import mirror
from pipeline.store.edition import manifest_of
from pipeline.store.schemas import TABLES
from pipeline.store.shape import type_name
from pipeline.store.sql import literal, quote, sentence

Row = dict[str, Any]
LEAST_PREFIX = 6
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """The published tables of one ``clean/`` as DuckDB views of their own names."""

    clean: Path
    db: duckdb.DuckDBPyConnection
    manifest: Row

    def rows(self, query: str, *values: object) -> list[Row]:
        """Run a query and return its rows as dictionaries."""
        try:
            found: list[Row] = self.db.sql(query, params=list(values)).to_arrow_table().to_pylist()
        except duckdb.Error as error:
            raise _damaged(self.clean, error) from error
        return found


def open_shelf(place: Place) -> Shelf:
    """Open the tables of a store. Raises StoreError when nothing was published there."""
    clean = mirror.reading(place)
    manifest = manifest_of(clean)
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for name, table in TABLES.items():
        # Parts of an older version may have fewer columns, all of them.
        db.register("none", table.arrow().empty_table())
        db.execute(f"CREATE TABLE no_{name} AS FROM none")
        source = f"no_{name}"
        if any((clean / name).rglob("*.parquet")):
            glob = f"{literal(clean / name)}/**/*.parquet"
            options = "hive_partitioning = false, union_by_name = true"
            source += f" UNION ALL BY NAME FROM read_parquet('{quote(glob)}', {options})"
        try:
            db.execute(f"CREATE VIEW {name} AS FROM {source}")
        except duckdb.Error as error:
            raise _damaged(clean, error) from error
    return Shelf(clean, db, manifest)


def _damaged(clean: Path, error: Exception) -> StoreError:
    return StoreError(f"{clean}: {sentence(error)}; `copydesk verify` tells what is damaged")


def find_documents(shelf: Shelf, wanted: str) -> list[Row]:
    """Return the document that an id or its prefix names, or all that a URL names.

    Raises StoreError when nothing, or more than one id, answers to it.
    """
    columns = "doc_id, raw_path, raw_locator, title"
    rows = shelf.rows(
        f"""SELECT {columns} FROM documents WHERE url = $1
            OR doc_id IN (SELECT doc_id FROM origins WHERE url = $1) ORDER BY doc_id""",
        wanted,
    )
    if rows:
        return rows
    doc_id = find_document(shelf, wanted)
    return shelf.rows(f"SELECT {columns} FROM documents WHERE doc_id = $1", doc_id)


def find_document(shelf: Shelf, wanted: str) -> str:
    """Return the one ``doc_id`` that an id, its prefix, a story id, a URL or a raw path names.

    Raises StoreError when nothing or more than one document answers to it.
    """
    found = shelf.rows(
        """SELECT DISTINCT doc_id FROM (
            SELECT doc_id FROM documents WHERE doc_id = $1 OR url = $1
                OR (length($1) >= $2 AND starts_with(doc_id, $1))
            UNION SELECT doc_id FROM origins WHERE raw_path = $1 OR url = $1
                OR raw_path || ' ' || raw_locator = $1)
        ORDER BY doc_id""",
        wanted,
        LEAST_PREFIX,
    )
    if not found:
        raise StoreError(f"{shelf.clean}: {_refusal_of(shelf, wanted)}")
    if len(found) > 1:
        some = ", ".join(row["doc_id"] for row in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise StoreError(f"'{wanted}' names {len(found)} documents: {some}{more}")
    doc_id: str = found[0]["doc_id"]
    return doc_id


def _refusal_of(shelf: Shelf, wanted: str) -> str:
    rows = shelf.rows(
        "SELECT * FROM rejected WHERE raw_path = $1 ORDER BY run_id DESC, raw_locator", wanted
    )
    gone = shelf.rows(
        "SELECT * FROM forgotten WHERE length($1) >= $2 AND starts_with(doc_id, $1)",
        wanted,
        LEAST_PREFIX,
    )
    if gone:
        return f"{gone[0]['doc_id']} was forgotten on {gone[0]['forgotten_at']:%Y-%m-%d}"
    if not rows:
        return f"no document has the id, URL or raw path '{wanted}'"
    row = rows[0]
    where = f"{wanted} {row['raw_locator']}".strip()
    return f"{where} was rejected: {row['reason']}: {row['detail']}"


def trace(shelf: Shelf, wanted: str) -> Row:
    """Return all that is known of a document: origins, blocks, story, matches and run."""
    doc_id = find_document(shelf, wanted)
    document = shelf.rows("SELECT * FROM documents WHERE doc_id = $1", doc_id)[0]
    copy = shelf.rows("SELECT * FROM copies WHERE doc_id = $1", doc_id)
    story = copy[0]["story_id"] if copy else None
    return {
        "document": document,
        "origins": shelf.rows(
            "SELECT * EXCLUDE doc_id FROM origins WHERE doc_id = $1 ORDER BY ALL", doc_id
        ),
        "removed": shelf.rows(
            "SELECT * EXCLUDE doc_id FROM removed WHERE doc_id = $1 ORDER BY block", doc_id
        ),
        "copy": copy[0] if copy else None,
        "article": next(
            iter(shelf.rows("SELECT * EXCLUDE text FROM articles WHERE story_id = $1", story)), None
        ),
        "story": shelf.rows("SELECT * FROM copies WHERE story_id = $1 ORDER BY doc_id", story),
        "run": next(
            iter(shelf.rows("SELECT * FROM runs WHERE run_id = $1", document["run_id"])), None
        ),
        "edition": shelf.manifest["edition"],
    }


def restore(shelf: Shelf, wanted: str) -> list[Row]:
    """Return every block of a document in page order, with what was decided about it."""
    doc_id = find_document(shelf, wanted)
    removed = shelf.rows(
        "SELECT block, verdict, label, rule, score, text FROM removed WHERE doc_id = $1", doc_id
    )
    row = shelf.rows("SELECT text, kept_block, kept_score FROM documents WHERE doc_id = $1", doc_id)
    (kept,) = row
    lines = kept["text"].split("\n") if kept["kept_block"] else []
    blocks = [
        {"block": i, "verdict": "keep", "label": None, "rule": None, "score": score, "text": text}
        for i, score, text in zip(kept["kept_block"], kept["kept_score"], lines, strict=True)
    ]
    return sorted(blocks + removed, key=lambda block: block["block"])


def status(shelf: Shelf, pipeline_digest: str) -> Row:
    """Return the edition, its totals, the last run, and what is old or was refused."""
    totals = {
        name: shelf.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"]
        for name in ("articles", "copies", "documents", "removed", "rejected", "furniture", "runs")
    }
    last = shelf.rows("SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1")
    old = shelf.rows(
        "SELECT count(*) AS n FROM documents WHERE pipeline_digest <> $1", pipeline_digest
    )
    return {
        "edition": shelf.manifest["edition"],
        "schema_version": shelf.manifest["schema_version"],
        "finished_at": shelf.manifest["finished_at"],
        "tables": totals,
        "last_run": last[0] if last else None,
        "rejected": shelf.rows(
            """SELECT reason, count(DISTINCT (raw_path, raw_locator)) AS records FROM rejected
            GROUP BY reason ORDER BY reason"""
        ),
        "documents_cleaned_by_an_older_pipeline": old[0]["n"],
    }


def furniture(shelf: Shelf) -> list[Row]:
    """Return the lines that the runs learned to be furniture, by site, the surest first."""
    return shelf.rows("SELECT * FROM furniture ORDER BY site, stories DESC, line, run_id")


def schema(table: str | None = None) -> Row:
    """Return columns, types and meanings of one table or of all.

    Raises SettingsError when there is no such table.
    """
    if table is not None and table not in TABLES:
        raise SettingsError(f"there is no table '{table}'; there are {', '.join(TABLES)}")
    chosen = [TABLES[table]] if table else list(TABLES.values())
    return {
        t.name: {
            "meaning": t.meaning,
            "partition": t.partition,
            "key": list(t.key),
            "bloom": list(t.bloom),
            "columns": [
                {"name": c.name, "type": type_name(c.type), **t.told(c)} for c in t.columns
            ],
        }
        for t in chosen
    }
