"""Limits: a small file that unpacks to a huge one is refused without unpacking it."""

import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard

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
    assert set(reasons[-1:]) <= {RejectReason.TOO_LARGE, RejectReason.DAMAGED}
    assert reasons
    assert peak < MEMORY
    if name == "a.txt":
        assert reasons == [RejectReason.TOO_LARGE]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, brotli.compress])
def test_a_bomb_inside_an_http_body_is_refused(tmp_path, compress):
    """The limit of a record holds for the decoded body too."""
    coding = {gzip.compress: "gzip", zstandard.compress: "zstd", brotli.compress: "br"}[compress]
    body = compress(bytes(60_000_000))
    block = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    data = head + block + b"\r\n\r\n"
    reasons, peak = outcome(tmp_path, "a.warc", data, max_record_bytes=1_000_000)
    assert reasons == [RejectReason.TOO_LARGE]
    assert peak < MEMORY


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_file_over_the_limit_keeps_the_lines_before_it(tmp_path, name):
    """The file limit counts plain bytes, packed or not, and the rest of the file is refused."""
    data = b'{"text": ""}\n' * 100_000
    packed = gzip.compress(data) if name.endswith(".gz") else data
    reasons, _ = outcome(tmp_path, name, packed, max_file_bytes=1_000_000)
    assert reasons[-1] is RejectReason.TOO_LARGE
    assert 1 < len(reasons) < 100_000
    assert set(reasons[:-1]) == {RejectReason.EMPTY}


def test_the_ratio_does_not_hit_small_files(tmp_path):
    """A short file of one repeated line is no bomb, whatever its ratio."""
    data = zstandard.compress(b"The mill reopened.\n" * 20_000)
    assert outcome(tmp_path, "a.txt", data, max_ratio=10)[0] == []


def test_lines_are_streamed(tmp_path):
    """Memory follows the longest record, not the file."""
    line = b'{"text": "' + b"x" * 1000 + b'"}\n'
    reasons, peak = outcome(tmp_path, "a.jsonl", line * 30_000)
    assert reasons == []
    assert peak < 3_000_000
