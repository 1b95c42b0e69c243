"""`python -m benchmarks.index`: replicates of the index, against a floor of the same run.

The floor is what no way around it can avoid: one matrix product and one sort of the scores for each
replicate, in single precision, on one thread.
"""

import os

# Before NumPy: one thread, for the floor and for what is measured against it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable

import numpy as np

from reli.frameworks import framework_text, recipe_text
from reli.index import Panel, parse_framework, parse_recipe, score_panel
from reli.index.replicates import BATCH
from reli.index.robustness import method_ranges
from reli.index.sensitivity import sensitivity
from reli.index.study import Study, parse_study

UNITS = 2_814
REPLICATES = 10_000
CHAINS = 200
SEED = 2024
COINR_PER_SECOND = 0.94
"""Index replicates a second of COINr 1.1.14 on such a panel, treatment included."""


def invented_panel(indicators: tuple[str, ...]) -> Panel:
    """Counts as they are: two fifths zero, heavy tails."""
    rng = np.random.default_rng(SEED)
    units = tuple(str(100_000 + place) for place in range(UNITS))
    values = {
        code: np.floor(rng.lognormal(0, 2, UNITS) * (rng.random(UNITS) < 0.6))
        for code in indicators
    }
    return Panel({}, units, values)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def floor_per_second(indicators: int) -> float:
    """Replicates a second of the product and the sort alone."""
    rng = np.random.default_rng(SEED)
    z = rng.random((UNITS, indicators), np.float32)
    w = rng.random((BATCH, indicators), np.float32)
    return BATCH / seconds(lambda: np.sort(w @ z.T, axis=1), 5)


def main() -> None:
    """Measure and print."""
    framework = parse_framework(framework_text("heat-2024"), "heat-2024")
    text = recipe_text("heat-2024")
    recipe = parse_recipe(text, "heat-2024", framework.indicators)
    declared = parse_study(text, "heat-2024", recipe, framework.indicators)
    panel = invented_panel(framework.indicators)
    floor = floor_per_second(len(framework.indicators))
    study = Study(replicates=REPLICATES)
    weights = seconds(lambda: method_ranges(panel, framework, recipe, study))
    chains = seconds(lambda: [score_panel(panel, framework, recipe) for _ in range(CHAINS)], 1)
    full = seconds(lambda: method_ranges(panel, framework, recipe, declared), 1)
    causes = seconds(lambda: sensitivity(panel, framework, recipe, declared), 1)
    rate = REPLICATES / weights
    full_rate = CHAINS / chains
    print(f"{UNITS:,} units x {len(framework.indicators)} indicators, one index, one thread")
    print(f"floor (product and sort)            {floor:>10,.0f} replicates/s")
    print(
        f"weights, ranks counted              {rate:>10,.0f} replicates/s, {rate / floor:.2f} of it"
    )
    print(
        f"{REPLICATES:,} sets of weights             {weights:>10.2f} s, x 9 = {9 * weights:.1f} s"
    )
    print(f"full chains                         {full_rate:>10,.0f} /s")
    print(
        f"  times COINr's {COINR_PER_SECOND}/s              {full_rate / COINR_PER_SECOND:>10,.0f}"
    )
    print(f"declared study (all alternatives)   {full:>10.2f} s")
    print(f"its largest cause, Saltelli's rows  {causes:>10.2f} s")


if __name__ == "__main__":
    main()
