"""How enterprises came to their counties: activity, zones, confidence, lists that were joined."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reli.report.blocks import Block, Paragraph
from reli.report.listing import numbers, share, table, texts

__all__ = ["activity", "data_quality", "zones"]


def activity(standing: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Registered against active enterprises: counties flagged as registration parks.

    Args:
        standing: unit, standing, active, active_share_pct, is_registration_park; of counties.
        names: unit -> name.
    """
    known = standing.drop_nulls("active_share_pct")
    flagged = known.filter(pl.col("is_registration_park")).sort("standing", descending=True)
    found = (
        f"有{flagged.height:,}个的活跃企业占比不到本省中位数的一半，提示注册集中，其数量类指标宜结合活跃口径阅读。"
        if flagged.height
        else "活跃企业占比都不低于本省中位数的一半。"
    )
    yield Paragraph(
        "企业按登记住所归入区县，登记地不一定是经营地。"
        f"全国{known.height:,}个有活跃信息的评价单元中，{found}",
        fact={"kind": "activity", "units": known.height, "flagged": sorted(flagged["unit"])},
    )
    shown = flagged.head(30)
    if shown.height:
        rows = tuple(
            (
                names.get(row["unit"], row["unit"]),
                f"{row['standing']:,}",
                f"{row['active']:,}",
                f"{row['active_share_pct']:.1f}%",
            )
            for row in shown.iter_rows(named=True)
        )
        yield table(
            "activity",
            f"注册集中的区县（按存续企业数，前{len(rows)}个）",
            (*texts("区县", share=1.4), *numbers("存续企业", "活跃企业", "活跃占比", share=1)),
            rows,
        )


def zones(placed: pl.DataFrame, names: Mapping[str, str]) -> Iterator[Block]:
    """Firms that a rule on zones placed, by county; `placed`: division_code, firms."""
    total = int(placed["firms"].sum())
    yield Paragraph(
        f"登记住所只写功能区（开发区、高新区、新区等）而未写区县的企业有{total:,}家，"
        "按功能区所在区县归入；依据依次为乡镇街道、道路、公布的主要所在地和城市。",
        fact={"kind": "zones", "firms": total, "units": placed.height},
    )
    shown = placed.sort(["firms", "division_code"], descending=[True, False]).head(30)
    yield table(
        "zones",
        f"按功能区规则归入的企业最多的{shown.height}个区县",
        (*texts("区县", share=1.4), *numbers("企业数", "占全部此类企业", share=1)),
        (
            (names.get(code, code), f"{firms:,}", share(firms, total))
            for code, firms in shown.select("division_code", "firms").iter_rows()
        ),
    )


CONFIDENCE = {
    "exact": "确切（住所写明区县）",
    "derived": "派生（由沿革、乡镇或功能区得出）",
    "inferred": "推断（由登记机关或代码得出）",
    "ambiguous": "有歧义（只能确定到上级）",
    "none": "无法确定",
}


def data_quality(
    places: Mapping[str, int], links: Sequence[tuple[str, int, int]], doubtful: int
) -> Iterator[Block]:
    """Confidence of places, and rows of lists that were joined.

    Args:
        places: class of confidence -> enterprises.
        links: list, rows, rows joined to an enterprise.
        doubtful: enterprises whose authority or credit code names another county than the address.
    """
    total = sum(places.values()) or 1
    yield table(
        "quality/places",
        "企业所在地的置信等级",
        (*texts("置信等级", share=1.6), *numbers("企业数", "占比", share=1)),
        (
            (name, f"{places.get(code, 0):,}", f"{100 * places.get(code, 0) / total:.2f}%")
            for code, name in CONFIDENCE.items()
        ),
        notes=(
            "注：有歧义和无法确定的企业不计入任何区县。",
            f"登记机关或信用代码指向另一区县的企业 {doubtful:,} 家，按住所计入，矛盾逐家记录。",
        ),
    )
    if links:
        yield table(
            "quality/links",
            "名单与登记企业的对应情况",
            (*texts("名单", share=1.6), *numbers("行数", "已对应", "未对应", "对应率", share=1)),
            (
                (name, f"{rows:,}", f"{linked:,}", f"{rows - linked:,}", share(linked, rows))
                for name, rows, linked in links
            ),
            notes=("注：各名单的来源和截止日期见第一章。",),
        )
