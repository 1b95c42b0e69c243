"""Business scopes as clauses, each with what its verbs say: making, or only dealing.

Columns in, columns out: no loop over rows.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from reli.classification.products import SERVICE_WORDS

__all__ = ["clauses_of", "tidy_scope"]

MAKING = (
    "生产|制造|加工|研发|研制|研究|开发|设计|组装|装配|系统集成|制作|制备|提取|冶炼|培育|运营|产销"
)
DEALING = (
    "销售|批发|零售|购销|经销|代理|进出口|贸易|租赁|出租|咨询|代购|代销|专卖|经营|批零|营销|采购"
)

_REMARKS = (
    r"【[^】]*】|\((?:依法|不含|除|须经|凭|按|法律|限|上述|以上|涉及)[^)]*\)|不含[^,，;；。、)]*"
    r"|除[^,，;；。]*外|(?:一般|许可)(?:经营)?项目[:：]|(?:一般|许可)事项[:：]"
)
_BOILERPLATE = "(^|[、,;:])技术(?:服务|开发|咨询|交流|转让|推广)"
"""By itself; 生物技术推广服务 is none."""

_BOTH = (
    "((?:生产|制造|加工|研发|开发)[^、,:;]{2,})[、,]"
    "((?:销售|批发|零售|代理|经销|租赁|购销|咨询)[^、,:;]{2,})"
)


def tidy_scope(scopes: pa.Array) -> pl.Series:
    """NFKC, without spaces, remarks in brackets and boilerplate; commas and stops made alike."""
    text = pc.utf8_normalize(scopes.cast(pa.large_string()), form="NFKC")
    series = pl.Series("scope", text).fill_null("")
    series = series.str.replace_all(r"\s+", "").str.replace_all(_REMARKS, "")
    series = series.str.replace_all("[。.;；*★◆]+", ";").str.replace_all("，", ",")
    series = series.str.replace_all(_BOILERPLATE, "$1")
    return series.str.replace_all(_BOTH, "$1;$2")


def clauses_of(rows: pl.DataFrame, terms: Sequence[str]) -> pl.DataFrame:
    """Clauses of the scopes of rows.

    A sentence ends at a semicolon or stop. Where it opens with its verbs and a colon, they govern
    the whole sentence; else each part between commas has its own, and a part without verbs has
    those of the next part that has some (甲、乙，丙的生产), or of the one before.

    Args:
        rows: row, scope (tidied).
        terms: products; what they contain is no verb (集成电路, 合成树脂).

    Returns:
        row, clause, is_made (its verbs make, develop or run something), is_dealt.
    """
    sentences = (
        rows.select("row", sentence=pl.col("scope").str.split(";"))
        .explode("sentence")
        .with_row_index("place")
        .with_columns(
            head=pl.col("sentence").str.extract(
                f"^((?:[^:,]{{0,12}}(?:{MAKING}|{DEALING})[^:,]*)):"
            ),
        )
    )
    verbs = pl.col("clause").str.replace_many(list(terms), ["□"] * len(terms), leftmost=True)
    whole = sentences.filter(pl.col("head").is_not_null()).select(
        "row", "place", clause=pl.col("sentence"), verbs=pl.col("head")
    )
    parts = (
        sentences.filter(pl.col("head").is_null())
        .select("row", "place", clause=pl.col("sentence").str.split(","))
        .explode("clause")
        .with_columns(verbs=verbs)
        .with_columns(
            verbs=pl.when(pl.col("verbs").str.contains(f"{MAKING}|{DEALING}")).then("verbs")
        )
        .with_columns(
            verbs=pl.col("verbs")
            .fill_null(strategy="backward")
            .over("place")
            .fill_null(pl.col("verbs").fill_null(strategy="forward").over("place"))
            .fill_null("")
        )
    )
    return pl.concat([whole, parts]).select(
        "row",
        "clause",
        is_made=pl.col("verbs").str.contains(MAKING),
        is_dealt=pl.col("verbs").str.contains(DEALING),
    )


def may_count(term: pl.Expr) -> pl.Expr:
    """Whether a clause speaks of making the term, or of rendering the service that it is.

    Goods need a verb of making; a service needs only that the clause does not deal.
    """
    is_service = term.str.contains(SERVICE_WORDS)
    return pl.col("is_made") | (is_service & ~pl.col("is_dealt"))
