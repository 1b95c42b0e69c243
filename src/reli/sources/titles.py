"""What is said above a table: which list it is, of which batch, whether of those who lost it."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

from reli.sources.canonical import Table
from reli.sources.headings import Headings
from reli.sources.spellings import RANKINGS, RECOGNITION_LISTS

__all__ = [
    "are_of_two_lists",
    "list_told",
    "lists_named",
    "title_above",
    "told_constants",
]

_LONGEST = 80
_MOST = 4
_NAMES_A_LIST = re.compile(r"名单|名录|目录|榜|清单|一览|汇总|第.{1,4}批|单位\s*[:：]")
_IS_SENTENCE = re.compile(r"[。；]|各有关|^根据|^按照|^为")


def title_above(lines: Iterable[str]) -> str:
    """The headings among the lines above a table, the nearest last; empty where there are none.

    Sentences of the notice cite other lists and years, and head nothing.
    """
    said = [" ".join(line.split()) for line in lines]
    heads = [line for line in said if 1 < len(line) <= _LONGEST and not _IS_SENTENCE.search(line)]
    naming = [line for line in heads if _NAMES_A_LIST.search(line) or Headings().is_heading(line)]
    return " ".join(dict.fromkeys((naming or heads)[-_MOST:]))


_LIST_COLUMNS = ("list", "market")
_TIME_COLUMNS = ("year", "batch")
_PLACES = ("上海", "深圳", "北京", "香港", "美国")
# A day, such as that of an export, is no year of a list.
_YEAR = r"(?<!\d)(20\d{2})(?!\d|年?[-./]?\d{1,2}[-./月])"
_BATCH = r"第[一二三四五六七八九十百\d]+批"


def told_constants(table: Table, title: str, given: Collection[str]) -> dict[str, str]:
    """What a title or a file's name says of all rows: which list, of which year or batch.

    Args:
        table: canonical table.
        title: text above the header, name of the file.
        given: columns that the file has itself.
    """
    text = _without_marks(title)
    told: dict[str, str] = {}
    if table.name not in ("recognitions", "rankings", "listings"):
        return told
    for column in table.columns:
        if column.name in given:
            continue
        if column.name in _LIST_COLUMNS and (which := list_told(column.choices, title)):
            told[column.name] = which
        if column.name in _TIME_COLUMNS and (when := _time_in(column.name, text)):
            told[column.name] = when
    return told


def _time_in(name: str, text: str) -> str:
    """The first year of a text; of a batch its number, too (2023年第一批)."""
    year, batch = (re.search(pattern, text) for pattern in (_YEAR, _BATCH))
    if name == "year":
        return year[0] if year else ""
    return (f"{year[0]}年" if year else "") + (batch[0] if batch else "")


def list_told(choices: Mapping[str, Sequence[str]], title: str) -> str:
    """The list that the nearest heading names which names just one; empty where none does."""
    named = (lists_named(choices, heading) for heading in reversed(title.split()))
    return next((each[0] for each in named if len(each) == 1), "")


def lists_named(choices: Mapping[str, Sequence[str]], title: str) -> list[str]:
    """The lists that a text names, by their longest spellings first.

    What stands within a longer spelling (专精特新 in 专精特新小巨人) names none of its own.
    """
    text = _without_marks(title)
    spelt = {_without_marks(each): ours for ours, all_ in choices.items() for each in all_}
    named: list[str] = []
    for spelling in sorted(filter(_is_telling, spelt), key=len, reverse=True):
        if spelling in text:
            text = text.replace(spelling, " ")
            named.append(spelt[spelling])
    return list(dict.fromkeys(named))


def _is_telling(spelling: str) -> bool:
    """Whether a word tells a list or market wherever it stands in a title."""
    return len(spelling) > 1 and not spelling.isascii() and spelling not in _PLACES


def _without_marks(text: str) -> str:
    return re.sub("[“”\"'《》「」]", "", unicodedata.normalize("NFKC", text))


def are_of_two_lists(title: str, before: str) -> bool:
    """Whether two titles in a document name different lists, batches or years."""
    for choices in (RECOGNITION_LISTS, RANKINGS):
        one, other = (list_told(choices, each) for each in (title, before))
        if one and other and one != other:
            return True
    first, second = (_time_in("batch", _without_marks(each)) for each in (title, before))
    return bool(first and second and first != second)
