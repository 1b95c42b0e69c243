"""Names in Latin letters, by the readings that the places themselves use."""

import pytest

from reli.reference.directory import directory
from reli.reference.latin import english, initials, pinyin


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("余杭区", "yuhangqu"),
        ("铅山县", "yanshanxian"),
        ("乐清市", "yueqingshi"),
        ("乐陵市", "laolingshi"),
        ("长子县", "zhangzixian"),
        ("长兴县", "changxingxian"),
        ("六安市", "luanshi"),
        ("浚县", "xunxian"),
        ("什邡市", "shifangshi"),
        ("漯河市", "luoheshi"),
        ("朝阳区", "chaoyangqu"),
        ("吕梁市", "lvliangshi"),
    ],
)
def test_pinyin(name, said):
    assert pinyin(name) == said


def test_initials():
    assert initials("余杭区") == "yhq"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("余杭区", "", "Yuhang District"),
        ("浚县", "", "Xunxian"),
        ("西安市", "", "Xi'an City"),
        ("恭城瑶族自治县", "", "Gongcheng Yao Autonomous County"),
        ("积石山保安族东乡族撒拉族自治县", "", "Jishishan Bonan Dongxiang Salar Autonomous County"),
        ("鄂伦春自治旗", "", "Oroqen Autonomous Banner"),
        ("浦东新区", "", "Pudong New District"),
        ("陕西省", "610000", "Shaanxi"),
        ("山西省", "140000", "Shanxi"),
    ],
)
def test_english(name, code, said):
    assert english(name, code) == said


def test_every_unit_can_be_typed_and_read():
    for row in directory().to_pylist():
        assert row["pinyin"].isalpha()
        assert row["pinyin"].isascii()
        assert len(row["initials"]) == len(row["county"])
        assert row["county_en"].replace("'", "").replace("-", "").replace(" ", "").isascii()


def test_former_names_lead_to_the_present_county():
    by_code = {row["division_code"]: row for row in directory().to_pylist()}
    assert "昆山县" in by_code["320583"]["former_names"].split("|")
    # 余杭区 gave territory to 临平区 in 2021; neither is the other's former name.
    assert by_code["330113"]["former_names"] == ""
