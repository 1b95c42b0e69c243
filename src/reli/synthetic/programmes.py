"""Programmes of recognition: which there are, how long an entry counts, who is on them."""

from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np

from reli.synthetic.draw import Flags, Ints, Numbers, share, stream
from reli.synthetic.landscape import Landscape
from reli.synthetic.planted import YEARS, year_end
from reli.synthetic.population import COMPANY, Country, day_number
from reli.synthetic.words import words

__all__ = ["PROGRAMMES", "History", "Programme", "chances", "covered", "histories"]

VALID_YEARS = 3
"""Years from the notice for which an entry of a programme with reviews counts."""
_SEVERAL = 0.2
"""Of enterprises with a centre so many have a second one."""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One kind of recognition."""

    list: str
    """As the canonical tables call it."""
    title: str
    indicator: str
    shares: tuple[float, float, float]
    """Of companies of emerging industries, of other manufacturers and of the others: who gets on
    it sooner or later."""
    years: tuple[int, ...]
    months: tuple[tuple[int, int], ...] = ((12, 8),)
    """Days of notice within a year."""
    rule: Literal["years", "list_year", "until_withdrawn"] = "years"
    again: float = 0.55
    """Share of reviews that are passed; of yearly lists, who stays for another year."""
    revoked: float = 0.015
    provinces: float = 1.0
    """Share of the provinces that have the programme."""
    issuer: str = ""
    """Office, behind the province's name where provinces issue the list."""
    is_national: bool = True
    is_pulled: bool = True
    """Whether counties with many graduates have more of it."""
    centre: str = ""
    """What is recognised, where that is no enterprise but a centre that one has."""

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.list}.csv"


_FROM_2017 = tuple(range(2017, 2024))
PROGRAMMES = (
    Programme(list="high_tech", title="国家高新技术企业", indicator="high_tech",
              shares=(0.16, 0.03, 0.003), years=_FROM_2017, months=((7, 14), (10, 18), (12, 8)),
              issuer="全国高新技术企业认定管理工作领导小组办公室"),
    Programme(list="little_giant", title="专精特新“小巨人”企业", indicator="little_giant",
              shares=(0.022, 0.005, 0.0), years=(2019, 2020, 2021, 2022, 2023), months=((7, 14),),
              again=0.8, issuer="工业和信息化部"),
    Programme(list="srdi", title="专精特新中小企业", indicator="srdi",
              shares=(0.07, 0.03, 0.002), years=_FROM_2017, months=((6, 30), (11, 20)),
              provinces=0.85, issuer="工业和信息化厅", is_national=False),
    Programme(list="single_champion", title="制造业单项冠军企业", indicator="single_champion",
              shares=(0.004, 0.003, 0.0), years=_FROM_2017, months=((11, 15),), again=0.85,
              issuer="工业和信息化部"),
    Programme(list="hidden_champion", title="隐形冠军企业", indicator="hidden_champion",
              shares=(0.006, 0.004, 0.0), years=_FROM_2017, months=((9, 10),), provinces=0.4,
              issuer="工业和信息化厅", is_national=False),
    Programme(list="gazelle", title="瞪羚企业", indicator="gazelle",
              shares=(0.03, 0.004, 0.002), years=YEARS, months=((8, 25),), rule="list_year",
              again=0.4, provinces=0.6, issuer="科学技术厅", is_national=False),
    Programme(list="qianlima", title="千里马企业", indicator="qianlima",
              shares=(0.02, 0.003, 0.001), years=YEARS, months=((10, 12),), rule="list_year",
              again=0.5, provinces=0.2, issuer="科学技术厅", is_national=False),
    Programme(list="unicorn", title="独角兽企业", indicator="unicorn",
              shares=(0.0012, 0.0001, 0.0003), years=YEARS, months=((4, 20),), rule="list_year",
              again=0.8, issuer="合成演示研究院"),
    Programme(list="provincial_engineering_center", title="省级工程技术研究中心",
              indicator="engineering_centres", shares=(0.03, 0.012, 0.0), years=_FROM_2017,
              rule="until_withdrawn", revoked=0.05, issuer="科学技术厅", is_national=False,
              centre="工程技术研究中心"),
    Programme(list="enterprise_technology_center", title="企业技术中心",
              indicator="technology_centres", shares=(0.025, 0.02, 0.001), years=_FROM_2017,
              rule="until_withdrawn", revoked=0.05, issuer="发展和改革委员会", is_national=False,
              centre="企业技术中心"),
    Programme(list="above_designated_size", title="规模以上工业企业",
              indicator="industrial_above_size", shares=(0.16, 0.17, 0.0), years=YEARS,
              months=((12, 31),), rule="list_year", again=0.92, revoked=0.0,
              issuer="统计局", is_national=False, is_pulled=False),
)  # fmt: skip
"""All recognition lists of the canonical tables."""


@dataclass(frozen=True)
class History:
    """Entries of one programme in one part of the country, in no order."""

    enterprise: Ints
    """Position in the part."""
    year: Ints
    month: Ints
    """Which of the programme's days of notice."""
    is_review: Flags
    revoked: Ints
    """Day since 1980; -1 where it has not been revoked."""
    number: Ints
    """First or second centre of the enterprise; else 1."""

    def at(self, rows: "Ints | Flags") -> "History":
        """Some of the entries."""
        return History(*(getattr(self, each.name)[rows] for each in fields(self)))

    def notice(self, programme: Programme) -> Ints:
        """Days of notice since 1980."""
        return _days(programme)[self.year - _FIRST_YEAR, self.month]

    def valid(self, programme: Programme, year: int) -> Flags:
        """Which entries count at the end of a year, whether the enterprise stands or not."""
        if programme.rule == "list_year":
            begun = self.year == year
        else:
            begun = self.notice(programme) <= year_end(year)
        if programme.rule == "years":
            later = self.year - _FIRST_YEAR + VALID_YEARS
            begun &= _days(programme)[later, self.month] > year_end(year)
        # Who has lost it is not reviewed: what was granted before ends for good.
        subject = 2 * self.enterprise + self.number
        lost = subject[(self.revoked >= 0) & (self.revoked <= year_end(year))]
        return np.asarray(begun & ~np.isin(subject, lost))


_FIRST_YEAR = 2017


def _days(programme: Programme) -> Ints:
    """Days of notice: year from the first by day of the year."""
    years = range(_FIRST_YEAR, YEARS[-1] + VALID_YEARS + 1)
    return np.array([[day_number(year, *day) for day in programme.months] for year in years])


def histories(rng: np.random.Generator, programme: Programme, country: Country) -> History:
    """Who was recognised when, reviewed, and revoked."""
    chance = chances(programme.shares, country, is_pulled=programme.is_pulled)
    chosen = np.flatnonzero(rng.random(country.size) < chance)
    chosen = chosen[covered(programme, country.land, country.seed)[country.unit[chosen]]]
    years = np.array(programme.years)
    first = years[rng.integers(0, len(years), len(chosen))]
    if programme.rule == "list_year":
        # Most of those on a yearly list have long been on it.
        first = np.minimum(first, years[rng.integers(0, len(years), len(chosen))])
    month = rng.integers(0, len(programme.months), len(chosen))
    step = VALID_YEARS if programme.rule == "years" else 1
    rounds = 1 if programme.rule == "until_withdrawn" else len(years)
    nobody = np.zeros(len(chosen), np.int64)
    asked = History(chosen, first, month, nobody > 0, nobody - 1, nobody + 1)
    found = [_entered(rng, programme, country, asked)]
    for _ in range(rounds - 1):
        last = found[-1]
        is_again = share(rng, programme.again, len(last.year)) & (last.revoked < 0)
        is_again &= last.year + step <= years[-1]
        reviewed = last.at(is_again)
        due = replace(reviewed, year=reviewed.year + step)
        found.append(_entered(rng, programme, country, due, is_review=True))
    if programme.centre:
        seconds = found[0].at(share(rng, _SEVERAL, len(found[0].year)))
        found.append(replace(seconds, number=np.full(len(seconds.year), 2)))
    return History(*(np.concatenate([getattr(each, name.name) for each in found])
                     for name in fields(History)))  # fmt: skip


def _entered(
    rng: np.random.Generator,
    programme: Programme,
    country: Country,
    asked: History,
    *,
    is_review: bool = False,
) -> History:
    """Entries of those that stand on the day, and have stood for two years."""
    notice = asked.notice(programme)
    ended = country.ended[asked.enterprise]
    is_old = country.founded[asked.enterprise] + 730 <= notice
    stands = is_old & ((ended < 0) | (ended > notice))
    revoked = notice + 200 + rng.integers(0, 700, len(notice))
    is_revoked = share(rng, programme.revoked, len(notice)) & (revoked <= year_end(YEARS[-1]))
    entered = replace(
        asked,
        is_review=np.full(len(notice), is_review),
        revoked=np.where(is_revoked, revoked, -1),
    )
    return entered.at(stands)


def chances(
    shares: tuple[float, float, float], country: Country, *, is_pulled: bool = True
) -> Numbers:
    """Chance of each enterprise to be on a list; branches and sole traders have none."""
    emerging, making, other = shares
    is_making = country.group == words().groups.index("C")
    chance = np.where(country.is_emerging, emerging, np.where(is_making, making, other))
    pull = country.land.pull[country.unit] if is_pulled else 1.0
    return np.asarray(np.where(country.kind == COMPANY, chance * pull, 0.0))


def covered(programme: Programme, land: Landscape, seed: int) -> Flags:
    """Units where the programme exists."""
    if programme.provinces >= 1:
        return np.ones(len(land.codes), np.bool_)
    provinces, place = np.unique([code[:2] for code in land.codes], return_inverse=True)
    rng = stream(seed, f"coverage of {programme.list}")
    count = max(1, round(programme.provinces * len(provinces)))
    has_it = np.zeros(len(provinces), np.bool_)
    has_it[rng.choice(len(provinces), count, replace=False)] = True
    return has_it[place]
