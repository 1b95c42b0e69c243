"""The site in Chromium, from disk and from a server."""

import csv
import io
import json
import re
from urllib.request import urlopen

import openpyxl
import polars as pl
import pytest
from ahocorasick_rs import AhoCorasick
from tests.browser.chromium import chromium
from tests.browser.pages import go, ready

from reli.report.datapackage import read_member


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(params=["disk", "served"])
def site(request):
    found = request.getfixturevalue(request.param)
    return found if request.param == "disk" else f"{found}/site/index.html"


@pytest.fixture
def page(browser):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    found = context.new_page()
    found.set_default_timeout(9_000)
    found.complaints = []
    found.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.on("console", lambda said: said.type == "error" and found.complaints.append(said.text))
    yield found
    assert not found.complaints
    context.close()


def test_search_finds_by_pinyin_initials_code_and_former_name(page, site):
    go(page, site)
    for typed, name in (
        ("yuhang", "余杭区"),
        ("yhq", "余杭区"),
        ("330110", "余杭区"),
        ("余杭", "余杭区"),
        ("昆山县", "昆山市"),
    ):
        box = page.get_by_role("combobox").first
        box.fill(typed)
        option = page.locator("[role=option]", has_text=name).first
        if typed == "yhq":
            # Others have these initials too: 雨花区, say.
            option.click()
        else:
            option.wait_for()
            box.press("Enter")
        page.wait_for_function(f"document.querySelector('h1')?.innerText.includes('{name}')")


def test_a_click_on_the_map_picks_the_county_under_it(page, site):
    go(page, site)
    page.wait_for_function("document.querySelector('canvas')?.width > 300")
    box = page.locator(".box").first
    area = box.bounding_box()
    # 若羌县, the largest county of all, lies in the far west.
    page.wait_for_timeout(400)
    page.mouse.click(area["x"] + 0.27 * area["width"], area["y"] + 0.44 * area["height"])
    page.wait_for_selector(".card h2")
    name = page.inner_text(".card h2")
    page.get_by_role("link", name="县域画像").first.click()
    page.wait_for_function(f"document.querySelector('h1').innerText.includes('{name}')")
    assert name == "若羌县"


def test_a_profile_says_what_the_package_says_and_its_points_add_up(page, disk, synthetic):
    package = synthetic / "out" / "datapackage"
    ranks = pl.DataFrame(read_member(package, "ranks"))
    go(page, f"{disk}#/county/330114")
    page.wait_for_selector("[data-role=sum]")
    own = ranks.filter((pl.col("division_code") == "330114") & (pl.col("industry") == "综合"))
    text = page.inner_text("main")
    assert f"{own['index'][0]:.2f}" in text
    assert page.inner_text("[data-role=sum]") == f"{own['index'][0]:.2f}"
    assert page.inner_text(".fact b").strip() == str(own["rank"][0])
    ranges = read_member(package, "ranges")
    if ranges is not None:
        assert "方法区间" in text
        assert "不是置信区间" in text


def test_compare_adds_a_county_and_its_link_can_be_shared(page, site):
    go(page, f"{site}#/compare/330114,310115")
    search = page.get_by_role("combobox", name="加入一个区县")
    search.fill("yuhangqu")
    search.press("Enter")
    page.wait_for_function("location.hash.includes('330110')")
    ready(page)
    heads = page.locator("[data-role=comparison] thead th")
    assert heads.count() == 4
    link = page.url
    go(page, link)
    page.wait_for_selector("[data-role=comparison]")
    assert page.locator("[data-role=comparison] thead th").count() == 4


def test_ten_units_are_compared_at_most(page, disk):
    of_hangzhou = "330102,330105,330106,330108,330109,330110,330111,330112,330113,330114"
    go(page, f"{disk}#/compare/{of_hangzhou},310115")
    page.wait_for_selector("[data-role=comparison]")
    assert page.locator("[data-role=comparison] thead th").count() == 1 + 10
    assert page.get_by_role("combobox", name="加入一个区县").count() == 0


@pytest.mark.parametrize("role", ["planning", "research", "investment"])
def test_every_step_of_a_role_leads_somewhere(page, disk, role):
    go(page, f"{disk}#/role/{role}")
    page.wait_for_selector("main p.muted")
    title = page.inner_text("main h1")
    links = page.locator("main ol a").evaluate_all("all => all.map(each => each.href)")
    assert len(links) >= 3
    for link in links:
        go(page, link)
        assert page.inner_text("main h1") not in {title, "没有这个区划"}


def test_a_profile_names_neighbours_and_zones(page, disk):
    go(page, f"{disk}#/county/330108")
    panel = page.locator("section", has=page.get_by_role("heading", name="邻接区县"))
    panel.locator("ul a").first.wait_for()
    near = {re.split(" · ", each)[0] for each in panel.locator("ul a").all_inner_texts()}
    # 滨江区 lies on the Qiantang river: 上城区 and 西湖区 across it, 萧山区 around it.
    assert near == {"上城区", "西湖区", "萧山区"}
    assert "杭州高新技术产业开发区" in panel.inner_text()


def test_sliders_rerank_and_the_link_repeats_it(page, site):
    go(page, f"{site}#/weights")
    page.wait_for_selector("[data-role=reranked]")
    assert "与公布的位次相同" in page.inner_text("[data-role=said]")
    before = page.inner_text("[data-role=reranked] tbody")
    slider = page.locator("input[data-node=innovation]")
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    page.wait_for_function("decodeURIComponent(location.hash).includes('innovation:2.5')")
    after = page.inner_text("[data-role=reranked] tbody")
    assert after != before
    link = page.url
    page.locator("[data-role=draw]").click()
    page.wait_for_function(
        "document.querySelectorAll('[data-role=reranked] thead th').length === 7", timeout=60_000
    )
    page.locator("[data-role=reset]").click()
    page.wait_for_function("!location.hash.includes('w=')")
    assert page.inner_text("[data-role=reranked] tbody") == before
    go(page, link)
    assert page.inner_text("[data-role=reranked] tbody") == after


def test_downloads_say_what_the_interface_says(page, site, served):
    go(page, f"{site}#/ranking?i=0")
    with page.expect_download() as waiting:
        page.locator("[data-role=csv]").click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    query = "industry=%E7%BB%BC%E5%90%88&limit=5000"
    told = json.loads(urlopen(f"{served}/v1/ranks?{query}").read())["rows"]
    by_code = {row["division_code"]: row for row in told}
    assert {row["division_code"] for row in rows} == by_code.keys()
    for row in rows:
        own = by_code[row["division_code"]]
        assert row["rank"] == ("" if own["rank"] is None else str(own["rank"]))
        assert row["status"] == own["status"]
        if own["index"] is None:
            assert row["index"] == ""
        else:
            assert float(row["index"]) == pytest.approx(own["index"], abs=1e-6)
    with page.expect_download() as waiting:
        page.locator("[data-role=excel]").click()
    content = waiting.value.path().read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = list(sheet.iter_rows(values_only=True))
    assert list(cells[0]) == list(rows[0])
    assert [line[2] for line in cells[1:]] == [row["division_code"] for row in rows]


def test_a_ranking_sorts_filters_and_shows_cities_without_counties_unnumbered(page, disk):
    go(page, f"{disk}#/ranking?q=441900")
    row = page.locator("[data-role=ranking] tbody tr")
    assert row.count() == 1
    assert "单列，不占位次" in row.inner_text()
    assert row.locator("td").first.inner_text() == "—"
    go(page, f"{disk}#/ranking?p=330000")
    names = page.locator("[data-role=ranking] tbody td:nth-child(4)").all_inner_texts()
    assert set(names) == {"浙江省"}
    page.get_by_role("button", name="热力值").click()
    values = [
        float(text)
        for text in page.locator("[data-role=ranking] tbody td:nth-child(5)").all_inner_texts()
        if re.fullmatch(r"[\d.]+", text)
    ]
    assert values == sorted(values, reverse=True)


CITIES_WITHOUT_COUNTIES = ("441900", "442000", "460400", "620200")


def test_the_four_cities_without_counties_stand_where_they_would_unnumbered(page, disk, synthetic):
    ranks = pl.DataFrame(read_member(synthetic / "out" / "datapackage", "ranks"))
    own = ranks.filter(pl.col("division_code").is_in(CITIES_WITHOUT_COUNTIES))
    standing = own.filter((pl.col("industry") == "综合") & (pl.col("status") == "unnumbered"))
    assert standing.height > 0
    assert own["rank"].null_count() == own.height
    go(page, f"{disk}#/ranking")
    rows = page.evaluate(STANDING)
    for row in standing.to_dicts():
        at = [code for code, *_ in rows].index(row["division_code"])
        assert rows[at][1] == 0
        assert rows[at - 1][2] >= row["index"] - 1e-6 >= rows[at + 1][2] - 2e-6
    for code in CITIES_WITHOUT_COUNTIES:
        go(page, f"{disk}#/ranking?q={code}")
        assert page.locator("[data-role=ranking] tbody td").first.inner_text() == "—"
        go(page, f"{disk}#/county/{code}")
        assert page.locator(".fact b").first.inner_text() == "—"
        assert "单列" in page.inner_text("main")


STANDING = """
() => window.ReliLab.data.loadIndex(0).then((index) => {
  const { units } = window.ReliLab.data;
  return units.filter((unit) => !Number.isNaN(index.index[unit.place]))
    .sort((a, b) => index.index[b.place] - index.index[a.place])
    .map((unit) => [unit.code, index.rank[unit.place], index.index[unit.place]]);
})
"""


def test_what_was_not_published_says_so_and_is_no_zero(page, published):
    site = (published / "out" / "site" / "index.html").as_uri()
    ranks = pl.DataFrame(read_member(published / "out" / "datapackage", "ranks"))
    never = ranks.group_by("division_code").agg((pl.col("status") == "unpublished").all())
    code = never.filter("status")["division_code"].sort()[0]
    go(page, f"{site}#/county/{code}")
    page.wait_for_selector("[data-role=indices] a")
    facts = page.locator(".fact").all_inner_texts()
    assert len(facts) == 2
    assert all("未公布" in fact for fact in facts)
    said = page.locator("[data-role=indices] .said").all_inner_texts()
    assert [each.strip() for each in said] == ["未公布"] * 9
    assert "指标的数值未公布" in page.inner_text("main")
    go(page, f"{site}#/ranking?q={code}")
    row = page.locator("[data-role=ranking] tbody tr").inner_text()
    assert "未公布" in row
    assert "0" not in row.replace(code, "")
    go(page, f"{site}#/weights")
    assert "没有公布指标数值" in page.inner_text("main")
    assert "不以零计" in page.inner_text("body")


def test_where_only_the_first_are_known_hot_is_to_stand_among_them(page, published):
    clusters = pl.DataFrame(read_member(published / "out" / "datapackage", "clusters"))
    hot = clusters.filter(pl.col("cluster") == "hot")["division_code"].sort()[0]
    go(page, f"{(published / 'out' / 'site' / 'index.html').as_uri()}#/county/{hot}")
    page.wait_for_selector("[data-role=quality]")
    said = page.inner_text("[data-role=quality]")
    assert "与相邻区县同在前100名" in said and "均显著偏高" not in said


INSET = """
() => {
  const own = document.querySelector('.inset canvas');
  const bytes = own.getContext('2d').getImageData(0, 0, own.width, own.height).data;
  const { bottom, right, width } = document.querySelector('.inset').getBoundingClientRect();
  const colours = new Set(new Uint32Array(bytes.buffer));
  return { colours: colours.size, bottom, right, width };
}
"""


@pytest.mark.parametrize("width", [1440, 390])
def test_a_finger_picks_a_county_and_the_south_china_sea_is_there(browser, disk, width):
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 900}, has_touch=True
    )
    page = context.new_page()
    go(page, disk)
    page.wait_for_function("document.querySelector('.box canvas')?.width > 300")
    page.wait_for_timeout(300)
    told = page.evaluate(INSET)
    assert told["colours"] > 3
    assert told["width"] >= 80
    assert "南海诸岛" in page.inner_text(".map")
    buttons = page.locator(".zoom").bounding_box()
    box = page.locator(".box").first.bounding_box()
    assert buttons["x"] + buttons["width"] <= width
    if width < 500:
        # Below Tibet and west of Yunnan nothing lies.
        assert buttons["y"] > box["y"] + 0.8 * box["height"]
    page.touchscreen.tap(box["x"] + 0.27 * box["width"], box["y"] + 0.44 * box["height"])
    page.wait_for_selector(".card h2")
    assert page.inner_text(".card h2") == "若羌县"
    legend = page.inner_text(".legend")
    for words in ("50及以上", "35–50", "20–35", "10–20", "不足10"):
        assert words in legend
    context.close()


@pytest.mark.parametrize(
    ("link", "least"),
    [
        ("#/county/440305", 3),
        ("#/province/330000", 2),
        ("#/industry/8", 5),
        ("#/compare/330114,310115", 2),
        ("#/scatter", 1),
    ],
)
def test_every_chart_shows_its_data(page, disk, link, least):
    go(page, disk + link)
    page.wait_for_timeout(200)
    figures = page.locator("figure")
    assert figures.count() >= least
    for place in range(figures.count()):
        figure = figures.nth(place)
        figure.get_by_role("button", name="数据").click()
        rows = figure.locator("tbody tr")
        assert rows.count() > 0
        assert rows.first.inner_text().strip()


def test_two_indicators_are_plotted_and_their_rank_correlation_is_told(page, disk, synthetic):
    panel = pl.DataFrame(read_member(synthetic / "out" / "datapackage", "indicators"))
    own = panel.filter((pl.col("industry") == "综合") & (pl.col("year") == panel["year"].max()))
    wide = own.pivot(on="indicator", index="division_code", values="value")
    both = wide.select("sei_enterprises", "invention_patents").drop_nulls()
    expected = both.select(
        pl.corr("sei_enterprises", "invention_patents", method="spearman")
    ).item()
    go(page, f"{disk}#/scatter?x=sei_enterprises&y=invention_patents")
    said = page.inner_text("figcaption")
    count, correlation = re.search(r"(\d+)个两项都有值的单元；秩相关系数 (-?[\d.]+)", said).groups()
    assert int(count) == both.height
    assert float(correlation) == pytest.approx(expected, abs=0.0051)


def test_counts_stand_on_logarithmic_axes_and_scores_on_plain_ones(page, disk):
    button = "button:has-text('对数刻度')"
    go(page, f"{disk}#/scatter?x=sei_enterprises&y=high_tech")
    assert page.get_attribute(button, "aria-pressed") == "true"
    go(page, f"{disk}#/scatter?x=heat&y=heat&j=1")
    assert page.get_attribute(button, "aria-pressed") == "false"
    page.click(button)
    assert page.get_attribute(button, "aria-pressed") == "true"
    page.click(button)
    assert page.get_attribute(button, "aria-pressed") == "false"


def test_the_page_of_an_industry_is_the_chapter_of_the_report(page, disk, synthetic):
    package = synthetic / "out" / "datapackage"
    said = json.loads((package / "publication.json").read_text(encoding="utf-8"))
    chapter = next(each for each in said["indices"] if each["industry"] == "新材料")
    go(page, f"{disk}#/industry/5")
    page.wait_for_selector("figure")
    text = page.inner_text("main")
    for name in ("lead", "about_provinces", "about_cities"):
        assert chapter[name]
        assert chapter[name] in text
    assert chapter["about_provinces"] + chapter["about_regions"] in text
    for each in chapter["about_dimensions"]:
        assert each["text"] in text


def test_keyboard_alone_reaches_and_works_everything(page, disk):
    go(page, disk)
    page.keyboard.press("Tab")
    assert "跳到正文" in page.evaluate("document.activeElement.innerText")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        kind = page.evaluate(
            "document.activeElement.dataset.role ?? document.activeElement.getAttribute('role')"
            " ?? document.activeElement.tagName + ':' + document.activeElement.innerText"
        )
        reached.add(kind)
    assert {"combobox", "industry", "measure", "group", "BUTTON:+"} <= reached
    map_box = page.locator(".box").first
    map_box.focus()
    for key in ("+", "+", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(".card h2")
    assert "放大" in map_box.inner_text()
    go(page, f"{disk}#/weights")
    page.locator("input[data-node=foundation]").focus()
    page.keyboard.press("Home")
    page.wait_for_function("decodeURIComponent(location.hash).includes('foundation:0')")


def test_language_and_colours_can_be_changed(page, disk):
    go(page, disk)
    page.locator("#language").click()
    assert "Heat index" in page.inner_text("h1")
    assert page.get_attribute("html", "lang") == "en"
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_transfer_stays_small(synthetic):
    import gzip

    site = synthetic / "out" / "site"
    first = ("index.html", "app.js", "app.css", "data/core.js", "data/i0.js", "data/map.js")
    size = {
        path.relative_to(site).as_posix(): len(gzip.compress(path.read_bytes(), 6))
        for path in site.rglob("*")
        if path.is_file()
    }
    assert sum(size[name] for name in first) <= 400_000
    assert sum(size.values()) <= 1_200_000


def test_no_served_byte_names_an_enterprise(synthetic):
    """Every file below out/: the names of all planted firms, in any encoding a file may have."""
    register = pl.read_csv(
        synthetic / "sources" / "register.csv", infer_schema=False, truncate_ragged_lines=True
    )
    column = next(name for name in register.columns if name in ("企业名称", "name", "公司名称"))
    names = {name for name in register[column].drop_nulls() if len(name) >= 8}
    assert len(names) > 1000
    served = []
    for folder in ("site", "datapackage"):
        for path in sorted((synthetic / "out" / folder).rglob("*")):
            if path.is_file():
                served.append(path.read_bytes())
                if path.suffix == ".parquet":
                    served.append(pl.read_parquet(path).write_csv().encode())
    text = b"\n".join(served).decode("utf-8", errors="ignore")
    codes = next(name for name in register.columns if "信用" in name or name == "credit_code")
    # All at once: one by one, thousands of names would take minutes.
    wanted = [*names, *register[codes].drop_nulls()]
    found = AhoCorasick(wanted).find_matches_as_indexes(text)
    assert not [wanted[match[0]] for match in found]
