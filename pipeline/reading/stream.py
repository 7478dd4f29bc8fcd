"""A forward-only stream of plain bytes that knows its offset, its lines and its holes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import RawFileError, RejectReason
from pipeline.reading.compression import Damage

_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Hole:
    """A place where plain bytes are missing."""

    detail: str
    tainted_from: int
    """Offset in the plain stream from which on the bytes before the hole are unproven."""


class ByteStream:
    """Bytes from an iterator of chunks, held no further than a caller asks to see at once.

    ``offset`` is the place of the next byte in the plain stream. At a hole ``read``, ``readline``
    and ``skip`` raise RawFileError (DAMAGED); after ``stop_at_holes`` they return short instead,
    as they do at the end, with ``hole`` set until ``pass_hole`` is called.
    """

    def __init__(self, chunks: Iterator[bytes | Damage]) -> None:
        self.offset = 0
        self.hole: Hole | None = None
        self._chunks = chunks
        self._buffer = bytearray()
        self._raise_at_holes = True

    def stop_at_holes(self) -> None:
        """Return short at a hole instead of raising: for a reader that can go on behind it."""
        self._raise_at_holes = False

    def pass_hole(self) -> None:
        """Go on behind the hole; what the buffer held before it is dropped."""
        self._take(len(self._buffer))
        self.hole = None

    def peek(self, size: int) -> bytes:
        """Return up to ``size`` bytes without taking them; fewer at the end or at a hole."""
        self._fill(size)
        return bytes(self._buffer[:size])

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer at the end."""
        self._need(size)
        return self._take(size)

    def readline(self, limit: int) -> bytes:
        r"""Return the bytes up to and with the next ``\n``, or the first ``limit`` bytes."""
        seen = 0
        while (end := self._buffer.find(b"\n", seen, limit)) < 0 and len(self._buffer) < limit:
            seen = len(self._buffer)
            if not self._need(min(seen + 1, limit)):
                break
        return self._take(end + 1 or min(limit, len(self._buffer)))

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes without holding them; return how many there were."""
        start = self.offset
        while (left := size - (self.offset - start)) and self._need(1):
            self._take(min(left, len(self._buffer)))
        return self.offset - start

    def skip_run(self, pattern: re.Pattern[bytes]) -> int:
        """Pass over what repeats ``pattern``, which matches one or more bytes; return how many."""
        start = self.offset
        while self._need(1) and (run := pattern.match(self._buffer)):
            self._take(run.end())
        return self.offset - start

    def skip_line(self) -> None:
        r"""Pass over all bytes up to and with the next ``\n`` without holding them."""
        while (line := self.readline(_STEP)) and not line.endswith(b"\n"):
            pass

    def unread(self, data: bytes) -> None:
        """Put back bytes that were just read."""
        self._buffer[:0] = data
        self.offset -= len(data)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.offset += len(taken)
        return taken

    def _fill(self, size: int) -> bool:
        while len(self._buffer) < size and self.hole is None:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            if isinstance(chunk, Damage):
                end = self.offset + len(self._buffer)
                self.hole = Hole(chunk.detail, end - chunk.tainted)
            else:
                self._buffer += chunk
        return len(self._buffer) >= size

    def _need(self, size: int) -> bool:
        enough = self._fill(size)
        if not enough and self.hole and self._raise_at_holes:
            raise RawFileError(RejectReason.DAMAGED, self.hole.detail)
        return enough
