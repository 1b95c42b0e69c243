"""The pictures of an edition: which there are, how they are captioned, what they say in words."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reli.reference.emerging import OVERALL
from reli.report.basemap import Basemap
from reli.report.charts import bars, draw
from reli.report.maps import MapClass, draw_map, legend_entries, top_classes, value_classes
from reli.report.publication import IndexSection, Publication, full_name

__all__ = [
    "TOP_CITIES",
    "Arrangement",
    "Figure",
    "annex_figures",
    "annex_legend",
    "arrange",
    "captions",
    "cities_note",
    "section_figures",
    "top_cities",
]

TOP_CITIES, MOST_CITIES = 10, 20

PAGE_HEIGHT, LINE_HEIGHT, LINE_LETTERS = 700, 19.4, 44
"""Of the report's text in points, and letters a line: what charts leave for the text below."""
CAPTIONS_HEIGHT = 80
MAP_HEIGHT = 485
STEPS = (12.5, 21.0)
"""Least and greatest distance of bars, in points."""

NO_ENTERPRISE = "无该产业企业，未列入排名"


@dataclass(frozen=True)
class Figure:
    """A picture: its file's name, SVG, caption, and its content in words."""

    name: str
    svg: str
    caption: str
    words: str


def top_cities(cities: Mapping[str, int], wanted: int = TOP_CITIES) -> dict[str, int]:
    """The first cities by number, with all that are tied with the last of them.

    Where these would be more than MOST_CITIES, only those before the tied ones; where all are tied,
    the first `wanted` of them.
    """
    numbers = sorted(cities.values(), reverse=True)
    least = numbers[wanted - 1] if len(numbers) >= wanted else 0
    tied = {name: number for name, number in cities.items() if number >= least}
    if len(tied) <= MOST_CITIES:
        return tied
    before = {name: number for name, number in tied.items() if number > least}
    return before or dict(list(tied.items())[:wanted])


def cities_note(cities: Mapping[str, int]) -> str:
    """What the chart of cities leaves out of a tie; empty where it leaves out none."""
    shown = top_cities(cities)
    left = [number for name, number in cities.items() if name not in shown]
    if len(shown) >= min(TOP_CITIES, len(cities)) and (not left or max(left) < min(shown.values())):
        return ""
    tied = sum(number == max(left) for number in left)
    return f"注：另有{tied}个城市各有{max(left)}个区县入围，并列，未逐一列出。"


def captions(publication: Publication, section: IndexSection) -> dict[str, str]:
    """Captions of an index: its table, map, provinces and cities."""
    name, top = full_name(section.industry), f"TOP{publication.top}"
    shown = len(top_cities(section.cities))
    is_whole = shown == len(section.cities) and shown < TOP_CITIES
    cities = "城市分布" if is_whole else f"前{shown}城市"
    return {
        "table": f"{name}{top}区县" if section.industry == OVERALL else f"{name}{top}",
        "map": f"{name}{top}区县分布",
        "provinces": f"各省{name}{top}区县数量",
        "cities": f"{name}{top}区县数量{cities}",
    }


def section_figures(
    publication: Publication, section: IndexSection, basemap: Basemap, number: int
) -> dict[str, Figure]:
    """Map and charts of an index, by kind."""
    said = captions(publication, section)
    cities = {name.rsplit("/", 1)[-1]: count for name, count in top_cities(section.cities).items()}
    step = arrange(section).step
    charts = {"provinces": section.provinces, "cities": cities}
    found = {
        kind: Figure(
            f"{kind}-{number}.svg", draw(bars(counts, step=step)), said[kind], _words(counts)
        )
        for kind, counts in charts.items()
    }
    ranks = {place.division_code: place.rank or 0 for place in section.top(publication.top)}
    classes = top_classes(ranks, publication.top)
    other = "未公布" if publication.is_partial else f"第{publication.top}名以后"
    svg = draw_map(basemap, classes, other_label=other, title=said["map"])
    words = "中国地图，" + "，".join(f"{each.label}{len(each.codes)}个区县" for each in classes)
    return {**found, "map": Figure(f"map-{number}.svg", svg, said["map"], words)}


@dataclass(frozen=True)
class Arrangement:
    """Which text stands below the map and which below the charts, and the charts' bars."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    step: float
    """Distance of bars, in points."""


def arrange(section: IndexSection) -> Arrangement:
    """Fill the page of the map and the page of the charts, so that neither runs over.

    Text on cities stands below the charts where no other text does; text on dimensions moves below
    the map where the charts leave too little room for it.
    """
    before = [section.about_provinces]
    after = [section.about_cities, *section.about_dimensions]
    if section.about_dimensions:
        before.append(after.pop(0))
    rows = max(len(section.provinces), len(top_cities(section.cities)), 1)
    while after and _room_for_bars(after, rows) < STEPS[0] and _fits(before, after[0]):
        before.append(after.pop(0))
    step = min(max(_room_for_bars(after, rows), STEPS[0]), STEPS[1])
    return Arrangement(_written(before), _written(after), round(step, 1))


def _room_for_bars(texts: Sequence[str], rows: int) -> float:
    return (PAGE_HEIGHT - CAPTIONS_HEIGHT - LINE_HEIGHT * _lines(texts)) / rows


def _fits(texts: Sequence[str], more: str) -> bool:
    return MAP_HEIGHT + LINE_HEIGHT * _lines([*texts, more]) <= PAGE_HEIGHT


def _lines(texts: Sequence[str]) -> int:
    return sum(math.ceil((_width(text) + 2) / LINE_LETTERS) for text in texts)


def _width(text: str) -> float:
    """Width in Chinese letters; figures and Latin letters take about half."""
    return sum(0.55 if letter.isascii() else 1 for letter in text)


def _written(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _words(counts: Mapping[str, int]) -> str:
    return "条形图：" + "，".join(f"{name}{count}个" for name, count in counts.items())


def annex_figures(publication: Publication, basemap: Basemap) -> Iterator[Figure]:
    """Maps of all units, one an index; none where only the first places are known."""
    if publication.is_partial:
        return
    for number, section in enumerate(publication.indices):
        name = "" if section.industry == OVERALL else f"{section.industry}产业"
        caption = f"{name}区域热力值评价指数分布"
        classes, words = _all_classes(section), "中国地图"
        words += "".join(f"，{each.label}{len(each.codes)}个" for each in classes if each.codes)
        svg = draw_map(basemap, classes, other_label=NO_ENTERPRISE, title=caption, is_small=True)
        yield Figure(f"annex-{number}.svg", svg, caption, words)


def annex_legend() -> list[tuple[str, str]]:
    """Labels and fills that the maps of all units share."""
    return legend_entries(value_classes({"": 0.0}), NO_ENTERPRISE)


def _all_classes(section: IndexSection) -> list[MapClass]:
    # Where an industry has no enterprise there is nothing to score: neither zero nor missing.
    return value_classes(
        {place.division_code: place.index for place in section.places if place.status != "inactive"}
    )
