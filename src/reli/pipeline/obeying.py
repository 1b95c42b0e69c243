"""Applies decisions where the data arise: clean values, links of lists, places, industries."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.engine import Kernel, Step, parquet_reader
from reli.engine.encoded import plain
from reli.pipeline.rulings import LINK, Rulings, has_decisions, row_keys, told_step
from reli.pipeline.workspace import Workspace

__all__ = [
    "METHOD",
    "rule_batch",
    "rule_links",
    "rule_values",
    "ruled_files",
    "ruled_values",
    "ruling_kernel",
    "ruling_steps",
    "tell_here",
]

METHOD = "decision"
"""How a place, an industry or a link came about that a person decided."""

_TOLD = ".told.parquet"


def ruled_files(workspace: Workspace, stage: str) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Inputs and outputs that a step has more where decisions are obeyed."""
    if not has_decisions(workspace) or stage == "clean/decisions":
        return (), ()
    name = stage.replace("/", "-")
    return (workspace.stage("ruled/open"),), (workspace.stage(f"ruled/{name}", _TOLD),)


def ruling_steps(workspace: Workspace, steps: Sequence[Step]) -> list[Step]:
    """The step that tells what became of all decisions, where the project has some."""
    if not has_decisions(workspace):
        return []
    told = [path for step in steps for path in step.outputs if path.name.endswith(_TOLD)]
    return [told_step(workspace, told)]


def rule_values(workspace: Workspace, table: str, place: Path, told: Path) -> None:
    """Obey decisions on the values of a clean table, batch by batch; most tables have none."""
    rulings = Rulings.of(workspace, table, found=False)
    if rulings:
        ruled = place.with_name(place.name + ".ruled")
        with parquet_reader(place) as file:
            schema = file.schema_arrow
            with pq.ParquetWriter(ruled, schema, compression="zstd") as writer:
                for batch in file.iter_batches():
                    writer.write_batch(ruled_values(rulings, table, batch))
        ruled.replace(place)
    rulings.write(told)


def ruled_values(rulings: Rulings, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Rows of a clean table, with the values that were decided."""
    rows = pl.DataFrame(plain(batch))
    obeyed, which = rulings.obey(rows, row_keys(table, rows))
    if which.is_empty():
        return batch
    return obeyed.to_arrow().cast(batch.schema).combine_chunks().to_batches()[0]


def rule_links(workspace: Workspace, table: str, place: Path, told: Path) -> None:
    """Obey decisions on which enterprise a list's row means."""
    rulings = Rulings.of(workspace, table, found=True)
    if rulings:
        linked = pq.read_table(place)
        rows = pl.DataFrame(linked)
        ruled, which = rulings.obey(rows, row_keys(table, rows))
        is_ruled = pl.int_range(pl.len()).is_in(which["row"].to_list())
        has_link = pl.col(LINK).is_not_null()
        said = {
            "role": pl.when(has_link).then(pl.lit("self")),
            "confidence": pl.when(has_link).then(pl.lit("exact")).otherwise(pl.lit("none")),
            "method": pl.lit("decision"),
            "candidates": pl.lit(None, pl.String),
        }
        ruled = ruled.with_columns(
            pl.when(is_ruled).then(value).otherwise(f"link_{name}").alias(f"link_{name}")
            for name, value in said.items()
        )
        pq.write_table(ruled.to_arrow().cast(linked.schema), place, compression="zstd")
    rulings.write(told)


def rule_batch(kernel: Kernel, rulings: Rulings, batch: pa.RecordBatch) -> pa.RecordBatch:
    """What the kernel finds, but for what was decided."""
    found = plain(kernel(batch))
    rows = pl.DataFrame(found)
    ruled, which = rulings.obey(rows, rows["enterprise_id"])
    if which.is_empty():
        return found
    ruled = _with_places(ruled, which.filter(field="division_code")["row"].to_list())
    ruled = _with_industries(ruled, which.filter(field="industries"))
    table = ruled.select(found.schema.names).to_arrow().cast(found.schema)
    return table.combine_chunks().to_batches()[0]


def ruling_kernel(make: Callable[[], Kernel], rulings: Rulings) -> Kernel:
    """A kernel that obeys; a cluster's workers make it from a copy of the decisions."""
    return partial(rule_batch, make(), rulings)


def tell_here(
    source: Path, make: Callable[[], Kernel], rulings: Rulings, read: Sequence[str]
) -> None:
    """Tell what became of decisions that other processes obeyed: their few rows are found anew."""
    is_asked = pc.field("enterprise_id").isin(rulings.keys())
    import pyarrow.dataset as pads

    rows = pads.dataset(source, format="parquet").to_table(columns=list(read), filter=is_asked)
    kernel = make() if rows.num_rows else None
    for batch in rows.to_batches():
        if kernel:
            rule_batch(kernel, rulings, batch)


def _with_places(rows: pl.DataFrame, ruled: list[int]) -> pl.DataFrame:
    has_place = pl.col("division_code").is_not_null()
    said = {
        "code": pl.col("division_code").fill_null(""),
        "level": pl.when(has_place).then(pl.lit("county")).otherwise(pl.lit("none")),
        "confidence": pl.when(has_place).then(pl.lit("exact")).otherwise(pl.lit("none")),
        "method": pl.lit(METHOD),
        "text": pl.lit(""),
        "candidates": pl.lit(""),
    }
    is_ruled = pl.int_range(pl.len()).is_in(ruled)
    return rows.with_columns(
        pl.when(is_ruled).then(value).otherwise(f"place_{name}").alias(f"place_{name}")
        for name, value in said.items()
    )


def _with_industries(rows: pl.DataFrame, ruled: pl.DataFrame) -> pl.DataFrame:
    """The rule of each industry is the decision, its evidence the decision's reason."""
    reasons = ruled.select("row", ruled_for="reason")
    joined = rows.with_row_index("row").join(reasons, on="row", how="left", maintain_order="left")
    is_ruled = pl.col("ruled_for").is_not_null()
    count = pl.col("industries").list.len().fill_null(0)
    reason = pl.col("ruled_for").str.replace_all("|", "｜", literal=True)
    return joined.with_columns(
        rules=pl.when(is_ruled).then(_times(pl.lit(METHOD), count)).otherwise("rules"),
        evidence=pl.when(is_ruled).then(_times(reason, count)).otherwise("evidence"),
        emerging_classes=pl.when(is_ruled)
        .then(pl.lit([], pl.List(pl.String)))
        .otherwise("emerging_classes"),
    )


def _times(word: pl.Expr, count: pl.Expr) -> pl.Expr:
    return word.repeat_by(count).list.join("|")
