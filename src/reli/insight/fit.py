"""Which industry fits a place next (错位发展): tables from counts of enterprises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from reli.errors import Problems, no_column
from reli.insight.relatedness import (
    Related,
    false_discovery,
    location_quotient,
    related,
    revealed_advantage,
    surprise,
)

__all__ = [
    "FIT_SCHEMA",
    "LEVEL",
    "PROXIMITY_SCHEMA",
    "SMALLEST",
    "CountTable",
    "industry_fit",
    "industry_proximity",
    "read_counts",
    "relate",
]

SMALLEST = 10
"""Enterprises that a place must have for the proximities to be learnt from it."""

LEVEL = 0.05
"""Rate of false discoveries up to which something is called significant."""


FIT_SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("industry", pa.string()),
        ("enterprises", pa.float64()),
        ("share_pct", pa.float64()),
        ("lq", pa.float64()),
        ("rca", pa.float64()),
        ("rca_p", pa.float64()),
        ("rca_q", pa.float64()),
        ("is_specialised", pa.bool_()),
        ("density", pa.float64()),
        ("density_expected", pa.float64()),
        ("density_p", pa.float64()),
        ("density_q", pa.float64()),
        ("group_places", pa.int32()),
        ("group_specialised", pa.int32()),
        ("fit_rank", pa.int32()),
        ("advice", pa.string()),
    ]
)

PROXIMITY_SCHEMA = pa.schema(
    [
        ("industry", pa.string()),
        ("other", pa.string()),
        ("proximity", pa.float64()),
        ("expected", pa.float64()),
        ("p", pa.float64()),
        ("q", pa.float64()),
    ]
)


@dataclass(frozen=True)
class CountTable:
    """Enterprises of places by industries.

    `totals`: all enterprises of each place whatever their industry, where known. `groups`: the
    place above each (a county's city), within which places are told apart; empty for none.
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    counts: NDArray[np.float64]
    totals: NDArray[np.float64] | None = None
    groups: tuple[str, ...] = ()

    @property
    def advantage(self) -> NDArray[np.float64]:
        """Revealed comparative advantage, places by industries."""
        return revealed_advantage(self.counts)

    @property
    def has(self) -> NDArray[np.bool_]:
        """Whether a place specialises in an industry: revealed advantage of 1 or more."""
        return np.nan_to_num(self.advantage) >= 1

    def summed(self, above: Mapping[str, str]) -> "CountTable":
        """The same by larger places: each place's code -> the larger one's; others are left out."""
        codes = sorted({above[place] for place in self.places if place in above})
        row = {code: number for number, code in enumerate(codes)}
        kept = [number for number, place in enumerate(self.places) if place in above]
        into = [row[above[self.places[number]]] for number in kept]
        counts = np.zeros((len(codes), len(self.industries)))
        np.add.at(counts, into, self.counts[kept])
        totals = None
        if self.totals is not None:
            totals = np.zeros(len(codes))
            np.add.at(totals, into, self.totals[kept])
        return CountTable(tuple(codes), self.industries, counts, totals)


def read_counts(table: pa.Table, where: str = "counts") -> CountTable:
    """Counts from a long table: unit, industry, value; optional `group`; missing cells are 0.

    Raises:
        Problems: columns that are missing, values that are no counts, cells given twice.
    """
    wanted = ("unit", "industry", "value")
    lacking = [name for name in wanted if name not in table.column_names]
    if lacking:
        raise Problems(where, [no_column(name, table.column_names) for name in lacking])
    frame = pl.DataFrame(table).with_columns(
        pl.col("unit").cast(pl.String), said=pl.col("value").cast(pl.String).str.strip_chars()
    )
    frame = frame.with_columns(value=pl.col("said").cast(pl.Float64, strict=False))
    is_text = pl.col("value").is_null() & ~pl.col("said").is_in(["", "NA"])
    problems = [
        f"{unit}, {industry}: {said!r} is no count"
        for unit, industry, said in frame.filter(is_text)
        .select("unit", "industry", "said")
        .iter_rows()
    ]
    frame = frame.drop("said").with_columns(pl.col("value").fill_null(0))
    problems += [
        f"{unit}, {industry}: {value:g} is no count"
        for unit, industry, value in frame.filter(
            (pl.col("value") < 0) | ~pl.col("value").is_finite()
        )
        .select(wanted)
        .iter_rows()
    ]
    twice = frame.filter(frame.select("unit", "industry").is_duplicated())
    problems += [
        f"{unit}, {industry} stands several times"
        for unit, industry in twice.select("unit", "industry").unique(maintain_order=True).rows()
    ]
    if problems:
        raise Problems(where, problems)
    return _wide(frame)


def _wide(frame: pl.DataFrame) -> CountTable:
    industries = tuple(frame["industry"].unique(maintain_order=True))
    places = tuple(frame["unit"].unique(maintain_order=True))
    row = {place: number for number, place in enumerate(places)}
    column = {industry: number for number, industry in enumerate(industries)}
    counts = np.zeros((len(places), len(industries)))
    for unit, industry, value in frame.select("unit", "industry", "value").iter_rows():
        counts[row[unit], column[industry]] = value
    groups: tuple[str, ...] = ()
    if "group" in frame.columns:
        by_place = dict(frame.select("unit", "group").iter_rows())
        groups = tuple(by_place[place] or "" for place in places)
    return CountTable(places, industries, counts, None, groups)


def relate(table: CountTable, *, draws: int = 999, seed: int = 1) -> Related:
    """Proximities and densities of a table; small places take no part in learning them."""
    takes_part = table.counts.sum(axis=1) >= SMALLEST
    return related(table.has, takes_part, draws=draws, seed=seed)


def industry_fit(table: CountTable, found: Related) -> pa.Table:
    """How each industry stands and fits in each place.

    Returns:
        unit, industry, enterprises, share_pct (of the place's), lq, rca, rca_p (chance of as many
        by the national shares alone), rca_q (corrected for the number of industries),
        is_specialised (rca of 1 or more), density (relatedness, 0 to 1), density_expected,
        density_p, density_q, group_places, group_specialised (other places of the same group, and
        how many of them specialise), fit_rank (1: the industry that fits best of those the place
        does not specialise in; null for the others), advice (strength, present, fits, open):
        strength is a specialisation that is significant, fits a candidate whose density is. Places
        by their order, industries by theirs; places without any enterprise are left out.
    """
    if not table.counts.size:
        return FIT_SCHEMA.empty_table()
    counts, advantage, p = table.counts, table.advantage, surprise(table.counts)
    totals = counts.sum(axis=1)
    there = totals > 0
    p_corrected, density_q = _by_place(p), _by_place(found.density_p)
    others, specialised = _beside(table)
    rank = _fit_ranks(found)
    columns = {
        "enterprises": counts,
        "share_pct": 100 * counts / np.where(there, totals, np.nan)[:, None],
        "lq": location_quotient(counts, table.totals),
        "rca": advantage,
        "rca_p": p,
        "rca_q": p_corrected,
        "density": found.density,
        "density_expected": found.density_expected,
        "density_p": found.density_p,
        "density_q": density_q,
        "fit_rank": rank,
    }
    size = len(table.industries)
    frame = pl.DataFrame(
        {
            "unit": np.repeat(np.array(table.places, dtype=object), size),
            "industry": np.tile(np.array(table.industries, dtype=object), len(table.places)),
            **{name: pl.Series(x.ravel(), nan_to_null=True) for name, x in columns.items()},
            "is_specialised": found.has.ravel(),
            "group_places": np.repeat(others, size),
            "group_specialised": specialised.ravel(),
        },
        schema_overrides={"unit": pl.String, "industry": pl.String},
    )
    chosen = frame.filter(np.repeat(there, size)).with_columns(advice=_advice())
    return chosen.select(FIT_SCHEMA.names).to_arrow().cast(FIT_SCHEMA)


def _advice() -> pl.Expr:
    is_specialised = pl.col("is_specialised")
    return (
        pl.when(is_specialised & (pl.col("rca_q") <= LEVEL))
        .then(pl.lit("strength"))
        .when(is_specialised)
        .then(pl.lit("present"))
        .when(pl.col("density_q") <= LEVEL)
        .then(pl.lit("fits"))
        .otherwise(pl.lit("open"))
    )


def _by_place(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corrected for the industries of a place: a reader looks at one place at a time."""
    return np.array([false_discovery(row) for row in p])


def _fit_ranks(found: Related) -> NDArray[np.float64]:
    """Places of the industries that a place lacks, by density; ties by the lower chance."""
    keys = np.where(found.has, np.nan, found.density)
    order = np.lexsort((found.density_p, -np.nan_to_num(keys, nan=-1.0)), axis=1)
    rank = np.empty(keys.shape)
    np.put_along_axis(rank, order, np.arange(1.0, keys.shape[1] + 1)[None, :], axis=1)
    return np.where(np.isnan(keys), np.nan, rank)


def _beside(table: CountTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Other places of the same group, and how many of them specialise in each industry."""
    if not table.groups:
        return np.zeros(len(table.places)), np.zeros(table.counts.shape)
    names, group = np.unique(np.array(table.groups), return_inverse=True)
    size = np.bincount(group)
    specialised = np.zeros((len(names), len(table.industries)))
    np.add.at(specialised, group, table.has)
    is_grouped = np.array([bool(name) for name in table.groups])
    others = np.where(is_grouped, size[group] - 1, 0)
    return others.astype(float), np.where(is_grouped[:, None], specialised[group] - table.has, 0.0)


def industry_proximity(table: CountTable, found: Related) -> pa.Table:
    """Proximity of each pair of industries: industry, other, proximity, expected, p, q."""
    pairs = [(one, other) for one in range(len(table.industries)) for other in range(one)]
    p = np.array([found.near_p[pair] for pair in pairs])
    names: Sequence[str] = table.industries
    return pa.table(
        {
            "industry": [names[other] for _, other in pairs],
            "other": [names[one] for one, _ in pairs],
            "proximity": pa.array([found.near[pair] for pair in pairs], from_pandas=True),
            "expected": pa.array([found.near_expected[pair] for pair in pairs], from_pandas=True),
            "p": pa.array(p, from_pandas=True),
            "q": pa.array(false_discovery(p), from_pandas=True),
        }
    ).cast(PROXIMITY_SCHEMA)
