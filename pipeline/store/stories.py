"""From verified matches to stories: what a run touches, what is placed anew, what changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipeline.model import Match, Story
from pipeline.store import candidates
from pipeline.store.state import State, arrow, count, execute

MATCHES = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("kind", pa.string()),
        ("containment", pa.float64()),
        ("jaccard", pa.float64()),
        ("shared", pa.int32()),
    ]
)
PLACES = pa.schema(
    [
        ("doc_id", pa.string()),
        ("story_id", pa.string()),
        ("is_canonical", pa.bool_()),
        ("match_kind", pa.string()),
        ("matched_doc_id", pa.string()),
        ("containment", pa.float32()),
        ("jaccard", pa.float32()),
        ("shared_shingles", pa.int32()),
    ]
)
TOLD = pa.schema([("story_id", pa.string()), ("canonical", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True, slots=True)
class Holder:
    """A document as the choice of the canonical sees it; ``text_id`` may be shared."""

    doc_id: str
    text_id: str
    published_at: datetime | None
    agency: bool
    source: str


@dataclass(frozen=True, slots=True)
class Component:
    """Texts joined by matches, directly or not; their documents, matches and words."""

    holders: tuple[Holder, ...]
    matches: tuple[Match, ...]


def add_matches(state: State, matches: Iterable[Match]) -> None:
    """Append verified matches to ``run.match``."""
    execute(
        state,
        """CREATE TABLE IF NOT EXISTS run.match (a INTEGER, b INTEGER, kind VARCHAR,
        containment DOUBLE, jaccard DOUBLE, shared INTEGER)""",
    )
    rows = [(m.a, m.b, str(m.kind), m.containment, m.jaccard, m.shared) for m in matches]
    state.db.register("fresh", _table(MATCHES, rows))
    execute(
        state,
        f"""INSERT INTO run.match SELECT x.text_no, y.text_no, f.* EXCLUDE (a, b) FROM fresh f
        JOIN ({candidates.ALL_TEXTS}) x ON x.text_id = f.a
        JOIN ({candidates.ALL_TEXTS}) y ON y.text_id = f.b""",
    )
    state.db.unregister("fresh")


def touch(state: State) -> None:
    """Find every text whose story may change.

    It is new, matched anew, held by a new document, or reached from such a text over matches.
    Makes ``run.touched`` (text numbers with the least number of their component), ``run.holder``
    (their documents), and gathers the words of those that have company.
    """
    execute(
        state,
        """CREATE TABLE run.edge AS
        WITH either AS (SELECT a, b FROM matches UNION ALL SELECT a, b FROM run.match)
        SELECT a, b FROM either UNION SELECT b, a FROM either""",
    )
    execute(
        state,
        """CREATE TABLE run.touched AS
        SELECT text_no, text_no AS root FROM (
            SELECT text_no FROM run.numbered
            UNION SELECT a FROM run.match UNION SELECT b FROM run.match
            UNION SELECT a FROM run.dropped UNION SELECT b FROM run.dropped
            UNION SELECT text_no FROM docs SEMI JOIN run.doc USING (doc_id)
                WHERE text_no IS NOT NULL)""",
    )
    _reach(state)
    _label(state)
    execute(
        state,
        f"""CREATE TABLE run.holder AS
        SELECT h.*, t.root, x.text_id,
            count(*) OVER (PARTITION BY t.root) AS company
        FROM ({_ALIVE}) h JOIN run.touched t USING (text_no)
        JOIN ({candidates.ALL_TEXTS}) x USING (text_no)""",
    )
    candidates.gather(state, "SELECT DISTINCT text_no FROM run.holder WHERE company > 1")


def _reach(state: State) -> None:
    """Add all that the touched texts are matched with, directly or not."""
    execute(
        state,
        """INSERT INTO run.touched
        WITH RECURSIVE reached(n) AS (
            SELECT text_no FROM run.touched
            UNION SELECT e.b FROM reached r JOIN run.edge e ON e.a = r.n)
        SELECT n, n FROM reached ANTI JOIN run.touched t ON t.text_no = n""",
    )


def _label(state: State) -> None:
    """Give each touched text the least number of its component.

    In each round a component hooks onto the least one beside it, and all paths to a root are cut
    to one step: the rounds grow with the logarithm of the component, not with its diameter.
    """
    while count(state, _HOOK):  # an update returns how many rows it changed
        while count(state, _JUMP):
            pass


_HOOK = """UPDATE run.touched SET root = least_.root FROM (
    SELECT x.root AS old, min(y.root) AS root FROM run.edge e
    JOIN run.touched x ON x.text_no = e.a JOIN run.touched y ON y.text_no = e.b
    GROUP BY old HAVING min(y.root) < old) least_
WHERE run.touched.root = least_.old"""

_JUMP = """UPDATE run.touched SET root = next_.root FROM run.touched next_
WHERE next_.text_no = run.touched.root AND next_.root < run.touched.root"""


_ALIVE = """SELECT n.text_no, d.doc_id, d.published_at, d.agency, d.source
FROM run.numbered n JOIN run.doc d USING (doc_id)
UNION ALL SELECT k.text_no, k.doc_id, k.published_at, k.agency, k.source
FROM docs k ANTI JOIN run.doc USING (doc_id) WHERE k.text_no IS NOT NULL"""


def components(state: State, size: int) -> Iterator[tuple[list[Component], dict[str, str]]]:
    """Yield the touched components of two or more documents, and the words of their texts by id.

    Some ``size`` documents come at a time.
    """
    execute(
        state,
        """CREATE OR REPLACE TEMP TABLE batched AS
        SELECT root, (sum(n) OVER (ORDER BY root) // $1)::INTEGER AS batch
        FROM (SELECT root, count(*) AS n FROM run.holder WHERE company > 1 GROUP BY root)""",
        [size],
    )
    numbers = execute(state, "SELECT DISTINCT batch FROM batched ORDER BY batch")
    for (batch,) in numbers:
        holders = arrow(state, _HOLDERS_OF, [batch]).read_all().to_pylist()
        matches = arrow(state, _MATCHES_OF, [batch]).read_all().to_pylist()
        words = arrow(state, _WORDS_OF, [batch]).read_all()
        texts = dict(zip(words["text_id"].to_pylist(), words["text"].to_pylist(), strict=True))
        yield _components(holders, matches), texts


_HOLDERS_OF = """SELECT h.root, h.doc_id, h.text_id, h.published_at, h.agency, h.source
FROM run.holder h SEMI JOIN (SELECT root FROM batched WHERE batch = $1) b USING (root)
ORDER BY h.root, h.doc_id"""

_MATCHES_OF = """WITH inside AS (SELECT t.* FROM run.touched t
    SEMI JOIN (SELECT root FROM batched WHERE batch = $1) b USING (root)),
alive AS (SELECT DISTINCT text_no, text_id FROM run.holder),
every AS (SELECT * FROM matches ANTI JOIN run.dropped USING (a, b)
    UNION ALL SELECT * FROM run.match)
SELECT i.root, least(x.text_id, y.text_id) AS a, greatest(x.text_id, y.text_id) AS b,
    m.kind, m.containment, m.jaccard, m.shared
FROM every m JOIN inside i ON i.text_no = m.a
JOIN alive x ON x.text_no = m.a JOIN alive y ON y.text_no = m.b ORDER BY ALL"""

_WORDS_OF = """SELECT w.text_id, w.text FROM run.words w
WHERE w.text_no IN (SELECT h.text_no FROM run.holder h
    SEMI JOIN (SELECT root FROM batched WHERE batch = $1) b USING (root))"""


def _components(holders: list[dict[str, Any]], matches: list[dict[str, Any]]) -> list[Component]:
    held: dict[int, list[Holder]] = {}
    for row in holders:
        held.setdefault(row.pop("root"), []).append(Holder(**row))
    joined: dict[int, list[Match]] = {}
    for row in matches:
        joined.setdefault(row.pop("root"), []).append(Match(**row))
    return [Component(tuple(h), tuple(joined.get(root, ()))) for root, h in held.items()]


def place(state: State, stories: Sequence[Story]) -> None:
    """Append stories to ``run.told`` and their members to ``run.place``."""
    _create_places(state)
    told = [(s.story_id, s.canonical, s.canonical_reason) for s in stories]
    places = [
        (
            m.doc_id,
            s.story_id,
            m.doc_id == s.canonical,
            m.match_kind,
            m.matched_doc_id,
            m.containment,
            m.jaccard,
            m.shared,
        )
        for s in stories
        for m in s.members
    ]
    for name, schema, rows in (("told", TOLD, told), ("place", PLACES, places)):
        state.db.register("fresh", _table(schema, rows))
        execute(state, f"INSERT INTO run.{name} SELECT * FROM fresh")
        state.db.unregister("fresh")


def place_singles(state: State, reason: str) -> None:
    """Give each touched document without company a story of its own."""
    _create_places(state)
    execute(
        state,
        """INSERT INTO run.place SELECT doc_id, doc_id, true, NULL, NULL, NULL, NULL, NULL
        FROM run.holder WHERE company = 1""",
    )
    execute(
        state,
        "INSERT INTO run.told SELECT doc_id, doc_id, $1 FROM run.holder WHERE company = 1",
        [reason],
    )


def _create_places(state: State) -> None:
    for name, schema in (("told", TOLD), ("place", PLACES)):
        state.db.register("shape", schema.empty_table())
        execute(state, f"CREATE TABLE IF NOT EXISTS run.{name} AS SELECT * FROM shape")
        state.db.unregister("shape")


def _table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
