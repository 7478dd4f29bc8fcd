"""Paths and messages where SQL has no parameters for them."""

import re
from pathlib import Path


def quote(path: Path | str) -> str:
    """Escape a path for a place in SQL where no parameter may stand."""
    return str(path).replace("'", "''")


def literal(path: Path | str) -> str:
    """Return the glob that matches just this path: DuckDB takes every file name for a glob."""
    return _GLOB.sub(r"[\g<0>]", str(path))


_GLOB = re.compile(r"[*?\[]")


def sentence(error: Exception) -> str:
    """Return the first line of what DuckDB says."""
    return str(error).split("\n", 1)[0]
