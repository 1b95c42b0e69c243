"""Text can be read on what it stands on."""

from itertools import pairwise

import pytest

from reli.report.style import COLOURS, HEAT, TINTS, TYPE, lightness


def luminance(colour):
    star = lightness(colour)
    return ((star + 16) / 116) ** 3 if star > 8 else star / 903.3


def contrast(one, other):
    """Ratio of WCAG 2.1."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pairs():
    # WCAG 2.1: black on white is 21, #767676 on white the well-known limit of 4.5.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", [COLOURS.ink, COLOURS.muted, COLOURS.accent])
def test_text_stands_out_from_paper(colour):
    assert contrast(colour, COLOURS.paper) >= 4.5


@pytest.mark.parametrize("ground", [*TINTS, COLOURS.land, COLOURS.band])
def test_figures_stand_out_from_the_tints_of_a_table(ground):
    assert len(TINTS) == 4
    assert contrast(COLOURS.ink, ground) >= 4.5


def test_bars_and_the_hottest_class_stand_out_from_paper():
    assert contrast(COLOURS.bar, COLOURS.paper) >= 3
    assert contrast(HEAT[0], COLOURS.paper) >= 7


def test_no_size_of_the_scale_is_below_the_least():
    assert min(TYPE) == TYPE.least == 7
    assert list(TYPE[:5]) == sorted(TYPE[:5], reverse=True)


def test_tints_grow_darker_in_even_steps():
    shades = [lightness(each) for each in TINTS]
    assert all(6 < lighter - darker < 16 for lighter, darker in pairwise(shades))
