"""The stages in order, in plain Python, from plan and judge to tell and publish.

``ingest`` is the whole line. The stages stand apart so that a flow may run them as tasks.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline import batch as batches
from pipeline import learning, lineage, planning, telling
from pipeline.batch import Job, Tally
from pipeline.crew import Crew, Notify, crew
from pipeline.dedup import signature
from pipeline.errors import ConservationError, SettingsError, StoreError
from pipeline.identity import code_digest, digest, versions
from pipeline.objects import Place
from pipeline.planning import ALL, Choice, Plan
from pipeline.settings import Settings
from pipeline.store import edition, known, measures, mirror, publish, sample, settle, state
from pipeline.store.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way: its job, the open state and the workers."""

    job: Job
    raw: Place
    store: state.State
    hands: Crew
    notify: Notify
    flow_run_id: str | None


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
    raw: Place,
    clean: Place,
    settings: Settings,
    *,
    notify: Notify = lambda *_: None,
    choice: Choice = ALL,
) -> Report:
    """Bring ``clean/`` up to date with ``raw/`` and return what was done.

    Raises PipelineError; nothing is published then.
    """
    with start(raw, clean, settings, notify=notify) as run:
        todo = plan(run, choice)
        tally = judge(run, todo)
        knowledge = learning.learn(run.store, run.job, run.hands, notify)
        tally += learning.apply(run.store, run.job, run.hands, notify)
        telling.sign(run.job, run.hands, notify)
        counts = settle_counts(run, todo, tally)
        telling.compare(run.store, run.job, run.hands, notify)
        telling.tell(run.store, run.job, run.hands, notify)
        return finish(run, counts, tally, knowledge)


def judge(run: Run, todo: Plan) -> Tally:
    """Read and clean every batch of a plan, each document alone."""
    tally = batches.refuse(run.job, todo.rejected)
    for batch in todo.batches:
        tally += batches.judge(run.job, batch, run.hands, judged(todo, run.notify))
    return tally


@contextmanager
def start(
    raw: Place,
    clean: Place,
    settings: Settings,
    *,
    notify: Notify = lambda *_: None,
    flow_run_id: str | None = None,
) -> Iterator[Run]:
    """Lock ``clean/``, finish what a run that died left to do, and open a new run."""
    check_folders(raw, clean)
    with (
        lineage.told(settings.lineage, raw, clean, "ingest", flow_run_id) as named,
        tend(clean, settings, raw=raw, notify=notify, flow_run_id=flow_run_id) as run,
    ):
        named(run.job.run_id)
        yield run


@contextmanager
def tend(
    clean: Place,
    settings: Settings,
    *,
    raw: Place | None = None,
    notify: Notify = lambda *_: None,
    flow_run_id: str | None = None,
) -> Iterator[Run]:
    """Do what ``start`` does; without ``raw`` for a run on what a store has."""
    home = mirror.writing(clean)
    if raw is None and not state.exists(home):
        raise StoreError(f"{clean}: no run has written here")
    with state.open_state(home, settings.store.lock_wait_seconds, settings.work) as store:
        mirror.claim(home)
        publish_committed(store, settings)
        edition.check(store)
        _check_comparison(store, comparison_digest(settings))
        with opened(raw or Path(), store, settings, notify, flow_run_id) as run:
            yield run


def publish_committed(store: state.State, settings: Settings) -> None:
    """Publish what is committed, also what a run that died has left."""
    edition.roll_forward(store, settings.store.keep_editions)
    mirror.push(store.clean)


def finish_left(clean: Place, settings: Settings) -> None:
    """Publish what a run that died has committed and not published; do nothing else."""
    home = mirror.writing(clean)
    if state.exists(home):
        with state.open_state(home, settings.store.lock_wait_seconds, settings.work) as store:
            mirror.claim(home)
            publish_committed(store, settings)


@contextmanager
def opened(
    raw: Place, store: state.State, settings: Settings, notify: Notify, flow_run_id: str | None
) -> Iterator[Run]:
    """Open a new run on a state that is in order."""
    state.begin(store)
    job = _job(raw, store, settings)
    known.save(store, store.staging)
    with crew(settings) as hands:
        yield Run(job, raw, store, hands, notify, flow_run_id)


def plan(run: Run, choice: Choice = ALL) -> Plan:
    """Walk ``raw/``, ask the ledger, and cut what is fresh into batches, in path order."""
    run.notify("plan", 0, 1)
    return planning.plan(run.job, run.store, choice)


def look(raw: Place, clean: Place, settings: Settings, choice: Choice = ALL) -> Plan:
    """Return what ``ingest`` would open now; nothing is made or written."""
    check_folders(raw, clean)
    with state.look_at_state(mirror.local(clean), settings.work) as store:
        return planning.plan(_job(raw, store, settings), store, choice)


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
    """Stage the new edition, commit it, publish it and report; ``also`` may stage more of it."""
    report = close(run, counts, tally, knowledge, kind, also)
    publish_committed(run.store, run.job.settings)
    run.notify("publish", 1, 1)
    return report


def close(
    run: Run,
    counts: RunCounts,
    tally: Tally,
    knowledge: Knowledge,
    kind: str,
    also: Callable[[Run], object],
) -> Report:
    """Stage the new edition and commit it; ``finish`` publishes it, too."""
    run.notify("publish", 0, 1)
    job, store = run.job, run.store
    measures.stage(store, job.run_id, kind, job.started_at, job.edition, job.pipeline_digest)
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
    return Report(row, tally, knowledge, number, *totals)


def check_folders(raw: Place, clean: Place) -> None:
    """Raise SettingsError unless there is a raw folder, and ``clean/`` stands outside it."""
    if isinstance(raw, Path) and not raw.is_dir():
        raise SettingsError(f"{raw}: there is no such raw folder")
    if isinstance(raw, Path) and isinstance(clean, Path):
        inside = clean.resolve().is_relative_to(raw.resolve())
    else:
        inside = f"{clean}/".startswith(f"{raw}/")
    if inside:
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


def _job(raw: Place, store: state.State, settings: Settings) -> Job:
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
            f"way of making signatures ({made_with}, now {wanted}); run `copydesk rebuild`"
        )


def comparison_digest(settings: Settings) -> str:
    """Return the digest of how texts are compared, which one store may not mix."""
    return digest(
        [signature.spec(settings.dedup), settings.dedup.model_dump(mode="json", exclude={"learn"})]
    )


def judged(todo: Plan, notify: Notify) -> Callable[[int], None]:
    """Return what a batch tells of the files that are through, as progress of the run."""
    return lambda files: notify("judge", files, todo.fresh)
