"""The page of the indicators is what their declarations say."""

from pathlib import Path

from reli.frameworks import framework_text
from reli.index import parse_framework
from reli.pipeline.method_page import indicators_page

PAGE = Path(__file__).parents[2] / "docs" / "methodology-indicators.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == indicators_page()


def test_each_of_the_19_indicators_says_everything():
    framework = parse_framework(framework_text("heat-2024"), "heat-2024")
    sections = indicators_page().split("\n## ")[1:20]
    assert len(sections) == len(framework.indicators) == 19
    for code, section in zip(framework.indicators, sections, strict=True):
        node = framework.by_code[code]
        assert section.startswith(f"{node.name_en} (`{code}`)")
        cells = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
        pairs = [[each.strip("| ") for each in cell[:2]] for cell in cells if len(cell) > 1]
        values = {name: value for name, value in pairs if name}
        assert len(values) == 12
        assert all(values.values()), code
        assert values["reference"] != "none"
