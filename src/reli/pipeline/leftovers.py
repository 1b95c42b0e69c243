"""What stands in out/ and is not of this run."""

from collections.abc import Iterator, Set
from pathlib import Path

from reli.pipeline.workspace import Workspace

__all__ = ["left_over"]

_MADE_BY = {
    "report": "report.pdf",
    "workbook": "tables.xlsx",
    "word": "report.docx",
    "slides": "deck.pptx",
    "figures": "figures",
    "datapackage": "datapackage",
    "site": "site",
}
"""Publication -> what it leaves in out/."""


def left_over(workspace: Workspace, made: Set[Path]) -> Iterator[str]:
    """Publications of earlier runs that this one no longer makes, and a site that it cannot make.

    They are left where they are: somebody may have opened or sent them.

    Args:
        workspace: the project.
        made: outputs of this run.
    """
    chosen = workspace.project.publications
    for form, name in _MADE_BY.items():
        path = workspace.out(name)
        if path.exists() and path not in made:
            why = "" if getattr(chosen, form) else f": publications.{form} is off now"
            yield f"out/{name} is of an earlier run, and not of these numbers{why}"
    if chosen.site and not chosen.datapackage:
        yield (
            "no site was made: it is made of the data package; set publications.datapackage = true"
        )
