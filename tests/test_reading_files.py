"""Walking raw/: names, order, links and everything that is no file."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import FileChangedError, RawFileError, RejectReason
from pipeline.model import Rejected
from pipeline.reading import files
from pipeline.reading.files import RawFile, locate, printable, raw_file, walk
from pipeline.reading.read import read
from pipeline.settings import Reading


def put(place: Path, data: bytes = b"Some text.\n") -> Path:
    """Write a file and the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def paths(raw: Path) -> list[str]:
    """Return what the walk takes, in its order."""
    return [found.path for found in walk(raw) if isinstance(found, RawFile)]


def rejects(raw: Path) -> dict[str, RejectReason]:
    """Return what the walk refuses, and why."""
    return {found.path: found.reason for found in walk(raw) if isinstance(found, Rejected)}


def test_files_come_sorted_by_their_whole_path(tmp_path):
    """The order is that of the printable paths, also where a folder and a file share a start."""
    for name in ("b.txt", "a/z.txt", "a.txt", "a-b/c.txt", "a/b/c.txt", "é.txt", "B.txt"):
        put(tmp_path / name)
    assert paths(tmp_path) == sorted(paths(tmp_path))
    assert len(paths(tmp_path)) == 7


def test_what_is_no_record_is_passed_over(tmp_path):
    """Dot files, dot folders, side files and READMEs are not records, and are not rejected."""
    for name in (".hidden.txt", ".git/a.txt", "a.txt.meta.json", "README", "README.md", "x/README"):
        put(tmp_path / name)
    put(tmp_path / "README.d/kept.txt")
    assert list(walk(tmp_path)) == [raw_file(tmp_path, "README.d/kept.txt")]


@pytest.mark.parametrize(
    "name", [b"caf\xe9.txt", b"a\\x41.txt", b"line\nbreak.txt", b"\xed\xa0\x80"]
)
def test_any_name_is_printable_and_found_again(tmp_path, name):
    """Names that are not UTF-8, hold control characters or look like an escape come back."""
    place = tmp_path / os.fsdecode(name)
    put(place)
    (found,) = walk(tmp_path)
    assert found.path.isprintable()
    assert found.path.encode()
    assert locate(tmp_path, found.path) == place


@settings(max_examples=200, derandomize=True)
@given(st.binary(min_size=1, max_size=12).filter(lambda name: not {0, 47} & set(name)))
def test_printable_names_are_a_law(name):
    """``locate`` inverts ``printable`` for every name that a file system can hold."""
    text = printable(os.fsdecode(name))
    assert os.fsencode(locate(Path(), text)) == os.fsencode(Path(os.fsdecode(name)))


def test_links_inside_are_followed(tmp_path):
    """A link to a file or folder inside raw/ gives the files behind it under the link's path."""
    put(tmp_path / "real/a.txt")
    (tmp_path / "link.txt").symlink_to("real/a.txt")
    (tmp_path / "again").symlink_to("real")
    assert paths(tmp_path) == ["again/a.txt", "link.txt", "real/a.txt"]


def test_links_that_leave_raw_are_rejected(tmp_path):
    """A link out of raw/ is rejected, whether to a file or a folder, absolute or relative."""
    put(tmp_path / "outside/secret.txt")
    raw = put(tmp_path / "raw/a.txt").parent
    (raw / "file.txt").symlink_to(tmp_path / "outside/secret.txt")
    (raw / "folder").symlink_to("../outside")
    assert paths(raw) == ["a.txt"]
    assert set(rejects(raw).items()) == {
        ("file.txt", RejectReason.OUTSIDE_RAW),
        ("folder", RejectReason.OUTSIDE_RAW),
    }


def test_loops_broken_links_fifos_and_sockets_are_rejected(tmp_path, monkeypatch):
    """What is neither file nor folder is rejected without being opened, and the walk ends."""
    put(tmp_path / "a/b/c.txt")
    (tmp_path / "a/b/up").symlink_to("..")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo.txt")
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        found = rejects(tmp_path)
    assert set(found) == {"a/b/up", "self", "broken.txt", "fifo.txt", "socket.txt"}
    assert set(found.values()) == {RejectReason.NOT_A_FILE}
    assert paths(tmp_path) == ["a/b/c.txt"]


def test_folders_that_link_to_each_other_stay_finite(tmp_path):
    """Ten folders, each with a link to every other one, do not multiply into endless paths."""
    for i in range(10):
        put(tmp_path / f"{i}/a.txt")
        for j in set(range(10)) - {i}:
            (tmp_path / f"{i}/to{j}").symlink_to(f"../{j}")
    assert len(paths(tmp_path)) == 100
    assert set(rejects(tmp_path).values()) == {RejectReason.NOT_A_FILE}


def test_unreadable_folder_is_rejected(tmp_path, monkeypatch):
    """A folder that cannot be listed is one rejected row; its neighbours are read."""
    put(tmp_path / "shut/a.txt")
    put(tmp_path / "open/b.txt")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(files.os, "scandir", scandir)
    assert paths(tmp_path) == ["open/b.txt"]
    assert rejects(tmp_path) == {"shut": RejectReason.IO_ERROR}


def test_a_later_side_file_changes_the_stamp(tmp_path):
    """A side file that comes later makes its file look new, so that a ledger reads it again."""
    place = put(tmp_path / "a.txt")
    before = raw_file(tmp_path, "a.txt")
    side = put(tmp_path / "a.txt.meta.json", b"{}")
    later = place.stat().st_mtime_ns + 1_000_000_000
    os.utime(side, ns=(later, later))
    after = raw_file(tmp_path, "a.txt")
    assert (after.size, after.mtime_ns) == (before.size, later)


def test_a_file_changed_since_the_walk_is_deferred(tmp_path):
    """Another size than the walk saw means FileChangedError before anything is yielded."""
    place = put(tmp_path / "a.txt")
    (seen,) = walk(tmp_path)
    place.write_bytes(b"Another text.\n" * 3)
    with pytest.raises(FileChangedError):
        list(read(tmp_path, seen, Reading()))


@pytest.mark.parametrize("change", ["append", "replace", "remove"])
def test_a_file_changed_while_it_is_read_is_deferred(tmp_path, change):
    """A file that grows, is replaced or goes while its records are read is left to the next run."""
    place = put(tmp_path / "a.jsonl", b'{"text": "one"}\n{"text": "two"}\n')
    (seen,) = walk(tmp_path)
    items = read(tmp_path, seen, Reading())
    next(items)
    if change == "append":
        place.write_bytes(place.read_bytes() * 2)
    elif change == "replace":
        put(tmp_path / ".new", place.read_bytes()).replace(place)
    else:
        place.unlink()
    with pytest.raises(FileChangedError):
        list(items)


def test_a_growing_gzip_is_deferred_not_damaged(tmp_path):
    """A cut stream in a file that changes meanwhile is a file in the making, not a damaged one."""
    place = put(tmp_path / "a.txt.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\0")
    seen = raw_file(tmp_path, "a.txt.gz")
    with pytest.raises(RawFileError) as damaged:
        list(read(tmp_path, seen, Reading()))
    assert damaged.value.reason is RejectReason.DAMAGED
    os.utime(place, ns=(0, 0))
    with pytest.raises(FileChangedError):
        list(read(tmp_path, seen, Reading()))


def test_a_vanished_file_is_deferred(tmp_path):
    """A file that is gone when its turn comes is deferred."""
    with pytest.raises(FileChangedError):
        list(read(tmp_path, RawFile("gone.txt", 1, 1), Reading()))


def test_a_fifo_in_place_of_a_file_does_not_hold_the_run(tmp_path):
    """A FIFO that took the place of a file since the walk is an error, not an endless wait."""
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(RawFileError) as caught:
        list(read(tmp_path, RawFile("a.txt", 1, 1), Reading()))
    assert caught.value.reason is RejectReason.IO_ERROR


def test_a_link_that_came_after_the_walk_is_not_followed_out(tmp_path):
    """What is opened is asked where it lies, whatever the walk has seen."""
    raw, outside = tmp_path / "raw", tmp_path / "secret.txt"
    raw.mkdir()
    outside.write_text("secret")
    (raw / "a.txt").symlink_to(outside)
    size, stamp = outside.stat().st_size, outside.stat().st_mtime_ns
    with pytest.raises(RawFileError) as error:
        list(read(raw, RawFile("a.txt", size, stamp), Reading()))
    assert error.value.reason == "outside-raw"
