"""Addresses in the forms that registers have: levels left out, old names, towns, odd digits."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from reli.classification.stems import stem
from reli.reference.divisions import MUNICIPALITIES, all_divisions, convert
from reli.reference.towns import towns
from reli.synthetic.draw import Flags, Ints, Ragged, choose, gather, share, stream
from reli.synthetic.population import FIRST_DAY, Country
from reli.synthetic.told import split_counties, zone_names
from reli.synthetic.words import words

__all__ = ["FORMS", "Addresses", "Place"]

FORMS = (
    "full", "no_province", "no_city", "county_only", "town", "old_name", "short", "city_only",
    "zone", "split",
)  # fmt: skip
"""What an address says: see the guide docs/how-to/synthesise.md."""
_SHARES = (0.40, 0.15, 0.07, 0.06, 0.06, 0.11, 0.03, 0.05, 0.03, 0.04)
# Registers keep an address as it was when it was last filed.
_KEPT_DAYS = 10 * 365
FULL, NO_PROVINCE, NO_CITY, COUNTY_ONLY, TOWN, OLD_NAME, SHORT, CITY_ONLY, ZONE, SPLIT = range(10)


@dataclass(frozen=True)
class Place:
    """Columns of place of some enterprises, and what was planted."""

    address: pl.Series
    province: pl.Series
    city: pl.Series
    authority: pl.Series
    form: pl.Series
    is_placeable: Flags
    """Whether the address alone, without other columns, means one unit only."""


@dataclass(frozen=True)
class _Names:
    """Texts by unit, and the towns and former names that units have."""

    province: pl.Series
    city: pl.Series
    county: pl.Series
    short: pl.Series
    """Province and city without their suffixes."""
    is_alone: Flags
    """Whether no other county bears the name."""
    is_alone_in_province: Flags
    is_whole_city: Flags
    has_city: Flags
    towns: pl.Series
    is_town_alone: Flags
    """Whether the city has no other town of the name."""
    of_unit: Ragged
    old: pl.Series
    old_until: Ints
    """Day since 1980 on which an old name ended."""
    old_of_unit: Ragged


class Addresses:
    """Addresses of a country's enterprises."""

    def __init__(self, country: Country) -> None:
        self._country = country
        self._names = _names(country.land.codes, *_columns(country))
        self._zones = zone_names(country.land.codes)
        self._splits = split_counties(country.land.codes)

    def of(self, rows: Ints) -> Place:
        """Addresses of enterprises."""
        rng = stream(self._country.seed, "addresses", self._country.part)
        names, unit = self._names, self._country.unit[rows]
        town = names.of_unit.draw(rng, unit)
        old = names.old_of_unit.draw(rng, unit)
        zone, left = self._zones.of_unit.draw(rng, unit), self._splits.of_unit.draw(rng, unit)
        form = self._told(self._forms(rng, rows, unit, town, old), rows, town, zone, left)
        has_town = (form == TOWN) | (form == SPLIT) | share(rng, 0.25, len(rows))
        has_town &= (form != CITY_ONLY) & (form != ZONE)
        frame = pl.DataFrame(
            {
                "form": form,
                "province": names.province.gather(unit),
                "city": names.city.gather(unit),
                "county": names.county.gather(unit),
                "short": names.short.gather(unit),
                "old": names.old.gather(np.maximum(old, 0)),
                "zone": self._zones.texts.gather(np.maximum(zone, 0)),
                "left": self._splits.texts.gather(np.maximum(left, 0)),
                "town": names.towns.gather(np.maximum(town, 0)),
                "has_town": has_town & (town >= 0),
                "street": _streets(rng, len(rows)),
            }
        )
        address = frame.select(_composed()).to_series()
        return Place(
            address=_disfigured(rng, address),
            province=_column(rng, frame["province"], frame["city"], 0.08),
            city=_column(rng, frame["city"], None, 0.15),
            authority=_authority(rng, frame),
            form=gather(FORMS, form),
            is_placeable=self._placeable(form, unit, town),
        )

    def _forms(
        self, rng: np.random.Generator, rows: Ints, unit: Ints, town: Ints, old: Ints
    ) -> Ints:
        names = self._names
        form = choose(rng, _SHARES, len(rows))
        founded = self._country.founded[rows]
        is_too_late = (old < 0) | (names.old_until[np.maximum(old, 0)] + _KEPT_DAYS < founded)
        form = np.where((form == OLD_NAME) & is_too_late, FULL, form)
        form = np.where((form == TOWN) & ((town < 0) | ~names.has_city[unit]), FULL, form)
        form = np.where((form == COUNTY_ONLY) & ~names.is_alone[unit], NO_PROVINCE, form)
        is_named_once = names.is_whole_city[unit] | ~names.has_city[unit]
        return np.where(is_named_once & (form != NO_PROVINCE), FULL, form)

    def _told(self, form: Ints, rows: Ints, town: Ints, zone: Ints, left: Ints) -> Ints:
        """Forms that only some units have: a zone, or a town of a county since split."""
        founded = self._country.founded[rows]
        is_gone = (left < 0) | (self._splits.until[np.maximum(left, 0)] < founded)
        is_gone |= (town < 0) | ~self._names.is_town_alone[np.maximum(town, 0)]
        form = np.where((form == SPLIT) & is_gone, FULL, form)
        return np.where((form == ZONE) & (zone < 0), FULL, form)

    def _placeable(self, form: Ints, unit: Ints, town: Ints) -> Flags:
        names = self._names
        is_open = form == CITY_ONLY
        is_open |= (form == NO_CITY) & ~names.is_alone_in_province[unit]
        is_open |= (form == TOWN) & ~names.is_town_alone[np.maximum(town, 0)]
        return np.asarray(~is_open)


def _columns(country: Country) -> tuple[tuple[str, ...], ...]:
    land = country.land
    return land.provinces, land.cities, land.names


@cache
def _names(
    codes: tuple[str, ...],
    provinces: tuple[str, ...],
    cities: tuple[str, ...],
    counties: tuple[str, ...],
) -> _Names:
    is_municipality = [code[:2] + "0000" in MUNICIPALITIES for code in codes]
    is_whole = [city == county for city, county in zip(cities, counties, strict=True)]
    shown_city = pl.Series(cities, dtype=pl.String)
    pairs = pl.DataFrame({"province": provinces, "county": counties})
    shown = ["" if flag else text for flag, text in zip(is_municipality, provinces, strict=True)]
    short = [
        ("" if flag else stem(province, "province")) + (stem(city, "city") if city else "")
        for flag, province, city in zip(is_municipality, provinces, cities, strict=True)
    ]
    town_names, is_town_alone, of_unit = _towns(codes, cities)
    old, until, old_of_unit = _old_names(codes, counties)
    return _Names(
        province=pl.Series(shown, dtype=pl.String),
        city=shown_city,
        county=pl.Series(
            ["" if flag else name for flag, name in zip(is_whole, counties, strict=True)]
        ),
        short=pl.Series(short, dtype=pl.String),
        is_alone=~pairs["county"].is_duplicated().to_numpy(),
        is_alone_in_province=~pairs.is_duplicated().to_numpy(),
        is_whole_city=np.array(is_whole),
        has_city=(shown_city != "").to_numpy(),
        towns=pl.Series(town_names, dtype=pl.String),
        is_town_alone=is_town_alone,
        of_unit=of_unit,
        old=pl.Series(old, dtype=pl.String),
        old_until=until,
        old_of_unit=old_of_unit,
    )


def _towns(codes: tuple[str, ...], cities: tuple[str, ...]) -> tuple[list[str], Flags, Ragged]:
    """Names of towns, which are alone in their city, and those of each unit."""
    place = {code: at for at, code in enumerate(codes)}
    names: list[str] = []
    where: list[str] = []
    of_unit: list[list[int]] = [[] for _ in codes]
    for row in towns().to_pylist():
        at = place.get(row["division_code"] or "")
        if at is not None and not row["is_generic"] and not row["parent_kind"]:
            of_unit[at].append(len(names))
            names.append(row["town_name"].removesuffix("办事处"))
            where.append(cities[at])
    is_alone = ~pl.DataFrame({"name": names, "city": where}).is_duplicated().to_numpy()
    return names, is_alone, Ragged(of_unit)


def _old_names(codes: tuple[str, ...], counties: tuple[str, ...]) -> tuple[list[str], Ints, Ragged]:
    """Names under which a unit's whole territory stood, their last day, and those of each unit."""
    place = {code: at for at, code in enumerate(codes)}
    current = set(counties)
    old: list[str] = []
    until: list[int] = []
    of_unit: list[list[int]] = [[] for _ in codes]
    for each in all_divisions():
        is_past = each.level == "county" and each.end_year <= 2023
        # A name that a county bears today would plant that county instead.
        if not is_past or each.name in current:
            continue
        now = convert(each.code, from_vintage=each.end_year - 1).codes
        if len(now) == 1 and now[0] in place and now[0][:2] == each.code[:2]:
            of_unit[place[now[0]]].append(len(old))
            old.append(each.name)
            until.append(_day(each.end_year))
    return old, np.array(until, np.int64), Ragged(of_unit)


def _day(year: int) -> int:
    return int((np.datetime64(f"{year}-01-01") - FIRST_DAY).astype(int))


def _composed() -> pl.Expr:
    town = pl.when("has_town").then("town").otherwise(pl.lit(""))
    above = pl.concat_str("province", "city")
    either = pl.when(pl.col("province") == "").then("city").otherwise("province")
    heads = {
        FULL: pl.concat_str(above, "county", town),
        NO_PROVINCE: pl.concat_str("city", "county", town),
        NO_CITY: pl.concat_str(either, "county", town),
        COUNTY_ONLY: pl.concat_str("county", town),
        TOWN: pl.concat_str("city", town),
        OLD_NAME: pl.concat_str(above, "old", town),
        SHORT: pl.concat_str("short", "county", town),
        ZONE: pl.concat_str("city", "zone"),
        SPLIT: pl.concat_str(above, "left", town),
    }
    head: pl.Expr = pl.concat_str(above)
    for form, text in heads.items():
        head = pl.when(pl.col("form") == form).then(text).otherwise(head)
    return pl.concat_str(head, "street")


def _streets(rng: np.random.Generator, size: int) -> pl.Series:
    numbers = pl.Series([f"{number}号" for number in range(1, 2000)])
    # Small numbers are frequent.
    number = numbers.gather((1998 * rng.random(size) ** 3).astype(np.int64))
    frame = pl.DataFrame(
        {
            "road": gather(words().roads, rng.integers(0, len(words().roads), size)),
            "village": gather(words().villages, rng.integers(0, len(words().villages), size)),
            "number": number,
            "building": gather(words().buildings, rng.integers(0, len(words().buildings), size)),
            "is_village": share(rng, 0.18, size),
        }
    )
    street = pl.concat_str("road", "number", "building")
    village = pl.concat_str("village", "number")
    return frame.select(pl.when("is_village").then(village).otherwise(street)).to_series()


_WIDE = {str(digit): chr(0xFF10 + digit) for digit in range(10)}


def _disfigured(rng: np.random.Generator, address: pl.Series) -> pl.Series:
    """Full-width digits and spaces in some."""
    wide = address.str.replace_many(list(_WIDE), list(_WIDE.values()))
    address = address.zip_with(pl.Series(~share(rng, 0.04, len(address))), wide)
    spaced = address.str.replace("([市县区])", "${1} ")
    return address.zip_with(pl.Series(~share(rng, 0.02, len(address))), spaced)


def _column(
    rng: np.random.Generator, text: pl.Series, instead: pl.Series | None, missing: float
) -> pl.Series:
    """A column of its own beside the address, empty or `-` in some rows."""
    if instead is not None:
        text = text.set(text == "", None).fill_null(instead)
    is_missing = pl.Series(share(rng, missing, len(text)))
    return text.set(is_missing, "").set(is_missing & pl.Series(share(rng, 0.3, len(text))), "-")


def _authority(rng: np.random.Generator, frame: pl.DataFrame) -> pl.Series:
    kind = pl.Series("kind", choose(rng, (0.68, 0.12, 0.12, 0.08), len(frame)))
    texts = (
        pl.concat_str("county", pl.lit("市场监督管理局")),
        pl.concat_str("city", pl.lit("市场监督管理局")),
        pl.concat_str("city", "county", pl.lit("市场监督管理局")),
    )
    found: pl.Expr = pl.lit("")
    for number, text in enumerate(texts):
        found = pl.when(pl.col("kind") == number).then(text).otherwise(found)
    named = frame.with_columns(kind)
    is_nameless = found == "市场监督管理局"
    return named.select(pl.when(is_nameless).then(pl.lit("")).otherwise(found)).to_series()
