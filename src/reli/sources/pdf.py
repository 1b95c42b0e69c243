"""Tables of PDF files with text, their merged cells repeated, their pages' ends mended."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reli.errors import InvalidData, ReliError
from reli.sources.continued import HEAD_ROWS, Grid, Titled, continuation
from reli.sources.ruleless import Word, ruleless_tables
from reli.sources.titles import title_above

__all__ = ["read_pdf"]


def read_pdf(path: Path) -> tuple[list[Titled], str]:
    """Tables, each with what is said above it, and text of a PDF with text.

    Raises:
        InvalidData: no PDF that can be read, or nothing to read it with; cells of a table without
            lines that cannot be told apart.
    """
    try:
        import pdfplumber
    except ImportError as error:
        raise InvalidData(
            f'{path} is a PDF: reading its tables needs a further package, pip install "reli[pdf]"'
        ) from error
    try:
        with pdfplumber.open(path) as file:
            texts = [page.extract_text() or "" for page in file.pages]
            _check_letters(path, texts)
            ruled = [_tables_of(page) for page in file.pages]
            if any(table for found in ruled for _, table in found):
                pages = list(zip(texts, ruled, strict=True))
            else:
                without = ruleless_tables(map(_words_of, file.pages))
                pages = list(zip(texts, without, strict=True))
    except ReliError:
        raise
    except Exception as error:  # pdfminer raises whatever the file provokes
        if "Password" in repr(error):
            raise InvalidData(f"{path} is protected by a password: save it without one") from error
        raise InvalidData(f"{path} cannot be read as PDF: {error or repr(error)}") from error
    tables, above = [], ""
    for text, found in pages:
        # A page without any table may be the cover of the list on the next.
        above = above if found else text
        for over, table in found:
            tables.append((title_above(f"{above}\n{over}".splitlines()), table))
            above = ""
    return _mended([each for each in tables if each[1]]), "\n".join(text for text, _ in pages)


def _check_letters(path: Path, texts: Sequence[str]) -> None:
    """Refuse a file whose fonts do not tell which letters its shapes are."""
    text = "".join(texts)
    told, left = len(_UNTOLD.findall(text)), len(_UNTOLD.sub("", text))
    if told > _MOST_UNTOLD * (told + left):
        raise InvalidData(
            f"{path} shows text whose letters it does not tell (its fonts lack their code tables): "
            "print it anew from its source, or have its pages recognised as pictures"
        )


_UNTOLD = re.compile(r"\(cid:\d+\)")
_MOST_UNTOLD = 0.1


def _words_of(page: Any) -> list[Word]:  # noqa: ANN401 - pdfplumber has no types of its own
    return [
        Word(
            each["text"], each["x0"], each["x1"], each["top"], each["bottom"],
            tuple(char["x0"] for char in each["chars"]),
        )
        for each in page.extract_words(return_chars=True)
    ]  # fmt: skip


def _tables_of(page: Any) -> list[Titled]:  # noqa: ANN401 - pdfplumber has no types of its own
    """Tables of a page, each with the text between it and the one before."""
    tables, top = [], page.bbox[1]
    for table in page.find_tables():
        start, end = table.bbox[1], table.bbox[3]
        left, _, right, _ = page.bbox
        over = page.crop((left, top, right, start)).extract_text() if start > top else ""
        tables.append((over or "", _pdf_grid(table)))
        top = max(top, end)
    return tables


def _pdf_grid(table: Any) -> Grid:  # noqa: ANN401 - pdfplumber has no types of its own
    """Texts of a table; a merged cell is repeated in each place that it covers."""
    rows = [["".join((cell or "").split("\n")) for cell in row] for row in table.extract()]
    boxes = [row.cells for row in table.rows]
    spans = [_narrowest(column) for column in zip(*boxes, strict=False)]
    for at, row in enumerate(boxes):
        for place, box in enumerate(row):
            if box is None and (cover := _cover(boxes, at, place, spans[place])):
                rows[at][place] = rows[cover[0]][cover[1]]
    return rows


Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def _narrowest(column: Sequence[Box | None]) -> Box | None:
    """The cell of a column that is merged with no other."""
    return min(filter(None, column), key=lambda box: box[2] - box[0], default=None)


def _cover(
    boxes: Sequence[Sequence[Box | None]], at: int, place: int, column: Box | None
) -> tuple[int, int] | None:
    """Row and column of the cell that covers a place without one of its own."""
    beside = next(filter(None, boxes[at]), None)
    if column is None or beside is None:
        return None
    across = (column[0] + column[2]) / 2
    # Of merged cells in one row the least high tells the row's own height.
    lowest = min(filter(None, boxes[at]), key=lambda box: box[3] - box[1])
    down = (lowest[1] + lowest[3]) / 2
    for above in range(at, -1, -1):
        for left in range(place, -1, -1):
            box = boxes[above][left]
            if box and box[0] < across < box[2] and box[1] < down < box[3]:
                return above, left
    return None


def _mended(tables: Sequence[Titled]) -> list[Titled]:
    """Tables of pages, a row that a page's end parted being one again.

    Its second part has no running number, while each row of the table before has.
    """
    mended: list[Titled] = []
    for title, table in tables:
        last = mended[-1][1] if mended else None
        more = continuation(last, table) if last else None
        if last and more and _is_rest(last, more[0]):
            last[-1] = [one + two for one, two in zip(last[-1], more[0], strict=True)]
            mended.append((title, table[: len(table) - len(more)] + more[1:]))
        else:
            mended.append((title, table))
    return [each for each in mended if each[1]]


def _is_rest(table: Grid, row: list[str]) -> bool:
    """Whether a row is the rest of the last one of a table with running numbers."""
    numbered = [cells[0].isdigit() for cells in table[HEAD_ROWS:] or table[-1:]]
    return all(numbered) and not row[0].strip() and any(row) and len(row) == len(table[-1])
