"""In = out + rejected, for every table, counted anew from the files on every run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from reli.engine import parquet_files, row_count
from reli.errors import InvalidData
from reli.pipeline.asking import WORKS, owners_of
from reli.pipeline.counting import LISTS
from reli.pipeline.counts import decision_counts, without_code
from reli.pipeline.inferring import parties_of
from reli.pipeline.rulings import OUTCOME
from reli.pipeline.workspace import Workspace

__all__ = ["balances"]

_WIDE = ("indicator", "score", "leaders")
"""Tables of which a line may hold several facts; their steps account for these themselves."""


def balances(workspace: Workspace, record: Callable[[str], Mapping[str, Any]]) -> Iterator[str]:
    """A line a table: the rows read, those kept and those rejected, from three places.

    What was read is what the manifest says, kept is what the clean table has, rejected is what the
    list under rejected/ has.

    Args:
        workspace: of the project.
        record: what the manifest says of a step.

    Raises:
        InvalidData: a table's rows do not add up, which is a defect of reli.
    """
    for table in sorted(workspace.project.tables() - set(_WIDE)):
        clean = workspace.kept(table)
        rows = record(f"clean/{table}").get("rows")
        if rows is None or not clean.exists():
            continue
        kept = row_count(clean)
        rejected = _lines(workspace, table)
        if rows["read"] != kept + rejected:
            raise InvalidData(
                f"{table}: {rows['read']:,} rows read, {kept:,} kept and {rejected:,} rejected; "
                "this is a defect of reli, please report it"
            )
        yield f"{table}: {rows['read']:,} rows read = {kept:,} kept + {rejected:,} rejected"
        if table in LISTS and "enterprises" in workspace.project.tables():
            yield _of_lists(workspace, table)
        if table in WORKS:
            yield _of_works(workspace, table, kept)
        if table == "patents":
            yield from _of_codes(workspace, kept)
        if table == "decisions":
            yield from _of_decisions(workspace)


def _lines(workspace: Workspace, table: str) -> int:
    path = workspace.rejected(table)
    return pl.read_csv(path, infer_schema=False).height if path.is_file() else 0


def _of_decisions(workspace: Workspace) -> Iterator[str]:
    """How many decisions the run obeyed; why not the others, the analyst reads in their list."""
    counts = decision_counts(workspace)
    if counts:
        number, obeyed = counts["decisions"], counts["decisions_obeyed"]
        yield (
            f"decisions: {number:,} = {obeyed:,} obeyed (the data have changed since under "
            f"{counts['decisions_contradicted']:,}) + {number - obeyed:,} not obeyed; "
            f"each and why: rejected/{OUTCOME}"
        )


def _of_codes(workspace: Workspace, kept: int) -> Iterator[str]:
    """Patents without a code, where others have one or the scores rest on codes."""
    _, without = without_code(workspace.kept("patents"))
    if without and (without < kept or workspace.project.patents == "ipc"):
        yield (
            f"patents: {without:,} of {kept:,} have no code (IPC) that can be read: by their codes "
            "they count in no industry"
        )


def _of_lists(workspace: Workspace, table: str) -> str:
    """Whom the rows of a list name: what names nobody who is counted is no silent zero."""
    counted = pl.scan_parquet(parquet_files(parties_of(workspace)))
    rows = pl.scan_parquet(parquet_files(workspace.stage(f"linked/{table}")))
    outside = "outsider_id" if "outsider_id" in rows.collect_schema() else pl.lit(None)
    found = (
        rows.select("enterprise_id", is_outside=pl.coalesce(outside).is_not_null())
        .join(counted.select("enterprise_id", "is_counted"), on="enterprise_id", how="left")
        .select(
            firms=pl.col("is_counted").fill_null(False).sum(),
            others=pl.col("is_outside").sum(),
            uncounted=(~pl.col("is_counted")).sum(),
            nobody=(pl.col("enterprise_id").is_null() & ~pl.col("is_outside")).sum(),
        )
        .collect(engine="streaming")
        .row(0, named=True)
    )
    return (
        f"{table}: {sum(found.values()):,} = {found['firms']:,} of enterprises + "
        f"{found['others']:,} of others, such as universities + {found['uncounted']:,} of branches "
        f"and sole traders, which are not counted + {found['nobody']:,} of nobody in the register"
    )


def _of_works(workspace: Workspace, table: str, kept: int) -> str:
    """Whom the works belong to: every work is of one of three kinds."""
    owners = pl.scan_parquet(owners_of(workspace)).select(
        "owner",
        inside=pl.col("enterprise_id").is_not_null(),
        outside=pl.col("outsider_id").is_not_null(),
    )
    rows = (
        pl.scan_parquet(workspace.stage(f"linked/{table}"))
        .select("item", "owner")
        .join(owners, on="owner", how="left")
        .group_by("item")
        .agg(pl.col("inside", "outside").any())
    )
    inside, outside, nobody = (
        rows.select(
            pl.col("inside").sum(),
            (~pl.col("inside") & pl.col("outside")).sum().alias("others"),
            (~pl.col("inside") & ~pl.col("outside")).sum().alias("persons"),
        )
        .collect(engine="streaming")
        .row(0)
    )
    if kept != inside + outside + nobody:
        raise InvalidData(
            f"{table}: {kept:,} works, of which {inside + outside + nobody:,} arrived at an owner; "
            "this is a defect of reli, please report it"
        )
    return (
        f"{table}: {kept:,} = {inside:,} of enterprises alone or together + {outside:,} of others "
        f"alone + {nobody:,} of persons, or of enterprises that the register lacks"
    )
