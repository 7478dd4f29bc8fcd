"""Attempts at a batch that is judged on another machine: several may be begun, one counts.

Each attempt writes to a folder of its own below ``staging/attempts/RUN``. The run moves the files
of the one whose answer it got to where they belong; what the others wrote, or still write, is
read by nobody and thrown away with the staging folder.
"""

import secrets
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store import disk

_ATTEMPTS = "attempts"


def home(staging: Path, run_id: str) -> Path:
    """Return where the attempts of a run lie: whoever does not see it does not see ``staging``."""
    return staging / _ATTEMPTS / run_id


def prepare(staging: Path, run_id: str) -> None:
    """Make the folder in which attempts can be begun."""
    disk.make_folder(home(staging, run_id))


def begin(staging: Path, run_id: str, batch: int) -> Path:
    """Make the folder of a new attempt. Raises FileNotFoundError when the run is over."""
    folder = home(staging, run_id) / f"{batch:05d}-{secrets.token_hex(8)}"
    disk.step("make", folder)
    folder.mkdir()
    return folder


def adopt(staging: Path, run_id: str, name: str) -> None:
    """Move what an attempt wrote to the staging folder. Raises StoreError if nothing is there."""
    folder = home(staging, run_id) / name
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if not files:
        raise StoreError(f"{folder}: what a worker wrote there is not seen here")
    for file in files:
        disk.replace(file, staging / file.relative_to(folder))
