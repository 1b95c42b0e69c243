"""Days as people, programs and spreadsheets write them."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl

from reli.sources.canonical import Column
from reli.sources.day_order import YEAR_LAST, DayOrder
from reli.sources.readers import Cells, Spelling
from reli.sources.usual_days import usual_days

__all__ = ["PLAIN_DATE", "read_date"]

PLAIN_DATE = "^[0-9](?:[0-9年月日/.: -]*[0-9日])?$"
"""Cells that are tidy and need no further look."""
_FIRST_DAY, _LAST_DAY = date(1900, 1, 2), date(2100, 12, 31)
_OTHER_SIGNS = (
    r"^(\d{4})(?:[-/.](\d{2})[-/.](\d{2})(?: \d{2}:\d{2}(?::\d{2})?)?"
    r"|年(\d{2})月(\d{2})日|(\d{2})(\d{2}))$"
)
_USUAL_SIGNS = "${1}-${2}${4}${6}-${3}${5}${7}"
_NO_DAY = r"^\d{4}-\d{2}-\d{2}$"
"""Where it is no usual day, no month has such a one."""
_PERIOD = r"^\D*\d{4}.*?[-~—–至到]+ *((?:19|20)\d{2}(?:\D.*|\d{4})?)$"
_FOR_EVER = r"^(长期|永久|永续|无固定期限|无期限|至长期|9999.*|2999.*)$"
_TERM = r"^(?:有效期)?为?[一二两三四五六七八九十\d]{1,3} ?年(?:期|有效)?$"
_PLACEHOLDER = r"^(?:0000|0001|1899|1900)\D?(?:00?|0?1|12)\D?(?:00?|0?1|30|31)(?:\D.*)?$"
"""What databases and spreadsheets put where no day is known: 1900-01-01, 0000-00-00."""


def read_date(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Dates as people write them, Excel's day numbers included; without a day, the first.

    Of a month or a year that something lasts to, the last day is meant. A term without end (长期,
    9999-12-31) is a missing date, without a note.
    """
    if column.takes_last:
        text = text.str.replace(_PERIOD, "${1}")
    dates = usual_days(text)
    # The quickest first: few are left for the next.
    rest = _rest(text, dates)
    if not rest.is_empty():
        usual = _with_usual_signs(text.gather(rest))
        dates = dates.scatter(rest, usual_days(usual))
        rest = rest.filter(dates.gather(rest).is_null() & _may_be_written_otherwise(usual))
    if not rest.is_empty():
        dates = dates.scatter(rest, _other_dates(text.gather(rest), column, spelling))
    dates = _within_years(dates)
    lacking = _rest(text, dates)
    doubts = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    if lacking.is_empty():
        return Cells(dates, doubts)
    return Cells(dates, doubts.scatter(lacking, _why_no_date(text.gather(lacking), column)))


def _rest(text: pl.Series, dates: pl.Series) -> pl.Series:
    return (text.is_not_null() & dates.is_null()).arg_true()


def _why_no_date(text: pl.Series, column: Column) -> pl.Series:
    # That an enterprise has not ended is what nearly all registers say so.
    placeholder = None if column.is_earliest else "占位日期，按缺失计"
    reason = (
        pl.when(text.str.contains(_FOR_EVER))
        .then(None)
        .when(text.str.contains(_TERM))
        .then(pl.lit("只有年限，没有日期"))
        .when(text.str.contains(YEAR_LAST))
        .then(pl.lit("年在末尾，日月次序不明或不符（可在映射文件中以 day_order 指明）"))
        .when(text.str.contains(_PLACEHOLDER))
        .then(pl.lit(placeholder, pl.String))
        .otherwise(pl.lit("不是有效日期"))
    )
    return pl.select(reason).to_series()


def _with_usual_signs(text: pl.Series) -> pl.Series:
    """Without a time of day; figures of a day that is none with the usual signs between them."""
    return text.str.replace(_OTHER_SIGNS, _USUAL_SIGNS)


def _may_be_written_otherwise(text: pl.Series) -> pl.Series:
    """Whether other forms need be tried: 2021-02-30 is no day in any, nor are mere words."""
    return text.str.contains(_FIGURE) & ~text.str.contains(_NO_DAY)


def _within_years(dates: pl.Series) -> pl.Series:
    is_odd = ~dates.is_between(_FIRST_DAY, _LAST_DAY).fill_null(True)
    return dates.set(is_odd, None) if is_odd.any() else dates


def _other_dates(text: pl.Series, column: Column, spelling: Spelling) -> pl.Series:
    written = _otherwise_written(
        counts_from_1904=spelling.counts_from_1904,
        takes_last=column.takes_last,
        day_order=spelling.day_order,
    )
    told = text.rename("text").to_frame()
    # One after another: within one another each would stand wherever the next is used.
    for columns in written:
        told = told.with_columns(columns)
    return told["date"]


@cache
def _otherwise_written(
    *, counts_from_1904: bool, takes_last: bool, day_order: DayOrder
) -> tuple[pl.Expr, ...]:
    """Columns that lead from `text` to `date`, by whichever of the rarer forms it has.

    On the way stand `said`, the same in figures, and `day`, without the time of day.
    """
    day = pl.col("day")
    apart, solid = day.str.extract_groups(_APART), day.str.extract_groups(_SOLID)
    parts = [*map(_composed, (apart, solid)), _in_english(pl.col("said"))]
    parts += [_of_order(day, day_order)] if day_order else []
    parts += [_of_month(day, takes_last=takes_last), _of_year(day, takes_last=takes_last)]
    numbers = [_of_day_number(day, counts_from_1904=counts_from_1904), _of_stamp(day)]
    return (
        _without_remarks(pl.col("text")).alias("said"),
        _in_figures(pl.col("said")).alias("said"),
        pl.col("said").str.replace(_TIME_OF_DAY, "${1}").alias("day"),
        pl.coalesce(_days_of_moments(pl.col("text")), *parts, *numbers).alias("date"),
    )


_BETWEEN = r" ?[-/.年、。_\\ ] ?"
_APART = rf"^(\d{{4}}){_BETWEEN}(\d{{1,2}})(?: ?[-/.月、。_\\ ] ?)(\d{{1,2}}) ?日?$"
_SOLID = r"^(\d{4})(\d{2})(\d{2})(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}$"
"""Behind the day may stand hour, minute and second."""
_MONTH = r"^(\d{4}) ?[-/.年、 ] ?(\d{1,2})[-/.]? ?月?$"
_MONTH_OF_DIGITS = r"^(19\d{2}|20\d{2})(0[1-9]|1[0-2])$"
_YEAR = r"^(\d{4})年?度?$"
_TIME_OF_DAY = r"^(.{6,}?日?)[ T]*(?:上午|下午|凌晨|晚上)? *\d{1,2} ?[:时点](?: ?\d{1,2}.*)?$"
_REMARK = (
    r"^(?:公元|自|从|至|截至|截止) *|[ (]*(?:星期|周)[一二三四五六日天]\)?$|\([^()]*\)$"
    r"|(?:起|止|前)$"
)


def _without_remarks(text: pl.Expr) -> pl.Expr:
    """Without what stands before and behind a day; signs as they should be."""
    bare = text.str.replace_all(_REMARK, "").str.replace_all(" ?[—–] ?", "-")
    return bare.str.replace("元月", "1月", literal=True).str.replace(r"(\d) ?号", "${1}日")


def _composed(groups: pl.Expr) -> pl.Expr:
    parts = (groups.struct.field(str(at)) for at in (1, 2, 3))
    return pl.concat_str(*parts, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _of_order(day: pl.Expr, order: DayOrder) -> pl.Expr:
    """12/31/2015, where the file says that the month stands first."""
    wanted = "${3}-${1}-${2}" if order == "month" else "${3}-${2}-${1}"
    return day.str.replace(YEAR_LAST, wanted).str.to_date("%Y-%m-%d", strict=False)


def _of_month(day: pl.Expr, *, takes_last: bool) -> pl.Expr:
    """The first day of a month, or its last."""
    groups = [day.str.extract_groups(each) for each in (_MONTH_OF_DIGITS, _MONTH)]
    texts = [
        pl.concat_str(each.struct.field("1"), each.struct.field("2"), pl.lit("1"), separator="-")
        for each in groups
    ]
    found = pl.coalesce(texts).str.to_date("%Y-%m-%d", strict=False)
    return found.dt.month_end() if takes_last else found


def _of_year(day: pl.Expr, *, takes_last: bool) -> pl.Expr:
    """The first day of a year, or its last."""
    written = "${1}-12-31" if takes_last else "${1}-01-01"
    return day.str.replace(_YEAR, written).str.to_date("%Y-%m-%d", strict=False)


_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


def _of_day_number(day: pl.Expr, *, counts_from_1904: bool) -> pl.Expr:
    """Days since 1899-12-30, as Excel stores them."""
    number = day.str.extract(r"^([1-7]\d{4})(?:\.\d+)?$", 1).cast(pl.Int32)
    epoch = _EPOCH_1904 if counts_from_1904 else _EPOCH
    return (pl.lit(epoch) + pl.duration(days=number)).cast(pl.Date)


_ZONE_OF_CHINA = pl.duration(hours=8)


def _of_stamp(day: pl.Expr) -> pl.Expr:
    """Milliseconds or seconds since 1970, as interfaces give them.

    In China's time the day begins at 16:00.
    """
    stamp = day.str.extract(r"^(\d{12,13})(?:\.0)?$", 1).cast(pl.Int64)
    seconds = day.str.extract(r"^(1\d{9})(?:\.0)?$", 1).cast(pl.Int64) * 1000
    found = pl.from_epoch(pl.coalesce(stamp, seconds), "ms") + _ZONE_OF_CHINA
    return found.cast(pl.Date)


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


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS: Mapping[str, str] = {name: str(at) for at, name in enumerate(_MONTHS, 1)}
_NAME = f"({'|'.join(_MONTHS)})[a-z]*"
_DAY_FIRST = rf"^(\d{{1,2}})[-/ ,.]*{_NAME}[-/ ,.]*(\d{{4}}|\d{{2}})$"
_MONTH_FIRST = (
    rf"^(?:[a-z]{{3}},? )?{_NAME}[-/ ,.]*(\d{{1,2}})"
    r"(?:,? [0-9:]{8})?(?: cst|gmt\+08:?00)?[-/ ,.]+(\d{4})$"
)
"""With weekday, time and zone, too, as programs print it: Mon Jan 05 00:00:00 CST 2004."""
_LAST_OF_2000 = 30
"""Years of two digits below it are of 2000, as Excel has it."""


def _in_english(text: pl.Expr) -> pl.Expr:
    """5-Jan-2004, Jan 5, 2004: where the month is a word nobody mistakes it for the day."""
    said = text.str.to_lowercase()
    first, second = said.str.extract_groups(_DAY_FIRST), said.str.extract_groups(_MONTH_FIRST)
    found = [(first, "3", "2", "1"), (second, "3", "1", "2")]
    return pl.coalesce(
        pl.concat_str(
            _four_digits(groups.struct.field(year)),
            groups.struct.field(month).replace_strict(_NUMBERS, default=None),
            groups.struct.field(day),
            separator="-",
        ).str.to_date("%Y-%m-%d", strict=False)
        for groups, year, month, day in found
    )


def _four_digits(year: pl.Expr) -> pl.Expr:
    number = year.cast(pl.Int32, strict=False)
    short = pl.when(number < _LAST_OF_2000).then(number + 2000).otherwise(number + 1900)
    return pl.when(year.str.len_chars() == 2).then(short).otherwise(number).cast(pl.String)


_ZERO = "〇○零O"
_IN_CHARACTERS = (
    f"^[{_ZERO}0-9一二三四五六七八九壹贰叁肆伍陆柒捌玖]{{4}}年"
    ".*[一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾]"
)
_FIGURE = rf"[\d{_ZERO}一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_FIGURES = {
    **dict.fromkeys(_ZERO, "0"),
    **{c: str(at) for at, c in enumerate("一二三四五六七八九", 1)},
    **{c: str(at) for at, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
}
_IN_FULL = {"廿": "二十", "卅": "三十", "拾": "十"}


def _in_figures(text: pl.Expr) -> pl.Expr:
    """Days in characters, 二〇二三年十二月三十一日, in figures; others as they are."""
    tens = (("([一二三])十([一二三四五六七八九])", "${1}${2}"), ("([一二三])十", "${1}0"),
            ("十([一二三四五六七八九])", "1${1}"), ("十", "10"))  # fmt: skip
    written = text.str.replace_many(_IN_FULL)
    for pattern, figures in tens:
        written = written.str.replace_all(pattern, figures)
    written = written.str.replace_many(_FIGURES)
    return pl.when(text.str.contains(_IN_CHARACTERS)).then(written).otherwise(text)
