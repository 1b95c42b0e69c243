"""Counts by place and set of industries: what the database is asked.

Three passes over the enterprises count everything: one for the conditions on their own columns, one
that joins the claims of lists to them, one the works. All give counts by place and set of
industries, which are few; levels, states and totals are worked out from these in memory. Works of
several owners are kept apart, joined once, and counted for each level.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import polars as pl

from reli.indicators.cube import COUNTED, Cube, by_sets
from reli.indicators.firms import STANDING, condition, facts_needed, facts_of
from reli.indicators.leaders import RANKED_PARTS
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.placed import Evaluator, Placed, of_family
from reli.indicators.recognised import lists_of_year
from reli.indicators.sets import EVERY, named_industries, set_columns, set_of_none, sets_of
from reli.indicators.several import SETS, by_industry, cells_of, counted_once
from reli.indicators.tables import Period, RoadTables
from reli.indicators.works import knows_status
from reli.linkage.patent_codes import CODE_SET, CODED
from reli.reference.emerging import OVERALL

__all__ = ["Evaluator", "PlaceCounts", "sums", "unpivoted"]


@dataclass(frozen=True)
class PlaceCounts:
    """The linked tables of a project, counted by place at one period; each question once."""

    tables: RoadTables
    period: Period
    engine: Evaluator
    _places: dict[tuple[Measure, ...], Cube] = field(default_factory=dict, repr=False)
    _small: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)
    _shared: dict[tuple[Measure, ...], pl.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def placed(self) -> Placed:
        """What is counted, where it lies."""
        return Placed(self.tables, self.period, self.engine)

    def basis_of(self, measure: Measure) -> str:
        """Which of the measures of patents is scored: in force where the legal status is known."""
        if measure.kind != "granted" or measure.basis:
            return measure.basis
        patents, told = self.tables.patents, self.tables.status
        if patents is None:
            return "granted_so_far"
        known = self.once("status", lambda: knows_status(patents) if told is None else told)
        return "in_force" if known.item() else "granted_so_far"

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

    def by_place(self, measures: tuple[Measure, ...]) -> Cube:
        """Quantities by indicator, place (the county, city or province that is certain), industry.

        The industries are the classification's, 综合 (the union) and EVERY. What was counted of
        parts of the register adds up to what would be counted of the whole.
        """
        if measures not in self._places:
            parts = (self.of_register, self.of_lists, self.of_works)
            rows = pl.concat([part(measures) for part in parts])
            self._places[measures] = self._cube(measures, rows)
        return self._places[measures]

    def _cube(self, measures: Sequence[Measure], rows: pl.DataFrame) -> Cube:
        names = [*STANDING, *(each.indicator for each in measures)]
        return Cube.of(rows, names, named_industries(self.tables.industries))

    def of_register(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """What the enterprises' own columns say; of activity only whether they insure anybody.

        The enterprises are passed over once and grouped by the facts that hold of them.
        """
        firms = self.placed.firms(tells_activity=False)
        return self._under_conditions(self._by_facts(firms, measures), measures).rows()

    def of_lists(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """What lists say of enterprises, and whom they or patents show to be active.

        These are moved from the idle to the active, and those for whom industries were inferred
        from none to these: what `of_register` counted and this add up.
        """
        shown, inferred = self.placed.shown_active(), self.placed.inferred()
        rows = [self._claimed(measures)]
        if shown is not None:
            rows.append(self._moved(shown, measures, {}, {"is_active": True}))
        if inferred is not None:
            nowhere = set_of_none(self.tables.industries)
            rows.append(self._moved(inferred, measures, nowhere, {}))
        return pl.concat(rows)

    def of_works(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """Works of one owner."""
        rows = self.placed.owned(measures, is_shared=False)
        if rows is None:
            return pl.DataFrame(schema=COUNTED)
        industries, works = self.tables.industries, of_family(measures, "works")
        columns = {by: set_columns(industries, of) for by, of in SETS.items()}
        marks = {each.indicator: rows[each.indicator] for each in works}
        alike = rows.group_by("place", *columns["owner"], "codes").aggregate(**sums(rows, marks))
        # Sets are told of groups, of which there are few, and not of each work.
        found = self.fetch(self._with_codes(alike).drop("codes"))
        parts = []
        for by, names in columns.items():
            counts = {e.indicator: found[e.indicator].to_numpy() for e in works if e.by == by}
            parts.append(by_sets(found, counts, industries, names).rows())
        return pl.concat(parts)

    def of_shared(self, measures: Sequence[Measure], levels: Mapping[str, Units]) -> pl.DataFrame:
        """Works of several owners, once in each unit and never twice in one.

        Args:
            measures: what counts works.
            levels: units by the name of their level.

        Returns:
            level, and COUNTED with the units as places; of all levels at once, since each work
            must be looked at with all its owners.
        """
        rows = self.placed.owned(measures, is_shared=True)
        if rows is None:
            return pl.DataFrame(schema={**COUNTED, "level": pl.String})
        works, industries = of_family(measures, "works"), self.tables.industries
        # Kept, since what is asked of them holds much else in memory at the same time.
        cells = self.engine.keep(cells_of(self._with_codes(rows), works, industries))
        units = _numbered(levels)
        membership = self.engine.memory_table(units.select("place", "unit").to_arrow())
        found = self.fetch(counted_once(cells, membership))
        named = found.join(units.select("level", "name", "unit").unique(), on="unit")
        counted = [
            by_industry(
                named.filter(pl.col("level") == name).with_columns(unit="name"), works, industries
            ).with_columns(level=pl.lit(name))
            for name in levels
        ]
        return pl.concat(counted)

    def _with_codes(self, works: ibis.Table) -> ibis.Table:
        """Works with the industries of their codes as numbers (see reli.indicators.sets)."""
        industries, told = self.tables.industries, self.tables.code_sets
        names = set_columns(industries, SETS["ipc"])
        if told is None and not works.codes.type().is_array():
            # Codes are told by number, and the project has no patents that any would be of.
            return works.mutate(**dict.fromkeys(names, ibis.literal(0, "int64")))
        if told is None:
            return works.mutate(**dict(zip(names, sets_of(works.codes, industries), strict=True)))
        sets = dict(zip(names, sets_of(told[CODED], industries), strict=True))
        known = works.left_join(told.select(**sets, codes=CODE_SET), "codes").drop("codes_right")
        return known.mutate(**{name: known[name].fill_null(0) for name in names})

    def remember(
        self, measures: tuple[Measure, ...], counts: pl.DataFrame, shared: pl.DataFrame
    ) -> None:
        """Take what was counted part by part for the answers of by_place and by_unit."""
        self._places[measures] = self._cube(measures, counts)
        self._shared[measures] = shared

    def standing(self, units: Units) -> Cube:
        """What kind of enterprises there are, by unit and industry, as STANDING names it."""
        return self._enterprises().only(STANDING).by(units.membership, units.units["unit"])

    def _enterprises(self) -> Cube:
        """Counts by place that have those of STANDING, whatever was counted with them."""
        return next(iter(self._places.values())) if self._places else self.by_place(())

    def _claimed(self, measures: Sequence[Measure]) -> pl.DataFrame:
        """Claims of all lists."""
        claims = self.placed.claims(measures)
        if claims is None:
            return pl.DataFrame(schema=COUNTED)
        grouped = claims.group_by("indicator", "place", *set_columns(self.tables.industries))
        found = self.fetch(grouped.aggregate(value=lambda t: t.quantity.sum().cast("int64")))
        value = found["value"].to_numpy()
        counts = {
            name: np.where(found["indicator"] == name, value, 0)
            for name in found["indicator"].unique()
        }
        return by_sets(found, counts, self.tables.industries).rows()

    def _moved(
        self,
        firms: ibis.Table,
        measures: Sequence[Measure],
        before: Mapping[str, bool | int],
        after: Mapping[str, bool | int],
    ) -> pl.DataFrame:
        """What is added and taken where enterprises were counted with other columns before."""
        told = self._by_facts(firms, measures)
        taken = told.with_columns(**before, value=-pl.col("value"))
        moved = pl.concat([told.with_columns(**after), taken], how="vertical_relaxed")
        return self._under_conditions(moved, measures).rows()

    def _under_conditions(self, rows: pl.DataFrame, measures: Sequence[Measure]) -> Cube:
        """Of groups of enterprises, told apart by facts, how many meet each condition."""
        asked = {each.indicator: facts_needed(each, self.period)
                 for each in of_family(measures, "firms")}  # fmt: skip
        value = rows["value"].to_numpy()
        counts = {
            name: value * np.logical_and.reduce([rows[fact].to_numpy() for fact in needed])
            for name, needed in {**STANDING, **asked}.items()
        }
        return by_sets(rows, counts, self.tables.industries)

    def _by_facts(self, firms: ibis.Table, measures: Sequence[Measure]) -> pl.DataFrame:
        facts = facts_of(firms, self.period, of_family(measures, "firms"))
        told = firms.select("place", **self._sets(firms), **facts)
        return self.fetch(told.group_by(*told.columns).aggregate(value=lambda t: t.count()))

    def _sets(self, firms: ibis.Table) -> dict[str, ir.Value]:
        """Sets of industries as numbers, which those whom other tables name have already."""
        names, industries = set_columns(self.tables.industries), self.tables.industries
        if set(names) <= set(firms.columns):
            return {name: firms[name] for name in names}
        return dict(zip(names, sets_of(firms.industries, industries), strict=True))

    def tells_activity(self) -> bool:
        """Whether any source says something of activity: else nobody can be called inactive."""
        lists = (self.tables.recognitions, self.tables.listings, self.tables.patents)
        if any(table is not None for table in lists):
            return True
        # A register without the column is cleaned to one whose cells are all empty.
        return bool(self._enterprises().table("told", [EVERY]).sum())

    def by_unit(self, measures: tuple[Measure, ...], units: Units) -> Cube:
        """Quantities by indicator, unit and industry."""
        counts = self.by_place(measures).by(units.membership, units.units["unit"])
        return counts.plus(self._shared_at(measures, units))

    def by_smallest(self, measures: tuple[Measure, ...], units: Units, indicator: str) -> Cube:
        """One indicator by the places that contain no other, of which the units are made."""
        places = units.smallest.select("place", unit="place").unique()
        alone = self.by_place(measures).only([indicator]).by(places, places["unit"])
        return alone.plus(self._shared_at(measures, Units(places, places, "county")))

    def _shared_at(self, measures: tuple[Measure, ...], units: Units) -> pl.DataFrame:
        """Works of several owners by unit."""
        if measures in self._shared:
            return self._shared[measures].filter(pl.col("level") == units.level)
        return self.of_shared(measures, {units.level: units})

    def has_source(self, measure: Measure) -> bool:
        """Whether anything can be counted: a list without rows of the year is no source."""
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
        """Lists that say anything of the year."""
        rows, rules = self.tables.recognitions, self.tables.lists
        if rows is None:
            return set()
        memory = self.engine.memory_table
        said = self.once("lists", lambda: lists_of_year(rows, rules, self.period, memory))
        return set(said["list"])

    def _rankings_there(self) -> set[str]:
        """Rankings of the year."""
        rows = self.tables.rankings
        if rows is None:
            return set()
        year = self.period.year
        lists = self.once(
            "rankings", lambda: rows.filter(rows.year == year).select("list").distinct()
        )
        return set(lists["list"])

    def once(
        self,
        name: str,
        make: Callable[[], ibis.Table],
        then: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """A small table, evaluated at its first use, and what is made of it."""
        if name not in self._small:
            found = self.fetch(make())
            self._small[name] = then(found) if then else found
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


def _numbered(levels: Mapping[str, Units]) -> pl.DataFrame:
    """Places by unit of any level: place, level, name, and unit, which is a number."""
    parts = [
        each.membership.select("place", level=pl.lit(level), name="unit")
        for level, each in levels.items()
    ]
    number = pl.struct("level", "name").rank("dense").cast(pl.Int32)
    return pl.concat(parts).with_columns(unit=number)


def _of_industry(rows: ibis.Table, measure: Measure, industry: str) -> ibis.Table:
    if industry != OVERALL:
        return rows.filter(rows.industries.contains(industry))
    if measure.overall_scope == "all_enterprises":
        return rows
    return rows.filter((rows.industries.length() > 0) | rows.is_outsider)
