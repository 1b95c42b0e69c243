"""What the benchmarks print: a table for a size, its figures to one or two digits."""

from collections.abc import Iterator, Mapping

from benchmarks.task import Measured

__all__ = ["lines"]

_MOST_STEPS = 40


def lines(enterprises: int, measured: Mapping[str, Measured]) -> Iterator[str]:
    """Lines of the table of one size.

    Args:
        enterprises: number of invented enterprises.
        measured: by task: synthesise, read_sources, run, again, read_clean.
    """
    road, floor = measured["run"], measured["read_sources"]
    yield f"{enterprises:,} enterprises, {floor.rows:,} rows of the register"
    yield f"  {'':<34}{'seconds':>9}{'x floor':>9}{'rows/s':>12}{'peak MB':>9}"
    for title, name in (
        ("reading the sources once (floor)", "read_sources"),
        ("reading the clean register once", "read_clean"),
        ("the whole road", "run"),
        ("a second run, nothing changed", "again"),
        ("inventing the country", "synthesise"),
    ):
        yield _line(title, measured[name], floor)
    yield "  of the whole road:"
    for step, seconds in list(road.steps.items())[:_MOST_STEPS]:
        yield f"    {step:<32}{seconds:>9.1f}{_ratio(seconds, floor):>9}  {road.summaries[step]}"


def _line(title: str, one: Measured, floor: Measured) -> str:
    speed = f"{floor.rows / one.seconds:,.0f}" if one.seconds > 0 else ""
    ratio = _ratio(one.seconds, floor)
    return f"  {title:<34}{one.seconds:>9.1f}{ratio:>9}{speed:>12}{one.peak_mb:>9,.0f}"


def _ratio(seconds: float, floor: Measured) -> str:
    return f"{seconds / floor.seconds:.1f}" if floor.seconds > 0 else ""
