"""Sets of industries as bits of integers, so that union and membership are single operations."""

from collections.abc import Iterable, Iterator, Sequence

import ibis
import ibis.expr.types as ir

from reli.reference.emerging import OVERALL

__all__ = [
    "BITS", "EVERY", "named_industries", "set_columns", "set_of_none", "sets_of", "words_of",
]  # fmt: skip

BITS = 62
"""Industries that one number holds."""

EVERY = "*"
"""In counts by place, the enterprises of all industries and of none."""


def named_industries(industries: Iterable[str]) -> tuple[str, ...]:
    """What counts by place have for industries: the classification's, 综合 and EVERY."""
    return (*industries, OVERALL, EVERY)


def words_of(industries: Sequence[str]) -> list[tuple[str, ...]]:
    """The named industries in groups, a group for each integer that holds their bits."""
    names = named_industries(industries)
    return [names[at : at + BITS] for at in range(0, len(names), BITS)]


def set_columns(industries: Sequence[str], of: str = "party") -> list[str]:
    """Columns of these integers: those of the party, or (`of`) of the codes of its works."""
    return [f"{of} {word}" for word in range(len(words_of(industries)))]


def set_of_none(industries: Sequence[str]) -> dict[str, int]:
    """These integers of who has no industry, by their columns: EVERY alone."""
    words = zip(set_columns(industries), words_of(industries), strict=True)
    return {name: 1 << inside.index(EVERY) if EVERY in inside else 0 for name, inside in words}


def sets_of(
    own: ir.ArrayValue, industries: Sequence[str], is_outsider: ir.BooleanValue | None = None
) -> list[ir.IntegerValue]:
    """Where a row counts, as numbers: in its industries, in 综合 where it has any, and in EVERY.

    Args:
        own: names of its industries.
        industries: names of the classification, without 综合.
        is_outsider: owners outside the register have no industry, and count in 综合 all the same.
    """
    outside = ibis.literal(False) if is_outsider is None else is_outsider
    return list(_numbers(own, industries, outside))


def _numbers(
    own: ir.ArrayValue, industries: Sequence[str], is_outsider: ir.BooleanValue
) -> Iterator[ir.IntegerValue]:
    some = (own.length() > 0).fill_null(False)
    for names in words_of(industries):
        inside = _sum(
            own.contains(name).ifelse(_bit(at), _bit(None))
            for at, name in enumerate(names)
            if name not in (OVERALL, EVERY)
        )
        overall, every = (_bit(names.index(n) if n in names else None) for n in (OVERALL, EVERY))
        # Most enterprises have no industry, and are not looked through for any.
        belongs = some.ifelse(inside + overall, is_outsider.ifelse(overall, _bit(None)))
        yield (belongs + every).cast("int64")


def _bit(at: int | None) -> ir.IntegerScalar:
    return ibis.literal(0 if at is None else 1 << at, "int64")


def _sum(parts: Iterable[ir.IntegerValue]) -> ir.IntegerValue:
    total: ir.IntegerValue = _bit(None)
    for part in parts:
        total = total + part
    return total
