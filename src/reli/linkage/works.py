"""Patents and software copyrights with the numbers of their owners, batch by batch.

What is held in memory is some twenty bytes an owner, whatever the number of works. Whom an owner
means is no part of it, so that it stays as it is whatever comes into the register.
"""

from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, parquet_files
from reli.linkage.keys import UniqueKeys
from reli.linkage.patent_codes import with_industries

__all__ = ["number_owners"]


def number_owners(
    works: Path,
    owners: Path,
    out: Path,
    key: str,
    engine: Engine,
    *,
    coded: Path | None = None,
) -> int:
    """Works with their owners: one row a work and owner, each owner of a work once.

    Args:
        works: clean patents or software copyrights, each work once.
        owners: owners with their numbers (see reli.linkage.owners).
        out: Parquet file to write, in the order of the works: item, the columns of the works but
            the owners, owner (the number; null where only natural persons own the work: beside
            others they own no share that is counted), has_several (whether it has several owners)
            and is_first (of the rows of a work).
        key: column that names a work.
        engine: passes over the works.
        coded: of patents, the industries of their codes (see reli.linkage.patent_codes). Where no
            patent has codes, none has a column of their industries: nothing is known, not zero.

    Returns:
        Number of works written.
    """
    engine.map(works, partial(_numbering, owners, key, coded), out)
    written = engine.fetch(engine.table(out).aggregate(n=lambda t: t.is_first.sum()))
    return int(written["n"][0].as_py() or 0)


def _numbering(owners: Path, key: str, coded: Path | None) -> Kernel:
    industries = pl.DataFrame(pq.read_table(coded)) if coded is not None else None
    if industries is not None and industries.is_empty():
        industries = None
    return partial(_numbered, _Owners(owners), key, industries)


class _Owners:
    """Numbers of owners, found by their names."""

    def __init__(self, path: Path) -> None:
        tables = [pq.read_table(each, columns=["name", "owner"]) for each in parquet_files(path)]
        whole = pa.concat_tables(tables)
        names = pl.Series(whole["name"])
        # The last is taken where a name is not known.
        self._numbers = np.append(whole["owner"].to_numpy(), np.int32(0))
        self._names = UniqueKeys(lambda seed: names.hash(seed).to_numpy())

    def find(self, names: pl.Series) -> pl.Series:
        """The number of each; null for those that are no owners, such as natural persons."""
        at = self._names.find(names.hash(self._names.seed).to_numpy())
        return pl.Series("owner", pa.array(self._numbers[at], mask=at < 0))


def _numbered(
    owners: _Owners, key: str, industries: pl.DataFrame | None, batch: pa.RecordBatch
) -> pa.RecordBatch:
    works = pl.DataFrame(batch).rename({key: "item"}).with_row_index("work")
    is_one = ~works["owners"].str.contains("|", literal=True).fill_null(False)
    sole = works.filter(is_one)
    each = pl.concat(
        [
            sole.select("work", owners.find(sole["owners"]), has_several=pl.lit(False)),
            _several(works.filter(~is_one).select("work", "owners"), owners),
        ]
    )
    each = each.sort("work", maintain_order=True)
    told = works.drop("work", "owners", "owners_address", strict=False)
    whole = told.select(pl.all().gather(each["work"])).hstack(
        each.select("owner", "has_several", is_first=pl.col("work").is_first_distinct())
    )
    whole = whole if industries is None else with_industries(whole, industries)
    table = whole.to_arrow()
    schema = pa.schema([_plain(field) for field in table.schema])
    batches = table.cast(schema).combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=schema)


def _several(works: pl.DataFrame, owners: _Owners) -> pl.DataFrame:
    """Works whose cell names several: a row a work and owner."""
    each = works.select("work", owner=pl.col("owners").str.split("|")).explode("owner")
    each = each.with_columns(owners.find(each["owner"])).unique().sort("work", "owner")
    known = pl.col("owner").count().over("work")
    counted = each.with_columns(has_several=known > 1, known=known)
    return counted.filter(pl.col("owner").is_not_null() | (pl.col("known") == 0)).drop("known")


def _plain(field: pa.Field) -> pa.Field:
    """A column as Parquet tables of the road have it."""
    kinds = {pa.large_string(): pa.string(), pa.string_view(): pa.string()}
    if pa.types.is_large_list(field.type):
        return pa.field(field.name, pa.list_(pa.string()))
    return pa.field(field.name, kinds.get(field.type, field.type))
