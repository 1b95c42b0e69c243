"""Places and industries of the owners of works, looked up once and then referred to by number."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ibis
import polars as pl

from reli.indicators.levels import Units
from reli.indicators.sets import set_columns
from reli.indicators.tables import RoadTables

__all__ = ["beside_past", "change", "having_several", "placed_owners", "touched", "units_twice"]

_PAST = "past "
"""In front of works, places and units as they were: no other is called so."""


def placed_owners(tables: RoadTables, owners: ibis.Table) -> ibis.Table:
    """Owners that lie somewhere, with their place and industries.

    Args:
        tables: the enterprises and outsiders.
        owners: owner (a number), enterprise_id, outsider_id.

    Returns:
        owner, place, and the sets of industries of its party as numbers (see
        reli.indicators.sets).
    """
    keyed = owners.select("owner", key=ibis.coalesce(owners.enterprise_id, owners.outsider_id))
    keyed = keyed.filter(keyed.key.notnull())
    sets = set_columns(tables.industries)
    there = tables.every_party()
    lying = there.filter(there.place.notnull()).select("place", *sets, key="enterprise_id")
    return keyed.inner_join(lying, "key").select("owner", "place", *sets)


def having_several(tables: RoadTables, *, several: bool) -> RoadTables:
    """The tables with only the works of several numbered owners, or only those of one.

    Most works have one owner, and are counted in a simpler way.
    """
    works: dict[str, Any] = {
        name: rows.filter(rows.has_several == several)
        for name in ("patents", "software_copyrights")
        if (rows := getattr(tables, name)) is not None
    }
    return replace(tables, **works)


def touched(
    tables: RoadTables, owners: ibis.Table, keep: Callable[[ibis.Table], ibis.Table]
) -> RoadTables:
    """Tables of the works that some owners own, alone or with others.

    Args:
        tables: of which works have numbered owners.
        owners: owner, each once.
        keep: evaluates once what several read.
    """
    works: dict[str, Any] = {}
    for name in ("patents", "software_copyrights"):
        rows: ibis.Table | None = getattr(tables, name)
        if rows is not None:
            own = keep(rows.semi_join(owners, "owner"))
            shared = rows.filter(rows.has_several).semi_join(own.filter(own.has_several), "item")
            works[name] = keep(own.filter(~own.has_several).union(shared))
    return replace(tables, **works)


def beside_past(tables: RoadTables, then: ibis.Table) -> RoadTables:
    """Works a second time, with their owners where they lay before, in places that are named apart.

    Both are counted in the same questions, each of which costs more than these few works do.

    Args:
        tables: of few works with numbered owners, and where these lie now.
        then: where they lay, as `placed_owners` told.
    """
    assert tables.owners is not None
    works: dict[str, Any] = {
        name: rows.union(_as_past(rows, "item"))
        for name in ("patents", "software_copyrights")
        if (rows := getattr(tables, name)) is not None
    }
    return replace(tables, owners=tables.owners.union(_as_past(then, "place")), **works)


def _as_past(rows: ibis.Table, name: str) -> ibis.Table:
    """Rows with numbers of owners and with names that no others have."""
    number = (-1 - rows.owner).cast(rows.owner.type())
    return rows.mutate(owner=number, **{name: ibis.literal(_PAST) + rows[name]})


def units_twice(units: Units) -> Units:
    """Units of the places as they are, and of those that `beside_past` named apart."""
    past = units.membership.with_columns((pl.lit(_PAST) + pl.all()).name.keep())
    return replace(units, membership=pl.concat([units.membership, past]))


def change(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts in the past's places as what they take from the places themselves."""
    is_past = pl.col("place").str.starts_with(_PAST)
    value = pl.when(is_past).then(-pl.col("value")).otherwise("value")
    return counts.with_columns(value=value, place=pl.col("place").str.strip_prefix(_PAST))
