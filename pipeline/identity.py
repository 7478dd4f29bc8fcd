"""Digests: of bytes, of settings, of our code and of the libraries under it; and the ``doc_id``."""

import hashlib
import json
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

ID_LENGTH = 32
"""Hexadecimal digits of an id: 128 bits, so that a collision is out of reach."""

LIBRARIES = (
    "brotli",
    "charset-normalizer",
    "datasketch",
    "duckdb",
    "lightgbm",
    "lxml",
    "numpy",
    "py3langid",
    "pyarrow",
    "readability-lxml",
    "trafilatura",
    "zstandard",
)
"""Distributions whose version can change a row."""


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def doc_id(source: str, raw_sha256: str) -> str:
    """Return the id of a document: its delivery source and its bytes, wherever they lie.

    Two outlets that print the same bytes are two documents; the same bytes from one outlet again
    are one.
    """
    return sha256(f"copydesk\0{source}\0{raw_sha256}".encode("utf-8", "surrogatepass"))[:ID_LENGTH]


def digest(value: Any) -> str:
    """Return 16 hexadecimal digits for a value made of plain JSON types, whatever its key order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode())[:16]


@cache
def code_digest(*rooms: str) -> str:
    """Return the digest of our own source and model files below the given rooms (default: all).

    A room is a folder or file name inside ``pipeline``, for example ``"cleaning"``.
    """
    here = Path(__file__).parent
    roots = [here / room for room in rooms] or [here]
    if missing := [root.name for root in roots if not root.exists()]:
        raise FileNotFoundError(f"no such room: {', '.join(missing)}")
    files = {file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))}
    kept = sorted(f for f in files if f.is_file() and "__pycache__" not in f.parts)
    return digest([[f.relative_to(here).as_posix(), sha256(f.read_bytes())] for f in kept])


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python, Copydesk and each library that can change a row."""
    found = {name: metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "copydesk": metadata.version("copydesk"), **found}
