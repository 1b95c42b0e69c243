"""Neighbours of drawn shapes; Moran's I by hand and against esda."""

import esda
import numpy as np
import pyarrow as pa
import pytest
import shapely

from reli.insight.clusters import cluster_tables, heat_values
from reli.insight.spatial import _graph as graph_of
from reli.insight.spatial import centres, global_moran, local_moran, neighbours
from reli.insight.standings import SCHEMA
from reli.reference.geometry import Shape


def cell(code, x, y, size=1.0):
    return Shape(code, "110000", shapely.box(x, y, x + size, y + size))


def lattice(side):
    """Pairs of a lattice by edges (rook), in both directions; cells named row.column."""
    pairs = []
    for row in range(side):
        for column in range(side):
            for down, right in ((0, 1), (1, 0)):
                if row + down < side and column + right < side:
                    one, other = f"{row}.{column}", f"{row + down}.{column + right}"
                    pairs += [(one, other), (other, one)]
    return pairs


def test_neighbours_by_border_corner_and_distance():
    shapes = [cell("1", 0, 0), cell("2", 1, 0), cell("3", 2, 1), cell("4", 9, 0)]
    found = neighbours(shapes, ["1", "2", "3", "4"]).to_pylist()
    told = {(row["unit"], row["neighbour"]): row["kind"] for row in found}
    # 1 and 2 share an edge, 2 and 3 a corner; 4 is an island, nearest to 3.
    assert told == {
        ("1", "2"): "border",
        ("2", "1"): "border",
        ("2", "3"): "border",
        ("3", "2"): "border",
        ("3", "4"): "nearest",
        ("4", "3"): "nearest",
    }


def test_units_without_a_shape_have_no_neighbours():
    assert neighbours([cell("1", 0, 0)], ["1", "2"]).num_rows == 0


TWO_BY_TWO = lattice(2)


def test_global_moran_of_four_cells_by_hand():
    # 4 1 / 1 0: mean 1.5, z = 2.5, -0.5, -0.5, -1.5; means of the two neighbours by edge
    # -0.5, 0.5, 0.5, -0.5. Sum of products -1.25 - 0.25 - 0.25 + 0.75 = -1; of squares 9.
    values = {"0.0": 4.0, "0.1": 1.0, "1.0": 1.0, "1.1": 0.0}
    found = global_moran(values, TWO_BY_TWO)
    assert found.moran_i == pytest.approx(-1 / 9)
    assert found.expected == pytest.approx(-1 / 3)


def test_a_chessboard_is_perfectly_dispersed():
    values = {"0.0": 1.0, "0.1": 0.0, "1.0": 0.0, "1.1": 1.0}
    assert global_moran(values, TWO_BY_TWO).moran_i == pytest.approx(-1)


def test_local_moran_of_four_cells_by_hand():
    values = {"0.0": 4.0, "0.1": 1.0, "1.0": 1.0, "1.1": 0.0}
    found = local_moran(values, TWO_BY_TWO, permutations=99)
    # z_i times the mean z of its neighbours, -1.25, -0.25, -0.25, 0.75, over m2 = 9 / 3 (esda
    # divides by n - 1).
    assert found.local_i == pytest.approx(np.array([-1.25, -0.25, -0.25, 0.75]) / 3)
    assert found.lag == pytest.approx(np.array([1.0, 2.0, 2.0, 1.0]))


def test_p_of_equal_values_is_no_accident():
    # Two of 400 cells have something: a cell among zeros is nothing remarkable.
    pairs = lattice(20)
    values = {unit: 0.0 for unit, _ in pairs} | {"10.10": 1.0, "15.15": 2.0}
    found = local_moran(values, pairs, permutations=999)
    by_unit = dict(zip(values, found.p, strict=True))
    assert by_unit["0.0"] > 0.9
    assert set(found.kind) == {""}


def test_local_moran_is_that_of_esda_and_its_p_that_of_plain_drawing():
    pairs = lattice(20)
    random = np.random.default_rng(2)
    values = {unit: float(random.lognormal() + int(unit[0])) for unit, _ in pairs}
    found = local_moran(values, pairs, permutations=9999)
    y, graph = graph_of(values, pairs)
    assert found.local_i == pytest.approx(esda.Moran_Local(y, graph, permutations=0).Is)
    for unit in (0, 4, 8, 100, 399):
        others, size = np.delete(y, unit), int(graph.cardinalities.iloc[unit])
        drawn = np.array([random.choice(others, size, replace=False).mean() for _ in range(4000)])
        tail = min((drawn >= found.lag[unit]).mean(), (drawn <= found.lag[unit]).mean())
        # Three standard errors of 4,000 draws, doubled as the tail is.
        assert found.p[unit] == pytest.approx(2 * tail, abs=6 * (0.25 / 4000) ** 0.5)


def test_p_of_two_values_is_exact():
    # 36 cells, 3 of them 1, of which two side by side beside an inner cell with four neighbours:
    # two or more of four drawn from 35 with 3 ones: (C(3,2) C(32,2) + C(3,3) C(32,1)) / C(35,4)
    # = (3 x 496 + 32) / 52360.
    pairs = lattice(6)
    values = {unit: 0.0 for unit, _ in pairs} | {"2.1": 1.0, "2.3": 1.0, "5.5": 1.0}
    p = dict(zip(values, local_moran(values, pairs).p, strict=True))
    assert p["2.2"] == pytest.approx(2 * (3 * 496 + 32) / 52360)


def test_a_planted_centre_is_found_and_noise_is_not():
    pairs = lattice(20)
    random = np.random.default_rng(4)
    values = {unit: float(random.random()) for unit, _ in pairs}
    assert "hot" not in local_moran(values, pairs, permutations=9999).kind
    block = {f"{row}.{column}" for row in range(5, 10) for column in range(5, 10)}
    planted = {unit: value + 5 * (unit in block) for unit, value in values.items()}
    found = local_moran(planted, pairs, permutations=9999)
    hot = {unit for unit, kind in zip(planted, found.kind, strict=True) if kind == "hot"}
    assert hot <= block and len(hot) >= 20
    assert len(centres(sorted(hot), pairs)) == 1
    assert global_moran(planted, pairs).p < 0.01


def test_constant_heat_has_no_clusters():
    values = {unit: 1.0 for unit, _ in TWO_BY_TWO}
    assert global_moran(values, TWO_BY_TWO) is None
    assert np.isnan(local_moran(values, TWO_BY_TWO).p).all()


def test_centres_are_connected_groups_largest_first():
    pairs = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("x", "y"), ("y", "x")]
    assert centres(["c", "x", "y", "b", "z"], pairs) == [["b", "c"], ["x", "y"], ["z"]]
    assert centres(["a", "c"], pairs) == [["a"], ["c"]]


def standings(rows):
    columns = ("division_code", "rank", "index", "status")
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(
        [{"industry": "综合", "county": "", "city": None, "province": "", **row} for row in cells],
        schema=SCHEMA,
    )


def test_no_enterprise_is_zero_and_not_scored_is_missing():
    table = standings([("1", 1, 9.0, "ranked"), ("2", None, None, "inactive")])
    table = pa.concat_tables([table, standings([("3", None, None, "not_scored")])])
    assert heat_values(table, "综合", ["1", "2", "3"]) == ("index", {"1": 9.0, "2": 0.0})


def test_where_only_the_first_places_are_known_listed_is_mapped():
    table = standings([("1", 1, 9.0, "ranked")])
    assert heat_values(table, "综合", ["1", "2"]) == ("listed", {"1": 1.0, "2": 0.0})


def test_tables_of_a_planted_country():
    pairs = lattice(12)
    units = sorted({unit for unit, _ in pairs})
    block = {f"{row}.{column}" for row in range(3) for column in range(3)}
    order = sorted(units, key=lambda unit: (unit not in block, unit))
    rows = [(unit, place, 200.0 - place, "ranked") for place, unit in enumerate(order, 1)]
    rows = [(u, p, x + 500 * (u in block), s) for u, p, x, s in rows]
    found = cluster_tables(standings(rows), pairs, dict.fromkeys(units, ""), top=9)
    (whole,) = found.whole.to_pylist()
    assert (whole["variable"], whole["units"], whole["centres"]) == ("index", 144, 1)
    (centre,) = found.centres.to_pylist()
    assert set(centre["members"].split("|")) <= block and centre["in_top"] == centre["units"] >= 4
    hot = [row for row in found.units.to_pylist() if row["centre"] == 1]
    assert len(hot) == centre["units"] and all(row["kind"] == "hot" for row in hot)
