"""Editions: a report frozen with its tables, signed, embargoed, released; and what moved.

editions/2024/edition.toml      name, hash, who signed, embargo, whether it is released
editions/2024/tables/           standings, indicators, sources' hashes, method: what is compared
editions/2024/report.pdf        with 送审稿 across each page until it is released
"""

import json
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256 as sha256_of
from pathlib import Path
from typing import Any

import polars as pl

from reli.config import load_project
from reli.engine import atomic, sha256
from reli.errors import InvalidSetting, MissingFile, UnknownName
from reli.pipeline.framework import framework_files
from reli.pipeline.run import project_status
from reli.pipeline.saying import read_publication
from reli.pipeline.workspace import Workspace
from reli.report.basemap import read_basemap
from reli.report.document import write_report
from reli.report.publication import Edition

__all__ = ["CURRENT", "MOVES", "Frozen", "compare", "freeze", "release"]

CURRENT = "current"
"""Name of what the project holds now, in comparisons."""

DRAFT = "送审稿"
FAR = 10
"""Moves beyond so many places are listed."""

TABLES = {
    "standings.parquet": ("score/standings", ".parquet"),
    "indicator.parquet": ("indicator/indicator", ".parquet"),
    "snapshot.parquet": ("snapshot/snapshot", ".parquet"),
    "facts.json": ("published/facts", ".json"),
    "publication.json": ("published/publication", ".json"),
}

MOVES = {
    "industry": pl.String,
    "division_code": pl.String,
    "place": pl.String,
    "rank_before": pl.Int32,
    "rank_after": pl.Int32,
    "moved": pl.Int32,
    "cause": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What edition.toml says."""

    name: str
    hash: str
    signed_by: str
    signed_on: str
    embargo: str = ""
    is_released: bool = False


def freeze(
    folder: Path, name: str, *, signed_by: str, signed_on: str, embargo: str = ""
) -> tuple[Path, Frozen]:
    """Keep what the project publishes now as a draft edition.

    Returns:
        The edition's folder and its record.

    Raises:
        InvalidSetting: the project is not up to date, the edition has been released, or a date is
            none.
    """
    workspace = Workspace(load_project(folder))
    _check_date(signed_on, "signed-on")
    if embargo:
        _check_date(embargo, "embargo")
    stale = [row.step for row in project_status(folder) if not row.is_current]
    if stale:
        raise InvalidSetting(
            f"{folder} is not up to date ({', '.join(stale[:3])}): run `reli run {folder}` first"
        )
    target = _place(workspace, name)
    if (target / "edition.toml").is_file() and _record(target).is_released:
        raise InvalidSetting(
            f"edition {name!r} has been released and cannot change: list what was wrong in "
            "errata.csv, and freeze an edition of another name"
        )
    _copy_tables(workspace, target / "tables")
    record = Frozen(
        name=name,
        hash=_hash(target / "tables"),
        signed_by=signed_by,
        signed_on=signed_on,
        embargo=embargo,
    )
    _write(workspace, target, record)
    return target, record


def release(folder: Path, name: str, *, today: str) -> tuple[Path, Frozen]:
    """Release a draft: its report is made again without the watermark.

    Raises:
        UnknownName: there is no such edition.
        InvalidSetting: its tables are not those that were signed, or its embargo lasts.
    """
    workspace = Workspace(load_project(folder))
    target = _known(workspace, name)
    record = _record(target)
    if _hash(target / "tables") != record.hash:
        raise InvalidSetting(
            f"{target / 'tables'} is not what {record.signed_by} signed: its hash differs from "
            "that in edition.toml; freeze it anew"
        )
    if record.embargo and today < record.embargo:
        raise InvalidSetting(f"edition {name!r} is embargoed until {record.embargo}")
    released = replace(record, is_released=True)
    _write(workspace, target, released)
    return target, released


def _check_date(text: str, what: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise InvalidSetting(f"{what} is {text!r}: expected a date such as 2024-06-30") from None


def _place(workspace: Workspace, name: str) -> Path:
    if not name or name == CURRENT or set(name) & set('/\\:*?"<>|') or name.startswith("."):
        raise InvalidSetting(
            f"{name!r} cannot name an edition: write a name such as 2024 or 2024-2"
        )
    return workspace.folder / "editions" / name


def _known(workspace: Workspace, name: str) -> Path:
    target = workspace.folder / "editions" / name
    if not (target / "edition.toml").is_file():
        there = sorted(path.parent.name for path in target.parent.glob("*/edition.toml"))
        raise UnknownName("edition", name, [*there, CURRENT], str(target.parent))
    return target


def _record(target: Path) -> Frozen:
    raw = tomllib.loads((target / "edition.toml").read_text(encoding="utf-8"))
    return Frozen(**raw)


def _method(workspace: Workspace) -> dict[str, Any]:
    """What decides how scores are made: settings, and the hashes of framework and recipe."""
    project = workspace.project
    return {
        "framework": project.framework,
        "recipe": project.recipe,
        "universe": project.universe,
        "vintage": project.vintage,
        "registration_years": project.registration_years,
        "files": {path.name: sha256(path) for path in framework_files(workspace)},
    }


def _copy_tables(workspace: Workspace, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, (stage, suffix) in TABLES.items():
        source = workspace.stage(stage, suffix)
        if source.is_file():
            with atomic(target / name) as path:
                shutil.copyfile(source, path)
        else:
            (target / name).unlink(missing_ok=True)
    method = json.dumps(_method(workspace), ensure_ascii=False, indent=1, sort_keys=True)
    with atomic(target / "method.json") as path:
        path.write_text(method + "\n", encoding="utf-8")


def _hash(tables: Path) -> str:
    """Hash of an edition: of the names and hashes of its tables, in their order."""
    lines = [f"{path.name} {sha256(path)}" for path in sorted(tables.iterdir())]
    return sha256_of("\n".join(lines).encode()).hexdigest()


def _write(workspace: Workspace, target: Path, record: Frozen) -> None:
    """The report of an edition, then its record: what is recorded is there."""
    publication = read_publication(target / "tables" / "publication.json")
    basemap = workspace.stage("published/basemap", ".json")
    if not basemap.is_file():
        raise MissingFile(
            f"{basemap} does not exist: set publications.report = true and run the project"
        )
    edition = Edition(
        name=f"{record.name}版",
        hash=record.hash,
        signed_by=record.signed_by,
        signed_on=record.signed_on,
        embargo=record.embargo,
        watermark="" if record.is_released else DRAFT,
        errata=publication.edition.errata,
    )
    own = workspace.folder / "templates" / "report.typ"
    with atomic(target / "report.pdf") as path:
        write_report(
            replace(publication, edition=edition),
            read_basemap(basemap),
            path,
            template=own if own.is_file() else None,
        )
    fields = {**record.__dict__}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    with atomic(target / "edition.toml") as path:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def compare(folder: Path, before: str, after: str) -> pl.DataFrame:
    """Units that moved beyond FAR places between two editions, with the cause of each.

    Causes, by the unit's own numbers: 区划 (it is a unit of one edition's divisions only, or the
    divisions differ and its own indicators with them), 数据 (its indicators differ, and so do the
    sources), 匹配 (its indicators differ, the sources do not), 方法 (framework, recipe or
    settings differ, its indicators do not), 他处 (only other units have changed).

    Args:
        folder: project folder.
        before: name of an edition, or `current`.
        after: likewise.

    Returns:
        A frame of MOVES by industry, then distance.

    Raises:
        UnknownName: there is no such edition.
    """
    workspace = Workspace(load_project(folder))
    old, new = (_tables(workspace, name) for name in (before, after))
    joined = _ranked(old).join(_ranked(new), on=["industry", "division_code"], how="inner")
    moved = joined.with_columns(
        moved=(pl.col("rank") - pl.col("rank_right")).cast(pl.Int32)
    ).filter(pl.col("moved").abs() > FAR)
    changed = _changed_units(old, new)
    causes = _Causes(
        has_other_sources=_sources(old) != _sources(new),
        has_other_divisions=old["method"].get("vintage") != new["method"].get("vintage"),
        has_other_method=_without_vintage(old["method"]) != _without_vintage(new["method"]),
    )
    cause = [
        causes.of((industry, unit) in changed)
        for industry, unit in moved.select("industry", "division_code").iter_rows()
    ]
    order = {name: place for place, name in enumerate(_industries(old, new))}
    return (
        moved.with_columns(
            pl.Series("cause", cause, pl.String),
            rank_before="rank",
            rank_after="rank_right",
            order=pl.col("industry").replace_strict(order, default=len(order)),
        )
        .sort(["order", pl.col("moved").abs(), "division_code"], descending=[False, True, False])
        .select(list(MOVES))
        .cast(MOVES)  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _Causes:
    """What differs between two editions as a whole."""

    has_other_sources: bool
    has_other_divisions: bool
    has_other_method: bool

    def of(self, is_changed: bool) -> str:
        """Cause of a move of a unit whose own indicators are changed or not."""
        if is_changed and self.has_other_divisions:
            return "区划"
        if is_changed:
            return "数据" if self.has_other_sources else "匹配"
        return "方法" if self.has_other_method else "他处"


def _tables(workspace: Workspace, name: str) -> dict[str, Any]:
    """Standings, indicators, sources and method of an edition or of the project as it is."""
    if name == CURRENT:
        places = {key: workspace.stage(*where) for key, where in TABLES.items()}
        method: Mapping[str, Any] = _method(workspace)
    else:
        tables = _known(workspace, name) / "tables"
        places = {key: tables / key for key in TABLES}
        method = json.loads((tables / "method.json").read_text(encoding="utf-8"))
    read = {
        key.removesuffix(".parquet"): pl.read_parquet(path) if path.is_file() else None
        for key, path in places.items()
        if key.endswith(".parquet")
    }
    if read["standings"] is None:
        raise MissingFile(f"{places['standings.parquet']} does not exist: run the project first")
    return {**read, "method": method}


def _ranked(tables: Mapping[str, Any]) -> pl.DataFrame:
    standings: pl.DataFrame = tables["standings"]
    above = pl.col("city").fill_null(pl.col("province"))
    return standings.drop_nulls("rank").select(
        "industry", "division_code", "rank", place=above + pl.col("county")
    )


def _industries(*editions: Mapping[str, Any]) -> Iterator[str]:
    for tables in editions:
        yield from tables["standings"]["industry"].unique(maintain_order=True)


def _changed_units(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Industry and unit of those whose own numbers differ: indicators, else the index itself."""
    keys, value = ["industry", "unit", "indicator"], "value"
    one, other = old["indicator"], new["indicator"]
    if one is None or other is None:
        keys, value = ["industry", "division_code"], "index"
        one, other = old["standings"], new["standings"]
    else:
        # The last year of each is the one that was scored.
        one, other = (each.filter(pl.col("year") == each["year"].max()) for each in (one, other))
    both = one.select(*keys, value).join(
        other.select(*keys, value), on=keys, how="full", coalesce=True
    )
    differs = both.filter(~pl.col(value).eq_missing(pl.col(f"{value}_right")))
    return set(differs.select(keys[:2]).iter_rows())


def _sources(tables: Mapping[str, Any]) -> list[Any]:
    snapshot = tables["snapshot"]
    return [] if snapshot is None else snapshot.select("path", "sha256").rows()


def _without_vintage(method: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in method.items() if key not in ("vintage", "universe")}
