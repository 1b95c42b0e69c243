"""The ladder of names, climbed by rows against a register that is too large for memory.

Only enterprises that a row could mean are taken into memory.
"""

import polars as pl
import pyarrow as pa

from reli.engine.batches import map_in_order
from reli.linkage.bearers import Bearers
from reli.linkage.candidates import still_open
from reli.linkage.match import Matcher, plain_code
from reli.linkage.names import (
    branch_parent,
    core_key,
    former_in_remark,
    name_key,
    without_remark,
)

__all__ = ["ANSWER", "ASKED", "LINK", "climbed", "open_keys", "with_keys"]

ASKED = ("name", "credit_code", "province")
"""What a list says of an enterprise, as far as it matters which one is meant."""
LINK = ("enterprise_id", "link_role", "link_confidence", "link_method", "link_candidates")
"""What a row is answered."""
ANSWER = (*LINK, "outsider_id")
"""The same, and the key of an outsider for who is no enterprise."""
_AT_ONCE = 16_384
"""Rows that a thread matches at a time: of each there may be dozens of pairs with enterprises."""
_TEXTS = pa.schema(dict.fromkeys(ASKED, pa.string()))


def climbed(said: pl.DataFrame, matcher: Matcher) -> pl.DataFrame:
    """What the ladder answers to each row; a branch is no legal entity and stands for its parent.

    Args:
        said: ASKED, each row once.
        matcher: of the enterprises that the rows could mean (see reli.linkage.candidates), with
            `of_parents`.

    Returns:
        The rows with LINK; enterprise_id is null where there is none.
    """
    rows = said.select(ASKED).to_arrow().cast(_TEXTS).combine_chunks()
    batches = map_in_order(rows.to_batches(max_chunksize=_AT_ONCE), matcher.match)
    answers = pl.DataFrame(pa.Table.from_batches(batches))
    keys = answers["matched_credit_code"]
    said = said.with_columns(keys.set(keys == "", None).alias("enterprise_id"))
    names = ("role", "confidence", "method", "candidates")
    return said.with_columns(answers[name].alias(f"link_{name}") for name in names)


def open_keys(said: pl.DataFrame, borne: Bearers) -> pa.Table:
    """What is said with the keys that may find it, as far as they matter (see `still_open`)."""
    asked = with_keys(said)
    return still_open(asked, borne.have(asked))


def with_keys(said: pl.DataFrame) -> pa.Table:
    """What is said of each enterprise, with the keys that may find it."""
    keys = name_key(without_remark(said["name"]))
    parents = branch_parent(keys)
    whole = said.with_columns(
        plain_code(said["credit_code"]).alias("plain_code"),
        keys.alias("name_key"),
        core_key(keys).alias("core_key"),
        parents.alias("parent_key"),
        core_key(parents).alias("parent_core"),
        name_key(former_in_remark(said["name"])).alias("other_key"),
    ).to_arrow()
    return whole.cast(pa.schema([(name, pa.string()) for name in whole.column_names]))
