"""Steps to the forms that clients edit: figures, Word, slides, workbook."""

from collections.abc import Sequence
from pathlib import Path

from reli.config import load_project
from reli.engine import Step, atomic
from reli.errors import InvalidSetting, MissingFile
from reli.pipeline.framework import framework_files
from reli.pipeline.living import live_index
from reli.pipeline.saying import read_publication
from reli.pipeline.workspace import Workspace
from reli.report.basemap import read_basemap
from reli.report.pictures import write_figures
from reli.report.slides import write_slides
from reli.report.word import write_word
from reli.report.workbook import write_workbook

__all__ = ["format_steps", "word_again"]


def format_steps(workspace: Workspace, said: Path, basemap: Path) -> list[Step]:
    """Steps that make the chosen forms.

    Raises:
        InvalidSetting: Word or slides without the figures that they show.
        MissingFile: the template of the Word document is not there.
    """
    chosen = workspace.project.publications
    if (chosen.word or chosen.slides) and not chosen.figures:
        raise InvalidSetting(
            f"{workspace.folder / 'reli.toml'}: publications.word and publications.slides show the "
            "figures: set publications.figures = true, or these two to false"
        )
    steps = [_workbook_step(workspace, said)] if chosen.workbook else []
    if chosen.figures:
        steps.append(_figures_step(workspace, said, basemap))
    if chosen.word:
        steps.append(_word_step(workspace, said))
    if chosen.slides:
        steps.append(_slides_step(workspace, said))
    return steps


def word_again(folder: Path, template: Path | None, out: Path | None) -> Path:
    """The Word document of a project that has been run, in another template.

    Args:
        folder: project folder.
        template: document whose styles are taken; the shipped ones by default.
        out: file to write; out/report.docx of the project by default.

    Returns:
        The file.

    Raises:
        MissingFile: the project has not been run, or there is no such template.
        InvalidSetting: the template is no Word document.
    """
    workspace = Workspace(load_project(folder))
    said = workspace.stage("published/publication", ".json")
    pictures = workspace.publication("figures")
    if not said.is_file() or not pictures.is_dir():
        raise MissingFile(
            f"{folder} has no report and figures yet: reli run {folder} (publications.figures "
            "must be true)"
        )
    if template is not None and not template.is_file():
        raise MissingFile(f"{template} does not exist")
    target = out or workspace.publication("word")
    with atomic(target) as place:
        write_word(read_publication(said), pictures, place, template=template)
    return target


def _workbook_step(workspace: Workspace, said: Path) -> Step:
    inputs = [said]
    if "score" not in workspace.project.tables():
        inputs += [
            workspace.stage("indicator/indicator"),
            workspace.stage("score/standings"),
            *framework_files(workspace),
        ]

    def run(places: Sequence[Path]) -> None:
        write_workbook(read_publication(said), places[0], live_index(workspace))

    return Step(
        name="out/tables",
        run=run,
        inputs=tuple(inputs),
        outputs=(workspace.publication("workbook"),),
        parameters={"framework": workspace.project.framework, "recipe": workspace.project.recipe},
    )


def _figures_step(workspace: Workspace, said: Path, basemap: Path) -> Step:
    def run(places: Sequence[Path]) -> None:
        write_figures(read_publication(said), read_basemap(basemap), places[0])

    return Step(
        name="out/figures",
        run=run,
        inputs=(said, basemap),
        outputs=(workspace.publication("figures"),),
    )


def _word_step(workspace: Workspace, said: Path) -> Step:
    name = workspace.project.publications.word_template
    template = workspace.folder / name if name else None
    if template is not None and not template.is_file():
        raise MissingFile(
            f"publications.word_template = {name!r} in reli.toml: {template} does not exist"
        )
    pictures = workspace.publication("figures")

    def run(places: Sequence[Path]) -> None:
        write_word(read_publication(said), pictures, places[0], template=template)

    return Step(
        name="out/word",
        run=run,
        inputs=(said, pictures, *([template] if template else [])),
        outputs=(workspace.publication("word"),),
    )


def _slides_step(workspace: Workspace, said: Path) -> Step:
    pictures = workspace.publication("figures")

    def run(places: Sequence[Path]) -> None:
        write_slides(read_publication(said), pictures, places[0])

    return Step(
        name="out/slides",
        run=run,
        inputs=(said, pictures),
        outputs=(workspace.publication("slides"),),
    )
