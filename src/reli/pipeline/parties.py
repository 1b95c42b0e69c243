"""The classified enterprises that any other table names: few, and found in one pass.

Who infers industries from lists, counts what these say, or asks where owners of works lie reads
them in place of the register.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import (
    Engine,
    Growth,
    Kernel,
    Step,
    gather,
    link,
    parquet_files,
    read_batches,
)
from reli.engine.encoded import plain
from reli.linkage.keys import NO_HASHES, Hashes, KnownKeys, once
from reli.pipeline.asking import WORKS, owners_of
from reli.pipeline.inferring import inferred_from, parties_of
from reli.pipeline.parts import file_beside, kept_file, parts_of
from reli.pipeline.workspace import Workspace, database

__all__ = ["party_steps"]

_KEY = "enterprise_id"
_COLUMNS = (
    _KEY, "name", "is_counted", "founded_date", "ended_date", "status", "insured_employees",
    "division_code", "place_code", "industries",
)  # fmt: skip
_RECURRING = ("status", "division_code", "place_code")
_SLICE = 131_072


def party_steps(workspace: Workspace) -> list[Step]:
    """The step that finds them, part by part of the register; none where no table names anybody."""
    tables = _naming(workspace)
    if not tables:
        return []
    files = {
        kept_file(workspace, "classified", part): file_beside(workspace, "classified/parties", part)
        for part in parts_of(workspace)
    }
    is_active = workspace.project.counted == "active"
    columns = (*_COLUMNS, *(["emerging_classes"] if is_active else []))
    find = partial(_find, columns=columns)

    def run(places: Sequence[Path]) -> None:
        *those, whole = places
        named = KnownKeys(_ids(tables))
        with database(workspace) as engine:
            find(engine, named, dict(zip(files, those, strict=True)))
        gather(those, whole)

    def grow(places: Sequence[Path], news: Sequence[Path]) -> None:
        *those, whole = places
        at, asked = dict(zip(files, those, strict=True)), once(_ids(tables))
        named, there = KnownKeys(asked), [part for part in files if part not in news]
        with database(workspace) as engine:
            find(engine, named, {part: at[part] for part in files if part in news})
            known = [once(_ids([at[part] if part in news else files[part]])) for part in files]
            stays = dict(zip(files, map(named.has_hashes, known), strict=True))
            if sum(int(each.sum()) for each in stays.values()) == len(asked):
                for part in there:
                    _keep(engine, named, files[part], at[part], is_whole=bool(stays[part].all()))
            else:
                # Somebody is named for the first time who is in the register already.
                find(engine, named, {part: at[part] for part in there})
        gather(those, whole)

    return [
        Step(
            name="classified/parties",
            run=run,
            inputs=(*files, *tables),
            outputs=(*files.values(), parties_of(workspace)),
            parameters={"counted": workspace.project.counted},
            growth=Growth(grow, may_come=tuple(files), may_change=tuple(tables)),
        )
    ]


def _naming(workspace: Workspace) -> list[Path]:
    """Linked tables that name enterprises."""
    has_works = set(WORKS) & workspace.project.tables()
    return [*inferred_from(workspace), *([owners_of(workspace)] if has_works else [])]


def _ids(tables: Sequence[Path]) -> Hashes:
    """Hashes of the enterprises that tables name."""
    return np.concatenate([NO_HASHES, *(each for path in tables for each in _named(path))])


def _named(path: Path) -> Iterator[Hashes]:
    there = pq.read_schema(parquet_files(path)[0]).names
    columns = [name for name in (_KEY, "child_id") if name in there]
    for batch in read_batches(path, _SLICE, columns):
        for column in batch.columns:
            yield pl.Series(column).drop_nulls().hash().to_numpy()


def _find(
    engine: Engine, named: KnownKeys, parts: Mapping[Path, Path], columns: Sequence[str]
) -> None:
    """Write of some tables of the register those enterprises that are named, in their order."""
    for part, place in parts.items():
        make = partial(_keeping, named)
        engine.map(part, make, place, columns=columns, encoded=_RECURRING, packed=True)


def _keep(engine: Engine, named: KnownKeys, file: Path, place: Path, *, is_whole: bool) -> None:
    """Write of those found before the ones that are named still; perhaps all are."""
    if is_whole:
        link(file, place)
    else:
        _find(engine, named, {file: place}, pq.read_schema(parquet_files(file)[0]).names)


def _keeping(named: KnownKeys) -> Kernel:
    """A kernel that keeps the enterprises that are named; workers of a cluster make it too."""

    def keep(batch: pa.RecordBatch) -> pa.RecordBatch:
        ids = pl.Series(batch[_KEY]).hash().to_numpy()
        # Dictionaries have the values of those too who are left out.
        return plain(batch.filter(pa.array(named.has_hashes(ids))))

    return keep
