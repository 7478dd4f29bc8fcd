"""The stages of the engine as Prefect tasks: names, states that tell the story, a log line each."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any, TypeVar

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import runners
from pipeline import batch as batches
from pipeline import engine, learning, telling
from pipeline.batch import Tally
from pipeline.crew import Notify
from pipeline.engine import Report, Run, RunCounts
from pipeline.errors import LockedError
from pipeline.escape import one_line
from pipeline.objects import Place
from pipeline.planning import Choice, Plan
from pipeline.settings import Settings
from pipeline.store.knowledge import Knowledge

T = TypeVar("T")


_LOCK_TRIES, _LOCK_PAUSE = 3, 60
"""Another writer may be about to end: the one failure that waiting mends."""


def run_stages(
    raw: Place,
    clean: Place,
    settings: Settings,
    notify: Notify,
    choice: Choice,
) -> Report:
    """Run the line, each stage a task of the flow run that is under way."""
    start = partial(
        engine.start, raw, clean, settings, notify=notify, flow_run_id=flow_run.get_id()
    )
    with ExitStack() as stack:
        run = _open(stack, start)
        get_run_logger().info("run %s: %s into %s", run.job.run_id, raw, clean)
        job, hands = run.job, run.hands
        todo = _step("plan", partial(engine.plan, run, choice), _plan_message)
        tally, done = batches.refuse(job, todo.rejected), engine.judged(todo, notify)
        if settings.work.dask:
            tally += runners.judge(run, todo, _batch_message)
        for batch in () if settings.work.dask else todo.batches:
            name = f"judge {batch.number + 1} of {len(todo.batches)}"
            first, last = (one_line(batch.files[n].path) for n in (0, -1))
            get_run_logger().info("run %s, %s: %s to %s", job.run_id, name, first, last)
            tally += _step(name, partial(batches.judge, job, batch, hands, done), _batch_message)
        known = _step(
            "learn", partial(learning.learn, run.store, job, hands, notify), _known_message
        )
        tally += _step(
            "apply", partial(learning.apply, run.store, job, hands, notify), _cut_message
        )
        _step("sign", partial(telling.sign, job, hands, notify))
        counts = _step("settle", partial(engine.settle_counts, run, todo, tally), _counts_message)
        _step("compare", partial(telling.compare, run.store, job, hands, notify))
        _step("tell", partial(telling.tell, run.store, job, hands, notify))
        return _step("publish", partial(engine.finish, run, counts, tally, known), _edition_message)


def _open(stack: ExitStack, start: Callable[[], AbstractContextManager[Run]]) -> Run:
    """Open the run as a task, which is tried again while another process writes."""

    @task(
        name="open",
        task_run_name="open",
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=_LOCK_TRIES,
        retry_delay_seconds=_LOCK_PAUSE,
        retry_condition_fn=_is_locked,
    )
    def open_run() -> State[Run]:
        run = stack.enter_context(start())
        return Completed(message=f"run {run.job.run_id}, edition {run.job.edition}", data=run)

    return open_run().result()


def _is_locked(_task: object, _run: object, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), LockedError)


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
        return Completed(message=text, data=result)

    return run_stage().result()


def _plan_message(todo: Plan) -> str:
    return f"{todo.files} files: {todo.fresh} to read, {todo.known} known, {todo.deferred} deferred"


def _batch_message(tally: Tally) -> str:
    return f"{tally.read} records: {tally.judged} cleaned, {tally.rejected} rejected"


def _known_message(knowledge: Knowledge) -> str:
    lines, sites = sum(knowledge.lines_by_site.values()), len(knowledge.lines_by_site)
    return f"{lines} lines learned to be furniture, on {sites} sites"


def _cut_message(tally: Tally) -> str:
    return f"{tally.words_removed['furniture']} words of furniture removed"


def _counts_message(counts: RunCounts) -> str:
    return (
        f"{counts.read} read = {counts.stored} stored + {counts.rejected} rejected + "
        f"{counts.already_known} already known + {counts.deferred} deferred"
    )


def _edition_message(report: Report) -> str:
    return f"edition {report.edition}: {report.stories} stories in {report.copies} copies"
