"""What a framework may say of how an indicator is counted."""

import pytest

from reli.errors import Problems
from reli.indicators import read_measures


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"kind": "stocks"}, "unknown kind of measure 'stocks': did you mean 'stock'?"),
        ({"kind": "stock", "conted": "active"}, "'conted': did you mean 'counted'?"),
        # What the kind would pass over without a word.
        ({"kind": "stock", "list": "high_tech"}, "kind 'stock' takes no 'list'"),
        ({"kind": "listed", "markets": ["neeq"], "counts": "rows"}, "takes no 'counts'"),
        ({"kind": "recognised"}, "kind 'recognised' needs 'list'"),
        ({"kind": "recognised", "list": "hightech"}, "did you mean 'high_tech'?"),
        ({"kind": "ranked", "list": "high_tech"}, "unknown list 'high_tech'"),
        (
            {"kind": "registrations", "years_back": -1},
            "years_back is -1: expected a number of years, 0 or more",
        ),
        (
            {"kind": "share", "prior_enterprises": float("nan")},
            "prior_enterprises is nan: expected a number of enterprises, 0 or more",
        ),
        ({"kind": "recognised", "list": "srdi", "counts": "row"}, "unknown counts 'row'"),
        ({"kind": "recognised", "list": "srdi", "table": "listings"}, "unknown table 'listings'"),
        ({"kind": "listed", "markets": "a_share"}, "'a_share': expected a list of texts"),
        ({"kind": "listed", "markets": ["a_shares"]}, "did you mean 'a_share'?"),
        ({"kind": "leading", "parts": []}, "kind 'leading' needs 'parts'"),
        ({"kind": "stock", "counted": "all"}, "unknown counted 'all'"),
        ({"kind": "stock", "overall_scope": "all"}, "unknown overall_scope 'all'"),
        ({"kind": "share", "prior_enterprises": "50"}, "expected a number of enterprises"),
        ({"kind": "granted", "basis": "yearly"}, "unknown basis 'yearly'"),
        ({"kind": "granted", "by": "code"}, "unknown by 'code': expected one of owner"),
        (
            {"kind": "granted", "by": "ipc", "overall_scope": "all_enterprises"},
            "综合 counts the industries' patents alone",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_obeyed_is_refused(said, complaint):
    with pytest.raises(Problems) as error:
        read_measures({"x": said})
    assert complaint in str(error.value)
    assert len(error.value.problems) == 1


def test_all_that_is_wrong_is_told_together():
    with pytest.raises(Problems) as error:
        read_measures({"x": {"kind": "stock", "list": "srdi"}, "y": {"kind": "leading"}})
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("said", "table"),
    [
        ({"kind": "stock"}, "enterprises"),
        ({"kind": "recognised", "list": "srdi"}, "recognitions"),
        ({"kind": "listed", "markets": ["neeq"]}, "listings"),
        ({"kind": "ranked", "list": "china_500_cec"}, "rankings"),
        ({"kind": "leading", "parts": ["a_share_subsidiary"], "table": "holdings"}, "holdings"),
        ({"kind": "granted"}, "patents"),
        ({"kind": "registered_works"}, "software_copyrights"),
    ],
)
def test_the_table_follows_from_the_kind(said, table):
    (measure,) = read_measures({"x": said})
    assert measure.table == table
