"""From files to clean tables: every row accounted for."""

import csv
from datetime import date

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.sources.reading import SourceFile, open_source
from reli.sources.snapshot import snapshot
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES

REGISTER = """企查查导出，仅供参考
企业名称,统一社会信用代码,成立日期,注册资本,登记状态,法定代表人
甲公司,91330100MA2ABC12X3,2004年1月5日,50万元,存续,王某
乙公司,-,2004-13-45,100万美元,飞走,李某
-,-,2004-01-05,1万元,存续,赵某
丙公司,91330100MA2ABC12X4
甲公司,91330100MA2ABC12X3,,,注销,王某
"""


def test_a_register(clean):
    rows, counts, rejected, cells = clean("enterprises", {"r.csv": REGISTER})
    assert (counts.read, counts.written, counts.rejected) == (5, 2, 3)
    assert [(row["name"], row["source_line"]) for row in rows] == [("甲公司", 3), ("乙公司", 4)]
    assert str(rows[0]["founded_date"]) == "2004-01-05"
    assert rows[0]["registered_capital_cny"] == 500_000
    assert (rows[0]["status"], rows[1]["status"]) == ("alive", None)
    assert [(row["行"], row["原因"]) for row in rejected] == [
        ("5", "全部缺少"),
        ("6", "字段数为 2，应为 6"),
        ("7", "重复：与 r.csv 第 3 行为同一条，保留该行"),
    ]
    assert [(row["行"], row["列"], row["值"], row["原因"]) for row in cells] == [
        ("4", "成立日期", "2004-13-45", "不是有效日期"),
        ("4", "登记状态", "飞走", "不是“登记状态”的取值"),
        ("4", "注册资本", "100万美元", "外币，未折算"),
    ]


def test_nothing_of_persons_is_stored(clean, tmp_path):
    rows, *_ = clean("enterprises", {"r.csv": REGISTER})
    stored = (tmp_path / "rejected.csv").read_text() + str(rows)
    assert not any(name in stored for name in ("王某", "李某", "赵某"))


def test_the_fuller_row_is_kept_and_of_equals_the_last(clean):
    text = "name,credit_code,address\n甲,91330100MA2ABC12X3,{}\n"
    files = {"a.csv": text.format("旧址"), "b.csv": text.format(""), "c.csv": text.format("新址")}
    rows, counts, rejected, _ = clean("enterprises", files)
    assert [(row["address"], row["source_file"]) for row in rows] == [("新址", "c.csv")]
    assert [row["文件"] for row in rejected] == ["a.csv", "b.csv"]
    assert counts.rejected == 2


def test_rows_without_a_code_are_repeated_only_if_they_agree_in_everything(clean):
    text = "name,address\n甲,一号\n甲,二号\n甲,一号\n"
    rows, _, rejected, _ = clean("enterprises", {"r.csv": text})
    assert [row["source_line"] for row in rows] == [3, 4]
    assert [row["行"] for row in rejected] == ["2"]


def test_shifted_columns_are_recognised(clean):
    text = (
        "name,credit_code,founded_date,business_scope\n"
        "甲公司,某市某路1号,91330100MA2ABC12X3,生产\n"
        "乙公司,,某市某路1号,91330100MA2ABC12X3\n"
        "丙公司,,2004-13-45,生产\n"
    )
    rows, _, rejected, cells = clean("enterprises", {"r.csv": text})
    assert [row["name"] for row in rows] == ["乙公司", "丙公司"]
    assert [row["行"] for row in rejected] == ["2"]
    assert "列错位" in rejected[0]["原因"]
    assert [row["行"] for row in cells] == ["3", "4"]


def test_several_columns_of_one_meaning(clean):
    text = (
        "企业名称,注销日期,吊销日期,国标行业小类,国标行业大类\n"
        "甲公司,2020-05-01,2019-05-01,-,软件业\n"
    )
    rows, *_ = clean("enterprises", {"r.csv": text})
    assert str(rows[0]["ended_date"]) == "2019-05-01"
    assert rows[0]["gb4754_code"] == "软件业"


def test_a_wide_indicator_table_becomes_long(clean):
    text = "uName,区县,省份,高企数,新增企业\nx,甲县,乙省,5,7\ny,丙县,乙省,N/A,一些\n"
    rows, counts, _, cells = clean("indicator", {"i.csv": text})
    found = [(row["county"], row["indicator"], row["value"]) for row in rows]
    assert found == [
        ("甲县", "高企数", 5.0),
        ("甲县", "新增企业", 7.0),
        ("丙县", "高企数", None),
        ("丙县", "新增企业", None),
    ]
    assert counts.read == 4
    assert [(row["行"], row["值"]) for row in cells] == [("3", "一些")]


def test_excel_as_analysts_have_it(clean, tmp_path):
    """Title rows, merged cells, several sheets, dates as numbers, notes below."""
    with xlsxwriter.Workbook(tmp_path / "小巨人.xlsx") as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        notes = book.add_worksheet("说明")
        notes.write(0, 0, "本表由某部门整理")
        sheet = book.add_worksheet("第一批")
        sheet.merge_range("A1:D1", "第一批名单")
        sheet.write_row(2, 0, ["序号", "企业名称", "公告日期", "推荐地区"])
        sheet.write_row(3, 0, [1, "甲公司", 37991])
        sheet.write_row(4, 0, [2, "乙公司"])
        sheet.write_number(4, 2, 37991, day)
        sheet.merge_range("D4:D5", "某省")
        sheet.write(6, 0, "注：名单以公告为准")
        second = book.add_worksheet("第二批")
        second.write_row(0, 0, ["企业名称", "公告日期"])
        second.write_row(1, 0, ["丙公司", "2004年1月5日"])
    rows, counts, rejected, _ = clean("recognitions", {"小巨人.xlsx": None})
    found = [
        (row["name"], str(row["notice_date"]), row["issuer_region"], row["source_file"])
        for row in rows
    ]
    assert found == [
        ("甲公司", "2004-01-05", "某省", "小巨人.xlsx#第一批"),
        ("乙公司", "2004-01-05", "某省", "小巨人.xlsx#第一批"),
        ("丙公司", "2004-01-05", None, "小巨人.xlsx#第二批"),
    ]
    assert [row["source_line"] for row in rows] == [4, 5, 2]
    assert {row["list"] for row in rows} == {"little_giant"}
    assert [(row["行"], row["原因"]) for row in rejected] == [("7", "全部缺少")]
    assert counts.read == 4


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", ","])
@pytest.mark.parametrize("title", ["", "某市企业名录\n", "某市企业名录, 2023年导出\n\n"])
def test_fields_are_parted_by_what_parts_all_lines(clean, delimiter, title):
    lines = [
        ["企业名称", "注册地址", "成立日期"],
        ["甲公司", '"某路\n1号"', "2020-01-02"],
        ["乙公司"] * 3,
    ]
    text = title + "".join(delimiter.join(line) + "\n" for line in lines)
    rows, counts, *_ = clean("enterprises", {"r.csv": text})
    header = title.count("\n") + 1
    found = [(row["name"], row["address"], row["source_line"]) for row in rows]
    assert found == [("甲公司", "某路\n1号", header + 1), ("乙公司", "乙公司", header + 3)]
    assert counts.rejected == 0


def test_clauses_of_a_single_column_are_no_fields(clean):
    text = "企业名称\n甲公司;乙\n丙公司;丁\n"
    rows, *_ = clean("enterprises", {"r.csv": text})
    assert [row["name"] for row in rows] == ["甲公司;乙", "丙公司;丁"]


def test_hidden_sheets_are_no_source_unless_asked_for(clean, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "瞪羚企业.xlsx") as book:
        for name in ("名单", "旧稿", "汇总"):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["企业名称" if name != "汇总" else "合计", f"{name}公司"])
        book.worksheets()[1].hide()
    rows, *_ = clean("recognitions", {"瞪羚企业.xlsx": None})
    assert [(row["name"], row["source_file"]) for row in rows] == [
        ("名单公司", "瞪羚企业.xlsx#名单")
    ]
    (opened,) = open_source(SourceFile(tmp_path / "瞪羚企业.xlsx"), TABLES["recognitions"])
    assert opened.passed_over == (("旧稿", "隐藏的工作表"), ("汇总", "表头中没有所需的列"))
    mapping = tmp_path / "m.toml"
    mapping.write_text('sheet = "旧稿"\n', encoding="utf-8")
    rows, *_ = clean("recognitions", {"瞪羚企业.xlsx": None}, mapping)
    assert [row["name"] for row in rows] == ["旧稿公司"]


def test_a_header_over_two_rows_and_a_unit_above_it(clean, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "r.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "某市企业名录　单位：万元")
        for column, name in enumerate(["企业名称", "注册资本"]):
            sheet.merge_range(1, column, 2, column, name)
        sheet.merge_range("C2:D2", "所在地区")
        sheet.write_row(2, 2, ["省", "市"])
        sheet.write_row(3, 0, ["甲公司", "1,500", "某省", "某市"])
        sheet.write_row(4, 0, ["乙公司", "3亿元", "某省", "某市"])
    rows, counts, *_ = clean("enterprises", {"r.xlsx": None})
    found = [(row["name"], row["registered_capital_cny"], row["city"]) for row in rows]
    assert found == [("甲公司", 15_000_000, "某市"), ("乙公司", 300_000_000, "某市")]
    assert (counts.read, [row["source_line"] for row in rows]) == (2, [4, 5])


def test_a_doubtful_code_is_listed_as_it_stands(clean):
    text = "企业名称,统一社会信用代码\n甲公司,9.13301E+17\n乙公司,无此号\n"
    *_, cells = clean("enterprises", {"r.csv": text})
    assert [(row["行"], row["值"]) for row in cells] == [("2", "9.13301E+17"), ("3", "无此号")]


def test_identical_files_give_identical_bytes(clean, tmp_path):
    clean("enterprises", {"r.csv": REGISTER})
    first = (tmp_path / "out.parquet").read_bytes()
    clean("enterprises", {"r.csv": REGISTER})
    assert (tmp_path / "out.parquet").read_bytes() == first


def test_finished_scores(clean):
    text = (
        "industry,rank,county,city,province,index\n"
        "综合,1,某区,某市,某省,99.1\n"
        "综合,,某县,某市,某省,\n"
    )
    rows, counts, rejected, _ = clean("score", {"s.csv": text})
    assert (rows[0]["rank"], rows[0]["index"]) == (1, 99.1)
    assert counts.rejected == len(rejected) == 1


def test_snapshot_tells_size_and_hash_in_order(tmp_path):
    (tmp_path / "b.csv").write_bytes(b"abc")
    (tmp_path / "a.csv").write_bytes(b"")
    table = snapshot([tmp_path / "b.csv", tmp_path / "a.csv"], tmp_path)
    # SHA-256 of "abc": FIPS 180-2, appendix B.1.
    assert table.to_pylist()[1] == {
        "path": "b.csv",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }
    assert table["path"].to_pylist() == ["a.csv", "b.csv"]


def test_a_real_register_loses_no_row(shared_dir, tmp_path):
    source = SourceFile(shared_dir / "reference" / "register_sample.csv.gz")
    out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
    counts = clean_table("enterprises", [source], out, rejected)
    counts.check("clean")
    assert counts.read == 21_239
    # Its description counts 18 rows with shifted columns, 16 of them garbled beyond repair.
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        reasons = [row["原因"] for row in csv.DictReader(file)]
    assert all("列错位" in reason or "重复" in reason for reason in reasons)
    assert 16 <= sum("列错位" in reason for reason in reasons) <= 18
    table = pq.read_table(out)
    assert table["founded_date"].null_count == 0


def test_a_code_with_its_label_and_a_bad_date_is_no_moved_row(tmp_path):
    source = tmp_path / "register.csv"
    source.write_text(
        "企业名称,统一社会信用代码,成立日期\n"
        "甲有限公司,统一社会信用代码：91330100MA27XW1A0B,2021-02-30\n",
        encoding="utf-8",
    )
    out, rejected = tmp_path / "out.parquet", tmp_path / "rejected.csv"
    rows = clean_table("enterprises", [SourceFile(source)], out, rejected)
    assert (rows.read, rows.written, rows.rejected) == (1, 1, 0)


def test_totals_notes_and_repeated_headers_are_no_enterprises(clean):
    text = """某市企业名录（单位：万元）,,
企业名称,统一社会信用代码,注册资本
甲公司,91330100MA2ABC12X3,（人民币）50万元
企业名称,统一社会信用代码,注册资本
合计科技有限公司,,5万元
合计,,55
合计：2家,,
注：以上数据来自某处,,
"""
    rows, counts, rejected, _ = clean("enterprises", {"r.csv": text})
    assert [row["name"] for row in rows] == ["甲公司", "合计科技有限公司"]
    assert rows[0]["registered_capital_cny"] == 500_000
    assert [(row["行"], row["列"], row["值"], row["原因"]) for row in rejected] == [
        ("4", "企业名称", "企业名称", "重复的表头"),
        ("6", "企业名称", "合计", "合计或附注行，不是企业"),
        ("7", "企业名称", "合计:2家", "合计或附注行，不是企业"),
        ("8", "企业名称", "注:以上数据来自某处", "合计或附注行，不是企业"),
    ]
    assert counts.read == 6


def test_notes_in_the_column_of_codes_are_no_enterprises_and_name_nobody(clean):
    text = """统一社会信用代码,企业名称,注册资本
91330100MA2ABC12X3,甲公司,50万元
合计,1,50
,1家,
注：截至年底,,
填表人：某某某   联系电话：057100000000,,
审核：某某某,乙,
联系电话：057100000000,,
"""
    rows, counts, rejected, cells = clean("enterprises", {"r.csv": text})
    assert [row["name"] for row in rows] == ["甲公司"]
    note = "合计或附注行，不是企业"
    assert [(row["行"], row["值"], row["原因"]) for row in rejected[:5]] == [
        ("3", "合计", note),
        ("4", "1家", note),
        ("5", "注:截至年底", note),
        ("6", "填表人", note),
        ("7", "审核", note),
    ]
    assert "不是信用代码或注册号" in rejected[5]["原因"]
    assert counts.read == 7
    assert not cells
    assert "某某某" not in str(rejected)
    assert "0571" not in str(rejected)


def test_codes_that_a_spreadsheet_or_a_mask_spoilt_make_no_two_firms_one(clean):
    text = "企业名称,统一社会信用代码\n" + "".join(
        f"{name}公司,{code}\n"
        for name, code in zip(
            "甲乙丙丁戊己", ["9.133E+17"] * 2 + ["91330108********3X"] * 2 + ["000000000"] * 2,
            strict=True,
        )
    )  # fmt: skip
    rows, _, rejected, cells = clean("enterprises", {"r.csv": text})
    assert "".join(row["name"][0] for row in rows) == "甲乙丙丁戊己"
    assert not rejected
    reasons = ["电子表格把代码当作数值，末几位已丢失"] * 2 + ["不是信用代码或注册号"] * 2
    told = list(zip("2367", reasons, strict=True))
    assert [(row["行"], row["原因"]) for row in cells] == told


def test_nul_characters_and_mixed_files_of_other_column_orders(clean):
    rows, counts, rejected, _ = clean(
        "enterprises",
        {
            "a.csv": "企业名称,统一社会信用代码\n甲\0公司,91330100MA2ABC12X3\n",
            "b.tsv": "登记状态\t统一社会信用代码\t企业名称\n存续\t91330100MA2ABC12X4\t乙公司\n",
            "c.jsonl": '{"名称": "丙公司", "附": {"x": 1}}\n[1]\n{"企业名称": null, "附": 2}\n',
        },
    )
    assert [row["name"] for row in rows] == ["甲公司", "乙公司", "丙公司"]
    assert [(row["文件"], row["行"]) for row in rejected] == [("c.jsonl", "3"), ("c.jsonl", "2")]
    assert counts.read == counts.written + counts.rejected == 5


def test_an_end_of_1900_is_none_and_a_beginning_is_noted(clean):
    text = "企业名称,成立日期,注销日期,吊销日期\n甲公司,1900-01-01,1900-01-01,2020-01-02\n"
    rows, _, _, cells = clean("enterprises", {"r.csv": text})
    assert (rows[0]["founded_date"], rows[0]["ended_date"]) == (None, date(2020, 1, 2))
    assert [(row["列"], row["原因"]) for row in cells] == [("成立日期", "占位日期，按缺失计")]


def test_withheld_totals_may_say_so_where_the_number_should_be(clean):
    text = "区划代码,年份,指标,数值\n330106,2023,a,12\n330108,2023,a,保密\n合计,2023,a,12\n"
    rows, _, rejected, cells = clean("county_totals", {"r.csv": text})
    assert [(row["value"], row["state"]) for row in rows] == [(12, None), (None, "suppressed")]
    assert [(row["值"], row["原因"]) for row in rejected] == [("合计", "合计或附注行")]
    assert cells == []


@pytest.mark.parametrize("rows", [1, 40])
def test_empty_cells_behind_the_last_column_are_nothing(clean, rows):
    text = "企业名称,成立日期\n" + "".join(f"甲{at}公司,2015-3-4,\n" for at in range(rows))
    found, counts, rejected, _ = clean("enterprises", {"r.csv": text + "乙公司,2015-3-5,,,\n"})
    assert [row["name"] for row in found] == [f"甲{at}公司" for at in range(rows)] + ["乙公司"]
    assert not rejected
    # What does stand there is of no column.
    _, counts, rejected, _ = clean("enterprises", {"r.csv": text + "乙公司,2015-3-5,,x\n"})
    assert (counts.written, rejected[0]["行"]) == (rows, str(rows + 2))


def test_numbers_of_identity_cards_are_stored_nowhere(clean):
    # GB 11643's own example, where the credit code of a sole trader should be.
    text = "企业名称,统一社会信用代码\n甲商店,11010519491231002X\n,11010519491231002X\n"
    rows, _, rejected, cells = clean("enterprises", {"r.csv": text})
    assert (rows[0]["name"], rows[0]["credit_code"]) == ("甲商店", None)
    assert "1949" not in str(rejected) + str(cells)
    assert cells[0]["原因"] == "疑为身份证号码，不予保存"
