"""Fold the parts of each partition into one, or into a few of bounded size, in key order."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from pipeline.errors import ConservationError
from pipeline.store import parts, slips
from pipeline.store.schemas import TABLES
from pipeline.store.sql import literal
from pipeline.store.staged import twin
from pipeline.store.state import State, arrow, execute, insert, sha256_of

FOLDED_ROWS = 50_000
"""Rows of a folded part at most: what a later rewrite of it holds in memory."""

MANY_RUNS = 100
"""Parts of ``runs`` that are folded though nothing else is to fold."""

Bounds = tuple[str, str] | None
"""The least and the greatest id in a part; None for all that there are."""


def stage(state: State, edition: int, digest: str) -> int:
    """Stage the folded parts of every partition that has several; return how many parts go.

    Fills ``run.gone``, and ``run.folded``, by which the commit learns where documents and stories
    lie now. Raises ConservationError when a row was lost.
    """
    rows = execute(state, "SELECT parse_dirpath(path), path FROM parts ORDER BY path")
    found = {folder: [path for _, path in some] for folder, some in groupby(rows, itemgetter(0))}
    # What was removed from a document lies in the twin of its part, and is folded with it.
    todo = {f: own for f, own in found.items() if len(own) > 1 and not f.startswith("removed/")}
    if todo.keys() <= {"runs"} and len(todo.get("runs", ())) < MANY_RUNS:
        return 0  # each run adds its row: to fold these alone would make an edition of nothing
    gone: list[str] = []
    for folder, files in todo.items():
        gone += files + _fold(state, folder, files, f"{edition:06d}", digest)
    insert(state, "run.gone", [[path] for path in gone])
    return len(gone)


def _fold(state: State, folder: str, files: list[str], name: str, digest: str) -> list[str]:
    """Fold the parts of one partition; return the twins that were folded with them."""
    table = folder.split("/", 1)[0]
    for path in files:
        parts.ensure(state.clean / path, sha256_of(state, path))
    twins = _published(state, map(twin, files)) if table == "documents" else []
    written = 0
    for number, bounds in enumerate(_bounds(state, table, files)):
        path = f"{folder}/{name}-{number:03d}.parquet"
        written += _write(state, table, files, path, bounds, digest)
        if bounds:
            execute(state, "INSERT INTO run.folded VALUES (?, ?, ?, ?)", [folder, *bounds, path])
        if twins:
            _write(state, "removed", twins, twin(path), bounds, digest)
    expected = execute(
        state, 'SELECT sum("rows") FROM parts WHERE path IN (SELECT unnest($1))', [files]
    )[0][0]
    if written != expected:
        raise ConservationError(f"{folder}: {written} rows folded of {expected}")
    return twins


def _bounds(state: State, table: str, files: list[str]) -> list[Bounds]:
    """Cut a partition into pieces of bounded size; what has no partitions is small, and one."""
    shape = TABLES[table]
    if not shape.partition:
        return [None]
    return execute(
        state,
        f"""SELECT min(id), max(id) FROM (
            SELECT {shape.key[0]} AS id, (sum(count(*)) OVER (ORDER BY id) - 1) // $2 AS piece
            FROM read_parquet($1, hive_partitioning = false) GROUP BY id)
        GROUP BY piece ORDER BY piece""",
        [_paths(state, files), FOLDED_ROWS],
    )


def _write(
    state: State, table: str, files: list[str], path: str, bounds: Bounds, digest: str
) -> int:
    """Write one folded part, streaming; none where there is nothing."""
    shape = TABLES[table]
    within = f"WHERE {shape.key[0]} BETWEEN $2 AND $3" if bounds else ""
    source = f"FROM read_parquet($1, hive_partitioning = false, union_by_name = true) {within}"
    values = [[*_paths(state, files), slips.shape_of(state.staging, table)], *(bounds or ())]
    if not execute(state, f"SELECT count(*) {source}", values)[0][0]:
        return 0
    columns = ", ".join(f'"{name}"' for name in shape.names)
    key = ", ".join(shape.key)
    reader = arrow(state, f"SELECT {columns} {source} ORDER BY {key}", values)
    return parts.write(state.staging / path, table, reader, digest)


def _published(state: State, paths: Iterable[str]) -> list[str]:
    known = {path for (path,) in execute(state, "SELECT path FROM parts")}
    return [path for path in paths if path in known]


def _paths(state: State, files: list[str]) -> list[str]:
    return [literal(state.clean / path) for path in files]
