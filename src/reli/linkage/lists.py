"""Rows of lists joined to a register that is too large for memory."""

from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import DuckDBEngine
from reli.linkage.match import MATCH_SCHEMA, Matcher
from reli.linkage.names import branch_parent, core_key, name_key

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["link_list"]

_REGISTER = ("enterprise_id", "name", "former_names", "province", "city", "status")


def link_list(
    rows: Path,
    register: Path,
    out: Path,
    engine: DuckDBEngine,
    *,
    name: str = "name",
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
        name: column of the list with the enterprise's name.
        code: column of the list with its credit code, if it has one.
        place: column of the list with a province or city, if it has one.

    Returns:
        Rows, and rows linked.
    """
    table = pq.read_table(rows)
    asked = _asked(table, name, code, place)
    matcher = Matcher(_candidates(asked, engine.table(register), engine))
    batch = asked.select(["name", "credit_code", "province"]).combine_chunks().to_batches()
    found = [matcher.match(each) for each in batch]
    answers = pa.Table.from_batches(found, schema=MATCH_SCHEMA)
    ids = pl.Series(answers["matched_credit_code"])
    keys = ids.set(ids == "", None).to_arrow().cast(pa.string())
    linked = table.append_column("enterprise_id", keys)
    for column in ("role", "confidence", "method", "candidates"):
        linked = linked.append_column(f"link_{column}", answers[column])
    pq.write_table(linked, out, compression="zstd")
    return table.num_rows, table.num_rows - keys.null_count


def _asked(table: pa.Table, name: str, code: str | None, place: str | None) -> pa.Table:
    """What the list says of each enterprise, with the keys that may find it."""
    empty = pa.nulls(table.num_rows, pa.string())
    columns = table.column_names
    names = table[name].combine_chunks() if name in columns else empty
    keys = name_key(names)
    return pa.table(
        {
            "name": names,
            "credit_code": table[code].combine_chunks() if code in columns else empty,
            "province": table[place].combine_chunks() if place in columns else empty,
            "name_key": keys.to_arrow().cast(pa.string()),
            "core_key": core_key(keys).to_arrow().cast(pa.string()),
            "parent_key": branch_parent(keys).to_arrow().cast(pa.string()),
        }
    )


def _candidates(asked: pa.Table, register: ir.Table, engine: DuckDBEngine) -> pa.Table:
    """Enterprises that share a key with the list; their key stands as credit code."""
    keys = engine.memory_table(asked)
    former = register.filter(register.former_keys.notnull())
    former = former.mutate(former_key=former.former_keys.split("|")).unnest("former_key")
    rungs: Sequence[tuple[ir.Table, str, str]] = (
        (register, "enterprise_id", "credit_code"),
        (register, "name_key", "name_key"),
        (register, "core_key", "core_key"),
        (register, "name_key", "parent_key"),
        (former, "former_key", "name_key"),
    )
    found = [
        side.semi_join(keys, side[theirs] == keys[ours]).select(*_REGISTER)
        for side, theirs, ours in rungs
    ]
    union = ibis.union(*found, distinct=True).order_by("enterprise_id", "name")
    return engine.fetch(union.rename(credit_code="enterprise_id"))
