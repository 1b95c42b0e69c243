"""Enterprises that must and must not get an emerging industry."""

import csv
import unicodedata
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from reli.classification import industry
from reli.classification.clauses import Words, plain_scope
from reli.classification.industry import RULES, RULESET, Classifier
from reli.classification.sentences import SentenceReader
from reli.errors import UnknownName
from reli.reference.emerging import EMERGING


@pytest.fixture(scope="session")
def classifier():
    return Classifier()


@pytest.fixture
def classify(classifier):
    def one(code, scope, name="某公司"):
        batch = pa.record_batch({"name": [name], "gb4754_code": [code], "business_scope": [scope]})
        return classifier.classify(batch).to_pylist()[0]

    return one


@pytest.mark.parametrize(
    "code, scope, industries, rules",
    [
        # An unstarred class belongs whole, whatever the scope says, and however it is written.
        ("3973", "", "新一代信息技术", "unstarred_class"),
        ("3973", "销售服装", "新一代信息技术", "unstarred_class"),
        ("C3973", "", "新一代信息技术", "unstarred_class"),
        ("集成电路制造", "", "新一代信息技术", "unstarred_class"),
        ("2710", "", "生物医药", "unstarred_class"),
        # No class: explicit production clauses.
        ("", "集成电路的设计、生产；五金销售", "新一代信息技术", "scope_product"),
        ("", "生产、加工、销售：集成电路、玩具", "新一代信息技术", "scope_product"),
        ("", "一般项目：工业机器人制造；工业机器人销售", "高端装备制造", "scope_product"),
        # A firm of another class gains an industry by a product that it makes.
        ("1713", "棉布生产；工业机器人的研发、制造", "高端装备制造", "further_product"),
        # The name of a starred class that names a listed product (运载火箭, 工业控制计算机).
        ("3742", "航天器及运载火箭制造", "高端装备制造", "class_product"),
        ("3914", "工业控制计算机及系统制造", "新一代信息技术", "class_product"),
        # A word that the table writes twice running (新能源汽车汽车整车).
        ("7452", "新能源汽车整车产品质量检验评定", "新能源汽车", "class_product"),
        # A leaf of the classification's biology (4.5).
        ("", "生物基材料制造", "生物医药", "scope_product"),
        # What names itself, such as remanufacturing, needs no verb beside it.
        ("", "汽车零部件再制造", "节能环保", "scope_product"),
        # Several, in the report's order.
        (
            "3973",
            "集成电路制造；工业机器人制造",
            "高端装备制造|新一代信息技术",
            "further_product|unstarred_class",
        ),
    ],
)
def test_these_belong(classify, code, scope, industries, rules):
    found = classify(code, scope)
    assert (found["industries"], found["rules"]) == (industries, rules)
    assert len(found["evidence"].split("|")) == len(industries.split("|"))
    assert found["ruleset"] == RULESET


@pytest.mark.parametrize(
    "code, scope",
    [
        # Trade, leasing and consulting.
        ("", "销售：集成电路、工业机器人"),
        ("", "工业机器人销售"),
        ("", "工业机器人租赁"),
        ("", "集成电路的批发、零售、进出口"),
        ("5252", "中药饮片零售"),
        ("", "生产服装、销售集成电路"),
        # Preparing a project is not making yet.
        ("", "工业机器人制造项目的筹建"),
        ("", "锂电池隔膜生产项目筹建（筹建期间不得从事生产经营活动）"),
        # Boilerplate and remarks.
        ("7299", "信息系统集成服务；网络技术服务；数据处理服务"),
        ("", "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广"),
        ("", "服装加工（不含集成电路制造）"),
        ("", "化工产品生产(不含集成电路)"),
        # A name alone never suffices; holding groups have no industry of their own.
        ("7212", "投资管理"),
        ("", ""),
        # A starred class without a listed product is undecidable.
        ("3841", ""),
        # GB/T 4754: 4220 excludes 再生橡胶, a class of its own (2914) that is none of these.
        ("", "再生橡胶的生产"),
        ("2812", "人造纤维（纤维素纤维）制造"),
        # The ninth class gives none of the eight.
        ("7510", ""),
    ],
)
def test_these_do_not(classify, code, scope):
    assert classify(code, scope, name="某集成电路有限公司")["industries"] == ""


def test_a_starred_class_needs_one_of_its_products(classify):
    # 2659 其他合成材料制造 is starred; 硅油 … are products listed under it.
    from reli.classification.products import terms

    meanings = terms().meanings.filter(gb4754_code="2659")
    term, industry = meanings.select("term", "industry").row(-1)
    found = classify("2659", f"{term}的生产")
    assert industry in found["industries"].split("|")
    assert "class_product" in found["rules"]
    assert classify("2659", f"{term}的销售")["industries"] == ""


def test_an_inferred_class_is_told_and_decides_nothing(classify):
    found = classify("", "集成电路制造")
    assert found["inferred_gb4754_code"] == "3973"
    assert found["rules"] == "scope_product"
    assert classify("3973", "集成电路制造")["inferred_gb4754_code"] == ""


@pytest.mark.parametrize(
    "scope, code, industries",
    [
        ("工业机器人制造；光伏组件制造", "3491", "高端装备制造|新能源"),
        ("碳纤维、集成电路的研发、生产", "3973", "新材料|新一代信息技术"),
        ("化学原料药生产；稀土功能材料生产", "3254", "生物医药|新材料"),
    ],
)
def test_an_inferred_class_narrows_nothing(classify, scope, code, industries):
    found = classify("", scope)
    assert (found["inferred_gb4754_code"], found["industries"]) == (code, industries)


@pytest.mark.parametrize(
    "scope, industries",
    [
        ("筹建：锂离子电池生产项目", ""),
        ("筹建集成电路制造；工业机器人制造", "高端装备制造"),
        ("碳纤维再生利用技术研发；石墨及碳素制品制造", ""),
        ("体外诊断仪器的研发、生产", "生物医药"),
        ("基础软件、支撑软件的开发", "新一代信息技术"),
    ],
)
def test_what_is_prepared_or_a_technique_is_not_made(classify, scope, industries):
    assert classify("", scope)["industries"] == industries


@pytest.mark.parametrize(
    "code, scope, industries",
    [
        # The leaf classes of the classification, by name; longer than 转向架 of high-speed trains.
        ("3130", "高性能轴承用钢加工", "新材料"),
        ("", "转向架用钢加工", "新材料"),
        ("", "生物医用材料制造", "新材料"),
        ("", "海洋环境监测与探测装备制造", "高端装备制造"),
        # A leaf named like the whole trade says nothing, nor does one that is only sold.
        ("2641", "涂料制造", ""),
        ("", "生物医用材料销售", ""),
    ],
)
def test_leaf_classes_name_products(classify, code, scope, industries):
    assert classify(code, scope)["industries"] == industries


@pytest.mark.parametrize(
    "code, scope, industries",
    [
        # 交联聚乙烯（XLPE）绝缘电力电缆及电缆附件 is listed: the cable alone is made as well,
        ("3831", "交联聚乙烯绝缘电力电缆的生产", "新能源"),
        # with its short form inside, which by itself is listed elsewhere (3972) too.
        ("3824", "绝缘栅双极晶体管芯片（IGBT）及模块的生产", "新能源"),
        ("2832", "聚丁二酸丁二醇酯（PBS）的生产", "生物医药"),
    ],
)
def test_listed_products_with_parts_and_short_forms(classify, code, scope, industries):
    assert classify(code, scope)["industries"] == industries


@pytest.mark.parametrize(
    "code, scope, industries",
    [
        # General words are the listed product for firms of its class alone.
        ("3912", "计算机主板、显卡的生产", "新一代信息技术"),
        ("1713", "主板的生产", ""),
        ("", "连接器的生产", ""),
        ("3824", "IGBT模块的研发、生产", "新能源"),
        ("3972", "IGBT模块的研发、生产", "新一代信息技术"),
    ],
)
def test_words_of_one_class(classify, code, scope, industries):
    assert classify(code, scope)["industries"] == industries


@pytest.mark.parametrize(
    "scope, industries",
    [
        # The register's standard wording: services need no verb.
        ("人体干细胞技术开发和应用", "生物医药"),
        ("集中式快速充电站；充电桩销售", "新能源汽车"),
        ("数字创意产品展览展示服务", "数字创意"),
        ("智能基础制造装备制造", "高端装备制造"),
        ("站用加氢及储氢设施销售", ""),
        # Research that is listed is what is done; what is no medicine is none.
        ("植物脱毒性组织培养快繁技术研究", "生物医药"),
        ("非医用口罩的生产", ""),
        ("停车、充电服务", ""),
    ],
)
def test_standard_wording_is_known(classify, scope, industries):
    assert classify("", scope)["industries"] == industries


def test_a_bar_in_the_text_is_replaced(classify):
    found = classify("", "集成电路|芯片制造")
    assert "|" not in found["evidence"]
    assert "｜" in found["evidence"]


def test_rows_keep_their_places(classifier):
    codes = ["3973", "", "2710", "x", None]
    batch = pa.record_batch(
        {
            "name": ["n"] * 5,
            "gb4754_code": codes,
            "business_scope": [None, "", "棉布", "棉布", None],
        }
    )
    found = classifier.classify(batch)["industries"].to_pylist()
    assert found == ["新一代信息技术", "", "生物医药", "", ""]


def test_every_unstarred_class_gives_its_industries(classifier):
    from reli.reference.emerging import classes

    rows = [row for row in classes().to_pylist() if not row["is_starred"]]
    batch = pa.record_batch(
        {
            "name": ["n"] * len(rows),
            "gb4754_code": [row["gb4754_code"] for row in rows],
            "business_scope": [""] * len(rows),
        }
    )
    found = classifier.classify(batch)["industries"].to_pylist()
    for row, industries in zip(rows, found, strict=True):
        assert (row["industry"] is None) == (industries == "")
        assert row["industry"] is None or row["industry"] in industries.split("|")


def test_answers_stay_within_the_declared_lists(classifier):
    batch = pa.record_batch(
        {"name": ["n"], "gb4754_code": ["3973"], "business_scope": ["工业机器人制造"]}
    )
    found = classifier.classify(batch).to_pylist()[0]
    assert set(found["industries"].split("|")) <= set(EMERGING)
    assert set(found["rules"].split("|")) <= set(RULES)


def test_another_table_of_the_classes_may_take_the_place_of_the_shipped(tmp_path):
    table = tmp_path / "sei.csv"
    table.write_text(
        "emerging_code,class_code,class_basis,leaf_name,gb4754_code,is_starred,products\n"
        "6,6.1,,某类,0111,,\n7,7.1,,另一类,0112,1,某种玉米制品\n",
        encoding="utf-8",
    )
    rows = [("0111", ""), ("0112", ""), ("0112", "某种玉米制品生产"), ("3973", "")]
    batch = pa.record_batch(
        {
            "name": ["n"] * 4,
            "gb4754_code": [code for code, _ in rows],
            "business_scope": [scope for _, scope in rows],
        }
    )
    found = Classifier(table).classify(batch)["industries"].to_pylist()
    assert found == ["新能源", "", "节能环保", ""]


CASES = Path(__file__).parents[2] / "data" / "scope_cases.csv"


def test_the_trial_of_scopes(classifier):
    """Hand-written scopes of many kinds: each gets exactly its industries."""
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    batch = pa.record_batch(
        {name: [row[name] for row in rows] for name in ("name", "gb4754_code", "business_scope")}
    )
    found = classifier.classify(batch)["industries"].to_pylist()
    wrong = [
        (row, given) for row, given in zip(rows, found, strict=True) if given != row["industries"]
    ]
    assert len(rows) >= 600
    assert sum(row["industries"] == "" for row in rows) >= len(rows) / 3
    assert wrong == []


@pytest.mark.parametrize(
    "scope, code",
    [
        ("快餐服务；烟草零售", "6220"),
        ("棉纺纱加工", "1711"),
        ("工业机器人制造", "3491"),
        ("服装销售", ""),
    ],
)
def test_a_missing_class_is_inferred_from_the_scope(classify, scope, code):
    assert classify("", scope)["inferred_gb4754_code"] == code


def test_a_ruleset_is_named_in_every_answer():
    batch = pa.record_batch(
        {"name": ["n"], "gb4754_code": [""], "business_scope": ["充电桩的研发、生产"]}
    )
    usual = Classifier().classify(batch).to_pylist()[0]
    listed = Classifier(ruleset="sei2018-1-listed").classify(batch).to_pylist()[0]
    assert (usual["industries"], usual["ruleset"]) == ("新能源汽车", "sei2018-1")
    assert (listed["industries"], listed["ruleset"]) == ("", "sei2018-1-listed")


@pytest.mark.parametrize(
    "ruleset, industries",
    [
        ("sei2018-1", "高端装备制造|新能源|新一代信息技术"),
        ("sei2018-1-listed", "高端装备制造|新一代信息技术"),
        ("sei2018-1-own", "新一代信息技术"),
        ("sei2018-1-class", "新一代信息技术"),
    ],
)
def test_published_choices_are_switched_by_the_ruleset(ruleset, industries):
    scope = "集成电路制造；自动化立体仓库、光伏组件的生产"
    batch = pa.record_batch({"name": ["n"], "gb4754_code": ["3973"], "business_scope": [scope]})
    found = Classifier(ruleset=ruleset).classify(batch).to_pylist()[0]
    assert (found["industries"], found["ruleset"]) == (industries, ruleset)


@pytest.mark.parametrize(
    "code, scope, second",
    [
        # 1.2 电子核心产业; 3973 is one of its classes.
        ("3973", "", "1.2"),
        # 锂离子电池 is 1.2 too, 动力电池 of 新能源汽车 5.2.
        ("3841", "锂离子电池、新能源汽车动力电池的生产", "1.2|5.2"),
        # 3031 is starred and stands under 7.1 and 7.3: the product decides.
        ("3031", "加气混凝土砌块的生产", "7.1"),
        ("1713", "棉布生产", ""),
    ],
)
def test_the_second_level_is_carried(classify, code, scope, second):
    assert classify(code, scope)["emerging_classes"] == second


@pytest.mark.parametrize(
    "scope, industries",
    [
        # What a word stands before may be another thing.
        ("无人机玩具的生产", ""),
        ("数控车床加工", ""),
        ("机器人教育培训", ""),
        ("药品包装盒的生产", ""),
        ("新能源汽车座套、脚垫的加工", ""),
        ("12英寸硅抛光片的生产", "新一代信息技术"),
        ("风电增速箱、高铁齿轮箱制造", "高端装备制造"),
        ("医疗器械塑料件加工", ""),
        ("手机游戏充值", ""),
        ("光纤激光切割机的制造", "高端装备制造"),
        # Advice is given by firms of every kind.
        ("太阳能发电技术服务；光伏设备及元器件销售", ""),
        # Of a general word in brackets the kinds count in their own class.
        ("来料加工（集成电路除外）", ""),
        ("电子产品销售；集成电路设计除外", ""),
        # Wide letters and spaces hide nothing.
        ("ＬＥＤ照明灯具的生产", "节能环保"),
        ("工业 机器人 的 制造", "高端装备制造"),
    ],
)
def test_words_that_only_look_like_products(classify, scope, industries):
    assert classify("", scope)["industries"] == industries


def test_an_unknown_ruleset_gets_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'sei2018-1'"):
        Classifier(ruleset="sei2018-2")


def test_products_of_recognitions_need_no_verb(classifier):
    texts = pa.array(["工业机器人用谐波减速器", "动力电池、光伏组件", "服装", None])
    found = classifier.named_in(texts).to_pylist()
    assert found == ["高端装备制造", "新能源汽车|新能源", "", ""]


def test_lists_are_searched_with_one_automaton(monkeypatch):
    made = []

    class Counted(industry.Finder):
        def __init__(self, words, **how):
            made.append(len(words))
            super().__init__(words, **how)

    monkeypatch.setattr(industry, "Finder", Counted)
    asked = Classifier()
    made.clear()
    lists = (["工业机器人\n用谐波减速器"], [], ["光伏组件", ""])
    found = [asked.named_in(pa.array(each, pa.string())).to_pylist() for each in lists]
    assert found == [["高端装备制造"], [], ["新能源", ""]]
    assert len(made) == 1


@pytest.mark.parametrize(
    "scope",
    [
        "一般项目：软件开发；集成电路（不含芯片）制造，销售。",
        "ＬＥＤ　灯具、①号\t电机\n制造",
        "㈱电池﹔研发﹐“生产”·销售—零售",
        "e\u0301lectronique ﬁbre; Ⅳ类医疗器械；",
        "",
    ],
)
def test_scopes_are_normalised_as_unicode_says(scope):
    """Unicode Standard Annex 15, by Python's own tables; and without spaces."""
    expected = "".join(unicodedata.normalize("NFKC", scope).split())
    assert plain_scope(pa.array([scope, None])).to_list() == [expected, ""]


@pytest.mark.parametrize(
    "remark",
    [
        "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        "(依法须经批准的项目,经相关部门批准后方可开展经营活动)",
        "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）",
    ],
)
@pytest.mark.parametrize(
    "code, scope",
    [("", "工业机器人制造"), ("1713", "棉布生产、集成电路的研发、制造"), ("", "五金销售")],
)
def test_the_usual_remarks_change_no_answer_and_no_evidence(classify, code, scope, remark):
    more = "；许可项目：住宿服务"
    assert classify(code, scope + remark + more + remark) == classify(code, scope + more)


def test_a_sentence_is_read_once_whoever_has_it_and_under_each_head_anew(classify, monkeypatch):
    scopes = {
        "工业机器人制造；住宿服务": "高端装备制造",
        "五金销售；工业机器人制造": "高端装备制造",
        "生产：五金；工业机器人": "高端装备制造",
        "销售：五金；工业机器人": "",
        "工业机器人": "",
    }
    alone = [classify("", scope) for scope in scopes]
    read, masked = [], Words.masked

    def noting(words, clauses):
        read.extend(clauses["clause"])
        return masked(words, clauses)

    monkeypatch.setattr(Words, "masked", noting)
    twice = [*scopes] * 2
    batch = {"name": twice, "gb4754_code": [""] * 10, "business_scope": twice}
    classifier = Classifier()
    told = classifier.classify(pa.record_batch(batch)).to_pylist()
    assert told == alone * 2
    assert [each["industries"] for each in told] == [*scopes.values()] * 2
    assert (read.count("工业机器人制造"), read.count("工业机器人")) == (1, 3)
    # Nor is it read again in another batch, with others around it.
    batch = {"name": [""], "gb4754_code": [""], "business_scope": ["餐饮服务。工业机器人制造。"]}
    assert classifier.classify(pa.record_batch(batch))["industries"].to_pylist() == ["高端装备制造"]
    assert (read.count("工业机器人制造"), read.count("工业机器人")) == (1, 3)


@pytest.mark.parametrize(
    "scope, industries",
    [
        # Brackets that close behind a semicolon, and one that does not close at all.
        ("化工产品生产（另设集成电路制造；工业机器人制造）", ""),
        ("【集成电路制造。工业机器人制造】五金生产", ""),
        ("五金生产（不含集成电路制造）；工业机器人制造", "高端装备制造"),
        # What verbs before a colon say of the sentences behind it.
        ("生产：五金。工业机器人", "高端装备制造"),
        ("销售：五金；工业机器人", ""),
        # Remarks go up to the ends of their sentence.
        ("除集成电路制造外；工业机器人制造", "高端装备制造"),
        ("五金生产；筹建集成电路制造。工业机器人制造", "高端装备制造"),
        # Stops beside the usual ones divide too.
        ("五金销售.工业机器人制造;集成电路销售", "高端装备制造"),
    ],
)
def test_sentences_are_read_alone_where_no_other_changes_what_they_say(classify, scope, industries):
    assert classify("", scope)["industries"] == industries


REPEATED = {
    "name": ["甲", "乙", "丙", "丁", "戊", "己"],
    "gb4754_code": ["", "3973", "", None, "", ""],
    "business_scope": [
        "工业机器人制造",
        "工业机器人制造",
        "工业机器人制造",
        None,
        "集成电路制造",
        None,
    ],
}


def _one_by_one(classifier, batch):
    alone = [classifier.classify(batch.slice(at, 1)) for at in range(batch.num_rows)]
    return pa.Table.from_batches(alone).to_pylist()


def test_rows_of_one_class_and_scope_are_classified_once(classifier, monkeypatch):
    asked, said = [], SentenceReader.said

    def noted(reader, scopes):
        asked.append(scopes.to_list())
        return said(reader, scopes)

    monkeypatch.setattr(SentenceReader, "said", noted)
    batch = pa.record_batch(REPEATED)
    assert classifier.classify(batch).to_pylist() == _one_by_one(classifier, batch)
    assert asked[0] == ["工业机器人制造", "工业机器人制造", None, "集成电路制造"]


def test_texts_of_one_hash_are_told_apart(classifier, monkeypatch):
    batch = pa.record_batch(REPEATED)
    expected = _one_by_one(classifier, batch)
    monkeypatch.setattr(pl.DataFrame, "hash_rows", lambda frame: pl.zeros(len(frame), eager=True))
    assert classifier.classify(batch).to_pylist() == expected
