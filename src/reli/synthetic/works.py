"""Patents and software copyrights: some of several owners, some of none in the register."""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from reli.reference.emerging import EMERGING
from reli.synthetic.draw import Flags, Ints, choose, gather, share, stream
from reli.synthetic.entries import People
from reli.synthetic.planted import YEARS, Planted, industry_flags, year_end
from reli.synthetic.population import day_number
from reli.synthetic.programmes import chances
from reli.synthetic.spellings import days

__all__ = ["Works", "copyrights", "patents"]

_FIRST_DAY = day_number(2008)
_TWO, _WITH_OUTSIDER, _OUTSIDER = 1, 2, 3
_OWNER_SHARES = (0.80, 0.09, 0.06, 0.05)
"""One enterprise; two; one and a university; a university alone."""
_FORMER, _TYPO = 0.05, 0.01
_INVENTION = 0.93
_LAPSED = 0.2
_STATUS_UNKNOWN = 0.03
_SEPARATORS = ("; ", "；", "|")
_IPC = (
    ("B25J9/16", "B64C27/08", "F16H57/04"), ("C02F9/00", "B01D53/78", "F23J15/00"),
    ("A61K31/00", "C12N15/11", "A61B5/00"), ("G06T13/00", "H04N21/44", "A63F13/50"),
    ("C08L63/00", "C22C38/00", "C04B35/48"), ("B60L50/60", "B60K1/04", "H01M50/20"),
    ("H02S20/30", "F03D7/02", "H01L31/18"), ("G06F16/00", "H04L67/10", "H01L21/02"),
    ("B65G47/74", "E04B1/00", "A47B96/00"),
)  # fmt: skip
"""By emerging industry; the last for all others."""


@dataclass(frozen=True)
class Works:
    """Rows of one file, and the enterprises that own each (position in the part; -1: none)."""

    rows: pl.DataFrame
    links: pl.DataFrame


@dataclass(frozen=True)
class _Owned:
    """Owners of works, work by work."""

    first: Ints
    second: Ints
    """-1 where there is none."""
    outsider: Ints
    """-1 where there is none."""
    is_alone: Flags
    """Whether the outsider owns it alone."""

    def at(self, rows: Flags) -> "_Owned":
        """Some of the works."""
        return _Owned(*(getattr(self, each.name)[rows] for each in fields(self)))


def patents(people: People, first_number: int, planted: Planted) -> Works:
    """Patents of a part; grant numbers, from `first_number`, are of a range that is not used."""
    country = people.country
    rng = stream(country.seed, "patents.csv", country.part)
    owned = _owned(rng, people, shares=(0.3, 0.09, 0.012), mean=5.0)
    granted = _since(rng, people, owned, 400)
    ended = granted + 700 + rng.integers(0, 2500, len(granted))
    is_over = share(rng, _LAPSED, len(granted)) & (ended <= year_end(YEARS[-1]))
    ended = np.where(is_over, ended, -1)
    is_invention = share(rng, _INVENTION, len(granted))
    for year in YEARS:
        day = year_end(year)
        in_force = is_invention & (granted <= day) & ((ended < 0) | (ended > day))
        _add(planted, "invention_patents", year, people, owned=owned.at(in_force))
    status = np.where(is_over, 1, np.where(share(rng, _STATUS_UNKNOWN, len(granted)), 2, 0))
    names, links = _named(rng, people, owned)
    group = np.minimum(country.group[owned.first], len(EMERGING))
    ipc = pl.Series([code for codes in _IPC for code in codes])
    rows = pl.DataFrame(
        {
            "授权公告号": _numbers("CN9", first_number, len(granted), "B"),
            "专利权人": names,
            "授权公告日": days(granted).dt.strftime("%Y-%m-%d"),
            "失效日": days(ended).dt.strftime("%Y-%m-%d"),
            "法律状态": gather(("有效", "失效", ""), status),
            "专利类型": gather(("实用新型", "发明授权"), is_invention.astype(np.int64)),
            "IPC分类号": ipc.gather(3 * group + rng.integers(0, 3, len(group))),
        }
    )
    return Works(rows, links)


def copyrights(people: People, first_number: int, planted: Planted) -> Works:
    """Software copyrights of a part."""
    country = people.country
    rng = stream(country.seed, "software_copyrights.csv", country.part)
    owned = _owned(rng, people, shares=(0.22, 0.03, 0.01), mean=4.0)
    registered = _since(rng, people, owned, 200)
    for year in YEARS:
        is_there = registered <= year_end(year)
        _add(planted, "software_copyrights", year, people, owned=owned.at(is_there))
    names, links = _named(rng, people, owned)
    rows = pl.DataFrame(
        {
            "登记号": _numbers("合成SR", first_number, len(registered), ""),
            "著作权人": names,
            "登记日期": days(registered).dt.strftime("%Y-%m-%d"),
        }
    )
    return Works(rows, links)


def _owned(
    rng: np.random.Generator,
    people: People,
    shares: tuple[float, float, float],
    mean: float,
) -> _Owned:
    """Few enterprises own most: numbers of works have heavy tails."""
    country = people.country
    chance = np.minimum(chances(shares, country), 0.9)
    owners = np.flatnonzero(rng.random(country.size) < chance)
    times = np.ceil(rng.lognormal(np.log(mean) - 0.9, 1.3, len(owners))).astype(np.int64)
    first = rng.permutation(np.repeat(owners, np.minimum(times, 3000)))
    kind = choose(rng, _OWNER_SHARES, len(first))
    second = owners[rng.integers(0, max(1, len(owners)), len(first))] if len(owners) else first
    is_two = (kind == _TWO) & (second != first)
    has_outsider = kind >= _WITH_OUTSIDER
    return _Owned(
        first=first,
        second=np.where(is_two, second, -1),
        outsider=np.where(has_outsider, people.outside.draw(rng, len(first)), -1),
        is_alone=kind == _OUTSIDER,
    )


def _since(rng: np.random.Generator, people: People, owned: _Owned, after: int) -> Ints:
    """A day behind the founding of all owners, later ones more often."""
    founded = people.country.founded
    start = np.maximum(founded[owned.first], founded[np.maximum(owned.second, 0)]) + after
    last = year_end(YEARS[-1])
    start = np.clip(start, _FIRST_DAY, last)
    later = ((last - start) * np.sqrt(rng.random(len(start)))).astype(np.int64)
    return np.asarray(start + later)


def _add(planted: Planted, indicator: str, year: int, people: People, *, owned: _Owned) -> None:
    """Each work once in each of its owners' units."""
    country, outside = people.country, people.outside
    own = np.flatnonzero(~owned.is_alone)
    two = np.flatnonzero(owned.second >= 0)
    out = np.flatnonzero(owned.outsider >= 0)
    firms = np.concatenate([owned.first[own], owned.second[two]])
    flags = industry_flags()[country.activity[firms]]
    planted.add_works(
        indicator,
        year,
        work=np.concatenate([own, two, out]),
        unit=np.concatenate([country.unit[firms], outside.unit[owned.outsider[out]]]),
        flags=np.concatenate([flags, np.zeros((len(out), flags.shape[1]), np.bool_)]),
        outside=np.arange(len(firms) + len(out)) >= len(firms),
    )


def _named(
    rng: np.random.Generator, people: People, owned: _Owned
) -> tuple[pl.Series, pl.DataFrame]:
    """Owners as the file has them, and which enterprises they are."""
    names, size = people.names, len(owned.first)
    current, former = names.current(owned.first), names.former(owned.first)
    frame = pl.DataFrame(
        {
            "name": current,
            "former": former.set(pl.Series(~share(rng, _FORMER, size)), None),
            "is_typo": share(rng, _TYPO, size),
            "second": names.current(np.maximum(owned.second, 0)).set(
                pl.Series(owned.second < 0), None
            ),
            "outsider": people.outside.names.gather(np.maximum(owned.outsider, 0)).set(
                pl.Series(owned.outsider < 0), None
            ),
            "is_alone": owned.is_alone,
            "separator": gather(_SEPARATORS, rng.integers(0, len(_SEPARATORS), size)),
        }
    )
    name = pl.col("name")
    slip = pl.concat_str(name.str.slice(0, 3), name.str.slice(4))
    said = pl.when("is_typo").then(slip).otherwise(pl.coalesce("former", "name"))
    ahead = pl.when(~pl.col("is_alone")).then(said)
    other = pl.coalesce("second", "outsider")
    both = pl.when(ahead.is_not_null() & other.is_not_null()).then(
        pl.concat_str(ahead, "separator", other)
    )
    text = frame.select(both.otherwise(pl.coalesce(ahead, other))).to_series()
    first = np.where(owned.is_alone, -1, people.country.first + owned.first)
    second = np.where(owned.second >= 0, people.country.first + owned.second, -1)
    form = pl.when("is_typo").then(pl.lit("typo")).when(pl.col("former").is_not_null())
    links = frame.select(
        enterprise=pl.Series(first),
        second=pl.Series(second),
        outsider="outsider",
        name_form=form.then(pl.lit("former")).otherwise(pl.lit("current")),
    )
    return text, links


def _numbers(prefix: str, first: int, count: int, suffix: str) -> pl.Series:
    number = pl.Series(np.arange(count) + first).cast(pl.String).str.zfill(9)
    return prefix + number + suffix
