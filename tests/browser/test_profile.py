"""The profile of a county: it says what the package and the brief say, and takes corrections."""

import csv
import json
import re
import shutil

import polars as pl
import pytest
from tests.browser.chromium import chromium
from tests.browser.pages import go
from tests.flow.quick import publishing

from reli.pipeline import run_project
from reli.pipeline.brief_county import CountyBriefs
from reli.pipeline.brief_tables import BriefTables
from reli.report.datapackage import read_member

COUNTIES = {
    "leads": "440305",
    "in the middle": "330114",
    "a city without counties": "441900",
    "of no city": "429004",
    "nothing counts there": None,
    "without most indicators": None,
    "in a province with few firms": None,
}
"""Kinds of counties; those without a code are found in the data."""


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    found = context.new_page()
    found.set_default_timeout(15_000)
    yield found
    context.close()


@pytest.fixture(scope="module")
def briefs(synthetic):
    return CountyBriefs(BriefTables(synthetic))


def cells(page, role):
    """Texts of a table's cells by row, blanks and thousands' commas left out."""
    rows = page.locator(f"[data-role={role}] tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


def plain(text):
    return re.sub(r"[\s,]|数量", "", text)


def number(text):
    # A half in the third digit is rounded to even there, upwards here.
    return pytest.approx(float(plain(text)), abs=0.0101)


@pytest.fixture(scope="module")
def counties(synthetic):
    """A county of each kind."""
    package = synthetic / "out" / "datapackage"
    ranks = pl.DataFrame(read_member(package, "ranks")).filter(pl.col("industry") == "综合")
    panel = pl.DataFrame(read_member(package, "indicators")).filter(pl.col("industry") == "综合")
    ranked = ranks.filter(pl.col("status") == "ranked").sort("rank")
    missing = panel.group_by("division_code").agg(pl.col("value").null_count())
    least = missing.join(ranked, on="division_code").sort("value", "rank", descending=[True, False])
    province = ranked.group_by("province").len().sort("len", "province")["province"][0]
    found = {
        "nothing counts there": ranks.filter(pl.col("status") == "inactive"),
        "without most indicators": least,
        "in a province with few firms": ranked.filter(pl.col("province") == province),
    }
    return COUNTIES | {kind: rows["division_code"][0] for kind, rows in found.items()}


@pytest.mark.parametrize("kind", COUNTIES)
def test_printed_it_says_what_the_brief_says(page, disk, briefs, counties, kind):
    code = counties[kind]
    brief = briefs.brief(code)
    page.emulate_media(media="print")
    go(page, f"{disk}#/county/{code}")
    page.wait_for_selector("[data-role=indices] a")
    if brief.fits:
        page.wait_for_selector("[data-role=fits]")
    page.wait_for_selector("[data-role=quality] p")
    text = plain(page.inner_text("main"))
    for figure in brief.figures:
        assert plain(figure.value) in text, figure
    for row in brief.indices:
        for cell in (row.industry, row.index, row.place, row.range):
            assert cell == "—" or plain(cell) in text, (row, cell)
    shown = {row[0]: row for row in cells(page, "indicators")}
    for name, value, rank, peers, points, more, places, source in brief.indicators:
        own = shown[plain(name)]
        if value != "—":
            assert plain(value) == own[1]
            assert own[9].startswith(plain(source))
        assert plain(rank) == own[2], (name, rank, own)
        for said, cell in ((peers, own[4]), (points, own[6]), (more, own[7])):
            assert (said == "—") == (cell == "—"), (name, said, cell)
            assert said == "—" or number(said) == float(cell), name
        assert places == "—" or plain(places) == own[8] or own[8] == "—", name
    leads = page.locator("[data-role=leads] b").all_inner_texts()
    assert [lead.said for lead in brief.leads] == leads
    # What is left out is said where the points are said to add up.
    assert not leads or "列出首尾各至多6项" in text
    assert [[plain(cell) for cell in row] for row in brief.peers] == [
        [row[1], row[0], row[2]] for row in cells(page, "peers")
    ]
    for said, way in zip(brief.gaps, cells(page, "ways"), strict=True):
        assert [plain(cell) for cell in said] == way
    for said, fit in zip(brief.fits, cells(page, "fits"), strict=True):
        assert [plain(cell) for cell in said] == fit
    hidden = page.locator("[data-role=report], header nav, .controls").evaluate_all(
        "(all) => all.filter((each) => each.checkVisibility()).length"
    )
    assert hidden == 0


def test_its_quality_is_that_of_the_package(page, disk, synthetic):
    table = pl.DataFrame(read_member(synthetic / "out" / "datapackage", "quality"))
    row = table.filter(pl.col("division_code") == "440305").to_dicts()[0]
    go(page, f"{disk}#/county/440305")
    page.wait_for_selector("[data-role=quality] p")
    text = plain(page.inner_text("[data-role=quality]"))
    placed = row["placed_exact"] + row["placed_derived"] + row["placed_inferred"]
    assert placed > 0
    assert f"企业{placed}家" in text
    assert f"仅能定到本市的{row['only_city']}家" in text
    assert f"候选之一的{row['among_candidates']}家" in text
    assert f"单元格{row['doubtful_cells']}个" in text


def test_years_are_those_of_the_package(page, aged):
    site = (aged / "site" / "index.html").as_uri()
    years = pl.DataFrame(read_member(aged / "datapackage", "years")).filter(
        (pl.col("industry") == "综合") & (pl.col("node") == "heat")
    )
    own = years.filter(pl.col("division_code") == "440305").sort("year")
    assert own.height == 2
    go(page, f"{site}#/county/440305")
    page.wait_for_selector("[data-role=years] svg")
    said = page.locator("[data-role=years] svg").get_attribute("aria-label")
    for year, value in own.select("year", "score").iter_rows():
        assert f"{year}: {value:.2f} (" in said
    before = years.filter(pl.col("year") == years["year"].min()).sort("score", descending=True)
    go(page, f"{site}#/")
    page.locator("[data-role=year]").select_option(str(before["year"][0]))
    page.wait_for_function("location.hash.includes('y=')")
    leader = page.locator("aside table tbody tr").first.locator("td").last
    leader.get_by_text(f"{before['score'][0]:.2f}", exact=True).wait_for()


def test_sources_with_their_dates_editions_and_downloads_stand_on_the_page_of_the_method(
    page, disk, aged, synthetic
):
    package = synthetic / "out" / "datapackage"
    said = json.loads((package / "publication.json").read_text(encoding="utf-8"))
    go(page, f"{(aged / 'site' / 'index.html').as_uri()}#/method")
    page.wait_for_selector("[data-role=sources] tbody tr")
    rows = cells(page, "sources")
    assert len(rows) == len(said["sources"]) > 10
    for source, row in zip(said["sources"], rows, strict=True):
        assert row[0] == plain(source["name"] + source["origin"])
        assert row[1:3] == [source["until"] or "—", str(source["rows"])]
    text = page.inner_text("main")
    assert "2022年数据，签发于2023-06-01" in text
    for index in said["method"]:
        assert index in text
    links = page.locator("a[download]").evaluate_all("(all) => all.map((a) => a.pathname)")
    named = {link.rsplit("/", 1)[1] for link in links}
    assert named == {path.name for path in (aged / "datapackage").iterdir()}
    go(page, f"{disk}#/method")
    page.wait_for_selector("[data-role=edition]")
    assert "尚无已签发的版次" in page.inner_text("[data-role=edition]")


@pytest.mark.parametrize("level", ["city", "province"])
def test_the_map_shows_scores_of_cities_and_provinces(page, disk, synthetic, level):
    ranks = pl.DataFrame(read_member(synthetic / "out" / "datapackage", f"{level}_ranks"))
    first = ranks.filter(pl.col("industry") == "综合").sort("rank", nulls_last=True).head(5)
    go(page, f"{disk}#/?l={level}")
    page.wait_for_selector("[data-role=areas] tbody tr")
    shown = cells(page, "areas")[:5]
    name = "city" if level == "city" else "province"
    assert [row[1] for row in shown] == first[name].to_list()
    assert [row[2] for row in shown] == [f"{value:.2f}" for value in first["index"]]


KINDS = """
(place) => window.ReliLab.data.loadIndex(place).then((index) => {
  const { classes, of } = window.ReliLab.classify(index, 'heat');
  return classes.map((each) => [each.label, each.colour, each.count]);
})
"""


def test_zero_no_firm_no_data_and_unpublished_are_drawn_apart(page, disk, synthetic, published):
    ranks = pl.DataFrame(read_member(synthetic / "out" / "datapackage", "ranks"))
    own = ranks.filter(pl.col("industry") == "新能源")
    go(page, f"{disk}#/?i=7")
    found = {label: (colour, count) for label, colour, count in page.evaluate(KINDS, 7)}
    inactive = own.filter(pl.col("status") == "inactive").height
    assert inactive > 0
    assert found["无该产业企业"] == ("inactive", inactive)
    assert found["零"][1] == own.filter(pl.col("index") == 0).height
    assert found["无数据"][1] == own.filter(pl.col("status") == "not_scored").height
    names = ("零", "无该产业企业", "无数据", "未公布")
    colours = [
        page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')")
        for name in (found[each][0] for each in names)
    ]
    assert len(set(colours)) == len(names)
    go(page, (published / "out" / "site" / "index.html").as_uri())
    legend = page.inner_text(".legend")
    assert re.search(r"未公布\s*2,714", legend)
    assert "零" not in legend


def choose(page, kind, fields):
    """Fill in the form of corrections for one kind of error; give the line that it makes."""
    form = page.locator("[data-role=report]")
    for name, text in {"kind": kind, **fields, "evidence": "营业执照，2023年"}.items():
        box = form.locator(f"[name={name}]")
        if box.evaluate("(box) => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)
    with page.expect_download() as waiting:
        page.get_by_text("存为 decisions.csv").click()
    return waiting.value.path().read_text(encoding="utf-8-sig").splitlines()


def correct(page, link, lines, kind, **fields):
    go(page, link)
    page.locator("[data-role=report] summary").click()
    head, line = choose(page, kind, fields)
    lines[:1] = [head]
    lines.append(line)


def test_corrections_are_lines_that_a_run_obeys(page, disk, synthetic, tmp_path):
    """Of place, industries, a name on a list and a value: each made by the form, all obeyed."""

    def stage(folder, name):
        return pl.read_parquet(folder / "build" / f"{name}.parquet")

    firms = stage(synthetic, "classified/enterprises").filter(
        pl.col("enterprise_id").str.contains("^[0-9A-Z]{18}$")
    )
    in_nanshan = firms.filter(pl.col("division_code") == "440305")["enterprise_id"]
    moved, changed, meant = in_nanshan[:3]
    listed = stage(synthetic, "linked/recognitions").filter(
        (pl.col("list") == "high_tech") & pl.col("enterprise_id").is_in(in_nanshan.to_list())
    )
    row = listed.filter(pl.struct("list", "batch", "name").is_unique()).to_dicts()[0]
    panel = stage(synthetic, "indicator/indicator").filter(
        (pl.col("source") == "county_total")
        & (pl.col("year") == 2023)
        & (pl.col("industry") == "综合")
    )
    total = panel.to_dicts()[0]
    lines = [""]
    correct(page, f"{disk}#/county/330114", lines, "here", enterprise=moved)
    link = f"{disk}#/county/440305"
    go(page, link)
    page.locator("[data-role=report] summary").click()
    page.locator("[data-role=report] [name=kind]").select_option("industries")
    page.get_by_role("checkbox", name="数字创意").check()
    lines.append(choose(page, "industries", {"enterprise": changed})[1])
    names = {"list": "high_tech", "batch": row["batch"], "named": row["name"]}
    go(page, link)
    page.locator("[data-role=report] summary").click()
    lines.append(choose(page, "match", {**names, "enterprise": meant})[1])
    own = f"{disk}#/county/{total['unit']}"
    correct(page, own, lines, "total", indicator=total["indicator"], value="77")
    project = tmp_path / "project"
    shutil.copytree(synthetic, project, ignore=shutil.ignore_patterns("out"))
    (project / "sources" / "decisions.csv").write_text("\n".join(lines), encoding="utf-8")
    settings = project / "reli.toml"
    text = settings.read_text(encoding="utf-8").split("[publications]")[0]
    source = '\n[[sources]]\ntable = "decisions"\npath = "decisions.csv"\n'
    settings.write_text(f"ranges = false\n{text}{source}{publishing()}", encoding="utf-8")
    run_project(project)
    outcome = project / "rejected" / "decisions.outcome.csv"
    told = list(csv.DictReader(outcome.read_text(encoding="utf-8-sig").splitlines()))
    assert [(each["table"], each["key"], each["new"]) for each in told] == [
        ("enterprises", moved, "330114"),
        ("enterprises", changed, "数字创意"),
        ("recognitions", f"high_tech|{row['batch']}|{row['name']}", meant),
        ("county_totals", f"{total['unit']}|2023|{total['indicator']}|综合", "77"),
    ]
    after = {
        each["enterprise_id"]: each for each in stage(project, "classified/enterprises").to_dicts()
    }
    assert after[moved]["division_code"] == "330114"
    assert after[changed]["industries"] == ["数字创意"]
    links = stage(project, "linked/recognitions").filter(
        *(pl.col(name) == row[name] for name in ("list", "batch", "name"))
    )
    assert links["enterprise_id"].to_list() == [meant]
    value = stage(project, "indicator/indicator").filter(
        *(pl.col(name) == total[name] for name in ("unit", "industry", "year", "indicator"))
    )
    assert value["value"].to_list() == [77.0]
