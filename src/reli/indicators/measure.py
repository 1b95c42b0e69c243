"""Kinds of measure: how an indicator is counted, as a framework file says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from reli.errors import Problems, UnknownName
from reli.indicators.leaders import PARTS
from reli.indicators.lists import Rules, list_rules
from reli.indicators.works import PATENT_BASES
from reli.sources.spellings import MARKETS, RANKINGS

__all__ = ["KINDS", "OF_ALL", "Kind", "Measure", "choices_of", "read_measures"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How one indicator is counted."""

    indicator: str
    kind: str
    table: str = "enterprises"
    """Canonical table whose rows are counted."""
    list: str = ""
    """Value of `list` in recognitions or rankings."""
    markets: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """Kinds of leading firms (see reli.indicators.leaders)."""
    levels: tuple[str, ...] = ()
    """Levels of recognitions that are counted, by how they begin; all where none is named."""
    basis: str = ""
    """Of registrations and patents: which of their measures; of patents by default the scored one,
    in force where the legal status is known, else granted so far."""
    years_back: int = 0
    """Of registrations of a year: how many years before the year that is counted."""
    counts: Literal["enterprises", "rows"] = "enterprises"
    """Distinct enterprises, or rows (two centres of one enterprise are two)."""
    counted: Literal["registered", "active"] = "registered"
    """Of stocks, shares and registrations: all that are registered, or those that are active."""
    by: Literal["owner", "ipc"] = "owner"
    """Of patents: in the industries of their owners, or in those of their own codes."""
    overall_scope: Literal["sei_union", "all_enterprises"] = "sei_union"
    """Which enterprises the overall index counts."""
    prior_enterprises: float = 0.0
    """Shares only: weight of the province's share, as a number of enterprises."""
    reference: str = ""
    """Where the definition is taken from."""

    @property
    def family(self) -> str:
        """What counts it: firms, recognised, leading or works."""
        return KINDS[self.kind].family


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What measures of one kind have in common, as the page of the indicators says it."""

    family: Literal["firms", "recognised", "leading", "works"]
    numerator: str
    year_rule: str
    missing_rule: str
    denominator: str = "none"
    tables: tuple[str, ...] = ("enterprises",)
    """Canonical tables whose rows it counts, the usual one first."""
    takes: tuple[str, ...] = ()
    """Parameters of its own, beside those that all kinds take."""
    needs: str = ""
    """The one without which it says nothing."""


_NEVER = "never: every unit has its enterprises, and zero is zero"
_NO_TABLE = "everywhere, where the project has no such table; else zero is zero"

KINDS: dict[str, Kind] = {
    "stock": Kind(
        family="firms",
        numerator="counted enterprises of the industry",
        year_rule="alive at 31 December: founded by then and not ended by then",
        missing_rule=_NEVER,
        takes=("counted",),
    ),
    "share": Kind(
        family="firms",
        numerator="counted enterprises of the industry, alive at 31 December",
        denominator="all counted enterprises, alive at 31 December",
        year_rule="as its numerator; drawn to the province's share where enterprises are few",
        missing_rule="where a unit has no enterprise at all",
        takes=("counted", "prior_enterprises"),
    ),
    "registrations": Kind(
        family="firms",
        numerator="counted enterprises founded in the window",
        year_rule="a flow: the years of the window that ends with the year, whatever became of "
        "the enterprise since",
        missing_rule=_NEVER,
        takes=("counted", "basis", "years_back"),
    ),
    "recognised": Kind(
        family="recognised",
        numerator="enterprises (or centres) on the list, alive at 31 December",
        year_rule="valid at 31 December by the list's rule; a revocation ends what was granted "
        "before it, that of a centre this centre alone",
        missing_rule="where the list is absent, and where zero is found but the programme is not "
        "known to cover the unit",
        tables=("recognitions",),
        takes=("list", "levels", "counts"),
        needs="list",
    ),
    "listed": Kind(
        family="leading",
        numerator="enterprises on one of the markets, alive at 31 December, each once",
        year_rule="listed by 31 December and not delisted by then",
        missing_rule=_NO_TABLE,
        tables=("listings",),
        takes=("markets",),
        needs="markets",
    ),
    "ranked": Kind(
        family="leading",
        numerator="enterprises on the ranking, alive at 31 December",
        year_rule="the ranking of the year",
        missing_rule="everywhere, where the project has no ranking of the year; else zero is zero",
        tables=("rankings",),
        takes=("list",),
        needs="list",
    ),
    "leading": Kind(
        family="leading",
        numerator="leading firms of the kinds named, alive at 31 December",
        year_rule="as listings, holdings and rankings stand at 31 December",
        missing_rule="everywhere, where the project has none of the tables",
        tables=("listings", "holdings", "rankings"),
        takes=("parts", "counts"),
        needs="parts",
    ),
    "granted": Kind(
        family="works",
        numerator="inventions, once in each unit of an owner; owners outside the register count "
        "in 综合 alone",
        year_rule="in force at 31 December where the status of half the inventions is known, else "
        "granted so far",
        missing_rule=_NO_TABLE,
        tables=("patents",),
        takes=("basis", "by", "counts"),
    ),
    "registered_works": Kind(
        family="works",
        numerator="software copyrights, once in each unit of an owner; owners outside the register "
        "count in 综合 alone",
        year_rule="registered by 31 December",
        missing_rule=_NO_TABLE,
        tables=("software_copyrights",),
        takes=("counts",),
    ),
}


def read_measures(
    nodes: Mapping[str, Mapping[str, Any]], rules: Rules | None = None
) -> tuple[Measure, ...]:
    """Measures of a framework's indicators.

    Args:
        nodes: indicator code -> its `measure` table.
        rules: validity and coverage of recognition lists; the shipped ones by default.

    Raises:
        Problems: unknown kinds, parameters, lists and parts, together.
    """
    known = list_rules() if rules is None else rules
    problems: list[str] = []
    measures = []
    for code, raw in nodes.items():
        complaints = _complaints(raw, known)
        problems += [f"{code}: {complaint}" for complaint in complaints]
        if not complaints:
            usual = {"indicator": code, "table": KINDS[raw["kind"]].tables[0]}
            several = {name: tuple(raw.get(name, ())) for name in _SEVERAL}
            measures.append(Measure(**{**usual, **raw, **several}))
    if problems:
        raise Problems("measures of the framework", problems)
    return tuple(measures)


_SEVERAL = ("markets", "parts", "levels")
_PARAMETERS = sorted({each.name for each in fields(Measure)} - {"indicator"})
OF_ALL = ("kind", "table", "overall_scope", "reference")
"""Parameters that measures of every kind take."""
_BASES = {"registrations": ("yearly", "surviving"), "granted": tuple(PATENT_BASES)}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "counts": ("enterprises", "rows"),
    "counted": ("registered", "active"),
    "overall_scope": ("sei_union", "all_enterprises"),
    "markets": tuple(MARKETS),
    "parts": tuple(PARTS),
}


def _complaints(raw: Mapping[str, Any], rules: Rules) -> list[str]:
    name = str(raw.get("kind"))
    if name not in KINDS:
        unknown = [key for key in raw if key not in _PARAMETERS]
        named = [("parameter", key, _PARAMETERS) for key in unknown]
        named.append(("kind of measure", name, list(KINDS)))
        return [str(UnknownName(*each)) for each in named]
    kind = KINDS[name]
    choices = choices_of(name, rules)
    complaints = _not_taken(raw, name)
    for key, value in raw.items():
        if key in (*OF_ALL, *kind.takes):
            complaints += _misstated(key, value, choices.get(key, ()))
    if kind.needs and not raw.get(kind.needs):
        expected = ", ".join(choices[kind.needs])
        complaints.append(f"kind {name!r} needs {kind.needs!r}: of {expected}")
    if raw.get("by") == "ipc" and raw.get("overall_scope") == "all_enterprises":
        complaints.append(
            "overall_scope 'all_enterprises': by 'ipc' 综合 counts the industries' patents alone"
        )
    return complaints


def choices_of(kind: str, rules: Rules) -> dict[str, tuple[str, ...]]:
    """Parameter -> the values that it may take in measures of a kind, where they are few."""
    of_kind = {
        "basis": _BASES.get(kind, ()),
        "table": KINDS[kind].tables,
        "list": tuple(rules) if kind == "recognised" else tuple(RANKINGS),
        "by": ("owner", "ipc"),
    }
    return {**_CHOICES, **of_kind}


def _not_taken(raw: Mapping[str, Any], name: str) -> list[str]:
    """Parameters that the kind would pass over."""
    takes = (*OF_ALL, *KINDS[name].takes)
    complaints = []
    for key in raw:
        if key not in _PARAMETERS:
            complaints.append(str(UnknownName("parameter", key, takes)))
        elif key not in takes:
            complaints.append(f"kind {name!r} takes no {key!r}: it takes {', '.join(takes)}")
    return complaints


def _misstated(key: str, value: object, choices: Sequence[str]) -> Iterator[str]:
    """Values of another type than the parameter's, or outside of its choices."""
    kind, expected = _TYPES.get(key, (str, "text"))
    if isinstance(value, bool) or not isinstance(value, kind):
        yield f"{key} is {value!r}: expected {expected}"
        return
    for each in value if isinstance(value, list) else [value]:
        if choices and each not in choices:
            yield str(UnknownName(key, str(each), choices))


_TYPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(_SEVERAL, (list, "a list of texts")),
    "prior_enterprises": ((int, float), "a number of enterprises"),
    "years_back": (int, "a number of years"),
}
