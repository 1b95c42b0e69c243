"""Enterprises that rows of lists could mean, found in one pass over a register of any size.

What is taken into memory are the enterprises that share a key with a row, or of which the core may
be one slip from a row's: neither grows with the register, but with what is asked of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial, reduce
from operator import or_
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.engine import Engine, Kernel
from reli.linkage.keys import KnownKeys, slips
from reli.linkage.names import placeless, without_echo

__all__ = [
    "BEARS",
    "MEANT",
    "bearers",
    "could_mean",
    "each_key",
    "keys_there",
    "may_mean",
    "narrowed",
    "still_open",
]

_CARRIED = ("enterprise_id", "name", "former_names", "province", "city", "status")
_KEYS = ("enterprise_id", "name_key", "core_key", "former_keys", "former_cores")
MEANT = [*dict.fromkeys((*_CARRIED, *_KEYS))]
"""Columns of the register by which enterprises are found and told apart."""
BEARS = {"enterprise_id": "plain_code", "name_key": "name_key", "former_keys": "name_key"}
"""What an enterprise bears or bore, and the key of a row that asks for it."""
_ASKED_BY = {
    "enterprise_id": ("plain_code",),
    "name_key": ("name_key", "parent_key", "other_key"),
    "core_key": ("core_key", "parent_core"),
    "former_keys": ("name_key", "parent_key"),
    "former_cores": ("core_key",),
}
"""By which keys of a row an enterprise is asked for under each of its own."""
_SLICE = "slice"
"""The slice of rows that could mean an enterprise, by its number."""
_SEVERAL = ("former_keys", "former_cores")
"""Keys that stand several in a cell."""


@dataclass(frozen=True)
class _Same:
    """Keys by which rows ask for an enterprise."""

    enterprise_id: KnownKeys
    name_key: KnownKeys
    core_key: KnownKeys
    former_keys: KnownKeys
    former_cores: KnownKeys


@dataclass(frozen=True)
class _Near:
    """What cores one slip from those of rows have in common with them."""

    slips: KnownKeys
    """What at most one lost character leaves of a core: two that are one slip apart agree in it.
    Of joint-stock companies also the name without its place; of a word that stands twice, once."""
    placeless: KnownKeys
    """Cores of joint-stock companies that name no place."""


_Wanted = TypeVar("_Wanted", _Same, _Near)


def bearers(
    names: KnownKeys, codes: KnownKeys, register: Sequence[Path], folder: Path, engine: Engine
) -> list[Path]:
    """Enterprises that have the very name, a former name or the code of a row.

    Args:
        names: keys of the names of rows.
        codes: their codes.
        register: as in `narrowed`.
        folder: where to write; must exist.
        engine: passes over the register.

    Returns:
        Tables of enterprise_id, name_key, former_keys.
    """
    known = {name: codes if key == "plain_code" else names for name, key in BEARS.items()}
    found = [folder / f"bearers-{at}.parquet" for at in range(len(register))]
    for path, part in zip(register, found, strict=True):
        engine.map(path, partial(_having, known), part, columns=list(BEARS))
    return found


def may_mean(asked: pa.Table, register: Sequence[Path], engine: Engine, *, near: bool) -> pl.Series:
    """Whether a row could mean one of some enterprises: what could not need not be asked of them.

    Args:
        asked: as in `narrowed`.
        register: tables of these enterprises.
        engine: passes over them.
        near: whether names one slip apart count, instead of those that share a key.
    """
    is_wanted = partial(_is_near, _neighbours(asked)) if near else partial(_shares, _same(asked))
    make = partial(_keeping, is_wanted)
    found = [engine.pick(path, make, columns=list(_KEYS)) for path in register]
    firms, rows = pa.concat_tables(found), pl.DataFrame(asked)
    # What is one slip from another is so from either side.
    return _is_near(_neighbours(firms), rows) if near else _is_shared(firms, rows)


def _is_shared(firms: pa.Table, rows: pl.DataFrame) -> pl.Series:
    """Whether a row has a key of any of few enterprises."""
    found = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    for name, columns in _ASKED_BY.items():
        there = KnownKeys.of(each_key(name, pl.Series(firms[name])))
        for column in columns:
            found |= there.has(rows[column])
    return found


def narrowed(
    asked: Iterable[pa.Table],
    register: Sequence[Path],
    folder: Path,
    engine: Engine,
    *,
    apart: bool = True,
) -> list[Path]:
    """The part of a register that rows could mean, found in one pass for all of them.

    An enterprise shares a key with a row, or its core may be one slip from a row's: then the two
    agree after at most one character of either is lost (as in SymSpell).

    Args:
        asked: slices of rows: plain_code, name_key, core_key, parent_key, parent_core, other_key.
        register: tables of linked enterprises (see reli.linkage.entities.identify).
        folder: where to write; must exist.
        engine: passes over the register.
        apart: whether it is told which slices could mean an enterprise; else all are one.

    Returns:
        For each table of the register one of MEANT and slice (the number of the slice that could
        mean the enterprise, which has a row for each); none where nothing is asked.
    """
    known = [(_same(rows), _neighbours(rows)) for rows in asked]
    if not known:
        return []
    same = _together(_Same, [each for each, _ in known])
    near = _together(_Near, [each for _, each in known])
    make = partial(_parting, (same, near), known if apart else known[:0])
    found = [folder / f"{at}.parquet" for at in range(len(register))]
    for path, part in zip(register, found, strict=True):
        engine.map(path, make, part, columns=MEANT)
    return found


def could_mean(number: int, tables: Sequence[Path], engine: Engine) -> pa.Table:
    """Enterprises that a slice of rows could mean, each once; their key stands as credit code.

    Args:
        number: of the slice.
        tables: see `narrowed`.
        engine: passes over them.
    """
    columns = [*_CARRIED, _SLICE]
    found = [engine.pick(path, partial(_of_slice, number), columns) for path in tables]
    rows = pl.DataFrame(pa.concat_tables(found)).unique().sort(*_CARRIED)
    table = rows.rename({"enterprise_id": "credit_code"}).to_arrow()
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def _of_slice(number: int) -> Kernel:
    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch.filter(pc.equal(batch[_SLICE], number)).select(list(_CARRIED))

    return keep


def _parting(every: tuple[_Same, _Near], slices: Sequence[tuple[_Same, _Near]]) -> Kernel:
    """A kernel that keeps of a register's rows those that are wanted, once for each slice."""

    def part(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = _Slipped(pl.DataFrame(batch.select(list(_KEYS))))
        some = batch.filter(_is_either(*every, rows).to_arrow())
        if len(slices) > 1:
            rows = _Slipped(pl.DataFrame(some.select(list(_KEYS))))
            found = [_is_either(*wanted, rows).arg_true().to_numpy() for wanted in slices]
        else:
            found = [np.arange(some.num_rows)]
        numbers = np.repeat(np.arange(len(found), dtype=np.int32), [len(each) for each in found])
        taken = some.select(MEANT).take(pa.array(np.concatenate(found)))
        return taken.append_column(_SLICE, pa.array(numbers))

    return part


def _together(kind: type[_Wanted], parts: Sequence[_Wanted]) -> _Wanted:
    names = [field.name for field in fields(kind)]
    return kind(*(KnownKeys.all_of(getattr(part, name) for part in parts) for name in names))


class _Slipped:
    """Rows with what a lost character leaves of their cores, for several that ask for it."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows = rows
        self.hashes, self.own = slips(rows["core_key"])
        # Joint-stock companies with a place in front of a name that is asked for without.
        self.placeless = placeless(rows["name_key"], rows["core_key"])


def _is_either(same: _Same, near: _Near, rows: _Slipped) -> pl.Series:
    return _shares(same, rows.rows) | _is_slipped(near, rows)


def _same(asked: pa.Table) -> _Same:
    return _Same(**{name: _keys(asked, *columns) for name, columns in _ASKED_BY.items()})


def keys_there(asked: pl.DataFrame, register: Sequence[Path], engine: Engine) -> pl.Series:
    """Whether an enterprise has a row's key.

    Args:
        asked: columns of the register (enterprise_id, name_key, former_keys), each with one key.
        register: as in `narrowed`.
        engine: passes over the register.
    """
    names = asked.columns
    known = {name: KnownKeys.of(asked[name]) for name in names}
    found = [engine.pick(path, partial(_having, known), columns=names) for path in register]
    there = pl.DataFrame(pa.concat_tables(found))
    keys = {name: KnownKeys.of(each_key(name, there[name])) for name in names}
    return _any_of(keys[name].has(asked[name]) for name in names)


def still_open(asked: pa.Table, is_borne: pl.Series) -> pa.Table:
    """Rows without the keys that are not asked for where an enterprise bears code or name.

    Code, name and former name answer before all other rungs: what could be found on these does not
    matter where one of the three is there.

    Args:
        asked: as in `narrowed`.
        is_borne: whether somebody bears or bore them.
    """
    is_open = (~is_borne).to_arrow()
    kept = {*BEARS.values()}
    columns = {
        name: column if name in kept else pc.if_else(is_open, column, pa.scalar(None, pa.string()))
        for name, column in zip(asked.column_names, asked.columns, strict=True)
    }
    return pa.table(columns)


def _keys(asked: pa.Table | pa.RecordBatch, *names: str) -> KnownKeys:
    """Keys of several columns."""
    return KnownKeys.of(*(pl.Series(name, asked[name]).cast(pl.String) for name in names))


def _keeping(is_wanted: "partial[pl.Series]") -> Kernel:
    """A kernel that keeps of a register's rows those that are wanted."""

    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pl.DataFrame(batch.select(list(_KEYS)))
        return batch.select(list(_KEYS)).filter(is_wanted(rows).to_arrow())

    return keep


def _having(known: Mapping[str, KnownKeys]) -> Kernel:
    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch.filter(_has_any(known, pl.DataFrame(batch)).to_arrow())

    return keep


def each_key(name: str, cells: pl.Series) -> pl.Series:
    """The keys that stand in the cells of a column."""
    return cells.str.split("|").explode() if name in _SEVERAL else cells


def _has_any(known: Mapping[str, KnownKeys], rows: pl.DataFrame) -> pl.Series:
    """Whether a row has in one of some columns a key that is known for it."""
    return _any_of(
        _has_one(keys, rows[name]) if name in _SEVERAL else keys.has(rows[name])
        for name, keys in known.items()
    )


def _has_one(known: KnownKeys, cells: pl.Series) -> pl.Series:
    """Whether a cell has among its keys a known one; few cells have any."""
    some = pl.DataFrame({"key": cells}).with_row_index("row").drop_nulls()
    each = some.with_columns(pl.col("key").str.split("|")).explode("key")
    hits = each["row"].filter(known.has(each["key"]))
    return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True).scatter(hits, True)


def _any_of(conditions: Iterable[pl.Series]) -> pl.Series:
    return reduce(or_, conditions)


def _shares(wanted: _Same, rows: pl.DataFrame) -> pl.Series:
    return _has_any({field.name: getattr(wanted, field.name) for field in fields(wanted)}, rows)


def _is_near(near: _Near, rows: pl.DataFrame) -> pl.Series:
    return _is_slipped(near, _Slipped(rows))


def _is_slipped(near: _Near, rows: _Slipped) -> pl.Series:
    found = np.zeros(rows.rows.height, bool)
    found[rows.own[near.slips.has_hashes(rows.hashes)]] = True
    return near.placeless.has(rows.placeless) | pl.Series(found)


def _neighbours(asked: pa.Table) -> _Near:
    rows = pl.DataFrame(asked.select(["name_key", "core_key"])).drop_nulls("core_key")
    core = rows["core_key"].unique()
    rest = placeless(rows["name_key"], rows["core_key"])
    hashes = [slips(keys)[0] for keys in (core, without_echo(core), rest)]
    return _Near(slips=KnownKeys(np.concatenate(hashes)), placeless=KnownKeys.of(rest))
