"""How well documents were put into stories, measured against families of known copies."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.dedup.normalise import tokens

HALF = 0.5
NEARLY = 0.01
"""A canonical may hold this much less of the core than the fullest copy."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of some documents."""

    family: Mapping[str, str]
    """The story that each document tells."""
    kept: Mapping[str, float]
    """What a cut copy has kept of its story, 0 to 1."""
    strangers: Mapping[str, Sequence[tuple[str, str]]]
    """By kind, pairs that look alike and tell different stories."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a system did; shares are 0 to 1."""

    precision: float
    recall: float
    f1: float
    ari: float
    b_cubed: float
    cut: float
    """Share of its mates that a cut copy was put with, as a mean over the cut copies."""
    cut_short: float
    """The same for copies that kept less than half."""
    merged: Mapping[str, int]
    """By kind, the pairs of strangers that were put together."""


def score(truth: Truth, told: Mapping[str, str]) -> Score:
    """Score ``told``, the story of each document; a document that it leaves out stands alone."""
    stories = {name: (name in told, told.get(name, name)) for name in truth.family}
    joint = Counter((family, stories[name]) for name, family in truth.family.items())
    true, said = Counter(truth.family.values()), Counter(stories.values())
    precision, recall, ari = pair_scores(joint.values(), true.values(), said.values())
    mates = _shares_of_mates(truth, stories, joint, true)
    return Score(
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
        ari=ari,
        b_cubed=_b_cubed(joint, true, said),
        cut=mean(mates.values()),
        cut_short=mean(share for name, share in mates.items() if truth.kept[name] < HALF),
        merged={
            kind: sum(a in told and told[a] == told.get(b) for a, b in some)
            for kind, some in truth.strangers.items()
        },
    )


def pair_scores(
    joint: Collection[int], true: Collection[int], said: Collection[int]
) -> tuple[float, float, float]:
    """Return precision and recall over pairs of documents, and the adjusted Rand index.

    Given are the sizes of the families, of the stories, and of what each two of them share.
    """
    both, wanted, found = pairs(joint), pairs(true), pairs(said)
    by_chance = wanted * found / max(1, pairs([sum(true)]))
    room = (wanted + found) / 2 - by_chance
    return (
        both / found if found else 1.0,
        both / wanted if wanted else 1.0,
        (both - by_chance) / room if room else 1.0,
    )


def pairs(sizes: Iterable[int]) -> int:
    """Return how many pairs stand together in groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes)


def harmonic(a: float, b: float) -> float:
    """Return the harmonic mean, 0 if both are."""
    return 2 * a * b / (a + b) if a + b else 0.0


def mean(values: Iterable[float]) -> float:
    """Return the mean, 0 of nothing."""
    every = list(values)
    return sum(every) / max(1, len(every))


def _b_cubed(
    joint: Mapping[tuple[str, object], int], true: Mapping[str, int], said: Mapping[object, int]
) -> float:
    count = max(1, sum(true.values()))
    precision = sum(n * n / said[story] for (_, story), n in joint.items()) / count
    recall = sum(n * n / true[family] for (family, _), n in joint.items()) / count
    return harmonic(precision, recall)


def _shares_of_mates(
    truth: Truth,
    stories: Mapping[str, object],
    joint: Mapping[tuple[str, object], int],
    true: Mapping[str, int],
) -> dict[str, float]:
    families = {name: truth.family[name] for name in truth.kept if true[truth.family[name]] > 1}
    return {
        name: (joint[family, stories[name]] - 1) / (true[family] - 1)
        for name, family in families.items()
    }


def fullest(
    truth: Truth,
    told: Mapping[str, str],
    canonical: Mapping[str, str],
    texts: Mapping[str, str],
) -> float:
    """Return the share of families of two or more whose canonical holds the most of the core.

    The core is what two or more members hold, in runs of three words whose spelling does not count.
    The canonical of a family is that of the story that most of its members stand in; one of
    another family is no good.
    """
    families: dict[str, list[str]] = defaultdict(list)
    for name, family in truth.family.items():
        families[family].append(name)
    some = [members for members in families.values() if len(members) > 1]
    return mean(_is_fullest(members, told, canonical, texts) for members in some)


def _is_fullest(
    members: Sequence[str],
    told: Mapping[str, str],
    canonical: Mapping[str, str],
    texts: Mapping[str, str],
) -> bool:
    story, _ = Counter(told.get(name, name) for name in members).most_common(1)[0]
    chosen = canonical.get(story)
    if chosen not in members:
        return False
    held = {name: _runs(texts.get(name, "")) for name in members}
    counts = Counter(run for own in held.values() for run in own)
    core = {run for run, count in counts.items() if count > 1}
    most = max(len(own & core) for own in held.values())
    return len(held[chosen] & core) >= most - NEARLY * len(core)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    return set(zip(words, words[1:], words[2:], strict=False))
