"""The strategic emerging industries of NBS order 23 (2018) that the index uses."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, MissingFile, Problems
from reli.reference.industries import gb4754
from reli.reference.own_classification import is_own, read_own
from reli.reference.tables import read_shipped, read_text_table
from reli.texts import remembered

__all__ = [
    "EMERGING",
    "INDUSTRIES",
    "OFFICIAL_CLASSES",
    "OVERALL",
    "check",
    "classes",
    "in_order",
    "industries_of",
    "is_official",
    "order_of",
    "second_level",
]

OVERALL = "综合"
"""Key of the index over all emerging industries together."""

EMERGING = (
    "高端装备制造",
    "节能环保",
    "生物医药",
    "数字创意",
    "新材料",
    "新能源汽车",
    "新能源",
    "新一代信息技术",
)
"""The eight, in the order of the report."""

INDUSTRIES = (OVERALL, *EMERGING)


def order_of(industry: str) -> int:
    """Place of an industry in publications; all of a project's own classification have the last."""
    return INDUSTRIES.index(industry) if industry in INDUSTRIES else len(INDUSTRIES)


def in_order(industries: Iterable[str]) -> list[str]:
    """Each industry once: 综合, the eight, then those of a project's own as they come."""
    return sorted(dict.fromkeys(industries), key=order_of)


OFFICIAL_CLASSES = 485
"""GB/T 4754 classes in the official table; the shipped one has fewer (see the documentation)."""

OFFICIAL_NAMES = {
    "1": "新一代信息技术",
    "2": "高端装备制造",
    "3": "新材料",
    "4": "生物医药",
    "5": "新能源汽车",
    "6": "新能源",
    "7": "节能环保",
    "8": "数字创意",
}
_COLUMNS = [
    "emerging_code",
    "class_code",
    "class_basis",
    "leaf_name",
    "gb4754_code",
    "is_starred",
    "products",
]


@remembered
def classes(path: Path | None = None) -> pa.Table:
    """The classification: a row a leaf class and GB/T 4754 class.

    Args:
        path: a table in place of the shipped one, as `reli reference import-sei` writes it, or a
            classification of a project's own (see reli.reference.own_classification).

    Returns:
        Table of emerging_code, class_code (second level), class_basis (null: the source's;
        inferred or weak: assigned by us from the name), leaf_name, gb4754_code, is_starred
        (belongs only for the listed products), products (joined by `;`), industry (name in the
        report; null for the ninth, 相关服务业, which the index does not use).

    Raises:
        MissingFile: no such file.
        InvalidData: it is not of that form.
        Problems: rows of a classification of one's own that cannot be followed.
    """
    if path is not None and not is_official(path):
        return read_own(path, _table(path))
    table = read_shipped("sei_classes.csv", "is_starred") if path is None else _read(path)
    codes = table["emerging_code"].to_pylist()
    names = pa.array([OFFICIAL_NAMES.get(code) for code in codes], pa.string())
    return table.select(_COLUMNS).append_column("industry", names)


@remembered
def industries_of(path: Path | None = None) -> tuple[str, ...]:
    """Names of the industries of a classification, without 综合, in the order of publication."""
    if path is None or is_official(path):
        return EMERGING
    return tuple(in_order(classes(path)["industry"].to_pylist()))


@remembered
def is_official(path: Path) -> bool:
    """Whether a table is one of the eight emerging industries, and no classification of one's own.

    Raises:
        MissingFile: no such file.
        InvalidData: it is no table.
    """
    return not is_own(_table(path).column_names)


def _table(path: Path, *flags: str) -> pa.Table:
    if not path.is_file():
        raise MissingFile(
            f"{path} does not exist: expected a table written by `reli reference import-sei`, or "
            "a classification of your own with the columns industry, gb4754_code, is_starred and "
            "products"
        )
    try:
        return read_text_table(path, *flags)
    except pa.ArrowInvalid as error:
        raise InvalidData(f"{path} is no table: {error}") from error


def _read(path: Path) -> pa.Table:
    table = _table(path, "is_starred")
    absent = [name for name in _COLUMNS if name not in table.column_names]
    if absent:
        raise InvalidData(
            f"{path} has no column {', '.join(absent)}: expected a table written by "
            "`reli reference import-sei`; a classification of your own has a column industry"
        )
    problems = [
        f"{name} {value!r} in {path} does not exist"
        for name, known in _known_values().items()
        for value in sorted(set(table[name].to_pylist()) - known, key=str)
    ]
    if problems:
        raise Problems(str(path), problems)
    return table


def _known_values() -> dict[str, set[str]]:
    industries = gb4754()
    of_class = industries.filter(pc.equal(industries["level"], "class"))
    return {
        "emerging_code": {*OFFICIAL_NAMES, "9"},
        "class_code": set(second_level()),
        "gb4754_code": set(of_class["code"].to_pylist()),
    }


@cache
def second_level() -> dict[str, str]:
    """Names of the 40 second-level classes by code, such as 1.1 下一代信息网络产业."""
    table = read_shipped("sei_second_level.csv")
    return dict(zip(table["class_code"].to_pylist(), table["class_name"].to_pylist(), strict=True))


def check() -> None:
    """Check the shipped tables against GB/T 4754, each other and their declared counts.

    Raises:
        InvalidData: what does not hold, all together.
    """
    table = classes()
    known = set(gb4754()["code"].to_pylist())
    coded = set(table["gb4754_code"].to_pylist())
    starred = set(table.filter(table["is_starred"])["gb4754_code"].to_pylist())
    unstarred = set(table.filter(pc.invert(table["is_starred"]))["gb4754_code"].to_pylist())
    counted = {
        "rows": (table.num_rows, 939),
        "GB/T 4754 classes": (len(coded), 469),
        "industries": (len(set(table["emerging_code"].to_pylist())), 9),
        "second-level classes": (len(second_level()), 40),
        "codes that are no GB/T 4754 class": (len(coded - known), 0),
        "classes with and without a star": (len(starred & unstarred), 0),
        "strange second-level codes": (
            len(set(table["class_code"].to_pylist()) - set(second_level())),
            0,
        ),
    }
    problems = [
        f"{found} {name}, declared are {declared}"
        for name, (found, declared) in counted.items()
        if found != declared
    ]
    if problems:
        raise InvalidData("sei_classes.csv: " + "; ".join(problems))
