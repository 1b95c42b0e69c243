"""From the spellings of cells to typed values, whole columns at a time.

Each reader takes a column of tidy text (see `tidy`) and returns the values with, for each cell
that could not be read, the reason in Chinese: a bad cell is a missing value and a note.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import cast

import polars as pl
import pyarrow as pa

from reli.sources.canonical import Column, Kind

__all__ = [
    "READERS",
    "Cells",
    "Spelling",
    "Tidied",
    "choice_answers",
    "is_person",
    "read_tidied",
    "tidied",
    "tidy",
]


@dataclass(frozen=True)
class Cells:
    """A column as read."""

    values: pl.Series
    doubts: pl.Series
    """Reason (text) where the cell could not be read, else null."""


@dataclass(frozen=True)
class Spelling:
    """What the mapping says of one column's values."""

    unit: float | None = None
    """Yuan that a bare number stands for; None where nobody says."""
    values: Mapping[str, str] | None = None
    """Their spelling -> ours."""


Reader = Callable[[pl.Series, Column, Spelling], Cells]

_EMPTY = (
    "", "N/A", "n/a", "#N/A", "NA", "NaN", "nan", "NaT", "<NA>", "-", "--", "---", "—", "——",
    "–", "/", "\\", "\\N", "null", "NULL", "Null", "None", "none", "NONE", "暂无", "暂无数据",
    "未公开", "未公示", "不详",
)  # fmt: skip
_MAY_CHANGE = "[^\\x00-\\x7F\\u3001-\\u3011\\u4E00-\\u9FFF“”‘’—·]"
_NO = "无"
_NUL = "\0"
"""Left by damaged exports within names; databases do not take it."""
_SPACES = " \t\r\n\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True)
class Tidied:
    """Cells in one form."""

    texts: pl.Series
    odd: pl.Series | None = None
    """Position of each cell that was not, or might not have been; None where nobody looked."""


def tidied(column: pl.Series, kind: Kind = "text", answers: Collection[str] = ()) -> Tidied:
    """Text in half width (NFKC) without outer spaces; what people write for nothing is null.

    Long text (business scopes) keeps its width: the kernels that search it see to that.

    Args:
        column: as read.
        kind: of the column.
        answers: what `choice_answers` has: there, a word for nothing (none, 不详) is an answer.
    """
    text = column.cast(pl.String)
    if kind == "long_text":
        return Tidied(_tidied(text, kind, answers))
    # Most cells are tidy, which one look at each tells.
    plain = _PLAIN.get(kind)
    is_odd = ~text.str.contains(plain) if plain else text.str.contains(_untidy())
    rows = is_odd.arg_true()
    if not rows.is_empty():
        text = text.clone().scatter(rows, _tidied(text.gather(rows), kind, answers))
    return Tidied(text, rows)


def tidy(column: pl.Series, kind: Kind = "text", answers: Collection[str] = ()) -> pl.Series:
    """The texts of `tidied`."""
    return tidied(column, kind, answers).texts


@cache
def _untidy() -> str:
    """What `_tidied` changes, and perhaps a little more."""
    empty = "|".join(map(re.escape, (*_EMPTY, _NO)))
    return f"^['=]|^[{_SPACES}]|[{_SPACES}]$|{_NUL}|{_MAY_CHANGE}|^(?:{empty})$"


def _tidied(text: pl.Series, kind: Kind, answers: Collection[str]) -> pl.Series:
    said = pl.col("text")
    if text.str.contains(_NUL, literal=True).any():
        said = said.str.replace_all(_NUL, "", literal=True)
    if kind != "long_text":
        said = said.str.normalize("NFKC")
    said = said.str.strip_chars(_SPACES)
    tidy = text.rename("text").to_frame().select(said).to_series()
    if kind != "long_text" and tidy.str.contains(_ESCAPED).any():
        tidy = tidy.str.replace('^="(.*)"$', "${1}").str.strip_prefix("'")
    # Where there is a choice, 无 is an answer.
    empty: tuple[str, ...] = _EMPTY if kind in ("flag", "choice") else (*_EMPTY, _NO)
    if answers:
        empty = tuple(each for each in empty if _plain(each) not in answers)
    is_empty = tidy.is_in(empty)
    return (tidy.set(is_empty, None) if is_empty.any() else tidy).rename(text.name)


_ESCAPED = "^['=]"
"""What exports write to make a spreadsheet keep a code as text: ="0012" and '0012."""


def _noted(text: pl.Series, values: pl.Series, reason: str) -> Cells:
    """Where there is text but no value, the reason."""
    is_bad = text.is_not_null() & values.is_null()
    return Cells(values, _where(is_bad, reason))


def _where(mask: pl.Series, reason: str) -> pl.Series:
    return pl.select(pl.when(mask).then(pl.lit(reason))).to_series()


def read_text(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """Text as it stands; characters that were lost on the way are noted and kept."""
    is_garbled = text.str.contains("\ufffd", literal=True)
    if not is_garbled.any():
        return Cells(text, pl.repeat(None, len(text), dtype=pl.String, eager=True))
    return Cells(text, _where(is_garbled.fill_null(False), "含有乱码字符，原样保留"))


def read_names(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Several names in one cell, joined by `|`."""
    # Most cells hold one name.
    rows = text.str.contains(_PARTED).fill_null(False).arg_true()
    if not rows.is_empty():
        text = text.clone().scatter(rows, _joined_names(text.gather(rows)))
    return read_text(text, column, spelling)


_PARTED = r"[|;、\r\n\t,]|^ | $"


def _joined_names(text: pl.Series) -> pl.Series:
    # A comma parts Chinese names, but belongs to "Co., Ltd".
    parted = text.str.replace_all(r"([\p{Han})]),\s*", "${1}|")
    return parted.str.replace_all(r"\s*[|;、\r\n\t]+\s*", "|").str.strip_chars("| ")


_PERSON = r"^(\p{Han}{2,4}|\p{Han}+(·\p{Han}+)+)$"
_MAY_BE_PERSON = r"(?:^|\|)\p{Han}{2,4}(?:\||$)|·"
_ORGANISATION = "[司厂社院所局会站店部校馆心团学行处场矿队库段室委府坊城园港]$"


def is_person(name: pl.Expr) -> pl.Expr:
    """Whether a name looks like a natural person's and not like an organisation's."""
    return name.str.contains(_PERSON) & ~name.str.contains(_ORGANISATION)


def read_owners(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Owners joined by `|`; natural persons are not stored, `个人` stands for them."""
    names = read_names(text, column, spelling)
    # Most owners are enterprises by their length alone.
    rows = names.values.str.contains(_MAY_BE_PERSON).fill_null(False).arg_true()
    if rows.is_empty():
        return names
    one = pl.element()
    hidden = (
        names.values.gather(rows)
        .str.split("|")
        .list.eval(pl.when(is_person(one)).then(pl.lit("个人")).otherwise(one))
    )
    return Cells(names.values.scatter(rows, hidden.list.join("|")), names.doubts)


def read_credit_code(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """A credit code or an older registration number, without label, spaces and hyphens.

    Whether its check digits hold is not asked here: a failed checksum drops nobody.
    """
    is_rounded = text.str.contains(_ROUNDED).fill_null(False)
    bare = text.str.replace(_CODE_LABEL, "").str.replace_all(r"[\s'\-]", "")
    code = bare.str.to_uppercase()
    is_code = code.str.contains(r"^[0-9A-Z*.+()]{6,25}$")
    read = _noted(
        text, code.set(is_rounded | ~is_code.fill_null(True), None), "不是信用代码或注册号"
    )
    rounded = _where(is_rounded, "电子表格把代码当作数值，末几位已丢失")
    return Cells(read.values, pl.select(pl.coalesce(rounded, read.doubts)).to_series())


# Of other labels (联系电话：) what follows is no code, and not to be stored.
_CODE_LABEL = r"^[^0-9A-Za-z*::]*(?:代码|注册号|税号|编号|证号)[^0-9A-Za-z*::]{0,12}[::]"
_ROUNDED = r"^\d\.\d+[Ee]\+\d+$"


_UNTOLD = "没有叫这个名称的区划，或不止一处：请写明省、市，或填代码"


def read_division_code(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """Six digits; the first six of the longer codes of statistics; of those that are known.

    Where the column knows its divisions, also one that is named.
    """
    codes = text.str.extract(r"^([1-9][0-9]{5})(?:[0-9]{3}|[0-9]{6}|\.0)?$", 1)
    if not column.choices:
        return _noted(text, codes, "不是六位区划代码")
    codes = codes.set(~codes.is_in(list(column.choices)).fill_null(True), None)
    is_name = text.str.contains(r"\p{Han}").fill_null(False)
    if not is_name.any():
        return _noted(text, codes, "不在采用的区划中")
    named = read_choice(text.set(~is_name, None), column, _spelling).values
    found = _noted(text, codes.zip_with(~is_name, named), "不在采用的区划中")
    return Cells(found.values, found.doubts.set(is_name & named.is_null(), _UNTOLD))


def read_industry_code(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Digits of GB/T 4754 without the letter of the section, or a name as it stands."""
    digits = text.str.extract(r"^[A-T]?([0-9]{2,4})(?:\.0)?$", 1)
    return read_text(digits.zip_with(digits.is_not_null(), text), column, spelling)


_IPC = r"[A-H][0-9]{2}[A-Z](?:\s*[0-9]{1,4}(?:\s*/\s*[0-9]{2,6})?)?"
_IPC_EDITION = (
    r"[(\[]\s*[0-9]{4}\.[0-9]{2}\s*[)\]]\s*(?:[IANCV]\b)?|INT\.?\s*CL\.?\s*[0-9]*\s*[:.]?"
)
_BETWEEN_CODES = r"[\s;,|、.+&]+"


def read_ipc(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """Codes of the patent classification (`H04W4/02`), each once, joined by `|`.

    Without spaces, leading zeros and the year of the edition, however they are parted. Where
    something of the cell is no code, the codes are kept and the cell is noted.
    """
    plain = text.str.to_uppercase().str.replace_all(_IPC_EDITION, " ")
    found = plain.str.extract_all(_IPC).list.eval(
        pl.element().str.replace_all(r"\s", "").str.replace("^(....)0+([1-9])", "${1}${2}")
    )
    codes = found.list.unique(maintain_order=True).list.join("|")
    rest = plain.str.replace_all(_IPC, "").str.replace_all(_BETWEEN_CODES, "")
    is_odd = ((rest != "") | (codes == "")).fill_null(False)
    return Cells(codes.set(codes == "", None), _where(is_odd, "含有不是IPC分类号的内容"))


_PLAIN_CODE = "^[0-9A-Z]{6,25}$"
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_EXCEL_EPOCH = date(1899, 12, 30)
_USUAL_DATE = (
    "^[12][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$"
)
"""Days that a month has in every year, as most registers write them."""
_PERIOD = r"^\D*\d{4}.*?[-~—–至到]+ *((?:19|20)\d{2}(?:\D.*|\d{4}))$"
_YEAR_ALONE = r"^(\d{4})年度?$"
_MONTH_ALONE = r"^\d{4} ?[-/.年] ?\d{1,2} ?月?$"
_TERM = r"^[一二两三四五六七八九十\d]{1,3} ?年(?:期|有效)?$"
_PLAIN_DATE = "^[0-9](?:[0-9年月日/.: -]*[0-9日])?$"
_PLAIN: Mapping[Kind, str] = {"credit_code": _PLAIN_CODE, "date": _PLAIN_DATE}
"""Cells that are tidy and need no further look."""
_OTHER_SIGNS = (
    r"^(\d{4})(?:[-/.](\d{2})[-/.](\d{2})(?: \d{2}:\d{2}(?::\d{2})?)?"
    r"|年(\d{2})月(\d{2})日|(\d{2})(\d{2}))$"
)
_USUAL_SIGNS = "${1}-${2}${4}${6}-${3}${5}${7}"
_FOR_EVER = r"^(长期|永久|永续|无固定期限|无期限|至长期|9999.*|2999.*)$"


def read_date(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """Dates as people write them, Excel's day numbers included; without a day, the first.

    Of a month or a year that something lasts to, the last day is meant. A term without end (长期,
    9999-12-31) is a missing date, without a note.
    """
    if column.takes_last:
        text = text.str.replace(_PERIOD, "${1}")
    dates = _usual_dates(text)
    # The quickest first: few are left for the next.
    for read in (_with_other_signs, _other_dates):
        rest = (text.is_not_null() & dates.is_null()).arg_true()
        if not rest.is_empty():
            dates = dates.scatter(rest, read(text.gather(rest)))
    dates = _within_years(_last_days(text, dates) if column.takes_last else dates)
    lacking = (text.is_not_null() & dates.is_null()).arg_true()
    doubts = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    if lacking.is_empty():
        return Cells(dates, doubts)
    return Cells(dates, doubts.scatter(lacking, _why_no_date(text.gather(lacking))))


def _why_no_date(text: pl.Series) -> pl.Series:
    reason = (
        pl.when(text.str.contains(_FOR_EVER))
        .then(None)
        .when(text.str.contains(_TERM))
        .then(pl.lit("只有年限，没有日期"))
        .otherwise(pl.lit("不是有效日期"))
    )
    return pl.select(reason).to_series()


def _last_days(text: pl.Series, dates: pl.Series) -> pl.Series:
    """Dates whose cells tell a year or a month only, at the end of it."""
    day, said = pl.col("day"), _in_figures(pl.col("text"))
    last = (
        pl.when(said.str.contains(_YEAR_ALONE))
        .then(day.dt.offset_by("1y").dt.offset_by("-1d"))
        .when(said.str.contains(_MONTH_ALONE))
        .then(day.dt.month_end())
        .otherwise(day)
    )
    return pl.DataFrame({"text": text, "day": dates}).select(last).to_series()


def _usual_dates(text: pl.Series) -> pl.Series:
    """Days in the usual form; null for all else."""
    is_other = ~text.str.contains(_USUAL_DATE).fill_null(True)
    # Arrow's cast reads ISO dates ten times as fast, and nothing else.
    return pl.Series(text.set(is_other, None).to_arrow().cast(pa.date32()))


def _with_other_signs(text: pl.Series) -> pl.Series:
    return _usual_dates(text.str.replace(_OTHER_SIGNS, _USUAL_SIGNS))


def _within_years(dates: pl.Series) -> pl.Series:
    is_odd = ~dates.is_between(_FIRST_DAY, _LAST_DAY).fill_null(True)
    return dates.set(is_odd, None) if is_odd.any() else dates


_ZONE_OF_CHINA = pl.duration(hours=8)
_MOMENT = (
    r"^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)? ?"
    r"(?:Z|UTC|([+-]\d{2}):?(\d{2})?)$"
)


def _days_of_moments(text: pl.Expr) -> pl.Expr:
    """Days in China of moments that tell their zone: 2022-12-31T16:00Z is New Year's Day."""
    parts = text.str.extract_groups(_MOMENT)
    day, hour, minute, ahead, further = (parts.struct.field(str(at)) for at in range(1, 6))
    hours = hour.cast(pl.Int32, strict=False) - ahead.cast(pl.Int32, strict=False).fill_null(0)
    sign = pl.when(ahead.str.starts_with("-")).then(-1).otherwise(1)
    minutes = minute.cast(pl.Int32, strict=False)
    minutes -= sign * further.cast(pl.Int32, strict=False).fill_null(0)
    moment = day.str.to_datetime("%Y-%m-%d", strict=False)
    moment += pl.duration(hours=hours, minutes=minutes) + _ZONE_OF_CHINA
    return moment.cast(pl.Date)


def _other_dates(text: pl.Series) -> pl.Series:
    return text.rename("text").to_frame().select(_otherwise_written()).to_series()


@cache
def _otherwise_written() -> pl.Expr:
    """Days of the column `text`, by whichever of the rarer forms it has."""
    moments = _days_of_moments(pl.col("text"))
    day = _in_figures(pl.col("text")).str.replace(r"[ T]+\d{1,2}:\d{1,2}.*$", "")
    apart = day.str.extract_groups(r"^(\d{4}) ?[-/.年] ?(\d{1,2})(?: ?[-/.月] ?(\d{1,2})? ?日?)?$")
    solid = day.str.extract_groups(r"^(\d{4})(\d{2})(\d{2})$")
    written = [_composed(groups) for groups in (apart, solid)]
    written.append(day.str.replace(_YEAR_ALONE, "${1}-01-01").str.to_date("%Y-%m-%d", strict=False))
    serial = day.str.extract(r"^([1-7]\d{4})(?:\.\d+)?$", 1).cast(pl.Int32)
    stamp = day.str.extract(r"^(\d{12,13})$", 1).cast(pl.Int64)
    # Milliseconds since 1970, as interfaces give them; in China's time the day begins at 16:00.
    stamped = pl.from_epoch(stamp, "ms") + _ZONE_OF_CHINA
    counted = pl.lit(_EXCEL_EPOCH) + pl.duration(days=serial)
    found = pl.coalesce([moments, *written, counted.cast(pl.Date), stamped.cast(pl.Date)])
    return found.alias("date")


_ZERO = "〇○零O"
_IN_CHARACTERS = f"^[{_ZERO}一二三四五六七八九]{{4}}年"
_FIGURES = {
    **dict.fromkeys(_ZERO, "0"),
    **{c: str(at) for at, c in enumerate("一二三四五六七八九", 1)},
}


def _in_figures(text: pl.Expr) -> pl.Expr:
    """Days in characters, 二〇二三年十二月三十一日, in figures; others as they are."""
    tens = (("([一二三])十([一二三四五六七八九])", "${1}${2}"), ("([一二三])十", "${1}0"),
            ("十([一二三四五六七八九])", "1${1}"), ("十", "10"))  # fmt: skip
    written = text
    for pattern, figures in tens:
        written = written.str.replace_all(pattern, figures)
    written = written.str.replace_many(_FIGURES)
    return pl.when(text.str.contains(_IN_CHARACTERS)).then(written).otherwise(text)


def _composed(groups: pl.Expr) -> pl.Expr:
    year, month, day = (groups.struct.field(str(at)) for at in (1, 2, 3))
    text = pl.concat_str([year, month, day.fill_null("1")], separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)


_RENMINBI = (
    r"(?i)^[#(]*(?:人民币|RMB|CNY|¥)?[:)]*(?P<number>-?\d+(?:\.\d+)?)\(?"
    r"(?P<scale>万亿|亿|千万|百万|万|千)?(?P<yuan>元|圆|人民币|RMB|CNY)?整?\(?"
    r"(?:人民币|RMB|CNY)?元?[)]*$"
)
_SCALES = {"万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3}
_FOREIGN = (
    r"(?i)[美港欧日韩英澳加台瑞新泰卢]|外币|法郎|马克|USD|HKD|EUR|JPY|GBP|AUD|CAD|KRW|TWD|SGD"
)
_NO_AMOUNT = r"(?i)^[#()万亿千百元圆人民币美港欧日本香澳台新加坡英镑瑞士法郎:RMBCNYUSDHK]*$"


def read_money(text: pl.Series, _column: Column, spelling: Spelling) -> Cells:
    """Yuan. Foreign currencies are not converted; a number of unknown unit is not guessed."""
    # Few sums are many firms' capital: each spelling is read once.
    distinct = text.unique().rename("text")
    read = _amounts(distinct, spelling).with_columns(distinct)
    found = (
        text.rename("text")
        .to_frame()
        .join(read, on="text", how="left", nulls_equal=True, maintain_order="left")
    )
    return Cells(found["value"], found["reason"])


_IN_WORDS = (
    r"^((?:人民币)?)(?:([壹贰叁肆伍陆柒捌玖])仟)?零?(?:([壹贰叁肆伍陆柒捌玖])佰)?零?"
    r"(?:([壹贰叁肆伍陆柒捌玖]?)拾)?零?([壹贰叁肆伍陆柒捌玖])?((?:万|亿)?[元圆].*)$"
)
_MILLIONS = r"^([^\d]*)(\d+(?:\.\d+)?)亿(\d+(?:\.\d+)?)万(?:元|圆)?(?:人民币.*)?整?$"


def _in_numbers(text: pl.Expr) -> pl.Expr:
    """Amounts in words (壹佰万元整), or in two scales (1亿2000万元), as a number and one scale."""
    places = text.str.extract_groups(_IN_WORDS)
    digits = [
        places.struct.field(str(at)).replace_strict(_CAPITALS, default=None, return_dtype=pl.Int32)
        for at in (2, 3, 4, 5)
    ]
    # 拾万 is 壹拾万.
    digits[2] = pl.when(places.struct.field("4") == "").then(1).otherwise(digits[2])
    total = pl.sum_horizontal(
        digit * size for digit, size in zip(digits, (1000, 100, 10, 1), strict=True)
    )
    words = pl.concat_str(places.struct.field("1"), total, places.struct.field("6"))
    scales = text.str.extract_groups(_MILLIONS)
    both = [scales.struct.field(str(at)).cast(pl.Float64, strict=False) for at in (2, 3)]
    millions = pl.concat_str(
        scales.struct.field("1"), (both[0] * 1e4 + both[1]).round(4), pl.lit("万元")
    )
    return pl.coalesce(pl.when(total > 0).then(words), millions, text)


_CAPITALS = {c: at for at, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}


def _amounts(text: pl.Series, spelling: Spelling) -> pl.DataFrame:
    compact = text.str.replace_all(r"[,\s]", "").str.replace(r"([万亿])\(元\)", "${1}元")
    compact = compact.rename("text").to_frame().select(_in_numbers(pl.col("text"))).to_series()
    compact = compact.set(compact.str.contains(_NO_AMOUNT).fill_null(False), None)
    unit = spelling.unit
    frame = (
        compact.rename("text")
        .to_frame()
        .with_columns(pl.col("text").str.extract_groups(_RENMINBI).alias("parts"))
        .unnest("parts")
    )
    said = pl.col("scale").replace_strict(_SCALES, default=None, return_dtype=pl.Float64)
    plain = pl.when(pl.col("yuan").is_not_null()).then(1.0).otherwise(pl.lit(unit, pl.Float64))
    amount = pl.col("number").cast(pl.Float64) * pl.coalesce(said, plain)
    # To the fen: 55601.9956 x 10000 is not exact in binary.
    return frame.select(
        value=amount.round(2),
        reason=pl.when(pl.col("text").is_null() | amount.is_not_null())
        .then(None)
        .when(pl.col("number").is_not_null())
        .then(pl.lit("金额单位不明"))
        .when(pl.col("text").str.contains(_FOREIGN) & (pl.col("text").str.len_chars() < 40))
        .then(pl.lit("外币，未折算"))
        .otherwise(pl.lit("无法识别的金额")),
    )


def read_number(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """A number, with or without thousands separators, a per cent sign or a counting word."""
    bare = text.str.replace_all(r"[,\s]", "").str.replace(r"(?:%|家|件|个|项|人|户)$", "")
    values = bare.cast(pl.Float64, strict=False)
    values = values.set(~values.is_finite().fill_null(True), None)
    if column.is_percentage and _are_parts_of_one(text, values):
        return _noted(text, (values * 100).round(10), "不是数值")
    if column.least is None:
        return _noted(text, values, "不是数值")
    is_less = (values < column.least).fill_null(False)
    read = _noted(text, values, "不是数值")
    less = _where(is_less, f"小于 {column.least:g}")
    return Cells(values.set(is_less, None), pl.select(pl.coalesce(less, read.doubts)).to_series())


def _are_parts_of_one(text: pl.Series, values: pl.Series) -> bool:
    """Whether percentages are told as parts of one: some are broken, and none exceeds it."""
    most = cast("float | None", values.max())
    is_broken = bool((values != values.floor()).any())
    return most is not None and most <= 1 and is_broken and not text.str.contains("%").any()


_RANGE = r"^(\d{1,9})人?[-~—–至到]\d{1,9}$|^(\d{1,9})人?(?:以上|及以上|\+)$"


def read_integer(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """A whole number, such as a year or a count; of a range, where the column has them, its least.

    A range is noted: what it begins with is the least that may be meant.
    """
    bare = text.str.replace_all(r"[,\s]|^第", "")
    bare = bare.str.replace(r"(?:年度?|家|件|个|项|人|户|名|位)$", "")
    digits = bare.str.extract(r"^(-?\d{1,9})(?:\.0+)?$", 1)
    read = _noted(text, digits.cast(pl.Int32), "不是整数")
    if not column.takes_least:
        return read
    parts = bare.to_frame("text").select(least=pl.col("text").str.extract_groups(_RANGE))
    least = parts.select(pl.coalesce(pl.col("least").struct.unnest())).to_series().cast(pl.Int32)
    told = pl.select(pl.coalesce(_where(least.is_not_null(), "区间，按下限计"), read.doubts))
    return Cells(read.values.zip_with(read.values.is_not_null(), least), told.to_series())


_FLAGS = {
    **dict.fromkeys(("1", "1.0", "是", "有", "真", "true", "yes", "y", "t", "√", "已列入"), True),
    **dict.fromkeys(("0", "0.0", "否", "无", "假", "false", "no", "n", "f", "×", "未列入"), False),
}


def read_flag(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """Yes or no."""
    values = text.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    return _noted(text, values, "不是“是”或“否”")


def read_choice(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """A value of the column's closed list, by any of its spellings."""
    known = choice_answers(column, spelling)
    plain = text.str.replace_all(r"\s", "").str.to_lowercase()
    values = plain.replace_strict(known, default=None, return_dtype=pl.String)
    return _noted(text, values, f"不是“{column.name_zh}”的取值")


def choice_answers(column: Column, spelling: Spelling) -> dict[str, str]:
    """Spellings of a closed list's values, in plain letters -> ours; of other columns none."""
    if not column.choices:
        return {}
    ours = {_plain(each): own for own, theirs in column.choices.items() for each in (own, *theirs)}
    return ours | {_plain(theirs): own for theirs, own in (spelling.values or {}).items()}


@lru_cache(1 << 15)
def _plain(spelling: str) -> str:
    # Thousands of places are asked for again with each batch.
    return "".join(unicodedata.normalize("NFKC", spelling).split()).lower()


READERS: Mapping[str, Reader] = {
    "text": read_text,
    "long_text": read_text,
    "names": read_names,
    "owners": read_owners,
    "credit_code": read_credit_code,
    "division_code": read_division_code,
    "industry_code": read_industry_code,
    "ipc": read_ipc,
    "date": read_date,
    "money": read_money,
    "number": read_number,
    "integer": read_integer,
    "flag": read_flag,
    "choice": read_choice,
}
"""By the kind of the column."""

_AS_TIDIED: tuple[Kind, ...] = ("text", "credit_code")
"""Of these a cell that is tidy from the first is its own value."""


def read_tidied(cells: Tidied, column: Column, spelling: Spelling) -> Cells:
    """A column of tidy text, of which no more is looked at again than may need it."""
    texts, odd = cells.texts, cells.odd
    if odd is None or column.kind not in _AS_TIDIED:
        return READERS[column.kind](texts, column, spelling)
    doubts = pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    if odd.is_empty():
        return Cells(texts, doubts)
    read = READERS[column.kind](texts.gather(odd), column, spelling)
    # Scattering changes a column in place, and the cells as they stand are still asked for.
    return Cells(texts.clone().scatter(odd, read.values), doubts.scatter(odd, read.doubts))
