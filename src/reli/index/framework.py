"""Frameworks from files: TOML of our own, or CSV in the form of COINr's iMeta."""

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from reli.errors import Problems, likely, nearest, repeated_columns
from reli.index.methods import tables_of
from reli.index.tree import Framework, Node

__all__ = ["Framework", "Node", "parse_framework"]

_TEXTS = (
    "code",
    "parent",
    "name_zh",
    "name_en",
    "unit_of_measure",
    "definition_zh",
    "definition_en",
    "denominator",
)
_NUMBERS = ("weight", "target", "low", "high")
_TABLES = ("numbers", "measure")
_KEYS = ("name", "name_zh", "levels", "declared", "concordance", "node")
_SHAPES: tuple[tuple[str, type, str], ...] = (
    ("levels", list, "a list of names"),
    ("declared", Mapping, "a table of numbers by level"),
    ("concordance", list, "tables: write [[concordance]]"),
)
_NEITHER_NODE = {"Group", "Denominator", "Other"}
_NODE_TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
_IMETA = {
    "iCode": "code",
    "Parent": "parent",
    "Denominator": "denominator",
    "iName": "name_en",
    "Unit": "unit_of_measure",
}
_GOALPOSTS = {"goalpost_lower": "low", "goalpost_upper": "high"}


@dataclass
class _Declared:
    """What a file says, and what is wrong with it."""

    framework: Framework
    counts: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unread: frozenset[str] = frozenset()
    """Codes of nodes that could be read in part: their code, and their parent if it is there."""
    is_whole: bool = True
    """Whether every node of the file could be read: else counts would differ for that alone."""


def parse_framework(text: str, where: str) -> Framework:
    """A framework from TOML, or from CSV in the form of COINr's iMeta.

    Raises:
        Problems: unknown keys, parents or directions, circles, wrong counts: all together.
    """
    text = text.lstrip("\ufeff")
    is_csv = "iCode" in text.split("\n", 1)[0]
    found = _from_imeta(text) if is_csv else _from_toml(text, where)
    wrong = _tree_problems(found.framework, found.unread)
    problems = [*found.problems, *wrong]
    meant = _meant(found.framework) if wrong else found.framework
    if meant and found.is_whole:
        problems += _declaration_problems(found, meant)
    if problems:
        raise Problems(where, problems)
    return found.framework


def _from_toml(text: str, where: str) -> _Declared:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Problems(where, [f"is no TOML: {error}"]) from error
    problems = [f"unknown key {key!r}: {nearest(key, _KEYS)}" for key in raw if key not in _KEYS]
    tables, shape = tables_of(raw, "node")
    shape += [_wrong(raw, key, said) for key, kind, said in _SHAPES if not _is(raw, key, kind)]
    if shape:
        raise Problems(where, problems + shape)
    if not tables:
        problems.append("has no nodes: write [[node]] tables with code, parent, direction, weight")
    nodes, unread = [], set()
    for number, table in enumerate(tables, 1):
        complaints = _node_complaints(table)
        said = f"node {table['code']!r}" if "code" in table else f"node {number}"
        problems += [f"{said}: {complaint}" for complaint in complaints]
        nodes += _in_part(table.get("code"), table.get("parent")) if complaints else [Node(**table)]
        unread |= {str(table.get("code"))} if complaints else set()
    framework = Framework(
        name=str(raw.get("name", where)),
        nodes=tuple(nodes),
        name_zh=str(raw.get("name_zh", "")),
        level_names=tuple(raw.get("levels", ())),
        concordance=tuple(raw.get("concordance", ())),
    )
    return _Declared(
        framework,
        raw.get("declared", {}),
        problems=problems,
        unread=frozenset(unread),
        is_whole=not unread,
    )


def _in_part(code: object, parent: object) -> list[Node]:
    """A node of which something cannot be read: others may lie below it all the same."""
    if not isinstance(code, str) or not code:
        return []
    return [Node(code=code, parent=parent if isinstance(parent, str) else "")]


def _node_complaints(table: Mapping[str, Any]) -> list[str]:
    known = tuple(Node.__dataclass_fields__)
    complaints = [
        f"unknown key {key!r}: {nearest(key, known)}" for key in table if key not in known
    ]
    if not table.get("code"):
        complaints.append("has no code")
    complaints += [_wrong(table, key, "text") for key in _TEXTS if not _is(table, key, str)]
    complaints += [_wrong(table, key, "a number") for key in _NUMBERS if not _is_number(table, key)]
    complaints += [_wrong(table, key, "a table") for key in _TABLES if not _is(table, key, Mapping)]
    return complaints


def _is(table: Mapping[str, Any], key: str, kind: type) -> bool:
    return key not in table or isinstance(table[key], kind)


def _is_number(table: Mapping[str, Any], key: str) -> bool:
    return key not in table or (
        isinstance(table[key], int | float)
        and not isinstance(table[key], bool)
        and isfinite(table[key])
    )


def _wrong(table: Mapping[str, Any], key: str, expected: str) -> str:
    return f"{key} is {table[key]!r}: expected {expected}"


def _from_imeta(text: str) -> _Declared:
    found = _Declared(Framework("iMeta", ()))
    nodes, levels, types = [], {}, {}
    unread = set()
    rows = csv.DictReader(io.StringIO(text))
    found.problems += repeated_columns([name.strip() for name in rows.fieldnames or ()])
    for line, row in enumerate(rows, 2):
        cells = _cells(row)
        kind = cells.get("Type", "")
        if kind in _NEITHER_NODE:
            continue
        complaints = _imeta_complaints(cells)
        found.problems += [f"line {line}: {complaint}" for complaint in complaints]
        if complaints:
            found.is_whole = False
            nodes += _in_part(cells.get("iCode"), cells.get("Parent"))
            unread.add(cells.get("iCode", ""))
            continue
        found.problems += [f"line {line}: {complaint}" for complaint in _empty_cells(cells)]
        node = _imeta_node(cells)
        nodes.append(node)
        if kind:
            types[node.code] = kind
        if cells.get("Level"):
            levels[node.code] = int(float(cells["Level"]))
    if not nodes and not found.problems:
        found.problems.append("has no rows of type Indicator or Aggregate")
    found.framework = Framework("iMeta", tuple(nodes))
    found.levels, found.types, found.unread = levels, types, frozenset(unread)
    return found


def _cells(row: Mapping[str | None, Any]) -> dict[str, str]:
    return {
        key: "" if value in {None, "NA", "NaN"} else str(value).strip()
        for key, value in row.items()
        if key is not None
    }


def _imeta_complaints(cells: Mapping[str, str]) -> list[str]:
    complaints = [] if cells.get("iCode") else ["has no iCode"]
    kind = cells.get("Type", "")
    if kind and kind not in _NODE_TYPES:
        complaints.append(f"unknown Type {kind!r}: {nearest(kind, _NODE_TYPES)}")
    complaints += [
        f"{name} is {cells[name]!r}: expected a number"
        for name in ("Direction", "Weight", "Level", "Target", *_GOALPOSTS)
        if cells.get(name) and _float(cells[name]) is None
    ]
    return complaints


def _empty_cells(cells: Mapping[str, str]) -> list[str]:
    """Cells without which the index would be another one than meant; COINr refuses them too.

    Nothing follows from the weight of the index itself, nor from the direction of an aggregate.
    """
    needed = {"Weight": bool(cells.get("Parent")), "Direction": cells.get("Type") != "Aggregate"}
    return [
        f"{name} of {cells['iCode']!r} is empty: expected {said}"
        for name, said in (("Weight", "a number, such as 1"), ("Direction", "1 or -1"))
        if needed[name] and name in cells and not cells[name]
    ]


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _imeta_node(cells: Mapping[str, str]) -> Node:
    texts: dict[str, Any] = {ours: cells.get(theirs, "") for theirs, ours in _IMETA.items()}
    direction = float(cells.get("Direction") or 1)
    weight = _float(cells.get("Weight") or "1")
    numbers = {name: _float(cell) for name, cell in cells.items() if cell}
    goalposts = {
        ours: numbers.get(theirs, numbers.get(ours)) for theirs, ours in _GOALPOSTS.items()
    }
    return Node(
        **texts,
        # A direction such as 0.5 must be told, not rounded away.
        direction=int(direction) if direction.is_integer() else 0,
        weight=1.0 if weight is None else weight,
        target=_float(cells.get("Target", "")),
        low=goalposts["low"],
        high=goalposts["high"],
        numbers={name: number for name, number in numbers.items() if number is not None},
    )


def _tree_problems(framework: Framework, unread: frozenset[str]) -> list[str]:
    codes = [node.code for node in framework.nodes]
    problems = [
        f"node {code!r} stands {times} times" for code, times in Counter(codes).items() if times > 1
    ]
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
    return [*problems, *_top_problems(framework, unread), *_circles(framework)]


def _top_problems(framework: Framework, unread: frozenset[str] = frozenset()) -> list[str]:
    """No top, or several; of a node that could not be read nobody knows whether it is one."""
    tops = [node.code for node in framework.nodes if not node.parent and node.code not in unread]
    if framework.nodes and not tops and not unread:
        return ["no node is without a parent: there is no index"]
    if len(tops) > 1:
        named = ", ".join(repr(code) for code in tops[:5])
        return [f"{len(tops)} nodes are without a parent ({named}): expected one, the index"]
    return []


def _circles(framework: Framework) -> list[str]:
    parents = {node.code: node.parent for node in framework.nodes}
    found = []
    for code, parent in parents.items():
        seen, place = {code}, parent
        while place and place not in seen:
            seen.add(place)
            place = parents.get(place, "")
        if place == code:
            found.append(f"node {code!r} is its own ancestor")
    return found


def _meant(framework: Framework) -> Framework | None:
    """The framework with the likely parent for each unknown one; none where that is no tree.

    What is declared of levels and numbers can then be compared, though a parent is mistyped.
    """
    codes = [node.code for node in framework.nodes]
    nodes = tuple(
        replace(node, parent=node.parent and likely(node.parent, codes)) for node in framework.nodes
    )
    meant = replace(framework, nodes=nodes)
    is_tree = bool(codes) and len(set(codes)) == len(codes)
    return meant if is_tree and not _top_problems(meant) and not _circles(meant) else None


def _declaration_problems(found: _Declared, framework: Framework) -> list[str]:
    problems = _count_problems(framework, found.counts)
    for code, level in found.levels.items():
        if framework.levels[code] != level:
            problems.append(
                f"node {code!r} has Level {level}, but by its children {framework.levels[code]}"
            )
    for code, kind in found.types.items():
        if (kind == "Aggregate") != (code in framework.children):
            has = "has children" if code in framework.children else "has no children"
            problems.append(f"node {code!r} is of Type {kind}, but {has}")
    return problems


def _count_problems(framework: Framework, declared: Mapping[str, int]) -> list[str]:
    names: Sequence[str] = framework.level_names or ("indicator",)
    counted = Counter(
        names[level - 1] for level in framework.levels.values() if level <= len(names)
    )
    problems = [
        f"declares a number of {name!r}, which is no level: {nearest(name, names)}"
        for name in declared
        if name not in names
    ]
    return problems + [
        f"{counted[name]} nodes of level {name!r}, declared are {number}"
        for name, number in declared.items()
        if name in names and counted[name] != number
    ]
