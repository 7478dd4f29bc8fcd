"""One batch as a Dask worker judges it: as the local run does, but into a folder of its own.

A batch may be begun twice: its worker died, or Dask lost sight of it while it went on. See
``pipeline.store.attempts`` for why only one attempt counts.
"""

import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import current_process
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Lock

from flows.__main__ import silence
from pipeline import batch as batches
from pipeline.batch import Batch, Job, Tally
from pipeline.crew import Crew, start, stop
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from pipeline.store import attempts

_ALONE = Lock()
"""A batch has the pool for itself: it keeps all cores busy already."""
_KEPT: list[Crew] = []
"""The pool of this process, if it has one: a fresh one takes a second or two of each batch."""
_FIRST = 100
"""At exit the pool ends before multiprocessing, which would wait for its workers for ever."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a batch, and the name of the folder in which that is written."""

    tally: Tally
    attempt: str


def judge(job: Job, batch: Batch, through: Callable[[str], None]) -> Judged:
    """Judge a batch in the pool of this process; ``through`` is told of each file.

    Raises SettingsError when this process cannot do what the local run does.
    """
    check(job)
    apart = attempts.begin(job.staging, job.run_id, batch.number)

    def done(files: int) -> None:
        through(batch.files[files - batch.before - 1].path)

    with _crew(job.settings) as hands:
        tally = batches.judge(replace(job, apart=apart), batch, hands, done)
    return Judged(tally, apart.name)


def here() -> str:
    """Return how this process is named in messages."""
    return f"Dask worker {platform.node()}:{os.getpid()}"


def check(job: Job) -> None:
    """Raise SettingsError unless this process sees the run's folders and has its code."""
    if current_process().daemon:
        raise SettingsError(
            f"{here()}: may not start processes; start it with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
        )
    ours = batches.pipeline_digest(job.settings)
    if ours != job.pipeline_digest:
        raise SettingsError(
            f"{here()}: has another Python, Copydesk or library than the run "
            f"({ours}, {job.pipeline_digest}), which may give other rows"
        )
    for place in (job.raw, attempts.home(job.staging, job.run_id)):
        if isinstance(place, Path) and not place.is_dir():
            raise SettingsError(
                f"{here()}: does not see {place}; raw and clean must lie on a file system that "
                "all workers share, at the same path"
            )


@contextmanager
def _crew(settings: Settings) -> Iterator[Crew]:
    """Lend out the pool of this process; one over which a batch failed is not used again."""
    with _ALONE:
        if _KEPT and _KEPT[0].settings != settings:
            end_pool()
        if not _KEPT:
            _KEPT.append(start(settings))
            Finalize(None, _leave, exitpriority=_FIRST)
        try:
            yield _KEPT[0]
        except BaseException:
            end_pool()
            raise


def end_pool() -> None:
    """End the pool of this process, if it has one."""
    while _KEPT:
        stop(_KEPT.pop())


def _leave() -> None:
    end_pool()
    silence()
