"""Settings of a project folder: typed, checked, read once at the edge."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import TypeVar, get_type_hints

from reli.errors import MissingFile, Problems, nearest
from reli.reference.universes import WITH_ZONES
from reli.reference.zone_units import ATTRIBUTIONS, administering
from reli.texts import read_toml

__all__ = ["SETTINGS_FILE", "Project", "Publications", "SourceSetting", "load_project"]

SETTINGS_FILE = "reli.toml"
COUNTED = ("registered", "active")
ENGINES = ("duckdb", "spark")
PATENTS = ("owner", "ipc")
FIRST_YEAR, LAST_YEAR = 1949, 2199
_WORDS: dict[type, str] = {int: "a whole number", str: "a text", bool: "true or false"}


@dataclass(frozen=True, kw_only=True)
class SourceSetting:
    """One or several files of one canonical table."""

    table: str
    """Canonical table, or `score` or `indicator` for finished figures."""
    path: str
    """File or pattern below sources/."""
    mapping: str = ""
    """File below sources/ that maps the file's columns to ours."""


@dataclass(frozen=True, kw_only=True)
class Publications:
    """What is made of the scores, below out/."""

    report: bool = True
    workbook: bool = True
    datapackage: bool = True
    site: bool = True
    word: bool = True
    """The report as a Word document."""
    word_template: str = ""
    """A Word document in the project folder whose styles, page and header the report takes."""
    slides: bool = True
    figures: bool = True
    """Each figure as files of its own; Word and slides take their maps from them."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project folder's reli.toml."""

    folder: Path
    name: str
    title: str = "战略性新兴产业区域热力值评价"
    subject: str = "战略性新兴产业"
    """What the industries are together, as report, workbook and site call it."""
    reference_year: int
    """What is counted is what stood on 31 December of this year."""
    first_year: int = 0
    """First of the years that are counted, up to the reference year; 0: that year alone."""
    counted: str = "registered"
    """Which enterprises stocks, density and registrations count: `registered`, or `active` ones
    (insured employees, a patent, a recognition, a listing or 规上)."""
    vintage: int = 2023
    """Year whose divisions (at 31 December) are the map."""
    universe: str = "units-2023"
    framework: str = "heat-2024"
    """A shipped framework, or a file in the project folder."""
    emerging: str = ""
    """A table of the emerging industries in the project folder, for the shipped one."""
    patents: str = "owner"
    """Whose industries the scored indicator of patents counts: `owner`, the owner's, or `ipc`,
    those of the patent's own codes."""
    ipc_rules: str = ""
    """A table in the project folder of symbols of the patent classification whose rows replace or
    extend the shipped ones."""
    zones: str = ""
    """A table of zones in the project folder whose rows replace or extend the shipped ones."""
    attribution: str = "territory"
    """Where firms count whose address names a zone that administers its own area: `territory`, in
    the county it lies in, or `administration`, in the zone, a unit of its own."""
    lists: str = ""
    """A file in the project folder with recognition lists of its own: validity and coverage."""
    ruleset: str = "sei2018-1"
    """Published choices of classifying, as in `reli classify --ruleset`."""
    recipe: str = ""
    """A recipe file in the project folder; without one, the framework's own."""
    bounds: str = ""
    """Year whose bounds and weights hold for all years of score/years, or `all`; without one, the
    reference year. The published scores are always fitted on their own year."""
    ranges: bool = True
    """Whether rank ranges and what one more firm is worth are computed beside the scores."""
    error_rates: str = ""
    """A file in the project folder of how often each class of evidence is wrong, as checked by
    hand; without one, the rates measured on an invented country."""
    registration_years: int = 3
    """Length of the window of new registrations; it ends with the reference year."""
    top: int = 100
    source_note: str = ""
    """What stands under every figure as 资料来源."""
    licence: str = ""
    """Licence of the published data, as an SPDX identifier or in words; in the data package."""
    review_number: str = ""
    """审图号 of the maps, where they have been reviewed."""
    layer: str = ""
    """GeoJSON file in the project folder with shapes of units, in place of those that come along;
    each feature has the property `code`."""
    is_synthetic: bool = False
    is_partial: bool = False
    """Only the first places of each index are known; the others are 未公布."""
    memory: str = "2GB"
    """What a run may use beyond the program itself; more is spilt to the disk."""
    threads: int = 0
    """Number of threads; 0: as many as there are processors."""
    engine: str = "duckdb"
    """What runs the road: `duckdb` on this machine, or `spark` on a cluster."""
    spark_master: str = "local[*]"
    """URL of the cluster, such as spark://host:7077; local[2] stands in on two cores."""
    sources: tuple[SourceSetting, ...] = ()
    publications: Publications = Publications()

    def tables(self) -> frozenset[str]:
        """Names of the canonical tables that have a source."""
        return frozenset(source.table for source in self.sources)


def load_project(folder: Path) -> Project:
    """Read and check `reli.toml` of a project folder.

    Raises:
        MissingFile: the folder has no settings.
        Problems: all that is wrong with them, together.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        raise MissingFile(
            f"{path} does not exist: make a project folder with `reli init {folder}`, "
            "or name one that has reli.toml"
        )
    raw = read_toml(path)
    problems: list[str] = []
    project = _read(Project, {**raw, "folder": folder.resolve()}, "", problems)
    if problems or project is None:
        raise Problems(str(path), problems)
    _check_sources(project, path)
    return _with_zones(project) if project.attribution == "administration" else project


def _with_zones(project: Project) -> Project:
    """The universe with the zones that are units; of a table that cannot be read later on."""
    path = project.folder / project.zones if project.zones else None
    own = path if path and path.is_file() else None
    without = sorted({*administering()} - {*administering(own)})
    return replace(project, universe="-".join((project.universe + WITH_ZONES, *without)))


def _check_sources(project: Project, path: Path) -> None:
    if not project.sources:
        example = 'add [[sources]] with table = "enterprises" and path = "register.csv"'
        raise Problems(str(path), [f"names no source: {example}"])
    problems = [*_year_problems(project), *_range_problems(project)]
    problems += [
        f"sources: path {source.path!r} leads out of sources/: expected a file or pattern below it"
        for source in project.sources
        if Path(source.path).is_absolute() or ".." in Path(source.path).parts
    ]
    if problems:
        raise Problems(str(path), problems)


def _year_problems(project: Project) -> list[str]:
    problems = [
        f"{name} is {year}: expected a year from {FIRST_YEAR} to {LAST_YEAR}"
        for name, year in (
            ("reference_year", project.reference_year),
            ("first_year", project.first_year or project.reference_year),
        )
        if not FIRST_YEAR <= year <= LAST_YEAR
    ]
    if project.first_year > project.reference_year:
        problems.append(
            f"first_year {project.first_year} lies after reference_year {project.reference_year}"
        )
    first = project.first_year or project.reference_year
    years = [str(year) for year in range(first, project.reference_year + 1)]
    if not problems and project.bounds and project.bounds not in ("all", *years):
        problems.append(f'bounds is {project.bounds!r}: expected "all", or a year that is counted')
    return problems


def _range_problems(project: Project) -> list[str]:
    choices = {"counted": COUNTED, "engine": ENGINES, "patents": PATENTS}
    choices["attribution"] = ATTRIBUTIONS
    problems = [
        f"{name} is {getattr(project, name)!r}: {nearest(getattr(project, name), known)}"
        for name, known in choices.items()
        if getattr(project, name) not in known
    ]
    return problems + [
        f"{name} is {getattr(project, name)}: expected {least} or more"
        for name, least in (("registration_years", 1), ("top", 1), ("threads", 0))
        if getattr(project, name) < least
    ]


Settings = TypeVar("Settings")


def _read(
    kind: type[Settings], raw: Mapping[str, object], where: str, problems: list[str]
) -> Settings | None:
    """An instance of a dataclass from a TOML table; what is wrong is added to `problems`."""
    types = get_type_hints(kind)
    before = len(problems)
    problems.extend(
        f"unknown setting {where}{key}: {nearest(key, list(types))}"
        for key in raw
        if key not in types
    )
    values = {
        name: _value(types[name], raw[name], f"{where}{name}", problems)
        for name in types
        if name in raw
    }
    problems.extend(
        f"{where}{each.name} is missing: it has no default"
        for each in fields(kind)  # type: ignore[arg-type]
        if each.name not in raw and each.default is MISSING
    )
    return kind(**values) if before == len(problems) else None


def _value(expected: type, value: object, where: str, problems: list[str]) -> object:
    if expected == tuple[SourceSetting, ...]:
        return _several(value, where, problems)
    if expected is Publications and isinstance(value, dict):
        return _read(Publications, value, f"{where}.", problems)
    # In Python a truth value is a number too; in settings it is none.
    is_flag_for_number = isinstance(value, bool) and expected is int
    if not isinstance(value, expected) or is_flag_for_number:
        problems.append(f"{where} is {value!r}: expected {_WORDS.get(expected, 'a section')}")
    return value


def _several(value: object, where: str, problems: list[str]) -> tuple[object, ...]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        problems.append(f"{where} must be tables: write [[{where}]]")
        return ()
    return tuple(
        _read(SourceSetting, each, f"{where}[{number}].", problems)
        for number, each in enumerate(value, 1)
    )
