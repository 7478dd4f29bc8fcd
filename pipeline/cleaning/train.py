"""Train the block classifier from a folder of labelled pages.

    python -m pipeline.cleaning.train CORPUS [--out FOLDER]

CORPUS holds truth.jsonl and html/. The same folder gives the same bytes on the same platform: one
thread, one seed, examples in the order of the corpus.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from time import monotonic

import lightgbm
import numpy as np
import numpy.typing as npt

from pipeline.cleaning import ngrams
from pipeline.cleaning.classifier import HELPED, HTML, TEXT, Models, columns, save
from pipeline.cleaning.corpus import (
    DUMPS,
    FOLDS,
    Example,
    Labelled,
    html_examples,
    labelled,
    text_examples,
)
from pipeline.cleaning.trees import Trees

Floats = npt.NDArray[np.float32]

PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.15,
    "num_leaves": 63,
    "extra_trees": True,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 2.0,
    "max_bin": 255,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}
ROUNDS = 140


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on a corpus and write the models; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.cleaning.train",
        description="Train the block classifier from labelled pages.",
    )
    parser.add_argument("corpus", type=Path, help="folder with truth.jsonl and html/")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).parent / "models",
        help="where the models go (default: into the package)",
    )
    chosen = parser.parse_args(arguments)
    if not (chosen.corpus / "truth.jsonl").is_file():
        sys.stderr.write(f"{chosen.corpus}: no truth.jsonl there\n")
        return 2
    started = monotonic()
    examples = read(labelled(chosen.corpus))
    _tell(f"{len(examples)} examples", started)
    save(fit(examples), chosen.out)
    _tell(f"models written to {chosen.out}", started)
    return 0


def read(pages: Iterable[Labelled]) -> list[Example]:
    """Return the examples of both modes; each page is dumped as plain text in two styles."""
    found: list[Example] = []
    for page in pages:
        found.extend(html_examples(page))
        found.extend(text_examples(page, _styles(page.file)))
    return found


def _styles(file: str) -> tuple[str, ...]:
    """Return two dump styles, drawn by the name of the file."""
    first, step = divmod(int(sha256(file.encode()).hexdigest(), 16), 3)
    names = sorted(DUMPS)
    return names[first % 4], names[(first + 1 + step) % 4]


def fit(examples: Sequence[Example]) -> Models:
    """Train the n-gram table and one ensemble of trees a model.

    The trees learn from n-gram scores of tables that did not see the page's domain.
    """
    table, scores = _grams(examples)
    trees = {}
    for name, wanted in _kinds(examples).items():
        data = [columns(examples[i].page, scores[i]) for i in wanted]
        trees[name] = _trees(data, [examples[i] for i in wanted])
    return Models(table, trees)


def _kinds(examples: Sequence[Example]) -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {TEXT: [], HTML: [], HELPED: []}
    for i, example in enumerate(examples):
        page = example.page
        kinds[TEXT if page.mode == "text" else HELPED if page.evidence else HTML].append(i)
    return kinds


def _grams(examples: Sequence[Example]) -> tuple[ngrams.Grams, list[Floats]]:
    """Return the table of all pages, and scores of each page by the tables of the other folds."""
    teachers = _kinds(examples)[HTML]
    by_fold = {
        fold: _table([examples[i] for i in teachers if examples[i].fold != fold])
        for fold in range(FOLDS)
        if any(example.fold == fold for example in examples)
    }
    scores = [
        ngrams.score(by_fold[example.fold], [block.text for block in example.page.blocks])
        for example in examples
    ]
    return _table([examples[i] for i in teachers]), scores


def _table(examples: Sequence[Example]) -> ngrams.Grams:
    lines = [block.text for example in examples for block in example.page.blocks]
    labels = np.concatenate([example.labels for example in examples])
    weights = np.concatenate([example.weights for example in examples])
    return ngrams.train(lines, labels, weights)


def _trees(data: Sequence[Floats], examples: Sequence[Example]) -> Trees:
    rows = lightgbm.Dataset(
        np.vstack(data),
        label=np.concatenate([example.labels for example in examples]),
        weight=np.concatenate([example.weights for example in examples]),
    )
    return Trees(lightgbm.train(PARAMETERS, rows, ROUNDS).model_to_string())


def _tell(what: str, started: float) -> None:
    sys.stderr.write(f"{monotonic() - started:6.0f} s  {what}\n")


if __name__ == "__main__":
    sys.exit(main())
