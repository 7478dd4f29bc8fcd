"""The flows on a work pool by ``prefect.yaml``, and Prefect's tables in PostgreSQL."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.test_service import HOST, ROOT, SECONDS, Service, free_port, process_of, until

pytestmark = pytest.mark.flow
# A fresh checkout is young, and what a test writes is younger.
NOW = {"reading": {"settle_seconds": 0}}
MANY = {**NOW, "work": {"batch_files": 20}}
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Make a service whose own schedules are far away."""
    (tmp_path / "raw").symlink_to(ROOT / "raw")
    served = Service(tmp_path, "")
    yield served
    served.process.terminate()
    served.process.wait(SECONDS)


def test_a_worker_and_its_sudden_end(service: Service, make_story: Callable[[int], str]):
    """It runs what was deployed; when it is killed with its run, the run ends as crashed."""
    service.start("--cron", "0 0 1 1 *")
    much = service.folder / "much"
    much.mkdir()
    for number in range(400):
        (much / f"{number}.txt").write_text(make_story(number))
    environ = {
        **{k: v for k, v in service.environ.items() if not k.startswith("PREFECT_")},
        "PREFECT_HOME": str(service.folder / "home"),
        "PREFECT_API_URL": f"http://{HOST}:{service.port}/api",
        "DESK_HOME": str(ROOT),
        "DO_NOT_TRACK": "1",
    }
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in (
        ["work-pool", "create", "copydesk", "--type", "process"],
        ["deploy", "--all", "--prefect-file", "prefect.yaml"],
    ):
        subprocess.run([*prefect, *command], cwd=ROOT, env=environ, check=True, timeout=SECONDS)
    for name in ("pool-nightly", "pool-daily", "pool-weekly", "pool-scheduled"):
        options = service.deployments()[name]["concurrency_options"]
        assert options["collision_strategy"] == "CANCEL_NEW"
        service.api(f"/deployments/{service.deployments()[name]['id']}/pause_deployment", {})
    with (service.folder / "worker").open("wb") as out:
        worker = subprocess.Popen(
            [*prefect, "worker", "start", "--pool", "copydesk"],
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=out,
        )
    try:
        places = {"raw": str(ROOT / "raw"), "clean": str(service.folder / "clean"), "settings": NOW}
        done = service.end_of(service.run("pool-scheduled", **places))
        assert (done["type"], "5 stored" in done["message"]) == ("COMPLETED", True), done

        more = {"raw": str(much), "clean": str(service.folder / "clean2"), "settings": MANY}
        run = service.run("pool-scheduled", **more)
        service.in_the_middle(run)
        heartbeats = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}
        until(lambda: service.api("/events/filter", heartbeats)["total"], "no sign of life")
        flow = process_of(worker)
        os.kill(flow, signal.SIGSTOP)  # it would tell of its end when it loses the worker
    finally:
        worker.kill()
        worker.wait()
    os.kill(flow, signal.SIGKILL)
    state = service.end_of(run)
    assert state["type"] == "CRASHED", state
    assert "no sign of life for 90 s" in (state["message"] or ""), state


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[str]:
    """Start a PostgreSQL server on loopback; give the address of its database."""
    if not POSTGRES:
        pytest.skip("PostgreSQL's server is not installed")
    home, port = tmp_path / "postgres", free_port()
    home.mkdir()
    user = None
    if os.geteuid() == 0:  # which PostgreSQL refuses to be
        user = "postgres"
        os.chown(home, pwd.getpwnam(user).pw_uid, -1)
        for folder in (tmp_path, *tmp_path.parents):
            if folder.owner() == "root" and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
    initdb = POSTGRES[-1]
    made = [initdb, "-D", home / "data", "-A", "trust", "-U", "desk", "--no-sync"]
    subprocess.run(made, user=user, cwd=home, check=True, capture_output=True)
    serve = [initdb.with_name("postgres"), "-D", home / "data", "-p", str(port), "-k", home]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [*serve, "-h", HOST, "-F"], user=user, cwd=home, stdout=log, stderr=log
        )
    try:
        until(lambda: b"ready to accept" in (home / "log").read_bytes(), "it does not start")
        yield f"postgresql+asyncpg://desk@{HOST}:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(SECONDS)
        shutil.rmtree(home)


def test_postgresql(service: Service, postgres: str):
    """Prefect's tables lie in PostgreSQL; the flow runs as ever, on its schedule."""
    service.start("--every", "30s", "--database", postgres)
    wanted = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    (run, *_) = until(lambda: service.api("/flow_runs/filter", wanted), "no run on schedule")
    assert "5 stored, 0 rejected" in run["state"]["message"]
    assert not (service.folder / ".prefect" / "prefect.db").exists()
