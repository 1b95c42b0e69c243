"""What names mean below each city and province, laid out once as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.classification.commonplace import FORMERLY_ABOVE, OF_ANY_CITY, OF_ANY_COUNTY
from reli.classification.gazetteer import Gazetteer
from reli.classification.referents import Referent
from reli.classification.resolve import common

__all__ = ["NOWHERE", "Below", "below_contexts", "key"]

NOWHERE = 0
"""The context of a name that has neither province nor city before it."""
_NAMES = 1 << 20
"""More than there are names: a context and a name make one number."""
_JOINED = "|"

_Ints = np.ndarray[Any, np.dtype[np.int64]]


def key(context: _Ints, name: _Ints) -> _Ints:
    """The number of a name, by its own, behind a context (a code as a number)."""
    return context * _NAMES + name


@dataclass(frozen=True)
class Below:
    """Where names settle an address, both in order of their keys."""

    contexts: pl.DataFrame
    """A name behind a city or province, or nothing: key (context and name), code, confidence,
    method, text (the name), candidates, and divided: the number of the county that was divided, of
    whose parts a town behind it tells one; 0 where nothing behind the name changes the answer."""
    parts: pl.DataFrame
    """A town behind a county that was divided: key (number of the county, and name), code, method
    and text; no code where one must look again."""


def below_contexts(names: Gazetteer, texts: Sequence[str]) -> Below:
    """Where a name behind a city or province, or nothing, means one county, or a part of one.

    Args:
        names: names of the vintage.
        texts: the names by number.
    """
    meanings = _meanings(names, texts)
    settled = _settled(names, meanings)
    is_part = (pl.col("kind") == "county") & ~(pl.col("is_whole") & (pl.col("size") == 1))
    divided = settled.filter(is_part).select("codes", "reach").unique(maintain_order=True)
    divided = divided.with_row_index("divided", 1)
    numbered = settled.join(
        divided, on=["codes", "reach"], how="left", maintain_order="left"
    ).with_columns(pl.when(is_part).then("divided").otherwise(0).cast(pl.Int64).alias("divided"))
    # A name of then behind it may take its province away.
    is_moved = pl.col("context").is_in([*FORMERLY_ABOVE.values()]) & (pl.col("divided") > 0)
    contexts = _told(names, numbered.filter(~is_moved)).sort("key")
    return Below(contexts, _parts(meanings, divided).sort("key"))


def _settled(names: Gazetteer, meanings: pl.DataFrame) -> pl.DataFrame:
    """The meaning of each name in each context in which it has one."""
    usable = _usable(names, meanings)
    below = usable.explode("parents").rename({"parents": "context"})
    is_context = pl.col("context").str.ends_with("00")
    below = below.filter(is_context & ~pl.col("context").is_in(sorted(names.whole_cities)))
    # A county's whole name says enough by itself, a town's does not.
    is_said = (pl.col("kind") == "county") & pl.col("is_full")
    alone = usable.filter(is_said, ~pl.col("text").is_in(sorted(OF_ANY_CITY)))
    alone = alone.drop("parents").with_columns(context=pl.lit(""))
    below = pl.concat([below, alone], how="diagonal")
    at = ("context", "name")
    current = below.filter(pl.col("is_current") | ~pl.col("is_current").any().over(at))
    ordered = current.sort("kind", maintain_order=True).group_by(at, maintain_order=True)
    one = ordered.agg(pl.all().first(), places=pl.col("codes").n_unique())
    is_county = pl.col("kind") == "county"
    is_short = ~is_county & ((pl.col("text").str.len_chars() <= 2) | ~pl.col("is_full"))
    is_vague = is_short & pl.col("context").str.ends_with("0000")
    is_one = is_county | (pl.col("is_whole") & (pl.col("size") == 1))
    return one.filter(pl.col("places") == 1, pl.col("size") > 0, is_one, ~is_vague)


def _usable(names: Gazetteer, meanings: pl.DataFrame) -> pl.DataFrame:
    """Meanings of names that are no city, province or area: as counties, else as towns."""
    is_other = pl.col("kind").is_in(["province", "city", "area"]).any().over("name")
    is_county = pl.col("kind") == "county"
    return meanings.filter(
        ~is_other,
        is_county | ~is_county.any().over("name"),
        ~pl.col("text").is_in([*OF_ANY_COUNTY, *sorted(names.former_cities)]),
    )


def _told(names: Gazetteer, settled: pl.DataFrame) -> pl.DataFrame:
    is_county, is_open = pl.col("kind") == "county", pl.col("size") > 1
    is_name = is_county & pl.col("is_current")
    context = pl.col("context").replace("", str(NOWHERE)).cast(pl.Int64)
    several = settled.filter(is_open)["codes"].unique()
    above = {codes: common(names, codes.split(_JOINED)) for codes in several}
    said = pl.when(is_open)
    return settled.select(
        "text",
        "divided",
        key=context * _NAMES + pl.col("name"),
        code=pl.col("codes").replace(above),
        candidates=said.then("codes").otherwise(pl.lit("")),
        confidence=said.then(pl.lit("ambiguous"))
        .when(is_name)
        .then(pl.lit("exact"))
        .otherwise(pl.lit("derived")),
        method=said.then(pl.lit("split"))
        .when(is_name)
        .then(pl.lit("name"))
        .when(is_county)
        .then(pl.lit("successor"))
        .otherwise(pl.col("kind").cast(pl.String)),
    )


def _parts(meanings: pl.DataFrame, divided: pl.DataFrame) -> pl.DataFrame:
    """Towns inside each county that was divided, but those of which the county is known."""
    code = pl.col("reach").str.split(_JOINED)
    inside = divided.select("divided", whole="codes", code=code).explode("code")
    is_above = pl.col("kind").is_in(["province", "city"]).any().over("name")
    finer = meanings.with_columns(is_above=is_above).filter(pl.col("kind").is_in(["town", "zone"]))
    finer = finer.filter(pl.col("size") > 0).with_row_index("meaning")
    spread = finer.with_columns(code=pl.col("codes").str.split(_JOINED)).explode("code")
    within = (
        spread.join(inside, on="code", maintain_order="left")
        .group_by("divided", "whole", "meaning", maintain_order=True)
        .agg(pl.exclude("code").first(), held=pl.len())
        .filter(pl.col("held") == pl.col("size"))
    )
    ordered = within.sort("kind", "meaning").group_by("divided", "name", maintain_order=True)
    one = ordered.agg(pl.all().first(), places=pl.col("codes").n_unique())
    found = one.filter(pl.col("places") == 1, pl.col("size") == 1)
    return found.select(
        "text",
        key=pl.col("divided").cast(pl.Int64) * _NAMES + pl.col("name"),
        code=pl.when("is_above").then(None).otherwise("codes"),
        method=pl.col("kind").cast(pl.String),
    )


def _meanings(names: Gazetteer, texts: Sequence[str]) -> pl.DataFrame:
    """Each meaning of each name in full or without suffix: what the tables are made of."""
    rows = [
        (number, name, name in names.full, *_row(each))
        for number, name in enumerate(texts)
        for each in _of(names, name)
    ]
    kinds = pl.Enum(["province", "city", "area", "county", "town", "zone"])
    own = ["kind", "codes", "size", "reach", "is_whole", "is_current", "parents"]
    columns = dict(zip(["name", "text", "is_full", *own], zip(*rows, strict=True), strict=True))
    # Arrow takes lists of texts at once, where Polars makes a series of each.
    columns["parents"] = pa.array(columns["parents"], pa.list_(pa.large_string()))
    return pl.DataFrame(columns).with_columns(pl.col("kind").cast(kinds))


def _of(names: Gazetteer, name: str) -> tuple[Referent, ...]:
    """What a name means, unless it is a slip: these are put right one by one."""
    return names.full.get(name) or (() if name in names.slips else names.stems.get(name, ()))


def _row(each: Referent) -> tuple[object, ...]:
    return (
        each.kind,
        _JOINED.join(each.codes),
        len(each.codes),
        _JOINED.join(sorted(each.reach)),
        each.reach == {*each.codes},
        each.is_current,
        list(each.parents),
    )
