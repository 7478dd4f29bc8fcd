"""What trafilatura and readability-lxml keep of each block, as evidence for the score."""

import logging
from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import islice

import trafilatura
from lxml import etree, html
from readability import Document

from pipeline.cleaning.align import coverage
from pipeline.cleaning.html_blocks import BLOCK_LEVEL, SKIP
from pipeline.cleaning.prose import is_prose, word_count
from pipeline.model import Block, Evidence

TRAFILATURA = "trafilatura"
READABILITY = "readability"

_MAX_ELEMENTS = 100_000
"""Elements past which no helper is asked: some of their steps are quadratic."""
_MAX_TABLES = 20
"""Trafilatura walks nested tables in the third power of their number."""
_ENOUGH = 0.5
"""Share of the page's prose that trafilatura must have kept for it to be believed alone."""

for _name in ("trafilatura", "readability", "htmldate", "justext"):
    # A helper's failure is told by a warning of the page; with no handler it goes to stderr.
    logging.getLogger(_name).addHandler(logging.NullHandler())


def gather(
    tree: etree._Element, blocks: Sequence[Block]
) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """Return the evidence of the helpers, and a warning for each that failed.

    Called for pages that leave the model in doubt. Trafilatura is asked, and readability where it
    kept less than half of the prose that is not in links. A helper that fails gives no evidence.
    The tree is left as it was.
    """
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        return (), (f"over {_MAX_ELEMENTS} elements: no helper was asked",)
    if any(_depth(table) > _MAX_TABLES for table in tree.iter("table")):
        return (), (f"tables nested over {_MAX_TABLES} deep: no helper was asked",)
    found: list[Evidence] = []
    warnings: list[str] = []
    for name, helper in ((TRAFILATURA, _trafilatura), (READABILITY, _readability)):
        if found and not _is_unsure(blocks, found[0].coverage):
            break
        output = _asked(name, helper, tree, warnings)
        if output is not None:
            found.append(Evidence(name, coverage([b.text for b in blocks], output)))
    return tuple(found), tuple(warnings)


def _depth(table: etree._Element) -> int:
    """Count the tables that a table stands in, no further than is asked."""
    return sum(1 for _ in islice(table.iterancestors("table"), _MAX_TABLES + 1))


def _asked(
    name: str,
    helper: Callable[[etree._Element], str],
    tree: etree._Element,
    warnings: list[str],
) -> str | None:
    try:
        return helper(tree)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a helper does, the page goes on
        warnings.append(f"{name} failed: {type(error).__name__}")
        return None


def _trafilatura(tree: etree._Element) -> str:
    # Without deduplication it keeps nothing between two pages. Its own fall-backs are left out:
    # where it keeps little, readability is asked.
    kept = trafilatura.extract(_html(tree), include_comments=False, deduplicate=False, fast=True)
    return kept or ""


def _html(tree: etree._Element) -> etree._Element:
    """Return a copy with the elements of lxml.html, the only ones that trafilatura takes."""
    parser = tree.getroottree().parser
    parser.set_element_class_lookup(html.HtmlElementClassLookup())
    return deepcopy(tree)


def _readability(tree: etree._Element) -> str:
    summary = Document(html.tostring(tree, encoding="unicode")).summary()
    body = html.document_fromstring(summary)
    etree.strip_elements(body, *SKIP, with_tail=False)
    for element in body.iter(*BLOCK_LEVEL):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return "".join(map(str, body.itertext()))


def _is_unsure(blocks: Sequence[Block], kept: Sequence[float]) -> bool:
    total = held = 0.0
    for block, share in zip(blocks, kept, strict=True):
        if _is_own_prose(block):
            words = word_count(block.text)
            total += words
            held += words * share
    return held < _ENOUGH * total


def _is_own_prose(block: Block) -> bool:
    linked = block.markup.link_chars if block.markup else 0
    return 2 * linked < len(block.text) and is_prose(block.text)
