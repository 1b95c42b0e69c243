"""Totals with a column a year, or a column an indicator, are a row a value."""

import pyarrow.parquet as pq
import pytest

from reli.errors import Problems
from reli.sources.reading import SourceFile
from reli.sources.stage import clean_table
from reli.sources.suggest import suggest
from reli.sources.tables import table_named, with_choices

CHOICES = {
    "division_code": {"330108": ("滨江区", "杭州市滨江区"), "330110": ("余杭区",)},
    "indicator": {"high_tech": ("高新技术企业",), "above_designated_size": ("规模以上工业企业",)},
}
YEARS = "区县,2021年,2022年（家）,备注\n杭州市滨江区,5,6,x\n余杭区,1,保密,\n"
INDICATORS = (
    "地区,年份,高新技术企业,规模以上工业企业,常住人口\n滨江区,2023,5,6,50\n余杭区,2023,保密,0,60\n"
)


@pytest.fixture
def clean(tmp_path):
    def run(text, mapping=""):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
        out, table = tmp_path / "out.parquet", with_choices(table_named("county_totals"), CHOICES)
        source = SourceFile(tmp_path / "t.csv", (tmp_path / "m.toml") if mapping else None)
        counts = clean_table(table, [source], out, tmp_path / "no.csv")
        counts.check("clean")
        columns = ["division_code", "year", "indicator", "value", "state"]
        return [tuple(row.values()) for row in pq.read_table(out, columns=columns).to_pylist()]

    return run


def test_a_column_a_year(clean):
    assert clean(YEARS, '[constants]\nindicator = "high_tech"\n') == [
        ("330108", 2021, "high_tech", 5.0, None),
        ("330108", 2022, "high_tech", 6.0, None),
        ("330110", 2021, "high_tech", 1.0, None),
        ("330110", 2022, "high_tech", None, "suppressed"),
    ]


def test_a_column_an_indicator_of_which_the_project_knows(clean):
    assert clean(INDICATORS) == [
        ("330108", 2023, "high_tech", 5.0, None),
        ("330108", 2023, "above_designated_size", 6.0, None),
        ("330110", 2023, "high_tech", None, "suppressed"),
        ("330110", 2023, "above_designated_size", 0.0, None),
    ]


def test_what_years_are_of_must_be_told(clean):
    with pytest.raises(Problems, match=r"no column for indicator"):
        clean(YEARS)


def test_a_long_table_has_no_columns_of_its_own(clean):
    text = "区县,年份,指标,数值,2021年\n滨江区,2023,high_tech,5,7\n"
    assert clean(text) == [("330108", 2023, "high_tech", 5.0, None)]


@pytest.mark.parametrize(
    ("text", "columns", "asked"),
    [
        (YEARS, "2021年, 2022年（家）", '# indicator = ""'),
        (INDICATORS, "高新技术企业, 规模以上工业企业, 常住人口", 'division_code = "地区"'),
    ],
)
def test_suggest_says_which_columns_are_values(text, columns, asked, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    found = suggest(tmp_path / "t.csv")
    assert found.table.name == "county_totals"
    assert f"# Each a value, so that a row becomes several: {columns}\n" in found.mapping
    assert asked in found.mapping
