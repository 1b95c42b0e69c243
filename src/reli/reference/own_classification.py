"""A classification of industries of a project's own, in place of the emerging industries.

A row is a class or a list of products of one industry: `industry` (its name), `gb4754_code` (of two
to four digits; empty: the products alone, whatever the class), `is_starred` (1: a class belongs for
its listed products only), `products` (joined by `;`), and, where there is one, `class_code` of a
second level. The columns may have the names in Chinese that catalogues give them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from reli.errors import Problems, nearest, no_column
from reli.reference.industries import gb4754

__all__ = ["is_own", "read_own"]

_SPELT = {
    "industry": "产业|产业名称|产业类别|新兴产业|未来产业|战略性新兴产业",
    "gb4754_code": "国民经济行业代码|国民经济行业分类代码|国民经济行业|行业代码|行业小类代码",
    "is_starred": "是否带星|带星|带星号|星号|是否星号|是否仅限所列产品|仅限所列产品",
    "products": "产品|重点产品|重点产品和服务|重点产品与服务|产品和服务|产品名称",
    "class_code": "二级代码|二级分类代码|分类代码",
    "emerging_code": "产业代码",
    "leaf_name": "分类名称",
}
_MEANT = {said: name for name, spelt in _SPELT.items() for said in spelt.split("|")}

_NEEDED = ("industry", "gb4754_code", "is_starred", "products")
_TRUTHS = {
    **dict.fromkeys(("1", "是", "*", "★", "Y", "y"), True),
    **dict.fromkeys(("0", "", "否", "N", "n"), False),
}
_RESERVED = ("综合", "*")
_LONGEST, _STRANGE = 31, r"""| \ / : * ? " ' < > & [ ]"""
_NAME = re.compile(rf"""[^\x00-\x1f{re.escape(_STRANGE.replace(" ", ""))}]{{1,{_LONGEST}}}""")
"""What Excel takes for a sheet, every system for a file, and lists of industries join by."""


def is_own(columns: Iterable[str]) -> bool:
    """Whether columns are those of such a table, and not of one of the eight industries."""
    return "industry" in map(_name, columns)


def _name(column: str) -> str:
    """Our name of a column, of which a remark in brackets says nothing."""
    said = re.sub(r"[（(].*?[)）]|\s", "", column)
    return _MEANT.get(said, said)


def read_own(path: Path, table: pa.Table) -> pa.Table:
    """The classification in the form of `reli.reference.emerging.classes`.

    Codes of divisions and groups stand for all classes below them.

    Args:
        path: where the table is from.
        table: its columns as text.

    Raises:
        Problems: all that is wrong with it.
    """
    said, names = table.column_names, [*map(_name, table.column_names)]
    # Of two columns that mean one, the second goes on being called as it is.
    named = [n if names.index(n) == at else said[at] for at, n in enumerate(names)]
    table = table.rename_columns(named)
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
    if not row["products"] and (not code or _TRUTHS.get(row["is_starred"])):
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
            "products": text["products"].replace("；", ";"),
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
