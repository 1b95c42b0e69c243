"""The data package: everything published as tables that carry their own description.

Frictionless Data Package, version 1 (specs.frictionlessdata.io/data-package): each table as CSV
and as Parquet, with hash, size, licence, sources and the meaning of each field.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.errors import InvalidData

__all__ = ["DESCRIPTOR", "About", "Member", "field_meanings", "read_member", "write_datapackage"]

DESCRIPTOR = "datapackage.json"
TYPES = {"string": "string", "int32": "integer", "int64": "integer", "double": "number"}
TYPES |= {"bool": "boolean", "large_string": "string", "float": "number"}
LICENCE_TITLES = {
    "CC0-1.0": "Creative Commons Zero v1.0 Universal",
    "": "未声明：由发布单位在 reli.toml 的 licence 中注明",
}
NO_LICENCE = "LicenseRef-not-stated"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One table of the package."""

    name: str
    title: str
    description: str
    table: pa.Table
    key: tuple[str, ...] = ()
    has_parquet: bool = True


@dataclass(frozen=True, kw_only=True)
class About:
    """What holds for the whole package."""

    name: str
    title: str
    description: str
    licence: str = ""
    sources: Sequence[Mapping[str, str]] = ()
    documents: Mapping[str, Any] = field(default_factory=dict)
    """Files that are no tables, by name: JSON values."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further properties of the descriptor."""


@cache
def field_meanings() -> dict[str, dict[str, str]]:
    """Title in Chinese and description in English of each column, by name."""
    text = (files("reli.report") / "fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write_datapackage(members: Sequence[Member], about: About, folder: Path) -> str:
    """Write the tables and their descriptor.

    Returns:
        The release: a short hash of all that the package holds.

    Raises:
        InvalidData: a column without a meaning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    resources = []
    for member in members:
        resources += _write_member(member, folder)
    for name, value in about.documents.items():
        is_map = name.endswith(".geojson")
        # Indented, coordinates would stand one a line.
        layout: dict[str, Any] = {"separators": (",", ":")} if is_map else {"indent": 1}
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, **layout) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        kind = ("geojson", "application/geo+json") if is_map else ("json", "application/json")
        resources.append({**_described(folder / name, *kind), "type": "file"})
    release = _release(resources)
    descriptor = {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "version": release,
        "licenses": [_licence(about.licence)],
        "sources": list(about.sources),
        **about.extra,
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
    return release


def read_member(folder: Path, name: str) -> pa.Table | None:
    """A table of a package; None where the package has none of the name."""
    path = folder / f"{name}.parquet"
    return pq.read_table(path) if path.is_file() else None


def _licence(name: str) -> dict[str, str]:
    return {"name": name or NO_LICENCE, "title": LICENCE_TITLES.get(name, name)}


def _release(resources: Sequence[Mapping[str, Any]]) -> str:
    known = "".join(f"{each['path']} {each['hash']}\n" for each in resources)
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _write_member(member: Member, folder: Path) -> list[dict[str, Any]]:
    csv = folder / f"{member.name}.csv"
    frame = pl.from_arrow(member.table)
    assert isinstance(frame, pl.DataFrame)
    frame.write_csv(csv)
    found = [
        {
            **_described(csv, "csv", "text/csv"),
            "name": member.name,
            "profile": "tabular-data-resource",
            "title": member.title,
            "description": member.description,
            "encoding": "utf-8",
            "schema": _schema(member),
        }
    ]
    if member.has_parquet:
        parquet = folder / f"{member.name}.parquet"
        pq.write_table(member.table, parquet, compression="zstd")
        kind = "application/vnd.apache.parquet"
        found.append(
            {
                **_described(parquet, "parquet", kind),
                # A file beside the table that it repeats: validators need not read it again.
                "type": "file",
                "name": f"{member.name}-parquet",
                "title": member.title,
                "description": f"The same as {csv.name}",
            }
        )
    return found


def _described(path: Path, kind: str, mediatype: str) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": path.stem.lower().replace("_", "-"),
        "path": path.name,
        "format": kind,
        "mediatype": mediatype,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _schema(member: Member) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(each, member.key) for each in member.table.schema],
        "missingValues": [""],
    }
    if member.key:
        schema["primaryKey"] = list(member.key)
    return schema


def _field(column: pa.Field, key: Sequence[str]) -> dict[str, Any]:
    meaning = field_meanings().get(column.name)
    if meaning is None:
        raise InvalidData(
            f"column {column.name!r} of the data package has no meaning: add it to fields.toml"
        )
    described: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[str(column.type)],
        "title": meaning["title"],
        "description": meaning["description"],
    }
    if column.name in key:
        described["constraints"] = {"required": True}
    return described
