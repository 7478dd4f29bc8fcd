"""What a whole command costs, start-up included: wall seconds, CPU seconds, memory of its tree.

CPU seconds are the kernel's own count of each process when it is waited for. A helper whose parent
ends first (multiprocessing's fork server does) is handed to us and waited for too, so that nothing
that a command did is left out.
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from time import perf_counter
from typing import Self

from tests.bench.measured import memory

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_EVERY = 0.2  # seconds between two looks at the memory
_TAIL = 3_000  # characters of a failed command's output that are shown


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost."""

    wall: float
    """Seconds from its start to the end of its last process."""
    cpu: float
    """CPU seconds in user and kernel mode, of all its processes."""
    memory: int
    """Bytes at the peak, of all its processes together; shared pages count once (PSS)."""
    others: float
    """Share of the machine's processors that other work took meanwhile, 0 to 1."""


class CommandError(Exception):
    """A command ended with an error; the message has the end of what it printed."""


def cost(command: Sequence[str], log: Path, folder: Path) -> Cost:
    """Run a command in a folder, its output in ``log``; raise ``CommandError`` if it fails."""
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else each start compiles its imports again
    with log.open("wb") as out:
        began, busy = perf_counter(), _busy()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, for us to wait for
        )
        with _Peak(process.pid) as peak:
            cpu, status = _waited(process)
    wall, busy = perf_counter() - began, _busy() - busy
    if status:
        tail = log.read_text("utf-8", "replace")[-_TAIL:]
        raise CommandError(f"{command[0]} ended with {status}\n{tail}")
    others = max(0.0, busy - cpu) / (wall * (os.cpu_count() or 1))
    return Cost(wall, cpu, peak.bytes, min(1.0, others))


def _waited(process: "subprocess.Popen[bytes]") -> tuple[float, int]:
    """Wait for a process and all of its group that it left to us; return CPU seconds and status."""
    seconds, status = 0.0, 0
    try:
        with suppress(ChildProcessError):  # there is none any more
            while True:
                ended, how, used = os.wait4(-process.pid, 0)
                seconds += used.ru_utime + used.ru_stime
                if ended == process.pid:
                    status = os.waitstatus_to_exitcode(how)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGKILL)
        raise
    process.returncode = status  # it has been waited for: Popen must not try
    return seconds, status


def _busy() -> float:
    """Return the CPU seconds that the machine has worked so far: proc(5), ``stat``."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class _Peak:
    """Looks at the memory of a tree from a thread, as long as the ``with`` lasts."""

    def __init__(self, root: int) -> None:
        self.bytes = 0
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        wait = 0.005  # the first look comes early: a short command has a peak too
        while not self._over.wait(wait):
            self.bytes = max(self.bytes, memory(self._root))
            wait = min(_EVERY, 1.5 * wait)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
