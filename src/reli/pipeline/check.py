"""Looks at a project's sources before anything is built from them."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reli.classification.place import Locator
from reli.config import load_project
from reli.engine import Progress, Quiet, parquet_reader
from reli.errors import ReliError
from reli.indicators.lists import Rules
from reli.pipeline.asking import WORKS
from reli.pipeline.check_classes import unknown_classes
from reli.pipeline.check_years import idle_totals, silent_lists, silent_rankings
from reli.pipeline.contradictions import contradicted, unknown_owners
from reli.pipeline.counting import project_years
from reli.pipeline.own_lists import project_lists, project_table, redefined_lists
from reli.pipeline.settings import check_settings
from reli.pipeline.workspace import Workspace
from reli.reference.universes import universe
from reli.sources.databases import CONNECTION_SUFFIX
from reli.sources.files import unseen_rows
from reli.sources.findings import (
    CleanTable,
    Finding,
    examine,
    examine_folder,
    examine_formulas,
    examine_hidden,
    examine_parts,
    examine_sequence,
    examine_total,
    examine_unseen,
    examine_unused,
)
from reli.sources.formulas import hidden, uncomputed
from reli.sources.reading import OpenedSource, SourceFile, open_source
from reli.sources.sequence import Part, read_sequence
from reli.sources.stage import cells_path, clean_table
from reli.sources.tables import TABLES

__all__ = ["CheckReport", "by_table", "check_project"]

_LOCATED = 200_000
_EXAMPLES = 5
_ENOUGH = 0.8
_LISTS = ("recognitions", "listings", "rankings")


@dataclass(frozen=True)
class CheckReport:
    """What was found, the gravest first."""

    project: str
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a run would fail or be wrong."""
        return any(finding.level == "错误" for finding in self.findings)


def check_project(folder: Path, progress: Progress | None = None) -> CheckReport:
    """Clean every table into a scratch folder and say what it looks like.

    Args:
        folder: project folder.
        progress: told of the tables and their rows.

    Raises:
        ReliError: the settings cannot be read.
    """
    workspace = Workspace(load_project(folder))
    check_settings(workspace)
    told = progress or Quiet()
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="reli-check-") as scratch:
        cleaned: dict[str, CleanTable] = {}
        for name in TABLES:
            if not workspace.sources_of(name):
                continue
            told.started(f"check {name}")
            try:
                cleaned[name] = _clean(workspace, name, Path(scratch), told)
            except ReliError as error:
                findings.append(Finding("错误", TABLES[name].name_zh, str(error)))
                told.finished("cannot be read")
                continue
            findings += examine(cleaned[name], workspace.project.reference_year)
            findings += _files(workspace, name, cleaned[name])
            told.finished(f"{cleaned[name].counts.written:,} rows")
        findings += _together(workspace, cleaned)
    order = {"错误": 0, "警告": 1, "提示": 2}
    findings.sort(key=lambda finding: order[finding.level])
    return CheckReport(workspace.project.name, tuple(findings))


def _clean(workspace: Workspace, name: str, scratch: Path, progress: Progress) -> CleanTable:
    out, rejected = scratch / f"{name}.parquet", scratch / f"{name}.csv"
    files = workspace.source_files(name)
    table = project_table(workspace, name)
    counts = clean_table(table, files, out, rejected, progress, budget=workspace.budget)
    return CleanTable(table, out, rejected, cells_path(rejected), counts)


def _files(workspace: Workspace, name: str, clean: CleanTable) -> Iterator[Finding]:
    """Sheets that are not read; of lists also running numbers and announced totals."""
    table = project_table(workspace, name)
    for source in workspace.sources_of(name):
        others = workspace.passed_over(source)
        yield from examine_folder([each.name for each in others], source.path, table.name_zh)
    for file in workspace.source_files(name):
        if name not in _LISTS and file.path.name.endswith(CONNECTION_SUFFIX):
            continue
        yield from examine_formulas(uncomputed(file.path), file.label, table.name_zh)
        yield from examine_hidden(hidden(file.path), file.label, table.name_zh)
        yield from examine_unseen(unseen_rows(file.path), file.label, table.name_zh)
        opened = list(open_source(file, table))
        unused = dict.fromkeys(name for each in opened for name in each.assignment.unused)
        yield from examine_unused(list(unused), file.label, table.name_zh)
        labels = [each.label for each in opened]
        yield from examine_parts(labels, opened[0].passed_over, file.label, table.name_zh)
        if name in _LISTS:
            yield from _sequence(file, opened, clean)


def _sequence(
    file: SourceFile, opened: Sequence[OpenedSource], clean: CleanTable
) -> Iterator[Finding]:
    found = read_sequence(file.path, opened)
    before = 0
    for part in found.parts:
        yield from examine_sequence(part.numbers or (), part.label, before)
        before = part.numbers[-1] if part.numbers else before
    for total, parts in found.by_title:
        yield from examine_total(total, *_entries(parts, clean), parts[0].label)
    yield from examine_total(found.announced, *_entries(found.parts, clean), file.label)


def _entries(parts: Sequence[Part], clean: CleanTable) -> tuple[int, str]:
    """Number of entries of some tables of a list, and what was counted."""
    if any(each.numbers for each in parts):
        return sum(len(each.numbers or ()) for each in parts), "个序号"
    return sum(_rows_of(clean, each.label) for each in parts), "行"


def _rows_of(clean: CleanTable, label: str) -> int:
    """Clean rows of a file, of all its sheets."""
    name = pl.col("source_file")
    own = (name == label) | name.str.starts_with(f"{label}#")
    rows = pl.scan_parquet(clean.rows).filter(own).select(pl.len()).collect()
    return int(rows.item())


def _together(workspace: Workspace, cleaned: dict[str, CleanTable]) -> list[Finding]:
    """What only shows when tables are seen together."""
    findings: list[Finding] = []
    register = cleaned.get("enterprises")
    if register and register.counts.written:
        project = workspace.project
        units = universe(project.universe).units["unit"].to_pylist()
        locator = Locator(project.vintage, workspace.zones, project.attribution)
        findings += _placed(register, locator, units)
        findings += unknown_classes(register)
        for name in _LISTS:
            if name in cleaned and cleaned[name].counts.written:
                findings += _matched(cleaned[name], register)
        for name in WORKS:
            if name in cleaned and cleaned[name].counts.written:
                findings.append(unknown_owners(cleaned[name], register))
    if "recognitions" in cleaned:
        listed, coverage = cleaned["recognitions"], cleaned.get("coverage")
        rules = project_lists(workspace)
        findings += contradicted(coverage, listed) if coverage else []
        findings += _uncovered(listed, coverage, rules)
        findings += silent_lists(listed, rules, workspace.project.reference_year)
        findings += [
            Finding("提示", listed.table.name_zh, f"本项目另定规则的自带名单：{said}")
            for said in redefined_lists(workspace)
        ]
    if "rankings" in cleaned:
        findings += silent_rankings(cleaned["rankings"], workspace.project.reference_year)
    if "county_totals" in cleaned:
        findings += idle_totals(cleaned["county_totals"], project_years(workspace))
    return findings


def _placed(register: CleanTable, locator: Locator, units: Sequence[str]) -> list[Finding]:
    """Share of the first enterprises whose county, or city without counties, is certain."""
    columns = ["address", "authority", "credit_code", "province", "city"]
    with parquet_reader(register.rows) as file:
        batch = next(file.iter_batches(_LOCATED, columns=columns))
    found = locator.locate(batch)
    levels = pl.Series(found.column("division_level").to_pylist())
    is_placed = (levels == "county") | pl.Series(found.column("division_code")).is_in(units)
    addresses = pl.Series(batch.column("address").to_pylist(), dtype=pl.String)
    in_county, in_city = is_placed.sum(), ((levels == "city") & ~is_placed).sum()
    text = (
        f"前 {len(levels):,} 家中，定位到区县 {in_county / len(levels):.1%}，"
        f"只到城市 {in_city / len(levels):.1%}"
    )
    missed = addresses.filter(~is_placed).drop_nulls()
    examples = tuple(missed.unique(maintain_order=True).head(_EXAMPLES))
    is_enough = in_county >= _ENOUGH * len(levels)
    return [Finding("提示" if is_enough else "警告", register.table.name_zh, text, examples)]


def _matched(listed: CleanTable, register: CleanTable) -> list[Finding]:
    """Share of list rows found in the register by code or by the name as it stands."""
    firms = pl.scan_parquet(register.rows).select("credit_code", "name")
    # A centre is looked for by its host.
    told = [name for name in ("host_name", "name") if name in listed.table.schema.names]
    rows = pl.scan_parquet(listed.rows).select(
        "credit_code", "source_file", "source_line", name=pl.coalesce(told)
    )
    missed = (
        rows.join(firms.filter(pl.col("credit_code").is_not_null()), on="credit_code", how="anti")
        .join(firms.select("name"), on="name", how="anti")
        .sort("source_file", "source_line")
        .collect(engine="streaming")
    )
    share = 1 - missed.height / listed.counts.written
    rest = f"，其余 {missed.height:,} 行有待匹配" if missed.height else ""
    text = f"按信用代码或名称直接对上企业名录的占 {share:.1%}{rest}"
    examples = tuple(str(name) for name in missed["name"].drop_nulls().head(_EXAMPLES))
    return [Finding("提示" if share >= _ENOUGH else "警告", listed.table.name_zh, text, examples)]


def _uncovered(listed: CleanTable, coverage: CleanTable | None, rules: Rules) -> list[Finding]:
    """Lists of several issuers of which no table says where the programme exists."""
    told = _lists_in(coverage) if coverage else []
    unsure = [
        listed.table.column("list").said(name)
        for name in _lists_in(listed)
        if rules.get(name, {}).get("coverage") == "issuers" and name not in told
    ]
    if not unsure:
        return []
    lacking = "覆盖表（coverage）没有提及" if coverage else "没有覆盖表（coverage）"
    text = f"{lacking}：{'、'.join(unsure)} 只在名单出现过的省份按零计，其余省份按缺失计"
    return [Finding("警告", listed.table.name_zh, text)]


def _lists_in(clean: CleanTable) -> list[str]:
    return pl.read_parquet(clean.rows, columns=["list"])["list"].unique().sort().to_list()


def by_table(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by the table they speak of, in the order given."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.table, []).append(finding)
    return grouped
