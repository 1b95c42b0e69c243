"""No page type violates a rule of axe."""

import json

import pytest
from axe_core_python.sync_playwright import Axe
from tests.browser.chromium import chromium

PAGES = {
    "map": "#/",
    "county": "#/county/330114",
    "city": "#/city/330100",
    "industry": "#/industry/8",
    "compare": "#/compare/330114,310115,110108",
    "scatter": "#/scatter",
    "ranking": "#/ranking?wide=1",
    "weights": "#/weights?w=innovation:2",
    "method": "#/method",
    "role": "#/role/planning",
}


@pytest.fixture(scope="module")
def page(synthetic):
    with chromium() as browser:
        found = browser.new_page(bypass_csp=True, viewport={"width": 1440, "height": 900})
        found.site = (synthetic / "out" / "site" / "index.html").as_uri()
        yield found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_violates_no_rule_and_fits(page, name):
    page.goto("about:blank")
    page.goto(page.site + PAGES[name])
    page.wait_for_selector("main h1")
    page.wait_for_timeout(600)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    found = Axe().run(page)["violations"]
    assert not found, json.dumps(found, ensure_ascii=False)[:1500]
