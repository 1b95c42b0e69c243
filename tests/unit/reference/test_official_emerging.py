"""The official table of emerging industries in place of the shipped one."""

import csv
import itertools

import pytest
import xlsxwriter
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import InvalidData, InvalidSetting, MissingFile, Problems
from reli.reference.emerging import classes, second_level
from reli.reference.industries import gb4754
from reli.reference.official_emerging import OFFICIAL_COUNTS, build
from reli.reference.official_table import find_header, read_rows, roles, split

HEADER = ["代码", "战略性新兴产业分类名称", "国民经济行业代码（2017）", "国民经济行业名称"]
FIRST = (
    "新一代信息技术产业 高端装备制造产业 新材料产业 生物产业 新能源汽车产业 新能源产业 节能环保产业"
)
FIRST_LEVEL = [*FIRST.split(), "数字创意产业", "相关服务业"]


def official_rows(classes_of_gb4754=485):
    """An invented table with the counts of the official one: 9, 40, 189, 166 and 485."""
    names = [row for row in gb4754().to_pylist() if row["level"] == "class"]
    waiting = itertools.islice(names, classes_of_gb4754)
    seconds = sorted(second_level())
    thirds = [f"{seconds[at % 40]}.{at // 40 + 1}" for at in range(189)]
    fourths = {third: [f"{third}.1", f"{third}.2"] for third in thirds[:83]}
    leaves = [leaf for third in thirds for leaf in fourths.get(third, [third])]
    beside = {leaf: list(itertools.islice(waiting, 1)) for leaf in leaves}
    beside[leaves[-1]] += waiting
    rows = []
    for number, first in enumerate(FIRST_LEVEL, 1):
        rows.append([str(number), first, "", ""])
        for second in (code for code in seconds if code[0] == str(number)):
            rows.append([second, second_level()[second], "", ""])
            for third in sorted(code for code in thirds if code.rpartition(".")[0] == second):
                rows += _class_rows(third, beside.get(third, []))
                for fourth in fourths.get(third, []):
                    rows += _class_rows(fourth, beside[fourth])
    return rows


def _class_rows(code, industries):
    """A class with the first industry in its row; the others below it without a code."""
    cells = [[row["code"] + "*" * (int(row["code"]) % 2), row["name"]] for row in industries]
    first, *others = cells or [["", ""]]
    return [[code, f"第{code}类", *first], *(["", "", *each] for each in others)]


def write_csv(path, rows, header=HEADER):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["reference", "import-sei", *map(str, arguments)])


def imported(rows, header=HEADER):
    numbered = list(enumerate(rows, 2))
    return build([(read_rows(header, numbered, "table"), True)])


def test_a_table_with_the_official_counts_replaces_the_shipped_one(tmp_path):
    source = write_csv(tmp_path / "official.csv", official_rows())
    answer = run(source, "--to", tmp_path / "sei.csv")
    assert answer.exit_code == 0, answer.output
    table = classes(tmp_path / "sei.csv")
    assert table.schema.names == classes().schema.names
    assert len(set(table["gb4754_code"].to_pylist())) == 485
    assert set(table["industry"].to_pylist()) == {*classes()["industry"].to_pylist()}
    starred = {row["gb4754_code"] for row in table.to_pylist() if row["is_starred"]}
    assert {code[-1] for code in starred} <= set("13579")


def test_the_counts_are_read_as_the_document_states_them():
    assert imported(official_rows()).counts == OFFICIAL_COUNTS
    assert imported(official_rows()).problems == ()


def test_all_deviations_are_reported_together(tmp_path):
    rows = official_rows(480)
    del rows[1]  # 1.1
    rows.append(["9.9.9", "无上级", "9999", "没有的行业"])
    source = write_csv(tmp_path / "official.csv", rows)
    with pytest.raises(Problems) as caught:
        app(["reference", "import-sei", str(source)], standalone_mode=False)
    text = str(caught.value)
    for part in (
        "39 second-level classes, the official table has 40",
        "190 third-level classes, the official table has 189",
        "480 GB/T 4754 classes, the official table has 485",
        "1.1.1 第1.1.1类: there is no 1.1 above it",
        "9999 没有的行业 is no class of GB/T 4754-2017",
    ):
        assert part in text


def test_differences_can_be_allowed(tmp_path):
    source = write_csv(tmp_path / "official.csv", official_rows(480))
    answer = run(source, "--allow-differences", "--to", tmp_path / "sei.csv")
    assert answer.exit_code == 0
    assert "allowed: 480 GB/T 4754 classes, the official table has 485" in answer.output
    assert len(set(classes(tmp_path / "sei.csv")["gb4754_code"].to_pylist())) == 480


def test_without_a_target_nothing_is_written(tmp_path):
    source = write_csv(tmp_path / "official.csv", official_rows())
    assert run(source).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["official.csv"]


def test_a_workbook_with_a_title_merged_cells_and_a_table_of_products(tmp_path):
    rows = official_rows()
    path = tmp_path / "official.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("分类表")
    sheet.merge_range(0, 0, 0, 3, "战略性新兴产业分类（2018）")
    for number, row in enumerate([HEADER, *rows], 1):
        sheet.write_row(number, 0, row)
    last = next(at for at, row in enumerate(rows) if not row[0])
    sheet.merge_range(last + 1, 0, last + 3, 0, rows[last - 1][0])
    products = book.add_worksheet("重点产品")
    products.write_row(0, 0, ["代码", "行业代码", "重点产品和服务"])
    first = next(row for row in rows if row[2])
    products.write_row(1, 0, [first[0], first[2], "甲产品；乙产品"])
    products.write_row(2, 0, ["", first[2], "丙产品\n乙产品"])
    book.close()
    answer = run(path, "--to", tmp_path / "sei.csv")
    assert answer.exit_code == 0, answer.output
    row = classes(tmp_path / "sei.csv").to_pylist()[0]
    assert (row["leaf_name"], row["products"]) == (f"第{first[0]}类", "甲产品;乙产品;丙产品")


def test_a_page_with_two_tables_of_one_width(tmp_path):
    rows = official_rows()
    first = next(row for row in rows if row[2])
    products = ["代码", "名称", "行业代码", "重点产品和服务"]
    tables = [[HEADER, *rows[:300]], [HEADER, *rows[300:]], [products, [*first[:3], "甲产品"]]]
    body = "".join(
        "<table>"
        + "".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in table)
        + "</table>"
        for table in tables
    )
    path = tmp_path / "official.html"
    path.write_text(f"<html><meta charset=utf-8><body>{body}</body></html>", encoding="utf-8")
    answer = run(path, "--to", tmp_path / "sei.csv")
    assert answer.exit_code == 0, answer.output
    assert classes(tmp_path / "sei.csv")["products"][0].as_py() == "甲产品"


def test_without_products_those_of_the_shipped_table_are_kept():
    rows = [["1", "新一代信息技术产业", "", ""], ["1.1", "下一代信息网络产业", "", ""]]
    rows.append(["1.1.1", "网络设备制造", "3921*", "通信系统设备制造"])
    found = imported(rows)
    shipped = next(
        row
        for row in classes().to_pylist()
        if (row["leaf_name"], row["gb4754_code"]) == ("网络设备制造", "3921")
    )
    assert found.table["products"].to_pylist() == [shipped["products"]]
    assert "carried over from the shipped table" in found.notes[0]


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("3921*", [("3921", True)]),
        ("3921＊", [("3921", True)]),
        ("３９２１", [("3921", False)]),
        ("*3921", [("3921", True)]),
        ("3921 *", [("3921", True)]),
        ("111", [("0111", False)]),  # a workbook took the zero away
        ("3921*\n3922", [("3921", True), ("3922", False)]),
        ("", []),
    ],
)
def test_a_code_and_its_star_are_read(cell, expected):
    (row,) = read_rows(HEADER, [(2, ["1.1.1", "类", cell, ""])], "table")
    assert [(each.code, each.is_starred) for each in row.industries] == expected


def test_what_is_no_code_is_a_problem_with_its_place():
    rows = [["1", "新一代信息技术产业", "见说明", ""], ["甲", "", "", ""]]
    assert {"table, row 2: '见说明' is no code", "table, row 3: '甲' is no code"} <= set(
        imported(rows).problems
    )


@pytest.mark.parametrize(
    "rows, problem",
    [
        ([["1.1.1", "甲", "3921*", ""], ["1.1.2", "乙", "3921", ""]], "3921: starred in one place"),
        ([["1.1.1", "甲", "3921*", ""], ["", "", "3921", ""]], "3921 under 1.1.1 with and without"),
        ([["1.1.1", "甲", "3921", ""], ["1.1.1", "乙", "3922", ""]], "1.1.1 is 乙, above it is 甲"),
        ([["1", "新材料产业", "", ""]], "1 is 新材料产业, expected 新一代信息技术产业"),
        ([["1.1.1", "甲", "", ""]], "1.1.1 甲: no GB/T 4754 class stands beside it"),
        ([["", "", "3921", ""]], "stands before the first class"),
        ([["1.1.1", "甲", "3921", ""], ["", "乙", "3922", ""]], "the class 乙 has no code"),
    ],
)
def test_contradictions_are_problems(rows, problem):
    assert any(problem in each for each in imported(rows).problems)


def test_products_of_an_unclear_class_are_a_problem():
    classes_table = read_rows(
        HEADER, [(2, ["1.1.1", "甲", "3921*", ""]), (3, ["2.1.1", "乙", "3921*", ""])], "a"
    )
    products = read_rows(["行业代码", "重点产品"], [(2, ["3921", "丙"]), (3, ["3922", "丁"])], "b")
    problems = build([(classes_table, True), (products, False)]).problems
    assert any("b, row 2: products of 3921, which belongs to 1.1.1, 2.1.1" in p for p in problems)
    assert any("b, row 3: products of 3922, which belongs to none" in p for p in problems)


@pytest.mark.parametrize(
    "header, expected",
    [
        (HEADER, {"code": 0, "name": 1, "industry": 2, "industry_name": 3}),
        (
            ["产业代码", "产业分类", "行业代码", "行业分类", "产品代码", "产品分类"],
            {"code": 0, "name": 1, "industry": 2, "industry_name": 3, "products": 5},
        ),
        (["代码", "国民经济行业\n代码及名称"], {"code": 0, "industry": 1}),
    ],
)
def test_columns_are_known_by_their_names(header, expected):
    assert roles(header) == expected


def test_repeated_headers_and_a_second_table_are_told_apart():
    products = ["代码", "名称", "行业代码", "重点产品和服务"]
    rows = [
        ["1", "新一代信息技术产业", "", ""],
        ["1.1.1", "网络设备制造", "3921*", "通信系统设备制造"],
        HEADER,  # the next page
        ["", "", "3922*", "通信终端设备制造"],
        products,
        ["1.1.1", "网络设备制造", "3921*", "以太网交换机"],
    ]
    first, second = split(HEADER, list(enumerate(rows, 2)))
    assert (len(first.rows), len(second.rows)) == (3, 1)
    assert (first.has_classes, first.has_products) == (True, False)
    assert second.has_products
    tables = [(read_rows(each.header, each.rows, "a"), each is first) for each in (first, second)]
    table = build(tables).table.select(["gb4754_code", "products"]).to_pylist()
    assert [tuple(row.values()) for row in table] == [("3921", "以太网交换机"), ("3922", None)]


def test_the_header_may_stand_below_a_title():
    assert find_header([["战略性新兴产业分类（2018）"], [], HEADER]) == range(2, 3)


def test_one_column_may_hold_code_and_name():
    header = ["战略性新兴产业代码及分类名称", "国民经济行业代码及名称"]
    (row,) = read_rows(header, [(2, ["1.1.1 网络设备制造", "3921* 通信系统设备制造"])], "a")
    assert (row.code, row.name) == ("1.1.1", "网络设备制造")
    assert [(each.code, each.name) for each in row.industries] == [("3921", "通信系统设备制造")]


def test_the_table_is_written_as_csv_only(tmp_path):
    with pytest.raises(InvalidSetting, match=r"sei\.csv"):
        app(["reference", "import-sei", "a.csv", "--to", "sei.xlsx"], standalone_mode=False)


def test_a_file_without_the_table_is_refused(tmp_path):
    source = write_csv(tmp_path / "other.csv", [["1", "2"]], ["名称", "数量"])
    with pytest.raises(InvalidData, match="代码 and 国民经济行业代码"):
        app(["reference", "import-sei", str(source)], standalone_mode=False)


def test_a_replacement_that_is_none_is_refused(tmp_path):
    with pytest.raises(MissingFile, match="import-sei"):
        classes(tmp_path / "absent.csv")
    with pytest.raises(InvalidData, match="has no column emerging_code"):
        classes(write_csv(tmp_path / "other.csv", official_rows()))
    (tmp_path / "torn.csv").write_bytes("emerging_code,产品\n1\n".encode("gb18030"))
    with pytest.raises(InvalidData, match="is no table"):
        classes(tmp_path / "torn.csv")
    good = classes().drop_columns(["industry"]).slice(0, 1).to_pylist()[0]
    bad = {**good, "emerging_code": "10", "gb4754_code": "0000", "is_starred": 0}
    path = write_csv(tmp_path / "bad.csv", [list(bad.values())], list(bad))
    with pytest.raises(Problems, match=r"'10'(.|\n)*'0000'"):
        classes(path)
