"""Tables on the terminal: as wide as their words, however narrow the terminal says it is."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["new_table", "print_table"]


def new_table(title: str, names: Sequence[str], numbers: Collection[str]) -> "Table":
    """A table without rows; numbers stand right, the words of a name below each other."""
    from rich.table import Table

    table = Table(title=title or None, box=None, title_justify="left")
    for name in names:
        side: Literal["left", "right"] = "right" if name in numbers else "left"
        table.add_column(name.replace("_", "\n"), justify=side, no_wrap=True)
    return table


def print_table(table: "Table") -> None:
    """Print a table; a word or number that is cut says nothing, so rather too wide a table."""
    from rich.console import Console
    from rich.measure import Measurement

    console = Console()
    # What a table needs is asked without the limits of the terminal.
    needed = Measurement.get(console, console.options.update(width=10_000), table).maximum
    Console(width=max(console.width, needed)).print(table)
