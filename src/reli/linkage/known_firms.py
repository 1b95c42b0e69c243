"""A few enterprises, by hashes of all that they bear: which rows could mean one of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl

from reli.engine import read_batches
from reli.linkage.bearers import QuestionKeys
from reli.linkage.candidates import BORNE, KINDS, Kind, borne, near_keys, same_keys
from reli.linkage.keys import NO_HASHES, Flags, Hashes, KnownKeys

__all__ = ["KnownFirms", "could_mean_any"]

_SLICE = 131_072


class KnownFirms:
    """Enterprises that have come, or of which it is asked whether anybody means them still."""

    def __init__(self, tables: Iterable[pl.DataFrame]) -> None:
        """Take enterprises: BORNE. Some two hundred bytes of each are kept."""
        found = {kind: [NO_HASHES] for kind in KINDS}
        for rows in tables:
            for kind, each in found.items():
                each.append(borne(kind, rows)[0])
        self._known = {kind: KnownKeys(np.concatenate(each)) for kind, each in found.items()}

    @classmethod
    def of(cls, tables: Sequence[Path]) -> Self:
        """The enterprises of tables of a register."""
        return cls(
            pl.DataFrame(batch) for path in tables for batch in read_batches(path, _SLICE, BORNE)
        )

    def bear(self, keys: QuestionKeys) -> Flags:
        """Whether one of them bears a question's name or code."""
        named = keys.has_name & self._known["name_key"].has_hashes(keys.names)
        return named | (keys.has_code & self._known["enterprise_id"].has_hashes(keys.codes))

    def share(self, asked: pl.DataFrame) -> Flags:
        """Whether one of them shares a key with a row (see reli.linkage.climbing.with_keys)."""
        return _found([self], asked, same_keys(asked))

    def are_near(self, asked: pl.DataFrame) -> Flags:
        """Whether the core of one of them may be one slip from a row's."""
        return _found([self], asked, near_keys(asked))

    def have(self, kind: str, hashes: Hashes) -> Flags:
        """Whether one of them bears something of a kind."""
        return self._known[kind].has_hashes(hashes)


def could_mean_any(firms: Sequence[KnownFirms], asked: pl.DataFrame) -> Flags:
    """Whether a row shares a key with enterprises, or may be one slip from one of them."""
    return _found(firms, asked, (*same_keys(asked), *near_keys(asked)))


def _found(firms: Sequence[KnownFirms], asked: pl.DataFrame, keys: Iterable[Kind]) -> Flags:
    found = np.zeros(asked.height, bool)
    for kind, hashes, places in keys:
        for each in firms:
            found[places[each.have(kind, hashes)]] = True
    return found
