"""New registrations over the years, and leading firms by kind: what stands beside the indicators.

Both read `indicator/beside`: level, unit, industry, year, indicator, value. Without years there is
no growth and no peak; without kinds no breakdown.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal

import polars as pl
import pyarrow as pa

from reli.insight.places import gazetteer
from reli.insight.statements import Named, Statement
from reli.insight.thresholds import Thresholds
from reli.reference.divisions import divisions_at
from reli.reference.emerging import in_order

__all__ = ["FIRMS", "floored", "growth", "leading_firms", "peaks"]

YEARLY = "new_registrations_yearly"
CITIES_AT_MOST = 3
PARTS = (
    "a_share",
    "a_share_subsidiary",
    "neeq",
    "hk_mainland_entity",
    "us_mainland_entity",
    "fortune_global_500",
    "china_500_cec",
)
"""Kinds of leading firms in the order in which they are told."""
TOTAL = "leading_prose_entries"
DISTINCT = "leading_prose_firms"
FIRMS = "firms"
"""Among the parts of a count of entries: how many firms they belong to."""


def floored(value: float, digits: int) -> int:
    """A count with so many leading digits, the others zero: 5,371 with 2 is 5,300."""
    number = Decimal(int(value))
    if not number:
        return 0
    return int(number.quantize(Decimal(1).scaleb(number.adjusted() + 1 - digits), ROUND_DOWN))


def peaks(
    beside: pa.Table, statements: tuple[Statement, ...], thresholds: Thresholds, *, years: range
) -> Iterator[Statement]:
    """The year in which the county with most new registrations had most, of the window.

    Args:
        beside: what is counted beside the indicators.
        statements: leaders by indicator.
        thresholds: how many digits 突破 keeps.
        years: the window; nothing is said where a year of it is not known.
    """
    rows = _of(beside, "county", [YEARLY]).filter(pl.col("year").is_in(list(years)))
    for each in statements:
        if each.indicators != ("new_registrations",) or not each.places or each.places[0].is_tied:
            continue
        first = each.places[0]
        found = rows.filter(
            pl.col("industry") == each.industry, pl.col("unit") == first.division_code
        ).drop_nulls("value")
        highest = found.filter(pl.col("value") == pl.col("value").max())
        digits = int(thresholds["exceeds"])
        if len(years) < 2 or found.height < len(years) or highest.height != 1:
            continue
        count, year = float(highest["value"][0]), int(highest["year"][0])
        # 突破 needs something that was broken through: a number above its rounded form.
        if floored(count, digits) < count:
            parts = {str(year): str(floored(count, digits))}
            peak = Named(first.name, first.division_code, "peak", 1, value=count, parts=parts)
            yield Statement(each.industry, each.dimension, each.indicators, None, (peak,))


def growth(
    beside: pa.Table, dimension: str, thresholds: Thresholds, *, year: int, vintage: int = 2023
) -> Iterator[Statement]:
    """Cities whose new registrations grew fast from the year before; none without that year."""
    rows = _of(beside, "city", [YEARLY]).drop_nulls("value")
    now = rows.filter(pl.col("year") == year).select("industry", "unit", now="value")
    before = rows.filter(pl.col("year") == year - 1).select("industry", "unit", before="value")
    least = thresholds["fast_growth_least"]
    both = now.join(before, on=["industry", "unit"]).filter(
        pl.col("now") >= least, pl.col("before") >= least
    )
    told = both.with_columns(growth=100 * (pl.col("now") / pl.col("before") - 1))
    names = _names(vintage)
    for industry in in_order(told["industry"]):
        there = told.filter(pl.col("industry") == industry)
        bar = there["growth"].quantile(thresholds["fast_growth"] / 100, "linear") or 0.0
        fast = there.filter(pl.col("growth") >= bar, pl.col("growth") > 0).sort(
            ["growth", "unit"], descending=[True, False]
        )
        places = tuple(
            Named(names[unit], unit, "grew", None, value=rate, parts={"year": str(year)})
            for unit, rate in fast.select("unit", "growth").head(CITIES_AT_MOST).iter_rows()
            if unit in names
        )
        if places:
            yield Statement(industry, dimension, ("new_registrations",), None, places)


def leading_firms(beside: pa.Table, *, year: int, vintage: int = 2023) -> Iterator[Statement]:
    """The county with most leading firms and the next, by kind of firm, as entries (家次)."""
    codes = [*(f"leading_{part}" for part in PARTS), DISTINCT]
    rows = _of(beside, "county", [*codes, TOTAL]).filter(
        pl.col("year") == year, pl.col("value") > 0
    )
    totals = rows.filter(pl.col("indicator") == TOTAL, ~pl.col("unit").str.ends_with("00"))
    for industry in in_order(totals["industry"]):
        there = totals.filter(pl.col("industry") == industry)
        ranked = there.with_columns(rank=pl.col("value").rank("min", descending=True))
        firsts = ranked.filter(pl.col("rank") == 1)
        seconds = ranked.filter(pl.col("rank") == 2)
        if firsts.height != 1:
            continue
        named = [(firsts, "first")] + ([(seconds, "next")] if seconds.height == 1 else [])
        places = []
        for chosen, claim in named:
            unit, total = chosen["unit"][0], float(chosen["value"][0])
            place = gazetteer(vintage).by_code(unit)
            parts = _parts(rows, industry, unit)
            if place is not None:
                rank = 1 if claim == "first" else 2
                places.append(
                    Named(place.display_name, unit, claim, rank, value=total, parts=parts)
                )
        if places and places[0].claim == "first":
            yield Statement(industry, "agglomeration", ("leaders",), None, tuple(places))


def _parts(rows: pl.DataFrame, industry: str, unit: str) -> Mapping[str, str]:
    counts = dict(
        rows.filter(pl.col("industry") == industry, pl.col("unit") == unit)
        .select("indicator", "value")
        .iter_rows()
    )
    names = {"china_500_cec": "china_500"}
    parts = {
        names.get(part, part): f"{counts[f'leading_{part}']:.0f}"
        for part in PARTS
        if f"leading_{part}" in counts
    }
    return parts | ({FIRMS: f"{counts[DISTINCT]:.0f}"} if DISTINCT in counts else {})


def _of(beside: pa.Table, level: str, codes: list[str]) -> pl.DataFrame:
    frame = pl.DataFrame(beside)
    return frame.filter(pl.col("level") == level, pl.col("indicator").is_in(codes))


def _names(vintage: int) -> Mapping[str, str]:
    table = divisions_at(vintage)
    return dict(zip(table["code"].to_pylist(), table["name"].to_pylist(), strict=True))
