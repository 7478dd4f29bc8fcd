"""The candidate join: pairs of texts that share a band, on disk, with no quadratic shelf.

A shelf is all texts with the same key in one band. Up to ``max_shelf`` texts all are paired; on a
larger one each is paired with the least few, so that the work stays linear in the texts. A pair
that was compared while its shelf was small loses its match when no shelf allows it any longer:
which pairs stand depends on the texts alone, not on the order in which they came.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from pipeline.store import slips
from pipeline.store.state import State, arrow, count, execute, literal

ANCHORS = 8
"""Texts of a large shelf that all others are paired with: those with the least ids."""
_BANDS_AT_ONCE = 8


def pair(state: State, max_shelf: int) -> int:
    """Fill ``run.candidate`` with the pairs of text numbers of which at least one is new.

    Returns how many there are. Makes ``run.dropped``, the known matches that stand no longer.
    """
    execute(state, "CREATE TABLE run.pair (a INTEGER, b INTEGER)")
    execute(state, "CREATE TABLE run.suspect (a INTEGER, b INTEGER)")
    last = count(state, "SELECT coalesce(max(band), 0) FROM run.band")
    for low in range(1, last + 1, _BANDS_AT_ONCE):
        execute(state, _SHELVES, [low, low + _BANDS_AT_ONCE - 1])
        execute(state, _PAIRS, [max_shelf, ANCHORS])
        execute(state, _SUSPECTS, [max_shelf, ANCHORS])
    execute(state, _DROPPED, [max_shelf, ANCHORS])
    execute(state, "CREATE TABLE run.candidate AS SELECT DISTINCT a, b FROM run.pair")
    execute(state, "DROP TABLE run.pair")
    return count(state, "SELECT count(*) FROM run.candidate")


_SHELVES = """
CREATE OR REPLACE TEMP TABLE shelf AS
WITH fresh AS (SELECT band, key, text_no, true AS new FROM run.band WHERE band BETWEEN $1 AND $2),
known AS (SELECT band, key, text_no, false AS new FROM bands
    SEMI JOIN fresh USING (band, key) WHERE band BETWEEN $1 AND $2),
both_ AS (SELECT * FROM fresh UNION ALL SELECT * FROM known)
SELECT b.*, t.text_id, count(*) OVER shelf AS size,
    row_number() OVER (PARTITION BY band, key ORDER BY t.text_id) AS place
FROM both_ b JOIN (SELECT text_no, text_id FROM texts UNION ALL
    SELECT text_no, text_id FROM run.text) t USING (text_no)
WINDOW shelf AS (PARTITION BY band, key)
QUALIFY size > 1
"""

_PAIRS = """
INSERT INTO run.pair
SELECT DISTINCT least(x.text_no, y.text_no), greatest(x.text_no, y.text_no)
FROM shelf x JOIN shelf y ON x.band = y.band AND x.key = y.key AND x.place < y.place
WHERE (x.new OR y.new) AND (x.size <= $1 OR x.place <= $2)
"""


_SUSPECTS = """
INSERT INTO run.suspect
SELECT DISTINCT m.a, m.b FROM matches m JOIN shelf x ON x.text_no = m.a
JOIN shelf y ON y.text_no = m.b AND y.band = x.band AND y.key = x.key
WHERE x.size > $1 AND least(x.place, y.place) > $2
"""

_DROPPED = """
CREATE TABLE run.dropped AS
WITH suspect AS (SELECT DISTINCT a, b FROM run.suspect),
every AS (SELECT * FROM bands UNION ALL SELECT * FROM run.band),
common AS (SELECT s.a, s.b, x.band, x.key FROM suspect s JOIN every x ON x.text_no = s.a
    JOIN every y ON y.text_no = s.b AND y.band = x.band AND y.key = x.key),
ranked AS (SELECT e.*, count(*) OVER (PARTITION BY band, key) AS size,
        row_number() OVER (PARTITION BY band, key ORDER BY t.text_id) AS place
    FROM every e SEMI JOIN common USING (band, key)
    JOIN (SELECT text_no, text_id FROM texts UNION ALL
        SELECT text_no, text_id FROM run.text) t USING (text_no)),
allowed AS (SELECT DISTINCT c.a, c.b FROM common c
    JOIN ranked p ON p.band = c.band AND p.key = c.key AND p.text_no = c.a
    JOIN ranked q ON q.band = c.band AND q.key = c.key AND q.text_no = c.b
    WHERE p.size <= $1 OR least(p.place, q.place) <= $2)
SELECT a, b FROM suspect ANTI JOIN allowed USING (a, b)
"""


def gather(state: State, wanted: str) -> None:
    """Fetch the words of the texts that the query ``wanted`` numbers into ``run.words``.

    The texts are read once from the ``documents`` parts that hold them, published or staged.
    """
    execute(
        state,
        "CREATE TABLE IF NOT EXISTS run.words (text_no INTEGER, text_id VARCHAR, text VARCHAR)",
    )
    execute(
        state,
        f"""CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT w.text_no, arg_min(d.doc_id, d.doc_id) AS doc_id,
            arg_min(d.file, d.doc_id) AS file
        FROM (({wanted}) EXCEPT SELECT text_no FROM run.words) w(text_no)
        JOIN ({_HOLDERS}) d USING (text_no) GROUP BY w.text_no""",
        [str(state.clean), str(state.staging)],
    )
    rows = execute(state, "SELECT DISTINCT file FROM wanted ORDER BY file")
    files = [literal(file) for (file,) in rows] or slips.documents(state.staging)
    execute(
        state,
        f"""INSERT INTO run.words
        SELECT w.text_no, t.text_id, p.text
        FROM wanted w JOIN read_parquet($1, hive_partitioning = false, filename = true) p
            ON p.doc_id = w.doc_id AND p.filename = w.file
        JOIN ({ALL_TEXTS}) t ON t.text_no = w.text_no""",
        [files],
    )


ALL_TEXTS = """SELECT text_no, text_id FROM texts
UNION ALL SELECT text_no, text_id FROM run.text"""

_HOLDERS = """SELECT n.text_no, d.doc_id, $2 || '/' || d.part AS file
FROM run.numbered n JOIN run.doc d USING (doc_id)
UNION ALL SELECT k.text_no, k.doc_id, $1 || '/' || k.part
FROM docs k ANTI JOIN run.doc USING (doc_id) WHERE k.text_no IS NOT NULL"""


def chunks(state: State, size: int) -> Iterator[tuple[dict[str, str], list[tuple[str, str]]]]:
    """Yield the candidate pairs, ``size`` at a time, with the words of their texts by id."""
    execute(
        state,
        """CREATE OR REPLACE TEMP TABLE ordered AS
        SELECT row_number() OVER (ORDER BY c.a, c.b) - 1 AS n, c.a, c.b FROM run.candidate c""",
    )
    for low in range(0, count(state, "SELECT count(*) FROM ordered"), size):
        window = "SELECT * FROM ordered WHERE n >= $1 AND n < $1 + $2"
        texts = arrow(
            state,
            f"""SELECT text_id, text FROM run.words WHERE text_no IN
            (SELECT a FROM ({window}) UNION SELECT b FROM ({window}))""",
            [low, size],
        ).read_all()
        pairs = arrow(
            state,
            f"""SELECT x.text_id AS a, y.text_id AS b FROM ({window}) p
            JOIN run.words x ON x.text_no = p.a JOIN run.words y ON y.text_no = p.b
            ORDER BY p.n""",
            [low, size],
        ).read_all()
        yield _mapping(texts), list(zip(*map(_strings, pairs.columns), strict=True))


def _mapping(texts: pa.Table) -> dict[str, str]:
    return dict(zip(_strings(texts["text_id"]), _strings(texts["text"]), strict=True))


def _strings(column: pa.ChunkedArray) -> Sequence[str]:
    values: list[str] = column.to_pylist()
    return values
