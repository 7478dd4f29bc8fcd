"""Limits and hostile bytes: no bomb is unpacked, and no damage raises what is not announced."""

import contextlib
import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import RawFileError, RejectReason
from pipeline.model import Rejected
from pipeline.reading.files import raw_file
from pipeline.reading.read import read
from pipeline.settings import Reading

GIGABYTE = 1_000_000_000
MEMORY = 120_000_000


def gzip_bomb(fill: bytes) -> bytes:
    """Return a gzip stream of about a gigabyte: one flushed deflate block over and over."""
    coder = zlib.compressobj(9, wbits=-15)
    block = coder.compress(fill * (10_000_000 // len(fill))) + coder.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * 100


def zstd_bomb(fill: bytes) -> bytes:
    """Return a hundred zstd frames of ten million bytes each."""
    return zstandard.compress(fill * (10_000_000 // len(fill))) * 100


def outcome(tmp_path, name, data, **limits) -> tuple[list[RejectReason], int]:
    """Read a file; return the reasons in order and the peak of memory in bytes."""
    (tmp_path / name).write_bytes(data)
    reasons = []
    tracemalloc.start()
    try:
        for item in read(tmp_path, raw_file(tmp_path, name), Reading(**limits)):
            reasons += [item.reason] if isinstance(item, Rejected) else []
    except RawFileError as error:
        reasons.append(error.reason)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return reasons, peak


@pytest.mark.parametrize("bomb", [gzip_bomb, zstd_bomb])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.warc"])
@pytest.mark.parametrize("fill", [b"x", b"\n", b"WARC/1.0\r\n"])
def test_a_bomb_is_refused_without_unpacking_it(tmp_path, bomb, name, fill):
    """Whatever it fills the stream with, it ends at a limit, and memory stays flat."""
    data = bomb(fill)
    assert len(data) < GIGABYTE // 500
    reasons, peak = outcome(tmp_path, name, data, max_ratio=100)
    assert peak < MEMORY
    if name in ("a.txt", "a.html") or fill == b"\n":
        assert reasons == [RejectReason.TOO_LARGE]
    else:
        senseless = {RejectReason.TOO_LARGE, RejectReason.DAMAGED, RejectReason.BAD_RECORD}
        assert set(reasons) <= senseless
        assert 1 <= len(reasons) <= Reading().max_senseless + 1


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, brotli.compress])
def test_a_bomb_inside_an_http_body_is_refused(tmp_path, compress):
    """The limit of a record holds for the decoded body too."""
    coding = {gzip.compress: "gzip", zstandard.compress: "zstd", brotli.compress: "br"}[compress]
    body = compress(bytes(20_000_000))
    block = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    data = head + block + b"\r\n\r\n"
    reasons, peak = outcome(tmp_path, "a.warc", data, max_record_bytes=1_000_000)
    assert reasons == [RejectReason.TOO_LARGE]
    assert peak < MEMORY


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_file_over_the_limit_keeps_the_lines_before_it(tmp_path, name):
    """The file limit counts plain bytes, packed or not, and the rest of the file is refused."""
    data = b'{"text": ""}\n' * 40_000
    packed = gzip.compress(data) if name.endswith(".gz") else data
    reasons, _ = outcome(tmp_path, name, packed, max_file_bytes=300_000)
    assert reasons[-1] is RejectReason.TOO_LARGE
    assert 1 < len(reasons) < 40_000
    assert set(reasons[:-1]) == {RejectReason.EMPTY}


def test_a_file_that_is_no_json_lines_is_given_up(tmp_path):
    """A huge file under the wrong name does not make a rejected row of each of its lines."""
    good, bad = b'{"text": "a"}\n', b"a,b\n"
    data = bad * 99 + good + bad * 200
    reasons, _ = outcome(tmp_path, "a.jsonl", data, max_senseless=100)
    assert reasons == [RejectReason.BAD_RECORD] * 200


def test_the_ratio_does_not_hit_small_files(tmp_path):
    """A short file of one repeated line is no bomb, whatever its ratio."""
    data = zstandard.compress(b"The mill reopened.\n" * 20_000)
    assert outcome(tmp_path, "a.txt", data, max_ratio=10)[0] == []


def test_lines_are_streamed(tmp_path):
    """Memory follows the longest record, not the file."""
    line = b'{"text": "' + b"x" * 1000 + b'"}\n'
    reasons, peak = outcome(tmp_path, "a.jsonl", line * 10_000)
    assert reasons == []
    assert peak < 3_000_000


PAGE = b"<!doctype html><p>The mill reopened on Friday.</p>"
RESPONSE = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
ARCHIVE = (
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % (len(RESPONSE) + len(PAGE))
    + RESPONSE
    + PAGE
    + b"\r\n\r\n"
) * 3
SAMPLES = {
    "a.txt": b"The mill reopened on Friday.\n",
    "a.html": PAGE,
    "a.jsonl": b'{"text": "The mill reopened.", "date": "2013-11-02", "url": "http://a.b/"}\n' * 3,
    "a.warc": ARCHIVE,
    "a": PAGE,
    "a.html.meta.json": b'{"source": "wire", "fetched_at": "2013-11-02"}',
}


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    pack=st.sampled_from([bytes, gzip.compress, zstandard.compress]),
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=9)), max_size=4
    ),
    inside=st.booleans(),
)
def test_no_damage_raises_anything_but_a_raw_file_error(
    tmp_path_factory, name, pack, edits, inside
):
    """Law: whatever bytes are turned, cut or put in, each item has a reason and nothing crashes."""
    data = SAMPLES[name] if inside else pack(SAMPLES[name])
    for place, cut, put in edits:
        at = int(place * len(data))
        data = data[:at] + put + data[at + cut :]
    folder = tmp_path_factory.mktemp("law")
    (folder / "a.html").write_bytes(PAGE)
    (folder / name).write_bytes(pack(data) if inside else data)
    with contextlib.suppress(RawFileError):
        assert list(read(folder, raw_file(folder, name.removesuffix(".meta.json")), Reading()))
