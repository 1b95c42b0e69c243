"""What the benchmarks print: a table for a size, its figures to one or two digits."""

from collections.abc import Iterator, Mapping

from benchmarks.task import Measured

__all__ = ["between_sizes", "lines", "whole_country"]

NATIONAL = 58_000_000

_MOST_STEPS = 60


def lines(enterprises: int, measured: Mapping[str, Measured]) -> Iterator[str]:
    """Lines of the table of one size.

    Args:
        enterprises: number of invented enterprises.
        measured: by task; see `benchmarks.__main__.measure_size`.
    """
    road, floor = measured["run"], measured["scan"]
    yield f"{enterprises:,} enterprises, {floor.rows:,} rows of all sources"
    yield f"  {'':<42}{'seconds':>9}{'x scan':>9}{'rows/s':>12}{'peak MB':>9}"
    for title, name in (
        ("reading the Parquet sources once (scan)", "scan"),
        ("register to panel with evidence", "run"),
        ("the same at a quarter of the memory", "tight"),
        ("facts to panel", "count_again"),
        ("a second run, nothing changed", "again"),
        ("1% new rows as a further file", "add_file"),
        ("a further list", "add_list"),
        ("inventing the country", "synthesise"),
    ):
        if name in measured:
            yield _line(title, measured[name], floor)
    share = measured["add_file"].seconds / road.seconds if road.seconds else 0.0
    yield f"  the further file costs {share:.1%} of a full run"
    yield "  of the road:"
    for step, seconds in list(road.steps.items())[:_MOST_STEPS]:
        yield f"    {step:<40}{seconds:>9.1f}{_ratio(seconds, floor):>9}  {road.summaries[step]}"


def between_sizes(small: Measured, large: Measured) -> str:
    """Speed at the largest size against a smaller one."""
    ratio = (large.rows / large.seconds) / (small.rows / small.seconds)
    return f"rows/s at {large.rows:,} against {small.rows:,} rows: {ratio:.2f} x"


def whole_country(enterprises: int, road: Measured) -> str:
    """What the largest size measured lets expect of the whole country; an estimate."""
    minutes = road.seconds * NATIONAL / enterprises / 60
    return f"the whole country, {NATIONAL:,} enterprises: estimated {minutes:.0f} minutes"


def _line(title: str, one: Measured, floor: Measured) -> str:
    speed = f"{floor.rows / one.seconds:,.0f}" if one.seconds > 0 else ""
    ratio = _ratio(one.seconds, floor)
    return f"  {title:<42}{one.seconds:>9.1f}{ratio:>9}{speed:>12}{one.peak_mb:>9,.0f}"


def _ratio(seconds: float, floor: Measured) -> str:
    return f"{seconds / floor.seconds:.1f}" if floor.seconds > 0 else ""
