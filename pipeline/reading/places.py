"""Raw files wherever they lie: in a folder of this machine, or as objects in a bucket."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pipeline import objects
from pipeline.errors import FileChangedError, RejectReason, SettingsError
from pipeline.model import Rejected
from pipeline.objects import Bucket, Object, Place
from pipeline.reading import files
from pipeline.reading.files import SIDE_SUFFIX, RawFile


def walk(raw: Place) -> Iterator[RawFile | Rejected]:
    """Yield each raw file, sorted by printable path, and each entry that cannot be one.

    Raises SettingsError when a bucket cannot be listed.
    """
    if isinstance(raw, Path):
        yield from files.walk(raw)
        return
    try:
        found = {item.path: item for item in objects.listed(raw)}
    except OSError as error:
        raise SettingsError(f"{raw}: {error}") from error
    yield from _sifted(found)


def raw_file(raw: Place, path: str) -> RawFile:
    """Return one file, given by its printable path, as it is now. Raises OSError if it is gone."""
    if isinstance(raw, Path):
        return files.raw_file(raw, path)
    key = files.spelled(path)
    found, side = objects.find(raw, key, key + SIDE_SUFFIX)
    if found is None:
        raise FileNotFoundError(None, "there is no such object")
    return _raw_file(found, side)


def exists(raw: Place, path: str) -> bool:
    """Tell whether there is a raw file of this printable path."""
    if isinstance(raw, Path):
        return files.locate(raw, path).exists()
    return objects.find(raw, files.spelled(path))[0] is not None


def open_file(raw: Place, file: RawFile) -> BinaryIO:
    """Open a raw file. Raises FileChangedError when it is not the one that was seen, OSError."""
    if isinstance(raw, Bucket):
        # An object is replaced whole: what was read is held against the listing afterwards.
        return objects.opened(raw, files.spelled(file.path))
    opened = files.open_inside(raw, files.locate(raw, file.path))
    try:
        check_unchanged(raw, file, opened)
    except BaseException:
        opened.close()
        raise
    return opened


def check_unchanged(raw: Place, file: RawFile, opened: BinaryIO) -> None:
    """Raise FileChangedError unless the open file is still the one that was seen."""
    if isinstance(raw, Bucket):
        same = raw_file(raw, file.path) == file
    else:
        place, status = files.locate(raw, file.path), os.fstat(opened.fileno())
        seen = files.stamp(place, status) == (file.size, file.mtime_ns)
        same = seen and os.path.samestat(status, place.stat())
    if not same:
        raise FileChangedError(RejectReason.IO_ERROR, "changed while it was read")


def read_small(raw: Place, path: str, limit: int) -> bytes | None:
    """Return the bytes of a file below ``raw``, or None when there is none of that name.

    Raises OSError when it is no regular file, leaves ``raw`` or is longer than ``limit``.
    """
    if isinstance(raw, Path):
        return files.read_small(raw, path, limit)
    found = objects.find(raw, files.spelled(path))[0]
    if found and found.size > limit:
        raise OSError(None, f"over {limit} bytes")
    return objects.read(raw, files.spelled(path)) if found else None


def _sifted(found: Mapping[str, Object]) -> Iterator[RawFile | Rejected]:
    for path in sorted(found, key=files.printable):
        *folders, name = path.split("/")
        if any(f.startswith(".") for f in folders) or files.passed_over(name, folder=False):
            continue
        if "" in (*folders, name):
            detail = "a key with an empty part, which cannot be opened"
            yield Rejected(files.printable(path), "", None, "read", RejectReason.NOT_A_FILE, detail)
            continue
        yield _raw_file(found[path], found.get(path + SIDE_SUFFIX))


def _raw_file(found: Object, side: Object | None) -> RawFile:
    latest = max(found.mtime_ns, side.mtime_ns if side else 0)
    return RawFile(files.printable(found.path), found.size, latest)
