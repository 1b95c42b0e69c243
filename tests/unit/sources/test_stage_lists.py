"""Lists of recognised firms, from files to clean tables."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reli.errors import Problems
from reli.sources.reading import SourceFile, open_source
from reli.sources.revoked import says_revoked
from reli.sources.tables import TABLES


def test_lists_can_be_read_whatever_their_cells_hold(clean, tmp_path):
    """Line ends alone, which some programs write within cells, part no rows."""
    cells = ["2004\r13", "2004\n13", '2004"13', "2004,13", "'13", " 13日", "5月"]
    told = {"企业名称": [f"甲{at}公司" for at in range(len(cells))], "成立日期": cells}
    pq.write_table(pa.table(told), tmp_path / "r.parquet")
    _, counts, rejected, noted = clean("enterprises", {"r.parquet": None})
    assert (counts.read, counts.written, rejected) == (7, 7, [])
    assert [row["值"] for row in noted] == ["2004\r13", *cells[1:4], "13", "13日", "5月"]


def test_a_list_is_known_by_its_file_or_its_mapping(clean, tmp_path):
    rows, *_ = clean("recognitions", {"高新技术企业2023.csv": "企业名称\n甲公司\n"})
    assert rows[0]["list"] == "high_tech"
    with pytest.raises(Problems, match=r"no column for list .*\[constants\]"):
        clean("recognitions", {"名单.csv": "企业名称\n甲公司\n"})
    mapping = tmp_path / "m.toml"
    mapping.write_text('[constants]\nlist = "gazelle"\n', encoding="utf-8")
    rows, *_ = clean("recognitions", {"名单.csv": "企业名称\n甲公司\n"}, mapping)
    assert rows[0]["list"] == "gazelle"


GRANTED = "名单,批次,企业名称,公告日期,主导产品\n高新技术企业,第一批,甲公司,{},芯片\n"
REVOKED = "名单,批次,企业名称,撤销日期\n高新技术企业,第一批,甲公司,2023-05-01\n"


def test_who_is_recognised_anew_or_loses_it_in_a_list_of_its_own_repeats_nothing(clean):
    """Each year has its first batch; the row that takes it away says less than that which gave."""
    files = {f"{day}.csv": GRANTED.format(day) for day in ("2019-12-02", "2022-12-19")}
    rows, *_ = clean("recognitions", {**files, "撤销.csv": REVOKED})
    told = [(row["notice_date"], row["revoked_date"]) for row in rows]
    days = date(2019, 12, 2), date(2022, 12, 19), date(2023, 5, 1)
    assert told == [(days[0], None), (days[1], None), (None, days[2])]


def test_who_left_a_market_in_a_list_of_its_own_repeats_nothing(clean):
    there = "上市板块,证券代码,企业名称,上市日期,交易所行业\n新三板,830001,甲公司,2015-03-01,软件\n"
    gone = "上市板块,证券代码,企业名称,摘牌日期\n新三板,830001,甲公司,2022-05-01\n"
    rows, *_ = clean("listings", {"挂牌.csv": there, "摘牌.csv": gone, "副本.csv": there})
    told = {(row["listed_date"], row["delisted_date"]) for row in rows}
    assert told == {(date(2015, 3, 1), None), (None, date(2022, 5, 1))}
    assert len(rows) == 2


def test_a_row_without_days_repeats_one_that_tells_them(clean):
    undated = "名单,批次,企业名称,主导产品,技术领域\n高新技术企业,第一批,甲公司,芯片,电子信息\n"
    files = {"a.csv": GRANTED.format("2019-12-02"), "b.csv": undated}
    rows, _, rejected, _ = clean("recognitions", files)
    assert [row["notice_date"] for row in rows] == [date(2019, 12, 2)]
    assert [(row["文件"], row["行"]) for row in rejected] == [("b.csv", "2")]


PAGE = """
<p>附件1：2023年认定的瞪羚企业名单</p>
<table><tr><td>序号</td><td>企业名称</td></tr><tr><td>1</td><td>甲公司</td></tr></table>
<p>附件2：取消瞪羚企业称号的企业名单</p>
<table><tr><td>序号</td><td>企业名称</td></tr><tr><td>1</td><td>乙公司</td></tr></table>
"""


def test_who_lost_a_recognition_is_not_on_the_list(clean, tmp_path):
    rows, *_ = clean("recognitions", {"瞪羚企业.html": PAGE})
    assert [row["name"] for row in rows] == ["甲公司"]
    (opened,) = open_source(SourceFile(tmp_path / "瞪羚企业.html"), TABLES["recognitions"])
    assert opened.passed_over == (
        ("2", "标题称取消、撤销资格或未通过，却没有撤销日期：不当作认定名单"),
    )
    # Read with the day, they are what ends a recognition.
    mapping = tmp_path / "m.toml"
    mapping.write_text('sheet = "2"\n[constants]\nrevoked_date = "2023-05-01"\n', encoding="utf-8")
    rows, *_ = clean("recognitions", {"瞪羚企业.html": PAGE}, mapping)
    assert [(row["name"], row["revoked_date"]) for row in rows] == [("乙公司", date(2023, 5, 1))]


def test_a_list_of_those_who_lost_it_alone_asks_for_the_day(clean):
    page = PAGE[PAGE.index("<p>附件2") :]
    with pytest.raises(Problems, match="give the day as revoked_date"):
        clean("recognitions", {"瞪羚企业.html": page})


@pytest.mark.parametrize(
    ("title", "is_revoked"),
    [
        ("关于取消杭州甲公司等12家企业高新技术企业资格的公告", True),
        ("附件2：撤销省级企业技术中心名单", True),
        ("取消", True),
        ("撤销资格企业", True),
        ("2023年认定的省级企业技术中心名单", False),
        ("关于公布2023年认定及撤销企业技术中心名单的通知", False),
        ("2022年通过复核的单项冠军企业名单", False),
    ],
)
def test_titles_that_say_so(title, is_revoked):
    assert says_revoked(title) == is_revoked


def test_what_repeats_a_row_without_a_batch_is_told_by_its_name(clean):
    text = "企业名称,推荐地区\n甲公司,某省\n乙公司,某省\n甲公司,某省\n"
    *_, rejected, _ = clean("recognitions", {"瞪羚企业.csv": text})
    assert [(row["行"], row["值"]) for row in rejected] == [("2", "gazelle 甲公司")]


def test_coverage_of_a_year_that_cannot_be_read_does_not_hold_for_every_year(clean):
    places = "瞪羚企业,330108,2023,有\n瞪羚企业,330109,20231,有\n瞪羚企业,330110,,无\n"
    text = "名单,区划代码,年份,状态\n" + places
    rows, counts, rejected, _ = clean("coverage", {"coverage.csv": text})
    assert [(row["division_code"], row["year"]) for row in rows] == [
        ("330108", 2023),
        ("330110", None),
    ]
    assert (counts.read, counts.written, counts.rejected) == (3, 2, 1)
    assert [(row["行"], row["列"], row["值"]) for row in rejected] == [("3", "年份", "20231")]
