"""Answers of closed lists, and yes or no, by whatever spelling files have."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from reli.sources.canonical import Column
from reli.sources.readers import Cells, Spelling, noted

__all__ = ["choice_answers", "plain_answer", "read_choice", "read_flag"]

_YES = (
    "1", "1.0", "是", "有", "真", "true", "yes", "y", "t", "√", "✓", "✔", "已列入", "列入", "异常",
    "经营异常", "列入经营异常名录", "并表", "合并", "纳入", "已纳入", "纳入合并", "纳入合并范围",
)  # fmt: skip
_NO = (
    "0", "0.0", "否", "无", "假", "false", "no", "n", "f", "×", "✗", "✘", "未列入", "正常",
    "已移出", "移出", "不并表", "未并表", "不合并", "未合并", "不纳入", "未纳入", "未纳入合并",
    "未纳入合并范围",
)  # fmt: skip
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
_ENTRIES = r"^(\d+)(?:\.0+)?[条次]?$"


def read_flag(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """Yes or no; of a number of entries (3条), whether there are any."""
    known = text.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    counted = text.str.extract(_ENTRIES, 1).cast(pl.Int64, strict=False) > 0
    return noted(text, known.zip_with(known.is_not_null(), counted), "不是“是”或“否”")


_MARKS = r"[\s\p{P}\p{S}]"
_SCOPE = r"^(?:\p{Han}{2,3}省|(?:北京|天津|上海|重庆)市|\p{Han}{2,8}自治区|国家级?|省级?)"
_REMARK = r"\((?:国家级|省级|复核|复核通过|第\p{Han}{1,3}批|20\d\d年?度?)\)$"


def read_choice(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """A value of the column's closed list, by any of its spellings.

    Marks (专精特新“小巨人”企业), and where it holds (浙江省…, …(国家级)), make no other answer.
    """
    known = choice_answers(column, spelling)
    plain = text.str.replace_all(r"\s", "").str.to_lowercase()
    values = _looked_up(plain, known)
    if values.null_count() > text.null_count():
        loose = {_unmarked(each): own for each, own in known.items()}
        bare = plain.str.replace(_REMARK, "")
        for said in (plain, bare, bare.str.replace(_SCOPE, "")):
            found = _looked_up(said.str.replace_all(_MARKS, ""), loose)
            values = values.zip_with(values.is_not_null(), found)
    return noted(text, values, f"不是“{column.name_zh}”的取值")


def _looked_up(text: pl.Series, known: Mapping[str, str]) -> pl.Series:
    return text.replace_strict(known, default=None, return_dtype=pl.String)


def choice_answers(column: Column, spelling: Spelling) -> dict[str, str]:
    """Spellings of a closed list's values, in plain letters -> ours; of other columns none."""
    if not column.choices:
        return {}
    ours = {
        plain_answer(each): own for own, theirs in column.choices.items() for each in (own, *theirs)
    }
    return ours | {plain_answer(theirs): own for theirs, own in (spelling.values or {}).items()}


@lru_cache(1 << 15)
def plain_answer(spelling: str) -> str:
    """An answer without what varies: width, spaces, case."""
    # Thousands of places are asked for again with each batch.
    return "".join(unicodedata.normalize("NFKC", spelling).split()).lower()


@lru_cache(1 << 15)
def _unmarked(plain: str) -> str:
    return re.sub(r"[\W_]", "", plain)
