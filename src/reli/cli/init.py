"""`reli init`: an empty project folder that explains itself."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["init"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    year: Annotated[
        int, typer.Option("--year", help="Reference year: what stood on its 31 December counts.")
    ] = 2023,
) -> None:
    """Make a project folder: reli.toml with its settings explained, and sources/ for your files."""
    import json

    from reli.engine import atomic
    from reli.errors import InvalidSetting

    settings = folder / "reli.toml"
    if settings.exists():
        raise InvalidSetting(f"{settings} is already there: reli init overwrites nothing")
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    template = (files("reli.cli") / "reli.toml.template").read_text(encoding="utf-8")
    # A text of JSON is one of TOML: whatever the folder is called.
    name = json.dumps(folder.resolve().name, ensure_ascii=False)
    text = template.replace("@NAME@", name).replace("@YEAR@", str(year))
    with atomic(settings) as place:
        place.write_text(text, encoding="utf-8")
    typer.echo(f"made {settings}: put your files into {folder / 'sources'}, name them there,")
    typer.echo(f"then: reli run {folder}")
