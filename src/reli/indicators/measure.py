"""Kinds of measure: how an indicator is counted."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["KINDS", "Kind", "Measure"]


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
        missing_rule="everywhere, where the project has no rows of the list for the year; else "
        "where zero is found but the programme is not known to cover the unit",
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
