"""A classification of industries of a project's own, in place of the emerging industries.

A row is a class or a list of products of one industry: `industry` (its name), `gb4754_code` (of two
to four digits; empty: the products alone, whatever the class), `is_starred` (1: a class belongs for
its listed products only), `products` (joined by `;`), and, where there is one, `class_code` of a
second level.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from reli.errors import Problems, nearest, no_column
from reli.reference.industries import gb4754

__all__ = ["INDUSTRY", "read_own"]

INDUSTRY = "industry"
"""The column that tells such a table from one of the eight emerging industries."""

_NEEDED = ("industry", "gb4754_code", "is_starred", "products")
_TRUTHS = {"1": True, "0": False, "": False}
_RESERVED = ("综合", "*")
_LONGEST, _STRANGE = 31, r"""| \ / : * ? " ' < > & [ ]"""
_NAME = re.compile(rf"""[^\x00-\x1f{re.escape(_STRANGE.replace(" ", ""))}]{{1,{_LONGEST}}}""")
"""What Excel takes for a sheet, every system for a file, and lists of industries join by."""


def read_own(path: Path, table: pa.Table) -> pa.Table:
    """The classification in the form of `reli.reference.emerging.classes`.

    Codes of divisions and groups stand for all classes below them.

    Args:
        path: where the table is from.
        table: its columns as text.

    Raises:
        Problems: all that is wrong with it.
    """
    absent = [name for name in _NEEDED if name not in table.column_names]
    if absent:
        raise Problems(str(path), [no_column(name, table.column_names) for name in absent])
    texts = [
        {name: (cell or "").strip() for name, cell in row.items()} for row in table.to_pylist()
    ]
    problems = [
        f"line {line}: {each}" for line, row in enumerate(texts, 2) for each in _complaints(row)
    ]
    if not texts:
        problems.append("has no row: expected a row for each class of each industry")
    if problems:
        raise Problems(str(path), problems)
    rows = [row for text in texts for row in _rows(text)]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


_SCHEMA = pa.schema(
    {
        **dict.fromkeys(
            ("emerging_code", "class_code", "class_basis", "leaf_name", "gb4754_code"), pa.string()
        ),
        "is_starred": pa.bool_(),
        "products": pa.string(),
        "industry": pa.string(),
    }
)


def _complaints(row: Mapping[str, str]) -> Iterator[str]:
    industry, code = row["industry"], row["gb4754_code"]
    if industry in _RESERVED or not _NAME.fullmatch(industry):
        yield (
            f"industry {industry!r}: expected a name other than 综合, of {_LONGEST} characters at "
            f"most and none of {_STRANGE}: files and sheets are called after it"
        )
    if code and code not in _classes():
        hint = nearest(code, [*_classes()])
        yield f"gb4754_code {code!r}: expected two to four digits of GB/T 4754-2017; {hint}"
    if row["is_starred"] not in _TRUTHS:
        yield f"is_starred {row['is_starred']!r}: expected 1 (listed products only) or 0 (whole)"
    if not row["products"] and (not code or row["is_starred"] == "1"):
        yield "no products: expected some, or a whole class (gb4754_code, is_starred 0)"


def _rows(text: Mapping[str, str]) -> Iterator[dict[str, object]]:
    code = text["gb4754_code"]
    for each in _classes()[code] if code else ("",):
        yield {
            "emerging_code": text.get("emerging_code", ""),
            "class_code": text.get("class_code", ""),
            "class_basis": None,
            "leaf_name": text.get("leaf_name", ""),
            "gb4754_code": each,
            "is_starred": not code or _TRUTHS[text["is_starred"]],
            "products": text["products"],
            "industry": text["industry"],
        }


def _classes() -> dict[str, list[str]]:
    """Code of any level -> the classes below it."""
    found: dict[str, list[str]] = {}
    for code in gb4754()["code"].to_pylist():
        if len(code) == 4:
            for length in (2, 3, 4):
                found.setdefault(code[:length], []).append(code)
    return found
