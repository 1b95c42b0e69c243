"""Which enterprises bear the names and codes that are asked for: these settle most questions.

What is held in memory are some eighty bytes for each enterprise that a question names, however
large the register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.engine import read_batches
from reli.linkage.candidates import BEARS, each_key
from reli.linkage.keys import MIXING, NO_HASHES, Flags, Hashes, KnownKeys, Rows

__all__ = ["Bearers", "QuestionKeys"]

_SLICE = 131_072
_NOBODY = pl.DataFrame(
    schema={"name_key": pl.String, "plain_code": pl.String, "is_bare": pl.Boolean}
)


@dataclass(frozen=True)
class QuestionKeys:
    """Names and codes of questions as hashes, one place a question."""

    names: Hashes
    codes: Hashes
    has_name: Flags
    has_code: Flags
    is_bare: Flags
    """Whether the name is said without a remark, which may be part of it, and is no branch's, of
    which the parent is asked first."""

    @classmethod
    def of(cls, questions: Path) -> Self:
        """Those of a table with keys (see `with_question_keys`)."""
        parts = [_keyed(rows) for rows in [_NOBODY, *_read([questions], _NOBODY.columns)]]
        return cls(*map(np.concatenate, zip(*parts, strict=True)))

    def of_some(self, which: Flags) -> "QuestionKeys":
        """Those of some of the questions."""
        if which.all():
            return self
        return QuestionKeys(*(getattr(self, each.name)[which] for each in fields(self)))


class Bearers:
    """Enterprises that bear names and codes that are asked for."""

    def __init__(self, tables: Sequence[Path]) -> None:
        """Take enterprises, of which some may stand in several tables.

        Args:
            tables: enterprise_id, name_key, former_keys; all that bear a name or code of a
                question among them.
        """
        ids, *hashes = _borne(tables)
        self.ids = _combined(ids)
        names, codes, former = map(_joined, hashes)
        self._known = {
            "enterprise_id": KnownKeys(codes),
            "name_key": KnownKeys(names),
            "former_keys": KnownKeys(former),
        }
        self._pairs, self._coded = np.unique(_together(names, codes), return_index=True)
        order = np.argsort(names[self._coded])
        self._named = self._coded[order]
        self._names = names[self._named]

    def let_go(self) -> None:
        """Forget what only `settle` needs, once it has been asked of all questions."""
        del self._pairs, self._coded, self._named, self._names

    def let_go_of_keys(self) -> None:
        """Forget what only `have` needs."""
        self._known.clear()

    def settle(self, keys: QuestionKeys) -> tuple[Rows, Flags]:
        """The one enterprise (place in `ids`) with a question's very name, or its code and name.

        A code goes before a name: of a question with a code the name alone settles nothing.

        Returns:
            The position, -1 where neither settles, and whether it is the code that does.
        """
        pairs = _together(keys.names, keys.codes)
        coded, times = _found(self._pairs, pairs)
        by_code = keys.is_bare & keys.has_name & keys.has_code & (times > 0)
        named, times = _found(self._names, keys.names)
        by_name = keys.is_bare & keys.has_name & ~keys.has_code & (times == 1)
        at = np.full(len(pairs), -1)
        at[by_code] = self._coded[coded[by_code]]
        at[by_name] = self._named[named[by_name]]
        return at, by_code

    def answers(self, at: Rows, by_code: Flags) -> pa.Table:
        """What questions are answered that are settled: ANSWER.

        Args:
            at: who settles them, by `settle`.
            by_code: whether it is by the code.
        """
        size = len(at)
        told = {
            "enterprise_id": self.ids.take(pa.array(at)),
            "link_role": pa.repeat("self", size),
            "link_confidence": pa.repeat("exact", size),
            "link_method": pc.if_else(pa.array(by_code), "credit_code", "name"),
            "link_candidates": pa.repeat("", size),
            "outsider_id": pa.nulls(size, pa.string()),
        }
        return pa.table(told)

    def have(self, asked: pa.Table) -> pl.Series:
        """Whether somebody bears a row's code or name, or bore the name: plain_code, name_key."""
        found = pl.repeat(False, asked.num_rows, dtype=pl.Boolean, eager=True)
        for name, key in BEARS.items():
            found |= self._known[name].has(pl.Series(asked[key]).cast(pl.String))
        return found


def _borne(
    tables: Sequence[Path],
) -> tuple[list[pa.Array], list[Hashes], list[Hashes], list[Hashes]]:
    """Keys of enterprises, hashes of their names, codes and former names, piece by piece."""
    ids, names, codes, former = [pa.array([], pa.string())], [NO_HASHES], [NO_HASHES], [NO_HASHES]
    for rows in _read(tables, list(BEARS)):
        ids.append(rows["enterprise_id"].to_arrow().cast(pa.string()))
        names.append(rows["name_key"].hash().to_numpy())
        codes.append(rows["enterprise_id"].hash().to_numpy())
        each = each_key("former_keys", rows["former_keys"].drop_nulls())
        former.append(each.hash().to_numpy())
    return ids, names, codes, former


def _combined(pieces: list[pa.Array]) -> pa.Array:
    """Pieces as one, and nothing left of them: both would be the most that asking holds."""
    whole = pa.concat_arrays(pieces)
    pieces.clear()
    return whole


def _joined(pieces: list[Hashes]) -> Hashes:
    """The same of hashes."""
    whole = np.concatenate(pieces)
    pieces.clear()
    return whole


def _keyed(rows: pl.DataFrame) -> tuple[npt.NDArray[Any], ...]:
    name, code, is_bare = rows.get_columns()
    hashes = (each.hash().to_numpy() for each in (name, code))
    there = (each.is_not_null().to_numpy() for each in (name, code))
    return (*hashes, *there, is_bare.to_numpy())


def _together(names: Hashes, codes: Hashes) -> Hashes:
    return (names ^ (names >> np.uint64(32))) * MIXING + codes


def _found(known: Hashes, hashes: Hashes) -> tuple[Rows, npt.NDArray[np.int64]]:
    """Where hashes begin among others in order, and how often each is there."""
    # In order they find each other within the processor's caches.
    order = np.argsort(hashes)
    asked = hashes[order]
    first, times = np.empty(len(hashes), np.int64), np.empty(len(hashes), np.int64)
    first[order] = start = np.searchsorted(known, asked, "left")
    times[order] = np.searchsorted(known, asked, "right") - start
    return first, times


def _read(tables: Sequence[Path], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Columns of tables, piece by piece; of no table without rows."""
    for table in tables:
        for batch in read_batches(table, _SLICE, columns):
            yield pl.DataFrame(batch.select(columns))
