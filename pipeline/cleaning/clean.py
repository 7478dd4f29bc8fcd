"""One raw document in, one clean document out, for both media types."""

from pipeline.cleaning.facts import facts
from pipeline.cleaning.judge import judge
from pipeline.cleaning.rules import RULES, Rule
from pipeline.cleaning.text import page_from_text
from pipeline.cleaning.text_score import score_text
from pipeline.model import CleanDocument, Page, RawDocument
from pipeline.settings import Cleaning


def clean(raw: RawDocument, settings: Cleaning) -> CleanDocument:
    """Return the document as blocks, one verdict a block, and its facts.

    Raises DocumentError when the record cannot be decoded or parsed, is empty or is too large.
    """
    page, scores, rules = (_html if raw.media_type == "text/html" else _text)(raw, settings)
    verdicts = judge(page, scores, rules)
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


_Judged = tuple[Page, tuple[float, ...], tuple[Rule, ...]]


def _text(raw: RawDocument, settings: Cleaning) -> _Judged:
    page = page_from_text(raw, settings)
    return page, score_text(page), RULES


def _html(raw: RawDocument, settings: Cleaning) -> _Judged:
    # A run over plain text alone starts without lxml, trafilatura and readability.
    from pipeline.cleaning.html import page_from_html  # noqa: PLC0415
    from pipeline.cleaning.html_rules import HTML_RULES  # noqa: PLC0415
    from pipeline.cleaning.html_score import score_html  # noqa: PLC0415

    page = page_from_html(raw, settings)
    return page, score_html(page), (*HTML_RULES, *RULES)
