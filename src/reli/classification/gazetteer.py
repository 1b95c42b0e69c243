"""Names of places, of every vintage, and the divisions of one vintage that they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reli.classification.areas import Areas, add_areas, add_zones
from reli.classification.division_names import add_divisions, add_short_names
from reli.classification.lineage import Lineage
from reli.classification.name_index import NameIndex
from reli.classification.referents import Meanings, Referent
from reli.classification.town_names import add_towns
from reli.reference.divisions import all_divisions
from reli.reference.zone_units import administering

__all__ = ["Gazetteer", "gazetteer"]


@dataclass(frozen=True)
class Gazetteer:
    """Meanings by name: `full` names, `stems` without suffix, `slips` with a wrong suffix."""

    vintage: int
    full: Mapping[str, tuple[Referent, ...]]
    stems: Mapping[str, tuple[Referent, ...]]
    slips: Mapping[str, tuple[Referent, ...]]
    counties_of: dict[str, tuple[str, ...]]
    """City or province code -> counties of the vintage below it."""
    names: dict[str, str]
    """Names of the vintage by code."""
    cities: dict[str, str]
    """County code -> city code, where there is one."""
    whole_cities: frozenset[str]
    """Cities without counties: units of their own."""
    former_cities: frozenset[str]
    """Names of abolished prefectures."""
    zone_units: dict[str, tuple[str, ...]]
    """Zones that are units of their own -> the counties that they lie in."""

    def meanings(self, name: str) -> Meanings:
        """What a name may mean: in full, else with a wrong suffix, else without one."""
        return Meanings.of(self.found(name))

    def found(self, name: str) -> tuple[Referent, ...]:
        """What a name may mean, of all kinds together."""
        return self.full.get(name) or self.slips.get(name) or self.stems.get(name, ())

    def sole_division(self, name: str) -> str:
        """Code of the one city or province that a name means; `0` for none or several."""
        meanings = self.full.get(name) or self.stems.get(name, ())
        codes = {each.codes for each in meanings if each.kind in {"city", "province"}}
        return codes.pop()[0] if len(codes) == 1 else "0"

    def sole_parents(self, name: str) -> tuple[str, str]:
        """City and province of the county that a name means and nothing else.

        `0`, `0` where it has other meanings, or where the county was larger once, so that a town
        behind it matters.
        """
        meanings = self.full.get(name, ())
        if len(meanings) != 1 or meanings[0].kind != "county":
            return "0", "0"
        codes = meanings[0].codes
        is_divided = len(codes) != 1 or len(meanings[0].reach | {*codes}) > 1
        if is_divided or name in self.former_cities:
            return "0", "0"
        province = codes[0][:2] + "0000"
        return self.cities.get(codes[0], province), province


@cache
def gazetteer(
    vintage: int = 2023, zones: Path | None = None, attribution: str = "territory"
) -> Gazetteer:
    """The gazetteer of a vintage; a second or two to build.

    Args:
        vintage: year at whose end the divisions are meant.
        zones: a user's own zones, as `zone_hosts` reads them.
        attribution: of ATTRIBUTIONS: whether zones that administer their own area are units.
    """
    units = administering(zones).values() if attribution == "administration" else ()
    lineage, index = Lineage(vintage, units), NameIndex()
    areas = Areas(lineage, zones)
    add_divisions(index, lineage)
    add_short_names(index, lineage)
    add_towns(index, lineage, areas)
    add_zones(index, lineage, areas)
    add_areas(index, areas, zones)
    full, stems, slips = index.finished()
    return Gazetteer(
        vintage=vintage,
        full=full,
        stems=stems,
        slips=slips,
        counties_of=lineage.counties_of,
        names=lineage.names,
        cities=lineage.cities,
        whole_cities=lineage.whole,
        former_cities=frozenset(
            each.name
            for each in all_divisions()
            if each.level == "prefecture" and not each.is_valid(vintage)
        ),
        zone_units=lineage.zone_units,
    )
