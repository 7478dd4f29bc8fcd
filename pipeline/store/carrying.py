"""What a rebuild takes from the edition before it: documents whose raw bytes are gone, history."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import TRANSIENT, StoreError
from pipeline.store import disk, parts, publish, slips
from pipeline.store.edition import EDITIONS, manifest_of
from pipeline.store.parts import Part
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal
from pipeline.store.staged import twin
from pipeline.store.state import State, count, execute, insert

HISTORY = frozenset({"runs", "sources", "changes", "rejected", "forgotten"})
"""Tables that tell of runs: a rebuild adds to them and takes nothing away."""
NOTE = "not found in raw/ by the rebuild of edition {}: carried over"
"""The warning by which a carried document is known."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A published edition, as its manifest tells it."""

    number: int
    parts: Mapping[str, tuple[Part, ...]]
    """By table."""
    damaged: tuple[str, ...] = ()
    """Paths of parts that were published and cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Documents that were not met in ``raw/``, and the places where they once lay."""

    documents: int = 0
    origins: int = 0


def published(clean: Path) -> Edition:
    """Read the manifest of the current edition. Raises StoreError if there is none."""
    manifest = manifest_of(clean)
    found: dict[str, list[Part]] = {name: [] for name in TABLES}
    for row in manifest["files"]:
        found.setdefault(row["table"], []).append(Part(**row))
    # The row of a run that found nothing new joins the manifest with the next edition.
    listed = {part.path for part in found["runs"]}
    for file in sorted((clean / "runs").glob("*.parquet")):
        path = file.relative_to(clean).as_posix()
        if path not in listed and parts.readable(file):
            found["runs"].append(parts.describe(file, "runs", path))
    return Edition(manifest["edition"], {name: tuple(own) for name, own in found.items()})


def mended(clean: Path, edition: Edition) -> Edition:
    """Return an edition without the parts that are missing or damaged; puts back what it can.

    A part is put back from the snapshot of the edition. Raises StoreError when a part of
    ``forgotten`` is lost: what it names would come back.
    """
    sound: dict[str, tuple[Part, ...]] = {}
    damaged: list[str] = []
    for name, own in edition.parts.items():
        kept = [part for part in own if _put_back(clean, edition.number, part)]
        damaged += [part.path for part in own if part not in kept]
        sound[name] = tuple(kept)
    if lost := [path for path in damaged if path.startswith("forgotten/")]:
        raise StoreError(f"{clean / lost[0]}: is damaged; without it what was forgotten comes back")
    return Edition(edition.number, sound, tuple(damaged))


def _put_back(clean: Path, number: int, part: Part) -> bool:
    file = clean / part.path
    if parts.is_whole(file, part.sha256):
        return True
    snapshot = clean / EDITIONS / str(number) / part.path
    if not parts.is_whole(snapshot, part.sha256):
        return False
    disk.write(file, snapshot.read_bytes())
    return True


def count_gone(clean: Path, there: Collection[str]) -> tuple[int, int]:
    """Return the raw files of the current edition that are not ``there``, and their documents.

    A document that also came from a file that is there does not count.
    """
    own = published(clean).parts["origins"]
    places: dict[str, set[str]] = {}
    for part in own:
        if not parts.readable(clean / part.path):
            continue
        rows = parts.read(clean / part.path, ["doc_id", "raw_path"])
        for doc_id, path in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            places.setdefault(doc_id, set()).add(path)
    lost = {path for own in places.values() for path in own}.difference(there)
    return len(lost), sum(own <= lost for own in places.values())


def count_missing(state: State, before: Edition) -> int:
    """Count the documents of an edition that the run did not meet; makes ``run.missing``.

    One whose bytes are refused for good is not missing: ``rejected`` tells of it.
    """
    execute(
        state,
        """CREATE TABLE run.missing AS SELECT doc_id FROM read_parquet($1, union_by_name = true)
        ANTI JOIN (SELECT doc_id FROM read_parquet($2)) USING (doc_id)
        WHERE raw_sha256 NOT IN (
            SELECT raw_sha256 FROM read_parquet($3) WHERE raw_sha256 IS NOT NULL
                AND reason NOT IN (SELECT unnest($4)))""",
        [
            _files(state, before, "documents"),
            slips.files(state.staging, "found"),
            slips.files(state.staging, "rejected"),
            sorted(TRANSIENT),
        ],
    )
    return count(state, "SELECT count(*) FROM run.missing")


def count_lost(state: State, before: Edition) -> int:
    """Count the documents that stand neither in ``raw/`` nor in a part that can be read."""
    rows = execute(
        state,
        """SELECT count(DISTINCT doc_id) FROM (
            SELECT doc_id, '' AS raw_sha256 FROM read_parquet($1, union_by_name = true)
            UNION ALL SELECT doc_id, raw_sha256 FROM read_parquet($2, union_by_name = true))
        WHERE doc_id NOT IN (SELECT doc_id FROM read_parquet($3, union_by_name = true))
            AND doc_id NOT IN (SELECT doc_id FROM read_parquet($4))
            AND raw_sha256 NOT IN (SELECT raw_sha256 FROM read_parquet($5)
                WHERE raw_sha256 IS NOT NULL)""",
        [
            _files(state, before, "copies"),
            _files(state, before, "origins"),
            _files(state, before, "documents"),
            slips.files(state.staging, "found"),
            slips.files(state.staging, "rejected"),
        ],
    )
    return int(rows[0][0])


def carry(state: State, before: Edition, path_of: Callable[[int], str], digest: str) -> Carried:
    """Stage the documents in ``run.missing`` as if they had been judged, each with a warning.

    Their ``run_id`` stays that of the run that cleaned them. ``path_of`` gives the path of the nth
    part.
    """
    missing = {doc_id for (doc_id,) in execute(state, "SELECT doc_id FROM run.missing")}
    note = NOTE.format(before.number + 1)
    removed = {part.path for part in before.parts["removed"]}
    total = 0
    for number, part in enumerate(before.parts["documents"]):
        own = _only(state, part.path, "documents", missing)
        beside = twin(part.path)
        gone = _only(state, beside, "removed", missing) if beside in removed else None
        if own.num_rows:
            fresh = _noted(own, note)
            empty = TABLES["removed"].arrow().empty_table()
            kept = empty if gone is None else gone
            publish.stage_documents(state.staging, path_of(number), fresh, kept, digest)
        total += own.num_rows
    return Carried(total, _carry_origins(state, before, missing))


def compare(state: State, before: Edition) -> int:
    """Tell the run what stood before it, so that ``changes`` says what is other now.

    Returns the number of documents whose text is another. Makes ``run.was_copy``,
    ``run.was_story`` and ``run.judged_anew``.
    """
    for name, columns, table in (
        ("was_copy", "doc_id, story_id", "copies"),
        ("was_story", "story_id, doc_id AS canonical", "articles"),
    ):
        source = "read_parquet($1, union_by_name = true)"
        query = f"CREATE TABLE run.{name} AS SELECT {columns} FROM {source}"
        execute(state, query, [_files(state, before, table)])
    execute(
        state,
        """CREATE TABLE run.judged_anew AS SELECT n.doc_id
        FROM read_parquet($1, hive_partitioning = false) n
        JOIN read_parquet($2, union_by_name = true, hive_partitioning = false) o USING (doc_id)
        WHERE n.text <> o.text""",
        [slips.documents(state.staging), _files(state, before, "documents")],
    )
    return count(state, "SELECT count(*) FROM run.judged_anew")


def changes(state: State) -> dict[str, int]:
    """Return the stories by what the run made of them, from the staged ``changes``."""
    staged = [literal(f) for f in (state.staging / "changes").glob("*.parquet")]
    if not staged:
        return {}
    rows = execute(
        state,
        "SELECT kind, count(*) FROM read_parquet($1) GROUP BY kind ORDER BY kind",
        [staged],
    )
    return dict(rows)


def retire(state: State, before: Edition) -> None:
    """Let the parts of the edition before go, but for the history."""
    kept = [astuple(p) for name, own in before.parts.items() if name in HISTORY for p in own]
    gone = [[p.path] for name, own in before.parts.items() if name not in HISTORY for p in own]
    insert(state, "parts", kept)
    gone += [[path] for path in before.damaged]
    insert(state, "run.gone", gone)


def _carry_origins(state: State, before: Edition, missing: set[str]) -> int:
    shape = slips.SLIPS["found"]
    pieces = [_only(state, p.path, "origins", missing) for p in before.parts["origins"]]
    rows = pa.concat_tables([TABLES["origins"].arrow().empty_table(), *pieces])
    slips.write_table(state.staging, "found", "carried", rows.select(shape.names))
    return int(rows.num_rows)


def _only(state: State, path: str, table: str, ids: set[str]) -> pa.Table:
    content = parts.aligned(parts.read(state.clean / path), table)
    return content.filter(pc.is_in(content["doc_id"], value_set=pa.array(sorted(ids), pa.string())))


def _noted(documents: pa.Table, note: str) -> pa.Table:
    told = documents["warnings"].to_pylist()
    warnings = [[*(w for w in own or [] if not w.endswith("carried over")), note] for own in told]
    at = documents.schema.get_field_index("warnings")
    field = documents.schema.field(at)
    return documents.set_column(at, field, pa.array(warnings, field.type))


def _files(state: State, before: Edition, table: str) -> list[str]:
    found = [literal(state.clean / part.path) for part in before.parts[table]]
    return [*found, slips.shape_of(state.staging, table)]
