"""Editions: a report frozen with its tables, signed, embargoed, released; and what moved.

editions/2024/edition.toml      name, hash, who signed, embargo, whether it is released
editions/2024/tables/           standings, indicators, sources' hashes, method: what is compared
editions/2024/report.pdf        with 送审稿 across each page until it is released
"""

import json
import shutil
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256 as sha256_of
from pathlib import Path

import polars as pl

from reli.config import load_project
from reli.engine import atomic, sha256
from reli.errors import InvalidSetting, MissingFile
from reli.pipeline.moves import (
    CURRENT,
    MOVES,
    TABLES,
    current,
    edition,
    edition_place,
    method_record,
    moves_beyond,
)
from reli.pipeline.run import project_status
from reli.pipeline.saying import read_publication
from reli.pipeline.workspace import Workspace
from reli.report.basemap import read_basemap
from reli.report.document import write_report
from reli.report.publication import Edition

__all__ = ["CURRENT", "MOVES", "Frozen", "compare", "freeze", "release"]

DRAFT = "送审稿"


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
    target = edition_place(workspace, name)
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


def _record(target: Path) -> Frozen:
    raw = tomllib.loads((target / "edition.toml").read_text(encoding="utf-8"))
    return Frozen(**raw)


def _copy_tables(workspace: Workspace, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, (stage, suffix) in TABLES.items():
        source = workspace.stage(stage, suffix)
        if source.is_file():
            with atomic(target / name) as path:
                shutil.copyfile(source, path)
        else:
            (target / name).unlink(missing_ok=True)
    method = json.dumps(method_record(workspace), ensure_ascii=False, indent=1, sort_keys=True)
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
    old, new = (
        current(workspace) if name == CURRENT else edition(workspace, name)
        for name in (before, after)
    )
    return moves_beyond(old, new)
