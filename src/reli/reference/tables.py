"""Reads tables of reference data: those shipped with the package, and a user's in their form."""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO, StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc_csv
from python_calamine import CalamineError, CalamineWorkbook

from reli.errors import InvalidData
from reli.provenance import Origin, read_origins
from reli.texts import written_text

__all__ = ["read_shipped", "read_text_table", "shipped_origins"]


@cache
def read_shipped(name: str, *flags: str) -> pa.Table:
    """A CSV table of reference/data; all columns are text but `flags`; empty cells are null."""
    with as_file(files("reli.reference") / "data" / name) as path:
        return read_text_table(path, *flags)


def read_text_table(path: Path, *flags: str) -> pa.Table:
    """A CSV table whose columns are text but `flags` (0 or 1); empty cells are null.

    A user's may be in any encoding that people write in, and begin with lines of remarks (#); or
    it is the first sheet of a workbook.

    Raises:
        InvalidData: no text, and no workbook.
        ArrowInvalid: no table.
    """
    text = _sheet_text(path) if path.suffix.lower() in _WORKBOOKS else written_text(path)
    while text.startswith("#"):
        text = text.partition("\n")[2]
    header = text.partition("\n")[0].split(",")
    types = {column: pa.bool_() if column in flags else pa.string() for column in header}
    convert = pc_csv.ConvertOptions(
        column_types=types, strings_can_be_null=True, null_values=[""], true_values=["1"]
    )
    return pc_csv.read_csv(pa.BufferReader(text.encode()), convert_options=convert)


_WORKBOOKS = (".xlsx", ".xls")


def _sheet_text(path: Path) -> str:
    """The first sheet of a workbook as CSV."""
    try:
        rows = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes())).get_sheet_by_index(0)
    except CalamineError as error:
        raise InvalidData(f"{path} is no workbook ({error}): save it as .xlsx or .csv") from error
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(_texts, rows.to_python()))
    return text.getvalue()


def _texts(cells: Sequence[object]) -> list[str]:
    """Cells as they are shown: a code that Excel took for a number is 3491, not 3491.0."""
    whole = (int(c) if isinstance(c, float) and c.is_integer() else c for c in cells)
    return [str(each).strip() for each in whole]


@cache
def shipped_origins() -> dict[str, Origin]:
    """Where each shipped table comes from, by file name."""
    with as_file(files("reli.reference") / "data" / "origins.toml") as path:
        return read_origins(path)
