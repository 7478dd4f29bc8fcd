"""Mutated files hold the laws: some here, ``python -m tests.fuzz`` tries as many as one likes."""

import time
from pathlib import Path

import pytest

from pipeline.cleaning.decode import Decoded
from tests import fuzz

SECONDS = 10.0
"""Far more than any input needs on a busy machine, far less than what once broke took."""
BROKEN = sorted((Path(__file__).parent / "broken").iterdir())


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.name)
def test_what_once_broke_holds(file: Path, tmp_path: Path):
    """Each input that a fuzzer found, made small: no error, no broken law, and done in time."""
    start = time.process_time()
    fuzz.check(file.name, file.read_bytes(), tmp_path)
    assert time.process_time() - start < SECONDS


def test_mutated_files_hold_the_laws():
    """Every file has an outcome, every document one verdict a block, every block its place."""
    told: list[str] = []
    assert fuzz.run(400, 7, told.append, None, SECONDS) == 0, told


def test_the_laws_can_be_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The harness tells of what it is there for."""
    told: list[str] = []
    monkeypatch.setattr(fuzz, "decode", lambda *_: Decoded("another text", "utf-8", "bom"))
    assert fuzz.run(20, 7, told.append, tmp_path / "kept") > 0
    assert any("is not its span" in line or "visible text" in line for line in told)
    assert list((tmp_path / "kept").iterdir())
