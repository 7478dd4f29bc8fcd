"""Page furniture: lines that stand in different stories of one site.

Here stand the pure parts: what a page offers to the counting, and which of its blocks go once the
furniture of its site is known.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pipeline.cleaning.folding import has_digits, has_figures, key
from pipeline.cleaning.prose import is_prose, is_terminal, word_count
from pipeline.model import Label, Page, Ruling, Verdict
from pipeline.settings import Furniture

RULE, PINNED = "furniture", "furniture:pinned"
SURE = 0.75
"""Score from which a sentence is the story's own, wherever else it stands."""
LONG = 12
"""Words from which a line must stand in more stories."""
LEAST_SHARE = 0.5
"""Share of the kept words that must be left, unless prose is left."""
_SENTENCE = 5
_LIKELY = 0.5
_SUBHEAD = 3
"""Times from which a line in one text is its structure, such as "Pros" in a review of many things.
"""
_SENTENCE_WEIGHT = 4
"""A story is told in sentences, a menu is not."""
_LEAST_TITLE = 4
_NO_CLUTTER = frozenset({Label.REPEAT, Label.NOISE})
"""What is cut from clean wire copy, too: a line said twice, a line of no words."""
_PLACE = ">>"
_EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A block as the counting sees it."""

    block: int | None
    """None for a name of the page, which is no line of it."""
    key: int
    """64 bits: its site and its words. Equal keys are the same line."""
    words: int
    long: bool
    """It must stand in more stories: it has many words, or figures."""
    removable: bool
    """It is in the text, and nothing says that it is the story's own."""
    sure: bool
    """It is a sentence of which the score says that it is the story's own."""
    weight: int
    """How far it tells one story from another: its words, those of sure sentences more; 0 if it
    is not kept."""
    pinned: bool
    """The settings say that it is furniture."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines that the settings name, as (site, words); no site means everywhere."""

    pins: frozenset[tuple[str, str]]
    vetoes: frozenset[tuple[str, str]]


def listed(settings: Furniture) -> Listed:
    """Read the two lists of the settings: entries are ``LINE`` or ``SITE >> LINE``."""
    return Listed(frozenset(map(_entry, settings.pin)), frozenset(map(_entry, settings.veto)))


def site_of(site: str | None, source: str) -> str | None:
    """Return whose furniture a document has: what the page says of itself, else its source."""
    name = (site or source).strip().lower()
    return None if name in {"", "unknown"} else name


def lines_of(
    texts: Mapping[int, str], scores: Mapping[int, float], site: str | None, marked: Listed
) -> Iterator[Line]:
    """Yield the lines of a judged page that may be counted, in the order of ``texts``.

    ``texts`` are all blocks by index, ``scores`` those of the kept ones. Of a page of unknown site
    only pinned lines come: it neither teaches nor uses.
    """
    prose = {i for i in scores if is_prose(texts[i])}
    tabled = _tabled(texts, sorted(scores), prose)
    read = {i: _read(text, site) for i, text in texts.items()}
    often = Counter(read[i][0] for i, score in scores.items() if score >= _LIKELY)
    for i, text in texts.items():
        name, number, size, long = read[i]
        if not name or _is_in(marked.vetoes, site, name):
            continue
        pinned = _is_in(marked.pins, site, name)
        if site is None and not pinned:
            continue
        if i not in scores:
            yield Line(i, number, size, long, removable=False, sure=False, weight=0, pinned=pinned)
            continue
        sentence = i in prose or (size >= _SENTENCE and is_terminal(text))
        sure = sentence and scores[i] >= SURE
        weight = size * (_SENTENCE_WEIGHT if sentence else 1) * _odds(scores[i])
        yield Line(
            block=i,
            key=number,
            words=size,
            long=long,
            removable=pinned or not (sure or i in tabled or often[name] >= _SUBHEAD),
            sure=sure,
            weight=0 if site is None else round(weight),
            pinned=pinned,
        )


def names_of(site: str | None, title: str | None, urls: Sequence[str | None]) -> Iterator[Line]:
    """Yield what a page has in common with another crawl of it: its title and its addresses.

    A title of a few words may be that of a column, and the same on all its pages.
    """
    if site is None:
        return
    name = key(title or "")
    known = [name] if len(name.split()) >= _LEAST_TITLE else []
    for name in (*known, *(url for url in urls if url)):
        yield Line(None, _hash(f"{site}\0", name), 0, False, False, False, 0, False)


def without(
    page: Page, verdicts: Sequence[Verdict], found: Collection[int], pinned: Collection[int] = ()
) -> tuple[Verdict, ...]:
    """Return the verdicts with the kept blocks ``found`` or ``pinned`` cut as furniture.

    What is pinned goes. Furniture stands outside the story or amid clutter, so nothing else goes
    from between two lines of the story, nor from a text that is story alone. And it never takes a
    story whole: where neither a line of prose nor half of the words would be left, nothing else
    goes, either.
    """
    texts = {block.index: block.text for block in page.blocks}
    kept = [v.block for v in verdicts if v.ruling is Ruling.KEEP]
    inside = _inside(texts, verdicts, {*found, *pinned})
    gone = (
        {*pinned} if _is_story_alone(texts, verdicts) else {*found, *pinned} - (inside - {*pinned})
    )
    left = [i for i in kept if i not in gone]
    if not any(is_prose(texts[i]) for i in left):
        before, after = (sum(word_count(texts[i]) for i in part) for part in (kept, left))
        gone = gone if after >= LEAST_SHARE * before else {*pinned}
    return tuple(
        Verdict(
            v.block, Ruling.CUT, Label.FURNITURE, PINNED if v.block in pinned else RULE, v.score
        )
        if v.ruling is Ruling.KEEP and v.block in gone
        else v
        for v in verdicts
    )


def reopened(
    page: Page, before: Sequence[Verdict], after: Sequence[Verdict], known: Mapping[str, object]
) -> dict[str, str]:
    """Return the facts of access that the text's new end changes, by the name of their column.

    ``known`` has them as they were. With the lines below it gone, an offer may end the page now,
    and the story with it.
    """
    from pipeline.cleaning.paywall import access  # noqa: PLC0415 - a parent counts lines alone

    was, now = access(page, before), access(page, after)
    found: dict[str, str] = {}
    for name in ("completeness", "paywall"):
        value = getattr(now, name)
        if value != getattr(was, name) and value != known[name]:
            found |= {name: value, f"{name}_evidence": getattr(now, f"{name}_evidence")}
    return found


def _inside(
    texts: Mapping[int, str], verdicts: Sequence[Verdict], shared: Collection[int]
) -> set[int]:
    """Return the shared blocks between two lines of the page's own story, nothing cut between.

    So the standing lines of a table ("Nine months", "Dividend unchanged") stay with their figures.
    """
    found: set[int] = set()
    run: list[int] | None = None
    for v in verdicts:
        if v.ruling is Ruling.CUT and v.label is not Label.REPEAT:
            run = None
        elif v.ruling is not Ruling.KEEP:
            continue
        elif v.block not in shared and v.score >= _LIKELY and _tells(texts[v.block]):
            found.update(run or ())
            run = []
        elif run is not None:
            run.append(v.block)
    return found


def _is_story_alone(texts: Mapping[int, str], verdicts: Sequence[Verdict]) -> bool:
    """Tell whether nothing was cut from a text with a sentence that is surely story.

    Where a page prints furniture, the judge finds some of it.
    """
    if any(v.ruling is Ruling.CUT and v.label not in _NO_CLUTTER for v in verdicts):
        return False
    sure = (v.block for v in verdicts if v.ruling is Ruling.KEEP and v.score >= SURE)
    return any(is_prose(texts[i]) for i in sure)


def _tells(text: str) -> bool:
    """Tell whether a line is a sentence or has figures, as menus and teasers seldom do."""
    return (word_count(text) >= _SENTENCE and is_terminal(text)) or has_figures(text)


def _entry(entry: str) -> tuple[str, str]:
    site, mark, line = entry.partition(_PLACE)
    return (site.strip().lower(), key(line)) if mark else (_EVERYWHERE, key(entry))


def _is_in(entries: Collection[tuple[str, str]], site: str | None, name: str) -> bool:
    return bool(entries) and ((_EVERYWHERE, name) in entries or (site, name) in entries)


def _odds(score: float) -> float:
    """Return how often a line of this score is story for each time that it is not, up to 20."""
    return min(20.0, score / max(1 - score, 0.01))


@lru_cache(maxsize=1 << 15)  # what furniture is stands on many pages
def _read(text: str, site: str | None) -> tuple[str, int, int, bool]:
    """Return the words of a line, its key, how many they are, and whether it must stand in more."""
    name = key(text)
    size = name.count(" ") + 1 if name.isascii() else word_count(name)
    return name, _hash(site or _EVERYWHERE, name), size, size >= LONG or has_digits(name)


def _hash(site: str, name: str) -> int:
    data = f"{site}\0{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def _tabled(
    texts: Mapping[int, str], kept: Sequence[int], prose: Collection[int]
) -> frozenset[int]:
    """Return the blocks that stand in a table: lines of figures close together, or one between two.

    So the captions of an earnings table ("Nine mths") and the salt of a recipe stay.
    """
    rows = [False, False, *(i not in prose and has_figures(texts[i]) for i in kept), False, False]
    found = set()
    for n, i in enumerate(kept, 2):
        before, after = rows[n - 2 : n], rows[n + 1 : n + 3]
        if (rows[n] and any(before + after)) or (before[1] and after[0]):
            found.add(i)
    return frozenset(found)
