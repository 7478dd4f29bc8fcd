"""What a call costs, with all processes that it starts: CPU seconds and memory."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_TICK = os.sysconf("SC_CLK_TCK")
_EVERY = 0.25  # seconds between two looks at the memory
_READY = "ready"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a call gave and cost."""

    result: Any
    seconds: float
    """CPU seconds of its process and of those it started."""
    memory: int
    """Bytes at the peak, of all processes together; shared pages count once."""
    before: int
    """Bytes before the call, its imports made."""


def measured(call: Callable[..., Any], *arguments: Any, warm_up: Callable[[], Any]) -> Measured:
    """Run a call in a process of its own, after ``warm_up`` there, and say what it cost."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_run, args=(there, call, arguments, warm_up))
    process.start()
    there.close()
    if here.recv() != _READY:
        raise RuntimeError("the call could not be prepared")
    before = peak = memory(process.pid or 0)
    here.send(_READY)
    while not here.poll(_EVERY):
        peak = max(peak, memory(process.pid or 0))
    result, seconds = here.recv()
    process.join()
    return Measured(result, seconds, peak, before)


def _run(
    pipe: Connection,
    call: Callable[..., Any],
    arguments: tuple[Any, ...],
    warm_up: Callable[[], Any],
) -> None:
    warm_up()
    pipe.send(_READY)
    pipe.recv()
    began = cpu_seconds()
    result = call(*arguments)
    pipe.send((result, cpu_seconds() - began))


def cpu_seconds() -> float:
    """Return the CPU seconds so far of this process and of all below it, ended ones included."""
    return sum(map(_ticks, family(os.getpid()))) / _TICK


def memory(root: int) -> int:
    """Return the bytes that a process and all below it hold; shared pages count once."""
    return sum(map(_share, family(root)))


def family(root: int) -> Iterator[int]:
    """Yield the number of a process and of all that it started, or that those started."""
    below = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (facts := _facts(int(folder.name))):
            below[int(facts[1])].append(int(folder.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += below[process]


def _facts(process: int) -> list[str]:
    """Return the fields of proc(5)'s ``stat`` from the state on, none if it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _ticks(process: int) -> int:
    """Return the ticks in user and kernel mode, those of ended children included."""
    return sum(map(int, _facts(process)[11:15]))


def _share(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
