"""Names of enterprises: place, invented brand, trade, legal form."""

import numpy as np
import polars as pl

from reli.classification.stems import stem
from reli.synthetic.draw import Ints, gather
from reli.synthetic.population import COMPANY, COOPERATIVE, INDIVIDUAL, Country
from reli.synthetic.words import words

__all__ = ["BRACKETED_PLACE", "Names"]

_LEGAL_FORMS = ("有限公司", "有限责任公司", "股份有限公司")
BRACKETED_PLACE = 13
"""Of so many names one has its place in brackets behind the brand."""


class Names:
    """Names of a country's enterprises, made where they are asked for."""

    def __init__(self, country: Country) -> None:
        self._country = country
        land = country.land
        cities = [
            stem(city, "city") if city else stem(name, "county")
            for city, name in zip(land.cities, land.names, strict=True)
        ]
        self._places = pl.Series(
            [
                *cities,
                *(stem(name, "county") for name in land.names),
                *(stem(name, "province") for name in land.provinces),
                *("" for _ in land.names),
            ],
            dtype=pl.String,
        )
        self._cities = pl.Series(cities, dtype=pl.String)
        self._trades = pl.Series(
            [trade for group in words().groups for trade in _padded(words().trades[group])]
        )

    def current(self, rows: Ints) -> pl.Series:
        """Names borne today."""
        parents = self._country.parent[rows]
        own = self._plain(rows, self._country.brand[rows])
        of_parent = self._plain(np.maximum(parents, 0), self._country.brand[np.maximum(parents, 0)])
        frame = pl.DataFrame(
            {
                "own": own,
                "parent": of_parent,
                "city": self._cities.gather(self._country.unit[rows]),
                "number": self._country.first + rows,
                "is_branch": parents >= 0,
            }
        )
        # Two branches of one company in one city are told apart by number.
        branch = pl.format("{}{}第{}分公司", "parent", "city", pl.col("number"))
        return frame.select(pl.when("is_branch").then(branch).otherwise("own")).to_series()

    def former(self, rows: Ints) -> pl.Series:
        """Names borne before; null where there was none."""
        brand = self._country.former_brand[rows]
        text = self._plain(rows, np.maximum(brand, 0))
        return text.set(pl.Series(brand < 0), None)

    def _plain(self, rows: Ints, brand: Ints) -> pl.Series:
        country = self._country
        places = country.place_form[rows] * len(country.land.codes) + country.unit[rows]
        frame = pl.DataFrame(
            {
                "place": self._places.gather(places),
                "brand": country.brands.named(brand),
                "trade": self._trades.gather(
                    country.group[rows] * _MOST_TRADES + country.trade[rows]
                ),
                "ending": self._endings(rows),
                "is_bracketed": ((country.first + rows) % BRACKETED_PLACE == 0)
                & (country.kind[rows] == COMPANY),
            }
        )
        ahead = pl.concat_str("place", "brand", "trade", "ending")
        behind = pl.format("{}（{}）{}{}", "brand", "place", "trade", "ending")
        is_behind = pl.col("is_bracketed") & (pl.col("place") != "")
        return frame.select(pl.when(is_behind).then(behind).otherwise(ahead)).to_series()

    def _endings(self, rows: Ints) -> pl.Series:
        country = self._country
        ends = words().individual_ends
        kind = country.kind[rows]
        texts = (*_LEGAL_FORMS, "农民专业合作社", "厂", *ends)
        at = country.legal_form[rows].copy()
        at = np.where(kind == COOPERATIVE, len(_LEGAL_FORMS), at)
        at = np.where(kind > COOPERATIVE, len(_LEGAL_FORMS) + 1, at)
        individual = len(_LEGAL_FORMS) + 2 + (country.first + rows) % len(ends)
        return gather(texts, np.where(kind == INDIVIDUAL, individual, at))


_MOST_TRADES = 20


def _padded(trades: list[str]) -> list[str]:
    return [*trades, *[""] * (_MOST_TRADES - len(trades))]
