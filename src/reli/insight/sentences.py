"""Sentences about standings, each with the fact it states.

A sentence says only what its fact holds, and the fact only what can be counted again from the
tables; what is not known is not said. The wording stands in patterns.toml.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from reli.insight.chinese import Ranked, amount, cardinal, decimal, in_order, listed, ordinal
from reli.insight.facts import Facts, facts, of_industry
from reli.insight.patterns import Patterns, load_patterns
from reli.insight.regional import CENTRES, CLUSTERS, QUARTERS, in_region, region_counts
from reli.insight.thresholds import Thresholds, load_thresholds
from reli.reference.divisions import display_name
from reli.reference.emerging import EMERGING, INDUSTRIES, OVERALL

__all__ = ["Sentence", "overview"]

TOP_TEN = 10
MOST_NAMED = 15
"""As many places of the top ten are still named where some are tied; beyond, the last tie is only
counted."""
SEVERAL = 2
"""Lists of which something can be said together: more than these."""
PLACES = 3
"""Provinces and cities are named down to this place."""
CROWD = 6
"""As many that share a place are still named; more are only counted."""
NAMED_AT_MOST = 12
Counted = Literal["provinces", "cities"]
"""Of what counties are counted."""


@dataclass(frozen=True)
class Sentence:
    """A sentence in Chinese and the fact it states, as JSON."""

    text: str
    fact: Mapping[str, object] = field(hash=False)

    @property
    def kind(self) -> str:
        """Kind of statement: the name of its pattern."""
        return str(self.fact["kind"])


@dataclass(frozen=True)
class _Index:
    """One index: who is counted, and what is said about it."""

    industry: str
    top: int
    counted: pa.Table
    leading: pa.Table
    facts: Facts
    patterns: Patterns
    thresholds: Thresholds
    is_of_one_province: bool = False
    """Only one province is looked at: its share and those absent say nothing."""

    def sentence(self, kind: str, fact: Mapping[str, object], **slots: object) -> Sentence:
        """A sentence of a kind, about this index."""
        text = self.patterns.say(
            "overview",
            kind,
            self.industry,
            subject=self.patterns.subject(self.industry),
            top=self.top,
            **slots,
        )
        whole = {"kind": kind, "industry": self.industry, "top": self.top, **fact}
        return Sentence(text, whole)


def overview(
    standings: pa.Table,
    top: int = 100,
    patterns: Patterns | None = None,
    thresholds: Thresholds | None = None,
) -> dict[str, tuple[Sentence, ...]]:
    """Sentences about each index, 综合 first: top ten, indices, provinces, cities, regions.

    Args:
        standings: table as in `reli.insight.standings.SCHEMA`.
        top: last rank that is counted.
        patterns: wording; by default the shipped one.
        thresholds: what words of degree mean; by default the shipped ones.
    """
    degrees = thresholds or load_thresholds()
    wording = patterns or load_patterns()
    said = {}
    for industry, found in facts(standings, top).items():
        counted = of_industry(standings, industry, top)
        leading = of_industry(standings, industry, TOP_TEN)
        ranked = of_industry(standings, industry, standings.num_rows)
        is_one = len(set(ranked["province"].to_pylist())) == 1
        index = _Index(industry, top, counted, leading, found, wording, degrees, is_one)
        said[industry] = tuple(_about(index)) if counted.num_rows else ()
    is_whole = set(INDUSTRIES) <= set(said) or not set(EMERGING) & set(said)
    if is_whole and len(said) > SEVERAL and said.get(OVERALL):
        counts = {industry: of_industry(standings, industry, top) for industry in said}
        said[OVERALL] += tuple(_across(counts, top, wording))
    return said


def _about(index: _Index) -> Iterator[Sentence]:
    yield _top_list(index)
    # Where all places up to the last are within the first ten, there are no levels to tell.
    is_spread = (
        index.counted.num_rows > TOP_TEN and max(index.counted["rank"].to_pylist()) > TOP_TEN
    )
    if index.counted["index"].null_count == 0 and is_spread:
        yield _levels(index)
    if index.is_of_one_province:
        yield _only("provinces", index)
    else:
        yield _spread(index, "provinces")
        yield from _concentration(index)
        yield _absent(index)
    if index.facts["cities"]:
        is_of_one_city = list(index.facts["cities"].values()) == [index.counted.num_rows]
        cities = _only("cities", index) if is_of_one_city else _spread(index, "cities")
        yield cities
    yield from _direct(index)
    if not index.is_of_one_province:
        yield _regions(index)
        yield from _by_region(index)


def _only(kind: Counted, index: _Index) -> Sentence:
    """All in one province, or in one city."""
    ((name, count),) = index.facts[kind].items()
    leaders = [{"name": name, "count": count, "rank": 1, "is_tied": False}]
    fact = {"number": 1, "leaders": leaders}
    return index.sentence(f"{kind}_one", fact, name=name.rpartition("/")[2], count=count)


def _display_names(rows: pa.Table) -> list[str]:
    columns = (rows[name].to_pylist() for name in ("county", "city", "province"))
    return [display_name(*names) for names in zip(*columns, strict=True)]


def _top_list(index: _Index) -> Sentence:
    rows = index.leading
    items = _ranked(_display_names(rows), rows["rank"].to_pylist())
    kind = "top_list"
    if len(items) < TOP_TEN:
        kind = "top_list_short"
    elif any(item.is_tied for item in items):
        kind = "top_list_tied"
    crowd = 0
    if len(items) > MOST_NAMED:
        last = items[-1].rank
        crowd = sum(item.rank == last for item in items)
        items = items[:-crowd]
        kind = "top_list_crowd" if items else "top_list_crowd_alone"
    places = [
        {**item._asdict(), "division_code": code, "index": value}
        for item, code, value in zip(
            items,
            rows["division_code"].to_pylist()[: len(items)],
            rows["index"].to_pylist()[: len(items)],
            strict=True,
        )
    ]
    return index.sentence(
        kind,
        {"places": places, "crowd": crowd},
        crowd=crowd,
        ordinal=ordinal(len(items) + 1),
        n=cardinal(TOP_TEN),
        count=len(items),
        places=in_order(items),
    )


def _ranked(names: Iterable[str], ranks: list[int]) -> list[Ranked]:
    shared = Counter(ranks)
    return [Ranked(name, rank, shared[rank] > 1) for name, rank in zip(names, ranks, strict=True)]


def _levels(index: _Index) -> Sentence:
    by_rank = dict(
        zip(index.counted["rank"].to_pylist(), index.counted["index"].to_pylist(), strict=True)
    )
    last = max(by_rank)
    tenth = by_rank[max(rank for rank in by_rank if rank <= TOP_TEN)]
    values = {"first": by_rank[1], "tenth": tenth, "last": by_rank[last]}
    written = {name: decimal(value) for name, value in values.items()}
    return index.sentence("levels", {"last_rank": last, **values}, last_rank=last, **written)


def _spread(index: _Index, kind: Counted) -> Sentence:
    """Where the counted units are: the first places, ties included."""
    counts: Mapping[str, int] = index.facts[kind]
    groups = _groups(counts)
    leaders = [
        {"name": name, "count": count, "rank": rank, "is_tied": len(names) > 1}
        for rank, count, names in groups
        for name in names
    ]
    word = "province" if kind == "provinces" else "city"
    places = "；".join(_place(group, word, index) for group in groups)
    return index.sentence(
        kind, {"number": len(counts), "leaders": leaders}, number=len(counts), places=places
    )


def _groups(counts: Mapping[str, int]) -> list[tuple[int, int, list[str]]]:
    """(rank, count, names) of the first places; those with the same count share one."""
    groups: list[tuple[int, int, list[str]]] = []
    rank = 1
    for count in sorted(set(counts.values()), reverse=True):
        names = [name for name, each in counts.items() if each == count]
        if rank > PLACES:
            break
        groups.append((rank, count, names))
        rank += len(names)
    return groups


def _place(group: tuple[int, int, list[str]], word: str, index: _Index) -> str:
    rank, count, keys = group
    names = [key.rpartition("/")[2] for key in keys]
    kind = "alone" if len(names) == 1 else "shared" if len(names) <= CROWD else "crowded"
    return index.patterns.say(
        "place",
        kind,
        f"{index.industry}/{word}",
        name=names[0],
        names=listed(names),
        number=len(names),
        kind=index.patterns.word(word),
        count=count,
        ordinal=ordinal(rank),
    )


def _concentration(index: _Index) -> Iterator[Sentence]:
    counts = index.facts["provinces"]
    names = [name for _, _, shared in _groups(counts) for name in shared]
    if not 1 < len(names) <= CROWD or len(names) == len(counts):
        return
    total = sum(counts[name] for name in names)
    yield index.sentence(
        "concentration",
        {"names": names, "count": total, "of": index.counted.num_rows},
        number=amount(len(names)),
        count=total,
        share=decimal(100 * total / index.counted.num_rows, 1),
    )


def _absent(index: _Index) -> Sentence:
    names = index.facts["absent"]
    fact = {"names": names}
    if not names:
        present = len(index.facts["provinces"])
        return index.sentence("absent_none", fact, number=present)
    kind = "absent_one" if len(names) == 1 else "absent"
    return index.sentence(kind, fact, number=len(names), names=listed(names))


def _direct(index: _Index) -> Iterator[Sentence]:
    rows = index.counted.filter(index.counted["city"].is_null())
    if rows.num_rows:
        names = _display_names(rows)
        yield index.sentence("direct", {"names": names}, number=len(names), names=listed(names))


def _regions(index: _Index) -> Sentence:
    counts = region_counts(index.counted)
    quarters = {name: counts[name] for name in QUARTERS}
    clusters = {name: counts[name] for name in CLUSTERS}
    return index.sentence(
        "regions",
        {"quarters": quarters, "clusters": clusters},
        places=_numbers(quarters),
        clusters=_numbers(clusters),
    )


def _by_region(index: _Index) -> Iterator[Sentence]:
    """Where the counted units gather: the main region, centres and their cities, the rest."""
    total = index.counted.num_rows
    quarters = {name: region_counts(index.counted)[name] for name in QUARTERS}
    most = max(quarters.values())
    is_main = 100 * most >= index.thresholds["main"] * total
    main = [name for name, count in quarters.items() if is_main and count == most]
    # Where two share the first place neither is the main one.
    main = main if len(main) == 1 else []
    for region in main[:1]:
        count = quarters[region]
        yield index.sentence(
            "region_main",
            {"region": region, "count": count, "of": total},
            region=region,
            share=decimal(100 * count / total, 1),
        )
    yield from _centres(index, total)
    yield from _several(index, main)
    few = {
        n: count for n, count in quarters.items() if 100 * count < index.thresholds["few"] * total
    }
    if few and main:
        yield _few(index, few, total)


def _few(index: _Index, few: Mapping[str, int], total: int) -> Sentence:
    """Regions with few counted units, and those with none."""
    some = [f"{name}地区（{count}个）" for name, count in few.items() if count]
    none = [f"{name}地区" for name, count in few.items() if not count]
    pattern = "few_and_none" if some and none else "few" if some else "none"
    return index.sentence(
        pattern, {"regions": few, "of": total}, places=listed(some), empty=listed(none)
    )


def _centres(index: _Index, total: int) -> Iterator[Sentence]:
    counts = region_counts(index.counted)
    least = index.thresholds["centre"] * total
    fewest = index.thresholds["centre_least"]
    found = {
        name: counts[name]
        for name in CENTRES
        if 100 * counts[name] >= least and counts[name] >= fewest
    }
    found = dict(sorted(found.items(), key=lambda item: -item[1]))
    if not found:
        return
    cities = {name: _first_cities_of(index, name) for name in found}
    told = [
        index.patterns.say(
            "place",
            "centre" if len(cities[name][0]) == 1 else "centre_shared",
            f"{index.industry}/{name}",
            region=name,
            count=count,
            cities=listed([city.rpartition("/")[2] for city in cities[name][0]]),
            each=cities[name][1],
        )
        for name, count in found.items()
    ]
    yield index.sentence(
        "centres" if len(found) > 1 else "centre_one",
        {
            "of": total,
            "centres": [
                {"region": name, "count": count, "cities": cities[name][0], "each": cities[name][1]}
                for name, count in found.items()
            ],
        },
        least=f"{index.thresholds['centre']:g}",
        number=amount(len(found)),
        places="；".join(told),
    )


def _first_cities_of(index: _Index, region: str) -> tuple[list[str], int]:
    """The cities of a region with most counted units, and how many these have."""
    inside = index.counted.filter(pa.array(in_region(index.counted, region)))
    counts = Counter(
        f"{province}/{city}"
        for province, city in zip(
            inside["province"].to_pylist(), inside["city"].to_pylist(), strict=True
        )
        if city
    )
    highest = max(counts.values(), default=0)
    # In the order of the facts: by number, then code.
    return [name for name in index.facts["cities"] if counts.get(name) == highest], highest


def _several(index: _Index, main: list[str]) -> Iterator[Sentence]:
    """Outside the main region: provinces with more than a few counted units, by region."""
    least = int(index.thresholds["several"])
    found = {}
    for region in (name for name in QUARTERS if name not in main):
        inside = index.counted.filter(pa.array(in_region(index.counted, region)))
        counts = Counter(inside["province"].to_pylist())
        names = [name for name in index.facts["provinces"] if counts[name] > least]
        if names:
            found[region] = names
    if found:
        told = [
            index.patterns.say("place", "several", index.industry, region=name, names=listed(names))
            for name, names in found.items()
        ]
        yield index.sentence(
            "several" if main else "several_anywhere",
            {"regions": found, "least": least},
            main="".join(main),
            places="，".join(told),
            least=least,
        )


def _numbers(counts: Mapping[str, int]) -> str:
    by_count = sorted(counts.items(), key=lambda item: -item[1])
    return "、".join(f"{name}地区{count}个" for name, count in by_count)


def _across(counted: Mapping[str, pa.Table], top: int, wording: Patterns) -> Iterator[Sentence]:
    """What the lists say together."""
    appearances: Counter[tuple[str, str]] = Counter()
    top_tens: Counter[tuple[str, str]] = Counter()
    for industry, rows in counted.items():
        units = list(zip(rows["division_code"].to_pylist(), _display_names(rows), strict=True))
        appearances.update(units)
        if industry != OVERALL:
            ranks = rows["rank"].to_pylist()
            top_tens.update(
                unit for unit, rank in zip(units, ranks, strict=True) if rank <= TOP_TEN
            )
    everywhere = [name for (_, name), n in sorted(appearances.items()) if n == len(counted)]
    yield _breadth(len(appearances), everywhere, top, len(counted), wording)
    yield from _versatile(top_tens, top, len(counted) - 1, wording)


def _times(count: int, names: list[str], wording: Patterns) -> str:
    kind = "times" if len(names) == 1 else "times_shared"
    return wording.say("place", kind, OVERALL, names=listed(names), count=count)


def _breadth(
    number: int, everywhere: list[str], top: int, lists: int, wording: Patterns
) -> Sentence:
    kind = "breadth" if len(everywhere) <= NAMED_AT_MOST else "breadth_many"
    kind = kind if everywhere else "breadth_none"
    fact = {"kind": kind, "industry": OVERALL, "top": top, "number": number, "names": everywhere}
    text = wording.say(
        "overview",
        kind,
        OVERALL,
        top=top,
        number=number,
        industries=cardinal(lists - 1),
        lists=cardinal(lists),
        count=len(everywhere),
        names=listed(everywhere),
    )
    return Sentence(text, fact)


def _versatile(
    top_tens: Counter[tuple[str, str]], top: int, industries: int, wording: Patterns
) -> Iterator[Sentence]:
    """Who stands among the first ten of most industries; nothing where that is a crowd."""
    groups = _groups({name: n for (_, name), n in sorted(top_tens.items())})
    if not groups or len(groups[0][2]) > CROWD:
        return
    groups = [group for group in groups if len(group[2]) <= CROWD]
    places = "；".join(_times(count, names, wording) for _, count, names in groups)
    leaders = [
        {"name": name, "count": count, "rank": rank, "is_tied": len(names) > 1}
        for rank, count, names in groups
        for name in names
    ]
    text = wording.say(
        "overview", "versatile", OVERALL, places=places, industries=cardinal(industries)
    )
    fact = {"kind": "versatile", "industry": OVERALL, "top": top, "leaders": leaders}
    yield Sentence(text, fact)
