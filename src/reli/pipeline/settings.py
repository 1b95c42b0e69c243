"""Checks all files and names in reli.toml before the first step, so that a slip costs no hour."""

from collections.abc import Iterator

from reli.classification.industry import RULESETS
from reli.classification.products import check_products
from reli.errors import Problems, ReliError, UnknownName, nearest
from reli.index import Framework
from reli.pipeline.counting import project_measures
from reli.pipeline.framework import project_framework, project_recipe
from reli.pipeline.workspace import Workspace
from reli.sources.tables import TABLES

__all__ = ["check_settings"]

_FILES = ("emerging", "zones", "lists", "error_rates", "ipc_rules")


def check_settings(workspace: Workspace) -> None:
    """See that all that reli.toml names is there and can be read.

    Raises:
        Problems: what is not, all together.
    """
    problems = [*_unknown_names(workspace), *_missing_files(workspace)]
    if not problems:
        problems = list(_unreadable(workspace))
    if problems:
        raise Problems(str(workspace.folder / "reli.toml"), problems)


def _unknown_names(workspace: Workspace) -> Iterator[str]:
    project = workspace.project
    for number, source in enumerate(project.sources, 1):
        if source.table not in TABLES:
            yield f"sources[{number}].table: {UnknownName('table', source.table, TABLES)}"
    if project.ruleset not in RULESETS:
        yield str(UnknownName("ruleset", project.ruleset, RULESETS))


def _missing_files(workspace: Workspace) -> Iterator[str]:
    there = sorted(path.name for path in workspace.folder.iterdir() if path.is_file())
    for name in _FILES:
        file = getattr(workspace.project, name)
        if file and not (workspace.folder / file).is_file():
            yield f"{name}: {workspace.folder / file} does not exist: {nearest(file, there)}"


def _unreadable(workspace: Workspace) -> Iterator[str]:
    """The first that memory, framework, recipe or classifications complain of, in this order.

    Of a project that counts enterprises also what its framework says of counting.
    """
    try:
        _ = workspace.budget
        framework = project_framework(workspace)
        project_recipe(workspace)
        if "enterprises" in workspace.project.tables():
            project_measures(workspace)
            _check_denominators(framework)
        _ = workspace.industries
        check_products(workspace.emerging)
        _ = workspace.ipc_rules
    except ReliError as error:
        yield str(error)


def _check_denominators(framework: Framework) -> None:
    """See that what an indicator is divided by is counted, too.

    Raises:
        Problems: what is not.
    """
    nodes = [framework.by_code[code] for code in framework.indicators]
    problems = [
        f"node {node.code!r}: {UnknownName('denominator', node.denominator, framework.indicators)}"
        for node in nodes
        if node.denominator and node.denominator not in framework.indicators
    ]
    if problems:
        raise Problems(framework.name, problems)
