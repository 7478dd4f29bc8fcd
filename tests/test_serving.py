"""What the service is told on its command line; how it runs is tested in ``test_service``."""

import os
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from flows import alarms, serving
from flows.parameters import Given, chosen
from flows.server import pages
from flows.showing import in_time
from pipeline.errors import SettingsError
from pipeline.store import disk


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


@pytest.mark.parametrize("text", ["", "0m", "15", "m", "1w", "-5m", "99999999999d"])
def test_no_pauses(text: str):
    """Anything else is a mistake that is told."""
    with pytest.raises(SettingsError, match="--every"):
        serving.interval(text)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--every", "1h", "--cron", "* * * * *"], "choose one"),
        (["--every", ""], "write 30s, 15m, 2h or 1d"),
        (["--cron", "bad"], "no cron expression"),
        (["--verify-cron", ""], "no cron expression"),
        (["--database", "foo"], "write postgresql"),
        (["nowhere"], "there is no such raw folder"),
    ],
)
def test_wrong_values_are_told_before_anything_starts(alone: Path, arguments: list[str], told: str):
    """In a sentence, with the exit code of wrong usage."""
    result = CliRunner().invoke(serving.main, arguments)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert not (alone / ".prefect" / "server.log").exists()


def test_one_service_a_folder(alone: Path):
    """A second one is refused, whatever its port."""
    (alone / ".prefect").mkdir()
    with disk.lock(alone / ".prefect" / serving.LOCK, 0):
        result = CliRunner().invoke(serving.main, [])
    assert (result.exit_code, "is at work here" in result.output) == (4, True)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.example.org/services/T0/B0/SECRET",
        "mailto://bob:SECRET@",
        "SECRET",
        "json://[::SECRET",
    ],
)
def test_a_wrong_address_is_not_shown(address: str, capfd: pytest.CaptureFixture[str]):
    """It may hold a password: its number is told."""
    with pytest.raises(SettingsError, match="address 2 of 2") as caught:
        alarms.check(["json://127.0.0.1/", address])
    said = capfd.readouterr()
    assert "SECRET" not in said.out + said.err + str(caught.value)


def test_what_a_run_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It goes before ``copydesk.toml`` for what it names, and for nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copydesk.toml").write_text("[work]\nworkers = 3\nbatch_files = 7\n")
    held = chosen(Given.model_validate({"work": {"workers": 2}, "run_hours": 1.5}))
    assert (held.work.workers, held.work.batch_files, held.watch.run_hours) == (2, 7, 1.5)
    assert chosen(None).work.workers == 3
    with pytest.raises(ValidationError):
        Given.model_validate({"watch": {"notify": ["mailto://u:p@h"]}})


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a folder with raw files, with an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw").mkdir()
    for name in list(os.environ):
        if name.startswith(("PREFECT_", "COPYDESK_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(serving.os, "environ", dict(os.environ))
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("option", "advice"), [("--port", "--host or --port"), ("--report-port", "--report-port")]
)
def test_a_taken_port(alone: Path, option: str, advice: str):
    """Nothing is started where another server listens; it is told which option chooses another."""
    with socket.socket() as taken:
        taken.bind((serving.HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(serving.main, [option, port])
    assert (result.exit_code, f"choose another by {advice}" in result.output) == (2, True)
    assert not (alone / "clean").exists()
    assert not (alone / ".prefect" / "server.log").exists()


@pytest.mark.parametrize("folder", ["raw/pages", "clean/pages", "mine"])
def test_no_place_for_pages(alone: Path, folder: str):
    """Pages go neither among raw files nor into the store nor over what is somebody's own."""
    (alone / "mine").mkdir()
    (alone / "mine" / "diary.txt").write_text("dear diary")
    (alone / "copydesk.toml").write_text(f'[watch]\nreport = "{folder}"\n')
    result = CliRunner().invoke(serving.main, [])
    assert (result.exit_code, f"watch.report: {folder}: " in result.output) == (2, True)
    assert not (alone / ".prefect" / "server.log").exists()


def test_what_the_service_takes_for_granted(alone: Path):
    """Young files wait and pages are written, unless the user has said otherwise."""
    environ: dict[str, str] = {}
    serving.settle(environ)
    assert environ == {
        "COPYDESK_READING__SETTLE_SECONDS": "60",
        "COPYDESK_WATCH__REPORT": "report",
    }
    said = {"COPYDESK_WATCH__REPORT": "", "COPYDESK_READING__SETTLE_SECONDS": "5"}
    serving.settle(environ := dict(said))
    assert environ == said


def test_pages_are_served(tmp_path: Path):
    """Whatever the folder is replaced by, and nothing beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    with pages(tmp_path / "report", serving.HOST, 0) as address:
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address)
        (tmp_path / "made").mkdir()
        (tmp_path / "made" / "index.html").write_text("one")
        (tmp_path / "report").rmdir()
        (tmp_path / "made").rename(tmp_path / "report")
        assert urllib.request.urlopen(address).read() == b"one"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}%2e%2e/secret.txt")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address)


def test_a_run_that_is_out_of_time_says_so():
    """Also where the alarm comes out of a library as an error of its own; others stay."""

    def interrupted() -> None:
        try:
            time.sleep(5)
        except TimeoutError as error:
            raise RuntimeError("Query interrupted") from error

    with pytest.raises(TimeoutError, match=r"watch\.run_hours"), in_time(0.0001):
        interrupted()
    with pytest.raises(RuntimeError, match="of another kind"), in_time(1):
        raise RuntimeError("of another kind")


def test_make_serve():
    """``make serve`` runs the service with arguments that it takes."""
    root = Path(__file__).parents[1]
    command = ["make", "--dry-run", "--no-print-directory", "serve", "EVERY_TIME=2h"]
    printed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    python, _, module, *arguments = shlex.split(printed.splitlines()[-1])
    assert python == ".venv/bin/python"
    assert module == "flows.serving"
    assert serving.main.make_context("serve", arguments).params["every"] == "2h"
