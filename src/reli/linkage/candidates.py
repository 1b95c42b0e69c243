"""Enterprises that rows of lists could mean, found in one pass over a register of any size.

What is taken into memory are the enterprises that share a key with a row, or of which the core may
be one slip from a row's: neither grows with the register, but with what is asked of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa

from reli.engine import Engine, Kernel
from reli.linkage.names import without_echo
from reli.linkage.places import short_place

__all__ = ["keys_there", "near_core", "same_key"]

_CARRIED = ("enterprise_id", "name", "former_names", "province", "city", "status")
_KEYS = ("enterprise_id", "name_key", "core_key", "former_keys", "former_cores")
_JOINT_STOCK = "股份有限公司"


@dataclass(frozen=True)
class _Same:
    """Keys by which rows ask for an enterprise."""

    enterprise_id: pl.Series
    name_key: pl.Series
    core_key: pl.Series
    former_keys: pl.Series
    former_cores: pl.Series


@dataclass(frozen=True)
class _Near:
    """What is left of cores by one slip, wherever it is made."""

    head_and_half: pl.Series
    """First character and last half: the slip is in the first half, behind its first character."""
    half_and_tail: pl.Series
    """First half and last character."""
    whole: pl.Series
    """Cores themselves: a character lost at an end, two swapped there or in the middle, a word
    written once; and of joint-stock companies the name without its place."""
    beheaded: pl.Series
    """All but the first character, which is wrong or too many."""
    curtailed: pl.Series
    """All but the last character."""
    placeless: pl.Series
    """Cores of joint-stock companies that name no place."""


def same_key(asked: pa.Table, register: Sequence[Path], engine: Engine) -> pa.Table:
    """Enterprises that share a key with a row, each once; their key stands as credit code.

    Args:
        asked: plain_code, name_key, core_key, parent_key, parent_core, other_key.
        register: tables of linked enterprises (see reli.linkage.entities.identify).
        engine: passes over the register.
    """
    names = _keys(asked, "name_key", "parent_key")
    wanted = _Same(
        enterprise_id=_keys(asked, "plain_code"),
        name_key=_keys(asked, "name_key", "parent_key", "other_key"),
        core_key=_keys(asked, "core_key", "parent_core"),
        former_keys=names,
        former_cores=_keys(asked, "core_key"),
    )
    return _picked(register, partial(_keeping, partial(_shares, wanted)), engine)


def near_core(asked: pa.Table, register: Sequence[Path], engine: Engine) -> pa.Table:
    """Enterprises of which the core may be one slip from a row's, in the form of `same_key`.

    One slip leaves either half of a core as it is, and the character at its other end unless it
    is made there. Halves are those of the enterprise's core, which may be longer or shorter by one.

    Args:
        asked: name_key, core_key.
        register: as in `same_key`.
        engine: passes over the register.
    """
    rows = pl.DataFrame(asked.select(["name_key", "core_key"])).drop_nulls("core_key")
    return _picked(register, partial(_keeping, partial(_is_near, _neighbours(rows))), engine)


def keys_there(asked: pl.DataFrame, register: Sequence[Path], engine: Engine) -> pl.Series:
    """Whether an enterprise has a row's enterprise_id or name_key."""
    keys = {name: asked[name].drop_nulls().unique() for name in ("enterprise_id", "name_key")}
    found = [engine.pick(path, partial(_having, keys), columns=list(keys)) for path in register]
    there = pl.DataFrame(pa.concat_tables(found))
    is_there = [
        asked[name].is_in(there[name].drop_nulls().implode()).fill_null(False) for name in keys
    ]
    return is_there[0] | is_there[1]


def _picked(register: Sequence[Path], make: "partial[Kernel]", engine: Engine) -> pa.Table:
    columns = [*dict.fromkeys((*_CARRIED, *_KEYS))]
    found = [engine.pick(path, make, columns=columns) for path in register]
    rows = pl.DataFrame(pa.concat_tables(found)).unique().sort(*_CARRIED)
    table = rows.rename({"enterprise_id": "credit_code"}).to_arrow()
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))


def _keys(asked: pa.Table, *names: str) -> pl.Series:
    """Distinct keys of several columns."""
    found = pl.concat([pl.Series("key", asked[name]).cast(pl.String) for name in names])
    return found.drop_nulls().unique()


def _keeping(is_wanted: "partial[pl.Series]") -> Kernel:
    """A kernel that keeps of a register's rows those that are wanted."""

    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pl.DataFrame(batch.select(list(_KEYS)))
        wanted = is_wanted(rows).fill_null(False).to_arrow()
        return batch.select(list(_CARRIED)).filter(wanted)

    return keep


def _having(keys: dict[str, pl.Series]) -> Kernel:
    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pl.DataFrame(batch)
        has = [rows[name].is_in(known.implode()).fill_null(False) for name, known in keys.items()]
        return batch.filter((has[0] | has[1]).to_arrow())

    return keep


def _shares(wanted: _Same, rows: pl.DataFrame) -> pl.Series:
    found = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    for name in ("enterprise_id", "name_key", "core_key"):
        found |= rows[name].is_in(getattr(wanted, name).implode()).fill_null(False)
    # Few have former names.
    former = rows.with_row_index("row").filter(pl.col("former_keys").is_not_null())
    for name in ("former_keys", "former_cores"):
        each = former.select("row", pl.col(name).str.split("|")).explode(name).drop_nulls(name)
        hits = each.filter(pl.col(name).is_in(getattr(wanted, name).implode()))["row"].unique()
        found = found.scatter(hits, True)
    return found


def _is_near(near: _Near, rows: pl.DataFrame) -> pl.Series:
    core = pl.col("core_key")
    half = core.str.len_chars() // 2
    left = {
        "whole": core,
        "beheaded": core.str.slice(1),
        "curtailed": core.str.head(-1),
        "head_and_half": core.str.head(1) + core.str.tail(half),
        "half_and_tail": core.str.head(half) + core.str.tail(1),
    }
    is_left = [text.is_in(getattr(near, name).implode()) for name, text in left.items()]
    found = rows.select(near=pl.any_horizontal(is_left).fill_null(False))["near"]
    return found | _is_placed(near.placeless, rows)


def _is_placed(placeless: pl.Series, rows: pl.DataFrame) -> pl.Series:
    """Joint-stock companies that have a place in front of a name that is asked for without."""
    joint = rows.with_row_index("row").filter(
        pl.col("name_key").str.ends_with(_JOINT_STOCK) & pl.col("core_key").is_not_null()
    )
    rest = short_place(joint["core_key"])[1]
    found = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    return found.scatter(joint.filter(rest.is_in(placeless.implode()))["row"], True)


def _neighbours(rows: pl.DataFrame) -> _Near:
    core = rows["core_key"].unique()
    text = pl.col("core_key")
    first, last, half = text.str.head(1), text.str.tail(1), text.str.len_chars() // 2
    halves = [(text.str.len_chars() + more) // 2 for more in (-1, 0, 1)]
    made = pl.DataFrame({"core_key": core}).select(
        *(
            (first + text.str.tail(size)).alias(f"head_and_half {at}")
            for at, size in enumerate(halves)
        ),
        *(
            (text.str.head(size) + last).alias(f"half_and_tail {at}")
            for at, size in enumerate(halves)
        ),
        beheaded=text.str.slice(1),
        curtailed=text.str.head(-1),
        swapped_first=text.str.slice(1, 1) + first + text.str.slice(2),
        swapped_last=text.str.head(-2) + last + text.str.tail(2).str.head(1),
        swapped_half=text.str.head(half - 1)
        + text.str.slice(half, 1)
        + text.str.slice(half - 1, 1)
        + text.str.slice(half + 1),
    )
    joint = rows.filter(pl.col("name_key").str.ends_with(_JOINT_STOCK))["core_key"]
    rest = short_place(joint)[1]
    swapped = [made[f"swapped_{where}"] for where in ("first", "last", "half")]
    ends = (made["beheaded"], made["curtailed"])
    return _Near(
        head_and_half=_together(*(made[f"head_and_half {at}"] for at in range(len(halves)))),
        half_and_tail=_together(*(made[f"half_and_tail {at}"] for at in range(len(halves)))),
        whole=_together(*ends, *swapped, without_echo(core), rest),
        beheaded=_together(made["beheaded"], core),
        curtailed=_together(made["curtailed"], core),
        placeless=rest.unique(),
    )


def _together(*texts: pl.Series) -> pl.Series:
    return pl.concat([each.rename("text") for each in texts]).drop_nulls().unique()
