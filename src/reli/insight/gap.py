"""What a better rank would take: the smallest change that reaches it, and who has as much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import InvalidData, ReliError, UnknownName, together
from reli.index import Framework, Panel, Recipe, Scores
from reli.index.scores import score_panel
from reli.insight.change import Change, changed_panel, numbered_ranks

__all__ = ["MILESTONES", "SCHEMA", "SPREAD_SCHEMA", "Gap", "feasibility", "milestone"]

MILESTONES = (1, 3, 5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000)
"""Ranks that people aim at; the table of gaps says what the next better one would take."""

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("indicator", pa.string()),
        ("rank", pa.int32()),
        ("target_rank", pa.int32()),
        ("value", pa.float64()),
        ("needed", pa.float64()),
        ("value_needed", pa.float64()),
        ("rank_reached", pa.int32()),
        ("peers", pa.int32()),
        ("peers_with", pa.int32()),
        ("best_peer", pa.float64()),
        ("units_with", pa.int32()),
        ("feasibility", pa.string()),
    ]
)

SPREAD_SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("indicator", pa.string()),
        ("value", pa.float64()),
        ("needed", pa.float64()),
        ("value_needed", pa.float64()),
        ("cost", pa.float64()),
        ("rank_reached", pa.int32()),
    ]
)

ROUNDS = 60
"""Halvings of a change that need not be whole."""

STEPS = 150
"""Into how many steps the way of one indicator alone is cut when it is spread over several."""


def milestone(rank: int) -> int | None:
    """The next better rank that people aim at; None for the first."""
    return max((each for each in MILESTONES if each < rank), default=None)


def _by_feasibility(row: Mapping[str, Any]) -> tuple[bool, int]:
    return row["needed"] is None, -(row["peers_with"] or 0)


def feasibility(needed: float, peers: NDArray[np.float64], others: NDArray[np.float64]) -> str:
    """Whether a value is usual among peers (half have it), seen, rare or unseen in the country."""
    if np.isnan(needed):
        return "out_of_reach"
    having = int((peers >= needed).sum())
    if having and 2 * having >= len(peers):
        return "usual"
    if having:
        return "seen"
    return "rare" if (others >= needed).any() else "unseen"


@dataclass(frozen=True)
class Gap:
    """The way of one unit to a better rank in one index.

    By default every trial computes the whole index anew, as if the changed table had been
    published; `keep_bounds` keeps the bounds that were fitted.
    """

    panel: Panel
    framework: Framework
    recipe: Recipe
    unit: str
    target_rank: int
    numbered: frozenset[str] | None = None
    peers: tuple[str, ...] = ()
    keep_bounds: bool = False

    @cached_property
    def before(self) -> Scores:
        """The index as it is."""
        return score_panel(self.panel, self.framework, self.recipe)

    @cached_property
    def rank(self) -> int:
        """The unit's rank as it is.

        Raises:
            UnknownName: no such unit in the index.
            InvalidData: the unit holds no place, or stands there already.
        """
        if self.target_rank < 1:
            raise InvalidData(f"{self.target_rank} is no rank: expected 1, 2, 3 …")
        found = numbered_ranks(self.before, self.numbered)[self._row]
        if np.isnan(found):
            raise InvalidData(f"{self.unit} has no rank in this index")
        if found <= self.target_rank:
            raise InvalidData(
                f"{self.unit} stands at rank {found:g} already: ask for a better one than that"
            )
        return int(found)

    @cached_property
    def _row(self) -> int:
        if self.unit not in self.panel.units:
            raise UnknownName("unit", self.unit, self.panel.units, "this index")
        return self.panel.units.index(self.unit)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators that can be changed: those that the unit has a value of and the index uses."""
        return tuple(
            code
            for code in self.framework.indicators
            if code in self.panel.values
            and code not in self.before.left_out
            and not np.isnan(self.panel.values[code][self._row])
        )

    def rank_with(self, amounts: Mapping[str, float]) -> int:
        """The unit's rank with its values changed by these amounts."""
        changes = [Change(self.unit, code, amount) for code, amount in amounts.items()]
        fit = self.before.fit if self.keep_bounds else None
        changed = changed_panel(self.panel, changes)
        after = score_panel(changed, self.framework, self.recipe, fit)
        return int(numbered_ranks(after, self.numbered)[self._row])

    def alone(self, codes: Sequence[str] | None = None) -> pa.Table:
        """The smallest change of each indicator by itself.

        Returns:
            Table of SCHEMA: needed (what is to be added; null where no value reaches the rank, and
            rank_reached then says how far the largest tried gets), value_needed, peers,
            peers_with (of them have as much), best_peer, units_with (of all have as much),
            feasibility; the most feasible first.

        Raises:
            UnknownName: an indicator that the unit has no value of.
        """
        chosen = tuple(codes) if codes else self.indicators
        if unknown := [code for code in chosen if code not in self.indicators]:
            where = "the unit's index"
            errors = [UnknownName("indicator", code, self.indicators, where) for code in unknown]
            raise together("indicators", errors)
        rank = self.rank
        rows: list[dict[str, Any]] = [
            {**self._alone(code), "unit": self.unit, "rank": rank} for code in chosen
        ]
        rows.sort(key=_by_feasibility)
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def _alone(self, code: str) -> dict[str, object]:
        value = float(self.panel.values[code][self._row])
        amount, reached = self._smallest(code)
        needed = value + amount if amount is not None else np.nan
        return {
            "indicator": code,
            "target_rank": self.target_rank,
            "value": value,
            "needed": amount,
            "value_needed": None if amount is None else needed,
            "rank_reached": reached,
            **self._having(code, needed),
        }

    def _having(self, code: str, needed: float) -> dict[str, object]:
        x, sign = self.panel.values[code], self.framework.by_code[code].direction
        at = {unit: number for number, unit in enumerate(self.panel.units)}
        peers = sign * np.array([x[at[unit]] for unit in self.peers if unit in at])
        peers = peers[~np.isnan(peers)]
        others = sign * np.delete(x, self._row)
        is_known = not np.isnan(needed)
        return {
            "peers": len(peers),
            "peers_with": int((peers >= sign * needed).sum()) if is_known else None,
            "best_peer": sign * float(peers.max()) if len(peers) else None,
            "units_with": int((others >= sign * needed).sum()) if is_known else None,
            "feasibility": feasibility(sign * needed, peers, others),
        }

    def _smallest(self, code: str) -> tuple[float | None, int]:
        """The smallest amount that reaches the rank, and the rank that it reaches."""
        sign, is_whole, most = self._way(code)
        step = 1.0 if is_whole else most / 2**ROUNDS
        low, high = 0.0, step if is_whole else most
        reached = self.rank_with({code: sign * high})
        while reached > self.target_rank and high < most:
            low, high = high, min(2 * high, most)
            reached = self.rank_with({code: sign * high})
        if reached > self.target_rank:
            return None, reached
        while high - low > step:
            middle = (low + high) / 2 if not is_whole else float((low + high) // 2)
            found = self.rank_with({code: sign * middle})
            low, high = (low, middle) if found <= self.target_rank else (middle, high)
            reached = found if found <= self.target_rank else reached
            if not is_whole and high - low <= 1e-9 * most:
                break
        return sign * high, reached

    def _way(self, code: str) -> tuple[int, bool, float]:
        """Direction, whether values are whole numbers, and the largest change that is tried.

        Twice as far as the best of all units, from where the unit stands.
        """
        x = self.panel.values[code]
        known = x[~np.isnan(x)]
        sign, value = self.framework.by_code[code].direction, float(x[self._row])
        is_whole = bool((known == np.rint(known)).all())
        best = float(known.max() if sign > 0 else known.min())
        spread = max(float(np.ptp(known)), 1.0)
        return sign, is_whole, float(np.ceil(abs(best - value) + spread))

    def spread(self, costs: Mapping[str, float] | None = None) -> pa.Table:
        """A change of several indicators that reaches the rank at least cost.

        Steps are taken where they move the index most for their cost (marginal allocation: Fox,
        Management Science 13, 1966; the least cost up to one step where returns decrease), then
        each is taken back as far as the rank allows.

        Args:
            costs: of one more of each indicator; others stay as they are. By default the inverse
                of the mean of all units: what is rare is hard.

        Returns:
            Table of SPREAD_SCHEMA, a row an indicator that changes; no row where the rank is out
            of reach.
        """
        prices = self._prices(costs)
        # `rank` refuses a rank that is no gain.
        amounts = self._taken(prices) if self.rank else None
        if amounts is None:
            return SPREAD_SCHEMA.empty_table()
        amounts = self._trimmed(amounts)
        reached = self.rank_with(amounts)
        rows: list[dict[str, Any]] = [
            {
                "unit": self.unit,
                "indicator": code,
                "value": float(self.panel.values[code][self._row]),
                "needed": amount,
                "value_needed": float(self.panel.values[code][self._row]) + amount,
                "cost": abs(amount) * prices[code],
                "rank_reached": reached,
            }
            for code, amount in amounts.items()
            if amount
        ]
        rows.sort(key=lambda row: -row["cost"])
        return pa.Table.from_pylist(rows, schema=SPREAD_SCHEMA)

    def _prices(self, costs: Mapping[str, float] | None) -> dict[str, float]:
        if costs is None:
            means = {code: float(np.nanmean(self.panel.values[code])) for code in self.indicators}
            return {code: 1 / abs(mean) for code, mean in means.items() if mean}
        errors: list[ReliError] = []
        for code, cost in costs.items():
            if code not in self.indicators:
                errors.append(UnknownName("indicator", code, self.indicators, "the costs"))
            if not cost > 0:
                errors.append(InvalidData(f"the cost of {code} is {cost:g}: expected more than 0"))
        if errors:
            raise together("costs", errors)
        return dict(costs)

    def _taken(self, prices: Mapping[str, float]) -> dict[str, float] | None:
        """Amounts after the cheapest steps; None where no further step moves the index."""
        sizes = {code: self._step(code) for code in prices}
        amounts = dict.fromkeys(prices, 0.0)
        index = float(self.before.values[self.framework.top][self._row])
        goal = self._goal
        for _ in range(100 * STEPS):
            trials = [{**amounts, code: amounts[code] + size} for code, size in sizes.items()]
            found = self._indices(trials)
            gain = np.array([found[k] - index for k in range(len(trials))])
            worth = gain / np.array([abs(size) * prices[code] for code, size in sizes.items()])
            best = int(np.argmax(worth))
            if gain[best] <= 0:
                return None
            amounts, index = trials[best], float(found[best])
            # The bar is that of the others as they stand; under new bounds it may move a little.
            if index >= goal and self.rank_with(amounts) <= self.target_rank:
                return amounts
        return None

    @cached_property
    def _goal(self) -> float:
        """Index of the unit that holds the target rank, among the others."""
        index = self.before.values[self.framework.top].copy()
        index[self._row] = np.nan
        if self.numbered is not None:
            index[[unit not in self.numbered for unit in self.panel.units]] = np.nan
        ordered = np.sort(index[~np.isnan(index)])[::-1]
        # A hair below it: ranks are taken on nine significant digits.
        return float(ordered[self.target_rank - 1]) * (1 - 1e-8)

    def _step(self, code: str) -> float:
        sign, is_whole, most = self._way(code)
        size = most / STEPS
        return sign * (max(1.0, np.floor(size)) if is_whole else size)

    def _indices(self, trials: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
        """Index of the unit under each set of changes, bounds as they were fitted."""
        count = len(trials)
        values = {}
        for code, x in self.panel.values.items():
            added = np.array([trial.get(code, 0.0) for trial in trials])
            values[code] = np.full(count, x[self._row]) + added
        columns = {name: (cells[self._row],) * count for name, cells in self.panel.columns.items()}
        copies = Panel(self.panel.key, tuple(map(str, range(count))), values, columns)
        scored = score_panel(copies, self.framework, self.recipe, self.before.fit)
        found: NDArray[np.float64] = scored.values[self.framework.top]
        return found

    def _trimmed(self, amounts: Mapping[str, float]) -> dict[str, float]:
        """Each amount as small as the rank allows, the others as they are."""
        kept = dict(amounts)
        for code in sorted(kept, key=lambda code: abs(kept[code])):
            _, is_whole, most = self._way(code)
            low, high = 0.0, abs(kept[code])
            sign = np.sign(kept[code])
            if not high or self.rank_with({**kept, code: 0.0}) <= self.target_rank:
                kept[code] = 0.0
                continue
            while high - low > (1.0 if is_whole else 1e-6 * most):
                middle = float((low + high) // 2) if is_whole else (low + high) / 2
                is_enough = self.rank_with({**kept, code: sign * middle}) <= self.target_rank
                low, high = (low, middle) if is_enough else (middle, high)
            kept[code] = float(sign * high)
        return kept
