"""The body of an archived HTTP response, as a browser would have seen it."""

import re
from dataclasses import dataclass

from pipeline.errors import DocumentError, RejectReason
from pipeline.reading import sniff
from pipeline.reading.compression import unpack

_STATUS = re.compile(rb"HTTP/\d(?:\.\d+)?[ \t]+(\d{3})")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]{0,4096})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"',]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """Status and fields (lower case) of a response, and its body as it was sent."""

    status: int
    fields: dict[str, str]
    body: bytes


def is_http(block: bytes) -> bool:
    """Return whether a block starts with an HTTP status line."""
    return _STATUS.match(block) is not None


def parse(block: bytes) -> Response:
    """Split a block into head and body. Raises DocumentError (BAD_RECORD) without a status line."""
    status = _STATUS.match(block)
    if not status:
        raise DocumentError(RejectReason.BAD_RECORD, "no HTTP status line")
    blank = _BLANK_LINE.search(block)
    head, body = (block[: blank.start()], block[blank.end() :]) if blank else (block, b"")
    return Response(int(status[1]), parse_fields(head.split(b"\n")[1:], "latin-1"), body)


def parse_fields(lines: list[bytes], encoding: str) -> dict[str, str]:
    """Return header fields by lower-case name; folded lines joined, repeated fields by a comma."""
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        text = line.decode(encoding, "replace").rstrip("\r\n")
        if text[:1] in (" ", "\t"):
            if name:
                fields[name] = f"{fields[name]} {text.strip()}".strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower() if colon else ""
        if name:
            fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
    return fields


def decoded_body(response: Response, limit: int) -> bytes:
    """Return the body after transfer and content decoding.

    Archives often hold bodies that were decoded while the fields still speak of the coding: a body
    that does not decode but is text is taken as it is. Raises DocumentError: DAMAGED, TOO_LARGE.
    """
    content = _codings(response.fields.get("content-encoding", ""))
    body = response.body
    for coding in reversed(content + _codings(response.fields.get("transfer-encoding", ""))):
        if coding == "chunked":
            body = _dechunk(body)
        elif body:
            try:
                body = unpack(body, coding, limit)
            except DocumentError as error:
                if error.reason is RejectReason.TOO_LARGE or not _is_plain(body):
                    raise
    return body


def charset(content_type: str) -> str | None:
    """Return the charset parameter of a Content-Type field."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _is_plain(body: bytes) -> bool:
    """Return whether a body that should be compressed is surely not: few such bytes are UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return sniff.starts_as_html(body)
    return sniff.binary_kind(body) is None


def _codings(field: str) -> list[str]:
    names = (name.strip().lower() for name in field.split(","))
    return [name for name in names if name not in ("", "identity", "none")]


def _dechunk(body: bytes) -> bytes:
    """Join the chunks of a body; one that does not start with a chunk size is not chunked."""
    pieces: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        start, count = size.end(), int(size[1], 16)
        piece = body[start : start + count]
        if len(piece) < count:
            raise DocumentError(RejectReason.DAMAGED, "chunked body: cut short")
        if count == 0:
            return b"".join(pieces)
        pieces.append(piece)
        at = start + count + (2 if body.startswith(b"\r\n", start + count) else 1)
    if pieces:
        raise DocumentError(RejectReason.DAMAGED, f"chunked body: no chunk size at byte {at}")
    return body
