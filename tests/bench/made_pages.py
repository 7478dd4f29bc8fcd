"""Pages of HTML at any size, made of the pages of a corpus folder; no two are byte-equal.

The first ones are the corpus as it is. Each later pass takes every page again as another story of
its site: menus, teasers and markup stay, and in the prose, the headline and what the head says of
them each word of five letters or more gives place to another of the page, drawn anew in each pass.
So shingles differ as those of two stories do, while lines of the site repeat as they do in the
world. One page in five of a later pass is a copy of its first pass instead, at another address,
with one in fifty of those words changed.
"""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

COPIES = 5
"""One page in so many of a later pass is a copy."""
CHANGED = 0.02
"""Share of its words that a copy changes."""
_WORD = re.compile(r"[^\W\d_]{5,}")
_CODE = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>)", re.DOTALL | re.IGNORECASE)
_PROSE = re.compile(
    r"(?<=>)[^<>]{60,}(?=<)"  # a run of text too long for a menu
    r"|<(?:title|h1)\b.*?</(?:title|h1)>"
    r'|(?<=content=")[^"=]{25,}(?=")',
    re.DOTALL | re.IGNORECASE,
)
_SAID = re.compile(r'"(?:headline|articleBody|description|name)"\s*:\s*"(?:[^"\\]|\\.)*"')
_TAG_OR_WORD = re.compile(rf"<[^>]*>|{_WORD.pattern}")
_ADDRESS = re.compile(
    r"""<link\b[^>]*rel=["']?canonical[^>]*href=["']([^"'>]+)"""
    r"""|<meta\b[^>]*og:url["'][^>]*content=["']([^"'>]+)""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class MadePage:
    """One page: where it is said to stand, and its bytes."""

    number: int
    url: str
    data: bytes

    @property
    def host(self) -> str:
        """The folder that it is delivered in."""
        return urlsplit(self.url).netloc


def made_pages(corpus: Path, count: int, seed: int = 1) -> Iterator[MadePage]:
    """Yield ``count`` pages; a count below the size of the corpus takes pages all over it."""
    lines = (corpus / "truth.jsonl").read_text("utf-8").splitlines()
    truths = [json.loads(line) for line in lines]
    size = len(truths)
    for number in range(count):
        truth = truths[number % size if count >= size else number * size // count]
        data = gzip.decompress((corpus / "html" / truth["file"]).read_bytes())
        url = truth["url"] or f"https://{truth['file'].split('.')[0]}.example/story"
        turn = number // size
        if turn:
            url, data = varied(data, url, turn, random.Random(f"{seed} {number}"))
        yield MadePage(number, url, data)


def varied(data: bytes, url: str, turn: int, draw: random.Random) -> tuple[str, bytes]:
    """Return address and bytes of the page as another story, or as a copy at another address."""
    encoding = "utf-8"
    try:
        page = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "latin-1"  # any bytes pass through it unharmed
        page = data.decode(encoding)
    is_copy = draw.randrange(COPIES) == 0
    host, path = urlsplit(url).netloc, urlsplit(url).path.rstrip("/")
    new = f"https://{f'copy{turn}.{host}' if is_copy else host}{path}-{turn}"
    known = {url, *(a or b for a, b in _ADDRESS.findall(page))}
    swaps = _swaps(page, CHANGED if is_copy else 1, draw)
    parts = _CODE.split(page)
    parts[::2] = [_PROSE.sub(lambda m: _swapped(m[0], swaps), part) for part in parts[::2]]
    parts[1::2] = [_SAID.sub(lambda m: _said(m[0], swaps), part) for part in parts[1::2]]
    page = "".join(parts)
    for address in sorted(filter(None, known), key=len, reverse=True):
        if urlsplit(address).path.strip("/"):  # the address of a site's front stands everywhere
            page = page.replace(f'"{address}"', f'"{new}"')
    # A page of few long words may have swapped none.
    return new, f"{page}\n<!-- {turn} -->\n".encode(encoding)


def _swaps(page: str, share: float, draw: random.Random) -> dict[str, str]:
    """Return for each word of the prose another one with its case and about its length."""
    alike: dict[tuple[int, bool], list[str]] = defaultdict(list)
    prose = " ".join(run for part in _CODE.split(page)[::2] for run in _PROSE.findall(part))
    for word in dict.fromkeys(_WORD.findall(re.sub(r"<[^>]*>", " ", prose))):
        if draw.random() < share or share == 1:
            alike[min(len(word), 9) // 2, word[0].isupper()].append(word)
    return {
        word: other
        for words in alike.values()
        for word, other in zip(words, draw.sample(words, len(words)), strict=True)
    }


def _swapped(run: str, swaps: Mapping[str, str]) -> str:
    """Swap the words outside tags."""
    return _TAG_OR_WORD.sub(lambda m: swaps.get(m[0], m[0]), run)


def _said(pair: str, swaps: Mapping[str, str]) -> str:
    """Swap the words in the value of a JSON pair."""
    name, colon, value = pair.partition(":")
    return name + colon + _WORD.sub(lambda m: swaps.get(m[0], m[0]), value)
