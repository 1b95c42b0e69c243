"""Owners of patents and software copyrights: each name linked once, then joined to its works.

An owner that is no enterprise of the register (a university, an institute, a hospital) becomes an
outsider with a key of its own. Natural persons are no owners.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, map_batches, parquet_files, row_count
from reli.linkage.lists import Before, is_hit, link_list
from reli.linkage.names import name_key
from reli.linkage.outsiders import outsider_ids
from reli.linkage.patent_codes import with_industries

__all__ = ["join_works", "link_owners", "name_owners"]

_PERSON = "个人"
_SLICE = 200_000
_LINKED = {
    "name": pa.string(),
    "address": pa.string(),
    **dict.fromkeys(
        ("enterprise_id", "link_role", "link_confidence", "link_method", "link_candidates"),
        pa.string(),
    ),
}


def name_owners(works: Sequence[Path], out: Path, engine: Engine, scratch: Path) -> int:
    """Who owns works, each once: what is asked of the register, whatever that says.

    Args:
        works: clean patents and software copyrights.
        out: Parquet file to write: name, address (of owners that are named first), name_key; in
            order of name.
        engine: evaluates the query.
        scratch: folder for what lies between.

    Returns:
        Number of owners.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    asked = scratch / "owners-asked.parquet"
    engine.write(_distinct_owners(works, engine), asked, order_by=["name"])
    read = map_batches(asked, _with_key, out)
    _remove(scratch)
    return read


def link_owners(
    named: Path,
    register: Path | Sequence[Path],
    out: Path,
    engine: Engine,
    scratch: Path,
    *,
    before: Before | None = None,
) -> tuple[int, int]:
    """Link the distinct owners of works to enterprises.

    Owners whose name one enterprise alone bears are joined in the database; the few others climb
    the ladder of names in slices, so that neither owners nor register need fit into memory.

    Args:
        named: what `name_owners` wrote.
        register: Parquet table, or tables, of linked enterprises.
        out: Parquet file to write: name, address (of owners that are named first), enterprise_id
            (null where there is none), outsider_id (where there is no enterprise), link_role,
            link_confidence, link_method, link_candidates; in order of name.
        engine: evaluates the joins.
        scratch: folder for what lies between.
        before: the answers of the last time, where they are known; the result is the same.

    Returns:
        Owners, and owners linked.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    owners = engine.table(named)
    kept = [] if before is None else [_kept(owners, before, engine, scratch)]
    if kept:
        owners = owners.anti_join(kept[0], "name")
    exact = _alone(owners, engine.table(register))
    rest, linked = scratch / "owners-rest.parquet", scratch / "owners-linked.parquet"
    engine.write(owners.anti_join(exact, "name"), rest, order_by=["name"])
    parts = [
        engine.table(path).select(*_LINKED) for path in _climbed(rest, register, engine, scratch)
    ]
    whole = ibis.union(_as_linked(exact), *kept, *parts) if kept or parts else _as_linked(exact)
    engine.write(whole, linked, order_by=["name"])
    read = map_batches(linked, _with_outsiders, out)
    _remove(scratch)
    known = pq.read_table(out, columns=["enterprise_id"])["enterprise_id"]
    return read, read - known.null_count


def _remove(scratch: Path) -> None:
    for path in scratch.glob("owners-*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


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


def _with_key(batch: pa.RecordBatch) -> pa.RecordBatch:
    key = name_key(batch["name"]).to_arrow().cast(pa.string())
    return batch.append_column("name_key", key)


def _alone(owners: ibis.Table, firms: ibis.Table) -> ibis.Table:
    """Owners whose name one enterprise alone bears."""
    known = firms.semi_join(owners, "name_key").group_by("name_key")
    single = known.aggregate(
        bearers=lambda t: t.count(), enterprise_id=lambda t: t.enterprise_id.min()
    ).filter(lambda t: t.bearers == 1)
    return owners.inner_join(single, "name_key").select("name", "address", "enterprise_id")


def _kept(owners: ibis.Table, before: Before, engine: Engine, scratch: Path) -> ibis.Table:
    """Answers of the last time that still hold.

    Who was found under the very name is asked again where that name has come once more; the others
    also where a name has come that is like theirs.
    """
    old = engine.table(before.linked)
    there = owners.inner_join(old.drop("address", "outsider_id"), "name")
    if before.come:
        there = there.anti_join(engine.table(before.come), "name_key")
        is_exact = (there.link_method == "name") & (there.link_confidence == "exact")
        maybe = scratch / "owners-maybe.parquet"
        engine.write(there.filter(~is_exact), maybe, order_by=["name"])
        hits = engine.memory_table(_hits(maybe, before.come, engine))
        there = there.anti_join(hits, "name")
    return there.select(*_LINKED)


def _hits(maybe: Path, come: Sequence[Path], engine: Engine) -> pa.Table:
    """Owners that could mean enterprises which have come: name."""
    found = [pl.DataFrame(schema={"name": pl.String})]
    for path in parquet_files(maybe):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_SLICE):
                rows = pl.DataFrame(batch).with_columns(
                    credit_code=pl.lit(None, pl.String), province=pl.lit(None, pl.String)
                )
                found.append(rows.filter(is_hit(rows, come, engine)).select("name"))
    return pl.concat(found).to_arrow().cast(pa.schema([("name", pa.string())]))


def _as_linked(exact: ibis.Table) -> ibis.Table:
    said = {"link_role": "self", "link_confidence": "exact", "link_method": "name"}
    return exact.mutate(
        **{name: ibis.literal(value) for name, value in said.items()},
        link_candidates=ibis.literal(""),
    ).select(*_LINKED)


def _climbed(
    rest: Path, register: Path | Sequence[Path], engine: Engine, scratch: Path
) -> Iterator[Path]:
    """The other owners, linked slice by slice."""
    part = scratch / "owners-part.parquet"
    if row_count(rest):
        link_list(rest, register, part, engine, code=None)
        yield part


def _with_outsiders(batch: pa.RecordBatch) -> pa.RecordBatch:
    outside = outsider_ids(batch["name"])
    nobody = pa.nulls(batch.num_rows, pa.string())
    is_outside = batch["enterprise_id"].is_null()
    return batch.append_column("outsider_id", pc.if_else(is_outside, outside, nobody))


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
        owners: what `link_owners` wrote.
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
