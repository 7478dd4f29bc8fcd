"""Token codes and shingle keys of texts in staged files, made once.

The keys of a text lie right behind its codes.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store import disk


@dataclass(frozen=True, slots=True)
class Place:
    """Where one text lies: a file of the staging folder, and bytes in it."""

    file: str
    start: int
    codes: int
    """Bytes of its token codes."""
    keys: int
    """Bytes of its shingle keys."""


def write(staging: Path, name: str, codes: Sequence[bytes], keys: Sequence[bytes]) -> list[Place]:
    """Write some texts to one file and return their places."""
    file = f"codes/{name}.bin"
    path = staging / file
    path.parent.mkdir(exist_ok=True)
    both = list(zip(codes, keys, strict=True))
    disk.step("write", path)
    path.write_bytes(b"".join(part for text in both for part in text))
    starts = accumulate((len(c) + len(k) for c, k in both), initial=0)
    return [Place(file, s, len(c), len(k)) for s, (c, k) in zip(starts, both, strict=False)]


def read_codes(staging: Path, places: Iterable[Place]) -> list[bytes]:
    """Return the token codes of each text; StoreError if a file ends before one does."""
    with _reader(staging) as read:
        return [read(place.file, place.start, place.codes) for place in places]


def read_keys(staging: Path, places: Iterable[Place]) -> list[bytes]:
    """Return the shingle keys of each text; StoreError if a file ends before one does."""
    with _reader(staging) as read:
        return [read(place.file, place.start + place.codes, place.keys) for place in places]


@contextmanager
def _reader(staging: Path) -> Iterator[Callable[[str, int, int], bytes]]:
    # Not mapped: a map of all that a million texts hold would count as memory of each worker.
    opened: dict[str, int] = {}

    def read(file: str, start: int, size: int) -> bytes:
        if file not in opened:
            opened[file] = os.open(staging / file, os.O_RDONLY)
        data = os.pread(opened[file], size, start)
        if len(data) != size:
            raise StoreError(f"{staging / file}: ends before byte {start + size}; run again")
        return data

    try:
        yield read
    finally:
        for handle in opened.values():
            os.close(handle)
