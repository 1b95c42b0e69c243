"""Whether two names one edit apart are one name with a slip, or two firms.

三一重工 and 三一重能 are one character apart, and two firms; 科技 and 科枝 are one word and a slip.
A slip leaves a word that is none, or a character of the same sound or look; it loses, doubles or
swaps characters. Names of siblings differ by words that both exist, by a number, by a direction, or
by characters that have nothing in common. Brands made of characters that many firms have (宏达,
鸿达) are left to a person.
"""

from collections import Counter
from functools import cache, lru_cache
from typing import Literal

from reli.linkage.likeness import is_alike, is_homophone, is_look_alike
from reli.linkage.places import place_names
from reli.reference.emerging import classes
from reli.reference.industries import gb4754
from reli.reference.towns import towns

__all__ = ["Verdict", "is_usual_brand", "judge"]

Verdict = Literal["slip", "other", "unsure"]

_CLASSES = (
    "零〇一二三四五六七八九十百千万亿壹贰叁0123456789",
    "甲乙丙丁戊己庚辛壬癸",
    "东西南北中上下左右前后内外",
    "大小新老旧总分",
    "省市县区国际",
    "金银铜铁锡铝铅锌钢",
    "煤油气电水火风核光",
    "abcdefghijklmnopqrstuvwxyz",
)
"""Characters that tell a firm from its sibling: 一厂, 二厂; 北方, 南方."""

_PLACES = frozenset(
    "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔滇藏陕甘陇青宁疆沈哈穗深厦杭甬锡汉郑昆筑榕蓉成"
)
"""Short for places: 中航成飞, 中航沈飞."""

_TELLING = frozenset("".join(_CLASSES) + "第多双单全")
_ADDED = frozenset("".join((*_CLASSES[:5], _CLASSES[7])) + "第微")
"""One of these more makes another name: 一厂, 大酒店, 新能源."""

_USUAL = frozenset(
    "华兴鑫盛达宏鸿弘洪恒亨通顺利丰发荣昌隆富贵福瑞祥泰康安宁平和合众联汇永久长远航宇天地海洋江河湖金"
    "银宝玉龙凤鹏飞腾升程创卓越优佳美新信诚德光明辉晖星辰阳东方力立成正大中胜晟嘉源润泽旺吉庆伟强杰豪博文"
    "元亿万圣锐凯威维奥科峰锋城禹朋鼎道太原广"
)
"""Of these a stranger makes his brand too: 宏达, 鸿达, 恒力, 恒利."""

_AUSPICIOUS = frozenset(
    "华兴鑫盛达宏鸿弘洪瑞祥泰康恒亨通顺利丰发荣昌隆富贵福禄寿喜吉安宁平和合众联聚汇永久长远航宇宙天地海洋"
    "山川江河湖金银铜铁钢宝玉珠龙凤虎马鹏飞腾跃升腾起程创卓越优佳美好乐欢欣新心信诚义仁德道光明辉煌耀亮星"
    "辰阳日月春夏秋冬梅兰竹菊松柏林森木水火土石源泉清润泽浩瀚博文雅智慧聪睿思维力量动能电气机械工化药医农"
    "牧渔圣胜晟凯旋稻瓷磁顶捷迅速强健伟雄英豪杰俊奇特正方圆成功业建设立柱基本元亿万嘉佳加家嘉丽莉力励立利历同铜童"
    "锐迪诺维特赛威格尔拓卡欧奥杰普帝罗马兰纳图云影视讯翔骏逸彩悦乾坤轩麒麟谷舟帆微晶芯钧钰铂锦臻璟瑾唯伊依"
    "红黄蓝绿紫白大田鼎朋叶禹晖昊煜琪琦祺怡颐熙曦希溪磊雷彬滨斌玮炜烨统铄沃谊义艺逸翼屹城澄晨硕朔"
    "彤桐峰锋丰风枫封凌凌菱灵陵铭明鸣名茂懋贸庆清青晴轻科克可柯三山善珊尚上商双霜世仕士事视思斯自"
)

_OF_BRANDS = _AUSPICIOUS | frozenset(
    "融容邦帮迈志国中保传岳澳傲盈赢颖恩沛霖霆冠羽雨裕誉御昱瑜原园缘苑高广汉翰涵百千全亚昂常畅超朝承橙驰驱楚翠"
    "登典东栋敦泛菲沣复桂皓禾鹤衡虹厚环寰焕徽极际骥坚蒋骄津劲京井净敬靖巨开览朗理良领鲁路伦米民敏南派磐齐"
    "启勤群然如深神时舒苏唐旺望纬蔚温武西先贤享向晓协昕秀旭炎遥野一宜易益毅引友允展昭哲振震征之至致洲宗"
)
"""With what else firms put into their brands on purpose."""

_LONG_WORDS = frozenset((
    "微电子", "半导体", "新材料", "新能源", "自动化", "机器人", "互联网", "物联网", "大数据",
    "光通信",
))  # fmt: skip
"""Words of three characters that stand behind brands."""

_NUMBERS = frozenset("零〇一二三四五六七八九十百千万0123456789")

_SHORT_BRAND, _OF_THREE, _MIDDLING = 2, 3, 4
"""Lengths of a brand from which a strange, or a usual, character in it is a slip."""
_SOME = 4_096
"""Names remembered: each is read several times, and asked of several others."""

_ONE_WORD = 3
"""Characters behind a brand up to which they say little more than what many firms do."""
_COMMON_USE = b"\xd7"
"""The first part of GB 2312, the characters in common use, ends in this row."""

_SHORT_PLACE = 2
_OF_WORDS = frozenset(("高新", "创新", "更新"))
"""Words that end in such a character, which is then nothing more: 高新科技, but 三峡新能源."""
_KINDS = frozenset("厂社店站场会校")
_ENDS = _KINDS | frozenset("新业院所部")

_WORDS = """
    动化 锡业 镍业 铅业 钢业 科技 技术 电子 电气 电器 电力 电机 电信 电梯 电缆 机械 机电 机床 机器
    重工 重能 重装 重机 轻工 化工 化学 化纤 医药 药业 制药 生物 生化 生态 环保 环境 能源 新能 材料
    新材 建材 建筑 建设 建工 建安 钢铁 钢构 汽车 汽配 摩托 航空 航天 航运 航海 船舶 船厂 铁路 铁建
    通信 通讯 通用 信息 信用 信托 网络 网讯 软件 硬件 数据 数码 数控 智能 智造 智慧 智联 光电 光学
    光伏 光能 半导 导体 芯片 精密 精工 精机 精细 仪器 仪表 食品 饮料 酒业 乳业 农业 农牧 农机 种业
    牧业 渔业 水产 水务 水利 水电 水泥 纺织 服装 服饰 家居 家电 家具 玻璃 陶瓷 塑料 橡胶 轮胎 包装
    印刷 造纸 纸业 矿业 矿山 煤业 煤炭 石油 石化 天然 燃气 热力 热电 火电 风电 风能 核电 动力 动车
    传媒 传动 影视 影业 文化 文旅 旅游 教育 物流 物业 物资 投资 控股 实业 产业 工业 商业 商贸 贸易
    国贸 百货 超市 零售 连锁 金属 金融 银行 保险 证券 租赁 置业 置地 地产 置信 房产 设计 设备 装备
    装饰 制造 制品 研究 研发 检测 监测 测控 测试 控制 自动 系统 集成 工程 服务 管理 咨询 发展 开发
    经营 运营 运输 股份 集团 联合 国际 中国 中心 终端 器械 激光 超声 磁性 磁材 磁电 锂电 锂业 锂能
    电池 电源 电路 电工 电声 铜业 铝业 锌业 钛业 钨业 稀土 黄金 轴承 齿轮 阀门 液压 气体 气动 泵业
    电商 传感 视觉 视讯 显示 照明 家纺 线缆 自来 保安 劳务 模具 五金 制衣 鞋业 木业 园林 花木 养殖
    种植 饲料 化肥 农药 油脂 粮油 面粉 印务 广告 会展 家政 保洁 快递 货运 客运 租车 石材 管业 门窗
    幕墙 涂料 油漆 颜料 染料 助剂 皮革 箱包 毛纺 丝绸 针织 印染 玩具 文具 珠宝 首饰 钟表 眼镜 灯具
    灯饰 开关 插座 永磁 阀业 风机 锅炉 空调 制冷 压缩 冷链 仓储 港口 路桥 公路 市政 消防 安防 监理
    勘察 测绘 检验 烟花 棉业 工贸 日用 用品 建装 劳保 油业 粮业 豆业 菜业 布业 绸业 丝业 麻业 毛业
    皮业 帽业 袜业 伞业 车业 船业 塑业 胶业 电业 气业 热业 冰业 糖业 参业 菌业 蜂业 蚕业 禽业 虾业
    蟹业 鱼业 影业 报业 印业 书业 展业 铸业 锻业 钼业 钴业 锑业 镁业 钒业 铬业 锰业 碳业 磷业 氟业
    氯业 碱业 硼业 锆业 钾业 灯业 表业 砖业 瓷业 塑机 注塑 酱香 浓香 清香 陈香 米粉 米线 酱油 香油
    菜油 茶油 制剂 药材 药房 原药 中药 兽药 疫苗 诊断 康复 医学 医院 医疗 护理 养老 健康 保健 港务
    船务 港航 水运 海运 空运 陆运 联运 物联 物贸 物管 煤电 煤化 煤机 煤矿 焦化 焦煤 洗煤 电控 电讯
    电网 供电 发电 水力 供水 排水 供热 供气 燃料 油气 油田 油品 加油 炼化 炼油 沥青 盐业 盐化 碱业
    氯碱 氟化 磷化 硅业 硅材 碳素 石墨 炭黑 钢管 钢丝 钢绳 特钢 不锈 铸造 锻造 锻压 冲压 热处 粉末
    冶金 冶炼 有色 工具 刀具 量具 夹具 磨具 磨料 紧固 弹簧 链条 齿轮 减速 变速 传感 电容 电阻 电感
    磁电 晶体 晶圆 封装 光缆 光纤 光通 导航 雷达 卫星 遥感 测量 计量 衡器 机车 车辆 车桥 车灯 车身
    内饰 座椅 底盘 整车 客车 卡车 货车 挂车 特车 专车 电车 房车 摩配 工艺 饰品 礼品 家装 装修 装潢
    幕墙 防水 保温 砂石 砼业 混凝 管桩 商砼 园艺 苗木 花卉 林业 果业 茶业 茶叶 糖业 面业 米业 食业
    肉业 蛋业 奶业 水业 酒店 餐饮 饭店 宾馆 会所 影院 演艺 动漫 游戏 出版 报业 书店 广电 有线 无线
    彩印 纸品 纸箱 包材 胶带 胶粘 薄膜 膜业 化妆 日化 洗涤 香料 香精 添加 调味 酿酒 担保 典当 拍卖
    轿车 飞机 客机 直升 无人 越野 皮卡 储能 氢能 充电 换电 硅片 组件 逆变 变频 伺服 电驱
    活塞 曲轴 螺栓 轮毂 滤清 刹车 制动 转向 悬架 密封 弹性 磨床 铣床 车床 叉车 塔机 起重
    挖掘 盾构 钻机 钻探 采油 泥浆 墨水 墨盒 打印 复印 投影 音响 耳机 手机 相机 镜头 滤光
    棱镜 探测 红外 紫外 射频 微波 天线 基站 芯材
    科工 科创 科贸 科教 科研 科仪 理工 农科 林科 医科
    评估 会计 律师 人力 人才 培训 学校 体育 健身 信贷 基金 创投 资本 资产 财务 征信
"""
_LISTED = frozenset(_WORDS.split())


@cache
def _words() -> frozenset[str]:
    """Pairs of characters that stand together on purpose: listed, or usual in industries' names."""
    texts = [*gb4754()["name"].to_pylist(), *set(classes()["leaf_name"].to_pylist())]
    pairs = Counter(text[at : at + 2] for text in texts for at in range(len(text) - 1))
    usual = {pair for pair, times in pairs.items() if times >= 3 and pair.isalpha()}
    return _LISTED | usual


@cache
def _common() -> frozenset[str]:
    """Characters usual in names of firms: auspicious ones, and those of many towns' names."""
    towns_with = Counter(
        character for name in towns()["town_name"].to_pylist() for character in set(name)
    )
    return _AUSPICIOUS | {character for character, n in towns_with.items() if n >= 60}


@cache
def _seen() -> frozenset[str]:
    """Characters that occur in names of towns or industries at all."""
    texts = [*gb4754()["name"].to_pylist(), *towns()["town_name"].to_pylist()]
    return _AUSPICIOUS | frozenset("".join(texts))


def judge(asked: str, found: str, *, is_same_form: bool = True) -> Verdict:
    """Whether `asked` is `found` with one slip of the pen.

    Args:
        asked: core of a name on a list, one edit (or two swapped neighbours, or a word that
            stands twice) from
        found: the core of a registered name.
        is_same_form: whether the two names had one legal form: brands that differ as well as
            forms differ twice.

    Returns:
        slip: one name. other: two firms. unsure: for a person to say.
    """
    head = _shared_head(asked, found)
    verdict = _judged(asked, found, head)
    is_twice = not is_same_form and len(_place(found)) <= head < _brand_end(found)
    return "unsure" if verdict == "slip" and is_twice else verdict


def _judged(asked: str, found: str, head: int) -> Verdict:
    wrong, right = _difference(asked, found, head)
    if (
        len(asked) > len(found) + 1
        or _is_doubled(asked, found, head)
        or _ends_in_form(asked, found, head)
    ):
        return "slip"
    if len(wrong) == len(right) and sorted(wrong) == sorted(right):
        return _swapped(asked, found, head)
    in_place = _in_place(asked, found, head)
    if in_place:
        return in_place
    if len(wrong) == len(right) == 1:
        return _wrong_character(asked, found, head)
    return _lost_or_added(asked, found, head)


def _in_place(asked: str, found: str, head: int) -> Verdict | None:
    """What a difference in the place at the head says; None where the places agree."""
    if head < _SHORT_PLACE and {asked[:2], found[:2]} <= _short_names():
        return "other"
    if head < len(_place(found)):
        return "other" if _place(asked) else _wrong_place(asked, found, head)
    if head < len(_place(asked)):
        return "unsure"  # 华西, 山西: what is asked begins with a place, the other with its brand.
    return None


def _wrong_place(asked: str, found: str, at: int) -> Verdict:
    """深训, 深市 are 深圳; 广汇, 平安, 长江 are no 广西, 西安, 浙江, but how firms are called."""
    is_character = len(asked) == len(found) and asked[at + 1 :] == found[at + 1 :]
    if not is_character or asked[at] == "市" or is_alike(asked[at], found[at]):
        return "slip"
    return "unsure" if asked[at] in _common() | _TELLING else "slip"


def _swapped(asked: str, found: str, at: int) -> Verdict:
    """Two neighbours swapped: two firms where both readings are words (机电, 电机) or numbers."""
    wrong, right = asked[at : at + 2], found[at : at + 2]
    if at < len(_place(found)):
        return "slip"
    if {wrong, right} <= _LISTED or {*wrong} <= _NUMBERS:
        return "other"
    # 恒泰, 泰恒: brands of their own; of longer brands the half is none.
    is_short = _brand_size(found) <= _SHORT_BRAND
    is_brand = is_short and at == len(_place(found)) and {*wrong} <= _USUAL
    return "unsure" if is_brand else "slip"


def _ends_in_form(asked: str, found: str, head: int) -> bool:
    """Whether half of 股份 is all that differs: 甲股有限公司 lost the other half."""
    return head == min(len(asked), len(found)) and max(asked, found, key=len)[-1] in "股份"


@lru_cache(_SOME)
def _place(core: str) -> str:
    """Place at the head of a core, in full or short form; may be empty."""
    names = place_names()
    for size in (4, 3, 2):
        if core[:size] in names:
            return core[:size]
    return ""


@cache
def _short_names() -> frozenset[str]:
    """Places as they stand at the head of cores; counties too, though some are brands as well."""
    return frozenset(place_names()) | frozenset(place_names().values())


def _is_doubled(asked: str, found: str, head: int) -> bool:
    """A character written twice: the shared head ends with it."""
    return len(asked) > len(found) and head > 0 and asked[head] == asked[head - 1]


def _shared_head(one: str, other: str) -> int:
    size = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        size += 1
    return size


def _difference(asked: str, found: str, head: int) -> tuple[str, str]:
    tail = _shared_head(asked[head:][::-1], found[head:][::-1])
    return asked[head : len(asked) - tail], found[head : len(found) - tail]


def _in_word(name: str, at: int) -> bool:
    """Whether the character is part of a word: with its left neighbour, or else its right one.

    A right neighbour that belongs to a word behind is not asked (材科技术: 科 is alone).
    """
    words = _words()
    left = at > 0 and name[at - 1 : at + 1] in words
    right = name[at : at + 2] in words and name[at + 1 : at + 3] not in _LISTED
    return left or right


def _wrong_character(asked: str, found: str, at: int) -> Verdict:
    written, meant = asked[at], found[at]
    if _is_told(written, meant) or _names_places(asked, found, at):
        return "other"
    if _in_word(found, at):
        return _in_trade(asked, found, at)
    if is_alike(written, meant):
        return _alike_in_brand(asked, found, at)
    if _in_word(asked, at) or _TELLING & {written, meant}:
        return "other"
    return "slip" if _is_odd(written, found) else "unsure"


def _is_told(written: str, meant: str) -> bool:
    """Whether both are of one class, such as numbers; 榕 and 蓉, of one sound, are no places."""
    if {written, meant} <= _PLACES:
        return not is_homophone(written, meant)
    return {written, meant} <= _TELLING and any(
        written in each and meant in each for each in _CLASSES
    )


def _names_places(asked: str, found: str, at: int) -> bool:
    """Whether the characters belong to two places, wherever they stand: 甲（苏州）, 甲（徐州）."""
    names = place_names()
    windows = [slice(start, start + _SHORT_PLACE) for start in (max(at - 1, 0), at)]
    return any(asked[each] in names and found[each] in names for each in windows)


def _in_trade(asked: str, found: str, at: int) -> Verdict:
    """The character belongs to a word: 科枝 is none, 电气 is another than 电子."""
    written, meant = asked[at], found[at]
    is_brand = at < len(_place(found)) + _SHORT_BRAND
    is_kept = not is_alike(written, meant) or _is_listed(asked, at)
    if is_brand and (is_kept or (_has_more(found) and _is_chosen(asked, found, at))):
        return "unsure"  # 通用, 通达: a word that is the brand.
    is_word = _in_word(asked, at) and not _spoils_listed(asked, found, at)
    return "other" if is_word else "slip"


def _has_more(core: str) -> bool:
    """Whether more than a place and one word is there: of 江西铜业 the word is the trade."""
    return len(core) > len(_place(core)) + _SHORT_BRAND


def _alike_in_brand(asked: str, found: str, at: int) -> Verdict:
    """潍柴 written 维柴 is a slip; 宏达 and 鸿达 are brands of which there are many.

    So are 汇川 and 汇传, of one sound alone: a brand may well be called so.
    """
    if _is_listed(asked, at):
        return "unsure"
    size, behind = _brand_size(found), at - len(_place(found))
    if behind >= max(_SHORT_BRAND, min(size, _MIDDLING)):
        return "slip"
    written, meant = asked[at], found[at]
    is_first = behind < _SHORT_BRAND and size != _OF_THREE
    is_usual = {*_brand(asked), *_brand(found)} <= _USUAL or {written, meant} <= _TELLING
    is_chosen = size <= _MIDDLING and _is_chosen(asked, found, at)
    return "unsure" if (is_first and is_usual) or is_chosen else "slip"


def _is_chosen(asked: str, found: str, at: int) -> bool:
    """Whether the name asked, of one sound with the other, may be what a firm chose as its brand.

    All characters of it (of four, the two with the difference) are such as brands are made of, and
    what is behind says little; or all of both brands are. A rare character meant is missed where
    an input offers the usual one.
    """
    written, meant = asked[at], found[at]
    if not is_homophone(written, meant) or is_look_alike(written, meant):
        return False
    brands = [_brand_at(name, at, _brand_size(found)) for name in (asked, found)]
    if len(brands[0]) <= _SHORT_BRAND and {*"".join(brands)} <= _AUSPICIOUS:
        return True
    return {*brands[0]} <= _OF_BRANDS and not _is_rare(meant) and _tail_size(found) <= _ONE_WORD


def _brand_at(core: str, at: int, size: int) -> str:
    """The part of a brand in which the character is: three stay together, four are two and two."""
    start = len(_place(core))
    if size == _OF_THREE:
        return core[start : start + size]
    start += (at - start) // _SHORT_BRAND * _SHORT_BRAND
    return core[start : start + _SHORT_BRAND]


def _is_rare(character: str) -> bool:
    """Whether neither brands nor common texts have the character."""
    row = character.encode("gb2312", "ignore")[:1]
    return not b"" < row <= _COMMON_USE and character not in _OF_BRANDS


def _tail_size(core: str) -> int:
    """Characters behind the brand."""
    return len(core) - len(_place(core)) - _brand_size(core)


def _brand(core: str) -> str:
    """The two characters behind the place: what is behind them may be a word of the trade."""
    start = len(_place(core))
    return core[start : start + _SHORT_BRAND]


def is_usual_brand(core: str) -> bool:
    """Whether strangers in several places may have made the name: 华东医药, 恒通物流."""
    brand = _brand(core)
    return brand in place_names() or {*brand} <= _USUAL | _TELLING


def _spoils_listed(asked: str, found: str, at: int) -> bool:
    """制药 written 治药: a word of the trade, and what only a boundary of words gives (物治)."""
    is_listed = _is_listed(found, at) and not _is_listed(asked, at)
    return is_listed and is_homophone(asked[at], found[at])


def _is_listed(name: str, at: int) -> bool:
    return name[at : at + 2] in _LISTED or (at > 0 and name[at - 1 : at + 1] in _LISTED)


def _lost_or_added(asked: str, found: str, at: int) -> Verdict:
    """A character lost or added leaves no sibling's name, unless it is a word more or less."""
    if _is_half_brand(asked, found, at):
        return "slip"
    longer = max(asked, found, key=len)
    if longer[at] in _ADDED and longer[max(at - 1, 0) : at + 1] not in _OF_WORDS:
        return "other"
    if at == len(longer) - 1 and longer[at] in _KINDS and _is_behind(longer[at - 2 : at]):
        return "other"  # 制药厂, 制药
    is_open = _is_whole(asked, found, at) or _is_shorter_brand(asked, found, at)
    return "unsure" if is_open else "slip"


def _is_half_brand(asked: str, found: str, at: int) -> bool:
    """Whether one character is all that is left of a brand of two: 日丰电缆 written 日电缆.

    It is none where what is left makes a brand with the next: 美瑞新材料, 美新材料.
    """
    start, end = len(_place(found)), _brand_end(found)
    is_lost = len(asked) < len(found) and start <= at < end == start + _SHORT_BRAND
    behind = asked[start + 1 :]
    is_trade = behind in _LISTED or not behind  # 威工业: no brand 威工
    return is_lost and (is_trade or not _is_read(behind[1:]))


def _is_read(text: str) -> bool:
    """Whether a text is nothing but words that stand behind brands."""
    while size := _end_size(text[-_OF_THREE:]):
        text = text[:-size]
    return not text


def _is_shorter_brand(asked: str, found: str, at: int) -> bool:
    """Whether the character was left out of a brand of three: 新宙邦, 新邦, both may be chosen."""
    short = _brand(asked)
    is_brand = at < _brand_end(found) <= len(_place(found)) + len(short) + 1
    return len(asked) < len(found) and is_brand and {*short} <= _OF_BRANDS


def _is_whole(asked: str, found: str, at: int) -> bool:
    """Whether what is asked reads as words where the character is more or less."""
    if len(asked) > len(found):
        return _in_word(asked, at)
    return at > 0 and asked[at - 1 : at + 1] in _words() and _is_read(asked[at + 1 :])


def _is_odd(character: str, core: str) -> bool:
    """Whether a brand with the character, unlike the one meant, is hardly a sibling's."""
    return character not in _seen() and _brand_size(core) > _SHORT_BRAND


@lru_cache(_SOME)
def _brand_size(core: str) -> int:
    """Characters of a core without its place and the usual words behind the brand."""
    brand = core[len(_place(core)) :]
    while size := _end_size(brand[-_OF_THREE:]):
        brand = brand[:-size]
    return len(brand)


def _brand_end(core: str) -> int:
    """Where the brand ends."""
    return len(_place(core)) + _brand_size(core)


@lru_cache(_SOME)
def _end_size(end: str) -> int:
    """Characters of the usual word in which the last three of a brand end; 0 for none."""
    if end in _LONG_WORDS:
        return _OF_THREE
    if _is_behind(end[-2:]):
        return len(end[-2:])
    return int(end[-1:] in _ENDS)


def _is_behind(pair: str) -> bool:
    """Whether it stands behind brands: a word, or a place that was in brackets."""
    return pair in _words() or pair in place_names()
