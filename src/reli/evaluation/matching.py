"""Trial of matching: pairs of names, each asked of a register that holds the other alone."""

from collections.abc import Sequence

import pyarrow as pa

from reli.evaluation.trial import Figure, Outcome, Row, Trial, Verdict
from reli.linkage.match import Matcher

__all__ = ["MATCH", "methods_alone"]

_LEAST_F1 = 0.93
_MOST_FALSE = 3 / 104


def _judge(rows: Sequence[Row]) -> list[Verdict]:
    methods = methods_alone([(row["registered"], row["asked"]) for row in rows])
    return [_verdict(row, bool(method)) for row, method in zip(rows, methods, strict=True)]


def _verdict(row: Row, is_linked: bool) -> Verdict:
    is_same = row["is_same"] == "1"
    outcome: Outcome = "right" if is_linked == is_same else "wrong" if is_linked else "abstained"
    return Verdict(outcome, "linked" if is_linked else "", is_linked, is_same)


def methods_alone(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """How each pair is linked if the register holds nothing but its registered name.

    The pairs are asked of one register of all. Who is given his own name there, or left open with
    no other candidate, is answered so alone too: fewer names in the register take candidates away
    and bring none. The others are asked again, in ever smaller registers.

    Args:
        pairs: name in the register, name asked.

    Returns:
        The method of each link; empty where there is none.
    """
    if not pairs:
        return []
    methods = dict(enumerate(_together(pairs)))
    left = [at for at, method in methods.items() if method is None]
    for part in (left[::2], left[1::2]):
        methods |= dict(zip(part, methods_alone([pairs[at] for at in part]), strict=True))
    return [method or "" for method in methods.values()]


def _together(pairs: Sequence[tuple[str, str]]) -> list[str | None]:
    """Methods of pairs that share a register; null where another name than the pair's has a say."""
    codes = {name: str(at) for at, name in enumerate(dict.fromkeys(name for name, _ in pairs))}
    matcher = Matcher(pa.table({"name": [*codes], "credit_code": [*codes.values()]}))
    asked = pa.record_batch({"name": pa.array([name for _, name in pairs], pa.string())})
    return [
        _method(row, codes[name])
        for row, (name, _) in zip(matcher.match(asked).to_pylist(), pairs, strict=True)
    ]


def _method(answer: Row, own: str) -> str | None:
    if answer["matched_credit_code"] == own:
        return answer["method"]
    return "" if {answer["matched_credit_code"], answer["candidates"]} <= {"", own} else None


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
