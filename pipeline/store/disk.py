"""The one seam to the file system: every write, sync, rename, link and removal of a run.

Each call is durable when it returns, so that the order of calls is the order on disk. Each stands
behind a ``step``, as do the parts, slips and statements of the rest of the store: tests number the
steps and let a run die, or its disk fill up, at every one (docs/reliability.md).
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import LockedError

MOUNTS = Path("/proc/self/mountinfo")
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "ncpfs"})
"""Kinds of file systems on which a lock or a flush need not mean what it means on a disk."""


def remote_kind(folder: Path) -> str | None:
    """Return the kind of file system that a folder lies on if that is another machine's.

    Where the system does not tell (it is not Linux), nothing is known against it.
    """
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return None
    place = folder.resolve()
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = Path(fields.split()[4].replace("\\040", " "))
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split()[0]
    return kind if kind in REMOTE else None


def step(action: str, place: Path | str) -> None:
    """Stand before a change of what is on disk; does nothing."""


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    step("sync", path)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and what is missing above it."""
    if not path.is_dir():
        make_folder(path.parent)
        step("make", path)
        path.mkdir(exist_ok=True)
        sync(path.parent)


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Replace a small file whole: readers see the old bytes or the new ones."""
    make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.new")
    step("write", fresh)
    if private:
        fresh.touch(0o600)
    fresh.write_bytes(data)
    sync(fresh)
    replace(fresh, path)


def replace(staged: Path, target: Path) -> None:
    """Move a synced file to its place, over an older one if there is one."""
    make_folder(target.parent)
    step("rename", target)
    staged.replace(target)
    sync(target.parent)


def remove(path: Path) -> None:
    """Remove a file, and its folder when that leaves it empty; a missing file is fine."""
    step("remove", path)
    path.unlink(missing_ok=True)
    if not path.parent.is_dir():
        return
    sync(path.parent)
    if not any(path.parent.iterdir()):
        step("remove", path.parent)
        path.parent.rmdir()
        sync(path.parent.parent)


def link(path: Path, twin: Path) -> None:
    """Give a file a second name; where the file system has no hard links, copy it.

    Not durable by itself: ``sync_tree`` on the folder of the twins makes all of them so.
    """
    step("link", twin)
    twin.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, twin)
    except OSError:
        shutil.copyfile(path, twin)
        sync(twin)


def sync_tree(folder: Path) -> None:
    """Flush the entries of a folder and of all folders below it; the files are synced already."""
    for below in (folder, *(f for f in folder.rglob("*") if f.is_dir())):
        sync(below)


def clear(folder: Path) -> None:
    """Make ``folder`` an empty folder, whatever it held."""
    remove_tree(folder)
    step("make", folder)
    folder.mkdir(parents=True)


def remove_tree(folder: Path) -> None:
    """Remove a folder and all below it; one that is missing is fine."""
    step("remove", folder)
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def lock(path: Path, wait_seconds: float, *, shared: bool = False) -> Iterator[None]:
    """Hold the one writer's lock; it dies with the process. Raises LockedError when it is taken.

    A ``shared`` lock keeps writers out, not other readers, and leaves no trace in the file.
    """
    until = time.monotonic() + wait_seconds
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with path.open("r" if shared else "a+") as file:
        while True:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise LockedError(_holder(path)) from None
                time.sleep(0.2)
        if not shared:
            step("write", path)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield


def _holder(path: Path) -> str:
    pid = path.read_text().strip() or "unknown"
    return f"{path.parent.parent}: another run (process {pid}) is at work here"
