"""The site: the built bundle beside the published tables as classic scripts.

A page opened from disk may load scripts but fetch nothing, so each data file is a script that sets
a global. What a browser can compute (scores of nodes, ranks under other weights, margins) is not
sent: it gets the indicators and the fitted bounds.
"""

import html
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from reli.reference.emerging import in_order
from reli.reference.regions import members, region_names
from reli.report.maps import BREAKS
from reli.report.topology import STEP_KM, Topology
from reli.web.encoding import column, signed_numbers
from reli.web.names import INDUSTRIES_EN
from reli.web.release import Release
from reli.web.site_areas import areas_data
from reli.web.site_index import index_data
from reli.web.site_units import fit_data, unit_data
from reli.web.site_years import years_data
from reli.web.transforms import lab_recipe

__all__ = ["ASSETS", "write_site"]

SAID = ("lead", "about_cities", "about_dimensions", "notes")
ASSETS = ("app.js", "app.css")


def write_site(
    package: Path, topology: Topology, folder: Path, editions: Sequence[Sequence[str]] = ()
) -> None:
    """Write the site of a data package.

    Args:
        package: folder of the data package.
        topology: shapes of the units.
        folder: where to write; it is made.
        editions: name, year, day of signing and hash of each that is released.
    """
    (folder / "data").mkdir(parents=True)
    release = Release(package)
    for name in ASSETS:
        source = files("reli.web") / "assets" / name
        (folder / name).write_bytes(source.read_bytes())
    industries = in_order(release.tables["ranks"]["industry"])
    years = years_data(release, industries)
    core = _core(release, industries, sorted(years))
    _script(folder, "core", "RELI", {**core, "editions": editions})
    _script(folder, "map", "RELI_MAP", _map(topology))
    for place, industry in enumerate(industries):
        _script(folder, f"i{place}", f"RELI_I{place}", index_data(release, industry))
    for year, data in years.items():
        _script(folder, f"y{year}", f"RELI_Y{year}", data)
    _script(folder, "areas", "RELI_AREAS", areas_data(release, industries))
    _script(folder, "text", "RELI_TEXT", _text(package, release.about))
    _script(folder, "more", "RELI_MORE", unit_data(release, industries))
    _script(folder, "fit", "RELI_FIT", fit_data(release, industries))
    (folder / "index.html").write_text(_page(release.about), encoding="utf-8")


def _script(folder: Path, name: str, variable: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Names of places come from tables: nothing in them may end the script.
    text = text.replace("</", "<\\/").replace("\u2028", "").replace("\u2029", "")
    path = folder / "data" / f"{name}.js"
    path.write_text(f"window.{variable}={text};\n", encoding="utf-8")


def _page(about: Mapping[str, Any]) -> str:
    template = (files("reli.web") / "assets" / "page.html").read_text(encoding="utf-8")
    return template.replace("@TITLE@", html.escape(about["title"])).replace(
        "@RELEASE@", html.escape(about["version"])
    )


_SETTINGS = (
    "title",
    "reference_year",
    "vintage",
    "universe",
    "top",
    "source_note",
    "review_number",
    "registration_years",
    "is_synthetic",
    "is_partial",
)
"""Of the package's own description, what every page says or depends on."""


def _core(release: Release, industries: Sequence[str], years: Sequence[int]) -> dict[str, Any]:
    about, units = release.about, release.tables["divisions"]
    framework = release.tables["framework"].with_columns(pl.col(pl.String).fill_null(""))
    cities = units.select("city_code", "city", "city_en", "province_code").drop_nulls().unique()
    provinces = units.select("province_code", "province", "province_en").unique()
    cities = cities.sort("city_code")
    return {
        "release": about["version"],
        **{name: about[name] for name in _SETTINGS},
        "licence": about["licenses"][0],
        "sources": [each["title"] for each in about["sources"]],
        "industries": [[each, INDUSTRIES_EN.get(each, each)] for each in industries],
        "framework": framework.to_dicts(),
        "lab": lab_recipe(release.folder),
        "years": list(years),
        "units": _units(units, cities["city_code"].to_list()),
        "cities": cities.rows(),
        "provinces": provinces.sort("province_code").rows(),
        "regions": [[name, list(members(name))] for name in region_names()],
        "breaks": list(BREAKS),
        "downloads": [_download(each) for each in about["resources"]],
    }


def _units(units: pl.DataFrame, city_codes: Sequence[str]) -> dict[str, Any]:
    """Columns of the units; their cities as places in the list of cities."""
    names = ("division_code", "county", "county_en", "pinyin", "initials", "kind")
    former = enumerate(units["former_names"].to_list())
    cities = units["city_code"].to_list()
    return {
        **{name: column(units[name].to_list()) for name in names},
        "former": {place: names for place, names in former if names},
        "city": column([city_codes.index(each) if each else None for each in cities]),
    }


def _download(resource: Mapping[str, Any]) -> list[Any]:
    """Path, title, size and description of a file of the package."""
    title = resource.get("title", resource["name"])
    return [resource["path"], title, resource["bytes"], resource.get("description", "")]


def _map(topology: Topology) -> dict[str, Any]:
    return {
        "step": STEP_KM,
        "arcs": ";".join(signed_numbers(arc) for arc in topology.arcs),
        "shapes": {
            code: ";".join(signed_numbers(_deltas(ring)) for ring in rings)
            for code, rings in topology.shapes.items()
        },
        "lines": {
            name: ";".join(signed_numbers(each) for each in lines)
            for name, lines in topology.lines.items()
        },
        "markers": signed_numbers(topology.markers),
    }


def _deltas(numbers: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _text(package: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """Sentences, notes, method and facts, for the pages that show them."""

    def read(name: str) -> dict[str, Any]:
        path = package / name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    said, facts = read("publication.json"), read("facts.json")
    return {
        "method": said.get("method", []),
        "quality": said.get("quality", []),
        "notes": said.get("notes", []),
        "sources": [
            [each["name"], each["origin"], each["until"], each["rows"], each["linked"]]
            for each in said.get("sources", ())
        ],
        "sections": {
            each["industry"]: {
                **{name: each.get(name, "") for name in SAID},
                # The page has one paragraph of both.
                "about_provinces": each.get("about_provinces", "") + each.get("about_regions", ""),
            }
            for each in said.get("indices", [])
        },
        "facts": {
            industry: {
                **{name: each.get(name) for name in ("provinces", "cities", "absent")},
                # Where values are published, browsers find the leaders themselves.
                "dimensions": _named(each) if about["is_partial"] else {},
            }
            for industry, each in facts.items()
        },
        "description": about["description"],
    }


def _named(facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """By indicator, codes of the units that published material names as leading."""
    found = {}
    for indicators in (facts.get("dimensions") or {}).values():
        for code, statement in indicators.items():
            units = [each["unit"] for each in statement.get("leaders", ()) if each.get("unit")]
            if units:
                found[code] = units
    return found
