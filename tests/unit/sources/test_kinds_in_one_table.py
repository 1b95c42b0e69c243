"""Headings of kinds within one table (一、瞪羚企业, 二、独角兽企业): the rows are of that list."""

import pyarrow.parquet as pq
import pytest
import xlsxwriter

from reli.errors import Problems
from reli.sources.headings import Headings
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.suggest import suggest


def write_csv(path, rows):
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")


def write_sheet(path, rows):
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)


def write_page(path, rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows[1:])
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    head = f"<meta charset=utf-8><p>{rows[0][0]}</p>"
    path.write_text(f"{head}<table>{table}</table>", encoding="utf-8")


def cleaned(path, mapping=None):
    out, rejected = path.parent / "o.parquet", path.parent / "r.csv"
    clean_table("recognitions", [SourceFile(path, mapping)], out, rejected).check("clean")
    rows = pq.read_table(out).to_pylist()
    said = rejected.read_text(encoding="utf-8-sig").splitlines()[1:]
    return {row["name"]: row["list"] for row in rows}, rows, said


KINDS = """某省2023年度瞪羚、独角兽企业名单,,
序号,企业名称,主导产品
一、瞪羚企业（2家）,,
1,甲公司,泵
2,乙公司,阀
二、独角兽企业,,
1,丙公司,轴
,注：按笔画排列,
"""


@pytest.mark.parametrize(
    "written", [("csv", write_csv), ("xlsx", write_sheet), ("html", write_page)]
)
def test_rows_are_of_the_list_of_their_heading(tmp_path, written):
    """The file could not be read at all: its title names two lists."""
    name, write = written
    path = tmp_path / f"名单.{name}"
    write(path, [line.split(",") for line in KINDS.splitlines()])
    lists, rows, said = cleaned(path)
    assert lists == {"甲公司": "gazelle", "乙公司": "gazelle", "丙公司": "unicorn"}
    assert {row["batch"] for row in rows} == {"2023年"}
    assert sum("小标题，不是企业" in line for line in said) == 2
    assert sum("合计或附注行，不是企业" in line for line in said) == 1


@pytest.mark.parametrize(
    "heading", ["二、潜在瞪羚企业", "瞪羚培育企业（1家）", "（二）瞪羚后备企业", "潜在瞪羚企业"]
)
def test_candidates_below_a_heading_are_none_of_the_list(tmp_path, heading):
    """They counted as recognised, by the title of the whole."""
    rows = [["某省瞪羚企业名单"], ["序号", "企业名称"], ["1", "甲公司"], [heading], ["1", "乙公司"]]
    path = tmp_path / "瞪羚.xlsx"
    write_sheet(path, rows)
    lists, _, said = cleaned(path)
    assert lists == {"甲公司": "gazelle"}
    assert said[-1].endswith(f"小标题,乙公司,小标题不是认定名单：{heading}")


def test_what_a_mapping_says_of_all_rows_takes_none_of_another_list(tmp_path):
    path, mapping = tmp_path / "a.csv", tmp_path / "a.mapping.toml"
    write_csv(path, [line.split(",") for line in KINDS.splitlines()])
    mapping.write_text('table = "recognitions"\n[constants]\nlist = "gazelle"\n', encoding="utf-8")
    lists, _, said = cleaned(path, mapping)
    assert lists == {"甲公司": "gazelle", "乙公司": "gazelle"}
    assert any(line.endswith("丙公司,小标题是另一份名单：二、独角兽企业") for line in said)


def test_why_candidates_are_rejected_is_said_where_no_title_tells_a_list(tmp_path):
    """It was that they lack a list."""
    path = tmp_path / "a.csv"
    rows = [*KINDS.splitlines(), "三、潜在独角兽企业,,", "1,丁公司,"]
    write_csv(path, [line.split(",") for line in rows])
    assert cleaned(path)[2][-1].endswith("小标题,丁公司,小标题不是认定名单：三、潜在独角兽企业")


def test_a_column_of_lists_goes_before_headings(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("企业名称,名单\n一、瞪羚企业,\n甲公司,独角兽企业\n", encoding="utf-8")
    assert cleaned(path)[0] == {"甲公司": "unicorn"}


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (
            ["一、瞪羚企业", "（一）杭州市", "（二）宁波市", "二、独角兽企业"],
            [("gazelle", ""), ("gazelle", "杭州市"), ("gazelle", "宁波市"), ("unicorn", "")],
        ),
        (
            ["瞪羚企业", "杭州市", "独角兽企业", "宁波市"],
            [("gazelle", ""), ("gazelle", "杭州市"), ("unicorn", ""), ("unicorn", "宁波市")],
        ),
        (
            ["杭州市", "瞪羚企业", "独角兽企业（3家）", "宁波市", "瞪羚企业"],
            [("", "杭州市"), ("gazelle", "杭州市"), ("unicorn", "杭州市"), ("", "宁波市"),
             ("gazelle", "宁波市")],
        ),
        # Firms and sentences name no list.
        (["瞪羚（浙江）科技有限公司", "独角兽企业是指估值十亿美元以上的"], [("", ""), ("", "")]),
    ],
)  # fmt: skip
def test_kinds_within_places_and_places_within_kinds(headings, told):
    above, found = Headings(), []
    for heading in headings:
        above.is_heading(heading)
        found.append((above.listed[0], above.region))
    assert found == told


@pytest.mark.parametrize("name", ["瞪羚企业.csv", "瞪羚企业.xlsx"])
def test_a_table_of_candidates_is_none_of_the_list_that_its_file_is_called_after(tmp_path, name):
    """Nor is one of those who lost it, of CSV too."""
    path = tmp_path / name
    write = write_csv if name.endswith("csv") else write_sheet
    for title, said in (
        ("2023年潜在瞪羚企业名单", "candidates"),
        ("取消瞪羚企业资格名单", "taken"),
    ):
        write(path, [[title, ""], ["序号", "企业名称"], ["1", "甲公司"]])
        with pytest.raises(Problems, match=said):
            cleaned(path)


def test_batches_of_several_sheets_are_no_constant_of_all(tmp_path):
    path = tmp_path / "瞪羚企业.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for year in ("2022年", "2023年"):
            sheet = book.add_worksheet(year)
            for at, row in enumerate([["序号", "企业名称"], [1, f"{year}甲公司"]]):
                sheet.write_row(at, 0, row)
    assert "# batch: each table or sheet by its own title (2022年, 2023年)" in suggest(path).mapping
