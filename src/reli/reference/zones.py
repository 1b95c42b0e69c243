"""Names of zones: development zones, new areas, bonded zones, industrial parks."""

from functools import cache

import pyarrow as pa

from reli.errors import InvalidData
from reli.reference.divisions import counties
from reli.reference.tables import read_shipped

__all__ = ["check", "zones"]


@cache
def zones() -> pa.Table:
    """Zones by name; unique only together with the city.

    Returns:
        Table of zone_name, kind, level (nbs_town: a town-level unit inside a county; a
        nbs_statistical_zone or national: the name alone), province, city, division_code (county
        of 2023; of level nbs_town only), nbs_code.
    """
    return read_shipped("zones.csv")


def check() -> None:
    """Check that each host exists, and the declared count.

    Raises:
        InvalidData: what does not hold, all together.
    """
    table = zones()
    known = {*counties(2023)["division_code"].to_pylist(), None}
    strange = set(table["division_code"].to_pylist()) - known
    problems = [f"division {code} does not exist in 2023" for code in sorted(strange)]
    if table.num_rows != 1209:
        problems.append(f"{table.num_rows} zones, declared are 1,209")
    if problems:
        raise InvalidData("zones.csv: " + "; ".join(problems))
