"""What moved between two sets of standings, and why: editions, the project as it is, earlier years.

Causes, by the unit's own numbers: 区划 (the divisions differ, and its own indicators with them),
数据 (its indicators differ, and so do the sources or the year), 匹配 (its indicators differ, the
sources do not), 方法 (framework, recipe or settings differ, its indicators do not), 他处 (only
others have changed).
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reli.engine import sha256
from reli.errors import MissingFile, UnknownName
from reli.pipeline.framework import framework_files
from reli.pipeline.records import read_json
from reli.pipeline.scoring import standings_of_year
from reli.pipeline.workspace import Workspace
from reli.reference.divisions import convert, division

__all__ = [
    "CURRENT",
    "FAR",
    "MOVES",
    "TABLES",
    "Compared",
    "current",
    "earlier",
    "earlier_edition",
    "earlier_files",
    "edition",
    "edition_place",
    "method_record",
    "moves",
    "moves_beyond",
    "released_editions",
    "turnover",
]

CURRENT = "current"
"""Name of what the project holds now, in comparisons."""

FAR = 10
"""Moves beyond so many places are listed."""

TABLES = {
    "standings.parquet": ("score/standings", ".parquet"),
    "indicator.parquet": ("indicator/indicator", ".parquet"),
    "snapshot.parquet": ("snapshot/snapshot", ".parquet"),
    "facts.json": ("published/facts", ".json"),
    "publication.json": ("published/publication", ".json"),
}
"""What an edition keeps, and where the project has it."""

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
class Compared:
    """One side of a comparison."""

    name: str
    """As readers are told: 2022版, 2022年."""
    year: int
    """Reference year; 0 where it is not known."""
    vintage: int
    standings: pl.DataFrame
    indicators: pl.DataFrame | None
    """Indicators of the year that was scored; None where only scores are known."""
    history: pl.DataFrame | None = None
    """Indicators of all years that it knows."""
    sources: list[Any]
    method: Mapping[str, Any]
    """Settings that decide how scores are made, without the divisions."""


def edition_place(workspace: Workspace, name: str) -> Path:
    """Folder of an edition that was frozen.

    Raises:
        UnknownName: there is none of this name.
    """
    target = workspace.folder / "editions" / name
    if not (target / "edition.toml").is_file():
        there = sorted(path.parent.name for path in target.parent.glob("*/edition.toml"))
        raise UnknownName("edition", name, [*there, CURRENT], str(target.parent))
    return target


def edition(workspace: Workspace, name: str) -> Compared:
    """A frozen edition.

    Raises:
        UnknownName: there is none of this name.
        MissingFile: its standings are gone.
    """
    tables = edition_place(workspace, name) / "tables"
    method = read_json(tables / "method.json")
    return _compared(
        {key: tables / key for key in TABLES}, method, name=f"{name}版", year=_edition_year(tables)
    )


def current(workspace: Workspace) -> Compared:
    """The project as it is.

    Raises:
        MissingFile: it has not been run.
    """
    year = workspace.project.reference_year
    places = {key: workspace.stage(*where) for key, where in TABLES.items()}
    return _compared(places, method_record(workspace), name=f"{year}年", year=year)


def earlier(workspace: Workspace) -> Compared | None:
    """What the report compares itself with: the year before, as published, else as counted now.

    An edition frozen of the year before is what readers know; without one, a run that counts
    several years has it. None where neither is there.
    """
    name = earlier_edition(workspace)
    if name:
        return edition(workspace, name)
    year = workspace.project.reference_year - 1
    indicators, scores = (
        workspace.stage(stage) for stage in ("indicator/indicator", "score/years")
    )
    if not scores.is_file() or not indicators.is_file():
        return None
    standings = standings_of_year(workspace, year)
    if standings is None:
        return None
    record = method_record(workspace)
    return Compared(
        name=f"{year}年",
        year=year,
        vintage=int(record["vintage"]),
        standings=standings,
        indicators=_of_year(pl.read_parquet(indicators), year),
        sources=[],
        method=_without_divisions(record),
    )


def earlier_edition(workspace: Workspace) -> str | None:
    """Name of the edition of the year before: a released one, else the last that was signed."""
    found = []
    for path in sorted((workspace.folder / "editions").glob("*/edition.toml")):
        if _edition_year(path.parent / "tables") == workspace.project.reference_year - 1:
            record = tomllib.loads(path.read_text(encoding="utf-8"))
            key = (record.get("is_released", False), record.get("signed_on", ""), path.parent.name)
            found.append(key)
    return max(found)[2] if found else None


def released_editions(workspace: Workspace) -> list[list[str]]:
    """Name, year, day of signing and hash of each edition that is released, the last first."""
    found = []
    for path in sorted((workspace.folder / "editions").glob("*/edition.toml")):
        record = tomllib.loads(path.read_text(encoding="utf-8"))
        if record.get("is_released", False):
            year = _edition_year(path.parent / "tables")
            told = [path.parent.name, year, record.get("signed_on", ""), record.get("hash", "")]
            found.append([str(each) for each in told])
    return sorted(found, key=lambda each: (each[2], each[0]), reverse=True)


def earlier_files(workspace: Workspace) -> tuple[Path, ...]:
    """Files of the edition that the report compares itself with; none without one."""
    name = earlier_edition(workspace)
    if not name:
        return ()
    target = edition_place(workspace, name)
    kept = (target / "tables" / key for key in (*TABLES, "method.json"))
    return (target / "edition.toml", *(path for path in kept if path.is_file()))


def _edition_year(tables: Path) -> int:
    path = tables / "publication.json"
    return int(read_json(path).get("reference_year", 0)) if path.is_file() else 0


def method_record(workspace: Workspace) -> dict[str, Any]:
    """What decides how scores are made: settings, and the hashes of framework and recipe."""
    project = workspace.project
    return {
        "framework": project.framework,
        "recipe": project.recipe,
        "universe": project.universe,
        "vintage": project.vintage,
        "registration_years": project.registration_years,
        "counted": project.counted,
        "patents": project.patents,
        "ruleset": project.ruleset,
        "emerging": project.emerging,
        "files": {path.name: sha256(path) for path in framework_files(workspace)},
    }


def _without_divisions(method: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in method.items() if key not in ("vintage", "universe")}


def _compared(
    places: Mapping[str, Path], method: Mapping[str, Any], *, name: str, year: int
) -> Compared:
    standings, indicators, snapshot = (
        pl.read_parquet(places[key]) if places[key].is_file() else None
        for key in ("standings.parquet", "indicator.parquet", "snapshot.parquet")
    )
    if standings is None:
        raise MissingFile(f"{places['standings.parquet']} does not exist: run the project first")
    return Compared(
        name=name,
        year=year,
        vintage=int(method.get("vintage", 0)),
        standings=standings,
        indicators=None if indicators is None else _of_year(indicators, year),
        history=indicators,
        sources=[] if snapshot is None else snapshot.select("path", "sha256").rows(),
        method=_without_divisions(method),
    )


def _of_year(indicators: pl.DataFrame, year: int) -> pl.DataFrame:
    """Rows of the year that was scored; of the last one where it is not known."""
    return indicators.filter(pl.col("year") == (year or indicators["year"].max()))


def moves(before: Compared, after: Compared) -> pl.DataFrame:
    """Every unit ranked on both sides, with how far it moved and why.

    A county whose code changed with the divisions is followed to its only successor.

    Returns:
        A frame of MOVES by industry, then distance.
    """
    old, new = _followed(before, after.vintage), after
    joined = _ranked(old.standings).join(
        _ranked(new.standings), on=["industry", "division_code"], how="inner"
    )
    changed = _changed_units(old, new).with_columns(is_changed=pl.lit(True))
    order = {name: place for place, name in enumerate(_industries(old, new))}
    return (
        joined.join(changed, on=["industry", "division_code"], how="left")
        .with_columns(
            cause=_cause(before, after),
            moved=(pl.col("rank") - pl.col("rank_right")).cast(pl.Int32),
            place="place_right",
            rank_before="rank",
            rank_after="rank_right",
            order=pl.col("industry").replace_strict(order, default=len(order)),
        )
        .sort(["order", pl.col("moved").abs(), "division_code"], descending=[False, True, False])
        .select(list(MOVES))
        .cast(MOVES)  # type: ignore[arg-type]
    )


def moves_beyond(before: Compared, after: Compared) -> pl.DataFrame:
    """Of `moves`, those beyond FAR places."""
    return moves(before, after).filter(pl.col("moved").abs() > FAR)


def turnover(before: Compared, after: Compared, top: int) -> dict[str, dict[str, list[str]]]:
    """Who stayed, came and left among the first `top`: industry -> kept, entered, left -> names.

    Only indices that both sides have; names in the order of rank.
    """
    old, new = _first(_followed(before, after.vintage), top), _first(after, top)
    return {
        industry: {
            "kept": [name for code, name in new[industry].items() if code in old[industry]],
            "entered": [name for code, name in new[industry].items() if code not in old[industry]],
            "left": [name for code, name in old[industry].items() if code not in new[industry]],
        }
        for industry in new
        if industry in old
    }


def _first(side: Compared, top: int) -> dict[str, dict[str, str]]:
    """Industry -> code -> name of the first places, in their order."""
    found: dict[str, dict[str, str]] = {}
    rows = _ranked(side.standings).filter(pl.col("rank") <= top)
    for industry, code, name in rows.select("industry", "division_code", "place").iter_rows():
        found.setdefault(industry, {})[code] = name
    return found


def _followed(side: Compared, vintage: int) -> Compared:
    """Codes of another vintage carried to this one, where a division has a single successor."""
    if side.vintage == vintage or not side.vintage or not vintage:
        return side
    codes = side.standings["division_code"].unique().to_list()
    carried = {
        code: found.codes[0]
        for code in codes
        if division(code, side.vintage) is not None
        and len(
            (found := convert(code, from_vintage=side.vintage, to_vintage=vintage)).codes
        ) == 1
    }  # fmt: skip
    # Counties that were merged have no place of their own any more.
    times = Counter(carried.values())
    moved = {code: to for code, to in carried.items() if code != to and times[to] == 1}
    indicators = side.indicators
    return Compared(
        name=side.name,
        year=side.year,
        vintage=vintage,
        standings=side.standings.with_columns(pl.col("division_code").replace(moved)),
        indicators=(
            None if indicators is None else indicators.with_columns(pl.col("unit").replace(moved))
        ),
        sources=side.sources,
        method=side.method,
    )


def _cause(before: Compared, after: Compared) -> pl.Expr:
    """Cause of a move, by whether the unit's own indicators are changed."""
    has_other_data = before.sources != after.sources or before.year != after.year
    own = "数据" if has_other_data else "匹配"
    if before.vintage != after.vintage:
        own = "区划"
    other = "方法" if before.method != after.method else "他处"
    return pl.when(pl.col("is_changed")).then(pl.lit(own)).otherwise(pl.lit(other))


def _ranked(standings: pl.DataFrame) -> pl.DataFrame:
    above = pl.col("city").fill_null(pl.col("province"))
    return standings.drop_nulls("rank").select(
        "industry", "division_code", "rank", place=above + pl.col("county")
    )


def _industries(*sides: Compared) -> Iterator[str]:
    for side in sides:
        yield from side.standings["industry"].unique(maintain_order=True)


def _changed_units(old: Compared, new: Compared) -> pl.DataFrame:
    """Industry and unit of those whose own numbers differ: indicators, else the index itself."""
    keys, value = ["industry", "unit", "indicator"], "value"
    one, other = old.indicators, new.indicators
    if one is None or other is None:
        keys, value = ["industry", "division_code"], "index"
        one, other = old.standings, new.standings
    both = one.select(*keys, value).join(
        other.select(*keys, value), on=keys, how="full", coalesce=True
    )
    differs = both.filter(~pl.col(value).eq_missing(pl.col(f"{value}_right")))
    return differs.select(keys[:2]).rename({keys[1]: "division_code"}).unique()
