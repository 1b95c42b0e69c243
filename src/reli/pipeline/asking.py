"""What all lists and works say of enterprises, asked of the register once for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from reli.engine import Growth, Rows, Step, parquet_writer, row_count
from reli.linkage.climbing import ASKED
from reli.linkage.lists import said_by
from reli.linkage.owners import name_owners
from reli.linkage.questions import Climbed, Questions, ask, with_question_keys
from reli.pipeline.parts import file_beside, kept_file, parts_of
from reli.pipeline.workspace import Workspace, database

__all__ = [
    "SAYS",
    "SIDES",
    "WORKS",
    "answers_of",
    "asking_steps",
    "codes_of",
    "granted_of",
    "named_of",
    "owners_of",
    "parties",
    "status_of",
]

WORKS = {"patents": "grant_number", "software_copyrights": "registration_number"}
"""Tables of works, with the column that names a work."""

SIDES = ("parent", "child")
"""Columns of a holding that name a party."""

SAYS = {
    # A centre has a name of its own; it is its host that is registered. Ministries list by
    # province; the other tables name no place.
    "recognitions": (("host_name", "name"), "credit_code", "issuer_region"),
    "listings": ("name", "credit_code", None),
    "rankings": ("name", "credit_code", None),
}
"""Columns of each list that say which enterprise is meant: name, credit code, place."""


_BATCH = 100_000
_MOST_COME = 2_000_000
"""Enterprises of further files of whom some hundreds of bytes each fit into memory; of more the
whole register is asked anew."""


def answers_of(workspace: Workspace) -> Path:
    """File of what the register answers to whatever lists and holdings say."""
    return workspace.stage("linked/asked")


def owners_of(workspace: Workspace) -> Path:
    """File of the owners of works, each once, with what the register answers."""
    return workspace.stage("linked/owners")


def codes_of(workspace: Workspace) -> Path:
    """File of the industries of the codes of patents."""
    return workspace.stage("linked/ipc")


def granted_of(workspace: Workspace) -> Path:
    """File of the days on which owners were granted the first of their patents."""
    return workspace.stage("linked/granted")


def status_of(workspace: Workspace) -> Path:
    """File that says whether the legal status of patents is known."""
    return workspace.stage("linked/status")


def asking_steps(workspace: Workspace) -> list[Step]:
    """Steps that gather what is said, and ask the register."""
    gathering, questions = [], []
    lists = _tables(workspace, (*SAYS, "holdings"))
    if lists:
        gathering.append(_said_step(workspace, lists))
        questions.append(Questions(_said(workspace), answers_of(workspace)))
    works = _tables(workspace, WORKS)
    if works:
        gathering.append(_named_step(workspace, works))
        questions.append(Questions(named_of(workspace), owners_of(workspace)))
    return [*gathering, *([_asked_step(workspace, questions)] if questions else [])]


def _tables(workspace: Workspace, names: Iterable[str]) -> dict[str, Path]:
    """Clean tables of the project among those of some names."""
    there = workspace.project.tables()
    return {name: workspace.stage(f"clean/{name}") for name in names if name in there}


def _said(workspace: Workspace) -> Path:
    return workspace.stage("linked/said")


def named_of(workspace: Workspace) -> Path:
    """File of the owners of works, each once, with their numbers: what is asked."""
    return workspace.stage("linked/named")


def _said_step(workspace: Workspace, tables: dict[str, Path]) -> Step:
    """What lists and holdings say, which the register does not change."""

    def run(places: Sequence[Path]) -> None:
        _write_said(tables, places[0])

    return Step(
        name="linked/said", run=run, inputs=(*tables.values(),), outputs=(_said(workspace),)
    )


def _named_step(workspace: Workspace, tables: dict[str, Path]) -> Step:
    """Owners by their names, which the register does not change."""
    works = (*tables.values(),)

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            owners = name_owners(works, places[0], engine, workspace.scratch)
        return Rows(owners, row_count(places[0]))

    return Step(name="linked/named", run=run, inputs=works, outputs=(named_of(workspace),))


def _asked_step(workspace: Workspace, questions: Sequence[Questions]) -> Step:
    """Which enterprises are meant; asked again is only what can be answered otherwise."""
    rows = tuple(each.rows for each in questions)
    climbed = workspace.stage("linked/climbed")
    meant = {
        kept_file(workspace, "linked", part): file_beside(workspace, "linked/meant", part)
        for part in parts_of(workspace)
    }

    def run(
        places: Sequence[Path], before: Climbed | None = None, news: Sequence[Path] = ()
    ) -> Rows:
        outs, (answers, *those) = places[: len(rows)], places[len(rows) :]
        come = [path for path in news if path not in rows]
        asked = [
            replace(
                each,
                out=place,
                before=each.out if before else None,
                is_same=each.rows not in news,
            )
            for each, place in zip(questions, outs, strict=True)
        ]
        with database(workspace) as engine:
            ask(
                asked,
                [*meant],
                engine,
                workspace.scratch,
                Climbed(answers, those),
                before=before,
                come=come,
            )
        return Rows(*(sum(map(row_count, paths)) for paths in (rows, outs)))

    def grow(places: Sequence[Path], news: Sequence[Path]) -> Rows:
        # Who comes is held in memory, by what they bear; the register never is.
        is_few = sum(row_count(path) for path in news if path not in rows) <= _MOST_COME
        old = [path for table, path in meant.items() if table not in news]
        return run(places, Climbed(climbed, old), news) if is_few else run(places)

    return Step(
        name="linked/asked",
        run=run,
        inputs=(*rows, *meant),
        outputs=(*(each.out for each in questions), climbed, *meant.values()),
        growth=Growth(grow, may_come=(*meant, *rows), may_change=rows),
    )


def parties(side: pl.Series) -> pl.DataFrame:
    """What names a party of a holding: its credit code, or its name."""
    is_code = side.str.contains("^[0-9A-Za-z]{18}$").fill_null(False)
    nowhere = pl.Series("province", [None], dtype=pl.String).new_from_index(0, len(side))
    code, name = side.set(~is_code, None), side.set(is_code, None)
    return pl.DataFrame({"name": name, "credit_code": code, "province": nowhere})


def _write_said(rows: dict[str, Path], out: Path) -> None:
    """What the tables say of enterprises, each once, in one order."""
    found = []
    for table, path in rows.items():
        if table == "holdings":
            sides = pl.read_parquet(path, columns=list(SIDES))
            found.append(pl.concat([parties(sides[side]) for side in SIDES]).unique())
        else:
            found.append(said_by(path, *SAYS[table]))
    once = pl.concat(found).unique().sort(*ASKED).to_arrow()
    schema = pa.schema([(name, pa.string()) for name in ASKED])
    empty = pa.RecordBatch.from_pylist([], schema=schema)
    with parquet_writer(out, with_question_keys(empty).schema) as write:
        for batch in once.cast(schema).to_batches(max_chunksize=_BATCH):
            write(with_question_keys(batch))
