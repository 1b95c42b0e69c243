"""What if values were others: every rank that moves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData, UnknownName
from reli.index import Framework, Panel, Recipe, Scores, ranks
from reli.index.scores import score_panel

__all__ = ["SCHEMA", "Change", "changed_panel", "numbered_ranks", "what_if"]

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("rank_before", pa.int32()),
        ("rank_after", pa.int32()),
        ("places", pa.int32()),
        ("index_before", pa.float64()),
        ("index_after", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Change:
    """Another value of one indicator of one unit: so much more, or so much in all."""

    unit: str
    indicator: str
    amount: float
    is_total: bool = False
    """Whether `amount` is the new value, not what is added to the old one."""


def changed_panel(panel: Panel, changes: Sequence[Change]) -> Panel:
    """The panel with the values changed.

    Raises:
        UnknownName: no such unit or indicator in the panel.
        InvalidData: something is added to a value that is not known.
    """
    values = {code: np.array(x, dtype=np.float64) for code, x in panel.values.items()}
    row = {unit: number for number, unit in enumerate(panel.units)}
    for change in changes:
        if change.unit not in row:
            raise UnknownName("unit", change.unit, panel.units, "this index")
        if change.indicator not in values:
            raise UnknownName("indicator", change.indicator, values)
        column, at = values[change.indicator], row[change.unit]
        if not change.is_total and np.isnan(column[at]):
            raise InvalidData(
                f"{change.unit} has no value of {change.indicator}, so nothing can be added to "
                f"it: say what it would be, {change.indicator}=VALUE"
            )
        column[at] = change.amount if change.is_total else column[at] + change.amount
    return replace(panel, values=values)


def numbered_ranks(scores: Scores, numbered: Collection[str] | None = None) -> NDArray[np.float64]:
    """Ranks of the index among the units that hold a place; NaN for the others."""
    index = scores.values[scores.framework.top]
    if numbered is None:
        return ranks(index)
    holds = np.array([unit in numbered for unit in scores.units])
    return ranks(np.where(holds, index, np.nan))


def what_if(
    panel: Panel,
    framework: Framework,
    recipe: Recipe,
    changes: Sequence[Change],
    *,
    numbered: Collection[str] | None = None,
    keep_bounds: bool = False,
) -> pa.Table:
    """Ranks and indices before and after, of every unit whose rank moves or value was changed.

    Args:
        panel: indicators of the units of one index.
        framework: its tree.
        recipe: its steps.
        changes: other values.
        numbered: units that hold a place; all by default.
        keep_bounds: keep the bounds fitted before; by default all is computed anew, as if the
            changed table had been published.

    Returns:
        unit, rank_before, rank_after, places (gained; lost: negative), index_before, index_after;
        by the rank after.

    Raises:
        ReliError: as of changed_panel, or of the steps.
    """
    changed = changed_panel(panel, changes)
    before = score_panel(panel, framework, recipe)
    after = score_panel(changed, framework, recipe, before.fit if keep_bounds else None)
    table = _moves(before, after, numbered)
    touched = {change.unit for change in changes}
    keep = [
        unit in touched or old != new
        for unit, old, new in zip(
            table["unit"].to_pylist(),
            table["rank_before"].to_pylist(),
            table["rank_after"].to_pylist(),
            strict=True,
        )
    ]
    return table.filter(pa.array(keep)).sort_by(
        [("rank_after", "ascending"), ("unit", "ascending")]
    )


def _moves(before: Scores, after: Scores, numbered: Collection[str] | None) -> pa.Table:
    top = before.framework.top
    old, new = numbered_ranks(before, numbered), numbered_ranks(after, numbered)
    columns: Mapping[str, NDArray[np.float64]] = {
        "rank_before": old,
        "rank_after": new,
        "places": old - new,
        "index_before": before.values[top],
        "index_after": after.values[top],
    }
    cells = {name: pa.array(x, from_pandas=True) for name, x in columns.items()}
    return pa.table({"unit": pa.array(before.units, pa.string()), **cells}).cast(SCHEMA)
