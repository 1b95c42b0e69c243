"""The register file by file: cleaned, identified and classified in parts, then put together.

A further file costs its own rows; what was made of the others stays, and is not copied.
"""

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ibis
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, Progress, Rows, Step, gather, link, row_count
from reli.linkage.entities import identify
from reli.pipeline.inferring import inferred_by_part, inferred_from, parties_of
from reli.pipeline.obeying import ruled_files, ruled_values, ruling_kernel, tell_here
from reli.pipeline.rulings import Rulings
from reli.pipeline.workspace import Workspace, database
from reli.sources.reading import SourceFile
from reli.sources.stage import REJECTED_HEADER, cells_path, clean_table

__all__ = [
    "MOST_PARTS",
    "Classifying",
    "Group",
    "Part",
    "classified_parts",
    "classified_steps",
    "counted_groups",
    "inferred_files",
    "inferring_steps",
    "part_steps",
    "parts_of",
    "register_files",
]

INFERRED = "classified/inferred"

MOST_PARTS = 64
"""More files than these share parts, so that ten thousand small ones do not make as many."""

_REPEATED = pa.schema(
    {
        "part": pa.string(),
        "enterprise_id": pa.string(),
        "source_file": pa.string(),
        "source_line": pa.int64(),
        "kept_file": pa.string(),
        "kept_line": pa.int64(),
    }
)
_FILLED = "filled_cells"
_MOST_GROUPS = 24
"""Each group is counted by a step of its own, and as a whole where one of its files changes."""


@dataclass(frozen=True)
class Part:
    """Some files of the register."""

    name: str
    sources: tuple[SourceFile, ...]
    inputs: tuple[Path, ...]
    """Files and mappings."""


@dataclass(frozen=True)
class Classifying:
    """The kernel of the stage `classified`, and what it takes."""

    make: Callable[[], Kernel]
    read: Sequence[str]
    """Columns."""
    encoded: Sequence[str]
    """Of these the ones that it takes as places in dictionaries."""


@dataclass(frozen=True)
class Group:
    """Classified parts that are counted together."""

    files: tuple[Path, ...]
    inferred: tuple[Path, ...]
    """What lists and holdings let infer of their enterprises, beside."""


def parts_of(workspace: Workspace) -> list[Part]:
    """Parts in the order of their files: a part a file, or of many files those of one hash."""
    files: dict[str, list[tuple[SourceFile, tuple[Path, ...]]]] = {}
    found = workspace.source_files("enterprises")
    for file in found:
        name = _name(file.label) if len(found) <= MOST_PARTS else _bucket(file.label)
        read = tuple(filter(None, (file.path, file.mapping, file.first)))
        files.setdefault(name, []).append((file, read))
    return [
        Part(name, tuple(file for file, _ in some), tuple(p for _, paths in some for p in paths))
        for name, some in files.items()
    ]


def _name(label: str) -> str:
    """A name for files made of a source; two sources never share one."""
    plain = re.sub(r"[^\w.-]", "_", label)
    return plain if plain == label else f"{plain}-{zlib.crc32(label.encode()):08x}"


def _bucket(label: str) -> str:
    return f"part-{zlib.crc32(label.encode()) % MOST_PARTS:02}"


def part_steps(workspace: Workspace, progress: Progress, classifying: Classifying) -> list[Step]:
    """Steps from the files of the register to the linked and the parts of the classified ones.

    Args:
        workspace: the project.
        progress: told of the rows.
        classifying: the kernel of the stage `classified`.
    """
    parts = parts_of(workspace)
    return [
        *(_clean_step(workspace, part, progress) for part in parts),
        _repeated_step(workspace, parts),
        *(_kept_step(workspace, part, "linked") for part in parts),
        _whole_step(workspace, parts, "linked"),
        *(_classify_step(workspace, part, progress, classifying) for part in parts),
    ]


def classified_steps(workspace: Workspace) -> list[Step]:
    """The classified parts as one."""
    parts = parts_of(workspace)
    return [
        *(_kept_step(workspace, part, "classified") for part in parts),
        _whole_step(workspace, parts, "classified"),
    ]


def classified_parts(workspace: Workspace) -> tuple[Path, ...]:
    """The classified enterprises, a table a part."""
    return tuple(_kept(workspace, "classified", part) for part in parts_of(workspace))


def register_files(workspace: Workspace) -> tuple[Path, ...]:
    """The linked enterprises, a table a part."""
    return tuple(_kept(workspace, "linked", part) for part in parts_of(workspace))


def inferred_files(workspace: Workspace) -> tuple[Path, ...]:
    """Industries inferred for enterprises that have none, a table a part; none without lists."""
    return _inferred(workspace, parts_of(workspace))


def counted_groups(workspace: Workspace) -> dict[str, Group]:
    """The classified enterprises in groups that are counted apart: a few, however many parts."""
    parts = parts_of(workspace)
    found: dict[str, list[Part]] = {}
    for part in parts:
        few = len(parts) <= _MOST_GROUPS
        name = part.name if few else f"group-{zlib.crc32(part.name.encode()) % _MOST_GROUPS}"
        found.setdefault(name, []).append(part)
    return {
        name: Group(
            tuple(_kept(workspace, "classified", part) for part in some), _inferred(workspace, some)
        )
        for name, some in found.items()
    }


def _inferred(workspace: Workspace, parts: Sequence[Part]) -> tuple[Path, ...]:
    there = parts if inferred_from(workspace) else ()
    return tuple(_beside(workspace, INFERRED, part) for part in there)


def _file(workspace: Workspace, stage: str, part: Part) -> Path:
    """A part as it was made; its keys are found while it is cleaned."""
    made = "clean" if stage == "linked" else stage
    return workspace.stage(f"{made}/enterprises/{part.name}")


def _kept(workspace: Workspace, stage: str, part: Part) -> Path:
    """A part without the enterprises that another part has."""
    return workspace.stage(f"{stage}/kept/{part.name}")


def _beside(workspace: Workspace, what: str, part: Part) -> Path:
    return workspace.stage(f"{what}/{part.name}")


def _rejected(workspace: Workspace, part: Part) -> Path:
    return workspace.stage(f"clean/enterprises/{part.name}.rejected", ".csv")


def _clean_step(workspace: Workspace, part: Part, progress: Progress) -> Step:
    rejected = _rejected(workspace, part)
    more_in, more_out = ruled_files(workspace, f"clean/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rulings = Rulings.of(workspace, "enterprises", found=False) if more_out else None
        rows = clean_table(
            "enterprises",
            part.sources,
            places[0],
            places[1],
            progress,
            cells=places[2],
            budget=workspace.budget,
            finish=partial(_identified_as_ruled, rulings) if rulings else identified,
        )
        if rulings is not None:
            rulings.write(places[3])
        return rows

    return Step(
        name=f"clean/enterprises/{part.name}",
        run=run,
        inputs=(*part.inputs, *more_in),
        outputs=(_file(workspace, "clean", part), rejected, cells_path(rejected), *more_out),
    )


def identified(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Clean enterprises with their keys, and with how many of their cells are filled."""
    height = batch.num_rows
    filled = np.full(height, sum(not column.null_count for column in batch.columns), np.int32)
    for column in batch.columns:
        if 0 < column.null_count < height:
            filled += column.is_valid().to_numpy(zero_copy_only=False)
    return identify(batch).append_column(_FILLED, pa.array(filled))


def _identified_as_ruled(rulings: Rulings, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same, with the values that were decided."""
    return identified(ruled_values(rulings, "enterprises", batch))


def _classify_step(
    workspace: Workspace,
    part: Part,
    progress: Progress,
    classifying: Classifying,
) -> Step:
    source, project = _file(workspace, "linked", part), workspace.project
    more_in, more_out = ruled_files(workspace, f"classified/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rulings = Rulings.of(workspace, "enterprises", found=True) if more_out else None
        make, read = classifying.make, classifying.read
        ruled = partial(ruling_kernel, make, rulings) if rulings else make
        with database(workspace) as engine:
            encoded = classifying.encoded
            written = engine.map(
                source, ruled, places[0], columns=read, encoded=encoded, progress=progress
            )
        if rulings and project.engine != "duckdb":
            tell_here(source, make, rulings, read)
        if rulings is not None:
            rulings.write(places[1])
        return Rows(row_count(source), written)

    return Step(
        name=f"classified/enterprises/{part.name}",
        run=run,
        inputs=(source, *filter(None, (workspace.emerging, workspace.zones)), *more_in),
        outputs=(_file(workspace, "classified", part), *more_out),
        parameters={
            "vintage": project.vintage,
            "attribution": project.attribution,
            "ruleset": project.ruleset,
        },
    )


def _repeated_step(workspace: Workspace, parts: Sequence[Part]) -> Step:
    """Enterprises that stand in several parts; and the lists of what was rejected, as one."""
    linked = [_file(workspace, "linked", part) for part in parts]
    rejected = [_rejected(workspace, part) for part in parts]
    cells = [cells_path(path) for path in rejected]

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            repeated = _repeated(engine, dict(zip((p.name for p in parts), linked, strict=True)))
        for part, place in zip(parts, places[2:], strict=True):
            of_part = repeated.filter(pl.col("part") == part.name)
            pq.write_table(of_part.to_arrow().cast(_REPEATED), place, compression="zstd")
        lines = _joined(rejected, places[0], _as_lines(repeated))
        _joined(cells, places[1], ())
        rows = sum(row_count(path) for path in linked)
        return Rows(rows + lines, rows - repeated.height, lines + repeated.height)

    out = workspace.rejected("enterprises")
    return Step(
        name="clean/enterprises",
        run=run,
        inputs=(*linked, *rejected, *cells),
        outputs=(
            out,
            cells_path(out),
            *(_beside(workspace, "clean/repeated", part) for part in parts),
        ),
    )


def _repeated(engine: Engine, parts: dict[str, Path]) -> pl.DataFrame:
    """Of each enterprise in several parts all rows but the fullest; of equals the last is kept."""
    if len(parts) < 2:
        return pl.DataFrame(_REPEATED.empty_table())
    tables = {name: engine.table(path).select("enterprise_id") for name, path in parts.items()}
    # Whoever stands in several parts stands beside the largest: a file that has come is small.
    largest = tables.pop(max(parts, key=lambda name: row_count(parts[name])))
    others = ibis.union(*tables.values())
    there = largest.semi_join(others, "enterprise_id")
    several = others.group_by("enterprise_id").having(lambda t: t.count() > 1).aggregate()
    ids = engine.fetch(ibis.union(there, several))["enterprise_id"].unique().to_pylist()
    if not ids:
        return pl.DataFrame(_REPEATED.empty_table())
    columns = ("enterprise_id", "source_file", "source_line", _FILLED)
    found = pl.concat(
        pl.DataFrame(engine.pick(path, partial(_keeping, ids), columns)).with_columns(
            part=pl.lit(name), number=pl.lit(number)
        )
        for number, (name, path) in enumerate(parts.items())
    )
    ranked = found.sort("enterprise_id", _FILLED, "number", descending=[False, True, True])
    kept = pl.col("source_file", "source_line").first().over("enterprise_id")
    told = ranked.with_columns(
        kept.name.map(lambda name: name.replace("source", "kept")),
        place=pl.int_range(pl.len()).over("enterprise_id"),
    )
    return told.filter(pl.col("place") > 0).sort("number", "source_line").select(_REPEATED.names)


def _as_lines(repeated: pl.DataFrame) -> Iterator[Sequence[object]]:
    reason = "重复：与 {} 第 {} 行为同一条，保留该行"
    for row in repeated.iter_rows(named=True):
        told = reason.format(row["kept_file"], row["kept_line"])
        key = row["enterprise_id"]
        yield row["source_file"], row["source_line"], "统一社会信用代码", key, told


def _joined(lists: Sequence[Path], out: Path, more: Iterator[Sequence[object]] | tuple[()]) -> int:
    """Lists of one form as one, with further lines; the number of lines of the lists."""
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(REJECTED_HEADER)
        for path in lists:
            with path.open(encoding="utf-8-sig", newline="") as one:
                lines = csv.reader(one)
                next(lines)
                for line in lines:
                    writer.writerow(line)
                    count += 1
        writer.writerows(more)
    return count


def _kept_step(workspace: Workspace, part: Part, stage: str) -> Step:
    """A part as everything behind reads it: without the rows that another part has fuller."""
    source, repeated = _file(workspace, stage, part), _beside(workspace, "clean/repeated", part)

    def run(places: Sequence[Path]) -> Rows:
        without = pl.read_parquet(repeated)["enterprise_id"].to_list()
        if not without:
            link(source, places[0])
        else:
            with database(workspace) as engine:
                engine.map(source, partial(_leaving_out, without), places[0])
        # The repeated rows are counted where they are found, in clean/enterprises.
        return Rows(row_count(source) - len(without), row_count(places[0]))

    return Step(
        name=f"{stage}/kept/{part.name}",
        run=run,
        inputs=(source, repeated),
        outputs=(_kept(workspace, stage, part),),
    )


def _keeping(ids: Sequence[str]) -> Kernel:
    """A kernel that keeps some enterprises; workers of a cluster make it themselves."""
    kept = pa.array(ids, pa.string())
    return lambda batch: batch.filter(pc.is_in(batch["enterprise_id"], value_set=kept))


def _leaving_out(ids: Sequence[str]) -> Kernel:
    """A kernel that leaves some enterprises out."""
    left_out = pa.array(ids, pa.string())
    return lambda batch: batch.filter(
        pc.invert(pc.is_in(batch["enterprise_id"], value_set=left_out))
    )


def _whole_step(workspace: Workspace, parts: Sequence[Part], stage: str) -> Step:
    """The parts under one name: of one part its file, of several a folder of them; no copies."""
    files = [_kept(workspace, stage, part) for part in parts]

    def run(places: Sequence[Path]) -> Rows:
        gather(files, places[0])
        return Rows(sum(map(row_count, files)), row_count(places[0]))

    return Step(
        name=f"{stage}/enterprises",
        run=run,
        inputs=tuple(files),
        outputs=(workspace.stage(f"{stage}/enterprises"),),
    )


def inferring_steps(workspace: Workspace) -> list[Step]:
    """Industries inferred from lists and holdings, for those of each part that have none."""
    inputs, parts = inferred_from(workspace), parts_of(workspace)
    if not inputs:
        return []
    ruled, _ = ruled_files(workspace, "classified")

    def run(places: Sequence[Path]) -> None:
        files = [{source.label for source in part.sources} for part in parts]
        found = inferred_by_part(workspace, files)
        for place, rows in zip(places, found, strict=True):
            pq.write_table(rows.to_arrow(), place, compression="zstd")

    return [
        Step(
            name=INFERRED,
            run=run,
            inputs=(
                parties_of(workspace),
                *inputs,
                *ruled,
                *filter(None, (workspace.emerging,)),
            ),
            outputs=tuple(_beside(workspace, INFERRED, part) for part in parts),
            parameters={
                "reference_year": workspace.project.reference_year,
                "ruleset": workspace.project.ruleset,
            },
        )
    ]
