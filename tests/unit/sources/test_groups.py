"""Headings within a list are no firms, and name the region of the rows below them."""

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.sources.headings import Headings, region_told
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table


@pytest.mark.parametrize(
    ("heading", "region"),
    [
        ("一、杭州市", "杭州市"),
        ("（二）余姚市（12家）", "余姚市"),
        ("浙江省（共 120 家）", "浙江省"),
        ("浙江省杭州市余杭区:", "浙江省杭州市余杭区"),
        ("北京", "北京"),
        ("浙江省经济和信息化厅", "浙江省"),
        ("杭州高新区（滨江）", ""),
        ("宁波国家高新区", "宁波国家高新区"),
        ("新疆生产建设兵团", "新疆生产建设兵团"),
        ("二、中央企业", ""),
        ("杭州市高新技术企业名单", ""),
        ("杭州市第一机械厂", ""),
    ],
)
def test_the_region_of_a_heading(heading, region):
    assert region_told(heading) == region


@pytest.mark.parametrize(
    ("headings", "regions"),
    [
        (["一、杭州市", "二、宁波市"], ["杭州市", "宁波市"]),
        (["浙江省", "杭州市", "江苏省"], ["浙江省", "浙江省杭州市", "江苏省"]),
        (["一、杭州市", "（一）余杭区", "二、宁波市"], ["杭州市", "杭州市余杭区", "宁波市"]),
        (["一、杭州市", "二、中央企业", "三、宁波市"], ["杭州市", "", "宁波市"]),
        (["杭州市", "中央企业（2家）"], ["杭州市", ""]),
        (["一、金华市", "（一）义乌市"], ["金华市", "金华市义乌市"]),
        # Firms, notes and long texts head nothing.
        (["一、杭州市", "一、杭州甲有限公司", "杭州市甲厂"], ["杭州市", "杭州市", "杭州市"]),
    ],
)  # fmt: skip
def test_what_lies_within_what(headings, regions):
    above, found = Headings(), []
    for heading in headings:
        above.is_heading(heading)
        found.append(above.region)
    assert found == regions


def test_a_sheet_called_after_a_city_holds_all_its_headings():
    above = Headings()
    above.begin("杭州市")
    assert [above.is_heading(each) and above.region for each in ("二、滨江区", "余杭区")] == [
        "杭州市滨江区",
        "杭州市余杭区",
    ]


LINES = """序号,企业名称,统一社会信用代码,主导产品
一、杭州市,,,
1,甲公司,91330100MA2ABC12X3,泵
2,乙公司,,
二,宁波市,,
1,丙公司,,阀
三、中央企业（1家）,三、中央企业（1家）,三、中央企业（1家）,三、中央企业（1家）
1,丁公司,,
"""
REGIONS = {"甲公司": "杭州市", "乙公司": "杭州市", "丙公司": "宁波市", "丁公司": None}


def write_csv(path, rows):
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")


def write_sheet(path, rows):
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


def write_page(path, rows):
    """Headings merged across; the first stands above the table, another between two."""
    table = "<table>{}</table>"
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    lines = [f"<tr>{row}</tr>" for row in cells]
    lines[6] = f"<tr><td colspan=4>{rows[6][0]}</td></tr>"
    first, rest = lines[0] + "".join(lines[2:4]), "".join(lines[5:])
    path.write_text(
        f"<meta charset=utf-8><p>高新技术企业名单</p><p>{rows[1][0]}</p>{table.format(first)}"
        f"<p>二、宁波市</p>{table.format(lines[0] + rest)}",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("name", "write", "headings"),
    [("csv", write_csv, 3), ("xlsx", write_sheet, 3), ("html", write_page, 2)],
)
def test_rows_are_of_the_region_of_their_heading(name, write, headings, tmp_path):
    path = tmp_path / f"高新技术企业.{name}"
    write(path, [line.split(",") for line in LINES.splitlines()])
    out, rejected = tmp_path / "out.parquet", tmp_path / "r.csv"
    counts = clean_table("recognitions", [SourceFile(path)], out, rejected)
    rows = pq.read_table(out).to_pylist()
    assert {row["name"]: row["issuer_region"] for row in rows} == REGIONS
    assert (counts.written, counts.rejected) == (4, headings)
    assert rejected.read_text(encoding="utf-8").count("小标题，不是企业") == headings


REFUSED = """序号,企业名称,撤销日期
一、通过复核企业,,
1,甲公司,
二、未通过复核企业,,
（一）杭州市,,
1,乙公司,
2,丙公司,2023-05-01
三、新认定企业,,
1,丁公司,
取消资格企业（1家）,,
1,戊公司,
"""


def test_rows_below_a_heading_of_those_who_did_not_pass_are_rejected(tmp_path):
    """But those with the day on which they lost it tell when it ended."""
    path, rejected = tmp_path / "高新技术企业.csv", tmp_path / "no.csv"
    path.write_text(REFUSED, encoding="utf-8")
    clean_table("recognitions", [SourceFile(path)], tmp_path / "o.parquet", rejected)
    kept = pq.read_table(tmp_path / "o.parquet")["name"].to_pylist()
    assert kept == ["甲公司", "丙公司", "丁公司"]
    told = rejected.read_text(encoding="utf-8")
    assert "6,小标题,乙公司,未通过，不是认定企业：二、未通过复核企业" in told
    assert "11,小标题,戊公司,未通过，不是认定企业：取消资格企业（1家）" in told


def test_a_column_of_regions_counts_before_headings(tmp_path):
    path = tmp_path / "高新技术企业.csv"
    path.write_text("企业名称,所在地区\n一、杭州市,\n甲公司,余杭区\n", encoding="utf-8")
    clean_table("recognitions", [SourceFile(path)], tmp_path / "o.parquet", tmp_path / "r.csv")
    rows = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [(row["name"], row["issuer_region"]) for row in rows] == [("甲公司", "余杭区")]


@pytest.mark.parametrize(
    ("regions", "told"),
    [
        # Printed once, in the first row of its group, as where cells are merged.
        (["杭州市", "", "宁波市", "", ""], ["杭州市", "杭州市", "宁波市", "宁波市", "宁波市"]),
        # Some are missing: those that are told recur, or the first row has none.
        (["杭州市", "杭州市", "", "宁波市", ""], ["杭州市", "杭州市", None, "宁波市", None]),
        (["", "杭州市", ""], [None, "杭州市", None]),
        # Of most rows: the third is a firm of the centre.
        (["浙江省", "江苏省", "", "上海市"], ["浙江省", "江苏省", None, "上海市"]),
    ],
)
@pytest.mark.parametrize("has_numbers", [True, False])
def test_a_region_that_is_printed_once_holds_for_the_rows_below(
    tmp_path, regions, told, has_numbers
):
    rows = [("序号", "企业名称", "所属地区")]
    rows += [(str(at), f"{at}号公司", region) for at, region in enumerate(regions, 1)]
    path = tmp_path / "瞪羚企业.xlsx"
    # Where names and regions are all there is, a name stands alone in its row.
    rows = rows if has_numbers else [row[1:] for row in rows]
    write_sheet(path, [*rows, ("注：排名不分先后",)])
    out = tmp_path / "o.parquet"
    clean_table("recognitions", [SourceFile(path)], out, tmp_path / "r.csv")
    assert pq.read_table(out)["issuer_region"].to_pylist() == told


def test_firms_of_the_centre_have_no_region_above(tmp_path):
    """Behind the last group they had its region."""
    rows = [("序号", "企业名称", "推荐地区"), ("1", "甲公司", "浙江省"), ("2", "乙公司", ""),
            ("3", "中国丙集团有限公司", ""), ("4", "中国丁集团有限公司", "")]  # fmt: skip
    write_sheet(tmp_path / "瞪羚企业.xlsx", rows)
    out = tmp_path / "o.parquet"
    source = SourceFile(tmp_path / "瞪羚企业.xlsx")
    clean_table("recognitions", [source], out, tmp_path / "r.csv")
    assert pq.read_table(out)["issuer_region"].to_pylist() == ["浙江省", "浙江省", None, None]


@pytest.mark.parametrize(
    ("title", "headings", "batches"),
    [
        (
            "某省瞪羚企业名单",
            ["2022年第一批", "2023年第二批（1家）"],
            ["2022年第一批", "2023年第二批"],
        ),
        ("2023年瞪羚企业名单", ["一、第一批", "二、第二批"], ["2023年第一批", "2023年第二批"]),
        # A place within a batch is of it, and what heads no time leaves that of the title.
        ("2023年瞪羚企业名单", ["第一批", "杭州市"], ["2023年第一批", "2023年第一批"]),
        ("2023年瞪羚企业名单", ["杭州市", "2021年度"], ["2023年", "2021年"]),
    ],
)
def test_rows_below_a_batch_are_of_it(tmp_path, title, headings, batches):
    """The headings were enterprises, and the rows of the title's batch or of none."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        below = ([each, firm] for each, firm in zip(headings, "甲乙", strict=True))
        rows = [[title], ["序号", "企业名称"]]
        for heading, firm in below:
            rows += [[heading], [1, f"{firm}公司"]]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    clean_table("recognitions", [SourceFile(path)], tmp_path / "o.parquet", tmp_path / "r.csv")
    found = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [(row["name"], row["batch"]) for row in found] == [
        ("甲公司", batches[0]),
        ("乙公司", batches[1]),
    ]


def test_a_mapping_that_says_the_batch_goes_before_headings(tmp_path):
    path, mapping = tmp_path / "瞪羚企业.csv", tmp_path / "m.mapping.toml"
    path.write_text("序号,企业名称\n第一批,\n1,甲公司\n", encoding="utf-8")
    mapping.write_text('table = "recognitions"\n[constants]\nbatch = "2020年"\n', encoding="utf-8")
    source = SourceFile(path, mapping)
    clean_table("recognitions", [source], tmp_path / "o.parquet", tmp_path / "r.csv")
    (row,) = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert (row["name"], row["batch"]) == ("甲公司", "2020年")
