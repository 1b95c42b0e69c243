"""Scores and ranks under weights of one's own; the site computes the same in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import polars as pl

from reli.errors import InvalidData
from reli.index import Framework, Node, ranks
from reli.index.aggregate import combine
from reli.index.normalise import hurdle_rank, minmax
from reli.index.panel import Vector
from reli.index.replicates import RankCounts, Tree, perturbed
from reli.web.release import Release
from reli.web.transforms import lab_recipe

__all__ = ["MEANS", "NORMALISATIONS", "Reranker", "reranker"]

Mean = Literal["arithmetic", "geometric"]
Normalisation = Literal["published", "hurdle_rank", "minmax"]
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric")
NORMALISATIONS: tuple[Normalisation, ...] = ("published", "hurdle_rank", "minmax")
FLOOR = 1.0
"""Values below it are raised first under a geometric mean, where the recipe says nothing."""


@dataclass(frozen=True)
class Reranker:
    """The indicators of one index on one scale, ready for any weights.

    Attributes:
        framework: the tree.
        recipe: how the published index weights and aggregates.
        units: codes, in the order of the directory.
        indicators: by code, a value a unit; NaN where missing.
        is_numbered: whether a unit holds a place in the ranking.
        published: rank of each unit as published; None where it has none.
    """

    framework: Framework
    recipe: Mapping[str, Any]
    units: tuple[str, ...]
    indicators: Mapping[str, Vector]
    is_numbered: np.ndarray
    published: tuple[int | None, ...]

    def weights(self, own: Mapping[str, float]) -> dict[str, float]:
        """Weight of each node among its siblings: the published one times the given one."""
        is_equal = self.recipe["weights"] == "equal"
        return {
            node.code: (1.0 if is_equal else node.weight) * own.get(node.code, 1.0)
            for node in self.framework.nodes
        }

    def scores(self, own: Mapping[str, float], mean: Mean) -> Vector:
        """Index of each unit; NaN where it cannot be scored.

        Args:
            own: weights by node, relative to the published ones; 1 where none is given.
            mean: at the level of the index.
        """
        return self._values(own, mean)[self.framework.top]

    def _values(self, own: Mapping[str, float], mean: Mean) -> dict[str, Vector]:
        """Value of each unit on each node."""
        stated, means = self._stated(own), self._means(mean)
        values: dict[str, Vector] = dict(self.indicators)
        for parent, children in self._families:
            values[parent], _ = combine(
                np.column_stack([values[child] for child in children]),
                np.array([stated[parent]]),
                means[parent],
                floor=self._floor if means[parent] == "geometric" else None,
                at_least=self._at("at_least", parent),
            )
        return values

    @property
    def _families(self) -> list[tuple[str, Sequence[str]]]:
        """Parents with their children, lower levels first."""
        return [(each, self.framework.children[each]) for each in self.framework.aggregates]

    def _stated(self, own: Mapping[str, float]) -> dict[str, list[float]]:
        """Weights of the children by parent."""
        weights = self.weights(own)
        return {
            parent: [weights[child] for child in children] for parent, children in self._families
        }

    def _means(self, mean: Mean) -> dict[str, str]:
        means = {parent: str(self._at("means", parent)) for parent in self.framework.aggregates}
        return means | {self.framework.top: mean}

    @property
    def _floor(self) -> float:
        return float(self.recipe["floor"] or FLOOR)

    def ranks_of(self, scores: Vector) -> Vector:
        """Rank of each unit that holds a place; NaN for the others."""
        return ranks(np.where(self.is_numbered, scores, np.nan))

    def ranges(
        self, own: Mapping[str, float], mean: Mean, *, count: int, spread: float, seed: int
    ) -> tuple[Vector, Vector, Vector]:
        """5% and 95% of the ranks over random weightings, and the share in the first hundred.

        All weightings are scored as one product, in single precision; NaN where a unit holds no
        place.
        """
        values = self._values(own, mean)
        places = np.flatnonzero(self.is_numbered & ~np.isnan(values[self.framework.top]))
        found = np.full((3, len(self.units)), np.nan)
        if places.size:
            placed = {code: x[places] for code, x in values.items()}
            tree = self._tree(placed, mean)
            # Missing is no zero: it tells units apart.
            marks = [np.nan_to_num(placed[code], nan=-1) for code in self.framework.indicators]
            counts = RankCounts(np.column_stack(marks))
            rng = np.random.default_rng(seed)
            for scores in tree.chunks(perturbed(self._stated(own), spread, count, rng)):
                counts.add(scores)
            found[:2, places], within = counts.summary((0.05, 0.95), (100,))
            found[2, places] = within[100]
        return found[0], found[1], found[2]

    def _tree(self, values: Mapping[str, Vector], mean: Mean) -> Tree:
        """The values of some units as many weightings need them."""
        columns = [np.nan_to_num(values[code]) for code in self.framework.indicators]
        return Tree(
            framework=self.framework,
            values=np.column_stack(columns).astype(np.float32),
            present={code: ~np.isnan(x) for code, x in values.items()},
            means=self._means(mean),
            floor=self._floor,
            at_least={
                parent: self._at("at_least", parent) or 0.0 for parent in self.framework.aggregates
            },
        )

    def _at(self, name: str, parent: str) -> Any:  # noqa: ANN401 - of whatever kind it is
        given = self.recipe[name]
        level = self.framework.levels[parent]
        return given[level - 2] if isinstance(given, list) else given


def _framework(release: Release) -> Framework:
    return Framework(
        "published",
        tuple(
            Node(
                code=row["code"],
                parent=row["parent"] or "",
                direction=row["direction"],
                weight=row["weight"],
            )
            for row in release.framework
        ),
    )


@cache
def reranker(release: Release, industry: str, normalisation: Normalisation) -> Reranker:
    """The reranker of an index.

    Raises:
        InvalidData: the release has no indicators, or a recipe that cannot be repeated so.
    """
    recipe = lab_recipe(release.folder)
    if recipe is None or "indicators" not in release.tables:
        raise InvalidData(
            "this release publishes no indicator values, or has a recipe that cannot be repeated "
            "under other weights; re-ranking needs both"
        )
    framework = _framework(release)
    ranks_ = release.tables["ranks"].filter(pl.col("industry") == industry)
    units = release.tables["divisions"].select("division_code")
    rows = units.join(ranks_, on="division_code", how="left", maintain_order="left")
    return Reranker(
        framework,
        recipe,
        tuple(units["division_code"]),
        _normalised(release, industry, framework, normalisation),
        (rows["status"] == "ranked").to_numpy(),
        tuple(rows["rank"]),
    )


def _normalised(
    release: Release, industry: str, framework: Framework, normalisation: Normalisation
) -> dict[str, Vector]:
    """Indicators on one scale, of all units: as published, or normalised anew."""
    units = release.tables["divisions"].select("division_code")
    of_index = (pl.col("industry") == industry) & (
        pl.col("year") == release.about["reference_year"]
    )
    scores = release.tables["scores"].filter(of_index & (pl.col("level") == 1))
    published = _column_by_code(scores, ("node", "score"), units, framework)
    if normalisation == "published":
        return published
    indicators = release.tables["indicators"].filter(of_index)
    raw = _column_by_code(indicators, ("indicator", "value"), units, framework)
    return {
        code: _again(raw[code], framework.by_code[code].direction, normalisation)
        # What is the same for all units, or nowhere, stays out.
        if not np.isnan(x).all()
        else x
        for code, x in published.items()
    }


def _column_by_code(
    rows: pl.DataFrame, names: tuple[str, str], units: pl.DataFrame, framework: Framework
) -> dict[str, Vector]:
    code_column, value_column = names
    found = {}
    for code in framework.indicators:
        own = rows.filter(pl.col(code_column) == code).select("division_code", value_column)
        joined = units.join(own, on="division_code", how="left", maintain_order="left")
        found[code] = joined[value_column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return found


def _again(x: Vector, direction: int, normalisation: Normalisation) -> Vector:
    if normalisation == "minmax":
        turned = x * direction
        return minmax(turned, float(np.nanmin(turned)), float(np.nanmax(turned)))
    return 100 - hurdle_rank(x) if direction < 0 else hurdle_rank(x)
