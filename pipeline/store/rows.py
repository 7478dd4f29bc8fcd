"""Clean documents and rejects as table rows."""

import re
from datetime import datetime
from typing import Any, Protocol

from pipeline.model import CleanDocument, Facts, Origin, Rejected, Ruling

Row = dict[str, Any]

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


class Found(Protocol):
    """What was found at a place: a document, or a record that is a known one."""

    @property
    def doc_id(self) -> str:
        """The document."""

    @property
    def origin(self) -> Origin:
        """Its place."""

    @property
    def url(self) -> str | None:
        """Its address, where the delivery says so."""

    @property
    def fetched_at(self) -> datetime | None:
        """When it was fetched, where the delivery says so."""


def count_words(text: str) -> int:
    """Count runs of word characters; in scripts without word spaces, characters."""
    return len(_WORD.findall(text))


def document_row(document: CleanDocument, pipeline_digest: str, run_id: str) -> Row:
    """Return the row of ``documents``."""
    page, text = document.page, document.text
    kept = [(page.blocks[v.block], v) for v in document.verdicts if v.ruling is Ruling.KEEP]
    return {
        "doc_id": document.doc_id,
        **_raw(document.origin),
        "source": document.source,
        "site": document.facts.site,
        "url": document.url,
        "fetched_at": document.fetched_at,
        **_facts(document.facts),
        "text": text,
        "word_count": count_words(text),
        "kept_block": [block.index for block, _ in kept],
        "kept_start": [block.start for block, _ in kept],
        "kept_end": [block.end for block, _ in kept],
        "kept_path": [block.markup.path if block.markup else None for block, _ in kept],
        "kept_score": [verdict.score for _, verdict in kept],
        "blocks": len(page.blocks),
        "chars_raw": page.chars,
        "chars_kept": len(text),
        "encoding": page.encoding,
        "encoding_source": page.encoding_source,
        "mode": page.mode,
        "helpers": [evidence.helper for evidence in page.evidence],
        "warnings": list(page.warnings),
        "pipeline_digest": pipeline_digest,
        "run_id": run_id,
    }


def removed_columns(document: CleanDocument) -> dict[str, list[Any]]:
    """Return the columns of ``removed``: a row a block that is not in the text."""
    verdicts = [v for v in document.verdicts if v.ruling is not Ruling.KEEP]
    blocks = [document.page.blocks[v.block] for v in verdicts]
    return {
        "doc_id": [document.doc_id] * len(blocks),
        "block": [block.index for block in blocks],
        "verdict": [v.ruling.value for v in verdicts],
        "start": [block.start for block in blocks],
        "end": [block.end for block in blocks],
        "path": [block.markup.path if block.markup else None for block in blocks],
        "label": [v.label.value if v.label else None for v in verdicts],
        "rule": [v.rule for v in verdicts],
        "score": [v.score for v in verdicts],
        "text": [block.text for block in blocks],
    }


def origin_row(found: Found, run_id: str) -> Row:
    """Return the row of ``origins``."""
    return {
        "doc_id": found.doc_id,
        **_raw(found.origin),
        "url": found.url,
        "fetched_at": found.fetched_at,
        "run_id": run_id,
    }


def rejected_row(rejected: Rejected, run_id: str) -> Row:
    """Return the row of ``rejected``."""
    return {
        "raw_path": rejected.path,
        "raw_locator": rejected.locator,
        "raw_sha256": rejected.sha256,
        "stage": rejected.stage,
        "reason": str(rejected.reason),
        "detail": rejected.detail,
        "run_id": run_id,
    }


def _raw(origin: Origin) -> Row:
    return {
        "raw_path": origin.path,
        "raw_locator": origin.locator,
        "raw_sha256": origin.sha256,
    }


def _facts(facts: Facts) -> Row:
    return {
        "title": facts.title,
        "title_source": facts.title_source,
        "authors": list(facts.authors),
        "authors_source": facts.authors_source,
        "editors": list(facts.editors),
        "agency": facts.agency,
        "agency_source": facts.agency_source,
        "dateline": facts.dateline,
        "wire_mark": facts.wire_mark,
        "wire_mark_source": facts.wire_mark_source,
        "published_at": facts.published_at,
        "published_date": facts.published_at.date() if facts.published_at else None,
        "published_at_source": facts.published_source,
        "published_precision": facts.published_precision,
        "published_zone_known": facts.published_zone_known if facts.published_at else None,
        "modified_at": facts.modified_at,
        "modified_at_source": facts.modified_source,
        "language": facts.language,
        "language_source": facts.language_source,
        "section": facts.section,
        "canonical_url": facts.canonical_url,
        "paywall": facts.paywall,
        "paywall_evidence": facts.paywall_evidence,
        "completeness": facts.completeness,
        "completeness_evidence": facts.completeness_evidence,
        "captions": list(facts.captions),
        "credits": list(facts.credits),
    }
