"""What is said above a table of a document: which list it is, of which batch, in which unit."""

import re
from collections.abc import Iterable

__all__ = ["title_above"]

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
    naming = [line for line in heads if _NAMES_A_LIST.search(line)]
    return " ".join(dict.fromkeys((naming or heads)[-_MOST:]))
