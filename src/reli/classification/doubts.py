"""Disagreement: authority or credit code of another county than the address names."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.place import Locator
from reli.classification.remembered import Remembered
from reli.classification.witnesses import reach, read_region
from reli.engine.encoded import among

__all__ = ["PlaceDoubts"]

_BY_ADDRESS = pa.array(["exact", "derived"])
_FEW = 500
_UNITS = pa.array(["county", "zone"])


class PlaceDoubts:
    """What contradicts addresses. Offices and regions recur: each is read once.

    Safe to share between threads.
    """

    def __init__(self, locator: Locator) -> None:
        """Of the addresses that a locator places."""
        self._locator = locator
        nothing = pl.DataFrame(schema={"county": pl.String})
        self._offices = Remembered(self._read_offices, nothing)
        self._regions = Remembered(self._read_regions, nothing)

    def told(self, batch: pa.RecordBatch, places: pa.RecordBatch) -> pa.Array:
        """What contradicts the addresses of a batch.

        Args:
            batch: optionally authority, credit_code.
            places: what `locate` answered, row for row.

        Returns:
            Text row for row, such as `authority:330108|credit_code:330106`; null where nothing
            contradicts, or where the address tells no county. A code of a county that held the
            place in any year agrees (330110 of an address in 临平区, a part of it until 2021).
        """
        rows = pc.indices_nonzero(_by_address(places))
        codes = pl.Series(places["division_code"].take(rows).cast(pa.string()))
        told = {
            "authority": self._offices.told(_column(batch, "authority", rows))["county"],
            "credit_code": self._regions.told(_others(batch, rows, codes))["county"],
        }
        doubts = pl.select(
            pl.concat_str(
                [self._contradicting(name, codes, other) for name, other in told.items()],
                separator="|",
                ignore_nulls=True,
            ).replace("", None)
        ).to_series()
        array: pa.Array = _nothing(batch.num_rows).scatter(pl.Series(rows), doubts).to_arrow()
        return array.cast(pa.string())

    def _contradicting(self, name: str, codes: pl.Series, others: pl.Series) -> pl.Series:
        """`name:` and the other county where the two do not agree; else null."""
        places = ((others != "") & (others != codes)).arg_true()
        differing = pl.DataFrame({"code": codes.gather(places), "other": others.gather(places)})
        pairs = differing.unique()
        agrees = pl.Series("agrees", map(self._agrees, *pairs), dtype=pl.Boolean)
        told = differing.join(
            pairs.with_columns(agrees), ["code", "other"], "left", maintain_order="left"
        ).select(pl.when(~pl.col("agrees")).then(pl.lit(f"{name}:") + pl.col("other")))
        return _nothing(len(codes)).scatter(places, told.to_series())

    def _agrees(self, code: str, other: str) -> bool:
        names = self._locator.names
        return code in reach(other, names.vintage) or _is_beside(names.zone_units, code, other)

    def _read_offices(self, texts: pl.Series) -> pl.DataFrame:
        """The county that each authority names; empty for none."""
        # Few are new in most batches, for which the quick way takes longer than the answers.
        locator = self._locator
        locate = locator.locate_one_by_one if len(texts) < _FEW else locator.locate
        found = locate(pa.record_batch({"address": texts.to_arrow()}))
        codes = pc.if_else(_by_address(found), found["division_code"], "")
        return pl.DataFrame({"county": codes})

    def _read_regions(self, texts: pl.Series) -> pl.DataFrame:
        """The region of a credit code, if it is a county's; else empty."""
        counties = [code if self._is_county(code) else "" for code in texts]
        return pl.DataFrame({"county": counties}, {"county": pl.String})

    def _is_county(self, code: str) -> bool:
        is_code = len(code) == 6 and code.isascii() and code.isdigit() and code[0] != "0"
        return is_code and bool(read_region(self._locator.names, code).code)


def _by_address(places: pa.RecordBatch) -> pa.Array:
    """Whether an address tells a county or a zone."""
    is_sure = among(places["confidence"], _BY_ADDRESS)
    return pc.and_(is_sure, among(places["division_level"], _UNITS))


def _is_beside(hosts: Mapping[str, tuple[str, ...]], code: str, other: str) -> bool:
    """Whether one is a zone, and the other a county that it lies in."""
    return other in hosts[code] if code in hosts else code in hosts.get(other, ())


def _column(batch: pa.RecordBatch, name: str, rows: pa.Array) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(len(rows), pa.string())
    return batch[name].take(rows)


def _others(batch: pa.RecordBatch, rows: pa.Array, codes: pl.Series) -> pa.Array:
    """The regions of credit codes that are not what the address tells; most are, and are left."""
    regions = pc.utf8_slice_codeunits(_column(batch, "credit_code", rows).cast(pa.string()), 2, 8)
    return pc.if_else(pc.equal(regions, codes.to_arrow().cast(pa.string())), None, regions)


def _nothing(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)
