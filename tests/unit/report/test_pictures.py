"""Rendered pages compared with reference pictures that we rendered ourselves, with a tolerance.

`python tests/unit/report/test_pictures.py` renders them anew; then look at each before committing.
"""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reli.report.blocks import Bars, Figure, Grid, Group, Heading, Paragraph, Places, Ranges
from reli.report.charts import bars, draw, ranges

PICTURES = Path(__file__).parent / "pictures"
SMALL = (248, 351)
"""A page of A4, small enough that a change of one letter does not count."""
MOST_DIFFERENT = 0.006
"""Mean difference of grey from 0 to 1; an element moved, lost or added gives more."""

PLACES = tuple(
    (str(rank), f"第{rank}区", "某某市", "某某省", f"{100 - rank / 2:.4f}")
    for rank in range(1, 101)
)
COUNTS = Bars(("广东省", "浙江省", "3个省第3位并列"), (19.0, 12.0, 4.0), "个")
SPANS = Ranges(("甲市乙区", "甲市丙区"), (1, 2), (1, 2), (3, 9))


def figure(key, content, series="图", number=1):
    return Figure(
        key=key,
        series=series,
        number=number,
        caption="某产业区域热力值评价指数TOP100",
        content=content,
        sources="资料来源：合成演示数据",
        notes=("注：本图为样张。",),
    )


GRID = Grid(
    ("省份", "综合", "新材料"),
    (("广东省", "19", "12"), ("浙江省", "12", "3"), ("合计", "31", "15")),
    (0, 1, 1),
    (False, True, True),
    tints=((0, 4, 3), (0, 3, 1)),
    totals=1,
)
BLOCKS = (
    Heading(1, "样张", "第一章", "样张", is_new_page=True),
    Heading(2, "样节", "1.1", "样节"),
    Paragraph("样张所用文字均为虚构，用于比较版面。" * 3),
    figure("a/table", Places(PLACES)),
    Heading(1, "图与表", "第二章", "图与表", is_new_page=True),
    Paragraph("图表的样式只声明一次。" * 6),
    Group((figure("a/one", COUNTS, number=2), figure("a/two", COUNTS, number=3))),
    figure("a/grid", GRID, "附表"),
    figure("a/ranges", SPANS, "附图"),
    Paragraph("小字说明。" * 10, "small"),
)


def rendered():
    """The sample's two pages, as small grey pictures."""
    import json
    import shutil

    import typst

    from reli.report.document import document_data
    from reli.report.publication import Publication

    publication = Publication(
        title="样张",
        reference_year=2023,
        vintage=2023,
        universe="样张",
        unit_count=1,
        top=100,
        source_note="合成演示数据",
        indices=(),
        is_synthetic=True,
    )
    report = Path(__file__).parents[3] / "src" / "reli" / "report"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(report / "templates" / "report.typ", folder / "report.typ")
        drawn = {
            "a-one": draw(bars(COUNTS)),
            "a-two": draw(bars(COUNTS)),
            "a-ranges": draw(ranges(SPANS)),
        }
        for key, svg in drawn.items():
            (folder / f"{key}.svg").write_text(svg, encoding="utf-8")
        data = json.dumps(document_data(publication, BLOCKS), ensure_ascii=False)
        (folder / "data.json").write_text(data, encoding="utf-8")
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[report / "assets" / "fonts"],
        )
        compiler = typst.Compiler(folder / "report.typ", root=folder, font_paths=fonts)
        pages = compiler.compile(format="png", ppi=60)
    return [
        Image.open(io.BytesIO(page)).convert("L").resize(SMALL, Image.Resampling.LANCZOS)
        for page in pages[-2:]
    ]


@pytest.fixture(scope="module")
def pages():
    return rendered()


def difference(one, other):
    return np.abs(np.asarray(one, float) - np.asarray(other, float)).mean() / 255


@pytest.mark.parametrize("number", [0, 1])
def test_a_page_looks_as_it_did(pages, number):
    reference = Image.open(PICTURES / f"page-{number + 1}.png")
    assert difference(pages[number], reference) < MOST_DIFFERENT


@pytest.mark.parametrize("number", [0, 1])
def test_the_tolerance_would_notice_a_lost_figure(number):
    reference = Image.open(PICTURES / f"page-{number + 1}.png")
    without = np.asarray(reference, float).copy()
    height = without.shape[0]
    without[height // 8 : height * 2 // 5] = 255
    assert difference(without, reference) > MOST_DIFFERENT


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for place, page in enumerate(rendered(), 1):
        page.save(PICTURES / f"page-{place}.png", optimize=True)
