"""What a whole run costs: memory of all its processes, and CPU seconds, from raw files to Parquet.

    python -m tests.bench.whole_run 100000

The documents are made (see ``made_stories``), a thousand to a file of JSON lines.
"""

import argparse
import gzip
import json
import tempfile
import time
from pathlib import Path

from pipeline import engine
from pipeline.settings import Settings
from tests.bench.made_stories import batches
from tests.bench.measured import measured

SEED = 11
LINES = 1_000


def make(raw: Path, count: int) -> int:
    """Write documents as JSON lines; return their bytes."""
    raw.mkdir()
    size = 0
    for number, table in enumerate(batches(count, SEED, size=LINES)):
        rows = zip(*(table[name].to_pylist() for name in ("source", "text")), strict=True)
        lines = "\n".join(json.dumps({"source": source, "text": text}) for source, text in rows)
        size += len(lines)
        (raw / f"{number:06d}.jsonl.gz").write_bytes(gzip.compress(lines.encode(), 1))
    return size


def run(raw: Path, clean: Path) -> tuple[int, int]:
    """Ingest; return the documents and stories."""
    report = engine.ingest(raw, clean, Settings())
    return report.documents, report.stories


def _nothing() -> None:
    """Warm nothing up: a run starts cold."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        raw, clean = Path(folder) / "raw", Path(folder) / "clean"
        size = make(raw, count)
        began = time.monotonic()
        found = measured(run, raw, clean, warm_up=_nothing)
        took = time.monotonic() - began
    documents, stories = found.result
    print(
        f"{documents:,} documents ({size / 1e6:,.0f} MB) in {stories:,} stories: "
        f"{found.seconds:,.0f} CPU s, {took:,.0f} s, at most {found.memory / 1e9:.2f} GB "
        f"in all processes, {found.before / 1e9:.2f} GB before"
    )


if __name__ == "__main__":
    main()
