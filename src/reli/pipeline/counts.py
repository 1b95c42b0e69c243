"""Row counts of a register by what became of the rows."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from reli.errors import InvalidData
from reli.pipeline.classified import classified_rows
from reli.pipeline.workspace import Workspace

__all__ = ["decision_counts", "road_counts", "without_code"]

_LISTS = ("recognitions", "listings", "rankings")


def road_counts(workspace: Workspace) -> dict[str, int]:
    """Counts of the road: read = rejected + placed + placed_by_city + unplaced.

    Raises:
        InvalidData: the counts do not add up, which is a defect of reli.
    """
    classified = workspace.stage("classified/enterprises")
    if not classified.exists() or "enterprises" not in workspace.project.tables():
        return {}
    rejected = _data_lines(workspace.rejected("enterprises"))
    firms = classified_rows(workspace).select(
        clean=pl.len(),
        not_counted=(~pl.col("is_counted")).sum(),
        placed=pl.col("division_code").is_not_null().sum(),
        placed_by_city=(
            pl.col("division_code").is_null() & (pl.col("place_code").fill_null("") != "")
        ).sum(),
        unplaced=(
            pl.col("division_code").is_null() & (pl.col("place_code").fill_null("") == "")
        ).sum(),
        emerging=(pl.col("industries").list.len() > 0).sum(),
    )
    counts = {name: int(value) for name, value in firms.collect().row(0, named=True).items()}
    counts = {"read": counts["clean"] + rejected, "rejected": rejected, **counts}
    settled = counts["placed"] + counts["placed_by_city"] + counts["unplaced"]
    if counts["read"] != settled + rejected:
        raise InvalidData(f"{counts['read']:,} rows read, {settled + rejected:,} accounted for")
    return counts | _list_counts(workspace) | _code_counts(workspace) | decision_counts(workspace)


def _code_counts(workspace: Workspace) -> dict[str, int]:
    """Patents with and without a code, where these decide of the scores."""
    path = workspace.stage("clean/patents")
    if workspace.project.patents != "ipc" or "patents" not in workspace.project.tables():
        return {}
    patents, without = without_code(path)
    return {"patents": patents, "patents_without_code": without}


def without_code(patents: Path) -> tuple[int, int]:
    """How many clean patents there are, and how many of them have no code that can be read."""
    rows = pl.scan_parquet(patents)
    has_codes = "ipc" in rows.collect_schema()
    absent = pl.col("ipc").is_null().sum() if has_codes else pl.len()
    found = rows.select(patents=pl.len(), without=absent).collect(engine="streaming")
    return int(found["patents"][0]), int(found["without"][0])


def decision_counts(workspace: Workspace) -> dict[str, int]:
    """Decisions by what became of them; none where the project has none."""
    ruled = workspace.stage("ruled/decisions")
    if "decisions" not in workspace.project.tables() or not ruled.is_file():
        return {}
    states = dict(pl.read_parquet(ruled).group_by("state").len().iter_rows())
    obeyed = {name: int(states.pop(name, 0)) for name in ("obeyed", "agreed", "contradicted")}
    return {
        "decisions": sum(obeyed.values()) + sum(states.values()),
        "decisions_obeyed": sum(obeyed.values()),
        "decisions_contradicted": obeyed["contradicted"],
        "decisions_expired": int(states.pop("expired", 0)),
        "decisions_unused": sum(states.values()),
    }


def _list_counts(workspace: Workspace) -> dict[str, int]:
    lists = [workspace.stage(f"linked/{table}") for table in _LISTS]
    there = [path for path in lists if path.exists()]
    if not there:
        return {}
    columns = [pq.read_table(path, columns=["enterprise_id"])["enterprise_id"] for path in there]
    rows = sum(len(column) for column in columns)
    return {"list_rows": rows, "list_linked": rows - sum(c.null_count for c in columns)}


def _data_lines(path: Path) -> int:
    if not path.is_file():
        return 0
    return pl.read_csv(path, infer_schema=False).height
