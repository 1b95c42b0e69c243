"""Trial of matching: pairs of names, each asked of a register that holds the other alone."""

from collections.abc import Sequence

import pyarrow as pa

from reli.evaluation.trial import Figure, Outcome, Row, Trial, Verdict
from reli.linkage.match import Matcher

__all__ = ["MATCH"]

_LEAST_F1 = 0.93
_MOST_FALSE = 3 / 104


def _judge(rows: Sequence[Row]) -> list[Verdict]:
    return [_verdict(row) for row in rows]


def _verdict(row: Row) -> Verdict:
    register = pa.table({"name": [row["registered"]], "credit_code": ["1"]})
    asked = pa.record_batch({"name": pa.array([row["asked"]], pa.string())})
    found = Matcher(register).match(asked)["matched_credit_code"][0].as_py()
    is_linked, is_same = bool(found), row["is_same"] == "1"
    outcome: Outcome = "right" if is_linked == is_same else "wrong" if is_linked else "abstained"
    return Verdict(outcome, "linked" if is_linked else "", is_linked, is_same)


def _figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    right = sum(each.is_answered and each.is_answerable for each in verdicts)
    linked = sum(each.is_answered for each in verdicts)
    same = sum(each.is_answerable for each in verdicts)
    others = len(verdicts) - same
    return [
        Figure("F1 of links", 2 * right / (linked + same), at_least=_LEAST_F1),
        Figure("false links of pairs that differ", (linked - right) / others, at_most=_MOST_FALSE),
    ]


MATCH = Trial(
    task="match",
    file="name_pairs.csv",
    columns=("registered", "asked", "is_same"),
    marks={},
    judge=_judge,
    figures=_figures,
)
