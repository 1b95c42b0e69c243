"""Columns that several canonical tables have, each with the headers that mean it."""

from dataclasses import replace

from reli.sources.canonical import Column, Kind

__all__ = [
    "CITY",
    "COUNTY",
    "CREDIT_CODE",
    "DIVISION_CODE",
    "INDUSTRY",
    "PLACE",
    "PROVINCE",
    "YEAR",
    "column",
    "listed_name_column",
    "name_column",
]


def column(kind: Kind, name: str, name_zh: str, definition: str, *aliases: str) -> Column:
    """A column without more to say of it than its kind, names and meaning."""
    return Column(name=name, kind=kind, name_zh=name_zh, definition=definition, aliases=aliases)


def name_column(definition: str, *extra: str) -> Column:
    """The column of an enterprise's name; some tables have further headers for it."""
    aliases = (
        "公司名称", "单位名称", "企业名", "名称", "申报单位", "企业(单位)名称", "公司名",
        "企业全称", "公司全称", "单位全称", "申报企业名称", "公司中文名称", "企业",
        "企业(机构)名称", "机构名称", "市场主体名称", "经营主体名称", "商事主体名称",
        "纳税人名称", "单位详细名称", "企业详细名称", "主体名称", "商户名称", "法人单位名称",
        "法人名称", "企业注册名称", "company name", "company", "enterprise name", "enterprise",
        "firm name", "organization name", "entity name", "entName", "companyName", "入选企业",
        "入选企业名称", "认定企业", "认定企业名称",
        "公司(企业)名称", "企业中文名称", "中文名称", *extra,
    )  # fmt: skip
    return column("text", "name", "企业名称", definition, *aliases)


def listed_name_column(definition: str, *extra: str) -> Column:
    """The column of the name on a list, which may say how the firm came upon it: 拟认定企业."""
    told = [f"{how}{who}" for how in _CAME_UPON for who in ("企业名称", "企业", "企业全称")]
    return name_column(
        definition, *told, "申报主体", "主体", "机构", "法人单位", "公司", "单位", *extra
    )


_CAME_UPON = (
    "拟认定", "新认定", "获认定", "被认定", "通过认定", "拟入库", "入库", "拟推荐", "推荐",
    "拟备案", "备案", "公示", "拟公示", "通过", "复核", "复核通过", "上榜", "培育", "申请", "评价",
    "示范", "获奖", "生产",
)  # fmt: skip


CREDIT_CODE = column(
    "credit_code", "credit_code", "统一社会信用代码", "18位；校验不符的也保留",
    "社会信用代码", "信用代码", "creditCode", "unified social credit code", "social credit code",
    "unified credit code",
    "统一信用代码", "社会统一信用代码", "统一社会信用代码/注册号",
    "统一代码", "USCC", "信用代码/注册号", "统一社会信用代码(组织机构代码)",
    "统一社会信用代码/税号", "组织机构代码/统一社会信用代码", "统一社会信用代码/组织机构代码",
)  # fmt: skip
DIVISION_CODE = column(
    "division_code", "division_code", "区划代码", "GB/T 2260 六位代码",
    "行政区划代码", "地区代码", "区县代码", "code",
)  # fmt: skip
PLACE = replace(
    DIVISION_CODE,
    definition="GB/T 2260 六位代码，或名称（浙江省杭州市滨江区）",
    aliases=(
        *DIVISION_CODE.aliases, "区划", "行政区划", "地区名称", "区县", "区县名称", "所属区县",
        "县区", "县(市、区)",
    ),
)  # fmt: skip
"""Where a project knows its divisions, they may be named."""
COUNTY = column(
    "text",
    "county",
    "区县",
    "区、县、县级市、旗",
    "所属区县",
    "所在区县",
    "县区",
    "区/县",
    "县",
    "区",
    "所属县区",
)
CITY = column(
    "text",
    "city",
    "城市",
    "地级市；省直管县留空",
    "所属城市",
    "所在城市",
    "地区",
    "地市",
    "市",
    "所属地市",
    "所在地市",
    "地级市",
    "所属地级市",
    "所属市区",
    "设区市",
    "市州",
)
PROVINCE = column(
    "text",
    "province",
    "省份",
    "省、自治区、直辖市",
    "所属省份",
    "所在省份",
    "省",
    "所属省",
    "省(区、市)",
)
YEAR = Column(
    name="year", kind="integer", name_zh="年份", definition="四位年份", is_year=True,
    aliases=("年度", "所属年份", "榜单年份", "统计年份", "数据年份", "统计年度"),
)  # fmt: skip
INDUSTRY = column("text", "industry", "产业", "综合或八大产业之一；留空为综合", "战略性新兴产业")
