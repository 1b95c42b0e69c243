"""Locating: enterprises to divisions of a vintage, with evidence for each answer."""

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.bulk import BulkReader
from reli.classification.found import PLACE_SCHEMA, Descriptions, Found, Place, place_of, places
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import (
    Marker,
    address_texts,
    heads,
    is_untidy,
    plain_heads,
    tidy_address,
)
from reli.classification.prepared import prepared
from reli.classification.reading import Reading, read_alone, read_columns
from reli.classification.resolve import Answer, resolve_read
from reli.classification.witnesses import Witness, inferred, read_authority, read_region
from reli.linkage.names import simplified

__all__ = ["PLACE_SCHEMA", "Locator"]

_T = TypeVar("_T")
_REMEMBERED = 200_000
_UNKNOWN = place_of(Answer())
_WITNESSES = ("authority", "credit_code")
_COLUMNS = ("province", "city", *_WITNESSES)


class Locator:
    """Places addresses in the divisions of a vintage. Safe to share between threads."""

    def __init__(
        self,
        vintage: int = 2023,
        zones: Path | None = None,
        attribution: str = "territory",
        *,
        expects_many: bool = True,
    ) -> None:
        """Read the gazetteer that was kept, or build it: a second, or some.

        Args:
            vintage: year at whose end the divisions are meant.
            zones: a table of zones whose rows replace or extend those that come along.
            attribution: of ATTRIBUTIONS: whether zones that administer their own area are units,
                of level `zone`, beside the counties that they lie in.
            expects_many: make the automaton of all names now, half a second, and not when some
                thousand addresses have come; few are read without it.

        Raises:
            MissingFile, InvalidData, Problems: the table of zones cannot be used.
        """
        made = prepared(vintage, zones, attribution)
        self._names = made.names
        self._marker = Marker(made.names, made.table, expects_many=expects_many)
        self._bulk = BulkReader(made.names, self._marker, made.below)
        self._descriptions = Descriptions(self._names)
        self._known: dict[Hashable, object] = {}
        self._heads = places(()).insert_column(0, pl.Series("head", dtype=pl.String))
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
        addresses = address_texts(_column(batch, "address"))
        found = self._by_heads(plain_heads(addresses))
        rows = found.open_rows()
        part = _of_columns(batch).take(rows.to_arrow())
        found.replace(rows, self._by_texts(addresses.gather(rows), part))
        return self._descriptions.answers(found)

    def locate_one_by_one(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same answers, each address read name by name: the measure of the quick way."""
        addresses = tidy_address(address_texts(_column(batch, "address")))
        marks = self._marker.mark(addresses)
        found = self._each(marks.to_frame("marks"))
        self._ask_columns(found, addresses, marks, batch, self._each)
        return self._descriptions.answers(found)

    def _by_texts(self, addresses: pl.Series, batch: pa.RecordBatch) -> Found:
        """Places of addresses of which more than a plain beginning must be read."""
        texts = tidy_address(addresses)
        changed = (texts != addresses).arg_true()
        found = _unknown(len(texts))
        found.replace(changed, self._by_heads(heads(texts.gather(changed))))
        rows = found.open_rows()
        found.replace(rows, self._by_heads(self._marker.town_heads(texts.gather(rows))))
        rows = found.open_rows()
        marks = self._marker.mark(texts.gather(rows))
        found.replace(
            rows, self._read(marks, lambda marks: self._place((marks,)), pl.col("is_open"))
        )
        every = _nothing(len(texts)).scatter(rows, marks)
        self._ask_columns(found, texts, every, batch, self._by_keys)
        return found

    def _ask_columns(
        self,
        found: Found,
        addresses: pl.Series,
        marks: pl.Series,
        batch: pa.RecordBatch,
        read: Callable[[pl.DataFrame], Found],
    ) -> None:
        """Add what other columns say where the address leaves a place open."""
        rows = found.open_rows()
        own = self._simplified(addresses.gather(rows), marks.gather(rows))
        found.replace(rows, read(self._with_columns(batch.take(rows.to_arrow()), own)))
        if not {*batch.schema.names} & {*_WITNESSES}:
            return
        rows = found.open_rows()
        witnesses = self._witnesses(batch.take(rows.to_arrow()))
        found.replace(rows, inferred(self._names, found.of(rows), witnesses))

    def _by_heads(self, beginnings: pl.Series) -> Found:
        """Places of addresses that begin with what settles them: the most, and cheap."""
        distinct = beginnings.unique().drop_nulls()
        if distinct.is_empty():
            return _unknown(len(beginnings))
        plain = distinct.filter(~is_untidy(distinct))
        told = self._told_by_heads(plain).with_row_index("place", 1)
        joined = beginnings.to_frame("head").join(
            told.select("head", "place"), on="head", how="left", maintain_order="left"
        )
        known = told.drop("head", "place")
        return Found(pl.concat([places([_UNKNOWN]), known]), joined["place"].fill_null(0))

    def _told_by_heads(self, distinct: pl.Series) -> pl.DataFrame:
        """The place of each head, with its text; read once as long as it is remembered."""
        asked, heads_known = distinct.to_frame("head"), self._heads
        known = heads_known.join(asked, on="head", how="semi")
        new = asked.join(known, on="head", how="anti")
        read = self._read(self._marker.mark(new["head"]), self._final, ~pl.col("is_final"))
        told = new.hstack(read.each())
        kept = heads_known if len(heads_known) < _REMEMBERED else heads_known.clear()
        self._heads = pl.concat([kept, told], rechunk=True)
        return pl.concat([known, told])

    def _read(self, marks: pl.Series, careful: Callable[[str], Place], is_open: pl.Expr) -> Found:
        """The places that marks mean: in bulk where they are usual, else each once."""
        usual = self._bulk.read(marks)
        rest = usual["code"].is_null().arg_true()
        distinct, numbers = _numbered(marks.gather(rest).to_frame("marks"))
        read = places(map(careful, distinct["marks"]))
        every = pl.Series(range(len(marks)), dtype=pl.Int64)
        known = _as_places(usual, is_open)
        return Found(pl.concat([known, read]), every.scatter(rest, numbers + len(marks)))

    def _by_keys(self, keys: pl.DataFrame) -> Found:
        """The places that marks mean together with those of columns."""
        distinct, numbers = _numbered(keys)
        usual = _as_places(self._bulk.read_keys(distinct), pl.col("is_open"))
        rest = usual["code"].is_null().arg_true()
        read = self._each(distinct[rest])
        every = pl.Series(range(len(distinct)), dtype=pl.Int64)
        every = every.scatter(rest, read.numbers + len(distinct))
        return Found(pl.concat([usual, read.places]), every.gather(numbers))

    def _each(self, keys: pl.DataFrame) -> Found:
        """The same, read name by name, each key once."""
        distinct, numbers = _numbered(keys)
        return Found(places(map(self._place, distinct.iter_rows())), numbers)

    def _place(self, key: tuple[str, ...]) -> Place:
        return self._remembered(("place", *key), lambda: place_of(self._answer(key)))

    def _final(self, marks: str) -> Place:
        """The place of an address that begins so, whatever follows; else an open one."""
        answer = self._remembered(("head", marks), lambda: self._answer((marks,)))
        return place_of(answer) if answer.is_final else _UNKNOWN

    def _answer(self, key: tuple[str, ...]) -> Answer:
        marks, *said = key
        own = self._marker.read(marks)
        alone = self._remembered(("alone", marks), lambda: read_alone(self._names, own))
        return resolve_read(own, alone, self._columns(*said) if any(said) else None)

    def _columns(self, province: str, city: str) -> Reading:
        read = self._marker.read
        return self._remembered(
            ("columns", province, city),
            lambda: read_columns(self._names, read(province), read(city)),
        )

    def _simplified(self, addresses: pl.Series, marks: pl.Series) -> pl.Series:
        """Marks of addresses in simplified characters, which most are in already."""
        simple = simplified(addresses)
        others = (simple != addresses).arg_true()
        return marks.scatter(others, self._marker.mark(simple.gather(others)))

    def _with_columns(self, batch: pa.RecordBatch, marks: pl.Series) -> pl.DataFrame:
        """Marks of the address, and those of the columns of province and city."""
        return pl.DataFrame(
            {
                "marks": marks,
                "province": self._context(_column(batch, "province")),
                "city": self._context(_column(batch, "city")),
            }
        )

    def _witnesses(self, batch: pa.RecordBatch) -> pl.DataFrame:
        """The counties that the registering authority and the credit code tell."""
        offices = self._context(_column(batch, "authority"))
        regions = _region(_column(batch, "credit_code"))
        said = [
            self._witness("authority", offices, self._authority),
            self._witness("credit_code", regions, partial(read_region, self._names)),
        ]
        return pl.concat(said, how="horizontal")

    def _authority(self, marks: str) -> Witness:
        return read_authority(self._names, self._marker.read(marks))

    def _witness(self, kind: str, texts: pl.Series, read: Callable[[str], Witness]) -> pl.DataFrame:
        """What each row's witness says, each text read once."""
        distinct, numbers = _numbered(texts.to_frame("text"))
        said = [self._remembered((kind, text), partial(read, text)) for text in distinct["text"]]
        schema = {kind: pl.String, f"{kind}_text": pl.String}
        told = pl.DataFrame([(each.code, each.matched) for each in said], schema, orient="row")
        return told.select(pl.all().gather(numbers))

    def _context(self, column: pa.Array) -> pl.Series:
        """Marks of a column with few distinct values: each is marked once."""
        if column.null_count == len(column):
            return _nothing(len(column))
        texts = pl.Series("text", column.cast(pa.large_string())).fill_null("")
        distinct = texts.unique()
        marks = self._marker.mark(simplified(tidy_address(distinct)))
        return texts.replace_strict(distinct, marks, return_dtype=pl.String)

    def _remembered(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What was made for a key before; else make it. A full memory is emptied."""
        known = self._known.get(key)
        if known is None:
            known = make()
            with self._lock:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return cast("_T", known)


def _unknown(rows: int) -> Found:
    """So many rows of which nothing is known yet."""
    return Found(places([_UNKNOWN]), pl.Series([0], dtype=pl.Int64).new_from_index(0, rows))


def _nothing(rows: int) -> pl.Series:
    """The marks of so many texts without any."""
    return pl.Series("marks", [""]).new_from_index(0, rows)


def _as_places(usual: pl.DataFrame, is_open: pl.Expr) -> pl.DataFrame:
    """What was read in bulk as a table of places."""
    return usual.with_columns(is_open=is_open).select(places(()).columns)


def _numbered(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Distinct keys, and the number of each row's."""
    distinct = keys.unique(maintain_order=True)
    numbered = distinct.with_columns(place=pl.int_range(len(distinct)))
    joined = keys.join(numbered, on=keys.columns, how="left", maintain_order="left")
    return distinct, joined["place"]


def _region(codes: pa.Array) -> pl.Series:
    """Digits 3 to 8 of credit codes: the registering office's region."""
    text = pl.Series("region", pc.utf8_slice_codeunits(codes, 2, 8)).fill_null("")
    is_code = text.str.contains("^[1-9][0-9]{5}$")
    return text.set(~is_code, "")


def _of_columns(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The columns that are asked where the address leaves a place open."""
    return batch.select([name for name in _COLUMNS if name in batch.schema.names])


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    return batch.column(name).cast(pa.string())
