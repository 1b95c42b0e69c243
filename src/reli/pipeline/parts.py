"""The register file by file: cleaned, identified and classified in parts, then put together.

A further file costs its own rows and the putting together; what was made of the others stays.
"""

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Engine, Kernel, Progress, Rows, Step, gather, row_count
from reli.errors import InvalidSetting
from reli.linkage.entities import identify
from reli.pipeline.inferring import infer, inferred_from
from reli.pipeline.obeying import rule_batch, rule_values, ruled_files
from reli.pipeline.rulings import Rulings
from reli.pipeline.workspace import Workspace, database
from reli.sources.reading import SourceFile
from reli.sources.stage import REJECTED_HEADER, cells_path, clean_table

__all__ = ["MOST_PARTS", "Part", "classified_step", "part_steps", "parts_of"]

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
_REGISTER = (
    "enterprise_id", "is_counted", "name_key", "core_key", "former_keys", "credit_code", "name",
    "former_names", "province", "city", "status",
)  # fmt: skip
"""What linking reads of an enterprise."""


@dataclass(frozen=True)
class Part:
    """Some files of the register."""

    name: str
    sources: tuple[SourceFile, ...]
    inputs: tuple[Path, ...]
    """Files and mappings."""


def parts_of(workspace: Workspace) -> list[Part]:
    """Parts in the order of their files: a part a file, or of many files those of one hash."""
    base = workspace.folder / "sources"
    files: dict[str, list[tuple[SourceFile, tuple[Path, ...]]]] = {}
    found = [
        (SourceFile(path, mapping, path.relative_to(base).as_posix()), path, mapping)
        for source in workspace.sources_of("enterprises")
        for mapping in [workspace.mapping(source)]
        for path in workspace.files(source)
    ]
    for file, path, mapping in found:
        name = _name(file.label) if len(found) <= MOST_PARTS else _bucket(file.label)
        files.setdefault(name, []).append((file, (path, *([mapping] if mapping else []))))
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


def part_steps(
    workspace: Workspace, progress: Progress, classifying: Callable[[], Kernel], read: Sequence[str]
) -> list[Step]:
    """Steps from the files of the register to the linked and the parts of the classified ones.

    Args:
        workspace: the project.
        progress: told of the rows.
        classifying: makes the kernel of the stage `classified`.
        read: columns that it reads.
    """
    parts = parts_of(workspace)
    return [
        *(_clean_step(workspace, part, progress) for part in parts),
        *(_link_step(workspace, part, progress) for part in parts),
        _repeated_step(workspace, parts),
        _gather_step(workspace, parts, "linked", _REGISTER),
        *(_classify_step(workspace, part, progress, classifying, read) for part in parts),
    ]


def classified_step(workspace: Workspace) -> Step:
    """The classified parts as one; after lists and holdings are linked, since they may infer."""
    return _gather_step(workspace, parts_of(workspace), "classified", None)


def _file(workspace: Workspace, stage: str, part: Part) -> Path:
    return workspace.stage(f"{stage}/enterprises/{part.name}")


def _rejected(workspace: Workspace, part: Part) -> Path:
    return workspace.stage(f"clean/enterprises/{part.name}.rejected", ".csv")


def _clean_step(workspace: Workspace, part: Part, progress: Progress) -> Step:
    rejected = _rejected(workspace, part)
    more_in, more_out = ruled_files(workspace, f"clean/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rows = clean_table(
            "enterprises",
            part.sources,
            places[0],
            places[1],
            progress,
            cells=places[2],
            budget=workspace.budget,
        )
        if more_out:
            rule_values(workspace, "enterprises", places[0], places[3])
        return rows

    return Step(
        name=f"clean/enterprises/{part.name}",
        run=run,
        inputs=(*part.inputs, *more_in),
        outputs=(_file(workspace, "clean", part), rejected, cells_path(rejected), *more_out),
    )


def identifier() -> Kernel:
    """The kernel of the stage `linked`."""
    return _identified


def _identified(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Keys of each enterprise, and how many of its cells are filled."""
    filled = pa.array([0] * batch.num_rows, pa.int32())
    for column in batch.columns:
        filled = pc.add(filled, column.is_valid().cast(pa.int32()))
    return identify(batch).append_column(_FILLED, filled)


def _link_step(workspace: Workspace, part: Part, progress: Progress) -> Step:
    source = _file(workspace, "clean", part)

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            written = engine.map(source, identifier, places[0], progress=progress)
        return Rows(row_count(source), written)

    return Step(
        name=f"linked/enterprises/{part.name}",
        run=run,
        inputs=(source,),
        outputs=(_file(workspace, "linked", part),),
    )


def _classify_step(
    workspace: Workspace,
    part: Part,
    progress: Progress,
    make: Callable[[], Kernel],
    read: Sequence[str],
) -> Step:
    source, project = _file(workspace, "linked", part), workspace.project
    more_in, more_out = ruled_files(workspace, f"classified/enterprises/{part.name}")

    def run(places: Sequence[Path]) -> Rows:
        rulings = Rulings.of(workspace, "enterprises", found=True) if more_out else None
        if rulings and project.engine != "duckdb":
            # What became of each is told in this process, not by a cluster's workers.
            raise InvalidSetting(
                'decisions on places and industries need engine = "duckdb" in reli.toml'
            )
        ruled = (lambda: partial(rule_batch, make(), rulings)) if rulings else make
        with database(workspace) as engine:
            written = engine.map(source, ruled, places[0], columns=read, progress=progress)
        if rulings is not None:
            rulings.write(places[1])
        return Rows(row_count(source), written)

    return Step(
        name=f"classified/enterprises/{part.name}",
        run=run,
        inputs=(source, *([workspace.emerging] if workspace.emerging else []), *more_in),
        outputs=(_file(workspace, "classified", part), *more_out),
        parameters={"vintage": project.vintage, "ruleset": project.ruleset},
    )


def _repeated_step(workspace: Workspace, parts: Sequence[Part]) -> Step:
    """Enterprises that stand in several parts; and the lists of what was rejected, as one."""
    linked = [_file(workspace, "linked", part) for part in parts]
    rejected = [_rejected(workspace, part) for part in parts]
    cells = [cells_path(path) for path in rejected]

    def run(places: Sequence[Path]) -> Rows:
        with database(workspace) as engine:
            repeated = _repeated(engine, dict(zip((p.name for p in parts), linked, strict=True)))
        pq.write_table(repeated.to_arrow().cast(_REPEATED), places[0], compression="zstd")
        lines = _joined(rejected, places[1], _as_lines(repeated))
        _joined(cells, places[2], ())
        rows = sum(row_count(path) for path in linked)
        return Rows(rows + lines, rows - repeated.height, lines + repeated.height)

    out = workspace.rejected("enterprises")
    return Step(
        name="clean/enterprises",
        run=run,
        inputs=(*linked, *rejected, *cells),
        outputs=(workspace.stage("clean/repeated"), out, cells_path(out)),
    )


def _repeated(engine: Engine, parts: dict[str, Path]) -> pl.DataFrame:
    """Of each enterprise in several parts all rows but the fullest; of equals the last is kept."""
    if len(parts) < 2:
        return pl.DataFrame(_REPEATED.empty_table())
    rows = ibis.union(
        *(
            engine.table(path)
            .select("enterprise_id", "source_file", "source_line", _FILLED)
            .mutate(part=ibis.literal(name), number=ibis.literal(number))
            for number, (name, path) in enumerate(parts.items())
        )
    )
    several = rows.group_by("enterprise_id").having(lambda t: t.count() > 1).aggregate()
    found = engine.fetch(rows.semi_join(several, "enterprise_id"))
    ranked = pl.DataFrame(pl.from_arrow(found)).sort(
        "enterprise_id", _FILLED, "number", descending=[False, True, True]
    )
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


def _gather_step(
    workspace: Workspace, parts: Sequence[Part], stage: str, columns: Sequence[str] | None
) -> Step:
    files = [_file(workspace, stage, part) for part in parts]
    repeated = workspace.stage("clean/repeated")
    is_classified = stage == "classified"
    more = inferred_from(workspace) if is_classified else ()
    ruled, _ = ruled_files(workspace, stage) if is_classified else ((), ())

    def run(places: Sequence[Path]) -> Rows:
        rows = pl.read_parquet(repeated)
        without = {
            path: rows.filter(pl.col("part") == part.name)["enterprise_id"]
            for part, path in zip(parts, files, strict=True)
        }
        found = {path: _array(ids) for path, ids in without.items() if len(ids)}
        written = _gathered(workspace, files, places[0], columns, found)
        if is_classified:
            infer(workspace, places[0], files)
        # The repeated rows are counted where they are found, in clean/enterprises.
        return Rows(sum(map(row_count, files)) - rows.height, written)

    return Step(
        name=f"{stage}/enterprises",
        run=run,
        inputs=(*files, repeated, *more, *ruled),
        outputs=(workspace.stage(f"{stage}/enterprises"),),
        parameters={"reference_year": workspace.project.reference_year} if more else {},
    )


def _array(ids: pl.Series) -> pa.Array:
    return ids.to_arrow().cast(pa.string())


def _gathered(
    workspace: Workspace,
    files: Sequence[Path],
    out: Path,
    columns: Sequence[str] | None,
    without: dict[Path, pa.Array],
) -> int:
    if workspace.project.engine == "duckdb":
        return gather(files, out, columns=columns, without=without, budget=workspace.budget)
    with database(workspace) as engine:
        kept = partial(_without, engine, without)
        tables = [kept(path) for path in files]
        whole = ibis.union(*tables) if len(tables) > 1 else tables[0]
        return engine.write(whole.select(*columns) if columns else whole, out)


def _without(engine: Engine, without: dict[Path, pa.Array], path: Path) -> ibis.Table:
    rows = engine.table(path)
    if path not in without:
        return rows
    ids = engine.memory_table(pa.table({"enterprise_id": without[path]}))
    return rows.anti_join(ids, "enterprise_id")
