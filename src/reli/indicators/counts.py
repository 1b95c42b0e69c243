"""Counts by place and set of industries: what the database is asked.

Two passes over the enterprises count everything: one for the conditions on their own columns, one
that joins the claims of lists and works to them. Both give counts by place and set of industries,
which are few; levels, states and totals are worked out from these in memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import ibis
import polars as pl
import pyarrow as pa

from reli.indicators.claims import claims_of
from reli.indicators.firms import condition, standing_conditions, with_activity
from reli.indicators.leaders import RANKED_PARTS, leading_claims, listed_ids
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.recognised import recognised_claims, recognised_ids
from reli.indicators.tables import Period, RoadTables, with_columns
from reli.indicators.works import WORKS, knows_status, owner_ids, shared_works, work_claims
from reli.reference.emerging import OVERALL

__all__ = ["EVERY", "STANDING", "Evaluator", "PlaceCounts"]

EVERY = "*"
"""In counts by place, the enterprises of all industries and of none."""

STANDING = ("standing", "suspended", "liquidating", "undated", "active")
"""What is counted of the enterprises themselves, whatever the indicators."""


class Evaluator(Protocol):
    """What evaluates an expression whose result is small enough for memory."""

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate the expression."""

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""


@dataclass(frozen=True)
class PlaceCounts:
    """The linked tables of a project, counted by place at one period; each question once."""

    tables: RoadTables
    period: Period
    engine: Evaluator
    _places: dict[tuple[Measure, ...], pl.DataFrame] = field(default_factory=dict, repr=False)
    _small: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def basis_of(self, measure: Measure) -> str:
        """Which of the measures of patents is scored: in force where the legal status is known."""
        if measure.kind != "granted" or measure.basis:
            return measure.basis
        rows = self.tables.patents
        if rows is None:
            return "granted_so_far"
        rows = with_columns(rows, {"legal_status": "string", "ended_date": "date"})
        known = self.once("status", lambda: rows.aggregate(known=knows_status(rows))).item()
        return "in_force" if known else "granted_so_far"

    def behind(self, measure: Measure, units: Units, unit: str, industry: str) -> ibis.Table | None:
        """The enterprises behind a unit's count: enterprise_id, quantity, which add up to it."""
        entries = self.entries(measure, units, unit=unit, industry=industry)
        if entries is None:
            return None
        return entries.group_by("enterprise_id").aggregate(
            quantity=lambda t: t.quantity.sum().cast("int64")
        )

    def entries(
        self, measure: Measure, units: Units, *, unit: str = "", industry: str = ""
    ) -> ibis.Table | None:
        """What is added up: enterprise_id, industries, is_outsider, unit, industry, quantity.

        A work of several owners in a unit stands with the first of them by key, in each industry
        anew. None where the indicator has no source.

        Args:
            measure: of one indicator.
            units: of any level.
            unit: one unit; by default all.
            industry: an industry or 综合; by default all industries, without 综合.
        """
        (measure,) = self.resolved([measure])
        if not self.has_source(measure):
            return None
        columns = ("enterprise_id", "industries", "is_outsider", "unit", "industry")

        def chosen(rows: ibis.Table) -> ibis.Table:
            here = self._in_units(rows, units, unit)
            if not industry:
                return here.mutate(industry=here.industries.unnest())
            return _of_industry(here, measure, industry).mutate(industry=ibis.literal(industry))

        rows = self._firms_of(measure)
        rows = self._placed_claims([measure]) if rows is None else rows
        found = None if rows is None else chosen(rows).select(*columns, "quantity")
        shared = self._placed_shared([measure])
        if shared is None:
            return found
        several = chosen(shared)
        first = ibis.row_number().over(
            ibis.window(group_by=["unit", "industry", "item"], order_by="enterprise_id")
        )
        one = several.mutate(owner=first).filter(lambda t: t.owner == 0)
        once = one.select(*columns, quantity=ibis.literal(1, "int64"))
        return once if found is None else ibis.union(found, once)

    def _firms_of(self, measure: Measure) -> ibis.Table | None:
        """Enterprises that a measure of the register itself counts, one each."""
        if measure.family != "firms":
            return None
        is_active = measure.counted == "active"
        firms = with_activity(self.tables, self._evidence() if is_active else None)
        counted = firms.filter(condition(measure, firms, self.period) & firms.place.notnull())
        return counted.mutate(is_outsider=ibis.literal(False), quantity=ibis.literal(1, "int64"))

    def _in_units(self, rows: ibis.Table, units: Units, unit: str) -> ibis.Table:
        membership = units.membership
        if unit:
            membership = membership.filter(pl.col("unit") == unit)
        return rows.inner_join(self.engine.memory_table(membership.to_arrow()), "place")

    def resolved(self, measures: Sequence[Measure]) -> tuple[Measure, ...]:
        """The measures, those of patents with the basis that is scored."""
        return tuple(replace(each, basis=self.basis_of(each)) for each in measures)

    def by_place(self, measures: tuple[Measure, ...]) -> pl.DataFrame:
        """Quantities by indicator, place (the county, city or province that is certain), industry.

        The industries are the classification's, 综合 (the union) and EVERY.
        """
        if measures not in self._places:
            firms = [each for each in measures if each.family == "firms"]
            rows = [self._firm_counts(firms)]
            claims = self._placed_claims(measures)
            if claims is not None:
                grouped = claims.group_by("indicator", "place", "industries", "is_outsider")
                total = grouped.aggregate(value=lambda t: t.quantity.sum().cast("int64"))
                rows.append(self._fetch(total))
            self._places[measures] = _by_industry(pl.concat(rows, how="diagonal"))
        return self._places[measures]

    def standing(self) -> pl.DataFrame:
        """What kind of enterprises there are, by place and industry, as STANDING names it."""
        found = next(iter(self._places.values())) if self._places else self.by_place(())
        return found.filter(pl.col("indicator").is_in(STANDING))

    def _firm_counts(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """Sums of all conditions on enterprises: one pass over them."""
        firms = with_activity(self.tables, self._evidence())
        firms = firms.filter(firms.place.notnull())
        conditions = {
            **standing_conditions(firms, self.period),
            **{f"={m.indicator}": condition(m, firms, self.period) for m in measures},
        }
        sums = {
            name: each.fill_null(False).cast("int64").sum().cast("int64")
            for name, each in conditions.items()
        }
        wide = self._fetch(firms.group_by("place", "industries").aggregate(**sums))
        long = wide.unpivot(on=list(sums), index=["place", "industries"], variable_name="indicator")
        return long.filter(pl.col("value") > 0).with_columns(
            pl.col("indicator").str.strip_prefix("="), is_outsider=pl.lit(False)
        )

    def _evidence(self) -> ibis.Table | None:
        """Enterprises that a list or a patent shows to be active."""
        memory = self.engine.memory_table
        ids = claims_of(
            recognised_ids(self.tables, self.period, memory),
            listed_ids(self.tables, self.period),
            owner_ids(self.tables, self.period),
        )
        return None if ids is None else ids.distinct()

    def tells_activity(self) -> bool:
        """Whether any source says something of activity: else nobody can be called inactive."""
        has_insured = "insured_employees" in self.tables.enterprises.columns
        lists = (self.tables.recognitions, self.tables.listings, self.tables.patents)
        return has_insured or any(table is not None for table in lists)

    def _placed_claims(self, measures: Sequence[Measure]) -> ibis.Table | None:
        """Claims of all lists and works, joined to the enterprises once."""
        memory, tables, period = self.engine.memory_table, self.tables, self.period
        of = {
            family: [each for each in measures if each.family == family]
            for family in ("recognised", "leading", "works")
        }
        works = [work_claims(of["works"], table, tables, period) for table in WORKS]
        claims = claims_of(
            recognised_claims(of["recognised"], tables, period, memory),
            leading_claims(of["leading"], tables, period, memory),
            *works,
        )
        if claims is None:
            return None
        parties = tables.parties(period)
        rows = parties.inner_join(claims, parties.enterprise_id == claims.party)
        counts = (rows.stands | ~rows.must_stand) & (rows.may_be_outside | ~rows.is_outsider)
        return rows.filter(counts & rows.place.notnull())

    def _placed_shared(self, measures: Sequence[Measure]) -> ibis.Table | None:
        """Works of several owners, joined to the enterprises."""
        works = [each for each in measures if each.family == "works"]
        shared = claims_of(
            *(shared_works(works, table, self.tables, self.period) for table in WORKS)
        )
        if shared is None:
            return None
        parties = self.tables.parties(self.period)
        rows = parties.inner_join(shared, parties.enterprise_id == shared.party)
        return rows.filter(rows.place.notnull())

    def by_unit(self, measures: tuple[Measure, ...], units: Units) -> pl.DataFrame:
        """Quantities by indicator, unit and industry; zeros are left out."""
        places = self.by_place(measures)
        found = places.join(units.membership, on="place").select(
            "indicator", "unit", "industry", "value"
        )
        several = [found, *self._works_of_several(measures, units)]
        return (
            pl.concat(several).group_by("indicator", "unit", "industry").agg(pl.col("value").sum())
        )

    def _works_of_several(self, measures: tuple[Measure, ...], units: Units) -> list[pl.DataFrame]:
        """Works of several owners: once in each unit, never twice in one."""
        rows = self._placed_shared(measures)
        if rows is None:
            return []
        membership = self.engine.memory_table(units.membership.to_arrow())
        placed = rows.inner_join(membership, "place")
        union = placed.filter((placed.industries.length() > 0) | placed.is_outsider)
        parts = [
            union.mutate(industry=ibis.literal(OVERALL)),
            placed.mutate(industry=ibis.literal(EVERY)),
            placed.mutate(industry=placed.industries.unnest()),
        ]
        keys = ("indicator", "unit", "industry")
        each = ibis.union(*(part.select(*keys, "item") for part in parts))
        counted = each.group_by(*keys).aggregate(value=lambda t: t.item.nunique().cast("int64"))
        return [self._fetch(counted)]

    def has_source(self, measure: Measure) -> bool:
        """Whether anything can be counted: no rows at all of a list is no source, not zero."""
        if measure.counted == "active" and not self.tells_activity():
            return False
        if measure.family == "recognised":
            return measure.list in self._lists_there()
        if measure.kind == "ranked":
            return measure.list in self._rankings_there()
        if measure.family == "leading":
            return any(self._has_part(part) for part in (*measure.parts, *measure.markets))
        return measure.family == "firms" or getattr(self.tables, measure.table) is not None

    def _has_part(self, part: str) -> bool:
        if part in RANKED_PARTS:
            return part in self._rankings_there()
        if part == "a_share_subsidiary" and self.tables.holdings is None:
            return False
        return self.tables.listings is not None

    def _lists_there(self) -> set[str]:
        rows = self.tables.recognitions
        if rows is None:
            return set()
        return set(self.once("lists", lambda: rows.select("list").distinct())["list"])

    def _rankings_there(self) -> set[str]:
        """Rankings of the year."""
        rows = self.tables.rankings
        if rows is None:
            return set()
        of_year = rows.filter(rows.year == self.period.year)
        return set(self.once("rankings", lambda: of_year.select("list").distinct())["list"])

    def once(self, name: str, make: Callable[[], ibis.Table]) -> pl.DataFrame:
        """A small table, evaluated at its first use."""
        if name not in self._small:
            self._small[name] = self._fetch(make())
        return self._small[name]

    def _fetch(self, expression: ibis.Table) -> pl.DataFrame:
        return pl.DataFrame(pl.from_arrow(self.engine.fetch(expression)))


def _by_industry(rows: pl.DataFrame) -> pl.DataFrame:
    """Counts by set of industries as counts by industry: once in each, once in 综合 and EVERY."""
    some = pl.col("industries").list.len() > 0
    keys = ["indicator", "place", "industry", "value"]
    parts = [
        # Owners outside the register have no industry, and count in 综合 all the same.
        rows.filter(some | pl.col("is_outsider")).with_columns(industry=pl.lit(OVERALL)),
        rows.with_columns(industry=pl.lit(EVERY)),
        rows.filter(some).with_columns(industry="industries").explode("industry"),
    ]
    return (
        pl.concat([part.select(keys) for part in parts])
        .group_by("indicator", "place", "industry")
        .agg(pl.col("value").sum())
    )


def _of_industry(rows: ibis.Table, measure: Measure, industry: str) -> ibis.Table:
    if industry != OVERALL:
        return rows.filter(rows.industries.contains(industry))
    if measure.overall_scope == "all_enterprises":
        return rows
    return rows.filter((rows.industries.length() > 0) | rows.is_outsider)
