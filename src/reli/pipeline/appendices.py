"""Appendices of a project: from the tables that it has; what it lacks is listed as left out."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from reli.index import Framework
from reli.insight.places import gazetteer
from reli.pipeline.moves import Compared, current, moves_beyond, turnover
from reli.pipeline.records import read_json
from reli.pipeline.rulings import STATES
from reli.pipeline.told_sources import NAMES
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.report import appendices as told
from reli.report.blocks import Block
from reli.report.diagnosis import diagnosis
from reli.report.publication import Appendix, Edition, Publication
from reli.texts import written_text

__all__ = ["appendix_files", "with_appendices"]

LEADING_CITIES = 20
COUNTED_FROM = dict.fromkeys(("activity", "zones", "quality"), ("enterprises",))
"""Appendices that are counted from the register rather than from scores."""


def appendix_files(workspace: Workspace) -> tuple[Path, ...]:
    """Tables that appendices are made of, where a project makes them."""
    names = (
        "score/ranges",
        "score/score",
        "score/diagnosis",
        "insight/clusters",
        "insight/centres",
        "insight/fit",
        "indicator/standing",
        "classified/enterprises",
        "ruled/decisions",
        "score/years",
        "linked/recognitions",
        "linked/listings",
        "linked/rankings",
    )
    return (
        *(workspace.stage(name) for name in names),
        workspace.stage("score/ranges", ".json"),
        workspace.stage("score/causes"),
    )


def with_appendices(
    workspace: Workspace,
    framework: Framework,
    publication: Publication,
    before: Compared | None = None,
) -> Publication:
    """The publication with all appendices that its tables allow, and the errata.

    Args:
        workspace: the project.
        framework: its framework.
        publication: what is said so far.
        before: the year before, where it is known.
    """
    makers: tuple[tuple[str, str, Callable[[], Iterator[Block]]], ...] = (
        ("ranges", "位次的不确定性与方法敏感性", lambda: _ranges(workspace, publication)),
        ("diagnosis", "指标体系的统计诊断", lambda: _diagnosis(workspace, framework)),
        ("heat", "领先区县的分维度得分", lambda: _heat(workspace, framework, publication)),
        ("clusters", "热力值的空间集聚", lambda: _clusters(workspace, publication)),
        ("fit", "主要城市的产业适配", lambda: _fit(workspace, publication)),
        ("changes", "与上年相比的变化", lambda: _changes(workspace, publication, before)),
        ("activity", "登记口径与活跃口径", lambda: _activity(workspace)),
        ("zones", "功能区的归属", lambda: _zones(workspace)),
        ("quality", "数据质量", lambda: _quality(workspace, publication)),
        ("decisions", "人工裁定", lambda: _decisions(workspace)),
    )
    found, left_out = [], []
    for key, title, make in makers:
        blocks = tuple(make())
        if blocks:
            tables = COUNTED_FROM.get(key, ())
            found.append(Appendix(key=key, title=title, blocks=blocks, tables=tables))
        elif not publication.is_partial:
            left_out.append(title)
    return replace(
        publication,
        appendices=tuple(found),
        left_out=tuple(left_out),
        edition=Edition(errata=_errata(workspace)),
    )


def _read(workspace: Workspace, name: str) -> pl.DataFrame | None:
    path = workspace.stage(name)
    return pl.read_parquet(path) if path.is_file() else None


def _names(workspace: Workspace) -> dict[str, str]:
    places = gazetteer(workspace.project.vintage).places
    return {place.division_code: place.display_name for place in places}


def _ranges(workspace: Workspace, publication: Publication) -> Iterator[Block]:
    table = _read(workspace, "score/ranges")
    if table is not None and table.height:
        indices = read_json(workspace.stage("score/ranges", ".json")).get("indices", {})
        said = {industry: each.get("said", {}) for industry, each in indices.items()}
        yield from told.rank_ranges(publication.indices, table, said)
        causes = _read(workspace, "score/causes")
        if causes is not None:
            yield from told.rank_causes(publication.indices, causes)


def _diagnosis(workspace: Workspace, framework: Framework) -> Iterator[Block]:
    table = _read(workspace, "score/diagnosis")
    if table is not None:
        names = {node.code: node.name_zh or node.code for node in framework.nodes}
        dimensions = {code: names[code] for code in framework.children[framework.top]}
        yield from diagnosis(table.filter(pl.col("industry") == OVERALL), names, dimensions)


def _heat(workspace: Workspace, framework: Framework, publication: Publication) -> Iterator[Block]:
    table = _read(workspace, "score/score")
    if table is None:
        return
    nodes = {}
    for dimension in framework.children[framework.top]:
        nodes[dimension] = framework.by_code[dimension].name_zh
        below = [
            code for code in framework.children.get(dimension, ()) if framework.children.get(code)
        ]
        if len(below) > 1:
            nodes |= {code: framework.by_code[code].name_zh for code in below}
    chosen = table.filter(pl.col("year") == workspace.project.reference_year)
    yield from told.leaders_by_dimension(publication.indices, chosen, nodes)


def _clusters(workspace: Workspace, publication: Publication) -> Iterator[Block]:
    table = _read(workspace, "insight/clusters")
    if table is not None and table["kind"].drop_nulls().len() and not publication.is_partial:
        yield from told.hot_spots(publication.indices, table)


def _fit(workspace: Workspace, publication: Publication) -> Iterator[Block]:
    table = _read(workspace, "insight/fit")
    if table is None or not publication.indices:
        return
    cities = table.filter(pl.col("level") == "city")
    codes = _city_codes(workspace)
    leading = [
        (codes[name], name.rpartition("/")[2])
        for name in publication.indices[0].cities
        if name in codes
    ][:LEADING_CITIES]
    if leading and cities.height:
        yield from told.industry_fit(leading, cities, workspace.industries)


def _city_codes(workspace: Workspace) -> dict[str, str]:
    """Province/city -> code of the city; of a municipality its province's."""
    codes: dict[str, str] = {}
    for place in gazetteer(workspace.project.vintage).places:
        if place.city:
            digits = 2 if place.city == place.province else 4
            code = place.division_code[:digits].ljust(6, "0")
            codes.setdefault(f"{place.province}/{place.city}", code)
    return codes


def _activity(workspace: Workspace) -> Iterator[Block]:
    table = _read(workspace, "indicator/standing")
    if table is None:
        return
    chosen = table.filter(pl.col("year") == workspace.project.reference_year)
    if "level" in chosen.columns:
        chosen = chosen.filter(pl.col("level") == "county")
    if chosen["active"].drop_nulls().len():
        yield from told.activity(chosen, _names(workspace))


def _zones(workspace: Workspace) -> Iterator[Block]:
    path = workspace.stage("classified/enterprises")
    if not path.exists():
        return
    placed = (
        pl.scan_parquet(path)
        .filter(
            pl.col("place_method").str.starts_with("zone"),
            pl.col("division_code").is_not_null(),
            # A zone that is a unit is no county that a rule for zones chose.
            pl.col("place_level") != "zone",
        )
        .group_by("division_code")
        .agg(firms=pl.len())
        .collect()
    )
    if placed.height:
        yield from told.zones(placed, _names(workspace))


def _quality(workspace: Workspace, publication: Publication) -> Iterator[Block]:
    path = workspace.stage("classified/enterprises")
    if not path.exists():
        return
    firms = pl.scan_parquet(path)
    counted = firms.group_by("place_confidence").agg(firms=pl.len()).collect()
    doubtful = firms.select(pl.col("place_doubt").count()).collect().item()
    links = [
        (each.name, each.rows, each.linked)
        for each in publication.sources
        if each.linked is not None
    ]
    yield from told.data_quality(dict(counted.iter_rows()), links, doubtful)


def _changes(
    workspace: Workspace, publication: Publication, before: Compared | None
) -> Iterator[Block]:
    if before is not None:
        now, top = current(workspace), publication.top
        yield from told.changes(
            moves_beyond(before, now), turnover(before, now, top), before.name, top
        )


def _decisions(workspace: Workspace) -> Iterator[Block]:
    ruled = _read(workspace, "ruled/decisions")
    if ruled is not None and ruled.height:
        yield from told.decisions(ruled, NAMES, STATES)


def _errata(workspace: Workspace) -> tuple[str, ...]:
    """Lines of errata.csv: date, place, was, now, reason."""
    path = workspace.folder / "errata.csv"
    if not path.is_file():
        return ()
    rows = list(csv.DictReader(written_text(path).splitlines()))
    return tuple(
        f"{row['date']}，{row['place']}：“{row['was']}”应为“{row['now']}”。"
        + (f"原因：{row['reason']}。" if row.get("reason") else "")
        for row in rows
    )
