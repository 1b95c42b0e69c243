"""What an edition says of its sources: their names, origins, last dates, rows, and links."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from reli.index import Framework
from reli.pipeline.counting import LISTS
from reli.pipeline.workspace import Workspace
from reli.provenance import Origin, read_origins
from reli.report.publication import Source

__all__ = ["indicator_sources", "told_sources"]

NAMES = {
    "enterprises": "企业登记名录",
    "listings": "上市与挂牌企业名单",
    "holdings": "持股关系",
    "patents": "授权发明专利",
    "software_copyrights": "登记软件著作权",
    "county_totals": "区县汇总数",
    "coverage": "名单覆盖范围",
    "high_tech": "国家高新技术企业名单",
    "little_giant": "专精特新“小巨人”企业名单",
    "srdi": "专精特新中小企业名单",
    "single_champion": "制造业单项冠军企业名单",
    "hidden_champion": "隐形冠军企业名单",
    "gazelle": "瞪羚企业名单",
    "qianlima": "千里马企业名单",
    "unicorn": "独角兽企业名单",
    "provincial_engineering_center": "省级工程技术研究中心名单",
    "enterprise_technology_center": "企业技术中心名单",
    "above_designated_size": "规模以上工业企业名单",
    "fortune_global_500": "世界500强企业名单",
    "china_500_cec": "中国500强企业名单",
    "china_500_fortune": "《财富》中国500强企业名单",
    "indicator": "指标表",
    "score": "已公布的榜单",
    "leaders": "已公布的领先区县",
}

DATES = (
    "notice_date",
    "listed_date",
    "granted_date",
    "registered_date",
    "valid_from",
    "founded_date",
    "year",
)
"""Columns that tell how far a source reaches; the first that a table has."""

FINISHED = ("indicator", "score", "leaders")


def indicator_sources(workspace: Workspace, framework: Framework) -> dict[str, str]:
    """By indicator, the list or table that it is counted from."""
    tables = workspace.project.tables()
    if "score" in tables:
        return {}
    if "enterprises" not in tables:
        return dict.fromkeys(framework.indicators, NAMES["indicator"])
    found = {}
    for code in framework.indicators:
        measure = framework.by_code[code].measure
        listed = NAMES.get(str(measure.get("list", "")))
        name = listed or NAMES[str(measure.get("table", "enterprises"))]
        found[code] = name.removesuffix("名单")
    return found


def told_sources(workspace: Workspace) -> tuple[Source, ...]:
    """Every source of a project, a list at a time, in the order of reli.toml."""
    origins = _origins(workspace)
    tables = dict.fromkeys(source.table for source in workspace.project.sources)
    return tuple(
        source
        for table in tables
        for source in (
            _finished(workspace, table, origins)
            if table in FINISHED
            else _cleaned(workspace, table, origins)
        )
    )


def _origins(workspace: Workspace) -> dict[str, Origin]:
    path = workspace.folder / "sources" / "origins.toml"
    return read_origins(path) if path.is_file() else {}


def _origin(files: list[str], origins: dict[str, Origin]) -> str:
    known = [origins[name] for name in files if name in origins]
    if known:
        return "；".join(dict.fromkeys(f"{each.producer}《{each.title}》" for each in known))
    names = "、".join(files[:3])
    return f"{names}等{len(files)}个文件" if len(files) > 3 else names


def _finished(workspace: Workspace, table: str, origins: dict[str, Origin]) -> Iterator[Source]:
    base = workspace.folder / "sources"
    files = [
        path.relative_to(base).as_posix()
        for source in workspace.sources_of(table)
        for path in workspace.files(source)
    ]
    rows = {"score": "score/standings", "indicator": "clean/indicator"}.get(table)
    built = workspace.stage(rows) if rows else None
    counted = _height(built) if built and built.exists() else 0
    yield Source(
        tables=(table,), name=NAMES[table], origin=_origin(files, origins), until="", rows=counted
    )


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _cleaned(workspace: Workspace, table: str, origins: dict[str, Origin]) -> Iterator[Source]:
    """Sources of one canonical table; lists stand by themselves."""
    path = workspace.kept(table)
    linked = workspace.stage(f"linked/{table}")
    if not path.exists():
        return
    # Of works and holdings a linked row is no row of the source.
    has_links = table in LISTS and linked.exists()
    rows = pl.scan_parquet(linked if has_links else path)
    columns = rows.collect_schema().names()
    date = next((name for name in DATES if name in columns), None)
    # What lists reach over is no list: its rows stand under their own name.
    by = "list" if "list" in columns and table != "coverage" else None
    chosen = rows.group_by(by) if by else rows.group_by(pl.lit(table).alias("list"))
    found = chosen.agg(
        files=pl.col("source_file").unique(),
        until=pl.col(date).max().cast(pl.String) if date else pl.lit(None, pl.String),
        rows=pl.len(),
        linked=pl.col("enterprise_id").is_not_null().sum() if has_links else pl.lit(None, pl.Int64),
    ).collect()
    order = {name: place for place, name in enumerate(NAMES)}
    for row in sorted(found.iter_rows(named=True), key=lambda row: order.get(row["list"], 99)):
        yield Source(
            tables=tuple(dict.fromkeys((row["list"], table))) if by is None else (row["list"],),
            name=NAMES.get(row["list"], row["list"]),
            origin=_origin(sorted(row["files"]), origins),
            until=_written(row["until"]),
            rows=row["rows"],
            linked=row["linked"],
        )


def _written(date: str | None) -> str:
    """A date as Chinese readers write it."""
    if not date:
        return ""
    year, *rest = date.split("-")
    return f"{year}年" + (f"{int(rest[0])}月{int(rest[1])}日" if rest else "")
