"""The README keeps its promises: each command in it is run, here or by CI."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
RUN_BY_CI = ("make run", "make test")
RUN_BY_FLOW_TESTS = ("python -m flows",)


def code(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """Return the shell commands without their comments, in order."""
    lines = (line for block in code("sh") for line in block.splitlines() if line.strip())
    return [line.split("#")[0].strip() for line in lines]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the five raw files, ingested by the README's own command."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "raw").symlink_to(ROOT / "raw")
    run(["copydesk", "ingest"], folder)
    return folder


def run(command: list[str], folder: Path) -> str:
    """Run a command with this Python's own scripts first on the path; fail if it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "command", [c for c in commands() if c not in RUN_BY_CI + RUN_BY_FLOW_TESTS]
)
def test_command(desk: Path, command: str):
    """A command of the README does what it says on the five files."""
    assert run(shlex.split(command), desk).strip()


@pytest.mark.parametrize("script", code("python"))
def test_script(desk: Path, script: str):
    """A Python example of the README runs and shows something."""
    assert run([sys.executable, "-c", script], desk).strip()


def test_settings_example(desk: Path, tmp_path: Path):
    """The settings file of the README is accepted and takes effect."""
    (tmp_path / "copydesk.toml").write_text(code("toml")[0])
    assert "copydesk.toml" in run(["copydesk", "config"], tmp_path)


@pytest.mark.parametrize("command", RUN_BY_CI)
def test_ci_runs_the_two_commands(command: str):
    """CI runs the README's two commands as they stand there."""
    assert command in commands()
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_tables_are_listed():
    """The README of ``clean/`` names every table."""
    from pipeline.store.schemas import TABLES

    listed = (ROOT / "clean" / "README.md").read_text("utf-8")
    assert all(f"`{name}/" in listed for name in TABLES)
