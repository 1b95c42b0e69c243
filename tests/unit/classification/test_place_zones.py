"""Zones named without a county. Hosts: the zones' own pages name the district of their seat."""

import polars as pl
import pyarrow as pa
import pytest

from reli.classification.place import Locator
from reli.classification.prepared import prepared
from reli.classification.zone_names import is_generic
from reli.errors import MissingFile, Problems
from reli.reference.zone_units import bare

WITHOUT_COUNTY = [
    # City and usual word, in all forms.
    ("西安高新区科技路1号", "610113", "zone_principal"),
    ("西安市高新区", "610113", "zone_principal"),
    ("西安市高新技术产业开发区", "610113", "zone_principal"),
    ("西安高新技术产业开发区锦业路", "610113", "zone_principal"),
    ("陕西省西安市国家高新区", "610113", "zone_principal"),
    ("成都高新区天府大道", "510107", "zone_principal"),
    ("四川省成都市高新区", "510107", "zone_principal"),
    ("成都高新区西区合作路", "510117", "zone"),
    ("合肥高新区望江西路", "340104", "zone"),
    ("郑州高新区科学大道", "410102", "zone"),
    ("大连高新区黄浦路", "210211", "zone_principal"),
    ("青岛高新区", "370214", "zone"),
    ("济南高新区舜华路", "370102", "zone_principal"),
    ("宁波高新区", "330212", "zone"),
    ("浙江省宁波市国家高新区", "330212", "zone"),
    ("苏州高新区科技城", "320505", "zone"),
    ("苏州国家高新技术产业开发区", "320505", "zone"),
    ("江苏省苏州市高新区", "320505", "zone"),
    ("无锡新区", "320214", "zone"),
    ("江苏省无锡市新区", "320214", "zone"),
    ("无锡高新区", "320214", "zone"),
    ("长沙高新区", "430104", "zone"),
    ("杭州市高新区", "330108", "zone"),
    ("厦门高新区", "350206", "zone"),
    ("武汉高新区", "420111", "zone_principal"),
    ("青岛开发区", "370211", "zone"),
    ("青岛市开发区长江路", "370211", "zone"),
    ("青岛经济技术开发区长江路", "370211", "zone"),
    ("广州开发区", "440112", "zone"),
    ("天津开发区第三大街", "120116", "zone"),
    ("大连开发区", "210213", "zone"),
    ("西安市经开区", "610112", "zone"),
    ("长沙经开区", "430121", "zone"),
    ("武汉市经济技术开发区", "420114", "zone_principal"),
    ("烟台开发区黄河路", "370611", "zone"),
    ("福州市保税区", "350105", "zone"),
    ("绵阳市开发区", "510703", "zone"),
    # Approved by the State Council, and no county is called so: needs no city.
    ("红旗渠经济技术开发区", "410581", "zone"),
    ("近海综合保税区", "210115", "zone"),
    # What became of them bears another name now.
    ("天津出口加工区", "120116", "zone"),
    ("西安市出口加工区", "610112", "zone"),
    # A new area of its own name, though a county elsewhere is called 滨海新区.
    ("锦州滨海新区", "210711", "zone"),
    ("茂名滨海新区", "440904", "zone"),
    # Divisions of the Corps: the city of most of their land; a regiment says more.
    ("新疆生产建设兵团第八师某路1号", "659001", "zone"),
    ("新疆农六师", "659004", "zone"),
    ("农八师143团", "654203", "town"),
    ("新疆兵团农七师130团", "659010", "town"),
    # A town of a zone, in another city than its seat; a town that begins with its city.
    ("贵安新区马场镇", "520403", "town"),
    ("上海松江出口加工区三庄路18弄", "310117", "town"),
    # In all usual words, also behind 国家级.
    ("国家级宁乡经开区", "430182", "zone"),
    ("湖州莫干山国家高新区", "330521", "zone"),
    ("潍坊滨海开发区", "370703", "zone_principal"),
    ("海南洋浦经开区", "460400", "zone"),
    ("营口开发区", "210804", "zone"),
    ("河南鹤壁国家经济技术开发区", "410611", "zone"),
    # A provincial park named after a town.
    ("江西向塘经济开发区", "360121", "zone"),
    # Zones by names of their own.
    ("苏州工业园区星湖街328号", "320506", "zone_principal"),
    ("江苏省苏州工业园区", "320506", "zone_principal"),
    ("武汉东湖高新区", "420111", "zone_principal"),
    ("武汉市东湖新技术开发区光谷大道", "420111", "zone_principal"),
    ("北京经济技术开发区荣华路", "110115", "zone_principal"),
    ("北京市亦庄经济技术开发区", "110115", "zone_principal"),
    ("上海张江高科技园区", "310115", "zone"),
    ("上海市临港新片区", "310115", "zone"),
    ("上海市漕河泾开发区", "310104", "zone_principal"),
    ("天津经济技术开发区第三大街", "120116", "zone"),
    ("深圳市高新技术产业园区", "440305", "zone"),
    ("深圳市前海深港合作区", "440305", "zone_principal"),
    ("珠海市横琴新区", "440402", "zone"),
    ("横琴新区", "440402", "zone"),
    ("两江新区", "500112", "zone_principal"),
    ("重庆市北部新区", "500112", "zone_principal"),
    ("湖南湘江新区", "430104", "zone_principal"),
    ("南京江北新区", "320111", "zone_principal"),
    ("郑州航空港区", "410184", "zone_principal"),
    ("甘肃省兰州新区", "620121", "zone_principal"),
    ("昆山开发区", "320583", "zone"),
    ("萧山经济技术开发区", "330109", "zone"),
    ("浙江省杭州市萧山经济技术开发区", "330109", "zone"),
    ("中国(上海)自由贸易试验区加太路29号", "310115", "zone"),
    ("中国（四川）自由贸易试验区成都高新区", "510107", "zone_principal"),
    ("贵阳国家高新技术产业开发区金阳科技产业园", "520115", "zone"),
    ("海南省洋浦经济开发区深圳科技园区", "460400", "zone"),
    ("中国(河北)自由贸易试验区正定片区", "130123", "zone"),
]

FINER = [
    # A county or a town that is named wins.
    ("陕西省西安市高新区雁塔区科技路", "610113", "name"),
    ("西安市长安区高新区", "610116", "name"),
    ("苏州高新区虎丘区", "320505", "name"),
    ("苏州市吴江区经济技术开发区", "320509", "name"),
    ("天津市滨海新区", "120116", "name"),
    ("天津滨海新区", "120116", "name"),
    ("雄安新区容城县", "130629", "name"),
    ("杭州经济技术开发区白杨街道", "330114", "town"),
    ("昆山市经济技术开发区", "320583", "name"),
]

OPEN = [
    # Hosts that are several without a principal; zones that the city does not tell.
    ("雄安新区", "130600", "130629|130632|130638"),
    ("呼和浩特经济技术开发区", "150100", "150102|150103|150105|150121"),
    ("乌海高新区", "150300", "150302|150303|150304"),
    ("苏州市浒关高新区", "320500", None),
    # 盘龙, 滨江 and 江南 are districts elsewhere.
    ("武汉市盘龙经济技术开发区", "420100", None),
    ("南京市滨江经济开发区", "320100", None),
    ("宜春高新区", "360900", None),
    ("台州市滨海新区", "331000", None),
    ("湖州市江东新区", "330500", None),
    ("中国(四川)自由贸易试验区", "510000", None),
]


@pytest.fixture(scope="module")
def locator():
    return Locator(2023)


def _one(locator, address):
    return locator.locate(pa.record_batch({"address": [address]})).to_pylist()[0]


@pytest.mark.parametrize("address, code, method", WITHOUT_COUNTY)
def test_a_zone_has_its_host(locator, address, code, method):
    found = _one(locator, address)
    assert (found["division_code"], found["method"]) == (code, method)
    assert found["confidence"] == "derived"


@pytest.mark.parametrize("address, code, method", FINER)
def test_county_and_town_win_over_the_zone(locator, address, code, method):
    found = _one(locator, address)
    assert (found["division_code"], found["method"]) == (code, method)


@pytest.mark.parametrize("address, code, candidates", OPEN)
def test_a_zone_without_one_host_stays_with_its_city(locator, address, code, candidates):
    found = _one(locator, address)
    assert (found["division_code"], found["confidence"]) == (code, "ambiguous")
    assert candidates is None or found["candidates"] == candidates


@pytest.mark.parametrize(
    "address",
    ["高新区", "高新区科技路", "开发区", "经济技术开发区", "高新技术产业园区", "工业园区"],
)
def test_usual_words_alone_say_nothing(locator, address):
    assert _one(locator, address)["confidence"] == "none"


def test_the_city_column_makes_usual_words_speak(locator):
    batch = pa.record_batch({"address": ["高新区科技路1号"], "city": ["西安市"]})
    found = locator.locate(batch).to_pylist()[0]
    assert (found["division_code"], found["method"]) == ("610113", "zone_principal")


def test_an_older_vintage_knows_zones_too():
    found = _one(Locator(2010), "西安高新区")
    assert (found["division_code"], found["method"]) == ("610113", "zone_principal")


OWN = """zone_name,kind,province,city,host_codes,principal,aliases
苏州工业园区,economic,江苏省,苏州市,320507,320507,苏州市工业园区
石湖智慧新城,other,江苏省,苏州市,320506,320506,
青岛高新技术产业开发区,high_tech,山东省,青岛市,,,
"""


def test_a_table_of_ones_own_goes_before(tmp_path):
    (tmp_path / "zones.csv").write_text(OWN, encoding="utf-8")
    locator = Locator(2023, tmp_path / "zones.csv")
    assert _one(locator, "苏州工业园区星湖街328号")["division_code"] == "320507"
    assert _one(locator, "苏州市石湖智慧新城1号")["division_code"] == "320506"
    assert _one(locator, "青岛高新技术产业开发区")["division_level"] != "county"
    # Others are as they come along.
    assert _one(locator, "西安高新区科技路1号")["method"] == "zone_principal"


@pytest.mark.parametrize(
    "line, message",
    [
        ("甲区,other,江苏省,苏州市,329999,,", "no division 329999"),
        ("甲区,park,江苏省,苏州市,320506,,", "expected one of economic"),
        ("甲区,other,江苏省,苏州市,320506,320507,", "its principal is no host"),
    ],
)
def test_what_cannot_be_right_in_it_is_told(tmp_path, line, message):
    path = tmp_path / "zones.csv"
    path.write_text(OWN.splitlines()[0] + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(Problems, match=message):
        Locator(2023, path)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MissingFile, match="own zones"):
        Locator(2023, tmp_path / "zones.csv")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("扬州市车逻镇工业路1号", "321084"),
        ("合肥市林店街道某路2号", "340103"),
        ("南通市三星镇叠石桥家纺产业园区3号", "320614"),
        ("福建土楼(华安)旅游区某村", "350629"),
    ],
)
def test_names_with_brackets_in_the_lists_are_read_without(locator, address, code):
    assert _one(locator, address)["division_code"] == code


def test_every_listed_zone_is_known_by_name(shared_dir):
    """The names of all national, statistical and town-like zones that we may ship."""
    table = pl.read_csv(shared_dir / "reference" / "zones.csv", infer_schema=False)
    listed = table.filter(pl.col("level").is_in(["national", "nbs_statistical_zone", "nbs_town"]))
    known = prepared(2023).names.full
    asked = {bare(name) for name in listed["zone"]}
    # Usual words (高新区) are read behind their city, short ones and beyond the county not at all.
    unknown = {name for name in asked if name not in known and not is_generic(name)}
    assert len(asked) > 1_000
    assert {name for name in unknown if len(name) > 5} <= {"格尔木藏青工业园区", "大柴旦行政委员会"}
