"""Who leads on each indicator, and which cities lead on each dimension: facts of a full run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pyarrow as pa

from reli.index.framework import Framework
from reli.insight.places import gazetteer
from reli.insight.statements import Named, Statement
from reli.reference.divisions import divisions_at
from reli.reference.emerging import in_order, order_of

__all__ = ["city_heat", "dimension_facts", "first_counties", "firsts", "leader_statements"]

SUMS = {"unicorn+gazelle+qianlima": ("unicorn", "gazelle", "qianlima")}
"""Lists that are also told as one sum, where all of them are known."""
LEAST_SUMMED = 2
"""Of these lists, how many the county with most must stand on."""

LISTED = {"sei_enterprises": 10, "industrial_above_size": 10}
"""Length of the list of leaders, where it is not LISTED_ELSE."""
LISTED_ELSE = 5
CROWD = 5
"""As many more as this may share the last place and still be named."""


def leader_statements(
    indicators: pa.Table, framework: Framework, *, year: int | None = None, vintage: int = 2023
) -> tuple[Statement, ...]:
    """Statements about the leaders of each indicator in each industry.

    Counties only: cities without counties have no place. A zero never leads. Those that share the
    last place are all named, up to CROWD more than the list is long; beyond that they are counted.

    Args:
        indicators: unit, industry, year, indicator, value (null: missing).
        framework: its dimensions and the order of its indicators.
        year: by default the last one.
        vintage: year whose divisions the units are.
    """
    lengths = {code: LISTED.get(code, LISTED_ELSE) for code in framework.indicators}
    statements = first_counties(indicators, framework, lengths, year=year, vintage=vintage)
    return (*statements, *_first_in_several(statements), *_summed(statements, indicators, year))


def _summed(
    statements: Sequence[Statement], indicators: pa.Table, year: int | None
) -> Iterator[Statement]:
    """The county with most over several lists, where each of them is known for it."""
    frame = pl.DataFrame(indicators)
    chosen = frame.filter(pl.col("year") == (frame["year"].max() if year is None else year))
    for name, codes in SUMS.items():
        wide = (
            chosen.filter(pl.col("indicator").is_in(codes), ~pl.col("unit").str.ends_with("00"))
            .group_by("industry", "unit")
            .agg(
                total=pl.col("value").sum(),
                known=pl.col("value").count(),
                lists=(pl.col("value") > 0).sum(),
            )
            .filter(pl.col("known") == len(codes), pl.col("total") > 0)
        )
        alike = [each for each in statements if each.indicators[0] in codes]
        for industry in dict.fromkeys(each.industry for each in alike):
            rows = wide.filter(pl.col("industry") == industry)
            first = rows.filter(pl.col("total") == pl.col("total").max())
            # What stands on one list alone is no sum, and told there.
            if first.height != 1 or first["lists"][0] < LEAST_SUMMED:
                continue
            unit, total = first["unit"][0], float(first["total"][0])
            place = gazetteer().by_code(unit)
            if place is not None:
                dimension = next(each.dimension for each in alike if each.industry == industry)
                leader = Named(place.display_name, unit, "total", 1, value=total)
                yield Statement(industry, dimension, (name,), None, (leader,))


def firsts(indicators: pa.Table, year: int) -> dict[tuple[str, str], frozenset[str]]:
    """(industry, indicator) -> counties with the highest value of a year; empty without it."""
    frame = pl.DataFrame(indicators).filter(
        pl.col("year") == year, pl.col("value") > 0, ~pl.col("unit").str.ends_with("00")
    )
    highest = frame.filter(
        pl.col("value").round_sig_figs(9)
        == pl.col("value").round_sig_figs(9).max().over("industry", "indicator")
    )
    grouped = highest.group_by("industry", "indicator").agg("unit")
    return {(row[0], row[1]): frozenset(row[2]) for row in grouped.iter_rows()}


def first_counties(
    indicators: pa.Table,
    framework: Framework,
    lengths: Mapping[str, int],
    *,
    year: int | None = None,
    vintage: int = 2023,
) -> tuple[Statement, ...]:
    """The first counties on each indicator of `lengths`, in each industry, by framework.

    Args:
        indicators: unit, industry, year, indicator, value (null: missing).
        framework: its dimensions and the order of its indicators.
        lengths: indicator -> how many are named; those that share the last place are all named, up
            to CROWD more, and counted beyond that.
        year: by default the last one.
        vintage: year whose divisions the units are.
    """
    codes = [code for code in framework.indicators if code in lengths]
    names = gazetteer(vintage)
    statements = []
    leading = _leading(indicators, codes, year, max(lengths.values()))
    for (industry, indicator), rows in leading.items():
        places = [
            Named(place.display_name, code, "within", rank, is_tied, value)
            for code, value, rank, is_tied in rows
            if (place := names.by_code(code)) is not None
        ]
        dimension = framework.path(indicator)[-2]
        statement = Statement(industry, dimension, (indicator,), lengths[indicator], tuple(places))
        statements.append(_cut(statement))
    order = {code: at for at, code in enumerate(codes)}
    statements.sort(key=lambda each: (order_of(each.industry), order[each.indicators[0]]))
    return tuple(statements)


def _first_in_several(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Counties that alone lead on two indicators of a dimension or more."""
    firsts: dict[tuple[str, str, str], list[Statement]] = {}
    for each in statements:
        if each.places and not each.places[0].is_tied:
            code = each.places[0].division_code
            firsts.setdefault((each.industry, each.dimension, code), []).append(each)
    for led in firsts.values():
        if len(led) > 1:
            leader = replace(led[0].places[0], claim="first", value=None)
            indicators = tuple(code for each in led for code in each.indicators)
            yield replace(led[0], indicators=indicators, top=None, places=(leader,))


Row = tuple[str, float, int, bool]


def _leading(
    indicators: pa.Table, codes: Sequence[str], year: int | None, longest: int
) -> dict[tuple[str, str], list[Row]]:
    """(industry, indicator) -> code, value, rank, whether tied, of all that may be in a list."""
    frame = pl.DataFrame(indicators)
    chosen = frame.filter(
        pl.col("year") == (frame["year"].max() if year is None else year),
        pl.col("indicator").is_in(codes),
        pl.col("value") > 0,
        # Cities without counties stand beside the counties, not among them.
        ~pl.col("unit").str.ends_with("00"),
    )
    key = ["industry", "indicator"]
    # Ranks are taken on nine significant digits, as everywhere.
    rounded = chosen.with_columns(rounded=pl.col("value").round_sig_figs(9))
    ranked = rounded.with_columns(
        rank=pl.col("rounded").rank("min", descending=True).over(key),
        tied=pl.len().over([*key, "rounded"]) > 1,
    )
    within = ranked.filter(pl.col("rank") <= longest).sort([*key, "rank", "unit"])
    found: dict[tuple[str, str], list[Row]] = {}
    for industry, indicator, unit, value, rank, tied in within.select(
        [*key, "unit", "value", "rank", "tied"]
    ).iter_rows():
        found.setdefault((industry, indicator), []).append((unit, value, rank, tied))
    return found


def _cut(each: Statement) -> Statement:
    """The list as long as announced; a last place that too many share is only counted."""
    top = each.top or 0
    within = [place for place in each.places if (place.rank or 0) <= top]
    if len(within) <= top + CROWD:
        return replace(each, places=tuple(within))
    last = within[-1].rank
    named = tuple(place for place in within if place.rank != last)
    return replace(
        each,
        places=named,
        crowd=len(within) - len(named),
        crowd_rank=last,
        crowd_value=within[-1].value,
    )


def dimension_facts(statements: Sequence[Statement]) -> dict[str, dict[str, dict[str, Any]]]:
    """Facts of statements as JSON: industry -> dimension -> indicator -> kind and leaders.

    A leader is an object of unit, name, value, rank and tied; value and rank are null where they
    are not known.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for each in statements:
        # What is said of several indicators at once is said of each already.
        for indicator in each.indicators if len(each.indicators) == 1 else ():
            dimensions = found.setdefault(each.industry, {})
            told = dimensions.setdefault(each.dimension, {})
            if indicator in told:
                # The list of leaders comes first; what stands out among them adds nothing here.
                continue
            told[indicator] = {
                "kind": each.places[0].claim if each.places else "crowd",
                "top": each.top,
                "leaders": [_leader(place) for place in each.places],
                "further_tied": each.crowd,
            }
    return found


def _leader(place: Named) -> dict[str, Any]:
    return {
        "unit": place.division_code,
        "name": place.name,
        "value": place.value,
        "rank": place.rank,
        "tied": place.is_tied,
    }


def city_heat(
    scores: pa.Table, framework: Framework, *, top: int = 5, vintage: int = 2023
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Cities that lead on each dimension: industry -> dimension -> leaders.

    Args:
        scores: output of `reli score` with codes of cities as units, recomputed from enterprises
            for whole cities and never averaged over counties; one year.
        framework: its dimensions.
        top: last rank that is named.
        vintage: year whose divisions the units are.
    """
    dimensions = framework.children[framework.top]
    frame = pl.DataFrame(scores).filter(
        pl.col("node").is_in(dimensions), pl.col("rank") <= top, pl.col("value").is_not_null()
    )
    shares = frame.with_columns(tied=pl.len().over(["industry", "node", "rank"]) > 1)
    names = _city_names(vintage)
    found: dict[str, dict[str, list[dict[str, Any]]]] = {
        industry: {dimension: [] for dimension in dimensions}
        for industry in in_order(frame["industry"])
    }
    for row in shares.sort(["rank", "unit"]).iter_rows(named=True):
        leader = {name: row[name] for name in ("unit", "value", "rank", "tied")}
        found[row["industry"]][row["node"]].append({"name": names[row["unit"]], **leader})
    return found


def _city_names(vintage: int) -> Mapping[str, str]:
    table = divisions_at(vintage)
    return dict(zip(table["code"].to_pylist(), table["name"].to_pylist(), strict=True))
