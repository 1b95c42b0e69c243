"""Listed enterprises, what they hold, and the rankings of the largest."""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from reli.synthetic.draw import Flags, Ints, Numbers, choose, gather, share, stream
from reli.synthetic.entries import Entries, People, written
from reli.synthetic.landscape import Landscape
from reli.synthetic.planted import YEARS, Planted, industry_flags, year_end
from reli.synthetic.population import COMPANY
from reli.synthetic.programmes import chances
from reli.synthetic.spellings import days

__all__ = ["LISTED", "Largest", "Listed", "holdings", "listings"]

LISTED = "listings.csv"
_SHARES = (0.006, 0.002, 0.0003)
_MARKETS = ("A股", "创业板", "科创板", "港股", "中概股", "新三板")
_MARKET_SHARES = (0.4, 0.2, 0.15, 0.07, 0.03, 0.15)
_A_SHARES, _HONG_KONG, _THIRD_BOARD = 3, 3, 5
"""Markets before the fourth are A股; then 港股; the last is no exchange."""
_TWICE = 0.06
"""Of A-share firms so many are listed in Hong Kong too."""
_DELISTED = 0.04
_MOVED = 0.25
"""Of firms of the third board so many have since moved to an exchange."""


@dataclass(frozen=True)
class Listed:
    """Listings of a part of the country: a row a security."""

    enterprise: Ints
    market: Ints
    since: Ints
    until: Ints
    """Day since 1980; -1 while it is listed."""

    def at(self, rows: Flags) -> "Listed":
        """Some of the securities."""
        return Listed(*(getattr(self, each.name)[rows] for each in fields(self)))

    def on_exchange(self, day: int) -> Ints:
        """Enterprises on A股, 港股 or 中概股 at the end of a day, each once."""
        is_on = (self.since <= day) & ((self.until < 0) | (self.until > day))
        return np.unique(self.enterprise[is_on & (self.market < _THIRD_BOARD)])


def listings(people: People, first_code: int, planted: Planted) -> tuple[Entries, Listed]:
    """Listings of a part; stock codes, from `first_code`, are of a range that no exchange uses."""
    country = people.country
    rng = stream(country.seed, LISTED, country.part)
    listed = _listed(rng, people)
    name, code, links = written(rng, listed.enterprise, people)
    # A row that names a stranger says nothing of the enterprise.
    known = listed.at(links["enterprise"].is_not_null().to_numpy())
    for year in YEARS:
        chosen = known.on_exchange(year_end(year))
        stands = (country.stands(year_end(year)) & country.is_counted)[chosen]
        planted.add("listed", year, country, chosen[stands])
    numbers = pl.Series(np.arange(len(listed.market)) + first_code).cast(pl.String)
    rows = pl.DataFrame(
        {
            "上市板块": gather(_MARKETS, listed.market),
            "证券代码": numbers,
            "企业名称": name,
            "统一社会信用代码": code,
            "上市日期": days(listed.since).dt.strftime("%Y-%m-%d"),
            "退市日期": days(listed.until).dt.strftime("%Y-%m-%d"),
        }
    )
    return Entries(LISTED, "listings", rows, links), listed


def _listed(rng: np.random.Generator, people: People) -> Listed:
    country = people.country
    last = year_end(YEARS[-1])
    is_on = rng.random(country.size) < chances(_SHARES, country)
    chosen = rng.permutation(np.flatnonzero(is_on & country.stands(last)))
    since = np.minimum(country.founded[chosen] + 1500, last - 60)
    since = since + ((last - since) * rng.random(len(chosen))).astype(np.int64)
    market = choose(rng, _MARKET_SHARES, len(chosen))
    until = since + ((last - since) * rng.random(len(chosen))).astype(np.int64)
    is_gone = share(rng, _DELISTED, len(chosen)) | (
        (market == _THIRD_BOARD) & share(rng, _MOVED, len(chosen))
    )
    first = Listed(chosen, market, since, np.where(is_gone, until, -1))
    again = (market < _A_SHARES) & share(rng, _TWICE, len(chosen)) & ~is_gone
    moved = (market == _THIRD_BOARD) & is_gone
    second = np.flatnonzero(again | moved)
    return Listed(
        np.concatenate([first.enterprise, chosen[second]]),
        np.concatenate([first.market, np.where(again, _HONG_KONG, 0)[second]]),
        np.concatenate([first.since, until[second]]),
        np.concatenate([first.until, np.full(len(second), -1)]),
    )


def holdings(people: People, listed: Listed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Subsidiaries of A-share firms: rows, and row for row whom parent and child mean."""
    country = people.country
    rng = stream(country.seed, "holdings.csv", country.part)
    parents = np.unique(listed.enterprise[listed.market < _A_SHARES])
    parent = np.repeat(parents, rng.integers(0, 5, len(parents)))
    companies = np.flatnonzero(
        (country.kind == COMPANY) & country.stands(year_end(YEARS[-1]))
        & ~np.isin(np.arange(country.size), listed.enterprise)
    )  # fmt: skip
    child = (
        companies[rng.integers(0, max(1, len(companies)), len(parent))]
        if len(companies)
        else parent
    )
    stake = np.where(share(rng, 0.8, len(parent)), rng.integers(51, 101, len(parent)),
                     rng.integers(5, 50, len(parent)))  # fmt: skip
    since = np.maximum(country.founded[parent], country.founded[child]) + 30
    rows = pl.DataFrame(
        {
            "母公司": people.names.current(parent),
            "子公司": people.names.current(child),
            "起始日期": days(since).dt.strftime("%Y-%m-%d"),
            "持股比例": pl.Series(stake).cast(pl.String),
            "是否并表": gather(("否", "是"), (stake > 50).astype(np.int64)),
        }
    )
    links = pl.DataFrame(
        {"parent": country.first + parent, "child": country.first + child, "share": stake}
    )
    return rows, links


@dataclass(frozen=True)
class _Ranking:
    title: str
    indicator: str
    most: int
    enterprises: int
    """One of so many enterprises is on the ranking."""


_RANKINGS = (
    _Ranking("世界500强", "fortune_global_500", 140, 20_000),
    _Ranking("中国企业500强", "china_500", 500, 6_000),
    _Ranking("财富中国500强", "", 500, 6_000),
)
_KEPT = 800
"""Candidates that are remembered: more than a ranking has places."""
_LARGEST_SHARES = (1.0, 0.8, 0.2)


class Largest:
    """The largest enterprises of the whole country, found part by part."""

    def __init__(self) -> None:
        self._best = pl.DataFrame()

    def add(self, people: People) -> None:
        """Draw sizes, and keep the largest so far (weighted sampling without replacement)."""
        country = people.country
        rng = stream(country.seed, "rankings.csv", country.part)
        chance = chances(_LARGEST_SHARES, country) * country.stands(year_end(YEARS[0]))
        chance[country.founded > year_end(YEARS[0] - 2)] = 0.0
        size = _sizes(rng, chance)
        chosen = np.sort(np.argsort(-size, kind="stable")[:_KEPT])
        chosen = chosen[size[chosen] > -np.inf]
        name, code, links = written(rng, chosen, people)
        flags = industry_flags()[country.activity[chosen]]
        some = links.with_columns(
            name=name,
            code=code,
            size=pl.Series(size[chosen]),
            ended=pl.Series(country.ended[chosen]),
            unit=pl.Series(country.unit[chosen]),
            industries=pl.Series(flags @ (1 << np.arange(flags.shape[1]))),
        )
        both = pl.concat([self._best, some]) if len(self._best) else some
        self._best = both.sort("size", descending=True, maintain_order=True).head(_KEPT)

    def rankings(self, enterprises: int, land: Landscape, seed: int, planted: Planted) -> Entries:
        """The rankings of all years; places change a little from year to year."""
        rng = stream(seed, "places")
        rows, links = [], []
        for year in YEARS:
            moved = self._best["size"].to_numpy() + 0.05 * rng.standard_normal(len(self._best))
            order = np.argsort(-moved, kind="stable")
            ended = self._best["ended"].to_numpy()[order]
            order = order[(ended < 0) | (ended > year_end(year))]
            for ranking in _RANKINGS:
                count = min(ranking.most, 1 + enterprises // ranking.enterprises)
                some = self._best[order[:count]]
                _count(ranking, some, year, len(land.codes), planted)
                rows.append(_ranked(ranking.title, year, some))
                links.append(some.select("enterprise", "credit_code", "name_form", "has_code"))
        return Entries("rankings.csv", "rankings", pl.concat(rows), pl.concat(links))


def _sizes(rng: np.random.Generator, chance: Numbers) -> Numbers:
    """Exponential clocks (Efraimidis and Spirakis 2006) on a log scale: the largest come first."""
    with np.errstate(divide="ignore"):
        found = np.log(chance) - np.log(rng.exponential(size=len(chance)))
    return np.asarray(np.where(chance > 0, found, -np.inf))


def _count(ranking: _Ranking, some: pl.DataFrame, year: int, units: int, planted: Planted) -> None:
    if not ranking.indicator:
        return
    counts = planted.of(ranking.indicator, year)
    known: Flags = some["enterprise"].is_not_null().to_numpy()
    unit, bits = some["unit"].to_numpy()[known], some["industries"].to_numpy()[known]
    for place in range(len(counts)):
        is_in = bits > 0 if place == 0 else (bits >> (place - 1)) & 1 == 1
        counts[place] += np.bincount(unit[is_in], minlength=units)


def _ranked(title: str, year: int, some: pl.DataFrame) -> pl.DataFrame:
    size = len(some)
    return pl.DataFrame(
        {
            "榜单": pl.Series([title]).new_from_index(0, size),
            "年份": pl.Series([str(year)]).new_from_index(0, size),
            "名次": np.arange(size) + 1,
            "企业名称": some["name"],
            "统一社会信用代码": some["code"],
        }
    )
