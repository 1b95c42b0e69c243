"""What Polars and Arrow must be told of threads and memory before they are loaded."""

import os

__all__ = ["set_polars_environment"]


def set_polars_environment() -> None:
    """Say how many threads Polars has and how memory is given back, unless that is said already.

    Rows are worked on by as many threads of our own as there are processors. Where each of them
    finds one of Polars' beside it they wait for one another, on two processors a tenth of their
    time: it gets a thread for each four processors (`POLARS_MAX_THREADS`).

    Memory that is free in its allocator goes back to the machine within a second
    (`_RJEM_MALLOC_CONF`). By itself Polars leaves that to a machine in need of memory: every
    later step would begin with what the largest step before it had used. It has a heap for each two
    processors in place of four for each: what one thread has given back another takes again, where
    it would ask the machine for pages that must be cleared first.

    Arrow's allocator takes no huge pages (`MIMALLOC_ALLOW_THP`): of two megabytes in which a step
    leaves a few bytes all would stay, some hundred megabytes from one step to the next.
    """
    processors = os.cpu_count() or 1
    heaps = f"narenas:{max(1, processors // 2)}"
    os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, processors // 4)))
    os.environ.setdefault("_RJEM_MALLOC_CONF", f"dirty_decay_ms:500,muzzy_decay_ms:0,{heaps}")
    os.environ.setdefault("MIMALLOC_ALLOW_THP", "0")
