"""Memory that a step has left behind, given back to the machine."""

import ctypes
import gc
from contextlib import suppress
from functools import cache

import pyarrow as pa

__all__ = ["give_back"]


def give_back() -> None:
    """Return what is free within the process; else each step begins with the rests of all before.

    Does nothing where the machine's allocator knows no such request.
    """
    gc.collect()
    _settle()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@cache
def _settle() -> None:
    """Leave what has been imported by now out of every later search for garbage: it stays."""
    gc.freeze()
