"""One verdict a block: the first rule that speaks, else the score, else the guard of the body."""

from collections.abc import Container, Iterable, Mapping, Sequence

from pipeline.cleaning.folding import has_digits
from pipeline.cleaning.offer_lines import speaks
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
_KEEP, _CUT = Ruling.KEEP, Ruling.CUT
"""Under Python 3.11 the members of an enum are dear to look up, and each block asks for some."""
_GUESSED = frozenset({Label.MENU, Label.RELATED})
"""Labels that a line has from its place or its length alone."""
_LETTER = 3
"""Characters of a stray letter with its marks."""
_LAST, _SHORT, _STOPS = 0.1, 4, frozenset(".。।")
"""Least score, words and ends of a sentence that goes on from the story's prose."""
_HEADLINE = 4
"""Words of a first line that may be a headline."""
_HEAD_LABELS = frozenset({Label.TITLE, Label.DATE, Label.BYLINE})
_HEAD = 6
"""Blocks that the head of a page has at most."""
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
    plain, keep_from = _plain(page, scores, ruled), KEEP_FROM[page.mode]
    cut = [
        i
        for i, score in enumerate(scores)
        if i not in ruled and score < (KEEP_FROM_PLAIN if i in plain else keep_from)
    ]
    labels = weak_labels(page, cut)
    if _is_story_alone(page, ruled.values(), labels):
        labels = {}
    labels = {
        i: x for i, x in labels.items() if not (x is Label.NOISE and _goes_on(page, scores, i))
    }
    verdicts = tuple(
        ruled.get(i) or _by_score(i, score, labels.get(i)) for i, score in enumerate(scores)
    )
    return _guarded(page, _restored(page, verdicts, scores), frozenset(ruled))


def _is_story_alone(page: Page, ruled: Iterable[Verdict], labels: Mapping[int, Label]) -> bool:
    """Tell whether a text shows no clutter, so that low scores are those of its own short lines.

    A stock note below prose, a table of figures, a headline in the jargon of the wire: a dump of a
    page would have a line beside them that some rule knows.
    """
    if page.mode != "text" or any(
        v.ruling is Ruling.CUT and v.label is not Label.NOISE for v in ruled
    ):
        return False
    lines = outline(page)
    if 2 * sum(lines.sizes[i] for i in labels) > sum(lines.sizes):
        return False
    return all(_may_be_story(lines, i, label) for i, label in labels.items())


def _may_be_story(lines: Outline, i: int, label: Label) -> bool:
    """Tell whether a line of low score may be of a text alone: a row, or a line below its prose."""
    if i == 0:
        return lines.sizes[i] >= _HEADLINE and label in {Label.NOISE, *_GUESSED}
    if i < lines.main.start:
        return False
    if has_digits(lines.bare[i]):
        return label in {Label.NOISE, *_GUESSED}
    return label is Label.NOISE and len(lines.bare[i]) > _LETTER and i >= lines.main.end


def _goes_on(page: Page, scores: Sequence[float], i: int) -> bool:
    """Tell whether a sentence that nothing has a name for ends the story: below its last prose.

    The last sentence of a story is often short, and what follows it is clutter: in languages of
    which the model knows little, that drags its score down.
    """
    lines = outline(page)
    if page.mode != "text" or i == 0 or scores[i] < _LAST or scores[i - 1] < KEEP_FROM["text"]:
        return False
    if i < lines.main.end - 1 or any(score >= KEEP_FROM_PLAIN for score in scores[i + 1 : i + 2]):
        return False
    is_short = lines.sizes[i] >= _SHORT and not lines.prose[i]
    is_last = is_short and lines.bare[i][-1:] in _STOPS and lines.prose[i - 1]
    return is_last and not speaks(lines.bare[i])


def _plain(page: Page, scores: Sequence[float], ruled: Mapping[int, Verdict]) -> Container[int]:
    """Return the blocks that have no clutter about them.

    The line of a section above date or byline stands in the head of a page, whatever follows.
    """
    sizes = outline(page).sizes
    head = (i for i, v in ruled.items() if i < _HEAD and v.label in _HEAD_LABELS)
    places = range(max(head, default=-1) + 1, len(scores))
    keep_from = KEEP_FROM[page.mode]
    kept = sum(n for n, score in zip(sizes, scores, strict=True) if score >= keep_from)
    low = [i for i, score in enumerate(scores) if score < KEEP_FROM_PLAIN]
    if not low or kept >= _PLAIN * sum(sizes):
        return places
    return {*range(places.start, low[0]), *range(max(low[-1] + 1, places.start), places.stop)}


def _restored(
    page: Page, verdicts: tuple[Verdict, ...], scores: Sequence[float]
) -> tuple[Verdict, ...]:
    """Bring back one of several equal blocks when the copy that a repeat left is cut, too."""
    best: dict[int, int] = {}
    keep_from = KEEP_FROM[page.mode]
    for gone, stays in repeats(outline(page)).items():
        is_repeat = verdicts[gone].label is Label.REPEAT
        if is_repeat and verdicts[stays].ruling is not _KEEP and scores[gone] >= keep_from:
            best[stays] = max(best.get(stays, gone), gone, key=lambda i: (scores[i], -i))
    back = frozenset(best.values())
    return tuple(
        _by_score(v.block, scores[v.block], None) if v.block in back else v for v in verdicts
    )


def _by_score(i: int, score: float, label: Label | None) -> Verdict:
    """Return what the score says; ``label`` is that of a block that it removes."""
    return Verdict(i, _CUT if label else _KEEP, label, "score", score)


def _guarded(
    page: Page, verdicts: tuple[Verdict, ...], ruled: frozenset[int]
) -> tuple[Verdict, ...]:
    """Bring back the blocks of a helper, or of plain prose, when too little is left."""
    lines = outline(page)
    kept = sum(lines.sizes[v.block] for v in verdicts if v.ruling is _KEEP)
    for name, body in _bodies(page, lines):
        free = body - ruled
        if kept < MIN_SHARE[page.mode] * sum(lines.sizes[i] for i in free):
            return tuple(
                Verdict(v.block, _KEEP, None, f"guard:{name}", v.score)
                if v.block in free and v.ruling is not _KEEP
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
