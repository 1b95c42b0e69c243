"""What a file's values, and headers of other columns, tell where no header names a column."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import cast

import polars as pl
import pyarrow as pa

from reli.sources.canonical import Column, Table
from reli.sources.cells import plain_batch
from reli.sources.choices import read_choice
from reli.sources.header import plain
from reli.sources.lines import Rows
from reli.sources.list_names import lists_named
from reli.sources.persons import is_personal
from reli.sources.readers import Spelling

__all__ = ["columns_by_values", "list_by_columns"]

_SAMPLE = 1_000
_MOST = 0.5
_SIGNS: Mapping[str, str] = {
    "credit_code": "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$",
    "division_code": "^[1-6][0-9]{5}$",
    "name": "(公司|厂|集团|合作社|中心|研究院|事务所)$",
    "address": "(省|市|区|县).*(路|街|号|镇|村|园)",
    "business_scope": "(经营|销售|生产|服务|技术开发).*[;；、,，。]",
    "founded_date": r"^(19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}",
}
_CERTIFICATE = r"^GR20\d{10}$"
"""Of a 高新技术企业."""
_HIGH_TECH = "high_tech"
_CENTRE = re.compile(r"(?:企业)?技术中心(?:名称)?")
"""A header; in a title it may be of another kind of centre."""


def columns_by_values(
    table: Table, headers: Sequence[str], known: Mapping[str, tuple[str, ...]], rows: Rows
) -> dict[str, str]:
    """Our column -> a header whose values look like it, for columns not known by header."""
    frame = _sample(rows)
    taken = set(chain.from_iterable(known.values()))
    # A column without a header, such as the numbers of pandas, cannot be named in a mapping.
    free = [each for each in headers if each and each not in taken and not is_personal(each)]
    found: dict[str, str] = {}
    for column in table.columns:
        if column.name in known or not (column.name in _SIGNS or column.choices):
            continue
        shares = {e: _share(frame[e], column) for e in free if e not in found.values()}
        best = max(shares, key=lambda header: shares[header], default=None)
        if best is not None and shares[best] > _MOST:
            found[column.name] = best
    return found


def _sample(rows: Rows) -> pl.DataFrame:
    first = plain_batch(rows.batch).slice(0, _SAMPLE)
    frame = cast("pl.DataFrame", pl.from_arrow(pa.Table.from_batches([first])))
    return frame.with_columns(pl.all().cast(pl.String).str.strip_chars().replace("", None))


def _share(texts: pl.Series, column: Column) -> float:
    """Share of all rows whose cell looks like one of the column; of answers, of filled ones."""
    if column.name in _SIGNS:
        return texts.str.contains(_SIGNS[column.name]).fill_null(False).mean() or 0.0  # type: ignore[return-value]
    # A number alone, or a word that says yes, answers too many questions.
    words = texts.filter(texts.str.contains(r"\p{Han}{2}|[A-Za-z]{3}"))
    answers = read_choice(words, column, Spelling()).values.count()
    return answers / max(texts.count(), 1)


def list_by_columns(table: Table, headers: Sequence[str], rows: Rows) -> str:
    """The list that a header of another column (技术中心名称) or a certificate's number tells."""
    column = next((each for each in table.columns if each.name == "list"), None)
    if column is None or _HIGH_TECH not in column.choices:
        return ""
    named = {each for header in headers for each in lists_named(column.choices, header)}
    if any(_CENTRE.fullmatch(plain(header)) for header in headers):
        named.add("enterprise_technology_center")
    if len(named) == 1:
        return named.pop()
    frame = _sample(rows)
    is_certified = any(
        (frame[each].str.contains(_CERTIFICATE).mean() or 0) > _MOST  # type: ignore[operator]
        for each in headers
        if each in frame.columns
    )
    return _HIGH_TECH if is_certified and not named else ""
