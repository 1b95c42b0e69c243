"""Where the invented enterprises are: units of the map, and how much of each group they draw."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from reli.reference.emerging import EMERGING, OVERALL
from reli.reference.tables import read_shipped
from reli.reference.universes import universe
from reli.synthetic.draw import Ints, Numbers, stream
from reli.synthetic.words import words

__all__ = ["EMERGING_SHARE", "Landscape", "landscape"]

EMERGING_SHARE = 0.125
"""Of all enterprises those in emerging industries."""

_CENSUS = (
    "population", "urban_population", "edu_bachelor_or_above", "emp_sample_total",
    "emp_manufacturing", "emp_information_software",
)  # fmt: skip
_SMALL_COUNTY = 20_000.0
_SPREAD = 0.85
"""Below 1: emerging industries reach small counties a little more than all enterprises do."""
_FAR_FROM_AN_INDUSTRY = 0.3
"""Of the counties that draw an emerging industry least, this part has none of it at all."""


@dataclass(frozen=True)
class Landscape:
    """Units of `units-2023` and the joint shares of groups and units."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    """County names."""
    cities: tuple[str, ...]
    """City names; empty where the province runs the county."""
    city_codes: tuple[str, ...]
    provinces: tuple[str, ...]
    groups: tuple[str, ...]
    shares: Numbers
    """Group by unit; the sum is 1."""
    pull: Numbers
    """How much a unit draws research and large firms; about 1 in the middle."""

    def draw(self, rng: np.random.Generator, size: int) -> tuple[Ints, Ints]:
        """Group and unit of each enterprise."""
        cumulated = np.cumsum(self.shares.ravel())
        cells = np.searchsorted(cumulated, rng.random(size) * cumulated[-1], side="right")
        groups, units = np.divmod(cells, self.shares.shape[1])
        return groups.astype(np.int64), units.astype(np.int64)


@cache
def landscape(seed: int) -> Landscape:
    """The country of a seed: census and published tables give its shape, the seed its details."""
    rows = universe("units-2023").units.to_pylist()
    codes = tuple(row["unit"] for row in rows)
    census = _census(codes)
    people = np.maximum(census["population"], _SMALL_COUNTY)
    urban = census["urban_population"] / people
    degree = census["edu_bachelor_or_above"] / people
    rng = stream(seed, "landscape")
    size = people**0.95 * (0.25 + urban) ** 1.3 * (0.02 + degree) ** 0.4
    base = size * rng.lognormal(0.0, 0.35, len(codes))
    return Landscape(
        codes=codes,
        names=tuple(row["county_name"] for row in rows),
        cities=tuple(row["city_name"] or "" for row in rows),
        city_codes=tuple(row["city_code"] or "" for row in rows),
        provinces=tuple(row["province_name"] for row in rows),
        groups=words().groups,
        shares=_shares(rng, base, _draws(census, degree), _published(codes)),
        pull=np.clip((degree / np.median(degree)) ** 0.5, 0.4, 2.5),
    )


def _census(codes: tuple[str, ...]) -> dict[str, Numbers]:
    """Figures of the census of 2020 by unit; a county since split gives each part alike."""
    place = {code: at for at, code in enumerate(codes)}
    found = {name: np.zeros(len(codes)) for name in _CENSUS}
    for row in read_shipped("census_2020.csv").to_pylist():
        parts = [place[code] for code in (row["codes_2023"] or "").split(";") if code in place]
        for name in _CENSUS:
            for at in parts:
                found[name][at] += float(row[name] or 0) / len(parts)
    return found


def _draws(census: dict[str, Numbers], degree: Numbers) -> dict[str, Numbers]:
    """Shares in manufacturing and information services, and of degrees; 1 in the middle."""
    working = np.maximum(census["emp_sample_total"], 1.0)
    shares = {
        "manufacturing": census["emp_manufacturing"] / working,
        "information": census["emp_information_software"] / working,
        "degree": degree,
    }
    return {
        name: np.clip(each / np.median(each[each > 0]), 0.1, 8.0) for name, each in shares.items()
    }


def _published(codes: tuple[str, ...]) -> dict[str, Numbers]:
    """How far the published tables lift a unit, by industry; 1 where they do not name it."""
    lifts = {name: np.ones(len(codes)) for name in (OVERALL, *EMERGING)}
    place = {code: at for at, code in enumerate(codes)}
    path = files("reli.synthetic") / "data" / "county_weights.csv"
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        lifts[row["industry"]][place[row["division_code"]]] = float(row["weight"])
    return lifts


def _shares(
    rng: np.random.Generator,
    base: Numbers,
    draws: dict[str, Numbers],
    published: dict[str, Numbers],
) -> Numbers:
    rows = []
    for group in words().groups:
        powers = words().affinities.get(group, {})
        is_emerging = group in EMERGING
        row = base**_SPREAD if is_emerging else base.copy()
        for name, power in powers.items():
            row *= draws[name] ** power
        if is_emerging:
            row *= published[group] * rng.lognormal(0.0, 0.8, len(base))
            row[row < np.quantile(row, _FAR_FROM_AN_INDUSTRY)] = 0.0
        else:
            row *= np.sqrt(published[OVERALL])
        shares = words().emerging if is_emerging else words().sections
        part = EMERGING_SHARE if is_emerging else 1.0 - EMERGING_SHARE
        rows.append(row / row.sum() * part * shares[group] / sum(shares.values()))
    return np.array(rows)
