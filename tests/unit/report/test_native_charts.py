"""Charts that stay editable."""

import pytest

from reli.report.blocks import Bars
from reli.report.native_charts import native_chart


@pytest.mark.parametrize(
    "bars, height, thickest",
    [
        # As high as its bars need: each takes two thirds of its step.
        (10, 0.0, None),
        # 300 points: a bar every 15, thinner than the most anyway.
        (20, 300.0, 10.0),
        # A bar every 75 and every 100 points, eighteen thick.
        (4, 300.0, 18.0),
        (3, 300.0, 18.0),
        # Programs know no wider space than five bars: 300 / 6.
        (1, 300.0, 50.0),
    ],
)
def test_a_few_bars_stand_apart_instead_of_growing_thick(bars, height, thickest):
    content = Bars(tuple(f"市{n}" for n in range(bars)), (1.0,) * bars, "家")
    gap = native_chart(content, 2023, height).chart.plots[0].gap_width
    if thickest is None:
        assert gap == 52
    else:
        assert height / bars / (1 + gap / 100) == pytest.approx(thickest, rel=0.02)
