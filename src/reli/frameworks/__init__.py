"""Index frameworks as data: trees of indicators, and the recipes that go with them."""

from importlib.resources import as_file, files
from pathlib import Path

from reli.errors import UnknownName

__all__ = ["FRAMEWORKS", "framework_text", "recipe_text"]

FRAMEWORKS = ("heat-2024",)


def framework_text(name: str) -> str:
    """TOML text of a shipped framework, or of the file of that name.

    Raises:
        UnknownName: neither is there.
    """
    return _read(name, ".toml")


def recipe_text(name: str) -> str:
    """TOML text of the recipe that goes with a shipped framework."""
    return _read(name, ".recipe.toml")


def _read(name: str, suffix: str) -> str:
    if name not in FRAMEWORKS:
        if Path(name).is_file():
            return Path(name).read_text(encoding="utf-8-sig")
        raise UnknownName("framework", name, FRAMEWORKS)
    with as_file(files("reli.frameworks") / f"{name}{suffix}") as path:
        return path.read_text(encoding="utf-8")
