"""The 52 figures of an edition, and the maps of all units: content, captions, words, sources.

综合 has four: the table of the first places, their map, their number by province and by city. Each
industry has these and two more: the first counties by industrial enterprises above the designated
size and by little giants. A figure whose data are missing is left out and listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reli.reference.emerging import OVERALL
from reli.report.blocks import Bars, Figure, Places, Shading
from reli.report.charts import number_text
from reli.report.maps import top_classes, value_classes
from reli.report.publication import IndexSection, Leaders, Place, Publication, full_name
from reli.report.standing_words import status_text

__all__ = [
    "FIGURES",
    "LEADING",
    "MOST_CITIES",
    "TOP_CITIES",
    "absent_figures",
    "all_units_map",
    "first_cities",
    "leading_caption",
    "section_figures",
    "shown_places",
]

TOP_CITIES, MOST_CITIES = 10, 20
NAMED_AT_MOST = 3
"""Missing indicators are named up to so many."""

LEADING = ("industrial_above_size", "little_giant")
"""Indicators of which each industry has a figure."""

FIGURES = 4 + 8 * (4 + len(LEADING))
"""Figures of a complete edition."""


def section_figures(publication: Publication, section: IndexSection) -> dict[str, Figure]:
    """Figures of an index by kind, not yet numbered."""
    sources = sources_line(publication)
    found = {
        "table": _table(publication, section),
        "map": _map(publication, section),
        "provinces": _provinces(publication, section),
        "cities": _cities(publication, section),
    }
    # Bars of nothing: none has a place, or all that have lie in no city.
    found = {
        kind: replace(figure, sources=sources)
        for kind, figure in found.items()
        if not isinstance(figure.content, Bars) or figure.content.names
    }
    if section.industry != OVERALL:
        for leaders in section.leaders:
            if leaders.places or leaders.crowd:
                found[leaders.indicator] = _leading(publication, section, leaders)
    return found


def sources_line(publication: Publication, *tables: str) -> str:
    """What stands under a figure as 资料来源; with tables, the lists that it counts too."""
    lists = [each for each in publication.sources if set(each.tables) & set(tables)]
    named = [f"{each.name}（{_origin(each.origin, each.until)}）" for each in lists]
    if publication.source_note:
        return "资料来源：" + "；".join([publication.source_note, *named])
    if not tables:
        named = list(dict.fromkeys(each.name for each in publication.sources))
    return "资料来源：" + ("；".join(named) or "见第一章")


def _origin(origin: str, until: str) -> str:
    return f"{origin}，截至{until}" if until else origin


def _table(publication: Publication, section: IndexSection) -> Figure:
    name, top = full_name(section.industry, publication.subject), f"TOP{publication.top}"
    return Figure(
        key=f"{section.industry}/table",
        series="图",
        number=0,
        caption=f"{name}{top}区县" if section.industry == OVERALL else f"{name}{top}",
        content=Places(tuple(_cells(place) for place in shown_places(section, publication.top))),
        notes=(*section.notes, *_missing_note(publication)),
    )


def _missing_note(publication: Publication) -> Iterator[str]:
    """Which lists the index lacks; what finished scores lack is said of the whole edition."""
    names = [row.indicator for row in publication.missing]
    if names and not publication.is_partial:
        told = "、".join(names[:NAMED_AT_MOST])
        more = "等" if len(names) > NAMED_AT_MOST else ""
        yield f"缺{len(names)}项指标（{told}{more}），不以零计，理由见第一章“本版所缺”。"


def shown_places(section: IndexSection, top: int) -> list[Place]:
    """Ranked places up to the last, and the unnumbered ones that would stand among them."""
    last = max(
        (i for i, place in enumerate(section.places) if place.rank and place.rank <= top),
        default=-1,
    )
    return list(section.places[: last + 1])


def _cells(place: Place) -> tuple[str, str, str, str, str]:
    return (
        str(place.rank) if place.rank else "—",
        place.county,
        place.city,
        place.province,
        "" if place.index is None else f"{place.index:.4f}",
    )


def _map(publication: Publication, section: IndexSection) -> Figure:
    ranks = {place.division_code: place.rank or 0 for place in section.top(publication.top)}
    classes = top_classes(ranks, publication.top)
    other = "未公布" if publication.is_partial else f"第{publication.top}名以后"
    return Figure(
        key=f"{section.industry}/map",
        series="图",
        number=0,
        caption=f"{full_name(section.industry, publication.subject)}TOP{publication.top}区县分布",
        content=Shading(tuple(classes), other),
        words="中国地图，" + "，".join(f"{each.label}{len(each.codes)}个区县" for each in classes),
    )


def _provinces(publication: Publication, section: IndexSection) -> Figure:
    content = Bars(tuple(section.provinces), tuple(section.provinces.values()), "个")
    name = full_name(section.industry, publication.subject)
    return Figure(
        key=f"{section.industry}/provinces",
        series="图",
        number=0,
        caption=f"各省{name}TOP{publication.top}区县数量",
        content=content,
        words=_words(content),
    )


def _cities(publication: Publication, section: IndexSection) -> Figure:
    shown, crowd, value, rank = first_cities(section.cities)
    names = [name.rpartition("/")[2] for name in shown]
    values = list(shown.values())
    if crowd:
        names.append(_crowd_name(crowd, "城市", rank, is_rest=bool(shown)))
        values.append(value)
    is_whole = not crowd and len(shown) == len(section.cities) and len(shown) < TOP_CITIES
    length = TOP_CITIES if crowd else len(shown)
    content = Bars(tuple(names), tuple(values), "个")
    return Figure(
        key=f"{section.industry}/cities",
        series="图",
        number=0,
        caption=f"{full_name(section.industry, publication.subject)}TOP{publication.top}区县数量"
        + ("城市分布" if is_whole else f"前{length}城市"),
        content=content,
        words=_words(content),
    )


def _crowd_name(number: int, kind: str, rank: int, *, is_rest: bool) -> str:
    return f"{'另' if is_rest else ''}{number}个{kind}第{rank}位并列"


def first_cities(
    cities: Mapping[str, int], wanted: int = TOP_CITIES
) -> tuple[dict[str, int], int, int, int]:
    """The first cities by number, and those tied at the cut where they are too many to name.

    Returns:
        The cities shown; how many more share the next number, that number and their place. With
        up to MOST_CITIES all that are tied with the last are shown, and there are no more.
    """
    numbers = sorted(cities.values(), reverse=True)
    least = numbers[wanted - 1] if len(numbers) >= wanted else 0
    tied = {name: number for name, number in cities.items() if number >= least}
    if len(tied) <= MOST_CITIES:
        return tied, 0, 0, 0
    before = {name: number for name, number in tied.items() if number > least}
    return before, len(tied) - len(before), least, len(before) + 1


def _leading(publication: Publication, section: IndexSection, leaders: Leaders) -> Figure:
    names = [place.name for place in leaders.places]
    values = [place.value for place in leaders.places]
    if leaders.crowd:
        names.append(_crowd_name(leaders.crowd, "区县", leaders.crowd_rank, is_rest=bool(names)))
        values.append(leaders.crowd_value)
    content = Bars(tuple(names), tuple(values), leaders.unit_of_measure)
    # An indicator may be fed by a list of its own name, or by one that it names otherwise.
    lists = {"industrial_above_size": "above_designated_size"}
    return Figure(
        key=f"{section.industry}/{leaders.indicator}",
        series="图",
        number=0,
        caption=leading_caption(section.industry, leaders),
        content=content,
        sources=sources_line(publication, lists.get(leaders.indicator, leaders.indicator)),
        notes=_leading_notes(leaders),
        words=_words(content),
    )


def leading_caption(industry: str, leaders: Leaders) -> str:
    """Caption that counts what is shown: TOP10, longer where places are shared."""
    length = 10 if leaders.crowd else len(leaders.places)
    return f"{industry}产业{leaders.name}TOP{length}区县"


def _leading_notes(leaders: Leaders) -> tuple[str, ...]:
    if leaders.crowd or len(leaders.places) >= 10:
        return ()
    return (f"注：该项大于零的区县只有{len(leaders.places)}个。",)


def _words(content: Bars) -> str:
    told = zip(content.names, content.values, strict=True)
    return "条形图：" + "，".join(
        f"{name}{number_text(value, content.digits)}{content.unit_of_measure}"
        for name, value in told
    )


def absent_figures(publication: Publication) -> Iterator[tuple[str, str]]:
    """Figures of a complete edition that this one lacks: caption and reason."""
    reasons = {row.code: row.missing for row in publication.framework}
    names = {row.code: row.indicator for row in publication.framework}
    for section in publication.indices:
        yield from _absent_bars(publication, section)
        if section.industry == OVERALL:
            continue
        there = {each.indicator: each for each in section.leaders}
        for code in LEADING:
            found = there.get(code)
            if found is not None and (found.places or found.crowd):
                continue
            reason = reasons.get(code, "") or "没有一个区县的数值大于零"
            if publication.is_partial:
                reason = "各区县的数值未公布"
            name = names.get(code, code)
            yield f"{section.industry}产业{name}TOP10区县", reason


def _absent_bars(publication: Publication, section: IndexSection) -> Iterator[tuple[str, str]]:
    for figure, counts, reason in (
        (_provinces(publication, section), section.provinces, "没有区县入围"),
        (_cities(publication, section), section.cities, "没有地级市所属的区县入围"),
    ):
        if not counts:
            yield figure.caption, reason


def all_units_map(publication: Publication, section: IndexSection) -> Figure:
    """Map of the index of all units, for the appendix."""
    name = "" if section.industry == OVERALL else f"{section.industry}产业"
    # Where an industry has no enterprise there is nothing to score: neither zero nor missing.
    classes = value_classes(
        {place.division_code: place.index for place in section.places if place.status != "inactive"}
    )
    words = "".join(f"，{each.label}{len(each.codes)}个" for each in classes if each.codes)
    return Figure(
        key=f"{section.industry}/all",
        series="附图",
        number=0,
        caption=f"{name}区域热力值评价指数分布",
        content=Shading(
            tuple(classes), status_text("inactive", section.industry), is_small=True, share=0.8
        ),
        sources=sources_line(publication),
        words="中国地图" + words,
    )
