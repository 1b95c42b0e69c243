"""Works with the parties that own them: whom the owners of works mean, as the register answers.

Kept apart from the works, so that a further file of the register leaves these alone.
"""

import ibis

from reli.linkage.grants import is_granted

__all__ = ["first_granted", "granted_to", "owned"]

_NUMBERED = ("item", "owner", "has_several", "is_first")


def owned(works: ibis.Table, owners: ibis.Table) -> ibis.Table:
    """Works with their owners: one row a work and party, so that a firm named twice is one.

    Args:
        works: works with numbered owners (see reli.linkage.works).
        owners: owner (the number), enterprise_id or outsider_id (neither where no party is known),
            and what else is told of an owner; each number once.

    Returns:
        item, the columns of the works, is_shared (whether the work has several parties) and what is
        told of the owners; of two owners that are one party each column has the smaller value. A
        work without any party has a row.
    """
    told = [name for name in owners.columns if name != "owner"]
    carried = [name for name in works.columns if name not in _NUMBERED]
    rows = works.left_join(owners, "owner")
    none = ibis.literal(False)
    sole = rows.filter(~rows.has_several).select("item", *carried, *told, is_shared=none)
    rows = rows.filter(rows.has_several)
    rows = rows.mutate(party=ibis.coalesce(rows.enterprise_id, rows.outsider_id))
    each = rows.group_by("item", "party").aggregate(
        **{name: rows[name].arbitrary() for name in carried},
        **{name: rows[name].min() for name in told},
    )
    counted = each.mutate(parties=each.party.count().over(ibis.window(group_by="item")))
    shared = counted.filter(counted.party.notnull() | (counted.parties == 0))
    return sole.union(shared.select("item", *carried, *told, is_shared=shared.parties > 1))


def first_granted(patents: ibis.Table) -> ibis.Table:
    """Owners with the day on which the first of their patents was granted.

    Args:
        patents: with numbered owners; applications, which exports give among them, are passed
            over.

    Returns:
        owner, granted_date; each owner once.
    """
    owned = patents.filter(patents.owner.notnull(), is_granted(patents))
    return owned.group_by("owner").aggregate(granted_date=owned.granted_date.min())


def granted_to(first: ibis.Table, owners: ibis.Table) -> ibis.Table:
    """Enterprises with the day on which the first of their patents was granted.

    Args:
        first: owner, granted_date (see `first_granted`).
        owners: owner, enterprise_id.

    Returns:
        enterprise_id, granted_date; an enterprise that is spelt in several ways has several rows.
    """
    known = owners.filter(owners.enterprise_id.notnull()).select("owner", "enterprise_id")
    return first.inner_join(known, "owner").select("enterprise_id", "granted_date")
