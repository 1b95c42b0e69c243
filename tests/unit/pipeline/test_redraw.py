"""Counts drawn anew from how often each class of evidence is wrong."""

import numpy as np
import polars as pl
import pytest

from reli.errors import MissingFile, Problems
from reli.pipeline.error_rates import ErrorRates, read_error_rates
from reli.pipeline.redraw import holdings_of, redrawn

UNITS = ("u", "v", "w", "x")
POOLS = np.array([0, 0, 1, 1])
ROWS = """
unit indicator place    rule    link  quantity cohort firms
u    firms     exact    product -     6000     0      6000
u    firms     inferred product -     4000     1      4000
v    firms     exact    product -     10000    0      10000
w    firms     exact    product -     500      0      500
u    listed    exact    -       exact 400      .      400
y    listed    exact    -       exact 7        .      7
"""


def cohorts(text=ROWS):
    header, *rows = [line.split() for line in text.strip().splitlines()]
    cells = [[None if c == "." else c.replace("-", "") for c in row] for row in rows]
    frame = pl.DataFrame(cells, schema=header, orient="row")
    return frame.with_columns(pl.col("quantity", "cohort", "firms").cast(pl.Int64))


def rates(**wrong):
    """Rates known from a million checked, so that what is drawn is what is stated."""
    names = ("place_exact", "place_inferred", "industry_product", "industry_missed",
             "link_exact", "link_missed")  # fmt: skip
    million = 1_000_000
    counts = {
        tuple(name.split("_")): (million, round(wrong.get(name, 0) * million)) for name in names
    }
    return ErrorRates(counts)


def draw(known, times=200, seed=1, text=ROWS):
    """Counts as drawn: draws by units."""
    held = holdings_of(cohorts(text), UNITS)
    rng = np.random.default_rng(seed)
    draws = [redrawn(held, POOLS, known, rng) for _ in range(times)]
    counted = dict(zip(held.indicators, held.counted, strict=True))
    return {code: np.array([each[code] for each in draws]) + counted[code] for code in counted}


def test_counts_are_by_unit_and_others_are_left_out():
    held = holdings_of(cohorts(), UNITS)
    counted = dict(zip(held.indicators, held.counted.tolist(), strict=True))
    assert counted == {"firms": [10000, 10000, 500, 0], "listed": [400, 0, 0, 0]}


def test_without_errors_nothing_moves():
    found = draw(rates(), times=5)
    # Half a wrong one in a million is what a million right ones leave open.
    assert np.abs(found["firms"] - [10000, 10000, 500, 0]).max() <= 1
    assert np.abs(found["listed"] - [400, 0, 0, 0]).max() <= 1


def test_the_misplaced_settle_in_their_own_pool():
    found = draw(rates(place_inferred=0.5))["firms"]
    # 2,000 of u are misplaced and belong to u or v, which have the same: a half each.
    assert found.mean(axis=0) == pytest.approx([9000, 11000, 500, 0], rel=0.005)
    assert np.ptp(found[:, 0]) > 50
    assert (found[:, :2].sum(axis=1) <= 20001).all() and (found[:, :2].sum(axis=1) >= 19990).all()


def test_wrong_industries_go_and_missed_ones_come():
    gone = draw(rates(industry_product=0.1))["firms"]
    assert gone.mean(axis=0) == pytest.approx([9000, 9000, 450, 0], rel=0.01)
    come = draw(rates(industry_missed=0.2))["firms"]
    # Found are four of five: a quarter more.
    assert come.mean(axis=0) == pytest.approx([12500, 12500, 625, 0], rel=0.01)
    assert draw(rates(industry_product=0.1))["listed"].mean(axis=0)[0] == pytest.approx(400, abs=1)


def test_wrong_links_go():
    assert draw(rates(link_exact=0.25))["listed"].mean(axis=0)[0] == pytest.approx(300, rel=0.01)


TOGETHER = """
unit indicator place    rule    link  quantity cohort firms
u    firms     inferred product -     300      0      300
u    listed    inferred product exact 300      0      300
u    patents   inferred product -     1500     0      300
v    firms     exact    product -     300      0      300
"""


def test_an_enterprise_takes_all_its_entries_along():
    moved = draw(rates(place_inferred=0.3), text=TOGETHER)
    # Each holds one listing and five patents: wherever they go, they go together.
    assert (moved["firms"][:, 0] == moved["listed"][:, 0]).all()
    assert (moved["patents"] == 5 * moved["listed"]).all()
    assert np.ptp(moved["listed"][:, 1]) > 0 and (moved["listed"][:, 2:] == 0).all()
    gone = draw(rates(industry_product=0.3), text=TOGETHER)
    assert (gone["firms"][:, 0] == gone["listed"][:, 0]).all()
    assert gone["listed"][:, 0].mean() == pytest.approx(210, rel=0.03)


def test_a_wrong_link_takes_its_entry_alone():
    found = draw(rates(link_exact=0.3), text=TOGETHER)
    assert (found["firms"][:, 0] == 300).all() and (found["patents"][:, 0] == 1500).all()
    assert found["listed"][:, 0].mean() == pytest.approx(210, rel=0.03)


def test_nobody_goes_twice():
    found = draw(rates(link_exact=0.5, industry_product=0.5, place_inferred=0.5), text=TOGETHER)
    # All that is held is gone at most: a half stays, a half of that is of the industry, and so on.
    assert (found["listed"] >= 0).all() and (found["patents"] >= 0).all()
    # Of 300 a half stays in place; of these a half is of the industry, a half of these is linked.
    stay, come = 300 * 0.5 * 0.5 * 0.5, 300 * 0.5 * 0.5
    assert found["listed"][:, 0].mean() == pytest.approx(stay + come, rel=0.03)


def test_few_checked_leave_much_open():
    rng = np.random.default_rng(0)
    none_of_forty = ErrorRates({("place", "derived"): (40, 0)})
    drawn = [none_of_forty.draw("place", ["derived"], rng)[0] for _ in range(4000)]
    # Jeffreys' prior: Beta(1/2, 40 1/2), mean 0.5 / 41.
    assert np.mean(drawn) == pytest.approx(0.5 / 41, rel=0.1)
    # Nothing assigned is never wrong; a class never checked has the counts of its kind.
    assert none_of_forty.draw("place", [""], rng).tolist() == [0.0]
    assert 0 < none_of_forty.draw("place", ["inferred"], rng)[0] < 0.2


def test_the_shipped_rates_cover_all_kinds():
    counts = read_error_rates().counts
    assert {kind for kind, _ in counts} == {"place", "industry", "link"}
    assert {("place", "exact"), ("industry", "missed"), ("link", "missed")} <= set(counts)


def test_what_is_wrong_with_a_file_of_rates_is_said_together(tmp_path):
    path = tmp_path / "rates.toml"
    path.write_text(
        '[[rate]]\nkind = "plase"\nclass = "exact"\nof = 3\nwrong = 5\n[[rate]]\nkind = "link"\n',
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        read_error_rates(path)
    said = str(caught.value)
    assert "did you mean 'place'?" in said and "wrong <= of" in said and "rate 2: has no" in said
    with pytest.raises(MissingFile, match="named as error_rates in reli"):
        read_error_rates(tmp_path / "none.toml")
