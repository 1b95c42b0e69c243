"""Patents and software copyrights joined to their owners, work by work, batch by batch.

What is held in memory is some forty bytes an owner, whatever the number of works.
"""

from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, parquet_files
from reli.linkage.patent_codes import with_industries

__all__ = ["join_works"]

_LINKED = ("enterprise_id", "outsider_id", "link_method", "link_confidence")
_ORDER = ("work", "enterprise_id", "owner")


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
        works: clean patents or software copyrights, each work once.
        owners: owners with their answers (see reli.linkage.questions).
        out: Parquet file to write, in the order of the works: item, enterprise_id or outsider_id
            (neither where only natural persons own the work), is_shared (whether it has several
            parties), owner (one spelling of it), link_method, link_confidence, and the columns of
            the works but the owners.
        key: column that names a work.
        engine: passes over the works.
        coded: of patents, the industries of their codes (see reli.linkage.patent_codes). Where no
            patent has codes, none has a column of their industries: nothing is known, not zero.

    Returns:
        Number of distinct works written.
    """
    engine.map(works, partial(_joining, owners, key, coded), out)
    items = engine.fetch(engine.table(out).aggregate(n=lambda t: t.item.nunique()))
    return int(items["n"][0].as_py())


def _joining(owners: Path, key: str, coded: Path | None) -> Kernel:
    industries = pl.DataFrame(pq.read_table(coded)) if coded is not None else None
    if industries is not None and industries.is_empty():
        industries = None
    return partial(_joined, _Owners(owners), key, industries)


class _Owners:
    """What owners were answered, found by the hash of their name."""

    def __init__(self, path: Path) -> None:
        names = pl.concat([pl.Series(pq.read_table(p)["name"]) for p in parquet_files(path)])
        for self._seed in count():
            hashes = names.hash(self._seed).to_numpy()
            self._order = np.argsort(hashes)
            self._hashes = hashes[self._order]
            # Two of one hash are not to be expected; then another one is taken.
            if (self._hashes[1:] != self._hashes[:-1]).all():
                break
        tables = [pq.read_table(each, columns=list(_LINKED)) for each in parquet_files(path)]
        self._answers = pa.concat_tables(tables).combine_chunks()

    def find(self, names: pl.Series) -> pl.DataFrame:
        """What each is answered; null for those that are no owners, such as natural persons."""
        if not len(self._hashes):
            return pl.DataFrame(self._answers.schema.empty_table()).clear(len(names))
        hashes = names.hash(self._seed).to_numpy()
        at = np.searchsorted(self._hashes, hashes).clip(max=len(self._hashes) - 1)
        is_known = self._hashes[at] == hashes
        places = pa.array(self._order[at], mask=~is_known)
        return pl.DataFrame(self._answers.take(places))


def _joined(
    owners: _Owners, key: str, industries: pl.DataFrame | None, batch: pa.RecordBatch
) -> pa.RecordBatch:
    works = pl.DataFrame(batch).rename({key: "item"}).with_row_index("work")
    is_shared = works["owners"].str.contains("|", literal=True).fill_null(False)
    sole = works.filter(~is_shared).select("work", owner="owners")
    parties = pl.concat(
        [
            sole.hstack(owners.find(sole["owner"])).with_columns(is_shared=pl.lit(False)),
            _parties(works.filter(is_shared).select("work", "owners"), owners),
        ]
    )
    parties = parties.sort("work", maintain_order=True)
    told = works.drop("work", "owners", "owners_address", strict=False)
    whole = told.select(pl.all().gather(parties["work"])).hstack(parties.drop("work"))
    whole = whole if industries is None else with_industries(whole, industries)
    table = whole.to_arrow()
    schema = pa.schema([_plain(field) for field in table.schema])
    batches = table.cast(schema).combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=schema)


def _parties(works: pl.DataFrame, owners: _Owners) -> pl.DataFrame:
    """Works of several owners: a row a work and party."""
    each = works.select("work", owner=pl.col("owners").str.split("|")).explode("owner")
    each = each.hstack(owners.find(each["owner"]))
    party = pl.coalesce("enterprise_id", "outsider_id")
    found = each.group_by("work", party.alias("party")).agg(pl.col("owner", *_LINKED).min())
    parties = pl.col("party").count().over("work")
    # A person beside an organisation owns no share that is counted.
    counted = found.with_columns(is_shared=parties > 1).filter(
        pl.col("party").is_not_null() | (parties == 0)
    )
    return counted.drop("party").sort(_ORDER, nulls_last=True)


def _plain(field: pa.Field) -> pa.Field:
    """A column as Parquet tables of the road have it."""
    kinds = {pa.large_string(): pa.string(), pa.string_view(): pa.string()}
    if pa.types.is_large_list(field.type):
        return pa.field(field.name, pa.list_(pa.string()))
    return pa.field(field.name, kinds.get(field.type, field.type))
