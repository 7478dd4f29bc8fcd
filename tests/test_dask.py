"""The flow on a Dask cluster: the same rows as the local run, whatever happens to its workers."""

import atexit
import errno
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.dataset as ds
import pytest

from flows.parameters import Given
from pipeline import engine, pool
from pipeline.batch import Batch, Tally
from pipeline.errors import SettingsError, StoreError
from pipeline.reading.files import RawFile, raw_file
from pipeline.settings import Settings, load
from pipeline.store import attempts
from tests.test_engine import everything
from tests.test_flows import ROOT, run

pytestmark = pytest.mark.flow
LOOP, DIE = b"#!deed while True: pass", b"#!deed os.kill(os.getpid(), signal.SIGKILL)"


def settings(**work: object) -> Settings:
    """Return settings with many batches and small limits."""
    few = {"work.batch_files": 3, "work.chunk_documents": 1, "work.workers": 1}
    given = {f"work.{key}": value for key, value in work.items()}
    return load({"cleaning.cpu_seconds": 3, **few, **given}, environ={})[0]


def given(**work: object) -> Given:
    """Return the same as a flow is given it."""
    held = settings(**work)
    return Given(cleaning=held.cleaning, work=held.work)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, make_story: Callable[..., str]) -> Path:
    """Return a raw folder of six batches, two of which hold a document that misbehaves."""
    folder = tmp_path_factory.mktemp("raw") / "gazette"
    folder.mkdir()
    for number in range(16):
        story = make_story(number // 2, 8 - number % 2 * 3)
        (folder / f"{number:02}.txt").write_text(f"Headline {number}\n\n{story}\n")
    (folder / "07-loops.txt").write_bytes(LOOP)
    (folder / "13-dies.txt").write_bytes(DIE)
    return folder.parent


@pytest.fixture(scope="module")
def expected(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return all rows of a local run."""
    from tests import dask_deeds

    clean = tmp_path_factory.mktemp("local")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "_clean_chunk", dask_deeds.clean_chunk)
        engine.ingest(raw, clean, settings(workers=2))
    return everything(clean)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start Prefect's embedded server and return a client of it."""
    from flows.__main__ import embed, silence

    atexit.register(silence)
    with pytest.MonkeyPatch.context() as patch:
        environ = dict(os.environ)
        embed(environ, tmp_path_factory.mktemp("prefect"))
        for name in [name for name in os.environ if name.startswith("PREFECT_")]:
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
        from prefect import get_client
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=300), get_client(sync_client=True) as own:
            yield own


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start a cluster of two workers that may have children."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as own,
    ):
        yield own


def states(server: Any, flow_run: Any) -> dict[str, str]:
    """Return type and message of the state of each task run of a flow run, by name."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    found = server.read_task_runs(flow_run_filter=chosen)
    return {r.name: f"{r.state.type.value}: {r.state.message}" for r in found}


def doom(cluster: Any, part: str, marker: Path | None) -> None:
    """Let the workers of a cluster die over a part: once if there is a marker, else always."""
    from tests.dask_deeds import Fate

    with cluster.get_client() as client:
        client.register_plugin(Fate(part, marker))


def test_killed_half_way(
    raw: Path, expected: dict[str, Any], server: Any, cluster: Any, tmp_path: Path
):
    """A Dask worker that is killed, and documents that hang or kill their process, change no row.

    Task states and progress read as in the local run; logs name run, batch, worker and file.
    """
    from flows.ingest import ingest, progress

    told: list[tuple[str, int, int]] = []
    progress.set(lambda *some: told.append(some))
    doom(cluster, "00003-000.parquet", tmp_path / "died")
    clean = tmp_path / "clean"
    chosen = given(dask=cluster.scheduler_address)
    state = ingest(str(raw), str(clean), chosen, return_state=True)
    assert (tmp_path / "died").exists()
    assert everything(clean) == expected
    found = states(server, state.state_details.flow_run_id)
    judged = {f"judge {n} of 6": (2, 1) if n in {3, 5} else (3, 0) for n in range(1, 7)}
    assert {name: message for name, message in found.items() if name in judged} == {
        name: f"COMPLETED: 3 records: {cleaned} cleaned, {rejected} rejected"
        for name, (cleaned, rejected) in judged.items()
    }
    assert [some for some in told if some[0] == "judge"] == [
        ("judge", done, 18) for done in range(3, 19, 3)
    ]
    (row,) = ds.dataset(clean / "runs").to_table().to_pylist()
    logs = [log.message for log in server.read_logs(limit=200)]
    named = f"run {row['run_id']}, judge 3 of 6, Dask worker "
    lines = [log for log in logs if log.startswith(named)]
    assert any(line.endswith(": gazette/06.txt to gazette/07.txt") for line in lines)
    assert any(line.endswith(": gazette/07-loops.txt is through") for line in lines)
    assert any(line.endswith(": 3 records: 2 cleaned, 1 rejected") for line in lines)


def test_killed_again_and_again(
    raw: Path, server: Any, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A batch over which every worker dies fails the run by a sentence, and no task is left."""
    from flows.ingest import ingest

    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    doom(cluster, "00001-000.parquet", None)
    chosen = given(dask=cluster.scheduler_address)
    state = ingest(str(raw), str(tmp_path / "clean"), chosen, return_state=True)
    with pytest.raises(StoreError, match="batch 2: Dask workers died over it"):
        state.result()
    assert not (tmp_path / "clean" / "articles").exists()
    found = states(server, state.state_details.flow_run_id)
    assert found["judge 2 of 6"].startswith("CRASHED: batch 2: Dask workers died over it")


def test_no_worker_comes(monkeypatch: pytest.MonkeyPatch, server: Any, tmp_path: Path):
    """A cluster without workers is given up after a while."""
    from distributed import LocalCluster

    from flows import runners

    monkeypatch.setattr(runners, "WORKERS_SECONDS", 0)
    monkeypatch.setattr(runners, "_LOOK_SECONDS", 1)
    job: Any = SimpleNamespace(run_id="run", staging=tmp_path)
    one: Any = [Batch(0, 0, (RawFile("a.txt", 0, 0),))]
    with (
        LocalCluster(
            n_workers=0, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0"
        ) as empty,
        runners._cluster(settings(dask=empty.scheduler_address)) as runner,
        pytest.raises(StoreError, match="has had no worker for 0 s"),
    ):
        list(runners._spread(runner, job, one, str))


def test_the_scheduler_goes_away(server: Any):
    """What Dask raises when its scheduler is gone becomes a sentence; an alarm stays one."""
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    from flows import runners

    for error in (CommClosedError("gone"), FutureCancelledError("key", "gone")):
        with pytest.raises(StoreError, match="lost the connection"), runners._connected():
            raise error
    with pytest.raises(TimeoutError, match="watch"), runners._connected():
        raise TimeoutError("watch.run_hours")


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OSError(errno.ESTALE, "stale file handle"), True),
        (OSError(errno.ENOSPC, "no space left on device"), False),
        (FileNotFoundError(errno.ENOENT, "the run is over"), False),
        (SettingsError("another version"), False),
    ],
)
def test_what_is_tried_again(server: Any, error: Exception, again: bool):
    """A batch is tried again where the shared file system faltered, and nowhere else."""
    from prefect.states import Failed

    from flows import runners

    assert runners.judge_there.retry_condition_fn is runners._faltered
    assert runners._faltered(None, None, Failed(data=error)) is again


def test_nobody_answers(server: Any, monkeypatch: pytest.MonkeyPatch):
    """An address at which no scheduler answers is a mistake in the settings."""
    from flows import runners

    monkeypatch.setattr(runners, "ANSWER_SECONDS", 1)
    dead = settings(dask="tcp://127.0.0.1:1")
    with (
        pytest.raises(SettingsError, match="no Dask scheduler answers at tcp:"),
        runners._cluster(dead),
    ):
        pass


def test_the_extra_is_missing(server: Any, monkeypatch: pytest.MonkeyPatch):
    """Without the packages the sentence says what to install."""
    from flows import runners

    monkeypatch.setitem(sys.modules, "prefect_dask.task_runners", None)
    with (
        pytest.raises(SettingsError, match=r"install the packages of copydesk\[dask\]"),
        runners._cluster(settings(dask="local:2")),
    ):
        pass


@pytest.mark.parametrize(("here", "told"), [(True, True), (False, False)])
def test_a_worker_that_sees_other_files(server: Any, tmp_path: Path, here: bool, told: bool):
    """When a worker finds no file as it was planned, it is asked whether this machine does."""
    from flows import remote, runners

    (tmp_path / "a.txt").write_text("text")
    planned = raw_file(tmp_path, "a.txt")
    if not here:
        (tmp_path / "a.txt").unlink()
    attempts.prepare(tmp_path, "run")
    attempt = attempts.begin(tmp_path, "run", 0)
    (attempt / "slip").touch()
    job: Any = SimpleNamespace(staging=tmp_path, run_id="run", raw=tmp_path)
    found = remote.Judged(Tally(files_deferred=1), attempt.name)
    expected = pytest.raises(SettingsError, match=r"a\.txt: is not the same file for a Dask")
    with expected if told else nullcontext():
        runners._take(job, Batch(0, 0, (planned,)), found)


def test_by_setting_alone(tmp_path: Path):
    """``python -m flows`` on a cluster of its own: the rows and the words of the local run."""
    (tmp_path / "raw").symlink_to(ROOT / "raw")
    one = {"COPYDESK_WORK__DASK": "local:2", "COPYDESK_WORK__BATCH_FILES": "2"}
    done = run(["flows"], tmp_path, **one)
    assert done.returncode == 0, done.stderr
    assert "5 read = 5 stored + 0 rejected + 0 already known" in done.stdout
    notice = "Starting Prefect's embedded server; the first time may take a minute ..."
    assert [line for line in done.stderr.splitlines() if line.strip()] == [notice]
    engine.ingest(ROOT / "raw", tmp_path / "local", load(environ={})[0])
    assert everything(tmp_path / "clean") == everything(tmp_path / "local")
    with closing(sqlite3.connect(tmp_path / ".prefect" / "prefect.db")) as db:
        query = (
            "SELECT r.name, s.message FROM task_run r JOIN task_run_state s ON s.id = r.state_id"
        )
        found = dict(db.execute(query).fetchall())
    assert found["judge 1 of 3"] == "2 records: 2 cleaned, 0 rejected"
    assert found["judge 3 of 3"] == "1 records: 1 cleaned, 0 rejected"
