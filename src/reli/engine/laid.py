"""Texts as they lie in memory, end to end: what can be told by bytes is asked of all at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.types as kinds

__all__ = ["Laid", "laid_out"]

Offsets = npt.NDArray[Any]
"""Places in bytes; of large strings int64, else int32."""


@dataclass(frozen=True)
class Laid:
    """Texts laid end to end; null is an empty one, or one of any bytes."""

    bytes: npt.NDArray[np.uint8]
    """UTF-8, with what stands before and behind the texts."""
    starts: Offsets
    """Where each text begins."""
    ends: Offsets
    """Where each ends: where the next begins."""

    @property
    def sizes(self) -> Offsets:
        """Bytes of each text."""
        return self.ends - self.starts


def laid_out(texts: pl.Series | pa.Array) -> Laid:
    """Texts by their bytes; of an Arrow array nothing is copied.

    Args:
        texts: text; an Arrow array of strings or large strings.
    """
    if isinstance(texts, pl.Series):
        texts = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, whole = texts.buffers()
    width = np.int64 if kinds.is_large_string(texts.type) else np.int32
    found: Offsets = np.frombuffer(offsets or bytes(8), width)[texts.offset :][: len(texts) + 1]
    return Laid(np.frombuffer(whole or b"", np.uint8), found[:-1], found[1:])
