"""Pairs asked together are answered as each would be alone."""

import csv
from pathlib import Path

import pyarrow as pa

from reli.evaluation.matching import methods_alone
from reli.linkage.match import Matcher

PAIRS = Path(__file__).parents[2] / "data" / "name_pairs.csv"


def method_of(registered, asked):
    matcher = Matcher(pa.table({"name": [registered], "credit_code": ["C"]}))
    found = matcher.match(pa.record_batch({"name": [asked]})).to_pylist()[0]
    return found["method"] if found["matched_credit_code"] else ""


def test_pairs_that_disturb_each_other():
    """Another pair's name is the very name, the former one, a slip away, or as near."""
    one, other = "东莞珩榆机械有限公司", "东莞珩愉机械有限公司"
    pairs = [
        (one, other),
        (other, one),
        (one, one),
        (other, f"{one}（原{other}）"),
        (f"{one}华南分公司", f"{one}华东分公司"),
        ("珩榆机械股份有限公司", "广东珩榆机械股份有限公司"),
        ("广西珩榆机械股份有限公司", "珩榆机械股份有限公司"),
    ]
    alone = [method_of(*pair) for pair in pairs]
    assert alone == ["one_edit", "one_edit", "name", "former_name", "", "", "place_left_out"]
    assert methods_alone(pairs) == alone


def test_the_trial_set_asked_together_and_one_by_one():
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    methods = methods_alone([(row["registered"], row["asked"]) for row in rows])
    some = range(0, len(rows), 40)
    assert [methods[at] for at in some] == [
        method_of(rows[at]["registered"], rows[at]["asked"]) for at in some
    ]
