"""Whom questions that climb could mean: written once, and kept as files and lists come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine import Engine, link, of_size, parquet_writer, read_batches
from reli.linkage.answers import NOTHING_ASKED, asked_slices
from reli.linkage.bearers import Bearers
from reli.linkage.candidates import (
    BORNE,
    IS_FIRST,
    KINDS,
    MEANT,
    bearers,
    has_any,
    having,
    narrowed,
    wanted,
)
from reli.linkage.climbing import open_keys, with_keys
from reli.linkage.keys import NO_HASHES, Hashes, KnownKeys
from reli.linkage.known_firms import KnownFirms, could_mean_any

__all__ = ["Change", "grow_meant", "write_meant"]

_KEY = "enterprise_id"
_FORM = pa.schema(dict.fromkeys(MEANT, pa.string()))
_NOBODY = pl.DataFrame(schema=dict.fromkeys(BORNE, pl.String))
_ROWS = 100_000
_SLICE = 100_000


@dataclass(frozen=True)
class Change:
    """What is otherwise than the last time."""

    come: Sequence[Path]
    """Tables of enterprises that were not there."""
    news: KnownFirms | None
    """The same, by what they bear; none where nobody has come."""
    gone: pl.DataFrame
    """Questions that climbed and do so no more, or were asked again: ASKED."""
    asked: pl.DataFrame
    """Questions that were asked now and climb: ASKED."""
    borne: Bearers
    """Who bears their names and codes."""
    found: Mapping[Path, Path]
    """By table of the register, whom those of them could mean that did not climb before (see
    `narrowed`)."""


def write_meant(found: Sequence[Path], out: Sequence[Path]) -> None:
    """Write enterprises that questions could mean, each once, in the order of the register.

    Args:
        found: a table for each of the register (see `narrowed`); none where nothing is asked.
        out: Parquet files to write, for each table of the register one: MEANT.
    """
    for place in out if not found else []:
        _write([], place)
    for table, place in zip(found, out, strict=False):
        _write(_first(table), place)


def grow_meant(
    before: Mapping[Path, Path],
    climbed: Path,
    change: Change,
    out: Mapping[Path, Path],
    *,
    folder: Path,
    engine: Engine,
) -> None:
    """Write the same as `write_meant` would, out of what it wrote the last time.

    Nobody leaves but whom a question meant that is gone, and nobody comes but of those who are new
    to the register or were found now: only these are held against all questions.

    Args:
        before: what was written the last time, by table of the register.
        climbed: questions that climb now.
        change: what is otherwise.
        out: Parquet files to write, by table of the register.
        folder: for what lies between.
        engine: passes over tables.
    """
    doubtful = _doubtful([*before.values()], change, folder, engine)
    few = [KnownFirms([doubtful]), *([change.news] if change.news else [])]
    said = [NOTHING_ASKED]
    for some in asked_slices(climbed):
        keys = pl.DataFrame(with_keys(some))
        said.append(some.filter(could_mean_any(few, keys)))
    tables = [*before.values(), *change.come, *change.found.values()]
    asked = _open(pl.concat(said), tables, folder, engine)
    is_meant = has_any(_known(wanted(asked)), doubtful)
    left = doubtful.filter(~is_meant)[_KEY].hash().to_numpy()
    come = narrowed([asked.to_arrow()], change.come, _place(folder), engine, apart=False)
    write_meant(come, [out[table] for table in change.come])
    for table, path in before.items():
        _change(table, path, out[table], left=left, found=change.found.get(table), engine=engine)


def _change(
    table: Path, before: Path, out: Path, *, left: Hashes, found: Path | None, engine: Engine
) -> None:
    """Write who was meant of a table of the register, without those who left, with those found."""
    more = _ids(_first(found)) if found else NO_HASHES
    there = _ids(read_batches(before, _ROWS, [_KEY])) if left.size or more.size else NO_HASHES
    stay = _without(there, left)
    if found and _without(more, there).size:
        # Their places in the register are known to it alone.
        known = {_KEY: KnownKeys(np.concatenate([stay, more]))}
        picked = found.with_name(f"changed-{found.name}")
        engine.map(table, partial(having, known, MEANT), picked, columns=MEANT)
        _write(read_batches(picked, _ROWS), out)
    elif stay.size < there.size:
        keep = having({_KEY: KnownKeys(stay)}, MEANT)
        _write(map(keep, read_batches(before, _ROWS)), out)
    else:
        link(before, out)


def _ids(batches: Iterable[pa.RecordBatch]) -> Hashes:
    """Hashes of the enterprises of batches."""
    each = (pl.Series(batch[_KEY]).cast(pl.String).hash().to_numpy() for batch in batches)
    return np.concatenate([NO_HASHES, *each])


def _doubtful(before: Sequence[Path], change: Change, folder: Path, engine: Engine) -> pl.DataFrame:
    """Of those who were meant whom perhaps nobody means any more: BORNE."""
    lost = _lost(before, change, folder, engine)
    known = _known({kind: hashes for kind, hashes in lost.items() if hashes.size})
    if not known:
        return _NOBODY
    picked = (engine.pick(path, partial(having, known, BORNE), BORNE) for path in before)
    return pl.concat([_NOBODY, *map(pl.DataFrame, picked)])


def _lost(
    before: Sequence[Path], change: Change, folder: Path, engine: Engine
) -> dict[str, Hashes]:
    """Hashes of what was asked for and is no more by those who asked for it."""
    lost = wanted(_open(change.gone, before, folder, engine))
    if any(hashes.size for hashes in lost.values()):
        for said in change.asked.iter_slices(_SLICE):
            now = wanted(pl.DataFrame(open_keys(said, change.borne)))
            lost = {kind: _without(lost[kind], now[kind]) for kind in KINDS}
    return lost


def _without(few: Hashes, many: Hashes) -> Hashes:
    """Those of a few that are not among many."""
    there = many[KnownKeys(few).has_hashes(many)]
    rest: Hashes = few[~KnownKeys(there).has_hashes(few)]
    return rest


def _open(said: pl.DataFrame, tables: Sequence[Path], folder: Path, engine: Engine) -> pl.DataFrame:
    """What is said with its keys, as far as they matter where these tables are the register."""
    keys = pl.DataFrame(with_keys(said))
    names, codes = (KnownKeys.of(keys[key]) for key in ("name_key", "plain_code"))
    found = bearers(names, codes, tables, _place(folder), engine) if said.height else []
    return pl.DataFrame(open_keys(said, Bearers(found)))


def _known(hashes: dict[str, Hashes]) -> dict[str, KnownKeys]:
    return {kind: KnownKeys(each) for kind, each in hashes.items()}


def _first(found: Path) -> Iterator[pa.RecordBatch]:
    """Enterprises that were found, each once."""
    for batch in read_batches(found, _ROWS, [*MEANT, IS_FIRST]):
        yield batch.filter(batch[IS_FIRST]).select(MEANT)


def _write(batches: Iterable[pa.RecordBatch], out: Path) -> None:
    with parquet_writer(out, _FORM) as write:
        for batch in of_size((each.cast(_FORM) for each in batches if each.num_rows), _ROWS):
            write(batch)


def _place(folder: Path) -> Path:
    return Path(mkdtemp(dir=folder))
