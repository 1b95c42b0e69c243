"""Names of places that many have, or that moved: what they say depends on the place above them."""

__all__ = ["FORMERLY_ABOVE", "OF_ANY_CITY", "OF_ANY_COUNTY"]

FORMERLY_ABOVE = {"500000": "510000"}
"""重庆市 was a city of 四川省 until 1997."""
OF_ANY_CITY = frozenset((
    "新区", "郊区", "城区", "市区", "矿区", "东区", "西区", "南区", "北区", "中区",
    "新城", "东城", "西城", "城东", "城西", "城南", "城北", "城中", "河东", "河西",
    "江东", "江南", "江北", "南岸", "江岸", "东湖", "西湖", "南湖",
))  # fmt: skip
"""Names of counties, of now or then, that say nothing without their city: any may have one."""
OF_ANY_COUNTY = ("城关镇", "城关乡", "城关街道")
"""Names of towns that say nothing without their county: they are its seat."""
