"""What an analyst adds to a report: paragraphs, wording, thresholds, errata, a layout."""

import json
import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from reli.errors import Problems
from reli.pipeline import run_project

ROOT = Path(__file__).parents[2]
FORMS = ("workbook", "datapackage", "site", "figures", "word", "slides")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The published example with an analyst's files, and only the report made."""
    made = tmp_path_factory.mktemp("own") / "project"
    shutil.copytree(ROOT / "examples" / "published-2024", made)
    settings = (made / "reli.toml").read_text(encoding="utf-8").split("[publications]")[0]
    forms = "".join(f"{name} = false\n" for name in FORMS)
    (made / "reli.toml").write_text(f"{settings}[publications]\n{forms}", encoding="utf-8")
    (made / "text").mkdir()
    (made / "text" / "preface.md").write_text(
        "# 前言\n\n分析员的前言，全国共有若干园区。\n\n"
        "园区有31个。\n数据来源：某某年鉴；某某公报\n\n"
        "还有12个。\n\n# 新材料/分城市\n\n分析员对新材料城市的\n按语。\n",
        encoding="utf-8",
    )
    (made / "patterns.toml").write_text(
        '[overview]\nlevels = ["自定句式：首位{first}，末位{last}。"]\n', encoding="utf-8"
    )
    (made / "thresholds.toml").write_text("[main]\nvalue = 99\n", encoding="utf-8")
    (made / "errata.csv").write_text(
        "date,place,was,now,reason\n2024-07-01,表1,甲,乙,笔误\n", encoding="utf-8"
    )
    run_project(made)
    return made


def text_of(folder):
    pages = PdfReader(folder / "out" / "report.pdf").pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def test_own_paragraphs_stand_at_their_places(folder):
    text = text_of(folder)
    assert text.index("分析员的前言，全国共有若干园区。") < text.index("本报告依据")
    own = text.index("分析员对新材料城市的按语。")
    assert text.rindex("3.5", 0, own) < own < text.rindex("3.6")


def test_the_numbers_of_a_preface_have_a_source_or_a_field_for_it(folder):
    text = text_of(folder)
    assert "园区有31个。数据来源：某某年鉴；某某公报" in text
    assert "还有12个。数据来源：待补" in text


def test_wording_and_thresholds_of_the_project_are_used(folder):
    text = text_of(folder)
    assert "自定句式：首位100.00，末位" in text
    assert "主要集中所占比重不低于99%" in text  # the table of thresholds
    facts = json.loads((folder / "build/published/facts.json").read_text(encoding="utf-8"))
    kinds = {each["fact"]["kind"] for found in facts.values() for each in found["sentences"]}
    # No region has 99% of the first places.
    assert "region_main" not in kinds and "centres" in kinds


def test_errata_have_an_appendix(folder):
    assert "2024-07-01，表1：“甲”应为“乙”。原因：笔误。" in text_of(folder)


def test_own_paragraphs_survive_a_new_run_and_change_with_their_file(folder):
    path = folder / "text" / "preface.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("若干园区", "许多园区"), encoding="utf-8")
    run_project(folder)
    assert "分析员的前言，全国共有许多园区。" in text_of(folder)
    assert path.read_text(encoding="utf-8") == before.replace("若干园区", "许多园区")


def test_a_place_that_the_report_has_not_is_refused_with_the_nearest(folder):
    path = folder / "text" / "z.md"
    path.write_text("引言\n\n# 新材料/分成市\n\n按语\n", encoding="utf-8")
    with pytest.raises(Problems, match="text before the first place") as raised:
        run_project(folder)
    assert "新材料/分城市" in str(raised.value)
    path.unlink()
