"""How likely a block of plain text belongs to the story: a logistic score over what stands around.

Features after Kohlschütter, Fankhauser and Nejdl (2010), "Boilerplate detection using shallow text
features", and jusText's context of neighbours (Pomikálek 2011): in plain text the place of a line
in or off the main run of prose tells more than the line itself.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from pipeline.cleaning.lexicon import is_furniture
from pipeline.cleaning.prose import STOP_WORDS, Outline, clusters, outline, stop_share
from pipeline.cleaning.tables import table_rows
from pipeline.model import Page

# Fitted by logistic regression on hand-labelled news pages and articles dumped in four styles,
# each page about equal, each line by its words.
# One column a kind of line: prose, of six words or more, shorter.
WEIGHTS: dict[str, tuple[float, float, float]] = {
    "bias": (-3.0, -0.2, -3.0),
    "log_words": (0.8, -0.8, 0.9),
    "terminal": (1.5, 0.5, 0.1),
    "stop_share": (0.2, 0.2, -0.5),
    "capitals": (-2.2, -0.6, -0.4),
    "digits": (0.1, -0.6, -0.3),
    "separator": (0.0, 0.0, 0.9),
    "furniture": (-1.6, -0.9, -1.8),
    "lower": (-1.4, 0.0, 0.0),
    "heading": (-0.4, -0.1, 0.8),
    "bullet": (0.5, 0.6, 0.4),
    "ellipsis": (-1.8, -0.2, -0.3),
    "address": (-0.7, -0.4, 0.0),
    "colon": (1.9, 1.8, 1.1),
    "later_copy": (-4.0, -1.6, -0.6),
    "first_of_copies": (-2.0, -0.6, -0.2),
    "overlap": (0.5, 1.6, 1.1),
    "words_near_2": (0.5, 0.4, 0.1),
    "words_near_5": (0.5, 1.3, 1.5),
    "prose_near_5": (-0.8, -1.2, -0.8),
    "prose_near_15": (-1.4, 0.8, 1.2),
    "prose_before": (-0.2, -0.1, -0.2),
    "prose_after": (-0.4, -0.1, -0.3),
    "inside": (-0.7, 0.4, 0.5),
    "lines_before": (-0.1, -0.0, -0.1),
    "lines_after": (-0.5, -0.2, -0.1),
    "own_cluster": (1.3, -0.4, -0.6),
    "main_share": (-0.8, -3.0, -2.7),
}

_SEPARATOR = re.compile(r"[|›»·•→]")
_ADDRESS = re.compile(r"[©@]|https?:|www\.")
_FLOOR = 0.6
"""Score of lines that the fitted pages, all full of furniture, cannot tell of."""
_MOSTLY = 0.7
"""Share of a page's words in the main run of prose from which the page is a plain story."""
_FAR = 10
"""Lines past which a prose line is as good as none."""


def score_text(page: Page) -> tuple[float, ...]:
    """Return for each block the estimated probability that it belongs to the story."""
    page_outline = outline(page)
    table = columns(page_outline, [block.text for block in page.blocks])
    kinds = [0 if prose else 1 if n >= 6 else 2 for prose, n in _kinds(page_outline)]
    sums = [0.0] * len(kinds)
    for name, column in table.items():
        weights = WEIGHTS[name]
        sums = [s + weights[k] * x for s, k, x in zip(sums, kinds, column, strict=True)]
    scores = [1 / (1 + math.exp(-max(-30.0, min(30.0, s)))) for s in sums]
    for i in _run_on(page_outline) | plain_story(page_outline) | table_rows(page_outline):
        scores[i] = max(scores[i], _FLOOR)
    return tuple(scores)


def _run_on(page: Outline) -> set[int]:
    """Return the short sentences between lines of prose, and those that go on from it unbroken.

    The pages that the weights come from all end in furniture; a wire story may end in three words.
    """
    found: set[int] = set()
    for way in (range(page.main.start - 1, -1, -1), range(page.main.end, len(page.sizes))):
        for i in way:
            if not _is_sentence(page, i):
                break
            found.add(i)
    for i in range(page.main.start + 1, page.main.end - 1):
        if page.prose[i - 1] and page.prose[i + 1] and _is_sentence(page, i):
            found.add(i)
    return found


def plain_story(page: Outline) -> set[int]:
    """Return the prose of the main run where most words of the page stand in it."""
    main = range(page.main.start, page.main.end)
    if page.main.words < _MOSTLY * sum(page.sizes):
        return set()
    return {i for i in main if page.prose[i] and not is_furniture(page.bare[i])}


def _is_sentence(page: Outline, i: int) -> bool:
    line = page.bare[i]
    is_plain = page.terminal[i] and page.sizes[i] >= 3 and not line.endswith(("...", "…"))
    return is_plain and not is_furniture(line) and not _ADDRESS.search(line)


def columns(page: Outline, texts: Sequence[str]) -> dict[str, list[float]]:
    """Return the features by name, one value a block in each."""
    return _own(page, texts) | _copies(page) | _near(page) | _place(page)


def _kinds(page: Outline) -> Iterable[tuple[bool, int]]:
    return zip(page.prose, page.sizes, strict=True)


def _log_words(page: Outline) -> list[float]:
    return [math.log1p(min(n, 60)) for n in page.sizes]


def _own(page: Outline, texts: Sequence[str]) -> dict[str, list[float]]:
    """Return what the line itself shows."""
    lines = page.bare
    return {
        "bias": [1.0] * len(lines),
        "log_words": _log_words(page),
        "terminal": list(map(float, page.terminal)),
        "stop_share": [stop_share(tokens) for tokens in page.tokens],
        "capitals": [_share(w[:1].isupper() for w in line.split()) for line in lines],
        "digits": [_share(map(str.isdigit, line)) for line in lines],
        "separator": [float(bool(_SEPARATOR.search(line))) for line in lines],
        "furniture": [float(is_furniture(line)) for line in lines],
        "lower": [float(line[:1].islower()) for line in lines],
        "heading": [float(text.startswith("#")) for text in texts],
        "bullet": [float(text.startswith(("*", "-", "•", "+"))) for text in texts],
        "ellipsis": [float(line.endswith(("...", "…"))) for line in lines],
        "address": [float(bool(_ADDRESS.search(line))) for line in lines],
        "colon": [float(line.endswith(":")) for line in lines],
    }


def _copies(page: Outline) -> dict[str, list[float]]:
    """Return whether the same words stand on the page before, or only after."""
    seen = Counter(page.tokens)
    first = {tokens: i for i, tokens in reversed(list(enumerate(page.tokens)))}
    later = [first[tokens] < i for i, tokens in enumerate(page.tokens)]
    return {
        "later_copy": list(map(float, later)),
        "first_of_copies": [
            float(seen[tokens] > 1 and not copy)
            for tokens, copy in zip(page.tokens, later, strict=True)
        ],
    }


def _near(page: Outline) -> dict[str, list[float]]:
    """Return how much prose stands around, and how much the line shares with the main run."""
    log_words, prose = _log_words(page), list(map(float, page.prose))
    return {
        "overlap": _overlap(page),
        "words_near_2": _window(log_words, 2),
        "words_near_5": _window(log_words, 5),
        "prose_near_5": _window(prose, 5),
        "prose_near_15": _window(prose, 15),
        "prose_before": _distance(page.prose),
        "prose_after": _distance(page.prose[::-1])[::-1],
    }


def _place(page: Outline) -> dict[str, list[float]]:
    """Return where the line stands against the main run of prose."""
    main, indices = page.main, range(len(page.sizes))
    own = [0.0] * len(page.sizes)
    for cluster in clusters(page.prose, page.sizes):
        share = cluster.words / main.words
        own[cluster.start : cluster.end] = [share] * (cluster.end - cluster.start)
    prose_words = sum(n for prose, n in _kinds(page) if prose)
    return {
        "inside": [float(main.start <= i < main.end) for i in indices],
        "lines_before": [math.log1p(max(0, main.start - i)) for i in indices],
        "lines_after": [math.log1p(max(0, i - main.end + 1)) for i in indices],
        "own_cluster": own,
        "main_share": [main.words / max(1, prose_words)] * len(own),
    }


def _overlap(page: Outline) -> list[float]:
    """Return the share of content words that other lines of the main run hold too."""
    content = [{w for w in t if len(w) > 3 and w not in STOP_WORDS} for t in page.tokens]
    inside = [page.prose[i] and page.main.start <= i < page.main.end for i in range(len(content))]
    holders = Counter(w for own, part in zip(content, inside, strict=True) if part for w in own)
    return [
        _share(holders[w] > part for w in own) for own, part in zip(content, inside, strict=True)
    ]


def _window(values: Sequence[float], reach: int) -> list[float]:
    """Return the mean over ``reach`` lines on both sides; past the ends counts as 0."""
    sums = list(accumulate(values, initial=0.0))
    last = len(values)
    return [
        (sums[min(last, i + reach + 1)] - sums[max(0, i - reach)]) / (2 * reach + 1)
        for i in range(last)
    ]


def _distance(prose: Sequence[bool]) -> list[float]:
    """Return the logarithm of the lines back to the last prose line."""
    found, lines = [], _FAR
    for is_prose in prose:
        found.append(math.log(lines))
        lines = 1 if is_prose else min(_FAR, lines + 1)
    return found


def _share(values: Iterable[bool]) -> float:
    flags = list(values)
    return sum(flags) / len(flags) if flags else 0.0
