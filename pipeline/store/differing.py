"""How two published stores differ: documents, their texts, and who stands in a story with whom."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.store.browse import Shelf, open_shelf
from pipeline.store.sql import literal, quote


@dataclass(frozen=True, slots=True)
class Difference:
    """What is other in a second store. Documents that both have are compared with each other."""

    documents: int
    """Documents that both have."""
    gone: int
    """Documents that the first alone has."""
    added: int
    """Documents that the second alone has, those forgotten in the first left out."""
    reworded: int
    """Documents with another text."""
    regrouped: int
    """Documents that stand in a story with other documents."""

    @property
    def share(self) -> float:
        """Return the share of the documents of both that are another, 0 to 1."""
        return max(self.reworded, self.regrouped) / max(1, self.documents)


_DIFFERENCE = """
WITH a AS (SELECT doc_id, text FROM documents),
b AS (SELECT doc_id, text FROM read_parquet('{documents}', hive_partitioning = false)
    ANTI JOIN forgotten USING (doc_id)),
both_ AS (SELECT doc_id, a.text <> b.text AS reworded FROM a JOIN b USING (doc_id)),
there AS (SELECT doc_id, story_id FROM read_parquet('{copies}', hive_partitioning = false)),
one AS (SELECT doc_id, story_id FROM copies SEMI JOIN both_ USING (doc_id)),
other AS (SELECT doc_id, story_id FROM there SEMI JOIN both_ USING (doc_id)),
pairs AS (SELECT doc_id, one.story_id AS x, other.story_id AS y
    FROM one FULL JOIN other USING (doc_id)),
split AS (SELECT doc_id FROM pairs WHERE x IS NULL OR y IS NULL
    OR x IN (SELECT x FROM pairs GROUP BY x HAVING count(DISTINCT y) > 1)
    OR y IN (SELECT y FROM pairs GROUP BY y HAVING count(DISTINCT x) > 1))
SELECT (SELECT count(*) FROM both_) AS documents,
    (SELECT count(*) FROM a ANTI JOIN b USING (doc_id)) AS gone,
    (SELECT count(*) FROM b ANTI JOIN a USING (doc_id)) AS added,
    (SELECT count(*) FROM both_ WHERE reworded) AS reworded,
    (SELECT count(*) FROM split) AS regrouped
"""


def differing(shelf: Shelf, other: Path) -> Difference:
    """Hold the edition of a shelf against that of another local store. Raises StoreError."""
    with_parts = open_shelf(other)
    if not any((other / "documents").rglob("*.parquet")):
        gone = shelf.rows("SELECT count(*) AS n FROM documents")[0]["n"]
        return Difference(0, gone, 0, 0, 0)
    tables = {
        name: quote(f"{literal(with_parts.clean / name)}/**/*.parquet")
        for name in ("documents", "copies")
    }
    (row,) = shelf.rows(_DIFFERENCE.format(**tables))
    return Difference(**row)
