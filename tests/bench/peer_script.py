"""The script that a user would write in an afternoon: trafilatura, datasketch, Parquet.

    python -m tests.bench.peer_script RAW OUT --workers 2

Workers read, extract with trafilatura's defaults (text is taken as it is) and hash; the parent
finds copies with MinHashLSH and writes one Parquet file. What fails to read ends the script.
"""

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from datasketch import LeanMinHash, MinHash, MinHashLSH

from tests.bench.peer_reading import files_in, records

PERMUTATIONS = 128
THRESHOLD = 0.5
WORDS = 5


def worked(file: Path) -> list[tuple[str, str, LeanMinHash]]:
    """Return name, text and signature of each record that has a text."""
    found = []
    for name, content, is_html in records(file):
        text = _extracted(content) if is_html else str(content)
        if text and text.strip():
            words = text.lower().split()
            shingles = {
                " ".join(words[at : at + WORDS]).encode()
                for at in range(max(1, len(words) - WORDS + 1))
            }
            sketch = MinHash(num_perm=PERMUTATIONS)
            sketch.update_batch(shingles)
            found.append((name, text, LeanMinHash(sketch)))
    return found


def _extracted(content: bytes | str) -> str | None:
    import trafilatura

    return trafilatura.extract(content)


def main() -> None:
    """Read all of a raw folder and write ``stories.parquet``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, required=True)
    chosen = parser.parse_args()
    files = files_in(chosen.raw)
    names: list[str] = []
    texts: list[str] = []
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    parent: dict[int, int] = {}
    root = partial(_root, parent)
    with Pool(chosen.workers) as pool:
        share = max(1, min(50, len(files) // (8 * chosen.workers)))
        for found in pool.imap(worked, files, share):
            for name, text, sketch in found:
                number = len(names)
                parent[number] = number
                for other in index.query(sketch):
                    parent[root(other)] = root(number)
                index.insert(number, sketch)
                names.append(name)
                texts.append(text)
    stories = [names[root(number)] for number in range(len(names))]
    chosen.out.mkdir(parents=True, exist_ok=True)
    table = pa.table({"name": names, "text": texts, "story": stories})
    pq.write_table(table, chosen.out / "stories.parquet", compression="zstd")


def _root(parent: dict[int, int], number: int) -> int:
    while parent[number] != number:
        parent[number] = number = parent[parent[number]]
    return number


if __name__ == "__main__":
    main()
