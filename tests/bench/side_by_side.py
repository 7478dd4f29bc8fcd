"""Copydesk beside what a user would take instead: the same raw files, whole commands, in turn.

    python -m tests.bench.side_by_side CORPUS [--pages 4000] [--texts 20000] [--rounds 5]

CORPUS is a folder with ``truth.jsonl`` and ``html/``. Each round runs every system on every input
once, in another order; ratios are taken within a round. Each finished run is printed; at the end
``benchmarks.json``, and the page and the charts made of it, are written into the folder ``--into``.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.commands import cost
from tests.bench.contest import INPUTS, OURS, PEERS_PYTHON, ROOT, SYSTEMS, Input, System, Task
from tests.bench.ratios import Cell, measure, of, order, paired, spread

FIXED = {"five": 5, "help": 1}
LIBRARIES = ("copydesk", "trafilatura", "lxml", "datasketch", "pyarrow", "duckdb", "lightgbm")
PEER_LIBRARIES = ("datatrove", "trafilatura", "spacy", "pyarrow")
WARM = 10
"""Documents of the uncounted run that each system begins with: it compiles the imports."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    corpus: Path
    pages: int
    texts: int
    rounds: int
    workers: int
    inputs: tuple[Input, ...]
    systems: tuple[System, ...]

    def size(self, one: Input) -> int:
        """Return how many documents an input has."""
        return {"page": self.pages, "text": self.texts}.get(one.kind) or FIXED[one.name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison, print and write it; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=4_000, help="pages of HTML and WARC")
    parser.add_argument("--texts", type=int, default=20_000, help="text files and JSON lines")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of every system")
    parser.add_argument("--inputs", nargs="+", choices=[one.name for one in INPUTS])
    parser.add_argument("--systems", nargs="+", choices=[one.name for one in SYSTEMS])
    parser.add_argument("--home", type=Path, help="make the raw files here and keep them")
    parser.add_argument("--into", type=Path, help="write JSON, page and charts into this folder")
    chosen = parser.parse_args(arguments)
    if not (chosen.corpus / "truth.jsonl").exists():
        parser.error(f"{chosen.corpus} has no truth.jsonl: it is no corpus folder")
    if min(chosen.pages, chosen.texts, chosen.rounds, chosen.workers) < 1:
        parser.error("sizes, rounds and workers start at 1")
    plan = Plan(
        chosen.corpus.resolve(),
        chosen.pages,
        chosen.texts,
        chosen.rounds,
        chosen.workers,
        tuple(one for one in INPUTS if not chosen.inputs or one.name in chosen.inputs),
        tuple(one for one in SYSTEMS if not chosen.systems or one.name in chosen.systems),
    )
    for missing in {s.python for s in plan.systems if not s.python.exists()}:
        parser.error(f"{missing} is missing: `make bench` installs it, --systems leaves it out")
    cells: list[Cell] = []
    with tempfile.TemporaryDirectory() as folder:
        raws = prepared(plan, chosen.home or Path(folder) / "raw", Path(folder))
        for number in range(1, plan.rounds + 1):
            cells += run_round(plan, raws, Path(folder), number)
            if chosen.into:  # a long run that is ended leaves the rounds that it finished
                write(plan, cells, chosen.into)
    print(table(cells))
    return 0


def prepared(plan: Plan, raw: Path, folder: Path) -> dict[str, Path]:
    """Make the raw folders and run every system once on a few documents; return the folders."""
    for system in plan.systems:
        for one in [i for i in plan.inputs if i.name in system.inputs][:1]:
            small = replace(plan, pages=WARM, texts=WARM)
            _say(f"warming up: {system.title}")
            run_cell(small, one, system, _raw(small, one, folder / "warm"), folder, 0)
    return {one.name: _raw(plan, one, raw) for one in plan.inputs}


def run_round(plan: Plan, raws: Mapping[str, Path], folder: Path, number: int) -> Iterator[Cell]:
    """Run each system on each input once, in the order of the round; print and yield each run."""
    turns = [
        (one, next(s for s in plan.systems if s.name == name))
        for one in plan.inputs
        for name in order([s.name for s in plan.systems if one.name in s.inputs], number)
    ]
    for done, (one, system) in enumerate(turns, len(turns) * (number - 1) + 1):
        cell = run_cell(plan, one, system, raws[one.name], folder, number)
        print(f"{done:3} of {plan.rounds * len(turns)}  {_line(cell)}", flush=True)
        yield cell


def _raw(plan: Plan, one: Input, folder: Path) -> Path:
    """Return the raw folder of an input, made if it is not there."""
    if not one.make:
        return ROOT / "raw"
    place = folder / f"{one.name}-{plan.size(one)}"
    if not place.exists():
        _say(f"making {plan.size(one):,} documents: {one.title}")
        half = place.with_name(f"{place.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        one.make(plan.corpus, half, plan.size(one))
        half.rename(place)
    return place


def run_cell(plan: Plan, one: Input, system: System, raw: Path, folder: Path, number: int) -> Cell:
    """Run a system once into an empty folder, and count what it wrote."""
    out, log = folder / "out", folder / "log"
    shutil.rmtree(out, ignore_errors=True)
    command = system.command(Task(raw.resolve(), out, system.workers or plan.workers))
    if system.again:
        cost(command, log, ROOT)
    took = asdict(cost(command, log, ROOT))
    texts, stories = system.found(out)
    size = plan.size(one)
    return Cell(one.name, system.name, number, size, **took, texts=texts, stories=stories)


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def _line(cell: Cell) -> str:
    return (
        f"round {cell.round}  {cell.input:5} {cell.documents:>7,}  {cell.system:14} "
        f"{cell.wall:8.2f} s  {cell.cpu:8.2f} CPU s  {cell.memory / 1e6:6,.0f} MB  "
        f"{measure(cell, 'rate'):9,.1f} documents/CPU s  {cell.texts:>7,} texts in "
        f"{cell.stories:>7,} stories  others {cell.others:4.0%}"
    )


def table(cells: Sequence[Cell]) -> str:
    """Return for each input and system the documents a CPU second as times Copydesk's."""
    lines = ["", "documents a CPU second, and Copydesk's in times of it, paired by round"]
    for name, system in dict.fromkeys((cell.input, cell.system) for cell in cells):
        rate = spread([measure(cell, "rate") for cell in of(cells, name, system)])
        times = paired(cells, name, OURS, system, "rate")
        told = f"{times.median:6.2f} [{times.least:.2f}, {times.most:.2f}]" if times else ""
        lines.append(f"{name:6} {system:15} {rate.median:10,.1f}  {told}")
    return "\n".join(lines)


def write(plan: Plan, cells: Sequence[Cell], into: Path) -> None:
    """Write the figures as JSON, and the page and the charts made of it."""
    from tests.bench.bench_page import publish

    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    facts = {
        "made": datetime.now(UTC).date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "memory_gb": round(total / 1e9, 1),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "plan": {
            "pages": plan.pages,
            "texts": plan.texts,
            "rounds": cells[-1].round,
            "workers": plan.workers,
        },
        "versions": {name: version(name) for name in LIBRARIES},
        "peer_versions": _peer_versions(),
        "cells": [asdict(cell) for cell in cells],
    }
    into.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts, indent=1)
    (into / "benchmarks.json").write_text(f"{text}\n", "utf-8")
    publish(into)


def _peer_versions() -> dict[str, str]:
    if not PEERS_PYTHON.exists():
        return {}
    ask = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    done = subprocess.run(
        [PEERS_PYTHON, "-c", ask, *PEER_LIBRARIES], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    raise SystemExit(main())
