"""What must hold of facts, whatever the standings."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reli.insight import facts, read_standings
from reli.reference.divisions import counties

ALL = counties().to_pylist()


@st.composite
def scores(draw):
    """Long scores of some counties, with ties, as `reli score` ranks them."""
    chosen = draw(st.lists(st.sampled_from(ALL), min_size=1, max_size=40, unique_by=str))
    values = draw(st.lists(st.integers(0, 12), min_size=len(chosen), max_size=len(chosen)))
    ranks = [1 + sum(other > value for other in values) for value in values]
    return pa.table(
        {
            "unit": [each["division_code"] for each in chosen],
            "node": ["heat"] * len(chosen),
            "level": [4] * len(chosen),
            "value": [float(value) for value in values],
            "rank": ranks,
        }
    )


@settings(max_examples=60)
@given(scores(), st.integers(1, 30))
def test_parts_add_up(table, top):
    counted = sum(rank <= top for rank in table["rank"].to_pylist())
    found = facts(read_standings(table).table, top)["综合"]
    assert sum(found["provinces"].values()) == counted
    assert len(found["absent"]) + len(found["provinces"]) == 31
    assert not set(found["absent"]) & set(found["provinces"])
    direct = sum(
        unit[2:4] == "90" and rank <= top
        for unit, rank in zip(table["unit"].to_pylist(), table["rank"].to_pylist(), strict=True)
    )
    assert sum(found["cities"].values()) == counted - direct
    assert len(found["top10"]) == sum(rank <= 10 for rank in table["rank"].to_pylist())
    for counts in (found["provinces"], found["cities"]):
        assert list(counts.values()) == sorted(counts.values(), reverse=True)


@settings(max_examples=30)
@given(scores(), st.randoms(use_true_random=False))
def test_order_of_rows_is_of_no_matter(table, random):
    rows = table.to_pylist()
    random.shuffle(rows)
    shuffled = pa.Table.from_pylist(rows, schema=table.schema)
    assert facts(read_standings(shuffled).table) == facts(read_standings(table).table)
