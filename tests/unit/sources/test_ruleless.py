"""Lists on pages of PDF whose tables are printed without lines."""

from dataclasses import replace
from importlib.resources import files

import pytest
import typst

from reli.errors import InvalidData
from reli.sources.documents import read_document
from reli.sources.ruleless import Word, ruleless_tables

PRODUCTS = ("数控机床", "工业机器人及其关键零部件、智能物流装备、高档数控系统以及配套软件")


@pytest.mark.parametrize("align", ["top", "horizon"])
@pytest.mark.parametrize("repeats", ["true", "false"])
def test_a_list_that_runs_over_pages(tmp_path, align, repeats):
    """Cells of several lines, their numbers at the top or in the middle."""
    rows = [(str(at), f"杭州某某第{at}智能装备有限公司", PRODUCTS[at % 2]) for at in range(1, 31)]
    cells = "".join(f"[{cell}], " for row in rows for cell in row)
    page = f"""#set text(font: "Noto Sans SC", size: 9pt)
#set page(height: 12cm, width: 12cm, numbering: "— 1 —")
2023年瞪羚企业名单

#table(columns: (1.2cm, 3cm, 5cm), stroke: none, align: left + {align}, row-gutter: 4pt,
  table.header(repeat: {repeats}, [序号], [企业名称], [主导产品]), {cells})

注：排名不分先后，以上企业共三十家"""
    path = tmp_path / "a.pdf"
    fonts = [files("reli.report") / "assets" / "fonts"]
    path.write_bytes(typst.compile(page.encode(), font_paths=fonts))
    found = read_document(path)
    assert found.titles == ("2023年瞪羚企业名单",)
    assert [tuple(row) for row in found.tables[0]] == [("序号", "企业名称", "主导产品"), *rows]


def words(*lines):
    """Lines of text with the place of each word, a character being 10 points wide and high."""
    return [
        Word(text, left, left + 10 * len(text), top, top + 10)
        for top, line in lines
        for left, text in line
    ]


def test_columns_are_as_wide_as_what_stands_below_their_headings():
    # 名称 stands in the middle above names that begin far to its left and end far to its right.
    page = words(
        (0, [(100, "企业名称"), (220, "所在地区")]),
        (20, [(40, "杭州甲新能源汽车制造有限公司"), (230, "浙江")]),
        (40, [(40, "乙公司"), (230, "浙江")]),
    )
    assert ruleless_tables([page]) == [
        [
            (
                "",
                [
                    ["企业名称", "所在地区"],
                    ["杭州甲新能源汽车制造有限公司", "浙江"],
                    ["乙公司", "浙江"],
                ],
            )
        ]
    ]


def test_headings_over_two_lines_and_notes_below():
    page = words(
        (0, [(0, "序"), (40, "企业名称")]),
        (6, [(100, "产品")]),
        (12, [(0, "号")]),
        (40, [(0, "1"), (40, "甲公司"), (100, "泵")]),
        (60, [(0, "2"), (40, "乙公司"), (100, "阀")]),
        (80, [(0, "注：按拼音排列")]),
    )
    ((_, rows),) = ruleless_tables([page])[0]
    assert rows == [["序号", "企业名称", "产品"], ["1", "甲公司", "泵"], ["2", "乙公司", "阀"]]


def test_text_without_a_header_holds_no_table():
    page = words((0, [(0, "关于公布名单的通知")]), (20, [(0, "各有关单位"), (100, "见附件")]))
    assert ruleless_tables([page]) == [[]]


def closely(*lines):
    """As `words`, with the left edge of each character."""
    return [
        replace(word, starts=tuple(word.left + 10 * at for at in range(len(word.text))))
        for word in words(*lines)
    ]


TOUCHING = (
    (0, [(0, "序号"), (40, "企业名称"), (130, "地区")]),
    (20, [(0, "1"), (40, "甲公司"), (130, "浙江")]),
    (40, [(0, "2"), (40, "杭州乙科技有限公司江苏")]),
    (60, [(0, "3"), (40, "丙公司"), (130, "浙江")]),
)


def test_cells_that_touch_are_parted_where_their_column_begins():
    """The region had become a part of the name, and the row had that of the one above."""
    ((_, rows),) = ruleless_tables([closely(*TOUCHING)])[0]
    assert rows[2] == ["2", "杭州乙科技有限公司", "江苏"]


def test_cells_that_touch_anywhere_are_refused():
    page = closely(*TOUCHING[:2], (40, [(0, "2"), (43, "杭州乙科技有限公司江苏")]), TOUCHING[3])
    with pytest.raises(InvalidData, match="cells touch, as in '杭州乙科技有限公司江苏'"):
        ruleless_tables([page])


def test_a_long_name_beside_a_cell_that_may_be_empty_stays_whole():
    page = closely(*TOUCHING, (80, [(0, "4"), (40, "丁公司")]))
    ((_, rows),) = ruleless_tables([page])[0]
    assert rows[2] == ["2", "杭州乙科技有限公司江苏", ""]


def test_a_number_at_a_page_s_end_is_that_of_the_row_upon_the_next():
    head, first = (0, [(0, "序号"), (40, "企业名称")]), (20, [(0, "1"), (40, "甲公司")])
    pages = [
        words(head, first, (40, [(0, "2"), (40, "乙公司")]), (60, [(2, "3")]), (90, [(60, "1")])),
        words((0, [(40, "丙公司")]), (20, [(0, "4"), (40, "丁公司")]), (90, [(60, "2")])),
    ]
    (first_page,), (second_page,) = ruleless_tables(pages)
    assert first_page[1][-1] == ["3", ""]
    assert second_page[1] == [["", "丙公司"], ["4", "丁公司"]]
