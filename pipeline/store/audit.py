"""What an edition must hold true of itself, asked of its manifest and its Parquet alone."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.errors import LockedError, StoreError
from pipeline.identity import sha256
from pipeline.store import disk, parts
from pipeline.store.edition import EDITIONS, MANIFEST, manifest_of
from pipeline.store.publish import day_of
from pipeline.store.schemas import SCHEMA_VERSION, TABLES
from pipeline.store.sql import literal, quote, sentence

Row = dict[str, Any]

ROWS_AT_ONCE = 500
_LOOKS = 20
_PAUSE_SECONDS = 0.5
"""How often, and how long apart, files are looked at again while a writer publishes."""
SHOWN = 20
"""Rows that one check names; it counts the others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be."""

    kind: str
    """Which check found it, such as `part-changed` or `one-canonical`."""
    where: str
    """A file, a document, a story or a run."""
    detail: str


@dataclass(frozen=True, slots=True)
class Books:
    """One edition, opened: its folder, its manifest and a view of its files for every table."""

    folder: Path
    """The snapshot of the edition, so that a run that publishes meanwhile changes nothing; where
    there is none that is whole, ``clean/`` itself."""
    manifest: dict[str, object]
    db: duckdb.DuckDBPyConnection

    @property
    def files(self) -> list[dict[str, object]]:
        """The parts that the manifest lists."""
        found = self.manifest["files"]
        return found if isinstance(found, list) else []


def open_books(clean: Path) -> Books:
    """Open the current edition. Raises StoreError when nothing is published or readable."""
    manifest = manifest_of(clean)
    listed = [row["path"] for row in manifest["files"]]
    snapshot = clean / EDITIONS / str(manifest["edition"])
    folder = snapshot if all((snapshot / path).exists() for path in listed) else clean
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET memory_limit = '1GB'")
    for name, table in TABLES.items():
        files = [
            quote(literal(folder / row["path"]))
            for row in manifest["files"]
            if row["table"] == name and parts.readable(folder / row["path"])
        ]
        # Parts of an older version may have fewer columns, all of them.
        db.register("none", table.arrow().empty_table())
        db.execute(f"CREATE TABLE no_{name} AS FROM none")
        source = f"(SELECT *, '' AS filename FROM no_{name})"
        if files:
            paths = ", ".join(f"'{file}'" for file in files)
            options = "union_by_name = true, hive_partitioning = false, filename = true"
            source += f" UNION ALL BY NAME FROM read_parquet([{paths}], {options})"
        db.execute(f"CREATE VIEW {name} AS FROM {source}")
    return Books(folder, manifest, db)


def check_files(books: Books, clean: Path) -> list[Finding]:
    """Hold every part in ``clean/`` against the manifest: its bytes, its hash, rows and version.

    While another process publishes, files and manifest differ for a moment: then this looks again.
    """
    for _ in range(_LOOKS):
        found = list(_check_files(books.manifest, clean))
        if not found or not _is_written(clean):
            break
        time.sleep(_PAUSE_SECONDS)
        now = manifest_of(clean)
        if now["edition"] != books.manifest["edition"]:
            # This edition is gone from the globs; its snapshot is what there is of it.
            return list(_check_files(books.manifest, books.folder))
    return found


def _is_written(clean: Path) -> bool:
    """Tell whether a writer is at work."""
    try:
        with disk.lock(clean / ".state" / "lock", 0, shared=True):
            return False
    except LockedError:
        return True
    except OSError:  # a backup has no lock
        return False


def _check_files(manifest: Mapping[str, Any], clean: Path) -> Iterator[Finding]:
    for row in manifest["files"]:
        path = str(row["path"])
        try:
            data = (clean / path).read_bytes()
        except OSError as error:
            yield Finding("part-missing", path, str(error.strerror))
            continue
        if len(data) != row["bytes"] or sha256(data) != row["sha256"]:
            yield Finding("part-changed", path, f"its bytes are not those that {MANIFEST} lists")
        if not parts.readable(clean / path):
            yield Finding("part-unreadable", path, "this is no whole Parquet file")
            continue
        facts = pq.read_metadata(clean / path)
        if facts.num_rows != row["rows"]:
            yield Finding("part-rows", path, f"{facts.num_rows} rows, listed are {row['rows']}")
        said = (facts.metadata or {}).get(b"copydesk.schema_version", b"-1")
        if not 0 <= int(said) <= SCHEMA_VERSION:
            yield Finding("part-version", path, f"schema version {said.decode()} is not known")
    listed = {str(row["path"]) for row in manifest["files"]}
    # The row of a run that found nothing new joins the manifest with the next edition.
    for table in sorted(TABLES.keys() - {"runs"}):
        for file in sorted((clean / table).rglob("*.parquet")):
            path = file.relative_to(clean).as_posix()
            if path not in listed:
                yield Finding("part-stray", path, f"{MANIFEST} does not list it")


def count_documents(books: Books, sample: int | None) -> int:
    """Return how many documents ``documents`` yields."""
    total = sum(int(str(row["rows"])) for row in books.files if row["table"] == "documents")
    return total if sample is None else min(total, sample)


def documents(books: Books, sample: int | None) -> Iterator[Row]:
    """Yield documents, each with its removed blocks as ``gone``, once for each of its origins.

    They come in the order of raw records, with place and hash of that origin. A sample has the
    documents whose ids have the least hashes. Raises StoreError when a part is damaged inside.
    """
    limit = "" if sample is None else f"ORDER BY md5(doc_id) LIMIT {sample:d}"
    query = f"""SELECT d.* EXCLUDE (filename) REPLACE (o.raw_path AS raw_path,
            o.raw_locator AS raw_locator, o.raw_sha256 AS raw_sha256), gone
        FROM (SELECT * FROM documents {limit}) d JOIN origins o USING (doc_id)
        LEFT JOIN (SELECT doc_id, list(struct_pack(block := block, "start" := "start",
            "end" := "end", path := path, text := text) ORDER BY block) AS gone
            FROM removed GROUP BY doc_id) USING (doc_id)
        ORDER BY o.raw_path, length(o.raw_locator), o.raw_locator"""
    try:
        with books.db.cursor() as cursor:
            for found in cursor.sql(query).to_arrow_reader(ROWS_AT_ONCE):
                yield from found.to_pylist()
    except duckdb.Error as error:
        raise StoreError(sentence(error)) from error


def raw_paths(books: Books) -> list[str]:
    """Return every raw file that a document came from, in order."""
    query = "SELECT DISTINCT raw_path FROM origins ORDER BY raw_path"
    try:
        return [path for (path,) in books.db.execute(query).fetchall()]
    except duckdb.Error as error:
        raise StoreError(sentence(error)) from error


def check_rows(books: Books) -> Iterator[Finding]:
    """Hold the tables against each other; a check names the first few rows and counts the rest."""
    for table in TABLES.values():
        key = ", ".join(table.key)
        where = " || ' ' || ".join(f"coalesce({name}::VARCHAR, '')" for name in table.key)
        query = f"""SELECT {where}, '{table.name} has ' || count(*) || ' rows of it'
            FROM {table.name} GROUP BY {key} HAVING count(*) > 1"""
        yield from _ask(books, "doubled-row", query)
    for kind, query in CHECKS.items():
        yield from _ask(books, kind, query)


def _ask(books: Books, kind: str, query: str) -> Iterator[Finding]:
    try:
        rows = books.db.execute(f"SELECT * FROM ({query}) ORDER BY 1, 2").fetchall()
    except duckdb.Error as error:  # a part that is damaged inside
        yield Finding("unreadable", kind, f"could not be checked: {sentence(error)}")
        return
    for where, detail in rows[:SHOWN]:
        yield Finding(kind, str(where), str(detail))
    if len(rows) > SHOWN:
        yield Finding(kind, "", f"{len(rows) - SHOWN:,} more")


_SAME = [
    name
    for name in TABLES["articles"].names
    if name in TABLES["documents"].names and name not in {"doc_id", "text"}
]
_COPIED = [
    name
    for name in TABLES["copies"].names
    if name in TABLES["documents"].names and name != "doc_id"
]


def _differs(names: list[str], one: str, other: str) -> str:
    return " OR ".join(f'{one}."{n}" IS DISTINCT FROM {other}."{n}"' for n in names)


CHECKS = {
    "text-without-place": """SELECT doc_id, 'has text and is in no story' FROM documents
        WHERE text <> '' AND doc_id NOT IN (SELECT doc_id FROM copies)""",
    "place-without-text": """SELECT c.doc_id, 'is in a story and has no text' FROM copies c
        LEFT JOIN documents d USING (doc_id) WHERE coalesce(d.text, '') = ''""",
    "one-canonical": """SELECT story_id, count(*) FILTER (is_canonical) || ' canonical copies'
        FROM copies GROUP BY story_id HAVING count(*) FILTER (is_canonical) <> 1""",
    "story-name": """SELECT story_id, 'no member of the story has this id' FROM copies
        GROUP BY story_id HAVING NOT bool_or(doc_id = story_id)""",
    "article-of-story": """SELECT story_id, 'stands in one of articles and copies alone'
        FROM (SELECT story_id, doc_id FROM articles) FULL JOIN
            (SELECT story_id, doc_id AS best FROM copies WHERE is_canonical) USING (story_id)
        WHERE doc_id IS DISTINCT FROM best""",
    "copy-count": """SELECT story_id, 'copy_count ' || copy_count || ' of ' || n FROM articles
        JOIN (SELECT story_id, count(*) AS n FROM copies GROUP BY story_id) USING (story_id)
        WHERE copy_count <> n OR source_count <> len(sources)""",
    "article-differs": f"""SELECT a.doc_id, 'articles and documents tell different things'
        FROM articles a JOIN documents d USING (doc_id)
        WHERE a.text <> d.text OR {_differs(_SAME, "a", "d")}""",
    "copy-differs": f"""SELECT c.doc_id, 'copies and documents tell different things'
        FROM copies c JOIN documents d USING (doc_id) WHERE {_differs(_COPIED, "c", "d")}""",
    "blocks": """SELECT doc_id, 'kept and removed blocks are not ' || blocks || ', each once'
        FROM documents LEFT JOIN (SELECT doc_id, list(block ORDER BY block) AS gone FROM removed
            GROUP BY doc_id) USING (doc_id)
        WHERE list_sort(list_concat(kept_block, coalesce(gone, []))) <> range(blocks)""",
    "removed-of-nothing": """SELECT DISTINCT doc_id, 'has removed blocks and is no document'
        FROM removed ANTI JOIN documents USING (doc_id)""",
    "kept-lines": """SELECT doc_id, 'its text is not one line a kept block' FROM documents
        WHERE CASE WHEN text = '' THEN 0 ELSE len(string_split(text, chr(10))) END
            <> len(kept_block) OR length(text) <> chars_kept OR len(kept_score) <> len(kept_block)
            OR len(kept_start) <> len(kept_block) OR len(kept_end) <> len(kept_block)""",
    "origin": """SELECT d.doc_id, 'its raw record is not its least origin' FROM documents d
        LEFT JOIN (SELECT doc_id, min_by(raw_path || chr(10) || raw_locator,
            [raw_path, lpad(length(raw_locator)::VARCHAR, 4, '0'), raw_locator]) AS least
            FROM origins GROUP BY doc_id) o USING (doc_id)
        WHERE least IS DISTINCT FROM d.raw_path || chr(10) || d.raw_locator""",
    "origin-of-nothing": """SELECT DISTINCT doc_id, 'has origins and is no document' FROM origins
        ANTI JOIN documents USING (doc_id)""",
    "forgotten": """SELECT doc_id, 'was forgotten and is a document' FROM documents
        SEMI JOIN forgotten USING (doc_id)""",
    "partition": " UNION ALL ".join(
        f"""SELECT doc_id, 'lies in the wrong day: ' || parse_filename(parse_dirpath(filename))
        FROM {name} WHERE parse_filename(parse_dirpath(filename))
            <> 'day=' || {day_of("published_date")}"""
        for name in ("articles", "copies")
    ),
    "date": """SELECT doc_id, 'published_date is not the day of published_at' FROM documents
        WHERE published_date IS DISTINCT FROM published_at::DATE""",
    "conservation": """SELECT run_id, read || ' read, ' || (stored + rejected + already_known
        + deferred) || ' accounted for' FROM runs
        WHERE read <> stored + rejected + already_known + deferred""",
    "source-conservation": """SELECT run_id, 'sources has ' || s || ' stored and ' || r
        || ' rejected, runs ' || stored || ' and ' || rejected FROM runs JOIN (
            SELECT run_id, sum(stored)::BIGINT AS s, sum(rejected)::BIGINT AS r,
                bool_and(read = stored + rejected + already_known) AS adds_up
            FROM sources GROUP BY run_id) USING (run_id)
        WHERE (s, r) <> (stored, rejected) OR NOT adds_up""",
    # A document that came again at a lesser place, or was forgotten, has left its run since.
    "source-numbers": """SELECT t.run_id || ' ' || t.source || coalesce(' ' || t.site, ''),
            n || ' documents of it are not those that sources counted'
        FROM (SELECT run_id, source,
                nullif(nullif(coalesce(site, source), 'unknown'), source) AS site,
                count(*) AS n, (sum(word_count), count(title), count(*) FILTER (len(authors) > 0),
                    count(published_at), count(*) FILTER (text = '')) AS own
            FROM documents GROUP BY ALL) t
        LEFT JOIN sources s ON s.run_id = t.run_id AND s.source = t.source
            AND s.site IS NOT DISTINCT FROM t.site
        WHERE t.run_id IN (SELECT run_id FROM sources) AND (s.run_id IS NULL
            OR n > stored + already_known OR (n = stored AND already_known = 0
                AND own <> (words, with_title, with_authors, with_date, without_text)))""",
    "totals": """SELECT run_id, 'stories or copies are not those that the last run counted'
        FROM (SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT 1)
        WHERE stories <> (SELECT count(*) FROM articles)
            OR copies <> (SELECT count(*) FROM copies)""",
}
"""By name: a query for what is wrong, as where and detail."""
