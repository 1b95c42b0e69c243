"""Index frameworks as data: trees of indicators, and the recipes that go with them."""

from importlib.resources import as_file, files
from pathlib import Path

from reli.errors import MissingFile, UnknownName
from reli.texts import written_text

__all__ = ["FRAMEWORKS", "RECIPES", "default_recipe", "framework_text", "recipe_text"]

FRAMEWORKS = ("heat-2024",)

RECIPES = ("heat-2024", "plain")
"""`plain` is min-max, the framework's weights and arithmetic means: for frameworks of others."""


def framework_text(name: str) -> str:
    """Text of a shipped framework, or of the file of that name.

    Raises:
        UnknownName: neither is there.
        MissingFile: a file that is not there.
    """
    return _read("framework", name, FRAMEWORKS, ".toml")


def recipe_text(name: str) -> str:
    """Text of a shipped recipe, or of the file of that name.

    Raises:
        UnknownName: neither is there.
        MissingFile: a file that is not there.
    """
    return _read("recipe", name, RECIPES, ".recipe.toml")


def default_recipe(framework: str) -> str:
    """Name of the recipe that goes with a framework where none is named."""
    return framework if framework in RECIPES else "plain"


def _read(kind: str, name: str, known: tuple[str, ...], suffix: str) -> str:
    if name in known:
        with as_file(files("reli.frameworks") / f"{name}{suffix}") as path:
            return path.read_text(encoding="utf-8")
    if Path(name).is_file():
        return written_text(Path(name))
    if Path(name).suffix:
        raise MissingFile(f"{name} does not exist: expected a {kind}, or one of {', '.join(known)}")
    raise UnknownName(kind, name, known)
