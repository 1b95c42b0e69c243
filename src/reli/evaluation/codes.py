"""Trial of credit codes: what is written, and what is to be said of it."""

from collections.abc import Sequence

import pyarrow as pa

from reli.evaluation.trial import Figure, Row, Trial, Verdict
from reli.linkage.credit_codes import check_credit_codes

__all__ = ["CREDIT_CODE"]

_ANSWERS = ("valid", "normalized", "valid_normalized", "reason", "region_code")


def _judge(rows: Sequence[Row]) -> list[Verdict]:
    written = pa.array([row["credit_code"] for row in rows], pa.string())
    answers = check_credit_codes(pa.record_batch({"credit_code": written})).to_pylist()
    return [_verdict(row, answer) for row, answer in zip(rows, answers, strict=True)]


def _verdict(row: Row, answer: Row) -> Verdict:
    is_right = all(str(answer[name]) == row[name] for name in _ANSWERS)
    given = " ".join(str(answer[name]) for name in _ANSWERS)
    return Verdict("right" if is_right else "wrong", given, True, True)


def _figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    right = sum(each.outcome == "right" for each in verdicts)
    return [Figure("right verdicts", right / len(verdicts), at_least=1.0)]


CREDIT_CODE = Trial(
    task="credit-code",
    file="credit_codes.csv",
    columns=("credit_code", *_ANSWERS),
    marks={},
    judge=_judge,
    figures=_figures,
)
