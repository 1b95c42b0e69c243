"""Rows that state the same fact twice: one is kept, the others are listed as rejected.

Kept is the row with the most filled cells; of equals the last, which is the newest of files that
are read in the order of their names.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import ibis
import ibis.expr.types as ir
import polars as pl

from reli.engine import DuckDBEngine
from reli.sources.canonical import Table

__all__ = ["repeated_rows"]

_ORDER = "_order"
_WHERE = ("source_file", "source_line")


def repeated_rows(staged: Path, table: Table, engine: DuckDBEngine) -> pl.DataFrame:
    """Rows of a staged clean table that repeat another.

    Args:
        staged: Parquet file of the clean rows, with their order in `_order`.
        table: whose `unique` says which rows state one fact.
        engine: evaluates the query within its memory limit.

    Returns:
        Frame of `_order`, source_file and source_line of the repeated row, kept_file and
        kept_line of the one kept, key (what they agree in), in the order of the rows.
        Empty where the table lets each row count.
    """
    if not table.unique:
        return _NONE
    rows = engine.table(staged)
    names = [column.name for column in table.columns]
    filled = ibis.literal(0)
    for name in names:
        filled = filled + rows[name].notnull().cast("int32")
    rows = rows.mutate(_filled=filled)
    has_key = ibis.and_(*(_tells_apart(rows, table, name) for name in table.unique))
    # Without a key, only rows that agree in everything are surely the same.
    parts = [
        _repeated(rows.filter(has_key), table.unique, table.unique),
        _repeated(rows.filter(~has_key), names, table.needs[0]),
    ]
    found = [cast("pl.DataFrame", pl.from_arrow(engine.fetch(part))) for part in parts]
    return pl.concat([_NONE, *(each.cast(_NONE.schema) for each in found)]).sort(_ORDER)


def _tells_apart(rows: ibis.Table, table: Table, name: str) -> "ir.BooleanValue":
    """Whether a cell of a key says which; masked and blank codes (9133****, 000000) do not."""
    if table.column(name).kind != "credit_code":
        return rows[name].notnull()
    is_whole = rows[name].re_search("^[0-9A-Z]+$") & ~rows[name].re_search("^(0+|1+|9+|X+)$")
    return is_whole.fill_null(False)


def _repeated(rows: ibis.Table, same: Sequence[str], shown: Sequence[str]) -> ibis.Table:
    """Rows that agree with another in the columns `same`, but for the one that is kept."""
    narrow = rows.select(*dict.fromkeys((*same, *shown)), _ORDER, *_WHERE, "_filled")
    # Rows that stand alone, nearly all, leave before anything is sorted.
    height = ibis.window(group_by=list(same))
    several = narrow.mutate(_height=narrow.count().over(height)).filter(lambda t: t["_height"] > 1)
    best = ibis.window(group_by=list(same), order_by=[ibis.desc("_filled"), ibis.desc(_ORDER)])
    ranked = several.mutate(
        _place=ibis.row_number().over(best),
        kept_file=lambda t: t.source_file.first().over(best),
        kept_line=lambda t: t.source_line.first().over(best),
    )
    losers = ranked.filter(lambda t: t["_place"] > 0)
    return losers.select(_ORDER, *_WHERE, "kept_file", "kept_line", key=_key(losers, shown))


def _key(rows: ibis.Table, names: Sequence[str]) -> "ibis.Value":
    texts = [rows[name].cast("string").fill_null("") for name in names]
    return ibis.literal(" ").join(texts)


_NONE = pl.DataFrame(
    schema={
        _ORDER: pl.Int64,
        "source_file": pl.String,
        "source_line": pl.Int64,
        "kept_file": pl.String,
        "kept_line": pl.Int64,
        "key": pl.String,
    }
)
