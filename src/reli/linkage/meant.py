"""Whom questions that climb could mean: written once, and kept as files and lists come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl
import pyarrow as pa

from reli.engine import Engine, of_size, parquet_writer, read_batches
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
from reli.linkage.keys import Hashes, KnownKeys
from reli.linkage.known_firms import KnownFirms, could_mean_any

__all__ = ["Change", "grow_meant", "write_meant"]

_KEY = "enterprise_id"
_FORM = pa.schema(dict.fromkeys(MEANT, pa.string()))
_NOBODY = pl.DataFrame(schema=dict.fromkeys(MEANT, pl.String))
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
    found: Sequence[Path]
    """Tables of whom they could mean (see `narrowed`), beside those who were meant before."""


def write_meant(tables: Sequence[Path], out: Path, folder: Path, engine: Engine) -> None:
    """Write enterprises that questions could mean, each once, in order of their keys.

    Args:
        tables: see `narrowed`; no two have the same enterprise.
        out: Parquet file to write: MEANT.
        folder: for what lies between.
        engine: puts them in order.
    """
    if not tables:
        _write([], out)
        return
    rows, ordered = engine.table(tables), folder / "meant.parquet"
    engine.write(rows.filter(rows[IS_FIRST]).select(MEANT), ordered, order_by=[_KEY])
    _write(read_batches(ordered, _ROWS), out)


def grow_meant(
    before: Path, climbed: Path, change: Change, out: Path, *, folder: Path, engine: Engine
) -> None:
    """Write the same as `write_meant` would, out of what it wrote the last time.

    Nobody leaves but whom a question meant that is gone, and nobody comes but of those who are new
    to the register or were found now: only these are held against all questions.

    Args:
        before: what was written the last time.
        climbed: questions that climb now.
        change: what is otherwise.
        out: Parquet file to write.
        folder: for what lies between.
        engine: passes over tables.
    """
    doubtful = _doubtful(before, change, folder, engine)
    few = [KnownFirms([doubtful]), *([change.news] if change.news else [])]
    said = [NOTHING_ASKED]
    for some in asked_slices(climbed):
        keys = pl.DataFrame(with_keys(some))
        said.append(some.filter(could_mean_any(few, keys)))
    tables = [before, *change.come, *change.found]
    asked = _open(pl.concat(said), tables, folder, engine)
    is_meant = has_any(_known(wanted(asked)), doubtful)
    left = doubtful.filter(~is_meant)[_KEY]
    come = narrowed([asked.to_arrow()], change.come, _place(folder), engine, apart=False)
    more = [_NOBODY, *(_first(path) for path in (*come, *change.found))]
    whole = pl.concat(more).unique(_KEY).sort(_KEY)
    _write(of_size(_merged(before, left, whole), _ROWS), out)


def _doubtful(before: Path, change: Change, folder: Path, engine: Engine) -> pl.DataFrame:
    """Of those who were meant whom perhaps nobody means any more: BORNE."""
    lost = _lost(before, change, folder, engine)
    known = _known({kind: hashes for kind, hashes in lost.items() if hashes.size})
    if not known:
        return _NOBODY.select(BORNE)
    return pl.DataFrame(engine.pick(before, partial(having, known, BORNE), BORNE))


def _lost(before: Path, change: Change, folder: Path, engine: Engine) -> dict[str, Hashes]:
    """Hashes of what was asked for and is no more by those who asked for it."""
    lost = wanted(_open(change.gone, [before], folder, engine))
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


def _first(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).filter(IS_FIRST).select(MEANT)


def _merged(before: Path, left: pl.Series, more: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    """Rows in order of their keys, without those who have left, with further ones."""
    is_out = pl.col(_KEY).is_in(left.implode())
    for batch in read_batches(before, _ROWS):
        upto = batch[_KEY][-1].as_py()
        due, more = more.filter(pl.col(_KEY) <= upto), more.filter(pl.col(_KEY) > upto)
        rows = _with(pl.DataFrame(batch).filter(~is_out), due)
        yield from rows.to_arrow().cast(_FORM).combine_chunks().to_batches()
    yield from more.to_arrow().cast(_FORM).combine_chunks().to_batches()


def _with(rows: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """Rows in order of their keys with further ones, of which some may be there."""
    due = due.filter(~due[_KEY].is_in(rows[_KEY].implode()))
    if due.is_empty():
        return rows
    at = rows[_KEY].search_sorted(due[_KEY]).to_numpy().astype(np.int64)
    new = rows.height + np.arange(due.height)
    return pl.concat([rows, due])[np.insert(np.arange(rows.height), at, new)]


def _write(batches: Iterable[pa.RecordBatch], out: Path) -> None:
    with parquet_writer(out, _FORM) as write:
        for batch in batches:
            write(batch.cast(_FORM))


def _place(folder: Path) -> Path:
    return Path(mkdtemp(dir=folder))
