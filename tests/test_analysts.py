"""The answers of docs/analysts.md are those that its queries give on the example."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pipeline import engine
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "analysts.md"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """Load the script that writes the answers."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "example" / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, inline: None) -> Path:
    """Ingest the example into ``clean/`` below a folder."""
    folder = tmp_path_factory.mktemp("desk")
    engine.ingest(ROOT / "docs" / "example" / "raw", folder / "clean", Settings())
    return folder


def test_every_answer_is_what_its_query_gives(
    make: ModuleType, desk: Path, monkeypatch: pytest.MonkeyPatch
):
    """A dozen questions at least."""
    monkeypatch.chdir(desk)
    text = DOCUMENT.read_text("utf-8")
    assert make.answered(text) == text
    assert text.count("```sql") >= 12
    assert text.count("```text") == text.count("```sql")


def test_each_line_that_opens_a_table_does(desk: Path):
    """DuckDB, Polars, pandas and pyarrow, as the document says."""
    (script,) = make_blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=desk,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "(4, " in done.stdout  # Polars
    assert "[4 rows x" in done.stdout  # pandas
    assert done.stdout.endswith("\n4\n")  # pyarrow


def make_blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    parts = DOCUMENT.read_text("utf-8").split(f"```{language}\n")[1:]
    return [part.split("```")[0] for part in parts]


def test_its_pictures_are_there():
    """Those that the document shows."""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("!["):
            assert (DOCUMENT.parent / line.split("(")[1].rstrip(")")).exists()
