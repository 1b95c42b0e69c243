"""Reference data by name or code."""

import pytest

from reli.reference.search import KINDS, search


def names(text, kind):
    return [(hit.code, hit.name) for hit in search(text, [kind]).get(kind, [])]


def remark(text, kind):
    return search(text, [kind])[kind][0].remark


@pytest.mark.parametrize(
    "text, kind, expected",
    [
        ("临平区", "division", ("330113", "临平区")),
        ("330113", "division", ("330113", "临平区")),
        ("３３０１１３", "division", ("330113", "临平区")),
        ("崇文区", "division", ("110103", "崇文区")),
        ("东华门街道", "town", ("110101001", "东华门街道")),
        ("通信系统设备", "industry", ("3921", "通信系统设备制造")),
        ("C", "industry", ("C", "制造业")),
        ("智能制造装备", "emerging", ("2.1", "智能制造装备产业")),
        ("长三角", "region", ("", "长三角")),
        ("以太网交换机", "product", ("3921", "以太网交换机")),
        ("上海漕河泾", "zone", ("", "上海漕河泾新兴技术开发区")),
    ],
)
def test_what_is_asked_for_comes_first(text, kind, expected):
    assert names(text, kind)[0] == expected


def test_the_whole_name_comes_before_longer_ones():
    found = [name for _, name in names("西湖区", "division")]
    assert found[:2] == ["西湖区", "西湖区"]
    assert "东西湖区" in found[2:]


def test_names_that_begin_with_the_text_come_before_those_that_contain_it():
    found = names("汽车", "industry")
    begins = [name.startswith("汽车") for _, name in found]
    assert begins == sorted(begins, reverse=True)
    assert [code for code, _ in found] != sorted(code for code, _ in found)


def test_what_still_exists_comes_first():
    # 朝阳区 has borne four codes; those of 北京 and 长春 are of today.
    assert {code for code, _ in names("朝阳区", "division")[:2]} == {"110105", "220104"}


def test_a_division_is_told_with_its_parents_years_and_successors():
    assert remark("110103", "division") == "北京 county 1981-2009; now 110101 (2010)"
    assert remark("330113", "division") == "浙江杭州市 county 2021-"
    assert "gave territory to 330113 (2021)" in remark("330110", "division")


def test_an_industry_is_told_with_the_emerging_ones_it_belongs_to():
    assert (
        remark("3921", "industry") == "class; emerging: 高端装备制造*, 新能源汽车*, 新一代信息技术*"
    )


def test_a_name_that_is_no_key_says_so():
    assert "not a key" in remark("开发区", "town")


@pytest.mark.parametrize("text", ["", "   ", "此地无银"])
def test_nothing_is_an_answer(text):
    assert search(text) == {}


def test_each_kind_can_be_found():
    assert set(search("汽车")) | set(search("长三角")) | set(search("西湖")) >= set(KINDS) - {
        "zone"
    }
