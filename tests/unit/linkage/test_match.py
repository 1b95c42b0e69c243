"""Names that must and must not match."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyarrow as pa
import pytest

from reli.linkage import choosing
from reli.linkage import match as matching
from reli.linkage.entities import identify
from reli.linkage.keys import DeletionIndex
from reli.linkage.match import Matcher
from reli.linkage.names import branch_parent, core_key, name_key
from reli.linkage.typos import judge

REGISTER = pa.table(
    {
        "name": [
            "甲乙丙科技有限公司",
            "甲乙丙科技有限公司",
            "丁戊己机械股份有限公司",
            "庚辛壬电子有限公司",
            "子丑寅贸易有限公司",
            "子丑寅贸易有限公司",
            "庚辛壬电子有限公司苏州分公司",
        ],
        "credit_code": ["A1", "A2", "B1", "C1", "D1", "D2", "C2"],
        "former_names": ["", "", "老丁戊机械厂|丁戊机械厂", "", "", "", ""],
        "province": ["浙江省", "江苏省", "山东省", "广东省", "湖南省", "湖南省", "江苏省"],
        "city": ["杭州市", "南京市", "青岛市", "深圳市", "长沙市", "长沙市", "苏州市"],
        "status": ["存续", "存续", "在业", "存续", "存续", "注销", "存续"],
    }
)


@pytest.fixture(scope="module")
def match():
    matcher = Matcher(REGISTER)

    def one(name, credit_code="", province="", city=""):
        row = {"name": name, "credit_code": credit_code, "province": province, "city": city}
        return matcher.match(pa.RecordBatch.from_pylist([row])).to_pylist()[0]

    return one


@pytest.mark.parametrize(
    "row, code, role, confidence, method",
    [
        (("庚辛壬电子有限公司", "C1"), "C1", "self", "exact", "credit_code"),
        (("无关的名称", "C1"), "C1", "self", "derived", "credit_code_other_name"),
        (("庚辛壬电子有限公司",), "C1", "self", "exact", "name"),
        (("庚辛壬电子（有限公司） ",), "C1", "self", "exact", "name"),
        (("甲乙丙科技有限公司", "", "江苏"), "A2", "self", "exact", "name"),
        # Alive before dead.
        (("子丑寅贸易有限公司",), "D1", "self", "exact", "name"),
        (("老丁戊机械厂",), "B1", "former", "derived", "former_name"),
        (("丁戊己机械有限公司",), "B1", "self", "derived", "legal_form"),
        # A branch that is registered itself is that firm; another is its parent's.
        (("庚辛壬电子有限公司苏州分公司",), "C2", "self", "exact", "name"),
        (("庚辛壬电子有限公司杭州分公司",), "C1", "branch", "derived", "branch"),
        (("庚辛壬电了有限公司", "", "广东省"), "C1", "self", "inferred", "one_edit"),
        (("庚辛壬壬电子有限公司", "", "广东省"), "C1", "self", "inferred", "one_edit"),
    ],
)
def test_these_match(match, row, code, role, confidence, method):
    found = match(*row)
    assert found["matched_credit_code"] == code
    assert (found["role"], found["confidence"], found["method"]) == (role, confidence, method)


@pytest.mark.parametrize(
    "row",
    [
        ("庚辛壬电器设备有限公司", "", "广东省"),
        # One edit, but elsewhere.
        ("庚辛壬电了有限公司", "", "浙江省"),
        # A number, or one of ten stems, tells two firms apart.
        ("庚辛癸电子有限公司", "", "广东省"),
        ("",),
        ("电子有限公司",),
    ],
)
def test_these_do_not(match, row):
    found = match(*row)
    assert (found["matched_credit_code"], found["confidence"]) == ("", "none")


def test_the_legal_form_tells_apart_what_the_place_leaves_alike():
    names = ["深圳市丁戊己技术股份有限公司", "深圳市丁戊己技术有限公司"]
    matcher = Matcher(pa.table({"name": names, "credit_code": ["A", "B"]}))
    asked = pa.record_batch({"name": ["深圳丁戊己技术股份有限公司", "深圳丁戊己技术有限公司"]})
    assert matcher.match(asked)["matched_credit_code"].to_pylist() == ["A", "B"]


def test_several_go_to_review(match):
    found = match("甲乙丙科技有限公司")
    assert (found["matched_credit_code"], found["candidates"]) == ("", "A1|A2")
    assert found["confidence"] == "ambiguous"


def test_keys_forget_width_space_and_brackets():
    names = pa.array(["ＡＢＣ（中国）有限公司", "abc(中国) 有限公司", " ", None])
    assert name_key(names).to_list() == ["abc中国有限公司", "abc中国有限公司", None, None]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("A-B（上海）·甲 公司", "ab上海甲公司"),
        ("A-B(上海) 甲 公司", "ab上海甲公司"),
        ("甲①É公司", "甲1é公司"),
        ("㐀甲公司。", "㐀甲公司"),
        ("東方公司", "东方公司"),
        ("-", None),
    ],
)
def test_keys_of_usual_and_of_uncommon_characters(name, key):
    assert name_key(pa.array([name])).to_list() == [key]


def test_keys_of_a_register_are_not_copied():
    """To join the chunks of a column copies its texts, though it be one chunk."""
    rows = {"name": ["某某某某某某某某某某某某公司"], "credit_code": ["91330100MA27W3RM1X"]}
    rows |= {"former_names": [None], "source_id": [None], "address": [None]}
    batch = pa.record_batch({name: pa.array(rows[name] * 10_000, pa.string()) for name in rows})
    batch = batch.append_column("enterprise_type", batch["source_id"])
    before = pa.total_allocated_bytes()
    keyed = identify(batch)
    texts = keyed["name_key"].buffers()[2].size
    assert pa.total_allocated_bytes() - before < texts


@pytest.mark.parametrize(
    "name, core",
    [
        ("丁戊己机械股份有限公司", "丁戊己机械"),
        ("丁戊己机械有限责任公司", "丁戊己机械"),
        # A group and its member are two firms.
        ("丁戊己机械集团有限公司", "丁戊己机械集团"),
        ("广东省深圳市庚辛电子有限公司", "深圳庚辛电子"),
        ("深圳庚辛电子股份有限公司", "深圳庚辛电子"),
        ("江苏昆山国力有限公司", "昆山国力"),
        # A county of then bore the city's name; the city's own is the longer.
        ("江苏省盐城市庚辛电子有限公司", "盐城庚辛电子"),
        ("江苏无锡庚辛电子有限公司", "无锡庚辛电子"),
        # The Corps stands before a place; by itself it is part of a name.
        ("新疆生产建设兵团石河子庚辛棉机有限公司", "石河子庚辛棉机"),
        ("新疆生产建设兵团庚辛棉机有限公司", "新疆生产建设兵团庚辛棉机"),
        ("青岛庚辛投资合伙企业（有限合伙）", "青岛庚辛投资合伙企业"),
        ("国营哈尔滨庚辛电池厂", "哈尔滨庚辛电池厂"),
        ("地方国营庚辛电池厂", "庚辛电池厂"),
        ("国营庚辛厂", "国营庚辛厂"),
        # A slip may spoil the place; rare characters have a byte more.
        ("深训市庚辛电子", "深训庚辛电子"),
        ("国营深训市庚辛电子厂", "深训庚辛电子厂"),
        ("\U00020bb7训市庚辛电子", "\U00020bb7训庚辛电子"),
        ("\U00020bb7\U00020bb7市庚辛电子", "\U00020bb7\U00020bb7庚辛电子"),
        ("甲厂", None),
        ("abc厂", "abc厂"),
        ("\U00020bb7野", None),
        ("\U00020bb7野家", "\U00020bb7野家"),
    ],
)
def test_cores_forget_the_legal_form(name, core):
    assert core_key(name_key(pa.array([name]))).to_list() == [core]


@pytest.mark.parametrize(
    "name, parent",
    [
        ("甲有限公司杭州分公司", "甲有限公司"),
        ("甲有限公司温州中心支公司", "甲有限公司"),
        ("甲有限公司", None),
        ("杭州分公司", None),
        ("甲股份有限公司技术中心", "甲股份有限公司"),
        ("甲乙研究院技术中心", None),
        # A works behind a firm's name may be a firm of its own.
        ("甲股份有限公司化工厂", None),
    ],
)
def test_a_branch_has_a_parent(name, parent):
    assert branch_parent(name_key(pa.array([name]))).to_list() == [parent]


@pytest.mark.parametrize(
    "row, identity, is_counted",
    [
        ({"name": "甲公司", "credit_code": "91330100MA27XXXX0A"}, "91330100MA27XXXX0A", True),
        ({"name": "甲公司", "source_id": "7"}, "id:7", True),
        ({"name": "甲公司杭州分公司", "source_id": "8"}, "id:8", False),
        ({"name": "老李面馆", "credit_code": "92330100MA27XXXX0A"}, "92330100MA27XXXX0A", False),
        ({"name": "老李面馆", "source_id": "9", "enterprise_type": "个体工商户"}, "id:9", False),
    ],
)
def test_an_enterprise_has_a_key_and_branches_are_not_counted(row, identity, is_counted):
    names = ("name", "credit_code", "source_id", "former_names", "address", "enterprise_type")
    batch = pa.record_batch({name: pa.array([row.get(name)], pa.string()) for name in names})
    found = identify(batch).to_pylist()[0]
    assert (found["enterprise_id"], found["is_counted"]) == (identity, is_counted)


def test_without_code_and_id_the_key_is_stable():
    names = ("name", "credit_code", "source_id", "former_names", "address", "enterprise_type")
    row = {"name": "甲公司", "address": "某路1号"}
    batch = pa.record_batch({name: pa.array([row.get(name)] * 2, pa.string()) for name in names})
    first, second = identify(batch)["enterprise_id"].to_pylist()
    assert first == second
    assert first.startswith("name:")


@pytest.mark.parametrize(
    "asked, found, verdict",
    [
        # Swapped neighbours: numbers and words of their own are two firms, else a slip.
        ("中国电子科技集团第四十研究所", "中国电子科技集团第十四研究所", "other"),
        ("大连重工电机设备", "大连重工机电设备", "other"),
        ("烽火通信技科", "烽火通信科技", "slip"),
        # The same sound tells little where many firms have both characters in their names.
        ("天津凯莱因医药集团", "天津凯莱英医药集团", "slip"),
        ("珠海冠羽电池", "珠海冠宇电池", "unsure"),
        ("大连恒利石化", "大连恒力石化", "unsure"),
        ("宁波海达塑机", "宁波海大塑机", "unsure"),
        ("上海恒伟智能科技", "上海恒为智能科技", "slip"),
        ("天津津源化工", "天津津沅化工", "slip"),
        # What is asked may well be a brand, though the other is none that strangers would choose.
        ("深圳汇传科技", "深圳汇川科技", "unsure"),
        ("苏州天傲微电子", "苏州天奥微电子", "unsure"),
        ("北京华岳天诚科技", "北京华岳天成科技", "unsure"),
        ("中山联和光电科技", "中山联合光电科技", "unsure"),
        # Of one sound alone, and all characters such as brands are made of: either may be meant.
        ("浙江晶胜机电", "浙江晶盛机电", "unsure"),
        ("深圳汇鼎科技", "深圳汇顶科技", "unsure"),
        ("东莞正叶电子", "东莞正业电子", "unsure"),
        ("重庆洪江机械", "重庆红江机械", "unsure"),
        ("江西赣峰锂业集团", "江西赣锋锂业集团", "slip"),
        # The same look: by what share of their drawn shapes agree.
        ("郑州字通客车", "郑州宇通客车", "slip"),
        ("安徽江准汽车集团", "安徽江淮汽车集团", "slip"),
        ("格林关", "格林美", "slip"),
        # Neither sound nor look: a sibling, unless no brand has the character.
        ("上海恒为科技", "上海恒玄科技", "unsure"),
        ("合肥国仪量子科技", "合肥国盾量子科技", "unsure"),
        ("中航成飞", "中航沈飞", "other"),
        # A character lost or added leaves no sibling, but for words, numbers and kinds of houses.
        ("常州星车灯", "常州星宇车灯", "slip"),
        # Half a brand of two is none, unless it makes another with what follows.
        ("广东日电缆", "广东日丰电缆", "slip"),
        ("无锡威工业", "无锡威唐工业", "slip"),
        ("美新材料", "美瑞新材料", "unsure"),
        # 高新 is one word; 新能源 and 能源 (below) are two.
        ("合肥高科技开发", "合肥高新科技开发", "slip"),
        # The kind of the place stands where its second character was.
        ("深市兴森快捷电路科技", "深圳兴森快捷电路科技", "slip"),
        # Of a longer brand two swapped neighbours are no other brand; 科工 is a word.
        ("深圳源星材质科技", "深圳星源材质科技", "slip"),
        ("湖北龙鼎控股", "湖北鼎龙控股", "unsure"),
        ("中国航天科工集团", "中国航天科技集团", "other"),
        ("深圳新邦科技", "深圳新宙邦科技", "unsure"),
        ("三峡能源", "三峡新能源", "other"),
        ("昆明滇珀制药厂", "昆明滇珀制药", "other"),
        # Two places, wherever they stand.
        ("甲乙丙生物徐州", "甲乙丙生物苏州", "other"),
        ("苏洲迈为科技", "苏州迈为科技", "slip"),
        # A place is no slip of a brand, nor one word of the trade of another.
        ("山西证券", "华西证券", "unsure"),
        ("黑龙江龙岳油业", "黑龙江龙岳米业", "other"),
        ("昆明滇珀生物治药", "昆明滇珀生物制药", "slip"),
        # A word that is the brand.
        ("江苏通达科技", "江苏通用科技", "unsure"),
    ],
)
def test_a_slip_is_told_from_a_sibling(asked, found, verdict):
    assert judge(asked, found) == verdict


@pytest.mark.parametrize(
    "asked, found",
    [
        ("厦门金达维生物科技有限公司", "厦门金达威生物科技股份有限公司"),
        ("桂林星晨科技有限公司", "桂林星辰科技股份有限公司"),
    ],
)
def test_a_brand_and_a_form_that_differ_are_more_than_a_slip(asked, found):
    same = found.replace("股份", "")
    assert answer_of(asked, same) == "inferred"
    assert answer_of(asked, found) == "ambiguous"


def test_of_many_that_are_like_a_name_as_many_are_judged_as_are_told(monkeypatch):
    """However many are judged at first, the answers are those of judging all."""
    others = "甲一二三东西南北华恒鑫泰源盛汇达"
    brands = [f"浙江甲{each}{more}" for each in others for more in ("丙", "丁戊")]
    names = [f"{brand}{form}" for brand in brands for form in ("有限公司", "股份有限公司")]
    size = len(names)
    # Some have no code, and some share one.
    codes = [f"X{at * 7 % size // 2:02}" if at % 5 else None for at in range(size)]
    register = pa.table(
        {
            "name": names,
            "credit_code": codes,
            "province": ["浙江省" if at % 3 else None for at in range(size)],
            "status": ["注销" if at % 4 == 0 else "存续" for at in range(size)],
        }
    )
    asked = [
        {"name": f"浙江甲{each}{more}有限公司", "province": province}
        for each in "乙四中永宏"
        for more in ("丙", "丁戊", "戊丁", "丁")
        for province in ("", "浙江省", "江苏省")
    ]
    rows = pa.RecordBatch.from_pylist(asked)

    def every_slip(pairs):
        slips = choosing._slips(choosing._in_preference(pairs))
        return pairs[slips["pair"]].with_columns(slips["verdict"])

    judged = []
    monkeypatch.setattr(choosing, "judge", lambda *a, **k: judged.append(a) or judge(*a, **k))
    monkeypatch.setattr(choosing, "_MOST_CANDIDATES", 3)
    with monkeypatch.context() as patch:
        patch.setattr(matching, "preferred_slips", every_slip)
        all_judged = Matcher(register).match(rows)
    counts = [len(judged)]
    for most in (1, 4, 1000):
        judged.clear()
        monkeypatch.setattr(choosing, "_FIRST_JUDGED", most)
        assert Matcher(register).match(rows).equals(all_judged)
        counts.append(len(judged))
    assert min(counts) < counts[0]
    told = all_judged.to_pylist()
    assert {row["confidence"] for row in told} >= {"ambiguous", "none"}
    assert max(row["candidates"].count("|") for row in told) == 2


def test_two_threads_share_one_index_of_deletions(monkeypatch):
    built, start = [], Barrier(2)

    class Counted(DeletionIndex):
        def __init__(self, keys):
            built.append(len(keys))
            super().__init__(keys)

    monkeypatch.setattr(matching, "DeletionIndex", Counted)
    names = [f"杭州珩榆{chr(0x4E00 + at)}机械有限公司" for at in range(2_000)]
    matcher = Matcher(pa.table({"name": names, "credit_code": names}))
    asked = pa.record_batch({"name": [name.replace("机械", "机戒") for name in names[:20]]})

    def ask(_):
        start.wait()
        return matcher.match(asked)["matched_name"].to_pylist()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(2))) == [names[:20]] * 2
    assert built == [2_000]


def answer_of(asked, registered):
    matcher = Matcher(pa.table({"name": [registered], "credit_code": ["C"]}))
    found = matcher.match(pa.record_batch({"name": [asked]})).to_pylist()[0]
    assert found["method"] == "one_edit"
    return found["confidence"]


@pytest.mark.parametrize(
    "asked, registered, answer",
    [
        # What stands in brackets behind 公司 is the list's.
        ("丁戊己机械有限公司（复核）", "丁戊己机械有限公司", ("C", "name")),
        ("丁戊己机械有限公司（宣城市）", "丁戊己机械有限公司", ("C", "name")),
        ("丁戊己机械有限公司（有限合伙）", "丁戊己机械有限公司", ("", "")),
        ("某某大学（深圳）", "某某大学", ("", "")),
        ("企业名称：丁戊己机械有限公司", "丁戊己机械有限公司", ("C", "name")),
        ("丁戊己机械有限公司①", "丁戊己机械有限公司", ("C", "name")),
        # Unless the register has it so.
        ("丁戊己机械有限公司（宣城市）", "丁戊己机械有限公司（宣城市）", ("C", "name")),
        # A legal form with a slip is one; 控股 belongs to the name.
        ("丁戊己机械殷份有限公司", "丁戊己机械股份有限公司", ("C", "legal_form")),
        ("丁戊己机械股份有公司", "丁戊己机械股份有限公司", ("C", "legal_form")),
        ("丁戊己机械有限分司", "丁戊己机械有限公司", ("C", "legal_form")),
        ("丁戊己控股股份有限公司", "丁戊己股份有限公司", ("", "")),
        # A word that stands twice.
        ("丁戊己机械集团集团有限公司", "丁戊己机械集团有限公司", ("C", "one_edit")),
        # The place in front left out: joint-stock companies, and no brand of which there are many.
        ("珩榆机械股份有限公司", "浙江珩榆机械股份有限公司", ("C", "place_left_out")),
        ("恒通机械股份有限公司", "浙江恒通机械股份有限公司", ("", "place_left_out")),
        ("西安珩榆机械股份有限公司", "珩榆机械股份有限公司", ("", "place_left_out")),
        ("珩榆机械有限公司", "浙江珩榆机械有限公司", ("", "")),
    ],
)
def test_a_name_as_lists_write_it(asked, registered, answer):
    matcher = Matcher(pa.table({"name": [registered], "credit_code": ["C"]}))
    found = matcher.match(pa.record_batch({"name": pa.array([asked])})).to_pylist()[0]
    assert (found["matched_credit_code"], found["method"]) == answer
