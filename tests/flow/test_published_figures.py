"""Charts and the matrix of the published example's report, read back and recounted."""

import csv
import re
from collections import Counter
from pathlib import Path

import pdfplumber
import pytest

SCORES = Path(__file__).parents[2] / "examples/published-2024/sources/score.csv"
ROWS = list(csv.DictReader(SCORES.open(encoding="utf-8-sig")))
INDUSTRIES = list(dict.fromkeys(row["industry"] for row in ROWS))
BAR = re.compile(r"^(\S+) (\d+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def halves(published):
    """Left and right half of each page of charts, and the page of the matrix, as text."""
    charts, matrix = [], ""
    with pdfplumber.open(published / "out" / "report.pdf") as pdf:
        for page in pdf.pages[4:]:
            text = re.sub(r"\s", "", page.extract_text())
            if re.search(r"图\d+各省", text):
                middle = page.width / 2 - 2
                charts.append(
                    [
                        page.crop((0, 70, middle, page.height)).extract_text(),
                        page.crop((middle, 70, page.width, page.height)).extract_text(),
                    ]
                )
            if "附表1各省各指数" in text:
                matrix = page.extract_text()
    return charts, matrix


def bars(text):
    """Bars of a chart, up to its caption."""
    return [(name, int(count)) for name, count in BAR.findall(re.split(r"图 ?\d", text)[0])]


@pytest.mark.parametrize("place", range(9))
def test_bars_of_provinces_and_cities_are_counts_of_the_rows(halves, place):
    rows = [row for row in ROWS if row["industry"] == INDUSTRIES[place]]
    provinces, cities = (bars(text) for text in halves[0][place])
    assert dict(provinces) == Counter(row["province"] for row in rows)
    counted = Counter(row["city"] for row in rows)
    least = sorted(counted.values(), reverse=True)[9]
    assert dict(cities) == {name: count for name, count in counted.items() if count >= least}
    for chart in (provinces, cities):
        numbers = [number for _, number in chart]
        assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("place", range(9))
def test_a_caption_counts_the_cities_that_are_shown(halves, place):
    _, right = halves[0][place]
    shown = len(bars(right))
    assert f"前{shown}城市" in re.sub(r"\s", "", right)


def test_the_matrix_is_the_counts_of_the_rows(halves):
    found = re.findall(r"^(\S+)((?: \d+){9})$", halves[1], re.MULTILINE)
    table = {name: [int(number) for number in numbers.split()] for name, numbers in found}
    assert table.pop("合计") == [100] * 9
    counted = Counter((row["province"], row["industry"]) for row in ROWS)
    assert set(table) == {province for province, _ in counted}
    for province, numbers in table.items():
        assert numbers == [counted[province, industry] for industry in INDUSTRIES]
