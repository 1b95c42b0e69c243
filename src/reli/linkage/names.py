"""Names of enterprises brought to keys that can be compared. Columns in, columns out."""

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BRANCH_ENDS", "branch_parent", "core_key", "name_key"]

LEGAL_FORMS = (
    "股份有限责任公司|有限责任公司|股份有限公司|有限责任|股份公司|集团有限公司|有限公司|总公司|公司"
)
BRANCH_ENDS = (
    "分公司|分厂|分店|分部|分行|支行|分社|分院|营业部|经营部|门市部|办事处|服务部|销售部|项目部|营业厅"
    "|营业所|储蓄所|邮政所|支局|加油站"
    "|工程处|分理处|分销处|代表处|连锁店|专卖店"
)


def name_key(names: pa.Array | pl.Series, name: str = "name_key") -> pl.Series:
    """NFKC, without spaces, brackets and points, Latin letters small; null if nothing is left."""
    text = names.to_arrow() if isinstance(names, pl.Series) else names
    text = pc.utf8_normalize(text.cast(pa.large_string()), form="NFKC")
    series = pl.Series(name, pc.utf8_lower(text))
    series = series.str.replace_all(r"""[\s()\[\]{}<>《》〈〉【】"'“”‘’·•.,，。、\-—_*#]+""", "")
    return series.set(series == "", None)


def core_key(keys: pl.Series, name: str = "core_key") -> pl.Series:
    """A key without its legal form: the variants of one firm's name agree in it.

    Cores of fewer than four characters say too little and are null.
    """
    core = keys.str.replace(f"(?:{LEGAL_FORMS})$", "").str.replace_all("集团|有限|责任|股份", "")
    return core.set(core.str.len_chars() < 4, None).alias(name)


def branch_parent(keys: pl.Series, name: str = "parent_key") -> pl.Series:
    """Of a branch's key that of its parent: 甲有限公司杭州分公司 -> 甲有限公司; else null."""
    pattern = f"^(.{{2,}}?(?:公司|集团|银行|厂|中心|社|院|所)).*(?:{BRANCH_ENDS})$"
    return keys.str.extract(pattern, 1).alias(name)
