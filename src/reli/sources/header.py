"""Which of a file's first rows are its header, and what a header over two levels says.

序号  企业名称  注册资本         地址        ->  注册资本›认缴, 注册资本›实缴
认缴    实缴
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

__all__ = [
    "LEVEL",
    "FindHeader",
    "first_row",
    "header_of",
    "plain",
    "rows_of_header",
    "unit_of_header",
    "whole_header",
    "without_number",
]

FindHeader = Callable[[Sequence[Sequence[str]]], range]
"""The rows of the header, among the first rows of a file."""
LEVEL = "›"
"""Between the levels of a header, the widest first."""
_NO_HEADING = re.compile(r"公司|厂$|[。;；]|^[√×○●]$|\d")
_LABELLED = re.compile("[:：].")
"""填报单位：某局 stands above a header and heads no columns."""
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_LONGEST = 20
_IS_PART = re.compile(
    r"(?:日期|时间|年份|名称|代码|编号|金额|数量|人数|姓名|电话|单位|地址|比例|类型|币种|备注)(?:[(（].*[)）])?"
)
"""What may be told below one heading by itself: 成立 over 日期."""


def first_row(rows: Sequence[Sequence[str]]) -> range:
    """The header is the first row that is not blank."""
    found = (at for at, row in enumerate(rows) if any(cell.strip() for cell in row))
    at = next(found, 0)
    return range(at, at + 1)


def rows_of_header(rows: Sequence[Sequence[str]], at: int) -> range:
    """With the row that is surely of the header, those above and below which are of it too."""
    first = last = at
    while first and _are_levels(rows[first - 1], rows[first]):
        first -= 1
    while last + 1 < len(rows) and _are_levels(rows[last], rows[last + 1]):
        last += 1
    if last + 1 < len(rows) and _are_units(rows[last + 1]):
        last += 1
    return range(first, last + 1)


def header_of(rows: Sequence[Sequence[str]], span: range) -> list[str]:
    """What stands in the rows of a header, its levels joined."""
    *above, lowest = ([cell.strip() for cell in rows[at]] for at in span)
    for row in reversed(above):
        width = max(len(row), len(lowest))
        wide, below = _filled(row, width), lowest + [""] * (width - len(lowest))
        lowest = [_joined(*pair) for pair in zip(wide, below, strict=True)]
    return lowest


def _joined(above: str, below: str) -> str:
    if unit := _IS_UNIT.fullmatch(below):
        return f"{above}（{unit[1]}）" if above and unit[1] else above
    if not below or above in ("", below) or below.startswith(f"{above}{LEVEL}"):
        return below or above
    return f"{above}{LEVEL}{below}"


_IS_UNIT = re.compile(
    r"[(（]?(?:单位[:：]?)?(元|千元|万元|百万元|亿元|人|家|个|件|项|户|%|％|年月日|年)[)）]?|[-—/]+"
)
"""What a row below a header says of its columns, or that it says nothing of one."""


def _are_units(row: Sequence[str]) -> bool:
    """Whether a row has the units of the columns, and nothing else."""
    cells = [cell.strip() for cell in row if cell.strip()]
    told = [_IS_UNIT.fullmatch(cell) for cell in cells]
    return all(told) and any(unit and unit[1] for unit in told)


def _filled(row: Sequence[str], width: int) -> list[str]:
    """What is merged across stands in its first cell alone."""
    filled: list[str] = []
    for cell in [*row, *[""] * (width - len(row))]:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def _are_levels(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row of headings parts those of the row above it, and nothing else.

    Something must reach over both rows, as no title does, nor a row of data.
    """
    width = max(len(above), len(below))
    top = [cell.strip() for cell in above] + [""] * (width - len(above))
    low = [cell.strip() for cell in below] + [""] * (width - len(below))
    spans = _spans(top, low)
    inside = {at for span in spans for at in span}
    others = [(top[at], low[at]) for at in range(width) if at not in inside]
    reaches = [bool(one) and two in ("", one) for one, two in others]
    fits = (two in ("", one) or (one and _IS_PART.fullmatch(two)) for one, two in others)
    return bool(spans) and any(reaches) and all(fits)


def _spans(top: Sequence[str], low: Sequence[str]) -> list[range]:
    """Columns below one heading that have headings of their own, two or more."""
    spans, start = [], 0
    while start < len(top):
        end = start + 1
        while end < len(top) and low[end] and top[end] in ("", top[start]):
            end += 1
        told = low[start:end]
        is_parted = len(set(told)) > 1 and top[start] not in ("", *told)
        is_parted = is_parted and not _LABELLED.search(top[start])
        if is_parted and all(map(_is_heading, told)):
            spans.append(range(start, end))
        start = end
    return spans


def _is_heading(cell: str) -> bool:
    text = unicodedata.normalize("NFKC", cell)
    is_long = not text or len(text) > _LONGEST
    return not is_long and (bool(_YEAR.fullmatch(text)) or not _NO_HEADING.search(text))


@lru_cache(maxsize=50_000)
def plain(header: str) -> str:
    """A header without what varies: width, case, spaces, brackets with a unit, a marker `*`.

    Words of Latin letters are one, however they are joined: registered_capital, RegisteredCapital.
    """
    text = _JOINS_WORDS.sub("", _letters(header).casefold())
    return _UNIT.sub("", text) or text


def _letters(header: str) -> str:
    """A header in half width, without spaces, marks, its number, and what forms say: （必填）."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", header))
    text = _ESCAPED.sub(r"\1\2", text).strip(_MARKS)
    return _OF_FORMS.sub("", _NUMBER.sub("", text)).strip(_MARKS)


def unit_of_header(header: str) -> str:
    """The unit of money that a header tells (元, 万, 万元 …); empty where it tells none.

    Of several levels that of the figures themselves, else of those above.
    """
    found = (_UNIT.search(_letters(level)) for level in reversed(header.split(LEVEL)))
    told = next(filter(None, found), None)
    return told[1] if told else ""


def whole_header(header: str) -> str:
    """A header in plain letters, its levels as one."""
    return "".join(map(plain, header.split(LEVEL)))


_MARKS = "*:#"
_UNSEEN = re.compile("[\\s\u200b-\u200d\u2060\ufeff]")
_ESCAPED = re.compile(r"^(?:=\"(.*)\"|'(.*))$")
_OF_FORMS = re.compile(r"[(\[【](?:必填|选填|可选|非必填|必填项|选填项|必选|可空|\*)[)\]】]")
_NUMBER = re.compile("^[0-9]{1,2}[.、](?=[a-zA-Z\u4e00-\u9fff])")
_JOINS_WORDS = re.compile("(?<=[a-z0-9])[_-](?=[a-z0-9])")
_UNIT = re.compile(
    r"[(\[【/_\-、:,]*(?:单位[:]?)?(?:人民币[,、]?)?"
    r"(千元|万元?|百万元?|亿元?|(?:(?<=[(\[【/_\-:,])|(?<=人民币))元)(?:人民币|[,、;][^()]*)?[)\]】]*$"
)
"""注册资本（万元）, 注册资本[万元], 注册资本/万元, 注册资本：万元, 注册资本（万元，人民币）."""


def without_number(header: str) -> str:
    """A plain header without the number of its column: 权利人1, 权利人（二）, 第三权利人."""
    text = plain(header)
    return _NUMBERED.sub("", text) or text


_NUMBERED = re.compile(
    r"^第[一二三四五六七八九十]|(?<!\d)[(_-]?(?:[1-9]|1\d|[一二三四五六七八九十])[)]?$"
)
