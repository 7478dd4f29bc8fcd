"""Files in object storage: ``s3://bucket/prefix``, through pyarrow's file systems.

Credentials, region and endpoint come from where every AWS tool looks (``AWS_ACCESS_KEY_ID``,
``AWS_REGION``, ``AWS_ENDPOINT_URL``, ``~/.aws``), or from the address as pyarrow reads it:
``s3://bucket/prefix?region=eu-west-1&endpoint_override=localhost:9000&scheme=http``.
"""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs

SCHEME = "s3://"
_IN_MEMORY = 1 << 23
"""Bytes up to which an object is fetched by one request."""
_READ_AHEAD = 1 << 22


@dataclass(frozen=True, slots=True)
class Bucket:
    """A prefix in object storage."""

    uri: str

    def __str__(self) -> str:
        """Return the address without options and keys: it is printed."""
        address = self.uri.partition("?")[0].removeprefix(SCHEME).rstrip("/")
        bucket, slash, rest = address.partition("/")
        return f"{SCHEME}{bucket.rpartition('@')[2]}{slash}{rest}"


Place = Path | Bucket
"""Where raw files or a store lie."""


@dataclass(frozen=True, slots=True, order=True)
class Object:
    """One object below a bucket's prefix."""

    path: str
    """Relative to the prefix."""
    size: int
    mtime_ns: int
    """Whole seconds in S3."""


def place(text: str) -> Place:
    """Return the place that an argument names: a bucket for ``s3://...``, else a folder."""
    return Bucket(text) if text.startswith(SCHEME) else Path(text)


def endpoint(bucket: Bucket) -> str:
    """Return the server that a bucket lies on as far as it is told; empty for that of AWS."""
    options = parse_qs(bucket.uri.partition("?")[2])
    told = options.get("endpoint_override") or [
        os.environ.get(name, "") for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    ]
    return next(filter(None, told), "").rstrip("/").rpartition("//")[2]


def listed(bucket: Bucket) -> Iterator[Object]:
    """Yield the objects below a prefix, in no order. Raises OSError when there is no such place."""
    from pyarrow.fs import FileSelector, FileType  # noqa: PLC0415

    system, base = _open(bucket)
    for info in system.get_file_info(FileSelector(base, recursive=True)):
        if info.type == FileType.File:
            yield Object(info.path.removeprefix(f"{base}/"), info.size, info.mtime_ns)


def find(bucket: Bucket, *paths: str) -> list[Object | None]:
    """Return one entry for each path, None where there is no such object."""
    from pyarrow.fs import FileType  # noqa: PLC0415

    system, base = _open(bucket)
    found = system.get_file_info([f"{base}/{path}" for path in paths])
    return [
        Object(path, info.size, info.mtime_ns) if info.type == FileType.File else None
        for path, info in zip(paths, found, strict=True)
    ]


def opened(bucket: Bucket, path: str) -> BinaryIO:
    """Open an object for reading; a small one is fetched whole. Raises OSError."""
    system, base = _open(bucket)
    file = system.open_input_file(f"{base}/{path}")
    if file.size() > _IN_MEMORY:
        return io.BufferedReader(cast("io.RawIOBase", file), _READ_AHEAD)
    with file:
        return io.BytesIO(file.read())


def read(bucket: Bucket, path: str) -> bytes | None:
    """Return the bytes of an object, or None when there is none of that name."""
    try:
        with opened(bucket, path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def put(bucket: Bucket, path: str, data: bytes) -> None:
    """Write an object whole: readers see the old bytes or the new ones."""
    system, base = _open(bucket)
    # All bytes are at hand: a stream that an error of ours closed would publish half of them.
    with system.open_output_stream(f"{base}/{path}") as stream:
        stream.write(data)


def remove(bucket: Bucket, path: str) -> None:
    """Remove an object; one that is gone is fine."""
    system, base = _open(bucket)
    with suppress(FileNotFoundError):
        system.delete_file(f"{base}/{path}")


@cache
def _open(bucket: Bucket) -> tuple[Any, str]:
    from pyarrow.fs import FileSystem  # noqa: PLC0415 - loads a library of AWS

    try:
        system, base = FileSystem.from_uri(bucket.uri)
    except ValueError as error:  # pyarrow's ArrowInvalid
        raise OSError(None, f"{bucket}: {error}") from error
    return system, base.rstrip("/")
