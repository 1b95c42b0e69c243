"""Zones as meanings of names: town-level units in one county, and areas with declared hosts."""

from dataclasses import replace
from pathlib import Path

from reli.classification.lineage import Lineage
from reli.classification.name_index import NameIndex, add
from reli.classification.referents import Kind, Referent
from reli.classification.stems import stem
from reli.classification.zone_names import ZoneName, is_generic, statistical_zones, zone_names
from reli.reference.zone_hosts import zone_hosts
from reli.reference.zone_units import bare
from reli.reference.zones import zones

__all__ = ["Areas", "add_areas", "add_zones"]


class Areas:
    """Zones with declared hosts, in the divisions of a vintage."""

    def __init__(self, lineage: Lineage, own: Path | None) -> None:
        """Know the zones.

        Args:
            lineage: divisions of the vintage.
            own: a user's own zones, as `zone_hosts` reads them.
        """
        self._lineage = lineage
        self._statistical = statistical_zones(own)
        self._units = {
            zone.key: code for code, zone in self._statistical.items() if code in lineage.zone_units
        }
        kept = zone_hosts(own)["zone_name"].to_pylist()
        self.taken_away = {*zone_hosts()["zone_name"].to_pylist()} - {*kept}
        """Names of zones that the user's table strikes out, towns' names among them."""

    def of_town(self, town_code: str) -> Referent | None:
        """The zone under which the Bureau lists a town, as what the town's name means."""
        zone = self._statistical.get(town_code[:6])
        found = self.meaning(zone) if zone else None
        if not found or not found.codes:
            return None
        kind: Kind = "area" if found.spans else "town"
        return replace(found, kind=kind, reach=frozenset(found.codes), needs="context")

    def meaning(self, zone: ZoneName) -> Referent | None:
        """What a zone's name means; nothing where its city or hosts are not of the vintage."""
        of_2023 = self._lineage.of_2023
        hosts = tuple(code for host in zone.hosts for code in of_2023(host))
        codes = of_2023(zone.principal) if zone.principal else tuple(sorted(set(hosts)))
        home = self._home(zone)
        if not home or (zone.hosts and not codes):
            return None
        parents = self._lineage.parents(hosts) | {home}
        unit = self._units.get(zone.key)
        if unit:
            return _unit(unit, zone, parents, home)
        if zone.needs == "city":
            parents = frozenset({home, *(self._lineage.whole & set(codes))})
        spans = len(set(hosts)) > 1
        return Referent("area", codes, parents, True, spans=spans, needs=zone.needs, home=home)

    def _home(self, zone: ZoneName) -> str:
        """Code of the zone's city; of its province where that is a municipality or runs it."""
        province = self._lineage.province_by_name.get(zone.province, "")
        if not zone.city or zone.city == zone.province:
            return province
        return self._lineage.city_by_stem.get((province, stem(zone.city, "city")), "")


def _unit(code: str, zone: ZoneName, parents: frozenset[str], home: str) -> Referent:
    """A zone that administers its own area: as a town is, a part of the counties it lies in.

    Usual words (高新区) still say something only directly behind their city.
    """
    reach = frozenset({code})
    if zone.needs == "city":
        return Referent("area", (code,), frozenset({home}), True, reach, needs="city", home=home)
    return Referent("zone", (code,), parents, True, reach, needs=zone.needs, home=home)


def add_areas(index: NameIndex, areas: Areas, own: Path | None) -> None:
    """Zones with declared hosts under all their names."""
    for zone in zone_names(own):
        found = areas.meaning(zone)
        if found and zone.name not in index.stems and found not in index.full[zone.name]:
            if found.kind == "zone":
                _take_away(index.full[zone.name], found)
            index.full[zone.name].append(found)


def _take_away(meanings: list[Referent], unit: Referent) -> None:
    """Where the zone is a unit, its name means no town-level unit in its counties."""
    meanings[:] = [
        each
        for each in meanings
        if each.kind not in {"town", "zone"} or not {*each.codes} <= unit.parents
    ]


def add_zones(index: NameIndex, lineage: Lineage, areas: Areas) -> None:
    """Zones that are towns of one county; a user's own table takes away what it strikes out."""
    for row in zones().to_pylist():
        name = bare(row["zone_name"])
        is_away = row["zone_name"] in areas.taken_away
        if row["division_code"] is None or is_away or len(name) <= 5:
            continue
        codes = lineage.of_2023(row["division_code"])
        if codes and not is_generic(name):
            above = (row["province"][:2], (row["city"] or row["province"])[:2])
            needs = "" if name.startswith(above) else "context"
            parents, reach = lineage.parents(codes), frozenset(codes)
            add(index.full, name, Referent("zone", codes, parents, True, reach, needs=needs))
