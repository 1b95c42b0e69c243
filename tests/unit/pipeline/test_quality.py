"""What a unit's figures rest on, counted by hand."""

import polars as pl

from reli.pipeline.quality import _among, _doubtful, _only_city, _placed


def firms(rows):
    columns = ("is_counted", "industries", "division_code", "place_code", "place_candidates")
    schema = {
        "is_counted": pl.Boolean,
        "industries": pl.List(pl.String),
        **dict.fromkeys(columns[2:], pl.String),
    }
    made = pl.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], schema=schema)
    return made.with_columns(
        source_file=pl.lit("a.csv"), source_line=pl.int_range(2, pl.len() + 2)
    ).lazy()


ROWS = [
    (True, ["新材料"], "330110", "330110", None),
    (True, ["新材料"], None, "330100", "330110|330113"),  # the city is certain, two candidates
    (True, ["新能源"], None, "330100", None),
    (True, [], None, "330100", None),  # of no emerging industry
    (False, ["新材料"], None, "330100", "330110"),  # a branch
    (True, ["新材料"], None, None, "330110|420111"),
]


def test_those_without_a_county_are_counted_by_city_and_by_candidate():
    assert _only_city(firms(ROWS)).rows() == [("330100", 2)]
    assert sorted(_among(firms(ROWS)).rows()) == [("330110", 2), ("330113", 1), ("420111", 1)]


def test_unreadable_cells_belong_to_the_unit_of_their_row(tmp_path):
    cells = tmp_path / "enterprises.cells.csv"
    cells.write_text("文件,行,列,值,原因\na.csv,2,成立日期,1999-13-01,日期\na.csv,2,注册资本,x,数\n"
                     "a.csv,3,成立日期,?,日期\n", encoding="utf-8")  # fmt: skip
    # Line 3 has no county: its cells are nobody's.
    assert _doubtful(firms(ROWS), cells).rows() == [("330110", 2)]
    assert _doubtful(firms(ROWS), None).is_empty()


def test_enterprises_are_counted_by_class_of_place():
    evidence = pl.DataFrame(
        [
            ("330110", "综合", "sei_enterprises", "exact", 3),
            ("330110", "综合", "sei_enterprises", "exact", 2),
            ("330110", "综合", "sei_enterprises", "inferred", 1),
            ("330110", "新材料", "sei_enterprises", "exact", 9),
            ("330110", "综合", "high_tech", "exact", 9),
        ],
        schema=["unit", "industry", "indicator", "place", "quantity"],
        orient="row",
    )
    row = _placed(evidence).to_dicts()[0]
    assert (row["placed_exact"], row["placed_derived"], row["placed_inferred"]) == (5, 0, 1)
