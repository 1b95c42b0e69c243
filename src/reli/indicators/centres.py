"""Centres as lists tell them: of which level, and under which name one centre stands."""

import ibis
import ibis.expr.types as ir

from reli.reference.divisions import MUNICIPALITIES

__all__ = ["BY_CITIES", "centre_name", "is_of_level", "is_provincial", "lies_in_municipality"]

BY_CITIES = "市"
"""How the level begins that a municipality calls what provinces call theirs 省级."""

_PROVINCIAL = "省"
_MEANS_PROVINCE = (
    "^(?:[^市县区国副]{0,7}(?:省|自治区)|直辖市|兵团|新疆生产建设兵团|(?:北京|天津|上海|重庆)市)"
)
"""Levels of provinces: 省级, 浙江省级, 自治区级, 上海市级, 兵团级; not 副省级."""

_BARE = "^(?:.*(?:公司|集团|厂))?(?:(?:国家|省|市|自治区)级?)?(?:认定)?(?:企业)?(?:技术中心)?$"
"""A host's name, what every centre is called, or both: names no centre of its own."""


def is_provincial(begins: str) -> bool:
    """Whether a level that a measure asks for is that of provinces, whatever they are called."""
    return begins.rstrip("级") == _PROVINCIAL


def is_of_level(
    level: ir.StringValue, begins: ir.StringValue | str, of_provinces: ir.BooleanValue | bool
) -> ir.BooleanValue:
    """Whether a row's level is the one asked for; where none is told, it is."""
    means_province = level.re_search(_MEANS_PROVINCE) & of_provinces
    return level.isnull() | level.startswith(begins) | means_province


def lies_in_municipality(place: ir.StringValue) -> ir.BooleanValue:
    """Whether a place lies in a city that is a province."""
    return place[:2].isin([code[:2] for code in MUNICIPALITIES])


def centre_name(name: ir.StringValue, host: ir.StringValue) -> ir.StringValue:
    """Name of a centre beside its host; empty where it is the host's only one by its name.

    Lists of technology centres give the host, 企业技术中心, or both; a host that is no enterprise
    (浙江大学) is known by being named as such.
    """
    names_host = name.startswith(host).fill_null(False)
    own = ibis.ifelse(names_host, name.substr(host.length()), name)
    return own.re_replace(_BARE, "")
