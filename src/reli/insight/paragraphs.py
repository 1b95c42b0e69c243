"""Paragraphs about the dimensions of an index: who leads where, from statements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_DOWN, Decimal
from itertools import groupby

from reli.index.framework import Framework
from reli.insight.chinese import Ranked, amount, cardinal, decimal, in_order, listed, ordinal
from reli.insight.patterns import Patterns, load_patterns
from reli.insight.sentence import Sentence
from reli.insight.statements import Named, Statement
from reli.insight.thresholds import Thresholds, load_thresholds
from reli.insight.trends import FIRMS

__all__ = ["Paragraph", "paragraphs"]

STOP = "。"
LAST = ("fast", "grew")
FEW = 5
"""Lists no longer than this give every value; longer ones the first."""


@dataclass(frozen=True)
class Paragraph:
    """What is said about one dimension of one index."""

    dimension: str
    """Code; empty for what concerns all dimensions."""
    opening: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The whole paragraph."""
        return self.opening + "".join(sentence.text for sentence in self.sentences)


def paragraphs(
    statements: Iterable[Statement],
    framework: Framework,
    *,
    registration_years: int = 3,
    patterns: Patterns | None = None,
    thresholds: Thresholds | None = None,
) -> dict[str, tuple[Paragraph, ...]]:
    """Paragraphs by industry, in the order of the framework's dimensions.

    Cities named over all dimensions come first. Statements that say the same of one place on
    several indicators are drawn together.
    """
    teller = _Teller(
        framework,
        patterns or load_patterns(),
        cardinal(registration_years),
        thresholds or load_thresholds(),
    )
    grouped: dict[str, dict[str, list[Statement]]] = {}
    for each in statements:
        grouped.setdefault(each.industry, {}).setdefault(each.dimension, []).append(each)
    return {
        industry: tuple(
            teller.paragraph(industry, dimension, by_dimension[dimension])
            for dimension in ("", *framework.children[framework.top])
            if dimension in by_dimension
        )
        for industry, by_dimension in grouped.items()
    }


class _Teller:
    """Says statements."""

    def __init__(
        self, framework: Framework, patterns: Patterns, years: str, thresholds: Thresholds
    ) -> None:
        self._thresholds = thresholds
        self._framework = framework
        self._patterns = patterns
        self._years = years
        self._ways: dict[str, Callable[[Statement], str]] = {
            "list": self._list,
            "members": self._members,
            "leader": self._leader,
            "front": self._front,
            "peak": self._peak,
            "fast": self._fast,
            "named": self._named,
            "ahead": self._ahead,
            "steady": self._steady,
            "one_city": self._one_city,
            "dominant": self._dominant,
            "total": self._total,
            "field": self._fields,
            "grew": self._grew,
            "hot": self._hot,
        }

    def paragraph(self, industry: str, dimension: str, statements: list[Statement]) -> Paragraph:
        """All that is said of one dimension."""
        opening = ""
        if dimension:
            name = self._framework.by_code[dimension].name_zh
            opening = self._patterns.say("dimension", "opening", industry, dimension=name)
        drawn = _drawn_together(sorted(statements, key=self._position))
        return Paragraph(dimension, opening, tuple(self._sentence(each) for each in drawn))

    def _position(self, each: Statement) -> tuple[bool, bool, bool, str, list[int]]:
        """Where a statement stands in its paragraph: in the order of the framework."""
        codes = [node.code for node in self._framework.nodes]
        first = each.indicators[0] if each.indicators else ""
        # Lists that are summed, and variants of an indicator, stand where it does.
        alike = [
            code for code in codes if first == code or first.startswith((f"{code}+", f"{code}_"))
        ]
        path = reversed(self._framework.path(alike[-1])) if alike else ()
        is_summary = len(each.indicators) > 1
        is_unknown = bool(each.indicators) and not alike
        # What was first last year too stands together by county, to be told in one sentence.
        steady = each.places[0].division_code if _kind(each) == "steady" else ""
        order = [codes.index(code) for code in path]
        return _kind(each) in LAST, is_summary or bool(steady), is_unknown, steady, order

    def _sentence(self, each: Statement) -> Sentence:
        kind = _kind(each)
        fact = {
            "kind": kind,
            "industry": each.industry,
            "dimension": each.dimension,
            "indicators": list(each.indicators),
            "top": each.top,
            "places": [{**asdict(place), "parts": dict(place.parts)} for place in each.places],
            "crowd": each.crowd,
            "crowd_rank": each.crowd_rank,
            "crowd_value": each.crowd_value,
            "caveats": list(each.caveats),
        }
        return Sentence(self._ways[kind](each) + STOP, fact)

    def _say(self, kind: str, each: Statement, **slots: object) -> str:
        key = "/".join((each.industry, *each.indicators))
        indicator = self._indicators(each)
        return self._patterns.say("dimension", kind, key, indicator=indicator, **slots)

    def _indicators(self, each: Statement) -> str:
        return listed([self._indicator(code, each.industry) for code in each.indicators])

    def _indicator(self, code: str, industry: str) -> str:
        own = self._patterns.indicator(code, industry, self._years)
        return own or self._framework.by_code[code].name_zh

    def _unit(self, each: Statement) -> str:
        node = self._framework.by_code.get(each.indicators[0])
        return node.unit_of_measure if node else ""

    def _most(self, each: Statement) -> str:
        return self._patterns.word("share" if self._unit(each) == "%" else "number")

    def _value(self, each: Statement, value: float) -> str:
        unit = self._unit(each)
        return f"{decimal(value) if unit == '%' else format(value, '.0f')}{unit}"

    def _names(self, each: Statement, places: Iterable[Named]) -> str:
        """Names in their order; with values where there are few."""
        shown = list(places)
        has_values = len(shown) <= FEW and all(place.value is not None for place in shown)
        return in_order(
            [
                Ranked(
                    f"{place.name}（{self._value(each, place.value or 0)}）"
                    if has_values
                    else place.name,
                    place.rank or 0,
                    place.is_tied,
                )
                for place in shown
            ]
        )

    def _list(self, each: Statement) -> str:
        if not each.places:
            value = self._value(each, each.crowd_value or 0)
            return self._say("crowd_alone", each, count=each.crowd, value=value)
        if _are_alike(each):
            return self._alike(each)
        if self._is_chain(each):
            return self._chain(each)
        text = self._say(
            self._kind_of_list(each),
            each,
            n=amount(each.top or 0),
            count=len(each.places),
            places=self._names(each, each.places),
        )
        return text + self._lead(each) + self._crowd(each)

    def _alike(self, each: Statement) -> str:
        """All that are named share the first place: there is no order to tell."""
        names = listed([place.name for place in each.places])
        value = self._value(each, each.places[0].value or 0)
        kind = "short_alike" if len(each.places) < (each.top or 0) else "list_alike"
        return self._say(kind, each, places=names, value=value)

    def _is_chain(self, each: Statement) -> bool:
        """Whether a whole list of shares has a first and a second, told one after the other."""
        is_whole = not each.crowd and len(each.places) >= max(each.top or 0, 3)
        return (
            is_whole
            and self._unit(each) == "%"
            and not any(place.is_tied for place in each.places[:2])
        )

    def _chain(self, each: Statement) -> str:
        first, second, *others = each.places
        return self._say(
            "chain",
            each,
            first=self._names(each, [first]),
            second=self._names(each, [second]),
            places=self._names(each, others),
        )

    def _kind_of_list(self, each: Statement) -> str:
        is_short = not each.crowd and each.top is not None and len(each.places) < each.top
        if is_short:
            return "list_one" if len(each.places) == 1 else "list_short"
        # One that is named above a crowd is no list.
        return "list_first" if each.crowd and len(each.places) == 1 else "list"

    def _lead(self, each: Statement) -> str:
        """Value of the first, where the list is too long to give all."""
        value = each.places[0].value
        if value is None or len(each.places) <= FEW:
            return ""
        kind = "lead_share" if self._unit(each) == "%" else "lead"
        kind = "lead_shared" if each.places[0].is_tied else kind
        return self._say(kind, each, value=self._value(each, value))

    def _crowd(self, each: Statement) -> str:
        if not each.crowd:
            return ""
        return self._say("crowd", each, count=each.crowd, ordinal=ordinal(each.crowd_rank or 1))

    def _members(self, each: Statement) -> str:
        is_all = len(each.places) == each.top
        return self._say(
            "members" if is_all else "members_some",
            each,
            n=amount(each.top or 0),
            places=listed([place.name for place in each.places]),
        )

    def _leader(self, each: Statement) -> str:
        first, *others = each.places
        several = len(each.indicators) > 1
        text = self._say(
            "first_of_several" if several else "first",
            each,
            place=first.name,
            most=self._most(each),
        )
        text += self._parts(each, first)
        if not others:
            return text
        names = listed([place.name for place in others])
        if any(place.rank is None for place in others):
            return text + self._say("next_unordered", each, places=names)
        if len(others) == 1:
            return text + self._say("next_one", each, place=names) + self._parts(each, others[0])
        ordinals = "、".join(ordinal(place.rank or 0) for place in others)
        return text + self._say("next_ordered", each, places=names, ordinals=ordinals)

    def _parts(self, each: Statement, place: Named) -> str:
        if not place.parts:
            return ""
        # Counted by us these are entries: a firm of several kinds counts once in each.
        unit = "家" if place.value is None else "家次"
        kinds = {kind: n for kind, n in place.parts.items() if kind != FIRMS}
        parts = [f"{self._patterns.part(kind)}{n}{unit}" for kind, n in kinds.items()]
        text = self._say("parts", each, parts="、".join(parts))
        if FIRMS not in place.parts or len(kinds) < 2:
            return text
        entries = sum(int(n) for n in kinds.values())
        return text + self._say("firms", each, entries=entries, firms=place.parts[FIRMS])

    def _front(self, each: Statement) -> str:
        kind = "front_of_several" if len(each.indicators) > 1 else "front"
        return self._say(kind, each, places=listed([place.name for place in each.places]))

    def _peak(self, each: Statement) -> str:
        place = each.places[0]
        year, count = next(iter(place.parts.items()))
        # 突破 is a word for values that are known.
        kind = "peak" if place.value is None else "peak_through"
        return self._say(kind, each, place=place.name, year=year, count=count.lstrip(">"))

    def _ahead(self, each: Statement) -> str:
        place = each.places[0]
        ratio = _floored(place.value or 0.0, float(place.parts["next"]))
        return self._say("ahead", each, place=place.name, ratio=ratio)

    def _steady(self, each: Statement) -> str:
        kind = "steady_of_several" if len(each.indicators) > 1 else "steady"
        years = amount(int(self._thresholds["steady"]))
        return self._say(kind, each, place=each.places[0].name, years=years)

    def _one_city(self, each: Statement) -> str:
        first, second = each.places
        names = listed([first.name, second.name])
        return self._say("one_city", each, city=first.parts["city"], places=names)

    def _dominant(self, each: Statement) -> str:
        return self._say("dominant", each, city=each.places[0].name)

    def _total(self, each: Statement) -> str:
        place = each.places[0]
        return self._say("total", each, place=place.name, value=f"{place.value:.0f}")

    def _fields(self, each: Statement) -> str:
        led: dict[str, list[str]] = {}
        for place in each.places:
            value = self._value(each, place.value or 0.0)
            led.setdefault(place.name, []).append(f"{place.parts['class_name']}（{value}）")
        places = [
            self._patterns.say("place", "field", each.industry, name=name, classes=listed(classes))
            for name, classes in led.items()
        ]
        return self._say("fields", each, places="；".join(places))

    def _grew(self, each: Statement) -> str:
        places = [f"{place.name}（{decimal(place.value or 0.0, 1)}%）" for place in each.places]
        return self._say("grew", each, places=listed(places), year=each.places[0].parts["year"])

    def _hot(self, each: Statement) -> str:
        return self._say(
            "hot" if len(each.places) > 1 else "hot_one",
            each,
            places=listed([place.name for place in each.places]),
            front=cardinal(int(self._thresholds["front"])),
            least=cardinal(int(self._thresholds["hot_dimensions"])),
        )

    def _fast(self, each: Statement) -> str:
        return self._say("fast", each, places=listed([place.name for place in each.places]))

    def _named(self, each: Statement) -> str:
        kind = "named_one" if len(each.places) == 1 else "named"
        return self._say(kind, each, places=listed([place.name for place in each.places]))


def _are_alike(each: Statement) -> bool:
    """Whether all that have a value are named and share one place."""
    ranks = {place.rank for place in each.places}
    return (
        ranks == {1}
        and len(each.places) > 1
        and not each.crowd
        and each.places[0].value is not None
    )


def _floored(value: float, other: float) -> str:
    """How many times another, rounded down to one decimal."""
    exact = Decimal(repr(value)) / Decimal(repr(other))
    return str(exact.quantize(Decimal("0.1"), ROUND_DOWN))


def _kind(each: Statement) -> str:
    claim = each.places[0].claim if each.places else "within"
    if claim == "within":
        return "list" if all(place.rank for place in each.places) else "members"
    return {"first": "leader", "next": "leader"}.get(claim, claim)


def _drawn_together(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Statements in their order; neighbours that say the same of the same places become one."""
    for _, group in groupby(statements, key=_sameness):
        same = list(group)
        indicators = tuple(code for each in same for code in each.indicators)
        caveats = tuple(dict.fromkeys(caveat for each in same for caveat in each.caveats))
        yield replace(same[0], indicators=indicators, caveats=caveats)


def _sameness(each: Statement) -> tuple[object, ...]:
    """What must agree for two statements to be one; a statement with values stands alone."""
    is_bare = all(place.value is None and not place.parts for place in each.places)
    if not is_bare or _kind(each) == "list" or len(each.places) > 2:
        return (each.indicators, each.places)
    return (each.places, each.top)
