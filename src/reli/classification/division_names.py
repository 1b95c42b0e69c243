"""Names under which divisions stand in addresses: in full, short, and with usual slips."""

from dataclasses import replace

from reli.classification.lineage import Lineage
from reli.classification.name_index import NameIndex, add
from reli.classification.referents import Kind, Referent
from reli.classification.stems import stem
from reli.linkage.names import traditional
from reli.reference.divisions import Division, all_divisions, division
from reli.reference.short_names import short_names

__all__ = ["add_divisions", "add_short_names"]

_SIDES = frozenset("东西南北中上下新")
"""Characters that make other names when they change places: 城东区, 东城区."""
_WORDS = frozenset(("合作区", "新城市"))
"""What would be a slip for a county (合作市, 新城区), did it not mean something else."""


def add_divisions(index: NameIndex, lineage: Lineage) -> None:
    """Divisions of every year."""
    simpler = str.maketrans(traditional())
    for each in all_divisions():
        kind: Kind = "city" if each.level == "prefecture" else each.level
        found = lineage.referent(each, kind)
        if found is None:
            continue
        # Simplified character by character, 乾县 becomes 干县: what is asked may have been.
        for name in dict.fromkeys((each.name, each.name.translate(simpler))):
            add(index.full, name, found)
        if found.kind == kind:
            _add_stem(index, each, found)
        if kind == "county":
            _add_county_forms(index, each, found)
    for name, code in (("内蒙", "150000"), ("新疆兵团", "650000"), ("新疆建设兵团", "650000")):
        add(index.stems, name, Referent("province", (code,), frozenset({code}), True))


def _add_stem(index: NameIndex, each: Division, found: Referent) -> None:
    short = stem(each.name, found.kind)
    if short != each.name:
        add(index.stems, short, found)
    if each.name.endswith("自治州"):
        add(index.full, short + "州", found)


def _add_county_forms(index: NameIndex, each: Division, found: Referent) -> None:
    short = stem(each.name, "county")
    is_slip = short != each.name and not short.startswith("城")
    for suffix in "市县区" if is_slip else "":
        if short + suffix not in _WORDS:
            add(index.slips, short + suffix, found)
    if found.is_current:
        _add_swapped(index, each.name, found)
    if each.name.startswith("市"):
        _add_behind_city(index, each, found)
    if each.name.endswith(("自治县", "自治旗")) and found.is_current:
        _add_in_short(index, short + each.name[-1], found)


def _add_behind_city(index: NameIndex, each: Division, found: Referent) -> None:
    """乐山市中区 is 市中区 of 乐山, not a 中区 of 乐山市."""
    city = division(each.city_code, each.first_year) if each.city_code else None
    if city and city.name.endswith("市"):
        add(index.full, city.name.removesuffix("市") + each.name, found)


def _add_in_short(index: NameIndex, name: str, found: Referent) -> None:
    """东乡县 for 东乡族自治县, beside the one in 江西 that bore this very name."""
    codes = {each.code for each in all_divisions() if each.name == name} - {*found.codes}
    add(index.full, name, replace(found, is_current=not codes))


def _add_swapped(index: NameIndex, name: str, found: Referent) -> None:
    """Names with two neighbouring characters the wrong way round: 杭余区 for 余杭区."""
    for at in range(len(name) - 2):
        pair = name[at : at + 2]
        if pair[0] != pair[1] and not _SIDES & {*pair}:
            swapped = name[:at] + pair[::-1] + name[at + 2 :]
            add(index.slips, swapped, replace(found, is_swapped=True))


def add_short_names(index: NameIndex, lineage: Lineage) -> None:
    """Short names in use; where another division is called so without its suffix, both."""
    for row in short_names().to_pylist():
        name, each = row["short_name"], division(row["code"])
        kind: Kind = "county" if each and each.level == "county" else "city"
        found = lineage.referent(each, kind) if each else None
        if found and kind == "county":
            _add_in_short(index, name, found)
        elif found:
            add(index.stems if name in index.stems else index.full, name, found)
