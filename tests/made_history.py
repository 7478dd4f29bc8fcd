"""A past that tests make up: rows of ``sources``, in memory or published in a store."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.drift.grid import DAY, Rows
from pipeline.settings import Settings
from pipeline.store import parts, state
from pipeline.store.schemas import SCHEMA_VERSION, TABLES

START = 19_723 * DAY + 2 * 3_600
"""The first run: 2024-01-01, two in the morning."""
USUAL = {
    "rejected": 0.0,
    "without_text": 0.0,
    "words": 0.0,
    "words_log": np.log(600),
    "words_log_sd": 0.6,
    "removed": 0.3,
    "removed_sd": 0.1,
    "score": 0.93,
    "score_sd": 0.04,
    "with_title": 1.0,
    "with_authors": 0.9,
    "with_date": 1.0,
    "metered": 0.0,
    "gated": 0.0,
    "partial": 0.0,
    "garbled": 0.0,
    "with_furniture": 0.25,
    "furniture_words": 12.0,
}
"""Numbers of a source that is as ever; shares are of the documents."""
SHARES = frozenset(n for n in USUAL if n.startswith(("with", "metered", "gated", "pa", "garb")))


def past(
    sources: dict[str, NDArray[np.float64]], seed: int = 0, every: int = DAY
) -> tuple[Rows, NDArray[np.int64]]:
    """Return rows of sources with so many documents in each run, and the times of the runs.

    Where a source has none it has no row, as in a store.
    """
    rng = np.random.default_rng(seed)
    names = tuple(sorted(sources))
    size = len(next(iter(sources.values())))
    runs = START + np.arange(size) * every
    at = [(s, d) for s, n in enumerate(names) for d in range(size) if sources[n][d] > 0]
    source, day = (np.array(x, np.int64) for x in zip(*at, strict=True))
    stored = np.array([sources[names[s]][d] for s, d in at], float)
    numbers = {"stored": stored}
    for name, usual in USUAL.items():
        if name in SHARES:
            numbers[name] = rng.binomial(stored.astype(int), usual).astype(float)
        elif f"{name}_sd" in USUAL:
            noise = USUAL[f"{name}_sd"] / np.sqrt(stored)
            numbers[name] = usual + noise * rng.normal(size=len(stored))
        else:
            numbers[name] = np.full(len(stored), usual)
    none = np.full(len(stored), -1, np.int64)
    return Rows(runs[day], source, none, numbers, names, ()), runs


def changed(rows: Rows, source: str, first: int, last: int, **numbers: float) -> Rows:
    """Return the rows with other numbers of a source from one day up to another."""
    day = (rows.time - START) // DAY
    own = (rows.source == rows.sources.index(source)) & (day >= first) & (day < last)
    found = dict(rows.numbers)
    for name, value in numbers.items():
        of = SHARES | {"without_text"}
        new = np.round(value * rows.numbers["stored"]) if name in of else value
        found[name] = np.where(own, new, found[name])
    return replace(rows, numbers=found)


def publish(clean: Path, rows: Rows, runs: NDArray[np.int64], digest: str = "d") -> None:
    """Write rows and runs as a store of one edition, without a document."""
    listed = []
    for time in runs.tolist():
        at = datetime.fromtimestamp(time, UTC)
        run_id = f"{at:%Y%m%dT%H%M%S}Z-000000"
        own = np.flatnonzero(rows.time == time)
        told = {"run_id": run_id, "kind": "ingest", "started_at": at, "pipeline_digest": digest}
        if own.size:
            shape = TABLES["sources"].arrow()
            found = [
                {
                    **dict.fromkeys(shape.names, 0),
                    **{n: v[row].item() for n, v in rows.numbers.items() if n in shape.names},
                    **told,
                    "source": rows.sources[rows.source[row]],
                    "site": rows.sites[rows.site[row]] if rows.site[row] >= 0 else None,
                }
                for row in own
            ]
            columns = {f.name: pa.array([r[f.name] for r in found]).cast(f.type) for f in shape}
            place = parts.place("sources", at.date().isoformat(), run_id)
            parts.write_table(clean / place, "sources", pa.table(columns, schema=shape), digest)
            listed.append(parts.describe(clean / place, "sources", place))
        run = dict.fromkeys(TABLES["runs"].names) | {"versions": [], "run_id": run_id}
        run |= {"kind": "ingest", "started_at": at, "finished_at": at}
        place = parts.place("runs", None, run_id)
        parts.write_table(clean / place, "runs", parts.from_rows("runs", [run]), digest)
        listed.append(parts.describe(clean / place, "runs", place))
    manifest = {
        "edition": 1,
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "finished_at": at.isoformat(),
        "files": [asdict(part) for part in listed],
    }
    (clean / "edition.json").write_text(json.dumps(manifest))


def replace_past(clean: Path, rows: Rows, runs: NDArray[np.int64]) -> None:
    """Give a store that has documents another past: its runs and what they found of sources."""
    before = json.loads((clean / "edition.json").read_text())
    for table in ("runs", "sources"):
        shutil.rmtree(clean / table)
    publish(clean, rows, runs)
    own = json.loads((clean / "edition.json").read_text())["files"]
    kept = [part for part in before["files"] if part["table"] not in {"runs", "sources"}]
    (clean / "edition.json").write_text(json.dumps({**before, "files": kept + own}))
    with state.open_state(clean, 0, Settings().work) as opened:
        opened.db.execute("""DELETE FROM parts WHERE "table" IN ('runs', 'sources')""")
        opened.db.executemany("INSERT INTO parts VALUES (?, ?, ?, ?, ?)", [_listed(p) for p in own])


def _listed(part: dict[str, Any]) -> list[Any]:
    return [part[name] for name in ("table", "path", "rows", "bytes", "sha256")]
