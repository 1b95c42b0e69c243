"""Addresses and where they lie. Names and dates of changes: State Council decisions."""

import pyarrow as pa
import pytest

from reli.classification.place import Locator
from reli.reference.divisions import counties
from reli.reference.units import cities_without_counties


@pytest.fixture(scope="session")
def locator():
    return Locator(2023)


@pytest.fixture
def locate(locator):
    def one(address, **others):
        columns = {"address": [address], **{name: [text] for name, text in others.items()}}
        return locator.locate(pa.record_batch(columns)).to_pylist()[0]

    return one


@pytest.mark.parametrize(
    "address, code, confidence",
    [
        ("浙江省杭州市余杭区五常街道文一西路969号", "330110", "exact"),
        ("浙江杭州余杭", "330110", "exact"),
        ("杭州余杭区", "330110", "exact"),
        ("海淀区中关村大街1号", "110108", "exact"),
        ("河南省济源市沁园路", "419001", "exact"),
        ("深圳市南山区科技园", "440305", "exact"),
        ("佛山南海桂城", "440605", "exact"),
        ("海南省三沙市西沙区", "460302", "exact"),
        ("江苏省苏州市 昆山市玉山镇", "320583", "exact"),
        ("浙江省杭州市浙江省杭州市西湖区", "330106", "exact"),
        ("浙江省\n杭州市\n西湖区", "330106", "exact"),
        ("广西南宁市青秀区", "450103", "exact"),
        ("内蒙呼和浩特市新城区", "150102", "exact"),
        # A town where no county is named.
        ("杭州市崇贤街道", "330113", "derived"),
        # Abolished and renamed: successors.
        ("临安市锦城街道", "330112", "derived"),
        ("崇文区东花市", "110101", "derived"),
        ("北京市大兴县", "110115", "derived"),
        ("苏州市吴江市", "320509", "derived"),
        ("河北省保定市新市区", "130602", "derived"),
        # 九台 and 陆丰 gave land away before they were renamed: the last of the name counts.
        ("吉林省长春市九台市", "220113", "derived"),
        ("广东省陆丰县", "441581", "derived"),
        ("徐州市铜山县", "320312", "derived"),
        ("浙江省瓯海县", "330304", "derived"),
        # A county-level city of a prefecture of then, or that city above its district of now.
        ("宁夏银南地区吴忠市", "640302", "derived"),
        ("河北省张家口地区张家口市桥东区", "130702", "exact"),
        # 余杭区 gave 临平区 away in 2021: the town says which.
        ("杭州市余杭区崇贤街道", "330113", "derived"),
        ("余杭市", "330110", "derived"),
        # Renamed in the act that gave some towns to districts that stood before.
        ("山东省文登市", "371003", "derived"),
        ("文登市汪疃镇", "371002", "derived"),
        ("黑龙江省阿城市", "230112", "derived"),
        ("广东省南海市", "440605", "derived"),
        # 市中区 behind a city in short.
        ("四川乐山市中区", "511102", "exact"),
        ("济南市中区经七路", "370103", "exact"),
        ("余杭市临平街道", "330113", "derived"),
        # Towns that are no more: 大毕庄 (into 金钟), 龙港 (a city since 2019).
        ("天津市大毕庄镇", "120110", "derived"),
        ("三亚市凤凰镇", "460204", "derived"),
        # Lists name some towns with what they lie in, or with their office.
        ("濮阳市户部寨镇", "410928", "derived"),
        ("扬州市杭集镇", "321002", "derived"),
        ("四平市北市场街道", "220303", "derived"),
        ("十堰市白浪街道", "420302", "derived"),
        ("乌鲁木齐市白鸟湖街道", "650106", "derived"),
        # In a municipality two characters are enough, as in a city.
        ("上海市堡镇", "310151", "derived"),
        ("温州市龙港镇", "330383", "derived"),
        # A county's seat bears its name, and lies in the heir of that name.
        ("吉林省双阳县双阳镇", "220112", "derived"),
        # A town run by a zone lies where it did; the zone's principal is elsewhere.
        ("济南市孙村街道", "370112", "derived"),
        # Short names in use; 巴州 alone is a district of 四川 too.
        ("巴州和静县", "652827", "exact"),
        ("四川巴中巴州", "511902", "exact"),
        ("吉林省前郭县", "220721", "exact"),
        # Not 干县, although a table of characters says so.
        ("陝西省乾縣", "610424", "exact"),
        # A firm's name before the address; 路北 behind a name makes it a road.
        ("上海某某贸易有限公司 苏州市吴中区木渎镇", "320506", "exact"),
        ("北京某某公司上海市浦东新区", "310115", "exact"),
        ("杭州市余杭区临平路北侧", "330110", "exact"),
        ("滑县县城文明路", "410526", "exact"),
        # Cities without counties.
        ("东莞市长安镇", "441900", "exact"),
        ("嘉峪关市", "620200", "exact"),
    ],
)
def test_an_address_has_its_place(locate, address, code, confidence):
    found = locate(address)
    assert (found["division_code"], found["confidence"]) == (code, confidence)
    assert found["candidates"] == ""


@pytest.mark.parametrize(
    "address, code, method",
    [
        ("宁波市江阴市", "320281", "corrected:宁波市->江阴市"),
        ("济宁市梁山区", "370832", "corrected:梁山区->梁山县"),
        ("青岛市阳城区", "370214", "corrected:阳城区->城阳区"),
        ("潍坊市临淄区", "370305", "corrected:潍坊市->临淄区"),
        ("潍坊市寿光区", "370783", "corrected:寿光区->寿光市"),
        ("阜新市清河区", "210905", "corrected:清河区->清河门区"),
    ],
)
def test_a_slip_is_corrected_and_said(locate, address, code, method):
    found = locate(address)
    assert (found["division_code"], found["method"]) == (code, method)
    assert found["confidence"] == "derived"


@pytest.mark.parametrize(
    "address, common, candidates",
    [
        ("朝阳区", "", "110105|220104"),
        ("鼓楼区", "", "320106|320302|350102|410204"),
        ("江苏省鼓楼区", "320000", "320106|320302"),
        ("南沙区", "", "440115|460303"),
        ("江干区", "330100", "330102|330114"),
        ("绍兴县", "330600", "330602|330603"),
        # Divided: another district was set up out of it.
        ("潮阳市", "440500", "440513|440514"),
        ("庐山区", "360400", "360402|360483"),
        # Either of two cities.
        ("东莞市/三亚市", "", "441900|460202|460203|460204|460205"),
        ("广东省东莞市或中山市", "440000", "441900|442000"),
    ],
)
def test_what_cannot_be_decided_is_not(locate, address, common, candidates):
    found = locate(address)
    assert (found["division_code"], found["candidates"]) == (common, candidates)
    assert found["confidence"] == "ambiguous"


@pytest.mark.parametrize(
    "address, level, code",
    [
        ("广州市北京路12号", "city", "440100"),
        ("浙江省", "province", "330000"),
        # A quarter of the city, no district of another province.
        ("揭阳市东山区", "city", "445200"),
        # Two counties, neither more than the other.
        ("浙江省杭州市余杭区/西湖区", "city", "330100"),
        ("北京市朝阳区、海淀区", "province", "110000"),
        ("科技园路5号", "none", ""),
        ("北京路12号", "none", ""),
        ("", "none", ""),
    ],
)
def test_only_what_is_certain_is_said(locate, address, level, code):
    found = locate(address)
    assert (found["division_level"], found["division_code"]) == (level, code)


@pytest.mark.parametrize(
    "address, code",
    [
        ("上海市黄浦区南京东路1号", "310101"),
        ("北京市西城区广安门内大街", "110102"),
        ("武汉市江汉区北京路", "420103"),
        ("深圳市南山区北京大学深圳医院", "440305"),
        ("南京市鼓楼区上海路;上海市徐汇区漕溪路", "320106"),
        # A firm's name before its address.
        ("深圳市甲公司（东莞市长安镇）", "441900"),
        ("上海丁公司(上海市闵行区莘庄镇)", "310112"),
        ("北京乙科技有限公司：河北省廊坊市固安县", "131022"),
        # The second address of a firm that names its first with a road.
        ("杭州市西湖区文三路90号/余杭区仓库", "330106"),
    ],
)
def test_roads_and_later_addresses_do_not_mislead(locate, address, code):
    assert locate(address)["division_code"] == code


@pytest.mark.parametrize(
    "others, code, confidence, method",
    [
        ({"province": "江苏", "city": "徐州"}, "320302", "exact", "name"),
        ({"city": "福州市"}, "350102", "exact", "name"),
        ({"credit_code": "91410204MA0000000X"}, "410204", "inferred", "credit_code"),
        ({"authority": "南京市鼓楼区市场监督管理局"}, "320106", "inferred", "authority"),
        # A city's code names no county.
        ({"credit_code": "91320100MA0000000X"}, "", "ambiguous", "several"),
    ],
)
def test_other_columns_help_where_the_address_leaves_it_open(
    locate, others, code, confidence, method
):
    found = locate("鼓楼区中山路1号", **others)
    assert (found["division_code"], found["confidence"], found["method"]) == (
        code,
        confidence,
        method,
    )


def test_a_city_named_again_is_not_the_old_county_of_its_name(locate):
    # 佛山市 was a county-level city until 1983.
    found = locate("广东省佛山市和平路1号", province="广东省", city="佛山市")
    assert (found["division_code"], found["confidence"]) == ("440600", "ambiguous")


@pytest.mark.parametrize(
    "address, province, city, code",
    [
        # The address names its own place in full: what columns say otherwise is no context of it.
        ("福建省泉州市某路1号", "山西省", "晋城市", "350500"),
        ("福建省某路1号", "山西省", "晋城市", "350000"),
        ("泉州市某路1号", "福建省", "福州市", "350500"),
        ("湖北省宜昌县某路1号", "河北省", "保定市", "420500"),
        # A short name gives way, and so does the province of before 1997.
        ("泉州某路1号", "福建省", "福州市", "350100"),
        ("四川省渝中区某路1号", "重庆市", "重庆市", "500103"),
        # The column tells a city of the province that the address names.
        ("江苏省鼓楼区中山路1号", "江苏省", "南京市", "320106"),
    ],
)
def test_columns_that_contradict_what_the_address_names_are_left_aside(
    locate, address, province, city, code
):
    assert locate(address, province=province, city=city)["division_code"] == code


def test_the_first_town_of_a_county_that_gave_land_away_tells_the_part(locate):
    # 仓前街道 stayed in 余杭区 in 2021, 临平街道 went to 临平区.
    assert locate("杭州市余杭区仓前街道临平街道办事处旧址")["division_code"] == "330110"
    assert locate("杭州市余杭区临平街道仓前街道办事处旧址")["division_code"] == "330113"


@pytest.mark.parametrize(
    "address, code, candidates",
    [
        ("杭州市余杭区/临平区", "330100", "330110|330113"),
        ("南京市江宁区、雨花台区交界处", "320100", "320114|320115"),
        ("武汉市洪山区或江夏区", "420100", "420111|420115"),
        ("武汉市洪山区、江夏区、武昌区", "420100", "420106|420111|420115"),
        ("余杭区／临平区某路", "330100", "330110|330113"),
        # A town tells which of the two.
        ("杭州市余杭区/临平区崇贤街道", "330113", ""),
        # What stands behind the stroke is no county.
        ("武汉市洪山区/学府小区", "420111", ""),
        ("沈阳市和平区和平大街", "210102", ""),
    ],
)
def test_of_counties_that_an_address_leaves_to_choose_each_is_a_candidate(
    locate, address, code, candidates
):
    found = locate(address)
    assert (found["division_code"], found["candidates"]) == (code, candidates)


@pytest.mark.parametrize("city", ["信阳市", "驻马店市", "南阳市", "河南省"])
def test_a_seat_says_nothing_without_its_county(locate, city):
    found = locate(f"{city}城关镇")
    assert (found["county_name"], found["confidence"]) == ("", "ambiguous")


def test_what_was_read_before_is_answered_alike(locator):
    addresses = ["杭州市余杭区仓前街道1号", "杭州市崇贤街道2号", "浙江省杭州市西湖区文三路3号"]
    batch = pa.record_batch({"address": addresses})
    assert locator.locate(batch).equals(locator.locate(batch))


@pytest.mark.parametrize("form", ["{province}{city}{county}某路1号", "{city}{county}某路1号"])
def test_every_county_is_found_by_its_names(locator, form):
    rows = counties(2023).to_pylist()
    named = [
        form.format(
            province=row["province_name"],
            city=(row["city_name"] or row["province_name"])
            if row["city_name"] != row["province_name"] or "{province}" not in form
            else "",
            county=row["county_name"],
        )
        for row in rows
    ]
    found = locator.locate(pa.record_batch({"address": named}))["division_code"].to_pylist()
    wrong = [
        (address, code)
        for address, code, row in zip(named, found, rows, strict=True)
        if code != row["division_code"]
    ]
    assert wrong == []


def test_cities_without_counties_are_places_themselves(locator):
    rows = cities_without_counties().to_pylist()
    batch = pa.record_batch(
        {"address": [row["province_name"] + row["county_name"] for row in rows]}
    )
    found = locator.locate(batch).to_pylist()
    assert [(each["division_code"], each["division_level"]) for each in found] == [
        (row["unit"], "city") for row in rows
    ]


def test_an_older_vintage_has_its_own_divisions():
    found = Locator(2010).locate(pa.record_batch({"address": ["浙江省杭州市余杭区临平街道"]}))
    assert found["division_code"].to_pylist() == ["330110"]


def test_no_rows_are_no_rows(locator):
    batch = pa.record_batch({"address": pa.array([], pa.string())})
    assert locator.locate(batch).num_rows == 0


@pytest.mark.parametrize(
    "address, code, method",
    [
        # Former prefectures with their counties; a code was given to another city later.
        ("江苏省苏州地区江阴县", "320281", "successor"),
        ("内蒙古哲里木盟通辽市", "150502", "successor"),
        ("四川省万县市云阳县", "500235", "name"),
        # A city of which a district is left: no slip for 沙市区.
        ("湖北省沙市市北京路", "421002", "successor"),
        ("四川省重庆市江北区", "500105", "name"),
        ("安徽省徽州地区歙县", "341021", "name"),
        # Two characters the wrong way round.
        ("杭州市杭余区", "330110", "corrected:杭余区->余杭区"),
        ("嘉兴市善嘉县", "330421", "corrected:善嘉县->嘉善县"),
        # Offices and markets of other counties.
        ("北京市瑞安市驻京办事处", "110000", "no county"),
        ("杭州市义乌市场12号", "330100", "no county"),
        ("永州市芝山区南津北路1号", "431102", "successor"),
        # Traditional characters, only where the text as it is leaves it open.
        ("廣東省廣州市天河區體育西路", "440106", "name"),
        ("吉林省松原市乾安县", "220723", "name"),
        # Labels in front.
        ("地址：浙江杭州余杭", "330110", "name"),
        ("经营地址：广东省佛山市禅城区", "440604", "name"),
        ("中国广东省深圳市福田区", "440304", "name"),
        # Short names of towns where a county was divided; a town of another name is no road.
        ("珠海市拱北莲花路275号", "440402", "town"),
        ("石家庄市桥东区中山东路", "130100", "split"),
        # A name that any city may have.
        ("新区创业园", "", ""),
    ],
)
def test_what_misleads_others(locate, address, code, method):
    found = locate(address)
    assert (found["division_code"], found["method"]) == (code, method)


def test_a_short_name_gives_way_to_the_columns(locate):
    # 东方 is 东方市 of 海南, if nothing else is known.
    found = locate("龙泉商贸城12号", province="四川省", city="成都市")
    assert found["division_code"] == "510100"
