"""Abolished counties that live on whole, and alone, under another code."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from reli.reference.divisions import Division, all_divisions, division

__all__ = ["whole_heirs"]


@cache
def whole_heirs(vintage: int) -> Mapping[Division, str]:
    """Counties that were renamed or made districts and neither gave nor got land by the vintage.

    What was said of such a county (a total, whether a programme exists) holds of its heir; of one
    that was merged or divided it holds of nobody.

    Args:
        vintage: year whose divisions the heirs are.

    Returns:
        The abolished county, as it was last -> code of its heir.
    """
    got = _received(vintage)
    last = {each.code: each for each in all_divisions() if each.level == "county"}
    gone = [each for each in last.values() if each.end_year <= vintage]
    heirs = {each: _heir(each, vintage, got) for each in gone}
    return {each: heir for each, heir in heirs.items() if heir}


def _heir(each: Division, vintage: int, got: Mapping[str, set[tuple[str, int]]]) -> str | None:
    """Code that the county has at the vintage, if it is the same land."""
    while not each.is_valid(vintage):
        if len(each.successors) != 1:
            return None
        code, year = each.successors[0]
        heir = division(code, year)
        if heir is None or heir.first_year != year or year != each.end_year:
            return None
        if {giver for giver, when in got[code] if when >= year} != {each.code}:
            return None
        each = heir
    gave = any(year <= vintage for _, year in each.successors)
    return None if gave or each.level != "county" else each.code


def _received(vintage: int) -> Mapping[str, set[tuple[str, int]]]:
    """Code -> codes of counties whose land came to it, with the year."""
    got: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for each in all_divisions():
        # A city that is abolished together with its counties has no land beside theirs.
        for code, year in each.successors:
            if year <= vintage and each.level == "county":
                got[code].add((each.code, year))
    return got
