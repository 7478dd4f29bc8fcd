"""What a run asks of the disk: whole writes, links, locks that die with their process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import LockedError, StoreError
from pipeline.settings import Work
from pipeline.store import disk, state


def test_write_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A write that fails leaves the old bytes; a reader that has the file open keeps them."""
    file = tmp_path / "folder" / "edition.json"
    disk.write(file, b"old")
    with file.open("rb") as reader:
        disk.write(file, b"newer")
        assert reader.read() == b"old"
    monkeypatch.setattr(disk, "sync", _full)
    with pytest.raises(OSError, match="full"):
        disk.write(file, b"never")
    assert file.read_bytes() == b"newer"


def _full(*_: Path) -> None:
    raise OSError("the disk is full")


def test_what_is_renamed_and_removed_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every folder whose entries change is flushed, up to the one that was there before."""
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync", synced.append)
    (tmp_path / "staged").write_bytes(b"x")
    target = tmp_path / "articles" / "day=unknown" / "1.parquet"
    disk.replace(tmp_path / "staged", target)
    assert {tmp_path, tmp_path / "articles", target.parent} <= set(synced)
    synced.clear()
    disk.remove(target)
    assert synced == [target.parent, tmp_path / "articles"]
    assert not target.parent.exists()


def test_removing_what_is_gone(tmp_path: Path):
    """Removing a file twice is fine: a journal may be carried out twice."""
    disk.remove(tmp_path / "no" / "folder" / "here")
    assert list(tmp_path.iterdir()) == []


def test_link_where_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On a file system without hard links a snapshot is a copy."""
    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(os, "link", _full)
    disk.link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x"
    assert (tmp_path / "b").stat().st_ino != (tmp_path / "a").stat().st_ino


def test_lock_dies_with_its_process(tmp_path: Path):
    """The lock of a process that was killed is free at once; until then its holder is named."""
    script = (
        "import signal, sys; from pathlib import Path; from pipeline.store import disk\n"
        "with disk.lock(Path(sys.argv[1]), 0):\n    print('held', flush=True); signal.pause()"
    )
    path = tmp_path / ".state" / "lock"
    path.parent.mkdir()
    root = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", script, path],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {process.pid}"), disk.lock(path, 0):
            pass
        process.kill()
        process.wait()
        with disk.lock(path, 0):
            assert path.read_text() == str(os.getpid())


def test_shared_lock_keeps_writers_out_alone(tmp_path: Path):
    """Readers of the state share its lock, and leave no trace of themselves in it."""
    path = tmp_path / "lock"
    path.write_text("7")
    with disk.lock(path, 0, shared=True), disk.lock(path, 0, shared=True):
        with pytest.raises(LockedError), disk.lock(path, 0):
            pass
        assert path.read_text() == "7"


def test_lock_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With seconds to wait the lock is asked for again until it is free."""
    path = tmp_path / "lock"
    first = disk.lock(path, 0)
    first.__enter__()
    monkeypatch.setattr(disk.time, "sleep", lambda _: first.__exit__(None, None, None))
    with disk.lock(path, 60):
        pass


def test_folder_that_cannot_be_made(tmp_path: Path):
    """A clean folder that is a file is an error of one sentence."""
    (tmp_path / "clean").write_text("a file")
    with (
        pytest.raises(StoreError, match="clean"),
        state.open_state(tmp_path / "clean", 0, Work(workers=1)),
    ):
        pass


MOUNTINFO = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/net rw - nfs4 server:/export rw
31 30 0:41 / /mnt/net/local\\040disk rw - ext4 /dev/sdb1 rw
32 22 0:42 / /mnt/share rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/mnt/net/clean/.state", "nfs4"),
        ("/mnt/share/clean", "cifs"),
        ("/mnt/net/local disk/clean", None),
        ("/mnt/network/clean", None),
        ("/home/clean", None),
    ],
)
def test_a_folder_of_another_machine_is_known(
    folder: str, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the innermost mount that it lies in; where the system does not tell, it passes."""
    (tmp_path / "mountinfo").write_text(MOUNTINFO)
    monkeypatch.setattr(disk, "MOUNTS", tmp_path / "mountinfo")
    assert disk.remote_kind(Path(folder)) == kind
    monkeypatch.setattr(disk, "MOUNTS", tmp_path / "nothing")
    assert disk.remote_kind(Path(folder)) is None


def test_a_state_on_another_machine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a sentence that says where it may lie."""
    monkeypatch.setattr(disk, "remote_kind", lambda _: "nfs4")
    with (
        pytest.raises(StoreError, match="lies on nfs4"),
        state.open_state(tmp_path / "clean", 0, Work(workers=1)),
    ):
        pass
