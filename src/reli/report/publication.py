"""What is published: everything a report or workbook needs, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reli.reference.emerging import OVERALL

__all__ = ["IndexSection", "IndicatorRow", "Place", "Publication", "full_name"]


@dataclass(frozen=True)
class Place:
    """A unit in an index; rank None where it is shown without a number."""

    rank: int | None
    division_code: str
    county: str
    city: str
    province: str
    index: float | None
    status: str = "ranked"


@dataclass(frozen=True, kw_only=True)
class IndexSection:
    """One index: 综合 or an emerging industry."""

    industry: str
    places: tuple[Place, ...]
    """All units, from first to last; those without an index behind."""
    provinces: Mapping[str, int]
    """Province -> counties among the first places, by number."""
    cities: Mapping[str, int]
    """"province/city" -> counties among the first places, by number."""
    lead: str = ""
    """Text before the table of places."""
    about_provinces: str = ""
    about_cities: str = ""
    about_dimensions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def top(self, last: int) -> tuple[Place, ...]:
        """Ranked places up to a rank, ties at it included."""
        return tuple(place for place in self.places if place.rank and place.rank <= last)


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """An indicator as the method chapter shows it."""

    dimension: str
    subdimension: str
    indicator: str
    unit_of_measure: str
    direction: int
    definition: str
    missing: str = ""
    """Why it is missing in this edition; empty where it is there."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An edition."""

    title: str
    reference_year: int
    vintage: int
    universe: str
    unit_count: int
    top: int
    source_note: str
    indices: tuple[IndexSection, ...]
    framework: tuple[IndicatorRow, ...] = ()
    framework_name: str = ""
    method: tuple[str, ...] = ()
    """Sentences on how the index was made."""
    quality: tuple[tuple[str, str], ...] = ()
    """Counts of the road: what, how many."""
    is_synthetic: bool = False
    is_partial: bool = False
    review_number: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def missing(self) -> tuple[IndicatorRow, ...]:
        """Indicators that this edition lacks."""
        return tuple(row for row in self.framework if row.missing)

    @property
    def missing_line(self) -> str:
        """What every page says of what is missing; empty where nothing is."""
        if self.is_partial:
            return f"仅有已公布的前{self.top}名；其余区县和各项指标的数值均未公布，不以零计"
        if not self.missing:
            return ""
        names = "、".join(row.indicator for row in self.missing)
        if len(self.missing) > 4:
            names = "、".join(row.indicator for row in self.missing[:3])
            return f"本版缺{len(self.missing)}项指标（{names}等，详见“编制说明”），缺项不以零计"
        return f"本版缺指标：{names}；缺项不以零计"


def full_name(industry: str) -> str:
    """How an index is called in captions."""
    if industry == OVERALL:
        return "战略性新兴产业区域热力值评价指数综合排名"
    return f"{industry}产业区域热力值评价指数"
