"""Returns memory that a step no longer needs to the operating system."""

import ctypes
import gc
from contextlib import suppress
from functools import cache

import pyarrow as pa

__all__ = ["give_back", "settle"]

_MANY = 50_000
"""More live objects than this are modules and tables of names, which stay to the end."""


@cache
def settle() -> None:
    """Exempt what is loaded by now from garbage collection, once a process: it stays to the end."""
    gc.freeze()


def give_back() -> None:
    """Return free memory to the system, so that steps do not pile up what earlier ones left.

    Objects that stay in any case are exempted from later garbage collections, which they would slow
    down. Where the allocator has no such request, nothing happens.
    """
    gc.collect()
    if len(gc.get_objects()) > _MANY:
        gc.freeze()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
