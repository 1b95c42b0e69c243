"""Which characters are written for one another: of one sound, or of one look."""

import hashlib
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

import polars as pl

from reli.engine.kept import kept
from reli.reference.look_alikes import look_alikes

__all__ = ["is_alike", "is_homophone", "is_look_alike"]

_OF_TWO_READINGS = frozenset("重长乐行朝藏传都曾解调盛厦广石强省万珩泊")
"""Both readings are usual; of the rest only the first is what an input by sound is given."""

_FURTHER = """
    亨享 微徽 伦纶 烽锋 己已 已巳 土士 人入 日曰 候侯 帅师 折拆 拔拨 戊戌 冶治 灸炙 没设 货贷
    辨辩 子孑 了子 泊舶 览缆 枝技 科料 顶项 泸沪 崇祟 卯卵 毋母 刺剌 茶荼 赢嬴 遂逐 坏坯 傅博
    沽估 盲育 券卷 蓝篮 幕慕 驰弛 凛凜 侍待 复夏 圆园 廷延 讯迅 拓柘 佰伯 仪议 晟盛 瑾谨 莹萤
    腾藤 岛鸟 宾滨 端瑞 样祥 幅福 品吕 材村 极报 住佳 乌鸟 择泽 请清 翼冀 湛堪 晋普 栗粟 茵菌
    坑抗 沃沫 沐休 奠尊 骞寨 寨塞 煦熙 恺岂 佳桂 鸿鸠 鹏鸥 琮综 烁砾 洛格 络骆 彦产 睿容 涵函
    蕴温 霁齐 沅沉 闰润 矩炬 挥辉 郎琅 株珠 株洙 淄缁 冒昌 茱荣 劳芳 很银 每海 录禄 尤龙 贝见
    必心 刀力 械戒 原源 石右 古谷 莞芫 抬胎 坦钽 疆彊 氐低 枝科 木本 粤奥 骞蹇 竟竞 今令
    代伐 仑仓 兆北 翊翎 与和 与及 和及
"""


def is_alike(one: str, other: str) -> bool:
    """Whether one character is easily written for the other."""
    return is_homophone(one, other) or is_look_alike(one, other)


def is_homophone(one: str, other: str) -> bool:
    """Whether both have one sound, tones aside and what many do not tell apart (in, ing)."""
    return bool(_sounds(one) & _sounds(other))


def is_look_alike(one: str, other: str) -> bool:
    """Whether the eye takes one character for the other."""
    looks = _looks()
    return other in looks.get(one, "") or one in looks.get(other, "")


_HAN = (0x3007, *range(0x3400, 0xA000))
"""Code points of the characters that names are written with."""


@cache
def _sounds(character: str) -> frozenset[str]:
    sounds = _readings().get(character)
    return frozenset(sounds.split() if sounds else [character])


@cache
def _readings() -> dict[str, str]:
    """Readings of each character, kept: the dictionaries of pypinyin take 50 MB."""
    made_from = hashlib.sha256(f"pypinyin {version('pypinyin')} ".encode())
    made_from.update(Path(__file__).read_bytes())
    made = kept("readings", made_from.hexdigest(), _all_readings)["readings"]
    return dict(zip(made["character"], made["sounds"], strict=True))


def _all_readings() -> dict[str, pl.DataFrame]:
    characters = [chr(point) for point in _HAN]
    sounds = [" ".join(sorted(_read(character))) for character in characters]
    return {"readings": pl.DataFrame({"character": characters, "sounds": sounds})}


def _read(character: str) -> set[str]:
    from pypinyin import Style, pinyin

    has_two = character in _OF_TWO_READINGS
    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=has_two)
    return {re.sub("(?<=[zcs])h|(?<=[aei]n)g$", "", reading) for reading in readings}


@cache
def _looks() -> dict[str, str]:
    looks = dict(zip(*look_alikes().to_pydict().values(), strict=True))
    for pair in _FURTHER.split():
        one, other = pair[0], pair[1]
        looks[one] = looks.get(one, "") + other
    return looks
