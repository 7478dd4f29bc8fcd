"""What is gained by asking trafilatura and readability, against how many pages they are asked on.

    python -m tests.bench.helped CORPUS [--chart FILE]

Models are trained on the pages of the other folds (by registered domain). Each page is cleaned
without help and with it; its doubt, by the model's own account, decides from which threshold on it
would be helped. So one pass over the pages gives the whole curve.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import process_time

from matplotlib import pyplot as plt
from matplotlib import rc_context

from pipeline.cleaning.classifier import DOUBT, Models, doubt, scores
from pipeline.cleaning.corpus import FOLDS, Labelled, labelled, record
from pipeline.cleaning.evidence import gather
from pipeline.cleaning.html import read_html
from pipeline.cleaning.html_rules import HTML_RULES
from pipeline.cleaning.judge import judge
from pipeline.cleaning.rules import DECIDING
from pipeline.cleaning.train import fit, read
from pipeline.errors import DocumentError
from pipeline.model import Page, Ruling
from pipeline.settings import Cleaning
from tests.bench.cleaning import interval, mean, prf
from tests.bench.story_chart import COLOURS, INK, STYLE

_THRESHOLDS = (9e9, 2.0, 1.0, 0.5, 0.35, DOUBT, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01, 0.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """A page's doubt, and its word F1 and CPU seconds without help and with it."""

    doubt: float
    alone: float
    helped: float
    seconds: float
    more: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table; returns the exit code."""
    parser = argparse.ArgumentParser(description="Quality against the share of pages helped.")
    parser.add_argument("corpus", type=Path, help="folder with truth.jsonl and html/")
    parser.add_argument("--chart", type=Path, help="draw the curve into this file")
    chosen = parser.parse_args(arguments)
    with ProcessPoolExecutor(2, get_context("spawn")) as hands:
        folds = hands.map(partial(measure, chosen.corpus), range(FOLDS))
        pages = [page for fold in folds for page in fold]
    report(pages)
    if chosen.chart:
        draw(pages, chosen.chart)
    return 0


def measure(corpus: Path, fold: int) -> list[Measured]:
    """Train on the other folds and clean the pages of this one twice."""
    pages = list(labelled(corpus))
    models = fit(read(page for page in pages if page.fold != fold))
    sys.stderr.write(f"fold {fold + 1} of {FOLDS}: trained\n")
    return [found for page in pages if page.fold == fold for found in _both(page, models)]


def _both(page: Labelled, models: Models) -> Iterator[Measured]:
    started = process_time()
    try:
        blocks, tree = read_html(record(page, "text/html", page.data), Cleaning())
    except DocumentError:
        return
    found = scores(blocks, models)
    alone = _kept(blocks, found.tolist())
    middle = process_time()
    evidence, _ = gather(tree, blocks.blocks)
    asked = replace(blocks, evidence=evidence)
    helped = _kept(asked, scores(asked, models).tolist())
    yield Measured(
        doubt(blocks, found),
        prf(alone, page.text)[2],
        prf(helped, page.text)[2],
        middle - started,
        process_time() - middle,
    )


def _kept(page: Page, found: Sequence[float]) -> str:
    verdicts = judge(page, found, (*HTML_RULES, *DECIDING))
    kept = (v.block for v in verdicts if v.ruling is Ruling.KEEP)
    return "\n".join(page.blocks[i].text for i in kept)


def report(pages: Sequence[Measured]) -> None:
    """Print a row a threshold: share of pages helped, F1, gain over no help, CPU seconds."""
    print("| asked where doubt is over | pages helped | F1 | over no help | ms a page |")
    print("|---|---:|---:|---:|---:|")
    for threshold in _THRESHOLDS:
        share, f1, cost = at(pages, threshold)
        low, high = interval([p.helped - p.alone if p.doubt > threshold else 0.0 for p in pages])
        name = "never" if threshold > 1e9 else f"{threshold:.2f}"
        mark = " (as set)" if threshold == DOUBT else ""
        gain = f1 - mean([page.alone for page in pages])
        print(
            f"| {name}{mark} | {share:.1%} | {f1:.4f} | "
            f"{gain:+.4f} [{low:+.4f}, {high:+.4f}] | {1000 * cost:.1f} |"
        )


def at(pages: Sequence[Measured], threshold: float) -> tuple[float, float, float]:
    """Return share of pages helped, mean F1 and CPU seconds a page at a threshold of doubt."""
    asked = [page for page in pages if page.doubt > threshold]
    f1 = [page.helped if page.doubt > threshold else page.alone for page in pages]
    cost = sum(page.seconds for page in pages) + sum(page.more for page in asked)
    return len(asked) / len(pages), mean(f1), cost / len(pages)


def draw(pages: Sequence[Measured], path: Path) -> None:
    """Draw F1 against the share of pages helped, and mark the point that is set."""
    doubts = sorted({page.doubt for page in pages} | {DOUBT, 9e9}, reverse=True)
    points = [at(pages, threshold)[:2] for threshold in doubts]
    share, f1, _ = at(pages, DOUBT)
    with rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7, 3.8))
        line, mark = COLOURS.values()
        axes.plot(*zip(*points, strict=True), color=line)
        axes.plot([share], [f1], "o", color=mark, label=f"as set: {share:.1%} of pages")
        axes.set(xlabel="share of pages on which helpers are asked", ylabel="mean word F1")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.grid(visible=True, color=INK, alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
