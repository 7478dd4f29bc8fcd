"""datatrove's own pipeline: reader, Trafilatura, the four stages of MinHash, Parquet.

    python tests/bench/peer_datatrove.py RAW OUT --workers 2

It runs in an environment of its own (see ``requirements-bench.txt``) and imports nothing of ours.
Stages and settings are those of datatrove's examples; extraction and signatures share one pass,
which is kinder than the examples. There is no reader of loose files: ``FileReader`` is one.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.readers.base import BaseDiskReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter
from datatrove.utils.typeshelper import Languages

CONFIG = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)

TIMEOUT = 10
"""Seconds a page. With the default of 1 a busy machine loses pages that an idle one reads."""


class FileReader(BaseDiskReader):
    """Read each file of a folder as one document."""

    name = "loose files"

    def read_file(self, filepath: str) -> Iterator[Any]:
        """Yield the file's text."""
        with self.data_folder.open(filepath, "rb") as stream:
            text = stream.read().decode("utf-8", "replace")
        yield self.get_document_from_dict({"text": text}, filepath, 0)


def reader(raw: Path) -> tuple[list[Any], int]:
    """Return the steps that read a raw folder, by the names in it, and the files to share out."""
    files = [p for p in raw.rglob("*") if p.is_file() and not p.name.startswith("README")]
    names = {"".join(p.suffixes[-2:]) for p in files}
    if names == {".warc.gz"}:
        return [WarcReader(str(raw)), Trafilatura(timeout=TIMEOUT)], len(files)
    if names == {".jsonl"}:
        return [JsonlReader(str(raw))], len(files)
    if all(name.endswith(".html") for name in names):
        return [FileReader(str(raw), glob_pattern="**/*.html"), Trafilatura(timeout=TIMEOUT)], len(
            files
        )
    return [FileReader(str(raw), glob_pattern="**/*.txt")], len(files)


def main() -> None:
    """Run the stages one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, required=True)
    chosen = parser.parse_args()
    steps, files = reader(chosen.raw)
    tasks = min(chosen.workers, files)

    def folder(name: str) -> str:
        return str(chosen.out / name)

    def run(name: str, pipeline: list[Any], tasks: int) -> None:
        LocalPipelineExecutor(
            pipeline=pipeline,
            tasks=tasks,
            workers=min(tasks, chosen.workers),
            logging_dir=folder(f"logs/{name}"),
        ).run()

    signatures = MinhashDedupSignature(
        folder("signatures"), config=CONFIG, language=Languages.english
    )
    buckets = MinhashDedupBuckets(folder("signatures"), folder("buckets"), config=CONFIG)
    clusters = MinhashDedupCluster(folder("buckets"), folder("removed"), config=CONFIG)
    run("signatures", [*steps, JsonlWriter(folder("texts")), signatures], tasks)
    run("buckets", [buckets], CONFIG.num_buckets)
    run("clusters", [clusters], 1)
    kept = [
        JsonlReader(folder("texts")),
        MinhashDedupFilter(folder("removed")),
        ParquetWriter(folder("stories")),
    ]
    run("filter", kept, tasks)


if __name__ == "__main__":
    main()
