"""The pool of workers: what one document does to its worker costs that document alone."""

import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from pipeline import crew as crew_module
from pipeline import pool
from pipeline.crew import Crew, crew
from pipeline.errors import RejectReason, StoreError
from pipeline.identity import sha256
from pipeline.model import CleanDocument, Origin, RawDocument, Rejected
from pipeline.settings import Settings, load

FINE = b""
DEEDS = {
    "loop": b"while True: pass",
    "wait": b"signal.pause()",
    "eat": b"bytearray(2**40)",
    "eat-on": b"x = [bytearray(2**20) for n in range(2**40)]",
    "kill": b"os.kill(os.getpid(), signal.SIGKILL)",
    "exit": b"os._exit(7)",
    "raise": b"raise LookupError('odd')",
    "surrogate": b"raise LookupError('\\ud800')",
}


def document(name: str, data: bytes = FINE) -> RawDocument:
    """Return a raw document that does what its bytes say."""
    return RawDocument(name, Origin(name, "", sha256(data)), "unknown", "text/plain", data)


def settings(**values: int) -> Settings:
    """Return settings with small limits and chunks of three documents."""
    small = {"cleaning.cpu_seconds": 1, "cleaning.wall_seconds": 60, "cleaning.memory_mb": 500}
    work = {"work.workers": 2, "work.chunk_documents": 3}
    return load({**small, **work, **values}, environ={})[0]


def obey(patch: pytest.MonkeyPatch) -> None:
    """Let the workers obey documents; they look for modules where this process does."""
    patch.syspath_prepend(Path(__file__).parent)
    import hostile_clean

    patch.setattr(pool, "_clean_chunk", hostile_clean.clean_chunk)


@pytest.fixture(scope="module")
def hands() -> Iterator[Crew]:
    """Return two workers that obey documents."""
    with pytest.MonkeyPatch.context() as patch:
        obey(patch)
        with crew(settings()) as hands:
            yield hands


@pytest.fixture(scope="module")
def fates(hands: Crew) -> dict[str, CleanDocument | Rejected]:
    """Return what became of each deed and of a well-behaved neighbour on either side of it."""
    triples = {
        deed: [document(f"before {deed}"), document(deed, data), document(f"after {deed}")]
        for deed, data in DEEDS.items()
    }
    hasty = replace(hands, started=hands.pool, settings=settings(**{"cleaning.wall_seconds": 1}))
    waiting = triples.pop("wait")
    others = [item for triple in triples.values() for item in triple]
    found = [
        *pool.clean_all(others, hands, pool.AsItIs()),
        *pool.clean_all(waiting, hasty, pool.AsItIs()),
    ]
    return dict(zip((item.doc_id for item in others + waiting), found, strict=True))


def test_no_worker_starts_before_it_is_needed():
    """A crew that is given no task has no workers, and ends without any."""
    with crew(settings()) as idle:
        assert list(pool.clean_all(iter([]), idle, pool.AsItIs())) == []
        assert list(pool.map_all(str, [7], idle)) == ["7"]
    assert idle.started is None


@pytest.mark.parametrize(
    ("deed", "reason", "detail"),
    [
        ("loop", RejectReason.TIMEOUT, "over 1 seconds of CPU time"),
        ("wait", RejectReason.TIMEOUT, "over 1 seconds of wall time"),
        ("eat", RejectReason.OUT_OF_MEMORY, "over 500 MiB"),
        ("eat-on", RejectReason.OUT_OF_MEMORY, "over 500 MiB"),
        ("kill", RejectReason.CRASHED, "exit code -9"),
        ("exit", RejectReason.CRASHED, "exit code 7"),
        ("raise", RejectReason.INTERNAL, "LookupError at <string>:1: odd"),
        ("surrogate", RejectReason.INTERNAL, "LookupError"),
    ],
)
def test_document_costs_itself_alone(
    fates: dict[str, CleanDocument | Rejected], deed: str, reason: RejectReason, detail: str
):
    """A document that hangs, eats, crashes or raises is rejected with why; its chunk is cleaned."""
    fate = fates[deed]
    assert isinstance(fate, Rejected)
    assert (fate.path, fate.sha256, fate.stage) == (deed, sha256(DEEDS[deed]), "clean")
    assert fate.reason is reason
    assert detail in fate.detail
    assert isinstance(fates[f"before {deed}"], CleanDocument)
    assert isinstance(fates[f"after {deed}"], CleanDocument)


def test_each_fate_is_its_own(fates: dict[str, CleanDocument | Rejected]):
    """What comes out stands in the order of what went in, also where chunks were tried again."""
    names = [f.doc_id if isinstance(f, CleanDocument) else f.path for f in fates.values()]
    assert names == list(fates)


def test_other_items_pass_through_in_order(hands: Crew):
    """What is no raw document goes past the workers and keeps its place."""
    items = ["a", document("b"), "c", "d", *(document(str(n)) for n in range(7)), "e"]
    found = list(pool.clean_all(items, hands, pool.AsItIs()))
    assert [f.doc_id if isinstance(f, CleanDocument) else f for f in found] == [
        item.doc_id if isinstance(item, RawDocument) else item for item in items
    ]


def test_stream_is_read_no_further_than_needed(hands: Crew):
    """An endless stream is taken some chunks at a time: the pool does not read ahead of memory."""
    taken = []

    def endless() -> Iterator[RawDocument]:
        for n in range(10**6):
            taken.append(n)
            yield document(str(n))

    assert len(list(islice(pool.clean_all(endless(), hands, pool.AsItIs()), 5))) == 5
    assert len(taken) <= 3 * (pool.CHUNKS_AHEAD * 2 + 2)


def test_chunks_are_bounded_in_bytes():
    """Large documents make short chunks."""
    size = pool.CHUNK_BYTES // 2
    chunks = pool._chunks((document(str(n), bytes(size)) for n in range(5)), most=100)
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]


def test_our_own_work_is_not_limited(hands: Crew):
    """The limits of a document do not hold for the line's own work, and results keep order."""
    assert list(pool.map_all(abs, range(-20, 0), hands)) == list(range(20, 0, -1))
    list(pool.clean_all([document(str(n)) for n in range(12)], hands, pool.AsItIs()))
    unlimited = "__import__('resource').getrlimit({})[0] == -1 and {} or {}"
    for kind in (0, 9):  # RLIMIT_CPU, RLIMIT_AS
        sizes = list(pool.map_all(eval, [unlimited.format(kind, 1, 0)] * 4, hands))
        assert sizes == [1] * 4


@pytest.mark.parametrize(("call", "error"), [("1 / 0", ZeroDivisionError), ("abs()", TypeError)])
def test_error_in_our_own_work_fails_the_run(hands: Crew, call: str, error: type[Exception]):
    """An error in the line's own work reaches the caller as it is."""
    with pytest.raises(error):
        list(pool.map_all(eval, ["1", call, "1"], hands))


def test_dead_worker_in_our_own_work_fails_the_run(hands: Crew):
    """A worker that dies under the line's own work again and again is not passed over."""
    with pytest.raises(StoreError, match=r"died 3 times .*exit code 3"):
        list(pool.map_all(eval, ["1", "__import__('os')._exit(3)", "1"], hands))


def test_a_pool_that_is_renewed_leaves_others_alone(monkeypatch: pytest.MonkeyPatch):
    """Of all children of a process, a pool kills and counts its own: others may live there."""
    monkeypatch.setattr(crew_module, "_PAUSE_SECONDS", 0)
    context = multiprocessing.get_context("forkserver")
    other = context.Process(target=_busy, daemon=True)
    other.start()
    try:
        with crew(settings()) as hands, crew(settings()) as neighbour:
            assert crew_module._cpu_ticks(hands.pool) == 0  # it has begun nothing yet
            for each in (hands, neighbour):
                assert list(pool.map_all(abs, range(-4, 0), each)) == [4, 3, 2, 1]
            old, others = map(crew_module._members, (hands.pool, neighbour.pool))
            crew_module.renew(hands, hands.pool)
            for worker in old:
                worker.join(60)
            assert [worker.exitcode for worker in old] == [-signal.SIGKILL] * 2
            assert [worker.exitcode for worker in (*others, other)] == [None] * 3
            assert list(pool.map_all(abs, range(-4, 0), hands)) == [4, 3, 2, 1]
    finally:
        other.kill()


def _busy() -> None:
    while True:
        pass


SCRIPT = """
import multiprocessing, os, signal, sys
sys.path[:0] = {paths!r}
import test_pool
from pipeline import pool

def names():
    return [p.pid for p in multiprocessing.active_children()]

if __name__ == "__main__":
    with test_pool.pytest.MonkeyPatch.context() as patch:
        test_pool.obey(patch)
        slow = test_pool.settings(**{{"cleaning.wall_seconds": 1000, "work.chunk_documents": 1}})
        items = [test_pool.document("fine"), test_pool.document("wait", b"signal.pause()")]
        try:
            with test_pool.crew(slow) as hands:
                cleaned = pool.clean_all(items, hands, pool.AsItIs())
                print(next(cleaned).doc_id, *names(), flush=True)
                {end}
                next(cleaned)
        except BaseException as error:
            print(type(error).__name__, *names(), flush=True)
"""


def start(folder: Path, end: str) -> "subprocess.Popen[str]":
    """Start a process whose second document hangs a worker while it does ``end``."""
    here = Path(__file__).parent
    script = folder / "script.py"
    script.write_text(SCRIPT.format(paths=[str(here), str(here.parent)], end=end))
    return subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("end", "error"),
    [("os.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt"), ("1 / 0", "ZeroDivisionError")],
)
def test_no_worker_is_left_behind(tmp_path: Path, end: str, error: str):
    """When the run is stopped or fails its workers end at once, one that hangs included."""
    with start(tmp_path, end) as process:
        out, _ = process.communicate(timeout=60)
    first, last = (line.split() for line in out.splitlines())
    assert (first[0], len(first)) == ("fine", 3)
    assert last == [error]


@pytest.mark.slow
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path):
    """When the parent is killed its idle workers end by themselves."""
    with start(tmp_path, "signal.pause()") as process:
        assert process.stdout
        pids = [int(pid) for pid in process.stdout.readline().split()[1:]]
        ends = [os.pidfd_open(pid) for pid in pids]
        process.kill()
        ended, *_ = select.select(ends, [], [], 10)
        for pid, end in zip(pids, ends, strict=True):
            if end not in ended:
                os.kill(pid, signal.SIGKILL)
    assert ended


BURST = """
import os, signal, sys, threading, time
sys.path[:0] = {paths!r}
from multiprocessing import active_children
from pathlib import Path
from pipeline import crew, engine
from pipeline.settings import load

crew.STALLED_SECONDS = 3.0

def kill_all():
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        for child in active_children():
            os.kill(child.pid, signal.SIGKILL)
        time.sleep(0.02)

fired = []
def notify(stage, done, total):
    if stage == {stage!r} and not fired:
        fired.append(threading.Thread(target=kill_all))
        fired[0].start()

if __name__ == "__main__":
    home = Path({home!r})
    chosen = load({{"work.workers": 2, "work.dedup_documents": 10}}, environ={{}})[0]
    report = engine.ingest(home / "raw", home / "clean", chosen, notify=notify)
    assert fired
    print(report.row.stored, report.row.rejected)
"""


@pytest.mark.parametrize("stage", ["judge", "sign", "compare"])
def test_a_burst_of_deaths_costs_no_document(
    stage: str, tmp_path: Path, make_story: Callable[..., str]
):
    """Workers that are killed while they take, do or end their tasks are replaced, tasks done."""
    (tmp_path / "raw").mkdir()
    for number in range(60):
        (tmp_path / "raw" / f"{number}.txt").write_text(make_story(number, 3))
    code = BURST.format(paths=sys.path, stage=stage, home=str(tmp_path))
    script = tmp_path / "burst.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["60", "0"]), done.stderr
