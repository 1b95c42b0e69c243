"""Disagreement: authority or credit code of another county than the address names."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.place import Locator
from reli.classification.witnesses import reach, read_region

__all__ = ["place_doubts"]

_BY_ADDRESS = ("exact", "derived")
_UNITS = pa.array(["county", "zone"])


def place_doubts(locator: Locator, batch: pa.RecordBatch, places: pa.RecordBatch) -> pa.Array:
    """What contradicts the addresses of a batch.

    Args:
        locator: that placed them.
        batch: optionally authority, credit_code.
        places: what `locate` answered, row for row.

    Returns:
        Text row for row, such as `authority:330108|credit_code:330106`; null where nothing
        contradicts, or where the address tells no county. A code of a county that held the place
        in any year agrees (330110 of an address in 临平区, a part of it until 2021).
    """
    frame = pl.DataFrame(
        {
            "code": pl.Series(places["division_code"]),
            "is_asked": _by_address(places),
            "authority": _authorities(locator, batch),
            "credit_code": _regions(locator, batch),
        }
    )
    parts = [_contradiction(locator, frame, name) for name in ("authority", "credit_code")]
    doubts = frame.select(pl.concat_str(*parts, separator="|", ignore_nulls=True).alias("doubt"))
    array: pa.Array = doubts["doubt"].replace("", None).to_arrow().cast(pa.string())
    return array


def _by_address(places: pa.RecordBatch) -> pl.Series:
    is_sure = pc.is_in(places["confidence"], value_set=pa.array(_BY_ADDRESS))
    return pl.Series(pc.and_(is_sure, pc.is_in(places["division_level"], value_set=_UNITS)))


def _contradiction(locator: Locator, frame: pl.DataFrame, name: str) -> pl.Series:
    pairs = frame.select("code", name).unique()
    vintage = locator.names.vintage
    hosts = locator.names.zone_units
    agrees = [
        not other or code in reach(other, vintage) or _is_beside(hosts, code, other)
        for code, other in pairs.iter_rows()
    ]
    told = frame.join(
        pairs.with_columns(agrees=pl.Series(agrees, dtype=pl.Boolean)),
        ["code", name],
        "left",
        nulls_equal=True,
        maintain_order="left",
    )
    text = pl.when("is_asked", ~pl.col("agrees")).then(pl.lit(f"{name}:") + pl.col(name))
    return told.select(text.alias(name)).to_series()


def _is_beside(hosts: Mapping[str, tuple[str, ...]], code: str, other: str) -> bool:
    """Whether one is a zone, and the other a county that it lies in, or the same zone."""
    return other in (code, *hosts.get(code, ())) if code in hosts else code in hosts.get(other, ())


def _authorities(locator: Locator, batch: pa.RecordBatch) -> pl.Series:
    """The county that each row's authority names, each name read once; empty for none."""
    texts = _texts(batch, "authority")
    distinct = texts.unique()
    found = locator.locate(pa.record_batch({"address": distinct.to_arrow().cast(pa.string())}))
    codes = pl.Series(found["division_code"]).set(~_by_address(found), "")
    return texts.replace_strict(distinct, codes, return_dtype=pl.String)


def _regions(locator: Locator, batch: pa.RecordBatch) -> pl.Series:
    """The region of each row's credit code, if it is a county's; else empty."""
    regions = _texts(batch, "credit_code").str.slice(2, 6)
    distinct = regions.unique()
    kept = [code if _is_county(locator, code) else "" for code in distinct]
    return regions.replace_strict(
        distinct, pl.Series(kept, dtype=pl.String), return_dtype=pl.String
    )


def _is_county(locator: Locator, code: str) -> bool:
    is_code = len(code) == 6 and code.isascii() and code.isdigit() and code[0] != "0"
    return is_code and bool(read_region(locator.names, code).code)


def _texts(batch: pa.RecordBatch, name: str) -> pl.Series:
    if name not in batch.schema.names:
        return pl.repeat("", batch.num_rows, dtype=pl.String, eager=True)
    return pl.Series(batch[name].cast(pa.large_string())).fill_null("")
