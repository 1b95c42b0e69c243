"""Tables beside and below each other in one sheet are tables of their own."""

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.sources.reading import SourceFile, open_source
from reli.sources.regions import regions
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES


def cells(text):
    return [line.split(",") for line in text.strip().splitlines()]


def write(path, rows, sheet="Sheet1"):
    with xlsxwriter.Workbook(path) as workbook:
        added = workbook.add_worksheet(sheet)
        for at, row in enumerate(rows):
            added.write_row(at, 0, row)


BELOW = """
2023年高新技术企业名单,,
序号,企业名称,统一社会信用代码
1,甲公司,
2,乙公司,

2023年瞪羚企业名单,,
序号,产品,企业名称
1,泵,丙公司
"""
BESIDE = """
2023年高新技术企业名单,,,,2023年瞪羚企业名单,,
序号,企业名称,统一社会信用代码,,序号,企业名称,产品
1,甲公司,,,1,丙公司,泵
2,乙公司,,,,,
"""
GAP = """
企业名称,统一社会信用代码,,企业名称,统一社会信用代码
甲公司,,,丙公司,
乙公司,,,,
"""
TOUCHING = """
序号,企业名称,序号,企业名称,产品
1,甲公司,1,丙公司,泵
2,乙公司,,,
"""
SAME_HEADER = """
2022年高新技术企业名单,
序号,企业名称
1,甲公司
2,乙公司
2023年高新技术企业名单,
序号,企业名称
1,丙公司
"""
LATER_IS_KNOWN_BETTER = """
序号,企业名称
1,甲公司
2,乙公司
,
序号,企业名称,统一社会信用代码,产品
1,丙公司,,泵
"""
HIGH, GAZELLE = ("high_tech", "gazelle")


@pytest.mark.parametrize(
    ("text", "sheet", "lists"),
    [
        (BELOW, "Sheet1", [HIGH, HIGH, GAZELLE]),
        (BESIDE, "Sheet1", [HIGH, HIGH, GAZELLE]),
        (GAP, "高新技术企业", [HIGH] * 3),
        (TOUCHING, "高新技术企业", [HIGH] * 3),
        (SAME_HEADER, "Sheet1", [HIGH] * 3),
        (LATER_IS_KNOWN_BETTER, "高新技术企业", [HIGH] * 3),
    ],
)
def test_each_table_is_read_with_its_own_header_and_title(text, sheet, lists, tmp_path):
    path = tmp_path / "名单.xlsx"
    rows = cells(text)
    write(path, rows, sheet)
    out, rejected = tmp_path / "out.parquet", tmp_path / "no.csv"
    counts = clean_table("recognitions", [SourceFile(path)], out, rejected)
    read = pq.read_table(out).to_pylist()
    assert [(row["name"], row["list"]) for row in read] == list(
        zip(("甲公司", "乙公司", "丙公司"), lists, strict=True)
    )
    assert (counts.written, counts.rejected) == (3, 0)
    # Rows are those of the sheet.
    for row in read:
        assert row["name"] in rows[row["source_line"] - 1]
    assert {row["name"]: row["batch"] for row in read}["丙公司"] in ("2023年", None)
    assert read[2]["product"] == ("泵" if "产品" in text else None)


@pytest.mark.parametrize(
    "text",
    [
        # A header that is repeated, notes and headings between; blocks of one list; a void column.
        "序号,企业名称\n1,甲公司\n二、宁波市,\n序号,企业名称\n2,乙公司",
        "序号,企业名称\n1,甲公司\n注：不分先后,\n合计,1",
        "序号,企业名称,序号,企业名称\n1,甲公司,3,丙公司\n2,乙公司,,",
        "企业名称,地址,,产品,批次\n甲公司,某路,,泵,1",
        "企业名称,注册资本,\n,认缴,实缴\n甲公司,1,2",
    ],
)
def test_what_is_one_table(text):
    assert [(each.start, len(each.rows)) for each in regions(cells(text), 0)] == [
        (0, len(cells(text)))
    ]


def test_a_table_without_firms_below_a_list_is_passed_over_and_named(tmp_path):
    path = tmp_path / "高新技术企业.xlsx"
    write(path, cells("序号,企业名称\n1,甲公司\n,\n序号,联系部门,联系电话\n1,某处,12345"))
    opened = list(open_source(SourceFile(path), TABLES["recognitions"]))
    assert [each.label for each in opened] == ["高新技术企业.xlsx"]
    assert opened[0].passed_over == (("Sheet1#表2", "表头中没有所需的列"),)


def test_a_mapping_may_name_one_of_them(tmp_path):
    path, mapping = tmp_path / "名单.xlsx", tmp_path / "m.toml"
    write(path, cells(BELOW))
    mapping.write_text('sheet = "Sheet1#表2"\n[constants]\nlist = "gazelle"\n', encoding="utf-8")
    opened = list(open_source(SourceFile(path, mapping), TABLES["recognitions"]))
    assert [(each.label, each.assignment.columns["product"]) for each in opened] == [
        ("名单.xlsx", ("产品",))
    ]


def test_a_numbered_part_below_is_of_the_title_of_the_whole(tmp_path):
    """Its recognitions were of no batch, and counted in every year."""
    rows = [["第七批制造业单项冠军企业名单（2022年）"], ["一、单项冠军示范企业"],
            ["序号", "示范企业名称", "主营产品"], [1, "甲公司", "泵"],
            ["二、单项冠军产品"], ["序号", "企业名称", "产品名称"], [1, "乙公司", "阀"],
            ["三、2021年补充名单"], ["编号", "单位名称", "产品"], [1, "丙公司", "轴"]]  # fmt: skip
    path = tmp_path / "a.xlsx"
    write(path, rows)
    out = tmp_path / "o.parquet"
    clean_table("recognitions", [SourceFile(path)], out, tmp_path / "r.csv")
    told = [(row["name"], row["list"], row["batch"]) for row in pq.read_table(out).to_pylist()]
    assert told == [
        ("甲公司", "single_champion", "2022年第七批"),
        ("乙公司", "single_champion", "2022年第七批"),
        ("丙公司", "single_champion", "2021年"),
    ]
