"""Owners of works, where they lie: found once, so that works are counted by whole numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ibis

from reli.indicators.sets import set_columns
from reli.indicators.tables import RoadTables

__all__ = ["having_several", "of_one_party", "of_several_parties", "placed_owners", "touched"]

_WORK = ("source", "item")


def placed_owners(tables: RoadTables, owners: ibis.Table) -> ibis.Table:
    """Owners that are a party, with its place and industries.

    Args:
        tables: the enterprises and outsiders.
        owners: owner (a number), enterprise_id, outsider_id.

    Returns:
        owner, party (the first owner that is the same), place (null where the party is not counted
        or has none), and its sets of industries as numbers (see reli.indicators.sets).
    """
    keyed = owners.select("owner", key=ibis.coalesce(owners.enterprise_id, owners.outsider_id))
    keyed = keyed.filter(keyed.key.notnull())
    first = keyed.group_by("key").aggregate(party=keyed.owner.min())
    sets = set_columns(tables.industries)
    there = tables.named_by(keyed.select(enterprise_id="key"))
    lying = there.select("place", *sets, key="enterprise_id")
    found = keyed.inner_join(first, "key").left_join(lying, "key")
    return found.select("owner", "party", "place", *sets)


def having_several(tables: RoadTables, *, several: bool) -> RoadTables:
    """Tables of the works of several numbered owners, or of those of one.

    Told apart before anything is asked of them, since most works have one owner.
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


def of_one_party(sole: ibis.Table, several: ibis.Table, placed: ibis.Table) -> ibis.Table:
    """Works that one party owns, a row each, with its place.

    Args:
        sole: works of one owner: source (the table), item, owner, and more.
        several: the same of several owners, a row an owner.
        placed: what `placed_owners` gave.
    """
    rows = several.inner_join(placed, "owner")
    parties = _parties(rows)
    # Two owners may be one party, spelt in two ways.
    alone = parties.filter(parties.least == parties.most)
    own = sole.inner_join(placed, "owner").select(rows.columns)
    return _lying(own.union(rows.semi_join(alone, (*_WORK, "owner"))))


def of_several_parties(several: ibis.Table, placed: ibis.Table) -> ibis.Table:
    """Works of several owners that are several parties, a row an owner, with their places."""
    rows = several.inner_join(placed, "owner")
    parties = _parties(rows)
    return _lying(rows.semi_join(parties.filter(parties.least < parties.most), _WORK))


def _parties(rows: ibis.Table) -> ibis.Table:
    """Of each work its first owner, and the first and last of its parties."""
    return rows.group_by(_WORK).aggregate(
        owner=rows.owner.min(), least=rows.party.min(), most=rows.party.max()
    )


def _lying(rows: ibis.Table) -> ibis.Table:
    return rows.filter(rows.place.notnull())
