"""Plain bytes of a gzip, zstd or uncompressed file in bounded steps; damage is told, never hidden.

Neither ``gzip`` nor ``zstandard`` serves here: the first stops for good at a bad member, the second
takes a cut stream for a whole one and reads only the first of several frames.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Literal

import brotli  # type: ignore[import-untyped]
import zstandard

from pipeline.errors import DocumentError, RawFileError, RejectReason
from pipeline.settings import Reading

Coding = Literal["gzip", "zstd"]
MAGIC: dict[Coding, bytes] = {"gzip": b"\x1f\x8b\x08", "zstd": b"\x28\xb5\x2f\xfd"}

CHUNK = 1 << 15
PLAIN_CHUNK = 1 << 18
ZSTD_SLICE = 1 << 10
"""A zstd block of 4 bytes can stand for 128 KiB, so that one slice gives at most 32 MiB."""
RATIO_FLOOR = 1 << 20
"""Plain bytes up to which any ratio is harmless."""

_WARC_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MAX_DICTIONARY = 1 << 24
_SKIPPABLE = tuple(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))
_ERRORS = (zlib.error, zstandard.ZstdError, brotli.error, EOFError)

_Decode = Callable[[BinaryIO], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Damage:
    """A hole in the plain stream; bytes that come after it belong to the next sound member."""

    detail: str
    tainted: int
    """How many of the plain bytes right before the hole came from the damaged member."""


def coding_of(head: bytes) -> Coding | None:
    """Return how a file that starts with ``head`` is compressed, by its magic alone."""
    for coding, magic in MAGIC.items():
        if head.startswith(magic) or (len(head) > 1 and magic.startswith(head)):
            return coding
    return "zstd" if head.startswith(_SKIPPABLE) else None


def plain_chunks(
    file: BinaryIO, size: int, coding: Coding | None, limits: Reading
) -> Iterator[bytes | Damage]:
    """Yield the plain bytes of ``file``, which holds ``size`` bytes, in chunks of at most 32 MiB.

    After a Damage the stream goes on with the next member that can be read, if there is one.
    Raises RawFileError: TOO_LARGE over ``max_file_bytes`` or ``max_ratio``, DAMAGED when there
    are too many bad members to search on.
    """
    chunks = (
        _members(file, coding, limits.max_damaged)
        if coding
        else iter(partial(file.read, PLAIN_CHUNK), b"")
    )
    total = 0
    for chunk in chunks:
        if isinstance(chunk, bytes):
            total += len(chunk)
            _check_size(total, size if coding else None, limits)
        yield chunk


def unpack(data: bytes, coding: str, limit: int) -> bytes:
    """Return the plain bytes of an HTTP body in one content coding.

    Raises DocumentError: TOO_LARGE past ``limit`` bytes, DAMAGED when cut, corrupt or unknown.
    """
    decode = _BODY_DECODERS.get(coding)
    if decode is None:
        raise DocumentError(RejectReason.DAMAGED, f"unknown content coding {coding[:40]!r}")
    file, plain, more = io.BytesIO(data), bytearray(), bool(data)
    try:
        while more:
            for piece in decode(file):
                plain += piece
                if len(plain) > limit:
                    raise DocumentError(RejectReason.TOO_LARGE, f"body over {limit} plain bytes")
            # Like a browser: a further member counts, junk behind a whole body does not.
            more = coding_of(data[file.tell() : file.tell() + 4]) is not None
    except _ERRORS as error:
        raise DocumentError(RejectReason.DAMAGED, f"{coding} body: {error}") from error
    return bytes(plain)


def _check_size(total: int, compressed: int | None, limits: Reading) -> None:
    if total > limits.max_file_bytes:
        detail = f"over {limits.max_file_bytes} plain bytes"
        raise RawFileError(RejectReason.TOO_LARGE, detail)
    if compressed is not None and total > max(RATIO_FLOOR, compressed * limits.max_ratio):
        detail = f"{compressed} bytes unpack to more than {limits.max_ratio:g} times as many"
        raise RawFileError(RejectReason.TOO_LARGE, detail)


def _members(file: BinaryIO, coding: Coding, most: int) -> Iterator[bytes | Damage]:
    decode: _Decode = _gunzip if coding == "gzip" else partial(_unzstd, _zstd_decompressor(file))
    damaged, sound = 0, True
    while _skip_padding(file):
        start, plain = file.tell(), 0
        try:
            for piece in decode(file):
                plain += len(piece)
                yield piece
            sound = True
        except _ERRORS as error:
            # Where a search for the next member meets its magic by chance, nothing new is broken.
            if sound or plain:
                yield Damage(f"{coding} member at compressed byte {start}: {error}", plain)
            damaged, sound = damaged + 1, False
            if damaged == most:  # searching on must not become quadratic
                detail = f"more than {most} bad {coding} members"
                raise RawFileError(RejectReason.DAMAGED, detail) from error
            _seek_magic(file, max(start + 1, file.tell() - CHUNK), MAGIC[coding])


def _skip_padding(file: BinaryIO) -> bool:
    """Move past NULs, which tapes and block devices leave after a stream; False at the end."""
    while chunk := file.read(CHUNK):
        if rest := chunk.lstrip(b"\0"):
            file.seek(-len(rest), io.SEEK_CUR)
            return True
    return False


def _seek_magic(file: BinaryIO, start: int, magic: bytes) -> None:
    file.seek(start)
    overlap = b""
    while chunk := file.read(CHUNK):
        window = overlap + chunk
        if (found := window.find(magic)) >= 0:
            file.seek(found - len(window), io.SEEK_CUR)
            return
        overlap = window[1 - len(magic) :]


def _inflate(wbits: int, file: BinaryIO) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits)
    while not decoder.eof:
        if not (data := decoder.unconsumed_tail or file.read(CHUNK)):
            raise EOFError("cut short")
        yield decoder.decompress(data, PLAIN_CHUNK)
    file.seek(-len(decoder.unused_data), io.SEEK_CUR)


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    return _inflate(zlib.MAX_WBITS | 16, file)


def _deflate(file: BinaryIO) -> Iterator[bytes]:
    """Inflate with or without the zlib header: RFC 9110 asks for it, servers leave it out."""
    head = file.read(2)
    file.seek(-len(head), io.SEEK_CUR)
    has_header = head[:1] == b"\x78" and int.from_bytes(head, "big") % 31 == 0
    return _inflate(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS, file)


def _unzstd(decompressor: zstandard.ZstdDecompressor, file: BinaryIO) -> Iterator[bytes]:
    decoder = decompressor.decompressobj()
    while not decoder.eof:
        if not (data := file.read(CHUNK)):
            raise EOFError("cut short")
        for at in range(0, len(data), ZSTD_SLICE):
            yield decoder.decompress(data[at : at + ZSTD_SLICE])
            if decoder.eof:
                rest = len(data) - min(at + ZSTD_SLICE, len(data)) + len(decoder.unused_data)
                file.seek(-rest, io.SEEK_CUR)
                break


def _zstd_decompressor(file: BinaryIO) -> zstandard.ZstdDecompressor:
    """Take the dictionary from the first frame, where a ``.warc.zst`` may keep it.

    Source: IIPC, "WARC File Compression with Zstandard", section "Dictionary frame".
    """
    start = file.tell()
    head = file.read(8)
    size = int.from_bytes(head[4:], "little")
    if not head.startswith(_WARC_DICTIONARY) or size > _MAX_DICTIONARY:
        file.seek(start)
        return zstandard.ZstdDecompressor()
    content = file.read(size)
    if content.startswith(MAGIC["zstd"]):
        try:
            content = unpack(content, "zstd", _MAX_DICTIONARY)
        except DocumentError as error:
            raise RawFileError(RejectReason.DAMAGED, f"dictionary: {error.detail}") from error
    dictionary = zstandard.ZstdCompressionDict(content)
    return zstandard.ZstdDecompressor(dict_data=dictionary)


def _unbrotli(file: BinaryIO) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    while not decoder.is_finished():
        data = file.read(CHUNK) if decoder.can_accept_more_data() else b""
        if not data and decoder.can_accept_more_data():
            raise EOFError("cut short")
        yield decoder.process(data, output_buffer_limit=PLAIN_CHUNK)


_BODY_DECODERS: dict[str, _Decode] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": lambda file: _unzstd(zstandard.ZstdDecompressor(), file),
}
