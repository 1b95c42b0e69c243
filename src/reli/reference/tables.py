"""Reads tables of reference data: those shipped with the package, and a user's in their form."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc_csv

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

    A user's may be in any encoding that people write in, and begin with lines of remarks (#).

    Raises:
        InvalidData: no text.
        ArrowInvalid: no table.
    """
    text = written_text(path)
    while text.startswith("#"):
        text = text.partition("\n")[2]
    header = text.partition("\n")[0].split(",")
    types = {column: pa.bool_() if column in flags else pa.string() for column in header}
    convert = pc_csv.ConvertOptions(
        column_types=types, strings_can_be_null=True, null_values=[""], true_values=["1"]
    )
    return pc_csv.read_csv(pa.BufferReader(text.encode()), convert_options=convert)


@cache
def shipped_origins() -> dict[str, Origin]:
    """Where each shipped table comes from, by file name."""
    with as_file(files("reli.reference") / "data" / "origins.toml") as path:
        return read_origins(path)
