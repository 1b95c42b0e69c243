"""What stands out among the leaders of a full run: statements that thresholds allow.

Each is computed from lists of leaders with values, and made only where its condition holds: far
ahead of the next, first last year too, among the first on several indicators, the first two of one
city. What has no history gives no phrase.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reli.insight.places import gazetteer
from reli.insight.statements import Named, Statement
from reli.insight.thresholds import Thresholds
from reli.reference.divisions import MUNICIPALITIES

__all__ = ["notable"]

AT_MOST = 2
"""Counties that are named for several places among the first, a dimension."""


def notable(
    statements: Sequence[Statement],
    thresholds: Thresholds,
    *,
    units_of_measure: Mapping[str, str],
    first_before: Mapping[tuple[str, str], frozenset[str]],
    vintage: int = 2023,
) -> tuple[Statement, ...]:
    """Statements about what stands out.

    Args:
        statements: leaders by industry and indicator, with values, one indicator each.
        thresholds: what words of degree mean.
        units_of_measure: indicator -> its unit, to tell shares from counts.
        first_before: (industry, indicator) -> units that were first in the years before that
            稳居 asks for; empty without history.
        vintage: year whose divisions the units are.
    """
    found: list[Statement] = []
    for each in statements:
        found += _far_ahead(each, thresholds, units_of_measure.get(each.indicators[0], ""))
        found += _steady(each, first_before)
        found += _of_one_city(each, vintage)
    return (*found, *_dominant(found, thresholds), *_among_the_first(statements, thresholds))


def _far_ahead(each: Statement, thresholds: Thresholds, unit: str) -> Iterator[Statement]:
    if not each.places or each.places[0].is_tied:
        return
    first = each.places[0]
    following = each.places[1] if len(each.places) > 1 else None
    value, next_value = first.value or 0.0, _next_value(each, following)
    is_count = unit != "%"
    if next_value <= 0 or (is_count and value < thresholds["far_ahead_least"]):
        return
    if value >= thresholds["far_ahead"] * next_value:
        leader = replace(first, claim="ahead", parts={"next": f"{next_value:.9g}"})
        yield replace(each, top=None, places=(leader,), crowd=0, crowd_rank=None, crowd_value=None)


def _next_value(each: Statement, following: Named | None) -> float:
    if following is not None:
        return following.value or 0.0
    return each.crowd_value or 0.0


def _steady(
    each: Statement, before: Mapping[tuple[str, str], frozenset[str]]
) -> Iterator[Statement]:
    firsts = before.get((each.industry, each.indicators[0]), frozenset())
    if each.places and not each.places[0].is_tied and firsts == {each.places[0].division_code}:
        leader = replace(each.places[0], claim="steady", value=None)
        yield replace(each, top=None, places=(leader,), crowd=0, crowd_rank=None, crowd_value=None)


def _of_one_city(each: Statement, vintage: int) -> Iterator[Statement]:
    """Where the first two, neither tied with others, lie in one city."""
    two = [place for place in each.places if place.rank is not None and place.rank <= 2]
    if len(two) != 2 or (each.crowd_rank or 9) <= 2:
        return
    places = [gazetteer(vintage).by_code(place.division_code) for place in two]
    cities = [(place.province, place.city) if place else ("", "") for place in places]
    if cities[0][1] and cities[0] == cities[1]:
        named = tuple(
            replace(place, claim="one_city", value=None, parts={"city": cities[0][1]})
            for place in two
        )
        yield replace(each, top=2, places=named, crowd=0, crowd_rank=None, crowd_value=None)


def _dominant(found: Sequence[Statement], thresholds: Thresholds) -> Iterator[Statement]:
    """Cities that the first two lie in on several indicators of a dimension."""
    of_city: dict[tuple[str, str, str], list[Statement]] = {}
    for each in found:
        if each.places[0].claim == "one_city":
            key = (each.industry, each.dimension, each.places[0].parts["city"])
            of_city.setdefault(key, []).append(each)
    for (industry, dimension, city), alike in of_city.items():
        if len(alike) >= thresholds["dominant"]:
            indicators = tuple(code for each in alike for code in each.indicators)
            code = _city_code(alike[0].places[0].division_code)
            yield Statement(industry, dimension, indicators, 2, (Named(city, code, "dominant"),))


def _city_code(county: str) -> str:
    """Code of the city that a county lies in; of a municipality, that of its province."""
    province = f"{county[:2]}0000"
    return province if province in MUNICIPALITIES else f"{county[:4]}00"


def _among_the_first(
    statements: Sequence[Statement], thresholds: Thresholds
) -> Iterator[Statement]:
    """Counties among the first on several indicators of a dimension, first on fewer than two."""
    ranks: dict[tuple[str, str], dict[str, list[tuple[str, Named]]]] = {}
    for each in statements:
        group = ranks.setdefault((each.industry, each.dimension), {})
        for place in each.places:
            if (place.rank or 99) <= thresholds["front"]:
                group.setdefault(place.division_code, []).append((each.indicators[0], place))
    for (industry, dimension), group in ranks.items():
        several = [
            (len(led), code)
            for code, led in group.items()
            if len(led) > 1 and sum(place.rank == 1 for _, place in led) < 2
        ]
        alike: dict[tuple[str, ...], list[Named]] = {}
        for _, code in sorted(several, key=lambda pair: (-pair[0], pair[1]))[:AT_MOST]:
            led = group[code]
            named = replace(led[0][1], claim="front", rank=None, is_tied=False, value=None)
            alike.setdefault(tuple(name for name, _ in led), []).append(named)
        # Those that are among the first on the same indicators are told together.
        for indicators, places in alike.items():
            yield Statement(industry, dimension, indicators, None, tuple(places))
