"""Why a unit has no place in an index, in words: one wording for every form."""

from reli.reference.emerging import OVERALL

__all__ = ["no_enterprise", "status_text"]

_STATUS = {
    "ranked": "列入排名",
    "unnumbered": "单列，不占位次",
    "not_scored": "数据不足，未评分",
    "unpublished": "未公布",
}


def no_enterprise(industry: str) -> str:
    """A unit without any enterprise of an industry; overall, without any that is counted."""
    return "无计入的企业" if industry == OVERALL else "无该产业企业"


def status_text(status: str, industry: str) -> str:
    """A unit's standing in the index of an industry, empty where it is unknown."""
    if status == "inactive":
        return f"{no_enterprise(industry)}，未列入排名"
    return _STATUS.get(status, "")
