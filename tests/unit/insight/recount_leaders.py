"""Reads sentences about leaders back and counts again, knowing nothing of the code that wrote them.

A sentence is recognised by its wording, taken apart into indicators, places and numbers, and
compared with what plain Python finds in the tables of values.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from tests.unit.insight.recount import ORDINALS, check, names_in

OWN_NAMES = {
    "sei_enterprises": "{}产业企业数量",
    "sei_share": "{}产业企业密度",
    "leaders": "{}产业龙头企业数量",
}
"""What indicators are called in an industry; elsewhere by their names in the framework."""
CALLED = {
    "new_registrations": "近三年新增企业注册数量",
    "unicorn+gazelle+qianlima": "独角兽、瞪羚、千里马企业数量",
    "invention_patents_in_force": "有效发明专利数量",
}
KINDS = {
    "A股上市公司": "a_share",
    "A股上市公司子公司": "a_share_subsidiary",
    "新三板挂牌企业": "neeq",
    "港股大陆运营实体": "hk_mainland_entity",
    "中概股大陆运营实体": "us_mainland_entity",
    "世界500强企业": "fortune_global_500",
    "中国500强企业": "china_500_cec",
}
LONG = ("sei_enterprises", "industrial_above_size")
"""Indicators whose list has ten places, the others have five."""
CROWD = 5
SUMMED = ("unicorn", "gazelle", "qianlima")


@dataclass
class Tables:
    """What is published, as plain dicts."""

    year: int
    names: dict
    """Indicator -> name in the framework."""
    units: dict
    """Indicator -> unit of measure."""
    dimensions: dict
    """Indicator -> dimension."""
    places: dict
    """County -> (city and county, city)."""
    cities: dict
    """City -> name."""
    values: dict
    """(industry, indicator, year) -> county -> value, without what is missing."""
    beside: dict = field(default_factory=dict)
    """(level, industry, indicator, year) -> unit -> value."""
    city_ranks: dict = field(default_factory=dict)
    """industry -> dimension -> city -> (rank, value)."""
    classes: dict = field(default_factory=dict)
    """Second-level class -> county -> enterprises."""
    class_names: dict = field(default_factory=dict)
    """Second-level class -> name."""

    def called(self, code, industry):
        """What an indicator is called in a sentence."""
        if industry != "综合" and code in OWN_NAMES:
            return OWN_NAMES[code].format(industry)
        return CALLED.get(code) or self.names[code]

    def order(self, industry, code, year=None):
        """[(place, value, county)] of those that have some, by competition."""
        counties = self.values.get((industry, code, year or self.year), {})
        some = {unit: rounded(value) for unit, value in counties.items() if value > 0}
        return sorted(
            (1 + sum(other > value for other in some.values()), unit, counties[unit])
            for unit, value in some.items()
        )

    def code_of(self, phrase, industry, sentence):
        """The indicator that a phrase means."""
        known = {self.called(code, industry): code for code in (*self.names, *CALLED)}
        check(phrase in known, sentence, f"no indicator {phrase!r}")
        return known[phrase]

    def codes_of(self, phrase, industry, sentence):
        """Indicators joined by 、 and 和; their own names may hold these."""
        known = {self.called(code, industry): code for code in self.names}
        pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        found = re.findall(pattern, phrase)
        check(re.fullmatch("[、和]*", re.sub(pattern, "", phrase)), sentence, phrase)
        return [known[name] for name in found]


def rounded(value):
    return float(f"{value:.9g}")


def recount_leaders(sentence, industry, tables):
    """Check one sentence about leaders; returns its kind and the indicators it speaks of."""
    text = re.sub("。$", "", sentence)
    for pattern, reader in READERS:
        found = re.fullmatch(pattern, text)
        if found:
            return reader(sentence, industry, tables, **found.groupdict())
    check(False, sentence, "cannot be read")
    return None


def written(tables, code, value):
    """A value as it is printed."""
    unit = tables.units[code]
    if unit == "%":
        return f"{Decimal(repr(value)).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
    return f"{value:.0f}{unit}"


def number_of(text):
    return ORDINALS[text] if text in ORDINALS else int(text)


def place_list(
    sentence, industry, tables, ind, places, n=None, lead=None, crowd=None, ordinal=None
):
    code = tables.code_of(ind, industry, sentence)
    longest = 10 if code in LONG else 5
    order = tables.order(industry, code)
    if n is not None:
        check(number_of(n) == longest, sentence, f"the list has {longest} places")
    within = [row for row in order if row[0] <= longest]
    named = within
    if len(within) > longest + CROWD:
        last = within[-1][0]
        named = [row for row in within if row[0] != last]
        shared = len(within) - len(named)
        check(crowd and int(crowd) == shared, sentence, f"{shared} share the last place")
        check(number_of(ordinal) == last, sentence, f"they are {last}")
    else:
        check(crowd is None, sentence, "nobody is left to be counted")
        check((n is None) == (len(named) < longest), sentence, f"there are {len(named)}")
    same_order(sentence, places, named, tables, code)
    if lead is not None:
        check(lead == written(tables, code, named[0][2]), sentence, f"first has {named[0][2]}")
    return "list", (code,)


def same_order(sentence, text, rows, tables, code):
    """Names from first to last, those that share a place together, each with its value if any."""
    groups = defaultdict(list)
    for place, unit, value in rows:
        groups[place].append((tables.places[unit][0], written(tables, code, value)))
    at = 0
    expected = sorted(groups.items())
    values = dict(pair for _, group in expected for pair in group)
    for segment in re.split("，", text):
        listed, _, tied = segment.partition("并列第")
        named = names_and_values(listed, values, sentence)
        if tied:
            place, group = expected[at]
            check(number_of(tied) == place, sentence, f"they share {place}")
            check(len(group) > 1, sentence, "nobody shares it")
            check({name for name, _ in named} == {name for name, _ in group}, sentence, "names")
            at += 1
        else:
            for name, _ in named:
                _, group = expected[at]
                check([each for each, _ in group] == [name], sentence, f"{name}: {group}")
                at += 1
        for name, value in named:
            check(not value or values[name] == value, sentence, f"{name} has {values[name]}")
    check(at == len(expected), sentence, f"{len(expected)} places, {at} told")


def names_and_values(text, known, sentence):
    """[(name, value)] of a list; nothing may stand between them but separators."""
    alike = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    pattern = rf"({alike})(?:（([^）]+)）)?"
    rest = re.sub(pattern, "", text)
    check(re.fullmatch("[、和]*", rest), sentence, f"not only names: {rest!r}")
    return re.findall(pattern, text)


def alike(sentence, industry, tables, ind, places, value):
    code = tables.code_of(ind, industry, sentence)
    order = tables.order(industry, code)
    first = [row for row in order if row[0] == 1]
    longest = 10 if code in LONG else 5
    is_whole = longest <= len(first) or len(first) == len(order)
    check(is_whole and 1 < len(first) <= longest + CROWD, sentence, f"{len(first)} are first")
    check(("只有" in sentence) == (len(first) < longest), sentence, f"there are {len(first)}")
    names = {tables.places[unit][0] for _, unit, _ in first}
    check(set(names_in(places, names, sentence)) == names, sentence, f"{names}")
    check(len(names_in(places, names, sentence)) == len(names), sentence, "told twice")
    check(value == written(tables, code, first[0][2]), sentence, f"they have {first[0][2]}")
    return "list", (code,)


def one_place(sentence, industry, tables, ind, places):
    code = tables.code_of(ind, industry, sentence)
    order = tables.order(industry, code)
    check(len(order) == 1, sentence, f"there are {len(order)}")
    same_order(sentence, places, order, tables, code)
    return "list", (code,)


def short_list(sentence, industry, tables, ind, count, places, lead=None):
    code = tables.code_of(ind, industry, sentence)
    check(int(count) == len(tables.order(industry, code)), sentence, "wrong number")
    return place_list(sentence, industry, tables, ind, places, lead=lead)


def crowd_alone(sentence, industry, tables, ind, count, value):
    code = tables.code_of(ind, industry, sentence)
    first = [row for row in tables.order(industry, code) if row[0] == 1]
    check(len(first) == int(count), sentence, f"{len(first)} are first")
    check(len(first) > (10 if code in LONG else 5) + CROWD, sentence, "few enough to be named")
    check(value == written(tables, code, first[0][2]), sentence, f"they have {first[0][2]}")
    return "list", (code,)


def is_first(tables, industry, code, name, year=None):
    """Whether a county alone is first on an indicator."""
    first = [unit for place, unit, _ in tables.order(industry, code, year) if place == 1]
    return len(first) == 1 and tables.places[first[0]][0] == name


def ahead(sentence, industry, tables, ind, place, ratio):
    code = tables.code_of(ind, industry, sentence)
    check(is_first(tables, industry, code, place), sentence, f"{place} is not first")
    (_, _, value), (_, _, following), *_ = tables.order(industry, code)
    check(value >= 1.5 * following, sentence, f"{value} and {following}")
    check(tables.units[code] == "%" or value >= 10, sentence, "too few")
    # Values are compared on nine significant digits, as everywhere.
    exact = (Decimal(repr(value)) / Decimal(f"{following:.9g}")).quantize(
        Decimal("0.1"), ROUND_DOWN
    )
    check(str(exact) == ratio, sentence, f"that is {exact}")
    return "ahead", (code,)


def several_firsts(sentence, industry, tables, ind, place):
    codes = tables.codes_of(ind, industry, sentence)
    check(len(codes) > 1, sentence, "one indicator only")
    for code in codes:
        check(is_first(tables, industry, code, place), sentence, f"not first on {code}")
    check(len({tables.dimensions[code] for code in codes}) == 1, sentence, "several dimensions")
    return "first_in_several", tuple(codes)


def front(sentence, industry, tables, ind, places):
    codes = tables.codes_of(ind, industry, sentence)
    check(len(codes) > 1, sentence, "one indicator only")
    for code in codes:
        ranks = {tables.places[unit][0]: rank for rank, unit, _ in tables.order(industry, code)}
        for place in names_in(places, ranks, sentence):
            check(ranks[place] <= 5, sentence, f"{code}: {place} {ranks[place]}")
    check(len({tables.dimensions[code] for code in codes}) == 1, sentence, "several dimensions")
    return "front", tuple(codes)


def steady(sentence, industry, tables, ind, place, years):
    codes = tables.codes_of(ind, industry, sentence)
    for code in codes:
        for back in range(number_of(years)):
            year = tables.year - back
            check(is_first(tables, industry, code, place, year), sentence, f"{code} in {year}")
    return "steady", tuple(codes)


def one_city(sentence, industry, tables, ind, city, places):
    code = tables.code_of(ind, industry, sentence)
    first = [row for row in tables.order(industry, code) if row[0] <= 2]
    check(len(first) == 2, sentence, f"{len(first)} are first and second")
    names = [tables.places[unit] for _, unit, _ in first]
    check({each for _, each in names} == {city}, sentence, f"{names}")
    counties = [name for name, _ in names]
    check(names_in(places, set(counties), sentence) == counties, sentence, f"{counties}")
    return "one_city", (code,)


def dominant(sentence, industry, tables, ind, city):
    codes = tables.codes_of(ind, industry, sentence)
    check(len(codes) >= 2, sentence, "one indicator only")
    check(len({tables.dimensions[code] for code in codes}) == 1, sentence, "several dimensions")
    for code in codes:
        first = [row for row in tables.order(industry, code) if row[0] <= 2]
        cities = {tables.places[unit][1] for _, unit, _ in first}
        check(len(first) == 2 and cities == {city}, sentence, f"{code}: {cities}")
    return "dominant", tuple(codes)


def chain(sentence, industry, tables, ind, first, second, places):
    code = tables.code_of(ind, industry, sentence)
    check(tables.units[code] == "%", sentence, "not a share")
    within = [row for row in tables.order(industry, code) if row[0] <= 5]
    check(5 <= len(within) <= 5 + CROWD, sentence, f"{len(within)} are named")
    check([row[0] for row in within[:3]][:2] == [1, 2] and within[2][0] > 2, sentence, "tied")
    for told, row in ((first, within[:1]), (second, within[1:2]), (places, within[2:])):
        same_order(sentence, told, row, tables, code)
    return "list", (code,)


def total(sentence, industry, tables, ind, place, value):
    check(ind == CALLED["+".join(SUMMED)], sentence, "which lists?")
    lists = [tables.values.get((industry, code, tables.year), {}) for code in SUMMED]
    known = set.intersection(*map(set, lists))
    sums = {unit: sum(each[unit] for each in lists) for unit in known}
    best = [unit for unit, most in sums.items() if most == max(sums.values())]
    check(len(best) == 1 and tables.places[best[0]][0] == place, sentence, f"{best}")
    check(float(value) == sums[best[0]], sentence, f"that is {sums[best[0]]}")
    check(sum(each[best[0]] > 0 for each in lists) > 1, sentence, "one list is no sum")
    return "total", SUMMED


def leading_firms(sentence, industry, tables, ind, place, parts, second=None, others=None):
    check(ind == tables.called("leaders", industry), sentence, "of what?")
    key = ("county", industry, "leading_prose_entries", tables.year)
    # Cities without counties stand beside the counties.
    sums = {
        unit: value
        for unit, value in tables.beside[key].items()
        if value > 0 and unit in tables.places
    }
    order = sorted(sums, key=lambda unit: -sums[unit])
    check([unit for unit in order if sums[unit] == sums[order[0]]] == order[:1], sentence, "tied")
    for name, told, at in ((place, parts, 0), (second, others, 1)):
        if name is not None:
            check(tables.places[order[at]][0] == name, sentence, f"{order[at]} is there")
            check(
                told_parts(told, sentence) == firm_kinds(tables, industry, order[at]),
                sentence,
                "kinds",
            )
    if second is None and len(order) > 1:
        is_shared = len(order) > 2 and sums[order[1]] == sums[order[2]]
        check(is_shared, sentence, "the second is not told")
    return "leading_firms", ("leaders",)


def told_parts(text, sentence):
    found = {}
    text, _, whole = text.partition("，合计")
    for part in text.split("、"):
        told = re.fullmatch(r"(.+?)(\d+)家次", part)
        check(told and told[1] in KINDS, sentence, f"what is {part!r}?")
        found[KINDS[told[1]]] = int(told[2])
    check(bool(whole) == (len(found) > 1), sentence, "a sum of several kinds")
    if whole:
        entries, firms = re.fullmatch(r"(\d+)家次，属于(\d+)家企业", whole).groups()
        check(int(entries) == sum(found.values()), sentence, f"{found}")
        found["firms"] = int(firms)
    return found


def firm_kinds(tables, industry, unit):
    found = {}
    for kind in KINDS.values():
        key = ("county", industry, f"leading_{kind}", tables.year)
        count = tables.beside.get(key, {}).get(unit, 0)
        if count > 0:
            found[kind] = int(count)
    if len(found) > 1:
        key = ("county", industry, "leading_prose_firms", tables.year)
        found["firms"] = int(tables.beside[key][unit])
    return found


def peak(sentence, industry, tables, ind, place, year, count):
    check(ind == CALLED["new_registrations"] or "新增" in ind, sentence, "of what?")
    check(is_first(tables, industry, "new_registrations", place), sentence, "not first")
    unit = next(code for code, (name, _) in tables.places.items() if name == place)
    yearly = {
        back: tables.beside[("county", industry, "new_registrations_yearly", back)][unit]
        for back in range(tables.year - 2, tables.year + 1)
    }
    best = [each for each, value in yearly.items() if value == max(yearly.values())]
    check(best == [int(year)], sentence, f"{yearly}")
    digits = str(int(yearly[best[0]]))
    floored = digits[:2] + "0" * (len(digits) - 2)
    check(floored == count and int(count) < yearly[best[0]], sentence, f"{yearly}")
    return "peak", ("new_registrations",)


def grew(sentence, industry, tables, places, year):
    check(int(year) == tables.year, sentence, "which year?")
    now, before = (
        tables.beside[("city", industry, "new_registrations_yearly", each)]
        for each in (tables.year, tables.year - 1)
    )
    growth = {
        unit: 100 * (now[unit] / before[unit] - 1)
        for unit in now
        if now[unit] >= 30 and before.get(unit, 0) >= 30
    }
    values = sorted(growth.values())
    at = 0.9 * (len(values) - 1)
    low = values[int(at)]
    bar = low + (at - int(at)) * (values[min(int(at) + 1, len(values) - 1)] - low)
    fast = sorted((unit for unit in growth if growth[unit] >= bar - 1e-9 and growth[unit] > 0),
                  key=lambda unit: (-growth[unit], unit))[:3]  # fmt: skip
    expected = [
        (
            tables.cities[unit],
            str(Decimal(repr(growth[unit])).quantize(Decimal("0.1"), ROUND_HALF_UP)),
        )
        for unit in fast
    ]
    check(re.findall(r"([^、和（）]+)（([\d.]+)%）", places) == expected, sentence, f"{expected}")
    return "grew", ("new_registrations",)


CLASS_OF = {
    "新一代信息技术": "1",
    "高端装备制造": "2",
    "新材料": "3",
    "生物医药": "4",
    "新能源汽车": "5",
    "新能源": "6",
    "节能环保": "7",
    "数字创意": "8",
}
"""First digit of the classes of an industry (NBS order 23)."""


def fields(sentence, industry, tables, places):
    expected = []
    for code in sorted(tables.classes):
        if code.partition(".")[0] == CLASS_OF[industry]:
            counties = tables.classes[code]
            first = [unit for unit, n in counties.items() if n == max(counties.values())]
            if len(first) == 1:
                name = tables.places[first[0]][0]
                expected.append((tables.class_names[code], name, str(counties[first[0]])))
    told = []
    for clause in places.split("；"):
        name, classes = re.fullmatch(r"([^的]+)的(.+)企业数量居首", clause).groups()
        told += [(each, name, n) for each, n in re.findall(r"[、和]?(.+?)（(\d+)家）", classes)]
    check(sorted(told) == sorted(expected), sentence, f"{expected}")
    return "field", ("sei_enterprises",)


def hot(sentence, industry, tables, places, each, least, front_rank):
    check((number_of(least), number_of(front_rank)) == (3, 5), sentence, "thresholds")
    ranks = defaultdict(list)
    for cities in tables.city_ranks[industry].values():
        for unit, (rank, value) in cities.items():
            if rank <= 5 and value > 0:
                ranks[unit].append(rank)
    expected = {tables.cities[unit] for unit, found in ranks.items() if len(found) >= 3}
    check(set(names_in(places, expected, sentence)) == expected, sentence, f"{expected}")
    check((each == "均有") == (len(expected) > 1), sentence, "how many?")
    return "hot", ()


FIRMS = "，有(?P<parts>.+?)(?:，(?P<second>[^，]+?)(?:居第二|次之)，有(?P<others>.+))?"
CITIES = "(?P<least>.)项一级指标居全国城市前(?P<front_rank>.)位"
IND = "(?P<ind>.+?)"
PLACES = "(?P<places>.+?)"
FIRST = r"(?:，(?:第一位为|并列第一的均为)(?P<lead>[\d.]+\D))?"
CROWDED = r"，另有(?P<crowd>\d+)个区县并列第(?P<ordinal>.+)"
TAIL = FIRST + f"(?:{CROWDED})?"
READERS = tuple(
    (pattern, reader)
    for reader, patterns in {
        crowd_alone: [f"{IND}有(?P<count>\\d+)个区县并列第一，均为(?P<value>[\\d.]+\\D)"],
        alike: [f"{IND}以{PLACES}并列第一，均为(?P<value>[\\d.]+\\D)",
                f"{PLACES}的{IND}并列第一，均为(?P<value>[\\d.]+\\D)",
                f"{IND}大于零的区县只有{PLACES}，均为(?P<value>[\\d.]+\\D)"],
        short_list: [f"{IND}大于零的区县只有(?P<count>\\d+)个，依次为{PLACES}"
                     r"(?:，(?:第一位为|并列第一的均为)(?P<lead>[\d.]+\D))?"],
        one_place: [f"{IND}大于零的区县只有{PLACES}"],
        one_city: [f"{IND}的前两位都在(?P<city>.+?)，为{PLACES}",
                   f"(?P<city>.+?)包揽{IND}前两位，依次是{PLACES}"],
        chain: [f"{IND}以(?P<first>.+?)为最高，其次是(?P<second>.+?)，其后依次为{PLACES}",
                f"(?P<first>.+?)的{IND}最高，其次是(?P<second>.+?)，其后依次为{PLACES}"],
        dominant: [f"(?P<city>.+?)包揽{IND}的全国前两位，具有绝对的竞争力",
                   f"{IND}的全国前两位都在(?P<city>.+?)，(?P=city)具有绝对的竞争力"],
        place_list: [f"(?:按)?{IND}(?:前|居前|排列，前)(?P<n>.)位(?:的区县)?依次[为是]"
                     f"{PLACES}{TAIL}",
                     f"{IND}以{PLACES}居首{CROWDED}", f"{PLACES}的{IND}居首{CROWDED}"],
        ahead: [f"(?P<place>.+?)的{IND}遥遥领先，为第二位的(?P<ratio>[\\d.]+)倍",
                f"在{IND}上，(?P<place>.+?)遥遥领先，相当于第二位的(?P<ratio>[\\d.]+)倍"],
        several_firsts: [f"(?P<place>.+?)的{IND}均居首位", f"(?P<place>.+?)在{IND}上都居首位"],
        front: [f"{PLACES}的{IND}均居前列"],
        steady: [f"(?P<place>.+?)的{IND}连续(?P<years>.)年均?居首，稳居第一",
                 f"{IND}以(?P<place>.+?)连续(?P<years>.)年为首，稳居第一"],
        total: [f"(?P<place>.+?)的{IND}总计(?P<value>\\d+)家，为全国最多",
                f"{IND}合计以(?P<place>.+?)为最多，共(?P<value>\\d+)家"],
        leading_firms: [f"(?P<place>.+?)的{IND}最多{FIRMS}", f"{IND}以(?P<place>.+?)为最多{FIRMS}"],
        peak: [f"(?P<place>.+?)的{IND}在各年中以(?P<year>\\d+)年为最多，突破(?P<count>\\d+)家",
               f"分年看，(?P<place>.+?)的{IND}在(?P<year>\\d+)年达到峰值，突破(?P<count>\\d+)家"],
        fields: [f"(?:分领域|从细分领域)看，{PLACES}"],
        grew: [f"值得关注的是{PLACES}，(?P<year>\\d+)年新增企业注册数量快速增长，"
               "括号内为较上年的增速",
               f"{PLACES}的新增企业注册数量在(?P<year>\\d+)年快速增长（括号内为较上年的增速）"],
        hot: [f"分维度看，按全市口径计算，{PLACES}整体热度较高，(?P<each>均?有)至少{CITIES}",
              f"按全市口径分维度看，{PLACES}热度较高，(?P<each>均?有)至少{CITIES}"],
    }.items()
    for pattern in patterns
)  # fmt: skip
