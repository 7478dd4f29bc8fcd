"""Memory that is free again goes back to the system, where other processes may take it."""

import ctypes
import gc

import pyarrow as pa

_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of glibc alone."""

_GROWN = 20_000
"""Objects made and not gone after which the collector looks at these; a page is some thousand."""


def give_back() -> None:
    """Give back what malloc and Arrow keep for a next time; a few milliseconds."""
    pa.default_memory_pool().release_unused()
    if _TRIM:
        _TRIM(0)


def look_less() -> None:
    """Let the cyclic collector leave out what is there by now, and look for more less often.

    A page of blocks has no cycles. To look through it again and again while it grows, and now and
    then through all modules, takes 3% of the cleaning.
    """
    gc.freeze()
    gc.set_threshold(_GROWN, 10, 10)
