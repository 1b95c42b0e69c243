"""Finds files in out/ that an earlier run left and this run does not make."""

from collections.abc import Iterator, Set
from pathlib import Path

from reli.pipeline.workspace import PUBLICATIONS, Workspace

__all__ = ["left_over"]


def left_over(workspace: Workspace, made: Set[Path]) -> Iterator[str]:
    """Publications of earlier runs that this one no longer makes, and a site that it cannot make.

    They are left where they are: somebody may have opened or sent them.

    Args:
        workspace: the project.
        made: outputs of this run.
    """
    chosen = workspace.project.publications
    for form, name in PUBLICATIONS.items():
        path = workspace.publication(form)
        if path.exists() and path not in made:
            why = "" if getattr(chosen, form) else f": publications.{form} is off now"
            yield f"out/{name} is of an earlier run, and not of these numbers{why}"
    if chosen.site and not chosen.datapackage:
        yield (
            "no site was made: it is made of the data package; set publications.datapackage = true"
        )
