"""Lines that could not be read, kept in a file beside what a command writes."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from reli.sources.files import STANDARD
from reli.sources.lines import RejectedLine
from reli.sources.writing import write_table

__all__ = ["DONE", "SOME_UNREADABLE", "keep_unreadable"]

DONE = 0
SOME_UNREADABLE = 1
_SCHEMA = pa.schema(
    {"file": pa.string(), "line": pa.int64(), "reason": pa.string(), "text": pa.string()}
)


def keep_unreadable(
    lines: Sequence[RejectedLine], target: Path, given: Path | None, *, quiet: bool
) -> int:
    """Keep the lines where they can be mended, and say on standard error where that is.

    Args:
        lines: what could not be read; may be none.
        target: what the command writes; `-` for standard output.
        given: where the lines go; by default TARGET.rejected.csv, and nowhere for standard output.
        quiet: say nothing.

    Returns:
        Exit code: 0, or 1 where there are such lines.
    """
    path = _path(target, given)
    if not lines:
        # A file of an earlier run would speak of lines that are mended by now.
        if path and path != STANDARD:
            path.unlink(missing_ok=True)
        return DONE
    if path:
        rows = [{name: getattr(line, name) for name in _SCHEMA.names} for line in lines]
        write_table(path, pa.Table.from_pylist(rows, _SCHEMA))
    if not quiet:
        where = f": see {path}" if path else "; name a file for them with --rejected"
        sys.stderr.write(f"  {len(lines):,} lines could not be read{where}\n")
    return SOME_UNREADABLE


def _path(target: Path, given: Path | None) -> Path | None:
    if given:
        return given
    return None if target == STANDARD else target.with_name(target.name + ".rejected.csv")
