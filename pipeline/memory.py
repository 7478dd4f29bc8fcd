"""Memory that is free again goes back to the system, where other processes may take it."""

import ctypes

import pyarrow as pa

_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of glibc alone."""


def give_back() -> None:
    """Give back what malloc and Arrow keep for a next time; a few milliseconds."""
    pa.default_memory_pool().release_unused()
    if _TRIM:
        _TRIM(0)
