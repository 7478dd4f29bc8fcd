"""How a worker hands cleaned documents to the one that stages them: as rows, many in one table.

A page has hundreds of blocks, which are dear to pickle and dearer to build again. As columns of
Arrow they are neither, and what furniture needs of them is counted while they are at hand.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.model import GUARD, CleanDocument, Origin, Rejected, Ruling
from pipeline.settings import Furniture
from pipeline.store import parts, rows, slips
from pipeline.store.schemas import TABLES

Columns = dict[str, list[Any]]

LINES = slips.SLIPS["line"].remove(slips.SLIPS["line"].get_field_index("part"))
"""What is told of a line before its document has a part to lie in."""
_SCHEMAS = {
    "documents": TABLES["documents"].arrow(),
    "removed": TABLES["removed"].arrow(),
    "lines": LINES,
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the numbers of a run need of one document."""

    chars_kept: int
    words_kept: int
    words_removed: Counter[str]
    """By label."""
    rules: Counter[str]
    """Removed blocks by the rule that removed them."""
    helpers: tuple[str, ...]
    guards: Counter[str]
    """Kept blocks by the guard that brought them back."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the books of a batch need of a document, beside its rows."""

    doc_id: str
    origin: Origin
    url: str | None
    fetched_at: datetime | None
    chars: int
    """Code points of the decoded input."""
    counts: Counts


@dataclass(frozen=True, slots=True)
class Rows:
    """One document as rows of the tables that are staged."""

    head: Head
    document: rows.Row
    removed: Columns
    lines: Columns


class Tables(NamedTuple):
    """The rows of some documents."""

    documents: pa.Table
    removed: pa.Table
    lines: pa.Table


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """The rows of all documents of a chunk, each table as an Arrow stream."""

    streams: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A cleaned document, and where in a load its rows lie (half open)."""

    head: Head
    load: Load
    spans: tuple[tuple[int, int], ...]
    """One a table, in the order of ``Tables``."""


@dataclass(frozen=True, slots=True)
class Packer:
    """What the rows of a document say of the run that made them; picklable."""

    pipeline_digest: str
    run_id: str
    furniture: Furniture

    def each(self, document: CleanDocument) -> Rows:
        """Make the rows of one document."""
        row = rows.document_row(document, self.pipeline_digest, self.run_id)
        removed = rows.removed_columns(document)
        head = Head(
            doc_id=document.doc_id,
            origin=document.origin,
            url=document.url,
            fetched_at=document.fetched_at,
            chars=document.page.chars,
            counts=_counts(document, row, removed),
        )
        return Rows(head, row, removed, self._lines(document))

    def together(self, chunk: Sequence[Rows | Rejected]) -> list[Shipped | Rejected]:
        """Load the rows of a chunk; what was refused keeps its place."""
        made = [item for item in chunk if isinstance(item, Rows)]
        documents = parts.to_arrow(_SCHEMAS["documents"], [one.document for one in made])
        removed = _joined("removed", [one.removed for one in made])
        lines = _joined("lines", [one.lines for one in made])
        load = Load(tuple(map(_stream, (documents, removed, lines))))
        spans = zip(
            _spans([1] * len(made)),
            _spans([len(one.removed["doc_id"]) for one in made]),
            _spans([len(one.lines["doc_id"]) for one in made]),
            strict=True,
        )
        return [
            Shipped(item.head, load, next(spans)) if isinstance(item, Rows) else item
            for item in chunk
        ]

    def _lines(self, document: CleanDocument) -> Columns:
        if not self.furniture.enabled:
            return {name: [] for name in LINES.names}
        kept = [v for v in document.verdicts if v.ruling is Ruling.KEEP]
        # As the table holds them: a part that is read back must be counted alike.
        scores = np.array([v.score for v in kept], np.float32).tolist()
        facts = document.facts
        return line_columns(
            document.doc_id,
            {block.index: block.text for block in document.page.blocks},
            {v.block: score for v, score in zip(kept, scores, strict=True)},
            (facts.site, document.source),
            facts.title,
            (document.url, facts.canonical_url),
            self.furniture,
        )


def line_columns(
    doc_id: str,
    texts: Mapping[int, str],
    scores: Mapping[int, float],
    names: tuple[str | None, str],
    title: str | None,
    urls: Sequence[str | None],
    settings: Furniture,
) -> Columns:
    """Return what the counting of furniture needs of a document: a row a line that may count.

    ``texts`` are all blocks by index, ``scores`` those of the kept ones; ``names`` are the site
    that the page names and the delivery source.
    """
    # Its patterns take a while to compile, which a run of nothing new need not wait for.
    from pipeline.cleaning.furniture import (  # noqa: PLC0415
        Line,
        lines_of,
        listed,
        names_of,
        site_of,
    )

    site = site_of(*names)
    found = [*lines_of(texts, scores, site, listed(settings)), *names_of(site, title, urls)]
    return {
        "doc_id": [doc_id] * len(found),
        "site": [site] * len(found),
        "text": [None if line.block is None else texts[line.block] for line in found],
        **{name: [getattr(line, name) for line in found] for name in Line.__slots__},
    }


def unload(shipped: Iterable[Shipped]) -> Tables:
    """Return the rows of some documents, in their order."""
    opened: dict[Load, Tables] = {}
    taken: tuple[list[pa.Table], ...] = ([], [], [])
    for item in shipped:
        if item.load not in opened:
            opened[item.load] = Tables(*map(_table, item.load.streams))
        for some, table, (start, end) in zip(taken, opened[item.load], item.spans, strict=True):
            some.append(table.slice(start, end - start))
    return Tables(*map(pa.concat_tables, taken))


def line_slip(lines: pa.Table, part: str) -> pa.Table:
    """Return lines as the slip of a part tells of them."""
    held = {name: lines[name] for name in lines.schema.names}
    held["part"] = pa.repeat(part, len(lines))
    return pa.table({name: held[name] for name in slips.SLIPS["line"].names})


def _counts(document: CleanDocument, row: rows.Row, removed: Columns) -> Counts:
    texts: dict[str, list[str]] = {}
    for label, text in zip(removed["label"], removed["text"], strict=True):
        texts.setdefault(label, []).append(text)
    marks = (v.rule for v in document.verdicts if v.ruling is Ruling.KEEP)
    return Counts(
        chars_kept=row["chars_kept"],
        words_kept=row["word_count"],
        words_removed=Counter(
            {label: rows.count_words("\n".join(some)) for label, some in texts.items()}
        ),
        rules=Counter(removed["rule"]),
        helpers=tuple(evidence.helper for evidence in document.page.evidence),
        guards=Counter(rule for rule in marks if rule.startswith(GUARD)),
    )


def _joined(table: str, columns: Sequence[Columns]) -> pa.Table:
    names = _SCHEMAS[table].names
    return parts.from_columns(
        _SCHEMAS[table], {name: [v for some in columns for v in some[name]] for name in names}
    )


def _spans(sizes: Sequence[int]) -> list[tuple[int, int]]:
    ends = list(accumulate(sizes))
    return list(zip([0, *ends], ends, strict=False))


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    bare = table.replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, bare.schema) as writer:
        writer.write_table(bare)
    return bytes(sink.getvalue())


def _table(stream: bytes) -> pa.Table:
    return pa.ipc.open_stream(stream).read_all()
