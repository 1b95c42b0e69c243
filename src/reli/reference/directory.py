"""Directory of units: every name under which one looks for a unit."""

from collections import defaultdict
from functools import cache

import pyarrow as pa

from reli.reference.divisions import all_divisions, convert
from reli.reference.latin import english, initials, pinyin
from reli.reference.universes import universe

__all__ = ["SCHEMA", "directory"]

SCHEMA = pa.schema(
    [
        ("division_code", pa.string()),
        ("county", pa.string()),
        ("county_en", pa.string()),
        ("pinyin", pa.string()),
        ("initials", pa.string()),
        ("former_names", pa.string()),
        ("city_code", pa.string()),
        ("city", pa.string()),
        ("city_en", pa.string()),
        ("province_code", pa.string()),
        ("province", pa.string()),
        ("province_en", pa.string()),
        ("kind", pa.string()),
    ]
)
"""former_names are joined by `|`; city columns are null where the province runs the county."""


@cache
def directory(name: str = "units-2023") -> pa.Table:
    """The units of a universe with their names, in order of code.

    Raises:
        UnknownName: no such universe.
    """
    chosen = universe(name)
    former = _former_names(chosen.vintage)
    rows = [
        {
            "division_code": row["unit"],
            "county": row["county_name"],
            "county_en": english(row["county_name"]),
            "pinyin": pinyin(row["county_name"]),
            "initials": initials(row["county_name"]),
            "former_names": "|".join(former.get(row["unit"], ())),
            "city_code": row["city_code"],
            "city": row["city_name"],
            "city_en": english(row["city_name"], row["city_code"]) if row["city_name"] else None,
            "province_code": row["province_code"],
            "province": row["province_name"],
            "province_en": english(row["province_name"], row["province_code"]),
            "kind": row["kind"],
        }
        for row in chosen.units.to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _former_names(vintage: int) -> dict[str, tuple[str, ...]]:
    """By code: other names under which all of its territory, or what is now within it, went."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    present = {each.code: each.name for each in all_divisions() if each.is_valid(vintage)}
    for each in all_divisions():
        if each.level != "county" or each.end_year > vintage or each.end_year <= each.first_year:
            continue
        codes = convert(each.code, from_vintage=each.end_year - 1, to_vintage=vintage).codes
        if len(codes) == 1 and present.get(codes[0]) not in (None, each.name):
            found[codes[0]][each.name] = None
    return {code: tuple(names) for code, names in found.items()}
