"""What the method chapter says, from settings, framework and recipe: all its Chinese text."""

from collections.abc import Mapping, Sequence

from reli.index import Framework
from reli.reference.zone_units import zone_units
from reli.report.maps import BREAKS
from reli.report.publication import IndicatorRow, Publication

__all__ = [
    "directions_line",
    "indicator_rows",
    "method_lines",
    "partial_lines",
    "quality_lines",
    "reading_lines",
]


def indicator_rows(framework: Framework, missing: Mapping[str, str]) -> tuple[IndicatorRow, ...]:
    """The framework's indicators for the method chapter; `missing`: code -> reason."""
    return tuple(_row(framework, code, missing.get(code, "")) for code in framework.indicators)


def _row(framework: Framework, code: str, missing: str) -> IndicatorRow:
    node = framework.by_code[code]
    above = [framework.by_code[parent] for parent in framework.path(code)[1:]]
    names = [each.name_zh or each.name_en or each.code for each in reversed(above[:-1])]
    names = [*names, "", ""][:2]
    return IndicatorRow(
        dimension=names[0],
        subdimension=names[1],
        indicator=node.name_zh or node.name_en or node.code,
        unit_of_measure=node.unit_of_measure,
        direction=node.direction,
        definition=node.definition_zh,
        missing=missing,
        code=code,
    )


def directions_line(framework: Sequence[IndicatorRow]) -> str:
    """Which indicators are better when higher, which when lower."""
    lower = [row.indicator for row in framework if row.direction < 0]
    if not lower:
        return "各项指标均为正向指标，数值越大，得分越高。"
    return f"{'、'.join(lower)}为负向指标，数值越小，得分越高；其余为正向指标。"


def partial_lines(top: int) -> tuple[str, ...]:
    """Of an edition that knows finished scores of the first places alone."""
    return (
        f"本版以已公布的综合指数为依据，只列各指数前{top}名；未列入榜单的区县均为未公布，既不是零，也不是无数据。",
        "三级指标的数值与权重未公布，本版不作推算。区县名称按区县、城市、省份三级对应到区划代码；"
        "各省数量、各城市数量和文字表述均由榜单逐一计算得出。",
        "本版不含港澳台地区，地图上绘为无数据。",
    )


def method_lines(
    *,
    reference_year: int,
    registration_years: int,
    universe: str,
    subject: str,
    is_default_recipe: bool,
    ruleset: str = "",
    attribution: str = "territory",
) -> tuple[str, ...]:
    """Of an edition that is counted from a register.

    `ruleset`: version of the rules that gave enterprises their industries, where they were given.
    `attribution`: where enterprises of zones that administer their own area count.
    """
    first = reference_year - registration_years + 1
    window = f"{first}—{reference_year}年" if first < reference_year else f"{reference_year}年"
    lines = [
        f"评价对象为{universe}，不含港澳台地区。存量指标按{reference_year}年12月31日计："
        "当日已经成立且尚未注销、吊销或撤销的企业法人计入，分支机构和个体工商户不计入；"
        f"新增企业按{window}登记日期计，不论其后存续与否。企业按登记住所归入区县，"
        "只能确定到城市的企业不计入任何区县。",
        f"一家企业属于几个{subject}的，在各产业中各计一次，在综合中只计一次。"
        "没有来源的指标一律作缺失处理，不以零计；缺失指标的权重由同级其余指标分担，"
        "四个一级指标中至少有两个时方予评分。没有某产业企业的区县不列入该产业排名，"
        "没有任何计数的区县不列入综合排名。",
        "东莞市、中山市、儋州市和嘉峪关市不设区县，作为评价单元计算得分并列出，单列不占位次。",
    ]
    if attribution == "administration":
        lines.append(
            "国家统计局单列代码的功能区按管辖归属：住所写明功能区的企业计入该功能区，"
            "不计入其所在区县；功能区作为评价单元计算得分并列出，单列不占位次。"
        )
    if ruleset:
        lines.append(f"企业归入产业所用规则的版本为{ruleset}。")
    if is_default_recipe:
        lines.append(
            "计数指标先取以正值中位数为尺度的对数ln(1+x/s)，再以正值的第99百分位数封顶，"
            "然后以零和封顶值为上下限换算为0至100分；企业密度为比率，不取对数。"
            "权重逐级均等，各级均为算术平均。各区县取值完全相同的指标没有区分度，不参与合成。"
        )
    return tuple(lines)


def reading_lines(publication: Publication) -> tuple[str, ...]:
    """How tables, charts and maps are to be read."""
    top = publication.top
    unnumbered = {
        place.division_code
        for section in publication.indices
        for place in section.places
        if place.status == "unnumbered"
    }
    zones = "和单独管辖的功能区" if unnumbered & {*zone_units()} else ""
    lines = [
        f"排名按综合指数由高到低，指数保留四位小数。TOP{top}指综合指数排名前{top}的区县；"
        "各省、各城市数量按区县所属省份和城市累计，省直接管理的县级行政区不归入任何城市。",
        "前10城市按入围区县数量排列，与第十位并列的城市一并列出，图题按实际列出的城市数标注；"
        "并列过多时只列并列之前的城市，并加注说明。",
        "地图中区县按名次分级着色，面积不足900平方公里的区县另以圆点标示；"
        + (
            "“未公布”指未列入已公布榜单的区县，其指数未知，不等于零，也不等于没有数据；"
            if publication.is_partial
            else f"附图按指数分为五级，分级界限为{'、'.join(f'{each:g}' for each in BREAKS)}；"
        )
        + "斜线表示无数据，港澳台地区均绘为无数据。",
        f"区划名称和界线截至{publication.vintage}年12月31日。地图界线取自天地图图层，"
        "制图时按3公里容差简化，小岛以圆点夸大表示；公开出版前须送审，并标注审图号。",
    ]
    if unnumbered:
        lines.append(
            f"名次栏为“—”的是不设区县的地级市{zones}，按其指数列在应处的位置，单列不占位次。"
        )
    return tuple(lines)


def quality_lines(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Counts of the road, in the order of the road."""
    names = {
        "read": "读入的企业登记行数",
        "rejected": "剔除（无法识别，逐行列明原因）",
        "clean": "整理后的企业数",
        "not_counted": "其中：分支机构、个体工商户，不计入",
        "placed": "归入区县（或不设区县的市）",
        "placed_by_city": "只能确定到省、市",
        "unplaced": "无法确定所在地",
        "emerging": "属于所评价的产业",
        "list_rows": "各类名单行数",
        "list_linked": "其中：对应到企业",
        "patents": "专利行数",
        "patents_without_code": "其中：没有可识别的IPC分类号，不归入任何产业",
        "decisions": "人工裁定",
        "decisions_obeyed": "其中：已执行",
        "decisions_contradicted": "其中：原值与现有数据不符，已执行并待复核",
        "decisions_expired": "其中：已过期，未执行",
        "decisions_unused": "其中：未填新值或找不到对象，未执行",
    }
    return tuple((name, f"{counts[key]:,}") for key, name in names.items() if key in counts)
