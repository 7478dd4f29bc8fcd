"""What a run found of each source, in numbers: the rows of ``sources``.

They count what the run stored and refused, and stay as they are, as those of ``runs`` do: a
document that is forgotten later was there all the same.
"""

from datetime import datetime

from pipeline.store import parts, slips
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal
from pipeline.store.state import State, arrow, count, execute

OWNS = 0.9
"""Share of the documents of a file, or of a folder, that makes one source its owner."""
LONG_WORDS = 2_000
"""Words that a longer document counts in the mean: one live blog must not make a day."""
GARBLED = 3
"""Marks of a wrong encoding that make a text garbled; one alone may be the author's."""


def stage(
    state: State, run_id: str, kind: str, started_at: datetime, edition: int, digest: str
) -> None:
    """Stage the run's part of ``sources``, unless it stored and refused nothing.

    Needs what ``settle`` made, and the staged parts as ``apply`` left them.
    """
    if not count(state, _NEWS):
        return
    staging = state.staging
    removed = sorted(map(literal, (staging / "removed").rglob("*.parquet")))
    shape = slips.shape_of(staging, "removed")
    execute(state, _MEASURED, [str(staging), slips.documents(staging), [*removed, shape]])
    execute(state, _OWNED)
    execute(state, _COUNTED)
    rows = arrow(state, _ROWS, [run_id, kind, started_at, digest]).read_all()
    path = parts.place("sources", started_at.date().isoformat(), f"{edition:06d}")
    chosen = rows.select(list(TABLES["sources"].names))
    parts.write_table(state.staging / path, "sources", chosen, digest)


_NEWS = """SELECT (SELECT count(*) FROM run.rejected) + (SELECT count(*) FROM run.doc
    ANTI JOIN docs USING (doc_id) WHERE part IS NOT NULL)"""

# Bytes of UTF-8 that were read one by one, as letters; or what could not be read at all.
MARKS = r"\x{fffd}|[ÂÃÐÑ][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€"

_MEASURED = f"""CREATE TABLE run.source_document AS
WITH gone AS (
    SELECT doc_id, 'documents' || substring(filename, length($1) + 2 + length('removed')) AS part,
        sum(length(text)) AS chars,
        count(*) FILTER (label = 'furniture') AS furniture_lines,
        coalesce(sum(len(string_split(text, ' '))) FILTER (label = 'furniture'), 0)
            AS furniture_words
    FROM read_parquet($3, filename = true, hive_partitioning = false, union_by_name = true)
    GROUP BY ALL)
SELECT d.doc_id, r.source, nullif(r.outlet, r.source) AS site, d.word_count AS words,
    coalesce(g.chars, 0) / greatest(coalesce(g.chars, 0) + d.chars_kept, 1) AS removed,
    list_avg(d.kept_score) AS score, d.text = '' AS no_text,
    d.title IS NOT NULL AS title, len(d.authors) > 0 AS authors,
    d.published_at IS NOT NULL AS dated, d.paywall = 'metered' AS metered,
    d.paywall = 'gated' AS gated, d.completeness = 'partial' AS partial,
    len(regexp_extract_all(d.text, '{MARKS}')) >= {GARBLED} AS garbled,
    coalesce(g.furniture_lines, 0) AS furniture_lines,
    coalesce(g.furniture_words, 0) AS furniture_words
FROM read_parquet($2, filename = true, hive_partitioning = false) d
JOIN run.doc r ON r.doc_id = d.doc_id AND r.part = substring(d.filename, length($1) + 2)
LEFT JOIN gone g ON g.doc_id = r.doc_id AND g.part = r.part
ANTI JOIN docs k ON k.doc_id = d.doc_id"""


def _moments(name: str, value: str) -> str:
    """Return the SQL for mean and deviation, by whole numbers: the order of rows does not count."""
    x = f"round(1000000 * ({value}))::HUGEINT"
    n = f"count({value})"
    return f"""sum({x})::DOUBLE / 1000000 / {n} AS {name},
    CASE WHEN {n} > 1 THEN sqrt(greatest(({n} * sum({x} * {x}) - sum({x}) * sum({x}))::DOUBLE, 0)
        / {n} / ({n} - 1)) / 1000000 END AS {name}_sd"""


_LOG_WORDS = f"ln(least(nullif(words, 0), {LONG_WORDS}))"

AGGREGATES = f"""count(*) AS stored, sum(words) AS words,
    quantile_disc(words, 0.5)::INTEGER AS words_median, {_moments("words_log", _LOG_WORDS)},
    {_moments("removed", "removed")}, {_moments("score", "score")},
    count(*) FILTER (no_text) AS without_text, count(*) FILTER (title) AS with_title,
    count(*) FILTER (authors) AS with_authors, count(*) FILTER (dated) AS with_date,
    count(*) FILTER (metered) AS metered, count(*) FILTER (gated) AS gated,
    count(*) FILTER (partial) AS partial, count(*) FILTER (garbled) AS garbled,
    count(*) FILTER (furniture_lines > 0) AS with_furniture,
    sum(furniture_lines) AS furniture_lines, sum(furniture_words) AS furniture_words"""
"""SQL: the numbers of a row, of documents as ``run.source_document`` has them."""

# What was refused says nothing of its source, but its neighbours do.
_OWNED = f"""CREATE TABLE run.source_of_place AS
WITH known AS (
    SELECT raw_path, source FROM run.doc WHERE part IS NOT NULL
    UNION ALL SELECT raw_path, source FROM docs ANTI JOIN run.doc USING (doc_id)),
place AS (
    SELECT raw_path AS place, source FROM known SEMI JOIN run.rejected USING (raw_path)
    UNION ALL SELECT split_part(raw_path, '/', 1) || '/', source FROM known
    WHERE contains(raw_path, '/') AND split_part(raw_path, '/', 1)
        IN (SELECT split_part(raw_path, '/', 1) FROM run.rejected)),
told AS (SELECT place, source, count(*) AS n FROM place GROUP BY ALL)
SELECT place, source FROM told t WHERE n >= {OWNS} * (
    SELECT sum(n) FROM told o WHERE o.place = t.place)"""

_COUNTED = """CREATE TABLE run.source_found AS
WITH every AS (
    SELECT doc_id, source, outlet FROM run.doc WHERE part IS NOT NULL
    UNION ALL SELECT doc_id, source, outlet FROM docs ANTI JOIN run.doc USING (doc_id)),
met AS (
    SELECT source, nullif(outlet, source) AS site, count(*) AS found, 0 AS rejected
    FROM run.found JOIN every USING (doc_id) GROUP BY ALL
    UNION ALL SELECT coalesce(f.source, d.source, CASE WHEN contains(r.raw_path, '/')
        THEN split_part(r.raw_path, '/', 1) ELSE 'unknown' END), NULL, 0, count(*)
    FROM run.rejected r LEFT JOIN run.source_of_place f ON f.place = r.raw_path
        LEFT JOIN run.source_of_place d ON d.place = split_part(r.raw_path, '/', 1) || '/'
    GROUP BY ALL)
SELECT source, site, sum(found)::BIGINT AS found, sum(rejected)::BIGINT AS rejected
FROM met GROUP BY ALL"""

_COUNTS = (
    "stored",
    "words",
    "without_text",
    "with_title",
    "with_authors",
    "with_date",
    "metered",
    "gated",
    "partial",
    "garbled",
    "with_furniture",
    "furniture_lines",
    "furniture_words",
)
_LEVELS = (
    "words_median",
    "words_log",
    "words_log_sd",
    "removed",
    "removed_sd",
    "score",
    "score_sd",
)

_ROWS = f"""WITH told AS (SELECT source, site, {AGGREGATES} FROM run.source_document GROUP BY ALL)
SELECT $1 AS run_id, $2 AS kind, $3::TIMESTAMPTZ AS started_at, $4 AS pipeline_digest,
    c.source, c.site, c.found + c.rejected AS read, c.rejected,
    c.found - coalesce(t.stored, 0) AS already_known,
    {", ".join(f"coalesce(t.{name}, 0) AS {name}" for name in _COUNTS)},
    {", ".join(f"t.{name}" for name in _LEVELS)}
FROM run.source_found c LEFT JOIN told t
    ON t.source = c.source AND t.site IS NOT DISTINCT FROM c.site"""
