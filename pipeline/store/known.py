"""What the tasks of a run may ask of the ledger without opening the state: two staged files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import TRANSIENT, RejectReason
from pipeline.identity import ID_LENGTH
from pipeline.model import Origin, Rejected
from pipeline.store import disk
from pipeline.store.sql import literal
from pipeline.store.state import MAX_TRIES, State, arrow, execute

OriginKey = tuple[str, int, str]
IDS = "known.ids"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the ledger remembers of a refused record: one row of ``refusals``."""

    path: str
    locator: str
    sha256: str | None
    reason: RejectReason
    detail: str
    digest: str
    tries: int

    @property
    def is_final(self) -> bool:
        """Whether the same record would fare no better now."""
        return self.reason not in TRANSIENT or self.tries >= MAX_TRIES


@dataclass(frozen=True, slots=True)
class Known:
    """Known documents in id order, with their least origins, and the records refused before."""

    ids: NDArray[np.bytes_]
    origins: pa.Table
    refusals: Mapping[tuple[str, str], Refusal]
    forgotten: frozenset[str]
    """Documents that were taken out for good."""
    digest: str

    def least_origin(self, doc_id: str) -> OriginKey | None:
        """Return the order key of the least origin of a known document, else None."""
        wanted = doc_id.encode()
        at = int(np.searchsorted(self.ids, wanted))
        if at == len(self.ids) or self.ids[at] != wanted:
            return None
        path, locator = (self.origins[name][at].as_py() for name in ("raw_path", "raw_locator"))
        return origin_key(path, locator)

    def refusal_of(self, origin: Origin) -> Refusal | None:
        """Return the refusal of these very bytes at this place, if another try is of no use."""
        found = self.refusals.get((origin.path, origin.locator))
        same = found and found.sha256 == origin.sha256 and found.digest == self.digest
        return found if found and same and found.is_final else None

    def met_before(self, rejected: Rejected) -> Refusal | None:
        """Return the earlier refusal that this one repeats, if another try is of no use.

        Where the bytes could not be read, reason and detail must be the same instead.
        """
        found = self._earlier(rejected)
        return found if found and found.is_final else None

    def book(self, rejected: Rejected) -> Refusal:
        """Return what the ledger shall remember of a refusal."""
        earlier = self._earlier(rejected)
        tries = earlier.tries + 1 if earlier and rejected.reason in TRANSIENT else 1
        where = rejected.path, rejected.locator, rejected.sha256
        return Refusal(*where, rejected.reason, rejected.detail, self.digest, tries)

    def _earlier(self, rejected: Rejected) -> Refusal | None:
        found = self.refusals.get((rejected.path, rejected.locator))
        if found is None or found.sha256 != rejected.sha256 or found.digest != self.digest:
            return None
        same_words = (found.reason, found.detail) == (rejected.reason, rejected.detail)
        return found if rejected.sha256 or same_words else None


def origin_key(path: str, locator: str) -> OriginKey:
    """Return what origins are ordered by: ``line:9`` stands before ``line:10``."""
    return path, len(locator), locator


def save(state: State, folder: Path) -> None:
    """Write what ``load`` needs; the ids as plain bytes, to be mapped and not read."""
    disk.step("write", folder / IDS)
    with (folder / IDS).open("wb") as file:
        for batch in arrow(state, "SELECT doc_id FROM docs ORDER BY doc_id"):
            file.write("".join(batch.column(0).to_pylist()).encode())
    published = [literal(f) for f in sorted((state.clean / "forgotten").glob("*.parquet"))]
    execute(state, "CREATE TABLE run.forgotten (doc_id VARCHAR)")
    if published:
        execute(state, "INSERT INTO run.forgotten SELECT doc_id FROM read_parquet($1)", [published])
    for name, query in (
        ("forgotten", "SELECT doc_id FROM run.forgotten ORDER BY doc_id"),
        ("known", "SELECT raw_path, raw_locator FROM docs ORDER BY doc_id"),
        ("refusals", "SELECT * FROM refusals ORDER BY path, locator"),
    ):
        reader = arrow(state, query)
        with (
            pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
            pa.ipc.new_file(sink, reader.schema) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)


def load(folder: Path, digest: str) -> Known:
    """Read what ``save`` wrote; ``digest`` is that of the pipeline now."""
    origins = _table(folder, "known")
    kind = f"S{ID_LENGTH}"
    # An empty file cannot be mapped.
    ids = np.memmap(folder / IDS, kind, "r") if len(origins) else np.empty(0, kind)
    rows = _table(folder, "refusals").to_pylist()
    booked = (Refusal(**{**row, "reason": RejectReason(row["reason"])}) for row in rows)
    forgotten = frozenset(_table(folder, "forgotten")["doc_id"].to_pylist())
    return Known(ids, origins, {(r.path, r.locator): r for r in booked}, forgotten, digest)


def _table(folder: Path, name: str) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))).read_all()
