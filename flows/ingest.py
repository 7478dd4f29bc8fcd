"""The flow ``ingest``: the stages of the engine in order, as tasks that the Prefect UI can show.

A task is a stage or a batch of some hundred files; documents never pass through Prefect. What is
done already is asked of the ledger in ``clean/``, not of Prefect's cache, which cannot see that
code or settings changed.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TypeVar

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from pipeline import batch as batches
from pipeline import engine, telling
from pipeline.batch import Tally
from pipeline.engine import Plan, Report
from pipeline.model import RunCounts
from pipeline.pool import Notify
from pipeline.settings import Settings

T = TypeVar("T")

progress: ContextVar[Notify] = ContextVar("progress", default=lambda *_: None)
"""Who is told of progress beside the Prefect UI: the terminal that started the flow, if any."""


@flow(name="ingest", description="Bring clean/ up to date with raw/.", persist_result=False)
def ingest(
    raw: Path = Path("raw"), clean: Path = Path("clean"), settings: Settings | None = None
) -> State[Report]:
    """Run the line over ``raw`` into ``clean``; the final state says what was done."""
    chosen = settings or Settings()
    identifier = flow_run.get_id()
    with engine.start(raw, clean, chosen, notify=progress.get(), flow_run_id=identifier) as run:
        get_run_logger().info("run %s: %s into %s", run.job.run_id, raw, clean)
        job, hands, notify = run.job, run.hands, run.notify
        todo = _step("plan", partial(engine.plan, run), _plan_message)
        tally = batches.refuse(job, todo.rejected)
        for batch in todo.batches:
            notify("judge", batch.number, len(todo.batches))
            name = f"judge {batch.number + 1} of {len(todo.batches)}"
            tally += _step(name, partial(batches.judge, job, batch, hands), _batch_message)
        _step("sign", partial(telling.sign, job, hands, notify))
        counts = _step("settle", partial(engine.settle_counts, run, todo, tally), _counts_message)
        _step("compare", partial(telling.compare, run.store, job, hands, notify))
        _step("tell", partial(telling.tell, run.store, job, hands, notify))
        report = _step("publish", partial(engine.finish, run, counts, tally), _report_message)
    return Completed(message=_report_message(report), data=report)


def _step(name: str, call: Callable[[], T], message: Callable[[T], str] = lambda _: "done") -> T:
    """Run a stage as a task of its own; its state says what it did."""

    @task(
        name=name.split(maxsplit=1)[0],
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def run_stage() -> State[T]:
        result = call()
        text = message(result)
        get_run_logger().info("%s: %s", name, text)
        return Completed(message=text, data=result)

    return run_stage().result()


def _plan_message(todo: Plan) -> str:
    return f"{todo.files} files: {todo.fresh} to read, {todo.known} known, {todo.deferred} deferred"


def _batch_message(tally: Tally) -> str:
    return f"{tally.read} records: {tally.judged} cleaned, {tally.rejected} rejected"


def _counts_message(counts: RunCounts) -> str:
    return (
        f"{counts.read} read = {counts.stored} stored + {counts.rejected} rejected + "
        f"{counts.already_known} already known + {counts.deferred} deferred"
    )


def _report_message(report: Report) -> str:
    return (
        f"{report.row.stored} stored, {report.row.rejected} rejected; edition {report.edition}: "
        f"{report.stories} stories in {report.copies} copies"
    )
