"""Who reads while runs write: whole files in the globs, one edition in each snapshot."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.identity import sha256
from pipeline.store import edition
from tests import faults

ROOT = Path(__file__).parents[1]
RUNS = """
import sys
from pathlib import Path
from pipeline import rebuilding
from tests import faults
faults.alone()
home = Path(sys.argv[1])
faults.first_delivery(home)
faults.ingest(home)
faults.second_delivery(home)
faults.ingest(home)
for number in range(20, 24):
    (home / "raw" / "herald" / f"{number}.txt").write_text(faults.story(number % 22))
    faults.ingest(home)
faults.compact(home)
rebuilding.rebuild(home / "raw", home / "clean", faults.SETTINGS)
"""


def read_globs(clean: Path) -> int:
    """Read every published file; one that is gone again is no half file."""
    seen = 0
    for file in edition.parquet_files(clean):
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            continue
        seen += pq.ParquetFile(pa.BufferReader(data)).read().num_rows
    return seen


def read_snapshots(clean: Path, known: dict[str, dict[str, str]]) -> None:
    """Hold each snapshot against its manifest, and against what it was before."""
    folders = sorted((clean / edition.EDITIONS).glob("[0-9]*"), key=lambda f: int(f.name))
    for folder in folders:
        try:
            rows = json.loads((folder / edition.MANIFEST).read_bytes())["files"]
            found = {row["path"]: sha256((folder / row["path"]).read_bytes()) for row in rows}
        except FileNotFoundError:  # let go while it was read, as the oldest is
            assert folder == folders[0]
            continue
        assert found == {row["path"]: row["sha256"] for row in rows}
        assert known.setdefault(folder.name, found) == found


def test_readers_see_whole_files_while_runs_write(tmp_path: Path):
    """Globs and snapshots are read without a pause, from before the first run to the last."""
    clean, known, looks = tmp_path / "clean", {}, 0
    command = [sys.executable, "-c", RUNS, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as runs:
        while runs.poll() is None:
            looks += bool(read_globs(clean))
            read_snapshots(clean, known)
    assert runs.returncode == 0
    assert looks > 20
    assert len(known) >= 5
    faults.tables(clean)
