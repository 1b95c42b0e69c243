"""Pages of a golden run, the published example, compared with pictures that we looked at.

`python -m tests.flow.test_golden_pages REPORT.pdf` renders them anew; look before committing.
"""

import sys
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
PAGES = {"preface": 3, "ranking": 7, "map": 8, "charts": 9, "industry": 10, "matrix": 34}
"""Pages by what they show, counted from 1."""
SMALL = (248, 351)
"""A page of A4, small enough that a changed word does not count."""
MOST_DIFFERENT = 0.006
"""Mean difference of grey from 0 to 1; an element moved, lost or added gives more."""


def rendered(report):
    """The pages as small grey pictures."""
    with pypdfium2.PdfDocument(report) as document:
        return {
            name: document[number - 1]
            .render(scale=1)
            .to_pil()
            .convert("L")
            .resize(SMALL, Image.Resampling.LANCZOS)
            for name, number in PAGES.items()
        }


@pytest.fixture(scope="module")
def pages(published):
    return rendered(published / "out/report.pdf")


def difference(one, other):
    return np.abs(np.asarray(one, float) - np.asarray(other, float)).mean() / 255


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(pages, name):
    reference = Image.open(PICTURES / f"{name}.png")
    assert difference(pages[name], reference) < MOST_DIFFERENT


@pytest.mark.parametrize("name", PAGES)
def test_the_tolerance_tells_a_page_from_another_and_from_itself_moved(pages, name):
    moved = np.roll(np.asarray(pages[name]), 8, axis=0)
    for other in (moved, *(page for key, page in pages.items() if key != name)):
        assert difference(pages[name], other) > MOST_DIFFERENT


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, page in rendered(sys.argv[1]).items():
        page.save(PICTURES / f"{name}.png", optimize=True)
