"""Feed the readers and the cleaner mutated files, and hold what comes out against the laws.

``python -m tests.fuzz --inputs 200000 --seed 1`` prints what it tried; inputs that break a law,
raise, or take more than two CPU seconds (two more for each 100 kB) are written to ``--keep`` and
make the exit code 1. The same seed gives the same inputs. ``--atheris`` lets coverage choose them
instead (if that package is installed), until it is stopped.
"""

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import zstandard

from pipeline.cleaning.clean import clean
from pipeline.cleaning.decode import decode
from pipeline.cleaning.html import parse
from pipeline.cleaning.html_blocks import SKIP
from pipeline.errors import DocumentError, RawFileError
from pipeline.identity import sha256
from pipeline.model import CleanDocument, RawDocument, Ruling
from pipeline.reading.files import raw_file
from pipeline.reading.read import read
from pipeline.settings import Cleaning, Reading
from pipeline.store import parts, rows
from pipeline.store.schemas import TABLES

ROOT = Path(__file__).parents[1]
MOST_SECONDS = 2.0
MOST_BYTES = 300_000
LIMITS = Reading(max_file_bytes=5_000_000, max_record_bytes=2_000_000)
CLEANING = Cleaning()

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Harbour wall to be mended | Gazette</title>
<meta property="og:title" content="Harbour wall"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2024-03-05T10:00:00+01:00">
<link rel="canonical" href="https://gazette.example/a"><script type="application/ld+json">
{"@type": "NewsArticle", "headline": "Harbour wall", "datePublished": "2024-03-05",
"author": [{"@type": "Person", "name": "Jane Doe"}], "isAccessibleForFree": "False",
"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paid"}}
</script></head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul>
</nav><article><h1>Harbour wall to be mended</h1><p class="byline">By Jane Doe and John Roe</p>
<time datetime="2024-03-05">March 5, 2024</time><figure><img src="a.jpg"><figcaption>The wall.
Photo: AP</figcaption></figure><p>LONDON (Reuters) - The council of the island voted on Tuesday to
repair the old harbour wall, which is broken, and to pay for it from next year.</p>
<div class="paid"><p>Work will start in May and last for eighteen months, he said.</p></div>
<aside class="related"><h3>Also read</h3><ul><li><a href="/b">Another story</a></li></ul></aside>
<table><tr><td>1</td><td>2</td></tr></table><pre>a\n b</pre>
<p>(Reporting by A B; Editing by C D)</p></article>
<footer>Subscribe now for 9.99 a month. All rights reserved.</footer></body></html>"""
DUMP = """Home | World | Business\n\nHarbour wall to be mended\n\nBy Jane Doe\nMarch 5, 2024

LONDON, March 5 (Reuters) - The council of the island voted on Tuesday to repair the old wall.

Also Read: Another story of the day\n\nWork will start in May and last for eighteen months.\n
Subscribe to Gazette Premium for Rs 149 a month. Cancel anytime.\n
(Reporting by A B; Editing by C D)
"""


def _tokens() -> list[bytes]:
    """Return what is spliced into files: one a line, escaped; ``-*300`` is a run of 300 dashes."""
    lines = (Path(__file__).with_name("fuzz_tokens.txt")).read_text("ascii").split("\n")[:-1]
    runs = {line: (line[:1] * int(line[2:])).encode() for line in lines if line[1:2] == "*"}
    return [
        runs.get(line) or line.encode().decode("unicode_escape").encode("latin-1") for line in lines
    ]


TOKENS = _tokens()


def _warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode()
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://gazette.example/a\r\n"
        b"WARC-Date: 2024-03-05T10:00:00Z\r\nContent-Type: application/http\r\n"
        b"Content-Length: %d\r\n\r\n"
    ) % len(http)
    return (head + http + b"\r\n\r\n") * 2


def bases() -> list[tuple[str, bytes]]:
    """Return the files that are mutated: name and bytes, of every format."""
    line = {"text": DUMP, "url": "https://gazette.example/a", "date": "2024-03-05", "title": "Wall"}
    lines = [line, {**line, "html": PAGE}, {**line, "text": "Short."}]
    feed = "\n".join(map(json.dumps, lines)).encode()
    seeds = [(f"seed{f.suffix}", f.read_bytes()) for f in sorted((ROOT / "raw").glob("*.txt"))]
    plain = [("a.txt", DUMP.encode()), ("a.html", PAGE.encode()), ("a.jsonl", feed), *seeds]
    return [
        *plain,
        *[("a.html", PAGE.encode())] * 4,
        ("a.warc", _warc()),
        ("a.txt", DUMP.encode("utf-16")),
        ("a.html", PAGE.encode("cp1252")),
        *((f"{name}.gz", gzip.compress(data, 1, mtime=0)) for name, data in plain[:3]),
        ("a.warc.gz", gzip.compress(_warc(), 1, mtime=0)),
        ("a.jsonl.zst", zstandard.compress(feed)),
    ]


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with a few random changes."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 10, 30))):
        size = len(found)
        a, b = sorted((rng.randint(0, size), rng.randint(0, size)))
        b = min(b, a + rng.choice((1, 8, 64, 512, size)))
        match rng.randint(0, 7):
            case 0 if size:
                found[min(a, size - 1)] ^= 1 << rng.randint(0, 7)
            case 1:
                del found[a:b]
            case 2:
                found[a:a] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 50, 1_000))
            case 3:
                found[a:b] = rng.choice(TOKENS)
            case 4:
                found[a:a] = found[a:b] * rng.choice((1, 2, 20))
            case 5:
                found[a:a] = rng.randbytes(rng.choice((1, 4, 40)))
            case 6:
                found = found[:b] if rng.random() < 0.3 else found
            case _:
                c = rng.randint(0, len(found))
                found[c:c] = found[a:b]
    return bytes(found[:MOST_BYTES])


def check(name: str, data: bytes, folder: Path) -> Counter[str]:
    """Read and clean one file; return what became of its records. Raises what breaks a law."""
    (folder / name).write_bytes(data)
    ends: Counter[str] = Counter()
    try:
        for item in read(folder, raw_file(folder, name), LIMITS):
            if isinstance(item, RawDocument):
                ends[_clean(item)] += 1
            else:
                ends[type(item).__name__] += 1
    except RawFileError as error:
        ends[f"file: {error.reason}"] += 1
    finally:
        (folder / name).unlink()
    if not ends:
        raise AssertionError("a file without any outcome")
    return ends


def _clean(raw: RawDocument) -> str:
    if sha256(raw.data) != raw.origin.sha256:
        raise AssertionError("origin.sha256 is not that of the bytes")
    try:
        document = clean(raw, CLEANING)
    except DocumentError as error:
        return str(error.reason)
    check_laws(raw, document)
    return document.page.mode


def check_laws(raw: RawDocument, document: CleanDocument) -> None:
    """Raise AssertionError when a cleaned document breaks a law of the design."""
    page, verdicts = document.page, document.verdicts
    if [v.block for v in verdicts] != [b.index for b in page.blocks]:
        raise AssertionError("not one verdict a block, in order")
    for verdict in verdicts:
        if (verdict.label is None) != (
            verdict.ruling is Ruling.KEEP
        ) or not 0 <= verdict.score <= 1:
            raise AssertionError(f"a verdict that makes no sense: {verdict}")
    text = decode(raw.data, raw.media_type, raw.charset).text
    if page.mode == "text":
        end = 0
        for block in page.blocks:
            a, b = block.start or 0, block.end or 0
            if not end <= a < b or text[end:a].strip() or " ".join(text[a:b].split()) != block.text:
                raise AssertionError(f"block {block.index} is not its span")
            end = b
        if text[end:].strip():
            raise AssertionError("text behind the last block")
    else:
        tree, _ = parse(text, huge=True)
        skipped = " or ".join(f"ancestor::{tag}" for tag in sorted(SKIP))
        seen = "".join("".join(t.split()) for t in tree.xpath(f"//text()[not({skipped})]"))
        if "".join("".join(b.text.split()) for b in page.blocks) != seen:
            raise AssertionError("the blocks do not hold the visible text")
    row = rows.document_row(document, "digest", "run")
    parts.from_rows("documents", [row])
    parts.from_columns(TABLES["removed"].arrow(), rows.removed_columns(document))
    published = document.facts.published_at
    if published and not 1800 <= published.year <= 2100:
        raise AssertionError(f"a date that no news has: {published}")


def allowed(data: bytes, seconds: float) -> float:
    """Return the CPU seconds that an input may take: as many again for each 100 kB."""
    return seconds * (1 + len(data) / 100_000)


def run(
    inputs: int,
    seed: int,
    tell: Callable[[str], None],
    keep: Path | None,
    most_seconds: float = MOST_SECONDS,
) -> int:
    """Try so many inputs; return how many failed."""
    ends: Counter[str] = Counter()
    failed, slowest, began = 0, 0.0, time.monotonic()
    found = bases()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(inputs):
            rng = random.Random(f"{seed} {number}")
            name, data = rng.choice(found)
            data = mutated(data, rng)
            start = time.process_time()
            problem = ""
            try:
                ends += check(name, data, Path(folder))
            except Exception:  # noqa: BLE001 - any error is what is looked for
                problem = traceback.format_exc()
            took = time.process_time() - start
            slowest = max(slowest, took)
            if took > allowed(data, most_seconds):
                problem = problem or f"took {took:.1f} CPU seconds"
            if problem:
                failed += 1
                tell(f"input {number} of seed {seed} ({name}, {len(data)} bytes): {problem}")
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}-{name}").write_bytes(data)
            if (number + 1) % 10_000 == 0:
                tell(f"{number + 1} inputs, {failed} failed, {time.monotonic() - began:.0f} s")
    told = ", ".join(f"{name} {count}" for name, count in sorted(ends.items()))
    tell(f"{inputs} inputs, {failed} failed, slowest {slowest:.2f} CPU s; records: {told}")
    return failed


def by_coverage(inputs: int, seed: int) -> None:
    """Let atheris choose the inputs, from ours on: the first byte picks the format."""
    import atheris

    names = sorted({name for name, _ in bases()})
    folder, corpus = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    for number, (name, data) in enumerate(bases()):
        (corpus / f"{number:03d}").write_bytes(bytes([names.index(name)]) + data)

    def once(data: bytes) -> None:
        if data:
            check(names[data[0] % len(names)], data[1:], folder)

    atheris.instrument_all()
    limits = ["-timeout=10", "-max_len=20000", f"-runs={inputs}", f"-seed={seed}"]
    # What it notes of the coverage grows with the inputs.
    limits += ["-rss_limit_mb=8192"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], once)
    atheris.Fuzz()


def main() -> None:
    """Try inputs and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write inputs that fail to this folder")
    parser.add_argument("--atheris", action="store_true", help="let coverage choose the inputs")
    chosen = parser.parse_args()
    if chosen.atheris:
        by_coverage(chosen.inputs, chosen.seed)
    else:
        sys.exit(bool(run(chosen.inputs, chosen.seed, lambda t: print(t, flush=True), chosen.keep)))


if __name__ == "__main__":
    main()
