"""Words that name products and services of the emerging industries, from the classification."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz

from reli.errors import Problems
from reli.reference.emerging import classes, is_official
from reli.reference.industries import gb4754
from reli.reference.tables import read_text_table
from reli.texts import remembered

__all__ = ["SERVICE_WORDS", "Terms", "check_products", "terms"]

_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_KINDS = re.compile("[（(](?:指|包括|如)([^（）();；]{2,60}?)等?[）)]")
"""Of 硅材料（指硅单晶、抛光片）: what the general word means."""
_SHORT_FORM = re.compile("^(.{2,})[（(]([A-Za-z][A-Za-z0-9-]+)[）)]([^（）()]*)$")
"""聚丁二酸丁二醇酯（PBS）: the short form behind it may be listed elsewhere for itself."""
_WITH_PARTS = re.compile(
    "^(.{5,}(?<!技术)(?<!工艺))[及和与](?:其|电缆)?"
    "(?:附件|零件|部件|元件|模块|组件|器件|装置|设备|系统|材料|装备|化学品)$"
)
"""交联聚乙烯绝缘电力电缆及电缆附件: who makes the one alone makes what is listed."""
_CELL = re.compile("[;；]")
_SPLIT = re.compile("[、，,/]|以及")
_PARTS = re.compile("[、及和]")
_TWICE = re.compile(r"(汽车|火箭|回收利用)\1")
"""Words that the table writes twice running: 新能源汽车汽车整车."""
_EDGES = re.compile(r"^(?:其他|其它|各类|新型|高端|先进|用于)|(?:等|产品|系列|及其?制品)$")
_MADE = re.compile("(?:制造|加工)$")
_WHOLE_CLASS_ENDS = re.compile(r"(?:制造|加工|生产|开发)业?$")

SERVICE_WORDS = (
    "服务|运营|运维|设计$|开发$|处理$|检测$|监测$|治理$|修复$|咨询|工程|施工|发电$|供热|热电联产|处置"
    "|经营$|评估|游戏$|制作$|摄制|拍摄|出版|广告|审计|管理$|集成$|数据资源|传输|接入|淡化|利用$|回用"
    "|拆解|检验|研发$|修理$|平台$|再制造|竞技$|测序$|和应用$|充电站$|研究$"
)
"""A term with one of these is a service: it needs no verb of making beside it."""

GENERIC = frozenset(
    """
    软件 设备 材料 服务 系统 技术 仪器 仪表 零件 部件 配件 元件 器件 装置 产品 机械 设计
    电池 电机 药品 汽车 飞机 塑料 橡胶 钢材 金属 化工 涂料 玻璃 陶瓷 纤维 薄膜 泵 阀门
    压缩机 变压器 电缆 电线 光缆 传感器 控制器 发电机 电动机 医疗器械 广告 动漫 游戏 影视
    文化 出版 旅游 建筑设计 工程设计 工业设计 软件开发 技术开发 技术服务 信息服务 数据处理
    信息系统 计算机 计算机软件 电子产品 通信设备 节能 环保 环保设备 节能设备 新材料 新能源
    工程服务 检测服务 咨询服务 平台 运营服务 维修服务 管理服务 成套设备 经营管理 深加工
    辅助设备 产品研发 开发服务 试验发展 客运服务 高密度 高精度 运输设备 检测仪器 检测技术
    方案编制 体育场馆 消防设备 能耗优 超临界 重金属 高速A 脱水机 电风扇 排风扇 烘干机
    2英寸 液压系统 云平台 客运 货运 物流 培训 展览 半导体 专业设计服务
    """.split()  # noqa: SIM905 - as a list of quoted words it could not be read
)
"""Words that occur under the classification but say too little by themselves."""

PLAIN = frozenset(
    """
    便携式 低噪声 可移动 手提式 大直径 含三元 分离器 3-1 6in A器件 CNS 医用α
    清洗剂 稀释剂 密封胶 增压泵 救援船 屋面瓦 高岭土 机制砂 陶瓷阀 烧结砖 透水砖 监控室
    线接触 水控器 水控机 风向袋 主电轴 专用货车 通用货车 合金材料 墙体材料 发电装备 印刷油墨
    投影设备 水泵设备 灌溉系统 减振装置 存储系统 位置服务 体育训练 体育场所 体育场馆 勘察设计
    勘察设备 专用银浆 大型桥梁 电源装置 驱动装置 驱动电路 通信模块 有机染料 活性染料 分散染料
    还原染料 切割钢丝 拆解装置 洗选设备 清淤机械 海洋服务 海上施工 风险评估 粉末涂料 数据存储
    互联网信息服务 水利工程设计服务 中空玻璃 夹层玻璃 钢化玻璃 烧结砌块 加压装置 连接元件
    净化装置 技术装备 控制软件 办公软件 高频微波 超高强度 多层隔温 表达与重 利用系统 作业服务
    备份服务 防火玻璃 稳定剂 表面活性剂 丙烯酸 醇酸树脂 砼空心砖 砼多孔砖 加气混凝土砌块
    非烧结砖 保温砌块 防盗玻璃 防弹玻璃 真空玻璃 电热水器 供应业 再利用 信息技术管理咨询服务
    化工产品 金属制品 塑料制品 建筑材料 具有独立功能专用机械 智能家居设备 工程施工 固体废物
    技术基础科学研究服务 驱动器 包括配电 高密度 软件开发 计算机软件开发 计算机软件 计算机系统集成
    纤维素纤维 数据处理服务
    充电服务 水质检测 河道治理
    其他软件 计算机信息系统集成 系统集成服务 互联网接入服务 环保咨询 节能管理服务 合同能源管理
    """.split()  # noqa: SIM905
)
"""Words that the classification lists, and that firms of many other kinds have in their scopes."""

WIDE_LEAVES = frozenset(
    """
    染料 油墨 涂料 颜料 弹性体 聚合物 单体材料 专用化学品及材料 有机纤维 玻璃纤维及制品 网络设备
    水泥基材料 技术玻璃制品 特种玻璃制品 轻质建筑材料 隔热隔音材料 节能、密封、保温材料 锡材料
    锌及锌合金材料 铜合金锻件产品 粉末、泡沫及多孔材料 耐磨零件 电机、发动机 供能装置 试验装置
    电子专用设备仪器 生物基化学纤维 生物基聚合物 生物化工制品 生物酶等发酵制品 太阳能材料
    """.split()  # noqa: SIM905
)
"""Leaf classes named like what firms of many other kinds make."""

_SHORTEST, _SHORT_TAIL = 3, 4

_ADVICE = re.compile("技术(?:服务|推广|咨询)")
"""Offered by firms of every kind; it counts for those of the class that lists it alone."""


@dataclass(frozen=True)
class Terms:
    """Terms, longest first, and what each means.

    `patterns` has more than `meanings`: names of classes that mean no industry by themselves, and
    words that only look like a product (车床加工), hide what stands within them.
    `meanings`: term, gb4754_code, industry, class_code (second level of the emerging industries),
    is_plain (says too little to count for a firm that is not of its class).
    """

    patterns: tuple[str, ...]
    meanings: pl.DataFrame
    class_names: pl.DataFrame
    """term, gb4754_code: names of all classes as they are; the smallest code of a name."""


_Meaning = tuple[str, str, str, str, bool]


@remembered
def terms(path: Path | None = None, *, has_usual: bool = True) -> Terms:
    """All terms of the classification: the shipped one, or a table in its place.

    Args:
        path: table in place of the shipped one.
        has_usual: with our usual words for the listed products; else the listed ones alone.
    """
    # Our usual words are those of the eight: what a classification of one's own means, it says.
    is_own = path is not None and not is_official(path)
    check_products(path)
    is_ours = has_usual and not is_own
    meanings = _meanings(
        [
            *_listed_terms(path),
            *(_usual_terms(path) if is_ours else ()),
            *(_leaf_terms(path) if is_ours else ()),
            *_whole_terms(path),
            *_listed_names(path),
        ]
    )
    hiding = {name for _, name in _class_names()}
    if has_usual:
        hiding |= {row["term"] for row in _table_of_usual() if not row["industry"]}
    patterns = {*meanings["term"], *hiding}
    in_order = sorted(patterns, key=lambda term: (-len(term), term))
    return Terms(tuple(in_order), meanings, _names_of_classes())


def _meanings(found: Sequence[_Meaning]) -> pl.DataFrame:
    """Each meaning of a term once; it is plain only where every source of it says so."""
    key = ["term", "gb4754_code", "industry", "class_code"]
    rows = pl.DataFrame(found, schema=[*key, "is_plain"], orient="row")
    return rows.group_by(key).agg(pl.col("is_plain").all()).sort(key)


def _names_of_classes() -> pl.DataFrame:
    rows = [(name, code) for code, name in _full_names()]
    names = pl.DataFrame(rows, schema=["term", "gb4754_code"], orient="row")
    return names.sort("gb4754_code").unique("term", keep="first", maintain_order=True)


def _listed_terms(path: Path | None) -> Iterator[_Meaning]:
    """What the classification lists under its classes."""
    for row in classes(path).to_pylist():
        if row["industry"]:
            for term, says_little in _products(row["products"] or ""):
                is_plain = says_little or bool(_ADVICE.search(term))
                yield term, row["gb4754_code"], row["industry"], row["class_code"], is_plain


def _usual_terms(path: Path | None) -> Iterator[_Meaning]:
    """Words of business scopes for what the classification lists in its own."""
    for row in _table_of_usual():
        if row["industry"]:
            term, code, industry = row["term"], row["gb4754_code"], row["industry"]
            is_plain = term in PLAIN or bool(_ADVICE.search(term))
            yield term, code, industry, _second_level(path, term, code, industry), is_plain
    for row in _table("terms_of_class.csv"):
        term, code, industry = row["term"], row["gb4754_code"], row["industry"]
        yield term, code, industry, _second_level(path, term, code, industry), True


def _leaf_terms(path: Path | None) -> Iterator[_Meaning]:
    """Leaf classes of the classification that name what is made: 高性能轴承用钢, 生物医用材料."""
    ordinary = {name for _, name in _class_names()} | WIDE_LEAVES
    ordinary |= {term for term, *_ in (*_listed_terms(path), *_usual_terms(path))}
    for row in classes(path).to_pylist():
        name = _MADE.sub("", row["leaf_name"])
        is_thing = name != row["leaf_name"] and not name.startswith("其他")
        if is_thing and row["industry"] and name not in ordinary and len(name) > _SHORTEST:
            yield name, row["gb4754_code"], row["industry"], row["class_code"], False


def _whole_terms(path: Path | None) -> Iterator[_Meaning]:
    """Of an unstarred class its name without 制造: whoever makes it belongs, whatever the kind."""
    names = dict(_class_names())
    for row in classes(path).to_pylist():
        code = row["gb4754_code"]
        if not row["is_starred"] and row["industry"] and code in names:
            # Whole: a part of a name (城市轨道交通设备、零件) may mean something else.
            is_plain = bool(_ADVICE.search(names[code]))
            yield names[code], code, row["industry"], row["class_code"], is_plain


def _listed_names(path: Path | None) -> Iterator[_Meaning]:
    """Names of starred classes that name a listed product: 航天器及运载火箭, of which 运载火箭."""
    names = dict(_class_names())
    for term, code, industry, class_code, is_plain in _listed_terms(path):
        if term in _PARTS.split(names.get(code, "")):
            yield names[code], code, industry, class_code, is_plain


def _second_level(path: Path | None, term: str, code: str, industry: str) -> str:
    """Second-level class of a usual word: that of the listed product most like it."""
    of_class = _products_of_class(path).get((code, industry), ())
    likeness = {at: fuzz.partial_ratio(term, text) for at, text in of_class}
    return max(sorted(likeness), key=lambda at: likeness[at], default="")


def check_products(path: Path | None) -> None:
    """Refuse products of a classification of one's own that could never be found in a scope.

    Raises:
        Problems: those that say too little.
    """
    if path is None or is_official(path):
        return
    texts = [row["products"] or "" for row in classes(path).to_pylist()]
    products = dict.fromkeys(part for text in texts for part in _CELL.split(text) if part)
    found = [
        f"product {product!r} says too little: expected three characters or more, and no word "
        "that firms of every kind use"
        for product in products
        if next(_products(product), None) is None
    ]
    if found:
        raise Problems(str(path), found)


@remembered
def _products_of_class(path: Path | None) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """By GB/T 4754 code and industry: second-level classes, each with its listed text."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in classes(path).to_pylist():
        if row["industry"]:
            text = f"{row['leaf_name']};{row['products'] or ''}"
            key = (row["gb4754_code"], row["industry"])
            found.setdefault(key, []).append((row["class_code"], text))
    return {key: tuple(texts) for key, texts in found.items()}


def _table_of_usual() -> tuple[dict[str, str], ...]:
    """terms.csv, ours, by hand: term, gb4754_code, industry; no industry: a word that hides."""
    return _table("terms.csv")


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table beside this module; of terms_of_class.csv words count in the class alone."""
    with as_file(files("reli.classification") / name) as path:
        table = read_text_table(path)
    rows = table.to_pylist()
    return tuple({name: value or "" for name, value in row.items()} for row in rows)


def _products(text: str) -> Iterator[tuple[str, bool]]:
    """Terms of a cell of products, without remarks in brackets, and whether each is plain.

    Of 甲乙、丙 the second part may lack its first part's attribute: if short, it says too little.
    """
    text = _TWICE.sub(r"\1", text)
    for kinds in _KINDS.findall(text):
        yield from ((kind, True) for kind in _SPLIT.split(kinds) if len(kind) >= _SHORTEST)
    shortened = filter(None, map(_SHORT_FORM.match, _CELL.split(text)))
    yield from ((f"{found[1]}({found[2]}){found[3]}", False) for found in shortened)
    bare = _BRACKETS.sub("", _BRACKETS.sub("", text))
    for product in _CELL.split(bare):
        for at, part in enumerate(_SPLIT.split(product)):
            term = _EDGES.sub("", part.strip())
            if len(term) >= _SHORTEST and term not in GENERIC:
                yield term, term in PLAIN or (at > 0 and len(term) <= _SHORT_TAIL)
            if with_parts := _WITH_PARTS.match(term):
                yield with_parts[1], True


@cache
def _full_names() -> tuple[tuple[str, str], ...]:
    """Codes and names of all classes, the names without 其他 and remarks."""
    table = gb4754()
    rows = zip(table["code"].to_pylist(), table["name"].to_pylist(), strict=True)
    bare = ((code, _BRACKETS.sub("", name).removeprefix("其他")) for code, name in rows)
    return tuple((code, name) for code, name in bare if len(code) == 4 and _says_something(name))


@cache
def _class_names() -> tuple[tuple[str, str], ...]:
    """Codes and names of all classes, the names also without 制造."""
    named = ((code, _WHOLE_CLASS_ENDS.sub("", name)) for code, name in _full_names())
    return tuple((code, name) for code, name in named if _says_something(name))


def _says_something(name: str) -> bool:
    return len(name) >= _SHORTEST and name not in GENERIC and name not in PLAIN
