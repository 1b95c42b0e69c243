"""What is counted beside the indicators: other measures of the same thing, and breakdowns."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from reli.indicators.leaders import PARTS
from reli.indicators.measure import Measure
from reli.indicators.stated import read_measures

__all__ = ["Beside", "beside", "breakdown"]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One measure beside an indicator; it is never scored."""

    code: str
    of: str
    """Indicator that it stands beside."""
    name_zh: str
    name_en: str
    unit_of_measure: str
    measure: Measure


@cache
def beside() -> tuple[Beside, ...]:
    """All that is counted beside the indicators, in the order of their declaration."""
    text = (files("reli.indicators") / "beside.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    measures = read_measures({code: each.pop("measure") for code, each in raw.items()})
    return tuple(
        Beside(code=measure.indicator, measure=measure, **raw[measure.indicator])
        for measure in measures
    )


def breakdown(counts: Sequence[tuple[str, int]]) -> str:
    """Kinds of leading firms and their entries as printed: in the declared order, without zeros.

    Args:
        counts: kind (a key of PARTS) and entries.

    Returns:
        Such as `A股3家次、港股1家次`; empty where there is none.
    """
    found = dict(counts)
    return "、".join(
        f"{name}{found[kind]}家次" for kind, name in PARTS.items() if found.get(kind, 0) > 0
    )
