"""Lists of firms in the text of a document instead of a table: 1. 甲公司, 2. 乙公司."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reli.sources.continued import Titled
from reli.sources.headings import Headings
from reli.sources.titles import title_above

__all__ = ["enumerated_lists"]

_HEADER = ["序号", "企业名称"]
_NUMBER = r"[(（]?(\d{1,5})(?:[)）]\s*[、.．]?|\s*[、.．]|\s)\s*"
_WORDS = r"[^，,。；;：:！!？?“”、\s]{1,60}?"
_REMARK = r"(?:[(（][^()（）]{1,30}[)）])?[。；;，,、]?"
_FIRM = re.compile(rf"{_WORDS}(?:公司|厂|合作社|集团){_REMARK}")
_NUMBERED = re.compile(
    rf"{_NUMBER}({_WORDS}(?:公司|厂|合作社|集团|大学|学院|研究院|研究所|中心|[院所社]){_REMARK})"
)
_BEGINS = re.compile(_NUMBER)
_BESIDE = re.compile(r"(?<=\S)\s+(?=\d{1,5}[、.．]\s*\D)")
"""Between entries that stand side by side: 1. 甲公司 11. 乙公司."""
_FOOT = re.compile(r"[-—–·\s第共页/]*\d{1,4}[-—–·\s第共页/\d]*")
_FEWEST = 2


def enumerated_lists(text: str) -> list[Titled]:
    """Runs of lines each of which names a firm, as tables, each with what is said above it.

    Headings among them (二、宁波市) stand in their place; a name over two lines is one.
    """
    lines = [part for line in text.splitlines() for part in _BESIDE.split(line.strip()) if part]
    lines = [line for line in lines if not _FOOT.fullmatch(line)]
    return [(title_above(run.above), run.table) for run in _runs(_unbroken(lines)) if run.is_list]


@dataclass
class _Run:
    """Lines that follow each other."""

    above: list[str]
    """What was said before."""
    rows: list[list[str]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    """Headings behind the last entry, which may be of what comes."""

    @property
    def is_list(self) -> bool:
        return sum(row[0] != row[1] for row in self.rows) >= _FEWEST

    @property
    def table(self) -> list[list[str]]:
        """With its header; entries that stand side by side in the order of their numbers."""
        numbers = [int(number) for number, _ in self.rows if number.isdigit()]
        is_whole = sorted(numbers) == list(range(min(numbers, default=0), len(self.rows) + 1))
        rows = sorted(self.rows, key=lambda row: int(row[0])) if is_whole else self.rows
        return [_HEADER, *rows]

    def add(self, entry: list[str]) -> None:
        self.rows += [*([each, each] for each in self.below), entry]
        self.below = []


def _runs(lines: Iterable[str]) -> Iterator[_Run]:
    run = _Run([])
    for line in lines:
        entry = _entry(line)
        if entry:
            run.add(entry)
        elif run.rows and Headings().is_heading(line):
            run.below.append(line)
        elif run.rows:
            yield run
            run = _Run([*run.below, line])
        else:
            run.above.append(line)
    yield run


def _entry(line: str) -> list[str]:
    """Number, which may be empty, and name; nothing where the line is no entry."""
    if numbered := _NUMBERED.fullmatch(line):
        return [numbered[1], numbered[2].rstrip(_STOPS)]
    return ["", line.rstrip(_STOPS)] if _FIRM.fullmatch(line) else []


_STOPS = "。；;，,、"


def _unbroken(lines: Sequence[str]) -> list[str]:
    """Lines of which one that a number begins and no firm ends goes on in the next."""
    whole: list[str] = []
    is_taken = False
    for line, after in pairwise([*lines, ""]):
        if is_taken:
            is_taken = False
            continue
        is_open = bool(_BEGINS.match(line)) and not _entry(line) and not _BEGINS.match(after)
        is_taken = is_open and bool(_NUMBERED.fullmatch(line + after))
        whole.append(line + after if is_taken else line)
    return whole
