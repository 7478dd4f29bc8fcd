"""What keeps a store in order between runs: documents are forgotten, parts are folded."""

from collections.abc import Callable, Collection

from pipeline import engine, learning, lineage, telling
from pipeline.batch import Tally
from pipeline.crew import Notify
from pipeline.engine import Report, Run
from pipeline.objects import Place
from pipeline.planning import Plan
from pipeline.settings import Settings
from pipeline.store import folding, state

_NOTHING = Plan((), 0, 0, 0, ())


def forget(
    clean: Place,
    settings: Settings,
    doc_ids: Collection[str],
    *,
    notify: Notify = lambda *_: None,
) -> Report:
    """Take documents out of every table, of the state and of older editions, for good.

    Their stories are told anew without them. What is left of each is a row of ``forgotten``, by
    which the next reading of its raw bytes is refused; the raw files are the user's. Raises
    PipelineError; nothing is published then.
    """
    with (
        lineage.told(settings.lineage, None, clean, "forget") as named,
        engine.tend(clean, settings, notify=notify) as run,
    ):
        named(run.job.run_id)
        state.take_out(run.store, sorted(doc_ids))
        report = _tell_again(run, "forget")
        state.end(run.store)
        return report


def compact(
    clean: Place, settings: Settings, *, notify: Notify = lambda *_: None
) -> tuple[Report, int]:
    """Fold the parts of every partition into as few as may be; no row changes.

    Returns the number of parts that went, too.

    Two stores with the same rows have the same bytes in ``articles`` and ``copies`` after it.
    Raises PipelineError; nothing is published then.
    """
    with (
        lineage.told(settings.lineage, None, clean, "compact") as named,
        engine.tend(clean, settings, notify=notify) as run,
    ):
        named(run.job.run_id)
        gone: list[int] = []
        report = _tell_again(run, "compact", lambda run: gone.append(_fold(run)))
        return report, sum(gone)


def _fold(run: Run) -> int:
    run.notify("fold", 0, 1)
    gone = folding.stage(run.store, run.job.edition, run.job.pipeline_digest)
    run.notify("fold", 1, 1)
    return gone


def _tell_again(run: Run, kind: str, also: Callable[[Run], object] = lambda _: None) -> Report:
    """Run the stages after cleaning on what is known."""
    store, job, hands, notify = run.store, run.job, run.hands, run.notify
    knowledge = learning.learn(store, job, hands, notify)
    counts = engine.settle_counts(run, _NOTHING, Tally())
    telling.compare(store, job, hands, notify)
    telling.tell(store, job, hands, notify)
    return engine.finish(run, counts, Tally(), knowledge, kind, also)
