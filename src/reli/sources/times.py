"""Years and batches that a title or a heading of a list tells: 2023年第一批, 第二批（2022年）."""

import re
import unicodedata

__all__ = ["BATCH", "tells_time_alone", "time_told", "without_marks"]

# A day, such as that of an export, is no year of a list.
_YEAR = r"(?<!\d)(20\d{2})(?!\d|年?[-./]?\d{1,2}[-./月])"
BATCH = r"第[一二三四五六七八九十百\d]+批"


def time_told(text: str) -> tuple[str, str]:
    """The first year (2023) and the first batch (第一批) of a text; empty where there is none."""
    plain = without_marks(text)
    year, batch = (re.search(pattern, plain) for pattern in (_YEAR, BATCH))
    return year[0] if year else "", batch[0] if batch else ""


def tells_time_alone(text: str) -> bool:
    """Whether a heading says nothing but a year or a batch: 2022年度, 第二批（2022年）."""
    plain = "".join(without_marks(text).split())
    rest = re.sub(rf"(?:{_YEAR}|{BATCH})", "", plain)
    return rest != plain and not re.sub("[年度()、.:_-]", "", rest)


def without_marks(text: str) -> str:
    """A text without quotation marks, its letters of one width."""
    return re.sub("[“”\"'《》「」]", "", unicodedata.normalize("NFKC", text))
