"""One raw file to its records, whatever its format."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from pipeline.errors import DocumentError, FileChangedError, RawFileError, RejectReason
from pipeline.model import Ignored, RawDocument, Rejected
from pipeline.objects import Place
from pipeline.reading import jsonl, places, sniff, warc, whole
from pipeline.reading.compression import coding_of, plain_chunks
from pipeline.reading.delivery import Delivery, refuse, side_hints
from pipeline.reading.files import RawFile
from pipeline.reading.stream import ByteStream
from pipeline.settings import Reading

Item = RawDocument | Rejected | Ignored

_SENSELESS = (RejectReason.BAD_RECORD, RejectReason.DAMAGED)
_READERS: dict[sniff.Format, Callable[[ByteStream, Delivery, Reading], Iterator[Item]]] = {
    "text": whole.read_text,
    "html": whole.read_html,
    "jsonl": jsonl.read,
    "warc": warc.read,
}


def read(raw: Place, file: RawFile, settings: Reading) -> Iterator[Item]:
    """Yield the records of one raw file in file order, holding one record at a time.

    Every file yields at least one item or raises. Raises RawFileError when the rest of the file is
    lost, and FileChangedError when the file is not (or no longer) the one that was seen; then the
    item yielded last does not count, as it may be half of one. Nothing else is raised for bad
    input.
    """
    try:
        with places.open_file(raw, file) as opened:
            try:
                yield from _items(raw, file, opened, settings)
            except RawFileError:
                # A file that is still being written looks damaged.
                places.check_unchanged(raw, file, opened)
                raise
            places.check_unchanged(raw, file, opened)
    except FileNotFoundError as error:
        raise FileChangedError(RejectReason.IO_ERROR, "vanished") from error
    except OSError as error:
        raise RawFileError(RejectReason.IO_ERROR, str(error.strerror or error)) from error


def _items(raw: Place, file: RawFile, opened: BinaryIO, limits: Reading) -> Iterator[Item]:
    try:
        delivery = Delivery(file.path, side_hints(raw, file.path))
    except DocumentError as error:
        yield refuse(Delivery(file.path), "", error.reason, error.detail)
        return
    coding = coding_of(opened.read(4))
    opened.seek(0)
    stream = ByteStream(plain_chunks(opened, file.size, coding, limits))
    head = stream.peek(sniff.HEAD)
    found = sniff.format_of(file.path.rpartition("/")[2], head)
    items = _until_hopeless(_records(found, head, stream, delivery, limits), limits.max_senseless)
    first = next(items, None)
    yield first or refuse(delivery, "", RejectReason.EMPTY, "no record in it")
    yield from items


def _until_hopeless(items: Iterator[Item], most: int) -> Iterator[Item]:
    """Give up on a file that is not what it says: it must not make millions of rejected rows."""
    in_a_row = 0
    for item in items:
        yield item
        hopeless = isinstance(item, Rejected) and item.reason in _SENSELESS
        in_a_row = in_a_row + 1 if hopeless else 0
        if in_a_row == most and isinstance(item, Rejected):
            detail = f"{in_a_row} senseless records in a row, given up at {item.locator}"
            raise RawFileError(item.reason, detail)


def _records(
    found: sniff.Format | None,
    head: bytes,
    stream: ByteStream,
    delivery: Delivery,
    limits: Reading,
) -> Iterator[Item]:
    # Text and HTML are judged as a whole file; an archive may well hold pictures.
    judged_later = found in ("text", "html") or (found == "warc" and b"WARC/" in head)
    if not judged_later and (kind := sniff.binary_kind(head)):
        yield refuse(delivery, "", RejectReason.NOT_TEXT, kind)
    elif found:
        yield from _READERS[found](stream, delivery, limits)
    else:
        stream.read(len(head) + 1)  # a hole is worse than a name that we do not know
        yield refuse(delivery, "", RejectReason.UNKNOWN_FORMAT, "neither name nor bytes tell")
