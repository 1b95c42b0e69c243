"""Where heat clusters, in words: hot counties and the centres that they form.

Local Moran's I says which counties are hot; `reli.insight.clusters` makes the tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from reli.insight.chinese import amount, listed
from reli.insight.patterns import Patterns
from reli.insight.places import gazetteer
from reli.insight.sentence import Sentence

__all__ = ["hot_spots_told"]

CENTRES_AT_MOST = 5
"""Centres that are named; more are only counted."""


def hot_spots_told(
    units: pa.Table,
    centres: pa.Table,
    patterns: Patterns,
    *,
    vintage: int = 2023,
) -> dict[str, tuple[Sentence, ...]]:
    """A sentence about the hot counties of each index that has any.

    Args:
        units: a row a unit, as `cluster_tables` gives them.
        centres: a row a centre, from there too.
        patterns: wording.
        vintage: year whose divisions the units are.
    """
    hot = pl.DataFrame(units).filter(pl.col("kind") == "hot")
    groups = pl.DataFrame(centres)
    said: dict[str, tuple[Sentence, ...]] = {}
    for industry, count in hot.group_by("industry", maintain_order=True).len().iter_rows():
        found = groups.filter(pl.col("industry") == industry).sort("centre")
        told = _Told(industry, count, found.to_dicts(), patterns, vintage)
        said[industry] = (told.sentence,)
    return said


class _Told:
    """What is said of one index."""

    def __init__(
        self,
        industry: str,
        hot: int,
        centres: Sequence[Mapping[str, Any]],
        patterns: Patterns,
        vintage: int,
    ) -> None:
        self._industry, self._hot, self._centres = industry, hot, centres
        self._patterns, self._vintage = patterns, vintage

    @property
    def sentence(self) -> Sentence:
        """The sentence with its fact."""
        named = list(self._named())
        kind = self._kind(len(named))
        text = self._patterns.say(
            "overview",
            kind,
            self._industry,
            hot=self._hot,
            inside=sum(each["units"] for each in self._centres),
            number=len(self._centres),
            named=amount(len(named)),
            places="；".join(self._centre(each) for each in named),
        )
        fact = {"kind": kind, "industry": self._industry, "hot": self._hot}
        rows = [{key: each[key] for key in ("centre", "units", "hottest")} for each in named]
        return Sentence(text, {**fact, "centres": len(self._centres), "named": rows})

    def _kind(self, named: int) -> str:
        if not self._centres:
            return "hot_spots_scattered"
        if named == len(self._centres):
            return "hot_spots"
        return "hot_spots_largest" if named else "hot_spots_counted"

    def _named(self) -> Iterator[Mapping[str, Any]]:
        """The largest centres; those of one size all or not at all."""
        sizes = [each["units"] for each in self._centres]
        cut = sizes[CENTRES_AT_MOST] if len(sizes) > CENTRES_AT_MOST else 0
        yield from (each for each in self._centres if each["units"] > cut)

    def _centre(self, each: Mapping[str, Any]) -> str:
        place = gazetteer(self._vintage).by_code(each["hottest"])
        return self._patterns.say(
            "place",
            "hot_centre",
            f"{self._industry}/{each['centre']}",
            where=self._where(each),
            count=each["units"],
            hottest=place.display_name if place else each["hottest"],
        )

    def _where(self, each: Mapping[str, Any]) -> str:
        """The declared region that most of a centre lies in, else its provinces."""
        if each["regions"]:
            return listed([f"{name}地区" for name in each["regions"].split("|")])
        codes = set(each["provinces"].split("|"))
        places = gazetteer(self._vintage).places
        names = {
            place.division_code[:2] + "0000": place.province
            for place in places
            if place.division_code[:2] + "0000" in codes
        }
        return listed([names[code] for code in sorted(names)])
