"""A cheap look over a page: which languages it may speak, which lines hold a piece of text."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate

from pipeline.cleaning.once import once
from pipeline.cleaning.prose import Outline

_COMMON = {
    "de": "der die und nicht mit von ist das für auf",
    "fr": "les des une est pour dans que pas sur du",
    "es": "los las una que por con para del más el",
    "it": "che di della per una con non il gli sono",
    "pt": "que não uma dos para com mais da em por",
    "nl": "het een van niet voor met zijn dat op de",
    "sv": "och att det som är inte för med på av",
    "pl": "nie się że jest na do przez od oraz w",
    "tr": "bir ve bu için ile olarak daha çok da de",
    "id": "yang dan di dengan untuk ini tidak dari akan itu",
    "ja": "の は を に が で と し",
    "zh": "的 是 在 了 一 有 和 不",
    "ko": "이 그 수 등 것 및 있다 지난 대한 위해 했다 말했다 밝혔다 월 더",
    "ru": "и в не на что с по как это для",
    "ar": "في من على إلى أن عن التي مع هذا لا",
    "hi": "है के का की में और को से ने पर",
}
_SPEECH = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_LEAST = 2
"""Common words of a language by which a page may speak it."""
_SHORT = 150
"""Different words below which a page may speak any language."""


@dataclass(frozen=True, slots=True)
class Look:
    """The lines of a page without case, as one text, and where each begins in it."""

    text: str
    starts: tuple[int, ...]
    words: str
    """The different words of the page: a third of its letters, so most stems end here."""
    vocabulary: frozenset[str]
    languages: frozenset[str]
    """Those that the page may speak; English always."""
    lines: Outline = field(compare=False, repr=False)

    def line_at(self, at: int) -> int:
        """Return the index of the line in which a place of ``text`` stands."""
        return bisect_right(self.starts, at) - 1


@once
def look(lines: Outline) -> Look:
    """Return the page to be searched."""
    text = "\n".join(lines.bare).casefold()
    starts = starts_of(text.split("\n"))
    words = frozenset().union(*lines.tokens)
    return Look(text, starts, "\n".join(words), words, _languages(words), lines)


def _languages(words: frozenset[str]) -> frozenset[str]:
    is_short = len(words) < _SHORT
    spoken = (name for name, own in _SPEECH.items() if is_short or len(own & words) >= _LEAST)
    return frozenset(("en", *spoken))


def starts_of(lines: Iterable[str]) -> tuple[int, ...]:
    """Return where each line begins in the text of them all, and where one more would."""
    return tuple(accumulate([len(line) + 1 for line in lines], initial=0))


def holders(page: Look, stems: Iterable[str]) -> set[int]:
    """Return the indices of the lines that hold a stem."""
    found: set[int] = set()
    for stem in stems:
        if _KERNELS[stem] in page.words:
            found.update(holding(page.text, page.starts, stem))
    return found


def tellers(page: Look, words: AbstractSet[str]) -> set[int]:
    """Return the indices of the lines that have one of rare words, whole."""
    tokens = page.lines.tokens
    return {
        i
        for word in words & page.vocabulary
        for i in holding(page.text, page.starts, word.casefold())
        if word in tokens[i]
    }


def holding(text: str, starts: Sequence[int], piece: str) -> list[int]:
    """Return the indices of the lines of a text that hold a piece of it; see ``starts_of``."""
    found = []
    at = text.find(piece)
    while at >= 0:
        i = bisect_right(starts, at) - 1
        found.append(i)
        at = text.find(piece, starts[i + 1])
    return found


def _kernel(stem: str) -> str:
    """Return what of a stem stands in one word of the page wherever the stem stands.

    That is its longest run of plain letters; of another script, which may cut words otherwise, it
    is one letter, if any: most pages have none of its script.
    """
    if stem.isascii():
        return max(re.split("[^a-z]+", stem), key=len)
    return next((c for c in stem if not c.isascii() and c.isalpha()), "")


class _Kernels(dict[str, str]):
    """The kernel of each stem that was asked for; a look-up costs less than a call."""

    def __missing__(self, stem: str) -> str:
        self[stem] = _kernel(stem)
        return self[stem]


_KERNELS = _Kernels()
