"""What holds of any names and scopes."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.classification.industry import Classifier
from reli.linkage.match import Matcher
from reli.linkage.names import core_key, name_key

DATA = Path(__file__).parents[1] / "data"
TEXTS = st.text(
    st.sampled_from("深圳市大疆创新科技股份有限公司（集团）()ＡＢab 1·長,"), max_size=20
)


def rows_of(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@settings(deadline=None)
@given(TEXTS)
def test_cleaning_twice_changes_nothing(name):
    once = name_key(pa.array([name]))
    assert name_key(once).to_list() == once.to_list()


@settings(deadline=None)
@given(TEXTS)
def test_a_core_is_never_longer_than_its_key(name):
    key = name_key(pa.array([name]))
    core = core_key(key).to_list()[0]
    assert core is None or len(core) <= len(key.to_list()[0])


@pytest.fixture(scope="module")
def classifier():
    return Classifier()


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(40)), st.integers(1, 39))
def test_an_answer_depends_on_its_row_alone(classifier, order, cut):
    rows = rows_of("scope_cases.csv")[::5][:40]
    batch = pa.RecordBatch.from_pylist([{"name": "", **row} for row in rows])
    whole = classifier.classify(batch).to_pylist()
    mixed = batch.take(pa.array(order))
    parts = [mixed.slice(0, cut), mixed.slice(cut)]
    found = [row for part in parts for row in classifier.classify(part).to_pylist()]
    assert found == [whole[at] for at in order]


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(60)))
def test_the_order_of_the_register_does_not_matter(order):
    rows = rows_of("name_pairs.csv")[::3][:60]
    names = [row["registered"] for row in rows]
    register = pa.table({"name": names, "credit_code": [f"C{at}" for at in range(60)]})
    asked = pa.record_batch({"name": [row["asked"] for row in rows]})
    found = Matcher(register).match(asked).to_pylist()
    assert Matcher(register.take(pa.array(order))).match(asked).to_pylist() == found
