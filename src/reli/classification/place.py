"""Locating: enterprises to divisions of a vintage, with evidence for each answer."""

from threading import Lock
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.gazetteer import gazetteer
from reli.classification.marking import Marker, tidy_address
from reli.classification.resolve import Answer, Evidence, resolve

__all__ = ["PLACE_SCHEMA", "Locator"]

PLACE_SCHEMA = pa.schema(
    {
        name: pa.string()
        for name in (
            "division_code",
            "division_level",
            "province_name",
            "city_name",
            "county_name",
            "confidence",
            "method",
            "matched_text",
            "candidates",
        )
    }
)

_CONTEXT = ("province", "city", "authority")
_REMEMBERED = 1_000_000


class Locator:
    """Places addresses in the divisions of a vintage. Safe to share between threads."""

    def __init__(self, vintage: int = 2023) -> None:
        """Build the gazetteer; a second or two.

        Args:
            vintage: year at whose end the divisions are meant.
        """
        self._names = gazetteer(vintage)
        self._marker = Marker(self._names)
        self._known: dict[tuple[str, ...], dict[str, str]] = {}
        self._marked: dict[str, str] = {"": ""}
        self._lock = Lock()

    def locate(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: `address`; optionally credit_code, authority, province, city.

        Returns:
            A batch of PLACE_SCHEMA, row for row.
        """
        keys = pl.DataFrame(
            {
                "marks": self._marker.mark(tidy_address(_column(batch, "address"))),
                **{name: self._context(_column(batch, name), name) for name in _CONTEXT},
                "region": _region(_column(batch, "credit_code")),
            }
        )
        distinct = keys.unique(maintain_order=True)
        answers = [self._answer(row) for row in distinct.iter_rows()]
        schema = {name: pl.String for name in PLACE_SCHEMA.names}
        found = pl.concat([distinct, pl.DataFrame(answers, schema=schema)], how="horizontal")
        joined = keys.join(found, on=keys.columns, how="left", maintain_order="left")
        table = joined.select(PLACE_SCHEMA.names).to_arrow().cast(PLACE_SCHEMA)
        return table.combine_chunks().to_batches()[0] if len(table) else _nothing()

    def _context(self, column: pa.Array, name: str) -> pl.Series:
        """Marks of a column with few distinct values: each is marked once."""
        texts = pl.Series(name, column.cast(pa.large_string())).fill_null("")
        distinct = texts.unique().to_list()
        with self._lock:
            marks = {text: self._marked[text] for text in distinct if text in self._marked}
        new = [text for text in distinct if text not in marks]
        if new:
            fresh = self._marker.mark(tidy_address(pa.array(new, pa.string())))
            marks |= dict(zip(new, fresh, strict=True))
            with self._lock:
                if len(self._marked) > _REMEMBERED:
                    self._marked.clear()
                self._marked.update(marks)
        return texts.replace_strict(marks, return_dtype=pl.String)

    def _answer(self, row: tuple[str, ...]) -> dict[str, str]:
        known = self._known.get(row)
        if known is None:
            marks, province, city, authority, region = row
            evidence = Evidence(province, city, authority, region)
            known = self._described(resolve(self._names, marks, evidence))
            with self._lock:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                self._known[row] = known
        return known

    def _described(self, answer: Answer) -> dict[str, Any]:
        is_certain = answer.confidence in {"exact", "derived", "inferred"}
        code = answer.codes[0] if is_certain else answer.context
        names = self._names
        is_county = bool(code) and code in names.names and not code.endswith("00")
        city = names.cities.get(code, "") if is_county else code if _is_city(code) else ""
        return {
            "division_code": code,
            "division_level": _level(code),
            "province_name": names.names.get(code[:2] + "0000", "") if code else "",
            "city_name": names.names.get(city, ""),
            "county_name": names.names[code] if is_county else "",
            "confidence": answer.confidence,
            "method": answer.method,
            "matched_text": answer.matched,
            "candidates": "" if is_certain else "|".join(answer.codes),
        }


def _region(codes: pa.Array) -> pl.Series:
    """Digits 3 to 8 of credit codes: the registering office's region."""
    text = pl.Series("region", pc.utf8_slice_codeunits(codes, 2, 8)).fill_null("")
    is_code = text.str.contains("^[1-9][0-9]{5}$")
    return text.set(~is_code, "")


def _is_city(code: str) -> bool:
    return code.endswith("00") and not code.endswith("0000")


def _level(code: str) -> str:
    if not code:
        return "none"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    return batch.column(name).cast(pa.string())


def _nothing() -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=PLACE_SCHEMA)
