"""Translates decisions that name tables, fields, lists or places in Chinese."""

from collections.abc import Callable, Mapping

import polars as pl

from reli.pipeline.own_lists import industry_spellings, project_table
from reli.pipeline.place_spellings import place_spellings
from reli.pipeline.workspace import Workspace
from reli.sources.canonical import Table
from reli.sources.choices import choice_answers
from reli.sources.readers import Spelling
from reli.sources.tables import TABLES

__all__ = ["in_our_words"]

_ROAD_WORDS = {
    "industries": ("产业", "所属产业"),
    "division_code": ("区划代码", "区划"),
    "enterprise_id": ("对应企业", "所指企业"),
}
"""What the road finds, beside the columns that sources have."""
_BETWEEN = r"\s*[|、;；,，]\s*"
_CODE = "^[0-9A-Za-z]{15,18}$"


def in_our_words(decisions: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """Decisions whose tables, fields, lists, places and industries have our names.

    What is in no list of names stays as it is written, and is told to be unknown later on.

    Args:
        decisions: rows of the clean table `decisions`.
        workspace: of the project, whose lists and industries they name.
    """
    named = decisions.with_columns(
        table=pl.col("table").replace({each.name_zh: each.name for each in TABLES.values()})
    )
    parts = [
        _of_table(rows, str(name), workspace)
        for (name,), rows in named.group_by("table", maintain_order=True)
    ]
    # Of several decisions on one field the last counts.
    return pl.concat([named.head(0), *parts]).sort("number")


def _of_table(rows: pl.DataFrame, name: str, workspace: Workspace) -> pl.DataFrame:
    if name not in TABLES:
        return rows
    table = project_table(workspace, name)
    fields = {spelt: ours for ours, words in _ROAD_WORDS.items() for spelt in words}
    fields |= {spelt: each.name for each in table.columns for spelt in each.headers}
    rows = rows.with_columns(pl.col("field").replace(fields), key=_key(table))
    if name != "enterprises":
        return rows
    places = {
        spelt: code
        for code, names in place_spellings(workspace.project.vintage).items()
        for spelt in names
    }
    rows = _values(rows, "division_code", lambda said: said.replace(places))
    return _values(rows, "industries", lambda said: _industries(said, workspace))


def _key(table: Table) -> pl.Expr:
    """Keys of rows: codes in capitals; of lists and markets our name in front."""
    key = pl.col("key").str.strip_chars()
    if table.name == "enterprises":
        return pl.when(key.str.contains(_CODE)).then(key.str.to_uppercase()).otherwise(key)
    first = table.column(table.unique[0]) if table.unique else None
    if first is None or first.kind != "choice":
        return key
    answers = choice_answers(first, Spelling())
    said = key.str.extract(r"^([^|]*)")
    plain = said.str.replace_all(r"\s", "").str.to_lowercase()
    ours = plain.replace_strict(answers, default=None, return_dtype=pl.String)
    return pl.coalesce(ours, said) + key.str.slice(said.str.len_chars())


def _values(rows: pl.DataFrame, field: str, read: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """Old and new values of a field in our words."""
    is_meant = pl.col("field") == field
    return rows.with_columns(
        pl.when(is_meant).then(read(pl.col(name))).otherwise(name).alias(name)
        for name in ("old", "new")
    )


def _industries(said: pl.Expr, workspace: Workspace) -> pl.Expr:
    names: Mapping[str, str] = {
        spelt: ours for ours, all_ in industry_spellings(workspace).items() for spelt in all_
    }
    each = said.str.replace_all(_BETWEEN, "|").str.split("|")
    return each.list.eval(pl.element().replace(dict(names))).list.join("|")
