"""Rows that must not arrive: in each file some that the road has to reject."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from reli.synthetic.draw import Ints, choose, gather

__all__ = ["DEFECTS", "Flawed", "further_down", "with_defects"]

_SHARE = 0.002
_FEWEST = 20
"""A shorter piece has none, so that lists of a handful are not half made of them."""
_NAMELESS = {"企业名称": "", "依托单位": "", "名称": "", "统一社会信用代码": ""}
_WORK = {
    "repeated": {},
    "no_number": {"授权公告号": "", "登记号": ""},
    "no_owner": {"专利权人": "", "著作权人": ""},
}
_COUNTY = {
    "repeated": {},
    "no_unit": {"区划代码": ""},
    "unknown_unit": {"区划代码": "990101"},
    "impossible_year": {"年份": "20231"},
}
DEFECTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "recognitions": {"repeated": {}, "no_name": _NAMELESS},
    "listings": {"repeated": {}, "no_name": _NAMELESS},
    "rankings": {"repeated": {}, "no_name": _NAMELESS, "impossible_year": {"年份": "20231"}},
    "holdings": {"repeated": {}, "no_parent": {"母公司": ""}, "no_child": {"子公司": ""}},
    "patents": _WORK,
    "software_copyrights": _WORK,
    "coverage": _COUNTY,
    "county_totals": _COUNTY,
}
"""By table: each defect, and the cells in which its row differs from the one it was copied from."""


@dataclass(frozen=True)
class Flawed:
    """Rows of a file with defective ones among them."""

    rows: pl.DataFrame
    place: Ints
    """Where each of the right rows now stands, in their order."""
    defects: pl.DataFrame
    """`row`, where a defective one stands, and its `defect`."""


def with_defects(rng: np.random.Generator, table: str, rows: pl.DataFrame) -> Flawed:
    """Rows with defective copies of some further down.

    Of rows that are the same the last one counts, since what comes later is newer: the first of
    them is the defective one.

    Args:
        rng: chooses rows, defects and places.
        table: canonical table of the rows, one of DEFECTS.
        rows: right rows as a file has them.
    """
    size, defects = len(rows), DEFECTS[table]
    count = round(_SHARE * size) or int(size >= _FEWEST)
    copied = rng.choice(size, count, replace=False)
    # By defect, so that the copies of each are marred at once.
    kind = np.sort(choose(rng, [1] * len(defects), count))
    marred = [
        rows[copied[kind == at]].with_columns(
            pl.lit(cell).alias(column)
            for column, cell in [*defects.values()][at].items()
            if column in rows.columns
        )
        for at in np.unique(kind)
    ]
    order = further_down(rng, size, copied)
    place, wrong = np.split(np.argsort(order), [size])
    is_repeated = kind == [*defects].index("repeated")
    again = copied[is_repeated]
    place[again], wrong[is_repeated] = wrong[is_repeated], place[again]
    found = pl.DataFrame({"row": wrong, "defect": gather([*defects], kind)}).sort("row")
    return Flawed(pl.concat([rows, *marred])[order], place, found)


def further_down(rng: np.random.Generator, size: int, copied: Ints) -> Ints:
    """Order of rows and copies of some, each behind the row it was copied from.

    Args:
        rng: chooses the places, anywhere to the end.
        size: how many rows there are; they come first in what is put in order.
        copied: the row of each copy; these follow.

    Returns:
        Positions in rows and copies, rows in their own order.
    """
    behind = copied + 0.5 + rng.random(len(copied)) * (size - copied)
    return np.argsort(np.concatenate([np.arange(size), behind]), kind="stable")
