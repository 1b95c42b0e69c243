"""Which list a table is of, and which of its rows are of the list."""

import csv

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.errors import Problems
from reli.sources.list_names import list_told
from reli.sources.reading import SourceFile, open_source
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES

HEADER = ("序号", "企业名称")


@pytest.fixture
def clean(tmp_path):
    """Clean a file of recognitions; answers with rows and rejected ones."""

    def run(path, *lines):
        mapping = tmp_path / "m.mapping.toml"
        mapping.write_text("\n".join(['table = "recognitions"', *lines]), encoding="utf-8")
        out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
        source = SourceFile(path, mapping if lines else None)
        counts = clean_table("recognitions", [source], out, rejected)
        counts.check("clean")
        with rejected.open(encoding="utf-8-sig", newline="") as file:
            told = [(row["行"], row["值"], row["原因"]) for row in csv.DictReader(file)]
        rows = pq.read_table(out).to_pylist()
        return [(row["list"], row["batch"], row["name"]) for row in rows], told

    return run


def book(path, sheets):
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def test_sheets_say_which_list_and_year_they_are(clean, tmp_path):
    path = book(
        tmp_path / "名单.xlsx",
        {
            "高新技术企业": [HEADER, (1, "甲公司")],
            "小巨人": [("2021年小巨人企业名单",), HEADER, (1, "乙公司")],
            "2022": [("瞪羚企业名单",), HEADER, (1, "乙公司")],
            "2023": [("瞪羚企业名单",), HEADER, (1, "乙公司")],
            "联系方式": [("科室", "电话"), ("某科", 1)],
            "其他": [HEADER, (1, "丙公司")],
        },
    )
    rows, _ = clean(path)
    assert rows == [
        ("high_tech", None, "甲公司"),
        ("little_giant", "2021年", "乙公司"),
        ("gazelle", "2022年", "乙公司"),
        ("gazelle", "2023年", "乙公司"),
    ]
    opened = list(open_source(SourceFile(path), TABLES["recognitions"]))
    assert opened[0].passed_over == (
        ("联系方式", "表头中没有所需的列"),
        ("其他", "标题和工作表名都没有说是哪一份名单"),
    )


def test_a_sheet_of_another_list_is_none_of_the_one_that_is_said(clean, tmp_path):
    sheets = {"高新技术企业": [HEADER, (1, "甲公司")], "小巨人": [HEADER, (1, "乙公司")]}
    path = book(tmp_path / "名单.xlsx", sheets)
    rows, _ = clean(path, "[constants]", 'list = "high_tech"')
    assert rows == [("high_tech", None, "甲公司")]
    # Where all sheets say otherwise, whoever wrote the mapping knows better.
    rows, _ = clean(path, "[constants]", 'list = "srdi"')
    assert [row[2] for row in rows] == ["甲公司", "乙公司"]


def test_two_lists_of_one_document(clean, tmp_path):
    page = "<h1>关于公布高新技术企业和专精特新小巨人企业名单的通知</h1>" + "".join(
        f"<p>附件{at} {title}</p><table><tr><td>序号<td>企业名称<tr><td>1<td>{firm}</table>"
        for at, (title, firm) in enumerate(
            [
                ("2023年第一批高新技术企业名单", "甲公司"),
                ("2023年第二批高新技术企业名单", "乙公司"),
                ("第五批专精特新“小巨人”企业名单", "丙公司"),
                ("未通过复核的专精特新“小巨人”企业名单", "丁公司"),
            ],
            1,
        )
    )
    path = tmp_path / "公告.html"
    path.write_text(page, encoding="utf-8")
    rows, _ = clean(path)
    assert rows == [
        ("high_tech", "2023年第一批", "甲公司"),
        ("high_tech", "2023年第二批", "乙公司"),
        ("little_giant", "第五批", "丙公司"),
    ]
    opened = next(open_source(SourceFile(path), TABLES["recognitions"]))
    lost = "标题称取消、撤销资格或未通过，却没有撤销日期：不当作认定名单"
    assert opened.passed_over == (("4", lost),)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("关于高新技术企业和小巨人企业的通知 附件2 小巨人企业名单", "little_giant"),
        ("专精特新小巨人企业名单", "little_giant"),
        ("高新技术企业和小巨人企业名单", ""),
        ("上海市企业名单", ""),
    ],
)
def test_the_nearest_heading_that_names_one_list(title, told):
    assert list_told(TABLES["recognitions"].column("list").choices, title) == told


def test_a_day_of_export_is_no_year_of_a_list(clean, tmp_path):
    title = ("瞪羚企业名单 导出时间：2024年1月15日",)
    rows, _ = clean(book(tmp_path / "名单.xlsx", {"S": [title, HEADER, (1, "甲公司")]}))
    assert rows == [("gazelle", None, "甲公司")]


def test_who_did_not_pass_is_not_of_the_list(clean, tmp_path):
    path = tmp_path / "瞪羚企业.csv"
    path.write_text(
        "企业名称,复核结果\n甲公司,通过\n乙公司,不通过\n丙公司,复核合格\n丁公司,不合格\n戊公司,\n",
        encoding="utf-8",
    )
    rows, told = clean(path)
    assert [name for *_, name in rows] == ["甲公司", "丙公司", "戊公司"]
    assert told == [
        ("3", "乙公司", "未通过，不是认定企业：不通过"),
        ("5", "丁公司", "未通过，不是认定企业：不合格"),
    ]
    rows, _ = clean(path, 'drop = ["复核结果"]')
    assert len(rows) == 5


NOTES = """序号,地区,企业名称
1,杭州,甲公司
,共1家,
,,“*”为复核企业
,,2024年1月15日
,,某省工业和信息化厅
,,（此件公开发布）
,注：截至2023年底,
,填表人：张某,
,,第1页 共3页
,宁波,某省测绘研究院
"""


def test_what_stands_below_a_list_is_no_firm_in_whatever_column(clean, tmp_path):
    path = tmp_path / "瞪羚企业.csv"
    path.write_text(NOTES, encoding="utf-8")
    rows, told = clean(path)
    assert [name for *_, name in rows] == ["甲公司", "某省测绘研究院"]
    assert {reason for *_, reason in told} == {"合计或附注行，不是企业"}
    assert "张" not in str(told)


def test_a_column_of_lists_goes_before_the_name_of_the_file(clean, tmp_path):
    path = tmp_path / "瞪羚企业.csv"
    path.write_text("名单,企业名称\n独角兽,甲公司\n,乙公司\n某称号,丙公司\n", encoding="utf-8")
    rows, told = clean(path)
    # Where its cell is empty, the file's name says it.
    assert rows == [("unicorn", None, "甲公司"), ("gazelle", None, "乙公司")]
    assert [(line, value) for line, value, _ in told] == [("4", "某称号")]


def test_a_sheet_that_is_called_as_if_it_spoke_of_the_data_is_named_where_it_has_some(tmp_path):
    sheets = {
        "瞪羚企业": [HEADER, (1, "甲公司")],
        "说明": [("瞪羚企业名单",), HEADER, (1, "乙公司")],
        "填写说明": [("列", "含义"), ("企业名称", "全称")],
    }
    path = book(tmp_path / "名单.xlsx", sheets)
    (opened,) = open_source(SourceFile(path), TABLES["recognitions"])
    assert opened.passed_over == (("说明", "按名称是填写说明，其中却有可读的行"),)


def test_yes_and_no_of_a_sheet_are_words_and_no_amounts(tmp_path):
    rows = [
        ("企业名称", "经营异常", "注册资本（元）"),
        ("甲公司", True, True),
        ("乙公司", False, 5),
    ]
    path, out = book(tmp_path / "r.xlsx", {"Sheet1": rows}), tmp_path / "out.parquet"
    clean_table("enterprises", [SourceFile(path)], out, tmp_path / "no.csv").check("clean")
    told = pq.read_table(out).select(["is_abnormal", "registered_capital_cny"]).to_pylist()
    assert [tuple(row.values()) for row in told] == [(True, None), (False, 5.0)]


@pytest.mark.parametrize(
    ("name", "header", "told"),
    [
        ("附件2.2023年某省瞪羚企业名单.csv", "企业名称", ("gazelle", "2023年")),
        ("瞪羚企业_2022.csv", "企业名称", ("gazelle", "2022年")),
        ("高新技术企业2021年第二批.csv", "企业名称", ("high_tech", "2021年第二批")),
        # Its own days and batches go before the year in which a file was made.
        ("瞪羚企业_2024.csv", "企业名称,公告日期", ("gazelle", None)),
        ("瞪羚企业_2024.csv", "企业名称,批次", ("gazelle", None)),
        ("瞪羚企业_20240115.csv", "企业名称", ("gazelle", None)),
    ],
)
def test_a_files_name_says_what_neither_title_nor_columns_do(clean, tmp_path, name, header, told):
    path = tmp_path / name
    path.write_text(f"{header}\n甲公司{',' * header.count(',')}\n", encoding="utf-8")
    rows, _ = clean(path)
    assert rows == [(*told, "甲公司")]


@pytest.mark.parametrize("name", ["取消高新技术企业资格名单.csv", "潜在独角兽企业.csv", "名单.csv"])
def test_a_files_name_that_is_of_no_list_says_none(clean, tmp_path, name):
    (tmp_path / name).write_text("企业名称\n甲公司\n", encoding="utf-8")
    with pytest.raises(Problems, match="no column for list"):
        clean(tmp_path / name)


def test_a_ranking_is_of_the_year_in_its_files_name(tmp_path):
    path, out = tmp_path / "2023中国企业500强.csv", tmp_path / "out.parquet"
    path.write_text("名次,企业名称\n1,甲公司\n", encoding="utf-8")
    clean_table("rankings", [SourceFile(path)], out, tmp_path / "no.csv")
    told = pq.read_table(out).select(["list", "year", "rank"]).to_pylist()
    assert told == [{"list": "china_500_cec", "year": 2023, "rank": 1}]
