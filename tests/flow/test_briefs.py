"""Briefs: what stands in the PDF is what the tables say; the dossier adds up."""

import re

import pdfplumber
import polars as pl
import pypdf
import pytest
from tests.flow.quick import publishing
from typer.testing import CliRunner

from reli.cli.app import app
from reli.errors import ReliError
from reli.pipeline import run_project
from reli.pipeline.briefs import Briefs, write_briefs
from reli.reference.emerging import INDUSTRIES
from reli.reference.universes import universe
from reli.report.brief import Brief, BriefWriter, DossierPart, KeyFigure

BINJIANG, HANGZHOU = "330108", "330100"


def call(*words):
    found = CliRunner().invoke(app, [str(word) for word in words])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def pages_of(path):
    with pdfplumber.open(path) as document:
        return [page.extract_text() for page in document.pages]


def lines_of(text):
    """Lines without the spaces that type-setting puts between letters and digits."""
    return [re.sub(r"\s+", " ", line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def binjiang(planned, tmp_path_factory):
    out = tmp_path_factory.mktemp("briefs") / "binjiang.pdf"
    assert call("brief", "滨江区", "--project", planned, "--out", out, "--quiet").exit_code == 0
    return out


def test_a_county_has_two_pages_with_fonts_of_its_own(binjiang):
    reader = pypdf.PdfReader(binjiang)
    assert len(reader.pages) == 2
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts and all(re.fullmatch(r"/[A-Z]{6}\+NotoSansSC-\w+", font) for font in fonts)
    assert "滨江区" in reader.metadata.title
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_every_index_is_read_back_with_its_rank_and_range(planned, binjiang):
    lines = lines_of(pages_of(binjiang)[0])
    standings = pl.read_parquet(planned / "build/score/standings.parquet")
    ranges = pl.read_parquet(planned / "build/score/ranges.parquet")
    for industry in INDUSTRIES:
        row = standings.filter(
            pl.col("industry") == industry, pl.col("division_code") == BINJIANG
        ).to_dicts()[0]
        width = ranges.filter(
            pl.col("industry") == industry,
            pl.col("unit") == BINJIANG,
            pl.col("width") == "method_and_weights",
        ).to_dicts()[0]
        said = f"{row['index']:.2f} {row['rank']} {width['rank_low']}–{width['rank_high']}"
        chance = f"{100 * width['top_100']:.0f}%"
        (line,) = [line for line in lines if re.match(rf"{industry} [\d,]+ \d", line)]
        assert said in line and line.endswith(chance)


def test_all_19_indicators_stand_there_with_value_rank_and_source(planned, binjiang):
    lines = lines_of(pages_of(binjiang)[0])
    profile = pl.read_parquet(planned / "build/insight/profile.parquet").filter(
        pl.col("industry") == "综合", pl.col("unit") == BINJIANG
    )
    start = lines.index("二、综合指数的指标")
    table = lines[start + 2 : start + 21]
    assert profile.height == 19
    for row, line in zip(profile.to_dicts(), table, strict=True):
        if row["raw"] is None:
            assert re.search(r"— — — — — — 指标表中没有该项$", line), line
        else:
            value, rank = f"{row['raw']:,.0f}", str(row["rank"] or "—")
            said = rf"{value} 家 {rank} [\d,.]+ {row['contribution']:.2f} .*指标表$"
            assert re.search(said, line), line


def test_the_second_page_tells_strengths_peers_gaps_fit_and_quality(planned, binjiang):
    text = pages_of(binjiang)[1]
    gaps = pl.read_parquet(planned / "build/insight/gaps.parquet").filter(
        pl.col("industry") == "综合", pl.col("unit") == BINJIANG
    )
    plain = re.sub(r"\s+", "", text)
    assert f"四、升至第{gaps['target_rank'][0]}位需要什么" in plain
    for row in gaps.drop_nulls("needed").to_dicts():
        assert f"+{row['needed']:,.0f}{row['value_needed']:,.0f}" in plain
    fits = pl.read_parquet(planned / "build/insight/fit.parquet").filter(pl.col("unit") == BINJIANG)
    for row in fits.to_dicts():
        counts = f"{row['enterprises']:,.0f}{row['lq']:.2f}{row['rca']:.2f}{row['density']:.2f}"
        assert f"{row['industry']}{counts}" in plain
    peers = pl.read_parquet(planned / "build/insight/peers.parquet")
    first = peers.filter(pl.col("unit") == BINJIANG, pl.col("place") == 1)["peer"].item()
    assert first == "320114" and "南京市雨花台区" in plain
    assert "19项指标中有14项无数据" in plain


def test_the_same_brief_gives_the_same_bytes(planned, tmp_path):
    brief = Briefs(planned).brief(BINJIANG)
    with BriefWriter() as writer:
        writer.write(brief, tmp_path / "a.pdf")
    with BriefWriter() as writer:
        writer.write(Briefs(planned).brief(HANGZHOU), tmp_path / "b.pdf")
        writer.write(brief, tmp_path / "c.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "c.pdf").read_bytes()


def test_a_city_lists_its_counties_by_rank(planned, tmp_path):
    out = tmp_path / "city.pdf"
    assert call("brief", "杭州市", "--project", planned, "--out", out).exit_code == 0
    lines = lines_of("\n".join(pages_of(out)))
    standings = pl.read_parquet(planned / "build/score/standings.parquet").filter(
        pl.col("industry") == "综合", pl.col("city") == "杭州市", pl.col("rank").is_not_null()
    )
    start = lines.index("一、所辖区县的位次") + 2
    for place, row in enumerate(standings.sort("rank").to_dicts()):
        assert lines[start + place].startswith(f"{row['county']} {row['rank']} {row['index']:.2f}")


def test_whole_cities_have_ranges_and_indicators_on_two_pages_however_many_counties(
    synthetic, tmp_path
):
    """The largest cities (重庆, 保定, 邯郸), and counties and prefectures of long names."""
    briefs = Briefs(synthetic)
    codes = ("500000", "130600", "130400", "622900", "522600", "330108", "654226")
    with BriefWriter() as writer:
        for code in codes:
            writer.write(briefs.brief(code), tmp_path / f"{code}.pdf")
            assert len(pypdf.PdfReader(tmp_path / f"{code}.pdf").pages) == 2, code
    lines = lines_of(pages_of(tmp_path / "500000.pdf")[0])
    panel = pl.read_parquet(synthetic / "build/indicator/city.parquet").filter(
        pl.col("industry") == "综合", pl.col("year") == 2023
    )
    firms = panel.filter(pl.col("indicator") == "sei_enterprises").drop_nulls("value")
    own = firms.filter(pl.col("unit") == "500000")["value"].item()
    rank = 1 + firms.filter(pl.col("value") > own).height
    middle = firms["value"].median()
    said = rf"战略性新兴产业企业 {own:,.0f} 家 {rank} {middle:,.0f}(\.\d+)? 企业登记名录"
    assert any(re.match(said, line) for line in lines), (said, lines)
    ranges = pl.read_parquet(synthetic / "build/score/city_ranges.parquet").filter(
        pl.col("industry") == "综合", pl.col("unit") == "500000"
    )
    assert "位次在列入排名的城市中计算" in pages_of(tmp_path / "500000.pdf")[0]
    (row,) = ranges.to_dicts()
    assert row["rank_low"] <= row["rank"] <= row["rank_high"]
    (line,) = [line for line in lines if line.startswith(f"综合 {own:,.0f} ")]
    assert f" {row['rank']} {row['rank_low']}–{row['rank_high']} " in line
    names = "".join(pages_of(tmp_path / "500000.pdf")[1])
    counties = [row["county_name"] for row in universe().units.to_pylist()
                if row["city_code"] == "500000"]  # fmt: skip
    assert len(counties) == 38
    for name in counties:
        assert name[:5] in names


def test_a_province_is_told_by_its_cities_with_its_place_among_the_provinces(synthetic, tmp_path):
    briefs = Briefs(synthetic)
    assert briefs.code_of("四川省") == "510000" and briefs.code_of("北京市") == "110000"
    out = tmp_path / "province.pdf"
    with BriefWriter() as writer:
        writer.write(briefs.brief("510000"), out)
    pages = pages_of(out)
    assert len(pages) == 2
    provinces = pl.read_parquet(synthetic / "build/score/province_standings.parquet")
    (own,) = provinces.filter(
        pl.col("industry") == "综合", pl.col("division_code") == "510000"
    ).to_dicts()
    ranges = pl.read_parquet(synthetic / "build/score/province_ranges.parquet").filter(
        pl.col("industry") == "综合", pl.col("unit") == "510000"
    )
    (row,) = ranges.to_dicts()
    assert row["rank_low"] <= row["rank"] == own["rank"] <= row["rank_high"]
    place = f" {own['index']:.2f} {own['rank']} {row['rank_low']}–{row['rank_high']} "
    assert any(place in line for line in lines_of(pages[0]))
    assert "位次在列入排名的省份中计算" in pages[0]
    fits = pl.read_parquet(synthetic / "build/insight/fit.parquet").filter(
        pl.col("level") == "province", pl.col("unit") == "510000"
    )
    for each in fits.to_dicts():
        start = f"{each['industry']} {each['enterprises']:,.0f} {each['lq']:.2f} "
        assert any(line.startswith(start) for line in lines_of(pages[1])), start
    cities = pl.read_parquet(synthetic / "build/score/city_standings.parquet").filter(
        pl.col("industry") == "综合", pl.col("division_code").str.starts_with("51")
    )
    assert cities.height == 21
    # Long names (阿坝藏族羌族自治州) break over lines.
    ranked = (
        cities.filter(pl.col("city").str.len_chars() < 6)
        .drop_nulls("rank")
        .sort("rank", "division_code")
    )
    names = set(ranked["city"])
    lines = [line for line in lines_of(pages[1]) if line.split(" ")[0] in names]
    assert len(lines) == len(names) > 3
    for row, line in zip(ranked.to_dicts(), lines, strict=True):
        assert line.startswith(f"{row['city']} {row['rank']} {row['index']:.2f} ")


def test_many_briefs_by_several_processes(planned, tmp_path):
    codes = [code for code in Briefs(planned).codes if code.startswith("3301")]
    assert sum(write_briefs(planned, codes, tmp_path / "all")) == len(codes)
    assert sorted(path.stem for path in (tmp_path / "all").glob("*.pdf")) == sorted(codes)
    # A county that was not scored has a brief too, which says so.
    (elsewhere,) = Briefs(planned).brief("110101").figures[:1]
    assert elsewhere == KeyFigure("综合热力值", "未评分")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("没有区",), "unknown division '没有区'"),
        ((), "name counties or cities"),
        (("330108", "330106", "--out", "x.pdf"), "x.pdf is one file"),
    ],
)
def test_what_cannot_be_made_is_said(planned, words, message):
    with pytest.raises(ReliError, match=message):
        call("brief", *words, "--project", planned)


def test_letters_that_the_fonts_lack_are_marked(tmp_path):
    part = DossierPart("附", ("企业",), (("龘鱻有限公司",),), (1.0,), ("left",))
    brief = Brief(
        code="1",
        name="甲",
        above="乙",
        title="题",
        kind="简报",
        year=2023,
        ranked=1,
        dossier=(part,),
    )
    with BriefWriter() as writer:
        writer.write(brief, tmp_path / "a.pdf")
    assert "〓〓有限公司" in "".join(pages_of(tmp_path / "a.pdf"))


REGISTER = """name,credit_code,address,gb4754_code,business_scope,founded_date,status
杭州甲乙集成电路有限公司,,浙江省杭州市滨江区江南大道1号,3973,集成电路制造,2015-01-01,存续
杭州丙丁集成电路有限公司,,浙江省杭州市滨江区长河路2号,3973,集成电路制造,2016-01-01,存续
杭州戊己集成电路有限公司,,浙江省杭州市西湖区文三路3号,3973,集成电路制造,2016-01-01,存续
杭州庚辛集成电路有限公司,,浙江省杭州市西湖区文一路4号,3973,集成电路制造,2017-01-01,存续
杭州壬癸集成电路有限公司,,浙江省杭州市西湖区文二路5号,3973,集成电路制造,2017-01-01,存续
杭州子丑集成电路有限公司,,浙江省杭州市,3973,集成电路制造,2018-01-01,存续
杭州寅卯集成电路有限公司,,浙江省杭州市,3973,集成电路制造,2018-01-01,存续
杭州辰巳餐饮有限公司,,浙江省杭州市滨江区江南大道9号,6210,正餐服务,2018-01-01,存续
"""
SETTINGS = """
name = "small"
reference_year = 2023
ranges = false
[[sources]]
table = "enterprises"
path = "register.csv"
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Eight firms of Hangzhou, run."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "sources").mkdir()
    (folder / "sources" / "register.csv").write_text(REGISTER, encoding="utf-8")
    (folder / "reli.toml").write_text(SETTINGS + publishing(), encoding="utf-8")
    run_project(folder)
    return folder


def test_a_city_that_is_counted_whole_has_a_place_among_cities(small, tmp_path):
    brief = Briefs(small).brief(HANGZHOU)
    standings = pl.read_parquet(small / "build/score/city_standings.parquet")
    own = standings.filter(pl.col("division_code") == HANGZHOU, pl.col("industry") == "综合")
    (row,) = own.to_dicts()
    assert [figure.label for figure in brief.figures[:2]] == ["城市热力值", "城市位次"]
    assert brief.figures[1].value == str(row["rank"]) == "1"
    with BriefWriter() as writer:
        writer.write(brief, tmp_path / "city.pdf")
    lines = lines_of("\n".join(pages_of(tmp_path / "city.pdf")))
    # Seven firms of the emerging industries, two of them known to the city only.
    assert any(line.startswith(f"综合 7 {row['index']:.2f} 1 ") for line in lines)
    titles = [line for line in lines if re.match("[一二三四五]、", line)]
    assert [title[0] for title in titles] == list("一二三四五")


def test_a_dossier_has_the_firms_the_near_misses_and_the_rank_with_them(small, tmp_path):
    out = tmp_path / "dossier.pdf"
    words = ("brief", BINJIANG, "--dossier", "--project", small, "--out", out)
    assert call(*words).exit_code == 0
    text = re.sub(r"\s+", "", "".join(pages_of(out)[2:]))
    firms = text[: text.index("未能落到区县")]
    assert "杭州甲乙集成电路有限公司" in firms and "杭州丙丁集成电路有限公司" in firms
    assert "3973集成电路制造" in firms and "共2家" in firms
    missed = text[text.index("未能落到区县") :]
    assert "杭州子丑集成电路有限公司" in missed and "餐饮" not in missed
    # Two more make four: 滨江 passes 西湖 with its three.
    assert "增加2家" in missed and "由第2位变为第1位" in missed
