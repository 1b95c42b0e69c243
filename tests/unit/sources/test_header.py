"""Headers over two levels are read as both, together or by the one that is known."""

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.sources.header import first_row, header_of, rows_of_header
from reli.sources.mapping import ColumnMapping, assign
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES

TWO = [
    "2023年企业情况,,,,,,",
    "序号,企业名称,注册资本（万元）,,成立,住所,",
    ",,认缴,实缴,日期,区县,详细地址",
    "1,杭州甲有限公司,100,50,2020-01-01,滨江区,某路1号",
    "2,杭州乙厂,200,,2021-01-01,余杭区,某路2号",
]
SAID = "序号 企业名称 注册资本（万元）›认缴 注册资本（万元）›实缴 成立›日期 住所›区县 住所›详细地址"
READ = [
    ("杭州甲有限公司", 1_000_000, 500_000, "2020-01-01", "滨江区", "某路1号"),
    ("杭州乙厂", 2_000_000, None, "2021-01-01", "余杭区", "某路2号"),
]


def cells(lines):
    return [line.split(",") for line in lines]


def write_csv(path):
    path.write_text("\n".join(TWO) + "\n", encoding="utf-8")


def write_sheet(path):
    """Merged across and downwards, as people draw it."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(cells(TWO)):
            sheet.write_row(at, 0, row)
        sheet.merge_range(0, 0, 0, 6, TWO[0].partition(",")[0])
        for at, name in ((0, "序号"), (1, "企业名称")):
            sheet.merge_range(1, at, 2, at, name)
        sheet.merge_range(1, 2, 1, 3, "注册资本（万元）")
        sheet.merge_range(1, 5, 1, 6, "住所")


def write_page(path):
    rows = [
        "<td rowspan=2>序号</td><td rowspan=2>企业名称</td><td colspan=2>注册资本（万元）</td>"
        "<td>成立</td><td colspan=2>住所</td>",
        *("".join(f"<td>{c}</td>" for c in row if c) for row in cells(TWO)[2:3]),
        *("".join(f"<td>{c}</td>" for c in row) for row in cells(TWO)[3:]),
    ]
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    path.write_text(f"<meta charset=utf-8><table>{table}</table>", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [("r.csv", write_csv), ("r.xlsx", write_sheet), ("r.html", write_page)],
)
def test_a_header_over_two_levels(name, write, tmp_path):
    write(tmp_path / name)
    out = tmp_path / "out.parquet"
    counts = clean_table("enterprises", [SourceFile(tmp_path / name)], out, tmp_path / "no.csv")
    columns = ("name", "registered_capital_cny", "paid_in_capital_cny", "founded_date", "county")
    rows = pq.read_table(out, columns=[*columns, "address"]).to_pylist()
    told = [tuple(row.values()) for row in rows]
    assert [(*row[:3], str(row[3]), *row[4:]) for row in told] == READ
    assert (counts.read, counts.rejected) == (2, 0)


@pytest.mark.parametrize(
    ("lines", "at", "header"),
    [
        # Either row may be the one that is known.
        (TWO[1:], 0, SAID),
        (TWO[1:], 1, SAID),
        (TWO, 2, SAID),
        # Three levels, merged cells repeated as in documents.
        (["企业,情况,情况,情况", "企业,资本,资本,人数", "企业,认缴,实缴,人数", "甲厂,1,2,3"], 2,
         "企业 情况›资本›认缴 情况›资本›实缴 情况›人数"),
        # What is no second level: a title beside a unit, a row of data, blank headers.
        (["附件1,,单位：万元", "企业名称,区县,资本", "甲厂,乙区,1"], 1, "企业名称 区县 资本"),
        (["企业名称,,地址", "甲公司,备注,"], 0, "企业名称  地址"),
        (["企业名称,,地址,产品", "甲集团,某,,阀门"], 0, "企业名称  地址 产品"),
        (["企业名称,地址", "甲集团,某路"], 0, "企业名称 地址"),
    ],
)  # fmt: skip
def test_which_rows_are_of_a_header(lines, at, header):
    rows = cells(lines)
    assert " ".join(header_of(rows, rows_of_header(rows, at))) == header


def test_a_file_without_levels_has_one_row_of_header():
    assert first_row([["", " "], ["a"], ["b"]]) == range(1, 2)


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        # Both levels together, the last, and those above it where nothing else is known.
        (["企业›名称", "注册资本›币种", "注册资本›金额（万元）"],
         {"name": "企业›名称", "registered_capital_cny": "注册资本›金额（万元）"}),
        # The name of another is not the firm's.
        (["企业›名称", "母公司›名称", "母公司›地址"], {"name": "企业›名称"}),
        (["企业信息›企业名称", "企业信息›住所"],
         {"name": "企业信息›企业名称", "address": "企业信息›住所"}),
    ],
)  # fmt: skip
def test_which_level_is_known(headers, columns):
    found = assign(TABLES["enterprises"], headers, ColumnMapping(), "r")
    assert {ours: theirs[0] for ours, theirs in found.columns.items()} == columns
    if "registered_capital_cny" in columns:
        assert found.beside.currencies == {"registered_capital_cny": "注册资本›币种"}
        assert found.units == {"registered_capital_cny": 10_000}


def test_a_mapping_may_name_the_last_level_and_persons_stay_out():
    mapping = ColumnMapping(columns={"name": ("全名",)}, drop=("旧址",))
    headers = ["企业›全名", "地址›住所", "地址›旧址", "法定代表人›姓名", "企业›法人"]
    found = assign(TABLES["enterprises"], headers, mapping, "r")
    assert found.columns == {"name": ("企业›全名",), "address": ("地址›住所",)}
    assert found.personal == ("法定代表人›姓名", "企业›法人")


def test_a_title_in_several_cells_is_no_level_of_the_header():
    rows = cells(
        ["填报单位：某局,,填报日期：2024-01-05,,单位：家", "登记号,著作权人,地址,登记日期"]
    )
    assert rows_of_header(rows, 1) == range(1, 2)


@pytest.mark.parametrize("named", [{}, {"registered_capital_cny": ("注册资本",)}])
def test_a_row_of_units_below_a_header_is_of_it(named, clean, tmp_path):
    text = "企业名称,注册资本,参保人数,成立日期\n-,（万元）,人,年月日\n甲公司,100,5,2004-01-05\n"
    header = ("企业名称", "注册资本（万元）", "参保人数（人）", "成立日期（年月日）")
    rows = cells(text.splitlines())
    span = rows_of_header(rows, 0)
    assert tuple(header_of(rows, span)) == header
    found = assign(TABLES["enterprises"], header, ColumnMapping(columns=named), "r.csv")
    assert found.units == {"registered_capital_cny": 1e4}
    (row,), counts, *_ = clean("enterprises", {"r.csv": text})
    assert (row["registered_capital_cny"], row["insured_employees"]) == (1e6, 5)
    assert counts.read == 1


def test_a_row_of_words_and_dashes_is_no_row_of_units():
    rows = cells(["企业名称,备注", "甲公司,-", "-,-"])
    assert rows_of_header(rows, 0) == range(1)
    assert rows_of_header(rows[::2], 0) == range(1)
