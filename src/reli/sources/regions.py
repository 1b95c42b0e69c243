"""Several tables in one sheet: beside each other, or below each other under other headers."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reli.sources.blocks import block_width
from reli.sources.continued import Grid, is_header
from reli.sources.titles import are_of_two_lists

__all__ = ["Region", "regions"]

_BEGINS = re.compile(r"序号|编号|No[.．]?|.{0,6}名称", re.IGNORECASE)
"""Headers with which a table begins."""
_FEWEST = 2
"""Columns of a table."""


@dataclass(frozen=True)
class Region:
    """One table of a sheet."""

    rows: Grid
    """With the titles above its header."""
    start: int
    """Row of the sheet in which it begins, from 0."""


def regions(rows: Grid, header: int) -> list[Region]:
    """The tables of a sheet; mostly one, which is the sheet.

    Args:
        rows: all cells.
        header: row of the header that is known best.
    """
    found = [each for one in _below(rows, header) for each in _beside(one, header)]
    return found if len(found) > 1 else [Region(rows, 0)]


def _below(rows: Grid, header: int) -> list[Region]:
    """Tables under each other, each from its title on."""
    heads = [at for at, row in enumerate(rows) if at == header or is_header(row)]
    # Of a header over several rows the first.
    heads = [at for at in heads if at - 1 not in heads]
    starts = [0]
    for before, at in itertools.pairwise(heads):
        start = _title_start(rows, at, before)
        if _is_another(rows, before, at, rows[start:at]):
            starts.append(start)
    ends = [*starts[1:], len(rows)]
    return [Region(rows[start:end], start) for start, end in zip(starts, ends, strict=True)]


def _title_start(rows: Grid, header: int, before: int) -> int:
    """Where the titles above a header begin: rows of one text, or none, behind those of data."""
    start = header
    while start - 1 > before and len(set(filter(None, map(str.strip, rows[start - 1])))) <= 1:
        start -= 1
    return start


def _is_another(rows: Grid, before: int, at: int, above: Grid) -> bool:
    """Whether what stands below a header is another table than what stands above.

    The same header once more begins one only below the title of another list.
    """
    is_same = _cells(rows[before]) == _cells(rows[at])
    return not is_same or are_of_two_lists(_text(above), _text(rows[:before]))


def _cells(row: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(rows: Grid) -> str:
    return " ".join(dict.fromkeys(cell.strip() for row in rows for cell in row if cell.strip()))


def _beside(region: Region, header: int) -> list[Region]:
    """Tables side by side, unless they are blocks of one list."""
    rows = region.rows
    heads = (at for at, row in enumerate(rows) if at == header - region.start or is_header(row))
    head = next(heads, None)
    if head is None:
        return [region]
    named = [cell.strip() for cell in rows[head]]
    cuts = _cuts(named, rows, head)
    if not cuts:
        return [region]
    title = _text(rows[:head])
    parts = []
    for start, end in zip((0, *cuts), (*cuts, len(named)), strict=True):
        own = [row[start:end] for row in rows]
        if head and not _text(own[:head]):
            # A title over all of them stands in the first cell.
            own[0] = [title, *own[0][1:]]
        parts.append(Region(own, region.start))
    return parts


def _cuts(named: Sequence[str], rows: Grid, header: int) -> list[int]:
    """Columns in which further tables begin."""
    width = len(_cells(named))
    if block_width(named[:width]) < width:
        return []
    segments = _segments(named, rows, header)
    above = [_text([row[start:end] for row in rows[:header]]) for start, end in segments]
    is_titled = all(above) and len(set(above)) == len(segments) > 1
    seen: set[str] = set()
    cuts = []
    for at, (start, end) in enumerate(segments):
        cells = {named[place] for place in range(start, end)}
        if at and (is_titled or not seen.isdisjoint(cells)):
            cuts.append(start)
        seen |= cells
    return cuts or _begun_again(named)


def _segments(named: Sequence[str], rows: Grid, header: int) -> list[tuple[int, int]]:
    """Runs of named columns, parted by columns in which nothing stands."""
    below = rows[header:]
    is_void = [
        not name and not any(row[at].strip() for row in below if at < len(row))
        for at, name in enumerate(named)
    ]
    segments: list[tuple[int, int]] = []
    start: int | None = None
    for at, void in enumerate([*is_void, True]):
        if void and start is not None:
            segments.append((start, at))
            start = None
        elif not void and start is None:
            start = at
    return [(start, end) for start, end in segments if end - start >= _FEWEST]


def _begun_again(named: Sequence[str]) -> list[int]:
    """Where the first header stands again without a gap."""
    first = named[0] if named else ""
    if not _BEGINS.fullmatch(first):
        return []
    again = [at for at, cell in enumerate(named) if at >= _FEWEST and cell == first]
    return again if again and len(named) - again[-1] >= _FEWEST else []
