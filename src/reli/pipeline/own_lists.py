"""Canonical tables as a project reads them: with its own lists, and its framework's indicators."""

from collections.abc import Mapping
from typing import Any

from reli.errors import MissingFile
from reli.index import Node
from reli.indicators.beside import beside
from reli.indicators.lists import Rules, list_rules, parse_list_rules
from reli.pipeline.framework import project_framework
from reli.pipeline.workspace import Workspace
from reli.reference.divisions import divisions_at
from reli.reference.emerging import OVERALL
from reli.reference.zone_units import zone_units
from reli.sources.canonical import Table
from reli.sources.spellings import RECOGNITION_LISTS
from reli.sources.tables import with_choices, with_lists
from reli.texts import written_text

__all__ = ["project_lists", "project_table"]


def project_lists(workspace: Workspace) -> Rules:
    """Rules of all lists that a project knows: its own go before those that come along."""
    return {**list_rules(), **_own(workspace)}


def project_table(workspace: Workspace, name: str) -> Table:
    """A canonical table as a project reads it: with its own lists and indicators."""
    if name == "county_totals":
        choices = {
            "division_code": _places(workspace),
            "indicator": _indicators(workspace),
            "industry": _industries(workspace),
        }
        return with_choices(name, choices)
    own = _own(workspace)
    spellings = {
        code: [*([rule["name_zh"]] if "name_zh" in rule else []), *rule.get("spellings", ())]
        for code, rule in own.items()
        if code not in list_rules()
    }
    return with_lists(name, spellings)


def _indicators(workspace: Workspace) -> dict[str, list[str]]:
    """Indicators that totals may speak of, with their Chinese names and those of their lists."""
    nodes = project_framework(workspace)
    scored = {code: _names(nodes.by_code[code]) for code in nodes.indicators}
    return {each.code: [each.name_zh] for each in beside()} | scored


def _names(node: Node) -> list[str]:
    counted = str(node.measure.get("list", "")) if node.measure else ""
    short = node.name_zh.removesuffix("数量")
    return [node.name_zh, short, *RECOGNITION_LISTS.get(counted, ())]


def _places(workspace: Workspace) -> dict[str, list[str]]:
    """Divisions of the project's map, and zones that may be units of their own."""
    codes = divisions_at(workspace.project.vintage)["code"].to_pylist()
    return {code: [] for code in (*codes, *zone_units())}


def _industries(workspace: Workspace) -> dict[str, list[str]]:
    names = workspace.industries
    return {OVERALL: []} | {name: [name.removesuffix("产业"), f"{name}产业"] for name in names}


def _own(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    path = workspace.lists
    if path is None:
        return {}
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as lists in reli.toml")
    return parse_list_rules(written_text(path), str(path))
