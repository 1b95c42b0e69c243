"""Names of divisions in Latin letters: pinyin for search, English for readers.

Pinyin comes from pypinyin; names that it reads by the usual reading of a character, where the
place has one of its own, stand in `READINGS`.
"""

from functools import cache

__all__ = ["english", "initials", "pinyin"]

READINGS = {
    "阿城": "a cheng",
    "百色": "bai se",
    "蚌埠": "beng bu",
    "亳州": "bo zhou",
    "茌平": "chi ping",
    "大城": "dai cheng",
    "儋州": "dan zhou",
    "东阿": "dong e",
    "繁峙": "fan shi",
    "番禺": "pan yu",
    "涪陵": "fu ling",
    "甘井子": "gan jing zi",
    "珙县": "gong xian",
    "牟平": "mu ping",
    "洪洞": "hong tong",
    "珲春": "hun chun",
    "监利": "jian li",
    "鄄城": "juan cheng",
    "筠连": "jun lian",
    "崆峒": "kong tong",
    "阆中": "lang zhong",
    "乐陵": "lao ling",
    "乐亭": "lao ting",
    "乐清": "yue qing",
    "耒阳": "lei yang",
    "丽水": "li shui",
    "溧水": "li shui",
    "六安": "lu an",
    "六合": "lu he",
    "六枝": "liu zhi",
    "渑池": "mian chi",
    "勐海": "meng hai",
    "穆棱": "mu ling",
    "讷河": "ne he",
    "郫都": "pi du",
    "铅山": "yan shan",
    "犍为": "qian wei",
    "綦江": "qi jiang",
    "任丘": "ren qiu",
    "任县": "ren xian",
    "单县": "shan xian",
    "莘县": "shen xian",
    "歙县": "she xian",
    "浉河": "shi he",
    "嵊州": "sheng zhou",
    "台州": "tai zhou",
    "天台": "tian tai",
    "郯城": "tan cheng",
    "宕昌": "tan chang",
    "涡阳": "guo yang",
    "吴堡": "wu bu",
    "婺源": "wu yuan",
    "婺城": "wu cheng",
    "厦门": "xia men",
    "荥阳": "xing yang",
    "荥经": "ying jing",
    "盱眙": "xu yi",
    "浚县": "xun xian",
    "旬邑": "xun yi",
    "隰县": "xi xian",
    "鄢陵": "yan ling",
    "焉耆": "yan qi",
    "漾濞": "yang bi",
    "弋阳": "yi yang",
    "黟县": "yi xian",
    "鄞州": "yin zhou",
    "应县": "ying xian",
    "蔚县": "yu xian",
    "尉犁": "yu li",
    "枞阳": "zong yang",
    "柞水": "zha shui",
    "长子": "zhang zi",
    "中牟": "zhong mu",
    "瀍河": "chan he",
    "秭归": "zi gui",
    "长": "chang",
    "重庆": "chong qing",
    "朝阳": "chao yang",
    "曾都": "zeng du",
    "漯河": "luo he",
    "什邡": "shi fang",
    "召陵": "shao ling",
    "都匀": "du yun",
    "都安": "du an",
    "都昌": "du chang",
    "都江堰": "du jiang yan",
}
"""Name or part of a name -> its syllables."""

KINDS = (
    ("特别行政区", "Special Administrative Region"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("自治州", "Autonomous Prefecture"),
    ("自治区", "Autonomous Region"),
    ("地区", "Prefecture"),
    ("林区", "Forest District"),
    ("新区", "New District"),
    ("特区", "Special District"),
    ("区", "District"),
    ("县", "County"),
    ("市", "City"),
    ("旗", "Banner"),
    ("盟", "League"),
    ("省", "Province"),
)
"""Last characters of a name -> kind of the division in English, longest first."""

PEOPLES = {
    "壮族": "Zhuang",
    "回族": "Hui",
    "维吾尔": "Uygur",
    "苗族": "Miao",
    "彝族": "Yi",
    "土家族": "Tujia",
    "藏族": "Tibetan",
    "蒙古族": "Mongol",
    "蒙古": "Mongol",
    "侗族": "Dong",
    "布依族": "Bouyei",
    "瑶族": "Yao",
    "白族": "Bai",
    "朝鲜族": "Korean",
    "哈尼族": "Hani",
    "哈萨克族": "Kazak",
    "哈萨克": "Kazak",
    "黎族": "Li",
    "傣族": "Dai",
    "畲族": "She",
    "傈僳族": "Lisu",
    "东乡族": "Dongxiang",
    "仡佬族": "Gelao",
    "拉祜族": "Lahu",
    "佤族": "Va",
    "水族": "Sui",
    "纳西族": "Naxi",
    "羌族": "Qiang",
    "土族": "Tu",
    "仫佬族": "Mulao",
    "锡伯": "Xibe",
    "柯尔克孜": "Kirgiz",
    "景颇族": "Jingpo",
    "达斡尔族": "Daur",
    "撒拉族": "Salar",
    "布朗族": "Blang",
    "毛南族": "Maonan",
    "塔吉克": "Tajik",
    "普米族": "Pumi",
    "怒族": "Nu",
    "鄂温克族": "Ewenki",
    "保安族": "Bonan",
    "裕固族": "Yugur",
    "独龙族": "Derung",
    "鄂伦春": "Oroqen",
    "满族": "Manchu",
    "各族": "Multi-ethnic",
}
"""Peoples as the names of autonomous divisions have them -> as English has them."""

PROVINCES = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "130000": "Hebei",
    "140000": "Shanxi",
    "150000": "Inner Mongolia",
    "210000": "Liaoning",
    "220000": "Jilin",
    "230000": "Heilongjiang",
    "310000": "Shanghai",
    "320000": "Jiangsu",
    "330000": "Zhejiang",
    "340000": "Anhui",
    "350000": "Fujian",
    "360000": "Jiangxi",
    "370000": "Shandong",
    "410000": "Henan",
    "420000": "Hubei",
    "430000": "Hunan",
    "440000": "Guangdong",
    "450000": "Guangxi",
    "460000": "Hainan",
    "500000": "Chongqing",
    "510000": "Sichuan",
    "520000": "Guizhou",
    "530000": "Yunnan",
    "540000": "Xizang",
    "610000": "Shaanxi",
    "620000": "Gansu",
    "630000": "Qinghai",
    "640000": "Ningxia",
    "650000": "Xinjiang",
    "710000": "Taiwan",
    "810000": "Hong Kong",
    "820000": "Macau",
}


@cache
def _load_readings() -> None:
    from pypinyin import load_phrases_dict

    load_phrases_dict({name: [[each] for each in said.split()] for name, said in READINGS.items()})


@cache
def _syllables(name: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    _load_readings()
    return tuple(
        each.replace("ü", "v") for each in lazy_pinyin(name, style=Style.NORMAL) if each.isascii()
    )


def pinyin(name: str) -> str:
    """A name in pinyin without tones or blanks, as it is typed: 余杭区 is yuhangqu."""
    return "".join(_syllables(name))


def initials(name: str) -> str:
    """First letters of the syllables: 余杭区 is yhq."""
    return "".join(each[0] for each in _syllables(name))


@cache
def english(name: str, code: str = "") -> str:
    """A name for English pages: pinyin, and the kind of the division (Yuhang District).

    Provinces bear the names that English uses (Inner Mongolia, Shaanxi); the municipalities too.
    """
    if code in PROVINCES:
        return PROVINCES[code]
    for ending, kind in KINDS:
        stem = name.removesuffix(ending)
        # 矿区 and 郊区 are names of one character and their kind.
        if stem != name and len(stem) > 1:
            return " ".join([*_words(stem, is_autonomous="自治" in ending), kind])
    return _capitalised(name)


def _words(stem: str, *, is_autonomous: bool) -> list[str]:
    """The place, then the peoples whose autonomy it is."""
    peoples: list[str] = []
    while is_autonomous and (last := next((p for p in PEOPLES if stem.endswith(p)), "")):
        peoples.insert(0, PEOPLES[last])
        stem = stem.removesuffix(last)
    return [_capitalised(stem), *peoples] if stem else peoples


def _capitalised(name: str) -> str:
    said = ""
    for each in _syllables(name):
        # Xi'an, not Xian.
        said += "'" + each if said and each[0] in "aoe" else each
    return said.capitalize()
