"""How many of a unit's enterprises are alive, flagged, of unknown state, or active.

Registered addresses also measure registration parks: a county whose share of active enterprises is
under half its province's median is flagged 注册集中.
"""

import polars as pl
import pyarrow as pa

from reli.indicators.cube import Cube
from reli.indicators.levels import Units
from reli.indicators.sets import EVERY

__all__ = ["STANDING_SCHEMA", "standing_of"]

STANDING_SCHEMA = pa.schema(
    {
        "unit": pa.string(),
        "year": pa.int32(),
        "standing": pa.int64(),
        "suspended": pa.int64(),
        "liquidating": pa.int64(),
        "undated": pa.int64(),
        "active": pa.int64(),
        "active_share_pct": pa.float64(),
        "is_registration_park": pa.bool_(),
    }
)
"""standing: counted enterprises alive at the end of the year; of these suspended (停业),
liquidating (清算), active (null where no source tells activity); undated: dead at an unknown day,
so counted at none."""

_COUNTS = ["standing", "suspended", "liquidating", "undated", "active"]
_PARK_SHARE = 0.5
"""Part of the province's median share of active enterprises below which a unit is flagged."""


def standing_of(counts: Cube, units: Units, year: int, *, has_activity: bool) -> pa.Table:
    """Counts of a year by unit.

    Args:
        counts: by unit.
        units: of any level.
        year: which year.
        has_activity: whether any source tells activity.

    Returns:
        A table of STANDING_SCHEMA, a row a unit.
    """
    found = {name: counts.table(name, [EVERY])[0] for name in _COUNTS}
    rows = units.units.sort("unit").with_columns(
        *(pl.Series(name, value) for name, value in found.items()), year=pl.lit(year, pl.Int32)
    )
    if not has_activity:
        rows = rows.with_columns(active=pl.lit(None, pl.Int64))
    share = pl.when(pl.col("standing") > 0).then(100 * pl.col("active") / pl.col("standing"))
    rows = rows.with_columns(active_share_pct=share)
    median = pl.col("active_share_pct").median().over("province_code")
    is_park = (pl.col("active_share_pct") < _PARK_SHARE * median).fill_null(False)
    chosen = rows.with_columns(is_registration_park=is_park).sort("unit")
    return chosen.select(STANDING_SCHEMA.names).to_arrow().cast(STANDING_SCHEMA)
