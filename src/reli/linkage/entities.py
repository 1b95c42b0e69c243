"""One enterprise, one key; and which enterprises are counted."""

import hashlib

import polars as pl
import pyarrow as pa

from reli.linkage.names import BRANCH_ENDS, core_key, name_key, undated

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
    name = pl.Series("name", batch.column("name").cast(pa.large_string()))
    code = pl.Series("code", batch.column("credit_code").cast(pa.large_string()))
    kind = pl.Series("kind", batch.column("enterprise_type").cast(pa.large_string())).fill_null("")
    keys = name_key(batch.column("name"))
    has_code = code.str.contains(_CREDIT_CODE).fill_null(False)
    is_branch = keys.str.contains(f"(?:{BRANCH_ENDS})$").fill_null(False)
    is_sole = (has_code & code.str.starts_with(_SOLE_TRADER)) | kind.str.contains(NOT_COUNTED_TYPES)
    added = pl.DataFrame(
        {
            "enterprise_id": _ids(batch, name, code, has_code),
            "is_counted": ~(is_branch | is_sole),
            "name_key": keys,
            "core_key": core_key(keys),
            **_former_keys(pl.Series(batch.column("former_names").cast(pa.large_string()))),
        }
    ).to_arrow()
    columns = [*added.combine_chunks().itercolumns(), *batch.columns]
    arrays = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    plain = [
        a.cast(pa.string())
        if pa.types.is_large_string(a.type) or pa.types.is_string_view(a.type)
        else a
        for a in arrays
    ]
    return pa.RecordBatch.from_arrays(plain, [*added.column_names, *batch.schema.names])


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
    own = pl.Series("own", batch.column("source_id").cast(pa.large_string()))
    address = pl.Series("address", batch.column("address").cast(pa.large_string())).fill_null("")
    frame = pl.DataFrame({"code": code, "has": has_code, "own": own, "name": name, "at": address})
    # Only the few rows without code and id are hashed one by one.
    needs = frame.with_row_index("row").filter(~pl.col("has") & pl.col("own").is_null())
    hashed = [
        "name:" + hashlib.sha256(f"{said or ''}\n{at}".encode()).hexdigest()[:20]
        for said, at in needs.select("name", "at").iter_rows()
    ]
    fallback = _nothing(frame.height).scatter(needs["row"], pl.Series(hashed, dtype=pl.String))
    return frame.select(
        pl.when("has").then("code").otherwise(pl.coalesce(pl.lit("id:") + pl.col("own"), fallback))
    ).to_series()


def _nothing(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _former_keys(former: pl.Series) -> dict[str, pl.Series]:
    """former_keys and former_cores of the former names, joined by `|`; most rows have none."""
    rows = pl.DataFrame({"name": former}).with_row_index("row")
    some = rows.filter(pl.col("name").is_not_null() & (pl.col("name") != ""))
    each = some.with_columns(pl.col("name").str.split("|")).explode("name")
    keys = name_key(undated(each["name"]))
    return {
        "former_keys": _joined(each["row"], keys, len(former)),
        "former_cores": _joined(each["row"], core_key(keys), len(former)),
    }


def _joined(rows: pl.Series, keys: pl.Series, height: int) -> pl.Series:
    """Keys of each row joined by `|`, in a column of a height."""
    known = pl.DataFrame({"row": rows, "key": keys}).drop_nulls("key")
    joined = known.group_by("row", maintain_order=True).agg(pl.col("key").str.join("|"))
    return _nothing(height).scatter(joined["row"], joined["key"])
