"""Sentences of scopes as they are written: the same ones recur, and each is read once.

A scope is cut at its semicolons and stops without being searched. What a sentence names is
remembered, unless it must be read with those around it: it has a head, or brackets that do not
close in it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.classification.clauses import (
    Words,
    counting_in_items,
    plain_scope,
    tidy_scope,
    without_formulas,
)
from reli.classification.finder import Finder, buffers
from reli.engine.remembered import Remembered

__all__ = ["Said", "SentenceReader"]

_Ints = np.ndarray[Any, np.dtype[np.int64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]

_SEMICOLON, _STOP = "；", "。"
"""What sentences end with, of three bytes each; rarer marks divide later what they end."""
_CLOSED = r"^(?:[^()\[\]【】]|[(\[][^()\[\]【】]*[)\]])*$"
"""Brackets open and close within a text, none within others."""
_HIDING = "[ \t\n\r\u00a0\u3000０-９Ａ-Ｚａ-ｚ]"
"""Spaces, line breaks and full-width letters: what a word may hide behind."""
_AT_ONCE = 1 << 19
"""Bytes that are searched together: few enough for the processor's caches."""
_REMEMBERED = 100_000
"""Sentences: with what they say some 30 MB."""
_NAMED = ("clause", "term", "is_made", "is_dealt")
_CLASS = ("class_code", "class_length")


@dataclass(frozen=True)
class Said:
    """What the sentences of scopes say."""

    read: pl.DataFrame
    """Of each distinct sentence: says (has a word that is looked for, as far as is seen), is_bound
    (must be read with those around it), lists of clause, term, is_made and is_dealt (null without
    any); class_code and class_length: of the class whose name is the longest in it, or null."""
    which: _Ints
    """Row in `read` of every sentence."""
    rows: _Ints
    """The scope in which it stands."""
    height: int
    """Number of scopes."""

    def has(self, flag: str) -> _Flags:
        """Whether each scope has a sentence with a flag."""
        found = np.zeros(self.height, np.bool_)
        found[self.rows[self.read[flag].to_numpy()[self.which]]] = True
        return found

    def named(self, is_asked: _Flags) -> pl.DataFrame:
        """Terms in the sentences of some scopes: row, clause, term, is_made, is_dealt."""
        return self._told(is_asked, _NAMED).explode(_NAMED)

    def classes(self, is_asked: _Flags) -> pl.DataFrame:
        """Classes whose names stand in some scopes: row, class_code, class_length."""
        return self._told(is_asked, _CLASS)

    def _told(self, is_asked: _Flags, columns: tuple[str, ...]) -> pl.DataFrame:
        is_told = self.read[columns[0]].is_not_null().to_numpy()
        at = np.flatnonzero(is_told[self.which] & is_asked[self.rows])
        rows = pl.Series("row", self.rows[at], dtype=pl.UInt32)
        return self.read.select(pl.col(columns).gather(self.which[at])).insert_column(0, rows)


class SentenceReader:
    """Reads scopes sentence by sentence. Safe to share between threads."""

    def __init__(self, words: Words, class_names: pl.DataFrame) -> None:
        """Remember nothing yet.

        Args:
            words: what is looked for in items.
            class_names: term and gb4754_code of classes, told by their names.
        """
        self._words = words
        self._signs = Finder(words.signs)
        self._class_names = class_names
        self._class_finder = Finder([*class_names["term"]], prefers_longer=False)
        nothing = self._read(pl.Series([], dtype=pl.String))
        self._sentences = Remembered(self._read, nothing, _REMEMBERED)

    def said(self, scopes: pl.Series) -> Said:
        """What each of some scopes says; nothing where it is null."""
        rows, sentences = _cut(scopes)
        read, which = self._sentences.found(sentences)
        return Said(read, which.to_numpy(), rows, len(scopes))

    def _read(self, sentences: pl.Series) -> pl.DataFrame:
        """What distinct sentences say, each by itself."""
        written = without_formulas(sentences)
        plain = plain_scope(written.to_arrow())
        scope = tidy_scope(plain)
        told = pl.DataFrame(
            {
                "scope": scope,
                "says": self._says(written),
                "is_bound": scope.str.contains(":", literal=True) | ~plain.str.contains(_CLOSED),
            }
        ).with_row_index("row")
        alone = told.filter(~pl.col("is_bound")).select("row", "scope", **{"class": pl.lit("")})
        named = counting_in_items(alone, self._words).group_by("row", maintain_order=True)
        for found in (named.agg(_NAMED), self._classes(written)):
            told = told.join(found, on="row", how="left", maintain_order="left")
        return told.select("says", "is_bound", *_NAMED, *_CLASS)

    def _says(self, written: pl.Series) -> pl.Series:
        """Whether texts have a word that is looked for, or anything that may hide one."""
        says = written.str.contains(_HIDING)
        return says.scatter(self._signs.find(written).rows, True)

    def _classes(self, written: pl.Series) -> pl.DataFrame:
        """The class whose name is the longest in each text that has any: row and _CLASS."""
        found = self._class_finder.find(_unhidden(written))
        names = self._class_names[found.words]
        return (
            names.select(
                row=pl.Series(found.rows, dtype=pl.UInt32),
                class_code="gb4754_code",
                class_length=pl.col("term").str.len_chars().cast(pl.Int32),
            )
            .sort("row", -pl.col("class_length"), "class_code")
            .unique("row", keep="first", maintain_order=True)
        )


def _unhidden(scopes: pl.Series) -> pl.Series:
    """Plain scopes, where anything may hide a word."""
    hides = scopes.str.contains(_HIDING).arg_true()
    return scopes.scatter(hides, plain_scope(scopes.gather(hides).to_arrow()))


def _cut(scopes: pl.Series) -> tuple[_Ints, pa.LargeStringArray]:
    """The scope in which each sentence stands, and the sentence with a semicolon at its end."""
    begins, data = buffers(scopes.fill_null("").to_arrow().cast(pa.large_string()))
    bounds = np.append(begins, len(data))
    whole = np.array(data, np.uint8)
    stops = _behind(whole, _STOP)
    # A sentence is the same whichever of the two ends it.
    for place, byte in enumerate(_SEMICOLON.encode()):
        whole[stops - 3 + place] = byte
    cuts = np.concatenate([bounds, _behind(whole, _SEMICOLON)])
    # Quick of what is in order for long stretches.
    cuts.sort(kind="stable")
    cuts = cuts[np.append(True, cuts[1:] != cuts[:-1])]
    rows = np.repeat(np.arange(len(begins)), np.diff(np.searchsorted(cuts, bounds)))
    places = pa.py_buffer(cuts)
    return rows, pa.LargeStringArray.from_buffers(len(rows), places, pa.py_buffer(whole))


def _behind(data: np.ndarray[Any, np.dtype[np.uint8]], mark: str) -> _Ints:
    """Places in UTF-8 right behind a mark of three bytes."""
    begins = range(0, len(data) or 1, _AT_ONCE)
    return np.concatenate(
        [begin + _near(data[begin : begin + _AT_ONCE + 2], mark) for begin in begins]
    )


def _near(data: np.ndarray[Any, np.dtype[np.uint8]], mark: str) -> _Ints:
    first, second, third = mark.encode()
    # The last byte is rarer than the first, which all marks of a script share.
    at = np.flatnonzero(data[2:] == third)
    found: _Ints = at[(data[at] == first) & (data[at + 1] == second)] + 3
    return found
