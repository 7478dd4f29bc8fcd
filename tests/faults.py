"""Let a run die, or its disk fail, at every step in turn, and see what the next run makes of it.

``python -m tests.faults`` tries every step of every scenario and prints the table of
docs/reliability.md; ``--scenario``, ``--every`` and ``--fault`` choose some.

Each trial runs in processes of its own, forked from one that has imported the line and started no
thread. The pool of workers is left out, so that all steps happen in the process that dies.
"""

import argparse
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd
import scipy.sparse

from pipeline import engine, pool, rebuilding, tending
from pipeline.cleaning import clean, evidence, html_rules
from pipeline.crew import Crew
from pipeline.errors import StoreError
from pipeline.identity import sha256
from pipeline.settings import load
from pipeline.store import audit, browse, disk, edition, state
from pipeline.store.schemas import TABLES

ROOT = Path(__file__).parents[1]
EARLY = (clean, evidence, html_rules, pd, scipy.sparse)
"""Imported on demand by a run, the last two by Arrow: once before the forks saves half the time."""
KILL, NO_SPACE, BROKEN = "kill", "ENOSPC", "EIO"
FAULTS = (KILL, NO_SPACE, BROKEN)
SETTINGS = load({"work.batch_files": 4, "work.workers": 1}, environ={})[0]
VOLATILE = frozenset({"runs"})
"""Runs are counted, not compared: one more may have been needed."""


@dataclass(frozen=True)
class Scenario:
    """A run to be interrupted: how ``raw`` and ``clean`` come about, and what is run."""

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path], None]


@dataclass(frozen=True)
class Outcome:
    """What one process did: how it ended, and what it said."""

    died: bool
    code: int
    said: Any


WORDS = [
    "report",
    "storm",
    "vote",
    "bridge",
    "harvest",
    "minister",
    "court",
    "price",
    "strike",
    "school",
    "port",
    "river",
]


def _sentence(rng: random.Random) -> str:
    one, two, three = ("".join(rng.choices("abdefgiklmnoprstuv", k=5)) for _ in range(3))
    some = " ".join(rng.sample(WORDS, 5))
    return f"{one} said that the {some} of {two} took {rng.randint(2, 90)} days, {three} said."


def story(number: int, paragraphs: int = 6) -> str:
    """Return made prose; the same number gives the same story."""
    rng = random.Random(number)
    body = [" ".join(_sentence(rng) for _ in range(3)) for _ in range(paragraphs)]
    return "\n\n".join([f"Headline number {number} of the day", *body])


def first_delivery(home: Path) -> None:
    """Put six files of three outlets into ``raw``: copies, a cut copy, a page, lines, rubbish."""
    raw = home / "raw"
    for outlet in ("gazette", "herald", "tribune"):
        (raw / outlet).mkdir(parents=True)
    for number in range(2):
        (raw / "gazette" / f"{number}.txt").write_text(story(number))
    (raw / "herald" / "0.txt").write_text(story(0, 4))
    lines = [json.dumps({"text": story(n), "date": f"2024-05-0{n}"}) for n in (1, 2)]
    (raw / "tribune" / "feed.jsonl").write_text("\n".join([*lines, "{broken"]))
    (raw / "tribune" / "empty.txt").write_text(" \n")
    page = "".join(f"<p>{p}</p>" for p in story(3).split("\n\n"))
    (raw / "tribune" / "page.html").write_text(f"<html><body>{page}</body></html>")


def second_delivery(home: Path) -> None:
    """Add files that touch what is there: a fuller copy, an earlier origin, a bridge, rubbish."""
    raw = home / "raw"
    (raw / "gazette" / "0.later.txt").write_text(story(0, 8))
    (raw / "gazette" / "a.txt").write_text(story(1))
    (raw / "herald" / "both.txt").write_text(story(2) + "\n\n" + story(4))
    (raw / "herald" / "nul.txt").write_bytes(bytes(300))


def ingest(home: Path) -> None:
    """Run the line."""
    engine.ingest(home / "raw", home / "clean", SETTINGS)


def rebuild(home: Path) -> None:
    """Make everything anew, unless that is done."""
    if _edition(home) == 2:
        rebuilding.rebuild(home / "raw", home / "clean", SETTINGS)


def compact(home: Path) -> None:
    """Fold parts."""
    tending.compact(home / "clean", SETTINGS)


def forget(home: Path) -> None:
    """Take one document out, unless that is done."""
    engine.finish_left(home / "clean", SETTINGS)
    shelf = browse.open_shelf(home / "clean")
    ids = shelf.rows(
        "SELECT DISTINCT doc_id FROM origins WHERE raw_path = $1", "gazette/0.later.txt"
    )
    if ids:
        tending.forget(home / "clean", SETTINGS, [row["doc_id"] for row in ids])


def _edition(home: Path) -> int:
    """Finish what was left to do and return the number of the edition."""
    engine.finish_left(home / "clean", SETTINGS)
    return int(json.loads((home / "clean" / edition.MANIFEST).read_text("utf-8"))["edition"])


def _nothing(home: Path) -> None:
    first_delivery(home)


def _one_edition(home: Path) -> None:
    first_delivery(home)
    ingest(home)
    second_delivery(home)


def _two_editions(home: Path) -> None:
    _one_edition(home)
    ingest(home)


def _lost_raw(home: Path) -> None:
    _two_editions(home)
    (home / "raw" / "gazette" / "1.txt").unlink()
    (home / "raw" / "herald" / "both.txt").unlink()


SCENARIOS = {
    s.name: s
    for s in (
        Scenario("first run", _nothing, ingest),
        Scenario("increment", _one_edition, ingest),
        Scenario("rebuild", _lost_raw, rebuild),
        Scenario("compact", _two_editions, compact),
        Scenario("forget", _two_editions, forget),
    )
}


class _Here:
    """Stands in for the pool of processes: a task is done where it is scheduled."""

    def schedule(
        self, function: Callable[..., Any], args: tuple[Any, ...], **_: float
    ) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(function(*args))
        return done


@contextmanager
def _no_crew(settings: Any) -> Iterator[Crew]:
    yield Crew(_Here(), 1, settings)


def alone() -> None:
    """Let this process do all work itself, without limits: to be called in a fork."""
    engine.crew = _no_crew
    pool._allow = lambda _: None
    pool._unlimited = lambda call, item: call(item)


def forked(call: Callable[[], Any]) -> Outcome:
    """Run a call in a fork and return what it returned, or the error that it raised."""
    read, write = os.pipe()
    if pid := os.fork():
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(pid, 0)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        code = os.waitstatus_to_exitcode(status)
        return Outcome(died, code, json.loads(said) if said else None)
    os.close(read)
    code = 3
    try:
        alone()
        said = call()
        code = 0
    except StoreError as error:
        said, code = str(error), 1
    except BaseException:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        said = traceback.format_exc()
    with os.fdopen(write, "w") as pipe:
        json.dump(said, pipe)
    os._exit(code)


def numbered(steps: list[str], at: int | None = None, fault: str = KILL) -> None:
    """Write down every step of this process; at the one of number ``at`` let the fault happen."""

    def step(action: str, place: Path | str) -> None:
        text = " ".join(str(place).split())
        is_query = action == "statement" and text.startswith(("SELECT", "WITH"))
        if is_query:
            return
        swapped = action == "rename" and text.endswith(f".state/{state.DATABASE}")
        steps.append("commit" if text == "COMMIT" or swapped else action)
        if at is None or len(steps) - 1 != at:
            return
        if fault == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        number = errno.ENOSPC if fault == NO_SPACE else errno.EIO
        raise OSError(number, os.strerror(number), str(place)[:200])

    disk.step = step


def steps_of(home: Path, scenario: Scenario) -> tuple[list[str], Any]:
    """Run a scenario to its end; return its steps and what then stands in the tables."""

    def call() -> Any:
        steps: list[str] = []
        numbered(steps)
        scenario.act(home)
        numbered([])
        return steps, tables(home / "clean")

    outcome = forked(call)
    assert outcome.code == 0, outcome.said
    return outcome.said


def tables(clean: Path) -> dict[str, list[str]]:
    """Return all stable rows of all tables, as text, in order; an edition that adds up."""
    books = audit.open_books(clean)
    findings = [*audit.check_files(books, clean), *audit.check_rows(books)]
    assert not findings, findings
    found = {}
    for name, shape in TABLES.items():
        if name not in VOLATILE:
            columns = ", ".join(f'"{c}"' for c in shape.stable)
            rows = books.db.execute(f"SELECT {columns} FROM {name}").fetchall()
            found[name] = sorted(json.dumps(row, default=str) for row in rows)
    ids = books.db.execute("SELECT sum(stored) FROM runs WHERE kind = 'ingest'").fetchall()
    found["stored"] = [str(ids[0][0])]
    return found


def published(clean: Path) -> dict[str, str]:
    """Return the hash of every file that readers see; each edition must be what it lists."""
    found = {
        f.relative_to(clean).as_posix(): sha256(f.read_bytes())
        for f in edition.parquet_files(clean)
    }
    for folder in sorted((clean / edition.EDITIONS).glob("[0-9]*")):
        for row in json.loads((folder / edition.MANIFEST).read_bytes())["files"]:
            digest = sha256((folder / row["path"]).read_bytes())
            assert digest == row["sha256"], f"{folder.name}: {row['path']} is another"
    if (clean / edition.MANIFEST).exists():
        found[edition.MANIFEST] = sha256((clean / edition.MANIFEST).read_bytes())
    return found


def trial(base: Path, scenario: Scenario, at: int, fault: str, commit: int, expected: Any) -> str:
    """Interrupt a scenario at one step and go on; return what is wrong, or an empty string."""
    home = base.with_name("trial")
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base, home)
    before = published(home / "clean")

    def interrupted() -> None:
        numbered([], at, fault)
        scenario.act(home)

    cut = forked(interrupted)
    if fault == KILL and not cut.died:
        return f"was not killed: {cut.code} {cut.said}"
    if fault != KILL and (cut.code != 1 or os.strerror(getattr(errno, fault)) not in cut.said):
        return f"no clear error: {cut.code} {cut.said}"
    after = published(home / "clean")
    if at <= commit and after != before:
        return "what readers see has changed before the commit"
    return _resumed(home, scenario, expected)


def _resumed(home: Path, scenario: Scenario, expected: Any) -> str:
    """Go on after an interruption; return what is wrong, or an empty string."""

    def resumed() -> Any:
        scenario.act(home)
        return tables(home / "clean")

    done = forked(resumed)
    if done.code:
        return f"did not go on: {done.said}"
    wrong = [name for name in expected if done.said[name] != expected[name]]
    if wrong:
        return f"other rows than in one go: {wrong}"
    return ""


SYSCALLS = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat2,unlink,unlinkat,link,mkdir"


def by_syscall(name: str, first: int, every: int) -> Iterator[tuple[int, str]]:
    """Kill a run at each nth system call that writes, DuckDB's and Arrow's own ones included.

    Needs strace. Yields the number of the call, and what was wrong or an empty string.
    """
    scenario = SCENARIOS[name]
    with tempfile.TemporaryDirectory() as folder:
        base, whole, home = (Path(folder) / n for n in ("base", "whole", "trial"))
        base.mkdir()
        assert forked(partial(scenario.prepare, base)).code == 0
        shutil.copytree(base, whole)
        _, expected = steps_of(whole, scenario)
        for number in count(first, every):
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(base, home)
            inject = f"inject={SYSCALLS}:signal=SIGKILL:when={number}"
            command = ["strace", "-f", "-qqq", "-o", os.devnull, "-e", f"trace={SYSCALLS}"]
            act = [sys.executable, "-m", "tests.faults", "--act", str(home), "--scenario", name]
            done = subprocess.run([*command, "-e", inject, *act], check=False, cwd=ROOT)
            if done.returncode == 0:
                return
            published(home / "clean")
            yield number, _resumed(home, scenario, expected)


def run(
    names: list[str], faults: list[str], every: int
) -> Iterator[tuple[str, str, Counter[str], list[str]]]:
    """Yield, per scenario and fault, the steps tried by action and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            scenario = SCENARIOS[name]
            base = Path(folder) / name.replace(" ", "-") / "base"
            base.mkdir(parents=True)
            made = forked(partial(scenario.prepare, base))
            assert made.code == 0, made.said
            whole = base.with_name("whole")
            shutil.copytree(base, whole)
            steps, expected = steps_of(whole, scenario)
            commit = max(at for at, action in enumerate(steps) if action == "commit")
            for fault in faults:
                tried: Counter[str] = Counter()
                wrong = []
                for at in range(0, len(steps), every):
                    tried[steps[at]] += 1
                    problem = trial(base, scenario, at, fault, commit, expected)
                    if problem:
                        wrong.append(f"step {at} ({steps[at]}): {problem}")
                yield name, fault, tried, wrong


def main() -> None:
    """Print what was tried, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", choices=SCENARIOS, action="append")
    parser.add_argument("--fault", choices=FAULTS, action="append")
    parser.add_argument("--every", type=int, default=1, help="try each nth step only")
    parser.add_argument("--act", type=Path, help="only run the one scenario in this folder")
    parser.add_argument("--syscalls", action="store_true", help="kill at system calls, by strace")
    chosen = parser.parse_args()
    if chosen.act:
        alone()
        SCENARIOS[chosen.scenario[0]].act(chosen.act)
        return
    if chosen.syscalls:
        for name in chosen.scenario or list(SCENARIOS):
            found = list(by_syscall(name, chosen.every, chosen.every))
            print(f"{name}: killed at {len(found)} system calls", *filter(itemgetter(1), found))
        return
    failed = 0
    print("| run | fault | points | of them | wrong |\n|---|---|---|---|---|")
    for name, fault, tried, wrong in run(
        chosen.scenario or list(SCENARIOS), chosen.fault or list(FAULTS), chosen.every
    ):
        kinds = ", ".join(f"{count} {action}" for action, count in sorted(tried.items()))
        print(f"| {name} | {fault} | {tried.total()} | {kinds} | {len(wrong)} |", flush=True)
        for line in wrong:
            print(line, file=sys.stderr)
        failed += len(wrong)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
