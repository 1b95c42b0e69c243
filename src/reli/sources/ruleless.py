"""Tables of PDF pages without lines: columns and rows are told by the white between them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from reli.errors import InvalidData
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
    starts: tuple[float, ...] = ()
    """Left edge of each character; empty where that is not known."""


Line = list[Word]
"""Words whose heights overlap: a line, or several that stand beside each other."""


def ruleless_tables(pages: Iterable[Sequence[Word]]) -> list[list[Titled]]:
    """The table of each page, if it has one, with the lines above it.

    One that goes on over a page's end may have no header again.

    Args:
        pages: words of each page.

    Raises:
        InvalidData: cells of a row touch, and nothing tells where the one ends.
    """
    tables: list[list[Titled]] = []
    columns: list[Word] = []
    white = 0.0
    for words in pages:
        lines = list(_lines(words))
        head = next((at for at, line in enumerate(lines) if is_header(_headings(line))), -1)
        if head >= 0:
            columns = _clusters(lines[head])
        tables.append([])
        if columns:
            body = lines[head + 1 :]
            columns = _widened(columns, body)
            body = [
                each for each in body if not (_is_note(each, columns) or _is_foot(each, columns))
            ]
            body = _parted(body, columns)
            header = [_headings(lines[head])] if head >= 0 else []
            white = _white_between_rows(body, columns) or white
            rows = [*header, *_rows(body, columns, white)]
            over = "\n".join(_text(line) for line in lines[: max(head, 0)])
            tables[-1] += [(over, rows)] if rows else []
    return tables


def _is_foot(line: Line, columns: Sequence[Word]) -> bool:
    """Whether a line is the number of a page, and not that of a row whose rest is on the next."""
    is_number = bool(_FOOT.fullmatch(_text(line)))
    return is_number and not (len(line) == 1 and _is_within(line[0], columns[0]))


def _is_within(word: Word, column: Word) -> bool:
    return column.left - _ROUNDING <= word.left and word.right <= column.right + _ROUNDING


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


def _parted(body: Sequence[Line], columns: Sequence[Word]) -> list[Line]:
    """Lines of which words that run on into a column, whose cell is never empty, are parted there.

    Where the cells of a column begin at one edge, so does the second part.
    """
    standing = [Counter(_place(word, columns) for word in line) for line in body]
    parted = []
    for line, own in zip(body, standing, strict=True):
        words: Line = []
        for word in line:
            place = _place(word, columns)
            into = [
                at
                for at, column in enumerate(columns)
                if at != place and not own[at] and _overlap(word, column) > _CHARACTER
                and _is_always_filled(at, line, body, standing)
            ]  # fmt: skip
            words += _cut(word, [columns[max(at, place)].left for at in into])
        parted.append(words)
    return parted


_CHARACTER = 4.0
"""Points that a word reaches into a column which it does not merely touch."""
_ALIKE = 0.5


def _is_always_filled(
    at: int, line: Line, body: Sequence[Line], standing: Sequence[Counter[int]]
) -> bool:
    """Whether a column has a cell in each other row, as far as a line of it tells."""
    first = [own for other, own in zip(body, standing, strict=True) if other is not line and own[0]]
    return len(first) > 1 and all(own[at] for own in first)


def _cut(word: Word, edges: Sequence[float]) -> Line:
    """A word parted at the characters that begin at some edges."""
    if not edges:
        return [word]
    cuts = [
        at
        for edge in edges
        for at, start in enumerate(word.starts)
        if at and abs(start - edge) < _ALIKE
    ]
    if len(cuts) != len(edges) or len(word.starts) != len(word.text):
        raise InvalidData(
            f"cells touch, as in {word.text!r}, and no line or gap tells where one ends: print the "
            "list with lines around its cells, or copy it into a table (.xlsx, .csv)"
        )
    ends = [*sorted(cuts), len(word.text)]
    return [
        replace(
            word, text=word.text[start:end], left=word.starts[start],
            right=word.starts[end] if end < len(word.starts) else word.right,
            starts=word.starts[start:end],
        )
        for start, end in pairwise([0, *ends])
    ]  # fmt: skip


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
