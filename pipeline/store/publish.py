"""Stage the parts of the next edition: new rows, and parts without the rows that must go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa

from pipeline.errors import ConservationError
from pipeline.store import disk, knowledge, parts, slips
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal
from pipeline.store.staged import twin
from pipeline.store.state import State, arrow, count, execute, sha256_of

UNKNOWN_DAY = "unknown"


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the table ``runs`` says of a run, but for what only the store knows."""

    run_id: str
    kind: str
    started_at: datetime
    finished_at: datetime
    files: int
    files_known: int
    files_deferred: int
    read: int
    stored: int
    rejected: int
    already_known: int
    deferred: int
    ignored: int
    settings_digest: str
    code_digest: str
    model_digest: str
    knowledge_digest: str
    signature_digest: str
    versions: list[str]
    flow_run_id: str | None


def documents_path(run_date: date, edition: int, batch: int, piece: int) -> str:
    """Return where a batch's piece of ``documents`` will lie; ``removed`` has the same name."""
    return parts.place("documents", run_date.isoformat(), f"{edition:06d}-{batch:05d}-{piece:03d}")


def stage_documents(
    staging: Path, path: str, documents: pa.Table, removed: pa.Table, digest: str
) -> None:
    """Write a piece of ``documents`` and its twin of ``removed`` to the staging folder."""
    parts.write_table(staging / path, "documents", documents, digest)
    parts.write_table(staging / twin(path), "removed", removed, digest)


def stage(state: State, run_id: str, edition: int, digest: str) -> None:
    """Stage every part that the run changes, but for ``runs``.

    Needs what ``settle`` and the story stage left in the run database. Makes ``run.story`` (the
    touched stories), ``run.fresh_story`` and ``run.fresh_place`` (what differs from what is
    published) and ``run.gone`` (published parts of which nothing is left).
    """
    for statement in _DIFFERENCES:
        execute(state, statement)
    execute(state, _LIES, [str(state.staging), str(state.clean)])
    name = f"{edition:06d}"
    _drop_losers(state, digest)
    _drop(state, "articles", "story_id", _DEAD_ARTICLES, digest)
    _drop(state, "copies", "doc_id", _DEAD_COPIES, digest)
    _drop_origins(state, digest)
    _stage_days(state, "articles", _ARTICLES, name, digest)
    _stage_days(state, "copies", _COPIES, name, digest)
    changes = _CHANGES.format(edition=edition, run_id=run_id)
    _stage_whole(state, "origins", _NEW_ORIGINS, name, digest)
    _stage_whole(state, "rejected", "SELECT * FROM run.rejected", name, digest)
    _stage_whole(state, "changes", changes, name, digest)
    _stage_whole(state, "forgotten", _TAKEN.format(run_id=run_id), name, digest)
    _stage_whole(state, "furniture", knowledge.STAGED.format(run_id=run_id), name, digest)


def stage_run(state: State, row: RunRow, number: int, digest: str) -> tuple[int, int, int]:
    """Stage the run's own row; return how many documents, stories and copies there now are."""
    stories, copies = count(state, _STORIES_AFTER), count(state, _COPIES_AFTER)
    placed = {"stories": stories, "copies": copies, "edition": number}
    path = state.staging / parts.place("runs", None, row.run_id)
    table = parts.from_rows("runs", [{**asdict(row), **placed}])
    parts.write_table(path, "runs", table, digest)
    return count(state, _DOCUMENTS_AFTER), stories, copies


_DOCUMENTS_AFTER = """SELECT count(*) FROM (
SELECT doc_id FROM docs UNION SELECT doc_id FROM run.doc
EXCEPT SELECT doc_id FROM run.taken)"""

_STORIES_AFTER = """SELECT (SELECT count(*) FROM stories ANTI JOIN run.old_story USING (story_id))
+ (SELECT count(*) FROM run.story)"""

_COPIES_AFTER = """SELECT coalesce(sum(copies), 0) FROM (
SELECT copies FROM stories ANTI JOIN run.old_story USING (story_id)
UNION ALL SELECT copies FROM run.story)"""


def _drop_losers(state: State, digest: str) -> None:
    """Take rows of documents out that were found at a lesser origin, with their removed blocks."""
    rows = execute(
        state, "SELECT part, staged, list(doc_id) FROM run.loser GROUP BY ALL ORDER BY ALL"
    )
    for part, staged, ids in rows:
        _rewrite(state, "documents", part, "doc_id", ids, digest, published=not staged)
        # The twin may have gone before: of the documents that stayed, nothing was removed.
        if ((state.staging if staged else state.clean) / twin(part)).exists():
            _rewrite(state, "removed", twin(part), "doc_id", ids, digest, published=not staged)


def _drop(
    state: State, table: str, column: str, dead: str, digest: str, values: Sequence[object] = ()
) -> None:
    """Rewrite the published parts of a table without the rows that the query ``dead`` names."""
    query = f"SELECT part, list(id) FROM ({dead}) GROUP BY part ORDER BY part"
    for part, ids in execute(state, query, values):
        _rewrite(state, table, part, column, ids, digest, published=True)


def _drop_origins(state: State, digest: str) -> None:
    """Take the origins of forgotten documents out; no other run takes one away."""
    if count(state, "SELECT count(*) FROM run.taken"):
        rows = execute(state, "SELECT path FROM parts WHERE \"table\" = 'origins'")
        files = [literal(state.clean / path) for (path,) in rows]
        _drop(state, "origins", "doc_id", _DEAD_ORIGINS, digest, [str(state.clean), files])


def _rewrite(
    state: State,
    table: str,
    path: str,
    column: str,
    ids: list[str],
    digest: str,
    *,
    published: bool,
) -> None:
    staged = state.staging / path
    if published:
        parts.ensure(state.clean / path, sha256_of(state, path))
    left = parts.without((state.clean if published else state.staging) / path, column, ids)
    left = parts.aligned(left, table)
    if left.num_rows:
        parts.write_table(staged, table, left, digest)
    elif published:
        execute(state, "INSERT INTO run.gone VALUES (?)", [path])
    else:
        disk.remove(staged)


def _stage_days(state: State, table: str, query: str, name: str, digest: str) -> None:
    """Write the rows of a query to one part a day, streaming."""
    files = execute(state, "SELECT DISTINCT file FROM run.lies ORDER BY file")
    lying = query.replace("DOCUMENTS", f"({_LYING})")
    key = ", ".join(TABLES[table].key)
    reader = arrow(
        state,
        f"""SELECT {day_of("published_date")} AS day, * FROM ({lying})
        ORDER BY day, {key}""",
        [[*(literal(file) for (file,) in files), slips.shape_of(state.staging, "documents")]],
    )
    written = 0
    for day, pieces in groupby(_cut_by_day(reader), key=itemgetter(0)):
        path = state.staging / parts.place(table, day, name)
        written += parts.write(path, table, (piece for _, piece in pieces), digest)
    expected = count(state, f"SELECT count(*) FROM {_FRESH[table]}")
    if written != expected:
        raise ConservationError(f"{table}: {written} rows written of {expected}")


def _cut_by_day(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    for batch in batches:
        first = 0
        for day, run in groupby(batch.column("day").to_pylist()):
            length = sum(1 for _ in run)
            yield day, batch.slice(first, length)
            first += length


def _stage_whole(state: State, table: str, query: str, name: str, digest: str) -> None:
    rows = arrow(state, query).read_all()
    if rows.num_rows:
        path = state.staging / parts.place(table, None, name)
        parts.write_table(path, table, rows.select(list(TABLES[table].names)), digest)


def day_of(column: str) -> str:
    """Return the SQL for the name of a day's partition."""
    return f"coalesce(strftime({column}, '%Y-%m-%d'), '{UNKNOWN_DAY}')"


_FRESH = {"articles": "run.fresh_story", "copies": "run.fresh_place"}

_LYING = """SELECT p.* EXCLUDE (filename)
FROM read_parquet($1, hive_partitioning = false, filename = true, union_by_name = true) p
JOIN run.lies l ON l.doc_id = p.doc_id AND l.file = p.filename"""

_DIFFERENCES = (
    # Stories that the touched documents were in.
    """CREATE TABLE run.old_story AS SELECT DISTINCT story_id FROM docs
    WHERE story_id IS NOT NULL AND (doc_id IN (SELECT doc_id FROM run.place)
        OR doc_id IN (SELECT doc_id FROM run.doc))""",
    """CREATE TABLE run.outlet AS
    SELECT doc_id, outlet FROM run.doc
    UNION ALL SELECT doc_id, outlet FROM docs ANTI JOIN run.doc USING (doc_id)
        SEMI JOIN run.place USING (doc_id)""",
    """CREATE TABLE run.story AS
    SELECT t.story_id, t.canonical, t.reason, count(*)::INTEGER AS copies,
        coalesce(list_sort(list(DISTINCT o.outlet) FILTER (o.outlet IS NOT NULL)), []) AS sources
    FROM run.told t JOIN run.place p USING (story_id) JOIN run.outlet o USING (doc_id)
    GROUP BY ALL""",
    """CREATE TABLE run.fresh_story AS
    SELECT n.* FROM run.story n LEFT JOIN stories k USING (story_id)
    WHERE (n.canonical, n.reason, n.copies, n.sources)
        IS DISTINCT FROM (k.canonical, k.reason, k.copies, k.sources)
        OR n.canonical IN (SELECT doc_id FROM run.doc)""",
    """CREATE TABLE run.fresh_place AS
    SELECT n.* FROM run.place n LEFT JOIN docs k USING (doc_id)
    WHERE (n.story_id, n.is_canonical, n.match_kind, n.matched_doc_id, n.containment,
        n.weighted_containment, n.jaccard, n.shared_shingles)
        IS DISTINCT FROM (k.story_id, k.is_canonical, k.match_kind, k.matched_doc_id,
        k.containment, k.weighted_containment, k.jaccard, k.shared_shingles)
        OR n.doc_id IN (SELECT doc_id FROM run.doc)""",
    # A rebuild has made these three of what was published before.
    """CREATE TABLE IF NOT EXISTS run.was_copy AS
    SELECT doc_id, story_id FROM docs SEMI JOIN run.place USING (doc_id)
    WHERE story_id IS NOT NULL""",
    """CREATE TABLE IF NOT EXISTS run.was_story AS
    SELECT story_id, canonical FROM stories SEMI JOIN run.old_story USING (story_id)""",
    "CREATE TABLE IF NOT EXISTS run.judged_anew AS SELECT doc_id FROM run.doc",
    "CREATE TABLE run.gone (path VARCHAR)",
    "CREATE TABLE run.folded (folder VARCHAR, low VARCHAR, high VARCHAR, path VARCHAR)",
)

_LIES = """CREATE TABLE run.lies AS
SELECT doc_id, $1 || '/' || part AS file FROM run.doc WHERE part IS NOT NULL
UNION ALL SELECT doc_id, $2 || '/' || part FROM docs ANTI JOIN run.doc USING (doc_id)
    WHERE doc_id IN (SELECT doc_id FROM run.fresh_place
        UNION SELECT canonical FROM run.fresh_story)"""

_DEAD_ARTICLES = """SELECT k.part, k.story_id AS id
FROM stories k SEMI JOIN run.old_story USING (story_id)
WHERE k.story_id NOT IN (SELECT story_id FROM run.story)
    OR k.story_id IN (SELECT story_id FROM run.fresh_story)"""

_DEAD_COPIES = """SELECT copies_part AS part, doc_id AS id FROM docs
WHERE copies_part IS NOT NULL AND (doc_id IN (SELECT doc_id FROM run.fresh_place)
    OR (doc_id IN (SELECT doc_id FROM run.doc)
        AND doc_id NOT IN (SELECT doc_id FROM run.place)))"""

_DEAD_ORIGINS = """SELECT substring(filename, length($1) + 2) AS part, doc_id AS id
FROM read_parquet($2, filename = true) SEMI JOIN run.taken USING (doc_id)"""

_TAKEN = """SELECT doc_id, get_current_timestamp() AS forgotten_at, '{run_id}' AS run_id
FROM run.taken"""

_ARTICLES = """SELECT s.story_id, d.* EXCLUDE (run_id), s.copies AS copy_count,
    len(s.sources)::INTEGER AS source_count, s.sources, s.reason AS canonical_reason
FROM run.fresh_story s JOIN DOCUMENTS d ON d.doc_id = s.canonical"""

_COPIES = """SELECT p.*, d.* EXCLUDE (doc_id, run_id)
FROM run.fresh_place p JOIN DOCUMENTS d ON d.doc_id = p.doc_id"""

_NEW_ORIGINS = """SELECT doc_id, raw_path, raw_locator, any_value(raw_sha256) AS raw_sha256,
    any_value(url) AS url, any_value(fetched_at) AS fetched_at, any_value(run_id) AS run_id
FROM run.found ANTI JOIN origins USING (doc_id, raw_path, raw_locator) GROUP BY ALL"""

_CHANGES = """
WITH before AS (
    SELECT DISTINCT p.story_id, k.story_id AS previous_story_id
    FROM run.place p JOIN run.was_copy k USING (doc_id)),
pair AS (
    SELECT n.story_id, b.previous_story_id, n.canonical AS doc_id,
        k.canonical AS previous_doc_id,
        count(b.previous_story_id) OVER (PARTITION BY n.story_id) AS parents,
        count(*) OVER (PARTITION BY b.previous_story_id) AS children
    FROM run.story n LEFT JOIN before b USING (story_id)
    LEFT JOIN run.was_story k ON k.story_id = b.previous_story_id),
gone AS (SELECT k.story_id, k.canonical FROM run.was_story k
    WHERE k.story_id NOT IN (SELECT previous_story_id FROM before))
SELECT {edition}::BIGINT AS edition, CASE
        WHEN previous_story_id IS NULL THEN 'new'
        WHEN parents > 1 AND story_id <> previous_story_id THEN 'merged'
        WHEN children > 1 AND story_id <> previous_story_id THEN 'split'
        WHEN story_id <> previous_story_id THEN 'renamed'
        WHEN doc_id <> previous_doc_id OR doc_id IN (SELECT doc_id FROM run.judged_anew)
            THEN 're-worded'
    END AS kind, story_id, previous_story_id, doc_id, previous_doc_id, '{run_id}' AS run_id
FROM pair WHERE kind IS NOT NULL
UNION ALL SELECT {edition}, 'gone', NULL, story_id, NULL, canonical, '{run_id}' FROM gone"""
