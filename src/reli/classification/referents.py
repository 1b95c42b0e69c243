"""What names of places mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Meanings", "Referent"]

Kind = Literal["province", "city", "county", "town", "zone", "area"]
"""A `zone` is a town-level unit inside one county; an `area` is a zone with declared hosts."""


@dataclass(frozen=True)
class Referent:
    """One meaning of a name."""

    kind: Kind
    codes: tuple[str, ...]
    """Divisions of the vintage: several where the territory was split."""
    parents: frozenset[str]
    """Codes of cities and provinces, of then and now, under which the name may stand."""
    is_current: bool
    """Whether a division of the vintage bears the name itself."""
    reach: frozenset[str] = frozenset()
    """Of a county: divisions that its territory of earlier years came to, itself included."""
    last_year: int = 0
    """Of a county's name: the last year in which a division bore it."""
    is_swapped: bool = False
    """Whether the name is that of a county with two characters the wrong way round."""
    spans: bool = False
    """Of an area: whether it lies in several counties, of which `codes` is the principal."""
    needs: str = ""
    """Of an area's name: `city` (directly behind its city), `context` (below it) or nothing."""
    home: str = ""
    """Of an area: its city, or the province where it has none."""


@dataclass(frozen=True)
class Meanings:
    """Meanings of a name by kind."""

    provinces: tuple[Referent, ...]
    cities: tuple[Referent, ...]
    counties: tuple[Referent, ...]
    areas: tuple[Referent, ...]
    finer: tuple[Referent, ...]
    """Towns, and zones that are like them."""

    @property
    def above(self) -> tuple[Referent, ...]:
        """The provinces and cities that the name can mean."""
        return self.provinces + self.cities

    @classmethod
    def of(cls, found: Iterable[Referent]) -> "Meanings":
        """Sort meanings by kind."""
        by_kind: dict[str, list[Referent]] = {}
        for each in found:
            by_kind.setdefault(each.kind, []).append(each)
        provinces, cities, counties, areas, towns_, zones_ = (
            tuple(by_kind.get(kind, ()))
            for kind in ("province", "city", "county", "area", "town", "zone")
        )
        return cls(provinces, cities, counties, areas, towns_ + zones_)
