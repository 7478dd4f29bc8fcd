"""Raw folders for the comparison: pages as files or WARC, made stories as files or JSON lines."""

import gzip
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from tests.bench.made_pages import MadePage, made_pages
from tests.bench.made_stories import made

ARCHIVES = 8
"""Files that an archive of any size is cut into: who takes a file a worker gets work for all."""
SEED = 11

Item = TypeVar("Item")


def html_files(corpus: Path, raw: Path, count: int) -> None:
    """Write a page a file, in folders named after the hosts."""
    for page in made_pages(corpus, count):
        folder = raw / page.host
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{page.number:06}.html").write_bytes(page.data)


def warc_files(corpus: Path, raw: Path, count: int) -> None:
    """Write the same pages as WARC, a gzip member a record."""
    raw.mkdir(parents=True)
    for number, pages in enumerate(_parts(made_pages(corpus, count), count)):
        with (raw / f"pages-{number}.warc.gz").open("wb") as out:
            out.writelines(gzip.compress(warc_record(page), 6, mtime=0) for page in pages)


def text_files(_corpus: Path, raw: Path, count: int) -> None:
    """Write a made story a file, in folders named after the outlets."""
    for story in made(count, SEED):
        folder = raw / story.source
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{story.id}.txt").write_text(story.text, "utf-8")


def json_lines(_corpus: Path, raw: Path, count: int) -> None:
    """Write the same stories as lines of source and text."""
    raw.mkdir(parents=True)
    for number, stories in enumerate(_parts(made(count, SEED), count)):
        lines = (json.dumps({"source": s.source, "text": s.text}) + "\n" for s in stories)
        (raw / f"stories-{number}.jsonl").write_text("".join(lines), "utf-8")


def _parts(items: Iterable[Item], count: int) -> Iterator[list[Item]]:
    """Cut so many items into ``ARCHIVES`` parts or fewer."""
    left = iter(items)
    while part := list(islice(left, -(-count // ARCHIVES))):
        yield part


def warc_record(page: MadePage) -> bytes:
    """Return a response record, as a crawler writes it."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    payload = http % len(page.data) + page.data
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <{UUID(int=page.number).urn}>\r\n"
        "WARC-Date: 2024-01-01T00:00:00Z\r\n"
        f"WARC-Target-URI: {page.url}\r\n"
        "WARC-Identified-Payload-Type: text/html\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"
