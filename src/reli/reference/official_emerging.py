"""Builds the table of emerging industries from the official document, and checks its counts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from reli.reference.emerging import OFFICIAL_CLASSES, classes, second_level
from reli.reference.industries import gb4754
from reli.reference.official_table import IndustryCell, OfficialRow

__all__ = ["OFFICIAL_COUNTS", "Imported", "build"]

OFFICIAL_COUNTS = {
    "first-level classes": 9,
    "second-level classes": 40,
    "third-level classes": 189,
    "fourth-level classes": 166,
    "GB/T 4754 classes": OFFICIAL_CLASSES,
}
"""As the document says of itself (section 结构和编码)."""

_LEVELS = tuple(OFFICIAL_COUNTS)[:4]
_FIRST_LEVEL = {
    "1": "新一代信息技术产业",
    "2": "高端装备制造产业",
    "3": "新材料产业",
    "4": "生物产业",
    "5": "新能源汽车产业",
    "6": "新能源产业",
    "7": "节能环保产业",
    "8": "数字创意产业",
    "9": "相关服务业",
}


@dataclass
class _Pair:
    """A GB/T 4754 class under a class of the table."""

    is_starred: bool
    name: str
    products: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """What was read from the document."""

    table: pa.Table
    """As `reli.reference.emerging.classes` reads it, with leaf_code."""
    counts: dict[str, int]
    problems: tuple[str, ...]
    """What cannot be right: counts, codes that do not exist, contradictions."""
    notes: tuple[str, ...]
    """What is worth a look and hinders nothing."""


class _Builder:
    """Gathers classes and pairs row by row."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.pairs: dict[tuple[str, str], _Pair] = {}
        self.problems: list[str] = []
        self.known = {
            row["code"]: row["name"] for row in gb4754().to_pylist() if row["level"] == "class"
        }
        self._current = ""

    def add(self, row: OfficialRow) -> None:
        """Take one row of the table of classes."""
        self._complain(row)
        self._enter(row)
        if row.industries and not self._current:
            self.problems.append(f"{row.place}: a GB/T 4754 code stands before the first class")
            return
        for cell in row.industries:
            self._add_pair(row, cell)

    def add_products(self, row: OfficialRow) -> None:
        """Take one row of a further table of products."""
        self._complain(row)
        self._current = row.code or self._current
        for cell in row.industries:
            homes = [code for code, gb in self.pairs if gb == cell.code]
            homes = [self._current] if self._current in homes else homes
            if len(homes) == 1:
                self.extend(self.pairs[homes[0], cell.code], row.products)
            else:
                choice = ", ".join(homes) or "none of the first table"
                self.problems.append(
                    f"{row.place}: products of {cell.code}, which belongs to {choice}: "
                    "name the class"
                )

    def start_table(self) -> None:
        """What stood above belongs to another table."""
        self._current = ""

    def _complain(self, row: OfficialRow) -> None:
        self.problems += [f"{row.place}: {text!r} is no code" for text in row.unreadable]

    def _enter(self, row: OfficialRow) -> None:
        if not row.code:
            if row.name and row.name != self.names.get(self._current):
                self.problems.append(f"{row.place}: the class {row.name} has no code")
            return
        known = self.names.get(row.code)
        if known is None:
            self.names[row.code] = row.name
        elif row.name and known != row.name:
            self.problems.append(f"{row.place}: {row.code} is {row.name}, above it is {known}")
        self._current = row.code

    def _add_pair(self, row: OfficialRow, cell: IndustryCell) -> None:
        if cell.code not in self.known:
            self.problems.append(
                f"{row.place}: {cell.code} {cell.name} is no class of GB/T 4754-2017".replace(
                    "  ", " "
                )
            )
            return
        pair = self.pairs.setdefault((self._current, cell.code), _Pair(cell.is_starred, cell.name))
        if pair.is_starred != cell.is_starred:
            self.problems.append(
                f"{row.place}: {cell.code} under {self._current} with and without a star"
            )
        self.extend(pair, row.products)

    def extend(self, pair: _Pair, products: Iterable[str]) -> None:
        """Add products that the pair does not have yet."""
        pair.products += [product for product in products if product not in pair.products]


def build(tables: Sequence[tuple[Sequence[OfficialRow], bool]]) -> Imported:
    """Put the rows of a document together.

    Args:
        tables: rows of each table, and whether it is the table of classes (True) or a further one
            of products (False). Tables of classes are read first.
    """
    builder = _Builder()
    for wanted in (True, False):
        for rows, is_classes in tables:
            if is_classes is wanted:
                builder.start_table()
                for row in rows:
                    (builder.add if is_classes else builder.add_products)(row)
    carried = _carry_products(builder)
    counts = _counts(builder)
    problems = [*builder.problems, *_count_problems(counts), *_structure_problems(builder)]
    return Imported(_as_table(builder), counts, tuple(problems), (*carried, *_notes(builder)))


def _counts(builder: _Builder) -> dict[str, int]:
    levels = Counter(code.count(".") for code in builder.names)
    counts = {name: levels[depth] for depth, name in enumerate(_LEVELS)}
    return counts | {"GB/T 4754 classes": len({gb for _, gb in builder.pairs})}


def _count_problems(counts: dict[str, int]) -> list[str]:
    return [
        f"{counts[name]} {name}, the official table has {number}"
        for name, number in OFFICIAL_COUNTS.items()
        if counts[name] != number
    ]


def _structure_problems(builder: _Builder) -> list[str]:
    names = builder.names
    problems = [
        f"{code} {name}: there is no {parent} above it"
        for code, name in names.items()
        if (parent := code.rpartition(".")[0]) and parent not in names
    ]
    problems += [
        f"{code} is {names[code]}, expected {expected}"
        for code, expected in _FIRST_LEVEL.items()
        if code in names and names[code].removesuffix("产业") != expected.removesuffix("产业")
    ]
    parents = {code.rpartition(".")[0] for code in names}
    used = {code for code, _ in builder.pairs}
    problems += [
        f"{code} {name}: no GB/T 4754 class stands beside it"
        for code, name in names.items()
        if code not in parents | used
    ]
    stars: dict[str, set[bool]] = {}
    for (_, gb), pair in builder.pairs.items():
        stars.setdefault(gb, set()).add(pair.is_starred)
    problems += [
        f"{gb}: starred in one place and not in another"
        for gb, found in stars.items()
        if len(found) > 1
    ]
    return problems


def _carry_products(builder: _Builder) -> list[str]:
    """Without any product in the document, keep those of the shipped table."""
    if any(pair.products for pair in builder.pairs.values()):
        return []
    by_leaf: dict[tuple[str, str, str], list[str]] = {}
    by_industry: dict[tuple[str, str], list[str]] = {}
    for row in classes().to_pylist():
        products = (row["products"] or "").split(";") if row["products"] else []
        key = (row["emerging_code"], row["gb4754_code"])
        by_leaf.setdefault((*key, row["leaf_name"]), []).extend(products)
        by_industry.setdefault(key, []).extend(products)
    carried = 0
    for (leaf, gb), pair in builder.pairs.items():
        key = (leaf[0], gb)
        found = by_leaf.get((*key, builder.names[leaf])) or by_industry.get(key, [])
        builder.extend(pair, found)
        carried += bool(found)
    return [
        f"the document lists no products: those of {carried} of {len(builder.pairs)} pairs are "
        "carried over from the shipped table"
    ]


def _notes(builder: _Builder) -> list[str]:
    ours = set(classes()["gb4754_code"].to_pylist())
    theirs = {gb for _, gb in builder.pairs}
    bare = sum(1 for pair in builder.pairs.values() if pair.is_starred and not pair.products)
    notes = [
        f"{gb} is called {pair.name}, in GB/T 4754 {builder.known[gb]}"
        for (_, gb), pair in builder.pairs.items()
        if pair.name and pair.name != builder.known[gb]
    ]
    notes += [
        f"{code} is {builder.names[code]}, in the shipped table {name}"
        for code, name in second_level().items()
        if code in builder.names and builder.names[code] != name
    ]
    notes += _listed("GB/T 4754 classes that the shipped table lacks", theirs - ours)
    notes += _listed(
        "GB/T 4754 classes of the shipped table that the document lacks", ours - theirs
    )
    if bare:
        notes.append(f"{bare} starred pairs without products: they cannot be decided by products")
    return list(dict.fromkeys(notes))


def _listed(what: str, codes: set[str]) -> list[str]:
    return [f"{len(codes)} {what}: {', '.join(sorted(codes))}"] if codes else []


def _as_table(builder: _Builder) -> pa.Table:
    rows = [
        {
            "emerging_code": leaf[0],
            "class_code": ".".join(leaf.split(".")[:2]),
            "class_basis": None,
            "leaf_name": builder.names[leaf],
            "gb4754_code": gb,
            "is_starred": int(pair.is_starred),
            "products": ";".join(product.replace(";", "；") for product in pair.products) or None,
            "leaf_code": leaf,
        }
        for (leaf, gb), pair in builder.pairs.items()
    ]
    text = pa.string()
    kinds = dict.fromkeys(
        ("emerging_code", "class_code", "class_basis", "leaf_name", "gb4754_code"), text
    )
    kinds |= {"is_starred": pa.int8(), "products": text, "leaf_code": text}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
