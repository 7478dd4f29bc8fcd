"""One raw document in, one clean document out, for both media types."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.cleaning.classifier import Models, is_unsure, own_columns, scores
from pipeline.cleaning.facts import facts
from pipeline.cleaning.judge import judge
from pipeline.cleaning.rules import DECIDING, Rule
from pipeline.cleaning.text import page_from_text
from pipeline.model import CleanDocument, Page, RawDocument
from pipeline.settings import Cleaning


def clean(raw: RawDocument, settings: Cleaning, models: Models | None = None) -> CleanDocument:
    """Return the document as blocks, one verdict a block, and its facts.

    ``models`` are those of the package unless given. Raises DocumentError when the record cannot
    be decoded or parsed, is empty or is too large.
    """
    page, found, rules = (_html if raw.media_type == "text/html" else _text)(raw, settings, models)
    verdicts = judge(page, found, rules)
    return CleanDocument(
        doc_id=raw.doc_id,
        origin=raw.origin,
        source=raw.source,
        url=raw.url,
        fetched_at=raw.fetched_at,
        page=page,
        verdicts=verdicts,
        facts=facts(page, verdicts, raw),
    )


_Judged = tuple[Page, Sequence[float], tuple[Rule, ...]]


def _text(raw: RawDocument, settings: Cleaning, models: Models | None) -> _Judged:
    page = page_from_text(raw, settings)
    return page, scores(page, models).tolist(), DECIDING


def _html(raw: RawDocument, settings: Cleaning, models: Models | None) -> _Judged:
    # A run over plain text alone starts without lxml, trafilatura and readability.
    from pipeline.cleaning.html import read_html  # noqa: PLC0415
    from pipeline.cleaning.html_rules import HTML_RULES  # noqa: PLC0415

    page, tree = read_html(raw, settings)
    own = own_columns(page, models)
    found = scores(page, models, own)
    if is_unsure(page, found):
        from pipeline.cleaning.evidence import gather  # noqa: PLC0415

        evidence, warnings = gather(tree, page.blocks)
        page = replace(page, evidence=evidence, warnings=(*page.warnings, *warnings))
        found = scores(page, models, own)
    return page, found.tolist(), (*HTML_RULES, *DECIDING)
