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
    yield (f"  {'':<42}{'seconds':>9}{'x scan':>9}{'processor':>11}{'x scan':>9}"
           f"{'rows/s':>12}{'peak MB':>9}")  # fmt: skip
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
    for title, name in (("file", "add_file"), ("list", "add_list")):
        if name in measured and road.cpu_seconds:
            share = measured[name].cpu_seconds / road.cpu_seconds
            yield f"  the further {title} costs {share:.1%} of a full run"
    for title, name in (("the road", "run"), ("the further file", "add_file")):
        yield f"  processor seconds of {title}:"
        for step, seconds in list(measured[name].steps.items())[:_MOST_STEPS]:
            ratio = _ratio(seconds, floor.cpu_seconds)
            yield f"    {step:<40}{seconds:>9.2f}{ratio:>9}  {measured[name].summaries[step]}"


def between_sizes(small: Measured, large: Measured) -> str:
    """Speed at the largest size against a smaller one."""
    by_clock = (large.rows / large.seconds) / (small.rows / small.seconds)
    by_processor = (large.rows / large.cpu_seconds) / (small.rows / small.cpu_seconds)
    return (
        f"rows/s at {large.rows:,} against {small.rows:,} rows: {by_clock:.2f} x, "
        f"by processor time {by_processor:.2f} x"
    )


def whole_country(enterprises: int, road: Measured) -> str:
    """What the largest size measured lets expect of the whole country; an estimate."""
    minutes, processor = (
        seconds * NATIONAL / enterprises / 60 for seconds in (road.seconds, road.cpu_seconds)
    )
    return (
        f"the whole country, {NATIONAL:,} enterprises: estimated {minutes:.0f} minutes; "
        f"{processor / 2:.0f} of two processors"
    )


def _line(title: str, one: Measured, floor: Measured) -> str:
    speed = f"{floor.rows / one.seconds:,.0f}" if one.seconds > 0 else ""
    ratio, by_processor = (
        _ratio(one.seconds, floor.seconds),
        _ratio(one.cpu_seconds, floor.cpu_seconds),
    )
    return (
        f"  {title:<42}{one.seconds:>9.1f}{ratio:>9}{one.cpu_seconds:>11.1f}{by_processor:>9}"
        f"{speed:>12}{one.peak_mb:>9,.0f}"
    )


def _ratio(seconds: float, floor: float) -> str:
    return f"{seconds / floor:.1f}" if floor > 0 else ""
