"""Leading firms: listed, ranked, and the wider circle that the sentences speak of.

`definition` (scored) counts A股, 港股, 中概股, 世界500强 and 中国500强. `prose` adds the
consolidated subsidiaries of A-share firms and 新三板. Entries (家次) count a firm once in each
kind, firms (家) once in all.
"""

from collections.abc import Iterator, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from reli.indicators.claims import as_claims
from reli.indicators.measure import Measure
from reli.indicators.recognised import Memory
from reli.indicators.tables import Period, RoadTables, with_columns

__all__ = ["EXCHANGES", "PARTS", "RANKED_PARTS", "counted_leaders", "leading_claims", "listed_ids"]

PARTS = {
    "a_share": "A股",
    "a_share_subsidiary": "A股子公司",
    "neeq": "新三板",
    "hk_mainland_entity": "港股",
    "us_mainland_entity": "中概股",
    "fortune_global_500": "世界500强",
    "china_500_cec": "中国500强",
}
"""Kinds of leading firms in the order in which they are printed."""

RANKED_PARTS = ("fortune_global_500", "china_500_cec")
EXCHANGES = ("a_share", "hk_mainland_entity", "us_mainland_entity")

_STOCK = ("market", "stock_code")
_DEPTH = 10
"""Levels of holdings that are followed below an A-share firm."""


def leading_claims(
    measures: Sequence[Measure], tables: RoadTables, period: Period, memory: Memory
) -> ibis.Table | None:
    """Claims of listed and ranked enterprises, and of the wider circle.

    An enterprise counts once however many of an indicator's kinds it is in (A+H is one), unless
    entries are asked for, which count it once in each.
    """
    kinds = _kinds(tables, period)
    if kinds is None or not measures:
        return None
    asked = memory(_asked(measures)).rename(asked_part="part")
    rows = kinds.inner_join(asked, kinds.part == asked.asked_part)
    counted = rows.group_by("indicator", "enterprise_id", "counts_rows").aggregate(
        entries=lambda t: t.count().cast("int64")
    )
    quantity = ibis.ifelse(counted.counts_rows, counted.entries, 1)
    return as_claims(counted, counted.indicator, counted.enterprise_id, quantity=quantity)


def _asked(measures: Sequence[Measure]) -> pa.Table:
    """Which indicator counts which kinds: one row a kind."""
    rows = [
        {"indicator": each.indicator, "part": part, "counts_rows": each.counts == "rows"}
        for each in measures
        for part in _parts_of(each)
    ]
    return pa.Table.from_pylist(rows)


def _parts_of(measure: Measure) -> tuple[str, ...]:
    """Kinds that a measure counts, whichever way it names them."""
    return (*measure.parts, *measure.markets, *([measure.list] if measure.list else ()))


def _kinds(tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises by kind, each once: part, enterprise_id."""
    found = []
    if tables.listings is not None:
        listed = _on(tables.listings, period)
        exchanged = listed.filter(listed.part.isin(EXCHANGES))
        board = _on_board(tables.listings, period)
        found += [exchanged, board.anti_join(exchanged, "enterprise_id")]
        if tables.holdings is not None:
            found.append(_subsidiaries(tables.holdings, exchanged, period))
    if tables.rankings is not None:
        rows = tables.rankings
        of_year = rows.filter((rows.year == period.year) & rows.enterprise_id.notnull())
        found.append(of_year.select("enterprise_id", part="list").select("part", "enterprise_id"))
    if not found:
        return None
    return ibis.union(*found, distinct=True) if len(found) > 1 else found[0].distinct()


def _on(listings: ibis.Table, period: Period) -> ibis.Table:
    """Enterprises on each market at the end of the year."""
    there = _there(listings, period)
    return there.select("enterprise_id", part="market").select("part", "enterprise_id")


def _there(listings: ibis.Table, period: Period) -> ibis.Table:
    """Listings at the end of the year.

    A row that tells that a stock was delisted, as lists of those who left do, ends what other rows
    tell of the stock, unless it was listed anew since.
    """
    rows = with_columns(listings, {_STOCK[1]: "string"})
    has_left = (rows.delisted_date <= period.last_day).fill_null(False)
    gone = rows.filter(has_left).group_by(*_STOCK).aggregate(gone=lambda t: t.delisted_date.max())
    came = rows.filter(_has_come(rows, period) & ~has_left).left_join(
        gone, _STOCK, rname="{name}_gone"
    )
    is_over = came.gone.notnull() & (came.gone >= came.listed_date).fill_null(True)
    return came.filter(~is_over).select(rows.columns)


def _has_come(listings: ibis.Table, period: Period) -> ir.BooleanValue:
    """Listed by the end of the year; of a listing without a date it is not known since when."""
    is_known = listings.enterprise_id.notnull()
    return is_known & (listings.listed_date <= period.last_day).fill_null(True)


def _on_board(listings: ibis.Table, period: Period) -> ibis.Table:
    """Enterprises on the third board.

    Who has moved to an exchange has left the board that day, whatever its row says, and is not
    back when the exchange delists it, but by a listing on the board since.
    """
    begun = listings.filter(_has_come(listings, period) & listings.market.isin(EXCHANGES))
    moved = begun.group_by("enterprise_id").aggregate(moved=begun.listed_date.max())
    board = _there(listings, period).filter(lambda t: t.market == "neeq")
    rows = board.left_join(moved, "enterprise_id")
    stays = rows.moved.isnull() | (rows.listed_date > rows.moved).fill_null(False)
    return rows.filter(stays).select("enterprise_id", part="market").select("part", "enterprise_id")


def _subsidiaries(holdings: ibis.Table, listed: ibis.Table, period: Period) -> ibis.Table:
    """Consolidated subsidiaries of A-share firms, of whatever depth; a listed firm is nobody's."""
    held = _consolidated(holdings, period).select("parent_id", "child_id")
    parents = listed.filter(listed.part == "a_share").select("enterprise_id")
    found = []
    for _ in range(_DEPTH):
        below = held.semi_join(parents, held.parent_id == parents.enterprise_id)
        parents = below.select(enterprise_id=below.child_id)
        found.append(parents)
    every = ibis.union(*found, distinct=True).anti_join(listed, "enterprise_id")
    return every.select(part=ibis.literal("a_share_subsidiary"), enterprise_id="enterprise_id")


def _consolidated(holdings: ibis.Table, period: Period) -> ibis.Table:
    """Holdings in the consolidated accounts; where that is not said, those of more than half."""
    has_begun = (holdings.valid_from <= period.last_day).fill_null(True)
    has_ended = (holdings.valid_to <= period.last_day).fill_null(False)
    is_consolidated = ibis.coalesce(holdings.is_consolidated, holdings.share > 50)
    is_known = holdings.parent_id.notnull() & holdings.child_id.notnull()
    return holdings.filter(is_known & has_begun & ~has_ended & is_consolidated.fill_null(False))


def counted_leaders(
    measure: Measure, tables: RoadTables, period: Period, carried: Sequence[str]
) -> ibis.Table | None:
    """Rows of listings, rankings and holdings by which a measure counts somebody.

    Returns:
        party, name, and the columns `carried`, which are text or lines; of a holding the subsidiary
        is the party. None where there is no such table.
    """
    kinds = _kinds(tables, period)
    if kinds is None:
        return None
    asked = kinds.filter(kinds.part.isin(_parts_of(measure)))
    rows = [
        with_columns(each, dict.fromkeys(carried, "string"))
        .semi_join(asked, ["part", "enterprise_id"])
        .select("name", *carried, party="enterprise_id")
        for each in _told_by(tables, kinds, period)
    ]
    return ibis.union(*rows) if len(rows) > 1 else rows[0]


def _told_by(tables: RoadTables, kinds: ibis.Table, period: Period) -> Iterator[ibis.Table]:
    """Rows that say of an enterprise that it is of a kind: part, enterprise_id, name and others."""
    if tables.listings is not None:
        yield _there(tables.listings, period).rename(part="market")
    if tables.rankings is not None:
        yield tables.rankings.filter(tables.rankings.year == period.year).rename(part="list")
    if tables.holdings is not None:
        chain = kinds.filter(kinds.part.isin(["a_share", "a_share_subsidiary"]))
        held = _consolidated(tables.holdings, period)
        held = held.semi_join(chain, held.parent_id == chain.enterprise_id)
        said = {"part": ibis.literal("a_share_subsidiary"), "enterprise_id": held.child_id}
        yield held.mutate(**said, name=held.child)


def listed_ids(tables: RoadTables, period: Period) -> ibis.Table | None:
    """Enterprises on any market."""
    if tables.listings is None:
        return None
    listed = _on(tables.listings, period)
    exchanged = listed.filter(listed.part.isin(EXCHANGES))
    both = ibis.union(exchanged, _on_board(tables.listings, period))
    return both.select("enterprise_id")
