"""The framework and recipe that a project names."""

from functools import lru_cache
from pathlib import Path

from reli.errors import MissingFile
from reli.frameworks import framework_text, recipe_text
from reli.index import Framework, Recipe, parse_framework, parse_recipe
from reli.index.study import Study, parse_study
from reli.pipeline.workspace import Workspace
from reli.texts import written_text

__all__ = ["framework_files", "project_framework", "project_recipe", "project_study"]

_parsed = lru_cache(maxsize=4)(parse_framework)
"""Asked for by many steps of a run, and read once."""


def project_framework(workspace: Workspace) -> Framework:
    """The framework a project names: a shipped one, or a file in its folder."""
    name = workspace.project.framework
    own = workspace.folder / name
    return _parsed(framework_text(str(own) if own.is_file() else name), name)


def project_recipe(workspace: Workspace) -> Recipe:
    """The recipe a project names, else the one that goes with its framework.

    Raises:
        MissingFile: the named file is not there.
    """
    framework = project_framework(workspace)
    where, text = _recipe_source(workspace)
    return parse_recipe(text, where, framework.indicators, workspace.folder)


def project_study(workspace: Workspace) -> Study:
    """What is varied for the rank ranges of a project: as its recipe declares."""
    framework = project_framework(workspace)
    where, text = _recipe_source(workspace)
    recipe = project_recipe(workspace)
    return parse_study(text, where, recipe, framework.indicators, workspace.folder)


def _recipe_source(workspace: Workspace) -> tuple[str, str]:
    """Name and text of the recipe: the project's file, else the framework's own."""
    name = workspace.project.recipe
    if not name:
        own = workspace.folder / workspace.project.framework
        if not own.is_file():
            return "the framework's recipe", recipe_text(workspace.project.framework)
        # The shipped recipe treats the density by itself: it fits variants of its framework only.
        is_variant = "sei_share" in project_framework(workspace).indicators
        return "the framework's recipe", recipe_text("heat-2024" if is_variant else "plain")
    path = workspace.folder / name
    if not path.is_file():
        raise MissingFile(f"{path} does not exist: it is named as recipe in reli.toml")
    return str(path), written_text(path)


def framework_files(workspace: Workspace) -> tuple[Path, ...]:
    """Files of the project that its framework and recipe are read from."""
    names = (workspace.project.framework, workspace.project.recipe)
    return tuple(path for name in names if name and (path := workspace.folder / name).is_file())
