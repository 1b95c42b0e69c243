"""The counting rules once more, in plain Python over lists of rows: slow, obvious, independent.

A cell is the number of distinct things (enterprises, centres, works, entries) that lie in a unit.
"""

import datetime
import re

EIGHT = ("高端装备制造", "节能环保", "生物医药", "数字创意", "新材料", "新能源汽车", "新能源",
         "新一代信息技术")  # fmt: skip
ALIVE = (None, "alive", "moved_out", "suspended", "liquidating")
EXCHANGES = ("a_share", "hk_mainland_entity", "us_mainland_entity")
PROVINCIAL = ("省", "自治区", "兵团", "上海市")
MUNICIPALITIES = ("11", "12", "31", "50")
BARE = ("技术中心", "企业技术中心", "丙公司", "丙公司技术中心")
"""Names of the random tables that name no centre of its own."""
DEAD_WORDS = ("失效", "终止", "届满", "放弃", "过期", "撤销", "驳回", "未缴")


class Twin:
    """Tables as lists of dictionaries, counted at the end of a year."""

    def __init__(self, tables, year, rules, window=3):
        self.tables, self.year, self.rules, self.window = tables, year, rules, window
        self.day = datetime.date(year, 12, 31)
        self.known = {}
        self.firms = {row["enterprise_id"]: row for row in tables["enterprises"]}
        self.outsiders = {row["outsider_id"]: row for row in tables.get("outsiders") or ()}

    def rows(self, table):
        return self.tables.get(table) or []

    # --- enterprises

    def stands(self, firm):
        begun = firm["founded_date"] is None or firm["founded_date"] <= self.day
        if firm["ended_date"] is not None:
            return begun and firm["ended_date"] > self.day
        return begun and firm["status"] in ALIVE

    def is_active(self, firm):
        name = firm["enterprise_id"]
        return (
            (firm["insured_employees"] or 0) > 0
            or any(name in self.on_list(each) for each in self.rules)
            or any(name in self.on_market(each) for each in (*EXCHANGES, "neeq"))
            or any(
                row["enterprise_id"] == name
                and row["granted_date"] is not None
                and row["granted_date"] <= self.day
                and self.is_grant(row)
                for row in self.rows("patents")
            )
        )

    def is_new(self, firm, measure):
        years = 1 if measure.basis == "yearly" else self.window
        founded = firm["founded_date"]
        last = self.year - measure.years_back
        if founded is None or not last - years < founded.year <= last:
            return False
        return measure.basis != "surviving" or self.stands(firm)

    # --- recognitions

    def begin(self, row):
        said = row["valid_from"] or row["notice_date"]
        year = re.search("20[0-9]{2}", row["batch"] or "")
        if year and (not said or self.rules[row["list"]]["validity"] == "list_year"):
            return datetime.date(int(year[0]), 1, 1)
        return said

    @staticmethod
    def centre(row):
        name = row["name"] or ""
        return "" if name in BARE or name == row["host_name"] else name

    def is_another_centre(self, row, other):
        named = [each for each in (row, other) if each["host_name"] and each["name"]]
        centres = [self.centre(each) for each in named]
        return len(centres) == 2 and centres[0] != centres[1]

    def is_valid(self, row, rule):
        begin = self.begin(row)
        if begin is None and row["revoked_date"] is not None:
            return False
        if begin is not None and begin > self.day:
            return False
        for other in self.rows("recognitions"):
            same = other["list"] == row["list"] and self.party(other) == self.party(row)
            same = same and not self.is_another_centre(row, other)
            day = other["revoked_date"]
            # Revoked since it was granted, or granted nobody knows when.
            if same and day and day <= self.day and (begin is None or begin <= day):
                return False
        if rule["validity"] == "list_year":
            return begin is None or begin.year <= self.year <= self.last_year(row, begin)
        if row["valid_to"] is not None:
            return row["valid_to"] >= self.day
        if rule["validity"] == "years" and begin is not None:
            return begin.year + rule["years"] > self.year
        return True

    @staticmethod
    def party(row):
        return row["enterprise_id"] or row["outsider_id"]

    def on_list(self, name):
        """Parties on a list, each with the names under which it stands there."""
        found = {}
        for row in self.rows("recognitions"):
            if row["list"] == name and self.party(row) and self.is_valid(row, self.rules[name]):
                found.setdefault(self.party(row), []).append(row)
        return found

    def says_of_year(self, row):
        begin, rule = self.begin(row), self.rules[row["list"]]
        if begin is None:
            return True
        if rule["validity"] == "list_year":
            return begin.year <= self.year <= self.last_year(row, begin)
        return begin <= self.day

    @staticmethod
    def last_year(row, begin):
        """The last year of a batch such as 2021-2023年."""
        named = re.findall("20[0-9]{2}", row["batch"] or "")
        return int(named[1]) if len(named) > 1 else begin.year

    # --- leading firms

    def on_market(self, market):
        found = {
            row["enterprise_id"]
            for row in self.rows("listings")
            if row["market"] == market
            and row["enterprise_id"]
            and (row["listed_date"] is None or row["listed_date"] <= self.day)
            and (row["delisted_date"] is None or row["delisted_date"] > self.day)
            and not (market == "neeq" and self.has_moved(row))
        }
        if market == "neeq":
            for exchange in EXCHANGES:
                found -= self.on_market(exchange)
        return found

    def has_moved(self, row):
        """Whether a firm on the third board was on an exchange since it came there."""
        return any(
            other["enterprise_id"] == row["enterprise_id"]
            and other["market"] in EXCHANGES
            and other["listed_date"] is not None
            and other["listed_date"] <= self.day
            and (row["listed_date"] is None or other["listed_date"] >= row["listed_date"])
            for other in self.rows("listings")
        )

    def subsidiaries(self):
        found, front = set(), self.on_market("a_share")
        while front:
            front = {
                row["child_id"]
                for row in self.rows("holdings")
                if row["parent_id"] in front and row["child_id"] and self.is_consolidated(row)
            } - found
            found |= front
        for exchange in EXCHANGES:
            found -= self.on_market(exchange)
        return found

    @staticmethod
    def is_consolidated(row):
        if row["is_consolidated"] is None:
            return (row["share"] or 0) > 50
        return row["is_consolidated"]

    def of_part(self, part):
        if part == "a_share_subsidiary":
            return self.subsidiaries()
        if part in (*EXCHANGES, "neeq"):
            return self.on_market(part)
        return {
            row["enterprise_id"]
            for row in self.rows("rankings")
            if row["list"] == part and row["year"] == self.year and row["enterprise_id"]
        }

    # --- works

    def basis(self):
        each = {row["item"]: row for row in self.rows("patents") if self.is_invention(row)}
        known = [row for row in each.values() if row["legal_status"] or row["ended_date"]]
        return "in_force" if each and 2 * len(known) >= len(each) else "granted_so_far"

    def is_invention(self, row):
        return self.is_grant(row) and "发明" in (row["kind"] or "发明")

    @staticmethod
    def is_grant(row):
        # The words of the random tables; those of vendors stand in test_counted_works.
        return row["legal_status"] != "审中" and row["kind"] != "发明申请"

    def work_counts(self, row, measure):
        if measure.kind == "registered_works":
            return row["registered_date"] is not None and row["registered_date"] <= self.day
        granted, basis = row["granted_date"], measure.basis or self.basis()
        if not self.is_invention(row):
            return False
        if granted is None or granted > self.day:
            return False
        if basis == "granted_in_year":
            return granted.year == self.year
        if basis == "granted_so_far":
            return True
        if row["ended_date"] is not None:
            return row["ended_date"] > self.day and granted.year + 20 > self.year
        status = row["legal_status"] or ""
        dead = any(word in status for word in DEAD_WORDS)
        return not dead and granted.year + 20 > self.year

    # --- things: (thing, party) pairs of a measure

    def things(self, measure):
        return {
            "firms": self.of_firms,
            "recognised": self.of_recognised,
            "leading": self.of_leading,
            "works": self.of_works,
        }[measure.family](measure)

    def of_firms(self, measure):
        for firm in self.firms.values():
            is_flow = measure.kind == "registrations"
            counts = self.is_new(firm, measure) if is_flow else self.stands(firm)
            if counts and (measure.counted == "registered" or self.is_active(firm)):
                yield firm["enterprise_id"], firm["enterprise_id"]

    def of_recognised(self, measure):
        for party, rows in self.on_list(measure.list).items():
            for row in rows:
                if self.is_of_level(row["level"], measure.levels, self.place_of(party)):
                    yield (party, self.centre(row) if measure.counts == "rows" else ""), party

    def place_of(self, party):
        firm = self.firms.get(party)
        if firm is None:
            return self.outsiders.get(party, {}).get("place_code") or ""
        return firm["division_code"] or firm["place_code"] or ""

    @staticmethod
    def is_of_level(level, levels, place):
        if not level or not levels or level.startswith(levels):
            return True
        if "省" not in levels:
            return False
        is_city_a_province = place[:2] in MUNICIPALITIES
        return level.startswith(PROVINCIAL) or (level.startswith("市") and is_city_a_province)

    def of_leading(self, measure):
        for part in (*measure.parts, *measure.markets, *([measure.list] if measure.list else [])):
            for party in self.of_part(part):
                yield (party, part if measure.counts == "rows" else ""), party

    def of_works(self, measure):
        for row in self.rows(measure.table):
            if self.party(row) and self.work_counts(row, measure):
                yield row["item"], self.party(row)

    def of_codes(self, measure, item, industries):
        """The industries that a thing counts in: its owner's, or those of the patent's codes."""
        if measure.by == "owner":
            return industries
        coded = (row["ipc_industries"] for row in self.rows("patents") if row["item"] == item)
        return next(coded) or []

    def placed(self, measure):
        """(thing, place, industries, whether an outsider) of what counts somewhere."""
        if measure not in self.known:
            self.known[measure] = list(self.all_placed(measure))
        return self.known[measure]

    def all_placed(self, measure):
        for thing, party in self.things(measure):
            if party in self.outsiders:
                if measure.family == "works" or measure.counts == "rows":
                    own = self.of_codes(measure, thing, [])
                    is_outsider = measure.by == "owner"
                    yield thing, self.outsiders[party]["place_code"], own, is_outsider
                continue
            firm = self.firms.get(party)
            if firm is None or not firm["is_counted"]:
                continue
            is_list = measure.family in ("recognised", "leading")
            if not is_list or self.stands(firm):
                place = firm["division_code"] or firm["place_code"]
                yield thing, place, self.of_codes(measure, thing, firm["industries"]), False

    def count(self, measure, places, industry, *, scope=None):
        scope = scope or measure.overall_scope
        found = set()
        for thing, place, industries, is_outsider in self.placed(measure):
            everything = industry == "综合" and scope == "all_enterprises"
            of_union = industry == "综合" and (industries or is_outsider)
            if place in places and (everything or of_union or industry in industries):
                found.add(thing)
        return len(found)

    # --- cells

    def tells_activity(self):
        """Whether a list, a patent or any counted firm that lies somewhere says who is active."""
        says = [f for f in self.firms.values() if f["insured_employees"] is not None]
        lie = [f for f in says if f["is_counted"] and (f["division_code"] or f["place_code"])]
        return bool(lie) or any(
            self.tables.get(name) is not None for name in ("recognitions", "listings", "patents")
        )

    def has_source(self, measure):
        if measure.counted == "active" and not self.tells_activity():
            return False
        if measure.family == "recognised":
            return any(
                row["list"] == measure.list and self.says_of_year(row)
                for row in self.rows("recognitions")
            )
        if measure.kind == "ranked":
            return any(
                row["list"] == measure.list and row["year"] == self.year
                for row in self.rows("rankings")
            )
        if measure.family == "leading":
            return any(self.has_part(part) for part in (*measure.parts, *measure.markets))
        return measure.family == "firms" or self.tables.get(measure.table) is not None

    def has_part(self, part):
        if part in ("fortune_global_500", "china_500_cec"):
            return any(r["list"] == part and r["year"] == self.year for r in self.rows("rankings"))
        if part == "a_share_subsidiary" and self.tables.get("holdings") is None:
            return False
        return self.tables.get("listings") is not None

    def is_covered(self, measure, places):
        provinces = {place[:2] for _, place, _, _ in self.placed(measure) if place}
        national = self.rules[measure.list]["coverage"] == "national"
        for place in places:
            # What is said of the year goes before what is said of every year.
            said = {
                row["division_code"]: row["state"]
                for year in (None, self.year)
                for row in self.rows("coverage")
                if row["list"] == measure.list and row["year"] == year
            }
            for code in (place, place[:4] + "00", place[:2] + "0000"):
                if code in said:
                    if said[code] != "covered":
                        return False
                    break
            else:
                if not national and place[:2] not in provinces:
                    return False
        return True

    def panel(self, measures, units):
        """(unit, industry, indicator) -> value; None where nothing is said.

        `units`: unit -> (its province, all its places, the counties among these).
        """
        stocks = [each for each in measures if each.kind == "stock"]
        found = {}
        for unit, (province, places, counties) in units.items():
            for industry in ("综合", *EIGHT):
                values = {
                    measure: self.with_totals(
                        measure, unit, counties, industry,
                        self.value(measure, province, places, counties, industry),
                    )
                    for measure in measures
                }  # fmt: skip
                has_enterprises = self.count(stocks[0], places, industry) or any(
                    values[each][0] for each in stocks
                )
                for measure, (value, is_total) in values.items():
                    is_told = industry == "综合" or has_enterprises or is_total
                    found[unit, industry, measure.indicator] = value if is_told else None
        return found

    def value(self, measure, province, places, counties, industry):
        if not self.has_source(measure):
            return None
        if measure.kind == "share":
            return self.share(measure, province, places, industry)
        number = self.count(measure, places, industry)
        if measure.family == "recognised" and not number and not self.is_covered(measure, counties):
            return None
        return number

    def with_totals(self, measure, unit, counties, industry, value):
        """The value, and whether a total is in it."""
        totals = {
            row["division_code"]: None if row["state"] == "suppressed" else row["value"]
            for row in self.rows("county_totals")
            if row["year"] == self.year
            and row["indicator"] == measure.indicator
            and (row["industry"] or "综合") == industry
        }
        if unit in totals:
            return totals[unit], True
        below = {each: totals[each] for each in counties if totals.get(each) is not None}
        if not below or measure.kind == "share":
            return value, False
        if value is not None:
            counted = sum(self.count(measure, {each}, industry) for each in below)
            return value - counted + sum(below.values()), True
        return (sum(below.values()), True) if len(below) == len(counties) else (None, False)

    def share(self, measure, province, places, industry):
        def counts(where):
            part = self.count(measure, where, industry)
            return part, self.count(measure, where, "综合", scope="all_enterprises")

        part, whole = counts(places)
        if not whole:
            return None
        firms = self.tables["enterprises"]
        everywhere = {
            each for firm in firms for each in (firm["division_code"], firm["place_code"])
        }
        parts, wholes = counts({each for each in everywhere if each and each[:2] == province[:2]})
        prior = measure.prior_enterprises
        return 100 * (part + prior * parts / wholes) / (whole + prior)
