"""Projects whose publications are looked at as a user would: by browser, over HTTP, as files."""

import pytest
from tests.flow.quick import publishing
from tests.once import make_published, run_once

from reli.frameworks import recipe_text
from reli.pipeline import run_project
from reli.synthetic import synthesise

ENTERPRISES = 6_000
REPLICATES = 200
RECIPE = "few.recipe.toml"
"""Fewer than published ranges are drawn from: here they need only be there."""


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The published example: scores and ranks of the first hundred, nothing else."""
    return run_once(tmp_path_factory, "published-2024", make_published)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A small invented country."""

    def make(folder):
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

    return run_once(tmp_path_factory, "synthetic", make)
