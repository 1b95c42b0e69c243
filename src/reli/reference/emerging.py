"""The strategic emerging industries of NBS order 23 (2018) that the index uses."""

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from reli.errors import InvalidData, MissingFile, Problems
from reli.reference.industries import gb4754
from reli.reference.tables import read_shipped, read_text_table

__all__ = [
    "EMERGING",
    "INDUSTRIES",
    "OFFICIAL_CLASSES",
    "OVERALL",
    "check",
    "classes",
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


@cache
def classes(path: Path | None = None) -> pa.Table:
    """The classification: a row a leaf class and GB/T 4754 class.

    Args:
        path: a table in place of the shipped one, as `reli reference import-sei` writes it.

    Returns:
        Table of emerging_code, class_code (second level), class_basis (null: the source's;
        inferred or weak: assigned by us from the name), leaf_name, gb4754_code, is_starred
        (belongs only for the listed products), products (joined by `;`), industry (name in the
        report; null for the ninth, 相关服务业, which the index does not use).

    Raises:
        MissingFile: no such file.
        InvalidData: it is not of that form.
    """
    table = read_shipped("sei_classes.csv", "is_starred") if path is None else _read(path)
    codes = table["emerging_code"].to_pylist()
    names = pa.array([OFFICIAL_NAMES.get(code) for code in codes], pa.string())
    return table.select(_COLUMNS).append_column("industry", names)


def _read(path: Path) -> pa.Table:
    if not path.is_file():
        raise MissingFile(
            f"{path} does not exist: expected a table written by `reli reference import-sei`"
        )
    try:
        table = read_text_table(path, "is_starred")
    except (UnicodeDecodeError, pa.ArrowInvalid) as error:
        raise InvalidData(f"{path} is no table of CSV in UTF-8: {error}") from error
    absent = [name for name in _COLUMNS if name not in table.column_names]
    if absent:
        raise InvalidData(
            f"{path} has no column {', '.join(absent)}: expected a table written by "
            "`reli reference import-sei`"
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
