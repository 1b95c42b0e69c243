"""docs/how-to/calibrate.md says of planted weights what comes back now."""

import re

import pytest
from benchmarks.planted_weights import BEGIN, CASES, PAGE, row

LINES = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].strip().splitlines()
ABOUT = 0.011
"""Other processors and solvers may differ in the last digit."""


def parts(line):
    """Words of a row, and its numbers."""
    words = re.sub(r"[\d.]+(?=%| \|)", "#", line)
    shares = [float(each) / 100 for each in re.findall(r"([\d.]+)%", line)]
    return words, [float(each) for each in re.findall(r"([\d.]+) \|", line)] + shares


def test_every_case_has_its_row():
    assert [line.split(" | ")[0][2:] for line in LINES[2 : 2 + len(CASES)]] == [
        case.said for case in CASES
    ]


@pytest.mark.parametrize("place", range(len(CASES)))
def test_the_page_shows_what_comes_back(place):
    # Written anew by: python -m benchmarks.planted_weights --write
    words, numbers = parts(LINES[2 + place])
    found_words, found = parts(row(CASES[place]))
    assert words == found_words
    assert found[:-1] == pytest.approx(numbers[:-1], abs=ABOUT)
    # Of twelve weights one more or less may lie inside.
    assert found[-1] == pytest.approx(numbers[-1], abs=0.1)
