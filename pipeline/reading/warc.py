"""WARC archives (ISO 28500): each response, resource or conversion is a record.

Read by our own parser: warcio and FastWARC end in silence at damage that one can go on behind, and
take a record that was cut for a whole one. Here every byte belongs to a record, to the white space
between two, or to a rejected stretch.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.errors import DocumentError, RejectReason
from pipeline.model import Ignored, RawDocument, Rejected
from pipeline.reading import response, sniff
from pipeline.reading.delivery import Delivery, Hints, accept, refuse
from pipeline.reading.stream import ByteStream
from pipeline.settings import Reading

DOCUMENT_TYPES = ("response", "resource", "conversion")
MAX_HEAD_BYTES = 1 << 16

_VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_START = re.compile(_VERSION.pattern + rb"[A-Za-z]")
_LINE_ENDS = re.compile(rb"[\r\n]+")
_TYPE = re.compile(r"[a-z][a-z0-9_-]*")
_WINDOW = 1 << 16
_OVERLAP = 64
_HTML_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class _Record:
    fields: dict[str, str]
    block: bytes | None
    """None when it is over ``max_record_bytes``."""


def read(
    stream: ByteStream, delivery: Delivery, limits: Reading
) -> Iterator[RawDocument | Rejected | Ignored]:
    """Yield one item for each WARC record, and one for each stretch that is none.

    The locator ``offset:N`` is the place of the record in the plain stream. Behind damage, reading
    goes on at the next bytes that look like the start of a record.
    """
    stream.stop_at_holes()
    rescans = limits.max_damaged  # of the inside of broken records: more would be quadratic
    while True:
        stream.skip_run(_LINE_ENDS)
        if not stream.peek(1) and not stream.hole:
            return
        locator = f"offset:{stream.offset}"
        try:
            record = _record(stream, limits.max_record_bytes, rescan=rescans > 0)
        except DocumentError as error:
            rescans -= 1
            detail = f"{error.detail}; {_resync(stream)} bytes skipped"
            yield refuse(delivery, locator, error.reason, detail)
        else:
            yield _item(record, locator, delivery, limits.max_record_bytes)


def _record(stream: ByteStream, limit: int, *, rescan: bool) -> _Record:
    """Take one record and its end mark. Raises DocumentError (DAMAGED).

    With ``rescan`` the block of a record that does not fit is given back to the stream: the next
    record may lie in it.
    """
    fields = _head(stream)
    stated = fields.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,18}", stated):
        raise _damaged(stream, f"Content-Length is {stated[:40]!r}")
    length = int(stated)
    if length > limit:
        _pass_over(stream, length)
        return _Record(fields, None)
    block = stream.read(length)
    whole = len(block) == length
    if not whole or not _ends(stream):
        if rescan:
            stream.unread(block)
        found = "does not fit" if whole else f"but {len(block)} bytes are there"
        raise _damaged(stream, f"Content-Length is {length} {found}")
    stream.peek(1)  # a bad checksum shows only behind the last byte
    if stream.hole and stream.hole.tainted_from < stream.offset:
        raise _damaged(stream, "unproven")
    return _Record(fields, block)


def _head(stream: ByteStream) -> dict[str, str]:
    if not _VERSION.match(stream.peek(_OVERLAP)):
        raise _damaged(stream, "no WARC record")
    lines: list[bytes] = []
    room = MAX_HEAD_BYTES
    while room > 0:
        line = stream.readline(room)
        if not line.endswith(b"\n"):
            break
        if not line.strip():
            return response.parse_fields(lines[1:], "utf-8")
        if lines and _VERSION.search(line):  # cut, and the next record begins within this line
            stream.unread(line)
            break
        lines.append(line)
        room -= len(line)
    raise _damaged(stream, "cut or endless WARC header")


def _ends(stream: ByteStream) -> bool:
    """Take the end mark; another one will do if a record or the end follows it."""
    if stream.peek(4) == b"\r\n\r\n":
        stream.skip(4)
        return True
    rest = stream.peek(_OVERLAP).lstrip(b"\r\n")
    return not rest or _VERSION.match(rest) is not None


def _damaged(stream: ByteStream, detail: str) -> DocumentError:
    hole = f" ({stream.hole.detail})" if stream.hole else ""
    return DocumentError(RejectReason.DAMAGED, detail + hole)


def _pass_over(stream: ByteStream, length: int) -> None:
    """Pass over a block too long to hold, by search: a false length must not swallow the file."""
    start = stream.offset
    _seek_start(stream)
    if not 0 <= stream.offset - start - length <= len(b"\r\n\r\n"):
        raise _damaged(stream, f"Content-Length is {length} but {stream.offset - start} follow")


def _resync(stream: ByteStream) -> int:
    """Go to the next start of a record or to the end; return how many bytes were passed over."""
    start = stream.offset
    _seek_start(stream)
    while stream.hole and not stream.peek(1):
        stream.pass_hole()
        _seek_start(stream)
    return stream.offset - start


def _seek_start(stream: ByteStream) -> None:
    """Go to the next bytes that look like the start of a record, to a hole or to the end."""
    while not (found := _START.search(window := stream.peek(_WINDOW))):
        at_end = len(window) < _WINDOW
        stream.skip(len(window) if at_end else _WINDOW - _OVERLAP)
        if at_end:
            return
    stream.skip(found.start())


def _item(
    record: _Record, locator: str, delivery: Delivery, limit: int
) -> RawDocument | Rejected | Ignored:
    fields, block = record.fields, record.block
    kind = fields.get("warc-type", "").lower()
    if not _TYPE.fullmatch(kind):
        detail = f"WARC-Type is {kind[:40]!r}"
        return refuse(delivery, locator, RejectReason.BAD_RECORD, detail, block)
    if kind not in DOCUMENT_TYPES:
        return Ignored(delivery.path, kind)
    if block is None:
        return refuse(delivery, locator, RejectReason.TOO_LARGE, f"a record over {limit} bytes")
    if "warc-segment-number" in fields:
        detail = "segmented records are not joined"
        return refuse(delivery, locator, RejectReason.BAD_RECORD, detail, block)
    try:
        data, content_type = _payload(fields, block, limit)
        media_type = _media_type(data, content_type)
    except DocumentError as error:
        return refuse(delivery, locator, error.reason, error.detail, block)
    own = Hints(
        url=fields.get("warc-target-uri", "").strip("<> ") or None,
        fetched_at=fields.get("warc-date"),
    )
    item = accept(delivery, locator, data, media_type, own, response.charset(content_type))
    return _marked(item, fields.get("warc-truncated"))


def _marked(item: RawDocument | Rejected, cut: str | None) -> RawDocument | Rejected:
    if cut is None or isinstance(item, Rejected):
        return item
    return replace(item, truncated=f"WARC-Truncated: {cut}")


def _payload(fields: dict[str, str], block: bytes, limit: int) -> tuple[bytes, str]:
    """Return the record bytes and their Content-Type. Raises DocumentError."""
    content_type = fields.get("content-type", "")
    if not (content_type.lower().startswith("application/http") or response.is_http(block)):
        return block, content_type
    answer = response.parse(block)
    if not 200 <= answer.status < 300:
        raise DocumentError(RejectReason.BAD_RECORD, f"HTTP status {answer.status}")
    return response.decoded_body(answer, limit), answer.fields.get("content-type", "")


def _media_type(data: bytes, content_type: str) -> sniff.MediaType:
    """Return the media type by the header and the bytes. Raises DocumentError (NOT_TEXT)."""
    declared = content_type.partition(";")[0].strip().lower()
    if kind := sniff.binary_kind(data):
        raise DocumentError(RejectReason.NOT_TEXT, kind)
    if declared in _HTML_TYPES:
        return "text/html"
    if declared not in ("", "text/plain") and not sniff.starts_as_html(data):
        raise DocumentError(RejectReason.NOT_TEXT, declared[:80])
    return sniff.media_type(data)
