"""The canonical tables, each declared once: readers, templates, checks and stages follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reli.errors import UnknownName
from reli.sources.canonical import Column, Kind, Table
from reli.sources.columns import (
    CITY,
    COUNTY,
    CREDIT_CODE,
    DIVISION_CODE,
    INDUSTRY,
    PLACE,
    PROVINCE,
    YEAR,
    column,
    listed_name_column,
    name_column,
)
from reli.sources.spellings import (
    COVERAGE_STATES,
    MARKETS,
    RANKINGS,
    RECOGNITION_LISTS,
    STATUSES,
    TOTAL_STATES,
)

__all__ = ["TABLES", "table_named", "with_choices", "with_lists"]


ENTERPRISES = Table(
    name="enterprises",
    name_zh="企业名录",
    definition="一行一家登记主体；分支机构和个体工商户保留但不计入",
    columns=(
        CREDIT_CODE,
        column("text", "source_id", "来源编号", "没有信用代码时用以区分的编号",
                "注册号", "工商注册号", "企业编号", "id"),
        name_column("登记名称"),
        column("names", "former_names", "曾用名", "多个以 | 分隔", "历史名称", "historyNames",
                "former name"),
        column("text", "address", "注册地址", "住所，全称",
                "企业注册地址", "住所", "企业地址", "公司地址", "登记地址", "地址",
                "注册地", "详细地址", "regLocation", "住所/经营场所", "住所(经营场所)", "经营场所",
                "注册住所", "企业公示的地址", "住所地", "注册地详细地址", "所属地区", "所在地区",
                "所在区域", "省市区", "registered address", "registration address",
                "address of registration"),
        column("text", "business_address", "经营地址", "实际经营场所",
                "通信地址", "通讯地址", "最新年报地址", "企业通信地址"),
        column("text", "authority", "登记机关", "负责登记的机关", "注册机关",
                "登记机关名称", "发照机关", "regInstitute", "BelongOrg"),
        PROVINCE,
        CITY,
        COUNTY,
        column("industry_code", "gb4754_code", "国民经济行业", "GB/T 4754 两至四位代码，或名称",
                "国标行业小类", "行业小类", "国标行业中类", "行业中类", "国标行业大类", "行业大类",
                "国民经济行业分类小类", "国民经济行业分类中类", "国民经济行业分类大类",
                "国民经济行业小类", "国民经济行业中类", "国民经济行业大类",
                "企查查行业小类", "企查查行业中类", "企查查行业大类",
                "行业代码", "国民经济行业代码", "所属行业", "国标行业", "行业", "行业分类",
                "行业领域", "国民经济行业分类", "国民经济行业类别", "行业类别", "行业名称",
                "行业小类代码", "行业小类名称", "行业中类代码", "行业中类名称", "行业大类代码",
                "行业大类名称", "行业门类名称", "国标行业代码", "国标行业名称",
                "国标行业门类", "行业门类", "国民经济行业分类门类", "国民经济行业门类",
                "企查查行业门类", "industry code", "industry", "GB/T 4754 code"),
        column("long_text", "business_scope", "经营范围", "登记的经营范围全文", "经营(业务)范围",
                "一般项目经营范围", "businessScope", "Scope", "scope of business"),
        column("date", "founded_date", "成立日期", "登记成立的日期",
                "注册日期", "estiblishTime", "establishTime", "startDate", "date of establishment",
                "establishment date", "date established", "established", "founded", "founding date",
                "incorporation date", "date of incorporation", "registration date",
                "成立时间", "注册时间", "登记日期", "开业时间", "开业日期",
                "开业(成立)时间", "设立日期", "设立时间", "成立年月", "注册成立日期",
                "注册成立时间"),
        Column(name="ended_date", kind="date", name_zh="终止日期", is_earliest=True,
               definition="注销、吊销、撤销或迁往境外的日期，取最早",
               aliases=("注销日期", "吊销日期", "撤销日期", "注吊销日期", "注销/吊销日期",
                        "注销时间", "吊销时间", "注吊销时间", "注销/吊销时间",
                        "注(吊)销日期", "注(吊)销时间", "吊(注)销日期", "注销或吊销日期",
                        "注销核准日期", "吊销注销日期", "deregistration date",
                        "date of deregistration", "cancellation date", "revocation date")),
        Column(name="status", kind="choice", name_zh="登记状态", definition="存续、注销、吊销等",
               aliases=("经营状态", "企业状态", "状态", "登记状态名称", "开业状态",
                        "regStatus", "entStatus", "registration status", "operating status",
                        "经营状况", "主体状态", "市场主体状态", "企业登记状态", "工商状态"),
               choices=STATUSES),
        column("money", "registered_capital_cny", "注册资本", "人民币元；外币不折算",
                "注册资金", "注册资本(金)", "注册资本金", "认缴资本", "认缴出资额",
                "认缴注册资本", "注册资本认缴", "认缴", "regCapital", "registCapi",
                "registered capital", "capital"),
        column("money", "paid_in_capital_cny", "实缴资本", "人民币元；外币不折算",
                "实收资本", "实缴资金", "实缴注册资本", "实缴出资额",
                "注册资本实缴", "实缴", "actualCapital", "recCap", "paid-in capital",
                "paid in capital"),
        Column(name="insured_employees", kind="integer", name_zh="参保人数", takes_least=True,
               definition="最近年报的参保人数；区间取下限",
               aliases=("社保人数", "年报参保人数", "socialStaffNum", "人员规模", "参保人员规模")),
        Column(name="last_annual_report_year", kind="integer", name_zh="最近年报年份",
               definition="四位年份", is_year=True,
               aliases=("参保人数所属年报", "最新年报年份", "年报年份", "最近年报年度")),
        column("flag", "is_abnormal", "经营异常", "是否在经营异常名录", "是否经营异常"),
        column("text", "enterprise_type", "企业类型", "登记的企业（机构）类型",
                "公司类型", "主体类型", "企业(机构)类型", "市场主体类型", "企业类别",
                "companyOrgType", "econKind"),
    ),
    needs=(("name", "credit_code"),),
    unique=("credit_code",),
)  # fmt: skip

RECOGNITIONS = Table(
    name="recognitions",
    name_zh="认定名单",
    definition="一行是一家企业在一份名单上的一次认定",
    columns=(
        Column(name="list", kind="choice", name_zh="名单", definition="哪一种认定",
               aliases=("名单类型", "认定类型", "称号", "荣誉名称"), choices=RECOGNITION_LISTS),
        column("text", "batch", "批次", "第几批或年度", "认定批次", "批号",
                "认定年度", "认定年份", "年度", "年份"),
        listed_name_column("名单所载名称", "中心名称", "技术中心名称", "企业技术中心名称",
                "研究中心名称", "工程技术研究中心名称", "工程研究中心名称",
                "省级工程技术研究中心名称", "省级工程研究中心名称", "省级企业技术中心名称",
                "省工程技术研究中心名称", "省工程研究中心名称", "国家企业技术中心名称",
                "国家工程研究中心名称", "国家工程技术研究中心名称"),
        CREDIT_CODE,
        column("date", "notice_date", "公告日期", "公布名单的日期",
                "公布日期", "公布时间", "发布日期", "公示日期", "认定日期", "发证日期",
                "发证时间", "认定时间", "公告时间"),
        column("date", "valid_from", "有效期起", "资格开始的日期", "有效期开始", "有效期自"),
        Column(name="valid_to", kind="date", name_zh="有效期止", takes_last=True,
               definition="资格结束的日期；留空按名单规则",
               aliases=("有效期至", "到期日期", "有效期截止", "有效期", "有效期限")),
        column("date", "revoked_date", "撤销日期", "取消资格的日期", "取消日期",
                "取消时间", "撤销时间", "取消资格日期", "取消资格时间", "撤销资格日期",
                "撤销资格时间", "取消认定时间", "撤销公告日期", "取消公告日期"),
        column("text", "level", "级别", "国家级、省级等", "认定级别", "认定层级", "层级", "等级"),
        column("text", "issuer", "认定机构", "发布名单的机构", "发布单位", "批准机关"),
        column("text", "issuer_region", "认定地区", "机构所辖地区", "推荐地区", "地区",
                "省份", "所在省份", "所属省份", "省(区、市)", "推荐单位", "所在地区",
                "所在地", "所属地区", "所在省市", "省市", "省", "推荐部门", "主管部门", "地市",
                "设区市", "所属地市", "所在地市", "市州", "所在市", "所属市", "市", "城市",
                "市(州)", "省辖市", "地级市", "县(市、区)", "县(区)", "区县", "所在区县",
                "所属区县", "属地", "区域", "所在区域", "所属区域", "归口管理部门"),
        column("host", "host_name", "依托单位", "研究中心、技术中心所依托的企业；几家的取首家",
                "依托单位名称", "建设单位", "承担单位", "依托企业", "依托企业名称", "所属企业",
                "所在企业", "所属单位", "所在单位", "建设单位名称", "承担单位名称", "承建单位",
                "组建单位", "牵头单位", "依托建设单位"),
        column("text", "host_address", "依托单位地址", "依托单位不在企业名录中时据此定位",
                "单位地址", "地址", "详细地址", "企业地址", "公司地址", "注册地址", "注册地",
                "住所"),
        column("text", "product", "主导产品", "认定所据的产品", "产品名称", "主营产品", "产品",
                "主营产品(服务)", "示范产品"),
        column("text", "tech_field", "技术领域", "认定所属的技术领域", "所属技术领域", "领域"),
        column("text", "source_url", "来源网址", "名单公布的网页", "网址"),
    ),
    needs=(("list",), ("name", "credit_code", "host_name")),
    unique=("list", "batch", "name"),
    # Centres of many hosts are called 技术中心 alone.
    apart=("credit_code", "host_name"),
    # Each year has its 第一批, and what one list grants another takes away.
    dated=("notice_date", "valid_from", "valid_to", "revoked_date"),
)  # fmt: skip

COVERAGE = Table(
    name="coverage",
    name_zh="名单覆盖",
    definition="一行说明某年某地是否开展某种认定：未开展处没有企业不等于零",
    columns=(
        Column(name="list", kind="choice", name_zh="名单", definition="哪一种认定",
               choices=RECOGNITION_LISTS),
        replace(PLACE, aliases=(*PLACE.aliases, "城市", "地区", "省份", "省")),
        YEAR,
        Column(name="state", kind="choice", name_zh="状态", definition="覆盖、无、不详",
               aliases=("是否开展", "开展情况", "覆盖情况", "是否覆盖"),
               choices=COVERAGE_STATES),
        column("text", "issuer", "认定机构", "开展认定的机构"),
        column("text", "source", "依据", "何处得知"),
    ),
    needs=(("list",), ("division_code",), ("state",)),
    # A row without a year speaks of all years.
    legible=("year",),
    unique=("list", "division_code", "year"),
)  # fmt: skip

LISTINGS = Table(
    name="listings",
    name_zh="上市挂牌",
    definition="一行是一只股票；A股与H股各一行",
    columns=(
        Column(name="market", kind="choice", name_zh="市场", definition="A股、港股、中概股、新三板",
               aliases=("上市板块", "上市板", "交易所", "上市市场", "板块", "市场类型", "上市地"),
               choices=MARKETS),
        column("stock_code", "stock_code", "股票代码", "证券代码，A股六位", "证券代码", "代码"),
        name_column("上市主体的登记名称"),
        CREDIT_CODE,
        column("date", "listed_date", "上市日期", "上市或挂牌的日期", "挂牌日期", "上市时间",
                "上市日", "首发上市日期"),
        column("text", "exchange_class", "交易所行业", "交易所或证监会的行业分类",
                "证监会行业", "行业分类", "所属行业", "所属证监会行业"),
        column("date", "delisted_date", "退市日期", "退市或摘牌的日期", "摘牌日期", "退市时间"),
    ),
    needs=(("market",), ("name", "credit_code")),
    unique=("market", "stock_code"),
    # Who has left stands in a list of its own.
    dated=("listed_date", "delisted_date"),
)  # fmt: skip

HOLDINGS = Table(
    name="holdings",
    name_zh="控股关系",
    definition="一行是一家企业对另一家的持股",
    columns=(
        column("text", "parent", "母公司", "名称或信用代码", "上级公司",
                "母公司名称", "上市公司", "上市公司名称", "上市公司全称", "控股公司名称"),
        column("text", "child", "子公司", "名称或信用代码", "被投资企业", "下级公司",
                "子公司名称", "控股子公司", "控股子公司名称", "被投资企业名称", "参控公司名称",
                "参控股公司名称"),
        column("date", "valid_from", "起始日期", "持股开始的日期"),
        Column(name="share", kind="number", name_zh="持股比例", is_percentage=True,
               least=0, most=100,
               definition="百分数，51 即 51%；一份文件都不超过 1 的，0.51 即 51%",
               aliases=("持股比例(%)", "股权比例", "直接持股比例", "直接持股比例(%)")),
        column("flag", "is_consolidated", "是否并表", "是否纳入合并报表", "并表",
                "是否纳入合并报表", "是否纳入合并范围", "是否合并报表"),
        column("date", "valid_to", "结束日期", "持股结束的日期"),
    ),
    needs=(("parent",), ("child",)),
    unique=("parent", "child", "valid_from"),
)  # fmt: skip

RANKING_ENTRIES = Table(
    name="rankings",
    name_zh="榜单",
    definition="一行是一家企业在一年榜单上的位次",
    columns=(
        Column(name="list", kind="choice", name_zh="榜单", definition="世界500强、中国企业500强等",
               aliases=("名单", "榜单名称"), choices=RANKINGS),
        YEAR,
        column("integer", "rank", "位次", "名次", "排名", "名次", "序号"),
        listed_name_column("榜单所载名称"),
        CREDIT_CODE,
    ),
    needs=(("list",), ("year",), ("name", "credit_code")),
    unique=("list", "year", "rank", "name"),
)  # fmt: skip

PATENTS = Table(
    name="patents",
    name_zh="授权发明专利",
    definition="一行一件专利；同一授权号的几行是几位权利人的，合为一件",
    columns=(
        column("number_of_work", "grant_number", "授权号", "授权公告号，没有时用申请号",
                "授权公告号", "专利号", "公开(公告)号", "公开公告号", "公告号", "申请号"),
        column("owners", "owners", "权利人", "当前权利人，多个以 | 分隔；个人不保留",
                "当前权利人", "专利权人", "当前专利权人", "当前申请(专利权)人",
                "申请(专利权)人", "申请人", "第一申请人"),
        column("text", "owners_address", "权利人地址", "第一权利人的地址；不在名录的据此定位",
                "当前权利人地址", "专利权人地址", "申请人地址", "第一申请人地址", "地址"),
        column("date", "granted_date", "授权日期", "授权公告的日期", "授权公告日", "授权日",
                "授权公告日期", "公告日", "公开(公告)日", "公开(公告)日期", "公开公告日",
                "公开公告日期", "公告日期", "授权公告时间", "授权时间"),
        column("date", "ended_date", "失效日期", "终止、无效或届满的日期", "失效日", "终止日期"),
        column("text", "legal_status", "法律状态", "有效、失效等", "当前法律状态", "专利状态",
                "有效性", "简单法律状态", "专利有效性"),
        column("text", "kind", "专利类型", "发明、实用新型、外观设计", "专利种类", "类型"),
        column("ipc", "ipc", "IPC分类号", "多个以 | 分隔", "IPC", "IPC主分类号", "IPC分类",
                "IPC主分类", "主分类号", "国际专利分类号"),
    ),
    needs=(("grant_number",), ("owners",)),
    unique=("grant_number",),
    unites="owners",
)  # fmt: skip

SOFTWARE_COPYRIGHTS = Table(
    name="software_copyrights",
    name_zh="软件著作权",
    definition="一行一件登记的软件著作权；同一登记号的几行是几位著作权人的，合为一件",
    columns=(
        column("number_of_work", "registration_number", "登记号", "软著登记号", "软著登记号",
                "证书号", "登记编号"),
        column("owners", "owners", "著作权人", "多个以 | 分隔；个人不保留", "权利人", "企业名称",
                "著作权人(国籍)", "著作权人名称"),
        column("text", "owners_address", "著作权人地址", "第一著作权人的地址", "地址"),
        column("date", "registered_date", "登记日期", "登记批准的日期",
                "登记批准日期", "登记时间", "发证日期", "批准日期"),
    ),
    needs=(("registration_number",), ("owners",)),
    unique=("registration_number",),
    unites="owners",
)  # fmt: skip

COUNTY_TOTALS = Table(
    name="county_totals",
    name_zh="区县合计",
    definition="只能得到合计数的指标；替代由企业算得的值，并加注明",
    columns=(
        PLACE,
        replace(PROVINCE, definition="以名称填区划时，用以区分同名的区县"),
        replace(CITY, definition="以名称填区划时，用以区分同名的区县"),
        YEAR,
        column("text", "indicator", "指标", "指标代码或中文名", "指标名称", "指标代码"),
        replace(INDUSTRY, empty_means="综合"),
        Column(name="value", kind="number", name_zh="数值", definition="合计数；保密的留空",
               aliases=("值", "指标值", "数量"), least=0, tells_state="state"),
        Column(name="state", kind="choice", name_zh="状态", definition="保密的填保密，其余留空",
               choices=TOTAL_STATES),
        column("text", "source", "依据", "数字的出处", "出处", "来源"),
    ),
    needs=(("division_code",), ("year",), ("indicator",), ("value", "state")),
    legible=("industry", "state"),
    unique=("division_code", "year", "indicator", "industry"),
)  # fmt: skip

DECISIONS = Table(
    name="decisions",
    name_zh="人工裁定",
    definition="分析人员的裁定，每次运行照此执行",
    columns=(
        column("text", "table", "表", "裁定所及的表"),
        column("text", "key", "主键", "哪一行：信用代码、名称等"),
        column("text", "field", "字段", "哪一列"),
        column("text", "old", "原值", "裁定时的值"),
        column("text", "new", "新值", "裁定的值"),
        column("text", "reason", "理由", "为何如此裁定"),
        column("text", "evidence", "依据", "网址、文件等"),
        column("text", "decided_by", "裁定部门", "部门或代号，不写姓名"),
        column("date", "decided_on", "裁定日期", "何时裁定"),
        column("date", "expires", "失效日期", "何时不再适用"),
    ),
    needs=(("table",), ("key",), ("field",)),
)  # fmt: skip

INDICATOR = Table(
    name="indicator",
    name_zh="指标表",
    definition="算好的指标：一行一个值，或一行一个单元、一列一个指标",
    columns=(
        column("text", "unit", "单元", "单元代码；区县即区划代码", "uCode", "评价单元"),
        DIVISION_CODE,
        COUNTY,
        CITY,
        PROVINCE,
        INDUSTRY,
        YEAR,
        column("text", "indicator", "指标", "指标代码或中文名", "指标名称", "指标代码"),
        column("number", "value", "数值", "留空为缺失，不是零", "值", "指标值"),
    ),
    needs=(("unit", "division_code", "county", "city", "province"), ("indicator",)),
    is_wide=True,
)  # fmt: skip

SCORE = Table(
    name="score",
    name_zh="得分表",
    definition="算好的指数：一行是一个区县在一个产业的位次和指数",
    columns=(
        INDUSTRY,
        column("integer", "rank", "排名", "1 为最高", "位次", "名次"),
        COUNTY,
        CITY,
        PROVINCE,
        column("number", "index", "综合指数", "0 至 100", "指数", "得分", "热力值"),
        DIVISION_CODE,
    ),
    needs=(("county", "city", "division_code"), ("rank", "index")),
)

LEADERS = Table(
    name="leaders",
    name_zh="领先区县",
    definition="公布文字中点名的区县和城市：一行是一句话中的一处",
    columns=(
        INDUSTRY,
        column("integer", "statement", "语句", "该产业的第几句"),
        column("text", "dimension", "维度", "一级指标代码"),
        column("text", "indicator", "指标", "指标代码"),
        column("text", "claim", "说法", "within、first、next、front、peak、fast、named"),
        column("integer", "top", "前几", "语句所称的长度"),
        column("integer", "position", "位次", "未言次序时留空"),
        column("flag", "is_tied", "并列", "是否并列"),
        COUNTY,
        CITY,
        PROVINCE,
        DIVISION_CODE,
        column("text", "parts", "构成", "类别:数量，以 ; 分隔"),
        column("text", "correction", "更正", "原文之误"),
    ),
    needs=(("county", "city", "province", "division_code"),),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ENTERPRISES,
        RECOGNITIONS,
        COVERAGE,
        LISTINGS,
        HOLDINGS,
        RANKING_ENTRIES,
        PATENTS,
        SOFTWARE_COPYRIGHTS,
        COUNTY_TOTALS,
        DECISIONS,
        INDICATOR,
        SCORE,
        LEADERS,
    )
}
"""By name, in the order of the documentation."""


def table_named(name: str) -> Table:
    """A canonical table by its name.

    Raises:
        UnknownName: no such table.
    """
    if name not in TABLES:
        raise UnknownName("table", name, TABLES)
    return TABLES[name]


def with_lists(name: str, lists: Mapping[str, Sequence[str]]) -> Table:
    """A canonical table whose column `list` knows further recognition lists.

    Args:
        name: of the table.
        lists: list -> how files spell it.

    Raises:
        UnknownName: no such table.
    """
    table = table_named(name)
    columns = tuple(
        replace(each, choices={**each.choices, **{k: tuple(v) for k, v in lists.items()}})
        if each.choices is RECOGNITION_LISTS and lists
        else each
        for each in table.columns
    )
    return replace(table, columns=columns)


def _closed(column: Column, choices: Mapping[str, tuple[str, ...]]) -> Column:
    """A column that knows certain values; codes are still read as such."""
    kind: Kind = "division_code" if column.kind == "division_code" else "choice"
    return replace(column, kind=kind, choices=choices)


def with_choices(table: Table, choices: Mapping[str, Mapping[str, Sequence[str]]]) -> Table:
    """A canonical table of which some columns know certain values and no others.

    Args:
        table: as it comes along, or with further lists.
        choices: column -> our value -> how files spell it.
    """
    closed = {
        column: {ours: tuple(theirs) for ours, theirs in values.items()}
        for column, values in choices.items()
    }
    columns = tuple(
        _closed(each, closed[each.name]) if each.name in closed else each for each in table.columns
    )
    return replace(table, columns=columns)
