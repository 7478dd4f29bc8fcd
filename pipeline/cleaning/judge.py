"""One verdict a block: the first rule that speaks, else the score, else the guard of the body."""

from collections.abc import Container, Sequence

from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.repeats import repeats
from pipeline.cleaning.rules import Rule, weak_labels
from pipeline.model import Label, Page, Ruling, Verdict

KEEP_FROM = {"html": 0.4, "text": 0.5}
"""Least score of a kept block. F1 is best from half of the best F1 on, so below one half (Lipton,
Elkan and Naryanaswamy 2014); in plain text that gained nothing, out of fold."""
KEEP_FROM_PLAIN = 0.2
"""The same where no clutter is about: on a page that is nearly all story, or at an end of the page
that is story, for clutter stands at the ends first of all."""
_PLAIN = 0.9
"""Share of a page's words that the score keeps when the page is nearly all story."""
MIN_SHARE = {"html": 0.5, "text": 0.2}
"""Least share of the words of a helper's choice, or of the main run of prose in plain text, that
must be kept, or that choice counts."""
COVERED = 0.5
_LONGER = 5
"""Words of a line that may be all there is of a story without a sentence."""


def judge(page: Page, scores: Sequence[float], rules: Sequence[Rule]) -> tuple[Verdict, ...]:
    """Return exactly one verdict a block, in block order.

    ``scores`` is the probability that a block belongs to the story, one a block. Rules have
    authority in their order; the guard overrules scores but no rule.
    """
    ruled: dict[int, Verdict] = {}
    for rule in rules:
        for verdict in rule(page):
            ruled.setdefault(verdict.block, verdict)
    plain, keep_from = _plain(page, scores), KEEP_FROM[page.mode]
    cut = [
        i
        for i, score in enumerate(scores)
        if i not in ruled and score < (KEEP_FROM_PLAIN if i in plain else keep_from)
    ]
    labels = weak_labels(page, cut)
    verdicts = tuple(
        ruled.get(i) or _by_score(i, score, labels.get(i)) for i, score in enumerate(scores)
    )
    return _guarded(page, _restored(page, verdicts, scores), frozenset(ruled))


def _plain(page: Page, scores: Sequence[float]) -> Container[int]:
    """Return the blocks that have no clutter about them."""
    places = range(len(scores))
    sizes = outline(page).sizes
    keep_from = KEEP_FROM[page.mode]
    kept = sum(n for n, score in zip(sizes, scores, strict=True) if score >= keep_from)
    low = [i for i in places if scores[i] < KEEP_FROM_PLAIN]
    if not low or kept >= _PLAIN * sum(sizes):
        return places
    return {*range(low[0]), *range(low[-1] + 1, len(scores))}


def _restored(
    page: Page, verdicts: tuple[Verdict, ...], scores: Sequence[float]
) -> tuple[Verdict, ...]:
    """Bring back one of several equal blocks when the copy that a repeat left is cut, too."""
    best: dict[int, int] = {}
    keep_from = KEEP_FROM[page.mode]
    for gone, stays in repeats(outline(page)).items():
        is_repeat = verdicts[gone].label is Label.REPEAT
        if is_repeat and verdicts[stays].ruling is not Ruling.KEEP and scores[gone] >= keep_from:
            best[stays] = max(best.get(stays, gone), gone, key=lambda i: (scores[i], -i))
    back = frozenset(best.values())
    return tuple(
        _by_score(v.block, scores[v.block], None) if v.block in back else v for v in verdicts
    )


def _by_score(i: int, score: float, label: Label | None) -> Verdict:
    """Return what the score says; ``label`` is that of a block that it removes."""
    return Verdict(i, Ruling.CUT if label else Ruling.KEEP, label, "score", score)


def _guarded(
    page: Page, verdicts: tuple[Verdict, ...], ruled: frozenset[int]
) -> tuple[Verdict, ...]:
    """Bring back the blocks of a helper, or of plain prose, when too little is left."""
    lines = outline(page)
    kept = sum(lines.sizes[v.block] for v in verdicts if v.ruling is Ruling.KEEP)
    for name, body in _bodies(page, lines):
        free = body - ruled
        if kept < MIN_SHARE[page.mode] * sum(lines.sizes[i] for i in free):
            return tuple(
                Verdict(v.block, Ruling.KEEP, None, f"guard:{name}", v.score)
                if v.block in free and v.ruling is not Ruling.KEEP
                else v
                for v in verdicts
            )
    return verdicts


def _bodies(page: Page, lines: Outline) -> tuple[tuple[str, frozenset[int]], ...]:
    """Return what others take for the body: the helper, in plain text the main run of prose.

    An HTML page for which no helper was asked is one that the model is sure of.
    """
    helpers = tuple(
        (e.helper, frozenset(i for i, share in enumerate(e.coverage) if share >= COVERED))
        for e in page.evidence
    )
    if helpers or page.mode == "html":
        return helpers[:1]
    main = range(lines.main.start, lines.main.end)
    prose = frozenset(i for i in main if lines.prose[i])
    sentences = frozenset(i for i, is_end in enumerate(lines.terminal) if is_end)
    longer = frozenset(i for i, size in enumerate(lines.sizes) if size >= _LONGER)
    return (("prose", prose or sentences or longer),)
