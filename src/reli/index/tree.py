"""The tree of an index: indicators at the leaves, aggregates above, directions and weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

__all__ = ["Framework", "Node"]


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
    definition_en: str = ""
    denominator: str = ""
    """Column of the panel that the indicator is divided by, where a recipe asks for it."""
    target: float | None = None
    low: float | None = None
    """Lower goalpost."""
    high: float | None = None
    """Upper goalpost."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """Further numbers that a recipe may name, such as goalposts under names of their own."""
    measure: Mapping[str, Any] = field(default_factory=dict)
    """How the indicator is counted; the index does not read it."""

    def number(self, name: str) -> float | None:
        """A number of the node by the name of its column; None where it has none."""
        if name in {"target", "low", "high", "weight"}:
            found: float | None = getattr(self, name)
            return found
        return self.numbers.get(name)


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
    def depth(self) -> int:
        """Level of the index."""
        return max(self.levels.values())

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """Codes of the aggregates, children always before their parents."""
        above = [node.code for node in self.nodes if node.code in self.children]
        return tuple(sorted(above, key=lambda code: self.levels[code]))

    @cached_property
    def top(self) -> str:
        """Code of the node without a parent: the index."""
        return next(node.code for node in self.nodes if not node.parent)

    @cached_property
    def denominators(self) -> tuple[str, ...]:
        """Columns that indicators are divided by, in order of first use."""
        named = (self.by_code[code].denominator for code in self.indicators)
        return tuple(dict.fromkeys(name for name in named if name))

    def path(self, code: str) -> tuple[str, ...]:
        """The node and its ancestors, upwards."""
        parent = self.by_code[code].parent
        return (code, *self.path(parent)) if parent else (code,)
