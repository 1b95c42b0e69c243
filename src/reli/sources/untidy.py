"""Which cells may need tidying, told by the bytes of a whole column: in most columns few do."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from reli.engine.laid import Laid, laid_out

__all__ = ["untidy_rows"]

_PIECE = 1 << 18
"""Bytes that are looked at together: few enough for the processor's caches."""
_LEAD = 0xC0
"""From here on bytes begin a character of several; those of U+4000 to U+9FFF begin with these."""
_HAN, _BEHIND_HAN, _BEHIND_ALL = 0xE4 - _LEAD, 0xEA - _LEAD, 0x100 - _LEAD
_FIRST, _LAST = b"'= \t\r\n-", b"* \t\r\n"
"""What exports, spaces, dashes and footnotes begin and end with, as far as it is of one byte."""


def untidy_rows(texts: pl.Series, empty: Sequence[str]) -> pl.Series:
    """Positions of cells that tidying may change; of the others all are tidy.

    These are of ASCII and Han characters, which NFKC leaves as they are.

    Args:
        texts: text.
        empty: what stands for nothing.
    """
    laid = laid_out(texts)
    is_odd = _has_odd_ends(laid) if laid.bytes.size else np.zeros(len(texts), np.bool_)
    is_odd[np.searchsorted(laid.ends, _uncommon(laid), "right")] = True
    short = np.flatnonzero(_may_be_one_of(laid, [each.encode() for each in empty]) & ~is_odd)
    is_odd[short] = texts.gather(pl.Series(short)).is_in(list(empty)).fill_null(False).to_numpy()
    if texts.null_count():
        is_odd &= texts.is_not_null().to_numpy()
    return pl.Series(np.flatnonzero(is_odd), dtype=pl.UInt32)


def _has_odd_ends(laid: Laid) -> npt.NDArray[np.bool_]:
    """Whether cells begin or end with a sign that may be left out; of empty ones anything."""
    last = len(laid.bytes) - 1
    begins = laid.bytes[np.minimum(laid.starts, last)]
    ends = laid.bytes[np.maximum(laid.ends - 1, 0)]
    found = np.zeros(len(begins), np.bool_)
    for bytes_, signs in ((begins, _FIRST), (ends, _LAST)):
        for sign in signs:
            found |= bytes_ == sign
    return found


def _may_be_one_of(laid: Laid, words: Sequence[bytes]) -> npt.NDArray[np.bool_]:
    """Whether cells are as short as the longest of some words, and begin as one of them."""
    is_short = laid.sizes <= max(map(len, words))
    rows = np.flatnonzero(is_short & (laid.sizes > 0))
    is_first = np.zeros(256, np.bool_)
    is_first[[word[0] for word in words if word]] = True
    is_short[rows] = is_first[laid.bytes[laid.starts[rows]]]
    return is_short


def _uncommon(laid: Laid) -> npt.NDArray[np.intp]:
    """Places at which characters begin that are neither of ASCII nor Han; and of NUL."""
    if not laid.bytes.size or not laid.starts.size:
        return np.zeros(0, np.intp)
    begin, end = int(laid.starts[0]), int(laid.ends[-1])
    found = [np.zeros(0, np.intp)]
    for start in range(begin, end, _PIECE):
        piece = laid.bytes[start : min(start + _PIECE, end)]
        # Modulo 256: bytes below the first lie behind the last.
        lead = piece - np.uint8(_LEAD)
        is_uncommon = lead < _HAN
        is_uncommon |= lead - np.uint8(_BEHIND_HAN) < _BEHIND_ALL - _BEHIND_HAN
        is_uncommon |= piece == 0
        found.append(np.flatnonzero(is_uncommon) + start)
    return np.concatenate(found)
