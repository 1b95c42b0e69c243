"""Projects that are run once, whatever number of processes test at the same time."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from tests.flow.quick import publishing

from reli.frameworks import recipe_text
from reli.pipeline import planning, run_project
from reli.synthetic import synthesise

__all__ = ["DRAWS", "full_draws", "make_published", "make_synthetic", "run_once"]

ENTERPRISES = 6_000
REPLICATES = 200
RECIPE = "few.recipe.toml"
"""Fewer than published ranges are drawn from: here they need only be there."""

DRAWS = {
    f"{planning.__name__}.{name}": getattr(planning, name)
    for name in ("DRAWS", "CLASS_DRAWS", "PERMUTATIONS")
}
"""Draws that significance in space and of fit is taken from, as published."""

EXAMPLE = Path(__file__).parents[1] / "examples" / "published-2024"


@contextmanager
def full_draws():
    """Significance as it is published, where a test project looks at it."""
    with pytest.MonkeyPatch.context() as patch:
        for place, draws in DRAWS.items():
            patch.setattr(place, draws)
        yield


def make_published(folder):
    """The published example, run."""
    shutil.copytree(EXAMPLE, folder)
    run_project(folder)


def run_once(tmp_path_factory, name, make):
    """Folder that `make` has filled, by the first process that asks for it; not to be changed."""
    # Each process of pytest-xdist has a folder of its own below the common one.
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "once" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.with_suffix(".done").is_file():
            with full_draws():
                make(folder)
            folder.with_suffix(".done").touch()
    return folder


def make_synthetic(folder):
    """A small invented country with every table, run; ranges of few replicates."""
    synthesise(folder, enterprises=ENTERPRISES, seed=7)
    settings = folder / "reli.toml"
    text = settings.read_text(encoding="utf-8").split("[publications]")[0]
    # Settings of the project stand before its first table.
    text = f'recipe = "{RECIPE}"\n{text}{publishing("datapackage", "site")}'
    settings.write_text(text, encoding="utf-8")
    recipe = recipe_text("heat-2024")
    assert "replicates = 10000" in recipe
    few = recipe.replace("replicates = 10000", f"replicates = {REPLICATES}")
    (folder / RECIPE).write_text(few, encoding="utf-8")
    run_project(folder)
