"""Stories of made-up words, many at a time, in arrays: prose, and templates filled in."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tests.bench.made_words import (
    CAPITAL,
    COMMA,
    FORMS,
    PARAGRAPH,
    PLAIN,
    STOP,
    Ids,
    Lexicon,
    lexicon,
)

TEMPLATES = 200
TOPIC = 24
"""Words that a story keeps coming back to, the last six of them names."""

Rng = np.random.Generator
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stories:
    """The stories of a block, one behind the other."""

    tokens: Ids
    forms: NDArray[np.int8]
    bounds: Ints
    ends: Ints
    """Where sentences end, with -1 before the first."""
    topics: Ids
    templates: Flags


def written(count: int, seed: int, rng: Rng) -> Stories:
    """Return stories of 60 to 600 words, some of them templates filled with names and figures."""
    words = lexicon()
    patterns = _templates(seed)
    lengths = np.clip(rng.lognormal(np.log(160), 0.5, count), 60, 600).astype(np.int64)
    chosen, is_template = rng.integers(TEMPLATES, size=count), rng.random(count) < 0.04
    lengths[is_template] = (
        patterns.bounds[chosen + 1][is_template] - patterns.bounds[chosen][is_template]
    )
    stories = drawn(lengths, rng, figures=0.05)
    owners = np.repeat(np.arange(count), lengths)
    filled = is_template[owners]
    inside = np.arange(len(owners)) - stories.bounds[owners]
    pattern = patterns.tokens[(patterns.bounds[chosen[owners]] + inside)[filled]]
    for slots in (words.names, words.figures):
        open_ = (pattern >= slots.start) & (pattern < slots.stop)
        pattern[open_] = rng.integers(slots.start, slots.stop, int(open_.sum()))
    stories.tokens[filled] = pattern
    return Stories(
        stories.tokens, stories.forms, stories.bounds, stories.ends, stories.topics, is_template
    )


@cache
def _templates(seed: int) -> Stories:
    rng = np.random.default_rng([seed, 2])
    return drawn(rng.integers(60, 180, TEMPLATES), rng, figures=0.14)


def drawn(lengths: Ints, rng: Rng, figures: float) -> Stories:
    """Draw stories of given lengths: their own words, common ones, figures, names and phrases."""
    words = lexicon()
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    owners, total = np.repeat(np.arange(len(lengths)), lengths), int(bounds[-1])
    topics = rng.choice(words.contents, (len(lengths), TOPIC))
    topics[:, -6:] = rng.integers(words.names.start, words.names.stop, (len(lengths), 6))
    tokens = words.contents[rng.integers(len(words.contents), size=total)]
    sort = rng.random(total)
    for low, high, draw in (
        (0.0, 0.42, lambda n, _: words.functions[rng.integers(len(words.functions), size=n)]),
        (0.42, 0.68, lambda n, own: topics[own, (TOPIC * rng.random(n) ** 1.3).astype(int)]),
        (1 - figures, 1.0, lambda n, _: rng.integers(words.figures.start, words.figures.stop, n)),
    ):
        places = np.flatnonzero((sort >= low) & (sort < high))
        tokens[places] = draw(len(places), owners[places])
    _put_phrases(tokens, owners, words, rng)
    ends, forms = _sentences(bounds, rng)
    return Stories(tokens, forms, bounds, ends, topics, np.zeros(len(lengths), bool))


def _put_phrases(tokens: Ids, owners: Ints, words: Lexicon, rng: Rng) -> None:
    """Write common phrases over about one word in ten."""
    starts = rng.integers(max(1, len(tokens) - 20), size=len(tokens) // 100 + 1)
    ranks = (len(words.phrases) * rng.random(len(starts)) ** 2).astype(int)
    phrases = [words.phrases[rank] for rank in ranks]
    lengths = np.array([len(phrase) for phrase in phrases])
    places = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
    inside = owners[places] == np.repeat(owners[starts], lengths)
    tokens[places[inside]] = np.concatenate(phrases)[inside]


def _sentences(bounds: Ints, rng: Rng) -> tuple[Ints, NDArray[np.int8]]:
    """Return where sentences of 8 to 30 words end, and the form of each word."""
    total = int(bounds[-1])
    inner = np.cumsum(rng.integers(8, 31, total // 8)) - 1
    inner = inner[inner < total]
    lasts = bounds[1:] - 1
    # No sentence of a word or two before the end of a story or after its beginning.
    following = lasts[np.searchsorted(lasts, inner)]
    inner = inner[
        (following - inner > 5)
        & (np.searchsorted(bounds, inner - 5, "right") == np.searchsorted(bounds, inner, "right"))
    ]
    ends = np.union1d(inner, lasts)
    forms = np.where(rng.random(total) < 0.05, COMMA, PLAIN).astype(np.int8)
    ends = np.concatenate([[-1], ends])
    forms[ends[:-1] + 1] = CAPITAL
    forms[ends[1:]] = np.where(rng.random(len(ends) - 1) < 0.4, PARAGRAPH, STOP)
    return ends, forms


def joined(tokens: Ids, forms: NDArray[np.int8], bounds: Ints) -> pa.StringArray:
    """Return the texts that stand one behind the other in the arrays."""
    strings = lexicon().strings.take(pa.array(tokens * FORMS + forms))
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), strings), "")
    return pc.ascii_rtrim_whitespace(texts)
