"""Names of enterprises brought to keys that can be compared. Columns in, columns out."""

import re
from functools import cache

import numpy as np
import opencc
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.linkage.keys import Characters, character
from reli.linkage.places import short_place

__all__ = [
    "branch_parent",
    "core_key",
    "former_in_remark",
    "is_branch",
    "name_key",
    "placeless",
    "traditional",
    "undated",
    "without_echo",
    "without_remark",
]


def _one_slip_from(form: str) -> list[str]:
    """Patterns of a legal form with a character lost, wrong, doubled or added, or two swapped."""
    any_character = r"\p{Han}"
    cuts = [(form[:at], form[at:]) for at in range(len(form))]
    wrong = [
        head + any_character + tail[1:] for head, tail in cuts if len(form) > _SHORT_FORM or head
    ]
    added = [head + any_character + tail for head, tail in cuts if head]
    lost = [head + tail[1:] for head, tail in cuts]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if tail[1:]]
    return [*added, *swapped, *wrong, *lost]


_SHORT_FORM = 4
"""Of 有限公司 the first character is not left open: 无限公司 is another form."""
_FORMS = ("股份有限公司", "有限责任公司", "有限公司")
_COMPANY = "(?:公+[司可同私词]|司公|工司)(?:[司有限股份]|公司|有限公司)*"
_SLIPS = "|".join(pattern for form in _FORMS for pattern in _one_slip_from(form))
LEGAL_FORMS = (
    rf"(?:股[份分]?)?(?:有\p{{Han}}责任|有限\p{{Han}}任|有限责\p{{Han}}|有限责|有限任|责任有限|(?:有限)+){_COMPANY}"
    rf"|{_SLIPS}|(?:[友右]限|有+限+){_COMPANY}|(?:特殊)?(?:有限|普通)合伙"
    rf"|股[份分]?{_COMPANY}|总{_COMPANY}|{_COMPANY}|股份有限|有限责任|股份|有限"
)
_BRANCH_ENDS = (
    "分公司|分厂|分店|分部|分行|支行|分社|分院|分局|营业部|经营部|门市部|办事处|服务部|销售部|项目部"
    "|营业厅|工程处|分理处|分销处|代表处|连锁店|专卖店|营业所|供电所|加油站|经理部|分所|支公司"
)

_UNITS = "车间|事业部|实验室|研究院|研究所|(?:技术|研发|研究|工程|设计|检测|试验)中心"
"""What is a part of a company where it stands behind its whole name; a works may be a firm."""

_REMARK = (
    r"[(（\[〔【](?:原(?:名|称)?|曾用名|更名前|前身为?|现(?:名|更名为?|为)?|已?更名为?|简称|以下简称|注)"
    r"[:：为]?(.*)[)）\]〕】]\s*$"
)
_LISTED = r"公司\s*[(（\[〔【][^()（）公分厂伙]*(?:公司|公章)?[^()（）公分厂伙]*[)）\]〕】]\s*$"
"""A firm's name ends with 公司; what stands in brackets behind it is the list's."""
_NOTED = (
    r"[(（\[〔【](?:筹|复[核审].{0,3}|公章|盖章|[^()（）]*(?:推荐|牵头|联合体|依托|上市|三板|批|[^)）]{3}中心|基地)[^()（）]*)"
    r"[)）\]〕】]\s*$"
)
_NUMBER = r"^\s*(?:[(（]?\d{1,4}[)）]?[.、．]\s*|[(（]\d{1,4}[)）]\s*|[①-⑳])(\D)"
_LABEL = r"^\s*\p{Han}{0,8}(?:名称|全称|单位|企业|公司|机构)\s*[:：]\s*"
_FOOTNOTE = r"[\s*※★☆▲△#①-⑳]+$"
_MARKED = "[^\u4e00-\u9fff]"
"""Whatever lists add to a name has at least one such character."""
_STATE_RUN = r"^(?:地方)?国营(\p{Han}{4})"
"""国营 before a name said who ran the works; registers left it out later."""
_STATE_HEADS = [character(each) for each in "国地"]
_SPOILT_PLACE = r"^(\p{Han}{2})市(\p{Han}{4})"
_CITY = character("市")
_BYTES_OF_TWO = (6, 7, 8)
"""Of two Han characters: the rare ones have four each."""
_PUNCTUATION = r"""[^\p{L}\p{N}]+"""
_UNCOMMON = r"[^\x00-\x7F\u4E00-\u9FFF]"
_USUAL_PUNCTUATION = r"[^0-9a-z\u4E00-\u9FFF]+"
"""Among other characters than the uncommon ones."""
_SHORTEST_CORE = 3
_BYTES_OF_A_CHARACTER = 4
"""At most."""
_SHORTEST_WORD = 2
_ECHO = re.compile(rf"(\w{{{_SHORTEST_WORD},4}}?)\1")


def name_key(names: pa.Array | pl.Series, name: str = "name_key") -> pl.Series:
    """Letters and digits of a name, in one width, case and script; null if nothing is left.

    NFKC; Latin letters small; without spaces, brackets and points; traditional characters as
    simplified ones, on either side of a comparison alike, so that none is changed to its harm.
    """
    series = pl.Series(name, names).cast(pl.String)
    # Most names are their own keys already; one look at their characters tells which.
    rest = series.str.contains(_changing()).fill_null(False).arg_true()
    if not rest.is_empty():
        series = series.scatter(rest, _changed(series.gather(rest)))
    return series.set(series == "", None)


@cache
def _changing() -> str:
    """A regular expression for the characters that a key writes otherwise or leaves out."""
    return f"[^0-9a-z\\u4E00-\\u9FFF]|[{''.join(traditional())}]"


def _changed(names: pl.Series) -> pl.Series:
    """Keys of the names that are not their own keys already."""
    rest = names.str.contains(_UNCOMMON).arg_true()
    # Of usual characters no look at what each is in Unicode is needed, which takes long.
    keys = names.str.to_lowercase().str.replace_all(_USUAL_PUNCTUATION, "")
    if not rest.is_empty():
        keys = keys.scatter(rest, _plain(names.gather(rest)))
    return simplified(keys)


def _plain(names: pl.Series) -> pl.Series:
    """Letters and digits of any names, in one width and case."""
    text = pc.utf8_normalize(names.to_arrow().cast(pa.large_string()), form="NFKC")
    lower = pl.Series(names.name, pc.utf8_lower(text), dtype=pl.String)
    return lower.str.replace_all(_PUNCTUATION, "")


def without_remark(names: pl.Series) -> pl.Series:
    """A name as said, without what a list adds: 3. 甲公司（原乙公司）, 甲公司① -> 甲公司."""
    # What lists add has a bracket, a point, a number or a mark: most names have none.
    rest = names.str.contains(_MARKED).fill_null(False).arg_true()
    return names if rest.is_empty() else names.clone().scatter(rest, _bare(names.gather(rest)))


def _bare(names: pl.Series) -> pl.Series:
    names = names.str.replace(_LABEL, "").str.replace(_FOOTNOTE, "")
    bare = names.str.replace(_REMARK, "").str.replace(_LISTED, "公司").str.replace(_NOTED, "")
    return bare.str.replace(_NUMBER, "$1")


def former_in_remark(names: pl.Series) -> pl.Series:
    """The other name that a list gives in brackets: 甲公司（原乙公司） -> 乙公司; else null."""
    said = names.cast(pl.String).str.extract(_REMARK, 1)
    return said.set(said == "", None)


def undated(former: pl.Series) -> pl.Series:
    """Former names without the day of the change, which some registers give behind them."""
    return former.str.replace(r"[(（\[]?\d{4}[-年/.].*$", "")


def core_key(keys: pl.Series, name: str = "core_key") -> pl.Series:
    """A key without its legal form, its place in short form: variants of one name agree in it.

    广东省深圳市甲科技有限责任公司 and 深圳甲科技股份有限公司 both give 深圳甲科技. 集团 stays: a
    group and its member are two firms. Cores of fewer than three characters say too little: null.
    """
    place, rest = short_place(_with_plain_head(_without_form(keys.cast(pl.String))))
    core = place + rest
    # Bytes need not be counted; most cores have enough of them for any characters.
    few = (core.str.len_bytes() < _SHORTEST_CORE * _BYTES_OF_A_CHARACTER).arg_true()
    short = few.filter(core.gather(few).str.len_chars() < _SHORTEST_CORE)
    return core.scatter(short, None).alias(name)


def _without_form(keys: pl.Series) -> pl.Series:
    """Keys without their legal form; 股 of 控股 is no part of it."""
    bare = keys.str.replace(f"(?:{LEGAL_FORMS})$", "")
    # To keep a part of what is found makes the search several times as long: few need it.
    holding = keys.str.contains("控股", literal=True).fill_null(False).arg_true()
    if holding.is_empty():
        return bare
    whole = keys.gather(holding).str.replace(f"(控股)?(?:{LEGAL_FORMS})$", "$1")
    return bare.scatter(holding, whole)


def _with_plain_head(keys: pl.Series) -> pl.Series:
    """Keys without 国营 in front; and a place that a slip spoils (深训市) without its kind."""
    texts = Characters(keys)
    is_city = [texts.at(texts.starts + before) == _CITY for before in _BYTES_OF_TWO]
    is_odd = np.isin(texts.at(texts.starts), _STATE_HEADS) | np.any(is_city, axis=0)
    rows = pl.Series(np.flatnonzero(is_odd))
    if rows.is_empty():
        return keys
    some = keys.gather(rows).str.replace(_STATE_RUN, "$1")
    return keys.clone().scatter(rows, some.str.replace(_SPOILT_PLACE, "$1$2"))


def placeless(keys: pl.Series, cores: pl.Series) -> pl.Series:
    """Cores of joint-stock companies without the place in front of them; null for other names."""
    is_joint = (keys.str.ends_with(_FORMS[0]) & cores.is_not_null()).fill_null(False)
    rest = short_place(cores.filter(is_joint))[1]
    none = pl.repeat(None, len(keys), dtype=pl.String, eager=True)
    return none.scatter(is_joint.arg_true(), rest)


def without_echo(cores: pl.Series) -> pl.Series:
    """Cores with a word once that stood twice running (集团集团); null for others."""
    once = [core and (_ECHO.sub(r"\1", core) if _repeats(core) else core) for core in cores]
    changed = pl.Series(cores.name, once, dtype=pl.String)
    return changed.set((changed == cores).fill_null(True), None)


def _repeats(core: str) -> bool:
    """Whether so many characters recur as in a word that stands twice: few names get past."""
    return len(set(core)) <= len(core) - _SHORTEST_WORD


def is_branch(keys: pl.Series) -> pl.Series:
    """Whether a key is the name of a branch (分公司, 支行 …), which is no legal entity."""
    return keys.str.contains(f"(?:{_BRANCH_ENDS})$").fill_null(False)


def branch_parent(keys: pl.Series, name: str = "parent_key") -> pl.Series:
    """Of a branch's key that of its parent: 甲有限公司杭州分公司 -> 甲有限公司; else null."""
    branch = f"^(.{{2,}}(?:公司|集团|银行|厂|中心|社|院|所))[^司]*?(?:{_BRANCH_ENDS})$"
    unit = f"^(.{{2,}}有限(?:责任)?公司)[^司]{{0,12}}(?:{_UNITS})$"
    # 中心支公司 and 中心支行 are branches; their 中心 is no firm above them.
    parents = keys.str.replace("中心(支公司|支行)$", "$1").str.extract(branch, 1)
    return parents.fill_null(keys.str.extract(unit, 1)).alias(name)


@cache
def traditional() -> dict[str, str]:
    """Traditional characters and their simplified forms (OpenCC, character by character)."""
    every = [chr(point) for point in range(0x4E00, 0x9FFF)]
    simple = opencc.OpenCC("t2s").convert("\n".join(every)).split("\n")
    # 馀 is a form of 余 of its own, which older texts have in names: 馀杭, 馀姚.
    return {old: new for old, new in zip(every, simple, strict=True) if old != new} | {"馀": "余"}


def simplified(names: pl.Series) -> pl.Series:
    """Texts in simplified characters; only the few with a traditional one are rewritten."""
    # A class of characters is asked much quicker than a list of words.
    has_some = names.str.contains(f"[{''.join(traditional())}]").fill_null(False)
    if not has_some.any():
        return names
    rows = has_some.arg_true()
    some = names.gather(rows)
    return names.clone().scatter(rows, some.str.replace_many(*_there(some)))


def _there(texts: pl.Series) -> tuple[list[str], list[str]]:
    """The traditional characters that occur in some texts, with their simplified forms."""
    # To look for thousands of words takes longer to prepare than to do.
    old = sorted(traditional().keys() & set(texts.str.join("").item()))
    return old, [traditional()[each] for each in old]
