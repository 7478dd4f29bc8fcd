"""Measure how copies of one story are found, against datasketch's MinHashLSH and rensa.

    python -m tests.bench.stories SYNDICATION [--out FILE]

The set is raw: paywall blocks and captions stand in the texts. Copydesk is measured on it twice,
by its story stage alone and by its whole line, as text dumps; and once without its normaliser.
Each system runs in a process of its own, its imports made before the clock starts.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import engine, pool
from pipeline.settings import Settings
from tests.bench import staged, story_peers
from tests.bench.measured import Measured, measured
from tests.bench.story_score import Score, Truth, fullest, score

OURS = "Copydesk"
PART = 1_000
"""Documents in a staged part."""
WARM_UP = 40
"""Documents that a system sees before it is measured."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a system made of the documents."""

    stories: Mapping[str, str]
    """The story of each document."""
    canonical: Mapping[str, str] | None = None
    """The canonical of each story, where the system chooses one."""
    texts: Mapping[str, str] | None = None
    """The cleaned texts, where it cleans."""
    seconds: float | None = None
    """CPU seconds from text to story, where the call does more than that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One system's line of the table."""

    system: str
    score: Score
    fullest: float | None
    seconds: float
    speed: float
    """Documents a CPU second."""
    memory: int
    """Bytes at the peak, above what the imports take."""


System = Callable[[Mapping[str, str]], Told]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table; returns the exit code."""
    parser = argparse.ArgumentParser(description="Benchmark of finding copies of one story.")
    parser.add_argument("syndication", type=Path, help="folder with docs, truth and hardneg.jsonl")
    parser.add_argument("--out", type=Path, help="write the table as JSON lines, too")
    parser.add_argument("--only", default="", help="systems whose name holds this")
    chosen = parser.parse_args(arguments)
    texts = {row["id"]: row["text"] for row in _rows(chosen.syndication / "docs.jsonl")}
    truth = read_truth(chosen.syndication)
    print(f"{len(texts):,} documents, {len(set(truth.family.values())):,} stories")
    print(head(truth))
    for name, system in SYSTEMS.items():
        if chosen.only not in name:
            continue
        row = run(name, system, texts, truth)
        print(line(row), flush=True)
        if chosen.out:
            with chosen.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row)) + "\n")
    return 0


def read_truth(folder: Path) -> Truth:
    """Read what is known of the documents of a set."""
    rows = list(_rows(folder / "truth.jsonl"))
    strangers: dict[str, list[tuple[str, str]]] = {}
    for pair in _rows(folder / "hardneg.jsonl"):
        strangers.setdefault(pair["kind"], []).append((pair["a"], pair["b"]))
    return Truth(
        family={row["id"]: row["cluster"] for row in rows},
        kept={row["id"]: row["kept"] for row in rows if "cut" in row["kinds"]},
        strangers=strangers,
    )


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def run(name: str, system: System, texts: Mapping[str, str], truth: Truth) -> Row:
    """Measure one system."""
    some = dict(islice(texts.items(), WARM_UP))
    found: Measured = measured(system, texts, warm_up=partial(system, some))
    told: Told = found.result
    held = None
    if told.canonical is not None:
        held = fullest(truth, told.stories, told.canonical, told.texts or texts)
    seconds = told.seconds or found.seconds
    scored = score(truth, told.stories)
    return Row(name, scored, held, seconds, len(texts) / seconds, found.memory - found.before)


def stage(settings: Mapping[str, object], texts: Mapping[str, str]) -> Told:
    """Tell the raw texts by the story stage alone, in one process.

    Its time is that from text to story: without the documents that are staged for it and without
    the edition that is published.
    """
    engine.crew = staged.one_process  # type: ignore[assignment]
    pool._unlimited = lambda call, item: call(item)
    table = pa.table({"id": list(texts), "text": list(texts.values())})
    table = table.append_column("source", pa.repeat("unknown", len(table)))
    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings.model_validate({"dedup": settings})
        done = staged.run(Path(folder), table.to_batches(PART), chosen)
        seconds = sum(done.seconds[name] for name in staged.TELLING)
        return Told(*staged.told(Path(folder) / "clean"), seconds=seconds)


def whole_line(texts: Mapping[str, str]) -> Told:
    """Clean the texts as text dumps and tell them, by the product's own run.

    No source is given: what pages of one site share is not used.
    """
    names = list(texts)
    with tempfile.TemporaryDirectory() as folder:
        raw, clean = Path(folder) / "raw", Path(folder) / "clean"
        raw.mkdir()
        lines = (json.dumps({"text": text}) + "\n" for text in texts.values())
        (raw / "feed.jsonl").write_text("".join(lines), "utf-8")
        engine.ingest(raw, clean, Settings())
        stories, canonical = staged.told(clean)
        query = f"""SELECT o.raw_locator, doc_id, d.text FROM '{clean}/origins/*.parquet' o
            JOIN '{clean}/documents/*/*.parquet' d USING (doc_id)"""
        rows = duckdb.sql(query).fetchall()
    origin = {names[int(locator.removeprefix("line:")) - 1]: d for locator, d, _ in rows}
    named = {doc_id: name for name, doc_id in origin.items()}
    return Told(
        stories={name: stories[doc_id] for name, doc_id in origin.items() if doc_id in stories},
        canonical={story: named[doc_id] for story, doc_id in canonical.items()},
        texts={named[doc_id]: text for _, doc_id, text in rows},
    )


def peer(
    tell: Callable[..., dict[str, str]], threshold: float, check: bool, texts: Mapping[str, str]
) -> Told:
    """Tell the raw texts by another system."""
    return Told(tell(texts, threshold, check=check))


SYSTEMS: Mapping[str, System] = {
    f"{OURS}, stories alone, raw text": partial(stage, {}),
    f"{OURS}, the same, one_spelling=false": partial(stage, {"one_spelling": False}),
    f"{OURS}, whole line": whole_line,
    "datasketch .5": partial(peer, story_peers.datasketch, 0.5, False),
    "datasketch .5, checked": partial(peer, story_peers.datasketch, 0.5, True),
    "datasketch .7": partial(peer, story_peers.datasketch, 0.7, False),
    "datasketch .7, checked": partial(peer, story_peers.datasketch, 0.7, True),
    "rensa .5, checked": partial(peer, story_peers.rensa, 0.5, True),
}


def head(truth: Truth) -> str:
    """Return the first two lines of the table, in Markdown."""
    counts = {kind: len(some) for kind, some in truth.strangers.items()}
    names = (
        *("system", "P", "R", "F1", "ARI", "B-cubed F1", "mates of cut copies", "under half"),
        f"template merges of {counts.get('template', 0):,}",
        f"same-event merges of {counts.get('same_event', 0):,}",
        *("canonical fullest", "CPU s", "documents/CPU s", "MB"),
    )
    return "| " + " | ".join(names) + " |\n|---" + "|---:" * (len(names) - 1) + "|"


def line(row: Row) -> str:
    """Return one line of the table."""
    s = row.score
    shares = (s.precision, s.recall, s.f1, s.ari, s.b_cubed, s.cut, s.cut_short)
    merged = (s.merged.get("template", 0), s.merged.get("same_event", 0))
    full = "" if row.fullest is None else _share(row.fullest)
    cost = (f"{row.seconds:.1f}", f"{row.speed:,.0f}", f"{row.memory / 1e6:,.0f}")
    cells = (row.system, *map(_share, shares), *map(str, merged), full, *cost)
    return f"| {' | '.join(cells)} |"


def _share(value: float) -> str:
    return f"{value:.4f}".removeprefix("0")


if __name__ == "__main__":
    raise SystemExit(main())
