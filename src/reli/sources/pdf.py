"""Tables of PDF files with text, their merged cells repeated, their pages' ends mended."""

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reli.errors import InvalidData, ReliError
from reli.sources.continued import HEAD_ROWS, Grid, Titled, continuation
from reli.sources.pdf_cells import PdfTable, carried, pdf_table
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

        # A remark for each letter of fonts that do not tell their height.
        logging.getLogger("pdfminer").setLevel(logging.ERROR)
    except ImportError as error:
        raise InvalidData(
            f'{path} is a PDF: reading its tables needs a further package, pip install "reli[pdf]"'
        ) from error
    try:
        with pdfplumber.open(path) as file:
            texts = [page.extract_text() or "" for page in file.pages]
            _check_letters(path, texts)
            ruled = [_tables_of(page) for page in file.pages]
            if any(each.rows for found in ruled for each in found):
                carried([each for found in ruled for each in found])
                titled = [[(each.title, each.rows) for each in found] for found in ruled]
                pages = list(zip(texts, titled, strict=True))
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


def _tables_of(page: Any) -> list[PdfTable]:  # noqa: ANN401 - pdfplumber has no types of its own
    """Tables of a page, each with the text between it and the one before."""
    tables, top = [], page.bbox[1]
    for table in page.filter(_is_no_shade).find_tables():
        start, end = table.bbox[1], table.bbox[3]
        left, _, right, _ = page.bbox
        over = page.crop((left, top, right, start)).extract_text() if start > top else ""
        tables.append(pdf_table(over or "", table))
        top = max(top, end)
    return tables


def _is_no_shade(item: Mapping[str, Any]) -> bool:
    """Whether an item is none of the coloured areas behind every second row, which end no cell."""
    is_area = item["object_type"] == "rect" and not item.get("stroke")
    return not (is_area and min(item["width"], item["height"]) > _WIDEST_LINE)


_WIDEST_LINE = 3.0
"""Points; some programs draw lines as areas."""


def _mended(tables: Sequence[Titled]) -> list[Titled]:
    """Tables of pages, a row that a page's end parted being one again.

    Its second part has no running number, while each row of the table before has.
    """
    mended: list[Titled] = []
    for title, table in tables:
        last = mended[-1][1] if mended else None
        more = continuation(last, table) if last else None
        if last and more and _is_rest(last, more[0]):
            # A merged cell has been given to both parts.
            pairs = zip(last[-1], more[0], strict=True)
            last[-1] = [one if one == two else one + two for one, two in pairs]
            mended.append((title, table[: len(table) - len(more)] + more[1:]))
        else:
            mended.append((title, table))
    return [each for each in mended if each[1]]


def _is_rest(table: Grid, row: list[str]) -> bool:
    """Whether a row is the rest of the last one of a table with running numbers."""
    numbered = [cells[0].isdigit() for cells in table[HEAD_ROWS:] or table[-1:]]
    return all(numbered) and not row[0].strip() and any(row) and len(row) == len(table[-1])
