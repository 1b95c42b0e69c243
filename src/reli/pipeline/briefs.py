"""Briefs of counties, cities and provinces out of a project that has been run."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from reli.errors import UnknownName
from reli.pipeline.brief_city import CityBriefs
from reli.pipeline.brief_county import CountyBriefs
from reli.pipeline.brief_province import ProvinceBriefs
from reli.pipeline.brief_tables import BriefTables
from reli.report.brief import Brief, BriefWriter

__all__ = ["Briefs", "write_briefs"]

BATCH = 100
"""Briefs that a worker makes in one go."""


class Briefs:
    """Briefs of one project."""

    def __init__(self, folder: Path) -> None:
        """Open a project folder.

        Raises:
            MissingFile: it has not been run.
            InvalidSetting: it has finished scores, behind which nothing is known.
        """
        self._tables = BriefTables(folder)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all units and of the cities above them."""
        return self._tables.codes

    def code_of(self, division: str) -> str:
        """Code of a unit or city, by code or by a name that is clear."""
        return self._tables.code_of(division)

    def brief(self, code: str, *, is_dossier: bool = False) -> Brief:
        """The brief of a unit, of a city by its counties, or of a province by its cities.

        Raises:
            UnknownName: no such place.
        """
        if code in self._tables.units:
            return CountyBriefs(self._tables).brief(code, is_dossier=is_dossier)
        members = [unit for unit, row in self._tables.units.items() if row["city_code"] == code]
        if members:
            return CityBriefs(self._tables).brief(code, members)
        if code not in self._tables.provinces:
            raise UnknownName("division", code, self.codes)
        return ProvinceBriefs(self._tables).brief(code, self._tables.provinces[code])


def write_briefs(
    project: Path, codes: Sequence[str], folder: Path, *, workers: int = 2
) -> Iterator[int]:
    """Write the briefs of many places into a folder, by several processes.

    Yields:
        How many were written, batch by batch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    batches = [codes[start : start + BATCH] for start in range(0, len(codes), BATCH)]
    # Started anew, not forked: polars holds threads.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_write_batch, [(project, batch, folder) for batch in batches])


@cache
def _opened(project: Path) -> Briefs:
    """What a worker keeps from batch to batch."""
    return Briefs(project)


def _write_batch(task: tuple[Path, Sequence[str], Path]) -> int:
    project, codes, folder = task
    briefs = _opened(project)
    with BriefWriter() as writer:
        for code in codes:
            writer.write(briefs.brief(code), folder / f"{code}.pdf")
    return len(codes)
