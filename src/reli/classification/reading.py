"""The names in an address, read from left to right for what they agree on.

Provinces and cities come first and bound what is read behind them; a county settles the place; a
town or zone decides where a county was divided, or where none is named. What stays open is kept as
candidates, never guessed.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace

from reli.classification.commonplace import FORMERLY_ABOVE, OF_ANY_CITY, OF_ANY_COUNTY
from reli.classification.gazetteer import Gazetteer
from reli.classification.marking import EITHER, Token
from reli.classification.referents import Meanings, Referent
from reli.reference.divisions import MUNICIPALITIES

__all__ = ["Reading", "read_alone", "read_columns", "read_county"]

_LONG = 6
"""Characters of a town's name that may begin with its city; a shorter one is the town's own."""
_PREFECTURES = ("地区", "盟")
"""How the names of prefectures end that are no cities."""


class Reading:
    """Reads names from left to right and keeps what they agree on."""

    def __init__(self, names: Gazetteer) -> None:
        """Nothing is read.

        Args:
            names: names of the vintage.
        """
        self.names = names
        self.province = ""
        self.city = ""
        self.county: Referent | None = None
        self.candidates: list[Referent] = []
        """Several that may be meant, where no single county is certain."""
        self.matched: list[str] = []
        """The names that were used, in their order."""
        self.correction = ""
        """A slip that was read as meant: written->meant."""
        self.area: Referent | None = None
        """A zone that was named; it decides once all is read, where nothing finer did."""
        self.is_named = False
        """Whether any name stands in full."""
        self.told = ("", "")
        """Province and city that the first names give in full, under names they still have."""
        self.is_former = False
        """Whether a city, or a prefecture of that time, was named as it is no longer called."""
        self.other_city = ""
        """A city or province that is named in full and lies outside the context."""
        self.is_choice = False
        """Whether the counties that are named are alternatives: 余杭区/临平区."""
        self.is_behind_city = True
        """Whether a city or province, or nothing, stands directly before the next name."""

    @property
    def context(self) -> str:
        """City or province that is certain so far."""
        return self.city or self.province

    def continued(self) -> "Reading":
        """A copy that reads on, so that this one can be read on from again."""
        other = copy(self)
        other.candidates, other.matched = [*self.candidates], [*self.matched]
        return other

    def read(self, tokens: Iterable[Token], *, is_context: bool = False) -> None:
        """Take in names; of context columns, only provinces and cities."""
        self.is_behind_city = is_first = True
        for place, token in enumerate(tokens):
            self.is_choice = self.is_choice or token.name == EITHER
            # Short names say something at the beginning, or behind the city that they lie in.
            if not token.is_full and not (token.follows and (self.context or not place)):
                self.is_behind_city = is_first = False
                continue
            self.is_named = self.is_named or token.is_full
            if self.is_choice and self._choose_city(token):
                continue
            if self._take_province(token) or self._take_city(token):
                self.is_behind_city = True
                self._tell(is_first and token.is_full)
                continue
            is_area = not is_context and self._take_area(token)
            self._tell(is_first and is_area)
            if not (is_context or is_area):
                self._take_county(token)
            self.is_behind_city = is_first = False

    def _tell(self, is_said: bool) -> None:
        if is_said and not self.is_former:
            self.told = (self.province, self.city)

    def _take_province(self, token: Token) -> bool:
        found = token.meanings.provinces
        self.is_former = self.is_former or bool(found and token.name.endswith(_PREFECTURES))
        if found and self.context == FORMERLY_ABOVE.get(found[0].codes[0]):
            self.province = ""
        if not found or self.province or self.county:
            if found and token.is_full:
                self.other_city = found[0].codes[0]
            return bool(found) and self.province == found[0].codes[0]
        self.province = found[0].codes[0]
        self.matched.append(token.name)
        return True

    def _take_city(self, token: Token) -> bool:
        meanings = token.meanings
        found = [each for each in meanings.cities if self._is_below(each)]
        if token.is_full and len(meanings.cities) == 1 and not found:
            self.other_city = meanings.cities[0].codes[0]
        if not found or self.city or self.county:
            # Named again; an old county-level city of that name is not meant.
            is_again = bool(found) and self.city == found[0].codes[0]
            is_county = any(each.is_current for each in meanings.counties)
            # 哲里木盟通辽市: the city under its former name, then the county.
            is_other = self.is_former and token.name not in self.matched and meanings.counties
            return is_again and not is_county and not is_other
        if len({each.codes for each in found}) > 1 or (self.is_former and meanings.counties):
            # 银南地区吴忠市: a city of the prefecture of then, a county of now.
            return False
        if not token.is_full and self._is_county(meanings) and not found[0].is_current:
            return False
        self.city = found[0].codes[0]
        self.is_former = not found[0].is_current
        self.province = self.province or self.city[:2] + "0000"
        self.matched.append(token.name)
        return True

    def _choose_city(self, token: Token) -> bool:
        """A further city that may be meant as well: 苏州市/无锡市 leaves the counties of both."""
        either = {code for each in token.meanings.above for code in each.codes}
        if not (self.context and token.is_full and len(either) == 1) or self.county:
            return False
        other = either.pop()
        if self.context in (other, other[:2] + "0000"):
            return False
        codes = [code for city in (self.context, other) for code in self._counties_of(city)]
        self.candidates = [Referent("county", tuple(codes), frozenset(), is_current=True)]
        self.province = self.province if other.startswith(self.province[:2]) else ""
        self.city = ""
        self.matched.append(token.name)
        return True

    def _counties_of(self, city: str) -> tuple[str, ...]:
        return self.names.counties_of.get(city) or (city,)

    def _is_county(self, meanings: Meanings) -> bool:
        return any(map(self._is_below, meanings.counties))

    def _is_below(self, each: Referent) -> bool:
        return not self.context or self.context in each.parents

    def _take_area(self, token: Token) -> bool:
        """A zone is kept until all is read: a county or town behind it says more."""
        areas = [each for each in token.meanings.areas if self._admits(token, each)]
        homes = {each.home for each in areas}
        is_told = self.area and not self._is_inside(areas)
        if is_told or self.county or len(homes) != 1 or self._is_county(token.meanings):
            return False
        self.area = areas[0] if areas[0].codes else None
        home = homes.pop()
        self.province = home[:2] + "0000"
        self.city = "" if home.endswith("0000") else home
        self.matched.append(token.name)
        return True

    def _is_inside(self, areas: Sequence[Referent]) -> bool:
        """A park of one county tells more than the zone of several that it belongs to."""
        is_wide = self.area is not None and self.area.spans
        return is_wide and all(not each.spans and each.needs != "city" for each in areas)

    def _admits(self, token: Token, area: Referent) -> bool:
        stands_first = token.follows and self.is_behind_city
        if not self.context:
            return not area.needs and stands_first
        is_own = area.needs != "city" or (stands_first and not self.is_former)
        return self.context in area.parents and is_own

    def settle_area(self) -> None:
        """Where nothing finer was found, the zone's principal host, or its hosts."""
        if not self.area or self.county:
            return
        hosts = set(self.area.codes)
        if not self.candidates or len(hosts) == 1 <= self._shared(hosts):
            self.county, self.candidates = self.area, []

    def _shared(self, hosts: set[str]) -> int:
        return len(hosts & {code for each in self.candidates for code in each.codes})

    def _take_county(self, token: Token) -> None:
        counties, finer = token.meanings.counties, token.meanings.finer
        if counties and token.is_full and token.follows and self._was_a_city(counties):
            self.county = None
        if counties and not self.county and not self.candidates:
            self._choose_county(token, counties)
        elif counties and self.is_choice and token.is_full:
            self._choose_either(token, counties)
        elif finer:
            self._refine(token, finer)

    def _was_a_city(self, counties: Sequence[Referent]) -> bool:
        """万县市云阳县, 张家口地区张家口市桥东区: what was read as a county is above the next."""
        if self.county is None or self.county.kind != "county":
            return False
        last, codes = self.matched[-1], self.county.codes
        is_divided = len(codes) > 1 and bool(self.names.meanings(last).cities)
        is_part = any({*each.codes} < {*codes} for each in counties)
        return last in self.names.former_cities or (is_divided and is_part)

    def is_settled(self) -> bool:
        """Whether nothing that may follow would change the county."""
        if self.county is None or self.county.kind == "area":
            return False
        is_whole = self.county.reach == {*self.county.codes}
        return is_whole and self.matched[-1] not in self.names.former_cities

    def _choose_county(self, token: Token, counties: Sequence[Referent]) -> None:
        below = [each for each in counties if self._is_below(each)]
        if not self.context and (token.is_away or token.name in OF_ANY_CITY):
            return
        if below and not (below[0].is_swapped and not self.city):
            self._settle(token, below)
            if token.name in self.names.slips and self.county:
                self._explain(token.name, self.county)
        elif token.is_full and not token.is_away:
            self._correct(token, counties)

    def _choose_either(self, token: Token, counties: Sequence[Referent]) -> None:
        """A further county that may be meant as well."""
        below = [each for each in counties if self._is_below(each)]
        self.candidates += [*([self.county] if self.county else []), *below]
        self.county = None
        self.matched.append(token.name)

    def _explain(self, name: str, county: Referent) -> None:
        """A slip in the kind is told; 沙市市 is none: it was a city, of which 沙市区 is left."""
        if name in self.names.former_cities:
            self.county = replace(county, is_current=False)
        else:
            self.correction = f"{name}->{self._current_name()}"

    def _current_name(self) -> str:
        codes = self.county.codes if self.county else ()
        return self.names.names.get(codes[0], "") if codes else ""

    def _settle(self, token: Token, found: Sequence[Referent]) -> None:
        """Current names before old ones; then one meaning, or several candidates."""
        current = [each for each in found if each.is_current] or list(found)
        self.matched.append(token.name)
        if len({each.codes for each in current}) == 1:
            self.county = current[0]
        else:
            self.candidates = current

    def _correct(self, token: Token, counties: Sequence[Referent]) -> None:
        """The county is not in the city that is named: a slip in one of the two."""
        if {token.name, token.name[:-1]} & OF_ANY_CITY or self._is_of_other(token, counties):
            return
        meant = self._anagram(token.name) or self._longer(token.name)
        if meant:
            name = self.names.names[meant]
            self.county = Referent("county", (meant,), frozenset(), True)
            self.correction = f"{token.name}->{name}"
            self.matched.append(token.name)
            return
        current = [each for each in counties if each.is_current]
        same_province = [each for each in current if self.province in each.parents]
        # Cities have quarters that are called districts: 揭阳市东山区 is not one of 黑龙江省.
        is_quarter = token.name.endswith("区")
        chosen = same_province if same_province or is_quarter else current
        if token.name.endswith("新区"):
            # Many cities have a new area of that name, only one is a county.
            return
        if len(chosen) == 1 and token.follows and token.name in self.names.full:
            self.county = chosen[0]
            self.correction = f"{self.names.names.get(self.context, '')}->{token.name}"
            self.matched.append(token.name)

    def _is_of_other(self, token: Token, counties: Sequence[Referent]) -> bool:
        """上海某某有限公司 苏州市吴中区: a city and its county say more than a firm's name."""
        its = [each for each in counties if each.is_current and self.other_city in each.parents]
        if not (self.other_city and token.follows and len(its) == 1):
            return False
        self.province = self.other_city[:2] + "0000"
        self.city = "" if self.other_city == self.province else self.other_city
        self.county = its[0]
        self.matched.append(token.name)
        return True

    def _longer(self, name: str) -> str:
        """阜新市清河区 leaves a character of 清河门区 out."""
        codes = self.names.counties_of.get(self.city, ())
        found = [code for code in codes if _begins(self.names.names[code], name)]
        return found[0] if len(found) == 1 else ""

    def _anagram(self, name: str) -> str:
        for code in self.names.counties_of.get(self.city, ()):
            if sorted(self.names.names[code]) == sorted(name):
                return code
        return ""

    def _refine(self, token: Token, finer: Sequence[Referent]) -> None:
        """A town or zone: it decides where a county was split, or where none is named."""
        if self.county:
            inside = [each for each in finer if set(each.codes) <= self.county.reach]
            is_open = len(self.county.codes) > 1 or len(self.county.reach) > 1
            if is_open and _is_one(inside):
                self._tell_part(token, inside[0])
            return
        if self.candidates:
            inside = [
                each
                for each in finer
                if any(set(each.codes) <= set(one.codes) | one.reach for one in self.candidates)
            ]
            if _is_one(inside):
                self.county, self.candidates = inside[0], []
                self.matched.append(token.name)
            return
        self._place_by_town(token, finer)

    def _tell_part(self, token: Token, town: Referent) -> None:
        """The first town of a county that was larger tells the part: of it, or of a neighbour."""
        county = self.county
        if county and {*town.codes} == {*county.codes}:
            self.county = replace(county, reach=frozenset(town.codes))
        else:
            self.county = replace(town, reach=frozenset(town.codes))
            self.matched.append(token.name)

    def _place_by_town(self, token: Token, finer: Sequence[Referent]) -> None:
        if token.name in OF_ANY_COUNTY:
            return
        if not self.context and not self._tells_its_city(token, finer):
            # A town's name alone says too little, even where it is the only one.
            return
        inside = self._in_area(finer) or [each for each in finer if self._is_below(each)]
        current = [each for each in inside if each.is_current] or inside
        is_in_city = self.city or self.province in MUNICIPALITIES
        if _is_one(current) and (is_in_city or (token.is_full and len(token.name) > 2)):
            self.county = current[0]
            self.matched.append(token.name)
        elif current and is_in_city:
            self.candidates = current
            self.matched.append(token.name)

    def _in_area(self, finer: Sequence[Referent]) -> list[Referent]:
        """Towns in the counties of the zone that was named: 贵安新区马场镇 lies in 平坝区."""
        hosts = self.area.parents if self.area else frozenset()
        return [each for each in finer if {*each.codes} <= hosts]

    def _tells_its_city(self, token: Token, finer: Sequence[Referent]) -> bool:
        """北京雁栖经济开发区, 上海松江出口加工区 at the beginning, town-level units."""
        return token.follows and any(
            (each.kind == "zone" and not each.needs)
            or self._begins_with_its_place(token.name, each)
            for each in finer
        )

    def _begins_with_its_place(self, name: str, town: Referent) -> bool:
        above = (self.names.names.get(code, "") for code in town.parents - {*town.codes})
        places = (*(each[:2] for each in above if each), *self._own_stems(town))
        return len(name) >= _LONG and name.startswith(places)

    def _own_stems(self, town: Referent) -> list[str]:
        """达拉特经济开发区: the county's name, where no other place is called so."""
        stems = [self.names.names[code][:-1] for code in town.codes]
        found = {stem: self.names.stems.get(stem, ()) for stem in stems if len(stem) > 1}
        return [stem for stem in found if {each.codes for each in found[stem]} == {town.codes}]


def _begins(whole: str, name: str) -> bool:
    return len(name) > 2 and whole.startswith(name[:-1]) and whole.endswith(name[-1])


def _is_one(found: Sequence[Referent]) -> bool:
    return len({each.codes for each in found}) == 1 and len(found[0].codes) == 1


def read_alone(names: Gazetteer, own: Sequence[Token]) -> Reading:
    """What the names of an address tell, its columns unread."""
    path = Reading(names)
    path.read(own)
    path.settle_area()
    return path


def read_columns(names: Gazetteer, province: Sequence[Token], city: Sequence[Token]) -> Reading:
    """What the columns of province and city tell of where an address lies."""
    path = Reading(names)
    path.read(province, is_context=True)
    path.read(city, is_context=True)
    return path


def read_county(names: Gazetteer, tokens: Sequence[Token]) -> tuple[str, str]:
    """The one county that names tell, or nothing, and the names that were read."""
    path = Reading(names)
    path.read(tokens)
    codes = path.county.codes if path.county else ()
    return codes[0] if len(codes) == 1 else "", "/".join(path.matched)
