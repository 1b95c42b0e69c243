"""Peers: counties alike in size, people and economy, whatever their score."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa

from reli.reference.census import census

__all__ = ["CHARACTERISTICS", "PEERS", "SCHEMA", "characteristics", "structural_peers"]

PEERS = 20
"""How many peers a unit has."""

CHARACTERISTICS = {
    "population": ("常住人口", "population", None),
    "urban_share": ("城镇人口比重", "urban_population", "population"),
    "graduate_share": ("大学本科及以上人口比重", "edu_bachelor_or_above", "population"),
    "professional_share": ("专业技术人员比重", "occ_professional", "occ_total"),
    "manufacturing_share": ("制造业就业比重", "emp_manufacturing", "emp_sample_total"),
    "software_share": ("信息软件业就业比重", "emp_information_software", "emp_sample_total"),
    "research_share": ("科研技术服务业就业比重", "emp_research_technical", "emp_sample_total"),
}
"""What peers are alike in, of the census of 2020: code -> Chinese name, count, divided by."""

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("place", pa.int32()),
        ("peer", pa.string()),
        ("distance", pa.float64()),
    ]
)


@cache
def characteristics() -> pl.DataFrame:
    """Characteristics of the census by county of 2023: unit, then CHARACTERISTICS.

    Where a county was split after 2020, all its parts have the values of the whole; where counties
    were joined, their counts are summed.
    """
    counts = pl.DataFrame(census()).drop("division_code")
    rows = counts.with_columns(pl.col("codes_2023").str.split(";")).explode("codes_2023")
    # A blank is no zero: what it is added to is not known either.
    count = pl.exclude("codes_2023").cast(pl.Float64).fill_null(float("nan"))
    by_unit = rows.group_by(unit="codes_2023").agg(count.sum().fill_nan(None)).sort("unit")
    return by_unit.select(
        "unit",
        **{
            code: pl.col(part) / (pl.col(whole) if whole else 1.0)
            for code, (_, part, whole) in CHARACTERISTICS.items()
        },
    )


def structural_peers(
    units: Sequence[str], table: pl.DataFrame | None = None, size: int = PEERS
) -> pa.Table:
    """The units most alike to each in structure.

    Each characteristic counts by the place it gives a unit in the order of all (0 to 1), so that
    one that is spread widely does not outweigh the others; the distance is Euclidean.

    Args:
        units: among which peers are sought.
        table: unit and characteristics; those of the census by default.
        size: peers a unit.

    Returns:
        unit, place (1: the most alike), peer, distance; a unit that lacks a characteristic (a
        city without counties, a new county) has no peers and is nobody's.
    """
    known = (characteristics() if table is None else table).drop_nulls()
    chosen = known.filter(pl.col("unit").is_in(list(units))).sort("unit")
    count = min(size, chosen.height - 1)
    if count < 1:
        return SCHEMA.empty_table()
    order = chosen.select(pl.exclude("unit").rank("average") / chosen.height).to_numpy()
    from scipy.spatial import KDTree

    nearest = KDTree(order).query(order, k=count + 1)
    distance, found = np.asarray(nearest[0]), np.asarray(nearest[1])
    itself = found == np.arange(len(order))[:, None]
    # Of exact doubles the tree may name another first: then the last of the list is dropped.
    itself[~itself.any(axis=1), -1] = True
    codes = chosen["unit"].to_numpy()
    return pa.table(
        {
            "unit": np.repeat(codes, count),
            "place": np.tile(np.arange(1, count + 1), len(codes)),
            "peer": codes[found[~itself]],
            "distance": distance[~itself],
        }
    ).cast(SCHEMA)
