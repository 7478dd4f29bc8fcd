"""The candidate join: pairs of texts that share a band, on disk, with no quadratic shelf.

A shelf is all texts with the same key in one band. Up to ``max_shelf`` texts all are paired. On a
larger one each is paired with the few of the least ids, and is compared with such a one only if
they meet on several large shelves: copies of one story do, stories above one offer do not. So the
work stays linear in the texts. A pair that was compared while its shelf was small loses its match
when its shelves no longer allow it, which is asked where one of them grew large or got another
of these few.

Within a window a text has a day, the first of all documents that hold it. A text whose day is
another since documents came or went is paired as if it were new, and what stood with it is asked
again; how large a shelf is has nothing to do with days. So which pairs stand follows from the
documents, not from the order in which they came.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.settings import Dedup
from pipeline.store import slips
from pipeline.store.codes import Place
from pipeline.store.state import State, arrow, count, execute

ANCHORS = 8
"""Texts of a large shelf that all others are paired with: those with the least ids."""
MEETINGS = 3
"""Large shelves on which a text and such a one must meet."""
_BANDS_AT_ONCE = 8

ALL_TEXTS = """SELECT text_no, text_id FROM texts
UNION ALL SELECT text_no, text_id FROM run.text"""


@dataclass(frozen=True)
class Chunk:
    """Some pairs and the texts in them."""

    number: int
    texts: NDArray[np.int64]
    """(n,) text numbers, ascending."""
    places: list[Place]
    """Where the codes of each lie."""
    pairs: NDArray[np.int64]
    """(m, 2) indices of ``texts``."""


def pair(state: State, settings: Dedup) -> int:
    """Make ``run.candidate``, the pairs of text numbers of which at least one is new or moved.

    Returns how many there are. Makes ``run.dropped``, the known pairs that stand no longer.
    """
    _date(state, settings)
    execute(state, "CREATE TABLE run.pair (a INTEGER, b INTEGER, large BOOLEAN)")
    execute(state, "CREATE TABLE run.suspect (a INTEGER, b INTEGER)")
    last = count(state, _LAST_BAND)
    most, window = settings.max_shelf, settings.window_days
    for low in range(1, last + 1, _BANDS_AT_ONCE):
        execute(state, _SHELVES, [low, low + _BANDS_AT_ONCE - 1])
        execute(state, _SMALL, [most, window])
        execute(state, _ANCHORED, [most, ANCHORS])
        execute(state, _LARGE, [window])
        execute(state, _TURNED, [most])
        execute(state, _FIRST_ENDS)
        execute(state, _SUSPECTS)
    execute(state, _DROPPED, [most, ANCHORS, MEETINGS, window])
    execute(state, _CANDIDATES, [MEETINGS])
    execute(state, "DROP TABLE run.pair")
    return count(state, "SELECT count(*) FROM run.candidate")


def _date(state: State, settings: Dedup) -> None:
    """Make ``run.day``, empty without a window, and ``run.moved``: known texts with another day."""
    execute(state, "CREATE TABLE run.day (text_no INTEGER, day INTEGER)")
    execute(state, "CREATE TABLE run.moved (text_no INTEGER)")
    if settings.window_days:
        execute(state, _DAYS)
        execute(state, _MOVED)


_DAY = "(min(published_at)::DATE - DATE '1970-01-01')::INTEGER"

_DAYS = f"""
INSERT INTO run.day SELECT text_no, {_DAY} FROM (
    SELECT text_no, published_at FROM docs ANTI JOIN run.doc USING (doc_id)
    UNION ALL SELECT text_no, published_at FROM run.numbered JOIN run.doc USING (doc_id))
WHERE text_no IS NOT NULL AND published_at IS NOT NULL GROUP BY text_no
"""

_MOVED = f"""
INSERT INTO run.moved
WITH stirred AS (SELECT text_no FROM run.numbered
    UNION SELECT text_no FROM docs SEMI JOIN run.doc USING (doc_id)),
known AS (SELECT text_no, {_DAY} AS before FROM docs SEMI JOIN stirred USING (text_no)
    GROUP BY text_no)
SELECT text_no FROM known LEFT JOIN run.day USING (text_no) ANTI JOIN run.dead USING (text_no)
WHERE before IS DISTINCT FROM day
"""

_LAST_BAND = """SELECT coalesce(max(band), 0) FROM (
SELECT band FROM run.band UNION ALL SELECT band FROM bands SEMI JOIN run.moved USING (text_no))"""

_SHELVES = """
CREATE OR REPLACE TABLE run.shelf AS
WITH fresh AS (
    SELECT band, key, text_no FROM run.band WHERE band BETWEEN $1 AND $2
    UNION ALL SELECT band, key, text_no FROM bands SEMI JOIN run.moved USING (text_no)
    WHERE band BETWEEN $1 AND $2),
every AS (
    SELECT *, true AS new FROM fresh
    UNION ALL SELECT band, key, text_no, false FROM bands SEMI JOIN fresh USING (band, key)
        ANTI JOIN run.moved USING (text_no) ANTI JOIN run.dead USING (text_no)
    WHERE band BETWEEN $1 AND $2),
sized AS (SELECT band, key, count(*) AS size FROM every GROUP BY band, key HAVING count(*) > 1)
SELECT every.*, size, day FROM every JOIN sized USING (band, key)
LEFT JOIN run.day USING (text_no)
"""

_NEAR = "(x.day IS NULL OR y.day IS NULL OR abs(x.day - y.day) <= {})"

_SMALL = f"""
INSERT INTO run.pair
SELECT DISTINCT x.text_no, y.text_no, false
FROM run.shelf x JOIN run.shelf y
    ON x.band = y.band AND x.key = y.key AND x.text_no < y.text_no
WHERE x.size <= $1 AND y.size <= $1 AND (x.new OR y.new) AND {_NEAR.format("$2")}
"""

_ANCHORED = f"""
CREATE OR REPLACE TABLE run.anchor AS
SELECT band, key, unnest(min_by(s.text_no, t.text_id, $2)) AS text_no
FROM run.shelf s JOIN ({ALL_TEXTS}) t USING (text_no) WHERE s.size > $1 GROUP BY band, key
"""

_LARGE = f"""
INSERT INTO run.pair
SELECT least(x.text_no, y.text_no), greatest(x.text_no, y.text_no), true
FROM run.anchor z JOIN run.shelf x USING (band, key, text_no)
    JOIN run.shelf y ON y.band = z.band AND y.key = z.key AND y.text_no <> z.text_no
WHERE (x.new OR y.new) AND {_NEAR.format("$1")}
    AND (x.text_no < y.text_no OR NOT EXISTS (SELECT 1 FROM run.anchor o
        WHERE o.band = y.band AND o.key = y.key AND o.text_no = y.text_no))
"""

# Each step stands by itself: joined by their shelf first, crowded ones would be quadratic.
_TURNED = """
CREATE OR REPLACE TABLE run.turned AS
WITH shelf AS (SELECT band, key FROM run.shelf
    LEFT JOIN (SELECT *, true AS leads FROM run.anchor) USING (band, key, text_no)
    WHERE size > $1 GROUP BY band, key
    HAVING count(*) FILTER (NOT new) <= $1 OR bool_or(new AND coalesce(leads, false)))
SELECT band, key, text_no FROM run.shelf SEMI JOIN shelf USING (band, key) WHERE NOT new
"""

_PAIRED = "SELECT a, b FROM matches UNION ALL SELECT a, b FROM alike"

_FIRST_ENDS = f"""
CREATE OR REPLACE TABLE run.end_ AS
SELECT m.a, m.b, x.band, x.key FROM ({_PAIRED}) m JOIN run.turned x ON x.text_no = m.a
"""

_SUSPECTS = """
INSERT INTO run.suspect
SELECT DISTINCT e.a, e.b FROM run.end_ e
JOIN run.turned y ON y.text_no = e.b AND y.band = e.band AND y.key = e.key
"""

_IS_MOVED = "a IN (SELECT text_no FROM run.moved) OR b IN (SELECT text_no FROM run.moved)"

_DROPPED = f"""
CREATE TABLE run.dropped AS
WITH suspect AS (
    SELECT a, b FROM run.suspect
    UNION SELECT a, b FROM ({_PAIRED}) WHERE {_IS_MOVED}),
near AS (SELECT s.a, s.b FROM suspect s LEFT JOIN run.day x ON x.text_no = s.a
    LEFT JOIN run.day y ON y.text_no = s.b WHERE {_NEAR.format("$4")}),
every AS (SELECT band, key, text_no FROM bands ANTI JOIN run.dead USING (text_no)
    UNION ALL SELECT band, key, text_no FROM run.band),
common AS (SELECT s.a, s.b, x.band, x.key FROM near s JOIN every x ON x.text_no = s.a
    JOIN every y ON y.text_no = s.b AND y.band = x.band AND y.key = x.key),
shelf AS (SELECT band, key, count(*) AS size, min_by(text_no, text_id, $2) AS anchors
    FROM every SEMI JOIN common USING (band, key) JOIN ({ALL_TEXTS}) USING (text_no)
    GROUP BY band, key),
allowed AS (SELECT a, b FROM common JOIN shelf USING (band, key) GROUP BY a, b
    HAVING bool_or(size <= $1) OR count(*) FILTER (
        list_contains(anchors, a) OR list_contains(anchors, b)) >= $3)
SELECT a, b FROM suspect ANTI JOIN allowed USING (a, b)
"""

# What is known of a moved text stays as it was verified.
_CANDIDATES = f"""
CREATE TABLE run.candidate AS
SELECT a, b FROM run.pair ANTI JOIN (SELECT a, b FROM matches WHERE {_IS_MOVED}) USING (a, b)
GROUP BY a, b HAVING NOT bool_and(large) OR count(*) >= $1
"""


def arrange(state: State) -> int:
    """Put the likely pairs in an order in which texts that share partners stand together.

    Makes ``run.ordered``: the pairs of one family of copies follow upon one another, so that its
    texts are read once. Returns how many pairs there are.
    """
    execute(
        state,
        """CREATE TABLE run.ordered AS
        WITH either AS (SELECT a, b FROM run.likely UNION ALL SELECT b, a FROM run.likely),
        least_ AS (SELECT a AS text_no, least(a, min(b)) AS head FROM either GROUP BY a)
        SELECT c.a, c.b FROM run.likely c
        JOIN least_ x ON x.text_no = c.a JOIN least_ y ON y.text_no = c.b
        ORDER BY least(x.head, y.head), c.a, c.b""",
    )
    return count(state, "SELECT count(*) FROM run.ordered")


def chunks(state: State, pairs: str, size: int) -> Iterator[Chunk]:
    """Yield the pairs that a query gives, ``size`` at a time, with the places of their texts.

    The query must not read temporary tables: it runs on a cursor of its own, as others go on.
    """
    finder = _Places(state)
    with state.db.cursor() as cursor:
        reader = cursor.sql(pairs).to_arrow_reader(size)
        for number, batch in enumerate(reader):
            both = np.column_stack([column.to_numpy() for column in batch.columns])
            texts, rows = np.unique(both, return_inverse=True)
            shaped = rows.reshape(both.shape).astype(np.int64)
            yield Chunk(number, texts.astype(np.int64), finder.places(texts), shaped)


class _Places:
    """Where the codes of all texts lie that this run may compare; as arrays, for a million."""

    def __init__(self, state: State) -> None:
        query = "SELECT text_no, file, start, codes, keys FROM run.coded ORDER BY text_no"
        rows = arrow(state, query).read_all()
        files = rows["file"].combine_chunks().dictionary_encode()
        self._names: list[str] = files.dictionary.to_pylist()
        self._files = files.indices.to_numpy(zero_copy_only=False)
        self._texts = rows["text_no"].to_numpy()
        self._spans = [rows[name].to_numpy() for name in ("start", "codes", "keys")]

    def places(self, texts: NDArray[np.int64]) -> list[Place]:
        """Return the places of the texts with these numbers."""
        at = np.searchsorted(self._texts, texts)
        columns = [column[at].tolist() for column in (self._files, *self._spans)]
        return [Place(self._names[file], *span) for file, *span in zip(*columns, strict=True)]


def places(state: State, texts: NDArray[np.int64]) -> list[Place]:
    """Return where the codes of the texts with these numbers lie."""
    return _Places(state).places(texts)


def uncoded(state: State, wanted: str) -> list[tuple[str, dict[str, int]]]:
    """Return, a published part each, the documents whose texts must be encoded anew.

    ``wanted`` is a query for text numbers; documents are given with their text number.
    """
    rows = execute(
        state,
        f"""SELECT k.part, k.doc_id, k.text_no FROM docs k
        JOIN (SELECT text_no, min(doc_id) AS doc_id FROM docs
            WHERE text_no IN (({wanted}) EXCEPT SELECT text_no FROM run.coded)
                AND doc_id NOT IN (SELECT doc_id FROM run.doc)
            GROUP BY text_no) USING (text_no, doc_id)
        ORDER BY k.part, k.doc_id""",
    )
    found: dict[str, dict[str, int]] = {}
    for part, doc_id, text_no in rows:
        found.setdefault(part, {})[doc_id] = text_no
    return list(found.items())


def add_codes(state: State) -> None:
    """Take in the slips that tell where the codes of known texts lie."""
    execute(
        state,
        "INSERT INTO run.coded SELECT * FROM read_parquet($1) ANTI JOIN run.coded USING (text_no)",
        [slips.files(state.staging, "coded")],
    )


def add_matches(state: State, kind: str) -> None:
    """Make a table of the run database of the slips of a kind."""
    execute(
        state,
        f"CREATE TABLE run.{kind} AS SELECT * FROM read_parquet($1) ORDER BY a, b",
        [slips.files(state.staging, kind)],
    )
