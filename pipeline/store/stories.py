"""From verified matches to stories: what a run touches, what is placed anew, what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.model import Component, Copy, Match
from pipeline.store import candidates, slips
from pipeline.store.codes import Place
from pipeline.store.state import State, arrow, count, execute


@dataclass(frozen=True, slots=True)
class Touched:
    """Some components, and where the codes of their texts lie."""

    number: int
    components: tuple[Component, ...]
    places: dict[str, Place]
    """By text id."""


def touch(state: State) -> pa.Table:
    """Find every text whose story may change, and return the matches among them by number.

    It is new, matched anew or no more, held by a document of the run or left by one, or reached
    from such a text over matches.
    Makes ``run.touched`` (text numbers) and ``run.link`` (the matches among them).
    """
    execute(
        state,
        """CREATE TABLE run.touched AS
        SELECT text_no FROM run.numbered
        UNION SELECT a FROM run.match UNION SELECT b FROM run.match
        UNION SELECT unnest([a, b]) FROM matches SEMI JOIN run.dropped USING (a, b)
        UNION SELECT text_no FROM docs SEMI JOIN run.doc USING (doc_id)
            WHERE text_no IS NOT NULL""",
    )
    execute(state, "CREATE TABLE run.frontier AS SELECT text_no FROM run.touched")
    # Not one recursive query: each round looks at the matches of what is new alone.
    while count(state, "SELECT count(*) FROM run.frontier"):
        execute(state, _BEYOND)
        execute(state, "INSERT INTO run.touched SELECT text_no FROM run.frontier")
    execute(
        state,
        """CREATE TABLE run.link AS SELECT m.* FROM (
            SELECT * FROM matches ANTI JOIN run.dropped USING (a, b)
            UNION ALL SELECT * FROM run.match) m
        SEMI JOIN run.touched t ON t.text_no = m.a""",
    )
    return arrow(state, "SELECT a, b FROM run.link").read_all()


_BEYOND = """CREATE OR REPLACE TABLE run.frontier AS
SELECT DISTINCT text_no FROM (
    SELECT b AS text_no FROM matches SEMI JOIN run.frontier f ON f.text_no = a
    UNION ALL SELECT a FROM matches SEMI JOIN run.frontier f ON f.text_no = b)
ANTI JOIN run.touched USING (text_no)"""


def label(state: State, roots: pa.Table, size: int) -> None:
    """Take in ``text_no, root``, the component of each touched text that has a match.

    Makes ``run.holder``: the documents of all touched texts with their component, how many share
    it, and its batch of some ``size`` documents.
    """
    state.db.register("roots", roots)
    execute(
        state,
        f"""CREATE TABLE run.holder AS
        WITH held AS (SELECT h.*, coalesce(r.root, h.text_no) AS root, x.text_id,
                count(*) OVER (PARTITION BY coalesce(r.root, h.text_no)) AS company
            FROM ({_ALIVE}) h JOIN run.touched USING (text_no)
            LEFT JOIN roots r USING (text_no)
            JOIN ({candidates.ALL_TEXTS}) x USING (text_no)),
        batched AS (SELECT root, (sum(n) OVER (ORDER BY root) // $1)::INTEGER AS batch
            FROM (SELECT root, count(*) AS n FROM held WHERE company > 1 GROUP BY root))
        SELECT held.*, batch FROM held LEFT JOIN batched USING (root)
        ORDER BY batch, root, doc_id""",
        [size],
    )
    execute(
        state,
        """CREATE TABLE run.inside AS
        SELECT h.batch, h.root, least(h.text_id, y.text_id) AS a,
            greatest(h.text_id, y.text_id) AS b, l.* EXCLUDE (a, b)
        FROM run.link l JOIN (SELECT DISTINCT batch, root, text_no, text_id FROM run.holder) h
            ON h.text_no = l.a
        JOIN (SELECT DISTINCT text_no, text_id FROM run.holder) y ON y.text_no = l.b
        ORDER BY h.batch, h.root, 3, 4""",
    )
    state.db.unregister("roots")


_ALIVE = """SELECT n.text_no, d.doc_id, d.published_at, d.agency, d.source, d.wire_mark
FROM run.numbered n JOIN run.doc d USING (doc_id)
UNION ALL SELECT k.text_no, k.doc_id, k.published_at, k.agency, k.source, k.wire_mark
FROM docs k ANTI JOIN run.doc USING (doc_id) WHERE k.text_no IS NOT NULL"""


def components(state: State) -> Iterator[Touched]:
    """Yield the touched components of two or more documents."""
    numbers = execute(
        state, "SELECT DISTINCT batch FROM run.holder WHERE batch IS NOT NULL ORDER BY batch"
    )
    for (batch,) in numbers:
        holders = arrow(state, _HOLDERS_OF, [batch]).read_all().to_pylist()
        links = arrow(state, _LINKS_OF, [batch]).read_all().to_pylist()
        places = {text_id: Place(*place) for text_id, *place in execute(state, _PLACES_OF, [batch])}
        yield Touched(batch, _components(holders, links), places)


_HOLDERS_OF = """SELECT root, doc_id, text_id, published_at, agency, source, wire_mark
FROM run.holder WHERE batch = $1 ORDER BY root, doc_id"""

_LINKS_OF = "SELECT * EXCLUDE (batch) FROM run.inside WHERE batch = $1 ORDER BY root, a, b"

_PLACES_OF = """SELECT DISTINCT h.text_id, c.file, c.start, c.codes, c.keys
FROM run.holder h JOIN run.coded c USING (text_no) WHERE h.batch = $1"""


def _components(
    holders: list[dict[str, Any]], links: list[dict[str, Any]]
) -> tuple[Component, ...]:
    held: dict[int, list[Copy]] = {}
    for row in holders:
        held.setdefault(row.pop("root"), []).append(Copy(**row))
    joined: dict[int, list[Match]] = {}
    for row in links:
        joined.setdefault(row.pop("root"), []).append(Match(**row))
    return tuple(Component(tuple(h), tuple(joined.get(root, ()))) for root, h in held.items())


def place(state: State, reason: str) -> None:
    """Make ``run.told`` and ``run.place`` of the slips, and of the documents without company.

    Each of these has a story of its own, for the given reason.
    """
    for name in ("told", "place"):
        execute(
            state,
            f"CREATE TABLE run.{name} AS SELECT * FROM read_parquet($1)",
            [slips.files(state.staging, name)],
        )
    execute(
        state,
        """INSERT INTO run.place (doc_id, story_id, is_canonical)
        SELECT doc_id, doc_id, true FROM run.holder WHERE company = 1""",
    )
    execute(
        state,
        "INSERT INTO run.told SELECT doc_id, doc_id, $1 FROM run.holder WHERE company = 1",
        [reason],
    )
