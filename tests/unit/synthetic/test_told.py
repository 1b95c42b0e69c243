"""Places told by a zone, or by the county that they have left."""

import numpy as np
import pytest

from reli.reference.universes import universe
from reli.synthetic.told import split_counties, zone_names

CODES = tuple(universe("units-2023").units["unit"].to_pylist())


def names_of(told, code):
    """All names that draws for a unit bring, with the year in which each ceased to be right."""
    rows = np.full(200, CODES.index(code))
    drawn = sorted(set(told.of_unit.draw(np.random.default_rng(1), rows).tolist()) - {-1})
    return {told.texts[at]: 1980 + round(told.until[at] / 365.25) for at in drawn}


@pytest.mark.parametrize(
    ("code", "left", "year"),
    [
        ("330113", "余杭区", 2021),  # 临平区
        ("330114", "萧山区", 2021),  # 钱塘区, with 江干区
        ("330114", "江干区", 2021),
    ],
)
def test_a_county_made_of_parts_of_others_is_told_by_their_names(code, left, year):
    assert names_of(split_counties(CODES), code)[left] == year


def test_who_keeps_the_code_is_not_told_by_its_own_name():
    # 余杭区 gave 临平区 away and is still 余杭区.
    assert "余杭区" not in names_of(split_counties(CODES), "330110")


def test_zones_lie_in_one_county_and_bear_a_name_of_their_own():
    zones = zone_names(CODES)
    assert "北京雁栖经济开发区" in names_of(zones, "110116")
    assert zones.texts.n_unique() == len(zones.texts) > 300
    assert zones.until.min() > 365 * 1000
