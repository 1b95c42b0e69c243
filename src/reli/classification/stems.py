"""Names of divisions and towns without their suffix: 余杭 of 余杭区."""

import re

__all__ = ["stem"]

_SUFFIXES = {
    "province": ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"),
    "city": ("自治州", "地区", "盟", "市", "州"),
    "county": ("自治县", "自治旗", "林区", "特区", "新区", "县", "市", "区", "旗"),
    "town": ("街道", "地区", "镇", "乡", "苏木"),
}
_PEOPLES = re.compile(
    "(?:满族|回族|蒙古族|蒙古|壮族|藏族|彝族|苗族|布依族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克"
    "|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族"
    "|仫佬族|羌族|布朗族|撒拉族|毛南族|锡伯族|锡伯|普米族|塔吉克族|塔吉克|怒族|鄂温克族|保安族"
    "|裕固族|独龙族|鄂伦春|各族|朝鲜族)+$"
)


def stem(name: str, kind: str) -> str:
    """A name without its suffix and peoples: 恩施土家族苗族自治州 -> 恩施; itself if too short."""
    for suffix in _SUFFIXES.get(kind, ()):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return _without_peoples(name[: -len(suffix)])
    return name


def _without_peoples(name: str) -> str:
    short = _PEOPLES.sub("", name)
    return short if len(short) >= 2 else name
