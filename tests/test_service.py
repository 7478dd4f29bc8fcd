"""The whole service as its users run it: schedules, warnings that reach people, and mishaps.

The tests follow upon one another, on one service.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import numpy as np
import pytest
from aiosmtpd.controller import Controller

from flows.alarms import CRASHED, SILENT, TOLD, ZOMBIES
from pipeline import engine
from pipeline.drift.grid import DAY
from pipeline.settings import Settings
from pipeline.store import state
from tests.made_history import changed, past, replace_past
from tests.test_engine import everything

pytestmark = pytest.mark.flow
ROOT = Path(__file__).parents[1]
HOST, SECONDS = "127.0.0.1", 400
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
SMALL = {"work": {"batch_files": 5}}


def until(call: Callable[[], Any], what: str) -> Any:
    """Return what a call gives as soon as that is anything."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            if found := call():
                return found
        except OSError as error:
            if isinstance(error, HTTPError) and error.code < 500:
                raise
        time.sleep(0.5)
    return pytest.fail(what)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


class Service:
    """A service in a folder of its own, and its API."""

    def __init__(self, folder: Path, notify: str) -> None:
        self.folder, self.port, self.pages_port = folder, free_port(), free_port()
        # Old as the seeds are, a fresh checkout is young.
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "COPYDESK_READING__SETTLE_SECONDS": "0",
            "COPYDESK_WATCH__NOTIFY": notify,
        }

    def start(self, *arguments: str) -> None:
        """Start it, and wait until its flows are on their schedules."""
        deaf = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]  # to Ctrl-C, as what a script starts
        ports = ["--port", str(self.port), "--report-port", str(self.pages_port)]
        command = [*deaf, sys.executable, "-m", "pipeline.cli", "serve", *ports]
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, *arguments], cwd=self.folder, env=self.environ, stdout=out, stderr=out
            )
        until(lambda: b"Ctrl-C" in self.out.read_bytes(), "it does not start")
        until(lambda: len(self.deployments()) == 4, "no deployments")

    @property
    def out(self) -> Path:
        """Return the file of what it prints."""
        return self.folder / "out"

    def api(self, path: str, body: Any = None) -> Any:
        """Ask Prefect's API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}/api{path}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def deployments(self) -> dict[str, Any]:
        """Return the deployments by name."""
        return {d["name"]: d for d in self.api("/deployments/filter", {})}

    def run(self, deployment: str, **parameters: Any) -> str:
        """Ask for a run; return its id."""
        path = f"/deployments/{self.deployments()[deployment]['id']}/create_flow_run"
        made: str = until(lambda: self.api(path, {"parameters": parameters}), "no run")["id"]
        return made

    def state(self, run: str) -> Any:
        """Return the state of a run as it is now."""
        return self.api(f"/flow_runs/{run}")["state"]

    def end_of(self, run: str) -> Any:
        """Wait for the end of a run; return its state."""
        return until(
            lambda: (found := self.state(run))["type"] in ENDED and found, "a run does not end"
        )

    def unscheduled(self) -> None:
        """Let nobody but the tests ask for an ingest from here on."""
        scheduled = self.deployments()["scheduled"]["id"]
        self.api(f"/deployments/{scheduled}/pause_deployment", {})
        mine = {"deployments": {"id": {"any_": [scheduled]}}}
        at_work = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
        until(lambda: not self.api("/flow_runs/filter", {**mine, **at_work}), "no end of runs")

    def in_the_middle(self, run: str) -> None:
        """Wait until a run is at work on its third batch."""
        wanted = {"flow_runs": {"id": {"any_": [run]}}}

        def tasks() -> bool:
            found = self.api("/task_runs/filter", wanted)
            return any(task["name"].startswith("judge 3") for task in found)

        until(tasks, "it gets nowhere")


@pytest.fixture(scope="module")
def hook() -> Iterator[tuple[str, list[Any]]]:
    """Listen for webhooks; give the address, and what came."""
    heard: list[Any] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer((HOST, 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://{HOST}:{server.server_port}/", heard
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def mail_server(heard: list[str]) -> Iterator[int]:
    """Listen for e-mails; give the port."""

    class Listener:
        async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
            self, _server: Any, _session: Any, envelope: Any
        ) -> str:
            heard.append(str(message_from_bytes(envelope.content, policy=policy.default)))
            return "250 OK"

    controller = Controller(Listener(), hostname=HOST, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def mails() -> Iterator[tuple[str, list[str]]]:
    """Listen for e-mails; give the address, and what came."""
    heard: list[str] = []
    with mail_server(heard) as port:
        yield f"mailto://{HOST}:{port}/?from=desk@example.org&to=night@example.org", heard


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory,
    hook: tuple[str, list[Any]],
    mails: tuple[str, list[str]],
    make_story: Callable[[int], str],
) -> Iterator[Service]:
    """Serve the five files and one that is refused, each half minute; more lies in ``much``."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "raw").mkdir()
    for file in (ROOT / "raw").glob("*.txt"):
        (folder / "raw" / file.name).write_bytes(file.read_bytes())
    (folder / "raw" / "<b>bold.html").write_bytes(b"%PDF-1.4")
    for number in range(120):
        file = folder / "much" / f"outlet{number % 7}" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(make_story(number // 2))
    served = Service(folder, f"{hook[0]},{mails[0]}")
    served.start("--every", "30s")
    try:
        yield served
    finally:
        served.process.terminate()
        served.process.wait(SECONDS)


def test_a_run_comes_on_its_schedule_with_a_warning(service: Service):
    """Nobody asks for it; one record in six is refused, which is told."""
    wanted = {"flow_runs": {"state": {"name": {"any_": ["Warning"]}}}}
    (run,) = until(lambda: service.api("/flow_runs/filter", wanted), "no run on schedule")
    assert run["state"]["message"].startswith("⚠ 5 stored, 1 rejected, 2 copies of 1 story;")
    assert "1 of 6 new records rejected (17%, more than 5%)" in run["state"]["message"]
    assert {"copydesk", "amber"} <= set(run["tags"])
    service.api(f"/deployments/{service.deployments()['scheduled']['id']}/pause_deployment", {})


def test_people_are_told(
    service: Service, hook: tuple[str, list[Any]], mails: tuple[str, list[str]]
):
    """The warning reaches a webhook and a mailbox, with the way to the run."""
    told = until(lambda: hook[1] and hook[1][0], "no webhook was called")
    assert told["title"] == "Copydesk ingest: warning"
    assert "1 of 6 new records rejected" in told["message"]
    assert f"http://{HOST}:{service.port}/runs/flow-run/" in told["message"]
    letter = until(lambda: mails[1] and mails[1][0], "no e-mail came")
    assert "Subject: Copydesk ingest: warning" in letter
    assert "Content-Type: text/plain" in letter


def test_automations(service: Service):
    """Four of ours, each once, whoever started the service before."""
    names = sorted(a["name"] for a in service.api("/automations/filter", {}))
    assert names == sorted([CRASHED, SILENT, TOLD, ZOMBIES])


def test_artifacts(service: Service):
    """A report, tables and a link that works stand beside the run; nothing hostile is markup."""
    found = {a["key"]: a for a in service.api("/artifacts/filter", {"limit": 100})}
    tables = {"sources", "largest-stories", "removed-lines", "rejected-files"}
    assert tables | {"run-report", "progress"} <= found.keys()
    report = found["run-report"]["data"]
    assert report.count("data:image/svg+xml;base64,") == 1
    assert "<b>" not in report
    assert "&lt;b&gt;bold\\.html" in report
    assert float(found["progress"]["data"]) == 100
    (address,) = re.findall(r"\((http://[^)]+)\)", found["report"]["data"])
    assert address == f"http://{HOST}:{service.pages_port}/"
    with urllib.request.urlopen(address) as page:
        assert "edition 1" in page.read().decode().lower()


def test_the_checks(service: Service):
    """All complete, and say what they saw."""
    for name, told in (
        ("nightly", "0 parts folded; edition 1"),
        ("daily", "5 documents checked; all in order"),
        ("weekly", "5 documents compared: 0 would have another text, 0 stand in another story"),
    ):
        state = service.end_of(service.run(name))
        assert (state["type"], told in state["message"]) == ("COMPLETED", True), state


def drifted(home: Path, make_story: Callable[..., str]) -> None:
    """Make a store in which a source has lost its words since yesterday; more of it lies in raw."""

    def lay(name: str, numbers: range, paragraphs: int) -> None:
        feed = [{"text": make_story(n, paragraphs), "source": "gazette"} for n in numbers]
        (home / "raw" / name).write_text("\n".join(map(json.dumps, feed)))

    (home / "raw").mkdir(parents=True)
    lay("a.jsonl", range(20), 6)
    engine.ingest(home / "raw", home / "clean", Settings())
    rows, runs = past({"gazette": np.full(40, 20.0)})
    rows = changed(rows, "gazette", 39, 40, words_log=np.log(60), with_authors=0.0)
    late = int(time.time()) - DAY - int(runs[-1])
    replace_past(home / "clean", replace(rows, time=rows.time + late), runs + late)
    lay("b.jsonl", range(100, 120), 1)


def test_an_automation_acts_when_a_source_changes(
    service: Service, hook: tuple[str, list[Any]], make_story: Callable[..., str]
):
    """The example of the docs tells people what to look at, and asks for a check."""
    drifted(service.folder / "drifted", make_story)
    example = ROOT / "docs" / "automations" / "on_drift.py"
    served = {"PREFECT_API_URL": f"http://{HOST}:{service.port}/api"}
    for _ in range(2):
        subprocess.run(
            [sys.executable, example, hook[0]],
            env={**service.environ, **served},
            cwd=service.folder,
            check=True,
        )
    mine = [a for a in service.api("/automations/filter", {}) if a["name"].startswith("my own")]
    assert len(mine) == 1
    state = service.end_of(service.run("scheduled", raw="drifted/raw", clean="drifted/clean"))
    assert (state["name"], "gazette: words kept fell" in state["message"]) == ("Warning", True)

    def told() -> list[str]:
        return [t["message"] for t in hook[1] if t["title"] == "Copydesk: gazette changed"]

    (message,) = until(told, "nobody was told")
    assert message.startswith("gazette: words kept fell from ")
    assert "Look at: copydesk show drifted/raw/b.jsonl --raw drifted/raw --at line:" in message
    weekly = {"deployments": {"id": {"any_": [service.deployments()["weekly"]["id"]]}}}

    def asked() -> list[Any]:
        found = service.api("/flow_runs/filter", weekly)
        return [run for run in found if (run["created_by"] or {}).get("type") == "AUTOMATION"]

    (run,) = until(asked, "no check was asked for")
    state = service.end_of(run["id"])
    assert (state["type"], "documents compared" in state["message"]) == ("COMPLETED", True), state


def test_damage_is_red_and_told(service: Service, hook: tuple[str, list[Any]]):
    """A flipped byte in a part fails ``verify``, by name, tag and message."""
    part = next((service.folder / "clean" / "articles").rglob("*.parquet"))
    sound = part.read_bytes()
    part.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    run = service.run("daily")
    state = service.end_of(run)
    part.write_bytes(sound)
    assert (state["type"], "findings, first" in state["message"]) == ("FAILED", True), state
    assert "red" in service.api(f"/flow_runs/{run}")["tags"]
    until(
        lambda: [told for told in hook[1] if told["title"] == "Copydesk verify: failed"],
        "nobody was told",
    )


def test_wrong_settings_are_red_and_told(service: Service, hook: tuple[str, list[Any]]):
    """A key that is none, written while the service runs, is told by the next run; once."""
    file = service.folder / "copydesk.toml"
    file.write_text("[work]\nworkerz = 1\n")
    run = service.run("scheduled")
    state = service.end_of(run)
    assert (state["type"], "there is no setting" in state["message"]) == ("FAILED", True), state
    assert "red" in service.api(f"/flow_runs/{run}")["tags"]

    def told() -> list[Any]:
        return [told for told in hook[1] if "there is no setting" in told["message"]]

    until(told, "nobody was told")
    assert service.end_of(service.run("scheduled"))["type"] == "FAILED"
    file.unlink()
    again = {"filter": {"event": {"name": ["copydesk.ingest.failed-again"]}}}
    until(lambda: service.api("/events/filter", again)["total"], "no event of the second")
    assert len(told()) == 1


def test_one_at_a_time(service: Service):
    """A run that comes while another is at work is cancelled, not queued."""
    service.unscheduled()
    with state.locked(service.folder / "twice", 0):
        first = service.run("scheduled", raw="much", clean="twice")
        until(lambda: service.state(first)["type"] == "RUNNING", "it does not start")
        assert service.end_of(service.run("scheduled"))["type"] == "CANCELLED"
    assert service.end_of(first)["type"] == "COMPLETED"


def test_mishaps_change_nothing(service: Service, tmp_path: Path):
    """Cancelled, out of time, killed: the next run has the rows of one that nobody disturbed."""
    service.unscheduled()
    what = {"raw": "much", "clean": "clean2", "settings": SMALL}
    cancelled = service.run("scheduled", **what)
    service.in_the_middle(cancelled)
    service.api(f"/flow_runs/{cancelled}/set_state", {"state": {"type": "CANCELLING"}})
    assert service.end_of(cancelled)["type"] == "CANCELLED"

    limits = {**what, "settings": {**SMALL, "run_hours": 0.001}}
    late = service.end_of(service.run("scheduled", **limits))
    assert (late["type"], late["name"]) == ("FAILED", "TimedOut")
    assert "not done in 0.001 hours (watch.run_hours)" in late["message"]

    killed = service.run("scheduled", **what)
    service.in_the_middle(killed)
    os.kill(process_of(service.process), signal.SIGKILL)
    assert service.end_of(killed)["type"] == "CRASHED"

    last = service.end_of(service.run("scheduled", **what))
    assert (last["type"], "120 stored" in last["message"]) == ("COMPLETED", True), last
    engine.ingest(service.folder / "much", tmp_path / "clean", Settings())
    assert everything(service.folder / "clean2") == everything(tmp_path / "clean")


def test_a_crash_is_told(service: Service, hook: tuple[str, list[Any]]):
    """By the server, as the dead cannot tell."""
    assert service.process.poll() is None
    until(
        lambda: [told for told in hook[1] if told["title"] == "Copydesk ingest: crashed"],
        "nobody was told",
    )


def test_what_a_dead_service_left_is_ended(service: Service):
    """A run that it left would else hold the one place for ever."""
    left = service.run("scheduled", raw="much", clean="clean3", settings=SMALL)
    service.in_the_middle(left)
    flow = process_of(service.process)
    service.process.kill()
    os.kill(flow, signal.SIGKILL)
    service.process.wait(SECONDS)
    until(lambda: _is_free(service.port), "the server lives on")
    service.start("--every", "1h")
    assert "1 runs that a service before this one left" in service.out.read_text()
    assert service.state(left)["type"] == "CRASHED"
    done = service.end_of(service.run("scheduled", raw="much", clean="clean3"))
    assert (done["type"], "120 stored" in done["message"]) == ("COMPLETED", True), done


def test_it_ends_cleanly(service: Service):
    """Told to end in the middle of a run, it ends flow and server, and leaves no run behind."""
    run = service.run("scheduled", raw="much", clean="clean4", settings=SMALL)
    service.in_the_middle(run)
    service.process.terminate()
    assert service.process.wait(SECONDS) == 0
    said = service.out.read_text()
    assert f"http://{HOST}:{service.port}" in said
    assert said.rstrip().endswith("Ended.")
    assert "nanobind" not in said
    assert "Traceback" not in said
    assert _is_free(service.port)
    with closing(sqlite3.connect(service.folder / ".prefect" / "prefect.db")) as db:
        states = db.execute("SELECT DISTINCT state_type FROM flow_run").fetchall()
    assert {"RUNNING", "PENDING", "CANCELLING"}.isdisjoint(state for (state,) in states)


def process_of(runner: "subprocess.Popen[bytes]") -> int:
    """Return the process of the flow run that a runner has under way."""
    children = Path(f"/proc/{runner.pid}/task")
    below = {int(c) for task in children.iterdir() for c in (task / "children").read_text().split()}
    (found,) = [
        pid for pid in below if b"prefect.engine" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0
