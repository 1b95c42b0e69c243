"""What is published: everything a report or workbook needs, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reli.reference.emerging import OVERALL
from reli.report.blocks import Block, Paragraph

__all__ = [
    "Appendix",
    "DimensionText",
    "Edition",
    "IndexSection",
    "IndicatorRow",
    "Leader",
    "Leaders",
    "Place",
    "Publication",
    "Source",
    "full_name",
]


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


@dataclass(frozen=True)
class DimensionText:
    """What is said of one dimension; `dimension` is its name, empty for cities over all of them."""

    dimension: str
    text: str


@dataclass(frozen=True)
class Leader:
    """A county that is among the first on an indicator."""

    division_code: str
    name: str
    value: float
    rank: int


@dataclass(frozen=True, kw_only=True)
class Leaders:
    """The first counties on an indicator."""

    indicator: str
    """Code in the framework."""
    name: str
    unit_of_measure: str
    places: tuple[Leader, ...]
    crowd: int = 0
    """How many more share the place behind the last one named; too many to name."""
    crowd_rank: int = 0
    crowd_value: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source as the method chapter and the lines under figures name it."""

    tables: tuple[str, ...]
    """What it feeds: `enterprises`, a list such as `little_giant`, `listings` …"""
    name: str
    """What it is, in Chinese."""
    origin: str
    """Who made it and what it is called, or its file."""
    until: str
    """Its last date; empty where it has none."""
    rows: int
    linked: int | None = None
    """Rows that were joined to an enterprise; None where there is nothing to join."""


@dataclass(frozen=True, kw_only=True)
class Appendix:
    """An appendix, ready to print; its figures are numbered among all appendices."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    tables: tuple[str, ...] = ()
    """What its figures are counted from; empty for scores, which rest on all sources."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What an edition is called and whether it may be shown."""

    name: str = ""
    hash: str = ""
    signed_by: str = ""
    signed_on: str = ""
    embargo: str = ""
    """Date before which it must not be published."""
    watermark: str = ""
    """Across every page, such as 送审稿; empty once it is released."""
    errata: tuple[str, ...] = ()


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
    about_regions: str = ""
    about_cities: str = ""
    about_dimensions: tuple[DimensionText, ...] = ()
    notes: tuple[str, ...] = ()
    leaders: tuple[Leaders, ...] = ()
    """The first counties on the indicators that have a figure."""

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
    code: str = ""


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
    subject: str = "战略性新兴产业"
    """What the industries are together."""
    is_partial: bool = False
    review_number: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
    sources: tuple[Source, ...] = ()
    concordance: tuple[tuple[str, str, str], ...] = ()
    """Names of a publication that the framework follows: there, here, remark."""
    thresholds: tuple[tuple[str, str], ...] = ()
    """Words of degree and what they mean."""
    findings: tuple[Paragraph, ...] = ()
    """What is said first, over all indices."""
    own_texts: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    """The analyst's own paragraphs by anchor."""
    appendices: tuple[Appendix, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the report would hold if its data were there."""
    edition: Edition = Edition()

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
            return f"本版缺{len(self.missing)}项指标（{names}等，详见第一章），缺项不以零计"
        return f"本版缺指标：{names}；缺项不以零计"


def full_name(industry: str, subject: str) -> str:
    """How an index is called in captions; `subject` is what the industries are together."""
    if industry == OVERALL:
        return f"{subject}区域热力值评价指数综合排名"
    return f"{industry}产业区域热力值评价指数"
