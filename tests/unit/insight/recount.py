"""Reads Chinese sentences back and counts again, knowing nothing of the code that wrote them.

A sentence is recognised by its wording, taken apart into names, numbers and places, and compared
with what plain Python counts in the rows: dicts of rank, county, city, province, index.
"""

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal


def words(text):
    return text.split()


PROVINCES = words(
    """
    北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省 安徽省
    福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 广西壮族自治区 海南省 重庆市 四川省 贵州省
    云南省 西藏自治区 陕西省 甘肃省 青海省 宁夏回族自治区 新疆维吾尔自治区
    """
)
QUARTERS = {
    "东部": words("北京市 天津市 河北省 上海市 江苏省 浙江省 福建省 山东省 广东省 海南省"),
    "中部": words("山西省 安徽省 江西省 河南省 湖北省 湖南省"),
    "东北": words("辽宁省 吉林省 黑龙江省"),
    "西部": words(
        """
        内蒙古自治区 广西壮族自治区 重庆市 四川省 贵州省 云南省 西藏自治区 陕西省 甘肃省 青海省
        宁夏回族自治区 新疆维吾尔自治区
        """
    ),
}
CLUSTERS = {
    "京津冀": words("北京市 天津市 河北省"),
    "长三角": words("上海市 江苏省 浙江省 安徽省"),
    "珠三角": words("广州市 深圳市 珠海市 佛山市 惠州市 东莞市 中山市 江门市 肇庆市"),
    "成渝": words(
        """
        重庆市 成都市 自贡市 泸州市 德阳市 绵阳市 遂宁市 内江市 乐山市 南充市 眉山市 宜宾市 广安市
        达州市 雅安市 资阳市
        """
    ),
}
ORDINALS = {name: place for place, name in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
EDGE = r"[、和，：；。（）]"


class Wrong(AssertionError):
    """A sentence that the rows do not bear out, or that cannot be read."""


def check(condition, sentence, why):
    if not condition:
        raise Wrong(f"{why}: {sentence}")


def display(row):
    city = row["city"]
    return (row["province"] if not city or city == row["county"] else city) + row["county"]


def city_of(row):
    return row["city"] or None


def names_in(text, vocabulary, sentence):
    """Names of a list, in order; nothing may stand between them but separators."""
    known = "|".join(map(re.escape, sorted(vocabulary, key=len, reverse=True)))
    names = re.findall(known, text)
    rest = re.sub(known, "", text)
    check(re.fullmatch(f"{EDGE}*", rest), sentence, f"not only names: {rest!r}")
    return names


def places_of(counts):
    """Name -> place by competition: 8, 8, 6 are 1, 1, 3."""
    return {
        name: 1 + sum(other > count for other in counts.values()) for name, count in counts.items()
    }


def recount(sentence, rows, top):
    """Check one overview sentence of an index against its rows (rank up to `top`)."""
    counted = [row for row in rows if row["rank"] is not None and row["rank"] <= top]
    readers = (
        (r"前十[位名]|有位次的区县|有\d+个区县并列第一", top_list),
        (r"^(?!分城市).*名的区县都在", only_province),
        (r"^分城市.*名的区县都在", only_city),
        (r"第1名", levels),
        (r"分布在\d+个省级行政区|出自\d+个省级行政区|来自\d+个省级行政区", provinces),
        (r"(没有区县|无一区县|都有区县)", absent),
        (r"\d+个城市", cities),
        (r"占比?[\d.]+%", concentration),
        (r"直接管辖", direct),
        (r"重点区域", regions),
    )
    gathered = (
        (r"主要集中", region_main),
        (r"集聚中心|占到入围区县", centres),
        (r"入围区县均?超过\d+个", several),
        (r"较少|没有区县入围", few),
    )
    fitting = [reader for pattern, reader in gathered if re.search(pattern, sentence)]
    fitting = fitting or [reader for pattern, reader in readers if re.search(pattern, sentence)]
    check(len(fitting) == 1, sentence, f"{len(fitting)} readers fit")
    ranked = [row for row in rows if row["rank"] is not None]
    fitting[0](sentence, ranked if fitting[0] is top_list else counted, top)


def top_list(sentence, rows, top):
    # A list in the order of rank; those that share one stand together, in any order.
    leading = sorted((row for row in rows if row["rank"] <= 10), key=lambda row: row["rank"])
    crowd = re.search(r"有(\d+)个区县并列第(.)", sentence)
    check(bool(crowd) == (len(leading) > 15), sentence, f"{len(leading)} are within")
    if crowd:
        last = leading[-1]["rank"]
        tied = [row for row in leading if row["rank"] == last]
        check((len(tied), last) == (int(crowd[1]), ORDINALS[crowd[2]]), sentence, "crowd")
        leading = [row for row in leading if row["rank"] != last]
        if not leading:
            return
        sentence = sentence.partition("，另有")[0] + "。"
    if crowd:
        pass
    elif "共" in sentence:
        check(f"共{len(leading)}个" in sentence, sentence, "wrong number")
    else:
        check(len(leading) == 10, sentence, "not ten")
    tail = re.split(r"依次为|依次是|先后为", sentence)[1]
    shared = Counter(row["rank"] for row in leading)
    segments = re.split("，", tail.rstrip("。"))
    at = 0
    for segment in segments:
        listed, _, place = segment.partition("并列第")
        names = names_in(listed, {display(row) for row in leading}, sentence)
        group = leading[at : at + len(names)]
        if place:
            check({row["rank"] for row in group} == {ORDINALS[place]}, sentence, "wrong place")
            check(len(group) == shared[ORDINALS[place]], sentence, "not all that are tied")
            check(set(names) == {display(row) for row in group}, sentence, "wrong names")
        else:
            check(all(shared[row["rank"]] == 1 for row in group), sentence, "ties not said")
            check(names == [display(row) for row in group], sentence, "wrong order")
        at += len(names)
    check(at == len(leading), sentence, "not all named")


def levels(sentence, rows, _):
    by_rank = {row["rank"]: row["index"] for row in rows}
    for rank, value in re.findall(r"第(\d+)名[为得]([\d.]+)", sentence):
        # Where 9 is shared by three there is no 10: the tenth unit has the ninth place.
        known = max(each for each in by_rank if each <= int(rank))
        exact = Decimal(str(by_rank[known])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        check(Decimal(value) == exact, sentence, f"rank {rank} has {exact}")


def spread(sentence, head, counts, unit):
    """`head` says how many, then come the first three places."""
    number, tail = re.search(head, sentence).groups()
    check(int(number) == len(counts), sentence, f"there are {len(counts)}")
    places = places_of(counts)
    said = {}
    for clause in re.split("；", tail.rstrip("。")):
        body, place = re.fullmatch(r"(.+?)，?(?:居|排|并列)第(.)", clause).groups()
        listed, count = re.fullmatch(r"(.+?)(?:均以|各有|以|有|各)?(\d+)个", body).groups()
        if listed.startswith("另有"):
            named = [name for name in counts if places[name] == ORDINALS[place]]
            check(listed == f"另有{len(named)}个{unit}", sentence, "wrong crowd")
        else:
            named = names_in(listed, set(counts), sentence)
        check(("并列" in clause) == (len(named) > 1), sentence, "tie said wrongly")
        for name in named:
            check(counts[name] == int(count), sentence, f"{name} has {counts[name]}")
            check(places[name] == ORDINALS[place], sentence, f"{name} is {places[name]}")
            said[name] = place
    first_three = {name for name in counts if places[name] <= 3}
    check(set(said) == first_three, sentence, f"first three are {sorted(first_three)}")


def only_province(sentence, rows, _):
    name, count = re.search(r"都在(.+?)，共(\d+)个", sentence).groups()
    check({row["province"] for row in rows} == {name}, sentence, "which province?")
    check(len(rows) == int(count), sentence, f"there are {len(rows)}")


def only_city(sentence, rows, _):
    name, count = re.search(r"都在(.+?)，共(\d+)个", sentence).groups()
    check({city_of(row) for row in rows} == {name}, sentence, "which city?")
    check(len(rows) == int(count), sentence, f"there are {len(rows)}")


def provinces(sentence, rows, _):
    counts = Counter(row["province"] for row in rows)
    spread(sentence, r"(\d+)个省级行政区(?:：|，|。其中，)(.+)", counts, "省级行政区")


def cities(sentence, rows, _):
    counts = Counter(city for city in map(city_of, rows) if city)
    spread(sentence, r"(\d+)个城市(?:：|，|。其中，)(.+)", counts, "城市")


def concentration(sentence, rows, _):
    number, count, share = re.fullmatch(
        r"以上(.)个省级行政区(?:合计|共有)(\d+)个，占比?([\d.]+)%。", sentence
    ).groups()
    counts = Counter(row["province"] for row in rows)
    # The sentence before names them: those of the first three places.
    first = {name for name, place in places_of(counts).items() if place <= 3}
    check(ORDINALS[number] == len(first), sentence, f"they are {sorted(first)}")
    total = sum(counts[name] for name in first)
    check(total == int(count), sentence, f"they have {total}")
    exact = (Decimal(100 * total) / len(rows)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    check(Decimal(share) == exact, sentence, f"that is {exact}")


def absent(sentence, rows, _):
    present = {row["province"] for row in rows}
    missing = [name for name in PROVINCES if name not in present]
    if "都有区县" in sentence:
        check(not missing and sentence.startswith("31个"), sentence, f"missing {missing}")
        return
    listed = re.sub(
        r"没有区县进入前\d+名的省级行政区有\d+个，即|等\d+个省级行政区没有区县进入前\d+名"
        r"|有\d+个省级行政区无一区县进入前\d+名：|^只有|没有区县进入前\d+名",
        "",
        sentence,
    )
    check(names_in(listed, set(PROVINCES), sentence) == missing, sentence, f"missing {missing}")
    number = re.search(r"(\d+)个", sentence)
    check(int(number[1]) == len(missing) if number else len(missing) == 1, sentence, "number")


def direct(sentence, rows, _):
    run_by_province = {display(row) for row in rows if not row["city"]}
    number, listed = re.search(r"另有(\d+)个.+：(.+)", sentence).groups()
    names = names_in(listed, run_by_province, sentence)
    check(set(names) == run_by_province, sentence, "wrong names")
    check(int(number) == len(run_by_province), sentence, "wrong number")


def regions(sentence, rows, _):
    numbers = re.findall(r"([一-龥]{2,3}?)地区(\d+)个", re.sub("分地区看|按地区划分", "", sentence))
    check(len(numbers) == 8, sentence, "not eight regions")
    for name, number in numbers:
        members = {**QUARTERS, **CLUSTERS}[name]
        exact = sum(row["province"] in members or row["city"] in members for row in rows)
        check(int(number) == exact, sentence, f"{name} has {exact}")


def within(rows, region):
    members = {**QUARTERS, **CLUSTERS, "山东半岛": ["山东省"]}[region]
    return [row for row in rows if row["province"] in members or row["city"] in members]


def region_main(sentence, rows, _):
    region = re.search(r"([一-龥]{2,3})地区", re.sub("入围区县主要集中在", "", sentence))[1]
    count = len(within(rows, region))
    check(2 * count >= len(rows), sentence, f"{region} has {count}")
    others = [len(within(rows, name)) for name in QUARTERS if name != region]
    check(max(others) < count, sentence, f"{region} has {count}, others {others}")
    exact = (Decimal(100 * count) / len(rows)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    check(f"占{exact}%" in sentence, sentence, f"that is {exact}")


def centres(sentence, rows, _):
    regions_there = ("京津冀", "山东半岛", "长三角", "珠三角", "成渝")
    counts = {name: len(within(rows, name)) for name in regions_there}
    large = {n: count for n, count in counts.items() if 10 * count >= len(rows) and count >= 3}
    told = re.findall(r"([一-龥]{2,4})地区(\d+)个，以(.+?)最多（(各?\d+)个）", sentence)
    check({name: int(count) for name, count, *_ in told} == large, sentence, f"centres {large}")
    for name, _, listed, each in told:
        cities = Counter(row["city"] for row in within(rows, name) if row["city"])
        first = {city for city, n in cities.items() if n == max(cities.values())}
        check(set(names_in(listed, first, sentence)) == first, sentence, f"{name}: {first}")
        highest = max(cities.values())
        check(each == f"{'各' if len(first) > 1 else ''}{highest}", sentence, f"{name}: {cities}")
    number = re.search(r"形成(.)个集聚中心", sentence)
    check(ORDINALS[number[1]] == len(large) if number else len(large) == 1, sentence, "number")


def several(sentence, rows, _):
    least = re.fullmatch(r".*入围区县超过(\d+)个的省级行政区，.+。", sentence)[1]
    main = re.match(r"([一-龥]{2})地区以外，", sentence)
    told = dict(re.findall(r"([一-龥]{2})地区有(.+?)(?=，|。)", sentence))
    exact = {}
    for region in set(QUARTERS) - ({main[1]} if main else set()):
        counts = Counter(row["province"] for row in within(rows, region))
        if many := {name for name, count in counts.items() if count > int(least)}:
            exact[region] = many
    check(set(told) == set(exact), sentence, f"regions {exact}")
    for region, many in exact.items():
        check(set(names_in(told[region], many, sentence)) == many, sentence, f"{region}: {many}")
    half = [name for name in QUARTERS if 2 * len(within(rows, name)) >= len(rows)]
    check(half == [main[1]] if main else len(half) != 1, sentence, f"main {half}")


def few(sentence, rows, _):
    told = re.findall(r"([一-龥]{2})地区（(\d+)个）", sentence)
    absent = re.search(r"((?:[一-龥]{2}地区[、和]?)+)没有区县入围", sentence)
    told += [(name, 0) for name in re.findall(r"([一-龥]{2})地区", absent[1] if absent else "")]
    counts = {name: len(within(rows, name)) for name in QUARTERS}
    small = {name: count for name, count in counts.items() if 10 * count < len(rows)}
    check({name: int(count) for name, count in told} == small, sentence, f"few: {small}")


def recount_hot_spots(sentence, units, names, industry, regions):
    """Check a sentence on hot counties against the rows of the units: code, cluster, centre.

    `names`: code -> (display name, province, city); `regions`: province or city -> region.
    """
    hot = {row["division_code"]: row for row in units if row["cluster"] == "hot"}
    groups = {}
    for code, row in hot.items():
        if row["centre"] is not None:
            groups.setdefault(row["centre"], []).append(code)
    check(f"热点区县有{len(hot)}个" in re.sub("（.+?）", "", sentence), sentence, f"{len(hot)} hot")
    inside = re.search(r"其中(\d+)个连成(\d+)个热力中心", sentence)
    check(bool(inside) == bool(groups), sentence, f"{len(groups)} centres")
    if not inside:
        return
    told = (sum(map(len, groups.values())), len(groups))
    check(tuple(map(int, inside.groups())) == told, sentence, f"{told}")
    sizes = sorted(map(len, groups.values()), reverse=True)
    least = sizes[5] if len(sizes) > 5 else 0
    expected = []
    for number in sorted(groups):
        members = groups[number]
        if len(members) > least:
            most = max(row["value"] for code, row in hot.items() if code in members)
            hottest = next(code for code in sorted(members) if hot[code]["value"] == most)
            expected.append((str(len(members)), names[hottest][0]))
            where = Counter(regions.get(names[code][2], regions.get(names[code][1]))
                            for code in members)  # fmt: skip
            large = [n for n in where if n and 2 * where[n] > len(members)]
            lies = large or {names[code][1] for code in members}
            check(all(name in sentence for name in lies), sentence, f"{industry}: {lies}")
    found = re.findall(r"(\d+)个，以(.+?)热力值最高", sentence)
    check(found == expected, sentence, f"{expected}")


def recount_across(sentence, by_industry, top):
    """Check a sentence about all nine lists together."""
    eight = list(by_industry)[1:]
    lists = {
        industry: [(display(row), row["rank"]) for row in rows if row["rank"] <= top]
        for industry, rows in by_industry.items()
    }
    sets = [{name for name, _ in rows} for rows in lists.values()]
    if "九张榜单" in sentence:
        number, count = re.search(r"涉及(\d+)个区县，(?:其中(\d+)个|没有一个)", sentence).groups()
        number, count = int(number), int(count or 0)
        check(number == len(set.union(*sets)), sentence, "wrong number")
        everywhere = set.intersection(*sets)
        check(count == len(everywhere), sentence, "wrong count")
        _, _, listed = sentence.partition("位次：")
        check(not listed or set(names_in(listed, everywhere, sentence)) == everywhere, sentence, "")
        return
    check("次数最多" in sentence, sentence, "cannot be read")
    counts = Counter(name for each in eight for name, rank in lists[each] if rank <= 10)
    places = places_of(counts)
    said = set()
    for clause in sentence.rstrip("。").partition("最多的是")[2].split("；"):
        listed, number = re.fullmatch(r"(.+?)，[共各](\d+)次", clause).groups()
        names = names_in(listed, set(counts), sentence)
        said.update(names)
        for name in names:
            check(counts[name] == int(number), sentence, f"{name} {counts[name]}")
            check(places[name] <= 3, sentence, f"{name} is {places[name]}")
    check({n for n, p in places.items() if p == 1} <= said, sentence, "first is missing")
