"""Where batches are judged when ``work.dask`` says so: on the workers of a Dask cluster.

They go out as Prefect tasks by prefect-dask's runner, some ahead of what the workers can take.
"""

import errno
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from prefect import get_client, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Crashed

from flows import remote
from pipeline.batch import Batch, Job, Tally
from pipeline.engine import Run
from pipeline.errors import SettingsError, StoreError
from pipeline.escape import one_line
from pipeline.planning import Plan
from pipeline.reading.files import raw_file
from pipeline.settings import Settings, Watch
from pipeline.store import attempts

AHEAD = 2
"""Batches under way for each thread of a Dask worker: it need not wait for the next."""
ANSWER_SECONDS = 20
WORKERS_SECONDS = 120
"""How long a cluster may be without a worker."""
_LOOK_SECONDS, _PAUSE_SECONDS = 5, 0.1
_PASSING = {errno.EAGAIN, errno.EIO, errno.ESTALE, errno.ETIMEDOUT}
"""Errors of a shared file system that the next try may not meet."""
_LOGS = {
    "distributed": logging.WARNING,
    "distributed.client": logging.CRITICAL,  # what it tells is told by our errors
    "distributed.nanny": logging.ERROR,  # it warns of workers that are slow to exit
}
_LOCAL = "local:"
_LOST = "work.dask: lost the connection to the Dask scheduler ({})"
_UNREACHED = "Failed to reach API"
Message = Callable[[Tally], str]
Todo = Callable[[Callable[[str], None]], remote.Judged]


def _faltered(_task: object, _run: object, state: State[Any]) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) and error.errno in _PASSING


@task(
    name="judge",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=5,
    retry_condition_fn=_faltered,
)
def judge_there(todo: Todo, named: str, files: str, message: Message) -> State[remote.Judged]:
    """Judge a batch on a Dask worker; ``named`` and ``files`` tell in its logs which one."""
    log = get_run_logger()
    told = f"{named}, {remote.here()}"
    through = "no file"

    def notice(path: str) -> None:
        nonlocal through
        through = path
        log.debug("%s: %s is through", told, one_line(path))

    log.info("%s: %s", told, files)
    try:
        found = todo(notice)
    except Exception:
        log.error("%s: failed after %s", told, one_line(through))  # noqa: TRY400 - Prefect tells the rest
        raise
    text = message(found.tally)
    log.info("%s: %s", told, text)
    return Completed(message=text, data=found)


def judge(run: Run, todo: Plan, message: Message) -> Tally:
    """Judge the batches of a plan on the cluster that the settings name.

    ``message`` makes the state of a batch of its tally. Raises SettingsError when there is no such
    cluster, or when its workers cannot do what the local run does.
    """
    if not todo.batches:
        return Tally()
    job, files = _absolute(run.job), 0
    attempts.prepare(job.staging, job.run_id)
    tallies: dict[int, Tally] = {}
    # A worker shall tell the server that this process tells, which may be one of its own.
    api = str(get_client(sync_client=True).api_url).rstrip("/")
    with _cluster(job.settings) as runner, temporary_settings({PREFECT_API_URL: api}):
        for batch, found in _spread(runner, job, todo.batches, message):
            _take(job, batch, found)
            tallies[batch.number] = found.tally
            files += len(batch.files)
            run.notify("judge", files, todo.fresh)
    return sum((tallies[number] for number in sorted(tallies)), Tally())


def _absolute(job: Job) -> Job:
    """Return the job as another process needs it: whole paths, cores shared out, no secrets."""
    work = job.settings.work
    if work.dask.startswith(_LOCAL) and not work.workers:
        share = len(os.sched_getaffinity(0)) // int(work.dask.removeprefix(_LOCAL))
        work = work.model_copy(update={"workers": max(1, share)})
    return replace(
        job,
        raw=job.raw.absolute() if isinstance(job.raw, Path) else job.raw,
        staging=job.staging.absolute(),
        settings=job.settings.model_copy(update={"work": work, "watch": Watch()}),
    )


@contextmanager
def _cluster(settings: Settings) -> Iterator[Any]:
    """Connect to the cluster of the settings, or start one here. Raises SettingsError."""
    wanted = settings.work.dask
    try:
        import dask
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        told = f"work.dask: install the packages of copydesk[dask] ({error})"
        raise SettingsError(told) from error
    for name, level in _LOGS.items():
        logging.getLogger(name).setLevel(level)
    if wanted.startswith(_LOCAL):
        # Any user of this machine can reach its address: hence the keys.
        here = {"threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "security": True}
        workers = int(wanted.removeprefix(_LOCAL))
        runner = DaskTaskRunner(cluster_kwargs={"n_workers": workers, **here})
    else:
        runner = DaskTaskRunner(address=wanted, client_kwargs={"timeout": ANSWER_SECONDS})
    # The pool of a batch is made of children, which a daemon may not have.
    with dask.config.set({"distributed.worker.daemon": False}), runner:
        try:
            runner.client.scheduler_info()
        except OSError as error:
            told = f"work.dask: no Dask scheduler answers at {wanted} ({error})"
            raise SettingsError(told) from error
        yield runner


def _spread(
    runner: Any, job: Job, waiting_: Sequence[Batch], message: Message
) -> Iterator[tuple[Batch, remote.Judged]]:
    """Yield each batch with what a worker made of it, in the order of their ends."""
    waiting, total = deque(waiting_), len(waiting_)
    under_way: dict[Any, tuple[Any, Batch]] = {}
    seen = time.monotonic()
    while waiting or under_way:
        with _connected():
            threads = sum(w["nthreads"] for w in runner.client.scheduler_info()["workers"].values())
            while waiting and len(under_way) < AHEAD * max(threads, 1):
                future = _submit(runner, job, waiting[0], total, message)
                under_way[future.wrapped_future] = future, waiting.popleft()
            ended = _ended(under_way)
        if threads:
            seen = time.monotonic()
        elif time.monotonic() - seen > WORKERS_SECONDS:
            raise StoreError(f"work.dask: the cluster has had no worker for {WORKERS_SECONDS} s")
        for future, batch in map(under_way.pop, ended):
            yield batch, _result(future, batch)


def _submit(runner: Any, job: Job, batch: Batch, total: int, message: Message) -> Any:
    name = f"judge {batch.number + 1} of {total}"
    first, last = (one_line(batch.files[n].path) for n in (0, -1))
    return runner.submit(
        judge_there.with_options(task_run_name=name),
        {
            # Prefect looks into a batch, file by file, and not into a call.
            "todo": partial(remote.judge, job, batch),
            "named": f"run {job.run_id}, {name}",
            "files": f"{first} to {last}",
            "message": message,
        },
    )


def _ended(futures: Iterable[Any]) -> Sequence[Any]:
    """Return the Dask futures that are done, after a while maybe none."""
    # Dask's own wait would take the alarm of ``watch.run_hours`` for the end of its time.
    until = time.monotonic() + _LOOK_SECONDS
    while not (ended := [future for future in futures if future.done()]):
        if time.monotonic() > until:
            break
        time.sleep(_PAUSE_SECONDS)
    return ended


@contextmanager
def _connected() -> Iterator[None]:
    """Make a sentence of what is raised when the scheduler goes away."""
    try:
        yield
    except TimeoutError:  # the alarm of ``watch.run_hours``
        raise
    except (CancelledError, OSError) as error:
        raise StoreError(_LOST.format(type(error).__name__)) from error


def _result(future: Any, batch: Batch) -> remote.Judged:
    """Return what a worker made of a batch, or raise what it raised."""
    from distributed import KilledWorker

    server = get_client(sync_client=True)
    try:
        found: remote.Judged = future.result()
    except CancelledError as error:
        raise StoreError(_LOST.format(type(error).__name__)) from error
    except KilledWorker as error:
        told = f"batch {batch.number + 1}: Dask workers died over it again and again ({error})"
        # Nobody else ends its task run.
        server.set_task_run_state(future.task_run_id, Crashed(message=told), force=True)
        raise StoreError(told) from error
    except RuntimeError as error:
        if _UNREACHED not in str(error):
            raise
        raise SettingsError(
            f"work.dask: a worker does not reach Prefect's server at {server.api_url}; start "
            "it with `copydesk serve --host` and an address of this machine"
        ) from error
    return found


def _take(job: Job, batch: Batch, found: remote.Judged) -> None:
    """Take what an attempt wrote, and no other one. Raises SettingsError if it saw other files."""
    attempts.adopt(job.staging, job.run_id, found.attempt)
    if found.tally.files_deferred == len(batch.files) and isinstance(job.raw, Path):
        # They changed while they were read, or that worker does not see those of this machine.
        first = batch.files[0]
        try:
            same = raw_file(job.raw, first.path) == first
        except OSError:
            same = False
        if same:
            raise SettingsError(
                f"{first.path}: is not the same file for a Dask worker as it is here; raw must lie "
                "on a file system that all workers share"
            )
