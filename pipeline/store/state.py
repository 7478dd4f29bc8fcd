"""The state database: ledger, knowledge, texts, bands, matches, stories. One writer at a time.

During a run a second database, ``run``, is attached from the staging folder; it is thrown away.
What the run found goes into the state in one transaction: see ``edition``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import TRANSIENT, OldStateError, SettingsError, StoreError
from pipeline.memory import give_back
from pipeline.settings import Work
from pipeline.store import disk
from pipeline.store.sql import quote, sentence

DATABASE = "state.duckdb"
REBUILT = "rebuilt.duckdb"
"""The state that a rebuild makes; it takes the other's place when it is whole."""
STATE_VERSION = "5"
MAX_TRIES = 3
"""Runs in which a record is tried that was refused for want of time, memory or I/O."""

_TABLES = """
CREATE TABLE meta (key VARCHAR, value VARCHAR);
CREATE TABLE files (path VARCHAR, size BIGINT, mtime_ns BIGINT);
CREATE TABLE refusals (path VARCHAR, locator VARCHAR, sha256 VARCHAR, reason VARCHAR,
    detail VARCHAR, digest VARCHAR, tries INTEGER);
CREATE TABLE origins (doc_id VARCHAR, raw_path VARCHAR, raw_locator VARCHAR);
CREATE TABLE docs (doc_id VARCHAR, text_no INTEGER, raw_path VARCHAR, raw_locator VARCHAR,
    source VARCHAR, outlet VARCHAR, agency BOOLEAN, wire_mark VARCHAR, published_at TIMESTAMPTZ,
    part VARCHAR, story_id VARCHAR, is_canonical BOOLEAN, match_kind VARCHAR,
    matched_doc_id VARCHAR, containment FLOAT, weighted_containment FLOAT, jaccard FLOAT,
    shared_shingles INTEGER, copies_part VARCHAR);
CREATE TABLE texts (text_no INTEGER, text_id VARCHAR, shingles INTEGER);
CREATE TABLE bands (band UTINYINT, key UINTEGER, text_no INTEGER);
CREATE TABLE matches (a INTEGER, b INTEGER, shared INTEGER, containment DOUBLE, jaccard DOUBLE,
    weighted DOUBLE);
CREATE TABLE sample (text_no INTEGER, text_id VARCHAR);
CREATE TABLE gram (key UINTEGER, text_no INTEGER);
CREATE TABLE alike (a INTEGER, b INTEGER, shared INTEGER, containment DOUBLE, jaccard DOUBLE,
    weighted DOUBLE);
CREATE TABLE common (key UINTEGER, stories INTEGER);
CREATE TABLE stories (story_id VARCHAR, canonical VARCHAR, reason VARCHAR, copies INTEGER,
    sources VARCHAR[], part VARCHAR);
CREATE TABLE lines (key UBIGINT, story INTEGER, weight INTEGER, documents INTEGER, sure INTEGER);
CREATE TABLE furniture (key UBIGINT, stories INTEGER, long BOOLEAN, documents INTEGER,
    sure INTEGER);
CREATE TABLE parts ("table" VARCHAR, path VARCHAR, "rows" BIGINT, bytes BIGINT, sha256 VARCHAR);
CREATE TABLE journal (seq INTEGER, action VARCHAR, path VARCHAR);
"""


@dataclass(frozen=True, slots=True)
class State:
    """An open state: its folder layout and the one connection to it."""

    clean: Path
    db: duckdb.DuckDBPyConnection

    @property
    def home(self) -> Path:
        """The folder ``clean/.state``."""
        return self.clean / ".state"

    @property
    def staging(self) -> Path:
        """Where a run writes everything before its commit; no reader's glob matches it."""
        return self.home / "staging"


@contextmanager
def open_state(clean: Path, wait_seconds: float, work: Work) -> Iterator[State]:
    """Lock ``clean/`` and open its state, making both if there is nothing yet.

    Raises LockedError when another process is writing, StoreError when the state is of another
    version or damaged.
    """
    with locked(clean, wait_seconds), _opened(clean, work) as state:
        yield state


@contextmanager
def locked(clean: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of ``clean/``; what disk or database raise meanwhile becomes a StoreError.

    Raises LockedError when another process is writing.
    """
    home = clean / ".state"
    if "?" in str(home):
        raise SettingsError(f"{clean}: DuckDB takes what follows a question mark for options")
    try:
        disk.make_folder(home)
        if kind := disk.remote_kind(home):
            raise StoreError(
                f"{home}: lies on {kind}, where neither locks nor flushes can be relied on; "
                "let clean/ lie on a local disk, and copy editions from there"
            )
    except OSError as error:
        raise StoreError(f"{home}: {error.strerror}") from error
    with _told(clean), disk.lock(home / "lock", wait_seconds):
        yield


@contextmanager
def _told(clean: Path) -> Iterator[None]:
    """Make a StoreError of what disk or database raise, with file and reason."""
    home = clean / ".state"
    try:
        yield
    except OSError as error:
        where, why = error.filename or clean, error.strerror or error
        raise StoreError(f"{where}: {why}; {_STANDS}") from error
    except duckdb.OutOfMemoryException as error:
        told = f"{home}: {sentence(error)}; raise work.database_mb; {_STANDS}"
        raise StoreError(told) from error
    except (duckdb.Error, pa.ArrowException) as error:
        raise StoreError(f"{home}: {sentence(error)}; {_STANDS}") from error


_STANDS = "what readers see is a whole edition, and the next run goes on from there"


def exists(clean: Path) -> bool:
    """Tell whether ``clean/`` has a state."""
    return (clean / ".state" / DATABASE).exists()


@contextmanager
def open_new_state(clean: Path, work: Work) -> Iterator[State]:
    """Open an empty state beside the one of ``clean/``; the caller holds the lock.

    What a rebuild that died left of its own is removed.
    """
    for name in (REBUILT, f"{REBUILT}.wal"):
        disk.remove(clean / ".state" / name)
    with _opened(clean, work, name=REBUILT) as state:
        yield state


@contextmanager
def reopened(clean: Path, work: Work) -> Iterator[State]:
    """Open the state of ``clean/`` for one who holds the lock."""
    with _opened(clean, work) as state:
        yield state


def swap(clean: Path) -> None:
    """Put the rebuilt state in the place of the other; both must be closed."""
    disk.remove(clean / ".state" / f"{DATABASE}.wal")
    disk.sync(clean / ".state" / REBUILT)
    disk.replace(clean / ".state" / REBUILT, clean / ".state" / DATABASE)


@contextmanager
def look_at_state(clean: Path, work: Work) -> Iterator[State]:
    """Open the state to read and write nothing; an empty one if there is none yet.

    Raises LockedError and StoreError as ``open_state`` does.
    """
    home = clean / ".state"
    if not (home / DATABASE).exists():
        with duckdb.connect() as db:
            db.execute(_TABLES)
            yield State(clean, db)
        return
    # Without a lock file, as in a copy, nobody is writing.
    lock = home / "lock"
    held = disk.lock(lock, 0, shared=True) if lock.exists() else nullcontext()
    with _told(clean), held, _opened(clean, work, read_only=True) as state:
        yield state


@contextmanager
def _opened(
    clean: Path, work: Work, *, read_only: bool = False, name: str = DATABASE
) -> Iterator[State]:
    state = State(clean, _connect(clean / ".state" / name, work, read_only=read_only))
    try:
        yield state
    finally:
        disk.step("close", name)
        state.db.close()


def begin(state: State) -> None:
    """Empty the staging folder and attach the run's own database."""
    execute(state, "DETACH DATABASE IF EXISTS run")
    disk.clear(state.staging)
    execute(state, f"ATTACH '{quote(state.staging / 'run.duckdb')}' AS run")
    execute(state, "CREATE TABLE run.taken (doc_id VARCHAR)")


def end(state: State) -> None:
    """Leave nothing of a run behind: its slips hold lines of text."""
    execute(state, "DETACH DATABASE IF EXISTS run")
    disk.clear(state.staging)


def take_out(state: State, doc_ids: Iterable[str]) -> None:
    """Let the run take documents out for good."""
    insert(state, "run.taken", [[doc_id] for doc_id in doc_ids])


def get(state: State, key: str) -> str | None:
    """Return a value of the state's own table of facts."""
    rows = execute(state, "SELECT value FROM meta WHERE key = ?", [key])
    return str(rows[0][0]) if rows else None


def put(state: State, key: str, value: str) -> None:
    """Set a value, inside whatever transaction is open."""
    execute(state, "DELETE FROM meta WHERE key = ?", [key])
    execute(state, "INSERT INTO meta VALUES (?, ?)", [key, value])


def edition(state: State) -> int:
    """Return the number of the current edition, 0 before the first."""
    return int(get(state, "edition") or 0)


def fresh_files(state: State, seen: pa.Table, digest: str) -> set[str]:
    """Return the paths that must be opened, of a table ``path, size, mtime_ns``.

    Known is a file of the same size and time, unless one of its records was refused and may fare
    better now: the pipeline digest is another, or the reason was want of time, memory or I/O.
    """
    state.db.register("seen", seen)
    rows = execute(
        state,
        """SELECT path FROM seen ANTI JOIN files USING (path, size, mtime_ns)
        UNION SELECT path FROM refusals WHERE digest <> $1
            OR (reason IN (SELECT unnest($2)) AND tries < $3)""",
        [digest, sorted(TRANSIENT), MAX_TRIES],
    )
    state.db.unregister("seen")
    return {row[0] for row in rows}


def execute(
    state: State, statement: str, values: Sequence[object] | Mapping[str, object] = ()
) -> list[Any]:
    """Run a statement and return all its rows, so that no result is left open."""
    disk.step("statement", statement)
    return state.db.execute(statement, values or None).fetchall()


def insert(state: State, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add rows to a table by one statement: one a row takes a millisecond each."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        values = ", ".join(f"unnest(${n})" for n in range(1, len(columns) + 1))
        execute(state, f"INSERT INTO {table} SELECT {values}", columns)


def arrow(state: State, query: str, values: Sequence[object] = ()) -> pa.RecordBatchReader:
    """Run a query and return its rows as a stream of Arrow batches."""
    return state.db.sql(query, params=list(values)).to_arrow_reader(10_000)


def count(state: State, query: str) -> int:
    """Return the single number that a query gives."""
    return int(execute(state, query)[0][0])


def shrink(state: State, work: Work) -> None:
    """Give back the memory of what the database can read again: the workers need theirs now."""
    with suppress(duckdb.Error):  # it may need more than this at the moment
        state.db.execute("SET memory_limit = '64MiB'")
    state.db.execute(f"SET memory_limit = '{work.database_mb}MiB'")
    give_back()


def sha256_of(state: State, path: str) -> str:
    """Return the hash of a published part."""
    return str(execute(state, "SELECT sha256 FROM parts WHERE path = $1", [path])[0][0])


_RUINED = ("not a valid duckdb", "corrupt", "checksum", "serializ", "failed to read")
"""What DuckDB says of a file that is none of its, in contrast to a disk that is full."""


def _connect(path: Path, work: Work, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": work.workers or 2,
        "temp_directory": str(path.parent / "tmp"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": f"{work.database_mb}MiB",
    }
    try:
        db = duckdb.connect(str(path), read_only=read_only, config=config)
        _make_tables(db)
        found = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchall()
    except duckdb.Error as error:
        told = sentence(error)
        if any(word in told.lower() for word in _RUINED):
            raise OldStateError(f"{path}: {told}; run `copydesk rebuild`") from error
        raise StoreError(f"{path}: {told}") from error
    if found != [(STATE_VERSION,)]:
        db.close()
        raise OldStateError(
            f"{path}: state version {found[0][0]} is not {STATE_VERSION}; run `copydesk rebuild`"
        )
    return db


def _make_tables(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    if not db.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'meta'").fetchall():
        db.execute(
            f"BEGIN; {_TABLES} INSERT INTO meta VALUES ('version', '{STATE_VERSION}'); COMMIT"
        )
