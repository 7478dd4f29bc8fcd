"""Token codes of texts in staged files: made once, read wherever texts are compared."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where the codes of one text lie: bytes of a file of the staging folder."""

    file: str
    start: int
    size: int


def write(staging: Path, name: str, texts: Sequence[bytes]) -> list[Place]:
    """Write the codes of some texts to one file and return their places."""
    file = f"codes/{name}.bin"
    path = staging / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(texts))
    starts = accumulate(map(len, texts), initial=0)
    return [Place(file, start, len(text)) for start, text in zip(starts, texts, strict=False)]


def read(staging: Path, places: Iterable[Place]) -> list[bytes]:
    """Return the codes at these places."""
    opened: dict[str, int] = {}
    try:
        return [_read(staging, place, opened) for place in places]
    finally:
        for handle in opened.values():
            os.close(handle)


def _read(staging: Path, place: Place, opened: dict[str, int]) -> bytes:
    if place.file not in opened:
        opened[place.file] = os.open(staging / place.file, os.O_RDONLY)
    data = os.pread(opened[place.file], place.size, place.start)
    if len(data) != place.size:
        raise OSError(f"{staging / place.file}: ends before byte {place.start + place.size}")
    return data
