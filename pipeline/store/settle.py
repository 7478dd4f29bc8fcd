"""What a run found, set against what the state knows: new documents, new texts, doomed rows.

A document that was found at several places counts once, at its least origin, whichever batch
met it first.
"""

from dataclasses import dataclass

from pipeline.store import slips
from pipeline.store.state import State, count, execute

ORIGIN_ORDER = "raw_path, length(raw_locator), raw_locator"
"""``line:9`` stands before ``line:10``."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Records by what the run database holds, to be held against what the batches counted."""

    stored: int
    """Documents that the state did not know."""
    found: int
    rejected: int
    lost: int
    """Records that were found but stand neither in a staged nor in a published part."""


def settle(state: State) -> Settled:
    """Load the staged sketches and slips into the run database; needs what ``documents`` made.

    Makes ``run.found`` (a row a record) and the other slips, ``run.text``, ``run.band``,
    ``run.coded`` (where the codes of the run's texts lie), ``run.numbered`` and ``run.dead``.
    """
    _slips(state)
    _texts(state)
    return Settled(
        stored=count(state, "SELECT count(*) FROM run.doc ANTI JOIN docs USING (doc_id)"),
        found=count(state, "SELECT count(*) FROM run.found"),
        rejected=count(state, "SELECT count(*) FROM run.rejected"),
        lost=count(
            state,
            """SELECT count(*) FROM run.found ANTI JOIN run.doc USING (doc_id)
            ANTI JOIN docs USING (doc_id)""",
        ),
    )


def _slips(state: State) -> None:
    for kind in ("found", "rejected", "refused", "file", "sketch"):
        execute(
            state,
            f"CREATE TABLE run.{kind} AS SELECT * FROM read_parquet($1)",
            [slips.files(state.staging, kind)],
        )


def documents(state: State) -> None:
    """Load the staged documents: the least origin of each wins, a known one's included.

    Makes ``run.doc`` (a row a document, at its least origin; without a part if it is taken out) and
    ``run.loser`` (rows of staged or published parts that must go).
    """
    staging = state.staging
    execute(
        state,
        """CREATE TABLE run.judged AS
        SELECT doc_id, raw_path, raw_locator, source, nullif(coalesce(site, source), 'unknown')
            AS outlet, agency IS NOT NULL AS agency, wire_mark, published_at,
            substring(filename, length($1) + 2) AS part
        FROM read_parquet($2, filename = true, hive_partitioning = false)""",
        [str(staging), slips.documents(staging)],
    )
    execute(
        state,
        f"""CREATE TABLE run.ranked AS
        SELECT *, row_number() OVER (PARTITION BY doc_id ORDER BY {ORIGIN_ORDER}) AS place
        FROM run.judged""",
    )
    execute(state, "CREATE TABLE run.doc AS SELECT * EXCLUDE place FROM run.ranked WHERE place = 1")
    execute(state, "INSERT INTO run.doc (doc_id) SELECT doc_id FROM run.taken")
    execute(
        state,
        """CREATE TABLE run.loser AS
        SELECT part, doc_id, true AS staged FROM run.ranked WHERE place > 1
        UNION ALL SELECT k.part, k.doc_id, false FROM docs k SEMI JOIN run.doc USING (doc_id)""",
    )


def _texts(state: State) -> None:
    """Number the texts of the run that the state does not have, in the order of their ids.

    Makes ``run.numbered`` and ``run.dead``, too: the text of each document of the run, and the
    known texts that no document holds any more.
    """
    execute(
        state,
        """CREATE TABLE run.text AS
        WITH fresh AS (
            SELECT text_id, any_value(shingles) AS shingles, any_value(bands) AS bands
            FROM run.sketch SEMI JOIN run.doc USING (doc_id, part) GROUP BY text_id)
        SELECT coalesce((SELECT max(text_no) FROM texts), 0)
            + row_number() OVER (ORDER BY text_id) AS text_no, *
        FROM fresh ANTI JOIN texts USING (text_id)""",
    )
    execute(
        state,
        """CREATE TABLE run.band AS
        SELECT band::UTINYINT AS band, key, text_no FROM (
            SELECT text_no, unnest(bands) AS key, generate_subscripts(bands, 1) AS band
            FROM run.text)
        ORDER BY band""",
    )
    execute(
        state,
        """CREATE TABLE run.coded AS
        SELECT t.text_no, min_by(s.file, s.doc_id) AS file, min_by(s.start, s.doc_id) AS start,
            any_value(s.codes) AS codes, any_value(s.keys) AS keys
        FROM run.sketch s JOIN (SELECT text_no, text_id FROM run.text
            UNION ALL SELECT text_no, text_id FROM texts) t USING (text_id)
        GROUP BY t.text_no""",
    )
    execute(
        state,
        """CREATE TABLE run.numbered AS
        SELECT DISTINCT s.doc_id, t.text_no
        FROM run.sketch s JOIN (SELECT text_no, text_id FROM run.text
            UNION ALL SELECT text_no, text_id FROM texts) t USING (text_id)
        JOIN run.doc d ON d.doc_id = s.doc_id AND d.part = s.part""",
    )
    execute(
        state,
        """CREATE TABLE run.dead AS
        SELECT DISTINCT text_no FROM docs SEMI JOIN run.doc USING (doc_id)
        ANTI JOIN run.numbered USING (text_no)
        ANTI JOIN (SELECT text_no FROM docs ANTI JOIN run.doc USING (doc_id)) USING (text_no)
        WHERE text_no IS NOT NULL""",
    )
