"""Locating: enterprises to divisions of a vintage, with evidence for each answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar, cast

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.gazetteer import Gazetteer, gazetteer
from reli.classification.marking import Marker, heads, tidy_address
from reli.classification.resolve import (
    Answer,
    by_witnesses,
    read_authority,
    read_region,
    resolve,
)
from reli.linkage.names import simplified

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

_COLUMNS = ("address", "province", "city")
_T = TypeVar("_T")
_CERTAIN = frozenset({"exact", "derived", "inferred"})
_REMEMBERED = 200_000


class _Place(NamedTuple):
    """An answer as it stands in a row: the fields of PLACE_SCHEMA."""

    division_code: str
    division_level: str
    province_name: str
    city_name: str
    county_name: str
    confidence: str
    method: str
    matched_text: str
    candidates: str
    is_open: bool = True
    """Whether other columns may say more; no column of the answer."""


@dataclass
class _Found:
    """Places, and which of them each row has."""

    places: list[_Place]
    numbers: pl.Series

    def open_rows(self) -> pl.Series:
        """Rows whose place is not certain, or rests on a short name alone."""
        is_open = [each.is_open for each in self.places]
        return pl.Series(is_open, dtype=pl.Boolean).gather(self.numbers).arg_true()

    def replace(self, rows: pl.Series, others: "_Found") -> None:
        """Give rows the places that were found for them."""
        self.numbers = self.numbers.scatter(rows, others.numbers + len(self.places))
        self.places = self.places + others.places


_UNKNOWN = _Place("", "none", "", "", "", "none", "", "", "")


class Locator:
    """Places addresses in the divisions of a vintage. Safe to share between threads."""

    def __init__(self, vintage: int = 2023, zones: Path | None = None) -> None:
        """Build the gazetteer; a second or two.

        Args:
            vintage: year at whose end the divisions are meant.
            zones: a table of zones whose rows replace or extend those that come along.

        Raises:
            MissingFile, InvalidData, Problems: the table of zones cannot be used.
        """
        self._names = gazetteer(vintage, zones)
        self._marker = Marker(self._names)
        self._known: dict[tuple[str, object], object] = {}
        self._lock = Lock()

    @property
    def names(self) -> Gazetteer:
        """The names of the vintage that it reads."""
        return self._names

    def locate(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: `address`; optionally credit_code, authority, province, city.

        Returns:
            A batch of PLACE_SCHEMA, row for row.
        """
        addresses = tidy_address(_column(batch, "address"))
        found = self._settled(heads(addresses))
        rows = found.open_rows()
        found.replace(rows, self._places(self._marks(addresses.gather(rows))))
        rows = found.open_rows()
        keys = self._with_columns(batch.take(rows.to_arrow()), addresses.gather(rows))
        found.replace(rows, self._places(keys))
        still = found.open_rows()
        keys = keys[rows.search_sorted(still)] if len(still) else keys.clear()
        found.replace(still, self._places(self._with_evidence(keys, batch.take(still.to_arrow()))))
        return _table(found.places).take(found.numbers.to_arrow())

    def _settled(self, beginnings: pl.Series) -> "_Found":
        """Places of addresses that begin with their county's whole name: the most, and cheap."""
        distinct = beginnings.unique().drop_nulls()
        places = [_UNKNOWN, *map(self._head, self._marker.mark(distinct))]
        names = pl.DataFrame({"head": distinct}).with_row_index("place", 1)
        joined = pl.DataFrame({"head": beginnings}).join(
            names, on="head", how="left", maintain_order="left"
        )
        return _Found(places, joined["place"].fill_null(0).cast(pl.Int64))

    def _head(self, marks: str) -> _Place:
        """The place of an address that begins so, whatever follows; else an open one."""
        return self._remembered(
            "head",
            marks,
            lambda: self._place((marks,)) if self._answer((marks,)).is_final else _UNKNOWN,
        )

    def _places(self, keys: pl.DataFrame) -> _Found:
        """The places that keys mean, each once, and the number of the place of each row."""
        distinct = keys.unique(maintain_order=True)
        places = [self._place(key) for key in distinct.iter_rows()]
        numbered = distinct.with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
        joined = keys.join(numbered, on=keys.columns, how="left", maintain_order="left")
        return _Found(places, joined["place"])

    def _marks(self, addresses: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"marks": self._marker.mark(addresses)})

    def _with_columns(self, batch: pa.RecordBatch, addresses: pl.Series) -> pl.DataFrame:
        """Marks in simplified characters, and those of the columns of province and city."""
        return pl.DataFrame(
            {
                "marks": self._marker.mark(simplified(addresses)),
                "province": self._context(_column(batch, "province")),
                "city": self._context(_column(batch, "city")),
            }
        )

    def _with_evidence(self, keys: pl.DataFrame, batch: pa.RecordBatch) -> pl.DataFrame:
        """Further, what the registering authority and the credit code tell."""
        return keys.with_columns(
            self._context(_column(batch, "authority")).alias("authority"),
            _region(_column(batch, "credit_code")),
        )

    def _context(self, column: pa.Array) -> pl.Series:
        """Marks of a column with few distinct values: each is marked once."""
        texts = pl.Series("text", column.cast(pa.large_string())).fill_null("")
        distinct = texts.unique()
        marks = self._marker.mark(simplified(tidy_address(distinct.to_arrow())))
        return texts.replace_strict(distinct, marks, return_dtype=pl.String)

    def _place(self, key: tuple[str, ...]) -> _Place:
        return self._remembered("place", key, lambda: self._described(self._answer(key)))

    def _answer(self, key: tuple[str, ...]) -> Answer:
        read = self._marker.read
        if len(key) <= len(_COLUMNS):
            return resolve(self._names, *map(read, key))
        *columns, authority, region = key
        return by_witnesses(
            self._names,
            self._remembered("answer", tuple(columns), lambda: self._answer(tuple(columns))),
            (
                self._remembered(
                    "authority", authority, lambda: read_authority(self._names, read(authority))
                ),
                self._remembered("region", region, lambda: read_region(self._names, region)),
            ),
        )

    def _remembered(self, kind: str, key: object, make: Callable[[], _T]) -> _T:
        """What was made for a key before; else make it. A full memory is emptied."""
        known = self._known.get((kind, key))
        if known is None:
            known = make()
            with self._lock:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                self._known[kind, key] = known
        return cast("_T", known)

    def _described(self, answer: Answer) -> _Place:
        is_certain = answer.confidence in _CERTAIN
        code = answer.codes[0] if is_certain else answer.context
        names = self._names
        is_county = bool(code) and code in names.names and not code.endswith("00")
        city = names.cities.get(code, "") if is_county else code if _is_city(code) else ""
        return _Place(
            division_code=code,
            division_level=_level(code),
            province_name=names.names.get(code[:2] + "0000", "") if code else "",
            city_name=names.names.get(city, ""),
            county_name=names.names[code] if is_county else "",
            confidence=answer.confidence,
            method=answer.method,
            matched_text=answer.matched,
            candidates="" if is_certain else "|".join(answer.codes),
            is_open=not is_certain or answer.is_weak,
        )


def _table(places: Sequence[_Place]) -> pa.RecordBatch:
    columns = list(zip(*places, strict=True))[: len(PLACE_SCHEMA)] or [()] * len(PLACE_SCHEMA)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=PLACE_SCHEMA)


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
