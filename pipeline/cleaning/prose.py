"""How much a line looks like running text: words, terminal punctuation, stop words, clusters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.model import Block, Page

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_INDIC = "\u0900-\u0963\u0966-\u0dff"  # vowel signs are no \w, and would cut each word
_WORD = re.compile(rf"(?:[^\W{_UNSPACED}]|[{_INDIC}])+")
_SIMPLE_WORD = re.compile(r"\w+")
"""The same where no character needs more: the pattern above costs several times as much."""
_GAPS = bytes(n if n < 128 and (chr(n).isalnum() or n == ord("_")) else 32 for n in range(256))
"""For ASCII the same again: what is in no word becomes a blank, in a quarter of the time."""
_TYPOGRAPHIC = "’“”–—…‘•"
"""Marks between words that keep most lines of English from being ASCII."""
_SPECIAL = re.compile("[\u0900-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uf900-\ufaff]")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")
_UNSPACED_CHAR = re.compile(rf"[{_UNSPACED}]")
_STOPS = frozenset(".!?…。！？؟।։")
_CLOSERS = "\"'”’»“›」』）)]*_"
_NUMBER = re.compile(r"\d{1,2}[.)]\s")
_MARKS = frozenset("#>*+•·▪●‣◦–—-0123456789")
_MARK = re.compile(r"^(?:[#>*+•·▪●‣◦–—-]+\s+)+|^\d{1,2}[.)]\s+|[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}")

CLUSTER_GAP = 5
"""Lines that may stand between two prose lines of one cluster."""

_STOP_WORDS = """
a about after all also an and are as at be been but by can for from had has have he her his i in
is it its more not of on one or said she that the their they this to was we were what when
which who will with would you
der die das und ist von mit den dem des ein eine einer nicht sich auf für im zu auch als er es
sie wird wurde nach bei aus wie hat dass noch um so sind war oder am über zum zur
le la les de des du un une et est en que qui dans pour pas sur au aux avec ce se son sa ses par
plus il elle ne ont été mais cette sont nous vous
el los las y del una por con para su al lo como más pero sus fue este ha sin sobre entre
il lo gli i di che è per con non una del della dei nel alla si da sono anche ma come più
o os as e do da dos das em no na um uma para com não se que mais foi ao pela pelo
het een en van dat niet te zijn op voor met aan er ook maar door naar werd bij uit
och att det som på är av för med till den har inte om ett men var ja on ei se että oli
i w na z do się nie że jest o od za przez jak po a to
и в на не что с по как это он из за к у от для до же но его был все так
ve bir bu da de için ile olarak daha
في من على إلى أن عن التي الذي ما لا مع هذا كان
है के का की में और को से ने पर यह कि था हैं
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""The commonest words of a dozen languages, as one list."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A run of prose lines: ``start`` to ``end`` (half open), its lines and its words."""

    start: int
    end: int
    lines: int
    words: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A page read line by line: one entry a block in each tuple."""

    bare: tuple[str, ...]
    """The line without list and heading marks."""
    tokens: tuple[tuple[str, ...], ...]
    sizes: tuple[int, ...]
    """Words."""
    terminal: tuple[bool, ...]
    prose: tuple[bool, ...]
    numbered: frozenset[int]
    """Lines that begin with a list number."""
    main: Cluster
    """The prose cluster with most words: the body of the story."""


class _Same:
    """Blocks as a cache key by identity: hashing them all would cost more than the outline."""

    __slots__ = ("blocks",)

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks

    def __hash__(self) -> int:
        return id(self.blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.blocks is other.blocks


def outline(page: Page) -> Outline:
    """Return the outline of a page; kept for the next caller, as each rule asks for it."""
    return _outline(_Same(page.blocks))


@lru_cache(maxsize=1)
def _outline(same: _Same) -> Outline:
    blocks = same.blocks
    lines = tuple(bare(block.text) for block in blocks)
    tokens = tuple(tuple(words(line)) for line in lines)
    sizes = tuple(
        len(own) if _is_simple(line) and "İ" not in line else word_count(line)
        for line, own in zip(lines, tokens, strict=True)
    )
    terminal = tuple(map(is_terminal, lines))
    prose = tuple(_is_prose(n, end) for n, end in zip(sizes, terminal, strict=True))
    numbered = frozenset(
        i for i, b in enumerate(blocks) if b.text[:1].isdigit() and _NUMBER.match(b.text)
    )
    return Outline(lines, tokens, sizes, terminal, prose, numbered, main_cluster(prose, sizes))


def word_count(text: str) -> int:
    """Return the number of words; two characters of an unspaced script count as one word."""
    if text.isascii():
        return len(text.encode().translate(_GAPS).split())
    if _is_simple(text):
        return len(_SIMPLE_WORD.findall(text))
    spaced = len(_WORD.findall(text))
    unspaced = sum((len(run) + 1) // 2 for run in _UNSPACED_RUN.findall(text))
    return spaced + unspaced


def words(text: str) -> list[str]:
    """Return the lower-case words; runs of an unspaced script are cut into single characters."""
    lower = plain = text.lower()
    if not lower.isascii():
        for mark in _TYPOGRAPHIC:
            plain = plain.replace(mark, " ")
    if plain.isascii():
        return plain.encode().translate(_GAPS).decode().split()
    if _is_simple(lower):
        return _SIMPLE_WORD.findall(lower)
    return _WORD.findall(lower) + _UNSPACED_CHAR.findall(lower)


def _is_simple(text: str) -> bool:
    return text.isascii() or _SPECIAL.search(text) is None


def is_terminal(text: str) -> bool:
    """Tell whether the line ends as a sentence does, closing quotes and brackets allowed."""
    last = text[-1:]
    if last in _CLOSERS:
        last = text[-12:].rstrip(_CLOSERS)[-1:]
    return last in _STOPS


def is_prose(text: str) -> bool:
    """Tell whether the line is running text: a longer sentence, or long whatever its end."""
    return _is_prose(word_count(text), is_terminal(text))


def _is_prose(size: int, terminal: bool) -> bool:
    return size >= 30 or (size >= 12 and terminal)


def bare(text: str) -> str:
    """Return the line without list bullets, heading marks and emphasis."""
    if text[:1] in _MARKS or "*" in text or "_" in text:
        return _MARK.sub("", text).strip()
    return text.strip()


def key(text: str) -> str:
    """Return what two spellings of one line share: its words, without case and punctuation."""
    return " ".join(words(text))


def content(tokens: Iterable[str]) -> set[str]:
    """Return the words that tell what a line is about: no stop words, no short words."""
    return {
        w
        for w in tokens
        if (len(w) > 3 and w not in STOP_WORDS)
        or (len(w) == 1 and not w.isascii() and _UNSPACED_CHAR.match(w))
    }


def clusters(prose: Sequence[bool], sizes: Sequence[int]) -> tuple[Cluster, ...]:
    """Group prose lines no more than ``CLUSTER_GAP`` lines apart; ``sizes`` are words a line."""
    runs: list[list[int]] = []
    for i in (i for i, is_prose in enumerate(prose) if is_prose):
        if runs and i - runs[-1][-1] <= CLUSTER_GAP + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return tuple(Cluster(run[0], run[-1] + 1, len(run), sum(sizes[i] for i in run)) for run in runs)


def main_cluster(prose: Sequence[bool], sizes: Sequence[int]) -> Cluster:
    """Return the cluster with most words (the first of equals), empty when there is no prose."""
    return max(clusters(prose, sizes), key=lambda c: c.words, default=Cluster(0, 0, 0, 0))
