"""The running numbers of a list, and the total that its document announces."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reli.sources.documents import announced_total, read_document
from reli.sources.header import plain
from reli.sources.lines import Table
from reli.sources.reading import OpenedSource

__all__ = ["RUNNING", "RunningNumbers", "read_sequence"]

RUNNING = ("序号", "编号", "no", "no.", "no．")
"""Headers of running numbers, in plain letters."""
_LONGEST = 200_000
_DOCUMENTS = (".docx", ".html", ".htm", ".pdf")


@dataclass(frozen=True)
class RunningNumbers:
    """What a file says of how many entries it has."""

    parts: tuple[tuple[str, tuple[int, ...]], ...]
    """What each table or sheet with a column 序号 is called, and its numbers."""
    announced: int | None
    """The total that its text or a title speaks of."""


def read_sequence(path: Path, opened: Iterable[OpenedSource]) -> RunningNumbers:
    """The running numbers of the tables of a file.

    Args:
        path: the file.
        opened: its tables that are a source, to be read.
    """
    text = read_document(path).text if path.suffix.lower() in _DOCUMENTS else ""
    parts = []
    for each in opened:
        text += "\n" + each.rows.title
        if (numbers := _numbers(each.rows)) is not None:
            parts.append((each.label, numbers))
    return RunningNumbers(tuple(parts), announced_total(text))


def _numbers(table: Table) -> tuple[int, ...] | None:
    """Of the column 序号; None where there is none."""
    column = next((name for name in table.columns if plain(name) in RUNNING), None)
    if column is None:
        return None
    numbers: list[int] = []
    for rows in table.rows():
        cells = [str(cell).strip() for cell in rows.batch[column].to_pylist()]
        numbers += [int(cell) for cell in cells if cell.isdigit()]
        if len(numbers) > _LONGEST:
            break
    return tuple(numbers)
