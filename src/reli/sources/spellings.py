"""Closed lists of values, and how their Chinese sources spell them."""

from collections.abc import Mapping

__all__ = [
    "COVERAGE_STATES",
    "MARKETS",
    "RANKINGS",
    "RECOGNITION_LISTS",
    "STATUSES",
    "TOTAL_STATES",
]

STATUSES: Mapping[str, tuple[str, ...]] = {
    "alive": (
        "存续", "在业", "开业", "在营", "在册", "正常", "营业", "迁入", "仍注册", "成立",
        "存续(在营、开业、在册)", "在营(开业)企业", "在营(开业)", "在营企业", "开业(正常)",
        "存续企业", "正常开业", "登记成立", "确立", "active", "normal",
    ),
    "moved_out": ("迁出", "已迁出", "迁往市外"),
    "suspended": ("停业", "歇业", "暂停营业", "停业、歇业"),
    "liquidating": ("清算", "清算中", "破产清算"),
    "deregistered": ("注销", "已注销", "注销企业", "注销登记", "已告解散", "解散"),
    "revoked": (
        "吊销", "已吊销", "吊销企业", "吊销,未注销", "吊销未注销", "吊销、未注销",
        "吊销,已注销", "吊销已注销", "吊销后注销",
    ),
    "withdrawn": ("撤销", "已撤销", "撤销登记", "责令关闭", "撤销注册登记"),
    "moved_abroad": ("迁出境外", "迁往境外"),
}  # fmt: skip

RECOGNITION_LISTS: Mapping[str, tuple[str, ...]] = {
    "high_tech": ("高新技术企业", "国家高新技术企业", "高企"),
    "little_giant": (
        "专精特新小巨人", "专精特新“小巨人”企业", "专精特新小巨人企业", "小巨人", "小巨人企业",
        "国家级专精特新小巨人企业",
    ),
    "srdi": ("专精特新中小企业", "专精特新", "专精特新企业", "省级专精特新中小企业"),
    "single_champion": (
        "制造业单项冠军", "制造业单项冠军企业", "单项冠军", "单项冠军企业", "单项冠军示范企业",
        "单项冠军产品企业",
    ),
    "hidden_champion": ("隐形冠军", "隐形冠军企业"),
    "gazelle": ("瞪羚", "瞪羚企业"),
    "qianlima": ("千里马", "千里马企业"),
    "unicorn": ("独角兽", "独角兽企业"),
    "provincial_engineering_center": (
        "省级工程技术研究中心", "工程技术研究中心", "工程研究中心", "省级工程研究中心",
    ),
    "enterprise_technology_center": ("企业技术中心", "省级企业技术中心", "国家企业技术中心"),
    "above_designated_size": ("规模以上工业企业", "规上工业企业", "规上企业", "规模以上企业"),
}  # fmt: skip

MARKETS: Mapping[str, tuple[str, ...]] = {
    "a_share": (
        "A股", "沪A", "深A", "上交所", "深交所", "北交所", "沪市", "深市", "主板", "创业板",
        "科创板", "中小板", "SSE", "SZSE", "BSE",
    ),
    "hk_mainland_entity": ("港股", "港交所", "H股", "香港联交所", "HKEX"),
    "us_mainland_entity": ("中概股", "美股", "纽交所", "纳斯达克", "NYSE", "NASDAQ"),
    "neeq": ("新三板", "全国股转系统", "三板", "NEEQ"),
}  # fmt: skip

RANKINGS: Mapping[str, tuple[str, ...]] = {
    "fortune_global_500": ("世界500强", "财富世界500强", "《财富》世界500强"),
    "china_500_cec": ("中国企业500强", "中国500强"),
    "china_500_fortune": ("财富中国500强", "《财富》中国500强"),
}

COVERAGE_STATES: Mapping[str, tuple[str, ...]] = {
    "covered": ("覆盖", "有", "已覆盖"),
    "none": ("无", "未开展", "不覆盖"),
    "unknown": ("不详", "未知"),
}

TOTAL_STATES: Mapping[str, tuple[str, ...]] = {
    "observed": ("有值", "公布"),
    "suppressed": ("保密", "不公布", "数据保密"),
}
