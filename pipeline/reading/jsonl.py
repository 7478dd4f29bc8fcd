"""JSON lines: each line an object that holds a text or a page, and what is known of it."""

import re
from collections.abc import Iterator

from pipeline.errors import DocumentError, RejectReason
from pipeline.model import RawDocument, Rejected
from pipeline.reading import sniff
from pipeline.reading.delivery import (
    Delivery,
    Hints,
    Number,
    accept,
    hint,
    load_object,
    refuse,
    without_surrogates,
)
from pipeline.reading.stream import ByteStream
from pipeline.settings import JsonFields, Reading

_NEWLINES = re.compile(rb"\n+")


def read(
    stream: ByteStream, delivery: Delivery, limits: Reading
) -> Iterator[RawDocument | Rejected]:
    r"""Yield one item for each line that is not blank, with the locator ``line:N`` from 1.

    Lines end at ``\n``. The record bytes are the field's string in UTF-8, each lone surrogate as
    U+FFFD. A line over ``max_record_bytes`` is passed over without holding it.
    """
    if encoding := sniff.wide_encoding(stream.peek(4)):
        detail = f"JSON lines in {encoding}; RFC 8259 asks for UTF-8"
        yield refuse(delivery, "", RejectReason.UNDECODABLE, detail)
        return
    number, most = 0, limits.max_record_bytes
    while True:
        number += 1 + stream.skip_run(_NEWLINES)
        if not (line := stream.readline(most + 1)):
            return
        locator = f"line:{number}"
        if len(line) > most and not line.endswith(b"\n"):
            stream.skip_line()
            yield refuse(delivery, locator, RejectReason.TOO_LARGE, f"a line over {most} bytes")
        elif line.strip():
            yield _record(line, locator, delivery, limits.json_fields)


def _record(
    line: bytes, locator: str, delivery: Delivery, names: JsonFields
) -> RawDocument | Rejected:
    try:
        fields = load_object(line)
        own = Hints(
            url=hint(fields, names.url),
            source=hint(fields, names.source),
            fetched_at=hint(fields, names.fetched_at),
            title=hint(fields, names.title),
            published=hint(fields, names.published),
        )
        html, text = _content(fields, names.html), _content(fields, names.text)
    except DocumentError as error:
        return refuse(delivery, locator, error.reason, error.detail, line)
    if html is None and text is None:
        wanted = ", ".join((*names.html, *names.text))
        detail = f"none of the fields {wanted}"
        return refuse(delivery, locator, RejectReason.BAD_RECORD, detail, line)
    data = without_surrogates(html or text or "").encode()
    return accept(delivery, locator, data, "text/html" if html else "text/plain", own, "utf-8")


def _content(fields: dict[str, object], names: tuple[str, ...]) -> str | None:
    """Return the first named field that is not blank, ``""`` if all are, None if none is there."""
    found = None
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or isinstance(value, Number):
            detail = f"field {name!r} is no string"
            raise DocumentError(RejectReason.BAD_RECORD, detail)
        if value.strip():
            return value
        found = ""
    return found
