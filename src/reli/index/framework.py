"""The tree of an index: indicators at the leaves, aggregates above, directions and weights."""

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reli.errors import Problems, nearest

__all__ = ["Framework", "Node", "parse_framework"]


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node of the tree; an indicator where no other node names it as parent."""

    code: str
    parent: str = ""
    direction: int = 1
    weight: float = 1.0
    name_zh: str = ""
    name_en: str = ""
    unit_of_measure: str = ""
    definition_zh: str = ""
    denominator: str = ""
    target: float | None = None
    measure: Mapping[str, Any] = field(default_factory=dict)
    """How the indicator is counted; the index does not read it."""


@dataclass(frozen=True)
class Framework:
    """A tree of nodes.

    `nodes` is in declared order; `level_names` names the levels, lowest first, where declared.
    """

    name: str
    nodes: tuple[Node, ...]
    name_zh: str = ""
    level_names: tuple[str, ...] = ()
    concordance: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Nodes by code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Codes of the children of each aggregate, in declared order."""
        found: dict[str, list[str]] = {}
        for node in self.nodes:
            if node.parent:
                found.setdefault(node.parent, []).append(node.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Codes of the leaves, in declared order."""
        return tuple(node.code for node in self.nodes if node.code not in self.children)

    @cached_property
    def levels(self) -> dict[str, int]:
        """Level of each node: 1 for an indicator, else one more than the highest child."""
        found = dict.fromkeys(self.indicators, 1)
        while len(found) < len(self.nodes):
            for parent, codes in self.children.items():
                if parent not in found and all(code in found for code in codes):
                    found[parent] = 1 + max(found[code] for code in codes)
        return found

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Codes of the aggregates, children always before their parents."""
        above = [node.code for node in self.nodes if node.code in self.children]
        return tuple(sorted(above, key=lambda code: self.levels[code]))

    @cached_property
    def top(self) -> str:
        """Code of the first node without a parent: the index."""
        return next(node.code for node in self.nodes if not node.parent)

    def path(self, code: str) -> tuple[str, ...]:
        """The node and its ancestors, upwards."""
        parent = self.by_code[code].parent
        return (code, *self.path(parent)) if parent else (code,)


def parse_framework(text: str, where: str) -> Framework:
    """A framework from TOML, or from CSV in the form of COINr's iMeta.

    Raises:
        Problems: unknown keys, parents or directions, circles, wrong counts: all together.
    """
    is_csv = "iCode" in text.split("\n", 1)[0]
    framework, declared, problems = _from_imeta(text) if is_csv else _from_toml(text, where)
    problems += _tree_problems(framework)
    if not problems:
        problems += _count_problems(framework, declared)
    if problems:
        raise Problems(where, problems)
    return framework


def _from_toml(text: str, where: str) -> tuple[Framework, dict[str, int], list[str]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    known = set(Node.__dataclass_fields__)
    problems = [
        f"node {node.get('code', number)!r}: unknown key {key!r}: {nearest(key, sorted(known))}"
        for number, node in enumerate(raw.get("node", []), 1)
        for key in node
        if key not in known
    ]
    problems += [
        f"node {number} has no code"
        for number, node in enumerate(raw.get("node", []), 1)
        if "code" not in node
    ]
    if "node" not in raw:
        problems.append("has no nodes: write [[node]] tables with code, parent, direction, weight")
    nodes = [] if problems else [Node(**node) for node in raw["node"]]
    framework = Framework(
        name=raw.get("name", where),
        nodes=tuple(nodes),
        name_zh=raw.get("name_zh", ""),
        level_names=tuple(raw.get("levels", ())),
        concordance=tuple(raw.get("concordance", ())),
    )
    return framework, raw.get("declared", {}), problems


def _from_imeta(text: str) -> tuple[Framework, dict[str, int], list[str]]:
    nodes, problems = [], []
    for line, row in enumerate(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))), 2):
        if row.get("Type") in {"Group", "Denominator"}:
            continue
        try:
            nodes.append(_imeta_node(row))
        except (ValueError, TypeError) as error:
            problems.append(f"line {line}: {error}")
    return Framework(name="iMeta", nodes=tuple(nodes)), {}, problems


def _imeta_node(row: Mapping[str, str | None]) -> Node:
    cells = {key: "" if value in {None, "NA"} else str(value).strip() for key, value in row.items()}
    return Node(
        code=cells["iCode"],
        parent=cells.get("Parent", ""),
        direction=int(float(cells.get("Direction") or 1)),
        weight=float(cells.get("Weight") or 1),
        name_en=cells.get("iName", ""),
        unit_of_measure=cells.get("Unit", ""),
        denominator=cells.get("Denominator", ""),
        target=float(cells["Target"]) if cells.get("Target") else None,
    )


def _tree_problems(framework: Framework) -> list[str]:
    codes = [node.code for node in framework.nodes]
    twice = [code for code, times in Counter(codes).items() if times > 1]
    problems = [f"node {code!r} stands {codes.count(code)} times" for code in twice]
    for node in framework.nodes:
        if node.parent and node.parent not in codes:
            problems.append(
                f"node {node.code!r} has the unknown parent {node.parent!r}: "
                f"{nearest(node.parent, codes)}"
            )
        if node.direction not in {1, -1}:
            problems.append(f"node {node.code!r} has direction {node.direction}: expected 1 or -1")
        if not node.weight >= 0:
            problems.append(f"node {node.code!r} has weight {node.weight}: expected 0 or more")
    if codes and not any(not node.parent for node in framework.nodes):
        problems.append("no node is without a parent: there is no index")
    return problems or _circles(framework)


def _circles(framework: Framework) -> list[str]:
    parents = {node.code: node.parent for node in framework.nodes}
    found = []
    for code, parent in parents.items():
        seen, place = {code}, parent
        while place and place not in seen:
            seen.add(place)
            place = parents[place]
        if place == code:
            found.append(f"node {code!r} is its own ancestor")
    return found


def _count_problems(framework: Framework, declared: Mapping[str, int]) -> list[str]:
    names: Sequence[str] = framework.level_names or ("indicator",)
    counted = Counter(
        names[level - 1] for level in framework.levels.values() if level <= len(names)
    )
    return [
        f"{counted[name]} nodes of level {name!r}, declared are {number}"
        for name, number in declared.items()
        if counted[name] != number
    ]
