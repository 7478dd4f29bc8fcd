"""A folder of labelled pages as training examples: HTML, and the same pages as plain-text dumps.

The folder holds ``truth.jsonl`` (file, set, url, text) and the pages under ``html/``. Only
training and the benchmark read it; a run never does.
"""

import gzip
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from lxml import etree

from pipeline.cleaning.align import coverage
from pipeline.cleaning.evidence import gather
from pipeline.cleaning.html import parse, read_html
from pipeline.cleaning.html_blocks import BLOCK_LEVEL, SKIP
from pipeline.cleaning.prose import outline
from pipeline.cleaning.text import page_from_text
from pipeline.errors import DocumentError
from pipeline.model import Origin, Page, RawDocument
from pipeline.settings import Cleaning

FOLDS = 5
COVERED = 0.5
"""Share of a block's letters in the truth from which it is labelled as story."""
GROUP_WEIGHTS = {"news": 4.0}
"""Groups that count more: news is what is cleaned, and the corpus holds few pages of it."""
_ALONE, _TIDIED = 0.6, 0.6
"""What a story alone, and one with little clutter, weigh against a dump of the page."""
_INSIDE = 0.3
"""Share of the clutter inside a story that stays when it is tidied."""
_MOST = 100
"""Words past which a block weighs no more."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One page of the corpus: where it comes from, its bytes, and what its story is."""

    file: str
    group: str
    """The part of the corpus that it is scored with."""
    fold: int
    """Pages of one registered domain share a fold."""
    data: bytes
    text: str
    truth: dict[str, object]


@dataclass(frozen=True, slots=True)
class Example:
    """A page as blocks with a label and a weight a block."""

    fold: int
    page: Page
    labels: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]


def labelled(corpus: Path) -> Iterator[Labelled]:
    """Yield the pages in the order of ``truth.jsonl``."""
    with (corpus / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            data = gzip.decompress((corpus / "html" / truth["file"]).read_bytes())
            fold = _fold(truth["url"] or truth["file"])
            yield Labelled(truth["file"], truth["set"], fold, data, truth["text"], truth)


def record(
    page: Labelled, media_type: Literal["text/html", "text/plain"], data: bytes
) -> RawDocument:
    """Return the page as a delivered record; without an address, as a lone file comes."""
    digest = sha256(data).hexdigest()
    return RawDocument(digest, Origin(page.file, "", digest), "unknown", media_type, data)


def html_examples(page: Labelled) -> Iterator[Example]:
    """Yield the page without and with the evidence of the helper extractors."""
    try:
        read, tree = read_html(record(page, "text/html", page.data), Cleaning())
    except DocumentError:
        return
    yield example(page, read)
    evidence, _ = gather(tree, read.blocks)
    if evidence:
        yield example(page, replace(read, evidence=evidence))


def text_examples(page: Labelled, styles: Sequence[str]) -> Iterator[Example]:
    """Yield the page as a plain-text dump in each style, and its story with little or no clutter.

    Without those the model would learn that each text opens with a menu and ends in a footer.
    """
    html = page.data.decode("utf-8", "replace")
    dumps = [(DUMPS[style](html), 1.0) for style in styles]
    for text, share in (*dumps, (page.text, _ALONE), (_tidied(page, html), _TIDIED)):
        try:
            read = page_from_text(record(page, "text/plain", text.encode()), Cleaning())
        except DocumentError:
            continue
        found = example(page, read)
        yield replace(found, weights=found.weights * share)


def _tidied(page: Labelled, html: str) -> str:
    """Return the story with a few lines of the clutter around it, drawn by the name of the file."""
    lines = block_dump(html).split("\n")
    story = np.flatnonzero(np.array(coverage(lines, page.text)) >= COVERED)
    if not len(story):
        return ""
    draw = np.random.default_rng(int(sha256(page.file.encode()).hexdigest()[:8], 16))
    before, after = int(draw.integers(0, 3)), int(draw.integers(1, 14))
    first, last = int(story[0]), int(story[-1])
    held = set(story.tolist())
    kept = [i for i in range(first, last + 1) if i in held or draw.random() < _INSIDE]
    around = (*range(max(0, first - before), first), *range(last + 1, last + 1 + after))
    chosen = sorted({*kept, *(i for i in around if i < len(lines))})
    return ("\n", "\n\n")[int(draw.integers(2))].join(lines[i] for i in chosen)


def example(source: Labelled, page: Page) -> Example:
    """Label each block by how much of it stands in the truth, in order.

    Pages weigh nearly the same whatever their size, blocks by their words.
    """
    labels = np.array(coverage([block.text for block in page.blocks], source.text)) >= COVERED
    weights = (1 + np.minimum(np.array(outline(page).sizes), _MOST)) ** 0.75
    share = GROUP_WEIGHTS.get(source.group, 1.0) / weights.sum() ** 0.7
    return Example(source.fold, page, labels, weights * share)


def block_dump(html: str) -> str:
    """Return all text of a page but scripts, one line a block element."""
    try:
        tree, _ = parse(html)
    except DocumentError:
        return ""
    etree.strip_elements(tree, *(SKIP - {"title"}), with_tail=False)
    for element in tree.iter(*BLOCK_LEVEL, "title", "head"):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(map(str, tree.itertext())).split("\n"))
    return "\n".join(line for line in lines if line)


def wrapped_dump(html: str) -> str:
    """Return the block dump hard-wrapped at 76 columns, a blank line between blocks."""
    lines = block_dump(html).split("\n")
    return "\n\n".join(textwrap.fill(line, 76, break_long_words=False) for line in lines)


def layout_dump(html: str) -> str:
    """Return the page as inscriptis lays it out."""
    from inscriptis import get_text  # noqa: PLC0415 - a tool of development alone

    return str(get_text(html))


def markdown_dump(html: str) -> str:
    """Return the page as Markdown without links and pictures."""
    from html2text import HTML2Text  # noqa: PLC0415 - a tool of development alone

    writer = HTML2Text(bodywidth=0)
    writer.ignore_links = writer.ignore_images = True
    writer.emphasis_mark = "*"
    return str(writer.handle(html))


DUMPS: dict[str, Callable[[str], str]] = {
    "block": block_dump,
    "inscriptis": layout_dump,
    "markdown": markdown_dump,
    "wrapped": wrapped_dump,
}
"""How scrapers without an extractor leave a page, by style."""


_SECOND_LEVEL = re.compile(r"\.(?:co|com|org|net|gov|ac|edu|or|ne)\.[a-z]{2}$")


def _fold(url: str) -> int:
    host = urlsplit(url).hostname or url
    labels = host.split(".")
    domain = ".".join(labels[-3:] if _SECOND_LEVEL.search(host) else labels[-2:])
    return int(sha256(domain.encode()).hexdigest(), 16) % FOLDS
