"""One enterprise, one key; and which enterprises are counted."""

import hashlib

import polars as pl
import pyarrow as pa

from reli.engine.encoded import as_encoded
from reli.linkage.names import core_key, is_branch, name_key, undated

__all__ = ["NOT_COUNTED_TYPES", "enterprise_keys", "identify"]

NOT_COUNTED_TYPES = "分公司|分支机构|非法人|个体|个人独资|办事处|代表机构"
"""Types of registration that are no legal entity."""

_CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{18}$"
_SOLE_TRADER = "92"
"""First two digits of the credit code of 个体工商户 (GB 32100-2015, table 1)."""


def identify(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Key of each enterprise, keys of its names, and whether it is counted.

    The key is the credit code where it has the form of one (a failed check digit drops no firm),
    else the source's own id, else a hash of name and address: stable from run to run.

    Args:
        batch: clean enterprises.

    Returns:
        The batch with enterprise_id, is_counted, name_key, core_key, former_keys and former_cores
        (joined by `|`) in front.
    """
    name, code, former = (
        pl.Series(batch.column(column)).cast(pl.String)
        for column in ("name", "credit_code", "former_names")
    )
    each = _former_names(former)
    # Names and former names together, since each look at a column costs something by itself.
    keys = name_key(pl.concat([name, undated(each["name"])], rechunk=True))
    cores, height = core_key(keys), len(name)
    own = keys.head(height)
    has_code = code.str.contains(_CREDIT_CODE).fill_null(False)
    is_sole = has_code & code.str.starts_with(_SOLE_TRADER)
    is_sole = is_sole | _has(batch.column("enterprise_type"), NOT_COUNTED_TYPES)
    added = pl.DataFrame(
        {
            "enterprise_id": _ids(batch, name, code, has_code),
            "is_counted": ~(is_branch(own) | is_sole),
            "name_key": own,
            "core_key": cores.head(height),
            "former_keys": _joined(each["row"], keys.slice(height), height),
            "former_cores": _joined(each["row"], cores.slice(height), height),
        }
    ).to_arrow()
    # As batches, since to join the chunks of a column copies it, though it be one chunk.
    keyed = added.combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], added.schema)]
    plain = [
        a.cast(pa.string())
        if pa.types.is_large_string(a.type) or pa.types.is_string_view(a.type)
        else a
        for a in (*keyed[0].columns, *batch.columns)
    ]
    return pa.RecordBatch.from_arrays(plain, [*added.column_names, *batch.schema.names])


def _has(kinds: pa.Array, pattern: str) -> pl.Series:
    """Whether a pattern occurs in each text of a column with few distinct ones; not in null."""
    told = as_encoded(kinds)
    found = pl.Series(told.dictionary).cast(pl.String).str.contains(pattern)
    return found.gather(pl.Series(told.indices)).fill_null(False)


def enterprise_keys(rows: pl.DataFrame) -> pl.Series:
    """Key of each enterprise: credit_code in its form, else `id:` source_id, else `name:` a hash.

    Args:
        rows: credit_code, source_id, name, address; text.
    """
    code = rows["credit_code"].cast(pl.String)
    has_code = code.str.contains(_CREDIT_CODE).fill_null(False)
    columns = rows.select("source_id", "address").with_columns(pl.all().cast(pl.String))
    batch = columns.to_arrow().combine_chunks().to_batches()
    if not batch:
        return code
    return _ids(batch[0], rows["name"].cast(pl.String), code, has_code)


def _ids(batch: pa.RecordBatch, name: pl.Series, code: pl.Series, has_code: pl.Series) -> pl.Series:
    # Nearly all have a code; of the few others those without an id are hashed one by one.
    rest = (~has_code).arg_true()
    if rest.is_empty():
        return code
    own, at = (pl.Series(batch.column(each)).cast(pl.String) for each in ("source_id", "address"))
    frame = pl.DataFrame(
        {"own": own.gather(rest), "name": name.gather(rest), "at": at.gather(rest)}
    )
    hashed = [
        None
        if id_ is not None
        else "name:" + hashlib.sha256(f"{said or ''}\n{at or ''}".encode()).hexdigest()[:20]
        for id_, said, at in frame.iter_rows()
    ]
    found = pl.coalesce(pl.lit("id:") + pl.col("own"), pl.Series(hashed, dtype=pl.String))
    return code.clone().scatter(rest, frame.select(found).to_series())


def _nothing(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _former_names(former: pl.Series) -> pl.DataFrame:
    """Row and name of each former name, which are joined by `|`; most rows have none."""
    some = (former.is_not_null() & (former != "")).arg_true()
    said = pl.DataFrame({"row": some, "name": former.gather(some)})
    return said.with_columns(pl.col("name").str.split("|")).explode("name")


def _joined(rows: pl.Series, keys: pl.Series, height: int) -> pl.Series:
    """The keys of each row, joined by `|`, as a column of so many rows."""
    known = pl.DataFrame({"row": rows, "key": keys}).drop_nulls("key")
    is_several = known["row"].is_duplicated()
    alone = known.filter(~is_several)
    joined = known.filter(is_several).group_by("row").agg(pl.col("key").str.join("|"))
    found = _nothing(height).scatter(alone["row"], alone["key"])
    return found.scatter(joined["row"], joined["key"])
