"""What the cleaning of a page costs, beside trafilatura on the same page, and a digest of it all.

    python -m tests.bench.page_cost CORPUS [--pages N] [--digests FILE]

Each page is given to both in turn, in one process, so that other work on the machine weighs on both
alike. Two versions that clean equally print the same digest; with --digests there is one a page.
"""

import argparse
import logging
import random
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from time import process_time

import trafilatura

from pipeline.cleaning.clean import clean
from pipeline.cleaning.corpus import Labelled, labelled, record
from pipeline.errors import DocumentError
from pipeline.memory import look_less
from pipeline.settings import Cleaning

_WARM = 40
"""Pages cleaned before the clock starts: imports, models and patterns are loaded once a process."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement and print it; returns the exit code."""
    parser = argparse.ArgumentParser(description="CPU time of the cleaning of real pages.")
    parser.add_argument("corpus", type=Path, help="folder with truth.jsonl and html/")
    parser.add_argument("--pages", type=int, default=400, help="how many, drawn by a fixed seed")
    parser.add_argument("--digests", type=Path, help="write one digest a page here")
    chosen = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    pages = list(labelled(chosen.corpus))
    random.Random(7).shuffle(pages)
    ours = theirs = 0.0
    lines = []
    for i, page in enumerate(pages[: chosen.pages + _WARM]):
        seconds, found = _timed(lambda page=page: _cleaned(page))
        beside, _ = _timed(lambda page=page: trafilatura.extract(page.data) or "")
        if i == _WARM - 1:
            look_less()  # as a worker does
        if i >= _WARM:
            ours, theirs = ours + seconds, theirs + beside
            lines.append(f"{page.file} {sha256(found.encode()).hexdigest()}")
    if chosen.digests:
        chosen.digests.write_text("\n".join(lines) + "\n", "utf-8")
    count = max(1, len(lines))
    print(f"{len(lines)} pages, digest {sha256(chr(10).join(lines).encode()).hexdigest()[:16]}")
    print(f"clean {1000 * ours / count:.1f} ms CPU a page, trafilatura {1000 * theirs / count:.1f}")
    print(f"clean costs {ours / max(theirs, 1e-9):.2f} of trafilatura")
    return 0


def _timed(work: Callable[[], str]) -> tuple[float, str]:
    started = process_time()
    found = work()
    return process_time() - started, found


def _cleaned(page: Labelled) -> str:
    """Return everything that is known of the cleaned page, as text."""
    try:
        return repr(clean(record(page, "text/html", page.data), Cleaning()))
    except DocumentError as error:
        return repr(error)


if __name__ == "__main__":
    sys.exit(main())
