"""Days as nearly all files write them, read from the bytes of a whole column at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from reli.engine.laid import Laid, laid_out

__all__ = ["usual_days"]

_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_MONTHS, _NINE = 12, 9


@dataclass(frozen=True)
class _Form:
    """Where the figures of a day stand, and what stands between them."""

    size: int
    """Bytes of the whole."""
    figures: tuple[int, ...]
    """Places of the eight figures: year, month, day."""
    signs: tuple[tuple[int, bytes], ...] = ()
    """Place of a byte, and which may stand there."""


_FORMS = (
    _Form(10, (0, 1, 2, 3, 5, 6, 8, 9), ((4, b"-/."), (7, b"-/."))),
    _Form(8, (0, 1, 2, 3, 4, 5, 6, 7)),
    _Form(
        len("2023年01月01日".encode()),
        (0, 1, 2, 3, 7, 8, 12, 13),
        tuple(
            (at + place, byte.to_bytes())
            for at, sign in ((4, "年"), (9, "月"), (14, "日"))
            for place, byte in enumerate(sign.encode())
        ),
    ),
)
"""2023-01-31, 2023/01/31, 2023.01.31; 20230131; 2023年01月31日."""


def usual_days(texts: pl.Series) -> pl.Series:
    """Days of the years 1000 to 2999 in one of the usual forms; null for all else.

    Args:
        texts: tidy text.
    """
    laid = laid_out(texts)
    days, is_day = np.zeros(len(texts), "M8[D]"), np.zeros(len(texts), np.bool_)
    for form in _FORMS:
        rows = np.flatnonzero(laid.sizes == form.size)
        if rows.size:
            days[rows], is_day[rows] = _read(laid, rows, form)
    # Below a missing text anything may lie.
    is_day &= texts.is_not_null().to_numpy()
    return pl.Series(days).set(~pl.Series(is_day), None)


def _read(
    laid: Laid, rows: npt.NDArray[np.intp], form: _Form
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Days of some rows that have the size of a form, and whether they are any."""
    starts = laid.starts[rows]
    is_day = np.ones(len(rows), np.bool_)
    for place, signs in form.signs:
        found = laid.bytes[starts + place]
        is_day &= np.any([found == sign for sign in signs], axis=0)
    figures = [laid.bytes[starts + place] - np.uint8(ord("0")) for place in form.figures]
    for figure in figures:
        is_day &= figure <= _NINE
    year, month, day = (_number(figures[part]) for part in _PARTS)
    is_day &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= _MONTHS)
    months = (year - _EPOCH) * _MONTHS + month - 1
    first, next_first = (each.astype("M8[M]").astype("M8[D]") for each in (months, months + 1))
    days = first + (day - 1)
    return days, is_day & (day >= 1) & (days < next_first)


_PARTS = (slice(0, 4), slice(4, 6), slice(6, 8))
_EPOCH = 1970


def _number(figures: list[npt.NDArray[np.uint8]]) -> npt.NDArray[np.int64]:
    number = np.zeros(len(figures[0]), np.int64)
    for figure in figures:
        number = number * 10 + figure
    return number
