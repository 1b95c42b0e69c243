"""What an edition says: the publication and every sentence's fact, from the tables on the road."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reli.classification.industry import ruleset_name
from reli.config import load_project
from reli.errors import MissingFile
from reli.index import Framework
from reli.insight import facts, overview
from reli.insight.dimensions import dimension_facts, first_counties
from reli.insight.facts import Facts
from reli.insight.hot_spots import hot_spots_told
from reli.insight.paragraphs import Paragraph as Told
from reli.insight.paragraphs import paragraphs
from reli.insight.patterns import Patterns
from reli.insight.regional import regions
from reli.insight.sentence import Sentence
from reli.insight.statements import Statement
from reli.insight.thresholds import Thresholds
from reli.pipeline.appendices import appendix_files, with_appendices
from reli.pipeline.framework import project_framework
from reli.pipeline.leading import cities, leading_files, said_of_leaders
from reli.pipeline.moves import Compared, earlier
from reli.pipeline.own_texts import with_own_texts
from reli.pipeline.records import read_json
from reli.pipeline.told_sources import told_sources
from reli.pipeline.wording import project_patterns, project_thresholds
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL, in_order
from reli.reference.universes import WITH_ZONES, universe
from reli.report import method
from reli.report.blocks import Paragraph as Said
from reli.report.figures import LEADING
from reli.report.findings import findings
from reli.report.plain import from_plain
from reli.report.publication import (
    DimensionText,
    IndexSection,
    Leader,
    Leaders,
    Place,
    Publication,
)

__all__ = ["project_facts", "read_publication", "say", "told_tables"]

ABOUT_CITIES = ("cities", "direct", "versatile", "breadth")
ABOUT_REGIONS = ("regions", "region_main", "centre", "several", "few", "hot_spots")
LEAD = ("top_list", "levels")
TOP_OF_FIGURES = 10


@dataclass(frozen=True)
class _Told:
    """What the tables say in words, before it is laid out as a report."""

    framework: Framework
    standings: pa.Table
    thresholds: Thresholds
    before: Compared | None
    """The year before, where changes are told."""
    statements: Sequence[Statement]
    counted: Mapping[str, Facts]
    sentences: Mapping[str, tuple[Sentence, ...]]
    """By industry: about the index."""
    paragraphs: Mapping[str, tuple[Told, ...]]
    """By industry: about its dimensions."""


def say(workspace: Workspace) -> tuple[Publication, dict[str, Any]]:
    """Everything that is published, and every sentence's fact."""
    told = _tell(workspace)
    publication = _laid_out(workspace, told)
    found = _facts(workspace, told)
    _keep_appendices(found, publication)
    return publication, found


def _tell(workspace: Workspace) -> _Told:
    project = workspace.project
    framework = project_framework(workspace)
    standings = pq.read_table(workspace.stage("score/standings"))
    wording, degrees = project_patterns(workspace), project_thresholds(workspace)
    before = earlier(workspace)
    statements = said_of_leaders(workspace, framework, degrees, before)
    sentences = overview(standings, project.top, wording, degrees)
    for industry, hot in _hot_spots(workspace, wording).items():
        sentences[industry] += hot
    about_dimensions = paragraphs(
        statements,
        framework,
        registration_years=project.registration_years,
        patterns=wording,
        thresholds=degrees,
    )
    counted = facts(standings, project.top)
    return _Told(
        framework, standings, degrees, before, statements, counted, sentences, about_dimensions
    )


def _laid_out(workspace: Workspace, told: _Told) -> Publication:
    """The report's content: a section an index, appendices, findings, an analyst's own texts."""
    about = read_json(workspace.stage("score/method", ".json"))
    notes, leaders = about.get("notes", {}), _figure_leaders(workspace, told.framework)
    sections = tuple(
        IndexSection(
            industry=industry,
            places=_places(told.standings, industry),
            provinces=told.counted[industry]["provinces"],
            cities=told.counted[industry]["cities"],
            **_overview_texts(told.sentences[industry]),
            about_dimensions=_dimension_texts(told.paragraphs.get(industry, ()), told.framework),
            notes=tuple(notes.get(industry, ())),
            leaders=leaders.get(industry, ()),
        )
        for industry in in_order(told.counted)
    )
    publication = replace(
        _publication(workspace, told.framework, sections, about),
        thresholds=told.thresholds.lines(of_standings="score" in workspace.project.tables()),
    )
    publication = with_appendices(workspace, told.framework, publication, told.before)
    publication = replace(publication, findings=findings(publication))
    return with_own_texts(workspace, publication)


def _facts(workspace: Workspace, told: _Told) -> dict[str, Any]:
    """By industry: what is counted, and each sentence with the fact that it states."""
    heat = cities(workspace, told.framework)
    by_region = regions(told.standings, workspace.project.top)
    by_dimension = dimension_facts(told.statements)
    return {
        industry: {
            **counted,
            "regions": by_region.get(industry, {}),
            "city_heat": heat.get(industry, {}),
            "dimensions": by_dimension.get(industry, {}),
            "sentences": _kept(told.sentences[industry], told.paragraphs.get(industry, ())),
        }
        for industry, counted in told.counted.items()
    }


def _keep_appendices(found: dict[str, Any], publication: Publication) -> None:
    """Findings and sentences of the appendices among those of the index that they are about."""
    blocks = (block for appendix in publication.appendices for block in appendix.blocks)
    for block in (*publication.findings, *blocks):
        if isinstance(block, Said) and block.fact:
            industry = block.fact.get("industry", OVERALL)
            kept = found[industry if industry in found else next(iter(found))]
            kept["sentences"].append({"text": block.text, "fact": dict(block.fact)})


def project_facts(folder: Path, top: int | None = None) -> dict[str, Any]:
    """Facts of a project that has been run, as the run keeps them.

    Args:
        folder: the project.
        top: last rank that is counted; by default the project's own.

    Raises:
        MissingFile: the project has not been run.
    """
    project = load_project(folder)
    workspace = Workspace(project if top is None else replace(project, top=top))
    standings = workspace.stage("score/standings")
    if not standings.is_file():
        raise MissingFile(f"{standings} does not exist: run `reli run {folder}` first")
    return say(workspace)[1]


def told_tables(workspace: Workspace) -> tuple[Path, ...]:
    """Tables that are told of where a project makes them."""
    return (*leading_files(workspace), *appendix_files(workspace))


def _hot_spots(workspace: Workspace, wording: Patterns) -> dict[str, tuple[Sentence, ...]]:
    """What is said of hot counties; nothing where only the first places are published."""
    tables = [workspace.stage(f"insight/{name}") for name in ("clusters", "centres")]
    if workspace.project.is_partial or not all(path.is_file() for path in tables):
        return {}
    units, centres = map(pq.read_table, tables)
    return hot_spots_told(units, centres, wording, vintage=workspace.project.vintage)


def _overview_texts(said: Iterable[Sentence]) -> dict[str, str]:
    """Sentences of the overview by the part of the chapter that they stand in."""
    parts = {"lead": "", "about_provinces": "", "about_regions": "", "about_cities": ""}
    for each in said:
        if each.kind.startswith(LEAD):
            parts["lead"] += each.text
        elif each.kind.startswith(ABOUT_CITIES):
            parts["about_cities"] += each.text
        elif each.kind.startswith(ABOUT_REGIONS):
            parts["about_regions"] += each.text
        else:
            parts["about_provinces"] += each.text
    return parts


def _dimension_texts(told: Iterable[Told], framework: Framework) -> tuple[DimensionText, ...]:
    return tuple(
        DimensionText(
            framework.by_code[each.dimension].name_zh if each.dimension else "", each.text
        )
        for each in told
    )


def _kept(sentences: Iterable[Sentence], told: Iterable[Told]) -> list[dict[str, Any]]:
    said = [*sentences, *(each for group in told for each in group.sentences)]
    return [{"text": each.text, "fact": each.fact} for each in said]


def _publication(
    workspace: Workspace,
    framework: Framework,
    sections: tuple[IndexSection, ...],
    about: Mapping[str, Any],
) -> Publication:
    project = workspace.project
    return Publication(
        title=project.title,
        reference_year=project.reference_year,
        vintage=project.vintage,
        universe=_universe_text(project.universe),
        unit_count=universe(project.universe).units.num_rows,
        top=project.top,
        source_note=project.source_note,
        indices=sections,
        framework=method.indicator_rows(framework, about.get("missing", {})),
        framework_name=framework.name_zh,
        method=_method(workspace, about),
        quality=method.quality_lines(about.get("counts", {})),
        is_synthetic=project.is_synthetic,
        subject=project.subject,
        is_partial=project.is_partial,
        review_number=project.review_number,
        notes=tuple(about.get("general_notes", ())),
        sources=told_sources(workspace),
        concordance=_concordance(framework),
    )


def _concordance(framework: Framework) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            row["published"],
            framework.by_code[row["here"]].name_zh if row["here"] else "—",
            row["remark"],
        )
        for row in framework.concordance
    )


def _universe_text(name: str) -> str:
    plain, has_zones, _ = name.partition(WITH_ZONES)
    if has_zones:
        zones = universe(name).units["kind"].to_pylist().count("zone")
        return f"{_universe_text(plain)}，以及{zones}个单独管辖的功能区"
    size = universe(name).units.num_rows
    texts = {
        "units-2023": f"全国{size:,}个评价单元（2,844个县级区划和4个不设区县的地级市）",
        "counties-2023": f"全国{size:,}个县级区划",
        "districts-2021": f"全国{size:,}个区县",
    }
    return texts[name]


def _method(workspace: Workspace, about: Mapping[str, Any]) -> tuple[str, ...]:
    project = workspace.project
    if project.is_partial:
        return method.partial_lines(project.top)
    return method.method_lines(
        reference_year=project.reference_year,
        registration_years=project.registration_years,
        universe=_universe_text(project.universe),
        subject=project.subject,
        is_default_recipe=not project.recipe,
        ruleset=_ruleset(workspace),
        attribution=project.attribution,
    ) + tuple(about.get("remarks", ()))


def _ruleset(workspace: Workspace) -> str:
    """Version of the rules that gave enterprises their industries; none without a register."""
    if "enterprises" not in workspace.project.tables():
        return ""
    return ruleset_name(workspace.project.ruleset, workspace.emerging)


def _figure_leaders(workspace: Workspace, framework: Framework) -> dict[str, tuple[Leaders, ...]]:
    """The first counties on the indicators that each industry has a figure of."""
    codes = [code for code in LEADING if code in framework.indicators]
    if "score" in workspace.project.tables() or not codes:
        return {}
    project = workspace.project
    table = pq.read_table(
        workspace.stage("indicator/indicator"), filters=pc.field("indicator").isin(codes)
    )
    found: dict[str, tuple[Leaders, ...]] = dict.fromkeys(workspace.industries, ())
    for each in first_counties(
        table,
        framework,
        dict.fromkeys(codes, TOP_OF_FIGURES),
        year=project.reference_year,
        vintage=project.vintage,
    ):
        if each.industry in found:
            found[each.industry] += (_leaders(each, framework),)
    return found


def _leaders(each: Statement, framework: Framework) -> Leaders:
    node = framework.by_code[each.indicators[0]]
    return Leaders(
        indicator=node.code,
        name=node.name_zh,
        unit_of_measure=node.unit_of_measure,
        places=tuple(
            Leader(place.division_code, place.name, place.value or 0.0, place.rank or 0)
            for place in each.places
        ),
        crowd=each.crowd,
        crowd_rank=each.crowd_rank or 0,
        crowd_value=each.crowd_value or 0.0,
    )


def _places(standings: pa.Table, industry: str) -> tuple[Place, ...]:
    chosen = standings.filter(pc.equal(standings["industry"], industry))
    return tuple(
        Place(
            rank=row["rank"],
            division_code=row["division_code"],
            county=row["county"],
            city=row["city"] or "",
            province=row["province"],
            index=row["index"],
            status=row["status"],
        )
        for row in chosen.to_pylist()
    )


def read_publication(path: Path) -> Publication:
    """A publication as the step `published/publication` kept it."""
    return from_plain(Publication, read_json(path))
