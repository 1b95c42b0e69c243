"""Where heat clusters, as tables: each index as a whole, each unit, each centre."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.insight.regional import CLUSTERS, region_counts
from reli.insight.spatial import LocalMoran, Pairs, centres, global_moran, local_moran
from reli.reference.emerging import in_order

__all__ = ["CENTRE", "LEVEL", "Clusters", "cluster_tables", "heat_values"]

CENTRE = 3
"""Hot counties that must hang together to be called a centre."""
LEVEL = 0.05
"""Rate of false discoveries up to which a unit is hot or cold."""

WHOLE_SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("variable", pa.string()),
        ("units", pa.int32()),
        ("moran_i", pa.float64()),
        ("expected", pa.float64()),
        ("z", pa.float64()),
        ("p", pa.float64()),
        ("hot", pa.int32()),
        ("cold", pa.int32()),
        ("centres", pa.int32()),
        ("hot_in_centres", pa.int32()),
    ]
)
UNIT_SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("unit", pa.string()),
        ("value", pa.float64()),
        ("lag", pa.float64()),
        ("local_i", pa.float64()),
        ("p", pa.float64()),
        ("q", pa.float64()),
        ("kind", pa.string()),
        ("centre", pa.int32()),
    ]
)
CENTRE_SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("centre", pa.int32()),
        ("units", pa.int32()),
        ("in_top", pa.int32()),
        ("mean", pa.float64()),
        ("hottest", pa.string()),
        ("provinces", pa.string()),
        ("cities", pa.string()),
        ("regions", pa.string()),
        ("members", pa.string()),
    ]
)


@dataclass(frozen=True)
class Clusters:
    """The answer as tables: `whole` a row an index, `units` a row a unit, `centres` a row a centre.

    Of `whole`: industry, variable (index, or listed: 1 for a unit among the first places, 0 for
    the others, where no more is published), units, moran_i, expected, z, p (two-sided), hot, cold,
    centres, hot_in_centres. Of `units`: industry, unit, value, lag (mean of the neighbours),
    local_i, p, q, kind (hot, cold, high_among_low, low_among_high; null: not significant), centre.
    Of `centres`: industry, centre (1: the largest), units, in_top (among the first places), mean
    (of its values), hottest (code); codes joined by `|`: provinces, cities (where a city stands
    between), members; regions: names of the declared ones that more than half of it lies in.
    """

    whole: pa.Table
    units: pa.Table
    centres: pa.Table


def heat_values(
    standings: pa.Table, industry: str, units: Sequence[str]
) -> tuple[str, dict[str, float]]:
    """What is mapped of an index, by unit: its variable and values.

    A unit without any enterprise of the industry has 0: it is known to have none. A unit that
    could not be scored is left out. Where only the first places are published (units without a
    row, or unpublished), 1 for these, 0 for the others.
    """
    rows = pl.DataFrame(standings).filter(pl.col("industry") == industry)
    if (rows["status"] == "unpublished").any() or rows.height < len(units):
        listed = rows.filter(pl.col("rank").is_not_null())["division_code"]
        return "listed", {**dict.fromkeys(units, 0.0), **dict.fromkeys(listed, 1.0)}
    heat = pl.when(pl.col("status") == "inactive").then(0.0).otherwise(pl.col("index"))
    known = rows.with_columns(heat=heat).drop_nulls("heat")
    return "index", dict(known.select("division_code", "heat").iter_rows())


def cluster_tables(
    standings: pa.Table,
    pairs: Pairs,
    cities: Mapping[str, str],
    *,
    top: int = 100,
    permutations: int = 19999,
    level: float = LEVEL,
    least: int = CENTRE,
) -> Clusters:
    """Global and local Moran's I of each index, and the centres that hot counties form.

    Args:
        standings: table as in `reli.insight.standings.SCHEMA`.
        pairs: of neighbours.
        cities: unit -> code of its city, empty for none; of all units of the universe.
        top: last rank of `in_top`.
        permutations: a unit, for its p-value.
        level: rate of false discoveries up to which a unit is hot or cold.
        least: hot counties that must hang together to be called a centre.
    """
    whole: list[dict[str, Any]] = []
    members: list[pa.Table] = []
    groups: list[dict[str, Any]] = []
    for industry in in_order(standings["industry"].to_pylist()):
        variable, values = heat_values(standings, industry, tuple(cities))
        local = local_moran(values, pairs, permutations=permutations, level=level)
        found = _Index(industry, variable, values, pairs, local=local, least=least)
        whole.append(found.whole)
        members.append(found.units)
        groups += found.centre_rows(_ranked(standings, industry, top), cities)
    return Clusters(
        pa.Table.from_pylist(whole, schema=WHOLE_SCHEMA),
        pa.concat_tables(members) if members else UNIT_SCHEMA.empty_table(),
        pa.Table.from_pylist(groups, schema=CENTRE_SCHEMA),
    )


def _ranked(standings: pa.Table, industry: str, top: int) -> frozenset[str]:
    """Units among the first places."""
    rows = pl.DataFrame(standings).filter(
        (pl.col("industry") == industry) & (pl.col("rank") <= top)
    )
    return frozenset(rows["division_code"])


class _Index:
    """One index on the map."""

    def __init__(
        self,
        industry: str,
        variable: str,
        values: Mapping[str, float],
        pairs: Pairs,
        *,
        local: LocalMoran,
        least: int,
    ) -> None:
        self._industry, self._variable, self._values = industry, variable, values
        self._global = global_moran(values, pairs)
        self._local = local
        hot = [unit for unit, kind in zip(values, self._local.kind, strict=True) if kind == "hot"]
        self._groups = [group for group in centres(hot, pairs) if len(group) >= least]

    @property
    def whole(self) -> dict[str, Any]:
        """The row of the index as a whole."""
        kinds = self._local.kind
        found = self._global
        return {
            "industry": self._industry,
            "variable": self._variable,
            "units": found.units if found else len(self._values),
            "moran_i": found.moran_i if found else None,
            "expected": found.expected if found else None,
            "z": found.z if found else None,
            "p": found.p if found else None,
            "hot": kinds.count("hot"),
            "cold": kinds.count("cold"),
            "centres": len(self._groups),
            "hot_in_centres": sum(map(len, self._groups)),
        }

    @property
    def units(self) -> pa.Table:
        """The rows of the units."""
        local, size = self._local, len(self._values)
        centre = {unit: number for number, group in enumerate(self._groups, 1) for unit in group}
        columns = {
            "industry": pa.array([self._industry] * size, pa.string()),
            "unit": pa.array(list(self._values), pa.string()),
            "value": pa.array(list(self._values.values()), pa.float64()),
            **{
                name: pa.array(getattr(local, name), pa.float64(), from_pandas=True)
                for name in ("lag", "local_i", "p", "q")
            },
            "kind": pa.array([kind or None for kind in local.kind], pa.string()),
            "centre": pa.array([centre.get(unit) for unit in self._values], pa.int32()),
        }
        return pa.table(columns, schema=UNIT_SCHEMA)

    def centre_rows(
        self, ranked: Collection[str], cities: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """The rows of the centres."""
        return [
            self._centre(number, group)
            | {
                "in_top": sum(unit in ranked for unit in group),
                "cities": "|".join(sorted({cities[unit] for unit in group} - {""})),
            }
            for number, group in enumerate(self._groups, 1)
        ]

    def _centre(self, number: int, group: Sequence[str]) -> dict[str, Any]:
        values = [self._values[unit] for unit in group]
        counted = region_counts(pa.table({"division_code": list(group)}))
        return {
            "industry": self._industry,
            "centre": number,
            "units": len(group),
            "mean": float(np.mean(values)),
            "hottest": group[int(np.argmax(values))],
            "provinces": "|".join(sorted({unit[:2] + "0000" for unit in group})),
            "regions": "|".join(name for name in CLUSTERS if 2 * counted[name] > len(group)),
            "members": "|".join(group),
        }
