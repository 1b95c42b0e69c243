"""Pages with Python run as they stand, and so do the commands they name."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reli.cli.app import app

FOLDER = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = ("profile", "what-if", "gap", "industry-fit", "concentration", "clusters")


def blocks(page, pattern):
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(pattern, text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs_and_holds(page, planned):
    namespace = {"project": planned}
    found = blocks(page, r"^```python\n(.*?)^```")
    assert found
    for block in found:
        exec(compile(block, f"{page}.md", "exec"), namespace)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page, planned, tmp_path, monkeypatch):
    (tmp_path / "my-project").symlink_to(planned)
    lines = "".join(f"p{place},{name},{place % 5 + 1}\n" for place in range(20) for name in "xy")
    (tmp_path / "counts.csv").write_text("unit,industry,value\n" + lines, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = blocks(page, r"^    reli (.*?)$")
    assert found
    for line in found:
        done = CliRunner().invoke(app, shlex.split(line))
        assert done.exit_code == 0, (line, done.output, done.exception)
