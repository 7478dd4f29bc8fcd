"""The chart of the look-up benchmark: a pair of bars a question, as a static SVG."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib import pyplot as plt

from tests.bench.lookups import Answer
from tests.bench.story_chart import INK, STYLE, mpl

COLOURS = {"DuckDB": "#2f81c7", "Polars": "#d9742b"}
BAR = 0.38


def draw(answers: Sequence[Answer], count: int, path: Path) -> None:
    """Draw the median of each reader by question; a thin line spans the least and the most."""
    names = list(dict.fromkeys(answer.question for answer in answers))
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7, 4.4))
        for shift, (reader, colour) in zip((-BAR / 2, BAR / 2), COLOURS.items(), strict=True):
            told = [answer for answer in answers if answer.reader == reader]
            places = [names.index(answer.question) + shift for answer in told]
            bars = axes.barh(
                places,
                [1000 * answer.median for answer in told],
                BAR,
                xerr=[
                    [1000 * (answer.median - answer.least) for answer in told],
                    [1000 * (answer.most - answer.median) for answer in told],
                ],
                color=colour,
                ecolor=INK,
                error_kw={"linewidth": 1},
                label=reader,
            )
            axes.bar_label(bars, [f"{1000 * a.median:,.0f}" for a in told], padding=3, color=INK)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlabel(f"milliseconds to answer, of {count:,} articles")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="best")
        figure.tight_layout()
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)
