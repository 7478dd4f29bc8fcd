"""Walk a published edition back to the raw bytes: every record, hash, span and block."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline import batch
from pipeline.cleaning.decode import decode
from pipeline.cleaning.text import page_from_text
from pipeline.crew import Notify, crew
from pipeline.errors import DocumentError, RawFileError, StoreError
from pipeline.model import Page, RawDocument
from pipeline.objects import Bucket, Place
from pipeline.pool import map_all
from pipeline.reading.files import RawFile
from pipeline.reading.places import exists, raw_file, walk
from pipeline.reading.read import read
from pipeline.settings import Settings
from pipeline.store import audit, mirror
from pipeline.store.audit import Books, Finding, Row
from pipeline.store.known import OriginKey, origin_key

RAW_GONE = frozenset({"raw-missing", "raw-changed"})
"""Findings about ``raw/``, which is the user's: `clean/` may be right all the same."""
_GONE = "documents were read from it, and it is gone"
_AT_ONCE = 50
"""Documents in a task."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is off."""

    edition: int
    parts: int
    documents: int
    """Documents that were walked back to their raw bytes."""
    remade: int
    """Those of them whose blocks were made anew: they were cleaned by this very pipeline."""
    findings: tuple[Finding, ...]


def verify(
    raw: Place,
    clean: Place,
    settings: Settings,
    *,
    sample: int | None = None,
    notify: Notify = lambda *_: None,
) -> Verified:
    """Check the whole edition in ``clean/`` and ``sample`` of its documents, or all, against raw.

    The sample follows from the ids alone. Nothing is written, and a run may go on meanwhile.
    Raises StoreError when nothing is published.
    """
    if isinstance(clean, Bucket):
        # What lies in the bucket is what must be in order, not what is at hand.
        with TemporaryDirectory(prefix="copydesk-") as folder:
            mirror.fetch(clean, Path(folder))
            return verify(raw, Path(folder), settings, sample=sample, notify=notify)
    books = audit.open_books(clean)
    notify("parts", 0, 1)
    findings = [*audit.check_files(books, clean)]
    notify("tables", 0, 1)
    findings += audit.check_rows(books)
    digest = batch.pipeline_digest(settings)
    seen = remade = 0
    todo = partial(_check_some, settings, digest)
    with crew(settings) as hands:
        total = audit.count_documents(books, sample)
        pairs = _pairs(raw, books, settings, sample)
        try:
            findings += _vanished(raw, books)
            for some, anew, found in map_all(todo, _chunks(pairs), hands):
                seen, remade = seen + some, remade + anew
                findings += found
                notify("documents", seen, total)
        except StoreError as error:
            findings.append(Finding("unreadable", "documents", str(error)))
    number = books.manifest["edition"]
    findings = list(dict.fromkeys(findings))  # a raw file that is gone is met twice
    return Verified(int(str(number)), len(books.files), seen, remade, tuple(findings))


_Pair = tuple[RawDocument | Finding, Row]


def _pairs(raw: Place, books: Books, settings: Settings, sample: int | None) -> Iterator[_Pair]:
    """Yield each document with its raw record, or with what became of that; files are read once."""
    rows = audit.documents(books, sample)
    row = next(rows, None)
    while row:
        path = row["raw_path"]
        records = _records(raw, path, settings)
        record = next(records, None)
        while row and row["raw_path"] == path:
            wanted = _key(row)
            while isinstance(record, RawDocument) and _key_of(record) < wanted:
                record = next(records, None)
            if isinstance(record, Finding) or (record and _key_of(record) == wanted):
                yield record, row
            else:
                yield Finding("raw-changed", _where(row), "there is no such record now"), row
            row = next(rows, None)


def _vanished(raw: Place, books: Books) -> Iterator[Finding]:
    """Yield a finding for each raw file of the edition, sampled or not, that is gone."""
    there = {file.path for file in walk(raw) if isinstance(file, RawFile)}
    for path in audit.raw_paths(books):
        if path not in there:
            yield Finding("raw-missing", path, _GONE)


def _records(raw: Place, path: str, settings: Settings) -> Iterator[RawDocument | Finding]:
    """Yield the documents of a raw file, then for ever what ended it early."""
    try:
        file = raw_file(raw, path)
        items = read(raw, file, settings.reading)
        yield from (item for item in items if isinstance(item, RawDocument))
    except (RawFileError, OSError) as error:
        there = exists(raw, path)
        kind, detail = ("raw-changed", str(error)) if there else ("raw-missing", _GONE)
        while True:
            yield Finding(kind, path, detail)


def _key(row: Row) -> OriginKey:
    return origin_key(row["raw_path"], row["raw_locator"])


def _key_of(record: RawDocument) -> OriginKey:
    return origin_key(record.origin.path, record.origin.locator)


def _chunks(pairs: Iterator[_Pair]) -> Iterator[list[_Pair]]:
    while chunk := list(islice(pairs, _AT_ONCE)):
        yield chunk


def _check_some(
    settings: Settings, digest: str, pairs: list[_Pair]
) -> tuple[int, int, list[Finding]]:
    """Check some documents; return how many, how many were remade, and what is off."""
    findings: list[Finding] = []
    remade = 0
    for record, row in pairs:
        if isinstance(record, Finding):
            gone = record.kind == "raw-missing"
            findings.append(record if gone else Finding(record.kind, _where(row), record.detail))
            continue
        is_same = row["pipeline_digest"] == digest
        remade += is_same
        findings += _check(record, row, settings if is_same else None)
    return len(pairs), remade, findings


def _check(record: RawDocument, row: Row, settings: Settings | None) -> Iterator[Finding]:
    """Hold one document against its record; without settings only bytes and spans are asked."""
    where = _where(row)
    if record.origin.sha256 != row["raw_sha256"] or record.doc_id != row["doc_id"]:
        yield Finding("raw-changed", where, "the bytes at its origin are others now")
        return
    try:
        page = _page(record, settings) if settings else None
        text = decode(record.data, record.media_type, record.charset).text
    except DocumentError as error:
        yield Finding("decoding", where, str(error))
        return
    if row["mode"] == "text":
        if len(text) != row["chars_raw"]:
            yield Finding("decoding", where, f"{len(text)} code points, not {row['chars_raw']}")
        yield from _check_spans(text, row, where)
    if page:
        yield from _check_blocks(page, row, where)


def _page(record: RawDocument, settings: Settings) -> Page:
    if record.media_type == "text/html":
        from pipeline.cleaning.html import read_html  # noqa: PLC0415 - plain text needs no parser

        return read_html(record, settings.cleaning)[0]
    return page_from_text(record, settings.cleaning)


def _blocks(row: Row) -> Iterator[Mapping[str, Any]]:
    """Yield all blocks of a document as the tables tell them, kept ones first."""
    lines = row["text"].split("\n") if row["kept_block"] else []
    names = ("kept_block", "kept_start", "kept_end", "kept_path")
    for line, number, start, end, path in zip(lines, *(row[n] for n in names), strict=False):
        yield {"block": number, "start": start, "end": end, "path": path, "text": line}
    yield from row["gone"] or ()


def _check_spans(text: str, row: Row, where: str) -> Iterator[Finding]:
    for block in _blocks(row):
        cut = " ".join(text[block["start"] or 0 : block["end"] or 0].split())
        if cut != block["text"]:
            detail = f"block {block['block']}: {block['start']} to {block['end']} is another text"
            yield Finding("span", where, detail)


def _check_blocks(page: Page, row: Row, where: str) -> Iterator[Finding]:
    told = (page.mode, page.encoding, page.chars, len(page.blocks))
    wrote = tuple(row[n] for n in ("mode", "encoding", "chars_raw", "blocks"))
    if told != wrote:
        yield Finding("remade", where, f"{told} now, {wrote} in documents")
    for block in _blocks(row):
        number = block["block"]
        made = page.blocks[number] if 0 <= number < len(page.blocks) else None
        path = made.markup.path if made and made.markup else None
        if made is None or (made.text, path) != (block["text"], block["path"]):
            yield Finding("remade", where, f"block {number} is another text or lies elsewhere")


def _where(row: Row) -> str:
    return f"{row['doc_id']} {row['raw_path']} {row['raw_locator']}".rstrip()
