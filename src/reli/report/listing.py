"""Tables of a report: columns declared once, with their rows a numbered figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reli.report.blocks import Figure, Grid

__all__ = ["Column", "numbers", "share", "table", "texts"]


@dataclass(frozen=True)
class Column:
    """A column: its head, its share of the width (0: as wide as the content), and its side."""

    head: str
    share: float = 0
    is_number: bool = False
    """Set to the right."""


def texts(*heads: str, share: float = 0) -> tuple[Column, ...]:
    """Columns of texts."""
    return tuple(Column(head, share) for head in heads)


def numbers(*heads: str, share: float = 0) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(head, share, is_number=True) for head in heads)


def table(
    key: str,
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[tuple[str, ...]],
    *,
    tints: tuple[tuple[int, ...], ...] = (),
    totals: int = 0,
    **figure: Any,  # noqa: ANN401 - fields of a figure
) -> Figure:
    """A table as a figure of the appendices (附表), unless its series is given.

    Args:
        key: name of the figure for files and tests.
        caption: what stands above it.
        columns: from left to right.
        rows: texts of the cells.
        tints: of the cells, from 0 (none) to 4.
        totals: how many of the last rows sum up the others.
        **figure: series, sources, notes.
    """
    grid = Grid(
        tuple(column.head for column in columns),
        tuple(rows),
        tuple(column.share for column in columns),
        tuple(column.is_number for column in columns),
        tints=tints,
        totals=totals,
    )
    return Figure(**{"key": key, "series": "附表", "number": 0, "caption": caption, **figure,
                     "content": grid})  # fmt: skip


def share(part: int, whole: int) -> str:
    """A part in per cent, as cells have it; a dash of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
