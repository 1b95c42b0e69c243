"""How many threads Polars has, which must be said before it is loaded."""

import os

__all__ = ["leave_processors_to_kernels"]


def leave_processors_to_kernels() -> None:
    """Give Polars a thread for each four processors, unless POLARS_MAX_THREADS says otherwise.

    Rows are worked on by as many threads of our own as there are processors. Where each of them
    finds one of Polars' beside it they wait for one another: on two processors a tenth of their
    time.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", str(max(1, (os.cpu_count() or 1) // 4)))
