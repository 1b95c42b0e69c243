"""Works that have a row an owner: the row that is kept takes over the owners of the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from reli.sources.aside import Aside
from reli.sources.canonical import Table
from reli.sources.duplicates import KEPT, ORDER, WHERE, rows_at

__all__ = ["NO_UNIONS", "Union", "Unions", "unions", "with_unions"]

_FORM = pa.schema({KEPT: pa.int64(), "names": pa.string()})
NO_UNIONS = _FORM.empty_table()
"""Rows that take nothing over."""
_OLDEST = pl.CompatLevel.oldest()


@dataclass(frozen=True)
class Union:
    """What some rows that are kept take over."""

    kept: pl.DataFrame
    """_kept (position of the row), names (all that it has now), and where the row stands and the
    first of those that added any: source_file, source_line, from_file, from_line; by position."""
    given: pl.Series
    """Positions of the rows that added names."""


def unions(repeated: pl.DataFrame, aside: Aside, table: Table, most: int) -> Iterator[Union]:
    """Names that rows of one fact add to those of the row that is kept of them.

    Args:
        repeated: of `repeated_rows`.
        aside: the clean rows of all files.
        table: theirs; `unites` says in which column the rows may differ.
        most: repeated rows whose names are in memory at a time, about.

    Returns:
        Unions of rows that lie behind each other; none where nothing is added.
    """
    rows = repeated.select(KEPT, ORDER).sort(KEPT, ORDER)
    start = 0
    while start < rows.height:
        last = rows[KEPT][min(start + max(1, most), rows.height) - 1]
        # All rows of one fact are in one share.
        end = int(np.searchsorted(rows[KEPT].to_numpy(), last, side="right"))
        added = _added(rows[start:end], aside, table)
        if added.height:
            yield Union(_told(added, aside, table), added[ORDER].unique())
        start = end


def _added(rows: pl.DataFrame, aside: Aside, table: Table) -> pl.DataFrame:
    """_kept, _order and name of each name that a row adds, the first that adds it."""
    own = rows.select(KEPT, name=_names(rows[KEPT], aside, table))
    other = rows.with_columns(name=_names(rows[ORDER], aside, table))
    other = other.filter(other["name"] != own["name"])
    return (
        _each(other)
        .join(_each(own.unique()), on=[KEPT, "name"], how="anti", maintain_order="left")
        .unique([KEPT, "name"], keep="first", maintain_order=True)
    )


def _each(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("name").str.split("|")).explode("name")


def _names(places: pl.Series, aside: Aside, table: Table) -> pl.Series:
    form = pa.schema([table.schema.field(table.unites)])
    return rows_at(places.to_numpy(), aside, form).to_series()


def _told(added: pl.DataFrame, aside: Aside, table: Table) -> pl.DataFrame:
    whole = added.group_by(KEPT, maintain_order=True).agg(
        pl.col("name").str.join("|"), pl.col(ORDER).first()
    )
    own = _names(whole[KEPT], aside, table).alias("own")
    where = pa.schema([table.schema.field(name) for name in WHERE])
    giver = rows_at(whole[ORDER].to_numpy(), aside, where)
    return pl.concat(
        [
            whole.with_columns(own).select(KEPT, names=pl.format("{}|{}", "own", "name")),
            rows_at(whole[KEPT].to_numpy(), aside, where),
            giver.rename(dict(zip(WHERE, ("from_file", "from_line"), strict=True))),
        ],
        how="horizontal",
    )


class Unions:
    """Names that rows take over, kept in a file, and read along with the rows."""

    def __init__(self, path: Path) -> None:
        """Nothing kept yet; the file is written when something is."""
        self._path = path
        self._writer: Any = None
        self._waiting = NO_UNIONS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """No more of them."""
        if self._writer:
            self._writer.close()

    def keep(self, union: Union) -> None:
        """Those of rows behind the ones that were kept before."""
        if self._writer is None:
            self._writer = pa.ipc.new_stream(str(self._path), _FORM)
        names = union.kept.select(KEPT, "names").to_arrow(compat_level=_OLDEST)
        self._writer.write_table(names.cast(_FORM), max_chunksize=65_536)

    def along(
        self, rows: Iterator[pa.RecordBatch]
    ) -> Iterator[tuple[int, pa.RecordBatch, pa.Table]]:
        """Each batch of rows, with the position of its first and what its rows take over."""
        batches = self._read() if self._writer else iter(())
        waiting, start = NO_UNIONS, 0
        for batch in rows:
            end = start + batch.num_rows
            while not waiting.num_rows or waiting[KEPT][-1].as_py() < end:
                more = next(batches, None)
                if more is None:
                    break
                waiting = pa.concat_tables([waiting, pa.Table.from_batches([more])])
            cut = int(np.searchsorted(waiting[KEPT].to_numpy(), end))
            yield start, batch, waiting.slice(0, cut)
            waiting, start = waiting.slice(cut), end

    def _read(self) -> Iterator[pa.RecordBatch]:
        self._writer.close()
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as stream:
            yield from stream


def with_unions(
    batch: pa.RecordBatch, column: str, places: npt.NDArray[np.int64], names: pa.ChunkedArray
) -> pa.RecordBatch:
    """The batch with the names of some of its rows replaced."""
    at = batch.schema.get_field_index(column)
    cells, kind = batch.column(at), batch.schema.field(at).type
    mask = np.zeros(batch.num_rows, dtype=bool)
    mask[places] = True
    texts = cells.dictionary_decode() if kinds.is_dictionary(kind) else cells
    texts = pc.replace_with_mask(texts, pa.array(mask), names.combine_chunks().cast(texts.type))
    texts = texts.dictionary_encode().cast(kind) if kinds.is_dictionary(kind) else texts
    return batch.set_column(at, batch.schema.field(at), texts)
