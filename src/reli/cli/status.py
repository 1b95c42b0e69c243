"""`reli status`: what a project has, and what the next run would do."""

from pathlib import Path

from reli.cli.options import ProjectFolder

__all__ = ["status"]


def status(
    folder: ProjectFolder = Path(),
) -> None:
    """Show each step: current, or what the next `reli run` will do, and its row counts."""
    from reli.cli.tables import new_table, print_table
    from reli.pipeline import project_status

    numbers = ("read", "written", "rejected")
    table = new_table("", ("step", "state", *numbers), numbers)
    for row in project_status(folder):
        counts = row.rows or {}
        table.add_row(
            row.step,
            "current" if row.is_current else "to run",
            *(f"{counts[key]:,}" if key in counts else "" for key in numbers),
        )
    print_table(table)
