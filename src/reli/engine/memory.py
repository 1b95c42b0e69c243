"""Memory that a step has left behind, given back to the machine."""

import ctypes
import gc
from contextlib import suppress

import pyarrow as pa

__all__ = ["give_back"]


def give_back() -> None:
    """Return what is free within the process; else each step begins with the rests of all before.

    Does nothing where the machine's allocator knows no such request.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
