"""The page of the comparison: ``benchmarks.json`` in, Markdown and charts out: they agree.

    python -m tests.bench.bench_page docs

writes them anew from the figures that are there; ``make bench`` does so after each round.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.contest import INPUTS, OURS, PEERS, SYSTEMS, title
from tests.bench.made_pages import CHANGED, COPIES
from tests.bench.ratios import Cell, Spread, measure, of, paired, spread

QUIET = 0.05
"""Share of the machine that other work may take before the page says that it was busy."""
FEW = {"pages": 1_000, "texts": 10_000, "rounds": 3}
"""Below these, what is measured is mostly start-up, or chance."""
CHARTS = {
    "rate": ("benchmarks-rate.svg", "documents a CPU second"),
    "memory": ("benchmarks-memory.svg", "MB at the peak, all processes"),
}
COMPARED = ("rate", "wall", "memory")
MEASURES = ("wall", "cpu", "rate", "memory")


HEAD = """# Copydesk beside what you would take instead

`make bench` wrote this page and its charts from `benchmarks.json`; no figure in it was typed. Each
run is a whole command over the same raw files, start-up included, from raw file to Parquet."""

RATIOS = """## Ratios

Copydesk's figure divided by the other's, inside a round, whose runs follow each other; median
[least, most] of the rounds. Above 1, documents a CPU second speak for Copydesk, wall time and
memory against it."""

FIGURES = """## All figures

Median [least, most]. *Texts* are the documents with a text in the output and *stories* its groups,
so that a system which is fast because it dropped documents shows. They find different copies: how
well is measured in [stories.md](stories.md), how well texts are cleaned in the README."""

METHOD = f"""## How it is measured

- **Turns.** A round runs every system once on every input, and each round begins with another
  system. Before the first each has run once on ten documents, uncounted, so that imports are
  compiled; raw files are in the system's cache. Each run starts with an empty output folder.
- **CPU seconds** are the kernel's, user and system, of all processes of a command: those it leaves
  behind, such as a fork server, are waited for too.
- **Memory** is looked at five times a second: the sum over all processes, in which a shared page
  counts once (PSS).
- **Pages** come from a corpus folder that is not part of this project (`CORPUS=...`). Up to its
  size they are taken as they are, evenly from all over it. Each further pass takes every page
  again as another story of its site: menus and markup stay, and in the prose, the headline and
  what the head says of them every word of five letters or more gives place to another of the page.
  One page in {COPIES} of these is a copy of the first pass instead, at another address, with
  {CHANGED:.0%} of those words changed. The WARC files hold the same pages, gzipped, in up to eight
  files.
- **Texts** are made from a seed: families of news stories, cut, re-headlined, re-spelled, with
  offers (see [stories.md](stories.md)); the JSON lines hold the same ones, in up to eight files.
- **What others did** meanwhile is the machine's busy time less the command's own, by run."""


@dataclass(frozen=True, slots=True)
class Result:
    """What ``benchmarks.json`` holds."""

    facts: Mapping[str, Any]
    cells: tuple[Cell, ...]


def load(file: Path) -> Result:
    """Return the content of a ``benchmarks.json``."""
    facts = json.loads(file.read_text("utf-8"))
    return Result(facts, tuple(Cell(**cell) for cell in facts.pop("cells")))


def publish(folder: Path) -> None:
    """Write the page and the charts of the figures in a folder's ``benchmarks.json``."""
    from tests.bench.bench_chart import draw

    result = load(folder / "benchmarks.json")
    (folder / "benchmarks.md").write_text(page(result), "utf-8")
    for name, (file, label) in CHARTS.items():
        draw(result.cells, name, label, folder / file)


def page(result: Result) -> str:
    """Return the page as Markdown."""
    charts = (f"![{label}]({file})" for file, label in CHARTS.values())
    parts = [
        HEAD,
        *_caveats(result),
        _peers(result),
        RATIOS,
        _ratio_table(result.cells),
        *charts,
        FIGURES,
        *_figure_tables(result.cells),
        "## Small things",
        _small(result.cells),
        METHOD,
        _again(result),
    ]
    return "\n\n".join(parts) + "\n"


def _caveats(result: Result) -> Iterator[str]:
    """Yield what makes the figures weaker than they look."""
    plan, machine = result.facts["plan"], result.facts["machine"]
    shares = [cell.others for cell in result.cells]
    yield (
        f"Made on {result.facts['made']}: {plan['pages']:,} pages, {plan['texts']:,} texts, "
        f"rounds: {plan['rounds']}, workers: {plan['workers']}, on {machine['cores']} cores with "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}."
    )
    few = [
        f"{plan[name]:,} {name if plan[name] != 1 else name.removesuffix('s')}"
        for name, least in FEW.items()
        if plan[name] < least
    ]
    if few:
        yield (
            f"**A trial, no result:** {', '.join(few)}. Start-up weighs more than the work at such "
            "sizes, and so few rounds show little of the spread."
        )
    if max(shares) > QUIET:
        told = spread(shares)
        yield (
            f"**The machine was busy:** other work took {told.median:.0%} of its processors "
            f"({told.least:.0%} to {told.most:.0%}, by run). Wall seconds are too long, CPU "
            "seconds somewhat; ratios suffer less."
        )


def _peers(result: Result) -> str:
    ours, theirs = result.facts["versions"], result.facts["peer_versions"]
    copied = (
        "- **script** (`tests/bench/peer_script.py`): a pool of processes, trafilatura "
        f"{ours['trafilatura']} with defaults, MinHash and MinHashLSH of datasketch "
        f"{ours['datasketch']} on five-word shingles, one Parquet file of pyarrow. No lineage, no "
        "rejects, no second run: what one writes in an afternoon."
    )
    lines = ["## Who", f"- **Copydesk** {ours['copydesk']}: `copydesk ingest`, with its defaults."]
    lines.append(copied)
    if theirs:
        lines.append(
            f"- **datatrove** {theirs['datatrove']} (`tests/bench/peer_datatrove.py`): reader, "
            f"Trafilatura ({theirs['trafilatura']}, the version that it asks for), the four stages "
            "of MinHash with its examples' settings, Parquet. Extraction and signatures share one "
            "pass, and a page has 10 seconds instead of 1: both are kinder than its defaults."
        )
    lines.append(
        "- **floors**: reading and decoding alone, parsing with lxml alone, in a pool as large."
    )
    return f"{lines[0]}\n\n" + "\n".join(lines[1:])


def _ratio_table(cells: Sequence[Cell]) -> str:
    lines = [
        "| input | beside | documents a CPU second | wall time | memory |",
        "|---|---|---:|---:|---:|",
    ]
    for one in INPUTS:
        for peer in PEERS:
            found = [paired(cells, one.name, OURS, peer, name) for name in COMPARED]
            if all(found):
                told = " | ".join(_told(value, 2) for value in found if value)
                lines.append(f"| {one.title} | {peer} | {told} |")
    return "\n".join(lines)


def _figure_tables(cells: Sequence[Cell]) -> Iterator[str]:
    for one in INPUTS:
        found = {s.name: of(cells, one.name, s.name) for s in SYSTEMS}
        rows = {name: runs for name, runs in found.items() if runs}
        if not rows or one.name == "help":
            continue
        count = next(iter(rows.values()))[0].documents
        lines = [
            f"### {one.title[0].upper()}{one.title[1:]}: {count:,} documents",
            "",
            "| system | wall s | CPU s | documents/CPU s | peak MB | texts | stories |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        for name, runs in rows.items():
            figures = " | ".join(_figure(runs, measure_) for measure_ in MEASURES)
            wrote = " | ".join(
                _told(spread([getattr(run, what) for run in runs]), 0) if run_wrote(runs) else ""
                for what in ("texts", "stories")
            )
            lines.append(f"| {title(name)} | {figures} | {wrote} |")
        yield "\n".join(lines)


def run_wrote(runs: Sequence[Cell]) -> bool:
    """Say whether any of the runs wrote a text."""
    return any(run.texts for run in runs)


def _figure(runs: Sequence[Cell], name: str) -> str:
    scale = 1e-6 if name == "memory" else 1
    values = spread([measure(run, name) * scale for run in runs])
    return _told(values, 0 if values.median >= 100 else 1 if values.median >= 10 else 2)


def _told(values: Spread, digits: int) -> str:
    """Return a median and its spread, without the spread where there is none to see."""
    median, least, most = (
        f"{value:,.{digits}f}" for value in (values.median, values.least, values.most)
    )
    return median if least == most else f"{median} [{least}, {most}]"


def _small(cells: Sequence[Cell]) -> str:
    """Return sentences about start-up, a run of nothing new, and a second worker."""
    lines = []
    for input_, system, what in (
        ("help", "help", "`copydesk --help`"),
        ("five", OURS, "`copydesk ingest` on the five files in `raw/`"),
        ("five", "copydesk-again", "the same again, with nothing new"),
        ("html", "copydesk-again", "`copydesk ingest` on the HTML files again, with nothing new"),
        ("text", "copydesk-again", "the same on the text files"),
    ):
        if runs := of(cells, input_, system):
            wall, cpu = _figure(runs, "wall"), _figure(runs, "cpu")
            lines.append(f"- {what}: {wall} s, {cpu} CPU s.")
    for input_ in ("html", "text"):
        if times := paired(cells, input_, "copydesk-1", OURS, "wall"):
            cpu = paired(cells, input_, "copydesk-1", OURS, "cpu")
            more = f", at {_told(cpu, 2)} times the CPU time" if cpu else ""
            lines.append(
                f"- One worker instead of all on {title(input_)} takes {_told(times, 2)} times the "
                f"wall time{more}."
            )
    return "\n".join(lines)


def _again(result: Result) -> str:
    plan, versions = result.facts["plan"], result.facts["versions"]
    used = ", ".join(f"{name} {versions[name]}" for name in sorted(versions))
    sizes = f"PAGES={plan['pages']} TEXTS={plan['texts']} ROUNDS={plan['rounds']}"
    return f"With {used}. To do it again: `make bench {sizes}`."


if __name__ == "__main__":
    publish(Path(sys.argv[1]))
