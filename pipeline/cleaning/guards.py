"""What brings blocks back that the score, or a repeat, has taken: each guard under its own name.

A guard sees the verdicts as those before it left them and says which blocks are the story's after
all. The verdict of such a block names the guard, so ``trace`` and the run report tell it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.cleaning.folding import has_digits
from pipeline.cleaning.offer_lines import speaks
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.repeats import repeats
from pipeline.model import GUARD, Label, Page, Ruling, Verdict

KEEP_FROM = {"html": 0.4, "text": 0.5}
"""Least score of a kept block. F1 is best from half of the best F1 on, so below one half (Lipton,
Elkan and Naryanaswamy 2014); in plain text that gained nothing, out of fold."""
KEEP_FROM_CLEAN = 0.2
"""The same where no clutter is about."""
MIN_SHARE = {"html": 0.5, "text": 0.2}
"""Least share of the words of a helper's choice, or of the main run of prose in plain text, that
must be kept, or that choice counts."""
_CLEAN = 0.9
"""Share of a page's words that the score keeps when the page is nearly all story."""
_COVERED = 0.5
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


@dataclass(frozen=True, slots=True)
class Judged:
    """A page with one verdict a block, in block order."""

    page: Page
    scores: Sequence[float]
    verdicts: tuple[Verdict, ...]
    ruled: frozenset[int]
    """Blocks of which a rule spoke, not the score."""

    def low(self) -> Mapping[int, Label]:
        """Return the blocks that the score alone takes, each with its label."""
        taken = (v for v in self.verdicts if v.label and v.block not in self.ruled)
        return {v.block: v.label for v in taken if v.label}


Guard = Callable[[Judged], Iterable[int]]


def guarded(seen: Judged) -> tuple[Verdict, ...]:
    """Return the verdicts after every guard has been asked, in the order of ``GUARDS``."""
    for name, guard in GUARDS:
        back = frozenset(guard(seen))
        if back:
            verdicts = tuple(
                Verdict(v.block, _KEEP, None, GUARD + name, seen.scores[v.block])
                if v.block in back and v.ruling is not _KEEP
                else v
                for v in seen.verdicts
            )
            seen = replace(seen, verdicts=verdicts)
    return seen.verdicts


def clean_place(seen: Judged) -> Iterable[int]:
    """Return doubtful blocks where no clutter is about.

    So on a page that is nearly all story, and at an end of the page that is story, for clutter
    stands at the ends first of all. The line of a section above date or byline stands in the head
    of a page, whatever follows.
    """
    low, scores = seen.low(), seen.scores
    doubtful = [i for i in low if scores[i] >= KEEP_FROM_CLEAN]
    if not doubtful:
        return ()
    sizes = outline(seen.page).sizes
    heads = (i for i in seen.ruled if i < _HEAD and seen.verdicts[i].label in _HEAD_LABELS)
    head = max(heads, default=-1)
    keep_from = KEEP_FROM[seen.page.mode]
    kept = sum(n for n, score in zip(sizes, scores, strict=True) if score >= keep_from)
    sure = [i for i, score in enumerate(scores) if score < KEEP_FROM_CLEAN]
    if sure and kept < _CLEAN * sum(sizes):
        doubtful = [i for i in doubtful if not sure[0] <= i <= sure[-1]]
    return [i for i in doubtful if i > head]


def story_alone(seen: Judged) -> Iterable[int]:
    """Return all that the score takes from a text that shows no clutter: its own short lines.

    A stock note below prose, a table of figures, a headline in the jargon of the wire: a dump of a
    page would have a line beside them that some rule knows.
    """
    ruled = (seen.verdicts[i] for i in seen.ruled)
    if seen.page.mode != "text" or any(
        v.ruling is _CUT and v.label is not Label.NOISE for v in ruled
    ):
        return ()
    lines, low = outline(seen.page), seen.low()
    if 2 * sum(lines.sizes[i] for i in low) > sum(lines.sizes):
        return ()
    return low if all(_may_be_story(lines, i, label) for i, label in low.items()) else ()


def _may_be_story(lines: Outline, i: int, label: Label) -> bool:
    """Tell whether a line of low score may be of a text alone: a row, or a line below its prose."""
    if i == 0:
        return lines.sizes[i] >= _HEADLINE and label in {Label.NOISE, *_GUESSED}
    if i < lines.main.start:
        return False
    if has_digits(lines.bare[i]):
        return label in {Label.NOISE, *_GUESSED}
    return label is Label.NOISE and len(lines.bare[i]) > _LETTER and i >= lines.main.end


def last_sentence(seen: Judged) -> Iterable[int]:
    """Return the sentence below the last prose of the story that nothing has a name for.

    The last sentence of a story is often short, and what follows it is clutter: in languages of
    which the model knows little, that drags its score down.
    """
    if seen.page.mode != "text":
        return ()
    lines, scores = outline(seen.page), seen.scores
    noise = (i for i, label in seen.low().items() if label is Label.NOISE)
    return [i for i in noise if _is_last(lines, scores, i)]


def _is_last(lines: Outline, scores: Sequence[float], i: int) -> bool:
    if i == 0 or scores[i] < _LAST or scores[i - 1] < KEEP_FROM["text"]:
        return False
    if i < lines.main.end - 1 or any(score >= KEEP_FROM_CLEAN for score in scores[i + 1 : i + 2]):
        return False
    is_short = lines.sizes[i] >= _SHORT and not lines.prose[i]
    is_end = is_short and lines.bare[i][-1:] in _STOPS and lines.prose[i - 1]
    return is_end and not speaks(lines.bare[i])


def only_copy(seen: Judged) -> Iterable[int]:
    """Return one of several equal blocks when the copy that a repeat left is cut, too."""
    best: dict[int, int] = {}
    scores, keep_from = seen.scores, KEEP_FROM[seen.page.mode]
    for gone, stays in repeats(outline(seen.page)).items():
        is_repeat = seen.verdicts[gone].label is Label.REPEAT
        if is_repeat and seen.verdicts[stays].ruling is not _KEEP and scores[gone] >= keep_from:
            best[stays] = max(best.get(stays, gone), gone, key=lambda i: (scores[i], -i))
    return best.values()


def helper_body(helper: str, seen: Judged) -> Iterable[int]:
    """Return what a helper takes for the body when too little of it is left; the first counts.

    An HTML page for which no helper was asked is one that the model is sure of.
    """
    for evidence in seen.page.evidence[:1]:
        if evidence.helper == helper:
            return _lost(seen, (i for i, x in enumerate(evidence.coverage) if x >= _COVERED))
    return ()


def prose_body(seen: Judged) -> Iterable[int]:
    """Return the main run of prose of a plain text when too little of it is left."""
    if seen.page.evidence or seen.page.mode == "html":
        return ()
    lines = outline(seen.page)
    prose = [i for i in range(lines.main.start, lines.main.end) if lines.prose[i]]
    sentences = [i for i, is_end in enumerate(lines.terminal) if is_end]
    longer = (i for i, size in enumerate(lines.sizes) if size >= _LONGER)
    return _lost(seen, prose or sentences or longer)


def _lost(seen: Judged, body: Iterable[int]) -> Iterable[int]:
    """Return the blocks of a body that no rule took, if too few words are kept beside them."""
    sizes = outline(seen.page).sizes
    free = {*body} - seen.ruled
    kept = sum(sizes[v.block] for v in seen.verdicts if v.ruling is _KEEP)
    return free if kept < MIN_SHARE[seen.page.mode] * sum(sizes[i] for i in free) else ()


GUARDS: tuple[tuple[str, Guard], ...] = (
    ("clean-place", clean_place),
    ("story-alone", story_alone),
    ("last-sentence", last_sentence),
    ("only-copy", only_copy),
    ("trafilatura", partial(helper_body, "trafilatura")),
    ("readability", partial(helper_body, "readability")),
    ("prose", prose_body),
)
"""The guards by name, in the order in which they are asked."""
