"""Names of the indices in English."""

__all__ = ["INDUSTRIES_EN"]

INDUSTRIES_EN = {
    "综合": "All emerging industries",
    "高端装备制造": "High-end equipment",
    "节能环保": "Energy saving and environment",
    "生物医药": "Biomedicine",
    "数字创意": "Digital creative",
    "新材料": "New materials",
    "新能源汽车": "New energy vehicles",
    "新能源": "New energy",
    "新一代信息技术": "Next-generation IT",
}
