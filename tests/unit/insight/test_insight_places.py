import pytest

from reli.insight.places import Found, gazetteer


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("海淀区", "北京市", "北京市"), "110108"),
        (("市中区", "济南市", "山东省"), "370103"),
        (("市中区", "内江市", "四川省"), "511002"),
        # 龙华区 is in 深圳 and in 海口.
        (("龙华区", "深圳市", "广东省"), "440309"),
        (("龙华区", "", "海南省"), "460106"),
        (("济源市", "", "河南省"), "419001"),
        (("济源市", "省直辖县级行政区划", "河南省"), "419001"),
        (("东莞市", "东莞市", "广东省"), "441900"),
        (("万州区", "市辖区", "重庆市"), "500101"),
    ],
)
def test_names_find_their_county(names, code):
    found = gazetteer().by_names(*names)
    assert isinstance(found, Found)
    assert (found.place.division_code, found.correction) == (code, "")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("阳城区", "青岛市", "山东省"), "370214"),
        (("寿光区", "潍坊市", "山东省"), "370783"),
        (("临淄区", "潍坊市", "山东省"), "370305"),
        (("梁山区", "济宁市", "山东省"), "370832"),
        (("江阴市", "宁波市", "江苏省"), "320281"),
    ],
)
def test_a_slip_with_one_meaning_is_corrected_and_said(names, code):
    found = gazetteer().by_names(*names)
    assert isinstance(found, Found)
    assert found.place.division_code == code
    assert names[0] in found.correction
    assert " is read as " in found.correction


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        # City and province both contradict: a wrong county is worse than none.
        (("江阴市", "宁波市", "浙江省"), "did you mean 江苏省无锡市江阴市"),
        (("市中区", "", ""), "may be any of 山东省济南市市中区, 山东省枣庄市市中区"),
        (("海定区", "北京市", "北京市"), "did you mean 北京市海淀区?"),
        (("乌有县", "", ""), "is no county"),
        # 通州区 is in 北京 and in 南通: another 通州区 is not meant by naming 天津.
        (("通州区", "天津市", "天津市"), "did you mean"),
    ],
)
def test_doubt_is_a_problem_with_advice(names, hint):
    assert hint in gazetteer().by_names(*names)


def test_special_units_have_codes_and_parents():
    special = gazetteer().by_code("232718")
    assert special is not None
    assert special.county == "加格达奇区"
