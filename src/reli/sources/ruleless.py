"""Tables of PDF pages without lines: columns and rows are told by the white between them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from reli.sources.continued import Titled, is_header

__all__ = ["Word", "ruleless_tables"]

_FOOT = re.compile(r"[-—–·\s第共页/]*\d{1,4}[-—–·\s第共页/\d]*")
"""The number of a page."""
_NUMBERED = ("序号", "编号", "No.", "NO.")
_ROUNDING = 0.3
_FAR = 1.5
"""Times the white between rows: what stands so far below the last one is none of it."""


@dataclass(frozen=True)
class Word:
    """Characters that stand together, with their edges in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


Line = list[Word]
"""Words whose heights overlap: a line, or several that stand beside each other."""


def ruleless_tables(pages: Iterable[Sequence[Word]]) -> list[list[Titled]]:
    """The table of each page, if it has one, with the lines above it.

    One that goes on over a page's end may have no header again.

    Args:
        pages: words of each page.
    """
    tables: list[list[Titled]] = []
    columns: list[Word] = []
    white = 0.0
    for words in pages:
        lines = [each for each in _lines(words) if not _FOOT.fullmatch(_text(each))]
        head = next((at for at, line in enumerate(lines) if is_header(_headings(line))), -1)
        if head >= 0:
            columns = _clusters(lines[head])
        tables.append([])
        if columns:
            body = lines[head + 1 :]
            columns = _widened(columns, body)
            body = [line for line in body if not _is_note(line, columns)]
            header = [_headings(lines[head])] if head >= 0 else []
            white = _white_between_rows(body, columns) or white
            rows = [*header, *_rows(body, columns, white)]
            over = "\n".join(_text(line) for line in lines[: max(head, 0)])
            tables[-1] += [(over, rows)] if rows else []
    return tables


def _lines(words: Iterable[Word]) -> list[Line]:
    lines: list[Line] = []
    end = 0.0
    for word in sorted(words, key=lambda each: each.top):
        if not lines or word.top >= end - _ROUNDING:
            lines.append([])
        lines[-1].append(word)
        end = max(end, word.bottom)
    return lines


def _text(words: Iterable[Word]) -> str:
    """Words in their order of reading: those of one line stay apart, lines do not."""
    lines = (sorted(line, key=lambda each: each.left) for line in _lines(words))
    return "".join(" ".join(each.text for each in line) for line in lines)


def _headings(line: Line) -> list[str]:
    return [each.text for each in _clusters(line)]


def _clusters(line: Line) -> list[Word]:
    """Words below each other as one: 序 over 号."""
    clusters: list[list[Word]] = []
    for word in sorted(line, key=lambda each: each.left):
        if clusters and word.left < max(each.right for each in clusters[-1]):
            clusters[-1].append(word)
        else:
            clusters.append([word])
    return [_joined(each) for each in clusters]


def _joined(words: Sequence[Word]) -> Word:
    return Word(
        _text(words),
        min(each.left for each in words),
        max(each.right for each in words),
        min(each.top for each in words),
        max(each.bottom for each in words),
    )


def _widened(columns: Sequence[Word], body: Sequence[Line]) -> list[Word]:
    """Columns as wide as what stands below their headings, the widest words first."""
    wide = list(columns)
    for word in sorted(chain(*body), key=lambda each: each.left - each.right):
        below = [at for at, column in enumerate(wide) if _overlap(word, column) > 0]
        if len(below) == 1:
            column = wide[below[0]]
            left, right = min(column.left, word.left), max(column.right, word.right)
            wide[below[0]] = replace(column, left=left, right=right)
    return wide


def _overlap(one: Word, other: Word) -> float:
    """How far two stand below each other; negative: how far they are apart."""
    return min(one.right, other.right) - max(one.left, other.left)


def _is_note(line: Line, columns: Sequence[Word]) -> bool:
    """Whether something is written across columns."""
    return len(line) == 1 and sum(_overlap(line[0], each) > 0 for each in columns) > 1


def _rows(body: Sequence[Line], columns: Sequence[Word], white: float) -> Iterator[list[str]]:
    """Cells of the rows."""
    is_numbered = columns[0].text in _NUMBERED
    rows: list[list[Word]] = []
    for group in _groups(body, white if is_numbered else 0.0):
        words = list(chain(*group))
        begins = _has_number(words, columns) if is_numbered else bool(_cells(words, columns)[0])
        is_apart = bool(rows) and _white(rows[-1], words) > _FAR * white > 0
        if begins or is_apart or not rows:
            rows.append(words)
        else:
            rows[-1] += words
    return (_cells(row, columns) for row in rows)


def _groups(body: Sequence[Line], white: float) -> Iterator[list[Line]]:
    """Lines that stand together, with less white between them than between rows."""
    group: list[Line] = []
    for line in body:
        if group and _white(group[-1], line) >= white - _ROUNDING:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _white(above: Line, below: Line) -> float:
    return min(each.top for each in below) - max(each.bottom for each in above)


def _white_between_rows(body: Sequence[Line], columns: Sequence[Word]) -> float:
    """The least white between two rows: of that between the lines of two numbers the most.

    0 where no two rows have numbers.
    """
    numbers = [at for at, line in enumerate(body) if _has_number(line, columns)]
    between = (
        max(_white(one, two) for one, two in pairwise(body[first : second + 1]))
        for first, second in pairwise(numbers)
    )
    return min(between, default=0.0)


def _has_number(words: Iterable[Word], columns: Sequence[Word]) -> bool:
    first = (each.text for each in words if _place(each, columns) == 0)
    return any(text.strip(".、").isdigit() for text in first)


def _place(word: Word, columns: Sequence[Word]) -> int:
    """The column that a word stands in, or next to."""
    return max(range(len(columns)), key=lambda at: _overlap(word, columns[at]))


def _cells(words: Iterable[Word], columns: Sequence[Word]) -> list[str]:
    cells: list[list[Word]] = [[] for _ in columns]
    for word in words:
        cells[_place(word, columns)].append(word)
    return [_text(cell) for cell in cells]
