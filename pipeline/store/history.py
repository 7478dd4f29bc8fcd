"""The numbers of past runs, read back: the table ``sources``, and documents to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import StoreError
from pipeline.store.edition import manifest_of
from pipeline.store.measures import MARKS
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal, quote, sentence

INGEST = "ingest"
"""The kind of a run that reads what is new: a rebuild has documents of all days."""


@dataclass(frozen=True, slots=True)
class Past:
    """Runs that read what was new, and what they found of each source."""

    runs: pa.Table
    """``run_id``, ``started_at``, in their order."""
    rows: pa.Table
    """Rows of ``sources``, of these runs."""


def read(clean: Path, days: int) -> Past:
    """Read the last ``days`` before the newest run. Raises StoreError when nothing is published."""
    manifest = manifest_of(clean)
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        # The row of a run that found nothing new joins the manifest with the next edition.
        files = sorted((clean / "runs").glob("*.parquet"))
        runs = _rows(
            db,
            clean,
            "runs",
            files,
            f"""SELECT run_id, started_at FROM every WHERE kind = '{INGEST}' AND started_at >
                (SELECT max(started_at) FROM every) - INTERVAL {days:d} DAY ORDER BY started_at""",
        )
        first = runs["started_at"][0].as_py() if runs.num_rows else datetime.now(UTC)
        least = f"run_date={first.date().isoformat()}"
        parts = [row["path"] for row in manifest["files"] if row["table"] == "sources"]
        recent = [clean / path for path in parts if path.split("/")[1] >= least]
        db.register("own", runs)
        query = "FROM every SEMI JOIN own USING (run_id) ORDER BY started_at, source, site"
        return Past(runs, _rows(db, clean, "sources", recent, query))


def _rows(
    db: duckdb.DuckDBPyConnection, clean: Path, table: str, files: Sequence[Path], query: str
) -> pa.Table:
    """Ask a query of a table, as ``every``; parts of an older version may have fewer columns."""
    db.register("none", TABLES[table].arrow().empty_table())
    source = "FROM none"
    if files:
        paths = ", ".join(f"'{quote(literal(file))}'" for file in files)
        options = "union_by_name = true, hive_partitioning = false"
        source += f" UNION ALL BY NAME FROM read_parquet([{paths}], {options})"
    try:
        return db.sql(f"WITH every AS ({source}) {query}").to_arrow_table().combine_chunks()
    except duckdb.Error as error:  # damaged, or folded meanwhile by a run that publishes
        told = f"{sentence(error)}; `copydesk verify` tells what is damaged"
        raise StoreError(f"{clean}: {told}") from error


_NEAREST = {
    "words": "abs(ln(word_count) - ln($4 + 1e-9))",
    "no_text": "word_count",
    "removed": "-chars_kept::DOUBLE / greatest(chars_raw, 1)",
    "more removed": "chars_kept::DOUBLE / greatest(chars_raw, 1)",
    "title": "(title IS NOT NULL)::INTEGER",
    "authors": "len(authors)",
    "date": "(published_at IS NOT NULL)::INTEGER",
    "score": "list_avg(kept_score)",
    "walled": "(paywall NOT IN ('metered', 'gated'))::INTEGER",
    "partial": "(completeness <> 'partial')::INTEGER",
    "furniture": "doc_id",
    "garbled": f"-len(regexp_extract_all(text, '{MARKS}'))",
}
"""By metric: what is least for the document that shows a break best. ``$4``: the level now."""


def example(
    clean: Path, source: str, metric: str, since: tuple[str, datetime], now: float
) -> dict[str, Any] | None:
    """Return ``doc_id``, ``raw_path`` and ``raw_locator`` of a document that shows a break.

    ``since`` is the first run of it. None when there is none, as where a feed is silent.
    """
    if metric not in _NEAREST:
        return None
    run_id, started_at = since
    least = f"run_date={started_at.date().isoformat()}"
    folders = sorted((clean / "documents").glob("run_date=*"))
    files = [f for folder in folders if folder.name >= least for f in folder.glob("*.parquet")][:50]
    if not files:
        return None
    with duckdb.connect() as db:
        try:
            rows = db.sql(
                f"""SELECT doc_id, raw_path, raw_locator FROM read_parquet($1,
                    hive_partitioning = false, union_by_name = true)
                WHERE (source = $2 OR site = $2) AND run_id >= $3 AND $4 IS NOT NULL
                    AND (word_count > 0 OR '{metric}' = 'no_text')
                ORDER BY {_NEAREST[metric]}, doc_id LIMIT 1""",
                params=[[literal(file) for file in files], source, run_id, now],
            ).to_arrow_table()
        except duckdb.Error as error:
            raise StoreError(f"{clean}: {sentence(error)}") from error
    found: list[dict[str, Any]] = rows.to_pylist()
    return found[0] if found else None
