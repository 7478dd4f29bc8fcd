"""A run that dies, or whose disk fails, at any step: the next one makes the same rows of it.

Some steps are tried here; ``python -m tests.faults`` tries all of them.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("scenario", "fault", "every"),
    [
        ("first run", "kill", 83),
        ("increment", "kill", 59),
        ("rebuild", "kill", 131),
        ("compact", "kill", 131),
        ("forget", "kill", 131),
        ("first run", "ENOSPC", 97),
        ("increment", "ENOSPC", 83),
        ("rebuild", "ENOSPC", 151),
        ("compact", "EIO", 151),
        ("forget", "EIO", 151),
    ],
)
def test_interrupted_at_a_step(scenario: str, fault: str, every: int):
    """Nothing is lost or doubled, and what readers see is whole all the time."""
    chosen = ["--scenario", scenario, "--fault", fault, "--every", str(every)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", *chosen],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"| {scenario} | {fault} | " in done.stdout
