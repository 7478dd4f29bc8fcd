"""The learned judge: gradient-boosted trees give each block the probability that it is story.

One design for both modes: the columns of ``features`` (words, neighbours, n-gram log-odds), in HTML
those of ``html_features`` beside them, and where a page leaves doubts those of the helper
extractors. The models lie in ``models/`` with their card; ``train`` makes them.
"""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.cleaning import ngrams
from pipeline.cleaning.features import line_columns
from pipeline.cleaning.html_features import helper_columns, markup_columns
from pipeline.cleaning.prose import outline
from pipeline.cleaning.trees import Trees
from pipeline.model import Evidence, Page

Floats = npt.NDArray[np.float32]

TEXT, HTML, HELPED = "text", "html", "helped"
"""The models: plain text, HTML, and HTML with the evidence of the helper extractors."""

DOUBT = 0.25
"""Share of the kept words that may be wrong, by the model's own account, before help is asked."""


@dataclass(frozen=True, slots=True)
class Models:
    """The trained parts: the n-gram table and, by name, the trees."""

    grams: ngrams.Grams
    trees: dict[str, Trees]


def scores(
    page: Page, models: Models | None = None, own: Floats | None = None
) -> npt.NDArray[np.float64]:
    """Return for each block the probability that it belongs to the story, 0 to 1.

    ``own`` are the ``own_columns`` of the page, for a caller that asks again with evidence.
    """
    chosen = models or packaged()
    name = TEXT if page.mode == "text" else HELPED if page.evidence else HTML
    if own is None:
        own = own_columns(page, chosen)
    return chosen.trees[name].predict(_with_help(page, own))


def own_columns(page: Page, models: Models | None = None) -> Floats:
    """Return the features of a page without those of the helper extractors, one row a block."""
    grams = (models or packaged()).grams
    return _own(page, ngrams.score(grams, [block.text for block in page.blocks]))


def columns(page: Page, gram: Floats) -> Floats:
    """Return the features of a page, one row a block; ``gram`` is its n-gram log-odds."""
    return _with_help(page, _own(page, gram))


def _own(page: Page, gram: Floats) -> Floats:
    words = line_columns(page, gram)
    return words if page.mode == "text" else np.hstack([words, markup_columns(page)])


def _with_help(page: Page, own: Floats) -> Floats:
    if page.mode == "text" or not page.evidence:
        return own
    return np.hstack([own, helper_columns(page, _either(page.evidence))])


def _either(found: Sequence[Evidence]) -> Evidence:
    """Return the most that any helper kept of each block.

    Of a story in several containers trafilatura may take one; readability, which is asked where
    trafilatura left much prose, then has the others.
    """
    most = map(max, zip(*(evidence.coverage for evidence in found), strict=True))
    return Evidence("+".join(evidence.helper for evidence in found), tuple(most))


def is_unsure(page: Page, found: npt.NDArray[np.float64]) -> bool:
    """Tell whether the scores leave doubt about more than a few words of the story."""
    return doubt(page, found) > DOUBT


def doubt(page: Page, found: npt.NDArray[np.float64]) -> float:
    """Return the words that may be wrong, by the scores' own account, for each word kept."""
    sizes = np.array(outline(page).sizes, dtype=np.float64)
    doubtful, kept = (np.minimum(found, 1 - found) * sizes).sum(), (found * sizes).sum()
    return float(doubtful / kept) if kept else 0.0


@cache
def packaged() -> Models:
    """Return the models that come with the package."""
    with_package = files("pipeline.cleaning").joinpath("models")
    return load(Path(str(with_package)))


def load(folder: Path) -> Models:
    """Return the models of a folder that ``save`` wrote."""
    trees = {
        name: Trees(gzip.decompress((folder / f"{name}.txt.gz").read_bytes()).decode())
        for name in (TEXT, HTML, HELPED)
    }
    return Models(ngrams.from_bytes((folder / "grams.bin").read_bytes()), trees)


def save(models: Models, folder: Path) -> None:
    """Write the models, the same bytes for the same models."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "grams.bin").write_bytes(ngrams.to_bytes(models.grams))
    for name, trees in models.trees.items():
        (folder / f"{name}.txt.gz").write_bytes(gzip.compress(trees.model.encode(), 9, mtime=0))
