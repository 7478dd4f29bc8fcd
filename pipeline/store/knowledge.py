"""What the line knows of all documents: which lines stand in how many stories of their site.

A line that one story holds stands in ``lines`` with it, one that more hold in ``furniture`` with
their number; both with the documents that hold it, and how many of them are sure that it is their
own. A run counts its documents on top of that, and the commit keeps the sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from pipeline.identity import digest
from pipeline.settings import Furniture
from pipeline.store import slips
from pipeline.store.state import State, execute

ANCHORS = 4
"""Documents that all others with the same line are compared with: no shelf is ever quadratic."""
SAME_STORY = 0.5
"""Two documents tell one story if more than this part of the text of one stands in the other."""

SAME_NAME = 0.1
"""The same, for those of one title or address."""

Cuts = dict[str, tuple[list[int], list[int]]]
"""By document: the blocks that are furniture, and those that are pinned."""


@dataclass(frozen=True, slots=True)
class LearnedLine:
    """A line that the run learned to be furniture."""

    site: str
    line: str
    stories: int
    words: int
    documents: int
    """Documents of the run in whose text it stood."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a run used: its digest, and what of it is new."""

    digest: str
    lines_by_site: dict[str, int]
    """Lines learned in the run."""
    top: tuple[LearnedLine, ...]
    """Those of them that the most documents of the run lost."""


def count_lines(state: State, settings: Furniture) -> None:
    """Count the lines of the run's documents, story by story, on top of the snapshot.

    Needs ``run.doc`` and the slips. Makes ``run.cut``, the blocks that are furniture,
    ``run.counted``, what the commit shall remember, and ``run.learned``, what is new.
    """
    for name, shape in _RUN_TABLES.items():
        execute(state, f"CREATE TABLE run.{name} ({shape})")
    if not settings.enabled:
        return
    found = slips.files(state.staging, "line")
    execute(state, _LINES[0])
    execute(state, _LINES[1], [found])
    if settings.learn:
        _tell_stories_apart(state)
        for statement in _COUNT:
            execute(state, statement)
    least = [settings.min_stories, settings.min_stories_long]
    execute(state, _IN_FORCE, least)
    execute(state, _CUT)
    execute(state, _LEARNED, [*least, found])


def parts_to_cut(state: State) -> list[str]:
    """Return the staged parts of ``documents`` in which furniture was found, in path order."""
    query = "SELECT DISTINCT part FROM run.cut JOIN run.taught USING (doc) ORDER BY part"
    return [row[0] for row in execute(state, query)]


def cuts(state: State, parts: list[str]) -> Iterator[tuple[str, Cuts]]:
    """Yield what must go from each part."""
    for part in parts:
        rows = execute(
            state,
            """SELECT doc_id, coalesce(list(block ORDER BY block) FILTER (NOT pinned), []),
                coalesce(list(block ORDER BY block) FILTER (pinned), [])
            FROM run.cut JOIN run.taught USING (doc) WHERE part = $1
            GROUP BY doc_id ORDER BY doc_id""",
            [part],
        )
        yield part, {doc_id: (found, pinned) for doc_id, found, pinned in rows}


def used(state: State, settings: Furniture, shown: int) -> Knowledge:
    """Return the knowledge that the run used, with the ``shown`` lines that were cut most."""
    sites = execute(state, "SELECT site, count(*) FROM run.learned GROUP BY site ORDER BY site")
    top = execute(
        state,
        """SELECT site, line, stories, words, documents FROM run.learned WHERE documents > 0
        ORDER BY documents * words DESC, site, line LIMIT $1""",
        [shown],
    )
    return Knowledge(
        digest=_digest(state, settings),
        lines_by_site=dict(sites),
        top=tuple(LearnedLine(*row) for row in top),
    )


def _digest(state: State, settings: Furniture) -> str:
    """Return the digest of the lines in force: the same whatever the runs that they come from."""
    if not settings.enabled:
        return digest([])
    found = execute(
        state,
        f"SELECT count(*), bit_xor(key), sum(key::HUGEINT) FROM ({_KNOWN}) WHERE {_IS_FURNITURE}",
        [settings.min_stories, settings.min_stories_long],
    )
    return digest([str(value) for value in found[0]] if found[0][0] else [])


def _tell_stories_apart(state: State) -> None:
    """Give each document that teaches the number of its story.

    Two documents tell one story where more than half of the text of one stands in the other, kept
    there or not, as do those that are joined by others; known stories are met again by the same
    measure. A known document does not teach twice, and one without text not at all: nothing tells
    whether it is a copy.
    """
    for statement in _TELLERS:
        execute(state, statement)
    edges = execute(state, "SELECT a, b FROM run.kin ORDER BY a, b")
    roots = sorted(_roots(edges).items())
    table = pa.table({"node": [n for n, _ in roots], "story": [s for _, s in roots]}, _ROOTS)
    state.db.register("roots", table)
    execute(
        state,
        """UPDATE run.teller SET story = r.story FROM roots r WHERE r.node = run.teller.story""",
    )
    execute(
        state,
        f"""INSERT INTO run.merged SELECT node, story FROM roots
        WHERE node <> story AND node <= ({_LAST_STORY})""",
    )
    state.db.unregister("roots")


_ROOTS = pa.schema([("node", pa.int32()), ("story", pa.int32())])


def _roots(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Return the least node of its component for each node that has an edge."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while (up := parent.setdefault(node, node)) != node:
            parent[node] = parent[up]
            node = parent[node]
        return node

    for a, b in edges:
        low, high = sorted((find(a), find(b)))
        parent[high] = low
    return {node: find(node) for node in list(parent)}


_LAST_STORY = "SELECT coalesce(max(story), 0) FROM lines"

_RUN_TABLES = {
    "taught": "doc INTEGER, doc_id VARCHAR, part VARCHAR, known BOOLEAN",
    "line": """doc INTEGER, block INTEGER, key UBIGINT, words INTEGER, long BOOLEAN,
        removable BOOLEAN, sure BOOLEAN, weight INTEGER, pinned BOOLEAN""",
    "teller": "doc INTEGER, story INTEGER",
    "merged": "story INTEGER, root INTEGER",
    "counted": """key UBIGINT, story INTEGER, weight INTEGER, stories INTEGER, long BOOLEAN,
        documents INTEGER, sure INTEGER""",
    "force": "key UBIGINT",
    "cut": "doc INTEGER, block INTEGER, key UBIGINT, pinned BOOLEAN",
    "learned": "site VARCHAR, line VARCHAR, stories INTEGER, words INTEGER, documents INTEGER",
}
"""``counted``: a line of the run with its stories, the known ones too; ``story`` is the least."""

_LINES = (
    """INSERT INTO run.taught
    SELECT row_number() OVER (ORDER BY doc_id), doc_id, part, doc_id IN (SELECT doc_id FROM docs)
    FROM run.doc""",
    """INSERT INTO run.line
    SELECT d.doc, l.block, l.key, l.words, l.long, l.removable, l.sure, l.weight, l.pinned
    FROM read_parquet($1) l JOIN run.taught d ON d.doc_id = l.doc_id AND d.part = l.part""",
)

_MEASURE = f"CASE WHEN {{}} THEN {SAME_NAME} ELSE {SAME_STORY} END"

_TELLERS = (
    # Lines that more than one story is known to hold tell none from another.
    """CREATE TABLE run.stands AS
    SELECT l.doc, l.key, max(l.weight) AS weight, bool_or(l.block IS NULL) AS named
    FROM run.line l JOIN run.taught d ON d.doc = l.doc
    WHERE NOT d.known AND l.key NOT IN (SELECT key FROM furniture) GROUP BY l.doc, l.key""",
    """CREATE TABLE run.size AS
    SELECT doc, sum(weight) AS weight FROM run.stands GROUP BY doc HAVING sum(weight) > 0""",
    f"""INSERT INTO run.teller SELECT doc, doc + ({_LAST_STORY}) FROM run.size""",
    """CREATE TABLE run.shelf AS
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY doc) AS place
    FROM run.stands SEMI JOIN run.size USING (doc)
    QUALIFY count(*) OVER (PARTITION BY key) > 1
        AND (named OR max(weight) OVER (PARTITION BY key) > 0)""",
    # Each step stands by itself: joined by their keys first, crowded shelves would be quadratic.
    f"""CREATE TABLE run.kin AS
    WITH pair AS MATERIALIZED (SELECT DISTINCT x.doc AS a, y.doc AS b
        FROM run.shelf x JOIN run.shelf y ON x.key = y.key AND x.place < y.place
        WHERE x.place <= {ANCHORS} AND (x.named OR x.weight + y.weight > 0)),
    side AS MATERIALIZED (SELECT p.a, p.b, x.key, x.weight, x.named
        FROM pair p JOIN run.shelf x ON x.doc = p.a),
    shared AS (SELECT x.a, x.b, sum(x.weight) AS of_a, sum(y.weight) AS of_b,
            {_MEASURE.format("bool_or(x.named)")} AS least
        FROM side x JOIN run.shelf y ON y.doc = x.b AND y.key = x.key GROUP BY x.a, x.b)
    SELECT m.story AS a, n.story AS b FROM shared s
    JOIN run.teller m ON m.doc = s.a JOIN run.teller n ON n.doc = s.b
    JOIN run.size u ON u.doc = s.a JOIN run.size v ON v.doc = s.b
    WHERE s.of_a > least * u.weight OR s.of_b > least * v.weight""",
    f"""INSERT INTO run.kin
    WITH shared AS (SELECT b.doc, k.story, sum(b.weight) AS of_doc, sum(k.weight) AS of_story,
            {_MEASURE.format("bool_or(b.named)")} AS least
        FROM run.stands b SEMI JOIN run.size USING (doc) JOIN lines k ON k.key = b.key
        GROUP BY b.doc, k.story),
    size AS (SELECT story, sum(weight) AS weight FROM lines
        WHERE story IN (SELECT story FROM shared) GROUP BY story)
    SELECT s.story, t.story FROM shared s JOIN run.teller t ON t.doc = s.doc
    JOIN run.size w ON w.doc = s.doc JOIN size z ON z.story = s.story
    WHERE s.of_doc > least * w.weight OR s.of_story > least * z.weight""",
)

_COUNT = (
    """CREATE TABLE run.held AS
    SELECT l.key, t.story, max(l.weight) AS weight, bool_or(l.long) AS long,
        count(DISTINCT l.doc) AS documents, count(DISTINCT l.doc) FILTER (l.sure) AS sure
    FROM run.line l JOIN run.teller t ON t.doc = l.doc GROUP BY l.key, t.story""",
    f"""INSERT INTO run.counted
    WITH known AS (SELECT k.key, coalesce(m.root, k.story) AS story FROM lines k
            LEFT JOIN run.merged m ON m.story = k.story
            WHERE k.key IN (SELECT key FROM run.held)),
    every AS (SELECT * FROM run.held
        UNION ALL SELECT key, story, NULL, NULL, 0, 0 FROM known),
    told AS (SELECT key, min(story) AS story, arg_min(weight, story) AS weight,
            count(DISTINCT story) AS stories,
            count(DISTINCT story) FILTER (story > ({_LAST_STORY})) AS fresh,
            bool_or(long) AS long, sum(documents) AS documents, sum(sure) AS sure
        FROM every GROUP BY key)
    SELECT t.key, t.story, t.weight,
        CASE WHEN f.key IS NULL THEN t.stories ELSE f.stories + t.fresh END, t.long,
        t.documents + coalesce(f.documents, k.documents, 0), t.sure + coalesce(f.sure, k.sure, 0)
    FROM told t LEFT JOIN furniture f ON f.key = t.key LEFT JOIN lines k ON k.key = t.key""",
)

_KNOWN = """SELECT key, stories, long, documents, sure FROM furniture
    WHERE key NOT IN (SELECT key FROM run.counted)
UNION ALL SELECT key, stories, long, documents, sure FROM run.counted WHERE stories > 1"""

# A line that most pages are sure of is the story's own, such as the background of a long affair.
_IS_FURNITURE = "stories >= CASE WHEN long THEN $2 ELSE $1 END AND sure * 2 <= documents"

_IN_FORCE = f"""INSERT INTO run.force
SELECT key FROM ({_KNOWN}) SEMI JOIN run.line USING (key) WHERE {_IS_FURNITURE}"""

_CUT = """INSERT INTO run.cut
SELECT doc, block, key, pinned FROM run.line
WHERE removable AND (pinned OR key IN (SELECT key FROM run.force))"""

_LEARNED = f"""INSERT INTO run.learned
WITH fresh AS (SELECT t.key, t.stories FROM run.counted t SEMI JOIN run.force USING (key)
    WHERE t.key NOT IN (SELECT key FROM furniture WHERE {_IS_FURNITURE})),
cut AS (SELECT key, count(DISTINCT doc)::INTEGER AS documents FROM run.cut GROUP BY key)
SELECT min(l.site), min(l.text), any_value(f.stories), max(l.words),
    coalesce(any_value(c.documents), 0)
FROM read_parquet($3) l JOIN fresh f ON f.key = l.key LEFT JOIN cut c ON c.key = l.key
JOIN run.taught d ON d.doc_id = l.doc_id AND d.part = l.part
GROUP BY l.key HAVING min(l.text) IS NOT NULL"""

COMMIT = (
    "UPDATE lines SET story = m.root FROM run.merged m WHERE m.story = lines.story",
    "DELETE FROM furniture WHERE key IN (SELECT key FROM run.counted WHERE stories > 1)",
    """INSERT INTO furniture SELECT key, stories, long, documents, sure FROM run.counted
    WHERE stories > 1""",
    "DELETE FROM lines WHERE key IN (SELECT key FROM run.counted WHERE stories > 1)",
    """UPDATE lines SET documents = c.documents, sure = c.sure
    FROM run.counted c WHERE c.key = lines.key""",
    """INSERT INTO lines SELECT key, story, weight, documents, sure FROM run.counted
    WHERE stories = 1 AND key NOT IN (SELECT key FROM lines)""",
)
"""What the commit of a run does to the knowledge."""

STAGED = "SELECT *, '{run_id}' AS run_id FROM run.learned"
"""The rows that the run adds to the table ``furniture``."""
