"""What the tests of publications share."""

import random
from collections import Counter

import pytest
import shapely

from reli.frameworks import framework_text
from reli.index import parse_framework
from reli.reference.emerging import INDUSTRIES
from reli.reference.geometry import Shape
from reli.reference.universes import universe
from reli.report import method
from reli.report.basemap import build_basemap
from reli.report.figures import LEADING
from reli.report.publication import (
    DimensionText,
    IndexSection,
    Leader,
    Leaders,
    Place,
    Publication,
    Source,
)

MISSING = {"unicorn": "没有来源", "gazelle": "没有来源", "listed": "名单截至2020年"}


@pytest.fixture(scope="session")
def basemap():
    """The shipped layer, projected and drawn; about a second."""
    return build_basemap()


@pytest.fixture(scope="session")
def light_basemap():
    """A map of two squares: what is read back from a PDF need not plough through coasts."""
    squares = {"110101": (116, 39), "710001": (121, 23)}
    shapes = [
        Shape(code, f"{code[:2]}0000", shapely.box(west, south, west + 1, south + 1))
        for code, (west, south) in squares.items()
    ]
    return build_basemap(shapes)


@pytest.fixture(scope="session")
def full_edition():
    """An edition of all units, with invented numbers: every status, missing indicators."""
    framework = parse_framework(framework_text("heat-2024"), "heat-2024")
    return Publication(
        title="战略性新兴产业区域热力值评价",
        reference_year=2023,
        vintage=2023,
        universe="全国2,848个评价单元（2,844个县级区划和4个不设区县的地级市）",
        unit_count=2848,
        top=100,
        source_note="合成企业登记库",
        indices=tuple(section(industry) for industry in INDUSTRIES),
        framework=method.indicator_rows(framework, MISSING),
        framework_name=framework.name_zh,
        method=method.method_lines(
            reference_year=2023,
            registration_years=3,
            universe="全国",
            subject="战略性新兴产业",
            is_default_recipe=True,
        ),
        quality=method.quality_lines({"read": 300000, "rejected": 12, "placed": 250000}),
        is_synthetic=True,
        sources=(
            Source(
                tables=("enterprises",),
                name="企业登记名录",
                origin="register.csv",
                until="2023年12月30日",
                rows=300000,
            ),
            Source(
                tables=("little_giant",),
                name="专精特新“小巨人”企业名单",
                origin="little_giant.csv",
                until="2023年7月14日",
                rows=400,
                linked=390,
            ),
        ),
    )


def section(industry):
    draw = random.Random(industry)
    units = universe("units-2023").units.to_pylist()
    scored = sorted(units, key=lambda unit: (draw.random(), unit["unit"]))
    # 东莞 stands high in every index.
    scored.sort(key=lambda unit: unit["unit"] != "441900")
    places, rank = [], 0
    for position, unit in enumerate(scored):
        status = "ranked"
        if unit["kind"] == "city":
            status = "unnumbered"
        elif position > 2500:
            status = "inactive" if industry != "综合" else "not_scored"
        rank += status == "ranked"
        has_index = status in {"ranked", "unnumbered"}
        places.append(
            Place(
                rank=rank if status == "ranked" else None,
                division_code=unit["unit"],
                county=unit["county_name"],
                city=unit["city_name"] or "",
                province=unit["province_name"],
                index=round(100 * (1 - position / 2600) ** 6, 6) if has_index else None,
                status=status,
            )
        )
    top = [place for place in places if place.rank and place.rank <= 100]
    return IndexSection(
        industry=industry,
        places=tuple(places),
        provinces=counted(place.province for place in top),
        cities=counted(f"{place.province}/{place.city}" for place in top if place.city),
        lead="从综合指数看，排名前十的区县依次列于下表。" * 4,
        about_provinces="分省份看，各省入围区县数量如图所示。" * 8,
        about_regions="分地区看，入围区县集中在东部地区。" * 5,
        about_cities="分城市看，入围区县较为分散。" * 5,
        about_dimensions=tuple(
            DimensionText(name, f"在{name}方面，相关企业总量排名靠前的区县保持稳定。" * 6)
            for name in ("产业发展基础", "产业集聚水平", "区域创新力", "区域成长潜力")
        ),
        leaders=() if industry == "综合" else tuple(map(leaders, LEADING)),
        notes=("注：本指数缺独角兽企业数量。",),
    )


def leaders(code):
    """Twelve counties: the tenth place is shared by three."""
    numbers = (90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 5, 5)
    units = universe("units-2023").units.slice(0, 12).to_pylist()
    return Leaders(
        indicator=code,
        name={"little_giant": "专精特新“小巨人”企业数量"}.get(code, "规模以上工业企业数量"),
        unit_of_measure="家",
        places=tuple(
            Leader(unit["unit"], f"{unit['city_name']}{unit['county_name']}", number, place)
            for place, (unit, number) in enumerate(zip(units, numbers, strict=True), 1)
        ),
    )


def counted(names):
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))
