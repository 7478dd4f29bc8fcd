"""Whole files: one file of text or HTML is one record."""

from collections.abc import Iterator

from pipeline.errors import RejectReason
from pipeline.model import RawDocument, Rejected
from pipeline.reading import sniff
from pipeline.reading.delivery import Delivery, accept, refuse
from pipeline.reading.stream import ByteStream
from pipeline.settings import Reading


def read_text(
    stream: ByteStream, delivery: Delivery, limits: Reading
) -> Iterator[RawDocument | Rejected]:
    """Yield the file as one record; a text that starts as an HTML document is one."""
    yield _record(stream, delivery, limits, None)


def read_html(
    stream: ByteStream, delivery: Delivery, limits: Reading
) -> Iterator[RawDocument | Rejected]:
    """Yield the file as one HTML record."""
    yield _record(stream, delivery, limits, "text/html")


def _record(
    stream: ByteStream, delivery: Delivery, limits: Reading, media_type: sniff.MediaType | None
) -> RawDocument | Rejected:
    data = stream.read(limits.max_record_bytes + 1)
    if len(data) > limits.max_record_bytes:
        detail = f"over {limits.max_record_bytes} plain bytes"
        return refuse(delivery, "", RejectReason.TOO_LARGE, detail)
    if kind := sniff.binary_kind(data):
        return refuse(delivery, "", RejectReason.NOT_TEXT, kind, data)
    return accept(delivery, "", data, media_type or sniff.media_type(data))
