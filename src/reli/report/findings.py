"""Findings at the head of an edition: few sentences over all indices, each with its fact."""

from collections.abc import Iterator, Mapping

from reli.insight.chinese import amount, decimal, listed
from reli.reference.divisions import display_name
from reli.reference.emerging import OVERALL
from reli.report.blocks import Paragraph
from reli.report.publication import IndexSection, Place, Publication

__all__ = ["findings"]

MOST_FIRST = 3
"""More counties that share a first place are not named."""


def findings(publication: Publication) -> tuple[Paragraph, ...]:
    """Who leads, how concentrated the first places are, how far industries differ in it."""
    overall = [each for each in publication.indices if each.industry == OVERALL]
    industries = [each for each in publication.indices if each.industry != OVERALL]
    found = [line for each in overall for line in (_leader(each), _spread(each, publication.top))]
    found += [_leaders(industries), _widest(industries, publication.top)]
    return tuple(each for each in found if each is not None)


def _first(section: IndexSection) -> list[Place]:
    return [place for place in section.places if place.rank == 1]


def _name(place: Place) -> str:
    return display_name(place.county, place.city or None, place.province)


def _leader(section: IndexSection) -> Paragraph | None:
    first = _first(section)
    if not 0 < len(first) <= MOST_FIRST:
        return None
    fact = {"kind": "finding_leader", "industry": section.industry,
            "units": [place.division_code for place in first]}  # fmt: skip
    return Paragraph(f"综合热力值居首的是{listed(list(map(_name, first)))}。", fact=fact)


def _spread(section: IndexSection, top: int) -> Paragraph | None:
    """How many provinces it takes to have half of the first places."""
    counts = section.provinces
    total = sum(counts.values())
    if len(counts) < 2:
        return None
    number = _to_half(counts)
    least = sum(sorted(counts.values(), reverse=True)[:number])
    fact = {"kind": "finding_spread", "industry": section.industry, "top": top,
            "provinces": len(counts), "number": number, "count": least, "of": total}  # fmt: skip
    return Paragraph(
        f"综合前{top}名的区县分布在{len(counts)}个省级行政区，"
        f"入围最多的{amount(number)}个就占{decimal(100 * least / total, 1)}%。",
        fact=fact,
    )


def _to_half(counts: Mapping[str, int]) -> int:
    total, so_far = sum(counts.values()), 0
    for number, count in enumerate(sorted(counts.values(), reverse=True), 1):
        so_far += count
        if 2 * so_far >= total:
            return number
    return len(counts)


def _leaders(sections: list[IndexSection]) -> Paragraph | None:
    """The first county of each industry; one that leads several is named once."""
    led: dict[str, list[str]] = {}
    first = {each.industry: _first(each) for each in sections}
    if len(first) < 2 or not all(0 < len(places) <= MOST_FIRST for places in first.values()):
        return None
    for industry, places in first.items():
        for place in places:
            led.setdefault(_name(place), []).append(industry)
    told = "；".join(_led(*each) for each in _most_first(led))
    fact = {"kind": "finding_leaders", "leaders": {
        industry: [place.division_code for place in places] for industry, places in first.items()
    }}  # fmt: skip
    return Paragraph(f"{amount(len(first))}个产业的首位区县：{told}。", fact=fact)


def _most_first(led: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    yield from sorted(led.items(), key=lambda each: -len(each[1]))


def _led(name: str, industries: list[str]) -> str:
    several = f"{amount(len(industries))}个产业" if len(industries) > 1 else "产业"
    return f"{name}居{listed(industries)}{several}之首"


def _widest(sections: list[IndexSection], top: int) -> Paragraph | None:
    """Industries whose first places lie in most and in fewest provinces."""
    numbers = {each.industry: len(each.provinces) for each in sections if each.provinces}
    if len(set(numbers.values())) < 2:
        return None
    most, fewest = max(numbers.values()), min(numbers.values())
    wide = [name for name, number in numbers.items() if number == most]
    narrow = [name for name, number in numbers.items() if number == fewest]
    fact = {"kind": "finding_widest", "top": top, "numbers": numbers}
    return Paragraph(
        f"{amount(len(numbers))}个产业中，前{top}名的区县分布最广的是{listed(wide)}"
        f"（{most}个省级行政区），最集中的是{listed(narrow)}（{fewest}个）。",
        fact=fact,
    )
