"""Rows of the published tables as the facts that the report shows."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pipeline.report.facts import (
    Block,
    Change,
    Copy,
    Document,
    Edition,
    Entry,
    Fact,
    Label,
    Line,
    Outlet,
    Refusal,
    Story,
)
from pipeline.report.words import moment

Row = Mapping[str, Any]

_FACTS = (
    ("title", "title", "title_source"),
    ("authors", "authors", "authors_source"),
    ("editors", "editors", None),
    ("agency", "agency", "agency_source"),
    ("dateline", "dateline", None),
    ("wire mark", "wire_mark", "wire_mark_source"),
    ("published", "published_at", "published_at_source"),
    ("changed", "modified_at", "modified_at_source"),
    ("language", "language", "language_source"),
    ("section", "section", None),
    ("paywall", "paywall", "paywall_evidence"),
    ("completeness", "completeness", "completeness_evidence"),
    ("delivered by", "source", None),
    ("fetched", "fetched_at", None),
    ("asked", "helpers", None),
)
"""Names of a document's facts, the column of each, and the column that says where it was found."""


def edition(manifest: Row, totals: Row, version: str, scope: str) -> Edition:
    """Return what the report is of."""
    return Edition(manifest["edition"], manifest["finished_at"], version, scope=scope, **totals)


def entry(row: Row) -> Entry:
    """Return a story as lists have it."""
    return Entry(
        row["story_id"],
        row["title"],
        row["text"][:200],
        row["published_at"],
        row["copy_count"],
        row.get("agency"),
        row.get("source_count", 0),
        row.get("outlet", ""),
        row["published_precision"],
    )


def copy(row: Row) -> Copy:
    """Return a copy of a story."""
    return Copy(
        row["doc_id"],
        row["outlet"],
        row["title"],
        row["published_at"],
        row["is_canonical"],
        row["match_kind"],
        row["matched_doc_id"],
        row["containment"],
        row["shared_shingles"],
        row["published_precision"],
        _zone_known(row),
    )


def story(row: Row, copies: Iterable[Row]) -> Story:
    """Return a story with its copies, the canonical first."""
    return Story(
        story_id=row["story_id"],
        doc_id=row["doc_id"],
        title=row["title"],
        text=row["text"],
        outlet=row["outlet"],
        agency=row["agency"],
        dateline=row["dateline"],
        authors=tuple(row["authors"] or ()),
        published=row["published_at"],
        precision=row["published_precision"],
        language=row["language"],
        paywall=row["paywall"],
        completeness=row["completeness"],
        word_count=row["word_count"],
        captions=tuple(row["captions"] or ()),
        credits=tuple(row["credits"] or ()),
        reason=row["canonical_reason"],
        copies=tuple(copy(c) for c in copies),
        outlets=tuple(row["sources"] or ()),
        zone_known=_zone_known(row),
    )


def document(row: Row) -> Document:
    """Return a raw document with all its blocks in page order."""
    blocks = sorted((*_kept(row), *_removed(row)), key=lambda block: block.number)
    return Document(
        doc_id=row["doc_id"],
        story_id=row["story_id"],
        outlet=row["outlet"],
        title=row["title"],
        text=row["text"],
        url=row["url"],
        published=row["published_at"],
        precision=row["published_precision"],
        raw_path=row["raw_path"],
        raw_locator=row["raw_locator"],
        raw_sha256=row["raw_sha256"],
        mode=row["mode"],
        encoding=f"{row['encoding']} ({row['encoding_source']})",
        chars_raw=row["chars_raw"],
        chars_kept=row["chars_kept"],
        facts=tuple(_facts(row)),
        blocks=tuple(blocks),
        warnings=tuple(row["warnings"] or ()),
        zone_known=_zone_known(row),
    )


def _zone_known(row: Row) -> bool:
    """Tell whether the time is UTC indeed; one that is null is of no time."""
    return row["published_zone_known"] is not False


def _kept(row: Row) -> Iterator[Block]:
    lines = row["text"].split("\n") if row["kept_block"] else []
    names = ("kept_block", "kept_score", "kept_start", "kept_end", "kept_path")
    for text, *rest in zip(lines, *(row[name] for name in names), strict=True):
        number, score, start, end, path = rest
        yield Block(number, text, None, None, False, score, _place(start, end, path))


def _removed(row: Row) -> Iterator[Block]:
    for gone in row["removed"] or ():
        yield Block(
            gone["block"],
            gone["text"],
            gone["label"],
            gone["rule"],
            gone["verdict"] == "field",
            gone["score"],
            _place(gone["start"], gone["end"], gone["path"]),
        )


def _place(start: int | None, end: int | None, path: str | None) -> str:
    return path or "" if start is None else f"characters {start:,} to {end:,}"


def _facts(row: Row) -> Iterator[Fact]:
    for name, column, source in _FACTS:
        value = row[column]
        if isinstance(value, list):
            value = ", ".join(value)
        if isinstance(value, datetime):
            value = _time(row, column, value)
        if value:
            yield Fact(name, value, row[source] if source else None)


def _time(row: Row, column: str, value: datetime) -> str:
    if column != "published_at":
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    precision = row["published_precision"]
    if precision in {"day", "month", "year"}:
        return f"{moment(value, precision)}, known to the {precision}"
    zone = "UTC" if _zone_known(row) else "in a zone that is not known"
    return f"{value:%Y-%m-%d %H:%M:%S} {zone}" + (
        f", known to the {precision}" if precision else ""
    )


def outlet(row: Row, alarms: tuple[Change, ...] = ()) -> Outlet:
    """Return what an outlet delivered, and what is told of its sources."""
    labels = tuple(
        Label(part["label"], part["blocks"], part["words"]) for part in row["labels"] or ()
    )
    facts = {key: value for key, value in row.items() if key not in {"outlet", "labels"}}
    return Outlet(name=row["outlet"], labels=labels, alarms=alarms, **facts)


def lines(rows: Iterable[Row]) -> dict[str, list[Line]]:
    """Return the furniture of each site."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row["site"], []).append(Line(row["line"], row["stories"]))
    return found


def refusal(row: Row) -> Refusal:
    """Return a refused record."""
    place = f"{row['raw_path']} {row['raw_locator']}".strip()
    return Refusal(place, row["stage"], row["reason"], row["detail"] or "")
