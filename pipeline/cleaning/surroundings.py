"""Where a line stands: on its page, against the runs of prose, and by the n-gram scores around."""

from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.cleaning.letters import KIND, Letters
from pipeline.cleaning.line_signs import shape_of
from pipeline.cleaning.prose import Outline, clusters
from pipeline.cleaning.windows import means, signed_log, since, sums_of

Array = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]

_HEADER = 7
"""Words of a line that may head the lines below it."""
_LOW = -2.5
"""Log-odds of a line that is furniture beyond doubt."""

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
    chars = np.cumsum(letters.sizes)
    of_prose = float(words[prose].sum())
    unspaced = float((letters.kinds == KIND["unspaced"]).sum()) / len(letters.kinds)
    return {
        "index": np.log1p(index),
        "to_end": np.log1p(rows - 1 - index),
        "share_lines": index / rows,
        "share_chars": chars / chars[-1],
        "page_lines": np.full(rows, np.log(rows)),
        "page_words": np.full(rows, np.log1p(words.sum())),
        "page_unspaced": np.full(rows, unspaced),
        "prose_share": np.full(rows, of_prose / max(1.0, float(words.sum()))),
        "prose": prose,
        "prose_run": _run(prose),
        "prose_before": since(prose),
        "prose_after": since(prose[::-1])[::-1],
        "prose_passed": np.cumsum(words * prose) / max(1.0, of_prose),
        "own_cluster": own,
        "main_share": np.full(rows, main.words / max(1.0, of_prose)),
        "inside": (index >= main.start) & (index < main.end),
        "to_start": signed_log(main.start - index),
        "past_end": signed_log(index - main.end + 1),
        "clusters_passed": passed,
    }


def _run(flags: Flags) -> Array:
    """Return the length of the unbroken run of equal flags that each stands in, signed."""
    edge = np.flatnonzero(np.append(True, flags[1:] != flags[:-1]))
    sizes = np.diff(np.append(edge, len(flags)))
    run = np.repeat(sizes, sizes) * np.where(flags, 1, -1)
    return signed_log(run)


def scored(
    gram: Array, words: Array, prose: Flags, lines: Outline, letters: Letters
) -> dict[str, Array]:
    """Return the n-gram score of the line against those of the page and the main run."""
    rows, index = len(gram), np.arange(len(gram))
    weight = np.minimum(words, 60) + 1
    inside = (index >= lines.main.start) & (index < lines.main.end)
    core = weight * (inside & prose)
    short = (words <= _HEADER) & ~prose
    header = np.maximum.accumulate(np.where(short, index, -1))
    low = (gram < _LOW) & short
    start, end = _best(gram, words)
    shape = shape_of(letters, words)
    return {
        "gram": gram,
        "gram_run": np.cumsum(np.clip(gram, -6, 6) * np.log1p(words)),
        "gram_page": np.full(rows, (gram * weight).sum() / weight.sum()),
        "gram_core": gram - (gram * core).sum() / max(1.0, float(core.sum())),
        "gram_sum": gram * np.log1p(words),
        "header": np.where(header >= 0, gram[header], np.nan),
        "header_gap": np.log1p(np.where(header >= 0, index - header, 200)),
        "low_before": since(low),
        "low_after": since(low[::-1])[::-1],
        "best_inside": (index >= start) & (index < end),
        "best_start": signed_log(index - start),
        "best_end": signed_log(end - 1 - index),
        **{f"lag_{lag}": _agreement(shape, lag) for lag in (1, 2, 3, 4)},
        **_parts(gram, words, low),
    }


def _parts(gram: Array, words: Array, low: Flags) -> dict[str, Array]:
    """Return the words and scores of the parts into which sure furniture divides the page."""
    part = np.cumsum(low)
    capped = np.minimum(words, 100)
    held = np.bincount(part, capped)
    story = np.bincount(part, capped / (1 + np.exp(-np.clip(gram, -30, 30))))
    most = story.max()
    return {
        "story_share": np.full(len(part), story.sum() / max(1.0, held.sum())),
        "part_words": np.log1p(story)[part],
        "part_share": (story / max(1.0, most))[part],
        "part_gram": (story / np.maximum(1, held))[part],
        "part_best": signed_log(part - np.argmax(story)),
    }


def _best(gram: Array, words: Array) -> tuple[int, int]:
    """Return the run of lines, half open, in which story outweighs furniture most."""
    worth = np.minimum(words, 60) * np.tanh(gram / 2) - 1
    sums = np.concatenate([[0], np.cumsum(worth)])
    lowest = np.minimum.accumulate(sums)
    end = int(np.argmax(sums - lowest))
    start = int(np.argmin(sums[: end + 1]))
    return start, max(end, start + 1)


def _agreement(shape: Array, lag: int) -> Array:
    """Return how many of the lines around have the shape of the line ``lag`` before them."""
    same = np.zeros((1, len(shape)), dtype=np.float32)
    same[0, lag:] = shape[lag:] == shape[:-lag]
    around: Array = means(sums_of(same), -4, 9)[0]
    return around
