"""Tables of a document that go on with one another."""

import re
from collections.abc import Sequence

from reli.sources.headings import Headings
from reli.sources.titles import are_of_two_lists, tells_revoked, within

__all__ = ["HEAD_ROWS", "Grid", "Titled", "continuation", "is_header", "joined"]

Grid = list[list[str]]
"""Texts of a table, row by row."""

Titled = tuple[str, Grid]
"""A table with what is said above it."""

HEAD_ROWS = 3
_FEWEST = 2
"""Headings of a header."""
"""A title and a header stand in the first rows of a table."""
_HEADING = re.compile(
    r"序号|编号|No\.?|.{0,6}(?:名称|姓名|电话|号码|代码|地址|日期|时间|地区|科室|部门|联系人|联系方式"
    r"|负责人|备注|产品|领域|项目|内容|金额|类型|类别)",
    re.IGNORECASE,
)


def joined(tables: Sequence[Titled]) -> list[Titled]:
    """A list that runs over pages is several tables of one width: one again.

    Those to whom a recognition was given and those from whom it was taken are two lists, and so
    are tables whose titles name two.
    """
    lists: list[Titled] = []
    for title, table in tables:
        before = lists[-1][0] if lists else ""
        is_same = bool(lists) and not (title and _is_another(title, before))
        more = continuation(lists[-1][1], table) if is_same else None
        if more is None:
            # Of several tables under one heading, all are under it.
            lists.append((within(title, before) or before, [*table]))
        else:
            heading = title.split()[-1:]
            is_heading = bool(heading) and Headings().is_heading(heading[0])
            # What heads the rows of this table alone stands above them, as within a table.
            lists[-1][1].extend([heading, *more] if is_heading else more)
    return lists


def _is_another(title: str, before: str) -> bool:
    return tells_revoked(title) != tells_revoked(before) or are_of_two_lists(title, before)


def continuation(last: Grid, table: Grid) -> Grid | None:
    """The rows by which a table goes on with the one before; None where it is another."""
    if _width(last) != _width(table):
        return None
    if table[0] in last[:HEAD_ROWS]:
        return table[1:]
    # A header of its own: contacts, say, below the list.
    return None if any(map(is_header, table[:HEAD_ROWS])) else table


def is_header(row: Sequence[str]) -> bool:
    """Whether most cells are headings and none is a number."""
    cells = [cell.strip() for cell in row if cell]
    # Asked of every row of a sheet: most begin with a number or name a firm.
    if len(cells) < _FEWEST or any(map(str.isdigit, cells)):
        return False
    cells = list(filter(None, cells))
    named = sum(bool(_HEADING.fullmatch(cell)) for cell in cells)
    return len(cells) >= _FEWEST and 2 * named > len(cells)


def _width(table: Grid) -> int:
    return max(len(row) for row in table)
