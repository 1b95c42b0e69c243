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
from reli.reference.zone_hosts import zone_hosts
from reli.report.datapackage import DESCRIPTOR, read_member
from reli.report.maps import BREAKS
from reli.report.topology import STEP_KM, Topology
from reli.web.encoding import column, signed_numbers
from reli.web.names import INDUSTRIES_EN
from reli.web.transforms import bounds, lab_recipe

__all__ = ["ASSETS", "write_site"]

ASSETS = ("app.js", "app.css")

STATES = {"observed": "", "not_observed": "-", "suppressed": "s"}
"""What stands for a missing value of a state; an empty cell means no row: inactive."""

STATUSES = {
    "ranked": "r",
    "unnumbered": "u",
    "inactive": "i",
    "not_scored": "n",
    "unpublished": "p",
}


def write_site(package: Path, topology: Topology, folder: Path) -> None:
    """Write the site of a data package.

    Args:
        package: folder of the data package.
        topology: shapes of the units.
        folder: where to write; it is made.
    """
    (folder / "data").mkdir(parents=True)
    about = json.loads((package / DESCRIPTOR).read_text(encoding="utf-8"))
    for name in ASSETS:
        source = files("reli.web") / "assets" / name
        (folder / name).write_bytes(source.read_bytes())
    ranks = _frame(package, "ranks")
    industries = in_order(ranks["industry"])
    _script(folder, "core", "RELI", _core(package, about, industries))
    _script(folder, "map", "RELI_MAP", _map(topology))
    units = _frame(package, "divisions").select("division_code")
    for place, industry in enumerate(industries):
        data = _index(package, about, units, industry)
        _script(folder, f"i{place}", f"RELI_I{place}", data)
    _script(folder, "text", "RELI_TEXT", _text(package, about))
    _script(folder, "more", "RELI_MORE", _more(package, units, industries))
    (folder / "index.html").write_text(_page(about), encoding="utf-8")


def _frame(package: Path, name: str) -> pl.DataFrame:
    table = read_member(package, name)
    return pl.DataFrame() if table is None else pl.DataFrame(table)


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


def _core(package: Path, about: Mapping[str, Any], industries: Sequence[str]) -> dict[str, Any]:
    units = _frame(package, "divisions")
    framework = _frame(package, "framework").with_columns(pl.col(pl.String).fill_null(""))
    cities = units.select("city_code", "city", "city_en", "province_code").drop_nulls().unique()
    provinces = units.select("province_code", "province", "province_en").unique()
    city_codes = cities.sort("city_code")["city_code"].to_list()
    return {
        "release": about["version"],
        **{
            name: about[name]
            for name in (
                *("title", "reference_year", "vintage", "universe", "top", "source_note"),
                *("review_number", "registration_years", "is_synthetic", "is_partial"),
            )
        },
        "licence": about["licenses"][0],
        "sources": [each["title"] for each in about["sources"]],
        "industries": [[each, INDUSTRIES_EN.get(each, each)] for each in industries],
        "framework": framework.to_dicts(),
        "lab": lab_recipe(package),
        "years": _years(package),
        "units": {
            **{
                name: column(units[name].to_list())
                for name in ("division_code", "county", "county_en", "pinyin", "initials", "kind")
            },
            "former": {
                place: names for place, names in enumerate(units["former_names"].to_list()) if names
            },
            "city": column(
                [city_codes.index(each) if each else None for each in units["city_code"].to_list()]
            ),
        },
        "cities": cities.sort("city_code").rows(),
        "provinces": provinces.sort("province_code").rows(),
        "regions": [[name, list(members(name))] for name in region_names()],
        "breaks": list(BREAKS),
        "downloads": [
            [each["path"], each.get("title", each["name"]), each["bytes"]]
            for each in about["resources"]
        ],
    }


def _years(package: Path) -> list[int]:
    scores = _frame(package, "scores")
    return sorted(set(scores["year"].to_list())) if "year" in scores.columns else []


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


def _index(
    package: Path, about: Mapping[str, Any], units: pl.DataFrame, industry: str
) -> dict[str, Any]:
    """One index: places, indicators, and what turns the indicators into scores."""
    ranks = _of(_frame(package, "ranks"), industry, units)
    found: dict[str, Any] = {
        "index": column(_rounded(ranks["index"], 6)),
        "rank": column(ranks["rank"].to_list()),
        "status": "".join(STATUSES[each] for each in ranks["status"]),
    }
    panel = _frame(package, "indicators")
    if panel.height:
        year = about["reference_year"]
        rows = panel.filter((pl.col("industry") == industry) & (pl.col("year") == year))
        codes = _frame(package, "framework").filter(pl.col("level") == 1)["code"].to_list()
        found["raw"] = {code: _cells(rows, code, units) for code in codes}
        found["bounds"], found["left_out"] = bounds(package, industry)
        if found["bounds"] is None:
            found["normalised"] = _normalised(package, industry, year, codes, units)
    found |= _ranges(package, industry, units)
    return found


def _of(table: pl.DataFrame, industry: str, units: pl.DataFrame) -> pl.DataFrame:
    """Rows of an industry in the order of the units, one each."""
    chosen = table.filter(pl.col("industry") == industry)
    return units.join(chosen, on="division_code", how="left", maintain_order="left")


def _rounded(values: pl.Series, digits: int) -> list[float | None]:
    return values.round(digits).to_list()


def _cells(rows: pl.DataFrame, code: str, units: pl.DataFrame) -> str:
    chosen = units.join(
        rows.filter(pl.col("indicator") == code),
        on="division_code",
        how="left",
        maintain_order="left",
    )
    return column(
        [
            value if value is not None else STATES.get(state or "observed", "-")
            for value, state in chosen.select("value", "state").iter_rows()
        ]
    )


def _normalised(
    package: Path, industry: str, year: int, codes: Sequence[str], units: pl.DataFrame
) -> dict[str, str]:
    scores = _frame(package, "scores").filter(
        (pl.col("industry") == industry) & (pl.col("year") == year) & (pl.col("level") == 1)
    )
    return {
        code: column(
            units.join(
                scores.filter(pl.col("node") == code),
                on="division_code",
                how="left",
                maintain_order="left",
            )["score"].to_list()
        )
        for code in codes
    }


RANGES = {"low": "rank_low", "high": "rank_high", "top": "top_100"}
WIDTHS = ("method_and_weights", "weights", "method")
"""The widest of these that a package has is shown as the method range."""


def _ranges(package: Path, industry: str, units: pl.DataFrame) -> dict[str, Any]:
    """Method ranges, where the package has them."""
    ranges = _frame(package, "ranges")
    if not ranges.height:
        return {}
    own = ranges.filter(pl.col("industry") == industry)
    there = set(own["width"])
    width = next((each for each in WIDTHS if each in there), None)
    if width is None:
        return {}
    rows = _of(own.filter(pl.col("width") == width), industry, units)
    found = {
        name: column(_rounded(rows[source].cast(pl.Float64), 3)) for name, source in RANGES.items()
    }
    return {"range": found}


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
        "sections": {
            each["industry"]: {
                name: each.get(name, "")
                for name in (
                    *("lead", "about_provinces", "about_cities"),
                    *("about_dimensions", "notes"),
                )
            }
            for each in said.get("indices", [])
        },
        "facts": {
            industry: {name: each.get(name) for name in ("provinces", "cities", "absent")}
            for industry, each in facts.items()
        },
        "description": about["description"],
    }


def _more(package: Path, units: pl.DataFrame, industries: Sequence[str]) -> dict[str, Any]:
    """What only the profile of a unit shows."""
    zones: dict[str, list[str]] = {}
    for row in zone_hosts().to_pylist():
        for code in (row["host_codes"] or "").split(";"):
            zones.setdefault(code, []).append(row["zone_name"])
    known = set(units["division_code"])
    return {
        "zones": {code: names for code, names in sorted(zones.items()) if code in known},
        "peers": _by_unit(_frame(package, "peers"), "peer"),
        "fit": _fit(package, industries),
    }


def _by_unit(table: pl.DataFrame, name: str) -> dict[str, list[Any]]:
    """Cells of a column by unit, in the order of the table."""
    found: dict[str, list[Any]] = {}
    if name in table.columns:
        for code, cell in table.select("division_code", name).iter_rows():
            found.setdefault(code, []).append(cell)
    return found


MOST_FITS = 3


def _fit(package: Path, industries: Sequence[str]) -> dict[str, list[Any]]:
    """The industries that go best with what a unit specialises in: place of each, advice."""
    table = _frame(package, "fit")
    if not table.height:
        return {}
    is_shown = (pl.col("fit_rank") <= MOST_FITS) & (pl.col("division_level") == "county")
    chosen = table.filter(is_shown).sort("division_code", "fit_rank")
    places = {name: place for place, name in enumerate(industries)}
    rows = chosen.with_columns(
        pair=pl.struct(
            pl.col("industry").replace_strict(places, return_dtype=pl.Int32), pl.col("advice")
        )
    )
    return {
        code: [[each["industry"], each["advice"]] for each in pairs]
        for code, pairs in _by_unit(rows, "pair").items()
    }
