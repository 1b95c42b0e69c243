"""What a look at the sources finds."""

import openpyxl
import pytest

from reli.sources.findings import CleanTable, examine, examine_sequence, examine_total
from reli.sources.reading import SourceFile, open_source
from reli.sources.sequence import read_sequence
from reli.sources.stage import cells_path, clean_table
from reli.sources.tables import TABLES


@pytest.fixture
def found(tmp_path):
    def run(table, name, text):
        path, out, rejected = tmp_path / name, tmp_path / "o.parquet", tmp_path / "rejected.csv"
        path.write_text(text, encoding="utf-8")
        counts = clean_table(table, [SourceFile(path)], out, rejected)
        clean = CleanTable(TABLES[table], out, rejected, cells_path(rejected), counts)
        return {finding.text: finding for finding in examine(clean, 2023)}

    return run


def any_like(findings, *parts):
    return [
        finding.level for text, finding in findings.items() if all(part in text for part in parts)
    ]


def test_a_register_of_survivors(found):
    text = "name,address,founded_date\n甲,x,2001-01-01\n乙,y,2024-05-01\n丙\n-,y,2001-01-01\n"
    findings = found("enterprises", "r.csv", text)
    assert any_like(findings, "幸存者偏差") == ["警告"]
    assert any_like(findings, "没有登记状态") == ["警告"]
    assert any_like(findings, "成立日期 晚于基准年末（2023-12-31）的有 1 行") == ["提示"]
    assert any_like(findings, "剔除 1 行：字段数为 1，应为 3") == ["警告"]
    late = next(finding for text, finding in findings.items() if "晚于" in text)
    assert late.examples == ("r.csv 第 3 行：2024-05-01",)


def test_decisions_are_obeyed_whenever_they_were_made(found):
    text = "table,key,field,new,decided_on,expires\nenterprises,a,name,b,2024-05-01,2025-05-01\n"
    assert not any_like(found("decisions", "d.csv", text), "晚于基准年末")


def test_decisions_without_the_value_that_they_overrule(found):
    text = "table,key,field,old,new\nenterprises,a,name,x,b\nenterprises,b,name,,c\n"
    assert any_like(found("decisions", "d.csv", text), "没有填写原值（old）的有 1 条") == ["提示"]


def test_a_register_with_ended_enterprises(found):
    text = (
        "name,status,founded_date,ended_date\n"
        "甲,注销,2001-01-01,2010-01-01\n"
        "乙,吊销,2001-01-01,\n"
        "丙,存续,2001-01-01,2000-01-01\n"
    )
    findings = found("enterprises", "r.csv", text)
    assert not any_like(findings, "幸存者偏差")
    assert any_like(findings, "无日期的有 1 家") == ["警告"]
    assert any_like(findings, "终止日期早于成立日期的有 1 家") == ["警告"]


def test_nothing_usable_is_an_error(found):
    findings = found("enterprises", "r.csv", "name,address\n-,x\n")
    assert any_like(findings, "没有一行可用") == ["错误"]


def test_a_list_without_dates(found):
    findings = found("recognitions", "瞪羚企业.csv", "企业名称,公告日期\n甲,2023-01-01\n乙,\n")
    assert any_like(findings, "瞪羚（gazelle） 有 1 行没有公告日期") == ["警告"]
    assert any_like(findings, "名单 瞪羚（gazelle）：2 行") == ["提示"]


def test_those_who_lost_it_need_no_day_of_notice(found):
    findings = found("recognitions", "瞪羚企业.csv", "企业名称,撤销日期\n甲,2023-01-01\n")
    assert not any_like(findings, "没有公告日期")


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([1, 2, 3], []),
        ([1, 2, 1, 2], []),
        ([1, 3, 4], ["f：序号不连续，可能有缺行或错行，共 1 处"]),
    ],
)
def test_running_numbers(numbers, texts):
    assert [finding.text for finding in examine_sequence(numbers, "f")] == texts


@pytest.mark.parametrize(
    ("announced", "texts"), [(None, []), (2, []), (3, ["f：正文称共 3 家，表中有 2 个序号"])]
)
def test_announced_total(announced, texts):
    found = examine_total(announced, 2, "个序号", "f")
    assert [finding.text for finding in found] == texts


@pytest.mark.parametrize(
    ("numbers", "before", "texts"),
    [
        ([3, 4], 0, ("从 3 开始",)),
        ([3, 4], 2, ()),
        ([1, 2], 2, ()),
        ([2, 4], 2, ("从 2 开始", "2 之后是 4")),
    ],
)
def test_running_numbers_begin_where_those_before_end(numbers, before, texts):
    found = examine_sequence(numbers, "f", before)
    assert tuple(each for finding in found for each in finding.examples) == texts


def sequence_of(path):
    return read_sequence(path, open_source(SourceFile(path), TABLES["recognitions"]))


def test_running_numbers_of_a_page(tmp_path):
    path = tmp_path / "瞪羚企业.html"
    path.write_text(
        "<p>共 3 家</p><table><tr><td>序号<td>企业名称</tr><tr><td>1<td>甲</tr></table>"
        "<table><tr><td>序号<td>电话</tr><tr><td>1<td>-</tr></table>"
        "<table><tr><td>序号<td>企业名称<td>领域</tr><tr><td>2<td>乙<td>电子</tr></table>",
        encoding="utf-8",
    )
    found = sequence_of(path)
    # Of the list's own tables, both together.
    assert [(part.label, part.numbers) for part in found.parts] == [
        (f"{path.name}#1", (1,)),
        (f"{path.name}#3", (2,)),
    ]
    assert found.announced == 3


def test_a_total_in_the_title_of_a_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in (["瞪羚企业名单（共2家）"], ["企业名称", "地区"], ["甲", "某市"]):
        book.active.append(row)
    book.save(tmp_path / "瞪羚企业.xlsx")
    found = sequence_of(tmp_path / "瞪羚企业.xlsx")
    assert ([part.numbers for part in found.parts], found.announced) == ([None], 2)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        # Another firm has the same number: a repeated one, which was counted once.
        (["1,甲公司,阀", "2,乙公司,阀", "2,丙公司,阀", "3,丁公司,阀"], (1, 2, 2, 3)),
        # Merged over the products of one firm.
        (["1,甲公司,阀", "1,甲公司,泵", "2,乙公司,阀"], (1, 2)),
    ],
)
def test_a_number_stands_twice_unless_it_is_of_one_firm(tmp_path, rows, numbers):
    path = tmp_path / "瞪羚企业.csv"
    path.write_text("\n".join(["序号,企业名称,主导产品", *rows]), encoding="utf-8")
    assert sequence_of(path).parts[0].numbers == numbers


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ("合计,共10家,", 10),
        ("合计,10,", 10),
        ("总计：,十家企业,", 10),
        # A sum of money counts no rows.
        ("合计,,3000", None),
        ("2,乙公司,10", None),
    ],
)
def test_a_row_of_totals_announces_how_many_rows_there_should_be(tmp_path, row, total):
    path = tmp_path / "瞪羚企业.csv"
    path.write_text(f"序号,企业名称,金额\n1,甲公司,3000\n{row}\n", encoding="utf-8")
    assert sequence_of(path).announced == total


def book_of(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_title_may_tell_a_total_of_its_own(tmp_path):
    header = ["序号", "企业名称"]
    path = book_of(
        tmp_path / "名单.xlsx",
        {
            "一": [["瞪羚企业名单（3家）"], header, [1, "甲公司"], [2, "乙公司"]],
            "二": [["独角兽企业名单（共一家）"], header, [1, "丙公司"], ["注：以上共四家企业"]],
        },
    )
    found = sequence_of(path)
    told = [(total, [part.label for part in parts]) for total, parts in found.by_title]
    assert told == [(3, ["名单.xlsx#一"]), (1, ["名单.xlsx#二"])]
    # The note below speaks of both.
    assert found.announced == 4


def test_a_number_merged_over_the_rows_of_a_firm_is_one(tmp_path):
    rows = [
        ["序号", "企业名称", "产品"],
        ["1.", "甲公司", "a"],
        [None, None, "b"],
        ["2.", "乙公司", "c"],
    ]
    path = book_of(tmp_path / "瞪羚企业.xlsx", {"一": rows})
    book = openpyxl.load_workbook(path)
    for column in "AB":
        book.active.merge_cells(f"{column}2:{column}3")
    book.save(path)
    assert [part.numbers for part in sequence_of(path).parts] == [(1, 2)]
