"""A batch as a Dask worker judges it, without Dask: of several attempts one counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows import remote
from pipeline import batch as batches
from pipeline import engine, learning, telling
from pipeline.batch import Batch, Tally
from pipeline.engine import Run
from pipeline.errors import SettingsError, StoreError
from pipeline.store import attempts, disk
from tests.test_engine import everything, settings

BATCHES = {"batch_files": 4, "workers": 1}


class DiedError(BaseException):
    """Stands for a kill: nothing that runs afterwards may mend what is there."""


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, make_story: Callable[..., str]) -> Path:
    """Return a raw folder of three batches, the last one small."""
    folder = tmp_path_factory.mktemp("raw") / "gazette"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.txt").write_text(make_story(number // 2, 8 - number % 2 * 3))
    (folder / "9.txt").write_text(" ")
    return folder.parent


@pytest.fixture(scope="module")
def here(inline: None) -> Iterator[None]:
    """Let the pool of a Dask worker stand in this process, too, and stage two documents a part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "PIECE_DOCUMENTS", 2)
        patch.setattr(remote, "start", lambda chosen: engine.crew(chosen).__enter__())
        patch.setattr(remote, "stop", lambda _: None)
        yield
        remote.end_pool()


@pytest.fixture(scope="module")
def expected(raw: Path, here: None, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Return all rows of a local run."""
    clean = tmp_path_factory.mktemp("local")
    engine.ingest(raw, clean, settings(**BATCHES))
    return everything(clean)


def judged(run: Run, batch: Batch) -> remote.Judged:
    """Judge one batch as a Dask worker does."""
    return remote.judge(run.job, batch, lambda _: None)


@contextmanager
def begun(raw: Path, clean: Path) -> Iterator[Run]:
    """Open a run whose batches are judged elsewhere."""
    with engine.start(raw, clean, settings(**BATCHES)) as run:
        attempts.prepare(run.job.staging, run.job.run_id)
        yield run


def finish(run: Run, todo: object, tally: Tally) -> None:
    """Do what follows the judging."""
    known = learning.learn(run.store, run.job, run.hands, run.notify)
    tally += learning.apply(run.store, run.job, run.hands, run.notify)
    telling.sign(run.job, run.hands, run.notify)
    counts = engine.settle_counts(run, todo, tally)
    telling.compare(run.store, run.job, run.hands, run.notify)
    telling.tell(run.store, run.job, run.hands, run.notify)
    engine.finish(run, counts, tally, known)


@contextmanager
def dying(at: int) -> Iterator[list[str]]:
    """Die in the middle of the nth thing that a run writes; yield what it wrote until then."""
    done: list[str] = []

    def step(action: str, place: Path | str) -> None:
        done.append(f"{action} {place}")
        if len(done) == at:
            if action == "write":
                Path(place).write_bytes(b"PAR1 and no more")
            raise DiedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "step", step)
        yield done


def test_attempts_that_died_leave_nothing(
    raw: Path, expected: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Wherever attempts die, the one that is taken gives the rows of the local run."""
    with begun(raw, tmp_path) as run:
        todo = engine.plan(run)
        tally = Tally()
        for batch in todo.batches:
            # A document may fare otherwise each time: here these attempts write more parts.
            monkeypatch.setattr(batches, "PIECE_DOCUMENTS", 1)
            with dying(0) as steps:
                judged(run, batch)
            for at in range(len(steps), 0, -1):
                with dying(at), pytest.raises(DiedError):
                    judged(run, batch)
            monkeypatch.setattr(batches, "PIECE_DOCUMENTS", 2)
            found = judged(run, batch)
            attempts.adopt(run.job.staging, run.job.run_id, found.attempt)
            tally += found.tally
        assert (len(todo.batches), len(steps)) == (3, 10)
        finish(run, todo, tally)
    assert everything(tmp_path) == expected


def test_two_attempts_at_once(raw: Path, expected: object, tmp_path: Path):
    """An attempt that goes on after another one was taken changes nothing, whatever it finds."""
    with begun(raw, tmp_path) as run:
        todo = engine.plan(run)
        tally = Tally()
        for batch in todo.batches:
            found = judged(run, batch)
            attempts.adopt(run.job.staging, run.job.run_id, found.attempt)
            tally += found.tally
            # Another worker has found less: files of its own number of pieces, other rows.
            less = replace(batch, files=batch.files[:1])
            assert judged(run, less).attempt != found.attempt
        finish(run, todo, tally)
    assert everything(tmp_path) == expected


def test_an_attempt_after_the_run(raw: Path, here: None, tmp_path: Path):
    """An attempt that is begun when the next run has begun does not start."""
    with begun(raw, tmp_path) as run:
        batch = engine.plan(run).batches[0]
    with begun(raw, tmp_path), pytest.raises(SettingsError, match="does not see"):
        judged(run, batch)


def test_nothing_to_take(tmp_path: Path):
    """An attempt of which nothing is seen here is an error, not an empty batch."""
    attempts.prepare(tmp_path, "run")
    with pytest.raises(StoreError, match="is not seen here"):
        attempts.adopt(tmp_path, "run", "00000-abc")


def test_what_a_worker_must_see(
    raw: Path, here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Other code, a raw folder that is not there, a daemon: each is told in a sentence."""
    with begun(raw, tmp_path) as run:
        remote.check(run.job)
        with pytest.raises(SettingsError, match="another Python, Copydesk or library"):
            remote.check(replace(run.job, pipeline_digest="0" * 16))
        with pytest.raises(SettingsError, match=r"does not see .*nowhere; .*same path"):
            remote.check(replace(run.job, raw=tmp_path / "nowhere"))
        monkeypatch.setattr(remote, "current_process", lambda: SimpleNamespace(daemon=True))
        with pytest.raises(SettingsError, match="DAEMON=False"):
            remote.check(run.job)


def test_progress_names_the_files(raw: Path, here: None, tmp_path: Path):
    """Each file that is through is told by its path, in the order of the batch."""
    told: list[str] = []
    with begun(raw, tmp_path) as run:
        batch = engine.plan(run).batches[1]
        remote.judge(run.job, batch, told.append)
    assert told == [file.path for file in batch.files]


def test_one_pool_for_batches_of_the_same_settings(
    raw: Path, here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A pool serves batch after batch; other settings or a failure end it."""
    started: list[object] = []
    ended: list[object] = []
    start = remote.start

    def count(chosen: object) -> object:
        started.append(chosen)
        return start(chosen)

    remote.end_pool()
    monkeypatch.setattr(remote, "start", count)
    monkeypatch.setattr(remote, "stop", ended.append)
    with begun(raw, tmp_path) as run:
        for batch in engine.plan(run).batches:
            judged(run, batch)
        assert (len(started), len(ended)) == (1, 0)
        other = replace(run, job=replace(run.job, settings=settings(batch_files=5)))
        batch = engine.plan(run).batches[0]
        judged(other, batch)
        assert (len(started), len(ended)) == (2, 1)
        with dying(2), pytest.raises(DiedError):
            judged(other, batch)
        assert len(ended) == 2
