"""What one run did, from the published tables: sources, removed lines, stories, refusals."""

from pipeline.store.browse import Row, Shelf

_OURS = "documents WHERE run_id = $1"

_SOURCES = """
SELECT concat_ws(' · ', source, site) AS source, stored AS documents, rejected,
    words_median AS words, removed, with_title / nullif(stored, 0) AS title,
    with_authors / nullif(stored, 0) AS author, with_date / nullif(stored, 0) AS date,
    partial / nullif(stored, 0) AS partial, (metered + gated) / nullif(stored, 0) AS paywall
FROM sources WHERE run_id = $1 ORDER BY stored DESC, rejected DESC, 1 LIMIT $2
"""

_REMOVED = f"""
SELECT any_value(text ORDER BY text) AS line, any_value(label ORDER BY label) AS label,
    count(*) AS times, count(DISTINCT coalesce(site, source)) AS sources,
    min(d.raw_path) AS raw_path
FROM (SELECT doc_id, text, label FROM removed WHERE verdict = 'cut') r
JOIN (SELECT doc_id, site, source, raw_path FROM {_OURS}) d USING (doc_id)
GROUP BY lower(text) ORDER BY times DESC, line LIMIT $2
"""

_STORIES = f"""
SELECT coalesce(title, left(text, 160)) AS title, agency, published_at,
    copy_count, source_count, sources, doc_id, story_id
FROM articles WHERE story_id IN (
    SELECT story_id FROM copies SEMI JOIN (SELECT doc_id FROM {_OURS}) USING (doc_id))
ORDER BY copy_count DESC, source_count DESC, story_id LIMIT $2
"""

_COPIES = f"""
SELECT count(*) AS copies, count(DISTINCT story_id) AS stories FROM copies
SEMI JOIN (SELECT doc_id FROM {_OURS}) USING (doc_id)
JOIN (SELECT story_id FROM articles WHERE copy_count > 1) USING (story_id)
"""

_REFUSED = """
SELECT raw_path, raw_locator, stage, reason, detail FROM rejected
WHERE run_id = $1 ORDER BY raw_path, raw_locator LIMIT $2
"""

_CHANGES = "SELECT kind, count(*) AS stories FROM changes WHERE run_id = $1 GROUP BY ALL ORDER BY 1"


def sources(shelf: Shelf, run_id: str, most: int) -> list[Row]:
    """Return a row a source that the run met: the numbers of the table ``sources`` as shares."""
    return shelf.rows(_SOURCES, run_id, most)


def removed_lines(shelf: Shelf, run_id: str, most: int) -> list[Row]:
    """Return the lines that were cut most often from the run's documents."""
    return shelf.rows(_REMOVED, run_id, most)


def stories(shelf: Shelf, run_id: str, most: int) -> list[Row]:
    """Return the stories of most copies that hold a document of the run."""
    return shelf.rows(_STORIES, run_id, most)


def copies(shelf: Shelf, run_id: str) -> tuple[int, int]:
    """Return how many documents of the run are copies of a story of several, and the stories."""
    (row,) = shelf.rows(_COPIES, run_id)
    return row["copies"], row["stories"]


def refusals(shelf: Shelf, run_id: str, most: int) -> list[Row]:
    """Return records that the run refused, with the reason."""
    return shelf.rows(_REFUSED, run_id, most)


def changes(shelf: Shelf, run_id: str) -> dict[str, int]:
    """Return how many stories the run made, renamed, merged and so on."""
    return {row["kind"]: row["stories"] for row in shelf.rows(_CHANGES, run_id)}


def runs(shelf: Shelf, most: int) -> list[Row]:
    """Return the last runs that stored or refused anything, the newest first."""
    return shelf.rows(
        """SELECT * FROM runs WHERE kind IN ('ingest', 'rebuild') AND stored + rejected > 0
        ORDER BY started_at DESC, run_id DESC LIMIT $1""",
        most,
    )


def run(shelf: Shelf, run_id: str) -> Row:
    """Return the row of ``runs`` of one run."""
    (row,) = shelf.rows("SELECT * FROM runs WHERE run_id = $1", run_id)
    return row


def last_news(shelf: Shelf) -> Row | None:
    """Return the newest run that stored a document, if there was one."""
    rows = shelf.rows("SELECT * FROM runs WHERE stored > 0 ORDER BY finished_at DESC LIMIT 1")
    return rows[0] if rows else None
