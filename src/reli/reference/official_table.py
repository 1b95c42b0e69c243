"""Rows of the official table of emerging industries, as workbooks and documents have them.

The table of NBS order 23 (2018) has the columns 代码, 战略性新兴产业分类名称,
国民经济行业代码（2017） and 国民经济行业名称; a star beside a code says that the class belongs
only in part. Products stand in a further column or in a further table.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["IndustryCell", "OfficialRow", "Printed", "find_header", "read_rows", "roles", "split"]

_CLASS_CODE = re.compile(r"(\d(?:\.\d{1,2}){0,3})\.?(?![\d.])\s*(.*)", re.DOTALL)
_INDUSTRY_CODE = re.compile(r"(?<!\d)(\d{3,4})(?!\d)\s*(\*?)")
_NEEDED = {"code", "industry"}


@dataclass(frozen=True)
class IndustryCell:
    """A class of GB/T 4754 as it is printed beside a class of the table."""

    code: str
    is_starred: bool
    name: str


@dataclass(frozen=True)
class OfficialRow:
    """One row as printed."""

    place: str
    code: str
    """Code of the class; empty: that of the row above goes on."""
    name: str
    industries: tuple[IndustryCell, ...]
    products: tuple[str, ...]
    unreadable: tuple[str, ...]
    """What stands where a code should, and is none."""


@dataclass(frozen=True)
class Printed:
    """A table of the document: its header and its rows, each with its number in the file."""

    header: Sequence[str]
    rows: list[tuple[int, Sequence[str]]]

    @property
    def has_classes(self) -> bool:
        """Whether its rows say which GB/T 4754 classes belong to a class."""
        return set(roles(self.header)) >= _NEEDED

    @property
    def has_products(self) -> bool:
        """Whether its rows name products of GB/T 4754 classes."""
        return set(roles(self.header)) >= {"industry", "products"}


def split(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> list[Printed]:
    """Take apart what was read as one table: a header may be repeated, or another may follow."""
    tables = [Printed(header, [])]
    for number, cells in rows:
        texts = [cell or "" for cell in cells]
        found = roles(texts)
        if "industry" not in found:
            tables[-1].rows.append((number, texts))
        elif found != roles(tables[-1].header):
            tables.append(Printed(texts, []))
    return tables


def find_header(rows: Sequence[Sequence[str]]) -> range:
    """The row that names the columns; titles may stand above it."""
    found = (at for at, row in enumerate(rows) if set(roles(row)) >= _NEEDED)
    at = next(found, 0)
    return range(at, at + 1)


def roles(header: Sequence[str]) -> dict[str, int]:
    """Role (code, name, industry, industry_name, products) -> position of its column."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        role = _role("".join(unicodedata.normalize("NFKC", cell).split()))
        if role:
            found.setdefault(role, at)
    return found


def _role(header: str) -> str:
    if "产品" in header:
        return "" if header.endswith(("代码", "编码")) else "products"
    if "行业" in header:
        return "industry" if "代码" in header else "industry_name"
    if "代码" in header or "编码" in header:
        return "code"
    return "name" if any(word in header for word in ("产业", "名称", "分类")) else ""


def read_rows(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], where: str
) -> list[OfficialRow]:
    """Rows of one table.

    Args:
        header: names of the columns, among them those of the class and the GB/T 4754 code.
        rows: each with its number in the file.
        where: what the table is called in messages.
    """
    at = roles(header)
    return [_read_row(at, cells, f"{where}, row {number}") for number, cells in rows]


def _read_row(at: dict[str, int], cells: Sequence[str], place: str) -> OfficialRow:
    def cell(role: str) -> str:
        return (cells[at[role]] or "").strip() if role in at else ""

    code, rest, strange = _class_code(cell("code"))
    industries, unreadable = _industries(cell("industry"), cell("industry_name"))
    return OfficialRow(
        place=place,
        code=code,
        name=_one_line(cell("name") or rest),
        industries=industries,
        products=tuple(_parts(cell("products"))),
        unreadable=strange + unreadable,
    )


def _class_code(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Code, what follows it in the same cell, and the text where it is no code."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return "", "", ()
    found = _CLASS_CODE.fullmatch(plain)
    return (found[1], found[2], ()) if found else ("", "", (text,))


def _industries(text: str, names: str) -> tuple[tuple[IndustryCell, ...], tuple[str, ...]]:
    plain = unicodedata.normalize("NFKC", text)
    found = _INDUSTRY_CODE.findall(plain)
    if not found:
        return (), (text,) if plain.strip() else ()
    # One column may hold both: 3921* 通信系统设备制造.
    printed = names or _INDUSTRY_CODE.sub("\n", plain).replace("*", "")
    each_name = [_one_line(part) for part in printed.split("\n") if part.strip()]
    if len(each_name) != len(found):
        each_name = [_one_line(printed)] if len(found) == 1 else [""] * len(found)
    is_single = len(found) == 1
    cells = (
        IndustryCell(code.zfill(4), bool(star) or (is_single and "*" in plain), name)
        for (code, star), name in zip(found, each_name, strict=True)
    )
    return tuple(cells), ()


def _parts(text: str) -> list[str]:
    parts = (_one_line(part) for part in re.split(r"[\n；;]", text))
    return [part for part in parts if part]


def _one_line(text: str) -> str:
    return "".join(text.split("\n")).strip()
