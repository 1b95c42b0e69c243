"""Sentences about regions: how many counted units lie in each, and where they gather."""

from collections import Counter
from collections.abc import Iterator, Mapping

import pyarrow as pa

from reli.insight.chinese import amount, decimal, listed
from reli.insight.regional import CENTRES, CLUSTERS, QUARTERS, in_region, region_counts
from reli.insight.sentence import IndexSaid, Sentence

__all__ = ["regions_told"]


def regions_told(index: IndexSaid) -> Iterator[Sentence]:
    """How many of the counted units lie in each region, and where they gather."""
    yield _regions(index)
    yield from _by_region(index)


def _regions(index: IndexSaid) -> Sentence:
    counts = region_counts(index.counted)
    quarters = {name: counts[name] for name in QUARTERS}
    clusters = {name: counts[name] for name in CLUSTERS}
    return index.sentence(
        "regions",
        {"quarters": quarters, "clusters": clusters},
        places=_numbers(quarters),
        clusters=_numbers(clusters),
    )


def _by_region(index: IndexSaid) -> Iterator[Sentence]:
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


def _few(index: IndexSaid, few: Mapping[str, int], total: int) -> Sentence:
    """Regions with few counted units, and those with none."""
    some = [f"{name}地区（{count}个）" for name, count in few.items() if count]
    none = [f"{name}地区" for name, count in few.items() if not count]
    pattern = "few_and_none" if some and none else "few" if some else "none"
    return index.sentence(
        pattern, {"regions": few, "of": total}, places=listed(some), empty=listed(none)
    )


def _centres(index: IndexSaid, total: int) -> Iterator[Sentence]:
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


def _first_cities_of(index: IndexSaid, region: str) -> tuple[list[str], int]:
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


def _several(index: IndexSaid, main: list[str]) -> Iterator[Sentence]:
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
