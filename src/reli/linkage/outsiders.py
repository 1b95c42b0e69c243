"""Owners and hosts that are in no register: placed by their address, else by their name."""

import pyarrow as pa

from reli.linkage.names import name_key

__all__ = ["OUTSIDE", "outsider_ids"]

OUTSIDE = "outside:"
"""How keys of outsiders begin."""


def outsider_ids(names: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Keys of owners and hosts that are in no register: one spelling, one key; null for none."""
    return (OUTSIDE + name_key(names)).to_arrow().cast(pa.string())
