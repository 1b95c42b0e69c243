"""What holds of any names and scopes."""

import csv
from copy import copy
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.classification.clauses import plain_scope, tidy_scope
from reli.classification.industry import Classifier
from reli.classification.sentences import SentenceReader
from reli.evaluation.matching import methods_alone
from reli.linkage.match import Matcher
from reli.linkage.names import branch_parent, core_key, name_key

DATA = Path(__file__).parents[1] / "data"
TEXTS = st.text(
    st.sampled_from("深圳市大疆创新科技股份有限公司（集团）()ＡＢab 1·長,"), max_size=20
)


def rows_of(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@given(TEXTS)
def test_cleaning_twice_changes_nothing(name):
    once = name_key(pa.array([name]))
    assert name_key(once).to_list() == once.to_list()


@given(TEXTS)
def test_a_core_is_never_longer_than_its_key(name):
    key = name_key(pa.array([name]))
    core = core_key(key).to_list()[0]
    assert core is None or len(core) <= len(key.to_list()[0])


@pytest.fixture(scope="module")
def classifier():
    return Classifier()


@settings(max_examples=15)
@given(st.permutations(range(40)), st.integers(1, 39))
def test_an_answer_depends_on_its_row_alone(classifier, order, cut):
    rows = rows_of("scope_cases.csv")[::5][:40]
    batch = pa.RecordBatch.from_pylist([{"name": "", **row} for row in rows])
    whole = classifier.classify(batch).to_pylist()
    mixed = batch.take(pa.array(order))
    parts = [mixed.slice(0, cut), mixed.slice(cut)]
    found = [row for part in parts for row in classifier.classify(part).to_pylist()]
    assert found == [whole[at] for at in order]


@settings(max_examples=15)
@given(st.permutations(range(60)))
def test_the_order_of_the_register_does_not_matter(order):
    rows = rows_of("name_pairs.csv")[::3][:60]
    names = [row["registered"] for row in rows]
    register = pa.table({"name": names, "credit_code": [f"C{at}" for at in range(60)]})
    asked = pa.record_batch({"name": [row["asked"] for row in rows]})
    found = Matcher(register).match(asked).to_pylist()
    assert Matcher(register.take(pa.array(order))).match(asked).to_pylist() == found


SCOPES = st.text(
    st.sampled_from("生产、加工销售：集成电路；（不含）除外一般项目:技术开发,。;ＡＢ(a) "),
    max_size=30,
)
ITEMS = (
    "集成电路制造", "工业机器人的研发、生产", "服装批发", "污水处理", "光伏组件生产", "货物进出口",
    "动漫设计", "碳纤维制造", "中药饮片销售", "棉纱制造", "充电桩租赁", "技术服务、技术开发",
)  # fmt: skip


@given(SCOPES)
def test_a_scope_cleaned_twice_is_the_same(scope):
    once = tidy_scope(plain_scope(pa.array([scope])))
    again = tidy_scope(plain_scope(once.to_arrow()))
    assert again.to_list() == once.to_list()


WORDS = (
    "工业机器人",
    "光伏组件制造",
    "生产：",
    "；",
    "；",
    "。",
    "（另设",
    "）",
    "【",
    "】",
    "筹建",
    "\u3000",
)
PIECES = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9)


class _ReadTogether(SentenceReader):
    """Takes no sentence as understood without those around it."""

    def said(self, scopes):
        said = super().said(scopes)
        return replace(said, read=said.read.with_columns(is_bound=pl.lit(value=True)))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["", "3973", "1713"]), PIECES), min_size=5, max_size=20))
def test_a_scope_says_what_its_sentences_say(classifier, rows):
    codes, scopes = ([row[at] for row in rows] for at in (0, 1))
    texts = pa.array(["".join(pieces) for pieces in scopes], pa.string())
    batch = pa.record_batch({"gb4754_code": pa.array(codes, pa.string()), "business_scope": texts})
    whole = copy(classifier)
    whole._sentences = copy(classifier._sentences)
    whole._sentences.__class__ = _ReadTogether
    assert classifier.classify(batch).to_pylist() == whole.classify(batch).to_pylist()


def industries(classifier, *scopes):
    columns = {"name": [""] * len(scopes), "gb4754_code": [""] * len(scopes)}
    batch = pa.record_batch({**columns, "business_scope": list(scopes)})
    return classifier.classify(batch)["industries"].to_pylist()


@settings(max_examples=15)
@given(st.permutations(ITEMS), st.integers(1, len(ITEMS)))
def test_neither_order_nor_width_of_sentences_matters(classifier, order, size):
    """And what the sentences say together is what each says alone."""
    chosen = order[:size]
    mixed, wide = "；".join(chosen), " ;　".join(sorted(chosen)).replace("、", "、 ")
    alone = {name for said in industries(classifier, *chosen) for name in said.split("|") if name}
    first, second = industries(classifier, mixed, wide)
    assert first == second
    assert set(first.split("|")) - {""} == alone


def _looks_both_ways(row):
    """Branches, and what a list adds in brackets, are led to the whole name, never back from it."""
    asked = row["asked"]
    is_branch = branch_parent(pl.Series([asked]))[0] is not None
    return row["kind"] in SYMMETRIC and asked[-1] not in ")）" and not is_branch


SYMMETRIC = {"width", "script", "form", "place", "group", "member", "other"}
BOTH_WAYS = [row for row in rows_of("name_pairs.csv") if _looks_both_ways(row)]


def test_which_of_two_names_is_registered_does_not_matter():
    """For all rungs but branches, slips, places left out and brackets, which look one way."""
    pairs = [(row["registered"], row["asked"]) for row in BOTH_WAYS]
    forth, back = _linked(pairs), _linked([pair[::-1] for pair in pairs])
    differ = [pair for pair, one, other in zip(pairs, forth, back, strict=True) if one != other]
    assert differ == []


def _linked(pairs):
    return [method not in ("", "one_edit", "place_left_out") for method in methods_alone(pairs)]
