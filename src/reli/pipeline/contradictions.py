"""What the tables of a project say against each other: lists and coverage, works and register."""

from collections.abc import Iterator

import polars as pl

from reli.reference.divisions import provinces
from reli.sources.findings import CleanTable, Finding

__all__ = ["contradicted", "unknown_owners"]

_EXAMPLES = 5
_ENOUGH = 0.8


def contradicted(coverage: CleanTable, listed: CleanTable) -> Iterator[Finding]:
    """Programmes that a province has and no row of, and rows where there is no programme.

    Lists say where they are from by `issuer_region`; a list that says so of too few rows is left
    out. Years are seen together.
    """
    stated = _stated(coverage)
    rows = _regions(listed).filter(pl.col("list").is_in(stated["list"].unique().to_list()))
    seen = rows.group_by("list", "province").agg(
        rows=pl.len(),
        example=pl.format("{} 第 {} 行：{}", "source_file", "source_line", "name").first(),
    )
    told = pl.DataFrame(provinces()).select(province="province_code", said="short_name")
    both = stated.join(seen, on=["list", "province"], how="left").join(told, on="province")
    for (name,), some in both.sort("list", "province").group_by("list", maintain_order=True):
        known = rows.filter(pl.col("list") == name)
        if known.height < _ENOUGH * _rows_of(listed, str(name)):
            continue
        said = listed.table.column("list").said(str(name))
        lacking = some.filter("is_covered", pl.col("rows").is_null())
        if lacking.height:
            text = f"覆盖表称 {said} 在 {lacking.height} 个省份开展，名单上却没有该省的行：按零计"
            yield Finding("警告", coverage.table.name_zh, text, _first(lacking["said"]))
        outside = some.filter(~pl.col("is_covered"), pl.col("rows").is_not_null())
        if outside.height:
            number = outside["rows"].sum()
            text = f"覆盖表称 {said} 未开展的 {outside.height} 个省份，名单上有 {number} 行"
            yield Finding("警告", coverage.table.name_zh, text, _first(outside["example"]))


def _stated(coverage: CleanTable) -> pl.DataFrame:
    """By list and province, whether any of its divisions is covered in any year."""
    rows = pl.read_parquet(coverage.rows, columns=["list", "division_code", "state"])
    known = rows.filter(pl.col("state").is_in(["covered", "none"]))
    province = pl.col("division_code").str.slice(0, 2) + "0000"
    return known.group_by("list", province.alias("province")).agg(
        is_covered=(pl.col("state") == "covered").any()
    )


def _regions(listed: CleanTable) -> pl.DataFrame:
    """Rows of lists with the province that they are from, where they say so."""
    columns = ["list", "name", "issuer_region", "source_file", "source_line"]
    short = pl.DataFrame(provinces()).select("short_name", province="province_code")
    names = "^(" + "|".join(short["short_name"]) + ")"
    rows = pl.read_parquet(listed.rows, columns=columns)
    said = rows.with_columns(short_name=pl.col("issuer_region").str.extract(names, 1))
    return said.join(short, on="short_name")


def _rows_of(listed: CleanTable, name: str) -> int:
    rows = pl.scan_parquet(listed.rows).filter(pl.col("list") == name)
    return int(rows.select(pl.len()).collect().item())


def unknown_owners(works: CleanTable, register: CleanTable) -> Finding:
    """Share of the works of which an owner stands in the register as it is written."""
    names = pl.scan_parquet(register.rows).select(owner="name").unique()
    owners = (
        pl.scan_parquet(works.rows)
        .select("source_file", "source_line", owner=pl.col("owners").str.split("|"))
        .explode("owner")
    )
    key = ["source_file", "source_line"]
    found = owners.join(names, on="owner", how="semi").select(key).unique()
    missed = owners.join(found, on=key, how="anti").filter(pl.col("owner") != "个人")
    often = missed.group_by("owner").len().sort("len", "owner", descending=[True, False])
    number = found.select(pl.len()).collect(engine="streaming").item()
    share = number / works.counts.written
    text = f"权利人直接对上企业名录的占 {share:.1%}"
    if rest := works.counts.written - number:
        text += f"，其余 {rest:,} 件的权利人有待匹配，或是高校、院所和个人"
    examples = often.head(_EXAMPLES).collect(engine="streaming")
    return Finding(
        "提示" if share >= _ENOUGH / 2 else "警告",
        works.table.name_zh,
        text,
        tuple(f"{owner}：{count:,} 件" for owner, count in examples.iter_rows()),
    )


def _first(texts: pl.Series) -> tuple[str, ...]:
    return tuple(str(text) for text in texts.head(_EXAMPLES))
