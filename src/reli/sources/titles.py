"""What is said above a table of a document: which list it is, of which batch, in which unit."""

import re
from collections.abc import Iterable

__all__ = ["says_revoked", "title_above"]

_LONGEST = 80
_MOST = 4
_NAMES_A_LIST = re.compile(r"名单|名录|目录|榜|清单|一览|汇总|第.{1,4}批|单位\s*[:：]")
_IS_SENTENCE = re.compile(r"[。；]|各有关|^根据|^按照|^为")


_REVOKED = re.compile(
    r"(?:取消|撤销|撤消|摘牌|除名|移出).{0,60}(?:资格|称号|认定|命名|名单|企业|中心)"
)
_REVOKED_SHEET = re.compile(r"(?:已|被)?(?:取消|撤销|撤消|摘牌|除名|移出).{0,4}")
_GRANTED_TOO = re.compile(
    r"(?:认定|新增|公布|合格|通过|入选|评价|评估|复核).{0,16}(?:及|和|与|、|并|或)[^：:]{0,6}"
    r"(?:取消|撤销|撤消|摘牌|除名|移出)"
)


def says_revoked(title: str) -> bool:
    """Whether a title, or a sheet's name, says that a recognition was taken from those listed.

    One that speaks of both, of whom it was given to and taken from, says neither.
    """
    said = _REVOKED.search(title) or _REVOKED_SHEET.fullmatch(title.strip())
    return bool(said) and not _GRANTED_TOO.search(title)


def title_above(lines: Iterable[str]) -> str:
    """The headings among the lines above a table, the nearest last; empty where there are none.

    Sentences of the notice cite other lists and years, and head nothing.
    """
    said = [" ".join(line.split()) for line in lines]
    heads = [line for line in said if 1 < len(line) <= _LONGEST and not _IS_SENTENCE.search(line)]
    naming = [line for line in heads if _NAMES_A_LIST.search(line)]
    return " ".join(dict.fromkeys((naming or heads)[-_MOST:]))
