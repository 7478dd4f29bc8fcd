"""Where a line stands: on its page, against the runs of prose, and by the n-gram scores around."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import KIND, Letters
from pipeline.cleaning.prose import Outline, clusters
from pipeline.cleaning.windows import means, signed_log, since, sums_of

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

_HEADER = 7
"""Words of a line that may head the lines below it."""
_LOW = -2.5
"""Log-odds of a line that is furniture beyond doubt."""
_LAGS = {f"lag_{lag}": lag for lag in (1, 2, 3, 4)}
"""How far before a line stands the one whose shape it may have."""

PLACE = (
    "index",
    "to_end",
    "share_lines",
    "share_chars",
    "page_lines",
    "page_words",
    "page_unspaced",
    "prose_share",
    "prose",
    "prose_run",
    "prose_before",
    "prose_after",
    "prose_passed",
    "own_cluster",
    "main_share",
    "inside",
    "to_start",
    "past_end",
    "clusters_passed",
)
"""Names of the columns of ``place``."""
GRAM = (
    "gram",
    "gram_run",
    "gram_page",
    "gram_core",
    "gram_sum",
    "header",
    "header_gap",
    "low_before",
    "low_after",
    "best_inside",
    "best_start",
    "best_end",
    "lag_1",
    "lag_2",
    "lag_3",
    "lag_4",
    "story_share",
    "part_words",
    "part_share",
    "part_gram",
    "part_best",
)
"""Names of the columns of ``scored``."""


def place(lines: Outline, letters: Letters, words: Array, prose: Flags) -> dict[str, Array]:
    """Return where the line stands on the page and against the runs of prose."""
    rows, index = len(words), np.arange(len(words))
    main = lines.main
    own, passed = np.zeros(rows), np.zeros(rows)
    for cluster in clusters(lines.prose, lines.sizes):
        own[cluster.start : cluster.end] = cluster.words / max(1, main.words)
        passed[cluster.end :] += 1
    chars = letters.sizes.cumsum()
    before, after = since(prose)
    far = signed_log(np.array((_run(prose), main.start - index, index - main.end + 1)))
    all_words = words.sum()
    of_prose = float(words[prose].sum())
    unspaced = float((letters.kinds == KIND["unspaced"]).sum()) / len(letters.kinds)
    return {
        "index": np.log1p(index),
        "to_end": np.log1p(rows - 1 - index),
        "share_lines": index / rows,
        "share_chars": chars / chars[-1],
        "page_lines": np.full(rows, np.log(rows)),
        "page_words": np.full(rows, np.log1p(all_words)),
        "page_unspaced": np.full(rows, unspaced),
        "prose_share": np.full(rows, of_prose / max(1.0, float(all_words))),
        "prose": prose,
        "prose_run": far[0],
        "prose_before": before,
        "prose_after": after,
        "prose_passed": np.cumsum(words * prose) / max(1.0, of_prose),
        "own_cluster": own,
        "main_share": np.full(rows, main.words / max(1.0, of_prose)),
        "inside": (index >= main.start) & (index < main.end),
        "to_start": far[1],
        "past_end": far[2],
        "clusters_passed": passed,
    }


def _run(flags: Flags) -> Array:
    """Return the length of the unbroken run of equal flags that each stands in, signed."""
    is_new = np.ones(len(flags) + 1, dtype=np.bool_)
    np.not_equal(flags[1:], flags[:-1], out=is_new[1:-1])
    edges = is_new.nonzero()[0]
    sizes = edges[1:] - edges[:-1]
    run: Array = sizes.repeat(sizes) * np.where(flags, 1, -1)
    return run


def scored(
    gram: Array, words: Array, prose: Flags, lines: Outline, shape: Array
) -> dict[str, Array]:
    """Return the n-gram score of the line against those of the page and the main run.

    ``shape`` is of ``shape_of``.
    """
    rows, index = len(gram), np.arange(len(gram))
    weight = np.minimum(words, 60) + 1
    inside = (index >= lines.main.start) & (index < lines.main.end)
    core = weight * (inside & prose)
    short = (words <= _HEADER) & ~prose
    header = np.maximum.accumulate(np.where(short, index, -1))
    low = (gram < _LOW) & short
    start, end = _best(gram, words)
    before, after = since(low)
    odds = 1 + np.exp(-gram.clip(-30, 30))
    log_words = np.log1p(words)
    has_header = header >= 0
    best = signed_log(np.array((index - start, end - 1 - index)))
    return {
        "gram": gram,
        "gram_run": (gram.clip(-6, 6) * log_words).cumsum(),
        "gram_page": np.full(rows, (gram * weight).sum() / weight.sum()),
        "gram_core": gram - (gram * core).sum() / max(1.0, float(core.sum())),
        "gram_sum": gram * log_words,
        "header": np.where(has_header, gram[header], np.nan),
        "header_gap": np.log1p(np.where(has_header, index - header, 200)),
        "low_before": before,
        "low_after": after,
        "best_inside": (index >= start) & (index < end),
        "best_start": best[0],
        "best_end": best[1],
        **dict(zip(_LAGS, _agreement(shape), strict=True)),
        "story_words": np.minimum(words, 100) * (1 / odds),
        **_parts(odds, words, low),
    }


def _parts(odds: Array, words: Array, low: Flags) -> dict[str, Array]:
    """Return the words and scores of the parts into which sure furniture divides the page."""
    part = low.cumsum()
    capped = np.minimum(words, 100)
    held = np.bincount(part, capped)
    story = np.bincount(part, capped / odds)
    most = story.max()
    return {
        "story_share": np.full(len(part), story.sum() / max(1.0, held.sum())),
        "part_words": np.log1p(story)[part],
        "part_share": (story / max(1.0, most))[part],
        "part_gram": (story / np.maximum(1, held))[part],
        "part_best": signed_log(part - story.argmax()),
    }


def _best(gram: Array, words: Array) -> tuple[int, int]:
    """Return the run of lines, half open, in which story outweighs furniture most."""
    worth = np.minimum(words, 60) * np.tanh(gram / 2) - 1
    sums = np.zeros(len(worth) + 1)
    sums[1:] = worth.cumsum()
    lowest = np.minimum.accumulate(sums)
    end = int((sums - lowest).argmax())
    start = int(sums[: end + 1].argmin())
    return start, max(end, start + 1)


def _agreement(shape: Array) -> Array:
    """Return for each lag how many of the lines around have the shape of the line so far before."""
    same = np.zeros((len(_LAGS), len(shape)), dtype=np.bool_)
    for row, lag in zip(same, _LAGS.values(), strict=True):
        np.equal(shape[lag:], shape[:-lag], out=row[lag:])
    return means(sums_of(same), -4, 9)
