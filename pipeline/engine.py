"""The stages in order, in plain Python, from plan and judge to tell and publish.

``ingest`` is the whole line. The stages stand apart so that a flow may run them as tasks.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from pipeline import batch as batches
from pipeline import learning, telling
from pipeline.batch import Batch, Job, Tally
from pipeline.dedup import signature
from pipeline.errors import ConservationError, SettingsError, StoreError
from pipeline.identity import code_digest, digest, versions
from pipeline.model import Rejected
from pipeline.pool import Crew, Notify, crew
from pipeline.reading.files import RawFile, walk
from pipeline.settings import Settings
from pipeline.store import edition, known, publish, sample, settle, state
from pipeline.store.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way: its job, the open state and the workers."""

    job: Job
    raw: Path
    store: state.State
    hands: Crew
    notify: Notify
    flow_run_id: str | None


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
class RunCounts:
    """One run in numbers. Law: read = stored + rejected + already_known + deferred (records)."""

    files: int = 0
    """Raw files seen."""
    files_known: int = 0
    """Raw files that the ledger knows: not opened."""
    files_deferred: int = 0
    """Raw files left for the next run: too young, or changing while read."""
    read: int = 0
    stored: int = 0
    rejected: int = 0
    already_known: int = 0
    deferred: int = 0
    """Records read from a file that changed meanwhile, and not decided."""
    ignored: int = 0
    """Container records that are no documents."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run in numbers."""

    row: publish.RunRow
    tally: Tally
    knowledge: Knowledge
    edition: int
    documents: int
    stories: int
    copies: int


def ingest(
    raw: Path,
    clean: Path,
    settings: Settings,
    *,
    notify: Notify = lambda *_: None,
    limit: int | None = None,
    rescan: bool = False,
) -> Report:
    """Bring ``clean/`` up to date with ``raw/`` and return what was done.

    ``limit`` bounds the raw files opened; the others are left for the next run. ``rescan`` opens
    files that the ledger knows, too. Raises PipelineError; nothing is published then.
    """
    with start(raw, clean, settings, notify=notify) as run:
        todo = plan(run, limit=limit, rescan=rescan)
        tally = batches.refuse(run.job, todo.rejected)
        for batch in todo.batches:
            tally += batches.judge(run.job, batch, run.hands, judged(todo, notify))
        knowledge = learning.learn(run.store, run.job, run.hands, notify)
        tally += learning.apply(run.store, run.job, run.hands, notify)
        telling.sign(run.job, run.hands, notify)
        counts = settle_counts(run, todo, tally)
        telling.compare(run.store, run.job, run.hands, notify)
        telling.tell(run.store, run.job, run.hands, notify)
        return finish(run, counts, tally, knowledge)


@contextmanager
def start(
    raw: Path,
    clean: Path,
    settings: Settings,
    *,
    notify: Notify = lambda *_: None,
    flow_run_id: str | None = None,
) -> Iterator[Run]:
    """Lock ``clean/``, finish what a run that died left to do, and open a new run."""
    _check_folders(raw, clean)
    with tend(clean, settings, raw=raw, notify=notify, flow_run_id=flow_run_id) as run:
        yield run


@contextmanager
def tend(
    clean: Path,
    settings: Settings,
    *,
    raw: Path = Path(),
    notify: Notify = lambda *_: None,
    flow_run_id: str | None = None,
) -> Iterator[Run]:
    """Do what ``start`` does, for a run that may read nothing of ``raw/``."""
    threads = settings.work.workers or 2
    with state.open_state(clean, settings.store.lock_wait_seconds, threads) as store:
        edition.roll_forward(store, settings.store.keep_editions)
        edition.check(store)
        _check_comparison(store, comparison_digest(settings))
        state.begin(store)
        job = _job(raw, store, settings)
        known.save(store, store.staging)
        with crew(settings) as hands:
            yield Run(job, raw, store, hands, notify, flow_run_id)


def plan(run: Run, *, limit: int | None = None, rescan: bool = False) -> Plan:
    """Walk ``raw/``, ask the ledger, and cut what is fresh into batches, in path order."""
    run.notify("plan", 0, 1)
    return _plan(run.job, run.store, limit=limit, rescan=rescan)


def look(
    raw: Path, clean: Path, settings: Settings, *, limit: int | None = None, rescan: bool = False
) -> Plan:
    """Return what ``ingest`` would open now; nothing is made or written."""
    _check_folders(raw, clean)
    with state.look_at_state(clean, settings.work.workers or 2) as store:
        return _plan(_job(raw, store, settings), store, limit=limit, rescan=rescan)


def _plan(job: Job, store: state.State, *, limit: int | None, rescan: bool) -> Plan:
    entries = list(walk(job.raw))
    files = [entry for entry in entries if isinstance(entry, RawFile)]
    settle_seconds = job.settings.reading.settle_seconds
    latest = job.started_at.timestamp() - settle_seconds
    ripe = [file for file in files if not settle_seconds or file.mtime_ns / 1e9 <= latest]
    names = ("path", "size", "mtime_ns")
    seen = pa.table({name: [getattr(file, name) for file in ripe] for name in names}, _SEEN)
    wanted = state.fresh_files(store, seen, job.pipeline_digest)
    fresh = [file for file in ripe if rescan or file.path in wanted]
    chosen = fresh if limit is None else fresh[:limit]
    return Plan(
        batches=tuple(_cut(chosen, job.settings)),
        files=len(files),
        known=len(ripe) - len(fresh),
        deferred=len(files) - len(ripe) + len(fresh) - len(chosen),
        rejected=tuple(entry for entry in entries if isinstance(entry, Rejected)),
    )


_SEEN = pa.schema([("path", pa.string()), ("size", pa.int64()), ("mtime_ns", pa.int64())])


def settle_counts(run: Run, todo: Plan, tally: Tally) -> RunCounts:
    """Set the batches' findings against the ledger and return the run's numbers.

    Raises ConservationError when a record was lost or counted twice.
    """
    settled = settle.settle(run.store)
    counts = RunCounts(
        files=todo.files,
        files_known=todo.known,
        files_deferred=todo.deferred + tally.files_deferred,
        read=tally.read,
        stored=settled.stored,
        rejected=settled.rejected,
        already_known=tally.seen + tally.refused_again + tally.judged - settled.stored,
        deferred=tally.deferred,
        ignored=tally.ignored,
    )
    ends = counts.stored + counts.rejected + counts.already_known + counts.deferred
    if settled.lost or counts.read != ends or settled.found != tally.judged + tally.seen:
        raise ConservationError(f"records do not add up: {counts}, {settled}, {tally}")
    return counts


def finish(
    run: Run,
    counts: RunCounts,
    tally: Tally,
    knowledge: Knowledge,
    kind: str = "ingest",
    also: Callable[[Run], object] = lambda _: None,
) -> Report:
    """Stage the new edition, commit it, publish it and report.

    ``also`` may stage more of it.
    """
    run.notify("publish", 0, 1)
    job, store = run.job, run.store
    publish.stage(store, job.run_id, job.edition, job.pipeline_digest)
    also(run)
    grew = bool(edition.parquet_files(job.staging) or edition.gone_parts(store))
    number = job.edition if grew else job.edition - 1
    row = _run_row(run, kind, counts, digest([knowledge.digest, sample.used(store)]))
    totals = publish.stage_run(store, row, number, job.pipeline_digest)
    edition.commit(
        store,
        number,
        job.run_id,
        row.finished_at.isoformat(),
        comparison_digest(job.settings),
    )
    edition.roll_forward(store, job.settings.store.keep_editions)
    run.notify("publish", 1, 1)
    return Report(row, tally, knowledge, number, *totals)


def _check_folders(raw: Path, clean: Path) -> None:
    if not raw.is_dir():
        raise SettingsError(f"{raw}: there is no such raw folder")
    if clean.resolve().is_relative_to(raw.resolve()):
        raise SettingsError(f"{clean}: inside the raw folder, where the next run would read it")


def _run_row(run: Run, kind: str, counts: RunCounts, knowledge_digest: str) -> publish.RunRow:
    settings = run.job.settings
    return publish.RunRow(
        run_id=run.job.run_id,
        kind=kind,
        started_at=run.job.started_at,
        finished_at=datetime.now(UTC),
        **asdict(counts),
        settings_digest=settings.digest(),
        code_digest=code_digest(),
        model_digest=code_digest("cleaning"),
        knowledge_digest=knowledge_digest,
        signature_digest=signature.spec(settings.dedup),
        versions=[f"{name}=={version}" for name, version in sorted(versions().items())],
        flow_run_id=run.flow_run_id,
    )


def _job(raw: Path, store: state.State, settings: Settings) -> Job:
    started = datetime.now(UTC)
    return Job(
        raw=raw,
        staging=store.staging,
        settings=settings,
        run_id=f"{started:%Y%m%dT%H%M%S}Z-{secrets.token_hex(3)}",
        started_at=started,
        edition=state.edition(store) + 1,
        pipeline_digest=batches.pipeline_digest(settings),
    )


def _check_comparison(store: state.State, wanted: str) -> None:
    """Refuse a store whose texts were compared by other means: the two must never be mixed."""
    made_with = state.get(store, "comparison_digest")
    if made_with not in {None, wanted}:
        raise StoreError(
            f"{store.clean}: its texts were compared by other settings of [dedup] or another "
            f"way of making signatures ({made_with}, now {wanted}); ingest raw/ into a new folder"
        )


def comparison_digest(settings: Settings) -> str:
    """Return the digest of how texts are compared, which one store may not mix."""
    return digest(
        [signature.spec(settings.dedup), settings.dedup.model_dump(mode="json", exclude={"learn"})]
    )


def judged(todo: Plan, notify: Notify) -> Callable[[int], None]:
    """Return what a batch tells of the files that are through, as progress of the run."""
    return lambda files: notify("judge", files, todo.fresh)


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
