"""Trial of locating: addresses with the county that they lie in, or with how far it is certain."""

from collections.abc import Sequence

import pyarrow as pa

from reli.classification.place import Locator
from reli.evaluation.trial import Figure, Row, Trial, Verdict

__all__ = ["LOCATE"]

_TEXTS = ("address", "province", "city", "authority", "credit_code")
_VINTAGE = 2023
_ANY = "*"

MARKS = {
    "full": 0.995,
    "without_province": 0.995,
    "without_city": 0.995,
    "town": 0.98,
    "abolished": 0.95,
    "split": 0.95,
    "zone": 0.90,
    "same_name": 0.97,
    "misleading": 0.98,
    "undecidable": 0.95,
    "form": 0.98,
    "slip": 0.98,
    "columns": 0.97,
}
"""Least share that must be right, by kind."""

_LEAST_PRECISION = 0.995


def _judge(rows: Sequence[Row]) -> list[Verdict]:
    columns = {name: [row.get(name, "") for row in rows] for name in _TEXTS}
    answers = Locator(_VINTAGE).locate(pa.record_batch(columns)).to_pylist()
    return [_verdict(row, answer) for row, answer in zip(rows, answers, strict=True)]


def _verdict(row: Row, answer: Row) -> Verdict:
    expected, found = row["division_code"], answer["division_code"]
    given = " ".join(
        filter(None, (found, answer["confidence"], answer["method"], answer["candidates"]))
    )
    is_answered = bool(found) and answer["confidence"] not in {"ambiguous", "none"}
    is_answerable = not row["candidates"]
    if is_answerable:
        outcome = "right" if _is_right(row, answer) else "wrong" if is_answered else "abstained"
    elif is_answered:
        outcome = "wrong"
    else:
        is_same = found == expected and _is_listed(row["candidates"], answer["candidates"])
        outcome = "right" if is_same else "abstained"
    return Verdict(outcome, given, is_answered, is_answerable)  # type: ignore[arg-type]


def _is_right(row: Row, answer: Row) -> bool:
    is_same = answer["division_code"] == row["division_code"] and not answer["candidates"]
    return is_same and row.get("method", "") in answer["method"]


def _is_listed(expected: str, given: str) -> bool:
    """`*`: any candidates, or none where nothing at all is known; else exactly these."""
    return expected == _ANY or set(expected.split("|")) == set(given.split("|"))


def _figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    answered = [each for each in verdicts if each.is_answered]
    wrong = sum(each.outcome == "wrong" for each in answered)
    share = 1 - wrong / len(answered) if answered else 1.0
    return [Figure("answers that name the right county", share, at_least=_LEAST_PRECISION)]


LOCATE = Trial(
    task="locate",
    file="locate_cases.csv",
    columns=("address", "division_code", "candidates"),
    marks=MARKS,
    judge=_judge,
    figures=_figures,
)
