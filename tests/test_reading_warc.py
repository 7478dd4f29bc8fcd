"""WARC archives: bodies as a browser would see them, and no record lost in silence."""

import gzip
import io
import zlib
from datetime import UTC, datetime

import brotli
import pytest
import zstandard
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import RawFileError, RejectReason
from pipeline.identity import doc_id, sha256
from pipeline.model import Ignored, RawDocument, Rejected
from pipeline.reading.files import raw_file
from pipeline.reading.read import read
from pipeline.settings import Reading

PAGE = b"<!doctype html><title>Mill</title><p>The mill reopened on Friday after a year.</p>"
URL = "http://www.example.com/mill"


def record(kind, block, *, length=None, end=b"\r\n\r\n", **fields) -> bytes:
    """Return one WARC record; ``length`` may lie."""
    head = {
        "WARC-Type": kind,
        "WARC-Target-URI": URL,
        "WARC-Date": "2013-11-02T10:00:00Z",
        "Content-Length": len(block) if length is None else length,
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value is not None)
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + end


def http(body, *fields, status="200 OK", content_type="text/html; charset=utf-8") -> bytes:
    """Return an HTTP response."""
    lines = [f"HTTP/1.1 {status}", *fields]
    lines += [f"Content-Type: {content_type}"] if content_type is not None else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def response(body, *fields, **options) -> bytes:
    """Return a response record."""
    kind = "application/http; msgtype=response"
    return record("response", http(body, *fields, **options), Content_Type=kind)


def chunked(body, size=10) -> bytes:
    """Return a body in chunks."""
    pieces = (body[i : i + size] for i in range(0, len(body), size))
    return b"".join(b"%x;note\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\nTrailer: x\r\n\r\n"


def items(tmp_path, data, name="a.warc", **limits):
    """Write one archive and read it."""
    (tmp_path / name).write_bytes(data)
    return list(read(tmp_path, raw_file(tmp_path, name), Reading(**limits)))


def bodies(found) -> list[bytes]:
    """Return the record bytes of the documents."""
    return [item.data for item in found if isinstance(item, RawDocument)]


def refusals(found) -> list[tuple[RejectReason, str]]:
    """Return reason and locator of what was rejected."""
    return [(item.reason, item.locator) for item in found if isinstance(item, Rejected)]


def numbered(count, pad=0) -> list[bytes]:
    """Return response records with different pages."""
    return [response(PAGE + b"%d" % i + b"." * pad) for i in range(count)]


def test_records_of_all_kinds(tmp_path):
    """Responses, resources and conversions are documents; other types are counted by name."""
    parts = [
        record("warcinfo", b"software: test\r\n"),
        record("request", b"GET /mill HTTP/1.1\r\n\r\n"),
        response(PAGE),
        record("metadata", b"via: http://example.com/\r\n"),
        record("revisit", http(b"")),
        record("resource", PAGE, Content_Type="text/html; charset=ISO-8859-2"),
        record("conversion", b"The mill reopened.", Content_Type="text/plain", WARC_Date="soon"),
        record("continuation", b"rest"),
        record("Nonsense", b"x"),
    ]
    found = items(tmp_path, b"".join(parts))
    kinds = [item.kind for item in found if isinstance(item, Ignored)]
    assert kinds == ["warcinfo", "request", "metadata", "revisit", "continuation", "nonsense"]
    page, resource, conversion = (item for item in found if isinstance(item, RawDocument))
    assert page.data == resource.data == PAGE
    assert page.origin.locator == f"offset:{len(parts[0]) + len(parts[1])}"
    assert page.origin.sha256 == sha256(PAGE)
    assert page.doc_id == resource.doc_id == doc_id("example.com", sha256(PAGE))
    assert (page.url, page.charset, resource.charset) == (URL, "utf-8", "ISO-8859-2")
    assert page.fetched_at == datetime(2013, 11, 2, 10, tzinfo=UTC)
    assert conversion.fetched_at is None
    assert [page.media_type, conversion.media_type] == ["text/html", "text/plain"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.warc", b"".join),
        ("a.warc.gz", lambda parts: b"".join(map(gzip.compress, parts))),
        ("a.warc.gz", lambda parts: gzip.compress(b"".join(parts))),
        ("a.warc.zst", lambda parts: b"".join(map(zstandard.compress, parts))),
        ("a.warc.zst", lambda parts: zstandard.compress(b"".join(parts))),
        ("archive.open", b"".join),
    ],
    ids=["plain", "gzip-members", "one-gzip", "zstd-frames", "one-zstd", "odd-name"],
)
def test_the_same_records_however_they_are_packed(tmp_path, name, pack):
    """Locators count in the plain stream, so that packing changes nothing."""
    parts = numbered(5)
    found = items(tmp_path, pack(parts), name)
    starts = [sum(map(len, parts[:i])) for i in range(5)]
    assert [item.origin.locator for item in found] == [f"offset:{start}" for start in starts]
    assert bodies(found) == [PAGE + b"%d" % i for i in range(5)]


DEFLATE = zlib.compressobj(wbits=-15)
RAW_DEFLATE = DEFLATE.compress(PAGE) + DEFLATE.flush()
BODIES = {
    "chunked": (chunked(PAGE), "Transfer-Encoding: chunked"),
    "chunked and gzip": (
        chunked(gzip.compress(PAGE)),
        "Transfer-Encoding: Chunked",
        "Content-Encoding: gzip",
    ),
    "gzip": (gzip.compress(PAGE), "content-encoding:x-gzip"),
    "gzip members": (gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]), "Content-Encoding: gzip"),
    "gzip and junk": (gzip.compress(PAGE) + b"\n\0junk", "Content-Encoding: gzip"),
    "deflate": (zlib.compress(PAGE), "Content-Encoding: deflate"),
    "raw deflate": (RAW_DEFLATE, "Content-Encoding: deflate"),
    "brotli": (brotli.compress(PAGE), "Content-Encoding: br"),
    "zstd": (zstandard.compress(PAGE), "Content-Encoding: zstd"),
    "two codings": (gzip.compress(zlib.compress(PAGE)), "Content-Encoding: deflate, gzip"),
    "folded field": (gzip.compress(PAGE), "Content-Encoding:\r\n gzip"),
    "identity": (PAGE, "Content-Encoding: identity"),
    "already decoded": (PAGE, "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
    "already decoded br": (PAGE, "Content-Encoding: br"),
    "unknown coding": (PAGE, "Content-Encoding: utf-8"),
}


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_bodies_are_decoded(tmp_path, case):
    """The record bytes are the body after transfer and content decoding."""
    assert bodies(items(tmp_path, response(*case))) == [PAGE]


BROKEN_BODIES = {
    "cut chunk": (chunked(PAGE)[:40], "Transfer-Encoding: chunked"),
    "no last chunk": (chunked(PAGE)[:-17], "Transfer-Encoding: chunked"),
    "cut gzip": (gzip.compress(PAGE)[:-4], "Content-Encoding: gzip"),
    "cut brotli": (brotli.compress(PAGE)[:-4], "Content-Encoding: br"),
    "cut zstd": (zstandard.compress(PAGE)[:-4], "Content-Encoding: zstd"),
    "cut deflate": (zlib.compress(PAGE)[:-9], "Content-Encoding: deflate"),
}


@pytest.mark.parametrize("case", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_broken_bodies_are_damaged(tmp_path, case):
    """A body that ends too early is rejected; the next record is read."""
    found = items(tmp_path, response(*case) + response(PAGE))
    assert refusals(found) == [(RejectReason.DAMAGED, "offset:0")]
    assert bodies(found) == [PAGE]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (response(PAGE, status="404 Not Found"), RejectReason.BAD_RECORD),
        (response(PAGE, status="301 Moved"), RejectReason.BAD_RECORD),
        (response(b"\x89PNG\r\n\x1a\n", content_type="image/png"), RejectReason.NOT_TEXT),
        (response(b"%PDF-1.7\n"), RejectReason.NOT_TEXT),
        (response(b"body {}", content_type="text/css"), RejectReason.NOT_TEXT),
        (response(b"{}", content_type="application/json"), RejectReason.NOT_TEXT),
        (response(b" \n"), RejectReason.EMPTY),
        (response(b"", status="204 No Content"), RejectReason.EMPTY),
        (response(PAGE + b"." * 2000), RejectReason.TOO_LARGE),
        (response(PAGE + b"." * 200_000), RejectReason.TOO_LARGE),
        (response(gzip.compress(bytes(5000)), "Content-Encoding: gzip"), RejectReason.TOO_LARGE),
        (
            record("response", PAGE, Content_Type="application/http"),
            RejectReason.BAD_RECORD,
        ),
        (record("response", http(PAGE), WARC_Segment_Number=1), RejectReason.BAD_RECORD),
        (record(None, PAGE), RejectReason.BAD_RECORD),
    ],
)
def test_records_that_are_no_page_are_rejected(tmp_path, data, reason):
    """Each is one row with its reason and place; the next record is read."""
    found = items(tmp_path, data + response(PAGE), max_record_bytes=1000)
    assert refusals(found) == [(reason, "offset:0")]
    assert bodies(found) == [PAGE]


@pytest.mark.parametrize(
    ("content_type", "body", "media_type"),
    [
        ("TEXT/HTML", b"<p>It reopened.", "text/html"),
        ("application/xhtml+xml", b"<p>It reopened.", "text/html"),
        ("text/plain", b"It reopened.", "text/plain"),
        ("text/plain", PAGE, "text/html"),
        ("application/octet-stream", PAGE, "text/html"),
        (None, PAGE, "text/html"),
        (None, b"It reopened.", "text/plain"),
    ],
)
def test_media_types(tmp_path, content_type, body, media_type):
    """The header decides, and a body that starts as an HTML document is one."""
    (found,) = items(tmp_path, response(body, content_type=content_type))
    assert found.media_type == media_type


def test_a_record_that_was_cut_before_delivery_says_so(tmp_path):
    """``WARC-Truncated`` goes with the document; a whole record carries no such word."""
    cut = record("resource", PAGE, Content_Type="text/html", WARC_Truncated="length")
    whole = record("resource", PAGE + b" ", Content_Type="text/html")
    found = items(tmp_path, cut + whole)
    assert [item.truncated for item in found] == ["WARC-Truncated: length", None]


@pytest.mark.parametrize("end", [b"\r\n", b"\n\n", b"", b"\r\n\r\n\r\n"])
def test_odd_ends_of_records_are_tolerated(tmp_path, end):
    """What matters is that the next record starts there; line feeds alone will do as well."""
    odd = record("resource", PAGE, end=end, Content_Type="text/html")
    found = items(tmp_path, odd.replace(b"\r\n", b"\n") + odd + odd)
    assert bodies(found) == [PAGE] * 3
    assert refusals(found) == []


DAMAGES = {
    "length too short": record("resource", PAGE, length=20),
    "length too long": record("resource", PAGE, length=len(PAGE) + 300),
    "length past the end": record("resource", PAGE, length=10_000_000),
    "length past any limit": record("resource", PAGE, length=99_999_999_999),
    "length missing": record("resource", PAGE, length="x", Content_Length=None),
    "length no number": record("resource", PAGE, length="1e3"),
    "NULs": bytes(700),
    "junk": b"junk " * 30_000,
    "endless header": b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000,
    "a cut header": b"WARC/1.0\r\nWARC-Type: res",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_records_behind_damage_are_read(tmp_path, damage):
    """One row tells of the damaged stretch; every sound record around it is read."""
    first, *rest = numbered(4)
    found = items(tmp_path, first + damage + b"".join(rest))
    assert refusals(found) == [(RejectReason.DAMAGED, f"offset:{len(first)}")]
    assert bodies(found) == [PAGE + b"%d" % i for i in range(4)]


@pytest.mark.parametrize("cut", range(1, 300, 7))
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_cut_archive_never_gives_a_cut_page(tmp_path, pack, cut):
    """However much is missing at the end, whole pages come out and the loss is told."""
    parts = numbered(3)
    data = b"".join(map(pack, parts))
    found = items(tmp_path, data[:-cut], "a.warc")
    assert set(bodies(found)) <= {PAGE + b"0", PAGE + b"1", PAGE + b"2"}
    lost = len(bodies(found)) < 3
    assert lost or cut <= 4
    at_a_seam = len(data) - cut in {sum(len(pack(p)) for p in parts[:i]) for i in (1, 2)}
    assert bool(refusals(found)) == (lost and not at_a_seam)


@pytest.mark.parametrize(
    "pack", [gzip.compress, zstandard.ZstdCompressor(write_checksum=True).compress]
)
@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("pad", [0, 100_000])
def test_a_bad_member_costs_its_own_record_alone(tmp_path, pack, where, pad):
    """A turned byte anywhere in one compressed record is told; its neighbours are read."""
    parts = [pack(part) for part in numbered(5, pad)]
    at = int(len(parts[2]) * where)
    bad = bytearray(parts[2])
    bad[at] ^= 0x55
    found = items(tmp_path, b"".join([*parts[:2], bytes(bad), *parts[3:]]), "a.warc.gz")
    assert [body.rstrip(b".") for body in bodies(found)] == [PAGE + b"%d" % i for i in (0, 1, 3, 4)]
    assert {reason for reason, _ in refusals(found)} == {RejectReason.DAMAGED}


def test_damage_behind_a_large_record_is_told(tmp_path):
    """To pass over a record that is too large does not hide what is wrong right behind it."""
    parts = [gzip.compress(part) for part in numbered(1, 5000) + numbered(3)]
    parts[2] = parts[2][:-8] + bytes(8)
    found = items(tmp_path, b"".join(parts), "a.warc.gz", max_record_bytes=1000)
    assert [reason for reason, _ in refusals(found)] == [
        RejectReason.TOO_LARGE,
        RejectReason.DAMAGED,
    ]
    assert bodies(found) == [PAGE + b"0", PAGE + b"2"]


def test_too_many_bad_members_end_the_file(tmp_path):
    """Searching on must not become quadratic: a file of nothing but damage is given up."""
    with pytest.raises(RawFileError) as caught:
        items(tmp_path, gzip.compress(PAGE)[:-1] * 300, "a.warc.gz")
    assert caught.value.reason is RejectReason.DAMAGED


def test_lies_about_length_stay_cheap(tmp_path):
    """Thousands of records that each claim the rest of the file do not cost a rescan each."""
    lie = record("resource", b"", length=900_000, end=b"")
    found = items(tmp_path, lie * 8000)
    assert 1 <= len(found) <= 8000
    assert {item.reason for item in found} == {RejectReason.DAMAGED}


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["response", "request", "resource"]), st.binary(max_size=60)),
        min_size=1,
        max_size=6,
    )
)
def test_every_record_is_one_item_at_the_offset_that_fastwarc_gives(tmp_path_factory, parts):
    """Law: on sound archives we see the records that FastWARC sees, each exactly once."""
    data = b"".join(
        record(kind, http(body) if kind == "response" else body, Content_Type="text/html")
        for kind, body in parts
    )
    found = items(tmp_path_factory.mktemp("law"), data)
    theirs = [
        (f"offset:{other.stream_pos}", str(other.record_type))
        for other in ArchiveIterator(io.BytesIO(data), parse_http=False)
    ]
    assert len(found) == len(theirs) == len(parts)
    for item, (locator, kind) in zip(found, theirs, strict=True):
        if isinstance(item, Ignored):
            assert item.kind == kind == "request"
        else:
            ours = item.locator if isinstance(item, Rejected) else item.origin.locator
            assert ours == locator
