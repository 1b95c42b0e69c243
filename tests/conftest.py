"""What all tests share."""

import os
from pathlib import Path

# Tests run side by side and their tables are small: more threads would only get into their way.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl
import pytest
from hypothesis import settings

SHARED_VARIABLE = "RELI_SHARED_DIR"

# A test fails for what was changed, not for what was drawn; `--hypothesis-profile=explore` draws
# anew, many times.
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--spark`: the specification of what is counted (tests/spec) on Spark as well."""
    parser.addoption("--spark", action="store_true", help="run tests/spec on Spark as well: slow")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder of material that is not in the repository; tests that need it skip without it."""
    folder = os.environ.get(SHARED_VARIABLE)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"needs the folder named by {SHARED_VARIABLE}")
    return Path(folder)


@pytest.fixture(scope="session", autouse=True)
def few_draws():
    """Significance from few draws; projects whose tests look at it have all (`full_draws`)."""
    from tests.once import DRAWS

    with pytest.MonkeyPatch.context() as patch:
        for place in DRAWS:
            patch.setattr(place, 49)
        yield


PLANNED = """
name = "planned"
reference_year = 2023
source_note = "手工编制的示例指标表"
recipe = "recipe.toml"
[[sources]]
table = "indicator"
path = "panel.csv"
"""


@pytest.fixture(scope="session")
def planned(tmp_path_factory):
    """A project with an invented table of indicators, run: no firms, all answers for planners."""
    from tests.flow.quick import publishing

    from reli.frameworks import default_recipe, recipe_text
    from reli.pipeline import run_project

    folder = tmp_path_factory.mktemp("planned")
    (folder / "sources").mkdir()
    invented_panel().write_csv(folder / "sources" / "panel.csv")
    (folder / "reli.toml").write_text(PLANNED + publishing(), encoding="utf-8")
    # The shipped recipe, with few replicates.
    recipe = recipe_text(default_recipe("heat-2024"))
    assert "replicates = 10000" in recipe
    quick = recipe.replace("replicates = 10000", "replicates = 100")
    (folder / "recipe.toml").write_text(quick, encoding="utf-8")
    run_project(folder)
    return folder


def invented_panel():
    """Counts that follow population and graduates, for all counties of three provinces."""
    from reli.insight.peers import characteristics
    from reli.reference.emerging import EMERGING, OVERALL

    random = np.random.default_rng(1)
    people = characteristics().filter(pl.col("unit").str.slice(0, 2).is_in(["31", "32", "33"]))
    size = people["population"].to_numpy() * people["graduate_share"].to_numpy()
    rows = [people.select("unit", industry=pl.lit(OVERALL), sei_enterprises=size // 100)]
    for number, industry in enumerate(EMERGING):
        leaning = np.exp(random.normal(0, 0.7, people.height)) * (1 + number / 4)
        counts = random.poisson(size * leaning / 1500)
        rows.append(people.select("unit", industry=pl.lit(industry), sei_enterprises=counts + 0.0))
    frame = pl.concat(rows)
    stock = frame["sei_enterprises"].to_numpy()
    parts = {"high_tech": 8, "listed": 60, "new_registrations": 4, "single_champion": 90}
    return frame.with_columns(
        pl.Series(code, random.poisson(stock / part)) for code, part in parts.items()
    )


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    waiting = [report for report in skipped if SHARED_VARIABLE in str(report.longrepr)]
    if waiting:
        terminalreporter.write_line(
            f"{len(waiting)} tests skipped for want of the folder named by {SHARED_VARIABLE}"
        )
