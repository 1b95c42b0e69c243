"""Plans a project's steps and runs those that are not current."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from reli.config import load_project
from reli.engine import KnownFiles, Pace, Progress, Quiet, Step, StepRunner, check_engine
from reli.errors import InvalidSetting
from reli.pipeline.balance import balances
from reli.pipeline.counts import road_counts
from reli.pipeline.diagnosing import diagnosis_step
from reli.pipeline.estimate import estimate
from reli.pipeline.finished import finished_steps, indicator_steps
from reli.pipeline.leftovers import left_over
from reli.pipeline.own_lists import redefined_lists
from reli.pipeline.packaging import packaging_steps
from reli.pipeline.planning import planning_steps
from reli.pipeline.publishing import publishing_steps
from reli.pipeline.quality import quality_steps
from reli.pipeline.ranging import ranging_steps
from reli.pipeline.register import register_steps
from reli.pipeline.scoring import scoring_steps
from reli.pipeline.settings import check_settings
from reli.pipeline.workspace import Workspace
from reli.pipeline.years import years_step
from reli.reference.universes import universe

__all__ = ["Outcome", "StatusRow", "project_status", "run_project"]

_ASKS_ENGINE = ("clean/enterprises", "linked/", "classified/", "indicator/")
"""Steps, and stages all of whose steps, that ask the database."""


@dataclass(frozen=True)
class Outcome:
    """What a run has made."""

    publications: tuple[Path, ...]
    rejected_rows: int
    summary: tuple[str, ...]


@dataclass(frozen=True)
class StatusRow:
    """One step of a project."""

    step: str
    is_current: bool
    rows: Mapping[str, int] | None


def plan(workspace: Workspace, progress: Progress) -> list[Step]:
    """Steps of a project in order: its way in, then publication.

    Raises:
        InvalidSetting: no way in, or several.
    """
    _check_vintage(workspace)
    check_settings(workspace)
    tables = workspace.project.tables()
    ways = {
        "enterprises": "register",
        "indicator": "indicator table",
        "score": "finished scores",
    }
    found = [table for table in ways if table in tables]
    if len(found) != 1:
        named = ", ".join(found) or "none"
        raise InvalidSetting(
            f"{workspace.folder / 'reli.toml'}: the sources have {named} of enterprises, indicator "
            "and score; a project begins with exactly one of the three"
        )
    if found[0] == "score":
        way_in = finished_steps(workspace)
    elif found[0] == "indicator":
        way_in = [*indicator_steps(workspace, progress), *_scored(workspace)]
    else:
        way_in = [*register_steps(workspace, progress), *_scored(workspace)]
    road = [*way_in, *planning_steps(workspace), *quality_steps(workspace, way_in)]
    road += publishing_steps(workspace, road)
    return [*road, *packaging_steps(workspace, road)]


def _scored(workspace: Workspace) -> list[Step]:
    return [
        *scoring_steps(workspace),
        diagnosis_step(workspace),
        years_step(workspace),
        *ranging_steps(workspace),
    ]


def _check_vintage(workspace: Workspace) -> None:
    project = workspace.project
    vintage = universe(project.universe).vintage
    if project.vintage != vintage:
        raise InvalidSetting(
            f"{workspace.folder / 'reli.toml'}: vintage is {project.vintage}, but the universe "
            f"{project.universe} is of {vintage}: set vintage = {vintage}, or name another universe"
        )


def run_project(
    folder: Path, progress: Progress | None = None, *, is_verifying: bool = False
) -> Outcome:
    """Run what has changed in a project folder.

    Args:
        folder: the project.
        progress: told of each step.
        is_verifying: read every file again, even those known by size and time.

    Raises:
        ReliError: settings or sources that cannot be used; what was made before stays.
    """
    workspace = Workspace(load_project(folder))
    told = progress or Quiet()
    steps = plan(workspace, told)
    with _alone(workspace):
        known = KnownFiles(workspace.known, is_verifying=is_verifying)
        pace = Pace(workspace.pace)
        runner = StepRunner(workspace.folder, workspace.manifest, told, known=known, pace=pace)
        stale = [step for step, is_current in _looked(steps, runner) if not is_current]
        _check_engine(workspace, stale)
        expected = estimate(workspace, stale, pace)
        if expected:
            told.noted(str(expected))
        runner.run(steps)
        runner.forget_others()
    # What parts have rejected, the step that puts them together counts again.
    records = [runner.record(step.name) for step in steps if step.name.count("/") == 1]
    made = [path for step in steps for path in step.outputs if path.parent.name == "out"]
    rejected = sum((record["rows"] or {}).get("rejected", 0) for record in records)
    summary = (
        *_summary(workspace, rejected),
        *balances(workspace, runner.record),
        *redefined_lists(workspace),
        *left_over(workspace, set(made)),
    )
    return Outcome(tuple(map(_opened, made)), rejected, summary)


def _check_engine(workspace: Workspace, stale: Iterable[Step]) -> None:
    """See that the engine is there where a step asks it, before hours of cleaning."""
    if any(step.name.startswith(_ASKS_ENGINE) for step in stale):
        check_engine(workspace.project.engine, master=workspace.project.spark_master)


def _opened(path: Path) -> Path:
    """What a user opens of a publication: of the site, its first page."""
    page = path / "index.html"
    return page if page.is_file() else path


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Keep a second run out; the lock of a killed run is free again."""
    path = workspace.folder / "build" / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout as error:
        raise InvalidSetting(
            f"{workspace.folder} is being run already: wait for that run, or stop it"
        ) from error


def _summary(workspace: Workspace, rejected: int) -> Iterator[str]:
    counts = road_counts(workspace)
    if counts:
        yield (
            f"{counts['read']:,} rows read = {counts['placed']:,} placed + "
            f"{counts['placed_by_city']:,} known to the city or province + "
            f"{counts['unplaced']:,} unplaced + {counts['rejected']:,} rejected"
        )
    if rejected:
        were = "row was" if rejected == 1 else "rows were"
        yield f"{rejected:,} {were} rejected, with reasons: see {workspace.rejected('*').parent}"


def project_status(folder: Path) -> list[StatusRow]:
    """What is current in a project, and what the next run would do; nothing is changed.

    A step after one that is to run counts as to run, since its input may change.
    """
    workspace = Workspace(load_project(folder))
    known = KnownFiles(workspace.known)
    runner = StepRunner(workspace.folder, workspace.manifest, known=known, is_reading=True)
    rows = []
    for step, is_current in _looked(plan(workspace, Quiet()), runner):
        counts: Any = runner.record(step.name).get("rows")
        rows.append(StatusRow(step.name, is_current, counts))
    return rows


def _looked(steps: Iterable[Step], runner: StepRunner) -> Iterator[tuple[Step, bool]]:
    """Steps, and whether each is current; one behind a step that is to run is not."""
    stale = set[Path]()
    for step in steps:
        is_current = not stale & set(step.inputs) and runner.is_current(step)
        if not is_current:
            stale |= set(step.outputs)
        yield step, is_current
