"""An analyst's own paragraphs: Markdown files in text/, at anchors between computed ones.

    # 新材料/分省份

    A paragraph; lines are joined. A blank line ends it.
    数据来源：国家统计局，《统计公报》

The anchors of a report are the titles of its chapters and sections, the names of indices, and an
index with a part of it (分省份, 分城市, a dimension, 小结).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reli.errors import Problems, nearest
from reli.pipeline.workspace import Workspace
from reli.report.blocks import Paragraph
from reli.report.outline import anchors
from reli.report.publication import Publication
from reli.texts import written_text

__all__ = ["own_text_files", "with_own_texts"]

PREFACE = "前言"
SOURCES = "数据来源："
UNSOURCED = "待补（本段含有数字，尚未注明来源）"


@dataclass
class _Reading:
    """What has been read of the files so far."""

    found: dict[str, list[Paragraph]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def own_text_files(workspace: Workspace) -> tuple[Path, ...]:
    """The analyst's files, in the order of their names."""
    return tuple(sorted((workspace.folder / "text").glob("*.md")))


def with_own_texts(workspace: Workspace, publication: Publication) -> Publication:
    """The publication with the analyst's paragraphs.

    Raises:
        Problems: text before the first anchor, or anchors that the report has not.
    """
    known = anchors(publication)
    reading = _Reading()
    for path in own_text_files(workspace):
        _read(path, known, reading)
    if reading.problems:
        raise Problems(str(workspace.folder / "text"), reading.problems)
    texts = {anchor: tuple(paragraphs) for anchor, paragraphs in reading.found.items()}
    return replace(publication, own_texts=texts)


def _read(path: Path, known: Sequence[str], reading: _Reading) -> None:
    anchor = ""
    for line, part in _parts(written_text(path)):
        where = f"{path.name}:{line}"
        if part.startswith("# "):
            anchor = part[2:].strip()
            if anchor not in known:
                reading.problems.append(
                    f"{where}: no place {anchor!r} in this report: {nearest(anchor, known)}"
                )
        elif not anchor:
            reading.problems.append(
                f"{where}: text before the first place: begin with a line such as '# {PREFACE}'"
            )
        else:
            reading.found.setdefault(anchor, []).append(_paragraph(part, anchor))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Headings and paragraphs with the numbers of their first lines."""
    begun, lines = 0, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        is_end = not line.strip() or line.startswith("# ")
        if is_end and lines:
            yield begun, "\n".join(lines)
            lines = []
        if line.startswith("# "):
            yield number, line
        elif line.strip():
            begun = begun if lines else number
            lines.append(line.strip())


def _paragraph(part: str, anchor: str) -> Paragraph:
    lines = part.split("\n")
    said = "".join(line for line in lines if not line.startswith(SOURCES))
    named = [line.removeprefix(SOURCES) for line in lines if line.startswith(SOURCES)]
    sources = tuple(each.strip() for line in named for each in line.split("；") if each.strip())
    if anchor == PREFACE and not sources and re.search(r"\d", said):
        sources = (UNSOURCED,)
    return Paragraph(said, "analyst", sources)
