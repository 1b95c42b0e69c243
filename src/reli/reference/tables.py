"""Reads the tables shipped with the package."""

from functools import cache
from importlib.resources import as_file, files

import pyarrow as pa
import pyarrow.csv as pc_csv

__all__ = ["read_shipped"]


@cache
def read_shipped(name: str, *flags: str) -> pa.Table:
    """A CSV table of reference/data; all columns are text but `flags`; empty cells are null."""
    with as_file(files("reli.reference") / "data" / name) as path:
        header = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        types = {column: pa.bool_() if column in flags else pa.string() for column in header}
        convert = pc_csv.ConvertOptions(
            column_types=types, strings_can_be_null=True, null_values=[""], true_values=["1"]
        )
        return pc_csv.read_csv(path, convert_options=convert)
