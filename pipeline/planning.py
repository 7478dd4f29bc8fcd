"""What a run will open: the raw files that the ledger does not know, cut into batches."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pyarrow as pa

from pipeline.batch import Batch, Job
from pipeline.errors import SettingsError
from pipeline.model import Rejected
from pipeline.reading.files import RawFile
from pipeline.reading.places import walk
from pipeline.settings import Settings
from pipeline.store import state


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will open, and what it found without opening anything."""

    batches: tuple[Batch, ...]
    files: int
    known: int
    deferred: int
    rejected: tuple[Rejected, ...]

    @property
    def fresh(self) -> int:
        """Raw files that will be opened."""
        return sum(len(batch.files) for batch in self.batches)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which raw files a run opens; the others wait for the next one."""

    limit: int | None = None
    """At most so many."""
    rescan: bool = False
    """Those that the ledger knows, too."""
    settle: bool = True
    """False: also those younger than ``reading.settle_seconds``."""
    since: date | None = None
    """Only those last changed on this day, UTC, or later."""
    until: date | None = None
    """Only those last changed before this day, UTC."""


ALL = Choice()


def plan(job: Job, store: state.State, choice: Choice) -> Plan:
    """Walk the raw folder, ask the ledger, and cut what is fresh into batches, in path order."""
    if choice.since and choice.until and choice.since >= choice.until:
        raise SettingsError(f"no day lies from {choice.since} to before {choice.until}")
    entries = list(walk(job.raw))
    files = [entry for entry in entries if isinstance(entry, RawFile)]
    settle_seconds = job.settings.reading.settle_seconds if choice.settle else 0
    latest = job.started_at.timestamp() - settle_seconds
    start, end = _time(choice.since, -math.inf), _time(choice.until, math.inf)
    ripe = [
        file
        for file in files
        if start <= (changed := file.mtime_ns / 1e9) < end
        and (not settle_seconds or changed <= latest)
    ]
    names = ("path", "size", "mtime_ns")
    seen = pa.table({name: [getattr(file, name) for file in ripe] for name in names}, _SEEN)
    wanted = state.fresh_files(store, seen, job.pipeline_digest)
    fresh = [file for file in ripe if choice.rescan or file.path in wanted]
    chosen = fresh if choice.limit is None else fresh[: choice.limit]
    return Plan(
        batches=tuple(_cut(chosen, job.settings)),
        files=len(files),
        known=len(ripe) - len(fresh),
        deferred=len(files) - len(ripe) + len(fresh) - len(chosen),
        rejected=tuple(entry for entry in entries if isinstance(entry, Rejected)),
    )


def _time(day: date | None, otherwise: float) -> float:
    return datetime.combine(day, time(), UTC).timestamp() if day else otherwise


_SEEN = pa.schema([("path", pa.string()), ("size", pa.int64()), ("mtime_ns", pa.int64())])


def _cut(files: Sequence[RawFile], settings: Settings) -> Iterator[Batch]:
    """Cut files into batches by number and bytes; a file past the bytes stands alone."""
    work, number, before = settings.work, 0, 0
    group: list[RawFile] = []
    size = 0
    for file in files:
        if group and (len(group) >= work.batch_files or size + file.size > work.batch_bytes):
            yield Batch(number, before, tuple(group))
            before, number = before + len(group), number + 1
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield Batch(number, before, tuple(group))
