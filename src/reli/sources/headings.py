"""Headings within a list (一、浙江省; 杭州市（12家）; 第二批) and the region or time they tell."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from reli.reference.divisions import all_divisions
from reli.sources.revoked import says_revoked
from reli.sources.times import tells_time_alone, time_told

__all__ = ["Headings", "is_bare_number", "region_told"]

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

    above: dict[int, str] = field(default_factory=dict)
    """By level the region of each; empty where it names none (中央企业)."""
    time: tuple[str, str] = ("", "")
    """The year and the batch that a heading tells alone (2022年第一批)."""
    refused: str = ""
    """The heading that says that the rows lost a recognition or got none."""
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
        is_lost = says_revoked(bare)
        is_marked = level in (1, 2) or _COUNT_BEHIND.search(text) or is_lost or _GIVEN.match(bare)
        if not region and not (is_marked and not _IS_FIRM.search(bare)):
            return False
        rank = _rank(region)
        above = self.above.items()
        self.above = {at: said for at, said in above if _holds(at, said, level, rank)}
        at = level or _UNNUMBERED + rank
        self.above[at] = region
        if is_lost or at <= self._refused_at:
            # Cities within a group of refused firms are refused too.
            self.refused, self._refused_at = (text, at) if is_lost else ("", 0)
        return True

    def begin(self, text: str) -> None:
        """What is said of all rows: a place that is the whole title, or the name of a sheet."""
        if self.is_heading(text) and not _bare(text)[1]:
            self.above = {_OUTERMOST: self.region}
        # Whether a whole table is read that tells who lost a recognition is asked elsewhere.
        self.refused, self._refused_at = "", 0
        self.time = ("", "")

    @property
    def region(self) -> str:
        """Of the rows below, each place once, the widest first."""
        told = ""
        for _, region in sorted(self.above.items()):
            told = region if region.startswith(told) else told + region
        return told


def _holds(at: int, said: str, level: int, rank: int) -> bool:
    """Whether a heading goes on to hold below another: without numbers their kinds tell."""
    if at == _OUTERMOST and not rank:
        return True
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
_GIVEN = re.compile("(?:[已拟]?(?:通过|认定|合格|新认定|新增|复核通过|复核合格))")
"""With which a heading without a number begins that ends a group of refused firms."""
_IS_FIRM = re.compile("公司|[厂社院所]$|[。;；]")
