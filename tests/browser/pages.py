"""Every type of page of the site, as addresses behind the file."""

PAGES = {
    "map": "#/",
    "map-indicator": "#/?m=high_tech&i=8",
    "map-cities": "#/?l=city",
    "county": "#/county/330114",
    "county-english": "#/county/440305?i=8&lang=en",
    "no-county": "#/county/999999",
    "city-without-counties": "#/county/441900",
    "city": "#/city/330100",
    "province": "#/province/330000",
    "industry": "#/industry/8",
    "industry-english": "#/industry/0?lang=en",
    "compare": "#/compare/330114,310115,110108",
    "scatter": "#/scatter",
    "ranking": "#/ranking?wide=1&p=330000",
    "weights": "#/weights?w=innovation:2",
    "method": "#/method",
    "method-english": "#/method?lang=en",
    "role": "#/role/planning",
}
WIDTHS = (1440, 390)


def ready(page):
    """Wait until nothing is being read any more."""
    page.wait_for_selector("main h1")
    page.wait_for_function(
        "!/读取数据|Reading data/.test(document.querySelector('main').innerText)"
    )


def go(page, link):
    page.goto("about:blank")
    # A machine busy with other tests opens a page slowly; nothing is timed here.
    page.goto(link, timeout=60_000)
    ready(page)
