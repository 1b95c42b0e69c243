"""What holds of every type of page: it fits, asks nobody else, complains of nothing, is for all."""

import json
import re

import pytest
from axe_core_python.sync_playwright import Axe
from tests.browser.chromium import chromium
from tests.browser.pages import PAGES, WIDTHS, go

AROUND = {"exclude": [["svg g"], ["tbody tr:nth-child(n + 8)"]]}
"""Thousands of points and rows alike take a rule half a minute, and tell nothing."""

ONLY_CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""Dark colours change nothing else."""


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def page_at(browser):
    """A page of a width that notes what it asks for and complains of."""
    pages = {}

    def make(width):
        if width not in pages:
            context = browser.new_context(
                bypass_csp=True,
                viewport={"width": width, "height": 900},
                has_touch=width < 500,
                color_scheme="light",
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.noted, page.asked = [], []
            page.on("pageerror", lambda error: page.noted.append(str(error)))
            page.on("console", lambda said: said.type == "error" and page.noted.append(said.text))
            page.on("request", lambda request: page.asked.append(request.url))
            pages[width] = page
        pages[width].noted.clear()
        pages[width].asked.clear()
        return pages[width]

    return make


BEYOND = """
() => [...document.querySelectorAll('main *, header *, footer *')].filter((each) =>
  each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll, [hidden], .inset')
).map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 40)}`).slice(0, 5)
"""


def looked_at(page, site, link):
    go(page, site + link)
    assert not page.noted
    own = site.rsplit("/", 1)[0]
    foreign = [url for url in page.asked if not url.startswith((own, "about:", "data:", "blob:"))]
    assert not foreign
    text = page.inner_text("body")
    assert re.search("合成演示数据|Synthetic demonstration data", text)
    assert not [word for word in ("[object", "undefined", "NaN", "null") if word in text]
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(BEYOND)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_from_disk_fits_and_violates_no_rule(page_at, disk, name, width):
    page = page_at(width)
    looked_at(page, disk, PAGES[name])
    found = Axe().run(page, AROUND)["violations"]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    found += Axe().run(page, AROUND, ONLY_CONTRAST)["violations"]
    page.emulate_media(color_scheme="light")
    assert not found, json.dumps(found, ensure_ascii=False)[:1500]


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_from_a_server_fit_and_ask_nobody_else(page_at, served, width):
    page = page_at(width)
    for link in PAGES.values():
        looked_at(page, f"{served}/site/index.html", link)


REACHABLE = """
() => {
  const wanted = 'a[href], button, input, select, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll(wanted)].filter((each) =>
    each.checkVisibility() && !each.disabled && each.tabIndex >= 0);
  all.forEach((each, place) => (each.dataset.stop = place));
  return all.map((each) => `${each.tagName} ${each.textContent.trim().slice(0, 30)}`);
}
"""


@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_alone_reaches_everything(page_at, disk, name):
    page = page_at(1440)
    go(page, disk + PAGES[name])
    stops = page.evaluate(REACHABLE)
    assert len(stops) > 12
    page.evaluate("window.reached = new Set(); addEventListener('focusin', (event) =>"
                  " reached.add(event.target.dataset.stop))")  # fmt: skip
    for _ in range(len(stops) + 2):
        page.keyboard.press("Tab")
    reached = set(page.evaluate("[...reached]"))
    missed = [said for place, said in enumerate(stops) if str(place) not in reached]
    assert not missed


CHINESE = """
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const isSaid = node.parentElement.closest('[lang="zh-CN"], script, style, [hidden]');
    // A project's title is in its own words.
    const text = node.data.replaceAll(window.RELI.title, '');
    const isChinese = /[\\u3000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef]/.test(text);
    if (isChinese && !isSaid) found.push(node.data.trim());
  }
  return found;
}
"""
"""Texts in Chinese that are not marked as such."""


def test_english_is_complete(page_at, disk):
    page = page_at(1440)
    for address in PAGES.values():
        plain = address.replace("?lang=en", "").replace("&lang=en", "")
        link = f"{plain}{'&' if '?' in plain else '?'}lang=en"
        go(page, disk + link)
        page.wait_for_timeout(150)
        assert not page.evaluate(CHINESE), link
        assert page.get_attribute("html", "lang") == "en"
    go(page, f"{disk}#/?lang=zh")


def test_the_policy_of_a_page_lets_nothing_out(browser, served):
    context = browser.new_context()
    page = context.new_page()
    noted = []
    page.on("console", lambda said: said.type == "error" and noted.append(said.text))
    page.goto(f"{served}/site/index.html#/weights")
    page.wait_for_selector("[data-role=reranked]")
    page.locator("[data-role=draw]").click()
    page.wait_for_selector("[data-role=reranked] thead th:nth-child(7)", timeout=60_000)
    assert not noted
    page.evaluate("fetch('https://example.org/').catch(() => {})")
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'),"
        " { src: 'https://example.org/x.js' }))"
    )
    page.wait_for_timeout(200)
    assert len([said for said in noted if "Content Security Policy" in said]) >= 2
    context.close()
