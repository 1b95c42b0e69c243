"""Columns that say how others are to be read: 注册资本币种, 注册资本单位, 复核结果."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reli.sources.canonical import Column, Table
from reli.sources.header import plain, whole_header

__all__ = ["NOTHING_BESIDE", "Beside", "columns_beside", "is_of_currency"]

_CURRENCY = re.compile("(.*?)(?:币种|币别|货币)(?:种类|名称|类型)?")
_UNIT = re.compile("(.*?)(?:金额|数额|货币|计量|数量|数值)?单位")
_OUTCOME = re.compile(
    "(?:复核|复审|评审|评价|评估|审核|审查|认定|考核|验收)(?:结果|结论|意见)|结果|结论"
    "|是否(?:通过|认定|合格)(?:复核|认定|评审)?|复核是否通过"
)


@dataclass(frozen=True)
class Beside:
    """What stands in columns beside those that it is about."""

    currencies: Mapping[str, str] = field(default_factory=dict)
    """Our column of money -> theirs that names its currency."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Our column of money -> theirs that names the unit of its numbers."""
    outcome: str = ""
    """Their column that says who passed a review or an evaluation."""

    @property
    def used(self) -> set[str]:
        """All these columns of theirs."""
        return {*self.currencies.values(), *self.units.values(), self.outcome} - {""}


NOTHING_BESIDE = Beside()


def columns_beside(
    table: Table, found: Mapping[str, tuple[str, ...]], headers: Sequence[str]
) -> Beside:
    """Columns of a file that say how others are to be read.

    Args:
        table: the canonical table.
        found: our column -> theirs that feed it.
        headers: theirs that are not of persons nor dropped.
    """
    used = {each for theirs in found.values() for each in theirs}
    free = [each for each in headers if each not in used]
    outcome = next((each for each in free if _OUTCOME.fullmatch(whole_header(each))), "")
    return Beside(
        _about_money(_CURRENCY, table, found, free),
        _about_money(_UNIT, table, found, free),
        outcome if table.name == "recognitions" else "",
    )


def is_of_currency(header: str) -> bool:
    """Whether a column names currencies."""
    return _CURRENCY.fullmatch(whole_header(header)) is not None


def _about_money(
    what: re.Pattern[str],
    table: Table,
    found: Mapping[str, tuple[str, ...]],
    headers: Sequence[str],
) -> dict[str, str]:
    """Columns that speak of one of money (注册资本币种), or of all others (币种)."""
    money = [each for each in table.columns if each.kind == "money" and each.name in found]
    told: dict[str, str] = {}
    # Those of one column last, so that they go before those of all.
    for header in sorted(headers, key=lambda each: bool(_subject(what, each))):
        subject = _subject(what, header)
        told |= {c.name: header for c in money if subject is not None and _is_about(subject, c)}
    return told


def _subject(what: re.Pattern[str], header: str) -> str | None:
    named = what.fullmatch(whole_header(header))
    return named[1] if named else None


def _is_about(subject: str, column: Column) -> bool:
    return not subject or subject in map(plain, column.headers)
