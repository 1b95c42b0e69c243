"""The running numbers of a list, and the totals that its document announces."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reli.sources.documents import read_document
from reli.sources.header import plain
from reli.sources.lines import Rows
from reli.sources.reading import OpenedSource
from reli.sources.totals import announced_total, announced_totals

__all__ = ["RUNNING", "Part", "RunningNumbers", "read_sequence"]

RUNNING = ("序号", "编号", "no", "no.", "no．")
"""Headers of running numbers, in plain letters."""
_LONGEST = 200_000
_LONGEST_NOTE = 200
_DOCUMENTS = (".docx", ".html", ".htm", ".pdf")


@dataclass(frozen=True)
class Part:
    """A table or sheet of a list."""

    label: str
    title: str
    numbers: tuple[int, ...] | None
    """Of its column 序号, those merged over several rows once; None where there is none."""


@dataclass(frozen=True)
class RunningNumbers:
    """What a file says of how many entries it has."""

    parts: tuple[Part, ...]
    announced: int | None
    """The total of all parts that its text, a title or a note speaks of."""
    by_title: tuple[tuple[int, tuple[Part, ...]], ...] = ()
    """Totals of parts alone, where several titles tell one: 名单一（共3家）, 名单二（共2家）."""


def read_sequence(path: Path, opened: Iterable[OpenedSource]) -> RunningNumbers:
    """The running numbers of the tables of a file.

    Args:
        path: the file.
        opened: its tables that are a source, to be read.
    """
    parts, notes = [], []
    for each in opened:
        numbers, below = _read(each)
        parts.append(Part(each.label, each.rows.title, numbers))
        notes += below
    by_title = tuple(_by_title(parts))
    text = read_document(path).text if path.suffix.lower() in _DOCUMENTS else ""
    totals = announced_totals("\n".join([text, *(each.title for each in parts), *notes]))
    if len(by_title) > 1:
        totals -= {total for total, _ in by_title}
    whole = totals.pop() if len(totals) == 1 else None
    return RunningNumbers(tuple(parts), whole, by_title if len(by_title) > 1 else ())


def _by_title(parts: Iterable[Part]) -> Iterator[tuple[int, tuple[Part, ...]]]:
    """Parts under one title, with the total that it tells."""
    for title, several in groupby(parts, lambda part: part.title):
        if (total := announced_total(title)) is not None:
            yield total, tuple(several)


def _read(opened: OpenedSource) -> tuple[tuple[int, ...] | None, list[str]]:
    """The numbers of the column 序号, and what stands in rows without one."""
    table, columns = opened.rows, opened.assignment.columns
    who = [name for ours in _WHO for name in columns.get(ours, ()) if name in table.columns]
    column = next((name for name in table.columns if plain(name) in RUNNING), None)
    told: list[tuple[str, ...]] = []
    notes: list[str] = []
    seen = 0
    for rows in table.rows():
        for row in _texts(rows):
            number = row[table.columns.index(column)].strip(_STOPS) if column else ""
            if number.isdigit():
                told.append((number, *(row[table.columns.index(name)] for name in who)))
            elif len(note := _note(row)) < _LONGEST_NOTE:
                notes.append(note)
        seen += len(rows.lines)
        if seen > _LONGEST:
            break
    # A number merged over several rows stands in each, and so does the firm's name.
    numbers = [int(row[0]) for row, _ in groupby(told)]
    return (tuple(numbers) if column else None), notes


def _note(row: Sequence[str]) -> str:
    """What a row without a number says; of several cells, where the first is that of a total."""
    told = list(dict.fromkeys(filter(None, row)))
    if len(told) == 1:
        return told[0]
    if not told or not _TOTAL.fullmatch(told[0]):
        return ""
    # A bare number beside 合计 in the column of 序号 stands in that of names and counts them.
    counted = [f"{row[1]}家"] if row[0] == told[0] and row[1].isdigit() else []
    return told[0] + "".join(counted or [each for each in told[1:] if not each.isdigit()][:1])


_TOTAL = re.compile(r"(?:合计|总计|共计|总数)\s*[:：]?")
_WHO = ("name", "host_name", "credit_code")
_STOPS = " .．、()（）"


def _texts(rows: Rows) -> Iterator[tuple[str, ...]]:
    columns = (
        [str(cell or "").strip() for cell in each.to_pylist()] for each in rows.batch.columns
    )
    return zip(*columns, strict=True)
