"""What the service is told on its command line; how it runs is tested in ``test_service``."""

import os
import signal
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows import serving
from pipeline.errors import SettingsError


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
