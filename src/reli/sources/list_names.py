"""Which list of firms a title or a heading names: 独角兽企业; of 潜在独角兽 none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reli.sources.times import without_marks

__all__ = ["Choices", "list_told", "lists_named", "names_list_alone", "tells_candidates"]

_PLACES = ("上海", "深圳", "北京", "香港", "美国")

Choices = Mapping[str, Sequence[str]]
"""A list as we call it -> how it is spelt."""


def list_told(choices: Choices, title: str) -> str:
    """The list that the nearest heading names which names just one; empty where none does."""
    named = (lists_named(choices, heading) for heading in reversed(title.split()))
    return next((each[0] for each in named if len(each) == 1), "")


def lists_named(choices: Choices, title: str) -> list[str]:
    """The lists that a text names, by their longest spellings first.

    What stands within a longer spelling (专精特新 in 专精特新小巨人) names none of its own, and who
    may one day be on a list (潜在独角兽, 瞪羚培育企业) or is on another of its kind is not on it.
    """
    return list(_read(choices, title).named)


def names_list_alone(choices: Choices, heading: str) -> bool:
    """Whether a heading says nothing but a list, or who may one day be on it: 2023年独角兽企业."""
    said = _read(choices, heading)
    return bool(said.named or said.has_candidates) and not _AROUND.sub("", said.rest).strip()


def tells_candidates(choices: Choices, title: str) -> bool:
    """Whether the nearest heading that speaks of a list speaks of those who may one day be on it.

    Or of a list of another kind: 科技小巨人, 高新技术企业研究开发中心.
    """
    said = (_read(choices, heading) for heading in reversed(title.split()))
    return next((not each.named for each in said if each.named or each.has_candidates), False)


@dataclass(frozen=True)
class _Said:
    """What a text says of lists."""

    named: tuple[str, ...]
    has_candidates: bool
    rest: str
    """Without the words that say it."""


@lru_cache(10_000)
def _read_by(spelt: tuple[tuple[str, str], ...], title: str) -> _Said:
    text = without_marks(title)
    named: list[str] = []
    has_candidates = False
    for spelling, ours in spelt:
        if spelling not in text:
            # Most titles name none: to make the patterns ready takes longer than to read a file.
            continue
        text, found = re.subn(f"(?:{_NOT_YET}){spelling}|{spelling}(?:{_NO_MORE})", " ", text)
        has_candidates |= found > 0
        if spelling in text:
            text = text.replace(spelling, " ")
            named.append(ours)
    return _Said(tuple(dict.fromkeys(named)), has_candidates, text)


def _read(choices: Choices, title: str) -> _Said:
    spelt = {without_marks(each): ours for ours, all_ in choices.items() for each in all_}
    telling = sorted(filter(_is_telling, spelt), key=len, reverse=True)
    return _read_by(tuple((each, spelt[each]) for each in telling), title)


_AROUND = re.compile(
    r"企业|单位|名单|类别?|梯度|培育|入库|[(（]?拟?认定[)）]?|20\d\d年度?|第[一二三四五六七八九十\d]+批"
    r"|国家级?|省级|市级|[\W_]|(?:\w{2,8}(?:省|市|自治区))"
)
"""What may stand around the name of a list that heads a group."""


_NOT_YET = "潜在|(?<!标)准|种子|未来|后备|储备|预备|(?<!梯度)培育|科技(?=小巨人)"
_NO_MORE = "(?:企业)?(?:培育|后备|储备|种子)|(?:研究开发|研发)(?:中心|机构)"
"""What stands before or behind a list's name and makes another of it."""


def _is_telling(spelling: str) -> bool:
    """Whether a word tells a list or market wherever it stands in a title."""
    return len(spelling) > 1 and not spelling.isascii() and spelling not in _PLACES
