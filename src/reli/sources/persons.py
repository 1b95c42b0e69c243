"""Columns of persons and of ways to reach them: dropped at the door, by name, never stored."""

import re
import unicodedata

import polars as pl

from reli.sources.header import LEVEL

__all__ = ["blank_numbers", "is_identity_number", "is_personal"]

_CHINESE = (
    "法定代表人",
    "法人代表",
    "法人姓名",
    "负责人",
    "联系人",
    "联系方式",
    "经营者",
    "投资人",
    "股东",
    "高管",
    "董事",
    "监事",
    "主要人员",
    "实际控制人",
    "受益人",
    "发明人",
    "设计人",
    "姓名",
    "电话",
    "手机",
    "传真",
    "邮箱",
    "邮件",
    "微信",
    "身份证",
    "证件号",
)
_EXACT = {"法人", "法代", "经理", "董秘", "qq", "电邮"}
_ENGLISH = re.compile(
    r"(^|_)(legal_(rep|representative|person)|contacts?|contact_person|representatives?|"
    r"phones?|telephones?|tel|mobiles?|e_?mails?|fax|inventors?|officers?|chairman|manager|"
    r"oper_name|directors?|supervisors?|shareholders?|persons?|id_card)(_|$)"
)
_DATE = "(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])"
_IDENTITY = rf"^[1-6][0-9]{{5}}{_DATE}[0-9]{{3}}[0-9X]$"
_NUMBER = re.compile(
    # An identity number has a date of birth in it; most credit codes of digits only have none.
    rf"(?<![0-9A-Za-z])(1[3-9][0-9]{{9}}|0[0-9]{{2,3}}[-－ ]?[0-9]{{7,8}}|[1-9][0-9]{{5}}{_DATE}"
    r"[0-9]{3}[0-9Xx])(?![0-9A-Za-z])|[\w.+-]+@[\w-]+\.[\w.-]+"
)


def is_personal(column: str) -> bool:
    """Whether a column holds names of persons or ways to reach them."""
    name = unicodedata.normalize("NFKC", column).strip().casefold()
    if not _EXACT.isdisjoint(name.split(LEVEL)) or any(word in name for word in _CHINESE):
        return True
    # legalPersonName is written as one word.
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column).casefold()
    return any(_ENGLISH.search(re.sub(r"[\s.-]+", "_", each)) for each in (name, parted))


def blank_numbers(text: str) -> str:
    """The text without telephone and identity numbers and mail addresses."""
    return _NUMBER.sub("***", text)


def is_identity_number(code: pl.Series) -> pl.Series:
    """Whether what stands for a code is the number of a person's identity card (GB 11643).

    Its check character holds: of codes of public bodies, which may look like one, it hardly does.
    """
    told = code.str.contains(_IDENTITY).fill_null(False)
    rows = told.arg_true()
    return told.scatter(rows, [_is_checked(each) for each in code.gather(rows)])


def _is_checked(number: str) -> bool:
    values = [10 if each == "X" else int(each) for each in number]
    return sum(value << (17 - at) for at, value in enumerate(values)) % 11 == 1
