"""The total that a list announces, in its title, the notice above it or a note below."""

import re

from reli.sources.numerals import WORD, number_in_words

__all__ = ["announced_total", "announced_totals"]

_NUMBER = rf"(\d[\d,，]*|{WORD}+)\s*(?:[家户项]|个(?!工作|自然|月|年))"
_BEHIND_A_WORD = re.compile(
    r"(?:共|合计|总计|总数|等)(?:有|计|为|是|认定|公布|公示|评选出|包括|[:：])*(?:企业|单位|中心)?\s*"
    + _NUMBER
)
"""共有 1,234 家企业, 共认定企业二十家, 甲公司等 100 家企业."""
_OF_A_DECISION = re.compile(
    r"(?:共|本次|此次|本批|拟|决定|经[^。；]{1,20}?)[^。；;，,]{0,12}?(?:认定|公布|公示|确定|评选|遴选|通过|入选)"
    r"[^。；;，,、]{0,30}?(?<![\d年第])" + _NUMBER
)
"""本次共认定高新技术企业 1,203 家, 拟认定 2023 年度专精特新中小企业 1234 家."""
_IN_A_TITLE = re.compile(rf"(?:名单|名录|目录|榜单|企业|中心|清单)\s*[(（]{_NUMBER}[)）]\s*$")
"""专精特新“小巨人”企业名单（4357家）."""
_GROUP = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）、.．]|\d{1,2}[、.．])")
"""A heading within a list speaks of its own part."""


def announced_total(text: str) -> int | None:
    """Number of entries that a text announces, if it names just one."""
    totals = announced_totals(text)
    return totals.pop() if len(totals) == 1 else None


def announced_totals(text: str) -> set[int]:
    """All numbers of entries that a text announces."""
    patterns = (_BEHIND_A_WORD, _OF_A_DECISION)
    found = {each for pattern in patterns for each in pattern.findall(text)}
    for line in text.splitlines():
        told = None if _GROUP.match(line) else _IN_A_TITLE.search(line)
        found |= {told[1]} if told else set()
    return {int(number_in_words(each)) for each in found}
