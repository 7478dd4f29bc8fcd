"""Floors that no pipeline can go below: reading and decoding alone, parsing alone.

python -m tests.bench.peer_floor read RAW --workers 2
"""

import argparse
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from tests.bench.peer_reading import files_in, records


def worked(step: str, file: Path) -> int:
    """Read and decode, or parse, the records of a file; return their characters or elements."""
    done = 0
    for _, content, _ in records(file):
        if step == "parse":
            from lxml import html

            done += len(html.document_fromstring(content))
        else:
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
            done += len(text)
    return done


def main() -> None:
    """Do the step on all of a raw folder and drop the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["read", "parse"])
    parser.add_argument("raw", type=Path)
    parser.add_argument("--workers", type=int, required=True)
    chosen = parser.parse_args()
    files = files_in(chosen.raw)
    with Pool(chosen.workers) as pool:
        share = max(1, min(50, len(files) // (8 * chosen.workers)))
        print(sum(pool.imap(partial(worked, chosen.step), files, share)))


if __name__ == "__main__":
    main()
