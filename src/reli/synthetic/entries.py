"""Rows of lists, with names as lists have them: old ones, slips, codes that are missing."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from reli.synthetic.codes import CreditCodes
from reli.synthetic.draw import Flags, Ints, choose, gather, share
from reli.synthetic.names import Names
from reli.synthetic.outsiders import Outsiders
from reli.synthetic.population import Country

__all__ = ["NAME_FORMS", "Entries", "People", "written"]

NAME_FORMS = ("current", "former", "legal_form", "typo", "brackets", "spaced", "stranger")
_FORM_SHARES = (0.875, 0.0, 0.04, 0.025, 0.02, 0.02, 0.02)
_FORMER_SHARE = 0.4
"""Of those that had another name, so many stand under it."""
_LOOKALIKES = {"技": "枝", "材": "村", "源": "原", "设": "没", "械": "诫", "件": "仵", "环": "坏"}
_CODE_SHARE = 0.45


@dataclass(frozen=True)
class People:
    """Who can stand on a list: the enterprises of a part, with their names and codes."""

    country: Country
    names: Names
    codes: CreditCodes
    outside: Outsiders
    """Institutions that are in no register."""


@dataclass(frozen=True)
class Entries:
    """Rows of one file, and row for row which enterprise each means."""

    file: str
    table: str
    rows: pl.DataFrame
    links: pl.DataFrame


def written(
    rng: np.random.Generator, chosen: Ints, people: People
) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
    """Names and codes as a list has them, and whom they mean (nobody, for strangers)."""
    names, form = people.names, choose(rng, _FORM_SHARES, len(chosen))
    former = names.former(chosen)
    has_former = former.is_not_null().to_numpy()
    form = np.where(has_former & share(rng, _FORMER_SHARE, len(chosen)), 1, form)
    name, is_changed = _spelt(names.current(chosen), former, form)
    form = np.where(is_changed | (form < 2), form, 0)
    is_stranger = form == NAME_FORMS.index("stranger")
    code = people.codes.of(chosen)
    has_code = share(rng, _CODE_SHARE, len(chosen)) & ~is_stranger
    links = pl.DataFrame(
        {
            "enterprise": pl.Series(people.country.first + chosen).set(
                pl.Series(is_stranger), None
            ),
            "credit_code": code.set(pl.Series(is_stranger), None),
            "name_form": gather(NAME_FORMS, form),
            "has_code": has_code,
        }
    )
    return name, code.set(pl.Series(~has_code), ""), links


def _spelt(current: pl.Series, former: pl.Series, form: Ints) -> tuple[pl.Series, Flags]:
    frame = pl.DataFrame({"name": current, "former": former, "form": form})
    name = pl.col("name")
    slips = [
        pl.when(name.str.contains(right, literal=True)).then(
            name.str.replace(right, wrong, literal=True)
        )
        for right, wrong in _LOOKALIKES.items()
    ]
    variants = {
        "former": pl.col("former"),
        "legal_form": _other_legal_form(name),
        # A wrong character that looks like the right one; else one is left out.
        "typo": pl.coalesce(*slips, pl.concat_str(name.str.slice(0, 3), name.str.slice(4))),
        "brackets": name.str.replace_many(["（", "）"], ["(", ")"]),
        "spaced": pl.concat_str(name.str.slice(0, 2), pl.lit(" "), name.str.slice(2)),
        "stranger": pl.concat_str(pl.lit("外省"), name.str.head(-4), pl.lit("实业总公司")),
    }
    found: pl.Expr = name
    for title, text in variants.items():
        found = pl.when(pl.col("form") == NAME_FORMS.index(title)).then(text).otherwise(found)
    spelt = frame.select(found).to_series()
    return spelt, (spelt != current).to_numpy()


def _other_legal_form(name: pl.Expr) -> pl.Expr:
    """有限责任公司 for 有限公司, and the other way round."""
    is_long = name.str.ends_with("有限责任公司")
    short = name.str.replace("有限责任公司$", "有限公司")
    return (
        pl.when(is_long)
        .then(short)
        .otherwise(name.str.replace("([^份])有限公司$", "${1}有限责任公司"))
    )
