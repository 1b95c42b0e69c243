"""A sheet in which a changed weight re-ranks: formulas over the normalised indicators.

The formulas do what the recipe's weighted means do, level by level, weights shared among the
children that are there; our own figures are their cached results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reli.report.cells import row_height

__all__ = ["LiveIndex", "LiveNode", "LiveUnit", "write_live_sheet"]

FIRST_ROW = 4
"""Of the units, from 0; above them the note, names, weights and heads."""
LEAD = ("现位次", "公布位次", "变动", "行政区划代码", "区县", "省份", "综合指数")
WIDTHS = (8, 9, 7, 13, 22, 18, 10)
NODE_WIDTH = 12
WEIGHTS_ROW = 2


@dataclass(frozen=True)
class LiveNode:
    """A node of the framework; `weight` among its siblings."""

    code: str
    name: str
    parent: str
    weight: float
    depth: int
    """0 for the index."""


@dataclass(frozen=True)
class LiveUnit:
    """A unit with its published rank; None for one that is shown unnumbered."""

    code: str
    name: str
    province: str
    rank: int | None


@dataclass(frozen=True)
class LiveIndex:
    """An index as published: its tree, and the value of each node that any unit has."""

    nodes: tuple[LiveNode, ...]
    """Parents before their children, siblings together."""
    units: tuple[LiveUnit, ...]
    """The numbered ones first, by rank."""
    values: Mapping[str, tuple[float | None, ...]]
    """Node -> value of each unit on the scale of the index."""
    raw: Mapping[str, tuple[float | None, ...]]
    """Indicator -> value of each unit before any step."""

    @cached_property
    def children(self) -> dict[str, tuple[LiveNode, ...]]:
        """Node -> its children."""
        found: dict[str, list[LiveNode]] = {}
        for node in self.nodes:
            found.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    @property
    def numbered(self) -> int:
        """How many units are ranked."""
        return sum(unit.rank is not None for unit in self.units)

    def ordered(self) -> tuple[LiveNode, ...]:
        """Nodes by level, siblings side by side, so that a formula's range is one block."""
        level, found = [self.nodes[0]], list[LiveNode]()
        while level:
            level = [child for node in level for child in self.children.get(node.code, ())]
            found += level
        return tuple(found)


def write_live_sheet(sheet: Any, index: LiveIndex, formats: Mapping[str, Any]) -> None:
    """Fill a worksheet.

    Args:
        sheet: XlsxWriter's worksheet, rows written from top to bottom.
        index: the index.
        formats: `text`, `head`, `index`, `input` and `note`.
    """
    columns = {node.code: len(LEAD) + place for place, node in enumerate(index.ordered())}
    _write_head(sheet, index, columns, formats)
    for place, unit in enumerate(index.units):
        _write_unit(sheet, index, columns, (place, unit), formats)
    sheet.freeze_panes(FIRST_ROW, 5)
    last = len(LEAD) + len(columns) - 1
    sheet.autofilter(FIRST_ROW - 1, 0, FIRST_ROW + len(index.units) - 1, last)


def _write_head(
    sheet: Any,
    index: LiveIndex,
    columns: Mapping[str, int],
    formats: Mapping[str, Any],
) -> None:
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width, formats["text"])
    sheet.set_column(len(LEAD), len(LEAD) + len(columns) - 1, NODE_WIDTH, formats["index"])
    sheet.write_string(
        0,
        0,
        "改动黄色单元格中的权重（同级之间的相对权重，不必合计为1），指数与位次随即重算；"
        "缺失指标的权重由同级其余指标分担。打开时显示的是公布结果。",
        formats["note"],
    )
    names = {node.code: node.name for node in index.nodes}
    # A row that is done is written and gone: from top to bottom.
    sheet.set_row(1, row_height((name, NODE_WIDTH) for name in names.values()))
    sheet.write_string(1, 6, "所属上级", formats["head"])
    for node in index.ordered():
        sheet.write_string(1, columns[node.code], names[node.parent], formats["head"])
    sheet.write_string(WEIGHTS_ROW, 6, "权重", formats["head"])
    for node in index.ordered():
        sheet.write_number(WEIGHTS_ROW, columns[node.code], node.weight, formats["input"])
    sheet.set_row(FIRST_ROW - 1, row_height((name, NODE_WIDTH) for name in names.values()))
    for place, name in enumerate(LEAD):
        sheet.write_string(FIRST_ROW - 1, place, name, formats["head"])
    for node in index.ordered():
        place = columns[node.code]
        if node.code in index.raw:
            link = "internal:'指标体系'!A1"
            sheet.write_url(FIRST_ROW - 1, place, link, formats["head"], string=node.name)
        else:
            sheet.write_string(FIRST_ROW - 1, place, node.name, formats["head"])


def _write_unit(
    sheet: Any,
    index: LiveIndex,
    columns: Mapping[str, int],
    numbered: tuple[int, LiveUnit],
    formats: Mapping[str, Any],
) -> None:
    place, unit = numbered
    row = FIRST_ROW + place
    top = index.nodes[0].code
    score = index.values[top][place]
    if unit.rank is not None:
        scores = _range((FIRST_ROW, FIRST_ROW + index.numbered - 1), (6, 6))
        sheet.write_formula(row, 0, f"=RANK(G{row + 1},{scores},0)", formats["text"], unit.rank)
        sheet.write_number(row, 1, unit.rank, formats["text"])
        sheet.write_formula(row, 2, f"=B{row + 1}-A{row + 1}", formats["text"], 0)
    for column, text in ((3, unit.code), (4, unit.name), (5, unit.province)):
        sheet.write_string(row, column, text, formats["text"])
    if score is not None:
        # Nine digits, as ranks are taken.
        mean = _mean(index, columns, top, row)
        sheet.write_formula(row, 6, f"=ROUND({mean},7)", formats["index"], round(score, 7))
    for node in index.ordered():
        value = index.values[node.code][place]
        column = columns[node.code]
        if node.code in index.children:
            shown = "" if value is None else value
            mean = _mean(index, columns, node.code, row)
            sheet.write_formula(row, column, f"={mean}", formats["index"], shown)
        elif value is not None:
            sheet.write_number(row, column, value, formats["index"])


def _mean(index: LiveIndex, columns: Mapping[str, int], code: str, row: int) -> str:
    """Weighted mean of the children that are there; empty where none is."""
    places = [columns[child.code] for child in index.children[code]]
    sides = (min(places), max(places))
    weights = _range((WEIGHTS_ROW, WEIGHTS_ROW), sides)
    values = _range((row, row), sides, is_fixed=False)
    total = f"SUMPRODUCT({weights},--ISNUMBER({values}))"
    return f'IF({total}=0,"",SUMPRODUCT({weights},{values})/{total})'


def _range(rows: Sequence[int], columns: Sequence[int], *, is_fixed: bool = True) -> str:
    from xlsxwriter.utility import xl_range, xl_range_abs

    name = xl_range_abs if is_fixed else xl_range
    return str(name(rows[0], columns[0], rows[1], columns[1]))
