"""Words that name products and services of the emerging industries, from the classification."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from reli.reference.emerging import classes
from reli.reference.industries import gb4754

__all__ = ["SERVICE_WORDS", "Terms", "terms"]

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SPLIT = re.compile(r"[、，,;；/]|以及")
_EDGES = re.compile(r"^(?:其他|其它|各类|新型|高端|先进|用于)|(?:等|产品|系列)$")
_WHOLE_CLASS_ENDS = re.compile(r"(?:制造|加工|生产|设计|开发|修理)$")

SERVICE_WORDS = "服务|运营|运维|平台|设计|开发|处理|检测|监测|治理|修复"
"""A term with one of these is a service: it needs no verb of making beside it."""

GENERIC = frozenset(
    """
    软件 设备 材料 服务 系统 技术 仪器 仪表 零件 部件 配件 元件 器件 装置 产品 机械 设计 电池 电机
    药品 汽车 飞机 塑料 橡胶 钢材 金属 化工 涂料 玻璃 陶瓷 纤维 薄膜 泵 阀门 压缩机 变压器 电缆
    电线 光缆 传感器 控制器 发电机 电动机 医疗器械 广告 动漫 游戏 影视 文化 出版 旅游 建筑设计
    工程设计 工业设计 软件开发 技术开发 技术服务 信息服务 数据处理 信息系统 计算机 计算机软件
    电子产品 通信设备 节能 环保 环保设备 节能设备 新材料 新能源 工程服务 检测服务 咨询服务 平台
    运营服务 维修服务 管理服务 成套设备 经营管理 深加工 辅助设备 产品研发 开发服务 试验发展
    客运服务 高密度 高精度 运输设备 检测仪器 检测技术 方案编制 体育场馆 通信系统 消防设备 能耗优
    超临界 重金属 高速A 脱水机 电风扇 排风扇 烘干机 液压系统 云平台 客运 货运 物流 培训 展览
    """.split()  # noqa: SIM905 - as a list of quoted words it could not be read
)
"""Words that occur under the classification but say too little by themselves."""

_SHORTEST = 3


@dataclass(frozen=True)
class Terms:
    """Terms, longest first, and what each means.

    `meanings`: term, gb4754_code, industry, is_whole_class (named by an unstarred class itself).
    """

    patterns: tuple[str, ...]
    meanings: pl.DataFrame


@cache
def terms(path: Path | None = None) -> Terms:
    """All terms of the classification: the shipped one, or a table in its place."""
    rows: dict[tuple[str, str, str], bool] = {}
    for row in classes(path).to_pylist():
        if row["industry"] is None:
            continue
        key = (row["gb4754_code"], row["industry"])
        for term in _products(row["products"] or ""):
            rows.setdefault((term, *key), False)
    for term, code, industry in _whole_classes(path):
        rows[term, code, industry] = True
    meanings = pl.DataFrame(
        [(*key, whole) for key, whole in sorted(rows.items())],
        schema=["term", "gb4754_code", "industry", "is_whole_class"],
        orient="row",
    )
    patterns = sorted(set(meanings["term"]), key=lambda term: (-len(term), term))
    return Terms(tuple(patterns), meanings)


def _products(text: str) -> list[str]:
    """Terms of a cell of products, without remarks in brackets and what says too little."""
    bare = _BRACKETS.sub("", _BRACKETS.sub("", text))
    parts = (_EDGES.sub("", part.strip()) for part in _SPLIT.split(bare))
    return [part for part in parts if len(part) >= _SHORTEST and part not in GENERIC]


def _whole_classes(path: Path | None) -> list[tuple[str, str, str]]:
    """Of an unstarred class its name without 制造: whoever makes it belongs, whatever the kind."""
    names = dict(zip(gb4754()["code"].to_pylist(), gb4754()["name"].to_pylist(), strict=True))
    found = []
    for row in classes(path).to_pylist():
        if row["is_starred"] or row["industry"] is None:
            continue
        name = names[row["gb4754_code"]]
        # Whole: a part of a name (城市轨道交通设备、零件) may mean something else.
        term = _BRACKETS.sub("", _WHOLE_CLASS_ENDS.sub("", name)).removeprefix("其他")
        if len(term) >= _SHORTEST and term not in GENERIC:
            found.append((term, row["gb4754_code"], row["industry"]))
    return found
