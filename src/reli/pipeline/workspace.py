"""Where things lie in a project folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reli.config import Project, SourceSetting
from reli.engine import Budget, Engine, open_engine
from reli.errors import MissingFile, ReliError, nearest
from reli.reference.emerging import industries_of
from reli.reference.ipc import Rules, ipc_rules
from reli.sources.folders import paths_meant
from reli.sources.reading import SourceFile, continues
from reli.sources.tables import table_named

__all__ = ["PUBLICATIONS", "Workspace", "database"]

PUBLICATIONS = {
    "report": "report.pdf",
    "workbook": "tables.xlsx",
    "word": "report.docx",
    "slides": "deck.pptx",
    "figures": "figures",
    "datapackage": "datapackage",
    "site": "site",
}
"""Publication, as the settings call it -> its file or folder in out/."""


def _continues(file: SourceFile, first: Path, table: str) -> bool:
    try:
        return continues(file, first, table_named(table))
    except ReliError:
        # Whoever reads it says what is wrong with it.
        return False


@dataclass(frozen=True)
class Workspace:
    """A project and the places of its files."""

    project: Project

    @property
    def folder(self) -> Path:
        """The project folder."""
        return self.project.folder

    @property
    def manifest(self) -> Path:
        """Record of all steps."""
        return self.folder / "build" / "manifest.json"

    @property
    def scratch(self) -> Path:
        """Where the database spills; nothing here is a result, and all may be removed."""
        return self.folder / "build" / ".scratch"

    @property
    def known(self) -> Path:
        """What is remembered of files: their size, time and hash."""
        return self.scratch / "known.json"

    @property
    def pace(self) -> Path:
        """How fast the steps went the last time."""
        return self.scratch / "pace.json"

    @property
    def budget(self) -> Budget:
        """What a run may use of the machine."""
        return Budget.parse(self.project.memory, self.project.threads)

    def stage(self, name: str, suffix: str = ".parquet") -> Path:
        """File of a table at a stage, such as `clean/enterprises`."""
        return self.folder / "build" / f"{name}{suffix}"

    def kept(self, table: str) -> Path:
        """File of the rows of a table that were not rejected.

        The register is cleaned in parts; put together it is first the classified one.
        """
        return self.stage(f"{'classified' if table == 'enterprises' else 'clean'}/{table}")

    def rejected(self, name: str) -> Path:
        """File of the rows of a table that could not be read or counted."""
        return self.folder / "rejected" / f"{name}.csv"

    def out(self, name: str) -> Path:
        """What is made for users to open."""
        return self.folder / "out" / name

    def publication(self, form: str) -> Path:
        """A publication, of PUBLICATIONS."""
        return self.out(PUBLICATIONS[form])

    def sources_of(self, table: str) -> list[SourceSetting]:
        """Settings of the sources of a canonical table."""
        return [source for source in self.project.sources if source.table == table]

    def files(self, source: SourceSetting) -> list[Path]:
        """Files of a source, in the order of their names.

        Raises:
            MissingFile: the pattern matches nothing.
        """
        folder = self.folder / "sources"
        found, _ = paths_meant(folder, source.path)
        if not found:
            there = sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []
            if source.path.rstrip("/") in there:
                hint = "the folder holds no table"
            else:
                hint = nearest(source.path, there) if there else "the folder sources/ is empty"
            raise MissingFile(f"no file {source.path!r} below {folder}: {hint}")
        return found

    def source_files(self, table: str) -> list[SourceFile]:
        """Files of a canonical table, labelled by their path below sources/.

        Raises:
            MissingFile: a pattern matches nothing.
        """
        return [
            file
            for source in self.sources_of(table)
            for file in self._labelled(self.files(source), self.mapping(source), table)
        ]

    def _labelled(
        self, files: Sequence[Path], mapping: Path | None, table: str
    ) -> Iterator[SourceFile]:
        base = self.folder / "sources"
        for path in files:
            file = SourceFile(path, mapping, path.relative_to(base).as_posix())
            is_further = path != files[0] and _continues(file, files[0], table)
            yield replace(file, first=files[0]) if is_further else file

    def passed_over(self, source: SourceSetting) -> list[Path]:
        """Files of a source's folder that are no table."""
        return paths_meant(self.folder / "sources", source.path)[1]

    def mapping(self, source: SourceSetting) -> Path | None:
        """Mapping file of a source, where it has one."""
        if not source.mapping:
            return None
        path = self.folder / "sources" / source.mapping
        if not path.is_file():
            raise MissingFile(f"{path} does not exist: it is named as mapping of {source.path!r}")
        return path

    @property
    def emerging(self) -> Path | None:
        """The project's own table of the emerging industries, where it names one."""
        return self.folder / self.project.emerging if self.project.emerging else None

    @property
    def industries(self) -> tuple[str, ...]:
        """Industries of the project's classification, without 综合."""
        return industries_of(self.emerging)

    @property
    def own_ipc(self) -> Path | None:
        """The project's own table of symbols of the patent classification, where it names one."""
        return self.folder / self.project.ipc_rules if self.project.ipc_rules else None

    @property
    def ipc_rules(self) -> Rules:
        """Industries of the symbols of the patent classification."""
        return ipc_rules(self.own_ipc, self.emerging)

    @property
    def zones(self) -> Path | None:
        """The project's own table of zones, where it names one."""
        return self.folder / self.project.zones if self.project.zones else None

    @property
    def lists(self) -> Path | None:
        """The project's own recognition lists, where it names a file of them."""
        return self.folder / self.project.lists if self.project.lists else None

    def inputs_of(self, table: str) -> tuple[Path, ...]:
        """All files that a canonical table is read from, mappings included."""
        paths: list[Path] = []
        for source in self.sources_of(table):
            paths += self.files(source)
            mapping = self.mapping(source)
            paths += [mapping] if mapping else []
        if table in ("recognitions", "coverage") and self.lists:
            paths.append(self.lists)
        if table == "county_totals" and self.emerging:
            paths.append(self.emerging)
        if table == "county_totals" and (own := self.folder / self.project.framework).is_file():
            paths.append(own)
        return tuple(paths)


@contextmanager
def database(workspace: Workspace) -> Iterator[Engine]:
    """The project's engine for one step."""
    project = workspace.project
    engine = open_engine(
        project.engine, workspace.scratch, workspace.budget, master=project.spark_master
    )
    try:
        yield engine
    finally:
        engine.close()
