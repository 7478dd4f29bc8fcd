"""One verdict a block: the first rule that speaks, else the score, else the guard of the body."""

from collections.abc import Sequence

from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.rules import Rule, weak_label
from pipeline.model import Page, Ruling, Verdict

KEEP_FROM = 0.5
MIN_SHARE = 0.5
"""Least share of a helper extractor's words that must be kept, or its choice counts."""
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
    verdicts = tuple(
        ruled.get(block.index) or _by_score(page, block.index, score)
        for block, score in zip(page.blocks, scores, strict=True)
    )
    return _guarded(page, _restored(page, verdicts, scores), frozenset(ruled))


def _restored(
    page: Page, verdicts: tuple[Verdict, ...], scores: Sequence[float]
) -> tuple[Verdict, ...]:
    """Bring back one of several equal blocks when the copy that a repeat left is cut, too."""
    tokens = outline(page).tokens
    kept = {tokens[v.block] for v in verdicts if v.ruling is Ruling.KEEP}
    best: dict[tuple[str, ...], int] = {}
    for v in verdicts:
        words = tokens[v.block]
        if v.rule == "repeat" and words not in kept and scores[v.block] >= KEEP_FROM:
            best[words] = max(best.get(words, v.block), v.block, key=lambda i: (scores[i], -i))
    back = frozenset(best.values())
    return tuple(
        _by_score(page, v.block, scores[v.block]) if v.block in back else v for v in verdicts
    )


def _by_score(page: Page, i: int, score: float) -> Verdict:
    if score >= KEEP_FROM:
        return Verdict(i, Ruling.KEEP, None, "score", score)
    return Verdict(i, Ruling.CUT, weak_label(page, i), "score", score)


def _guarded(
    page: Page, verdicts: tuple[Verdict, ...], ruled: frozenset[int]
) -> tuple[Verdict, ...]:
    """Bring back the blocks of a helper, or of plain prose, when too little is left."""
    lines = outline(page)
    kept = sum(lines.sizes[v.block] for v in verdicts if v.ruling is Ruling.KEEP)
    for name, body in _bodies(page, lines):
        free = body - ruled
        if kept < MIN_SHARE * sum(lines.sizes[i] for i in free):
            return tuple(
                Verdict(v.block, Ruling.KEEP, None, f"guard:{name}", v.score)
                if v.block in free and v.ruling is not Ruling.KEEP
                else v
                for v in verdicts
            )
    return verdicts


def _bodies(page: Page, lines: Outline) -> tuple[tuple[str, frozenset[int]], ...]:
    """Return what others take for the body: each helper, else the main run of prose."""
    helpers = tuple(
        (e.helper, frozenset(i for i, share in enumerate(e.coverage) if share >= COVERED))
        for e in page.evidence
    )
    if helpers:
        return helpers[:1]
    main = range(lines.main.start, lines.main.end)
    prose = frozenset(i for i in main if lines.prose[i])
    sentences = frozenset(i for i, is_end in enumerate(lines.terminal) if is_end)
    longer = frozenset(i for i, size in enumerate(lines.sizes) if size >= _LONGER)
    return (("prose", prose or sentences or longer),)
