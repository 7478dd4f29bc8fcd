"""The story stage alone: documents are staged as if they had been cleaned, then told and published.

Every step is the product's own; only reading and cleaning are left out.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import engine, learning, pool, telling
from pipeline.batch import Job, Tally
from pipeline.settings import Settings
from pipeline.store import publish, settle, slips, state
from pipeline.store.schemas import TABLES
from tests.bench.measured import cpu_seconds

TELLING = ("sign", "settle", "compare", "tell")
"""The stages from text to story."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did."""

    seconds: dict[str, float]
    """CPU seconds by stage, of all processes."""
    documents: int
    pairs: int
    """Candidate pairs that were looked at."""
    matches: int


class _Here:
    """Stands in for the pool of processes: a task is done where it is scheduled."""

    def schedule(self, function: Any, args: tuple[Any, ...], **_: float) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(function(*args))
        return done


@contextmanager
def one_process(settings: Settings) -> Any:
    """Do all work in this process; for ``engine.crew``."""
    yield pool.Crew(_Here(), 1, settings)  # type: ignore[arg-type]


def run(home: Path, batches: Iterable[pa.RecordBatch], settings: Settings) -> Run:
    """Tell the documents with what ``home/clean`` knows, and publish the edition.

    They come with the columns ``id``, ``text``, ``source`` and, where dated, ``published``.
    """
    raw, clean = home / "raw", home / "clean"
    raw.mkdir(parents=True, exist_ok=True)
    settings = settings.model_copy(
        update={"furniture": settings.furniture.model_copy(update={"enabled": False})}
    )
    with engine.start(raw, clean, settings) as desk:
        documents = sum(_stage(desk.job, n, batch) for n, batch in enumerate(batches))
        return _tell(desk, documents)


def _tell(desk: engine.Run, documents: int) -> Run:
    store, job = desk.store, desk.job
    knowledge = learning.learn(store, job, desk.hands, desk.notify)
    counts = engine.RunCounts(read=documents, stored=documents)
    seconds = {}

    def timed(name: str, stage: Callable[[], object]) -> None:
        began = cpu_seconds()
        stage()
        seconds[name] = cpu_seconds() - began

    timed("sign", lambda: telling.sign(job, desk.hands, desk.notify))
    timed("settle", lambda: settle.settle(store))
    timed("compare", lambda: telling.compare(store, job, desk.hands, desk.notify))
    timed("tell", lambda: telling.tell(store, job, desk.hands, desk.notify))
    pairs = state.count(store, "SELECT count(*) FROM run.candidate")
    matches = state.count(store, "SELECT count(*) FROM run.match")
    timed("publish", lambda: engine.finish(desk, counts, Tally(), knowledge))
    return Run(seconds, documents, pairs, matches)


def _stage(job: Job, number: int, batch: pa.RecordBatch) -> int:
    """Write one part of ``documents`` and its slip; return its rows."""
    shape = TABLES["documents"].arrow()
    columns = {field.name: pa.nulls(len(batch), field.type) for field in shape}
    columns |= {"doc_id": batch["id"], "text": batch["text"], "source": batch["source"]}
    columns |= {"raw_path": batch["id"], "raw_locator": pa.repeat("", len(batch))}
    columns |= {"raw_sha256": pa.repeat("", len(batch)), "run_id": pa.repeat("", len(batch))}
    if "published" in batch.schema.names:
        day = batch["published"]
        columns |= {"published_date": day, "published_at": pc.cast(day, pa.timestamp("us", "UTC"))}
    table = pa.table(columns, schema=shape)
    path = publish.documents_path(job.started_at.date(), job.edition, number, 0)
    publish.stage_documents(
        job.staging, path, table, TABLES["removed"].arrow().empty_table(), job.pipeline_digest
    )
    found = table.select(slips.SLIPS["found"].names)
    slips.write_table(job.staging, "found", f"{number:06d}", found)
    return len(batch)


def told(clean: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the story of each published document, and the canonical of each story."""
    query = f"SELECT doc_id, story_id, is_canonical FROM '{clean}/copies/*/*.parquet'"
    rows = duckdb.sql(query).fetchall()
    stories = {doc_id: story_id for doc_id, story_id, _ in rows}
    return stories, {story_id: doc_id for doc_id, story_id, best in rows if best}
