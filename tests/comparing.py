"""Texts compared in tests: all pairs of them, candidates or not."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np

from pipeline.dedup.compare import Texts, compare
from pipeline.dedup.rarity import Rarity, rarity, shingle_keys
from pipeline.dedup.shingles import Stream, encode, joined, stream
from pipeline.dedup.signature import text_ids
from pipeline.model import Match
from pipeline.settings import Dedup

NOTHING_KNOWN = rarity(np.empty(0, np.uint32), np.empty(0, np.int32))


def named(text: str, settings: Dedup | None = None) -> str:
    """Return the id of a text."""
    return text_ids(stream([text], settings or Dedup()))[0]


def held(texts: Sequence[str], settings: Dedup, known: Rarity = NOTHING_KNOWN) -> Texts:
    """Return texts as a comparison takes them."""
    codes = [encode(text, settings) for text in texts]
    keys, bounds = shingle_keys(joined(codes), settings)

    def read(rows: Sequence[int]) -> Stream:
        return joined([codes[n] for n in rows])

    return Texts([keys[a:b].tobytes() for a, b in pairwise(bounds)], read, known)


def keys_of(texts: Mapping[str, str], settings: Dedup) -> dict[str, np.ndarray]:
    """Return the shingle keys of each text by id."""
    found = held(list(texts.values()), settings).keys
    return {name: np.frombuffer(own, "<u4") for name, own in zip(texts, found, strict=True)}


def matched(
    *texts: str, settings: Dedup | None = None, known: Rarity = NOTHING_KNOWN
) -> list[Match]:
    """Return the matches among the texts, by id."""
    chosen = settings or Dedup()
    by_id = {named(text, chosen): text for text in texts}
    names = sorted(by_id)
    pairs = np.array(list(combinations(range(len(names)), 2)), np.int64).reshape(-1, 2)
    found = compare(held([by_id[name] for name in names], chosen, known), pairs, chosen)
    evidence = zip(
        found.shared.tolist(),
        found.containment.tolist(),
        found.jaccard.tolist(),
        found.weighted.tolist(),
        strict=True,
    )
    return [
        Match(names[a], names[b], *facts)
        for (a, b), facts in zip(found.pair.tolist(), evidence, strict=True)
    ]
