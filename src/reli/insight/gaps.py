"""What the next better rank would take, of all units at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.index import Framework, Panel, Recipe, Scores
from reli.index.scores import rank_key, score_panel
from reli.insight.change import numbered_ranks
from reli.insight.gap import SCHEMA, milestone
from reli.insight.profile import effective_weights

__all__ = ["GRID", "gap_table"]

Vector = NDArray[np.float64]

GRID = 20_000
"""At how many values the scale of an indicator is tabulated; beyond as many, coarser."""


def gap_table(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    peers: Mapping[str, Sequence[str]],
    numbered: Collection[str] | None = None,
) -> pa.Table:
    """What the next better of MILESTONES would take of each ranked unit, by indicator.

    Bounds stay as they were fitted, so that all units are done at once from a table of each
    indicator's scale; `Gap` computes one unit anew.

    Returns:
        Table of SCHEMA, of indicators that have a value and are neither divided by another nor
        divide one: of these what a unit needs depends on what else it has. Empty where a level is
        no arithmetic mean or a step takes values relative to those of other units.
    """
    before = score_panel(panel, framework, recipe)
    if set(before.methods.values()) != {"arithmetic"} or not _is_absolute(recipe):
        return SCHEMA.empty_table()
    index, rank = before.values[framework.top], numbered_ranks(before, numbered)
    bars = np.sort(rank_key(index[~np.isnan(rank)]))[::-1]
    rows = np.flatnonzero(rank > 1)
    target = np.array([milestone(int(each)) for each in rank[rows]], dtype=np.int64)
    aims = _Aims(panel, rows, rank[rows], target, _Peers(panel.units, peers, rows))
    lead = _above(bars[target - 1]) - index[rows]
    weights = effective_weights(before)
    parts = [SCHEMA.empty_table()]
    divided = _divided(framework, recipe)
    for place, code in enumerate(framework.indicators):
        if code in before.left_out or code in divided:
            continue
        sign = framework.by_code[code].direction
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = before.values[code][rows] + lead / weights[rows, place]
        grid, scale = _scale(panel, framework, recipe, before, code)
        parts.append(aims.table(code, sign, _least(grid[::sign], scale[::sign], wanted)))
    return pa.concat_tables(parts)


def _least(grid: Vector, scale: Vector, wanted: Vector) -> Vector:
    """The least good value that stands as high on the scale as wanted; NaN where none does.

    `grid` goes from the worst value to the best.
    """
    rising = np.maximum.accumulate(scale)
    at = np.searchsorted(rising, wanted * (1 - 1e-12), side="left")
    is_there = (at < len(grid)) & ~np.isnan(wanted)
    return np.where(is_there, grid[np.minimum(at, len(grid) - 1)], np.nan)


_AMONG_OTHERS = frozenset({"rank", "borda", "percentile_rank", "hurdle_rank", "sibling_mean"})


def _is_absolute(recipe: Recipe) -> bool:
    """Whether no step takes values relative to other units."""
    methods = {step.method for step in recipe.steps if isinstance(step.method, str)}
    is_screened = any(step.do == "screen" for step in recipe.steps)
    return not is_screened and not methods & {*_AMONG_OTHERS, "benefit_of_doubt"}


def _divided(framework: Framework, recipe: Recipe) -> set[str]:
    """Indicators that a step divides by another column, and those by which it does."""
    by = {
        code: framework.by_code[code].denominator
        for step in recipe.steps
        if step.do == "denominate"
        for code in framework.indicators
        if step.concerns(code)
    }
    return {name for code, other in by.items() if other for name in (code, other)}


def _above(bar: Vector) -> Vector:
    """The index that draws level with a bar of nine significant digits."""
    return bar * (1 - 4e-10)


def _scale(
    panel: Panel, framework: Framework, recipe: Recipe, before: Scores, code: str
) -> tuple[Vector, Vector]:
    """Values of an indicator, the lowest first, and where they stand on the scale of the index."""
    x = panel.values[code]
    known = x[~np.isnan(x)]
    top = float(known.max())
    if (known == np.rint(known)).all():
        grid = np.arange(min(top, GRID) + 1)
        if top > GRID:
            grid = np.union1d(grid, np.rint(np.geomspace(GRID, top, GRID // 4)))
    else:
        grid = np.linspace(float(known.min()), top, GRID // 4)
    blank = np.full(len(grid), np.nan)
    values = {name: (grid if name == code else blank) for name in panel.values}
    # Columns by which other indicators are divided are there, and say nothing.
    columns = {name: ("",) * len(grid) for name in panel.columns}
    copies = Panel(panel.key, tuple(map(str, range(len(grid)))), values, columns)
    scale = score_panel(copies, framework, recipe, before.fit).values[code]
    return grid, scale


class _Peers:
    """The peers of units, as rows of the panel."""

    def __init__(
        self,
        units: Sequence[str],
        peers: Mapping[str, Sequence[str]],
        rows: NDArray[np.int64],
    ) -> None:
        at = {unit: number for number, unit in enumerate(units)}
        found = [[at[peer] for peer in peers.get(units[row], ()) if peer in at] for row in rows]
        most = max(map(len, found), default=0)
        # Padded with a row beyond the panel, which has no value.
        self._rows = np.array([each + [len(units)] * (most - len(each)) for each in found])
        self._rows = self._rows.reshape(len(found), most).astype(np.int64)

    def of(self, x: Vector) -> Vector:
        """Values of the peers of each unit; NaN where there is none."""
        found: Vector = np.append(x, np.nan)[self._rows]
        return found


@dataclass(frozen=True)
class _Aims:
    """Units that aim at a rank, as rows of the panel."""

    panel: Panel
    rows: NDArray[np.int64]
    rank: Vector
    target: NDArray[np.int64]
    peers: _Peers

    def table(self, code: str, sign: int, wanted: Vector) -> pa.Table:
        """The rows of one indicator, with what peers and others have; of units with a value.

        `sign` is -1 where less is better: then all is compared the other way round.
        """
        column = sign * self.panel.values[code]
        value = column[self.rows]
        needed = np.where(np.isnan(value), np.nan, np.maximum(sign * wanted, value))
        is_there = ~np.isnan(needed)
        theirs = self.peers.of(column)
        count = (~np.isnan(theirs)).sum(axis=1)
        having = (theirs >= needed[:, None]).sum(axis=1)
        ordered = np.sort(column[~np.isnan(column)])
        everywhere = len(ordered) - np.searchsorted(ordered, needed, side="left")
        best = np.max(np.nan_to_num(theirs, nan=-np.inf), axis=1, initial=-np.inf)
        table = pa.table(
            {
                "unit": pa.array(np.array(self.panel.units, dtype=object)[self.rows], pa.string()),
                "indicator": pa.array([code] * len(self.rows), pa.string()),
                "rank": self.rank.astype(np.int32),
                "target_rank": self.target.astype(np.int32),
                "value": _nullable(sign * value),
                "needed": _nullable(sign * (needed - value) + 0.0),
                "value_needed": _nullable(sign * needed),
                "rank_reached": _nullable(np.where(is_there, self.target, np.nan)),
                "peers": count.astype(np.int32),
                "peers_with": _nullable(np.where(is_there, having, np.nan)),
                "best_peer": _nullable(sign * np.where(count > 0, best, np.nan)),
                "units_with": _nullable(np.where(is_there, everywhere, np.nan)),
                "feasibility": _said(is_there, having, count, everywhere),
            }
        )
        return table.cast(SCHEMA).filter(pa.array(~np.isnan(value)))


def _nullable(x: Vector) -> pa.Array:
    return pa.array(x, from_pandas=True)


def _said(
    is_there: NDArray[np.bool_],
    having: NDArray[np.int64],
    count: NDArray[np.int64],
    everywhere: NDArray[np.int64],
) -> pa.Array:
    """As `feasibility`, of all units."""
    is_usual = (having > 0) & (2 * having >= count)
    choices = ["out_of_reach", "usual", "seen", "rare"]
    found = np.select([~is_there, is_usual, having > 0, everywhere > 0], choices, "unseen")
    return pa.array(found.tolist(), pa.string())
