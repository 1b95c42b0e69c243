"""Codes of patents and the industries that they belong to: asked once of each distinct cell."""

from collections.abc import Callable, Sequence
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa

from reli.engine import Engine

__all__ = ["CODED", "CODE_SET", "with_industries", "write_patent_codes"]

CODED = "ipc_industries"
"""Column of linked patents: the industries of their codes, each once."""
CODE_SET = "ipc_set"
"""Column of linked patents: which of the sets of industries that is, as a number."""

Classify = Callable[[Sequence[str]], list[list[str]]]


def write_patent_codes(patents: Path, out: Path, classify: Classify, engine: Engine) -> None:
    """Industries of each distinct cell of codes, in an order that is always the same.

    Args:
        patents: clean patents; without a column `ipc` nothing is known.
        out: Parquet file to write: ipc (as the cell has it, `|` between codes), ipc_industries
            (null where no code has any), ipc_set (the number of these, from 0). No rows where no
            patent has codes.
        classify: industries of codes; it is asked of distinct codes, of which there are few.
        engine: evaluates the rest.
    """
    rows = engine.table(patents)
    if "ipc" not in rows.columns:
        engine.write(engine.memory_table(_NOTHING), out, order_by=["ipc"])
        return
    cells = rows.filter(rows.ipc.notnull()).select("ipc").distinct()
    each = cells.select("ipc", code=cells.ipc.re_split("[|]").unnest())
    codes = engine.fetch(each.select("code").distinct().order_by("code"))["code"].to_pylist()
    known = engine.memory_table(_pairs(codes, classify(codes)))
    found = each.inner_join(known, "code").select("ipc", "industry").distinct()
    coded = found.group_by("ipc").aggregate(**{CODED: found.industry.collect().sort()})
    number = ibis.dense_rank().over(ibis.window(order_by=coded[CODED]))
    coded = coded.mutate(**{CODE_SET: number.cast("int32")})
    every = cells.left_join(coded, "ipc").select("ipc", CODED, CODE_SET)
    engine.write(every, out, order_by=["ipc"])


def with_industries(works: pl.DataFrame, coded: pl.DataFrame) -> pl.DataFrame:
    """Patents with the industries of their codes; null where no code has any."""
    if "ipc" not in works.columns:
        return works
    return works.join(coded, on="ipc", how="left", maintain_order="left")


_NOTHING = pa.schema(
    {"ipc": pa.string(), CODED: pa.list_(pa.string()), CODE_SET: pa.int32()}
).empty_table()


def _pairs(codes: Sequence[str], industries: Sequence[Sequence[str]]) -> pa.Table:
    pairs = [(c, i) for c, each in zip(codes, industries, strict=True) for i in each]
    return pa.table(
        {
            "code": pa.array([code for code, _ in pairs], pa.string()),
            "industry": pa.array([industry for _, industry in pairs], pa.string()),
        }
    )
