"""Owners of patents and software copyrights: each name asked once, then joined to its works.

An owner that is no enterprise of the register (a university, an institute, a hospital) becomes an
outsider with a key of its own. Natural persons are no owners.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir

from reli.engine import Engine, map_batches
from reli.linkage.patent_codes import with_industries
from reli.linkage.questions import with_question_keys

__all__ = ["join_works", "name_owners"]

_PERSON = "个人"


def name_owners(works: Sequence[Path], out: Path, engine: Engine, scratch: Path) -> int:
    """Who owns works, each once: what is asked of the register, whatever that says.

    Args:
        works: clean patents and software copyrights.
        out: Parquet file to write: name, address (of owners that are named first) and their keys
            (see reli.linkage.questions); in order of name.
        engine: evaluates the query.
        scratch: folder for what lies between.

    Returns:
        Number of owners.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        asked = Path(folder) / "asked.parquet"
        engine.write(_distinct_owners(works, engine), asked, order_by=["name"])
        return map_batches(asked, with_question_keys, out)


def _distinct_owners(works: Sequence[Path], engine: Engine) -> ibis.Table:
    """Each owner once, with the address of one of the works that name it first."""
    named = []
    for path in works:
        rows = engine.table(path)
        address = rows.owners_address if "owners_address" in rows.columns else ibis.null("string")
        each = rows.select(first=rows.owners.re_split("[|]")[0], said=address, name=_owners(rows))
        own = ibis.ifelse(each.name == each.first, each.said, ibis.null("string"))
        named.append(each.select("name", address=own))
    rows = ibis.union(*named) if len(named) > 1 else named[0]
    rows = rows.filter((rows.name != "") & (rows.name != _PERSON))
    return rows.group_by("name").aggregate(address=lambda t: t.address.min())


def _owners(rows: ibis.Table) -> ir.StringValue:
    return rows.owners.re_split("[|]").unnest()


def join_works(
    works: Path,
    owners: Path,
    out: Path,
    key: str,
    engine: Engine,
    *,
    coded: Path | None = None,
) -> int:
    """Works with their owners: one row a work and party, so that a firm named twice is one.

    Args:
        works: clean patents or software copyrights.
        owners: owners with their answers (see reli.linkage.questions).
        out: Parquet file to write: item, enterprise_id or outsider_id (neither where only natural
            persons own the work), is_shared (whether it has several parties), owner (one spelling
            of it), link_confidence, and the columns of the works but the owners.
        key: column that names a work.
        engine: evaluates the joins.
        coded: of patents, the industries of their codes (see reli.linkage.patent_codes).

    Returns:
        Number of distinct works written.
    """
    rows = engine.table(works)
    known = engine.table(owners).select(
        "enterprise_id", "outsider_id", "link_method", "link_confidence", owner="name"
    )
    is_one = ~rows.owners.contains("|")
    alone = _owned(rows.filter(is_one).mutate(owner=rows.owners), key, known)
    alone = alone.mutate(is_shared=ibis.literal(False))
    several = rows.filter(~is_one)
    shared = _parties(_owned(several.mutate(owner=_owners(several)), key, known))
    whole = ibis.union(alone, shared.select(alone.columns))
    if coded is not None:
        whole = with_industries(whole, engine.table(coded))
    engine.write(whole, out, order_by=["item", "enterprise_id", "owner"])
    items = engine.fetch(engine.table(out).aggregate(n=lambda t: t.item.nunique()))
    return int(items["n"][0].as_py())


def _owned(works: ibis.Table, key: str, known: ibis.Table) -> ibis.Table:
    """Works with one owner a row, linked."""
    each = works.drop("owners", *({"owners_address"} & set(works.columns)))
    joined = each.left_join(known, "owner", rname="{name}_known").drop("owner_known")
    return joined.rename(item=key)


def _parties(owned: ibis.Table) -> ibis.Table:
    """Works of several owners: a row a work and party."""
    owned = owned.mutate(party=ibis.coalesce(owned.enterprise_id, owned.outsider_id))
    rest = [name for name in owned.columns if name not in ("item", "party")]
    each = owned.group_by("item", "party").aggregate(**{name: owned[name].min() for name in rest})
    parties = each.group_by("item").aggregate(parties=lambda t: t.party.nunique())
    whole = each.inner_join(parties, "item").mutate(is_shared=lambda t: t.parties > 1)
    # A person beside an organisation owns no share that is counted.
    return whole.filter(whole.party.notnull() | (whole.parties == 0)).drop("party", "parties")
