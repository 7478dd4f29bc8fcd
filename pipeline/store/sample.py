"""The sample of texts from which is learned how rare a shingle is.

It holds the texts with the least ids, so that it follows from the texts alone, and what each has
of shingles and terms. Copies in it count as one story.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.identity import digest
from pipeline.settings import Dedup
from pipeline.store import slips
from pipeline.store.state import State, arrow, count, execute

SAME_STORY = 0.6
"""Two texts of the sample tell one story if the smaller shares this part of it: nothing is known
yet of what is rare."""


def take(state: State, settings: Dedup) -> NDArray[np.int64]:
    """Make ``run.sample`` of the texts with the least ids, and return the numbers of the new.

    Texts that left the sample once do not come back to it.
    """
    size = settings.sample_texts if settings.learn else 0
    execute(
        state,
        """CREATE TABLE run.sample AS SELECT text_no, text_id, new FROM (
            SELECT text_no, text_id, false AS new FROM sample ANTI JOIN run.dead USING (text_no)
            UNION ALL SELECT text_no, text_id, true FROM run.text WHERE len(bands) > 0 AND $1 > 0)
        ORDER BY text_id LIMIT greatest($1, (SELECT count(*) FROM sample))""",
        [size],
    )
    query = "SELECT text_no FROM run.sample WHERE new ORDER BY text_no"
    numbers: NDArray[np.int64] = arrow(state, query).read_all()["text_no"].to_numpy()
    return numbers.astype(np.int64)


def pair(state: State, settings: Dedup) -> bool:
    """Make ``run.alike``, the copies in the sample that this run found.

    Tells whether the stories of the sample must be counted anew: something in it came or went.
    """
    execute(
        state,
        """CREATE TABLE run.alike AS SELECT l.* FROM run.likely l
        SEMI JOIN run.sample x ON x.text_no = l.a SEMI JOIN run.sample y ON y.text_no = l.b
        ANTI JOIN alike ON alike.a = l.a AND alike.b = l.b
        WHERE l.containment >= $1 AND $2""",
        [SAME_STORY, settings.learn],
    )
    return settings.learn and count(state, _NEWS) > 0


_NEWS = """SELECT count(*) FROM (
SELECT text_no FROM run.sample WHERE new UNION ALL SELECT a FROM run.alike
UNION ALL SELECT text_no FROM sample SEMI JOIN run.dead USING (text_no)
UNION ALL SELECT a FROM alike SEMI JOIN run.dropped USING (a, b))"""


def matches(state: State) -> pa.Table:
    """Return the copies in the sample, those of earlier runs too, with the ids of both texts."""
    return arrow(
        state,
        """SELECT least(x.text_id, y.text_id) AS a, greatest(x.text_id, y.text_id) AS b,
            m.* EXCLUDE (a, b)
        FROM (SELECT * FROM alike ANTI JOIN run.dropped USING (a, b)
            UNION ALL SELECT * FROM run.alike) m
        JOIN run.sample x ON x.text_no = m.a JOIN run.sample y ON y.text_no = m.b
        ORDER BY ALL""",
    ).read_all()


def ids(state: State) -> list[str]:
    """Return the ids of all texts in the sample."""
    return [row[0] for row in execute(state, "SELECT text_id FROM run.sample ORDER BY text_id")]


def count_stories(state: State, groups: Sequence[Sequence[str]]) -> None:
    """Make ``run.common``: the keys that more than one group of texts holds, and how many do."""
    told = [(text_id, n) for n, group in enumerate(groups) for text_id in group]
    table = pa.table(
        {"text_id": [t for t, _ in told], "story": pa.array([n for _, n in told], pa.int32())}
    )
    state.db.register("told", table)
    execute(
        state,
        """CREATE TABLE run.gram AS SELECT key, text_no FROM read_parquet($1)""",
        [slips.files(state.staging, "gram")],
    )
    execute(
        state,
        """CREATE TABLE run.common AS
        WITH every AS (SELECT * FROM gram UNION ALL SELECT * FROM run.gram),
        held AS (SELECT DISTINCT key, story FROM every
            JOIN run.sample USING (text_no) JOIN told USING (text_id))
        SELECT key, count(*)::INTEGER AS stories FROM held GROUP BY key HAVING count(*) > 1""",
    )
    state.db.unregister("told")


def keep(state: State) -> None:
    """Make the tables of a run that learns nothing of rarity."""
    execute(state, "CREATE TABLE run.gram AS SELECT * FROM gram LIMIT 0")
    execute(state, "CREATE TABLE run.common AS SELECT * FROM common")


def common(state: State) -> pa.Table:
    """Return ``key, stories`` of what more than one story of the sample holds, by key."""
    return arrow(state, "SELECT key, stories FROM run.common ORDER BY key").read_all()


def used(state: State) -> str:
    """Return the digest of what is known of rarity."""
    found = execute(
        state, "SELECT count(*), bit_xor(hash(key, stories)), sum(key::HUGEINT) FROM run.common"
    )
    return digest([str(value) for value in found[0]] if found[0][0] else [])


COMMIT = (
    "DELETE FROM sample",
    "INSERT INTO sample SELECT text_no, text_id FROM run.sample",
    "INSERT INTO gram SELECT * FROM run.gram",
    "DELETE FROM gram WHERE text_no NOT IN (SELECT text_no FROM sample)",
    "DELETE FROM alike WHERE (a, b) IN (SELECT (a, b) FROM run.dropped)",
    "INSERT INTO alike SELECT * FROM run.alike",
    """DELETE FROM alike WHERE a NOT IN (SELECT text_no FROM sample)
        OR b NOT IN (SELECT text_no FROM sample)""",
    "DELETE FROM common",
    "INSERT INTO common SELECT * FROM run.common",
)
"""What the commit of a run does to the sample; a text that nobody holds has left it already."""
