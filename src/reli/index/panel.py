"""Numbers of units by indicators, before, between and after the steps."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from reli.index.tree import Framework, Node

__all__ = ["Column", "Matrix", "Panel", "Sheet", "Vector", "beside", "has_gaps", "present"]

Vector = NDArray[np.float64]
"""One indicator, a value a unit; a missing value is NaN and stays NaN."""

Matrix = NDArray[np.float64]
"""Units by children of a node, or by indicators."""


def has_gaps(x: Vector | Matrix) -> bool:
    """Whether a value is missing."""
    flat = x.ravel(order="K")
    # The sum of squares is NaN if, and only if, one of them is; several times faster than looking.
    return math.isnan(float(flat @ flat))


def present(x: Vector) -> Vector:
    """Values that are not missing."""
    return x[~np.isnan(x)] if has_gaps(x) else x


def beside(vectors: Iterable[Vector]) -> Matrix:
    """Vectors as the columns of a matrix, each in one piece, as column by column needs them."""
    return np.array(list(vectors)).T


@dataclass(frozen=True)
class Panel:
    """Indicators of the units of one index, as read.

    `key` holds industry and year, where given; `columns` what else stands beside the indicators:
    names, groups, denominators (None where missing).
    """

    key: Mapping[str, Any]
    units: tuple[str, ...]
    values: Mapping[str, Vector]
    columns: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Which panel, for messages: "industry 新材料: year 2023: "."""
        return "".join(f"{name} {value}: " for name, value in self.key.items())


@dataclass(slots=True)
class Column:
    """One indicator as a step meets it when it is fitted."""

    node: Node
    x: Vector
    units: tuple[str, ...]
    is_turned: bool = False
    """Multiplied by -1, since lower is better."""
    _ordered: Vector | None = None

    @property
    def values(self) -> Vector:
        """Values that are not missing."""
        return present(self.x)

    @property
    def is_empty(self) -> bool:
        """Whether all values are missing."""
        return not self.x.size or (math.isnan(self.x[0]) and not self.values.size)

    @property
    def ordered(self) -> Vector:
        """Values that are not missing, the lowest first: quantiles come sooner so than by parts."""
        if self._ordered is None:
            ordered = np.sort(self.x)
            # Gaps are sorted behind all values.
            has_gaps = ordered.size and math.isnan(ordered[-1])
            self._ordered = present(ordered) if has_gaps else ordered
        return self._ordered

    @property
    def lowest(self) -> float:
        """The lowest value."""
        found = float(self.x.min())
        return float(self.values.min()) if math.isnan(found) else found

    @property
    def highest(self) -> float:
        """The highest value."""
        found = float(self.x.max())
        return float(self.values.max()) if math.isnan(found) else found

    def said(self, value: float) -> float:
        """A value as it was before it was turned round, for messages."""
        return -value if self.is_turned and value else value


@dataclass(frozen=True)
class Sheet:
    """All indicators of the units of one index between two steps.

    `rows` are the places of the units among those read: screening leaves some out.
    `normalised` holds the indicators whose direction is applied already.
    """

    framework: Framework
    units: tuple[str, ...]
    values: Mapping[str, Vector]
    columns: Mapping[str, tuple[Any, ...]]
    rows: NDArray[np.intp]
    normalised: frozenset[str] = frozenset()

    @classmethod
    def of(cls, panel: Panel, framework: Framework) -> Self:
        """The sheet before the first step; an indicator that is not there is missing for all."""
        blank = np.full(len(panel.units), np.nan)
        values = {
            code: np.asarray(panel.values.get(code, blank), dtype=np.float64)
            for code in framework.indicators
        }
        rows = np.arange(len(panel.units), dtype=np.intp)
        return cls(framework, panel.units, values, panel.columns, rows)

    def column(self, code: str, *, is_turned: bool = False) -> Column:
        """One indicator, turned round if asked for; a step is fitted on what it is applied to."""
        x = -self.values[code] if is_turned else self.values[code]
        return Column(self.framework.by_code[code], x, self.units, is_turned)

    def with_values(self, values: Mapping[str, Vector], normalised: Iterable[str] = ()) -> Self:
        """The sheet with some indicators replaced; `normalised` says which have been so now."""
        known = self.normalised | frozenset(normalised)
        return replace(self, values={**self.values, **values}, normalised=known)

    def keeping(self, is_kept: NDArray[np.bool_]) -> Self:
        """The sheet with some of the units."""
        places = np.flatnonzero(is_kept)
        return replace(
            self,
            units=tuple(self.units[place] for place in places),
            values={code: x[is_kept] for code, x in self.values.items()},
            columns={
                name: tuple(cells[place] for place in places)
                for name, cells in self.columns.items()
            },
            rows=self.rows[is_kept],
        )

    def spread(self, x: Vector, size: int) -> Vector:
        """A vector of these units over all units read; those left out are missing."""
        if size == len(self.rows):
            return x
        found = np.full(size, np.nan)
        found[self.rows] = x
        return found

    def spread_rows(self, x: Matrix, size: int) -> Matrix:
        """The same with rows of a matrix."""
        if size == len(self.rows):
            return x
        found = np.full((size, x.shape[1]), np.nan)
        found[self.rows] = x
        return found
