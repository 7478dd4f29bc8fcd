"""How likely a block of an HTML page belongs to the story: a logistic score over votes.

The votes are the helpers' evidence on the block and on the blocks around, beside and alike it, the
prose of its containers, link density, tag, and what class names of the nearest elements say.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.cleaning.lexicon import is_furniture
from pipeline.cleaning.prose import Outline, clusters, outline
from pipeline.model import Markup, Page

# Fitted by logistic regression on hand-labelled news pages and articles, on the blocks that no rule
# decides, each page about equal, each block by its words.
# One column a kind of block: prose, of six words or more, shorter.
WEIGHTS: dict[str, tuple[float, float, float]] = {
    "bias": (-0.2, -1.1, -1.6),
    "capitals": (-1.7, -0.1, -0.4),
    "furniture": (-2.6, -1.1, -0.5),
    "colon": (1.3, 1.2, 0.5),
    "heading": (-0.9, 1.2, 1.2),
    "item": (0.2, 0.8, 0.4),
    "hidden": (-3.7, -2.8, -2.3),
    "in_table": (0.9, 0.5, 1.5),
    "in_ul": (0.5, 0.5, 1.0),
    "in_form": (-1.2, -3.1, -3.0),
    "link": (-1.5, -1.5, -0.7),
    "hint_advert": (-2.4, -1.4, -2.4),
    "hint_picture": (-0.8, -1.5, -0.8),
    "hint_byline": (-0.3, -1.1, -1.3),
    "hint_legal": (-1.5, -0.7, -1.3),
    "hint_side": (-0.9, -0.6, -0.2),
    "own_cluster": (0.4, -0.2, -0.7),
    "prose_after": (-0.3, -0.4, -0.5),
    "lines_before": (0.0, -0.1, -0.1),
    "lines_after": (-0.2, -0.1, -0.2),
    "prose_1": (0.9, 0.2, 0.7),
    "prose_3": (1.4, 0.4, 0.8),
    "kept_2": (-0.3, 1.1, 0.5),
    "links_2": (-1.3, -1.2, -0.9),
    "kept_alike": (0.9, 0.2, 0.5),
    "alike": (0.0, 0.5, 0.2),
    "kept": (0.0, 0.1, 0.6),
    "read": (0.3, -0.2, 0.9),
    "unsure": (0.6, 0.4, 0.4),
    "kept_near": (0.4, 0.4, 0.3),
    "span": (1.0, 0.0, 1.2),
    "before": (0.0, -0.3, -0.5),
    "after": (-0.4, -0.7, -0.2),
}

Columns = dict[str, list[float]]

_HINTS = {
    "advert": re.compile(r"(?<![a-z])ads?(?![a-z])|advert|sponsor|banner|outbrain|taboola|cta"),
    "picture": re.compile(r"caption|credit|figure|photo|image|gallery|media|video|slide"),
    "byline": re.compile(r"by-?line|author|date|time|meta|published|contributor"),
    "legal": re.compile(r"cookie|consent|gdpr|legal|privacy|copyright|footer|disclaim|colophon"),
    "side": re.compile(
        r"sidebar|widget|aside|rail|box|pop-?up|modal|overlay|toc|table-of-contents|tooltip"
    ),
}
_NEARNESS = (1.0, 1.0, 0.6, 0.6, 0.3, 0.3, 0.3, 0.3)
"""How much a hint counts by the number of elements it stands above the block."""
_NUMBERS = re.compile(r"\[\d+\]")
_DIGITS = re.compile(r"\d+")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_FAR = 10
_FULL = 60
"""Words past which a block weighs no more in a mean."""


def score_html(page: Page) -> tuple[float, ...]:
    """Return for each block the estimated probability that it belongs to the story."""
    lines = outline(page)
    table = columns(page)
    kinds = [0 if p else 1 if n >= 6 else 2 for p, n in zip(lines.prose, lines.sizes, strict=True)]
    sums = [0.0] * len(kinds)
    for name, weights in WEIGHTS.items():
        sums = [s + weights[k] * x for s, k, x in zip(sums, kinds, table[name], strict=True)]
    return tuple(1 / (1 + math.exp(-max(-30.0, min(30.0, s)))) for s in sums)


def columns(page: Page) -> Columns:
    """Return the votes by name, one value a block in each."""
    lines = outline(page)
    marks = [block.markup for block in page.blocks if block.markup]
    link = [m.link_chars / len(b.text) for m, b in zip(marks, page.blocks, strict=True)]
    own = [
        float(n) if is_prose and share < 0.5 else 0.0
        for n, is_prose, share in zip(lines.sizes, lines.prose, link, strict=True)
    ]
    kept = _evidence(page, 0)
    return {
        **_text(lines),
        **_markup(marks, own),
        "link": link,
        **_hints(marks),
        **_place(lines),
        **_containers(marks, lines, own, link, kept),
        **_alike(marks, lines, kept),
        **_helpers(page, lines, kept),
    }


def _evidence(page: Page, number: int) -> list[float]:
    if number < len(page.evidence):
        return list(page.evidence[number].coverage)
    return [0.0] * len(page.blocks)


def _text(lines: Outline) -> Columns:
    return {
        "bias": [1.0] * len(lines.bare),
        "capitals": [_share(w[:1].isupper() for w in line.split()) for line in lines.bare],
        "furniture": [float(is_furniture(line)) for line in lines.bare],
        "colon": [float(line.endswith(":")) for line in lines.bare],
    }


def _markup(marks: Sequence[Markup], own: Sequence[float]) -> Columns:
    hidden = sum(n for n, m in zip(own, marks, strict=True) if m.hidden)
    # Some sites send the whole story hidden and show it by script: then it tells nothing.
    shown = 1 - hidden / (sum(own) or 1)
    return {
        "heading": [float(m.tag in _HEADINGS) for m in marks],
        "item": [float(m.tag == "li") for m in marks],
        "hidden": [shown * m.hidden for m in marks],
        **{
            f"in_{tag}": [float(tag in m.ancestors or tag == m.tag) for m in marks]
            for tag in ("table", "ul", "form")
        },
    }


def _hints(marks: Sequence[Markup]) -> Columns:
    table: Columns = {f"hint_{name}": [0.0] * len(marks) for name in _HINTS}
    for i, mark in enumerate(marks):
        for hint, nearness in zip(mark.hints, _NEARNESS, strict=False):
            for name in _said(hint) if hint else ():
                table[name][i] = max(table[name][i], nearness)
    return table


@lru_cache(maxsize=4096)
def _said(hint: str) -> tuple[str, ...]:
    return tuple(f"hint_{name}" for name, pattern in _HINTS.items() if pattern.search(hint))


def _place(lines: Outline) -> Columns:
    """Return where the block stands against the main run of prose."""
    own = [0.0] * len(lines.sizes)
    for cluster in clusters(lines.prose, lines.sizes):
        share = cluster.words / max(1, lines.main.words)
        own[cluster.start : cluster.end] = [share] * (cluster.end - cluster.start)
    return {
        "own_cluster": own,
        "prose_after": _distance(lines.prose[::-1])[::-1],
        "lines_before": [math.log1p(max(0, lines.main.start - i)) for i in range(len(own))],
        "lines_after": [math.log1p(max(0, i - lines.main.end + 1)) for i in range(len(own))],
    }


def _distance(prose: Sequence[bool]) -> list[float]:
    """Return the logarithm of the blocks back to the last prose block."""
    found, steps = [], _FAR
    for is_prose in prose:
        found.append(math.log(steps))
        steps = 1 if is_prose else min(_FAR, steps + 1)
    return found


def _containers(
    marks: Sequence[Markup],
    lines: Outline,
    own: Sequence[float],
    link: Sequence[float],
    kept: Sequence[float],
) -> Columns:
    """Return how much prose the parent and great-grandparent hold, and of what kind their rest."""
    parents = [m.path.rsplit("/", 1)[0] for m in marks]
    grandparents = [path.rsplit("/", 1)[0] for path in parents]
    great = [path.rsplit("/", 1)[0] for path in grandparents]
    weights = _weights(lines)
    return {
        "prose_1": _of_largest(parents, own),
        "prose_3": _of_largest(great, own),
        "kept_2": _means(grandparents, weights, kept, leave_out=True),
        "links_2": _means(grandparents, weights, link, leave_out=False),
    }


def _alike(marks: Sequence[Markup], lines: Outline, kept: Sequence[float]) -> Columns:
    """Return how the blocks of the same element path and class fare."""
    kinds = [f"{_NUMBERS.sub('', m.path)} {_DIGITS.sub('0', m.hints[0])}" for m in marks]
    counts = Counter(kinds)
    return {
        "kept_alike": _means(kinds, _weights(lines), kept, leave_out=True),
        "alike": [math.log1p(counts[kind]) for kind in kinds],
    }


def _helpers(page: Page, lines: Outline, kept: Sequence[float]) -> Columns:
    large = [i for i, n in enumerate(lines.sizes) if n >= 8 and kept[i] > 0.5]
    # With nothing kept no block stands before or after the story.
    first, last = (large[0], large[-1]) if large else (0, len(kept))
    places = range(len(kept))
    return {
        "kept": list(kept),
        "read": _evidence(page, 1),
        "unsure": [float(len(page.evidence) > 1)] * len(kept),
        "kept_near": _near(kept, _weights(lines)),
        "span": [float(bool(large) and first <= i <= last) for i in places],
        "before": [math.log1p(max(0, first - i)) for i in places],
        "after": [math.log1p(max(0, i - last)) for i in places],
    }


def _weights(lines: Outline) -> list[float]:
    return [min(n, _FULL) + 0.3 for n in lines.sizes]


def _of_largest(groups: Sequence[str], values: Sequence[float]) -> list[float]:
    sums: dict[str, float] = {}
    for group, value in zip(groups, values, strict=True):
        sums[group] = sums.get(group, 0.0) + value
    largest = max(sums.values(), default=0.0) or 1.0
    return [sums[group] / largest for group in groups]


def _means(
    groups: Sequence[str], weights: Sequence[float], values: Sequence[float], *, leave_out: bool
) -> list[float]:
    """Return the weighted mean of each block's group, perhaps without the block itself."""
    rows = list(zip(groups, weights, values, strict=True))
    sums: dict[str, float] = {}
    totals: dict[str, float] = {}
    for group, weight, value in rows:
        sums[group] = sums.get(group, 0.0) + weight * value
        totals[group] = totals.get(group, 0.0) + weight
    if not leave_out:
        return [sums[group] / totals[group] for group in groups]
    return [
        (sums[g] - w * x) / (totals[g] - w) if totals[g] - w > 1e-6 else x / 2 for g, w, x in rows
    ]


def _near(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the weighted mean over the two blocks on either side."""
    found = []
    for i in range(len(values)):
        around = [j for j in range(max(0, i - 2), min(len(values), i + 3)) if j != i]
        total = sum(weights[j] for j in around)
        found.append(sum(values[j] * weights[j] for j in around) / total if total else 0.0)
    return found


def _share(values: Iterable[bool]) -> float:
    flags = list(values)
    return sum(flags) / len(flags) if flags else 0.0
