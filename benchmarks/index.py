"""`python -m benchmarks.index`: replicates of the index, against a floor of the same run.

The floor is what no way around it can avoid: one matrix product and one sort of the scores for each
replicate, in single precision, on one thread. Times of one thread are its processor time, so that
others on the machine do not count; those of two processes stand beside the clock's.
"""

import os

# Before NumPy: one thread, for the floor and for what is measured against it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np

from reli.frameworks import framework_text, recipe_text
from reli.index import Framework, Panel, Recipe, parse_framework, parse_recipe, score_panel
from reli.index.ranges import rank_ranges
from reli.index.replicates import BATCH
from reli.index.robustness import method_ranges
from reli.index.sensitivity import sensitivity
from reli.index.study import Study, parse_study

UNITS = 2_814
INDICES = 9
REPLICATES = 10_000
MANY = 40_000
"""So many that what is done once for all of them counts little."""
CHAINS = 1_000
WORKERS = 2
PARTS = 4
"""Into how many the chains of an index are cut where they share nothing, so that nine indices keep
both processes busy to the end."""
SEED = 2024
COINR_PER_SECOND = 0.94
"""Index replicates a second of COINr 1.1.14 on such a panel, treatment included."""


def invented_panel(indicators: tuple[str, ...], seed: int = SEED) -> Panel:
    """Counts as they are: two fifths zero, heavy tails."""
    rng = np.random.default_rng(seed)
    units = tuple(str(100_000 + place) for place in range(UNITS))
    values = {
        code: np.floor(rng.lognormal(0, 2, UNITS) * (rng.random(UNITS) < 0.6))
        for code in indicators
    }
    return Panel({}, units, values)


def declared() -> tuple[Framework, Recipe, Study]:
    """The framework, recipe and study of heat-2024."""
    framework = parse_framework(framework_text("heat-2024"), "heat-2024")
    text = recipe_text("heat-2024")
    recipe = parse_recipe(text, "heat-2024", framework.indicators)
    return framework, recipe, parse_study(text, "heat-2024", recipe, framework.indicators)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Processor time of the shortest of some runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def floor_per_second(indicators: int) -> float:
    """Replicates a second of the product and the sort alone."""
    rng = np.random.default_rng(SEED)
    z = rng.random((UNITS, indicators), np.float32)
    w = rng.random((BATCH, indicators), np.float32)
    return BATCH / seconds(lambda: np.sort(w @ z.T, axis=1), 5)


def vary_weights(seed: int) -> None:
    """All sets of weights over one index whose treatment is done once."""
    framework, recipe, _ = declared()
    panel = invented_panel(framework.indicators, seed)
    method_ranges(panel, framework, recipe, Study(replicates=REPLICATES))


def run_chains(seed: int) -> None:
    """All full chains of one index: each its own choices and weights; shared steps done once."""
    framework, recipe, study = declared()
    panel = invented_panel(framework.indicators, seed)
    method_ranges(panel, framework, recipe, replace(study, replicates=CHAINS))


def run_chains_alone(seed: int) -> None:
    """A part of as many that share nothing: treated, normalised, weighted, aggregated, ranked."""
    framework, recipe, _ = declared()
    panel = invented_panel(framework.indicators, seed)
    for _ in range(CHAINS // PARTS):
        score_panel(panel, framework, recipe).ranks_of(framework.top)


def on_two_cores(work: Callable[[int], None], parts: int = 1) -> str:
    """Seconds for all indices on two processes, their start not counted: clock and processors."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(abs, range(WORKERS)))
        start = time.perf_counter()
        seeds = [index for index in range(INDICES) for _ in range(parts)]
        spent = sum(pool.map(_timed, [work] * len(seeds), seeds))
        clock = time.perf_counter() - start
    return f"{clock:.1f} s by the clock; {spent / WORKERS:.1f} s of each processor"


def _timed(work: Callable[[int], None], seed: int) -> float:
    start = time.process_time()
    work(seed)
    return time.process_time() - start


def peak_mb(replicates: int) -> float:
    """Largest resident set of a process that varies the weights so many times."""
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_peak, replicates).result()


def _peak(replicates: int) -> float:
    framework, recipe, _ = declared()
    panel = invented_panel(framework.indicators)
    method_ranges(panel, framework, recipe, Study(replicates=replicates))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Measure and print."""
    framework, recipe, study = declared()
    panel = invented_panel(framework.indicators)
    print(f"{UNITS:,} units x {len(framework.indicators)} indicators, one index, one thread")
    floor = floor_per_second(len(framework.indicators))
    _line("floor: product and sort", f"{floor:,.0f} replicates/s")
    for count in (REPLICATES, MANY):
        only_weights = Study(replicates=count)
        rate = count / seconds(lambda s=only_weights: method_ranges(panel, framework, recipe, s))
        said = f"{rate:,.0f} replicates/s, {rate / floor:.2f} of the floor"
        _line(f"weights, ranks counted, {count:,}", said)
    chosen = replace(study, replicates=CHAINS)
    shared = CHAINS / seconds(lambda: method_ranges(panel, framework, recipe, chosen))
    _line("full chains, shared steps once", f"{shared:,.0f} /s")
    chain = seconds(lambda: score_panel(panel, framework, recipe).ranks_of(framework.top), 50)
    _line("full chains, nothing shared", f"{1 / chain:,.0f} /s, {1000 * chain:.1f} ms each")
    times = f"{shared / COINR_PER_SECOND:,.0f} and {1 / chain / COINR_PER_SECOND:,.0f}"
    _line("  times COINr", f"{times} ({COINR_PER_SECOND}/s, its own machine)")
    taken = seconds(lambda: rank_ranges(panel, framework, recipe, study), 1)
    _line("all widths of the declared study", f"{taken:.2f} s")
    causes = sensitivity(panel, framework, recipe, study)
    taken = seconds(lambda: sensitivity(panel, framework, recipe, study), 1)
    largest = causes.factors[int(np.argmax(causes.total))]
    _line("largest cause", f"{taken:.2f} s, {causes.rows:,} rows of Saltelli: {largest}")
    few, many = peak_mb(2_000), peak_mb(20_000)
    _line("peak memory, 2,000 and 20,000 sets", f"{few:,.0f} and {many:,.0f} MB")
    print(f"{INDICES} indices, {WORKERS} processes")
    _line(f"{REPLICATES:,} sets of weights each", on_two_cores(vary_weights))
    _line(f"{CHAINS:,} full chains each", on_two_cores(run_chains))
    _line("  with nothing shared", on_two_cores(run_chains_alone, PARTS))


def _line(title: str, said: str) -> None:
    print(f"  {title:<36}{said}", flush=True)


if __name__ == "__main__":
    main()
