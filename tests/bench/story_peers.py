"""What others offer for the same work: datasketch's MinHashLSH and rensa, at their usual settings.

Texts are runs of five words; what shares a bucket is one story, with a check only what the
signatures take to be alike enough.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

PERMUTATIONS = 128
WORDS = 5
RENSA_BANDS = 32
_WORD = re.compile(r"\w+")


def datasketch(texts: Mapping[str, str], threshold: float, *, check: bool) -> dict[str, str]:
    """Return the story of each text by ``MinHashLSH``."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    made = {}
    for name, text in texts.items():
        made[name] = MinHash(num_perm=PERMUTATIONS)
        made[name].update_batch([run.encode() for run in runs(text)])
        index.insert(name, made[name])
    return _joined(list(made), made, index.query, threshold if check else 0)


def rensa(texts: Mapping[str, str], threshold: float, *, check: bool) -> dict[str, str]:
    """Return the story of each text by ``RMinHashLSH``, whose keys are numbers."""
    from rensa import RMinHash, RMinHashLSH

    names = list(texts)
    sketches = RMinHash.from_token_sets(
        [runs(text) for text in texts.values()], num_perm=PERMUTATIONS, seed=1
    )
    index = RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=RENSA_BANDS)
    index.insert_many(sketches)

    def query(sketch: Any) -> list[str]:
        return [names[key] for key in index.query(sketch)]

    made = dict(zip(names, sketches, strict=True))
    return _joined(names, made, query, threshold if check else 0)


def runs(text: str) -> list[str]:
    """Return the distinct runs of five words; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    count = max(1, len(words) - WORDS + 1)
    return list({" ".join(words[at : at + WORDS]) for at in range(count)})


def _joined(
    names: Sequence[str],
    sketches: Mapping[str, Any],
    query: Callable[[Any], list[str]],
    least: float,
) -> dict[str, str]:
    """Join each text with all that the index gives for it, if they are alike enough."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = name = parent[parent[name]]
        return name

    for name in names:
        own = sketches[name]
        for other in query(own):
            if other != name and (not least or own.jaccard(sketches[other]) >= least):
                parent[root(other)] = root(name)
    return {name: root(name) for name in names}
