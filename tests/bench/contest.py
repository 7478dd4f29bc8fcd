"""Who is compared on what: every input and every system, as data."""

import gzip
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from tests.bench import raw_sets

ROOT = Path(__file__).parents[2]
PEERS_PYTHON = ROOT / ".venv-bench/bin/python"
OURS = "copydesk"


@dataclass(frozen=True, slots=True)
class Input:
    """A raw folder: ``make`` writes so many documents of a corpus folder into it."""

    name: str
    title: str
    kind: str
    """``page`` or ``text``: which of the two sizes it takes; ``fixed``: its own."""
    make: Callable[[Path, Path, int], None] | None
    """None: the folder is there."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a system is asked: which raw folder, where to write, with how many workers."""

    raw: Path
    out: Path
    workers: int


@dataclass(frozen=True, slots=True)
class System:
    """Something that can be run on inputs, as a command."""

    name: str
    title: str
    inputs: tuple[str, ...]
    command: Callable[[Task], list[str]]
    found: Callable[[Path], tuple[int, int]]
    """Counts the texts and the stories in what it wrote."""
    workers: int | None = None
    """None: as many as the comparison has."""
    again: bool = False
    """It is run once before, uncounted, and has nothing new to do."""
    python: Path = Path(sys.executable)


def _copydesk(task: Task) -> list[str]:
    settings = ["--set", f"work.workers={task.workers}"]
    return [*_command(), *settings, "ingest", str(task.raw), str(task.out)]


def _command() -> list[str]:
    return [str(Path(sys.executable).parent / "copydesk")]


def _script(task: Task) -> list[str]:
    return _module("peer_script", str(task.raw), str(task.out), "--workers", str(task.workers))


def _read(task: Task) -> list[str]:
    return _module("peer_floor", "read", str(task.raw), "--workers", str(task.workers))


def _parse(task: Task) -> list[str]:
    return _module("peer_floor", "parse", str(task.raw), "--workers", str(task.workers))


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tests.bench.{name}", *arguments]


def _datatrove(task: Task) -> list[str]:
    script = ROOT / "tests/bench/peer_datatrove.py"
    workers = str(task.workers)
    return [str(PEERS_PYTHON), str(script), str(task.raw), str(task.out), "--workers", workers]


def _by_copydesk(out: Path) -> tuple[int, int]:
    return _rows(out / "copies"), _rows(out / "articles")


def _by_script(out: Path) -> tuple[int, int]:
    stories = pq.read_table(out / "stories.parquet", columns=["story"])["story"]
    return len(stories), len(stories.unique())


def _by_datatrove(out: Path) -> tuple[int, int]:
    texts = (gzip.decompress(p.read_bytes()).count(b"\n") for p in (out / "texts").rglob("*.gz"))
    return sum(texts), _rows(out / "stories")


def _rows(folder: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in folder.rglob("*.parquet"))


def _nothing(_out: Path) -> tuple[int, int]:
    return 0, 0


INPUTS = (
    Input("html", "HTML files", "page", raw_sets.html_files),
    Input("warc", "WARC files of the same pages", "page", raw_sets.warc_files),
    Input("text", "text files", "text", raw_sets.text_files),
    Input("jsonl", "JSON lines of the same texts", "text", raw_sets.json_lines),
    Input("five", "the five files in raw/", "fixed", None),
    Input("help", "the help text", "fixed", None),
)

WRITTEN = ("html", "warc", "text", "jsonl", "five")
SOME = ("html", "text", "five")
SYSTEMS = (
    System(OURS, "Copydesk", WRITTEN, _copydesk, _by_copydesk),
    System("script", "script: trafilatura, datasketch", WRITTEN, _script, _by_script),
    System("datatrove", "datatrove", WRITTEN, _datatrove, _by_datatrove, python=PEERS_PYTHON),
    System("copydesk-1", "Copydesk, one worker", SOME[:2], _copydesk, _by_copydesk, 1),
    System("copydesk-again", "Copydesk, nothing new", SOME, _copydesk, _by_copydesk, again=True),
    System("parse", "floor: lxml parses", ("html", "warc"), _parse, _nothing),
    System("read", "floor: read and decode", WRITTEN[:-1], _read, _nothing),
    System("help", "copydesk --help", ("help",), lambda _: [*_command(), "--help"], _nothing),
)
PEERS = ("script", "datatrove")


def title(name: str) -> str:
    """Return what a system or an input is called in print."""
    return next(one.title for one in (*SYSTEMS, *INPUTS) if one.name == name)
