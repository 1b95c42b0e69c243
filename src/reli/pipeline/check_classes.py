"""Classes of GB/T 4754 that a register names and the standard does not have."""

from collections.abc import Iterator

import polars as pl

from reli.classification.industry import class_code, is_of_standard
from reli.sources.findings import CleanTable, Finding, Level

__all__ = ["unknown_classes"]

_EXAMPLES = 5
_CLASS_DIGITS = 4
_UNKNOWN = (
    "国民经济行业不在 GB/T 4754-2017 之内的有 {:,} 家（{:,} 种）：按没有行业处理，只看经营范围"
)
_BY_GROUP = "行业小类不在 GB/T 4754-2017 之内、按其中类处理的有 {:,} 家（{:,} 种）"


def unknown_classes(register: CleanTable) -> Iterator[Finding]:
    """Enterprises whose class is none of the standard, or one that it has the group of alone.

    A code of an older edition is of the second kind more often than not.
    """
    said = (
        pl.scan_parquet(register.rows)
        .group_by(said="gb4754_code")
        .agg(number=pl.len())
        .drop_nulls("said")
        .collect(engine="streaming")
        .sort("number", "said", descending=[True, False])
    )
    code = pl.Series("code", [class_code(each.strip()) for each in said["said"]], pl.String)
    is_class = pl.col("said").str.contains(rf"^\d{{{_CLASS_DIGITS}}}$")
    # Sections (C, 制造业) are of the standard, and too wide to tell an industry.
    is_known = pl.Series(map(is_of_standard, said["said"]), dtype=pl.Boolean)
    told = said.with_columns(code)
    yield from _told(told.filter(pl.col("code") == "", ~is_known), register, "警告", _UNKNOWN)
    of_group = told.filter(is_class, pl.col("code").str.len_chars() == _CLASS_DIGITS - 1)
    yield from _told(of_group, register, "提示", _BY_GROUP)


def _told(some: pl.DataFrame, register: CleanTable, level: Level, text: str) -> Iterator[Finding]:
    if some.height:
        first = some.head(_EXAMPLES).select("said", "number").iter_rows()
        examples = tuple(f"{said}：{number:,} 家" for said, number in first)
        said = text.format(some["number"].sum(), some.height)
        yield Finding(level, register.table.name_zh, said, examples)
