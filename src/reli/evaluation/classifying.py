"""Trial of classifying: scopes with exactly the emerging industries that they belong to."""

from collections.abc import Sequence

import pyarrow as pa

from reli.classification.industry import Classifier
from reli.evaluation.trial import Figure, Outcome, Row, Trial, Verdict

__all__ = ["CLASSIFY"]

_LEAST_EXACT = 0.90
_MOST_TAGGED = 2 / 102


def _judge(rows: Sequence[Row]) -> list[Verdict]:
    columns = {name: [row.get(name, "") for row in rows] for name in ("name", *_TEXTS)}
    found = Classifier().classify(pa.record_batch(columns))["industries"].to_pylist()
    return [_verdict(row["industries"], given) for row, given in zip(rows, found, strict=True)]


_TEXTS = ("gb4754_code", "business_scope")


def _verdict(expected: str, given: str) -> Verdict:
    outcome: Outcome = "right" if given == expected else "wrong" if given else "abstained"
    return Verdict(outcome, given, bool(given), bool(expected))


def _figures(verdicts: Sequence[Verdict]) -> list[Figure]:
    negatives = [each for each in verdicts if not each.is_answerable]
    tagged = sum(each.is_answered for each in negatives)
    exact = sum(each.outcome == "right" for each in verdicts)
    return [
        Figure("exact sets", exact / len(verdicts), at_least=_LEAST_EXACT),
        Figure("negatives given an industry", tagged / len(negatives or "1"), at_most=_MOST_TAGGED),
    ]


CLASSIFY = Trial(
    task="classify",
    file="scope_cases.csv",
    columns=(*_TEXTS, "industries"),
    marks={},
    judge=_judge,
    figures=_figures,
)
