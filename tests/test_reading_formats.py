"""Formats, compression, JSON lines, side files and sources: what becomes one record, and which."""

import gzip
import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import zstandard
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.errors import RawFileError, RejectReason
from pipeline.identity import doc_id, sha256
from pipeline.model import RawDocument, Rejected
from pipeline.reading import sniff
from pipeline.reading.delivery import host, parse_time
from pipeline.reading.files import raw_file
from pipeline.reading.read import read
from pipeline.settings import Reading

TEXT = "Budapest, Nov. 2 - Péter's mill reopened.\nIt had been shut for a year.\n".encode()
PAGE = b"<!DOCTYPE html><html><head><title>Mill</title></head><body><p>It reopened.</body></html>"
LINE = b'{"text": "The mill reopened on Friday."}\n'
CODERS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def items(tmp_path, name, data, side=None, **limits):
    """Write one raw file, with its side file if given, and read it."""
    place = tmp_path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    if side is not None:
        place.with_name(place.name + ".meta.json").write_bytes(side)
    found = list(read(tmp_path, raw_file(tmp_path, name), Reading(**limits)))
    for item in found:
        assert item.path == name if isinstance(item, Rejected) else item.origin.path == name
        if isinstance(item, RawDocument):
            assert item.origin.sha256 == sha256(item.data)
            assert item.doc_id == doc_id(item.source, item.origin.sha256)
    return found


def document(tmp_path, name, data, side=None, **limits) -> RawDocument:
    """Read a file that holds one document."""
    (item,) = items(tmp_path, name, data, side, **limits)
    assert isinstance(item, RawDocument), item
    return item


def refusal(tmp_path, name, data, side=None, **limits) -> Rejected:
    """Read a file that gives one rejection."""
    (item,) = items(tmp_path, name, data, side, **limits)
    assert isinstance(item, Rejected), item
    assert item.stage == "read"
    return item


@pytest.mark.parametrize("coder", CODERS)
@pytest.mark.parametrize(
    ("suffix", "data", "media_type"),
    [
        (".txt", TEXT, "text/plain"),
        (".TXT", TEXT, "text/plain"),
        ("", TEXT, "text/plain"),
        (".html", PAGE, "text/html"),
        (".htm", PAGE, "text/html"),
        (".xhtml", PAGE, "text/html"),
        (".txt", b"\xef\xbb\xbf \n<!-- saved -->\n" + PAGE, "text/html"),
        (".php", PAGE, "text/html"),
    ],
)
def test_whole_files_are_one_record_however_they_are_packed(
    tmp_path, suffix, data, media_type, coder
):
    """Plain, gzip and zstd give the same bytes, an empty locator and the same identity."""
    found = document(tmp_path, f"wire/story{suffix}{coder}", CODERS[coder](data))
    assert found.data == data
    assert found.media_type == media_type
    assert found.origin.locator == ""
    assert found.doc_id == doc_id("wire", sha256(data))
    assert found.charset is None


@pytest.mark.parametrize("coder", CODERS)
@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.json"])
def test_json_lines_are_one_record_each_however_they_are_packed(tmp_path, name, coder):
    """The record is the field's text in UTF-8; the locator counts physical lines."""
    data = LINE + b"\n  \r\n" + LINE.replace(b"Friday", b"Monday") + LINE.strip()
    found = items(tmp_path, name + coder, CODERS[coder](data))
    assert [item.origin.locator for item in found] == ["line:1", "line:4", "line:5"]
    assert found[0].data == b"The mill reopened on Friday."
    assert found[0].doc_id == found[2].doc_id
    assert {item.charset for item in found} == {"utf-8"}


@pytest.mark.parametrize("name", ["a.txt", "a.txt.zst", "a.txt.gz"])
def test_the_magic_decides_how_a_file_is_packed(tmp_path, name):
    """A missing or wrong .gz or .zst does not matter: the bytes tell."""
    assert document(tmp_path, name, gzip.compress(TEXT, mtime=0)).data == TEXT
    assert document(tmp_path, name, zstandard.compress(TEXT)).data == TEXT
    assert document(tmp_path, name, TEXT).data == TEXT


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT[:20], mtime=0) + gzip.compress(TEXT[20:]) + bytes(512),
        zstandard.compress(TEXT[:20]) + zstandard.compress(TEXT[20:]),
        b"\x50\x2a\x4d\x18\x04\0\0\0note" + zstandard.compress(TEXT),
    ],
    ids=["members-and-padding", "frames", "skippable-frame"],
)
def test_all_members_and_frames_are_read(tmp_path, data):
    """Several gzip members or zstd frames are one plain stream."""
    assert document(tmp_path, "a.txt", data).data == TEXT


def test_a_zstd_dictionary_frame_is_used(tmp_path):
    """The first frame of a file may hold the dictionary that the others need."""
    content = b"The mill reopened on Friday after a year. " * 20
    coder = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(content))
    for stored in (content, zstandard.compress(content)):
        frame = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored
        found = document(tmp_path, "a.txt.zst", frame + coder.compress(content[:300]))
        assert found.data == content[:300]


def flipped(data: bytes, at: int) -> bytes:
    """Return ``data`` with the bits of one byte turned."""
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


CHECKED = zstandard.ZstdCompressor(write_checksum=True).compress


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(TEXT, mtime=0)[:-1],
        gzip.compress(TEXT, mtime=0)[:12],
        gzip.compress(TEXT, mtime=0)[:2],
        flipped(gzip.compress(TEXT, mtime=0), -6),
        flipped(gzip.compress(TEXT, mtime=0), 30),
        gzip.compress(TEXT, mtime=0) + b"junk",
        zstandard.compress(TEXT)[:-1],
        zstandard.compress(TEXT)[:3],
        zstandard.compress(TEXT) + zstandard.compress(TEXT)[:-1],
        flipped(CHECKED(TEXT), -1),
        zstandard.compress(TEXT) + b"junk",
    ],
)
def test_cut_and_corrupt_streams_are_damaged(tmp_path, data):
    """No part of a damaged whole file is taken for the story."""
    with pytest.raises(RawFileError) as caught:
        items(tmp_path, "a.txt.gz", data)
    assert caught.value.reason is RejectReason.DAMAGED
    assert "byte" in caught.value.detail


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_lines_before_the_damage_are_kept(tmp_path, compress):
    """JSON lines that were read before a bad member count; then the file is given up."""
    (tmp_path / "a.jsonl").write_bytes(compress(LINE * 2) + compress(LINE * 50)[:-3])
    found = read(tmp_path, raw_file(tmp_path, "a.jsonl"), Reading())
    assert [next(found).origin.locator for _ in range(2)] == ["line:1", "line:2"]
    with pytest.raises(RawFileError, match="damaged"):
        list(found)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", RejectReason.EMPTY),
        ("a.txt.gz", gzip.compress(b" \r\n\t", mtime=0), RejectReason.EMPTY),
        ("a.html", b"\xef\xbb\xbf\n", RejectReason.EMPTY),
        ("a.txt", " \n".encode("utf-16"), RejectReason.EMPTY),
        ("a.jsonl", b"\n \n", RejectReason.EMPTY),
        ("a.warc", b"\r\n", RejectReason.EMPTY),
        ("a.txt", b"%PDF-1.4\n1 0 obj", RejectReason.NOT_TEXT),
        ("a.html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", RejectReason.NOT_TEXT),
        ("a.html.gz", gzip.compress(b"\xff\xd8\xff\xe0\0\x10JFIF", mtime=0), RejectReason.NOT_TEXT),
        ("a.jsonl", b"PK\x03\x04\x14\0\0\0", RejectReason.NOT_TEXT),
        ("a.warc", b"GIF89a\x01\0", RejectReason.NOT_TEXT),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", RejectReason.NOT_TEXT),
        ("a.txt", b"\x7fELF\x02\x01\x01", RejectReason.NOT_TEXT),
        ("a.txt", bytes(range(256)) * 3, RejectReason.NOT_TEXT),
        ("a.txt", bytes(1000), RejectReason.NOT_TEXT),
        ("a.txt.gz", gzip.compress(gzip.compress(TEXT, mtime=0)), RejectReason.NOT_TEXT),
        ("a.csv", b"title,text\nMill,It reopened.\n", RejectReason.UNKNOWN_FORMAT),
        ("a.json", b'{\n  "text": "It reopened."\n}\n', RejectReason.UNKNOWN_FORMAT),
        ("a.txt", b"x" * 1001, RejectReason.TOO_LARGE),
        ("a.jsonl", LINE.decode().encode("utf-16"), RejectReason.UNDECODABLE),
    ],
)
def test_files_that_are_no_text_are_rejected(tmp_path, name, data, reason):
    """A file that cannot be a story is one rejected row with its reason."""
    found = refusal(tmp_path, name, data, max_record_bytes=1000)
    assert (found.reason, found.locator) == (reason, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be", "koi8-r"])
def test_text_in_other_encodings_is_not_binary(tmp_path, encoding):
    """Wide and 8-bit encodings are text: to decode them is not the reader's work."""
    data = ("The mill reopened. " * 9 + ("Мельница" if encoding[0] == "k" else "")).encode(encoding)
    assert document(tmp_path, "a.txt", data).data == data
    assert sniff.media_type("<!doctype html>".encode("utf-16")) == "text/html"


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_every_file_gives_an_item_at_any_size_of_record(tmp_path, compress):
    """A record of exactly the limit is read, one byte more is too large."""
    data = compress(b"x" * 1000)
    assert len(document(tmp_path, "a.txt", data, max_record_bytes=1000).data) == 1000
    found = refusal(tmp_path, "a.txt", data, max_record_bytes=999)
    assert found.reason is RejectReason.TOO_LARGE


def test_json_hints_fill_the_document(tmp_path):
    """Url, source, title, date and time of fetching come from the configured fields."""
    line = {
        "content": "It reopened.",
        "link": "https://www.example.com/1",
        "headline": " Mill reopens ",
        "date": 20131102,
        "crawled_at": "2013-11-02T11:00:00+01:00",
    }
    found = document(tmp_path, "wire/a.jsonl", json.dumps(line).encode())
    assert (found.url, found.source) == ("https://www.example.com/1", "example.com")
    assert (found.title, found.published) == ("Mill reopens", "20131102")
    assert found.fetched_at == datetime(2013, 11, 2, 10, tzinfo=UTC)
    assert found.media_type == "text/plain"
    fields = {"text": ("lead",), "source": ("desk",)}
    other = b'{"lead": "It reopened.", "desk": "Evening Desk", "text": 5}'
    assert document(tmp_path, "a.jsonl", other, json_fields=fields).source == "Evening Desk"


@pytest.mark.parametrize(
    ("line", "data", "media_type"),
    [
        ({"text": "plain", "html": "<p>rich"}, b"<p>rich", "text/html"),
        ({"text": "plain", "html": " "}, b"plain", "text/plain"),
        ({"text": "plain", "html": None}, b"plain", "text/plain"),
        ({"text": "", "body": "plain"}, b"plain", "text/plain"),
        ({"text": "a\ud800b", "title": "\udfff"}, "a\ufffdb".encode(), "text/plain"),
        ({"text": "\U0001f4f0"}, "\U0001f4f0".encode(), "text/plain"),
    ],
)
def test_the_record_of_a_json_line(tmp_path, line, data, media_type):
    """The html field wins where it holds something; a lone surrogate becomes U+FFFD everywhere."""
    found = document(tmp_path, "a.jsonl", json.dumps(line).encode())
    assert (found.data, found.media_type) == (data, media_type)
    assert found.title == ("\ufffd" if "title" in line else None)


BAD_LINES = {
    b'{"text": "It reo': "no JSON",
    b"It reopened.": "no JSON",
    b'["text"]': "no JSON object",
    b'"text"': "no JSON object",
    b'{"url": "http://example.com/"}': "none of the fields html, raw_html, text, body, content",
    b'{"text": 5}': "field 'text' is no string",
    b'{"html": ["<p>"], "text": "a"}': "field 'html' is no string",
    b'{"text": "a", "source": {"id": 1}}': "field 'source' is no string",
    b'{"text": "a", "text": "b"}': "key 'text' stands twice and disagrees",
    b'{"text": "caf\xe9"}': "not UTF-8 at byte 13",
    b'{"a": ' * 100_000: "no JSON",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=list(BAD_LINES.values()))
def test_a_bad_line_is_rejected_alone(tmp_path, line):
    """A line that makes no sense is one rejected row; the lines around it are read."""
    first, bad, last = items(tmp_path, "a.jsonl", LINE + line + b"\n" + LINE)
    assert (first.origin.locator, last.origin.locator) == ("line:1", "line:3")
    assert (bad.reason, bad.locator) == (RejectReason.BAD_RECORD, "line:2")
    assert bad.detail.startswith(BAD_LINES[line])
    assert bad.sha256 == sha256(line + b"\n")


def test_keys_that_stand_twice_and_agree_and_huge_numbers_are_fine(tmp_path):
    """Only a contradiction is an error; no number is too long, as none is computed with."""
    line = b'{"text": "a", "text": "a", "n": ' + b"9" * 5000 + b', "x": NaN, "m": {"k": 1, "k": 2}}'
    assert document(tmp_path, "a.jsonl", line).data == b"a"


def test_a_blank_field_is_empty_and_a_long_line_too_large(tmp_path):
    """Both are rejected for their line alone, the long one without being held."""
    long = b'{"text": "' + b"x" * 200_000 + b'"}\n'
    empty, large, last = items(
        tmp_path, "a.jsonl", b'{"text": " \\u2003"}\n' + long + LINE, max_record_bytes=1000
    )
    assert (empty.reason, empty.locator) == (RejectReason.EMPTY, "line:1")
    assert (large.reason, large.locator) == (RejectReason.TOO_LARGE, "line:2")
    assert last.origin.locator == "line:3"


LINES = st.one_of(
    st.fixed_dictionaries({"text": st.text()}, optional={"html": st.text(), "url": st.text()}).map(
        lambda line: json.dumps(line).encode()
    ),
    st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
    st.just(b'{"text": "' + b"x" * 300 + b'"}'),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=8), coder=st.sampled_from(sorted(CODERS)))
def test_every_line_ends_as_exactly_one_item(tmp_path_factory, lines, coder):
    """Law: each line that is not blank is one item with its own locator, in file order."""
    data = b"\n".join([LINE.strip(), *lines])
    assume(sniff.binary_kind(data) is None)  # such a file is refused whole, whatever its name
    found = items(
        tmp_path_factory.mktemp("law"), "a.jsonl", CODERS[coder](data), max_record_bytes=200
    )
    expected = [f"line:{n}" for n, line in enumerate([LINE, *lines], 1) if line.strip()]
    got = [i.locator if isinstance(i, Rejected) else i.origin.locator for i in found]
    assert got == expected


def test_the_side_file_speaks_for_its_file(tmp_path):
    """Url, source, time, title and date of a file come from the side file beside it."""
    side = {
        "url": "http://m.example.org/2",
        "fetched_at": "2013-11-02",
        "title": "Mill reopens",
        "published": "2 November",
        "colour": ["ignored"],
    }
    found = document(
        tmp_path, "x/a.html.gz", gzip.compress(PAGE, mtime=0), json.dumps(side).encode()
    )
    assert (found.url, found.source) == ("http://m.example.org/2", "example.org")
    assert found.fetched_at == datetime(2013, 11, 2, tzinfo=UTC)
    assert (found.title, found.published) == ("Mill reopens", "2 November")


@pytest.mark.parametrize(
    "side", [b"{", b"[]", b'{"url": ["a"]}', b'{"source": "a", "source": "b"}', b" " * 1_000_001]
)
def test_a_broken_side_file_rejects_its_file(tmp_path, side):
    """A wrong source would be a wrong identity: the file is rejected, naming the side file."""
    found = refusal(tmp_path, "a.txt", TEXT, side)
    assert found.reason is RejectReason.BAD_RECORD
    assert "a.txt.meta.json" in found.detail


def test_a_side_file_that_is_no_file_inside_raw_rejects_its_file(tmp_path):
    """A side file that is a link out of raw/, a link to itself or a folder is not passed over."""
    (tmp_path / "secret.json").write_bytes(b'{"source": "secret"}')
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt.meta.json").symlink_to(tmp_path / "secret.json")
    (raw / "b.txt.meta.json").symlink_to("b.txt.meta.json")
    (raw / "c.txt.meta.json").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        assert refusal(raw, name, TEXT).reason is RejectReason.BAD_RECORD


def test_the_source_comes_from_the_nearest_that_names_one(tmp_path):
    """Side file, then JSON field, then host of the url, then first folder, then unknown."""
    steps = [
        (
            "wire/day/a.jsonl",
            {"source": "Json", "url": "http://h.net/"},
            {"source": "Side"},
            "Side",
        ),
        ("wire/day/a.jsonl", {"source": "Json", "url": "http://h.net/"}, {"source": " "}, "Json"),
        ("wire/day/a.jsonl", {"url": "http://h.net/"}, {"url": "http://side.net/"}, "h.net"),
        ("wire/day/a.jsonl", {}, {"url": "http://side.net/"}, "side.net"),
        ("wire/day/a.jsonl", {"url": "/day/1.html"}, {}, "wire"),
        ("a.jsonl", {"source": None}, {}, "unknown"),
    ]
    sources = []
    for name, line, side, expected in steps:
        data = json.dumps({"text": "It reopened.", **line}).encode()
        sources.append(document(tmp_path, name, data, json.dumps(side).encode()))
        assert sources[-1].source == expected
    assert all(a.doc_id != b.doc_id for a, b in pairwise(sources))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://WWW.Example.COM:8080/a?b#c", "example.com"),
        ("http://user:word@m.example.com./", "example.com"),
        ("http://www.m.example.co.uk", "example.co.uk"),
        ("www.example.com/a", "example.com"),
        ("http://xn--mller-kva.de/", "xn--mller-kva.de"),
        ("http://müller.de/", "müller.de"),
        ("http://m.de/", "m.de"),
        ("http://localhost/a", "localhost"),
        ("http://[::1]:80/", "::1"),
        ("http://[broken/", None),
        ("news/2013/1.html", None),
        ("dns:example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_hosts_are_normalised(url, expected):
    """Lower case, no www., no m., no port; what names no host gives None."""
    assert host(url) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2013-11-02T10:00:00Z", datetime(2013, 11, 2, 10, tzinfo=UTC)),
        ("2013-11-02T10:00:00.123456789Z", datetime(2013, 11, 2, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2013-11-02 10:00", datetime(2013, 11, 2, 10, tzinfo=UTC)),
        ("20131102T100000+0200", datetime(2013, 11, 2, 8, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2 November 2013", None),
        ("", None),
        (None, None),
    ],
)
def test_times_become_utc(text, expected):
    """ISO 8601 and WARC dates are read; anything else is unknown, not an error."""
    assert parse_time(text) == expected
