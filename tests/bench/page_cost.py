"""What the cleaning of a page costs, beside trafilatura on the same page, and a digest of it all.

    python -m tests.bench.page_cost CORPUS [--pages N] [--digests FILE]
    python -m tests.bench.page_cost --texts N [--digests FILE]

Each page is given to both in turn, in one process, so that other work on the machine weighs on both
alike. With --texts made plain texts are cleaned, with nothing beside. Two versions that clean
equally print the same digest; with --digests there is one a page.
"""

import argparse
import logging
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from time import process_time

import trafilatura

from pipeline.cleaning.clean import clean
from pipeline.cleaning.corpus import labelled, record
from pipeline.errors import DocumentError
from pipeline.memory import look_less
from pipeline.model import Origin, RawDocument
from pipeline.settings import Cleaning
from tests.bench.made_stories import made

_WARM = 40
"""Pages cleaned before the clock starts: imports, models and patterns are loaded once a process."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement and print it; returns the exit code."""
    parser = argparse.ArgumentParser(description="CPU time of the cleaning of real pages or texts.")
    parser.add_argument("corpus", type=Path, nargs="?", help="folder with truth.jsonl and html/")
    parser.add_argument("--pages", type=int, default=400, help="how many, drawn by a fixed seed")
    parser.add_argument("--texts", type=int, help="this many made texts instead of pages")
    parser.add_argument("--digests", type=Path, help="write one digest a page here")
    chosen = parser.parse_args(arguments)
    if chosen.corpus is None and chosen.texts is None:
        parser.error("pages need a corpus")
    logging.disable(logging.CRITICAL)
    records = _texts(chosen.texts) if chosen.texts else _pages(chosen.corpus, chosen.pages)
    ours = theirs = 0.0
    lines = []
    for i, raw in enumerate(records):
        seconds, found = _timed(lambda raw=raw: _cleaned(raw))
        beside = 0.0
        if raw.media_type == "text/html":
            beside, _ = _timed(lambda raw=raw: trafilatura.extract(raw.data) or "")
        if i == _WARM - 1:
            look_less()  # as a worker does
        if i >= _WARM:
            ours, theirs = ours + seconds, theirs + beside
            lines.append(f"{raw.origin.path} {sha256(found.encode()).hexdigest()}")
    if chosen.digests:
        chosen.digests.write_text("\n".join(lines) + "\n", "utf-8")
    count, what = max(1, len(lines)), "text" if chosen.texts else "page"
    print(f"{len(lines)} {what}s, digest {sha256(chr(10).join(lines).encode()).hexdigest()[:16]}")
    print(f"clean {1000 * ours / count:.2f} ms CPU a {what}")
    if theirs:
        print(f"trafilatura {1000 * theirs / count:.2f}: clean costs {ours / theirs:.2f} of it")
    return 0


def _pages(corpus: Path, count: int) -> Iterator[RawDocument]:
    pages = list(labelled(corpus))
    random.Random(7).shuffle(pages)
    for page in pages[: count + _WARM]:
        yield record(page, "text/html", page.data)


def _texts(count: int) -> Iterator[RawDocument]:
    for text in made(count + _WARM, 11):
        data = text.text.encode()
        digest = sha256(data).hexdigest()
        yield RawDocument(digest, Origin(text.id, "", digest), text.source, "text/plain", data)


def _timed(work: Callable[[], str]) -> tuple[float, str]:
    started = process_time()
    found = work()
    return process_time() - started, found


def _cleaned(raw: RawDocument) -> str:
    """Return everything that is known of the cleaned page, as text."""
    try:
        return repr(clean(raw, Cleaning()))
    except DocumentError as error:
        return repr(error)


if __name__ == "__main__":
    sys.exit(main())
