"""`python -m benchmarks.planted_weights [--write]`: how far planted weights come back.

Invented panels are scored with known weights and a known form; of the scores is published what
publishers publish: all of them, the first hundred, capped ones, the order alone, each with noise.
What `reli calibrate` then says is held against what was planted. The table stands in the
documentation, and a test compares it with what comes out now.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reli.index import Panel, Recipe, parse_framework, parse_recipe, ranks, score_panel
from reli.index.calibrate import Calibration, Published, calibrate

__all__ = ["BEGIN", "CASES", "PAGE", "Case", "found", "row", "table"]

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "calibrate.md"
BEGIN, END = "<!-- planted weights -->", "<!-- end -->"
UNITS = 300
FIRST = 100
PLANTED = {"a": 0.30, "b": 0.25, "c": 0.20, "d": 0.12, "e": 0.08, "f": 0.05}
SEEDS = (1, 2)
CAPPED = 5
"""Units that stand at the cap."""

_MINMAX = '[[step]]\ndo = "normalise"\nmethod = "minmax"'
_LOGS = '[[step]]\ndo = "treat"\nmethod = "log1p"\n' + _MINMAX
_RANKS = '[[step]]\ndo = "normalise"\nmethod = "percentile_rank"'
FORMS = [
    (name, parse_recipe(text, name))
    for name, text in (("minmax", _MINMAX), ("logarithms", _LOGS), ("ranks", _RANKS))
]
TRUE_FORM = "logarithms"
TREE = parse_framework(
    '[[node]]\ncode = "index"\n'
    + "\n".join(f'[[node]]\ncode = "{code}"\nparent = "index"' for code in PLANTED),
    "planted",
)


@dataclass(frozen=True)
class Case:
    """What is published of an index.

    Attributes:
        said: for the table.
        first: how many places.
        has_scores: whether scores, or the order alone.
        is_capped: whether the best are all at the cap.
        noise: standard deviation of what is added to the scores before all, on a scale on which
            the best has 100.
        is_form_tried: whether the form by which the index was made is among those tried.
    """

    said: str
    first: int
    has_scores: bool
    is_capped: bool = False
    noise: float = 0.0
    is_form_tried: bool = True

    @property
    def forms(self) -> list[tuple[str, Recipe]]:
        """What is tried."""
        return [(name, form) for name, form in FORMS if self.is_form_tried or name != TRUE_FORM]


_KINDS = (
    ("all scores", UNITS, True, False),
    ("scores of the first 100", FIRST, True, False),
    ("scores of the first 100, the best capped", FIRST, True, True),
    ("the whole order", UNITS, False, False),
    ("the order of the first 100", FIRST, False, False),
)
CASES = (
    *(Case(*kind, noise) for noise in (0.0, 1.0, 3.0) for kind in _KINDS),
    Case(
        "scores of the first 100, the form not among those tried", FIRST, True, is_form_tried=False
    ),
)


def country(seed: int) -> Panel:
    """Counts with a common cause and heavy tails."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=UNITS)
    values = {code: np.floor(np.exp(1.5 * common + rng.normal(size=UNITS))) for code in PLANTED}
    return Panel({}, tuple(f"u{place}" for place in range(UNITS)), values)


def published(panel: Panel, case: Case, seed: int) -> Published:
    """What is published of the planted index."""
    form = dict(FORMS)[TRUE_FORM]
    z = score_panel(panel, TREE, Recipe(form.steps)).values
    y = np.column_stack([z[code] for code in PLANTED]) @ np.array(list(PLANTED.values()))
    y = y * 100 / y.max() + case.noise * np.random.default_rng(100 + seed).normal(size=UNITS)
    cap = float(np.sort(y)[-CAPPED]) if case.is_capped else np.inf
    y = np.minimum(y, cap)
    rank = ranks(y)
    chosen = np.flatnonzero(rank <= case.first)
    value = y[chosen] if case.has_scores else np.full(chosen.size, np.nan)
    units = tuple(panel.units[place] for place in chosen)
    return Published(units, rank[chosen], value, cap=cap)


def found(case: Case) -> Iterator[Calibration]:
    """The best form of each country."""
    for seed in SEEDS:
        panel = country(seed)
        yield calibrate(panel, TREE, case.forms, published(panel, case, seed))[0]


def row(case: Case) -> str:
    """One line of the table: means over the countries, but for the largest error."""
    each = list(found(case))
    true = np.array(list(PLANTED.values()))
    best, low, high = (
        np.array([[getattr(one, name)[code] for code in PLANTED] for one in each])
        for name in ("weights", "lowest", "highest")
    )
    is_inside = (low - 0.0005 <= true) & (true <= high + 0.0005)
    cells = (
        case.said,
        f"{case.noise:g}",
        f"{sum(one.recipe == TRUE_FORM for one in each)} of {len(each)}",
        f"{np.abs(best - true).max():.3f}",
        f"{np.mean([one.kendall for one in each]):.3f}",
        f"{np.mean([one.overlap[FIRST] for one in each]):.2f}",
        f"{(high - low).mean():.3f}",
        f"{is_inside.mean():.0%}",
    )
    return f"| {' | '.join(cells)} |"


COLUMNS = (
    "published",
    "noise",
    "form found",
    "largest error of a weight",
    "Kendall",
    "overlap of the first 100",
    "width of the intervals",
    "planted weights inside",
)


def table() -> str:
    """All cases."""
    header = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    return "\n".join([*header, *(row(case) for case in CASES)])


def main() -> None:
    """Print the table, or write it into the page."""
    lines = table()
    if "--write" not in sys.argv:
        print(lines)
        return
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{lines}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
