"""Whether words above a table or a group of rows say that these lost a recognition or got none."""

import re

__all__ = ["says_revoked"]

_LOST = "取消|撤销|撤消|摘牌|除名|移出|未通过|不通过|未予通过|不予认定|不予通过|不合格|未入选"
_REVOKED = re.compile(rf"(?:{_LOST}).{{0,60}}(?:资格|称号|认定|命名|名单|企业|中心|单位)")
_REVOKED_SHEET = re.compile(rf"(?:已|被|拟|复核)?(?:{_LOST}).{{0,4}}")
_GRANTED_TOO = re.compile(
    r"(?:认定|新增|公布|合格|(?<![未不予])通过|入选|评价|评估|复核).{0,16}(?:及|和|与|、|并|或)[^：:]{0,6}"
    rf"(?:{_LOST})"
)


def says_revoked(title: str) -> bool:
    """Whether a title, or a sheet's name, says that those listed lost a recognition or got none.

    One that speaks of both, of whom it was given to and taken from, says neither.
    """
    said = _REVOKED.search(title) or _REVOKED_SHEET.fullmatch(title.strip())
    return bool(said) and not _GRANTED_TOO.search(title)
