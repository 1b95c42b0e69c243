"""Rows that state the same fact twice: one is kept, the others are listed as rejected.

Kept is the row with the most filled cells; of equals the last, which is the newest of files that
are read in the order of their names.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import ibis
import polars as pl

from reli.engine import DuckDBEngine
from reli.sources.canonical import Table

__all__ = ["NONE_REPEATED", "ORDER", "keys_of_rows", "repeated_rows"]

ORDER = "_order"
"""Position of a row among the clean rows of all files."""
_WHERE = ("source_file", "source_line")
_ALIKE = ("_alike", "_alike_too")
_SEEDS = (1, 2)


def keys_of_rows(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """What tells whether a row repeats another, in a few narrow columns: they alone are asked.

    Args:
        rows: clean rows with `_order`, source_file and source_line.
        table: whose `unique` says which rows state one fact.

    Returns:
        Row for row `unique`, _order, source_file, source_line, `_filled` (cells that are filled)
        and `_has_key`. Without a key, only rows that agree in everything are surely the same: for
        these the columns that a row needs, and two hashes of all its cells.
    """
    names = [column.name for column in table.columns]
    has_key = pl.all_horizontal(_tells_apart(table, name) for name in table.unique)
    narrow = rows.select(
        *table.unique,
        ORDER,
        *_WHERE,
        _filled=pl.sum_horizontal(pl.col(name).is_not_null() for name in names).cast(pl.Int32),
        _has_key=has_key,
    )
    without = (~narrow["_has_key"]).arg_true()
    keyless = rows.select(names)[without]
    hashes = [keyless.hash_rows(seed=seed) for seed in _SEEDS]
    shown = [name for name in table.needs[0] if name not in table.unique]
    return narrow.with_columns(
        *(_placed(each, without, rows.height) for each in keyless.select(shown)),
        *(
            _placed(each.rename(name), without, rows.height)
            for name, each in zip(_ALIKE, hashes, strict=True)
        ),
    )


def _placed(some: pl.Series, places: pl.Series, height: int) -> pl.Series:
    whole = pl.Series(some.name, [None], dtype=some.dtype).new_from_index(0, height)
    return whole.scatter(places, some)


def _tells_apart(table: Table, name: str) -> pl.Expr:
    """Whether a cell of a key says which; masked and blank codes (9133****, 000000) do not."""
    cell = pl.col(name)
    if table.column(name).kind != "credit_code":
        return cell.is_not_null()
    is_whole = cell.str.contains("^[0-9A-Z]+$") & ~cell.str.contains("^(?:0+|1+|9+|X+)$")
    return is_whole.fill_null(False)


def repeated_rows(keys: Path, table: Table, engine: DuckDBEngine) -> pl.DataFrame:
    """Rows of a clean table that repeat another.

    Args:
        keys: Parquet file of what `keys_of_rows` says of all rows.
        table: whose `unique` says which rows state one fact.
        engine: evaluates the query within its memory limit.

    Returns:
        Frame of `_order`, source_file and source_line of the repeated row, kept_file and
        kept_line of the one kept, key (what they agree in), in the order of the rows.
    """
    rows = engine.table(keys)
    parts = [
        _repeated(rows.filter(rows["_has_key"]), table.unique, table.unique),
        _repeated(rows.filter(~rows["_has_key"]), _ALIKE, table.needs[0]),
    ]
    found = [cast("pl.DataFrame", pl.from_arrow(engine.fetch(part))) for part in parts]
    return pl.concat([NONE_REPEATED, *(each.cast(NONE_REPEATED.schema) for each in found)]).sort(
        ORDER
    )


def _repeated(rows: ibis.Table, same: Sequence[str], shown: Sequence[str]) -> ibis.Table:
    """Rows that agree with another in the columns `same`, but for the one that is kept."""
    # Rows that stand alone, nearly all, leave before anything is sorted.
    several = rows.group_by(list(same)).having(lambda t: t.count() > 1).aggregate()
    best = ibis.window(group_by=list(same), order_by=[ibis.desc("_filled"), ibis.desc(ORDER)])
    ranked = rows.semi_join(several, list(same)).mutate(
        _place=ibis.row_number().over(best),
        kept_file=lambda t: t.source_file.first().over(best),
        kept_line=lambda t: t.source_line.first().over(best),
    )
    losers = ranked.filter(lambda t: t["_place"] > 0)
    return losers.select(ORDER, *_WHERE, "kept_file", "kept_line", key=_key(losers, shown))


def _key(rows: ibis.Table, names: Sequence[str]) -> "ibis.Value":
    texts = [rows[name].cast("string").fill_null("") for name in names]
    return ibis.literal(" ").join(texts)


NONE_REPEATED = pl.DataFrame(
    schema={
        ORDER: pl.Int64,
        "source_file": pl.String,
        "source_line": pl.Int64,
        "kept_file": pl.String,
        "kept_line": pl.Int64,
        "key": pl.String,
    }
)
