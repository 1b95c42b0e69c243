"""The canonical tables extended by a project's own lists and by the indicators of its framework."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reli.errors import MissingFile
from reli.index import Node
from reli.indicators.beside import beside
from reli.indicators.lists import Rules, list_rules, parse_list_rules
from reli.pipeline.framework import project_framework
from reli.pipeline.place_spellings import COUNTRY, place_spellings
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.sources.canonical import Table
from reli.sources.spellings import RECOGNITION_LISTS
from reli.sources.tables import table_named, with_choices, with_lists
from reli.texts import written_text

__all__ = ["industry_spellings", "project_lists", "project_table", "redefined_lists"]


def project_lists(workspace: Workspace) -> Rules:
    """Rules of all lists that a project knows: its own go before those that come along."""
    return {**list_rules(), **_own(workspace)}


def project_table(workspace: Workspace, name: str) -> Table:
    """A canonical table as a project reads it: with its own lists and indicators."""
    if name == "county_totals":
        choices = {
            "division_code": place_spellings(workspace.project.vintage),
            "indicator": _indicators(workspace),
            "industry": industry_spellings(workspace),
        }
        return with_choices(table_named(name), choices)
    own = _own(workspace)
    spellings = {
        code: [
            *RECOGNITION_LISTS.get(code, ()),
            *([rule["name_zh"]] if "name_zh" in rule else []),
            *rule.get("spellings", ()),
        ]
        for code, rule in own.items()
    }
    table = with_lists(name, spellings)
    if name == "coverage":
        places = {**place_spellings(workspace.project.vintage), **COUNTRY}
        return with_choices(table, {"division_code": places})
    return table


def redefined_lists(workspace: Workspace) -> Iterator[str]:
    """Lists that come along and that the project has rules of its own for: old and new rule."""
    for code, rule in _own(workspace).items():
        if (known := list_rules().get(code)) and _told(known) != _told(rule):
            yield (
                f"{workspace.project.lists} defines {code} anew: {_told(rule)}, in place of "
                f"{_told(known)}"
            )


def _told(rule: Mapping[str, Any]) -> str:
    """When entries count and where zero is known, as a file of lists says it."""
    keys = ("validity", "years", "coverage")
    return ", ".join(f"{key} = {json.dumps(rule[key])}" for key in keys if key in rule)


def _indicators(workspace: Workspace) -> dict[str, list[str]]:
    """Indicators that totals may speak of, with their Chinese names and those of their lists."""
    nodes = project_framework(workspace)
    scored = {code: _names(nodes.by_code[code]) for code in nodes.indicators}
    return {each.code: [each.name_zh] for each in beside()} | scored


def _names(node: Node) -> list[str]:
    counted = str(node.measure.get("list", "")) if node.measure else ""
    short = node.name_zh.removesuffix("数量")
    return [node.name_zh, short, *RECOGNITION_LISTS.get(counted, ())]


def industry_spellings(workspace: Workspace) -> dict[str, list[str]]:
    """Industries of a project, 综合 first -> what else they are called."""
    names = workspace.industries
    known = {name: [name.removesuffix("产业"), f"{name}产业"] for name in names}
    # What the report calls 生物医药 is 生物产业 in the classification itself.
    if "生物医药" in known and not {"生物", "生物产业"} & set(names):
        known["生物医药"] += ["生物", "生物产业"]
    return {OVERALL: []} | known


def _own(workspace: Workspace) -> Mapping[str, Mapping[str, Any]]:
    path = workspace.lists
    if path is None:
        return {}
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as lists in reli.toml")
    return parse_list_rules(written_text(path), str(path))
