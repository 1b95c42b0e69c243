"""Addresses of the usual shapes, read in bulk: city or province, then a county or a town of it.

What a name means below a city or province is laid out once, in a table, in which many addresses
are looked up together. What is of another shape, or means several things, is left to `resolve`,
which gives the same answers one by one.
"""

from typing import Any

import numpy as np
import polars as pl

from reli.classification.below import NOWHERE, below_contexts, key
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import Marker
from reli.classification.resolve import Context, read_context

__all__ = ["BulkReader"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_UNUSUAL = 10**6
"""Stands for what is no plain context."""
_REMEMBERED = 100_000


class BulkReader:
    """Reads the marks of many addresses at once. Safe to share between threads."""

    def __init__(self, names: Gazetteer, marker: Marker, below: pl.DataFrame | None = None) -> None:
        """Lay the table out.

        Args:
            names: names of the vintage.
            marker: whose marks are read.
            below: of `below_contexts`, where it was made before.
        """
        self._names = names
        self._marker = marker
        table = below_contexts(names, marker.names) if below is None else below
        self._keys = table["key"].to_numpy()
        self._answers = table.drop("key")
        self._contexts: dict[str, Context] = {}

    def read(self, marks: pl.Series) -> pl.DataFrame:
        """Code, confidence, method and matched of each address; nulls where it is not usual."""
        tokens = self._marker.tokens(marks)
        at = tokens.first(~self._marker.is_above[tokens.names])
        before = pl.select(marks.str.head(pl.Series(at - tokens.starts))).to_series()
        contexts = self._read_contexts(before)
        context = contexts["context"].to_numpy()
        is_usual = (at < tokens.ends) & (context < _UNUSUAL)
        # One name more, so that rows without any can be looked up as well.
        names, is_away = np.append(tokens.names, 0)[at], np.append(tokens.is_away, False)[at]
        is_usual &= (context > NOWHERE) | ~is_away
        return self._looked_up(key(context, names), is_usual, contexts["matched"])

    def _looked_up(self, keys: _Ints, is_usual: _Flags, matched: pl.Series) -> pl.DataFrame:
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        is_known = is_usual & (self._keys[at] == keys)
        rows = pl.Series(at).set(pl.Series(~is_known), None)
        found = self._answers.select(pl.all().gather(rows))
        return found.select("code", "confidence", "method", matched=matched + found["text"])

    def _read_contexts(self, before: pl.Series) -> pl.DataFrame:
        """The city or province, as a number, that marks tell, and the names that were read."""
        distinct = before.unique()
        read = [self._context(marks) for marks in distinct]
        known = {
            "marks": distinct,
            "context": [int(each.code or NOWHERE) if each.is_plain else _UNUSUAL for each in read],
            "matched": ["".join(f"{name}/" for name in each.matched) for each in read],
        }
        schema = {"marks": pl.String, "context": pl.Int64, "matched": pl.String}
        return before.to_frame("marks").join(
            pl.DataFrame(known, schema), on="marks", how="left", maintain_order="left"
        )

    def _context(self, marks: str) -> Context:
        known = self._contexts.get(marks)
        if known is None:
            known = read_context(self._names, self._marker.read(marks))
            if len(self._contexts) > _REMEMBERED:
                self._contexts = {}
            self._contexts[marks] = known
        return known
