"""Counts by class of evidence: how sure the entries behind each cell are, and who holds them.

The classes are the confidence of the place, the rule that gave the industry, and the confidence of
the link to the list. As with counts by place, the database adds up by place and set of industries,
with the classes as further keys; units and industries follow in memory. Enterprises that are alike
in all of these and in every entry that they hold form one cohort. Enterprises on no list form few
cohorts; of those on lists hardly two are alike.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import polars as pl
import pyarrow as pa

from reli.indicators.counts import PlaceCounts, sums, unpivoted
from reli.indicators.firms import condition
from reli.indicators.levels import Units
from reli.indicators.measure import Measure
from reli.indicators.placed import of_family
from reli.reference.emerging import OVERALL

__all__ = ["by_class", "cohort_counts", "counts_by_class"]

_BEST_FIRST = ("exact", "derived", "inferred")
_CARRIED = ("place_confidence", "rules")
_KEYS = ("place", "industries", "is_outsider", *_CARRIED)
_COHORT = ("cohort", "firms")
_CELL = ("indicator", "unit", "industry", "place_confidence", "rule", "link")
_FLAG = "counts_for "
_SCHEMA: dict[str, Any] = {
    "indicator": pl.String, "place": pl.String, "industries": pl.List(pl.String),
    "is_outsider": pl.Boolean, "place_confidence": pl.String, "rules": pl.String,
    "link": pl.String, "value": pl.Int64, "cohort": pl.Int64, "firms": pl.Int64,
}  # fmt: skip
_WITHIN, _BETWEEN = ":", "|"
"""Marks within and between the entries of an enterprise, written as one text."""


def counts_by_class(counts: PlaceCounts, units: Units, measures: Sequence[Measure]) -> pl.DataFrame:
    """Quantities by indicator, unit, industry and classes: of the single industries, and of 综合.

    Args:
        counts: the linked tables of a project at one period.
        units: of any level.
        measures: those without a source have no rows.

    Returns:
        unit, industry, indicator, place, rule, link, quantity; an empty class: nothing was
        assigned. The quantities of a cell add up to its count.
    """
    return by_class(cohort_counts(counts, units, measures))


def by_class(cohorts: pl.DataFrame) -> pl.DataFrame:
    """Counts by class, as `counts_by_class` gives them, from counts by cohort."""
    keys = ("unit", "industry", "indicator", "rule", "link", "place")
    return cohorts.group_by(keys).agg(pl.col("quantity").sum())


def cohort_counts(counts: PlaceCounts, units: Units, measures: Sequence[Measure]) -> pl.DataFrame:
    """Counts by class and cohort, so that entries of the same enterprises can be told.

    Returns:
        The columns of `counts_by_class`, and: cohort, a number within a unit and industry, the same
        for all entries of enterprises that are alike (missing where each entry stands for itself);
        firms, the number of enterprises in the cohort.
    """
    there = [each for each in counts.resolved(measures) if counts.has_source(each)]
    whole = {each.indicator for each in there if each.overall_scope == "all_enterprises"}
    classed = _Classes(counts, there)
    rows = classed.by_place().select(*_SCHEMA)
    cells = _by_industry(rows.join(units.membership, on="place"), whole)
    several = [
        each.with_columns(cohort=pl.lit(None, pl.Int64), firms=pl.lit(0, pl.Int64))
        for each in classed.of_several(units, whole)
    ]
    found = pl.concat([cells, *(each.select(cells.columns) for each in several)])
    summed = found.group_by(*_CELL, *_COHORT).agg(quantity=pl.col("value").sum())
    alone = pl.col("cohort").is_null()
    return summed.with_columns(
        firms=pl.when(alone).then(pl.col("quantity")).otherwise(pl.col("firms"))
    ).select(
        "unit", "industry", "indicator", "rule", "link", "quantity", *_COHORT,
        place="place_confidence",
    )  # fmt: skip


def _by_industry(rows: pl.DataFrame, whole: set[str]) -> pl.DataFrame:
    """Each industry with its own rule; 综合 with the first, or none where it counts everything."""
    rows = rows.with_columns(
        pl.col("place_confidence").fill_null(""), names=pl.col("rules").str.split("|")
    )
    is_whole = pl.col("indicator").is_in(list(whole))
    some = pl.col("industries").list.len() > 0
    each = (
        rows.filter(some)
        .with_columns(at=pl.int_ranges(pl.col("industries").list.len()))
        .explode("industries", "at")
    )
    rule = pl.col("names").list.get("at", null_on_oob=True).fill_null("")
    first = pl.col("names").list.first().fill_null("")
    parts = [
        each.with_columns(industry="industries", rule=rule),
        rows.filter(some | pl.col("is_outsider") | is_whole).with_columns(
            industry=pl.lit(OVERALL), rule=pl.when(is_whole).then(pl.lit("")).otherwise(first)
        ),
    ]
    return pl.concat([part.select(*_CELL, "value", *_COHORT) for part in parts])


class _Classes:
    """What the database is asked: quantities by place, industries and classes."""

    def __init__(self, counts: PlaceCounts, measures: Sequence[Measure]) -> None:
        self._counts, self._measures = counts, measures
        self._works = [each.indicator for each in of_family(measures, "works")]

    def by_place(self) -> pl.DataFrame:
        """What adds up, by cohort: enterprises, claims, works of one owner."""
        listed = self._listed()
        parts = [*self._firms(listed), *self._beside(listed)]
        cohorts = pl.concat([pl.DataFrame(schema=_SCHEMA), *parts], how="diagonal")
        return cohorts.with_columns(pl.col("link").fill_null(""))

    def _firms(self, listed: ibis.Table | None) -> Iterator[pl.DataFrame]:
        """Enterprises by what they are counted for, with what lists and works say of them."""
        measures = of_family(self._measures, "firms")
        if not measures:
            return
        tells = any(each.counted == "active" for each in measures)
        firms = self._counts.placed.firms(_CARRIED, tells_activity=tells)
        firms = firms.mutate(is_outsider=ibis.literal(False))
        period = self._counts.period
        # An indicator of a project may have the name of any column here.
        flags = {
            _FLAG + each.indicator: condition(each, firms, period).fill_null(False)
            for each in measures
        }
        firms = firms.select("enterprise_id", *_KEYS, **flags)
        if listed is None:
            firms = firms.mutate(said=ibis.literal(""))
        else:
            same = [firms[name] == listed[name] for name in ("enterprise_id", "industries")]
            joined = firms.left_join(listed, same, rname="{name}_listed")
            firms = joined.mutate(said=joined.said.fill_null(""))
        grouped = firms.group_by(*_KEYS, *flags, "said").aggregate(firms=lambda t: t.count())
        rows = _numbered(self._counts.fetch(grouped), start=0)
        for name in flags:
            counted = rows.filter(pl.col(name))
            yield counted.select(
                *_KEYS,
                *_COHORT,
                indicator=pl.lit(name.removeprefix(_FLAG)),
                link=pl.lit(""),
                value="firms",
            )
        yield _entries(rows)

    def _beside(self, listed: ibis.Table | None) -> Iterator[pl.DataFrame]:
        """Parties that lists and works speak of and that are no enterprises counted above."""
        if listed is None:
            return
        rest = listed
        if of_family(self._measures, "firms"):
            firms = self._counts.placed.firms(_CARRIED, tells_activity=False)
            same = [firms[name] == listed[name] for name in ("enterprise_id", "industries")]
            rest = listed.anti_join(firms, same)
        grouped = rest.group_by(*_KEYS, "said").aggregate(firms=lambda t: t.count())
        # Numbers of their own: those of the enterprises go up from 0.
        yield _entries(_numbered(self._counts.fetch(grouped), start=-1))

    def _listed(self) -> ibis.Table | None:
        """Parties on lists or with works: their entries as one text, in order."""
        found = [*self._claims(), *self._alone()]
        if not found:
            return None
        rows = ibis.union(*found) if len(found) > 1 else found[0]
        summed = rows.group_by("enterprise_id", *_KEYS, "indicator", "link").aggregate(
            value=lambda t: t.value.sum().cast("int64")
        )
        text = (summed.indicator, summed.link, summed.value.cast("string"))
        marked = summed.mutate(entry=ibis.literal(_WITHIN).join(text))
        listed = marked.group_by("enterprise_id", *_KEYS).aggregate(
            said=ibis.literal(_BETWEEN).join(marked.entry.collect().sort())
        )
        # Read twice, and long to plan.
        return self._counts.engine.keep(listed)

    def _claims(self) -> Iterator[ibis.Table]:
        claims = self._counts.placed.claims(self._measures, _CARRIED)
        if claims is None:
            return
        rows = _with_best(claims, list(self._links_of_claims()), "indicator")
        yield rows.select(
            "enterprise_id", *_KEYS, "indicator", "link", value=rows.quantity.cast("int64")
        )

    def _alone(self) -> Iterator[ibis.Table]:
        rows = self._counts.placed.alone(self._measures, _CARRIED)
        if rows is None:
            return
        rows = self._with_link_of_works(rows)
        for name in self._works:
            owned = rows.filter(rows[name] > 0)
            yield owned.select(
                "enterprise_id", *_KEYS, "link",
                indicator=ibis.literal(name), value=owned[name].cast("int64"),
            ).select("enterprise_id", *_KEYS, "indicator", "link", "value")  # fmt: skip

    def of_several(self, units: Units, whole: set[str]) -> Iterator[pl.DataFrame]:
        """Works of several owners: each with the first in a unit by key, in each industry anew."""
        rows = self._counts.placed.shared(self._measures, _CARRIED)
        if rows is None:
            return
        membership = self._counts.engine.memory_table(units.membership.to_arrow())
        rows = self._with_link_of_works(rows).inner_join(membership, "place")
        rows = rows.mutate(
            place_confidence=rows.place_confidence.fill_null(""), names=rows.rules.re_split("[|]")
        )
        kept = self._counts.engine.keep(rows)
        each = kept.mutate(industry=kept.industries.unnest())
        # Spark tells a place in an array by a long number, and does not take one.
        at = each.industries.index(each.industry).cast("int32")
        each = each.mutate(rule=each.names[at].fill_null(""))
        yield self._firsts(each, self._works)
        union = kept.filter((kept.industries.length() > 0) | kept.is_outsider)
        for part, is_whole in ((union, False), (kept, True)):
            rule = ibis.literal("") if is_whole else part.names[0].fill_null("")
            marked = part.mutate(industry=ibis.literal(OVERALL), rule=rule)
            yield self._firsts(marked, [n for n in self._works if (n in whole) == is_whole])

    def _firsts(self, rows: ibis.Table, names: Sequence[str]) -> pl.DataFrame:
        """Works by cell, each with the first of its owners in the unit.

        A patent has a row an owner by the owner's industries, and one by its own codes: what counts
        in one way has its first owner there, whoever is the first in the other.
        """
        if not names:
            return pl.DataFrame(schema={**dict.fromkeys(_CELL, pl.String), "value": pl.Int64})
        work = ["unit", "industry", "source", "item", *names]
        order = ibis.row_number().over(ibis.window(group_by=work, order_by="enterprise_id"))
        one = rows.mutate(order=order).filter(lambda t: t.order == 0)
        keys = _CELL[1:]
        counted = one.group_by(*keys).aggregate(**sums(one, {name: one[name] for name in names}))
        return unpivoted(self._counts.fetch(counted), names, keys).select(*_CELL, "value")

    def _with_link_of_works(self, rows: ibis.Table) -> ibis.Table:
        tables = sorted({each.table for each in of_family(self._measures, "works")})
        found = [
            source.select("enterprise_id", "link_confidence", source=ibis.literal(table))
            for table in tables
            if (source := self._linked(table)) is not None
        ]
        return _with_best(rows, found, "source")

    def _linked(self, table: str) -> ibis.Table | None:
        """A table whose rows say how they were linked."""
        rows: ibis.Table | None = getattr(self._counts.tables, table)
        return rows if rows is not None and "link_confidence" in rows.columns else None

    def _links_of_claims(self) -> Iterator[ibis.Table]:
        """Rows of lists under the indicators that count them: indicator, enterprise_id, link."""
        measures = [each for each in self._measures if each.family in ("recognised", "leading")]
        for table in sorted({each.table for each in measures}):
            rows = self._linked(table)
            of = [each for each in measures if each.table == table]
            if rows is None:
                continue
            named = {each.indicator: each.list for each in of if each.list}
            if named:
                asked = pa.table({"indicator": list(named), "asked": list(named.values())})
                lists = self._counts.engine.memory_table(asked)
                joined = rows.inner_join(lists, rows["list"] == lists.asked)
                yield joined.select("enterprise_id", "link_confidence", "indicator")
            for each in of:
                if not each.list:
                    literal = ibis.literal(each.indicator)
                    yield rows.select("enterprise_id", "link_confidence", indicator=literal)


def _numbered(rows: pl.DataFrame, start: int) -> pl.DataFrame:
    """Cohorts with their numbers: from 0 up, or from -1 down."""
    step = 1 if start >= 0 else -1
    order = [name for name in rows.columns if name != "industries"]
    ordered = rows.sort(pl.col("industries").list.join(_BETWEEN), *order)
    return ordered.with_columns(cohort=start + step * pl.int_range(pl.len(), dtype=pl.Int64))


def _entries(rows: pl.DataFrame) -> pl.DataFrame:
    """The entries that cohorts hold on lists and as works, from their text."""
    entries = (
        rows.filter(pl.col("said") != "")
        .with_columns(entry=pl.col("said").str.split(_BETWEEN))
        .explode("entry")
        .with_columns(part=pl.col("entry").str.split_exact(_WITHIN, 2))
        .unnest("part")
    )
    return entries.select(
        *_KEYS, *_COHORT, indicator="field_0", link="field_1",
        value=pl.col("field_2").cast(pl.Int64) * pl.col("firms"),
    )  # fmt: skip


def _with_best(rows: ibis.Table, links: Sequence[ibis.Table], key: str) -> ibis.Table:
    """Rows with `link`: the best class of the list rows behind them; empty where there is none."""
    if not links:
        return rows.mutate(link=ibis.literal(""))
    every = ibis.union(*links) if len(links) > 1 else links[0]
    order = [(every.link_confidence == name, place) for place, name in enumerate(_BEST_FIRST)]
    ranked = every.mutate(best=ibis.cases(*order, else_=len(_BEST_FIRST)))
    best = ranked.group_by(key, "enterprise_id").aggregate(best=ranked.best.min())
    joined = rows.left_join(best, [key, "enterprise_id"], rname="{name}_link")
    named = [(joined.best == place, name) for place, name in enumerate(_BEST_FIRST)]
    return joined.mutate(link=ibis.cases(*named, else_=""))
