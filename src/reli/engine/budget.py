"""Memory and threads that a run may use: one setting for the database and the kernels alike."""

import os
import re
from dataclasses import dataclass
from typing import Self

from reli.errors import InvalidSetting

__all__ = ["Budget"]

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_TEXT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)I?B?\s*", re.IGNORECASE)
_LEAST = 200_000_000
_DATABASE_SHARE = 0.7
"""Of the memory; the rest is for the rows that pass between database and kernels."""
_BYTES_A_THREAD = 120_000_000
_BYTES_A_ROW = 3_000
"""What a kernel holds for each row of its batch (measured on scopes of 150 characters)."""
_KERNEL_SHARE = 0.5
_FEWEST_ROWS, _MOST_ROWS = 4_096, 131_072


@dataclass(frozen=True)
class Budget:
    """Memory and threads of one process."""

    memory: int = 2_000_000_000
    """Bytes beyond the program itself and its libraries."""
    threads: int = 0
    """0: as many as there are processors."""

    @classmethod
    def parse(cls, memory: str, threads: int = 0) -> Self:
        """From settings such as "2GB".

        Raises:
            InvalidSetting: no amount of memory, or too little.
        """
        found = _TEXT.fullmatch(memory)
        size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
        if size < _LEAST:
            raise InvalidSetting(
                f'memory is {memory!r}: expected an amount such as "2GB", at least "200MB"'
            )
        if threads < 0:
            raise InvalidSetting(f"threads is {threads}: expected 0 (all processors) or more")
        return cls(size, threads)

    @property
    def workers(self) -> int:
        """Number of threads."""
        return self.threads or os.cpu_count() or 1

    @property
    def database_memory(self) -> str:
        """Limit of the database."""
        return f"{int(self.memory * _DATABASE_SHARE)}B"

    @property
    def database_threads(self) -> int:
        """Threads of the database: each needs memory of its own before anything can be spilt."""
        room = int(self.memory * _DATABASE_SHARE) // _BYTES_A_THREAD
        return min(self.workers, max(1, room))

    @property
    def batch_rows(self) -> int:
        """Rows of a kernel's batch: a power of two, so that all threads fit into the memory."""
        rows = int(self.memory * _KERNEL_SHARE / self.workers / _BYTES_A_ROW)
        power = 1 << max(rows, 1).bit_length() - 1
        return min(max(power, _FEWEST_ROWS), _MOST_ROWS)
