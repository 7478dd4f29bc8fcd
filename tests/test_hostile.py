"""All that a raw folder may hold, in one run: each thing ends as it must, none in silence."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from pipeline import engine, verifying
from pipeline.escape import safe
from pipeline.settings import load
from pipeline.store import browse

Story = Callable[..., str]
STORED = "stored"
LIMITS = {
    "cleaning.cpu_seconds": 2,
    "cleaning.max_blocks": 5_000,
    "reading.max_record_bytes": 3_000_000,
    "work.workers": 2,
}


def page(body: str, head: str = "") -> bytes:
    """Return an HTML page."""
    return f"<html><head><title>A title</title>{head}</head><body>{body}</body></html>".encode()


def warc(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    """Return one WARC record."""
    head = b"WARC/1.0\r\nWARC-Type: " + kind + b"\r\nWARC-Target-URI: https://x.example/a\r\n"
    size = len(body) if length is None else length
    return head + b"Content-Length: %d\r\n\r\n" % size + body + b"\r\n\r\n"


def http(body: bytes, more: bytes = b"") -> bytes:
    """Return an HTTP response."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + more + b"\r\n" + body


def texts(story: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and fate of plain-text files."""
    yield "story.txt", story.encode(), STORED
    yield "empty.txt", b"", "empty"
    yield "blank.txt", b" \n\t\n", "empty"
    yield "nuls.txt", bytes(3_000), "not-text"
    yield "nuls-inside.txt", story.replace("said", "sa\0id").encode(), STORED
    yield "broken-utf8.txt", story.encode().replace(b"said", b"sa\xff\xfe\xc3id"), STORED
    yield "utf16.txt", story.encode("utf-16"), STORED
    yield "utf16-no-bom.txt", story.encode("utf-16-le"), STORED
    yield "utf32.txt", story.encode("utf-32"), STORED
    yield "cp1252.txt", story.replace("said", "said \u2014 caf\xe9").encode("cp1252"), STORED
    yield "cr-only.txt", story.replace("\n", "\r").encode(), STORED
    yield "one-line.txt", b"word " * 500_000, STORED
    yield "line-50mb.txt", b"word " * 10_000_000, "too-large"
    yield "lines-200k.txt", b"line of the list\n" * 150_000, "too-large"
    yield "dates.txt", b"January 1, 0001\n31 February 2024\n31.12.9999\n" + story.encode(), STORED
    bait = {"spaces": " ", "dashes": "-", "brackets": "([", "by": "By ", "commas": ", "}
    bait |= {"quotes": "\" '", "dots": ". ", "digits": "1 9", "mails": "a@a.", "urls": "https://a/"}
    bait |= {
        "caps": "LONDON, ",
        "agency": "(Reuters) - ",
        "marks": "e\u0301",
        "bidi": "\u202e\u200b",
    }
    for name, piece in bait.items():
        text = story + "\n" + piece * (1_000_000 // len(piece.encode()))
        yield f"bait-{name}.txt", text.encode(), STORED


def pages(story: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and fate of HTML files."""
    body = "".join(f"<p>{p}</p>" for p in story.split("\n\n"))
    yield "page.html", page(f"<article>{body}</article>"), STORED
    yield "deep-300.html", page("<div>" * 300 + body), STORED
    yield "deep-5000.html", page("<div>" * 5_000 + body), "too-deep"
    yield "deep-100000.html", page("<b><i>" * 50_000 + body), "too-deep"
    yield "deep-behind.html", page(body + "<table><tr><td>" * 3_000 + "more"), STORED
    bomb = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    yield "bomb.html", f"<!DOCTYPE x [{bomb}]><html><body><p>&i;</p>{body}".encode(), STORED
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield "external.html", f"{outside}<html><body><p>&e;</p>{body}".encode(), STORED
    xml = (
        f'<?xml version="1.0"?>{outside}<html xmlns="http://www.w3.org/1999/xhtml"><body>&e;{body}'
    )
    yield "external.xhtml", f"{xml}</body></html>".encode(), STORED
    attributes = "".join(f"a{n}=1 " for n in range(200_000))
    yield "attributes.html", f"<html><body><p {attributes}>x</p>{body}".encode(), "timeout"
    yield "many-tags.html", page(body + "<br>" * 300_000), STORED
    yield "many-blocks.html", page(body + "<p>a b c" * 6_000), "too-large"
    yield "utf16.html", page(body).decode().encode("utf-16"), STORED
    yield "wrong-charset.html", page(body, '<meta charset="utf-16">'), STORED
    yield "pdf.html", b"%PDF-1.7\n" + bytes(range(256)) * 20, "not-text"
    yield "png.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not-text"
    nested = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    yield "json-ld.html", page(body, nested), STORED
    dates = '<meta property="article:published_time" content="0001-01-01T00:00:00Z">'
    yield "dates.html", page(body, dates + '<meta name="date" content="9999-12-31">'), STORED
    yield "title.html", page(f"<h1>\x1b[31mred \x07 [b]x[/b] &lt;script&gt;</h1>{body}"), STORED
    yield "second-root.html", f">x<html><body></body></html>{body}".encode(), STORED


def packed(story: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and fate of compressed files."""
    data = story.encode() * 3
    squeezed = gzip.compress(data)
    yield "whole.txt.gz", squeezed, STORED
    yield "cut.txt.gz", squeezed[:-30], "damaged"
    yield "corrupt.txt.gz", squeezed[:60] + bytes(8) + squeezed[68:], "damaged"
    yield "double.txt.gz", gzip.compress(squeezed), "not-text"
    yield "bomb.txt.gz", gzip.compress(bytes(50_000_000)), "too-large"
    yield "no-gzip.txt.gz", data, STORED
    yield "cut.txt.zst", zstandard.compress(data)[:-30], "damaged"
    yield "bomb.txt.zst", zstandard.compress(bytes(50_000_000)), "too-large"


def lines(story: str) -> list[tuple[bytes, str]]:
    """Return JSON lines and their fates."""
    return [
        (json.dumps({"text": story}).encode(), STORED),
        (b"{broken", "bad-record"),
        (b'{"text": "a", "text": "b"}', "bad-record"),
        (b'{"text": ' + b"[" * 50_000, "bad-record"),
        (b'"a string"', "bad-record"),
        (b'{"text": 5}', "bad-record"),
        (b'{"no": 1}', "bad-record"),
        (b'{"text": "\\ud800 alone ' + story[:300].replace("\n", " ").encode() + b'"}', STORED),
        (b'{"text": "' + b"x" * 4_000_000 + b'"}', "too-large"),
        (b'\xff\xfe{"text": "x"}', "bad-record"),
        (json.dumps({"text": story[::-1], "date": "31 February 2024"}).encode(), STORED),
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, make_story: Story) -> Path:
    """Ingest all of it at once."""
    home = tmp_path_factory.mktemp("hostile")
    raw, story = home / "raw", make_story(1)
    raw.mkdir()
    for name, data, _ in (*texts(story), *pages(story), *packed(story)):
        (raw / name).write_bytes(data)
    (raw / "feed.jsonl").write_bytes(b"\n".join(line for line, _ in lines(story)))
    good = page("".join(f"<p>{p}</p>" for p in make_story(2).split("\n\n")))
    archive = (
        warc(b"warcinfo", b"x")
        + warc(b"response", http(good))
        + warc(b"revisit", b"HTTP/1.1 304 Not Modified\r\n\r\n")
        + warc(b"response", http(gzip.compress(good)[:60], b"Content-Encoding: gzip\r\n"))
        + warc(b"response", http(b"%PDF-1.4 x"))
        + b"garbage\r\n\r\n"
        + warc(b"response", http(good.replace(b"said", b"told")))
        + warc(b"response", http(good), length=len(good) * 9)
    )
    (raw / "odd.warc").write_bytes(archive)
    os.mkfifo(raw / "fifo.txt")
    (raw / "loop").symlink_to("loop")
    (raw / "passwd.txt").symlink_to("/etc/passwd")
    (raw / os.fsdecode(b"\xff\xfe name.txt")).write_text(make_story(3))
    (raw / "new\nline\x1b[31m.txt").write_text(make_story(4))
    engine.ingest(raw, home / "clean", load(LIMITS, environ={})[0])
    return home


def asked(home: Path, query: str) -> list[tuple[object, ...]]:
    """Ask the tables."""
    return browse.open_shelf(home / "clean").db.execute(query).fetchall()


def test_each_file_ends_as_it_must(home: Path, make_story: Story):
    """Stored, or refused for the reason that fits; one bad file costs no other."""
    story = make_story(1)
    stored = {path: STORED for (path,) in asked(home, "SELECT raw_path FROM origins")}
    refused = dict(asked(home, "SELECT raw_path, reason FROM rejected WHERE raw_locator = ''"))
    told = {**stored, **refused}
    for name, _, fate in (*texts(story), *pages(story), *packed(story)):
        assert (name, told.get(name)) == (name, fate)
    assert (told["fifo.txt"], told["loop"], told["passwd.txt"]) == (
        "not-a-file",
        "not-a-file",
        "outside-raw",
    )
    assert (told["\\xff\\xfe name.txt"], told["new\\x0aline\\x1b[31m.txt"]) == (STORED, STORED)


def test_each_line_ends_as_it_must(home: Path, make_story: Story):
    """One bad line costs itself alone."""
    found = asked(
        home,
        """SELECT raw_locator, 'stored' FROM documents WHERE raw_path = 'feed.jsonl'
        UNION ALL SELECT raw_locator, reason FROM rejected WHERE raw_path = 'feed.jsonl'""",
    )
    fates = [fate for _, fate in lines(make_story(1))]
    assert dict(found) == {f"line:{n}": fate for n, fate in enumerate(fates, 1)}


def test_records_behind_damage_are_read(home: Path):
    """An archive with holes gives what is whole, and tells of every hole."""
    found = asked(
        home,
        """SELECT reason, count(*) FROM (
            SELECT 'stored' AS reason FROM documents WHERE raw_path = 'odd.warc'
            UNION ALL SELECT reason FROM rejected WHERE raw_path = 'odd.warc')
        GROUP BY ALL ORDER BY ALL""",
    )
    assert found == [("damaged", 3), ("not-text", 1), ("stored", 2)]


def test_every_copy_of_the_story_is_whole(home: Path, make_story: Story):
    """Whatever stood around it: the story's own words are kept, in every encoding."""
    last = make_story(1).split("\n\n")[-1]
    tail = last[last.rindex(" because ") :].partition(" said ")[0]
    without = asked(
        home,
        f"""SELECT raw_path FROM documents WHERE raw_locator = ''
            AND NOT contains(text, '{tail}')""",
    )
    others = {"one-line.txt", "\\xff\\xfe name.txt", "new\\x0aline\\x1b[31m.txt"}
    assert {path for (path,) in without} == others


def test_what_the_parser_dropped_is_told(home: Path):
    """A page whose end lies too deep says that it is not whole."""
    ((warnings, completeness),) = asked(
        home,
        "SELECT warnings, completeness FROM documents WHERE raw_path = 'deep-behind.html'",
    )
    assert "was not read" in str(warnings)
    assert completeness == "partial"


def test_nothing_outside_is_read(home: Path):
    """No entity and no link brings in another file."""
    found = asked(home, "SELECT raw_path FROM documents WHERE contains(text, 'root:')")
    assert not found


def test_dates_that_no_news_has_are_none(home: Path):
    """Year 1, year 9999 and the 31st of February."""
    found = asked(
        home,
        """SELECT published_at FROM documents
        WHERE raw_path IN ('dates.txt', 'dates.html', 'feed.jsonl')""",
    )
    assert set(found) == {(None,)}


def test_the_ledger_adds_up(home: Path):
    """And the edition verifies, though the raw folder is what it is."""
    ((read, ends),) = asked(
        home, "SELECT read, stored + rejected + already_known + deferred FROM runs"
    )
    assert read == ends
    found = verifying.verify(home / "raw", home / "clean", load(LIMITS, environ={})[0])
    assert not found.findings
    again = engine.ingest(home / "raw", home / "clean", load(LIMITS, environ={})[0])
    assert again.row.stored == 0


def test_titles_reach_the_terminal_as_words(home: Path):
    """No control character of a page is sent."""
    titles = asked(home, "SELECT title FROM documents WHERE raw_path = 'title.html'")
    shown = safe(titles[0][0])
    assert "\x1b" not in shown
    assert "\x07" not in shown
