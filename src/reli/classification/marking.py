"""Names of places found in columns of addresses, without a loop over rows.

A marked address keeps the names it has, in their order and with what separates them: a full name
in 〔〕, a name without its suffix in 〈〉, `~` for other text between, `!` where a short name is
part of a road's or building's (北京路). Many addresses have the same marks; each is read once.
"""

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.gazetteer import Gazetteer

__all__ = ["GAP", "Marker", "tidy_address"]

GAP, NO_PLACE = "~", "!"
_HEAD = 40
"""Characters that are looked at; a division further behind is not the address's own."""

_ROADS = (
    "[东西南北中一二三四五六七八九十0-9环内外前后新老大小横支]{0,3}"
    "(?:路|街|大道|道|巷|胡同|弄|桥|门|里|广场|大厦|公路|新村|小区|花园|花苑|港|站|机场|饭店|酒店|宾馆|公园|"
    "大楼|商城|商厦|市场|银行|大学|学院|医院|公司|集团|工业园|山庄|码头|水库|河|湖|江|山|岛|寺|庙|村|庄|屯)"
)
_SECOND = "(?:[;；]|经营场所|经营地址|另设|分支机构|生产地址|仓库地址|办公地址)"


def tidy_address(addresses: pa.Array) -> pl.Series:
    """NFKC, without spaces and line breaks, the first address only, cut to what is looked at."""
    text = pc.utf8_normalize(addresses.cast(pa.large_string()), form="NFKC")
    series = pl.Series("address", text).fill_null("")
    series = series.str.replace_all(r"[\s\u3000'\"“”‘’·,，。、:：\-－—_/\\|]+", "")
    series = series.str.replace(_SECOND + ".*$", "")
    # The seat proper may stand in brackets behind a building; brackets themselves say nothing.
    series = series.str.replace_all(r"[()（）\[\]【】<>《》〔〕〈〉~!]", "")
    return series.str.slice(0, _HEAD)


class Marker:
    """Marks the names of a gazetteer."""

    def __init__(self, names: Gazetteer) -> None:
        marked = {name: f"〔{name}〕" for name in (*names.full, *names.slips)}
        for name in names.stems:
            marked.setdefault(name, f"〈{name}〉")
        # Polars takes the leftmost match and, of those, the first pattern: so longest first.
        ordered = sorted(marked, key=lambda name: (-len(name), name))
        self._patterns = ordered
        self._marks = [marked[name] for name in ordered]

    def mark(self, addresses: pl.Series) -> pl.Series:
        """Marks of each address; empty where it names no place."""
        marked = addresses.str.replace_many(self._patterns, self._marks, leftmost=True)
        marked = marked.str.replace_all("〉" + _ROADS, "〉" + NO_PLACE)
        marked = marked.str.replace_all(r"([〕〉]!?)[^〔〈]+", "${1}" + GAP)
        marked = marked.str.replace(r"^[^〔〈]+", GAP)
        return marked.str.replace(r"^~$", "")
