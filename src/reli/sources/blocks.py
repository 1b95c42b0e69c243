"""Lists printed in several blocks side by side: 序号, 企业名称, 序号, 企业名称."""

from collections.abc import Iterator, Sequence

__all__ = ["block_width", "unfolded"]

Row = tuple[int, list[str]]
"""Where a row stands, and its cells."""


def block_width(header: Sequence[str]) -> int:
    """Width of a block, where the header says everything twice or more; else that of the header."""
    for width in range(2, len(header) // 2 + 1):
        block = list(header[:width])
        times, rest = divmod(len(header), width)
        is_block = all(block) and len(set(block)) == width
        if not rest and is_block and block * times == list(header):
            return width
    return len(header)


def unfolded(rows: Sequence[list[str]], width: int) -> list[Row]:
    """Rows of all blocks below each other, each with the place that it stands at.

    Blocks follow each other downwards, unless the first row numbers them across. A row merged
    across all blocks (a heading, a note) is one.
    """
    if not rows or len(rows[0]) == width:
        return list(enumerate(rows))
    found = [(at, start, cells) for at, start, cells in _parts(rows, width) if any(cells)]
    if not _is_across(rows[0], width):
        found.sort(key=lambda part: part[1])
    return [(at, cells) for at, _, cells in found]


def _parts(rows: Sequence[list[str]], width: int) -> Iterator[tuple[int, int, list[str]]]:
    for at, row in enumerate(rows):
        is_merged = len(set(row)) == 1
        for start in range(0, width if is_merged else len(row), width):
            yield at, start, row[start : start + width]


def _is_across(row: Sequence[str], width: int) -> bool:
    numbers = [int(cell) for cell in row[::width] if cell.isdigit()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
