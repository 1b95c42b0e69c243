"""Headings within a list (一、浙江省; 第二批; 独角兽企业): the region, time or list they tell."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from reli.reference.divisions import all_divisions
from reli.sources.list_names import Choices, lists_named, names_list_alone, tells_candidates
from reli.sources.revoked import says_revoked
from reli.sources.spellings import RECOGNITION_LISTS
from reli.sources.times import tells_time_alone, time_told

__all__ = ["Headings", "is_bare_number", "is_numbered", "region_told"]

_MARK = r"[一二三四五六七八九十百]+"
_LEVELS = (
    re.compile(rf"^{_MARK}[、.．](?=.)"),
    re.compile(rf"^[(]{_MARK}[)][、.]?(?=.)"),
    re.compile(r"^\d{1,2}[、.](?=\D)"),
)
"""一、 stands above （一）, that above 1."""
_NUMBER = re.compile(rf"^[(]?{_MARK}[)]?[、.．:]?$")
_COUNT = re.compile(r"[(（]?[共合]?计?\d+[家户个项名](?:企业|单位)?[)）]?$")
_COUNT_BEHIND = re.compile(r"[(（][共合]?计?\d+[家户个项名](?:企业|单位)?[)）]\s*$")
_OFFICE = re.compile(
    r"(?:所?属|本级|市直|省直|全市|全省)?(?:地区|辖区|片区)?(?:企业|单位)?"
    r"|.{0,16}(?:厅|局|委|委员会|办|办公室|管委会|人民政府)"
    r"|.{0,10}(?:开发区|高新区|新区|园区|保税区|示范区|实验区|自贸区)"
)
"""What may stand behind a place: who recommends, or a zone of it."""
_CORPS = "新疆生产建设兵团"
_LONGEST = 30


def is_bare_number(cell: str) -> bool:
    """Whether a cell holds the number of a heading alone, its words standing beside."""
    return bool(_NUMBER.match(unicodedata.normalize("NFKC", cell).strip()))


def is_numbered(text: str) -> bool:
    """Whether a heading has a number of its own: 二、单项冠军产品."""
    return bool(_bare(text)[1])


def region_told(text: str) -> str:
    """The place that a heading names, from its province down; empty where it names none."""
    bare = _bare(text)[0]
    if bare.startswith(_CORPS):
        return bare
    places, rest = _places_at_head(bare)
    if not places or not _OFFICE.fullmatch(rest):
        return ""
    return bare if rest.endswith("区") else places


def _bare(text: str) -> tuple[str, int]:
    """A heading without its number and count, and its level by the number; 0 without one."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip(":")
    level = 0
    for at, pattern in enumerate(_LEVELS, 1):
        if pattern.match(plain):
            plain, level = pattern.sub("", plain), at
            break
    return _COUNT.sub("", plain).strip(":、,-—"), level


def _places_at_head(text: str) -> tuple[str, str]:
    """Names of divisions at the head of a text, and the rest."""
    names, at = _names(), 0
    while at < len(text):
        ends = range(min(len(text), at + _MOST), at + 1, -1)
        end = next((end for end in ends if text[at:end] in names), 0)
        if not end:
            break
        at = end
    return text[:at], text[at:]


_MOST = 15


@cache
def _names() -> frozenset[str]:
    """Names of divisions in full; provinces and prefectures also in short."""
    divisions = list(all_divisions())
    full = {each.name for each in divisions}
    upper = [each.name for each in divisions if each.level != "county"]
    short = {_SUFFIX.sub("", name) for name in upper}
    return frozenset(full | {name for name in short if len(name) > 1} | {"市辖区"})


_SUFFIX = re.compile("(?:省|市|地区|盟|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


@dataclass
class Headings:
    """The headings that a row stands below, as a list is read from above."""

    choices: Choices = field(default_factory=lambda: RECOGNITION_LISTS)
    """The lists that headings may name; empty where the rows say it themselves."""
    above: dict[int, "_Heading"] = field(default_factory=dict)
    """By level."""
    time: tuple[str, str] = ("", "")
    """The year and the batch that a heading tells alone (2022年第一批)."""
    refused: str = ""
    """What the heading says in Chinese by which the rows have no recognition."""
    _refused_at: int = 0

    def is_heading(self, text: str) -> bool:
        """Whether what stands alone in its row heads the rows below; if so, they are below it."""
        if len(text) > _LONGEST:
            return False
        bare, level = _bare(text)
        if tells_time_alone(bare):
            self.time = time_told(bare)
            return True
        region = region_told(text)
        refusal = self._refusal(text, bare)
        is_list = self._is_list(bare)
        is_marked = level in (1, 2) or _COUNT_BEHIND.search(text) or refusal or _GIVEN.match(bare)
        if not region and not is_list and not (is_marked and not _IS_FIRM.search(bare)):
            return False
        at = self._put(_Heading(text, region, self._list_in(bare)), level, is_list=is_list)
        if any(when := time_told(bare)) and is_list:
            self.time = when
        if refusal or at <= self._refused_at:
            # Cities within a group of refused firms are refused too.
            self.refused, self._refused_at = (refusal, at) if refusal else ("", 0)
        return True

    def _refusal(self, text: str, bare: str) -> str:
        if says_revoked(bare):
            return f"未通过，不是认定企业：{text}"
        is_other = not _IS_FIRM.search(bare) and tells_candidates(self.choices, bare)
        return f"小标题不是认定名单：{text}" if is_other else ""

    def _is_list(self, bare: str) -> bool:
        return not _IS_FIRM.search(bare) and names_list_alone(self.choices, bare)

    def _list_in(self, bare: str) -> str:
        named = lists_named(self.choices, bare)
        return named[0] if len(named) == 1 else ""

    def _put(self, heading: "_Heading", level: int, *, is_list: bool) -> int:
        """Place a heading below those that go on to hold; its level."""
        rank = _rank(heading.region)
        if is_list and not level and any(each.region for each in self.above.values()):
            # Below a place, unless places stand below lists.
            is_outer = any(each.listed for at, each in self.above.items() if at != _INNERMOST)
            level = 0 if is_outer else _INNERMOST
        held = self.above.items()
        self.above = {at: each for at, each in held if _holds(at, each.region, level, rank)}
        at = level or _UNNUMBERED + rank
        self.above[at] = heading
        return at

    def begin(self, text: str) -> None:
        """What is said of all rows: a place that is the whole title, or the name of a sheet."""
        if self.is_heading(text) and not _bare(text)[1]:
            self.above = {_OUTERMOST: _Heading(text, self.region)}
        # Whether a whole table is read that tells who lost a recognition is asked elsewhere.
        self.refused, self._refused_at = "", 0
        self.time = ("", "")

    @property
    def region(self) -> str:
        """Of the rows below, each place once, the widest first."""
        told = ""
        for _, each in sorted(self.above.items()):
            told = each.region if each.region.startswith(told) else told + each.region
        return told

    @property
    def listed(self) -> tuple[str, str]:
        """The list that the nearest heading names which names one, and its words."""
        named = [each for _, each in sorted(self.above.items()) if each.listed]
        return (named[-1].listed, named[-1].text) if named else ("", "")


@dataclass(frozen=True)
class _Heading:
    """What a heading says of the rows below it."""

    text: str
    region: str = ""
    """Empty where it names none (中央企业)."""
    listed: str = ""
    """The list, where it names one (二、独角兽企业)."""


def _holds(at: int, said: str, level: int, rank: int) -> bool:
    """Whether a heading goes on to hold below another: without numbers their kinds tell."""
    if at == _OUTERMOST and not rank:
        return True
    if at == _INNERMOST:
        return False
    return at < level if level and at != _OUTERMOST else _rank(said) < rank


def _rank(region: str) -> int:
    """1 a province, 2 a city, 3 what lies within one; 0 where it is no place."""
    for rank, pattern in enumerate(("(?:省|自治区|兵团)$", "(?:市|州|盟|地区)$", "."), 1):
        if re.search(pattern, region):
            return rank
    return 0


_OUTERMOST = 0
_UNNUMBERED = len(_LEVELS)
"""Headings without a number lie below those with one."""
_INNERMOST = 9
"""Of a list below a place, both without numbers."""
_GIVEN = re.compile("(?:[已拟]?(?:通过|认定|合格|新认定|新增|复核通过|复核合格))")
"""With which a heading without a number begins that ends a group of refused firms."""
_IS_FIRM = re.compile("公司|[厂社院所]$|[。;；]")
