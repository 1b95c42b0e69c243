"""Sentences about standings, each with the fact it states.

A sentence says only what its fact holds, and the fact only what can be counted again from the
tables; what is not known is not said. The wording stands in patterns.toml.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import pyarrow as pa

from reli.insight.chinese import Ranked, amount, cardinal, decimal, in_order, listed, ordinal
from reli.insight.facts import (
    CROWD,
    TOP_PLACES,
    display_names,
    facts,
    first_places,
    of_industry,
)
from reli.insight.list_sentences import lists_together
from reli.insight.patterns import Patterns, load_patterns
from reli.insight.region_sentences import regions_told
from reli.insight.sentence import IndexSaid, Sentence
from reli.insight.thresholds import Thresholds, load_thresholds
from reli.reference.emerging import EMERGING, INDUSTRIES, OVERALL

__all__ = ["overview"]

MOST_NAMED = 15
"""As many places of the top ten are still named where some are tied; beyond, the last tie is only
counted."""
SEVERAL = 2
"""Lists of which something can be said together: more than these."""
Counted = Literal["provinces", "cities"]
"""Of what counties are counted."""


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
        leading = of_industry(standings, industry, TOP_PLACES)
        ranked = of_industry(standings, industry, standings.num_rows)
        is_one = len(set(ranked["province"].to_pylist())) == 1
        index = IndexSaid(industry, top, counted, leading, found, wording, degrees, is_one)
        said[industry] = tuple(_about(index)) if counted.num_rows else ()
    is_whole = set(INDUSTRIES) <= set(said) or not set(EMERGING) & set(said)
    if is_whole and len(said) > SEVERAL and said.get(OVERALL):
        counts = {industry: of_industry(standings, industry, top) for industry in said}
        said[OVERALL] += tuple(lists_together(counts, top, wording))
    return said


def _about(index: IndexSaid) -> Iterator[Sentence]:
    yield _top_list(index)
    # Where all places up to the last are within the first ten, there are no levels to tell.
    is_spread = (
        index.counted.num_rows > TOP_PLACES and max(index.counted["rank"].to_pylist()) > TOP_PLACES
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
        yield from regions_told(index)


def _only(kind: Counted, index: IndexSaid) -> Sentence:
    """All in one province, or in one city."""
    ((name, count),) = index.facts[kind].items()
    leaders = [{"name": name, "count": count, "rank": 1, "is_tied": False}]
    fact = {"number": 1, "leaders": leaders}
    return index.sentence(f"{kind}_one", fact, name=name.rpartition("/")[2], count=count)


def _top_list(index: IndexSaid) -> Sentence:
    rows = index.leading
    items = _ranked(display_names(rows), rows["rank"].to_pylist())
    kind = "top_list"
    if len(items) < TOP_PLACES:
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
        n=cardinal(TOP_PLACES),
        count=len(items),
        places=in_order(items),
    )


def _ranked(names: Iterable[str], ranks: list[int]) -> list[Ranked]:
    shared = Counter(ranks)
    return [Ranked(name, rank, shared[rank] > 1) for name, rank in zip(names, ranks, strict=True)]


def _levels(index: IndexSaid) -> Sentence:
    by_rank = dict(
        zip(index.counted["rank"].to_pylist(), index.counted["index"].to_pylist(), strict=True)
    )
    last = max(by_rank)
    tenth = by_rank[max(rank for rank in by_rank if rank <= TOP_PLACES)]
    values = {"first": by_rank[1], "tenth": tenth, "last": by_rank[last]}
    written = {name: decimal(value) for name, value in values.items()}
    return index.sentence("levels", {"last_rank": last, **values}, last_rank=last, **written)


def _spread(index: IndexSaid, kind: Counted) -> Sentence:
    """Where the counted units are: the first places, ties included."""
    counts: Mapping[str, int] = index.facts[kind]
    groups = first_places(counts)
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


def _place(group: tuple[int, int, list[str]], word: str, index: IndexSaid) -> str:
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


def _concentration(index: IndexSaid) -> Iterator[Sentence]:
    counts = index.facts["provinces"]
    names = [name for _, _, shared in first_places(counts) for name in shared]
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


def _absent(index: IndexSaid) -> Sentence:
    names = index.facts["absent"]
    fact = {"names": names}
    if not names:
        present = len(index.facts["provinces"])
        return index.sentence("absent_none", fact, number=present)
    kind = "absent_one" if len(names) == 1 else "absent"
    return index.sentence(kind, fact, number=len(names), names=listed(names))


def _direct(index: IndexSaid) -> Iterator[Sentence]:
    rows = index.counted.filter(index.counted["city"].is_null())
    if rows.num_rows:
        names = display_names(rows)
        yield index.sentence("direct", {"names": names}, number=len(names), names=listed(names))
