"""What indicators stand for, and what kinds of firms and centres are: for the method chapter.

In our own words, by the programmes' public definitions; the numbers' definitions stand in the
framework.
"""

from typing import NamedTuple

__all__ = ["MEANINGS", "Meaning"]


class Meaning(NamedTuple):
    """What an indicator stands for; `kind`: what is counted, where its name does not tell."""

    reflects: str
    kind: str = ""


MEANINGS = {
    "sei_enterprises": Meaning(
        "产业的企业基础",
        "经营范围或行业类别属于《战略性新兴产业分类（2018）》的企业",
    ),
    "industrial_above_size": Meaning(
        "工业经济的规模与结构", "年主营业务收入2000万元及以上的工业法人单位（2011年起的标准）"
    ),
    "sei_share": Meaning("新兴产业在本地企业中的分量"),
    "fortune_global_500": Meaning(
        "大型企业的国际竞争力", "《财富》世界500强榜单所列、总部在本地的企业"
    ),
    "china_500": Meaning("大型企业的国内竞争力", "中国企业联合会中国企业500强榜单所列的企业"),
    "listed": Meaning(
        "资本市场的活跃程度", "A股上市公司，以及在港股、美股上市企业在内地的运营实体"
    ),
    "new_registrations": Meaning("企业规模扩张的势头"),
    "invention_patents": Meaning("科技创新与知识产权的积累", "经实质审查后授权的发明专利"),
    "software_copyrights": Meaning("软件技术的积累", "已登记的计算机软件著作权"),
    "high_tech": Meaning(
        "持续研发的企业数量",
        "在国家重点支持的领域持续研发、拥有核心自主知识产权并经认定的居民企业，资格有效期三年",
    ),
    "little_giant": Meaning(
        "细分市场中的优质中小企业",
        "从专精特新中小企业中选出、专注细分市场且创新能力强的企业，由工业和信息化部公告",
    ),
    "srdi": Meaning(
        "中小企业的专业化水平", "以专业化、精细化、特色化、新颖化见长，经省级主管部门认定的中小企业"
    ),
    "engineering_centres": Meaning(
        "工程化研究与成果转化的能力",
        "依托企业、科研单位或高校，经省级主管部门批准的研究开发实体",
    ),
    "technology_centres": Meaning(
        "企业内部研发的组织程度", "企业设立并经国家或省级主管部门认定的研发机构"
    ),
    "unicorn": Meaning("颠覆性创新的活力", "成立时间较短、估值达到10亿美元、尚未上市的企业"),
    "hidden_champion": Meaning(
        "细分市场的领先地位", "公众知名度不高，但在某一细分市场居于领先的中小企业"
    ),
    "gazelle": Meaning("企业的成长速度", "度过创业初期，靠科技或模式创新进入高成长期的中小企业"),
    "qianlima": Meaning("早期企业的成长潜力", "处于种子期或初创期、成长性高的企业"),
    "single_champion": Meaning(
        "制造业细分产品的全球竞争力",
        "长期专注于制造业某一细分产品，单项产品市场占有率居全球前列的企业",
    ),
}
"""By code of the indicator."""
