"""Owners and hosts that are in no register: universities, institutes, hospitals, offices."""

import pyarrow as pa

from reli.linkage.names import LEGAL_FORMS, name_key

__all__ = ["OUTSIDE", "outsider_ids"]

OUTSIDE = "outside:"
"""How keys of outsiders begin."""

_ENTERPRISE = (
    f"(?:{LEGAL_FORMS}|厂|集团|合作社|商行|商店|经营部|有限合伙|普通合伙|会社|ltd|llc|inc"
    "|corporation|gmbh)$"
)
"""How keys of enterprises end. One that the register lacks is not found, and no outsider: whether
it belongs to an emerging industry is unknown, while 综合 counts outsiders whatever they do."""


def outsider_ids(names: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Keys of owners and hosts that are no enterprises; one spelling, one key.

    Null for no name, and for the name of an enterprise, which belongs into the register.
    """
    keys = OUTSIDE + name_key(names)
    return keys.set(keys.str.contains(_ENTERPRISE), None).to_arrow().cast(pa.string())
