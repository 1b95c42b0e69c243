"""Sentences about the lists of all indices together."""

from collections import Counter
from collections.abc import Iterator, Mapping

import pyarrow as pa

from reli.insight.chinese import cardinal, listed
from reli.insight.facts import CROWD, TOP_PLACES, display_names, first_places
from reli.insight.patterns import Patterns
from reli.insight.sentence import Sentence
from reli.reference.emerging import OVERALL

__all__ = ["lists_together"]

NAMED_AT_MOST = 12
"""As many that are in every list are still named; more are only counted."""


def lists_together(
    counted: Mapping[str, pa.Table], top: int, wording: Patterns
) -> Iterator[Sentence]:
    """What the lists of all indices say together: who is in every one, who is often in front.

    Args:
        counted: industry -> its counted units by rank, 综合 among them.
        top: last rank that is counted.
        wording: patterns of sentences.
    """
    appearances: Counter[tuple[str, str]] = Counter()
    top_tens: Counter[tuple[str, str]] = Counter()
    for industry, rows in counted.items():
        units = list(zip(rows["division_code"].to_pylist(), display_names(rows), strict=True))
        appearances.update(units)
        if industry != OVERALL:
            ranks = rows["rank"].to_pylist()
            top_tens.update(
                unit for unit, rank in zip(units, ranks, strict=True) if rank <= TOP_PLACES
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
    groups = first_places({name: n for (_, name), n in sorted(top_tens.items())})
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
