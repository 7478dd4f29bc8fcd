"""What the tasks of a run may ask of the ledger without opening the state: two staged files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import TRANSIENT, RejectReason
from pipeline.model import Rejected
from pipeline.store.state import MAX_TRIES, State, arrow

OriginKey = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Known documents in id order, with their least origins, and the records refused before."""

    ids: NDArray[np.bytes_]
    origins: pa.Table
    refusals: Mapping[tuple[str, str], tuple[str | None, str, str, int]]
    digest: str

    def least_origin(self, doc_id: str) -> OriginKey | None:
        """Return the order key of the least origin of a known document, else None."""
        wanted = doc_id.encode()
        at = int(np.searchsorted(self.ids, wanted))
        if at == len(self.ids) or self.ids[at] != wanted:
            return None
        path, locator = (self.origins[name][at].as_py() for name in ("raw_path", "raw_locator"))
        return origin_key(path, locator)

    def refused(self, path: str, locator: str, sha256: str | None) -> bool:
        """Tell whether this record was refused before and would fare no better now."""
        found = self.refusals.get((path, locator))
        if found is None or found[0] != sha256 or found[2] != self.digest:
            return False
        return found[1] not in TRANSIENT or found[3] >= MAX_TRIES

    def tries(self, rejected: Rejected) -> int:
        """Return in how many runs this record has now been tried for the same kind of want."""
        found = self.refusals.get((rejected.path, rejected.locator))
        same = found is not None and found[0] == rejected.sha256 and found[2] == self.digest
        return found[3] + 1 if found and same and rejected.reason in TRANSIENT else 1

    def again(self, path: str, locator: str) -> tuple[RejectReason, int]:
        """Return reason and tries of a record that ``refused`` named."""
        _, reason, _, tries = self.refusals[path, locator]
        return RejectReason(reason), tries


def origin_key(path: str, locator: str) -> OriginKey:
    """Return what origins are ordered by: ``line:9`` stands before ``line:10``."""
    return path, len(locator), locator


def save(state: State, folder: Path) -> None:
    """Write what ``load`` needs."""
    for name, query in (
        ("known", "SELECT doc_id, raw_path, raw_locator FROM docs ORDER BY doc_id"),
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
    origins = pa.ipc.open_file(pa.memory_map(str(folder / "known.arrow"))).read_all()
    ids = origins["doc_id"].to_numpy(zero_copy_only=False).astype("S32")
    rows = pa.ipc.open_file(pa.memory_map(str(folder / "refusals.arrow"))).read_all().to_pylist()
    refusals = {
        (r["path"], r["locator"]): (r["sha256"], r["reason"], r["digest"], r["tries"]) for r in rows
    }
    return Known(ids, origins, refusals, digest)
