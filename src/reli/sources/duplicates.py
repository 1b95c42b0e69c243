"""Rows that state the same fact twice: one is kept, the others are listed as rejected.

Kept is the row with the most filled cells; of equals the last, which is the newest of files that
are read in the order of their names. Who was recognised in a 第一批 of 2019 and in one of 2022, or
loses in one list what another granted, has facts of several days: all are kept, and a row that
tells no day repeats one that does.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from reli.engine import row_count
from reli.sources.canonical import Table
from reli.sources.distinct import Distinct

__all__ = [
    "FORM_OF_KEYS",
    "KEPT",
    "ORDER",
    "WHERE",
    "keys_of_rows",
    "repeated_rows",
    "rows_at",
    "told_rows",
]

ORDER = "_order"
"""Position of a row among the clean rows of all files."""
KEPT = "_kept"
"""Position of the row that is kept of those that state one fact."""
_ALIKE = ("_alike", "_alike_too")
_DAYS = "_days"
_SEEDS = (1, 2)
WHERE = ("source_file", "source_line")

FORM_OF_KEYS = pa.schema(
    {
        ORDER: pa.int64(),
        "_filled": pa.int32(),
        "_has_key": pa.bool_(),
        **dict.fromkeys(_ALIKE, pa.uint64()),
        _DAYS: pa.uint64(),
    }
)
"""Of what `keys_of_rows` says."""


def keys_of_rows(cells: Mapping[str, Distinct], table: Table) -> pl.DataFrame:
    """What tells whether a row repeats another, in a few narrow columns: they alone are asked.

    Args:
        cells: values of clean rows by the table's columns.
        table: whose `unique`, `apart` and `dated` say which rows state one fact.

    Returns:
        Row for row of FORM_OF_KEYS: _order (from 0), `_filled` (cells that are filled), `_has_key`,
        two hashes of the key, and one of the days, null where none is told. Without a key, only
        rows that agree in everything are surely the same: of these the hashes are of all cells.
    """
    rows = pl.DataFrame({name: cells[name].rows for name in (*table.unique, *table.apart)})
    narrow = rows.select(
        pl.int_range(pl.len()).alias(ORDER),
        _filled=_filled(cells, rows.height),
        _has_key=pl.all_horizontal(_tells_apart(table, name) for name in table.unique),
    )
    keys = rows.select(_meant(table, name) for name in rows.columns)
    without = (~narrow["_has_key"]).arg_true()
    keyless = pl.DataFrame({name: each.at(without).rows for name, each in cells.items()})
    return narrow.with_columns(
        *(
            keys.hash_rows(seed=seed).scatter(without, keyless.hash_rows(seed=seed)).alias(name)
            for name, seed in zip(_ALIKE, _SEEDS, strict=True)
        ),
        _told_days(cells, table, rows.height).alias(_DAYS),
    )


def _told_days(cells: Mapping[str, Distinct], table: Table, height: int) -> pl.Series:
    """A hash of the days of each row; null where it tells none."""
    days = pl.DataFrame({name: cells[name].rows for name in table.dated})
    if days.width == 0:
        return pl.repeat(None, height, dtype=pl.UInt64, eager=True)
    hashes = days.hash_rows(seed=_SEEDS[0])
    return days.select(pl.when(pl.any_horizontal(pl.all().is_not_null())).then(hashes)).to_series()


def _filled(cells: Mapping[str, Distinct], height: int) -> pl.Series:
    """How many cells of each row are filled."""
    missing = {name: each.missing for name, each in cells.items()}
    told = np.full(height, list(missing.values()).count(0), np.int32)
    # Most columns are full or empty, which is known without a look at their rows.
    for name, lacking in missing.items():
        if 0 < lacking < height:
            told += cells[name].is_filled.to_numpy()
    return pl.Series(told)


def _meant(table: Table, name: str) -> pl.Expr:
    said = table.column(name).empty_means
    return pl.col(name).fill_null(said) if said else pl.col(name)


def _tells_apart(table: Table, name: str) -> pl.Expr:
    """Whether a cell of a key says which; masked and blank codes (9133****, 000000) do not."""
    cell = _meant(table, name)
    if table.column(name).kind != "credit_code":
        return cell.is_not_null()
    return ~cell.str.contains("^(?:0*|1+|9+|X+)$|[^0-9A-Z]").fill_null(True)


def repeated_rows(keys: Path, most: int) -> pl.DataFrame:
    """Rows of a clean table that repeat another.

    Args:
        keys: Parquet file of what `keys_of_rows` says of all rows.
        most: rows whose hashes are in memory at a time, about: of more, those of one share of all
            hashes are asked after those of another.

    Returns:
        `_order` of each repeated row, `_kept` of the one kept, and `_has_key`; in order.
    """
    shares = -(-row_count(keys) // most) or 1
    alike = pl.scan_parquet(keys).select(_ALIKE[0])
    share = pl.col(_ALIKE[0]) % shares
    several = [_several(alike.filter(share == each).collect()) for each in range(shares)]
    # Rows that stand alone, nearly all, leave before anything else of them is read.
    is_several = pl.col(_ALIKE[0]).is_in(pl.concat(several).implode())
    return _repeated(pl.scan_parquet(keys).filter(is_several).collect()).sort(ORDER)


def _several(hashes: pl.DataFrame) -> pl.Series:
    """Those that stand there more than once."""
    # NumPy sorts numbers in a quarter of the time in which a table of them is made.
    ordered = np.sort(hashes.to_series().to_numpy())
    return pl.Series(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))


def _repeated(several: pl.DataFrame) -> pl.DataFrame:
    tells_days = pl.col(_DAYS).is_not_null()
    best = several.sort(tells_days, "_filled", ORDER, descending=True)
    first, key = pl.col(ORDER).first(), ("_has_key", *_ALIKE)
    kept = pl.when(tells_days).then(first.over(*key, _DAYS)).otherwise(first.over(*key))
    return (
        best.with_columns(kept.alias(KEPT))
        .filter(pl.col(ORDER) != pl.col(KEPT))
        .select(ORDER, KEPT, "_has_key")
    )


class Batches(Protocol):
    """Clean rows, to be gone through as often as is asked."""

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Some columns of all rows, in their order."""


def told_rows(repeated: pl.DataFrame, aside: Batches, table: Table) -> pl.DataFrame:
    """What is said of repeated rows.

    Args:
        repeated: of `repeated_rows`.
        aside: the clean rows of all files.
        table: theirs.

    Returns:
        Row for row of `repeated` source_file, source_line, key (what the two agree in), kept_file,
        kept_line.
    """
    same = table.unique or table.needs[0]
    cells = tuple(dict.fromkeys(name for group in table.needs for name in group))
    columns = (*dict.fromkeys((*same, *cells)), *WHERE)
    form = pa.schema([table.schema.field(name) for name in columns])
    rows = rows_at(repeated[ORDER].to_numpy(), aside, form)
    kept = rows_at(repeated[KEPT].to_numpy(), aside, pa.schema([form.field(n) for n in WHERE]))
    told = rows.with_columns(repeated["_has_key"])
    return told.select(
        *WHERE,
        pl.when("_has_key").then(_key(same)).otherwise(_key(cells)).alias("key"),
        kept["source_file"].alias("kept_file"),
        kept["source_line"].alias("kept_line"),
    )


def _key(names: Sequence[str]) -> pl.Expr:
    texts = [pl.col(name).cast(pl.String) for name in names]
    return pl.concat_str(texts, separator=" ", ignore_nulls=True)


def rows_at(places: npt.NDArray[np.int64], aside: Batches, form: pa.Schema) -> pl.DataFrame:
    """Some columns of rows laid aside, batch by batch: what is taken is a few rows of each.

    Args:
        places: positions of the rows among those of all files, in any order.
        aside: the clean rows of all files.
        form: the columns, of which dictionaries become plain.
    """
    distinct, numbers = np.unique(places, return_inverse=True)
    found, start = [], 0
    for batch in aside.batches(form.names):
        first, last = np.searchsorted(distinct, (start, start + batch.num_rows))
        found.append(batch.take(pa.array(distinct[first:last] - start)).cast(form))
        start += batch.num_rows
    rows = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches(found, form)))
    return rows[numbers]
