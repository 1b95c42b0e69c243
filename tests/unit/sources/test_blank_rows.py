"""Rows in which nothing stands are no rows, whatever the kind of the file."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

HEADER = ("企业名称", "法定代表人", "注册地址")
ROWS = [("甲公司", "张三", "某路"), (None, "李四", None), (None, None, None), ("", " ", ""),
        ("乙公司", None, "某路")]  # fmt: skip


def write_csv(path):
    lines = [HEADER, *(tuple(cell or "" for cell in row) for row in ROWS)]
    # The last line is as a program leaves it, of another width.
    path.write_text("\n".join(map(",".join, lines)) + "\n,\n", encoding="utf-8")


def write_parquet(path):
    columns = dict(zip(HEADER, zip(*ROWS, strict=True), strict=True))
    pq.write_table(pa.table({name: pa.array(cells) for name, cells in columns.items()}), path)


def write_json(path):
    lines = [json.dumps(dict(zip(HEADER, row, strict=True))) for row in ROWS]
    path.write_text("\n".join([*lines, "{}"]), encoding="utf-8")


def write_sheet(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(at, 0, row)


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.csv", write_csv), ("a.parquet", write_parquet), ("a.jsonl", write_json),
     ("a.xlsx", write_sheet)],
)  # fmt: skip
def test_a_blank_row_is_none(clean, tmp_path, name, write):
    """They were rejected, but of sheets; a row that has only a person is no blank one."""
    write(tmp_path / name)
    rows, counts, rejected, _ = clean("enterprises", {name: None})
    assert [row["name"] for row in rows] == ["甲公司", "乙公司"]
    assert (counts.read, counts.rejected) == (3, 1)
    assert [row["原因"] for row in rejected] == ["全部缺少"]
