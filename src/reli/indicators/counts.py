"""Counts by place and set of industries: what the database is asked.

Three passes over the enterprises count everything: one for the conditions on their own columns, one
that joins the claims of lists to them, one the works. All give counts by place and set of
industries, which are few; levels, states and totals are worked out from these in memory. Works of
several owners are kept apart, joined once, and counted for each level.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import ibis.expr.types as ir
import polars as pl

from reli.indicators.firms import STANDING, condition, facts_needed, facts_of
from reli.indicators.leaders import RANKED_PARTS
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.placed import Evaluator, Placed, of_family
from reli.indicators.several import EVERY, by_industry, cells_of, counted_once
from reli.indicators.tables import Period, RoadTables, with_columns
from reli.indicators.works import knows_status
from reli.linkage.patent_codes import CODED
from reli.reference.emerging import OVERALL

__all__ = ["EVERY", "Evaluator", "PlaceCounts", "added", "sums", "unpivoted"]

_KEYS = ("place", "industries", "is_outsider")
_COUNTED_BY = ("indicator", "place", "industry")
_COUNTED = {**dict.fromkeys(_COUNTED_BY, pl.String), "value": pl.Int64}


@dataclass(frozen=True)
class PlaceCounts:
    """The linked tables of a project, counted by place at one period; each question once."""

    tables: RoadTables
    period: Period
    engine: Evaluator
    _places: dict[tuple[Measure, ...], pl.DataFrame] = field(default_factory=dict, repr=False)
    _small: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    _shared: dict[tuple[Measure, ...], ibis.Table | None] = field(default_factory=dict, repr=False)

    @cached_property
    def placed(self) -> Placed:
        """What is counted, where it lies."""
        return Placed(self.tables, self.period, self.engine)

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

        rows = self._alone_of(measure)
        found = None if rows is None else chosen(rows).select(*columns, "quantity")
        shared = self.placed.shared([measure])
        if shared is None:
            return found
        several = chosen(shared)
        first = ibis.row_number().over(
            ibis.window(group_by=["unit", "industry", "item"], order_by="enterprise_id")
        )
        one = several.mutate(owner=first).filter(lambda t: t.owner == 0)
        once = one.select(*columns, quantity=ibis.literal(1, "int64"))
        return once if found is None else ibis.union(found, once)

    def _alone_of(self, measure: Measure) -> ibis.Table | None:
        """What a measure counts, with its quantity; without works of several owners."""
        if measure.family == "firms":
            return self._firms_of(measure)
        if measure.family != "works":
            return self.placed.claims([measure])
        rows = self.placed.alone([measure])
        if rows is None:
            return None
        return rows.mutate(quantity=rows[measure.indicator]).filter(lambda t: t.quantity > 0)

    def _firms_of(self, measure: Measure) -> ibis.Table:
        """Enterprises that a measure of the register itself counts, one each."""
        firms = self.placed.firms(tells_activity=measure.counted == "active")
        counted = firms.filter(condition(measure, firms, self.period))
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

        The industries are the classification's, 综合 (the union) and EVERY. What was counted of
        parts of the register adds up to what would be counted of the whole.
        """
        if measures not in self._places:
            parts = (self.of_register, self.of_lists, self.of_works)
            self._places[measures] = added(part(measures) for part in parts)
        return self._places[measures]

    def of_register(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """What the enterprises' own columns say; of activity only whether they insure anybody.

        The enterprises are passed over once and grouped by the facts that hold of them.
        """
        firms = self.placed.firms(tells_activity=False)
        return self._under_conditions(self._by_facts(firms, measures), measures)

    def of_lists(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """What lists say of enterprises, and whom they or patents show to be active.

        These are moved from the idle to the active: what `of_register` counted and this add up.
        """
        shown = self.placed.shown_active()
        rows = [_by_industry(each) for each in self._claimed(measures)]
        if shown is not None:
            moved = self._by_facts(shown, measures)
            signed = [
                moved.with_columns(is_active=True),
                moved.with_columns(value=-pl.col("value")),
            ]
            rows.append(self._under_conditions(pl.concat(signed), measures))
        return added(rows)

    def of_works(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """Works that one party owns alone."""
        return added(_by_industry(each) for each in self._owned(measures))

    def shared_by_place(self, measures: tuple[Measure, ...]) -> ibis.Table | None:
        """Works of several owners, a row a work and place; None where there are no works.

        item, place, and for each measure in which industries the work counts, as numbers
        (see reli.indicators.several).
        """
        rows = self.placed.owned(measures, is_shared=True)
        works = of_family(measures, "works")
        return None if rows is None else cells_of(rows, works, self.tables.industries)

    def remember(
        self, measures: tuple[Measure, ...], places: pl.DataFrame, shared: ibis.Table | None
    ) -> None:
        """Take what was counted part by part for the answers of by_place and shared_by_place."""
        self._places[measures] = places
        self._shared[measures] = shared

    def _claimed(self, measures: Sequence[Measure]) -> list[pl.DataFrame]:
        """Claims of all lists."""
        claims = self.placed.claims(measures)
        if claims is None:
            return []
        grouped = claims.group_by("indicator", *_KEYS)
        total = grouped.aggregate(value=lambda t: t.quantity.sum().cast("int64"))
        return [self.fetch(total)]

    def _owned(self, measures: Sequence[Measure]) -> list[pl.DataFrame]:
        """Works that one party owns alone."""
        rows = self.placed.owned(measures, is_shared=False)
        if rows is None:
            return []
        names = [each.indicator for each in of_family(measures, "works")]
        total = rows.group_by(*_KEYS).aggregate(**sums(rows, {name: rows[name] for name in names}))
        return [unpivoted(self.fetch(total), names, _KEYS)]

    def standing(self) -> pl.DataFrame:
        """What kind of enterprises there are, by place and industry, as STANDING names it."""
        found = next(iter(self._places.values())) if self._places else self.by_place(())
        return found.filter(pl.col("indicator").is_in(STANDING))

    def _under_conditions(self, rows: pl.DataFrame, measures: Sequence[Measure]) -> pl.DataFrame:
        """Of groups of enterprises, told apart by facts, how many meet each condition."""
        asked = [(each.indicator, facts_needed(each, self.period))
                 for each in of_family(measures, "firms")]  # fmt: skip
        return _by_industry(pl.concat(_under(rows, [*STANDING.items(), *asked])))

    def _by_facts(self, firms: ibis.Table, measures: Sequence[Measure]) -> pl.DataFrame:
        facts = facts_of(firms, self.period, of_family(measures, "firms"))
        told = firms.select("place", "industries", **facts)
        return self.fetch(told.group_by(*told.columns).aggregate(value=lambda t: t.count()))

    def tells_activity(self) -> bool:
        """Whether any source says something of activity: else nobody can be called inactive."""
        has_insured = "insured_employees" in self.tables.enterprises.columns
        lists = (self.tables.recognitions, self.tables.listings, self.tables.patents)
        return has_insured or any(table is not None for table in lists)

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
        rows = self._shared_works(measures)
        if rows is None:
            return []
        membership = self.engine.memory_table(units.membership.to_arrow())
        found = self.fetch(counted_once(rows, membership))
        long = by_industry(found, self.tables.industries)
        return [long.select("indicator", "unit", "industry", "value")]

    def _shared_works(self, measures: tuple[Measure, ...]) -> ibis.Table | None:
        """Works of several owners with the owners' places: joined once for all levels."""
        if measures not in self._shared:
            rows = self.shared_by_place(measures)
            self._shared[measures] = None if rows is None else self.engine.keep(rows)
        return self._shared[measures]

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
        if measure.by == "ipc":
            return self.tables.patents is not None and CODED in self.tables.patents.columns
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
        of_year = rows.year == self.period.year
        lists = self.once("rankings", lambda: rows.filter(of_year).select("list").distinct())
        return set(lists["list"])

    def once(self, name: str, make: Callable[[], ibis.Table]) -> pl.DataFrame:
        """A small table, evaluated at its first use."""
        if name not in self._small:
            self._small[name] = self.fetch(make())
        return self._small[name]

    def fetch(self, expression: ibis.Table) -> pl.DataFrame:
        """Evaluate an expression whose result is small enough for memory."""
        return pl.DataFrame(pl.from_arrow(self.engine.fetch(expression)))


def sums(rows: ibis.Table, conditions: Mapping[str, ir.BooleanValue]) -> dict[str, ir.Value]:
    """How many rows meet each condition."""
    return {name: rows.count(where=each.fill_null(False)) for name, each in conditions.items()}


def unpivoted(wide: pl.DataFrame, names: Sequence[str], keys: Sequence[str]) -> pl.DataFrame:
    """Counts of several indicators beside each other as rows of indicator and value."""
    long = wide.unpivot(on=names, index=keys, variable_name="indicator")
    return long.filter(pl.col("value") > 0)


def _under(
    rows: pl.DataFrame, conditions: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[pl.DataFrame]:
    """Of groups of enterprises, told apart by facts, those that meet each condition."""
    for name, needed in conditions:
        yield rows.filter(pl.all_horizontal(needed)).select(
            "place", "industries", "value", indicator=pl.lit(name), is_outsider=pl.lit(False)
        )


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Counts by indicator, place and industry of several sources as one; zeros are left out."""
    rows = pl.concat([pl.DataFrame(schema=_COUNTED), *(part.select(*_COUNTED) for part in parts)])
    summed = rows.group_by(*_COUNTED_BY).agg(pl.col("value").sum())
    return summed.filter(pl.col("value") != 0)


def _by_industry(rows: pl.DataFrame) -> pl.DataFrame:
    """Counts by set of industries as counts by industry: once in each, once in 综合 and EVERY."""
    some = pl.col("industries").list.len() > 0
    parts = [
        # Owners outside the register have no industry, and count in 综合 all the same.
        rows.filter(some | pl.col("is_outsider")).with_columns(industry=pl.lit(OVERALL)),
        rows.with_columns(industry=pl.lit(EVERY)),
        rows.filter(some).with_columns(industry="industries").explode("industry"),
    ]
    return added(parts)


def _of_industry(rows: ibis.Table, measure: Measure, industry: str) -> ibis.Table:
    if industry != OVERALL:
        return rows.filter(rows.industries.contains(industry))
    if measure.overall_scope == "all_enterprises":
        return rows
    return rows.filter((rows.industries.length() > 0) | rows.is_outsider)
