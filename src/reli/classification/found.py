"""Places found for the rows of a batch, and how they stand in the answer."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from reli.classification.gazetteer import Gazetteer
from reli.classification.resolve import Answer
from reli.engine.encoded import spread

__all__ = ["PLACE_SCHEMA", "Descriptions", "Found", "Place", "place_of", "places"]

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
_COLUMNS = {
    "code": pl.String,
    "confidence": pl.String,
    "method": pl.String,
    "matched": pl.String,
    "candidates": pl.String,
    "is_open": pl.Boolean,
}
_CERTAIN = frozenset({"exact", "derived", "inferred"})

Place = tuple[str, str, str, str, str, bool]
"""Code, confidence, method, matched, candidates; and whether other columns may say more."""


def place_of(answer: Answer) -> Place:
    """An answer as it stands in a row."""
    is_certain = answer.confidence in _CERTAIN
    return (
        answer.codes[0] if is_certain else answer.context,
        answer.confidence,
        answer.method,
        answer.matched,
        "" if is_certain else "|".join(answer.codes),
        not is_certain or answer.is_weak,
    )


def places(found: Iterable[Place]) -> pl.DataFrame:
    """A table of places."""
    return pl.DataFrame(list(found), _COLUMNS, orient="row")


@dataclass
class Found:
    """Places, and which of them each row has."""

    places: pl.DataFrame
    numbers: pl.Series

    def open_rows(self) -> pl.Series:
        """Rows whose place is not certain, or rests on a short name alone."""
        return self.places["is_open"].gather(self.numbers).arg_true()

    def replace(self, rows: pl.Series, others: "Found") -> None:
        """Give rows the places that were found for them."""
        self.numbers = self.numbers.scatter(rows, others.numbers + len(self.places))
        self.places = pl.concat([self.places, others.places])

    def each(self) -> pl.DataFrame:
        """The places of all rows."""
        return self.places.select(pl.all().gather(self.numbers))

    def of(self, rows: pl.Series) -> pl.DataFrame:
        """The places of some rows."""
        return self.places.select(pl.all().gather(self.numbers.gather(rows)))


class Descriptions:
    """Level and names of each division of a vintage."""

    def __init__(self, names: Gazetteer) -> None:
        rows = [("", "none", "", "", ""), *(_described(names, code) for code in names.names)]
        schema = ["code", "division_level", "province_name", "city_name", "county_name"]
        self._table = pl.DataFrame(rows, schema, orient="row")

    def answers(self, found: Found) -> pa.RecordBatch:
        """A batch of the columns of PLACE_SCHEMA, dictionary-encoded, row for row."""
        used = found.numbers.unique(maintain_order=True)
        numbers = pl.zeros(len(found.places), pl.Int32, eager=True).scatter(used, range(len(used)))
        told = found.places[used].join(self._table, on="code", how="left", maintain_order="left")
        named = told.rename({"code": "division_code", "matched": "matched_text"})
        texts = named.select(PLACE_SCHEMA.names).fill_null("")
        return pa.record_batch(spread(texts, numbers.gather(found.numbers)))


def _described(names: Gazetteer, code: str) -> tuple[str, str, str, str, str]:
    province = names.names.get(code[:2] + "0000", "")
    if code.endswith("0000"):
        return code, "province", province, "", ""
    if code.endswith("00"):
        return code, "city", province, names.names[code], ""
    city = names.names.get(names.cities.get(code, ""), "")
    level = "zone" if code in names.zone_units else "county"
    return code, level, province, city, names.names[code]
