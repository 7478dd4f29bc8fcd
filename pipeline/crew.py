"""A pool of worker processes that can be killed one by one, and replaced when it breaks."""

import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as WallTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pebble import ProcessFuture, ProcessPool

from pipeline.memory import look_less
from pipeline.settings import Settings

STALLED_SECONDS = 30.0
"""Time without CPU use after which a task that nobody has begun is lost."""
_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 2.0
_PRELOADED = (
    "pipeline.cleaning.clean",
    "pipeline.cleaning.furniture",
    "pipeline.learning",
    "pipeline.telling",
)
"""What the workers need: imported once, and by a process that has no threads."""
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
Notify = Callable[[str, int, int], None]
"""Told of progress: the stage, how much of it is done, and how much there is."""


@dataclass(slots=True)
class Crew:
    """A pool and what it is started with: by its first task. One that breaks is replaced."""

    started: ProcessPool | None
    workers: int
    settings: Settings
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pool(self) -> ProcessPool:
        """The pool. A run of nothing new has no task, and so no workers."""
        with self.lock:
            if self.started is None:
                self.started = _pool(self.settings, self.workers)
            return self.started


@dataclass(frozen=True, slots=True)
class Sent:
    """A task under way, and the pool that it was given to."""

    future: ProcessFuture[Any]
    pool: ProcessPool


class LostTaskError(Exception):
    """The pool broke, or lost a task between its queue and a worker that died."""


@contextmanager
def crew(settings: Settings) -> Iterator[Crew]:
    """Lend a crew; end all its workers when the block is left, at once if it failed."""
    hands = start(settings)
    try:
        yield hands
        if hands.started:
            hands.started.close()
    except BaseException:
        if hands.started:
            hands.started.stop()
        raise
    finally:
        if hands.started:
            hands.started.join()


def start(settings: Settings) -> Crew:
    """Return a crew that whoever asks for it must ``stop``; ``crew`` does both."""
    workers = settings.work.workers or len(os.sched_getaffinity(0))
    return Crew(None, workers, settings)


def stop(hands: Crew) -> None:
    """End all workers at once, whatever they do."""
    if hands.started:
        hands.started.stop()
        hands.started.join()


def _pool(settings: Settings, workers: int) -> ProcessPool:
    return ProcessPool(
        max_workers=workers,
        max_tasks=settings.work.worker_tasks,
        initializer=_enter,
        context=_context(),
    )


def renew(hands: Crew, broken: ProcessPool) -> None:
    """Put another pool in the place of one that broke, unless that is done."""
    if hands.started is broken:
        broken.stop()  # its threads may wait for a worker that is gone: they are not waited for
        _kill(broken)
        time.sleep(_PAUSE_SECONDS)  # whatever killed them may not be over
        _kill(broken)  # one more may have been under way
        hands.started = _pool(hands.settings, hands.workers)


def _kill(pool: ProcessPool) -> None:
    for worker in _members(pool):
        worker.kill()


def _members(pool: ProcessPool) -> list[BaseProcess]:
    """Return the workers of a pool: its process may have other pools, and other children."""
    manager = pool._pool_manager.worker_manager  # noqa: SLF001 - pebble has no name for them
    return list(manager.workers.values())


def schedule(hands: Crew, call: Callable[..., Any], args: tuple[Any, ...], **how: Any) -> Sent:
    """Give a task to the pool, or to a new one where it has noticed that it is broken."""
    try:
        future = hands.pool.schedule(call, args=args, **how)
    except RuntimeError:  # it noticed by itself that it is broken
        renew(hands, hands.pool)
        future = hands.pool.schedule(call, args=args, **how)
    return Sent(future, hands.pool)


def outcome(hands: Crew, sent: Sent) -> Any:
    """Return what a task gave, or raise its error; LostTaskError when its pool has lost it.

    Lost is a task that no worker has begun while no worker has used CPU time for a while. Pebble
    does not notice when a worker dies between taking a task and saying so.
    """
    used, since = -1, time.monotonic()
    while True:
        try:
            return sent.future.result(timeout=_LOOK_SECONDS)
        except (CancelledError, BrokenProcessPool) as error:
            raise LostTaskError(str(error)) from error
        except WallTimeoutError:
            if sent.future.done():
                return sent.future.result()
        now = _cpu_ticks(sent.pool)
        if sent.future.running() or now != used:
            used, since = now, time.monotonic()
        if sent.pool is not hands.started or time.monotonic() - since > STALLED_SECONDS:
            raise LostTaskError("no worker took it")


def _cpu_ticks(pool: ProcessPool) -> int:
    """Return the clock ticks that the workers of a pool have used."""
    ticks = 0
    for worker in _members(pool):
        with suppress(OSError):
            stat = Path(f"/proc/{worker.pid}/stat").read_text("ascii", "replace")
            ticks += sum(map(int, stat.rpartition(")")[2].split()[11:13]))
    return ticks


def _context() -> ForkServerContext:
    """Return a way to start workers that pays for the imports once, and never forks a thread."""
    context = get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))
    # Ctrl-C is the parent's to handle, also while the others still import.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def end_with_parent(number: int) -> None:
    """Let the kernel send this process a signal when its parent ends, however that ends."""
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, number)


def _enter() -> None:
    """Set up a worker: Ctrl-C is the parent's to handle, and the cores are shared out already."""
    # A worker that spins in a C library would outlive a parent that was killed.
    end_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    look_less()
