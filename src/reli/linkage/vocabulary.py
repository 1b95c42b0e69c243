"""The characters and words that names of firms are made of.

Written down are those by which a slip of the pen is told from a sibling's name: characters that
number or oppose firms, characters of which brands are made, and words that stand behind brands.
Those of industries and towns are read off the reference tables.
"""

from collections import Counter
from functools import cache

from reli.reference.emerging import classes
from reli.reference.industries import gb4754
from reli.reference.towns import towns

__all__ = [
    "ADDED",
    "AUSPICIOUS",
    "CLASSES",
    "ENDING_ALIKE",
    "ENDS",
    "KINDS",
    "LISTED",
    "LONG_WORDS",
    "NUMBERS",
    "OF_BRANDS",
    "PLACES",
    "TELLING",
    "USUAL",
    "common_characters",
    "seen_characters",
    "usual_words",
]

CLASSES = (
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

PLACES = frozenset(
    "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔滇藏陕甘陇青宁疆沈哈穗深厦杭甬锡汉郑昆筑榕蓉成"
)
"""Short for places: 中航成飞, 中航沈飞."""

TELLING = frozenset("".join(CLASSES) + "第多双单全")
"""All of these classes, and what stands with them: 第一, 多宝, 双汇."""
ADDED = frozenset("".join((*CLASSES[:5], CLASSES[7])) + "第微")
"""One of these more makes another name: 一厂, 大酒店, 新能源."""

USUAL = frozenset(
    "华兴鑫盛达宏鸿弘洪恒亨通顺利丰发荣昌隆富贵福瑞祥泰康安宁平和合众联汇永久长远航宇天地海洋江河湖金"
    "银宝玉龙凤鹏飞腾升程创卓越优佳美新信诚德光明辉晖星辰阳东方力立成正大中胜晟嘉源润泽旺吉庆伟强杰豪博文"
    "元亿万圣锐凯威维奥科峰锋城禹朋鼎道太原广"
)
"""Of these a stranger makes his brand too: 宏达, 鸿达, 恒力, 恒利."""

AUSPICIOUS = frozenset(
    "华兴鑫盛达宏鸿弘洪瑞祥泰康恒亨通顺利丰发荣昌隆富贵福禄寿喜吉安宁平和合众联聚汇永久长远航宇宙天地海洋"
    "山川江河湖金银铜铁钢宝玉珠龙凤虎马鹏飞腾跃升腾起程创卓越优佳美好乐欢欣新心信诚义仁德道光明辉煌耀亮星"
    "辰阳日月春夏秋冬梅兰竹菊松柏林森木水火土石源泉清润泽浩瀚博文雅智慧聪睿思维力量动能电气机械工化药医农"
    "牧渔圣胜晟凯旋稻瓷磁顶捷迅速强健伟雄英豪杰俊奇特正方圆成功业建设立柱基本元亿万嘉佳加家嘉丽莉力励立利历同铜童"
    "锐迪诺维特赛威格尔拓卡欧奥杰普帝罗马兰纳图云影视讯翔骏逸彩悦乾坤轩麒麟谷舟帆微晶芯钧钰铂锦臻璟瑾唯伊依"
    "红黄蓝绿紫白大田鼎朋叶禹晖昊煜琪琦祺怡颐熙曦希溪磊雷彬滨斌玮炜烨统铄沃谊义艺逸翼屹城澄晨硕朔"
    "彤桐峰锋丰风枫封凌凌菱灵陵铭明鸣名茂懋贸庆清青晴轻科克可柯三山善珊尚上商双霜世仕士事视思斯自"
)
"""Characters put into brands because they promise luck, size or skill, or sound foreign."""

OF_BRANDS = AUSPICIOUS | frozenset(
    "融容邦帮迈志国中保传岳澳傲盈赢颖恩沛霖霆冠羽雨裕誉御昱瑜原园缘苑高广汉翰涵百千全亚昂常畅超朝承橙驰驱楚翠"
    "登典东栋敦泛菲沣复桂皓禾鹤衡虹厚环寰焕徽极际骥坚蒋骄津劲京井净敬靖巨开览朗理良领鲁路伦米民敏南派磐齐"
    "启勤群然如深神时舒苏唐旺望纬蔚温武西先贤享向晓协昕秀旭炎遥野一宜易益毅引友允展昭哲振震征之至致洲宗"
)
"""With what else firms put into their brands on purpose."""

LONG_WORDS = frozenset((
    "微电子", "半导体", "新材料", "新能源", "自动化", "机器人", "互联网", "物联网", "大数据",
    "光通信",
))  # fmt: skip
"""Words of three characters that stand behind brands."""

NUMBERS = frozenset("零〇一二三四五六七八九十百千万0123456789")
"""Digits: of two swapped ones both readings are numbers."""

ENDING_ALIKE = frozenset(("高新", "创新", "更新"))
"""Words that end in such a character, which is then nothing more: 高新科技, but 三峡新能源."""
KINDS = frozenset("厂社店站场会校")
"""Characters that say what kind of body it is, behind its trade: 制药厂."""
ENDS = KINDS | frozenset("新业院所部")
"""Single characters in which the part behind a brand may end."""

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
LISTED = frozenset(_WORDS.split())
"""Words of two characters that stand behind brands: what firms make or do, and what they are."""


@cache
def usual_words() -> frozenset[str]:
    """Pairs of characters that stand together on purpose: listed, or usual in industries' names."""
    texts = [*gb4754()["name"].to_pylist(), *set(classes()["leaf_name"].to_pylist())]
    pairs = Counter(text[at : at + 2] for text in texts for at in range(len(text) - 1))
    usual = {pair for pair, times in pairs.items() if times >= 3 and pair.isalpha()}
    return LISTED | usual


@cache
def common_characters() -> frozenset[str]:
    """Characters usual in names of firms: auspicious ones, and those of many towns' names."""
    towns_with = Counter(
        character for name in towns()["town_name"].to_pylist() for character in set(name)
    )
    return AUSPICIOUS | {character for character, n in towns_with.items() if n >= 60}


@cache
def seen_characters() -> frozenset[str]:
    """Characters that occur in names of towns or industries at all."""
    texts = [*gb4754()["name"].to_pylist(), *towns()["town_name"].to_pylist()]
    return AUSPICIOUS | frozenset("".join(texts))
