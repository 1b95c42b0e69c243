"""What if values were others: every rank that moves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData, ReliError, UnknownName, together
from reli.index import Framework, Node, Panel, Recipe, Scores, ranks
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
        Problems: several of these, together.
    """
    values = {code: np.array(x, dtype=np.float64) for code, x in panel.values.items()}
    row = {unit: number for number, unit in enumerate(panel.units)}
    errors: list[ReliError] = []
    for change in changes:
        if unknown := _unknown(change, panel):
            errors += unknown
            continue
        column, at = values[change.indicator], row[change.unit]
        if not change.is_total and np.isnan(column[at]):
            said = (
                f"{change.unit} has no value of {change.indicator}, so nothing can be added to "
                f"it: say what it would be, {change.indicator}=VALUE"
            )
            errors.append(InvalidData(said))
        column[at] = change.amount if change.is_total else column[at] + change.amount
    if errors:
        raise together("changes", errors)
    return replace(panel, values=values)


def _unknown(change: Change, panel: Panel) -> list[ReliError]:
    found: list[ReliError] = []
    if change.unit not in panel.units:
        found.append(UnknownName("unit", change.unit, panel.units, "this index"))
    if change.indicator not in panel.values:
        found.append(UnknownName("indicator", change.indicator, tuple(panel.values)))
    return found


def _refuse_negative_counts(
    panel: Panel, changed: Panel, framework: Framework, changes: Sequence[Change]
) -> None:
    """Less than nothing cannot be counted; what may be negative, such as a balance, is no count."""
    row = {unit: number for number, unit in enumerate(panel.units)}
    errors: list[ReliError] = []
    for unit, code in dict.fromkeys((change.unit, change.indicator) for change in changes):
        old, new = panel.values[code][row[unit]], changed.values[code][row[unit]]
        if new < 0 and (counted := _counted(panel.values[code], framework.by_code[code])):
            now = "no value now" if np.isnan(old) else f"now {old:,.12g}"
            said = f"{unit}: {code} would become {new:,.12g} ({now}): {counted} cannot be negative"
            errors.append(InvalidData(said))
    if errors:
        raise together("changes", errors)


def _counted(x: NDArray[np.float64], node: Node) -> str:
    """What an indicator is that is counted, by its values or its measure; empty for others."""
    known = x[~np.isnan(x)]
    if ((known >= 0) & (known == np.rint(known))).all():
        return "a count"
    return "a share of counts" if node.measure else ""


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
        ReliError: as of changed_panel, of a count below 0, or of the steps.
    """
    changed = changed_panel(panel, changes)
    _refuse_negative_counts(panel, changed, framework, changes)
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
