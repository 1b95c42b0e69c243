"""Kinds of measure: how an indicator is counted, as a framework file says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from reli.errors import Problems, UnknownName, nearest
from reli.indicators.leaders import PARTS
from reli.indicators.lists import Rules, list_rules
from reli.indicators.works import PATENT_BASES

__all__ = ["KINDS", "Kind", "Measure", "read_measures"]


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


_NEVER = "never: every unit has its enterprises, and zero is zero"
_NO_TABLE = "everywhere, where the project has no such table; else zero is zero"

KINDS: dict[str, Kind] = {
    "stock": Kind(
        family="firms",
        numerator="counted enterprises of the industry",
        year_rule="alive at 31 December: founded by then and not ended by then",
        missing_rule=_NEVER,
    ),
    "share": Kind(
        family="firms",
        numerator="counted enterprises of the industry, alive at 31 December",
        denominator="all counted enterprises, alive at 31 December",
        year_rule="as its numerator; drawn to the province's share where enterprises are few",
        missing_rule="where a unit has no enterprise at all",
    ),
    "registrations": Kind(
        family="firms",
        numerator="counted enterprises founded in the window",
        year_rule="a flow: the years of the window that ends with the year, whatever became of "
        "the enterprise since",
        missing_rule=_NEVER,
    ),
    "recognised": Kind(
        family="recognised",
        numerator="enterprises (or centres) on the list, alive at 31 December",
        year_rule="valid at 31 December by the list's rule; a revocation ends what was granted "
        "before it",
        missing_rule="where the list is absent, and where zero is found but the programme is not "
        "known to cover the unit",
    ),
    "listed": Kind(
        family="leading",
        numerator="enterprises on one of the markets, alive at 31 December, each once",
        year_rule="listed by 31 December and not delisted by then",
        missing_rule=_NO_TABLE,
    ),
    "ranked": Kind(
        family="leading",
        numerator="enterprises on the ranking, alive at 31 December",
        year_rule="the ranking of the year",
        missing_rule="everywhere, where the project has no ranking of the year; else zero is zero",
    ),
    "leading": Kind(
        family="leading",
        numerator="leading firms of the kinds named, alive at 31 December",
        year_rule="as listings, holdings and rankings stand at 31 December",
        missing_rule="everywhere, where the project has none of the tables",
    ),
    "granted": Kind(
        family="works",
        numerator="inventions, once in each unit of an owner; owners outside the register count "
        "in 综合 alone",
        year_rule="in force at 31 December where the legal status of most is known, else granted "
        "so far",
        missing_rule=_NO_TABLE,
    ),
    "registered_works": Kind(
        family="works",
        numerator="software copyrights, once in each unit of an owner; owners outside the register "
        "count in 综合 alone",
        year_rule="registered by 31 December",
        missing_rule=_NO_TABLE,
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
            several = {name: tuple(raw.get(name, ())) for name in _SEVERAL}
            measures.append(Measure(**{"indicator": code, **raw, **several}))
    if problems:
        raise Problems("measures of the framework", problems)
    return tuple(measures)


_SEVERAL = ("markets", "parts", "levels")
_PARAMETERS = sorted({each.name for each in fields(Measure)} - {"indicator"})
_BASES = {"registrations": ("yearly", "surviving"), "granted": tuple(PATENT_BASES)}


def _complaints(raw: Mapping[str, Any], rules: Rules) -> list[str]:
    complaints = [
        str(UnknownName("parameter", key, _PARAMETERS)) for key in raw if key not in _PARAMETERS
    ]
    kind = str(raw.get("kind"))
    if kind not in KINDS:
        return [*complaints, str(UnknownName("kind of measure", kind, KINDS))]
    if kind == "recognised" and raw.get("list") not in rules:
        complaints.append(str(UnknownName("list", str(raw.get("list")), rules)))
    complaints += [
        f"unknown part {part!r}: {nearest(part, list(PARTS))}"
        for part in raw.get("parts", ())
        if part not in PARTS
    ]
    bases = _BASES.get(kind, ())
    complaints += _misled(raw)
    if raw.get("basis", "") not in ("", *bases):
        complaints.append(f"basis {raw['basis']!r}: expected one of {', '.join(bases) or 'none'}")
    return complaints


def _misled(raw: Mapping[str, Any]) -> Iterator[str]:
    """Industries by the patents' codes, where there are none or no such total."""
    by = raw.get("by", "owner")
    if by not in ("owner", "ipc") or (by == "ipc" and raw.get("kind") != "granted"):
        yield f"by {by!r}: expected 'owner', or for kind 'granted' also 'ipc'"
    elif by == "ipc" and raw.get("overall_scope") == "all_enterprises":
        yield "overall_scope 'all_enterprises': by 'ipc' 综合 counts the industries' patents alone"
