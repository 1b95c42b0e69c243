"""Further evidence of a place: the county of the registering authority and of the credit code."""

from dataclasses import dataclass
from functools import cache

import polars as pl

from reli.classification.found import Found
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import Token
from reli.classification.reading import read_county
from reli.reference.divisions import convert, division, years_of

__all__ = ["Witness", "inferred", "reach", "read_authority", "read_region"]

_FIRST_CREDIT_CODES = 2015


@dataclass(frozen=True)
class Witness:
    """What authority or credit code say of the county; at best an inference."""

    code: str
    """Empty where they name none."""
    matched: str


def read_authority(names: Gazetteer, authority: list[Token]) -> Witness:
    """The county whose office registered an enterprise, if its name tells one."""
    return Witness(*read_county(names, authority))


def read_region(names: Gazetteer, region: str) -> Witness:
    """The county of a credit code's region, carried to the vintage; none for cities and zones."""
    codes = () if region.endswith("00") or not region else _county_of(names, region)
    return Witness(codes[0] if len(codes) == 1 else "", region)


def _county_of(names: Gazetteer, code: str) -> tuple[str, ...]:
    return (code,) if code in names.names else _carried(code, names.vintage)


@cache
def _carried(code: str, vintage: int) -> tuple[str, ...]:
    """Where the territory lies that a code meant in its last year."""
    known = years_of(code)
    return convert(code, from_vintage=known[-1], to_vintage=vintage).codes if known else ()


@cache
def reach(code: str, vintage: int) -> frozenset[str]:
    """Where the territory lies that an office's code has meant since 2015: 余杭 and 临平 of 330110.

    Unified credit codes begin with October 2015; of a code abolished before, its last year counts.
    """
    known = years_of(code)
    if not known:
        return frozenset()
    begin = next((year for year in known if year >= _FIRST_CREDIT_CODES), known[-1])
    found = frozenset(convert(code, from_vintage=begin, to_vintage=vintage).codes)
    return found | {code} if division(code, vintage) else found


def inferred(names: Gazetteer, open_places: pl.DataFrame, witnesses: pl.DataFrame) -> Found:
    """What witnesses add, the authority first, where the address leaves the county open.

    Args:
        names: names of the vintage.
        open_places: the place of each row so far.
        witnesses: row for row authority and its authority_text, credit_code and its
            credit_code_text: the county (empty for none), and where it was read.
    """
    rows = pl.concat([open_places, witnesses], how="horizontal").with_row_index("row")
    is_asked = pl.col("confidence").is_in(["ambiguous", "none"])
    asked, said = rows.filter(is_asked), []
    for kind in ("authority", "credit_code"):
        is_said = asked.select(_agrees(names, kind)).to_series()
        said.append(asked.filter(is_said).select("row", *_said(kind)))
        asked = asked.filter(~is_said)
    told = pl.concat(said)
    numbers = pl.Series(range(len(rows)), dtype=pl.Int64)
    numbers = numbers.scatter(told["row"], range(len(rows), len(rows) + len(told)))
    return Found(pl.concat([open_places, told.drop("row")]), numbers)


def _said(kind: str) -> list[pl.Expr]:
    """A place as a witness tells it."""
    said = {
        "code": pl.col(kind),
        "confidence": pl.lit("inferred"),
        "method": pl.lit(kind),
        "matched": pl.col(f"{kind}_text"),
        "candidates": pl.lit(""),
        "is_open": pl.lit(value=False),
    }
    return [value.alias(name) for name, value in said.items()]


def _agrees(names: Gazetteer, kind: str) -> pl.Expr:
    """Whether a witness names one of the candidates, else a county of the city or province."""
    told, context = pl.col(kind), pl.col("code")
    city = told.replace_strict(names.cities, default="", return_dtype=pl.String)
    is_below = (context == "") | (context == city) | (context == told.str.head(2) + "0000")
    is_candidate = pl.col("candidates").str.contains(told, literal=True)
    return (told != "") & pl.when(pl.col("candidates") != "").then(is_candidate).otherwise(is_below)
