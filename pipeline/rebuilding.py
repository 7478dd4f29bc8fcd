"""A new edition from all of ``raw/``, in the place of the one that grew run by run."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from pipeline import engine, learning, lineage, telling
from pipeline.batch import Tally
from pipeline.crew import Notify
from pipeline.engine import Report, Run
from pipeline.errors import OldStateError, StoreError
from pipeline.objects import Place
from pipeline.planning import Choice
from pipeline.reading.files import RawFile
from pipeline.reading.places import walk
from pipeline.settings import Lineage, Settings
from pipeline.store import browse, carrying, mirror, publish, state
from pipeline.store.carrying import Carried, Edition
from pipeline.store.differing import Difference, differing

_CHECK, _DAY = ".copydesk-check-", 86_400


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made, and what is other than before."""

    report: Report
    carried: int
    """Documents whose raw bytes are gone: kept as they were, with a warning."""
    dropped: int
    """The same, left out."""
    reworded: int
    """Documents whose text is another now."""
    damaged: tuple[str, ...]
    """Parts of the edition before that could not be read."""
    changes: Mapping[str, int]
    """Stories by what became of them; see the table ``changes``."""


def missing_files(raw: Place, clean: Place) -> tuple[int, int]:
    """Return how many raw files of the current edition are gone, and the documents from them."""
    there = {entry.path for entry in walk(raw) if isinstance(entry, RawFile)}
    return carrying.count_gone(mirror.reading(clean), there)


def rebuild(
    raw: Place,
    clean: Place,
    settings: Settings,
    *,
    drop_missing: bool = False,
    confirm: Callable[[int], object] = lambda _: None,
    notify: Notify = lambda *_: None,
) -> Rebuilt:
    """Read all of ``raw/`` anew, learn from all of it, and publish that as the next edition.

    What has no raw bytes any more is carried over, unless ``drop_missing``: then ``confirm`` is
    told how many documents are about to be left out, and may raise. What was forgotten stays so.
    Stores of older versions and of other settings are brought up to date by it.
    Until its last step readers see the old edition; one that dies leaves that untouched. Raises
    PipelineError; nothing is published then.
    """
    engine.check_folders(raw, clean)
    home = mirror.writing(clean)
    with (
        lineage.told(settings.lineage, raw, clean, "rebuild") as named,
        state.locked(home, settings.store.lock_wait_seconds),
    ):
        mirror.claim(home)
        before = _finished(home, settings)
        with _anew(raw, home, settings, before, notify) as run:
            named(run.job.run_id)
            rebuilt = _build(run, before, confirm if drop_missing else None)
        state.swap(home)
        with state.reopened(home, settings.work) as store:
            engine.publish_committed(store, settings)
    notify("publish", 1, 1)
    return rebuilt


def check(
    raw: Place, clean: Place, settings: Settings, *, notify: Notify = lambda *_: None
) -> Difference:
    """Return what a rebuild would change; ``clean/`` is only read, and a run may go on.

    Reads all of ``raw/`` into a folder beside ``clean/``, which needs as much room as that, and
    goes again. Raises PipelineError.
    """
    engine.check_folders(raw, clean)
    shelf = browse.open_shelf(clean)
    beside = mirror.local(clean).absolute().parent
    for left in beside.glob(f"{_CHECK}*"):  # of one that was killed
        if time.time() - left.stat().st_mtime > _DAY:
            rmtree(left, ignore_errors=True)
    silent = settings.model_copy(update={"lineage": Lineage()})
    with TemporaryDirectory(prefix=_CHECK, dir=beside) as folder:
        anew = Path(folder) / "clean"
        engine.ingest(raw, anew, silent, notify=notify, choice=Choice(settle=False))
        return differing(shelf, anew)


def _finished(clean: Path, settings: Settings) -> Edition:
    """Finish what a run left to do, if there is a state of this version; return the edition."""
    if state.exists(clean):  # a backup has none
        # Of a state that is old or ruined, its manifest and its Parquet are all that is asked for.
        with suppress(OldStateError), state.reopened(clean, settings.work) as store:
            engine.publish_committed(store, settings)
    return carrying.mended(clean, carrying.published(clean))


@contextmanager
def _anew(
    raw: Place, clean: Path, settings: Settings, before: Edition, notify: Notify
) -> Iterator[Run]:
    with state.open_new_state(clean, settings.work) as store:
        state.put(store, "edition", str(before.number))
        with engine.opened(raw, store, settings, notify, None) as run:
            yield run


def _build(run: Run, before: Edition, confirm: Callable[[int], object] | None) -> Rebuilt:
    store, job, hands, notify = run.store, run.job, run.hands, run.notify
    todo = engine.plan(run, Choice(settle=False))
    tally = engine.judge(run, todo)
    missing = carrying.count_missing(store, before)
    carried = Carried()
    lost = carrying.count_lost(store, before) if before.damaged else 0
    if lost and not confirm:
        raise StoreError(
            f"{lost:,} documents stand neither in the raw folder nor in a part that can be read "
            f"({before.damaged[0]}); `copydesk rebuild --drop-missing` goes on without them"
        )
    if confirm and missing + lost:
        confirm(missing + lost)
    if missing and not confirm:
        path_of = partial(
            publish.documents_path, job.started_at.date(), job.edition, len(todo.batches)
        )
        carried = carrying.carry(store, before, path_of, job.pipeline_digest)
        tally += Tally(read=carried.origins, judged=carried.origins)
    knowledge = learning.learn(store, job, hands, notify)
    tally += learning.apply(store, job, hands, notify)
    telling.sign(job, hands, notify)
    counts = engine.settle_counts(run, todo, tally)
    telling.compare(store, job, hands, notify)
    telling.tell(store, job, hands, notify)
    reworded = carrying.compare(store, before)
    report = engine.close(
        run, counts, tally, knowledge, "rebuild", lambda run: carrying.retire(run.store, before)
    )
    changes = carrying.changes(store)
    dropped = missing + lost if confirm else 0
    return Rebuilt(report, carried.documents, dropped, reworded, before.damaged, changes)
