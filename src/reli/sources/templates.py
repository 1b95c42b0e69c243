"""Empty Excel templates of the canonical tables, with the definitions of their columns."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from reli.engine import atomic
from reli.errors import InvalidSetting
from reli.sources.canonical import Column, Table

__all__ = ["DEFINITIONS_SHEET", "template_path", "write_template"]

DEFINITIONS_SHEET = "说明"
"""Sheet of definitions; it is never read as data."""

_KINDS = {
    "text": "文字",
    "long_text": "文字",
    "names": "文字，多个以 | 分隔",
    "owners": "文字，多个以 | 分隔",
    "host": "文字，几家的取首家",
    "credit_code": "18位代码，按文字填写",
    "number_of_work": "按证书填写，按文字填写",
    "stock_code": "按文字填写，前面的 0 不可省略",
    "division_code": "六位代码，按文字填写",
    "industry_code": "代码或名称，按文字填写",
    "ipc": "分类号，如 H04W4/02，多个以 | 分隔",
    "date": "日期，如 2023-12-31",
    "money": "金额，如 500万元；不写单位的为元",
    "number": "数值",
    "integer": "整数",
    "flag": "是 或 否",
    "choice": "取值之一",
}
_AS_TEXT = (
    *("text", "long_text", "names", "owners", "host", "credit_code", "industry_code"),
    *("division_code", "number_of_work", "stock_code", "ipc"),
)


def template_path(table: Table, folder: Path) -> Path:
    """The file that is a table's template in a folder."""
    return folder / f"{table.name}.xlsx"


def write_template(table: Table, folder: Path) -> Path:
    """Write `NAME.xlsx`: a sheet to fill in, and a sheet that defines its columns.

    Raises:
        InvalidSetting: it is already there, filled in perhaps.
        OSError: the folder cannot be written to.
    """
    path = template_path(table, folder)
    if path.exists():
        raise InvalidSetting(f"{path} is already there: rename it, or name another folder")
    with atomic(path) as place, place.open("wb") as file, xlsxwriter.Workbook(file) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        _write_form(book, table)
        _write_definitions(book, table)
    return path


def _write_form(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.name_zh)
    head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "bottom": 1})
    needed = book.add_format({"bold": True, "bg_color": "#FDE9D9", "bottom": 1})
    kinds = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "text": book.add_format({"num_format": "@"}),
    }
    sheet.freeze_panes(1, 0)
    asked = {name for group in table.needs for name in group}
    for at, column in enumerate(table.columns):
        kind = "text" if column.kind in _AS_TEXT else column.kind
        sheet.set_column(at, at, 14 if column.kind != "long_text" else 40, kinds.get(kind))
        sheet.write_string(0, at, _header(column), needed if column.name in asked else head)
        if column.choices:
            choices = {"validate": "list", "source": _spoken(column)}
            sheet.data_validation(1, at, 10_000, at, choices)


def _header(column: Column) -> str:
    """What the column is called; of money with the unit that a bare number has."""
    return f"{column.name_zh}（元）" if column.kind == "money" else column.name_zh


def _spoken(column: Column) -> list[str]:
    """A Chinese spelling of each choice."""
    return [theirs[0] if theirs else ours for ours, theirs in column.choices.items()]


def _write_definitions(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(DEFINITIONS_SHEET)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 44, wrapped)
    sheet.write_string(0, 0, f"{table.name_zh}：{table.definition}", bold)
    sheet.write_string(
        1, 0, "橙色表头：每一组至少填一项，否则该行不能使用。人员姓名、电话请勿填写。"
    )
    _write_row(sheet, 3, ("表头", "英文列名", "含义", "填法"), bold)
    for row, column in enumerate(table.columns, 4):
        how = _KINDS[column.kind]
        if column.choices:
            how += "：" + "、".join(_spoken(column))
        _write_row(sheet, row, (_header(column), column.name, column.definition, how))


def _write_row(
    sheet: "xlsxwriter.worksheet.Worksheet",
    row: int,
    cells: Sequence[str],
    style: "xlsxwriter.format.Format | None" = None,
) -> None:
    for column, text in enumerate(cells):
        sheet.write_string(row, column, text, style)
