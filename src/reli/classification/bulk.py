"""Addresses of the usual shapes, read in bulk: city or province, then a county or a town of it.

What a name means below a city or province is laid out once, in a table, in which many addresses
are looked up together; a second table has the towns that tell the part of a county that was
divided. What is of another shape, or means several things, is left to `resolve`, which gives the
same answers one by one.
"""

from typing import Any

import numpy as np
import polars as pl

from reli.classification.below import NOWHERE, Below, below_contexts, key
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import Marker, Tokens
from reli.classification.resolve import Context, read_context

__all__ = ["BulkReader"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_UNUSUAL = 10**6
"""Stands for what is no plain context."""
_REMEMBERED = 100_000


class BulkReader:
    """Reads the marks of many addresses at once. Safe to share between threads."""

    def __init__(self, names: Gazetteer, marker: Marker, below: Below | None = None) -> None:
        """Lay the tables out.

        Args:
            names: names of the vintage.
            marker: whose marks are read.
            below: of `below_contexts`, where it was made before.
        """
        self._names = names
        self._marker = marker
        tables = below_contexts(names, marker.names) if below is None else below
        self._contexts, self._parts = _Table(tables.contexts), _Table(tables.parts)
        self._known: dict[tuple[str, ...], Context] = {}

    def read(self, marks: pl.Series) -> pl.DataFrame:
        """The place of each address, by its marks.

        Returns:
            code, confidence, method, matched, candidates, is_open (whether other columns may say
            more) and is_final (whether nothing behind in the text matters); nulls where the
            address is not usual.
        """
        return self._read(marks.to_frame("marks"))

    def read_keys(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The same by the marks of addresses (`marks`) and of the columns `province` and `city`.

        Columns are asked only where the address is not certain.
        """
        alone, told = self._read(keys.select("marks")), self._read(keys)
        is_asked = alone["is_open"]
        return pl.select(
            pl.when(is_asked).then(told[name]).otherwise(alone[name]).alias(name)
            for name in alone.columns
        )

    def _read(self, keys: pl.DataFrame) -> pl.DataFrame:
        marks = keys["marks"]
        tokens = self._marker.tokens(marks)
        at = tokens.first(~self._marker.is_above[tokens.names])
        before = pl.select(marks.str.head(pl.Series(at - tokens.starts))).to_series()
        contexts = self._read_contexts(keys.drop("marks").insert_column(0, before.alias("before")))
        context = contexts["context"].to_numpy()
        is_usual = (at < tokens.ends) & (context < _UNUSUAL)
        # One name more, so that rows without any can be looked up as well.
        names, is_away = np.append(tokens.names, 0)[at], np.append(tokens.is_away, False)[at]
        is_usual &= (context > NOWHERE) | ~is_away
        found = self._contexts.looked_up(key(context, names), is_usual)
        is_full = self._marker.is_full[tokens.names]
        is_named = contexts["is_named"] | pl.Series(tokens.first(is_full) < tokens.ends)
        parts = self._read_parts(tokens, at, found["divided"], context > NOWHERE)
        return _told(found, parts, contexts["matched"], is_named)

    def _read_parts(
        self, tokens: Tokens, at: _Ints, divided: pl.Series, is_somewhere: _Flags
    ) -> pl.DataFrame:
        """The town that tells the part, behind each county that was divided: the first one."""
        county = divided.fill_null(0).to_numpy()
        rows = np.repeat(np.arange(len(county)), tokens.ends - tokens.starts)
        # Without a city or province, a name without its suffix says nothing.
        counts = is_somewhere[rows] | self._marker.is_full[tokens.names]
        counts &= (county[rows] > 0) & (np.arange(len(rows)) > at[rows])
        places = np.flatnonzero(counts)
        keys = key(county[rows[places]], tokens.names[places])
        tells = np.zeros(len(rows), bool)
        tells[places] = self._parts.has(keys)
        first = tokens.first(tells)
        is_told = first < tokens.ends
        names = np.append(tokens.names, 0)[first]
        found = self._parts.looked_up(key(county, names), is_told)
        return found.with_columns(is_told=pl.Series(is_told))

    def _read_contexts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The city or province, as a number, that marks tell, and the names that were read."""
        distinct = rows.unique()
        read = [self._context(marks) for marks in distinct.iter_rows()]
        known = {
            "context": [int(each.code or NOWHERE) if each.is_plain else _UNUSUAL for each in read],
            "matched": ["".join(f"{name}/" for name in each.matched) for each in read],
            "is_named": [each.is_named for each in read],
        }
        schema = {"context": pl.Int64, "matched": pl.String, "is_named": pl.Boolean}
        told = distinct.hstack(pl.DataFrame(known, schema))
        return rows.join(told, on=rows.columns, how="left", maintain_order="left")

    def _context(self, marks: tuple[str, ...]) -> Context:
        known = self._known.get(marks)
        if known is None:
            known = read_context(self._names, *map(self._marker.read, marks))
            if len(self._known) > _REMEMBERED:
                self._known = {}
            self._known[marks] = known
        return known


class _Table:
    """Rows by key."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._keys = table["key"].to_numpy()
        self._rows = table.drop("key")

    def has(self, keys: _Ints) -> _Flags:
        """Whether there is a row of each key."""
        found: _Flags = self._keys[self._at(keys)] == keys
        return found

    def looked_up(self, keys: _Ints, is_asked: _Flags) -> pl.DataFrame:
        """The row of each key that is asked for; nulls where there is none."""
        at = self._at(keys)
        is_known = is_asked & (self._keys[at] == keys)
        return self._rows.select(pl.all().gather(pl.Series(at).set(pl.Series(~is_known), None)))

    def _at(self, keys: _Ints) -> _Ints:
        at: _Ints = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        return at


def _told(
    found: pl.DataFrame, parts: pl.DataFrame, matched: pl.Series, is_named: pl.Series
) -> pl.DataFrame:
    """The county, or the part of it that a town tells."""
    part = parts.select(pl.all().name.prefix("part_"))
    rows = found.hstack(part).with_columns(before=matched, is_named=is_named)
    is_certain = pl.col("confidence") != "ambiguous"
    is_told = pl.col("part_is_told")
    is_part = is_told & pl.col("part_code").ne_missing(pl.col("code"))
    text = pl.col("before") + pl.col("text")
    return rows.select(
        pl.when(is_part).then("part_code").otherwise("code").alias("code"),
        pl.when(is_part).then(pl.lit("derived")).otherwise("confidence").alias("confidence"),
        pl.when(is_part).then("part_method").otherwise("method").alias("method"),
        matched=pl.when(is_part).then(text + "/" + pl.col("part_text")).otherwise(text),
        candidates=pl.when(is_part).then(pl.lit("")).otherwise("candidates"),
        is_open=~is_part & ~is_certain | ~pl.col("is_named"),
        is_final=(is_part | is_certain) & pl.col("is_named") & (is_told | (pl.col("divided") == 0)),
    )
