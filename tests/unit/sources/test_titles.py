"""What stands above a table tells which list it is, of which batch; what is said elsewhere not."""

import re
from types import SimpleNamespace

import polars as pl
import pytest

from reli.sources import list_names
from reli.sources.list_names import list_told
from reli.sources.reading import SourceFile, open_source
from reli.sources.stage import clean_table
from reli.sources.tables import TABLES
from reli.sources.titles import tells_revoked, title_above


def page(path, *parts):
    """A page of paragraphs, and of tables given as lists of firms."""
    body = ""
    for part in parts:
        rows = "".join(f"<tr><td>{at}<td>{firm}" for at, firm in enumerate(part, 1))
        table = f"<table><tr><td>序号<td>企业名称{rows}</table>"
        body += f"<p>{part}</p>" if isinstance(part, str) else table
    path.write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    return path


def listed(path, folder):
    out = folder / "o.parquet"
    clean_table("recognitions", [SourceFile(path)], out, folder / "r.csv")
    return pl.read_parquet(out).select("name", "list", "batch").rows()


NOTICE = (
    "关于公布2023年度第一批专精特新中小企业名单的通知",
    "现予公布，同时取消1家企业专精特新中小企业资格。",
    "附件：1.2023年度第一批专精特新中小企业名单",
    "2.取消专精特新中小企业资格名单",
    "某省经济和信息化厅",
    "2023年5月6日",
)


@pytest.mark.parametrize("mark", ["附件1", "附件 1：", "附表一", ""])
def test_what_a_notice_says_that_it_has_annexed_heads_no_table(tmp_path, mark):
    """Both tables were taken for one of firms that lost the recognition, and no row was read."""
    path = page(
        tmp_path / "名单.html",
        *(*NOTICE, mark, "2023年度第一批专精特新中小企业名单", ["甲公司", "乙公司"]),
        *("附件2", "取消专精特新中小企业资格名单", ["丙公司"]),
    )
    batch = ("srdi", "2023年第一批")
    assert listed(path, tmp_path) == [("甲公司", *batch), ("乙公司", *batch)]
    passed_over = next(open_source(SourceFile(path), TABLES["recognitions"])).passed_over
    assert [name for name, _ in passed_over] == ["2"]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["2022年度浙江省高新技术企业", "拟认定名单"], "2022年度浙江省高新技术企业 拟认定名单"),
        (["某省科技厅", "2022年5月6日", "瞪羚企业名　　单"], "瞪羚企业名单"),
        (["关于公布2021年瞪羚企业名单的通知", "附件", "2022 年瞪羚企业"], "2022年瞪羚企业"),
        (["2022年5月6日", "瞪羚企业名单"], "瞪羚企业名单"),
        (["Firms of 2022"], "Firms of 2022"),
        ([], ""),
    ],
)
def test_titles_in_two_lines_and_set_wide(lines, title):
    assert title_above(lines) == title


def test_tables_below_a_time_alone_are_of_the_list_above(tmp_path):
    """The second was no list, or the same firm of another year a repeated row of the first."""
    path = page(
        tmp_path / "名单.html",
        *("浙江省瞪羚企业名单（2021年）", ["甲公司"], "2022年度", ["甲公司"]),
        *("第三批（2023年）", ["乙公司"]),
    )
    assert listed(path, tmp_path) == [
        ("甲公司", "gazelle", "2021年"),
        ("甲公司", "gazelle", "2022年"),
        ("乙公司", "gazelle", "2023年第三批"),
    ]


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("2023年潜在独角兽企业名单", ""),
        ("瞪羚培育企业名单", ""),
        ("高新技术企业培育库入库企业名单", ""),
        ("准独角兽企业", ""),
        ("福建省科技小巨人企业名单", ""),
        ("省级高新技术企业研究开发中心名单", ""),
        ("优质中小企业梯度培育专精特新中小企业名单", "srdi"),
        ("独角兽和潜在独角兽企业名单", "unicorn"),
    ],
)
def test_who_may_one_day_be_on_a_list_is_not_on_it(title, told):
    assert list_told(TABLES["recognitions"].column("list").choices, title) == told


@pytest.mark.parametrize(
    ("title", "is_lost"),
    [
        ("关于取消某公司高新技术企业资格的公告 企业名单", True),
        ("取消小巨人称号企业名单 2023年瞪羚企业名单", False),
        ("2023年瞪羚企业名单 复核未通过企业名单", True),
    ],
)
def test_of_several_headings_the_nearest_tells_who_lost_a_recognition(title, is_lost):
    assert tells_revoked(title) is is_lost


def test_lists_of_those_who_lost_it_end_their_recognitions_by_their_own_day(tmp_path):
    path = tmp_path / "取消高新技术企业资格名单.html"
    path.write_text(
        "<meta charset=utf-8><p>取消高新技术企业资格名单</p><table>"
        "<tr><td>序号<td>企业名称<td>取消时间<tr><td>1<td>甲公司<td>2023年6月1日</table>",
        encoding="utf-8",
    )
    out = tmp_path / "o.parquet"
    clean_table("recognitions", [SourceFile(path)], out, tmp_path / "r.csv")
    assert pl.read_parquet(out)["revoked_date"].cast(str).to_list() == ["2023-06-01"]


@pytest.mark.parametrize(("title", "made"), [("register_2024", 0), ("潜在独角兽企业", 1)])
def test_patterns_are_made_for_the_lists_that_a_title_names(monkeypatch, title, made):
    asked = []

    def subn(*it):
        asked.append(it)
        return re.subn(*it)

    monkeypatch.setattr(list_names, "re", SimpleNamespace(subn=subn))
    assert not list_names.lists_named({"unicorn": ["独角兽"], "gazelle": ["瞪羚"]}, title)
    assert len(asked) == made
