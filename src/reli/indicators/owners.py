"""Places and industries of the owners of works, looked up once and then referred to by number."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ibis

from reli.indicators.sets import set_columns
from reli.indicators.tables import RoadTables

__all__ = ["having_several", "placed_owners", "touched"]


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
