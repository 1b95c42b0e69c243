"""Disagreement: authority or credit code of another county than the address names."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.place import Locator
from reli.classification.witnesses import reach, read_region
from reli.engine.encoded import among, as_encoded, where
from reli.engine.remembered import Remembered

__all__ = ["PlaceDoubts"]

_Numbers = np.ndarray[Any, np.dtype[np.int32]]

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
        nothing = pl.DataFrame(schema={"county": pl.Int32})
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
        is_sure, codes = _by_address(places), as_encoded(places["division_code"])
        own = _numbers(codes.dictionary)[codes.indices.to_numpy()]
        asked = {
            "authority": (self._offices, where(is_sure, _column(batch, "authority"))),
            "credit_code": (self._regions, _others(batch, is_sure, codes)),
        }
        others = {name: _counties(*each) for name, each in asked.items()}
        rows = np.flatnonzero(np.any([_differ(own, other) for other in others.values()], axis=0))
        told = [self._contradicting(name, own[rows], other[rows]) for name, other in others.items()]
        doubts = pl.select(pl.concat_str(told, separator="|", ignore_nulls=True).replace("", None))
        every = pl.Series([None], dtype=pl.String).new_from_index(0, batch.num_rows)
        array: pa.Array = every.scatter(rows, doubts.to_series()).to_arrow()
        return array.cast(pa.string())

    def _contradicting(self, name: str, codes: _Numbers, others: _Numbers) -> pl.Series:
        """`name:` and the other county where the two do not agree; else null."""
        rows = pl.DataFrame({"code": codes, "other": others})
        pairs = rows.filter(pl.Series(_differ(codes, others))).unique()
        is_doubt = pl.Series(
            [not self._agrees(*map(str, pair)) for pair in pairs.iter_rows()], dtype=pl.Boolean
        )
        return rows.join(
            pairs.filter(is_doubt).with_columns(told=pl.format(f"{name}:{{}}", "other")),
            ["code", "other"],
            "left",
            maintain_order="left",
        )["told"]

    def _agrees(self, code: str, other: str) -> bool:
        names = self._locator.names
        return code in reach(other, names.vintage) or _is_beside(names.zone_units, code, other)

    def _read_offices(self, texts: pl.Series) -> pl.DataFrame:
        """The number of the county that each authority names."""
        # Few are new in most batches, for which the quick way takes longer than the answers.
        locator = self._locator
        locate = locator.locate_one_by_one if len(texts) < _FEW else locator.locate
        found = locate(pa.record_batch({"address": texts.to_arrow()}))
        codes = pc.if_else(_by_address(found), found["division_code"], "")
        return pl.DataFrame({"county": _numbers(codes)})

    def _read_regions(self, texts: pl.Series) -> pl.DataFrame:
        """The number of a credit code's region, if it is a county's."""
        counties = [code if self._is_county(code) else "" for code in texts]
        return pl.DataFrame({"county": _numbers(pa.array(counties, pa.string()))})

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


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    return batch[name] if name in batch.schema.names else pa.nulls(batch.num_rows, pa.string())


def _others(batch: pa.RecordBatch, is_sure: pa.BooleanArray, codes: pa.DictionaryArray) -> pa.Array:
    """The regions of credit codes that are not what the address tells; most are, and are left."""
    regions = pc.utf8_slice_codeunits(_column(batch, "credit_code").cast(pa.string()), 2, 8)
    is_other = pc.and_(is_sure, pc.not_equal(regions, codes.cast(pa.string())))
    return where(is_other, regions)


def _counties(remembered: Remembered, texts: pa.Array) -> _Numbers:
    """The number of the county that each text tells."""
    table, rows = remembered.found(texts)
    found: _Numbers = table["county"].gather(rows).to_numpy()
    return found


def _numbers(codes: pa.Array) -> _Numbers:
    """Codes as numbers, which are compared much quicker; 0 of an empty text."""
    found: _Numbers = pc.if_else(pc.equal(codes, ""), "0", codes).cast(pa.int32()).to_numpy()
    return found


def _differ(codes: _Numbers, others: _Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether another county is told than the address's."""
    found: np.ndarray[Any, np.dtype[np.bool_]] = (others > 0) & (others != codes)
    return found
