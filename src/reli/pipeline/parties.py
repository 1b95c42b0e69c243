"""The classified enterprises that any other table names: few, and found in one pass.

Who infers industries from lists, counts what these say, or asks where owners of works lie reads
them in place of the register.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import ibis

from reli.engine import Engine, Growth, Step, link, row_count
from reli.pipeline.asking import WORKS, owners_of
from reli.pipeline.inferring import inferred_from, parties_of
from reli.pipeline.parts import classified_parts
from reli.pipeline.workspace import Workspace, database

__all__ = ["party_steps"]

_KEY = "enterprise_id"
_COLUMNS = (
    _KEY, "name", "is_counted", "founded_date", "ended_date", "status", "insured_employees",
    "source_file", "division_code", "place_code", "industries",
)  # fmt: skip
_FEW = 1_000_000
"""Rows of a part of which those that are asked for fit into memory."""


def party_steps(workspace: Workspace) -> list[Step]:
    """The step that finds them; none where no table names anybody."""
    tables = _naming(workspace)
    if not tables:
        return []
    parts, out = classified_parts(workspace), parties_of(workspace)
    is_active = workspace.project.counted == "active"
    columns = (*_COLUMNS, *(["emerging_classes"] if is_active else []))

    def run(places: Sequence[Path]) -> None:
        with database(workspace) as engine:
            named = _named(engine, tables)
            found = engine.table(parts).semi_join(named, _KEY).select(columns)
            engine.write(found, places[0], order_by=[_KEY])

    def grow(places: Sequence[Path], news: Sequence[Path]) -> None:
        # Whoever is named for the first time most likely stands in what has come.
        come = [part for part in parts if part in news and row_count(part) <= _FEW]
        others = [part for part in parts if part not in come]
        with database(workspace) as engine:
            is_done = _grow(engine, _named(engine, tables), (come, others), out, places[0])
        if not is_done:
            run(places)

    return [
        Step(
            name="classified/parties",
            run=run,
            inputs=(*parts, *tables),
            outputs=(out,),
            parameters={"counted": workspace.project.counted},
            growth=Growth(grow, may_come=parts, may_change=tuple(tables)),
        )
    ]


def _naming(workspace: Workspace) -> list[Path]:
    """Linked tables that name enterprises."""
    has_works = set(WORKS) & workspace.project.tables()
    return [*inferred_from(workspace), *([owners_of(workspace)] if has_works else [])]


def _named(engine: Engine, tables: Sequence[Path]) -> ibis.Table:
    """enterprise_id of all that the tables name, each once."""
    rows = []
    for path in tables:
        table = engine.table(path)
        names = [name for name in (_KEY, "child_id") if name in table.columns]
        rows += [table.select(**{_KEY: name}) for name in names]
    every = ibis.union(*rows) if len(rows) > 1 else rows[0]
    return engine.keep(every.filter(every[_KEY].notnull()).distinct())


def _grow(
    engine: Engine,
    named: ibis.Table,
    parts: tuple[Sequence[Path], Sequence[Path]],
    out: Path,
    place: Path,
) -> bool:
    """Those found before that are still named, and those that were not.

    These are looked for in the small parts that have come, and only then in the others.

    Returns:
        False where some are named no more and nobody is new: rows of the table itself alone would
        be written as other bytes.
    """
    known, number = engine.table(out), partial(_number, engine)
    more = engine.keep(named.anti_join(known, _KEY))
    lacking = number(more)
    if not lacking:
        is_same = row_count(out) == number(named)
        if is_same:
            link(out, place)
        return is_same
    rows, (come, others) = known.semi_join(named, _KEY), parts
    if lacking and come:
        found = engine.fetch(_of(engine.table(come), more, known))
        rows, lacking = rows.union(engine.memory_table(found)), lacking - found.num_rows
    if lacking:
        rows = rows.union(_of(engine.table(others), more, known))
    engine.write(rows, place, order_by=[_KEY])
    return True


def _of(register: ibis.Table, asked: ibis.Table, like: ibis.Table) -> ibis.Table:
    return register.semi_join(asked, _KEY).select(like.columns)


def _number(engine: Engine, rows: ibis.Table) -> int:
    return int(engine.fetch(rows.aggregate(n=rows.count()))["n"][0].as_py())
