"""The Prefect flow: the same rows as without Prefect, on a server of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.dataset as ds
import pytest

pytestmark = pytest.mark.flow
ROOT = Path(__file__).parents[1]
TIMEOUT = 600


def run(arguments: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module of ours in a folder, with a home folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run the flow once over the five files, under an API address that nobody answers."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "raw").symlink_to(ROOT / "raw")
    done = run(["flows"], folder, PREFECT_API_URL="http://127.0.0.1:1/api")
    assert done.returncode == 0, done.stderr
    return folder, done


def test_summary(desk: tuple[Path, subprocess.CompletedProcess[str]]):
    """The flow ends with the numbers of the run and lines that query and show the stories."""
    folder, done = desk
    assert "5 read = 5 stored + 0 rejected + 0 already known" in done.stdout
    assert "4 stories in 5 copies" in done.stdout
    line = done.stdout.strip().splitlines()[-3]
    shown = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=True)
    assert "copy_count" in shown.stdout


def test_quiet(desk: tuple[Path, subprocess.CompletedProcess[str]]):
    """Nothing but the notice of what is waited for goes to the error stream."""
    lines = [line for line in desk[1].stderr.splitlines() if line.strip()]
    assert lines == ["Starting Prefect's embedded server; the first time may take a minute ..."]


def test_leaves_the_user_alone(desk: tuple[Path, subprocess.CompletedProcess[str]]):
    """Prefect's database lies in the working folder; the user's home and API stay untouched."""
    folder, _ = desk
    assert (folder / ".prefect" / "prefect.db").exists()
    assert not (folder / "home").exists()


def test_run_is_linked_to_the_flow_run(desk: tuple[Path, subprocess.CompletedProcess[str]]):
    """The table ``runs`` names the flow run, so that the UI and the Parquet can be joined."""
    (row,) = ds.dataset(desk[0] / "clean" / "runs").to_table().to_pylist()
    assert len(row["flow_run_id"]) == 36


def test_same_rows_as_without_prefect(
    desk: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
):
    """The flow and the plain command give the same articles and copies."""
    plain = run(["pipeline.cli", "ingest", str(ROOT / "raw"), str(tmp_path / "clean")], tmp_path)
    assert plain.returncode == 0, plain.stderr
    for table in ("articles", "copies", "removed"):
        ours, theirs = (
            ds.dataset(clean / table).to_table().to_pylist()
            for clean in (desk[0] / "clean", tmp_path / "clean")
        )
        assert sorted(map(str, ours)) == sorted(map(str, theirs))


def test_states_tell_the_story(desk: tuple[Path, subprocess.CompletedProcess[str]]):
    """Each stage is a task run whose state says in words what it did."""
    script = """
import json, sqlite3
db = sqlite3.connect('.prefect/prefect.db')
query = 'SELECT r.name, s.message FROM task_run r JOIN task_run_state s ON s.id = r.state_id'
print(json.dumps(dict(db.execute(query).fetchall())))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=desk[0], capture_output=True, text=True, check=True
    )
    states = json.loads(done.stdout)
    stages = "open|plan|judge 1 of 1|learn|apply|sign|settle|compare|tell|publish"
    assert states.keys() == set(stages.split("|"))
    assert states["judge 1 of 1"] == "5 records: 5 cleaned, 0 rejected"
    assert states["publish"] == "edition 1: 4 stories in 5 copies"


def test_failure_is_one_sentence(tmp_path: Path):
    """A raw folder that is not there is a usage error of one sentence, without a traceback."""
    done = run(["flows", "nowhere"], tmp_path)
    assert done.returncode == 2
    assert "nowhere: there is no such raw folder" in done.stderr
    assert "Traceback" not in done.stderr
