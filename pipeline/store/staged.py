"""Staged parts of ``documents`` with their twins of ``removed``: read back page by page, rewritten.

The two together hold every block of a page, so that a page can be judged further without being
read anew.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import Block, Label, Page, Ruling, Verdict
from pipeline.store import parts
from pipeline.store.rows import Row, count_words

_HEAD = ["doc_id", "site", "source", "title", "url", "canonical_url"]
_TEXT = ["text", "kept_block", "kept_score"]


@dataclass(frozen=True, slots=True)
class StagedPage:
    """What the counting of lines needs of a staged document."""

    doc_id: str
    site: str | None
    source: str
    title: str | None
    url: str | None
    canonical_url: str | None
    texts: dict[int, str]
    """All blocks by index, in order."""
    scores: dict[int, float]
    """Those that are kept."""


def twin(path: str) -> str:
    """Return the path of the part of ``removed`` that belongs to one of ``documents``."""
    return "removed" + path.removeprefix("documents")


def pages(staging: Path, part: str) -> Iterator[StagedPage]:
    """Yield the documents of a staged part, in its order."""
    removed: dict[str, dict[int, str]] = {}
    blocks = parts.read(staging / twin(part), ["doc_id", "block", "text"])
    for doc_id, block, text in zip(*map(_values, blocks.columns), strict=True):
        removed.setdefault(doc_id, {})[block] = text
    heads = parts.read(staging / part, [*_HEAD, *_TEXT])
    for *head, text, kept, scores in zip(*map(_values, heads.columns), strict=True):
        texts = removed.get(head[0], {}) | dict(zip(kept, _lines(text, kept), strict=True))
        in_order = {i: texts[i] for i in sorted(texts)}
        named = dict(zip(_HEAD, head, strict=True))
        yield StagedPage(**named, texts=in_order, scores=dict(zip(kept, scores, strict=True)))


def judged(
    staging: Path, part: str, ids: Collection[str]
) -> Iterator[tuple[Row, Page, tuple[Verdict, ...]]]:
    """Yield the rows of some documents of a staged part, with their blocks and verdicts.

    The page has no more than the table tells: no claims, no markup; kept blocks say nothing of
    what kept them.
    """
    gone: dict[str, list[Row]] = {}
    for row in _only(parts.read(staging / twin(part)), ids).to_pylist():
        gone.setdefault(row["doc_id"], []).append(row)
    for row in _only(parts.read(staging / part), ids).to_pylist():
        kept = zip(
            row["kept_block"],
            _lines(row["text"], row["kept_block"]),
            row["kept_score"],
            strict=True,
        )
        found = [
            (Block(i, text), Verdict(i, Ruling.KEEP, None, "", score)) for i, text, score in kept
        ]
        found += [(Block(r["block"], r["text"]), _verdict(r)) for r in gone.get(row["doc_id"], ())]
        found.sort(key=lambda pair: pair[0].index)
        page = Page(
            mode=row["mode"],
            blocks=tuple(block for block, _ in found),
            claims=(),
            evidence=(),
            encoding=row["encoding"],
            encoding_source=row["encoding_source"],
            chars=row["chars_raw"],
        )
        yield row, page, tuple(verdict for _, verdict in found)


def take_out(row: Row, cut: Sequence[Verdict]) -> tuple[Row, list[Row]]:
    """Return a row of ``documents`` without some kept blocks, and their rows of ``removed``."""
    kept = list(
        zip(
            row["kept_block"],
            row["kept_start"],
            row["kept_end"],
            row["kept_path"],
            row["kept_score"],
            _lines(row["text"], row["kept_block"]),
            strict=True,
        )
    )
    verdicts = {verdict.block: verdict for verdict in cut}
    left = [block for block in kept if block[0] not in verdicts]
    text = "\n".join(block[-1] for block in left)
    names = ("kept_block", "kept_start", "kept_end", "kept_path", "kept_score")
    columns = {name: [block[n] for block in left] for n, name in enumerate(names)}
    counts = {"word_count": count_words(text), "chars_kept": len(text)}
    removed = [
        {
            "doc_id": row["doc_id"],
            "block": i,
            "verdict": str(verdicts[i].ruling),
            "start": start,
            "end": end,
            "path": path,
            "label": str(verdicts[i].label),
            "rule": verdicts[i].rule,
            "score": score,
            "text": line,
        }
        for i, start, end, path, score, line in kept
        if i in verdicts
    ]
    return {**row, **columns, **counts, "text": text}, removed


def rewrite(
    staging: Path, part: str, changed: Iterable[Row], removed: Iterable[Row], digest: str
) -> None:
    """Put changed rows in the place of the old ones, and add rows to the twin."""
    fresh = parts.from_rows("documents", changed)
    rest = _only(parts.read(staging / part), fresh["doc_id"].to_pylist(), others=True)
    _replace(staging / part, "documents", [rest, fresh], digest)
    more = parts.from_rows("removed", removed)
    _replace(staging / twin(part), "removed", [parts.read(staging / twin(part)), more], digest)


def _replace(path: Path, table: str, pieces: Sequence[pa.Table], digest: str) -> None:
    bare = [piece.replace_schema_metadata(None) for piece in pieces]
    parts.write_table(path, table, pa.concat_tables(bare), digest)


def _only(content: pa.Table, ids: Collection[str], *, others: bool = False) -> pa.Table:
    chosen = pc.is_in(content["doc_id"], value_set=pa.array(sorted(ids), pa.string()))
    return content.filter(pc.invert(chosen) if others else chosen)


def _verdict(row: Row) -> Verdict:
    label = Label(row["label"]) if row["label"] else None
    return Verdict(row["block"], Ruling(row["verdict"]), label, row["rule"], row["score"])


def _lines(text: str, kept: Sequence[int]) -> list[str]:
    return text.split("\n") if kept else []


def _values(column: pa.ChunkedArray) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values
