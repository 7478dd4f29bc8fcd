"""One verdict a block: the first rule that speaks, else the score; then the guards are asked."""

from collections.abc import Sequence

from pipeline.cleaning.guards import KEEP_FROM, Judged, guarded
from pipeline.cleaning.rules import Rule, weak_labels
from pipeline.model import Page, Ruling, Verdict

SCORE = "score"
"""The rule of a block of which the score alone decides."""
_KEEP, _CUT = Ruling.KEEP, Ruling.CUT
"""Under Python 3.11 the members of an enum are dear to look up, and each block asks for some."""


def judge(page: Page, scores: Sequence[float], rules: Sequence[Rule]) -> tuple[Verdict, ...]:
    """Return exactly one verdict a block, in block order.

    ``scores`` is the probability that a block belongs to the story, one a block. Rules have
    authority in their order; a guard overrules scores, and of rules a repeat's alone.
    """
    ruled: dict[int, Verdict] = {}
    for rule in rules:
        for verdict in rule(page):
            ruled.setdefault(verdict.block, verdict)
    keep_from = KEEP_FROM[page.mode]
    low = [i for i, score in enumerate(scores) if i not in ruled and score < keep_from]
    labels = weak_labels(page, low)
    verdicts = tuple(
        ruled.get(i) or Verdict(i, _CUT if i in labels else _KEEP, labels.get(i), SCORE, score)
        for i, score in enumerate(scores)
    )
    return guarded(Judged(page, scores, verdicts, frozenset(ruled)))
