"""Enterprises that rows of lists could mean, found in one pass over a register of any size.

What is taken into memory are the enterprises that share a key with a row, or of which the core may
be one slip from a row's: neither grows with the register, but with what is asked of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, parquet_files, parquet_writer, read_batches
from reli.engine.batches import map_in_order
from reli.linkage.keys import AskedKeys, Hashes, KnownKeys, Places, once, slips
from reli.linkage.names import placeless, without_echo

__all__ = [
    "BEARS",
    "BORNE",
    "IS_FIRST",
    "KINDS",
    "MEANT",
    "Kind",
    "bearers",
    "borne",
    "by_slice",
    "could_mean",
    "each_key",
    "has_any",
    "having",
    "narrowed",
    "near_keys",
    "same_keys",
    "still_open",
    "wanted",
]

_CARRIED = ("enterprise_id", "name", "former_names", "province", "city", "status")
BORNE = ("enterprise_id", "name_key", "core_key", "former_keys", "former_cores")
"""Columns of the register with what enterprises bear and bore."""
_TOLD = [*_CARRIED, "name_key", "core_key"]
"""Columns by which they are matched."""
_FORM = pa.schema(dict.fromkeys(_TOLD, pa.string()))
MEANT = [*dict.fromkeys((*_CARRIED, *BORNE))]
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
IS_FIRST = "is_first"
"""Whether a row is the first of its enterprise, which may have one for each slice."""
_NUMBER = 32
"""Bits of a slice's number."""
_PASSED = 262_144
"""Rows that are put apart by their slices at a time."""
_OPEN = 200
"""Slices that are written at a time: systems grant a process some thousand open files."""
_SEVERAL = ("former_keys", "former_cores")
"""Keys that stand several in a cell."""
_SLIPS = "slips"
"""What at most one lost character leaves of a core: two that are one slip apart agree in it.
Of joint-stock companies also the name without its place; of a word that stands twice, once."""
_PLACELESS = "placeless"
"""Cores of joint-stock companies without their place."""
KINDS = (*_ASKED_BY, _SLIPS, _PLACELESS)
"""Of what rows ask for and enterprises bear."""
Kind = tuple[str, Hashes, Places]
"""A kind, hashes of it, and the place of the row of each."""
_OF_FEW = ("province", "city", "status")
"""Columns of few values, which need not be read row by row."""


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
        engine.map(path, partial(having, known, [*BEARS]), part, columns=[*BEARS])
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
        For each table of the register one of MEANT, slice (the number of the slice that could
        mean the enterprise, which has a row for each) and IS_FIRST; none where nothing is asked.
    """
    slices = [wanted(rows) for rows in map(pl.DataFrame, asked)]
    if not slices:
        return []
    of_kinds = {kind: [each[kind] for each in slices] for kind in KINDS}
    asked_for = {
        kind: AskedKeys(each if apart else [np.concatenate(each)])
        for kind, each in of_kinds.items()
    }
    make = partial(_parting, asked_for)
    found = [folder / f"{at}.parquet" for at in range(len(register))]
    for path, part in zip(register, found, strict=True):
        engine.map(path, make, part, columns=MEANT, encoded=_OF_FEW)
    return found


def by_slice(tables: Sequence[Path], slices: int, folder: Path) -> list[list[Path]]:
    """Tables of the enterprises that each slice of rows could mean.

    Args:
        tables: see `narrowed`.
        slices: how many there are.
        folder: where to write; must exist.

    Returns:
        For each slice its tables: `_TOLD`. Of one slice those given; of several each has one of
        its own, so that what all could mean is read once and not once for each.
    """
    if slices < 2:
        return [[*tables]] * slices
    found = [folder / f"slice-{number}.parquet" for number in range(slices)]
    for first in range(0, slices, _OPEN):
        _put_apart(tables, first, found[first : first + _OPEN])
    return [[path] for path in found]


def _put_apart(tables: Sequence[Path], first: int, places: Sequence[Path]) -> None:
    """Write the rows of some slices, each to its place: those from a first one on."""
    ends = first + np.arange(len(places) + 1)
    with ExitStack() as stack:
        writers = [stack.enter_context(parquet_writer(path, _FORM)) for path in places]
        for table in tables:
            batches = read_batches(table, _PASSED, [*_TOLD, _SLICE])
            for rows in map_in_order(batches, _in_order_of_slices):
                at = np.searchsorted(rows[_SLICE].to_numpy(), ends)
                told = rows.select(_TOLD).cast(_FORM)
                for write, begin, end in zip(writers, at[:-1], at[1:], strict=True):
                    if end > begin:
                        write(told.slice(begin, end - begin))


def _in_order_of_slices(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.take(pa.array(np.argsort(batch[_SLICE].to_numpy(), kind="stable")))


def could_mean(tables: Sequence[Path]) -> pa.Table:
    """Enterprises that a slice of rows could mean; their key stands as credit code.

    Args:
        tables: those of the slice (see `by_slice`).

    Returns:
        Each once, as they are each in one table: what `Matcher` takes.
    """
    files = [file for table in tables for file in parquet_files(table)]
    read = [pq.read_table(file, columns=_TOLD).cast(_FORM) for file in files]
    rows = pl.DataFrame(pa.concat_tables(read)).sort(*_CARRIED)
    table = rows.rename({"enterprise_id": "credit_code"}).to_arrow()
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def _parting(asked_for: Mapping[str, AskedKeys]) -> Kernel:
    """A kernel that keeps of a register's rows those that are wanted, once for each slice."""

    def part(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pl.DataFrame(batch.select(list(BORNE)))
        found = [known.find(*borne(kind, rows)) for kind, known in asked_for.items()]
        row, number = (np.concatenate(each) for each in zip(*found, strict=True))
        pairs = once(row.astype(np.int64) << _NUMBER | number)
        places = pairs >> _NUMBER
        taken = batch.select(MEANT).take(pa.array(places))
        taken = taken.append_column(_SLICE, pa.array(pairs.astype(np.int32)))
        return taken.append_column(IS_FIRST, pa.array(np.diff(places, prepend=-1) > 0))

    return part


def still_open(asked: pa.Table, is_borne: pl.Series) -> pa.Table:
    """Rows without the keys that are not asked for where an enterprise bears code or name.

    Code, name and former name answer before all other rungs: what could be found on these does not
    matter where one of the three is there. The parent of a branch answers before these.

    Args:
        asked: as in `narrowed`.
        is_borne: whether somebody bears or bore them.
    """
    is_open = (~is_borne).to_arrow()
    kept = {*BEARS.values(), "parent_key", "parent_core"}
    columns = {
        name: column if name in kept else pc.if_else(is_open, column, pa.scalar(None, pa.string()))
        for name, column in zip(asked.column_names, asked.columns, strict=True)
    }
    return pa.table(columns)


def same_keys(asked: pl.DataFrame) -> Iterator[Kind]:
    """The keys that rows ask for, by the key of an enterprise that they are asked of."""
    for kind, names in _ASKED_BY.items():
        for name in names:
            yield kind, *_hashed(kind, asked[name])


def near_keys(asked: pl.DataFrame) -> Iterator[Kind]:
    """What cores one slip from those of rows have in common with them."""
    core = asked["core_key"]
    rest = placeless(asked["name_key"], core)
    for keys in (core, without_echo(core), rest):
        yield _SLIPS, *slips(keys)
    yield _PLACELESS, *_hashed(_PLACELESS, rest)


def wanted(asked: pl.DataFrame) -> dict[str, Hashes]:
    """Hashes of all that rows ask for, by the kind of what an enterprise bears."""
    found: dict[str, list[Hashes]] = {kind: [] for kind in KINDS}
    for kind, hashes, _ in (*same_keys(asked), *near_keys(asked)):
        found[kind].append(hashes)
    return {kind: np.concatenate(each) for kind, each in found.items()}


def borne(kind: str, rows: pl.DataFrame) -> tuple[Hashes, Places]:
    """Hashes of what enterprises have of a kind, and the places of those who have it."""
    if kind == _SLIPS:
        return slips(rows["core_key"])
    if kind == _PLACELESS:
        # Joint-stock companies with a place in front of a name that is asked for without.
        return _hashed(kind, placeless(rows["name_key"], rows["core_key"]))
    return _hashed(kind, rows[kind])


def _hashed(kind: str, cells: pl.Series) -> tuple[Hashes, Places]:
    """Hashes of the keys that stand in the cells of a column, and their cells' places."""
    places = cells.is_not_null().arg_true()
    keys = cells.drop_nulls()
    if kind in _SEVERAL:
        each = pl.DataFrame({"place": places, "key": keys.str.split("|")}).explode("key")
        places, keys = each["place"], each["key"]
    return keys.hash().to_numpy(), places.to_numpy()


def having(known: Mapping[str, KnownKeys], columns: Sequence[str]) -> Kernel:
    """A kernel that keeps of a register's rows those that have a key that is known for its kind."""

    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = batch.select(list(columns))
        return rows.filter(has_any(known, pl.DataFrame(rows)).to_arrow())

    return keep


def each_key(name: str, cells: pl.Series) -> pl.Series:
    """The keys that stand in the cells of a column."""
    return cells.str.split("|").explode() if name in _SEVERAL else cells


def has_any(known: Mapping[str, KnownKeys], rows: pl.DataFrame) -> pl.Series:
    """Whether a row has of some kind a key that is known for it."""
    found = np.zeros(rows.height, bool)
    for kind, keys in known.items():
        hashes, places = borne(kind, rows)
        found[places[keys.has_hashes(hashes)]] = True
    return pl.Series(found)
