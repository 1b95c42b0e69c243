"""Locating: enterprises to divisions of a vintage, with evidence for each answer."""

import re
from collections.abc import Callable, Hashable, Iterable
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
from reli.engine.encoded import plain
from reli.engine.remembered import Remembered
from reli.linkage.names import simplified

__all__ = ["PLACE_SCHEMA", "Locator"]

_T = TypeVar("_T")
_REMEMBERED = 200_000
_UNKNOWN = place_of(Answer())
_WITNESSES = ("authority", "credit_code")
_COLUMNS = ("province", "city", *_WITNESSES)
_KEYS = ("marks", "province", "city")
_BETWEEN = "\n"
"""What is no mark."""
_REGION = re.compile("[1-9][0-9]{5}")


class Locator:
    """Places addresses in the divisions of a vintage. Safe to share between threads."""

    def __init__(
        self,
        vintage: int = 2023,
        zones: Path | None = None,
        attribution: str = "territory",
    ) -> None:
        """Read the gazetteer that was kept, or build it: a second, or some.

        Args:
            vintage: year at whose end the divisions are meant.
            zones: a table of zones whose rows replace or extend those that come along.
            attribution: of ATTRIBUTIONS: whether zones that administer their own area are units,
                of level `zone`, beside the counties that they lie in.

        Raises:
            MissingFile, InvalidData, Problems: the table of zones cannot be used.
        """
        made = prepared(vintage, zones, attribution)
        self._names = made.names
        self._marker = Marker(made.names, made.table)
        self._bulk = BulkReader(made.names, self._marker, made.below)
        self._descriptions = Descriptions(self._names)
        self._known: dict[Hashable, object] = {}
        self._heads = Remembered(self._read_heads, places(()))
        self._alone = Remembered(self._read_alone, places(()))
        self._keyed = Remembered(self._read_keys, places(()))
        self._marks = Remembered(self._read_marks, pl.DataFrame(schema={"marks": pl.String}))
        self._offices = Remembered(self._read_offices, _told(()))
        self._regions = Remembered(self._read_regions, _told(()))
        self._lock = Lock()

    @property
    def names(self) -> Gazetteer:
        """The names of the vintage that it reads."""
        return self._names

    def locate(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: `address`; optionally credit_code, authority, province, city; texts, or places
                in dictionaries.

        Returns:
            A batch of PLACE_SCHEMA, row for row.
        """
        return plain(self.located(batch))

    def located(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same answers, dictionary-encoded, since most of them recur."""
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
        return plain(self._descriptions.answers(found))

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
        found.replace(rows, Found(*self._alone.found(marks.to_arrow())))
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
        return Found(*self._heads.found(beginnings.to_arrow()))

    def _read_heads(self, beginnings: pl.Series) -> pl.DataFrame:
        """The place of what addresses begin with; an open one where more must be read."""
        rows = (~is_untidy(beginnings)).arg_true()
        found = _unknown(len(beginnings))
        marks = self._marker.mark(beginnings.gather(rows))
        usual = _as_places(self._bulk.read(marks), ~pl.col("is_final"))
        found.replace(rows, _with_rest(usual, lambda rest: map(self._final, marks.gather(rest))))
        return found.each()

    def _read_alone(self, marks: pl.Series) -> pl.DataFrame:
        """The places that marks mean by themselves: in bulk where they are usual."""
        usual = _as_places(self._bulk.read(marks), pl.col("is_open"))
        alone = marks.to_frame()
        return _with_rest(usual, lambda rest: map(self._place, alone[rest].iter_rows())).each()

    def _by_keys(self, keys: pl.DataFrame) -> Found:
        """The places that marks mean together with those of columns."""
        texts = keys.select(pl.concat_str(keys.columns, separator=_BETWEEN)).to_series()
        return Found(*self._keyed.found(texts.to_arrow()))

    def _read_keys(self, texts: pl.Series) -> pl.DataFrame:
        """The same of distinct marks and columns, joined."""
        parts = texts.str.split_exact(_BETWEEN, 2).struct.rename_fields(_KEYS).struct.unnest()
        keys = parts.fill_null("")
        usual = _as_places(self._bulk.read_keys(keys), pl.col("is_open"))
        return _with_rest(usual, lambda rest: map(self._place, keys[rest].iter_rows())).each()

    def _each(self, keys: pl.DataFrame) -> Found:
        """The same, read name by name, each key once."""
        distinct, numbers = _numbered(keys)
        return Found(places(map(self._place, distinct.iter_rows())), numbers)

    def _place(self, key: tuple[str, ...]) -> Place:
        return place_of(self._answer(key))

    def _final(self, marks: str) -> Place:
        """The place of an address that begins so, if nothing behind can change it; else open."""
        answer = self._answer((marks,))
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
        said = [
            self._marks.told(_column(batch, name))["marks"].alias(name)
            for name in ("province", "city")
        ]
        return pl.DataFrame([marks.alias("marks"), *said])

    def _read_marks(self, texts: pl.Series) -> pl.DataFrame:
        """Marks of the cells of a column."""
        return self._marker.mark(simplified(tidy_address(texts))).to_frame("marks")

    def _witnesses(self, batch: pa.RecordBatch) -> pl.DataFrame:
        """The counties that the registering authority and the credit code tell."""
        regions = pc.utf8_slice_codeunits(_column(batch, "credit_code").cast(pa.string()), 2, 8)
        said = [
            _said("authority", self._offices.told(_column(batch, "authority"))),
            _said("credit_code", self._regions.told(regions)),
        ]
        return pl.concat(said, how="horizontal")

    def _read_offices(self, texts: pl.Series) -> pl.DataFrame:
        """The county that each registering authority tells, by its name."""
        marks = self._read_marks(texts)["marks"]
        return _told(read_authority(self._names, self._marker.read(each)) for each in marks)

    def _read_regions(self, texts: pl.Series) -> pl.DataFrame:
        """The county that digits 3 to 8 of credit codes tell: the registering office's region."""
        regions = (text if _REGION.fullmatch(text) else "" for text in texts)
        return _told(read_region(self._names, region) for region in regions)

    def _remembered(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """The value remembered for a key, else made; a full memory is emptied first."""
        known = self._known.get(key)
        if known is None:
            known = make()
            with self._lock:
                if len(self._known) > _REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return cast("_T", known)


def _unknown(rows: int) -> Found:
    """A table of rows about which nothing is known yet."""
    return Found(places([_UNKNOWN]), pl.Series([0], dtype=pl.Int64).new_from_index(0, rows))


def _nothing(rows: int) -> pl.Series:
    """The marks of so many texts without any."""
    return pl.Series("marks", [""]).new_from_index(0, rows)


def _as_places(usual: pl.DataFrame, is_open: pl.Expr) -> pl.DataFrame:
    """The results of reading in bulk, as a table of places."""
    return usual.with_columns(is_open=is_open).select(places(()).columns)


def _with_rest(usual: pl.DataFrame, read: Callable[[pl.Series], Iterable[Place]]) -> Found:
    """Places that were read in bulk, and the others as they are read one by one."""
    rest = usual["code"].is_null().arg_true()
    every = pl.int_range(len(usual), eager=True)
    numbers = every.scatter(rest, range(len(usual), len(usual) + len(rest)))
    return Found(pl.concat([usual, places(read(rest))]), numbers)


def _numbered(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct keys, and for each row the number of its key."""
    distinct = keys.unique(maintain_order=True)
    numbered = distinct.with_columns(place=pl.int_range(len(distinct)))
    joined = keys.join(numbered, on=keys.columns, how="left", maintain_order="left")
    return distinct, joined["place"]


def _told(witnesses: Iterable[Witness]) -> pl.DataFrame:
    rows = [(each.code, each.matched) for each in witnesses]
    return pl.DataFrame(rows, dict.fromkeys(("code", "text"), pl.String), orient="row")


def _said(kind: str, told: pl.DataFrame) -> pl.DataFrame:
    """What one kind of witness says, in columns that bear its name."""
    return told.select(pl.col("code").alias(kind), pl.col("text").alias(f"{kind}_text"))


def _of_columns(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The columns that are asked where the address leaves a place open."""
    return batch.select([name for name in _COLUMNS if name in batch.schema.names])


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    return batch.column(name)
