"""What `reli check` says of years: tables that are silent of the one, rows of others."""

from contextlib import closing

import polars as pl

from reli.engine import DuckDBEngine
from reli.indicators import Period
from reli.indicators.lists import Rules
from reli.indicators.recognised import lists_of_year
from reli.sources.findings import CleanTable, Finding

__all__ = ["idle_totals", "silent_lists", "silent_rankings"]

_EXAMPLES = 5


def silent_lists(listed: CleanTable, rules: Rules, year: int) -> list[Finding]:
    """Lists that say nothing of a year, such as those of the year before."""
    with closing(DuckDBEngine(listed.rows.parent / "spilt")) as engine:
        rows = engine.table(listed.rows)
        says = lists_of_year(rows, rules, Period(year), engine.memory_table)
        silent = rows.select("list").distinct().anti_join(says, "list")
        return _silent(listed, engine.fetch(silent)["list"].to_pylist(), year)


def silent_rankings(ranked: CleanTable, year: int) -> list[Finding]:
    """Rankings of other years alone."""
    years = pl.read_parquet(ranked.rows, columns=["list", "year"]).group_by("list").agg("year")
    silent = years.filter(~pl.col("year").list.contains(year))["list"].to_list()
    return _silent(ranked, silent, year)


def _silent(table: CleanTable, lists: list[str], year: int) -> list[Finding]:
    if not lists:
        return []
    text = f"名单没有{year}年的行：{'、'.join(sorted(lists))}，相应指标该年各地均按缺失计"
    return [Finding("警告", table.table.name_zh, text)]


def idle_totals(totals: CleanTable, years: range) -> list[Finding]:
    """Totals of years that the project does not count, which change nothing."""
    rows = pl.read_parquet(totals.rows, columns=["year", "source_file", "source_line"])
    idle = rows.filter(~pl.col("year").is_in(list(years))).sort("source_file", "source_line")
    if idle.is_empty():
        return []
    counted = f"{years[0]}—{years[-1]}" if len(years) > 1 else str(years[0])
    text = f"年份不在计算的年份（{counted}）内的合计数有 {idle.height:,} 行，不起作用"
    examples = tuple(
        f"{file} 第 {line} 行：{year}" for year, file, line in idle.head(_EXAMPLES).iter_rows()
    )
    return [Finding("警告", totals.table.name_zh, text, examples)]
