"""Rows of lists joined to a register that is too large for memory."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine
from reli.linkage.match import MATCH_SCHEMA, Matcher
from reli.linkage.names import (
    branch_parent,
    core_key,
    former_in_remark,
    name_key,
    without_remark,
)

__all__ = ["link_list"]

_REGISTER = ("enterprise_id", "name", "former_names", "province", "city", "status")


def link_list(
    rows: Path,
    register: Path,
    out: Path,
    engine: Engine,
    *,
    name: str | Sequence[str] = "name",
    code: str | None = "credit_code",
    place: str | None = None,
) -> tuple[int, int]:
    """Link the rows of a list to enterprises.

    Only the part of the register that shares a key with the list is taken into memory.

    Args:
        rows: Parquet file of the list.
        register: Parquet file of linked enterprises (see reli.linkage.entities.identify).
        out: Parquet file to write: the rows with enterprise_id (null where there is none),
            link_role, link_confidence, link_method, link_candidates.
        engine: evaluates the joins.
        name: column of the list with the enterprise's name; of several the first with a value.
        code: column of the list with its credit code, if it has one.
        place: column of the list with a province or city, if it has one.

    Returns:
        Rows, and rows linked.
    """
    table = pq.read_table(rows)
    asked = _asked(table, name, code, place)
    firms = engine.table(register)
    answers = _answers(asked, _same_key(asked, firms, engine))
    answers = _second_look(asked, answers, firms, engine)
    keys = answers["matched_credit_code"].set(answers["matched_credit_code"] == "", None)
    linked = table.append_column("enterprise_id", keys.to_arrow().cast(pa.string()))
    for column in ("role", "confidence", "method", "candidates"):
        linked = linked.append_column(
            f"link_{column}", answers[column].to_arrow().cast(pa.string())
        )
    pq.write_table(linked, out, compression="zstd")
    return table.num_rows, table.num_rows - keys.null_count()


def _answers(asked: pa.Table, candidates: pa.Table) -> pl.DataFrame:
    """What the matcher says of each row."""
    matcher = Matcher(candidates)
    rows = asked.select(["name", "credit_code", "province"]).combine_chunks()
    found = [matcher.match(each) for each in rows.to_batches()]
    return pl.DataFrame(pa.Table.from_batches(found, schema=MATCH_SCHEMA))


def _second_look(
    asked: pa.Table, answers: pl.DataFrame, firms: ir.Table, engine: Engine
) -> pl.DataFrame:
    """Rows without an answer, against enterprises whose core may be one edit away."""
    is_open = (answers["confidence"] == "none") & pl.Series(asked["core_key"]).is_not_null()
    if not is_open.any():
        return answers
    open_rows = asked.filter(is_open.to_arrow())
    second = _answers(open_rows, _near_key(open_rows, firms, engine))
    places = pl.Series("row", range(answers.height)).filter(is_open)
    return (
        answers.with_row_index("row", offset=0)
        .with_columns(pl.col("row").cast(pl.Int64))
        .update(second.with_columns(places.cast(pl.Int64)), on="row")
        .sort("row")
        .drop("row")
    )


def _asked(
    table: pa.Table, name: str | Sequence[str], code: str | None, place: str | None
) -> pa.Table:
    """What the list says of each enterprise, with the keys that may find it."""
    empty = pa.nulls(table.num_rows, pa.string())
    columns = table.column_names
    wanted = [name] if isinstance(name, str) else name
    found = [table[each].combine_chunks() for each in wanted if each in columns]
    names = pc.coalesce(*found) if found else empty
    said = pl.Series("name", names.cast(pa.large_string()), dtype=pl.String)
    keys = name_key(without_remark(said))
    parents = branch_parent(keys)
    others = name_key(former_in_remark(said))
    return pa.table(
        {
            "name": names,
            "credit_code": table[code].combine_chunks() if code in columns else empty,
            "province": table[place].combine_chunks() if place in columns else empty,
            "name_key": keys.to_arrow().cast(pa.string()),
            "core_key": core_key(keys).to_arrow().cast(pa.string()),
            "parent_key": parents.to_arrow().cast(pa.string()),
            "parent_core": core_key(parents).to_arrow().cast(pa.string()),
            "other_key": others.to_arrow().cast(pa.string()),
        }
    )


def _same_key(asked: pa.Table, firms: ir.Table, engine: Engine) -> pa.Table:
    """Enterprises that share a key with the list, found in one pass over the register."""
    is_asked = (
        firms.enterprise_id.isin(_keys(asked, engine, "credit_code"))
        | firms.name_key.isin(_keys(asked, engine, "name_key", "parent_key", "other_key"))
        | firms.core_key.isin(_keys(asked, engine, "core_key", "parent_core"))
    )
    former = firms.filter(firms.former_keys.notnull())
    former = former.mutate(former_key=former.former_keys.split("|")).unnest("former_key")
    by_former = former.filter(former.former_key.isin(_keys(asked, engine, "name_key")))
    return _fetched([firms.filter(is_asked), by_former], engine)


def _keys(asked: pa.Table, engine: Engine, *names: str) -> ir.StringColumn:
    """Distinct keys of several columns."""
    found = pl.concat([pl.Series("key", asked[name]).cast(pl.String) for name in names])
    distinct = found.drop_nulls().unique(maintain_order=True)
    return engine.memory_table(pa.table({"key": distinct.to_arrow().cast(pa.string())})).key


def _near_key(asked: pa.Table, firms: ir.Table, engine: Engine) -> pa.Table:
    """Enterprises whose core begins or ends like one of the list's, in one pass.

    One edit leaves one half of a name as it is, so that none that is one edit away is missed; it
    changes the length by one at most, which leaves two sizes that the half can have.
    """
    cores = pl.DataFrame(asked.select(["core_key"]))["core_key"].cast(pl.String)
    size = cores.str.len_chars() // 2
    halves = pl.DataFrame({"first": cores.str.head(size), "last": cores.str.tail(size)})
    table = halves.filter(size > 0).to_arrow()
    first, last = _keys(table, engine, "first"), _keys(table, engine, "last")
    length = firms.core_key.length()
    is_near = ibis.or_(
        *(
            part.isin(known)
            for half in ((length - 1) // 2, (length + 1) // 2)
            for part, known in (
                (firms.core_key.left(half), first),
                (firms.core_key.right(half), last),
            )
        )
    )
    return _fetched([firms.filter(firms.core_key.notnull() & is_near)], engine)


def _fetched(found: Sequence[ir.Table], engine: Engine) -> pa.Table:
    """The enterprises of several joins, each once; their key stands as credit code."""
    union = ibis.union(*(each.select(*_REGISTER) for each in found), distinct=True)
    ordered = union.order_by("enterprise_id", "name")
    return engine.fetch(ordered.rename(credit_code="enterprise_id"))
