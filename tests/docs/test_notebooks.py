"""The notebooks of the documentation run from top to bottom, and hold what they say."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
PAGES = sorted(path.stem for path in FOLDER.glob("*.md"))


def test_there_are_notebooks():
    assert {"an-index", "how-sure", "years-and-publications"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_runs(page):
    text = (FOLDER / f"{page}.md").read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    namespace = {}
    for block in found:
        exec(compile(block, f"{page}.md", "exec"), namespace)
