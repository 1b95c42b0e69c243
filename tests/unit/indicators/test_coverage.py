"""Units that a programme is known to cover, against the slow reading of the same rules."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reli.indicators.coverage import covered_units
from reli.indicators.levels import Units

PLACES = ["330102", "330122", "330203", "341126", "419001"]
LEVELS = {
    "county": {place: [place] for place in PLACES},
    "city": {"330100": PLACES[:2], "330200": PLACES[2:3], "341100": PLACES[3:4]},
    "region": {"长三角": PLACES[:4], "浙江": PLACES[:3]},
}
ASKED = pl.DataFrame(
    {
        "indicator": ["high_tech", "srdi", "srdi_once_more"],
        "list": ["high_tech", "srdi", "srdi"],
        "is_national": [True, False, False],
    }
)
ABOVE = ["330100", "330000", "340000", "410000", "000000"]
ENTRIES = st.tuples(st.sampled_from([*ASKED["indicator"]]), st.sampled_from([*PLACES, *ABOVE]))
DECLARED = st.tuples(
    st.sampled_from(["high_tech", "srdi", "gazelle"]),
    st.sampled_from([*PLACES, *ABOVE, "110101"]),
    st.sampled_from(["covered", "none", "unknown"]),
)


def units(level):
    rows = [(place, unit) for unit, inside in LEVELS[level].items() for place in inside]
    membership = pl.DataFrame(rows, schema=["place", "unit"], orient="row")
    return Units(membership.select("unit").unique(), membership, level)


def frame(rows, *columns):
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def is_covered(place, asked, entries, declared):
    """What is said last of the narrowest division that holds the place, else the default."""
    for division in (place, place[:4] + "00", place[:2] + "0000", "000000"):
        said = [state for name, of, state in declared if (name, of) == (asked["list"], division)]
        if said:
            return said[-1] == "covered"
    seen = {where[:2] for indicator, where in entries if indicator == asked["indicator"]}
    return asked["is_national"] or place[:2] in seen


@given(st.sampled_from([*LEVELS]), st.lists(ENTRIES, max_size=4), st.lists(DECLARED, max_size=9))
def test_a_unit_is_covered_where_all_its_counties_are(level, entries, declared):
    found = covered_units(
        units(level),
        ASKED,
        frame(entries, "indicator", "place"),
        frame(declared, "list", "division_code", "state"),
    )
    assert {*found.iter_rows()} == {
        (asked["indicator"], unit)
        for asked in ASKED.iter_rows(named=True)
        for unit, inside in LEVELS[level].items()
        if all(is_covered(place, asked, entries, declared) for place in inside)
    }
