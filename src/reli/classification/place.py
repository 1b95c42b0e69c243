"""Locating: enterprises to divisions of a vintage, with evidence for each answer."""

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.gazetteer import gazetteer
from reli.classification.marking import Marker, Token, tidy_address
from reli.classification.resolve import Answer, Evidence, resolve
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

_CONTEXT = ("province", "city", "authority")
_CERTAIN = frozenset({"exact", "derived", "inferred"})
_REMEMBERED = 200_000


class Locator:
    """Places addresses in the divisions of a vintage. Safe to share between threads."""

    def __init__(self, vintage: int = 2023) -> None:
        """Build the gazetteer; a second or two.

        Args:
            vintage: year at whose end the divisions are meant.
        """
        self._names = gazetteer(vintage)
        self._marker = Marker(self._names)
        self._known: dict[tuple[str, ...], _Place] = {}
        self._lock = Lock()

    def locate(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: `address`; optionally credit_code, authority, province, city.

        Returns:
            A batch of PLACE_SCHEMA, row for row.
        """
        addresses = tidy_address(_column(batch, "address"))
        places, numbers = self._places(pl.DataFrame({"marks": self._marker.mark(addresses)}))
        is_open = pl.Series([each.confidence not in _CERTAIN for each in places], dtype=pl.Boolean)
        rows = is_open.gather(numbers).arg_true()
        if len(rows):
            with_evidence = self._evidence(batch.take(rows.to_arrow()), addresses.gather(rows))
            others, found = self._places(with_evidence)
            numbers = numbers.scatter(rows, found + len(places))
            places += others
        return _table(places).take(numbers.to_arrow())

    def _places(self, keys: pl.DataFrame) -> tuple[list["_Place"], pl.Series]:
        """The places that keys mean, each once, and the number of the place of each row."""
        distinct = keys.unique(maintain_order=True)
        places = [self._place(key) for key in distinct.iter_rows()]
        numbered = distinct.with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
        joined = keys.join(numbered, on=keys.columns, how="left", maintain_order="left")
        return places, joined["place"]

    def _evidence(self, batch: pa.RecordBatch, addresses: pl.Series) -> pl.DataFrame:
        """What a careful reading needs: marks in simplified characters, and the other columns."""
        return pl.DataFrame(
            {
                "marks": self._marker.mark(simplified(addresses)),
                **{name: self._context(_column(batch, name)) for name in _CONTEXT},
                "region": _region(_column(batch, "credit_code")),
            }
        )

    def _context(self, column: pa.Array) -> pl.Series:
        """Marks of a column with few distinct values: each is marked once."""
        texts = pl.Series("text", column.cast(pa.large_string())).fill_null("")
        distinct = texts.unique()
        marks = self._marker.mark(simplified(tidy_address(distinct.to_arrow())))
        return texts.replace_strict(distinct, marks, return_dtype=pl.String)

    def _place(self, key: tuple[str, ...]) -> "_Place":
        known = self._known.get(key)
        if known is None:
            known = self._described(self._resolved(*key))
            with self._lock:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return known

    def _resolved(self, marks: str, *others: str) -> Answer:
        own = self._tokens(marks)
        if not others:
            return resolve(self._names, own)
        province, city, authority = map(self._tokens, others[:-1])
        return resolve(self._names, own, Evidence(province, city, authority, others[-1]))

    def _tokens(self, marks: str) -> list[Token]:
        return list(self._marker.read(marks))

    def _described(self, answer: Answer) -> "_Place":
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
        )


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


def _table(places: Sequence[_Place]) -> pa.RecordBatch:
    columns = list(zip(*places, strict=True)) or [()] * len(PLACE_SCHEMA)
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
