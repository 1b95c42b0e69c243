"""Names of towns, and the variants under which addresses keep them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from reli.classification.areas import Areas
from reli.classification.lineage import Lineage
from reli.classification.name_index import NameIndex, add
from reli.classification.referents import Referent
from reli.classification.regiments import regiment_forms
from reli.classification.stems import stem
from reli.classification.zone_names import is_generic
from reli.reference.divisions import Division, all_divisions
from reli.reference.further_towns import further_towns
from reli.reference.towns import towns
from reli.reference.zone_units import bare

__all__ = ["add_towns"]

_RARE = 5
"""Counties that may have a town of the same name."""
_STREETS = ("路", "街", "桥", "门", "道", "园")
_REMARK = re.compile("[(（](.*?)[)）]")
_TOWN = re.compile("..(?:街道|镇|乡)$")
_OFFICE = re.compile("(?:片区|新区)?(?:办事处|管委会|管理委员会)?(?=街道$)")
"""What lists put between a street's name and 街道: 柏泉办事处街道, 白鸟湖片区街道."""
_BEHIND_ITS_PLACE = re.compile(
    r"..+(?:市|区|县|旗|园|新城|科学城|政府)((?!特殊|直属)..+(?:街道|镇|乡))"
)
"""Lists name some towns with what they lie in: 濮阳县八公桥镇, 扬州市生态科技新城杭集镇."""
_BUILDINGS = ("花园", "广场", "新村", "公园", "市场", "大学", "机场", "科技", "工业")


def add_towns(index: NameIndex, lineage: Lineage, areas: Areas) -> None:
    """Towns of now, then those that were dissolved, and seats of counties."""
    builder = _Towns(index, lineage, areas)
    builder.add_listed()
    builder.add_further()
    builder.add_seats()


class _Towns:
    def __init__(self, index: NameIndex, lineage: Lineage, areas: Areas) -> None:
        self._index = index
        self._lineage = lineage
        self._areas = areas
        self._divided = _divided(lineage)
        self._counties_by_stem: dict[str, set[str]] = defaultdict(set)
        for row in towns().to_pylist():
            self._counties_by_stem[stem(row["town_name"], "town")].add(row["town_code"][:6])
        self._placed_one_by_one = {
            (row["division_code"][:4], row["town_name"]) for row in further_towns().to_pylist()
        }

    def add_listed(self) -> None:
        for row in towns().to_pylist():
            name, code = row["town_name"].removesuffix("办事处"), row["division_code"]
            if row["is_generic"] or name in self._areas.taken_away:
                continue
            for form in _forms(name):
                if code is None:
                    self._add_of_zone(form, row["town_code"])
                else:
                    self._add(form, code, is_current=True)

    def add_further(self) -> None:
        """Dissolved towns, and those of zones whose county is known one by one."""
        for row in further_towns().to_pylist():
            is_there = row["last_year"] is None
            self._add(row["town_name"], row["division_code"], is_current=is_there)

    def add_seats(self) -> None:
        """A county's seat is mostly a town of its name: 双阳县双阳镇, 龙港镇."""
        for short, code in _seats(self._lineage):
            self._add_meaning(short + "镇", (code,), is_current=False)

    def _add(self, name: str, code: str, *, is_current: bool) -> None:
        if codes := self._lineage.of_2023(code):
            found = self._add_meaning(name, codes, is_current=is_current)
            self._add_variants(name, found)
            for form in regiment_forms(name):
                add(self._index.full, form, found)

    def _add_meaning(self, name: str, codes: tuple[str, ...], *, is_current: bool) -> Referent:
        parents = self._lineage.parents(codes)
        found = Referent("town", codes, parents, is_current, frozenset(codes))
        add(self._index.full, name, found)
        return found

    def _add_of_zone(self, name: str, town_code: str) -> None:
        """A town that the Bureau lists under a zone lies where the zone does."""
        if (town_code[:4], name) not in self._placed_one_by_one:
            found = self._areas.of_town(town_code)
            if found:
                add(self._index.full, name, found)

    def _add_variants(self, name: str, found: Referent) -> None:
        """镇 becomes 街道, 乡 becomes 镇: addresses keep the old kind for decades."""
        short = stem(name, "town")
        if short == name:
            return
        old = Referent("town", found.codes, found.parents, False, found.reach)
        for suffix in ("街道", "镇", "乡"):
            if short + suffix != name:
                add(self._index.full, short + suffix, old)
        if short.endswith("路"):
            add(self._index.full, short.removesuffix("路") + "街道", old)
        if set(found.codes) & self._divided and self._is_rare(short):
            add(self._index.stems, short, old)

    def _is_rare(self, short: str) -> bool:
        """Whether a town's name says enough without 镇 or 街道: 拱北, not 花园 or 新城."""
        is_word = is_generic(short) or short.endswith(_STREETS) or short.startswith(_BUILDINGS)
        most = 2 if short.endswith("城") else _RARE
        return not is_word and len(self._counties_by_stem[short]) <= most


def _forms(name: str) -> set[str]:
    """城南经济新区（车逻镇） is 车逻镇 too; in an address brackets are taken off."""
    parts = _REMARK.findall(name)
    beside = (part for part in (_REMARK.sub("", name), *parts) if parts and _TOWN.search(part))
    own = _own_part(bare(name))
    # Lists write 乌镇镇 for what everybody calls 乌镇.
    return {bare(name), own, own.removesuffix("镇") if own.endswith("镇镇") else own, *beside}


def _own_part(name: str) -> str:
    """A town's name without that of the place it lies in, and without 办事处 and the like."""
    short = _OFFICE.sub("", name)
    behind = _BEHIND_ITS_PLACE.fullmatch(short)
    return behind[1] if behind else short if _TOWN.search(short) else name


def _counties(lineage: Lineage) -> Iterator[tuple[Division, Referent]]:
    for each in all_divisions():
        found = lineage.referent(each, "county") if each.level == "county" else None
        if found:
            yield each, found


def _divided(lineage: Lineage) -> set[str]:
    """Counties that hold a part of one that was divided: towns tell them apart."""
    reaches = (found.reach - {*lineage.zone_units} for _, found in _counties(lineage))
    wide = (reach for reach in reaches if len(reach) > 1)
    return {code for reach in wide for code in reach}


def _seats(lineage: Lineage) -> Iterator[tuple[str, str]]:
    """Stems of counties' names, of now or then, each with the counties of that stem."""
    seats: dict[str, set[str]] = defaultdict(set)
    for each, found in _counties(lineage):
        short = stem(each.name, "county")
        heirs = {code for code in found.reach if stem(lineage.names[code], "county") == short}
        if each.name.endswith(("县", "市", "旗")) and len(heirs) == 1:
            seats[short] |= heirs
    for short, codes in seats.items():
        yield from ((short, code) for code in sorted(codes) if not is_generic(short))
