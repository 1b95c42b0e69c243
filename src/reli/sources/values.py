"""From the spellings of cells to typed values, whole columns at a time.

Each reader takes a column of tidy text (see `tidy`) and returns the values with, for each cell
that could not be read, the reason in Chinese: a bad cell is a missing value and a note.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

import polars as pl

from reli.sources.canonical import Column, Kind
from reli.sources.choices import plain_answer, read_choice, read_flag
from reli.sources.codes_written import PLAIN_CODE, read_credit_code, read_number_of_work
from reli.sources.dates import PLAIN_DATE, read_date
from reli.sources.money import read_money
from reli.sources.numerals import without_separators
from reli.sources.readers import Cells, Reader, Spelling, noted, where
from reli.sources.untidy import untidy_rows

__all__ = [
    "READERS",
    "Tidied",
    "are_parts_of_one",
    "is_person",
    "read_tidied",
    "tidied",
    "tidy",
]


_EMPTY = (
    "", "N/A", "n/a", "#N/A", "NA", "NaN", "nan", "NaT", "<NA>", "-", "--", "---", "—", "——",
    "–", "/", "\\", "\\N", "null", "NULL", "Null", "None", "none", "NONE", "暂无", "暂无数据",
    "未公开", "未公示", "不公示", "选择不公示", "企业选择不公示", "未披露", "未填报", "未填写",
    "不详", "未知", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!",
)  # fmt: skip
_DASHES = "[-—–]+"
"""For nothing, or below a header as programs print it."""
_PLAIN: Mapping[Kind, str] = {"credit_code": PLAIN_CODE, "date": PLAIN_DATE}
"""Cells that are tidy and need no further look."""
_NO = "无"
_NAMES = ("text", "names", "owners", "host")
_MARK = "[※△▲★☆●①-⑳¹²³*＊]"
_FOOTNOTE = r"(?s)^[※△▲★☆● ]*(.*?[^*＊ ])[※△▲★☆●①-⑳¹²³ ]*[*＊]?[※△▲★☆●①-⑳¹²³ ]*$"
"""Marks that refer to a note below the table (甲公司①): NFKC would make figures of them."""
_NUL = "\0"
"""Left by damaged exports within names; databases do not take it."""
_SPACES = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"


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
    rows = (~text.str.contains(plain)).arg_true() if plain else untidy_rows(text, (*_EMPTY, _NO))
    if not rows.is_empty():
        text = text.clone().scatter(rows, _tidied(text.gather(rows), kind, answers))
    return Tidied(text, rows)


def tidy(column: pl.Series, kind: Kind = "text", answers: Collection[str] = ()) -> pl.Series:
    """The texts of `tidied`."""
    return tidied(column, kind, answers).texts


def _tidied(text: pl.Series, kind: Kind, answers: Collection[str]) -> pl.Series:
    said = pl.col("text")
    if text.str.contains(_NUL, literal=True).any():
        said = said.str.replace_all(_NUL, "", literal=True)
    if kind in _NAMES and text.str.contains(_MARK).any():
        said = said.str.replace(_FOOTNOTE, "${1}")
    if kind != "long_text":
        said = said.str.normalize("NFKC")
    said = said.str.strip_chars(_SPACES)
    tidy = text.rename("text").to_frame().select(said).to_series()
    if kind != "long_text" and tidy.str.contains(_ESCAPED).any():
        tidy = tidy.str.replace('^="(.*)"$', "${1}").str.strip_prefix("'")
        tidy = tidy.str.strip_chars(_SPACES)
    # Where there is a choice, 无 is an answer.
    empty: tuple[str, ...] = _EMPTY if kind in ("flag", "choice") else (*_EMPTY, _NO)
    if answers:
        empty = tuple(each for each in empty if plain_answer(each) not in answers)
    is_empty = tidy.is_in(empty)
    if kind != "long_text":
        is_empty = is_empty | tidy.str.contains(f"^{_DASHES}$")
    return (tidy.set(is_empty, None) if is_empty.any() else tidy).rename(text.name)


_ESCAPED = "^['=]"
"""What exports write to make a spreadsheet keep a code as text: ="0012" and '0012."""


def read_text(text: pl.Series, _column: Column, _spelling: Spelling) -> Cells:
    """Text as it stands; characters that were lost on the way are noted and kept."""
    is_garbled = text.str.contains("\ufffd", literal=True)
    if not is_garbled.any():
        return Cells(text, pl.repeat(None, len(text), dtype=pl.String, eager=True))
    return Cells(text, where(is_garbled.fill_null(False), "含有乱码字符，原样保留"))


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


_PERSON = r"^(\p{Han}{2,4}( +\p{Han}{2,4})*|\p{Han}+(·\p{Han}+)+)(\((个人|自然人)\))?$"
_MAY_BE_PERSON = r"(?:^|\|)\p{Han}{2,4}(?:\|| |$)|·|人\)"
_ORGANISATION = "[司厂社院所局会站店部校馆心团学行处场矿队库段室委府坊城园港]$"


def is_person(name: pl.Expr) -> pl.Expr:
    """Whether a name looks like a natural person's and not like an organisation's."""
    return name.str.contains(_PERSON) & ~name.str.contains(_ORGANISATION)


def read_owners(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Owners joined by `|`; natural persons are not stored, `个人` stands for them."""
    names = read_names(_owners_apart(text), column, spelling)
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


def read_host(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Of several hosts the first, who leads; the others are noted."""
    names = read_names(_owners_apart(text), column, spelling)
    several = names.values.str.contains("|", literal=True).fill_null(False)
    if not several.any():
        return names
    told = where(several, "不止一家单位，按排在最前的一家计")
    first = names.values.str.extract(r"^([^|]*)", 1)
    return Cells(first, names.doubts.zip_with(~several, told))


_ODD_OWNERS = r"[ /\[:]|[(][A-Z]"
_NATION = (
    r" *: *(?:中国(?:香港|澳门|台湾)?|\p{Han}{1,4}国|日本|新加坡|加拿大|瑞士|瑞典|荷兰|芬兰|丹麦"
    r"|挪威|意大利|以色列|澳大利亚|奥地利|印度|开曼群岛|英属维尔京群岛|香港|澳门|台湾)(\s|[|;、,]|$)"
)
"""Behind an owner of software, as the register of copyrights publishes it: 甲公司:中国."""


def _owners_apart(text: pl.Series) -> pl.Series:
    """Owners that spaces or strokes part, without the mark of their country."""
    rows = text.str.contains(_ODD_OWNERS).fill_null(False).arg_true()
    if rows.is_empty():
        return text
    bare = text.gather(rows).str.replace_all(r" *(?:\[[A-Z]{2}\]|\([A-Z]{2}\))", "")
    bare = bare.str.replace_all(_NATION, "${1}")
    for parting in (_BEHIND_ORGANISATION, _BETWEEN_OWNERS):
        # What ends one match begins the next.
        bare = bare.str.replace_all(parting, "${1}|${2}").str.replace_all(parting, "${1}|${2}")
    return text.clone().scatter(rows, bare)


_BEHIND_ORGANISATION = r"((?:公司|大学|学院|研究院|研究所|集团|中心|医院|厂)\)?) +(\p{Han})"
_BETWEEN_OWNERS = r"([\p{Han})]) */ *(\p{Han})"

_OF_NO_MAP = "不在采用的区划中"
_UNTOLD = "没有叫这个名称的区划，或不止一处：请写明省、市，或填代码"

_CORPS = (
    "^(?:新疆)?(?:维吾尔自治区)?(?:新疆)?(?:生产建设)?兵团(?:第?[一二三四五六七八九十]+师)?"
    "|^第?[一二三四五六七八九十]+师"
)
_OF_CORPS = "兵团和师不是区划：请逐一填写其所在的市（如石河子市）"


def read_division_code(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """Six digits; the first six of the longer codes of statistics; of those that are known.

    Where the column knows its divisions, also one that is named, or given by a former code.
    """
    codes = text.str.extract(r"^([1-9][0-9]{5})(?:[0-9]{3}|[0-9]{6})?(?:\.0)?$", 1)
    if not column.choices:
        return noted(text, codes, "不是六位区划代码")
    is_name = text.str.contains(r"\p{Han}").fill_null(False)
    corps = text.str.contains(_CORPS).fill_null(False)
    text = text.zip_with(~corps, text.str.replace(_CORPS, ""))
    is_known = codes.is_in(list(column.choices)).fill_null(False)
    if is_known.all():
        return noted(text, codes, _OF_NO_MAP)
    # What is no code of the map is a name, or a code that a division had before.
    asked = text.zip_with(is_name, codes).set(is_known, None)
    named = read_choice(asked, column, _spelling).values
    found = noted(text, codes.zip_with(is_known, named), _OF_NO_MAP)
    doubts = found.doubts.set(is_name & named.is_null(), _UNTOLD)
    return Cells(found.values, doubts.set(corps & found.values.is_null(), _OF_CORPS))


def read_industry_code(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """Digits of GB/T 4754 without the letter of the section, or a name as it stands.

    Of all levels in one cell (制造业>计算机制造>计算机整机制造) the last, which is the finest.
    """
    rows = text.str.contains(_LEVELS_OF_CLASS).fill_null(False).arg_true()
    if not rows.is_empty():
        last = text.gather(rows).str.extract(_LAST_LEVEL, 1).str.strip_chars()
        text = text.clone().scatter(rows, last)
    digits = text.str.extract(r"^[A-T]?([0-9]{2,4})(?:\.0)?$", 1)
    return read_text(digits.zip_with(digits.is_not_null(), text), column, spelling)


_BETWEEN_LEVELS = r"\s*[>›»→/\\-]+\s*"
"""No name of GB/T 4754 has any of them."""
_LEVELS_OF_CLASS = (
    rf"(?:^[A-T]|[^A-Z\d\s]){_BETWEEN_LEVELS}[^\s>›»→/\\-]|\d{_BETWEEN_LEVELS}[A-T]?\d"
)
"""But a code before its own name (3911-计算机整机制造) says all by itself."""
_LAST_LEVEL = rf"([^>›»→/\\-]+?)(?:{_BETWEEN_LEVELS})?$"

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
    return Cells(codes.set(codes == "", None), where(is_odd, "含有不是IPC分类号的内容"))


def read_number(text: pl.Series, column: Column, spelling: Spelling) -> Cells:
    """A number, with or without thousands separators, a per cent sign or a counting word."""
    values = _numbers(text)
    if spelling.are_parts_of_one:
        is_part = ~text.str.contains("%").fill_null(True)
        values = (values * 100).round(10).zip_with(is_part, values)
    read = noted(text, values, "不是数值")
    doubts = [read.doubts]
    for bound, said, is_out in (
        (column.least, "小于", pl.Series.lt),
        (column.most, "大于", pl.Series.gt),
    ):
        if bound is not None:
            out = is_out(values, bound).fill_null(False)
            doubts.append(where(out, f"{said} {bound:g}"))
            values = values.set(out, None)
    return Cells(values, pl.select(pl.coalesce(doubts)).to_series())


def _numbers(text: pl.Series) -> pl.Series:
    bare = without_separators(text).str.replace(_REMARK, "")
    bare = bare.str.replace(r"(?:%|家|件|个|项|人|户)$", "")
    values = bare.cast(pl.Float64, strict=False)
    return values.set(~values.is_finite().fill_null(True), None)


def are_parts_of_one(text: pl.Series) -> bool:
    """Whether percentages are told as parts of one: some are broken, and none exceeds it.

    Args:
        text: tidy cells of a file.
    """
    values = _numbers(text)
    most = cast("float | None", values.max())
    is_broken = bool((values != values.floor()).any())
    return most is not None and most <= 1 and is_broken and not text.str.contains("%").any()


_REMARK = r"\([^()\d]*(?:20\d\d)?[^()\d]*\)$"
"""Behind a number: 12（2022年报）, 1（并列）."""
_BEFORE_RANK = r"(?i)^(?:并列)?(?:第|NO\.?|TOP\.?|#)?"
_YEAR = (
    r"^((?:19|20)\d{2})(?:\.0+)?(?:年?度?(?:年报|报告|年度报告)?|年?[末底初]|[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?"
    r"(?:\d\d:.*)?)$"
)
_RANGE = r"^(\d{1,9})人?[-~—–至到]\d{1,9}$|^(\d{1,9})人?(?:以上|及以上|\+)$"


def read_integer(text: pl.Series, column: Column, _spelling: Spelling) -> Cells:
    """A whole number, such as a year or a count; of a range, where the column has them, its least.

    A range is noted: what it begins with is the least that may be meant.
    """
    is_odd = ~text.str.contains(_PLAIN_YEAR if column.is_year else _PLAIN_INTEGER)
    rows = is_odd.fill_null(False).arg_true()
    doubts = pl.Series([None], dtype=pl.String).new_from_index(0, len(text))
    if rows.is_empty():
        return Cells(text.cast(pl.Int32), doubts)
    read = _other_integers(text.gather(rows), column)
    plain = text.set(is_odd.fill_null(False), None).cast(pl.Int32)
    return Cells(plain.scatter(rows, read.values), doubts.scatter(rows, read.doubts))


_PLAIN_INTEGER, _PLAIN_YEAR = "^[0-9]{1,9}$", r"^(?:19|20)[0-9]{2}$"


def _other_integers(text: pl.Series, column: Column) -> Cells:
    bare = without_separators(text).str.replace(_REMARK, "")
    if column.is_year:
        return noted(text, bare.str.extract(_YEAR, 1).cast(pl.Int32), "不是四位年份")
    bare = bare.str.replace(_BEFORE_RANK, "").str.replace(r"(?:年度?|家|件|个|项|人|户|名|位)$", "")
    digits = bare.str.extract(r"^(-?\d{1,9})(?:\.0+)?$", 1)
    read = noted(text, digits.cast(pl.Int32), "不是整数")
    if not column.takes_least:
        return read
    parts = bare.to_frame("text").select(least=pl.col("text").str.extract_groups(_RANGE))
    least = parts.select(pl.coalesce(pl.col("least").struct.unnest())).to_series().cast(pl.Int32)
    told = pl.select(pl.coalesce(where(least.is_not_null(), "区间，按下限计"), read.doubts))
    return Cells(read.values.zip_with(read.values.is_not_null(), least), told.to_series())


READERS: Mapping[str, Reader] = {
    "text": read_text,
    "long_text": read_text,
    "names": read_names,
    "owners": read_owners,
    "host": read_host,
    "credit_code": read_credit_code,
    "number_of_work": read_number_of_work,
    "stock_code": read_text,
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
