"""What the report shows, asked of one edition: sums at once, stories and documents as streams."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import StoreError
from pipeline.store import audit
from pipeline.store.audit import Books
from pipeline.store.sql import quote, sentence

Row = dict[str, Any]

_AT_ONCE = 250
_UNSPACED = "\\x{0e00}-\\x{0eff}\\x{1000}-\\x{109f}\\x{1780}-\\x{17ff}\\x{3040}-\\x{30ff}"
_UNSPACED += "\\x{3400}-\\x{9fff}\\x{f900}-\\x{faff}"
_WORDS = f"len(regexp_extract_all(text, '[{_UNSPACED}]|[\\p{{L}}\\p{{N}}\\p{{M}}_]+'))"
"""As ``rows.count_words`` counts."""

_DOCUMENT = """d.doc_id, d.raw_path, d.raw_locator, d.raw_sha256, d.source, d.site, d.outlet, d.url,
    d.fetched_at, d.title, d.title_source, d.text, d.authors, d.authors_source, d.editors, d.agency,
    d.agency_source, d.dateline, d.wire_mark, d.wire_mark_source, d.published_at,
    d.published_at_source, d.published_precision, d.published_zone_known, d.modified_at,
    d.modified_at_source, d.language, d.language_source, d.section, d.paywall, d.paywall_evidence,
    d.completeness, d.completeness_evidence, d.word_count, d.kept_block,
    d.kept_start, d.kept_end, d.kept_path, d.kept_score, d.chars_raw, d.chars_kept, d.encoding,
    d.encoding_source, d.mode, d.helpers, d.warnings"""
_COPY = """c.doc_id, c.story_id, c.is_canonical, c.match_kind, c.matched_doc_id, c.containment,
    c.shared_shingles, c.title, c.published_at, c.outlet, d.published_precision,
    d.published_zone_known"""
_COPIES = "own_copies c LEFT JOIN documents d USING (doc_id)"
_DAY = "CASE WHEN published_precision IN ('month', 'year') THEN NULL ELSE published_date END"
"""Of a story of which the day is known; the first of a year is none."""
UNKNOWN = "unknown outlet"
_OUTLET = f"coalesce(site, nullif(source, 'unknown'), '{UNKNOWN}')"
_CANONICAL_FIRST = "s.place, c.is_canonical DESC, c.published_at NULLS LAST, c.doc_id"


def open_edition(clean: Path, spill: Path, day: date | None, limit: int | None) -> Books:
    """Open an edition and choose its stories: the newest ``limit``, those of ``day``, or all.

    What does not fit into memory goes to ``spill``. Makes ``chosen`` (``place``, ``story_id``),
    ``outlet_of`` and ``gone``. Raises StoreError when nothing is published or a part is damaged.
    """
    books = audit.open_books(clean)
    db = books.db
    # Order comes from ORDER BY alone; without this DuckDB keeps whole tables to restore another.
    db.execute(f"SET temp_directory = '{quote(spill)}'; SET preserve_insertion_order = false")
    try:
        for name in ("documents", "copies"):
            db.execute(f"CREATE VIEW own_{name} AS SELECT *, {_OUTLET} AS outlet FROM {name}")
        db.execute(
            """CREATE TABLE chosen AS SELECT row_number() OVER (
                ORDER BY published_at DESC NULLS LAST, story_id) AS place, story_id
            FROM articles WHERE $1 IS NULL OR published_date = $1
            ORDER BY 1 LIMIT coalesce($2, 9223372036854775807)""",
            [day, limit],
        )
        db.execute(
            f"""CREATE TABLE gone AS SELECT doc_id, label, count(*) AS blocks,
                sum({_WORDS})::BIGINT AS words
            FROM removed GROUP BY ALL"""
        )
        # A copy without the agency's mark is agency copy if its story has one that bears it.
        db.execute(
            """CREATE TABLE told AS SELECT d.doc_id, d.outlet, d.agency, d.published_date,
                d.word_count, c.story_id, d.paywall, d.completeness,
                bool_or(d.agency IS NOT NULL) OVER (PARTITION BY coalesce(story_id, d.doc_id))
                    AS of_agency
            FROM own_documents d LEFT JOIN copies c USING (doc_id)"""
        )
    except duckdb.Error as error:
        raise StoreError(f"{clean}: {sentence(error)}") from error
    return books


def totals(books: Books) -> Row:
    """Return how many there are of everything, of all and of what was chosen."""
    return _rows(
        books,
        f"""SELECT (SELECT count(*) FROM articles) AS stories,
            (SELECT count(*) FROM copies) AS copies, (SELECT count(*) FROM told) AS documents,
            (SELECT count(*) FROM chosen) AS chosen,
            (SELECT count(DISTINCT outlet) FROM told WHERE outlet <> '{UNKNOWN}') AS outlets,
            (SELECT count(*) FROM told WHERE story_id IS NULL) AS without_text,
            (SELECT count(*) FROM rejected) AS rejected,
            (SELECT coalesce(sum(word_count), 0)::BIGINT FROM told) AS words_kept,
            (SELECT coalesce(sum(words), 0)::BIGINT FROM gone) AS words_removed,
            (SELECT min(published_date) FROM told) AS first_day,
            (SELECT max(published_date) FROM told) AS last_day""",
    )[0]


def words_by_day(books: Books) -> list[Row]:
    """Return ``day, label, words``, the label of kept words null; undated documents have no day."""
    return _rows(
        books,
        """SELECT published_date AS day, NULL AS label, sum(word_count)::BIGINT AS words
        FROM told GROUP BY ALL
        UNION ALL SELECT published_date, label, sum(words)::BIGINT
        FROM gone JOIN told USING (doc_id) GROUP BY ALL ORDER BY ALL NULLS FIRST""",
    )


def travels(books: Books) -> list[Row]:
    """Return ``agency, copies, stories``: how many stories of each agency have so many copies."""
    return _rows(
        books,
        """SELECT agency, copy_count AS copies, count(*) AS stories FROM articles
        GROUP BY ALL ORDER BY ALL NULLS FIRST""",
    )


def outlets(books: Books) -> list[Row]:
    """Return a row an outlet: documents, stories, whose copy, words, paywalls, days, labels."""
    return _rows(
        books,
        """SELECT outlet, count(*) AS documents, count(DISTINCT story_id) AS stories,
            count(*) FILTER (agency IS NOT NULL) AS marked,
            count(*) FILTER (agency IS NULL AND of_agency) AS unmarked,
            count(*) FILTER (story_id IS NULL) AS without_text,
            count(*) FILTER (paywall IN ('gated', 'metered')) AS walled,
            count(*) FILTER (completeness = 'partial') AS partial,
            sum(word_count)::BIGINT AS words_kept, min(published_date) AS first_day,
            max(published_date) AS last_day, any_value(labels) AS labels
        FROM told LEFT JOIN (SELECT outlet, list(struct_pack(label := label, blocks := blocks,
                words := words) ORDER BY words DESC, label) AS labels
            FROM (SELECT outlet, label, sum(blocks)::BIGINT AS blocks, sum(words)::BIGINT AS words
                FROM gone JOIN told USING (doc_id) GROUP BY ALL) GROUP BY outlet) USING (outlet)
        GROUP BY outlet ORDER BY documents DESC, outlet""",
    )


def outlet_stories(books: Books, most: int) -> Iterator[Row]:
    """Yield ``outlet, story_id, title, text, published_at, copy_count``, newest chosen first.

    At most ``most`` of each outlet, in the order of outlets; ``text`` is the beginning alone.
    """
    return _stream(
        books,
        f"""SELECT outlet, a.story_id, a.title, left(a.text, 200) AS text, a.published_at,
            a.published_precision, a.copy_count
        FROM (SELECT DISTINCT outlet, story_id FROM own_copies) c JOIN chosen s USING (story_id)
        JOIN articles a USING (story_id)
        QUALIFY row_number() OVER (PARTITION BY outlet ORDER BY s.place) <= {most:d}
        ORDER BY outlet, s.place""",
    )


def furniture(books: Books, most: int) -> list[Row]:
    """Return ``site, line, stories``, the surest ``most`` lines of each site."""
    return _rows(
        books,
        f"""SELECT site, line, max(stories) AS stories FROM furniture GROUP BY site, line
        QUALIFY row_number() OVER (PARTITION BY site ORDER BY max(stories) DESC, line) <= {most:d}
        ORDER BY site, stories DESC, line""",
    )


def refused(books: Books, most: int) -> tuple[list[Row], list[Row]]:
    """Return reasons with their numbers, and the last ``most`` refusals."""
    reasons = _rows(
        books,
        """SELECT reason, count(*) AS records FROM rejected
        GROUP BY ALL ORDER BY records DESC, reason""",
    )
    some = f"""SELECT raw_path, raw_locator, stage, reason, detail, run_id FROM rejected
        ORDER BY run_id DESC, raw_path, raw_locator LIMIT {most:d}"""
    return reasons, _rows(books, some)


def stories(books: Books) -> Iterator[Row]:
    """Yield the chosen articles, newest first."""
    return _stream(
        books,
        f"""SELECT s.place, {_OUTLET} AS outlet, a.* EXCLUDE (filename) FROM articles a
        JOIN chosen s USING (story_id) ORDER BY place""",
    )


def copies(books: Books) -> Iterator[Row]:
    """Yield the copies of the chosen stories in that order, without texts, the canonical first."""
    return _stream(
        books,
        f"""SELECT {_COPY} FROM {_COPIES} JOIN chosen s USING (story_id)
        ORDER BY {_CANONICAL_FIRST}""",
    )


def documents(books: Books) -> Iterator[Row]:
    """Yield the documents of the chosen stories in the order of ``copies``, with removed blocks."""
    return _stream(
        books,
        f"""SELECT c.story_id, {_DOCUMENT}, r.blocks AS removed
        FROM own_documents d JOIN copies c USING (doc_id) JOIN chosen s USING (story_id)
        LEFT JOIN ({_REMOVED}) r USING (doc_id) ORDER BY {_CANONICAL_FIRST}""",
    )


def without_text(books: Books, most: int) -> Iterator[Row]:
    """Yield documents that are in no story, with removed blocks, at most ``most``."""
    return _stream(
        books,
        f"""SELECT NULL AS story_id, {_DOCUMENT}, r.blocks AS removed
        FROM own_documents d ANTI JOIN copies USING (doc_id)
        LEFT JOIN ({_REMOVED}) r USING (doc_id) ORDER BY d.raw_path, d.doc_id LIMIT {most:d}""",
    )


_REMOVED = """SELECT doc_id, list(struct_pack(block := block, verdict := verdict,
    "start" := "start", "end" := "end", path := path, label := label, rule := rule,
    score := score, text := text) ORDER BY block) AS blocks FROM removed GROUP BY doc_id"""


def days(books: Books) -> list[Row]:
    """Return ``day, place, stories``: of each day of the chosen, where its first story stands."""
    return _rows(
        books,
        """SELECT published_date AS day, min(place) AS place, count(*) AS stories
        FROM articles JOIN chosen USING (story_id) GROUP BY ALL ORDER BY place""",
    )


def widest(books: Books, most: int) -> list[Row]:
    """Return the chosen stories that have most copies; ``text`` is the beginning alone."""
    return _rows(
        books,
        f"""SELECT story_id, title, left(text, 200) AS text, published_at, published_precision,
            agency, copy_count, source_count, {_OUTLET} AS outlet
        FROM articles JOIN chosen USING (story_id)
        WHERE copy_count > 1
        ORDER BY copy_count DESC, place LIMIT {most:d}""",
    )


def busiest_day(books: Books) -> date | None:
    """Return the day whose chosen stories have most copies, the later of two; None: all undated."""
    found = _rows(
        books,
        f"""SELECT {_DAY} AS day FROM articles JOIN chosen USING (story_id)
        WHERE day IS NOT NULL AND copy_count > 1
        GROUP BY day ORDER BY sum(copy_count) DESC, day DESC LIMIT 1""",
    )
    return found[0]["day"] if found else None


def graph(books: Books, day: date | None, most: int) -> list[Row]:
    """Return the copies of the ``most`` chosen stories of a day that have most of them.

    With the story's ``headline``, ``text`` (its beginning) and ``copy_count``.
    """
    return _rows(
        books,
        f"""SELECT {_COPY}, a.title AS headline, left(a.text, 200) AS text, a.agency, a.copy_count
        FROM {_COPIES} JOIN (SELECT * FROM articles JOIN chosen USING (story_id)
            WHERE {_DAY} IS NOT DISTINCT FROM $1 AND copy_count > 1
            ORDER BY copy_count DESC, story_id LIMIT {most:d}) a USING (story_id)
        ORDER BY a.copy_count DESC, a.story_id, c.is_canonical DESC, c.doc_id""",
        day,
    )


def _rows(books: Books, query: str, *values: object) -> list[Row]:
    try:
        found: list[Row] = books.db.sql(query, params=list(values)).to_arrow_table().to_pylist()
    except duckdb.Error as error:
        raise StoreError(f"{books.folder}: {sentence(error)}") from error
    return found


def _stream(books: Books, query: str) -> Iterator[Row]:
    try:
        with books.db.cursor() as cursor:
            for found in cursor.sql(query).to_arrow_reader(_AT_ONCE):
                yield from found.to_pylist()
    except duckdb.Error as error:
        raise StoreError(f"{books.folder}: {sentence(error)}") from error
