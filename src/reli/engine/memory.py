"""Memory that a step has left behind, given back to the machine."""

import ctypes
import gc
from contextlib import suppress
from functools import cache

import pyarrow as pa

__all__ = ["give_back", "settle"]

_MANY = 50_000
"""So many objects that are no garbage are modules and tables of names: they stay."""


@cache
def settle() -> None:
    """Leave what is loaded out of searches for garbage, once a process: it stays to its end."""
    gc.freeze()


def give_back() -> None:
    """Return what is free within the process; else each step begins with the rests of all before.

    What stays in any case is left out of later searches for garbage, which it would make slow.
    Does nothing where the machine's allocator knows no such request.
    """
    gc.collect()
    if len(gc.get_objects()) > _MANY:
        gc.freeze()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
