"""What stories cost as documents grow: a full build of each size, then a day's news against it.

    python -m tests.bench.story_scale 10000 100000 [--one-offer] [--out FILE] [--chart FILE]

The documents are made (see ``made_stories``) and staged as if cleaned; they are told and published
by the product's own stages, in its own pool of workers. The day's news are the documents that the
generator makes next, copies of known stories among them.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.settings import Settings
from tests.bench import staged
from tests.bench.made_stories import batches
from tests.bench.measured import measured
from tests.bench.story_score import pair_scores

SEED = 7
A_DAYS_NEWS = 10_000
PART = 2_000
"""Documents in a staged part."""
WARM_UP = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """One run in numbers."""

    known: int
    """Documents that stood in the store before."""
    documents: int
    """New ones."""
    one_offer: bool
    seconds: dict[str, float]
    """CPU seconds by stage."""
    pairs: int
    matches: int
    memory: int
    """Bytes of all processes at the peak."""
    precision: float
    """Of the pairs of documents that share a story, new and known ones."""
    recall: float

    @property
    def telling(self) -> float:
        """CPU seconds from text to story."""
        return sum(self.seconds[name] for name in staged.TELLING)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the builds and print a line for each; returns the exit code."""
    parser = argparse.ArgumentParser(description="What stories cost as documents grow.")
    parser.add_argument("counts", type=int, nargs="+", help="documents of each full build")
    parser.add_argument("--news", type=int, default=A_DAYS_NEWS, help="new documents after each")
    parser.add_argument("--one-offer", action="store_true", help="all carry the same offer")
    parser.add_argument("--out", type=Path, help="add the figures here, as JSON lines")
    parser.add_argument("--chart", type=Path, help="draw an SVG of all figures in --out")
    chosen = parser.parse_args(arguments)
    print(HEAD)
    for figures in runs(chosen.counts, chosen.news, one_offer=chosen.one_offer):
        print(line(figures), flush=True)
        if chosen.out:
            with chosen.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(figures)) + "\n")
    if chosen.out and chosen.chart:
        from tests.bench.story_chart import draw

        draw(
            [json.loads(text) for text in chosen.out.read_text("utf-8").splitlines()], chosen.chart
        )
    return 0


def runs(counts: Iterable[int], news: int, *, one_offer: bool) -> Iterator[Figures]:
    """Build each size in a folder of its own, then tell the news against it."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            yield grow(home, 0, count, one_offer=one_offer)
            if news:
                yield grow(home, count, news, one_offer=one_offer)


def grow(home: Path, first: int, count: int, *, one_offer: bool) -> Figures:
    """Tell ``count`` documents from ``first`` on with what ``home`` knows; measure it."""
    found = measured(told, home, first, count, one_offer, warm_up=warm_up)
    run: staged.Run = found.result
    precision, recall = scores(home)
    return Figures(
        known=first,
        documents=count,
        one_offer=one_offer,
        seconds=run.seconds,
        pairs=run.pairs,
        matches=run.matches,
        memory=found.memory,
        precision=precision,
        recall=recall,
    )


def warm_up() -> None:
    """Make all imports, also those of the workers' server."""
    with tempfile.TemporaryDirectory() as folder:
        told(Path(folder), 0, WARM_UP, one_offer=False)


def told(home: Path, first: int, count: int, one_offer: bool) -> staged.Run:
    """Make the documents and tell them; their families are written down beside."""
    made = batches(count, SEED, one_offer=one_offer, first=first, size=PART)
    return staged.run(home, _noted(made, home / "families" / f"{first}.parquet"), Settings())


def _noted(made: Iterable[pa.RecordBatch], path: Path) -> Iterator[pa.RecordBatch]:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = pa.schema({"id": pa.string(), "family": pa.int64()})
    with pq.ParquetWriter(path, shape) as writer:
        for batch in made:
            writer.write_batch(batch.select(shape.names))
            yield batch


def scores(home: Path) -> tuple[float, float]:
    """Return precision and recall over the pairs of all documents published so far."""
    with duckdb.connect() as db:
        db.execute("SET enable_progress_bar = false")
        db.execute(
            f"""CREATE TABLE joint AS
            SELECT family, coalesce(story_id, id) AS story, count(*) AS n
            FROM '{home}/families/*.parquet'
            LEFT JOIN (SELECT doc_id AS id, story_id FROM '{home}/clean/copies/*/*.parquet')
                USING (id)
            GROUP BY ALL"""
        )
        joint, true, said = (
            [n for (n,) in db.execute(query).fetchall()]
            for query in (
                "SELECT n FROM joint",
                "SELECT sum(n)::BIGINT FROM joint GROUP BY family",
                "SELECT sum(n)::BIGINT FROM joint GROUP BY story",
            )
        )
    return pair_scores(joint, true, said)[:2]


HEAD = """\
| known | new | sign | settle | compare | tell | to story, CPU s | documents/CPU s | publish | \
pairs | matches | peak MB | P | R |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""


def line(figures: Figures) -> str:
    """Return one line of the table."""
    seconds = figures.seconds
    cells = (
        *(f"{figures.known:,}", f"{figures.documents:,}"),
        *(f"{seconds[name]:.1f}" for name in staged.TELLING),
        *(f"{figures.telling:.1f}", f"{figures.documents / figures.telling:,.0f}"),
        *(f"{seconds['publish']:.1f}", f"{figures.pairs:,}", f"{figures.matches:,}"),
        *(f"{figures.memory / 1e6:,.0f}", f"{figures.precision:.4f}", f"{figures.recall:.4f}"),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    raise SystemExit(main())
