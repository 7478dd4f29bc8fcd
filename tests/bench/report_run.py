"""What a report costs: CPU seconds, memory, files, from the Parquet of made stories.

    python -m tests.bench.report_run 20000

The documents are made (see ``made_stories``), with headline, date and, for four in five stories, an
agency; ingesting them takes several times as long as the report.
"""

import argparse
import gzip
import json
import tempfile
from pathlib import Path

from pipeline import engine, reporting
from pipeline.settings import Settings
from tests.bench.made_stories import batches
from tests.bench.measured import measured

SEED = 11
LINES = 1_000
AGENCIES = ("Reuters", "AP", "AFP", "dpa", "Meridian")


def make(raw: Path, count: int) -> None:
    """Write documents as JSON lines."""
    raw.mkdir()
    for number, table in enumerate(batches(count, SEED, size=LINES)):
        lines = []
        for row in table.to_pylist():
            agency = AGENCIES[row["family"] % len(AGENCIES)]
            text = row["text"].replace("(Meridian)", f"({agency})")
            facts = {
                "source": row["source"],
                "text": text,
                "title": text.split("\n\n")[0],
                "date": row["published"].isoformat(),
            }
            lines.append(json.dumps(facts))
        data = gzip.compress("\n".join(lines).encode(), 1)
        (raw / f"{number:06d}.jsonl.gz").write_bytes(data)


def run(clean: Path, out: Path) -> reporting.Reported:
    """Write the report of all."""
    return reporting.report(clean, out)


def _nothing() -> None:
    """Warm nothing up: a report starts cold."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        raw, clean = Path(folder) / "raw", Path(folder) / "clean"
        make(raw, count)
        engine.ingest(raw, clean, Settings())
        found = measured(run, clean, Path(folder) / "report", warm_up=_nothing)
    made = found.result
    print(
        f"{made.stories:,} stories, {made.documents:,} documents: {made.files:,} files, "
        f"{made.bytes / 1e6:,.0f} MB, {found.seconds:,.0f} CPU s, at most "
        f"{found.memory / 1e9:.2f} GB"
    )


if __name__ == "__main__":
    main()
