"""Walking the raw folder: every file once, in one order, and nothing that lies outside."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import RawFileError, RejectReason
from pipeline.model import Rejected

SIDE_SUFFIX = ".meta.json"

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True, order=True)
class RawFile:
    """A file to be read, as it was when it was seen."""

    path: str
    """Relative to the raw folder, with ``/``, in the form of ``printable``."""
    size: int
    mtime_ns: int
    """Time of the last change to the file or to its side file, whichever is later."""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    """Relative to the raw folder, as the file system spells it."""
    linked: bool
    """Stands in a folder that was reached through a link."""


def printable(path: str) -> str:
    r"""Return a path of the file system in a form that prints and that ``locate`` inverts.

    Bytes that are not UTF-8, control characters and the backslash itself become ``\xNN``. It works
    on the bytes of the name, so that it does not depend on the locale.
    """
    text = os.fsencode(path).decode("utf-8", "surrogateescape")
    escaped = _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    return escaped.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def spelled(path: str) -> str:
    """Return a printable path as the file system spells it."""
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), path.encode()))


def locate(raw: Path, path: str) -> Path:
    """Return the place in the file system of a printable path."""
    return raw / spelled(path)


def walk(raw: Path) -> Iterator[RawFile | Rejected]:
    """Yield each file below ``raw``, sorted by printable path, and each entry that cannot be one.

    Dot files, dot folders, ``*.meta.json`` and ``README*`` are passed over. Links that stay inside
    are followed; a link to a folder is not followed once more inside a linked folder, where a few
    links to each other would make endless paths. Nothing is opened but folders.
    """
    root = raw.resolve()
    waiting = [_Entry("", linked=False)]
    while waiting:
        entry = waiting.pop()
        found = _visit(root, raw, entry.path, entry.linked) if entry.path else entry
        if not isinstance(found, _Entry):
            yield found
            continue
        try:
            names = _sorted_names(raw / found.path)
        except OSError as error:
            yield _rejected(found.path or ".", RejectReason.IO_ERROR, str(error.strerror))
            continue
        prefix = f"{found.path}/" if found.path else ""
        waiting += [_Entry(prefix + name, found.linked) for name in reversed(names)]


def raw_file(raw: Path, path: str) -> RawFile:
    """Return one file, given by its printable path, as it is now. Raises OSError if it is gone."""
    place = locate(raw, path)
    return RawFile(path, *stamp(place, place.stat()))


def stamp(place: Path, status: os.stat_result) -> tuple[int, int]:
    """Return size and mtime_ns of a file; the mtime of its side file counts if it is later."""
    try:
        beside = os.stat(f"{place}{SIDE_SUFFIX}").st_mtime_ns  # noqa: PTH116 - a third of the time
    except OSError:
        beside = 0
    return status.st_size, max(status.st_mtime_ns, beside)


def open_inside(raw: Path, place: Path) -> BinaryIO:
    """Open a file below ``raw``; raise RawFileError when a link leads out of it.

    What is asked is the file that was opened: a link may have come since the walk.
    """
    file = open_regular(place)
    try:
        found = os.readlink(f"/proc/self/fd/{file.fileno()}")  # noqa: PTH115 - as above
    except OSError:  # a system without /proc
        found = os.path.realpath(place)
    root = os.path.realpath(raw)
    if os.path.commonpath([root, found]) != root:
        file.close()
        raise RawFileError(RejectReason.OUTSIDE_RAW, "a link that leaves the raw folder")
    return file


def open_regular(place: Path) -> BinaryIO:
    """Open a file for reading; raise OSError when it is no regular file, without waiting for it."""
    # A FIFO put in place of the file must not hold the run: hence O_NONBLOCK.
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "not a regular file")
    return os.fdopen(descriptor, "rb")


def read_small(raw: Path, path: str, limit: int) -> bytes | None:
    """Return the bytes of a file below ``raw``, or None when there is none of that name.

    Raises OSError when it is no regular file, leaves ``raw`` or is longer than ``limit``.
    """
    place = locate(raw, path)
    if not os.path.lexists(place):
        return None
    try:
        with open_inside(raw, place) as file:
            data = file.read(limit + 1)
    except RawFileError as error:
        raise OSError(None, error.detail) from error
    if len(data) > limit:
        raise OSError(None, f"over {limit} bytes")
    return data


def _sorted_names(folder: Path) -> list[str]:
    """Return the names that count, in the order that the whole paths below them have."""
    with os.scandir(folder) as entries:
        keyed = [(printable(e.name) + ("/" if _is_folder(e) else ""), e.name) for e in entries]
    return [name for key, name in sorted(keyed) if not passed_over(name, folder=key.endswith("/"))]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def passed_over(name: str, *, folder: bool) -> bool:
    """Tell whether a name is that of no record: dot files, side files, ``README*``."""
    return name.startswith(".") or (
        not folder and (name.endswith(SIDE_SUFFIX) or name.startswith("README"))
    )


def _visit(root: Path, raw: Path, path: str, linked: bool) -> _Entry | RawFile | Rejected:
    """Return what an entry is; a folder comes back as an entry that is to be listed."""
    place = raw / path
    link = False
    try:
        link = place.is_symlink()
        if link and not place.resolve(strict=True).is_relative_to(root):
            return _rejected(path, RejectReason.OUTSIDE_RAW, "a link that leaves the raw folder")
        status = place.stat()
    except (OSError, RuntimeError) as error:  # before 3.13 RuntimeError: a link to itself
        if link:
            return _rejected(path, RejectReason.NOT_A_FILE, "a broken or looping link")
        return _rejected(path, RejectReason.IO_ERROR, str(getattr(error, "strerror", error)))
    if stat.S_ISREG(status.st_mode):
        return RawFile(printable(path), *stamp(place, status))
    if problem := _folder_problem(place, status, link, linked):
        return _rejected(path, RejectReason.NOT_A_FILE, problem)
    return _Entry(path, linked or link)


def _folder_problem(place: Path, status: os.stat_result, link: bool, linked: bool) -> str | None:
    if not stat.S_ISDIR(status.st_mode):
        return "neither a file nor a folder"
    if link and place.parent.resolve().is_relative_to(place.resolve()):
        return "a link that loops"
    return "a link to a folder inside a linked folder" if link and linked else None


def _rejected(path: str, reason: RejectReason, detail: str) -> Rejected:
    return Rejected(printable(path), "", None, "read", reason, detail)
