"""Values and weights of the overall index for the workbook's live sheet."""

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from reli.index import Scores
from reli.pipeline.scoring import project_scores
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.report.live_sheet import LiveIndex, LiveNode, LiveUnit

__all__ = ["live_index"]


def live_index(workspace: Workspace) -> LiveIndex | None:
    """The overall index with its tree; None where weighted means do not give its values."""
    if "score" in workspace.project.tables():
        return None
    panels, scores = project_scores(workspace)
    for panel, each in zip(panels, scores, strict=True):
        if panel.key["industry"] == OVERALL:
            found = _live(workspace, each)
            return found if _is_mean(found) else None
    return None


def _live(workspace: Workspace, scores: Scores) -> LiveIndex:
    standings = pl.DataFrame(pq.read_table(workspace.stage("score/standings")))
    rows = standings.filter(
        (pl.col("industry") == OVERALL) & pl.col("division_code").is_in(list(scores.units))
    ).sort("rank", "index", nulls_last=True, descending=[False, True])
    places = [scores.units.index(code) for code in rows["division_code"]]
    framework = scores.framework
    kept = [
        code
        for code in (node.code for node in framework.nodes)
        if code in scores.values and not np.isnan(scores.values[code]).all()
    ]
    nodes = tuple(
        LiveNode(
            code,
            framework.by_code[code].name_zh or code,
            framework.by_code[code].parent or "",
            _weight(scores, code),
            len(framework.path(code)) - 1,
        )
        for code in sorted(kept, key=lambda code: len(framework.path(code)))
    )
    units = tuple(
        LiveUnit(row["division_code"], f"{row['city'] or ''}{row['county']}", row["province"],
                 row["rank"])
        for row in rows.to_dicts()
    )  # fmt: skip
    return LiveIndex(
        nodes,
        units,
        {code: _numbers(scores.values[code], places) for code in kept},
        {code: _numbers(scores.raw[code], places) for code in kept if code in scores.raw},
    )


def _weight(scores: Scores, code: str) -> float:
    """The weight that a node had among its siblings."""
    framework = scores.framework
    parent = framework.by_code[code].parent
    if parent not in scores.fit.weights:
        return float(framework.by_code[code].weight)
    return scores.fit.weights[parent][framework.children[parent].index(code)]


def _numbers(values: np.ndarray, places: list[int]) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(values[place]) else float(values[place]) for place in places)


def _is_mean(index: LiveIndex) -> bool:
    """Whether the sheet's formulas give the published values."""
    arrays = {code: np.array(values, float) for code, values in index.values.items()}
    for code, children in index.children.items():
        if code in arrays:
            weights = np.array([child.weight for child in children])[:, None]
            parts = np.array([arrays[child.code] for child in children])
            shares = np.where(np.isnan(parts), 0.0, weights)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = np.nansum(parts * weights, axis=0) / shares.sum(axis=0)
            is_there = ~np.isnan(arrays[code])
            if not np.allclose(mean[is_there], arrays[code][is_there], rtol=1e-9):
                return False
    return True
