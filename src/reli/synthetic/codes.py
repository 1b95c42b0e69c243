"""Credit codes by GB 32100-2015, with organisation codes by GB 11714-1997, a column at a time."""

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from reli.reference.divisions import all_divisions, convert
from reli.synthetic.draw import Ints, Ragged, choose, stream
from reli.synthetic.population import COOPERATIVE, INDIVIDUAL, Country

__all__ = ["CreditCodes"]

_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_VALUES_18: Ints = np.zeros(128, np.int64)
_VALUES_18[_ALPHABET] = np.arange(31)
_WEIGHTS_18 = np.array([3**at % 31 for at in range(17)], np.int64)
_VALUES_9: Ints = np.zeros(128, np.int64)
_VALUES_9[np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)] = np.arange(36)
_WEIGHTS_9 = np.array([3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_CHECK_9 = np.frombuffer(b"0123456789X", np.uint8)

_OLD_BODIES, _NEW_BODIES = 10**8, 31**6
# Prime to the number of bodies, so that each enterprise has its own.
_OLD_STEP, _NEW_STEP = 61_803_399, 618_033_989
_REGION_SHARES = (0.66, 0.05, 0.29)
_NEW_SINCE = 35 * 365
"""Since about 2015 organisation codes begin with MA."""

Letters = NDArray[np.uint8]


class CreditCodes:
    """Codes of a country's enterprises, made where they are asked for."""

    def __init__(self, country: Country) -> None:
        self._country = country
        land = country.land
        self._first = country.first
        old, of_unit = _abolished(land.codes)
        cities = [city or code for city, code in zip(land.city_codes, land.codes, strict=True)]
        self._regions = pl.Series([*land.codes, *cities, *old]).cast(pl.Binary)
        rng = stream(country.seed, "codes", country.part)
        units = len(land.codes)
        form = choose(rng, _REGION_SHARES, country.size)
        former = of_unit.draw(rng, country.unit)
        region = np.where(form == 2, units + country.unit, country.unit)
        self.region = np.where((form == 1) & (former >= 0), 2 * units + former, region)
        self._shift = int(stream(country.seed, "bodies").integers(0, _OLD_BODIES))

    def of(self, rows: Ints) -> pl.Series:
        """Valid codes of enterprises."""
        letters: Letters = np.empty((len(rows), 18), np.uint8)
        kind = self._country.kind[rows]
        category = np.where(kind == INDIVIDUAL, ord("2"), ord("1"))
        letters[:, 0] = ord("9")
        letters[:, 1] = np.where(kind == COOPERATIVE, ord("3"), category)
        regions = self._regions.gather(self.region[rows])
        letters[:, 2:8] = np.array(regions.to_list(), "S6").view(np.uint8).reshape(-1, 6)
        letters[:, 8:16] = self._bodies(rows)
        letters[:, 16] = _check_of_organisation(letters[:, 8:16])
        letters[:, 17] = _check_of_credit(letters[:, :17])
        return _text(letters)

    def _bodies(self, rows: Ints) -> Letters:
        number = self._first + rows
        old = _digits((number * _OLD_STEP + self._shift) % _OLD_BODIES, 10, 8)
        new = np.empty_like(old)
        new[:, 0], new[:, 1] = ord("M"), ord("A")
        new[:, 2:] = _digits((number * _NEW_STEP + self._shift) % _NEW_BODIES, 31, 6)
        is_new = self._country.founded[rows] >= _NEW_SINCE
        return np.where(is_new[:, None], new, old)


@cache
def _abolished(codes: tuple[str, ...]) -> tuple[list[str], Ragged]:
    """Codes no longer used whose whole territory is one unit now, and those of each unit."""
    place = {code: at for at, code in enumerate(codes)}
    old: list[str] = []
    of_unit: list[list[int]] = [[] for _ in codes]
    for code in sorted({each.code for each in all_divisions() if each.level == "county"}):
        now = convert(code).codes
        if code not in place and len(now) == 1 and now[0] in place:
            of_unit[place[now[0]]].append(len(old))
            old.append(code)
    return old, Ragged(of_unit)


def _digits(numbers: Ints, base: int, width: int) -> Letters:
    letters: Letters = np.empty((len(numbers), width), np.uint8)
    rest = numbers
    for at in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, base)
        letters[:, at] = _ALPHABET[digit]
    return letters


def _check_of_organisation(letters: Letters) -> Letters:
    """11 - (weighted sum modulo 11); 10 is X, 11 is 0. GB 11714."""
    return np.asarray(_CHECK_9[-(_VALUES_9[letters] @ _WEIGHTS_9) % 11])


def _check_of_credit(letters: Letters) -> Letters:
    """31 - (weighted sum modulo 31); 31 is 0. GB 32100."""
    return np.asarray(_ALPHABET[-(_VALUES_18[letters] @ _WEIGHTS_18) % 31])


def _text(letters: Letters) -> pl.Series:
    count, width = letters.shape
    offsets = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int32))
    data = pa.py_buffer(np.ascontiguousarray(letters))
    array: Any = pa.Array.from_buffers(pa.string(), count, [None, offsets, data])
    return pl.Series("credit_code", array)
