"""The whole service: server, UI, scheduled flows, and a clean end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows import serving
from pipeline.errors import SettingsError

ROOT = Path(__file__).parents[1]
SECONDS = 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        ("2 h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_pauses(text: str, expected: timedelta):
    """A pause is a number and a unit."""
    assert serving.interval(text) == expected


@pytest.mark.parametrize("text", ["", "0m", "15", "m", "1w", "-5m"])
def test_no_pauses(text: str):
    """Anything else is a mistake that is told."""
    with pytest.raises(SettingsError, match="write 30s"):
        serving.interval(text)


def test_a_taken_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing is started where another server listens."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("PREFECT_", "COPYDESK_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(serving.os, "environ", dict(os.environ))
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        before = signal.getsignal(signal.SIGTERM)
        result = CliRunner().invoke(serving.main, ["--port", port])
        signal.signal(signal.SIGTERM, before)
    assert (result.exit_code, "choose another" in result.output) == (2, True)


def _api(port: int, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://{serving.HOST}:{port}/api{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def _until(call: Any, what: str) -> Any:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            if found := call():
                return found
        except OSError:
            pass
        time.sleep(1)
    return pytest.fail(what)


@pytest.mark.flow
def test_the_service(tmp_path: Path):
    """The flows are on their schedules, a run that is asked for completes, Ctrl-C ends all."""
    (tmp_path / "raw").symlink_to(ROOT / "raw")
    with socket.socket() as probe:
        probe.bind((serving.HOST, 0))
        port = probe.getsockname()[1]
    # Old as the seeds are, a fresh checkout is young.
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COPYDESK_READING__SETTLE_SECONDS": "0"}
    command = [sys.executable, "-m", "flows.serving", "--every", "1h", "--port", str(port)]
    with (tmp_path / "out").open("wb") as out:
        service = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=out, stderr=out)
    try:
        found = _until(
            lambda: len(got := _api(port, "/deployments/filter", {})) == 2 and got,
            "no deployments",
        )
        by_name = {d["name"]: d for d in found}
        assert by_name["scheduled"]["schedules"][0]["schedule"]["interval"] == 3600
        assert by_name["scheduled"]["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert by_name["daily"]["schedules"][0]["schedule"]["cron"] == "30 4 * * *"
        for name, told in (("scheduled", "5 stored, 0 rejected"), ("daily", "all in order")):
            run = _api(port, f"/deployments/{by_name[name]['id']}/create_flow_run", {})["id"]
            state = _until(
                lambda run=run: (
                    (s := _api(port, f"/flow_runs/{run}")["state"])["type"]
                    not in {"SCHEDULED", "PENDING", "RUNNING"}
                    and s
                ),
                f"{name} does not end",
            )
            assert (state["type"], told in state["message"]) == ("COMPLETED", True)
    finally:
        service.send_signal(signal.SIGINT)
        code = service.wait(SECONDS)
    said = (tmp_path / "out").read_text()
    assert (code, f"http://{serving.HOST}:{port}" in said, "Ended." in said) == (0, True, True)
    with socket.socket() as probe:
        assert probe.connect_ex((serving.HOST, port)) != 0
