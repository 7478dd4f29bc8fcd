"""An HTML record to a page: decoded, parsed once, as blocks with the claims of its head."""

import re

from lxml import etree, html

from pipeline.cleaning.decode import decode
from pipeline.cleaning.head import capped, claims, paid_elements
from pipeline.cleaning.html_blocks import blocks_of
from pipeline.errors import DocumentError, RejectReason
from pipeline.model import Page, RawDocument
from pipeline.settings import Cleaning

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

_SHALLOW = 256
"""Nesting that libxml2 reads without being told that the document is huge."""


def read_html(raw: RawDocument, settings: Cleaning) -> tuple[Page, html.HtmlElement]:
    """Return the record as blocks with their markup and head facts, and the tree they are from.

    Raises DocumentError: UNDECODABLE, EMPTY (no text outside scripts), UNPARSABLE, TOO_DEEP (what
    text there is lies deeper than the parser goes), TOO_LARGE (over ``settings.max_blocks``).
    """
    decoded = decode(raw.data, raw.media_type, raw.charset)
    tree, is_cut = parse(decoded.text, huge=settings.max_depth > _SHALLOW)
    facts, warnings = capped(claims(tree, raw.url))
    blocks = blocks_of(tree, settings.max_blocks, paid_elements(tree, facts))
    if not blocks:
        reason = RejectReason.TOO_DEEP if is_cut else RejectReason.EMPTY
        raise DocumentError(reason, "no text outside scripts")
    cut = ("nesting or text past the parser's limit was not read",) if is_cut else ()
    page = Page(
        mode="html",
        blocks=blocks,
        claims=facts,
        evidence=(),
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        chars=len(decoded.text),
        warnings=(*cut, *warnings),
    )
    return page, tree


def parse(text: str, *, huge: bool = True) -> tuple[html.HtmlElement, bool]:
    """Return the tree, without comments, and whether the parser dropped some of the content.

    libxml2 drops what is nested deeper than 256 elements or longer than 10 million bytes, and
    tells only its log. Then, if ``huge``, it is asked again for 2,048 elements and any length.
    Raises DocumentError: EMPTY or UNPARSABLE.
    """
    if not text or text.isspace():
        raise DocumentError(RejectReason.EMPTY, "nothing but white space")
    data = _NOT_XML.sub("", text).encode()
    try:
        tree, is_cut = _parse(data, huge=False)
        return _parse(data, huge=True) if is_cut and huge else (tree, is_cut)
    except etree.LxmlError as error:
        raise DocumentError(RejectReason.UNPARSABLE, str(error)) from error


def _parse(data: bytes, *, huge: bool) -> tuple[html.HtmlElement, bool]:
    parser = html.HTMLParser(
        encoding="utf-8",  # whatever the page declares: it is decoded already
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=huge,
    )
    tree = html.document_fromstring(data, parser=parser)
    return tree, any(e.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for e in parser.error_log)
