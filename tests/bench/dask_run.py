"""What the flow costs with the pool of one process and on Dask workers, stage ``judge`` apart.

    python -m tests.bench.dask_run 12000

The documents are made (see ``whole_run``), a thousand to a file, a file to a batch. Each row is one
``python -m flows``, Prefect's embedded server included.
"""

import argparse
import ctypes
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from statistics import median

from tests.bench.measured import family, memory
from tests.bench.whole_run import make

ROOT = Path(__file__).parents[2]
_TAKE_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_EVERY = 0.5


def run(raw: Path, home: Path, dask: str) -> str:
    """Run the flow; return a row of the table."""
    home.mkdir()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COPYDESK_WORK__BATCH_FILES": "1",
        "COPYDESK_WORK__DASK": dask,
    }
    before, began = _cpu_seconds(), time.monotonic()
    command = [sys.executable, "-m", "flows", str(raw), str(home / "clean")]
    with (home / "out").open("wb") as out:
        process = subprocess.Popen(command, cwd=home, env=environ, stdout=out, stderr=out)
        peak = processes = 0
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            processes = max(processes, len(list(family(process.pid))))
            time.sleep(_EVERY)
    took = time.monotonic() - began
    with suppress(ChildProcessError):
        while True:
            os.wait()
    if process.returncode:
        raise RuntimeError((home / "out").read_text())
    spent = _cpu_seconds() - before
    stage, batches = _stage(home / ".prefect" / "prefect.db")
    return (
        f"| {dask or 'none'} | {len(batches)} | {stage:.1f} | {len(batches) / stage:.2f} | "
        f"{median(batches):.1f} | {took:.0f} | {spent:.0f} | {peak / 1e9:.2f} | {processes} |"
    )


def _stage(database: Path) -> tuple[float, list[float]]:
    """Return the seconds between the end of ``plan`` and the begin of ``learn``, and per batch."""
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT name, start_time, end_time FROM task_run").fetchall()
    times = {name: [datetime.fromisoformat(t) for t in stamps] for name, *stamps in rows}
    judged = [(e - b).total_seconds() for name, (b, e) in times.items() if name[:6] == "judge "]
    return (times["learn"][0] - times["plan"][1]).total_seconds(), judged


def _cpu_seconds() -> float:
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--dask", nargs="*", default=["", "local:1", "local:2"])
    chosen = parser.parse_args()
    ctypes.CDLL(None).prctl(_TAKE_ORPHANS, 1)
    print(
        "| work.dask | batches | judge, s | batches/s | one, s | all, s | CPU s | GB | processes |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "raw", chosen.count)
        for number, dask in enumerate(chosen.dask):
            print(run(Path(folder) / "raw", Path(folder) / str(number), dask), flush=True)
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
