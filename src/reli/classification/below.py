"""What names mean below each city and province, laid out once as a table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from reli.classification.gazetteer import Gazetteer
from reli.classification.resolve import OF_ANY_CITY

__all__ = ["NOWHERE", "below_contexts", "key"]

NOWHERE = 0
"""The context of a name that has neither province nor city before it."""
_NAMES = 1 << 20
"""More than there are names: a context and a name make one number."""

_Ints = np.ndarray[Any, np.dtype[np.int64]]


def key(context: _Ints, name: _Ints) -> _Ints:
    """The number of a name, by its own, behind a context (a code as a number)."""
    return context * _NAMES + name


def below_contexts(names: Gazetteer, texts: Sequence[str]) -> pl.DataFrame:
    """Where a name behind a city or province, or nothing, means one county, and nothing changes it.

    Args:
        names: names of the vintage.
        texts: the names by number.

    Returns:
        key (context and name), code, confidence, method and text (the name) in order of key.
    """
    usable = _usable(names, texts)
    below = usable.explode("parents").rename({"parents": "context"})
    is_context = pl.col("context").str.ends_with("00")
    below = below.filter(is_context & ~pl.col("context").is_in(sorted(names.whole_cities)))
    # A county's name says enough by itself, a town's does not.
    alone = usable.filter(pl.col("kind") == "county", ~pl.col("text").is_in(sorted(OF_ANY_CITY)))
    alone = alone.drop("parents").with_columns(context=pl.lit(""))
    below = pl.concat([below, alone], how="diagonal")
    at = ("context", "name")
    current = below.filter(pl.col("is_current") | ~pl.col("is_current").any().over(at))
    ordered = current.sort("kind", maintain_order=True).group_by(at, maintain_order=True)
    one = ordered.agg(pl.all().first(), places=pl.col("code").n_unique())
    is_short = ~(pl.col("kind") == "county") & (pl.col("text").str.len_chars() <= 2)
    is_vague = is_short & pl.col("context").str.ends_with("0000")
    settled = one.filter(pl.col("places") == 1, pl.col("code") != "", "is_whole", ~is_vague)
    return _told(settled).sort("key")


def _usable(names: Gazetteer, texts: Sequence[str]) -> pl.DataFrame:
    """Meanings of names that are no city, province or area: as counties, else as towns."""
    is_other = pl.col("kind").is_in(["province", "city", "area"]).any().over("name")
    is_county = pl.col("kind") == "county"
    return _meanings(names, texts).filter(
        ~is_other,
        is_county | ~is_county.any().over("name"),
        ~pl.col("text").is_in(sorted(names.former_cities)),
    )


def _told(settled: pl.DataFrame) -> pl.DataFrame:
    is_county = pl.col("kind") == "county"
    is_name = is_county & pl.col("is_current")
    context = pl.col("context").replace("", str(NOWHERE)).cast(pl.Int64)
    return settled.select(
        "code",
        "text",
        key=context * _NAMES + pl.col("name"),
        confidence=pl.when(is_name).then(pl.lit("exact")).otherwise(pl.lit("derived")),
        method=pl.when(is_name)
        .then(pl.lit("name"))
        .when(is_county)
        .then(pl.lit("successor"))
        .otherwise(pl.col("kind").cast(pl.String)),
    )


def _meanings(names: Gazetteer, texts: Sequence[str]) -> pl.DataFrame:
    """Each meaning of each name in full: what the table is made of."""
    rows = [
        (
            number,
            name,
            each.kind,
            each.codes[0] if len(each.codes) == 1 else "",
            each.reach == {*each.codes},
            each.is_current,
            list(each.parents),
        )
        for number, name in enumerate(texts)
        for each in names.full.get(name, ())
    ]
    kinds = pl.Enum(["province", "city", "area", "county", "town", "zone"])
    columns = ["name", "text", "kind", "code", "is_whole", "is_current", "parents"]
    frame = pl.DataFrame(rows, columns, orient="row")
    return frame.with_columns(pl.col("kind").cast(kinds))
