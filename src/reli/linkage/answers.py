"""Answers to questions, each once, found by what is asked."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import parquet_files, read_batches
from reli.linkage.climbing import ANSWER, ASKED
from reli.linkage.keys import NO_HASHES, Flags, Hashes, Rows, UniqueKeys

__all__ = ["NOTHING_ASKED", "Answers", "asked_of", "asked_slices"]

_FEW = ["link_role", "link_confidence", "link_method", "link_candidates"]
"""Columns of few values."""
NOTHING_ASKED = pl.DataFrame(schema=dict.fromkeys(ASKED, pl.String))
_SLICE = 131_072


class Answers:
    """A table of answers; in memory are what is told and, where it is asked for, hashes."""

    def __init__(self, path: Path, told: Sequence[str] = ANSWER) -> None:
        """Read answers.

        Args:
            path: ASKED, as far as there is of it, and what is told.
            told: columns that are wanted.
        """
        self._path = path
        tables = [
            pq.read_table(file, columns=list(told), read_dictionary=_FEW)
            for file in parquet_files(path)
        ]
        self.told = pa.concat_tables(tables).unify_dictionaries().combine_chunks()

    @cached_property
    def _asked(self) -> UniqueKeys:
        return UniqueKeys(self._hashes)

    def _hashes(self, seed: int) -> Hashes:
        # Slice by slice, as all their texts are much more than their hashes.
        each = (said.hash_rows(seed).to_numpy() for said in asked_slices(self._path))
        return np.concatenate([NO_HASHES, *each])

    def find(self, said: pl.DataFrame) -> Rows:
        """Position of each row of ASKED; -1 for what was not asked."""
        return self._asked.find(said.hash_rows(self._asked.seed).to_numpy())


def asked_slices(path: Path, which: Flags | None = None) -> Iterator[pl.DataFrame]:
    """ASKED of a table, in slices that fit into memory.

    Args:
        path: Parquet table.
        which: the rows that are wanted, by their places; by default all.
    """
    names, start = pq.read_schema(parquet_files(path)[0]).names, 0
    for batch in read_batches(path, _SLICE, [name for name in ASKED if name in names]):
        place = slice(start, start + batch.num_rows)
        # Polars would keep the texts of the rows that it leaves out; Arrow copies the others.
        yield asked_of(batch if which is None else batch.filter(pa.array(which[place])))
        start = place.stop


def asked_of(batch: pa.RecordBatch) -> pl.DataFrame:
    """ASKED; null where a column is missing."""
    nothing = pa.nulls(batch.num_rows, pa.string())
    there = batch.schema.names
    columns = {name: batch[name] if name in there else nothing for name in ASKED}
    return pl.DataFrame(pa.table(columns), schema=NOTHING_ASKED.schema)
