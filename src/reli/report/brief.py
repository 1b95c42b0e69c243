"""A brief of one county or city as PDF: what it says as plain values, and its compilation."""

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from reli.engine import atomic
from reli.errors import InvalidData
from reli.report.style import COLOURS, SANS, SERIF, TYPE

__all__ = ["Brief", "BriefWriter", "CountyRow", "DossierPart", "IndexRow", "KeyFigure", "Lead"]


@dataclass(frozen=True)
class KeyFigure:
    """A number at the head of a brief."""

    label: str
    value: str
    unit: str = ""
    strong: bool = False


@dataclass(frozen=True)
class IndexRow:
    """One index of the place: as text, and rank and range as numbers for their picture."""

    industry: str
    enterprises: str
    index: str
    place: str
    range: str
    chance: str
    rank: int | None = None
    low: int | None = None
    high: int | None = None
    strong: bool = False


@dataclass(frozen=True)
class CountyRow:
    """A county of a city: its cells, and which of them is its best place (-1: none)."""

    cells: tuple[str, ...]
    best: int = -1


@dataclass(frozen=True)
class Lead:
    """Points by which an indicator is ahead of (behind) the peers."""

    name: str
    points: float
    said: str


@dataclass(frozen=True)
class DossierPart:
    """A table of the evidence behind a brief."""

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    sides: tuple[str, ...] = ()
    note: str = ""
    page_break: bool = False


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a brief says; an empty table is left out with its heading."""

    code: str
    name: str
    above: str
    title: str
    kind: str
    year: int
    ranked: int
    """Units that hold a place in 综合: the scale of the pictures of ranks."""
    is_synthetic: bool = False
    foot: str = ""
    figures: tuple[KeyFigure, ...] = ()
    indices: tuple[IndexRow, ...] = ()
    range_note: str = ""
    indicator_heads: tuple[str, ...] = ()
    indicator_widths: tuple[float, ...] = ()
    indicators: tuple[tuple[str, ...], ...] = ()
    """The first and the last column are set to the left."""
    indicator_note: str = ""
    counties_title: str = ""
    county_heads: tuple[str, ...] = ()
    counties: tuple[CountyRow, ...] = ()
    county_note: str = ""
    leads: tuple[Lead, ...] = ()
    peers: tuple[tuple[str, ...], ...] = ()
    peer_note: str = ""
    gap_title: str = ""
    gaps: tuple[tuple[str, ...], ...] = ()
    gap_note: str = ""
    fit_title: str = ""
    group_head: str = ""
    fits: tuple[tuple[str, ...], ...] = ()
    fit_note: str = ""
    quality_title: str = ""
    quality: tuple[str, ...] = ()
    dossier: tuple[DossierPart, ...] = field(default_factory=tuple)


MOST_STRANGE = 200
"""Letters that the fonts lack, at most, in one brief."""


class BriefWriter:
    """Writes briefs one after another; fonts and template are read once.

    The same brief gives the same bytes.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        import typst

        resources = files("reli.report")
        template = self._stack.enter_context(as_file(resources / "templates" / "brief.typ"))
        fonts = self._stack.enter_context(as_file(resources / "assets" / "fonts"))
        self._folder = Path(self._stack.enter_context(TemporaryDirectory()))
        shutil.copyfile(template, self._folder / "brief.typ")
        (self._folder / "data.json").write_text("{}", encoding="utf-8")
        self._compiler = typst.Compiler(
            self._folder / "brief.typ",
            root=self._folder,
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
            ),
            ignore_system_fonts=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, brief: Brief, out: Path) -> None:
        """Make the PDF of one brief.

        Letters that the fonts lack (rare ones in names of enterprises) are set as 〓.
        """
        import typst

        look = {
            "colours": COLOURS._asdict(),
            "type": TYPE._asdict(),
            "fonts": {"sans": SANS, "serif": SERIF},
        }
        text = json.dumps({"look": look, "brief": asdict(brief)}, ensure_ascii=False)
        for _ in range(MOST_STRANGE):
            (self._folder / "data.json").write_text(text, encoding="utf-8")
            try:
                self._compile(brief, out)
            except typst.TypstError as error:
                letters = _strange_letters(str(error))
                if not letters:
                    raise
                text = re.sub(f"[{letters}]", "〓", text)
            else:
                return
        raise InvalidData(f"brief of {brief.code}: too many letters that the fonts lack")

    def _compile(self, brief: Brief, out: Path) -> None:
        with atomic(out) as place:
            self._compiler.compile(
                output=place,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=datetime(brief.year, 12, 31, tzinfo=UTC),
            )


def _strange_letters(message: str) -> str:
    """Letters that the compiler could not set, by its message; none where it says another thing."""
    told = re.search("the text `(.+?)` could not be displayed", message)
    return "".join(letter for letter in (told.group(1) if told else "") if not letter.isascii())
