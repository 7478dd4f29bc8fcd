"""An HTML record to a page: decoded, parsed once, as blocks with the claims of its head."""

from lxml import etree

from pipeline.cleaning.decode import decode
from pipeline.cleaning.head import capped, claims, paid_elements
from pipeline.cleaning.html_blocks import blocks_of
from pipeline.errors import DocumentError, RejectReason
from pipeline.model import NOT_READ, Page, RawDocument
from pipeline.settings import Cleaning

_NOT_XML = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_NOT_CHARACTERS = ("\ufffe", "\uffff")
"""What no XML may hold: a table of bytes costs a tenth of a pattern."""

_SHALLOW = 256
"""Nesting that libxml2 reads without being told that the document is huge."""


def read_html(raw: RawDocument, settings: Cleaning) -> tuple[Page, etree._Element]:
    """Return the record as blocks with their markup and head facts, and the tree they are from.

    Raises DocumentError: UNDECODABLE, EMPTY (no text outside scripts), UNPARSABLE, TOO_DEEP (what
    text there is lies deeper than the parser goes), TOO_LARGE (over ``settings.max_blocks``).
    """
    decoded = decode(raw.data, raw.media_type, raw.charset)
    tree, is_cut = parse(decoded.text, decoded.utf8, huge=settings.max_depth > _SHALLOW)
    facts, warnings = capped(claims(tree, raw.url))
    blocks = blocks_of(tree, settings.max_blocks, paid_elements(tree, facts))
    if not blocks:
        reason = RejectReason.TOO_DEEP if is_cut else RejectReason.EMPTY
        raise DocumentError(reason, "no text outside scripts")
    cut = (NOT_READ,) if is_cut else ()
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


def parse(
    text: str, data: bytes | None = None, *, huge: bool = True
) -> tuple[etree._Element, bool]:
    """Return the tree, without comments, and whether the parser dropped some of the content.

    libxml2 drops what is nested deeper than 256 elements or longer than 10 million bytes, and
    tells only its log. Then, if ``huge``, it is asked again for 2,048 elements and any length.
    ``data`` is the text in UTF-8, for a caller that has it.
    Raises DocumentError: EMPTY or UNPARSABLE.
    """
    if not text or text.isspace():
        raise DocumentError(RejectReason.EMPTY, "nothing but white space")
    data = (text.encode() if data is None else data).translate(None, _NOT_XML)
    for absent in _NOT_CHARACTERS:
        if absent in text:
            data = data.replace(absent.encode(), b"")
    try:
        tree, is_cut = _parse(data, huge=False)
        return _parse(data, huge=True) if is_cut and huge else (tree, is_cut)
    except etree.LxmlError as error:
        raise DocumentError(RejectReason.UNPARSABLE, str(error)) from error


def _parse(data: bytes, *, huge: bool) -> tuple[etree._Element, bool]:
    # Not the parser of lxml.html: its elements are looked up one by one in Python.
    parser = etree.HTMLParser(
        encoding="utf-8",  # whatever the page declares: it is decoded already
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
        huge_tree=huge,
    )
    tree = etree.fromstring(data, parser)
    if tree is None:
        raise etree.ParserError("Document is empty")
    while (stray := tree.getnext()) is not None:  # libxml2 may leave a second root, with the story
        tree.append(stray)
    return tree, any(e.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for e in parser.error_log)
