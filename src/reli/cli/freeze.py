"""`reli freeze`: keep what is published now as an edition, and release it."""

from pathlib import Path
from typing import Annotated

import typer

from reli.cli.options import InProject

__all__ = ["freeze"]


def freeze(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="Its name, such as 2024.")],
    folder: InProject = Path(),
    *,
    signed_by: Annotated[
        str, typer.Option(help="Who signs it; printed on the title page. Needed for a draft.")
    ] = "",
    signed_on: Annotated[str, typer.Option(metavar="DATE", help="When; by default today.")] = "",
    embargo: Annotated[
        str, typer.Option(metavar="DATE", help="Date before which it cannot be released.")
    ] = "",
    is_release: Annotated[
        bool, typer.Option("--release", help="Release the draft: its watermark goes.")
    ] = False,
) -> None:
    """Freeze an edition: tables and report with their hash, 送审稿 across each page until released.

    A draft may be frozen anew; a released edition never changes. What was wrong in it goes into
    errata.csv of the project.
    """
    from datetime import UTC, datetime

    from reli.errors import InvalidSetting
    from reli.pipeline.editions import freeze as freeze_edition
    from reli.pipeline.editions import release

    today = datetime.now(tz=UTC).date().isoformat()
    if is_release:
        target, record = release(folder, edition, today=today)
    elif not signed_by:
        raise InvalidSetting("a draft needs a name under it: --signed-by '…'")
    else:
        target, record = freeze_edition(
            folder, edition, signed_by=signed_by, signed_on=signed_on or today, embargo=embargo
        )
    state = "released" if record.is_released else "draft (送审稿)"
    typer.echo(f"{record.name}: {state}, hash {record.hash}", err=True)
    typer.echo(target / "report.pdf")
