"""Wide tables: which columns are values, and of what."""

import re
from collections.abc import Mapping, Sequence

from reli.sources.canonical import Table
from reli.sources.header import plain

__all__ = ["wide_columns"]

_YEAR = re.compile(
    r"((?:19|20)\d\d)(?:年度?|年末|年底)?(?:数量|数值|合计|总数|值)?(?:\((?:家|件|个|户|%)\))?"
)
_NO_VALUE = re.compile(r"序号|编号|no\.?|备注|说明|注|.*(?:名称|代码|来源|依据)|(?:19|20)\d\d年?|")

_OF_FIRMS = re.compile(r".*(?:企业|公司|单位|机构|主体)?(?:名称|全称)(?:\(.*\))?|.*信用代码.*")
"""A table with such a column has a row a firm."""


def wide_columns(
    table: Table, headers: Sequence[str], given: Sequence[str]
) -> tuple[str, Mapping[str, str]]:
    """Of totals: columns that are values of a year, or of an indicator.

    Args:
        table: the canonical table.
        headers: columns of the file that are nothing else.
        given: columns of ours that the file or its mapping has.

    Returns:
        What their headers tell (year or indicator), and what each tells; nothing where a column
        has the values.
    """
    is_of_firms = any(_OF_FIRMS.fullmatch(plain(each)) for each in headers)
    if table.name != "county_totals" or "value" in given or is_of_firms:
        return "", {}
    years = {each: told[1] for each in headers if (told := _YEAR.fullmatch(plain(each)))}
    if years and "year" not in given:
        return "year", years
    if "indicator" in given or "year" not in given:
        return "", {}
    # Where the project knows its indicators, only these.
    choices = table.column("indicator").choices
    known = {plain(name) for ours, said in choices.items() for name in (ours, *said)}
    named = {
        each: each
        for each in headers
        if (plain(each) in known if known else not _NO_VALUE.fullmatch(plain(each)))
    }
    return ("indicator", named) if named else ("", {})
