"""What is said above a table: which list it is, of which batch, whether of those who lost it."""

import re
from collections.abc import Collection, Iterable, Sequence

from reli.sources.canonical import Table
from reli.sources.headings import Headings, is_numbered
from reli.sources.list_names import list_told, lists_named, tells_candidates
from reli.sources.revoked import says_revoked
from reli.sources.spellings import RANKINGS, RECOGNITION_LISTS
from reli.sources.times import BATCH, tells_time_alone, time_told

__all__ = [
    "are_of_two_lists",
    "tells_revoked",
    "title_above",
    "told_constants",
    "within",
]

_LONGEST = 80
_MOST = 4
_NAMES_A_LIST = re.compile(r"名单|名录|目录|榜|清单|一览|汇总|第.{1,4}批|单位\s*[:：]")
_IS_SENTENCE = re.compile(r"[。；]|各有关|^根据|^按照|^为")
_ANNEX = re.compile(r"附[件表录]\s*[一二三四五六七八九十\d]*\s*[:：]?")
"""附件1: alone in its line, above what is annexed."""
_ANNEXES = re.compile(r"附[件表录]\s*[:：]\s*1\s*[.．、]")
_ONE_OF_ANNEXES = re.compile(r"\d{1,2}\s*[.．、]")
"""附件：1.…名单, and below it 2.…名单: what a notice says that it has annexed."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_SET_WIDE = re.compile(r"(?<!\d) +|(?<=\d) +(?!\d)")


def title_above(lines: Iterable[str]) -> str:
    """The headings among the lines above a table, the nearest last; empty where there are none.

    Sentences of the notice cite other lists and years, and so does what it names as annexed: they
    head nothing.
    """
    heads = _below_annex([line for line in map(_one_line, lines) if line])
    heads = [line for line in heads if 1 < len(line) <= _LONGEST and not _IS_SENTENCE.search(line)]
    is_naming = [_is_naming(line) for line in heads]
    naming = [
        line
        for line, names, is_above in zip(heads, is_naming, [*is_naming, False][1:], strict=True)
        # A title may stand in two lines, of which the first tells year or list.
        if names or (is_above and (_time_in("batch", line) or _names_any(line)))
    ]
    return " ".join(dict.fromkeys((naming or heads)[-_MOST:]))


def _one_line(line: str) -> str:
    """A line without the spaces by which Chinese titles are set wide: 名　单."""
    plain = " ".join(line.split())
    # 附件1 2023年: two numbers stay apart.
    return _SET_WIDE.sub("", plain) if _HAN.search(plain) else plain


def _below_annex(lines: Sequence[str]) -> list[str]:
    """The lines below the last 附件1 that stands alone, without those that say what is annexed."""
    marks = [at for at, line in enumerate(lines) if _ANNEX.fullmatch(line)]
    below = lines[marks[-1] + 1 :] if marks else lines
    kept: list[str] = []
    is_told = False
    for line in below:
        is_told = bool(_ANNEXES.match(line) or (is_told and _ONE_OF_ANNEXES.match(line)))
        kept += [] if is_told else [line]
    return kept or list(lines)


def _is_naming(line: str) -> bool:
    """Whether a line heads a list: by its word, as a place or as a time alone."""
    named = _NAMES_A_LIST.search(line) or Headings().is_heading(line)
    return bool(named) or tells_time_alone(line)


def _names_any(line: str) -> bool:
    return any(lists_named(choices, line) for choices in (RECOGNITION_LISTS, RANKINGS))


_LIST_COLUMNS = ("list", "market")
_TIME_COLUMNS = ("year", "batch")


def told_constants(table: Table, title: str, given: Collection[str]) -> dict[str, str]:
    """What a title or a file's name says of all rows: which list, of which year or batch.

    Args:
        table: canonical table.
        title: text above the header, name of the file.
        given: columns that the file has itself.
    """
    told: dict[str, str] = {}
    if table.name not in ("recognitions", "rankings", "listings"):
        return told
    for column in table.columns:
        if column.name in given:
            continue
        if column.name in _LIST_COLUMNS and (which := list_told(column.choices, title)):
            told[column.name] = which
        if column.name in _TIME_COLUMNS and (when := _time_in(column.name, title)):
            told[column.name] = when
    return told


def _time_in(name: str, text: str) -> str:
    """The first year of a text; of a batch its number, too (2023年第一批)."""
    year, batch = time_told(text)
    if name == "year":
        return year
    return (f"{year}年" if year else "") + batch


def tells_revoked(title: str) -> bool:
    """Whether the nearest of several headings that says anything of it says that these lost it."""
    for heading in reversed(title.split()):
        if says_revoked(heading):
            return True
        if _names_any(heading):
            return False
    return says_revoked(title)


def within(title: str, before: str) -> str:
    """A title that tells a part alone, below the headings that name the list of the table before.

    浙江省瞪羚企业名单 第一批（2021年）, 第二批（2022年）: both are of that list;
    第七批单项冠军企业名单 一、示范企业, 二、单项冠军产品: both are of that batch.
    """
    heads = title.split()
    is_part = bool(heads) and (all(map(tells_time_alone, heads)) or is_numbered(heads[0]))
    if not is_part:
        return title
    lists = [each for each in before.split() if _names_any(each) and not is_numbered(each)]
    if any(time_told(title)):
        lists = [re.sub(f"{BATCH}|20\\d{{2}}(?:年度?)?", "", each) for each in lists]
    return " ".join([*lists, title])


def are_of_two_lists(title: str, before: str) -> bool:
    """Whether two titles in a document name different lists, batches or years."""
    for choices in (RECOGNITION_LISTS, RANKINGS):
        one, other = (list_told(choices, each) for each in (title, before))
        of_candidates = (one and tells_candidates(choices, before)) or (
            other and tells_candidates(choices, title)
        )
        if of_candidates or (one and other and one != other):
            return True
    first, second = (_time_in("batch", each) for each in (title, before))
    return bool(first and second and first != second)
