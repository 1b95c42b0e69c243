"""The page of the indicators, written from their declarations."""

from collections.abc import Iterator

from reli.frameworks import FRAMEWORKS, framework_text
from reli.index import Framework, parse_framework
from reli.indicators import Measure, read_measures
from reli.indicators.beside import beside
from reli.indicators.lists import list_rules
from reli.indicators.measure import KINDS
from reli.indicators.stated import choices_of

__all__ = ["indicators_page"]

_HEAD = """# The indicators

Written from `src/reli/frameworks/{name}.toml`, `src/reli/indicators/lists.toml` and \
`src/reli/indicators/beside.toml` by `python tools/write_indicator_page.py`; a test keeps it \
current. A project shows its own with its own framework.

An enterprise that is counted is a legal entity; branches and sole traders are not, told by their \
names, credit codes and types. What lists, holdings and works say of a branch counts for its \
parent, whether or not the branch is itself in the register; where the parent is not, for nobody. \
Every indicator is counted for counties, cities, provinces and regions alike, from enterprises, \
at the vintage of the project; a county total (区县合计) replaces the computed value and is marked.\
 A value that is missing stays missing; zero is said only where it is known.
"""

_VALIDITY = {
    "years": "{years} years from the stated first day, else the notice; or to the stated last day",
    "list_year": "in the years that its batch names, else in that of its notice",
    "until_withdrawn": "until withdrawn, or to the stated last day",
}
_COVERAGE = {
    "national": "every county, unless the coverage table says otherwise",
    "issuers": "provinces with an entry, unless the coverage table says otherwise",
}
_READINGS = """
- Three years are three ends of years, the first that of the first day: a notice of 2021-12-31 \
counts in 2021, 2022 and 2023. A stated last day still counts. Without a first day and a notice \
the year that the batch names decides; where nothing says since when, the row counts in every year.
- A revocation ends what was granted to the enterprise (of centres: to the centre) up to its day, \
whichever row states it; what was granted later counts. A row that states a revocation and nothing \
since when grants nothing before it either.
- Levels of provinces are 省级, whatever they are called: 浙江省级, 自治区级, 上海市级, 兵团级, \
and 市级 where the host lies in a municipality; not 副省级. A centre is known by its name; rows \
that give its host (甲公司), what all are called (企业技术中心) or both name one and the same.
- A list says nothing of what was before its first notice, and one of a year nothing of other \
years: there the indicator is missing everywhere, as with rankings.
- A province has an entry in a year if an enterprise or centre of it, of whatever industry, counts \
that year.
- What the coverage table says of a county goes before what it says of its city, that before its \
province and that before the country (全国); what it says of the year before what it says of all. \
`none` and `unknown` make zeros missing, never entries. Zero of a city, province or region is \
known where all its counties are covered.
"""
_LEADERS = """
## Leading firms

- A listing without a date counts from the beginning. A row by which a stock was delisted ends \
what other rows tell of the stock, unless it was listed anew since. Who moves to an exchange \
leaves the third board that day, for good unless the board lists it anew.
- Subsidiaries are those of firms on the A-share market at the end of the year, down to the tenth \
level, by holdings then in force that are in the consolidated accounts; where that is not said, by \
more than half of the shares. A firm on an exchange is nobody's subsidiary; one on the third board \
is counted as both.
- A kind without a source counts nothing in the sums over kinds; where all lack one, they are \
missing.

## Patents

Of exports that mix granted patents with applications, inventions count whose kind says no \
application (发明申请, 发明公开) and whose legal status is not that of one (审中, 实质审查, \
未授权, 驳回, 撤回, 公布 …), unless it tells of the grant too (公布;实质审查;授权). A number that \
ends in A is that of a published application, and counts where kind or status tells of a grant. In \
force is what was granted by the day, less than twenty years before, and has not ended by it; what \
has ended at an unknown day is in force at none. An owner need not stand any more.

## Active enterprises

With insured employees, a patent of any kind granted by the end of the year (no application), a \
recognition in force then, whatever its level, or a listing.

## Totals

A total of a county replaces what was computed, there and in the units above: their value less \
what was computed for the county, and the total. Where the rest is not known, neither is the \
unit, unless all its counties have a total. A total of a city or province replaces its own value \
alone. A total that is withheld (保密) withholds its own value alone. Shares are not added up.
"""
_SCOPE = {
    "sei_union": "enterprises of the eight industries",
    "all_enterprises": "all enterprises",
}


def indicators_page(name: str = FRAMEWORKS[0]) -> str:
    """The page as Markdown: every indicator of a framework, the lists, what stands beside.

    Raises:
        UnknownName: no such framework.
    """
    framework = parse_framework(framework_text(name), name)
    codes = framework.indicators
    measures = read_measures({code: framework.by_code[code].measure for code in codes})
    parts = [
        _HEAD.format(name=name),
        *(_section(framework, measure) for measure in measures),
        _lists(),
        _LEADERS.lstrip(),
        _kinds(),
        _beside(),
    ]
    return "\n".join(parts)


def _section(framework: Framework, measure: Measure) -> str:
    node, kind = framework.by_code[measure.indicator], KINDS[measure.kind]
    dimension, subdimension = framework.path(measure.indicator)[-2:-4:-1]
    above = (framework.by_code[code].name_zh for code in (dimension, subdimension))
    rows = {
        "Chinese name": node.name_zh,
        "place in the framework": " › ".join(above),
        "unit of measure": node.unit_of_measure,
        "direction": "higher is better" if node.direction == 1 else "lower is better",
        "definition": node.definition_zh,
        "numerator": "; ".join([_numerator(measure), *_chosen(measure)]),
        "denominator": kind.denominator,
        "综合 counts": _SCOPE[measure.overall_scope],
        "year": kind.year_rule,
        "source table": f"`{measure.table}`",
        "missing": kind.missing_rule,
        "reference": measure.reference or "none",
    }
    lines = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    return f"## {node.name_en} (`{measure.indicator}`)\n\n| | |\n|---|---|\n{lines}\n"


def _chosen(measure: Measure) -> Iterator[str]:
    """What a measure picks from its table."""
    if measure.list:
        yield f"list `{measure.list}`"
    if measure.markets:
        yield "markets " + ", ".join(f"`{each}`" for each in measure.markets)
    if measure.parts:
        yield "kinds " + ", ".join(f"`{each}`" for each in measure.parts)
    if measure.levels:
        yield "levels that begin with " + ", ".join(measure.levels) + ", or say none"
    if measure.family == "recognised":
        yield "centres one by one" if measure.counts == "rows" else "each enterprise once"
    yield from _by_codes(measure)
    if measure.prior_enterprises:
        yield f"drawn to the province's share with the weight of {measure.prior_enterprises:g}"


def _by_codes(measure: Measure) -> Iterator[str]:
    """Where patents count that do not go by their owners' industries."""
    if measure.by == "ipc":
        yield (
            "in the industries that their own codes (IPC) name, whoever owns them; 综合 counts "
            "those of which a code names one; null where patents have no column `ipc`"
        )


def _numerator(measure: Measure) -> str:
    said = KINDS[measure.kind].numerator
    # What owners' industries are does not matter to codes.
    return said.partition(";")[0] if measure.by == "ipc" else said


def _lists() -> str:
    rows = [
        f"| `{name}` | {_VALIDITY[rule['validity']].format(years=rule.get('years', ''))} "
        f"| {_COVERAGE[rule['coverage']]} |"
        for name, rule in list_rules().items()
    ]
    head = "## Lists of recognition\n\n| list | counts | zero is known in |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n" + _READINGS


_PARAMETERS = {
    "list": "which list",
    "levels": "levels that count, by how they begin, 省 being those of all provinces; all where "
    "none is named",
    "counts": "`enterprises` once each (default), or `rows`: centres, entries",
    "markets": "which markets",
    "parts": "which kinds of leading firms",
    "counted": "`registered` (default), or `active` ones only",
    "prior_enterprises": "weight of the province's share, as a number of enterprises (0)",
    "basis": "of registrations `yearly` or `surviving`; of patents one of `in_force`, "
    "`granted_so_far`, `granted_in_year`; by default what the page says above",
    "by": "whose industries: the `owner`'s (default), or those of the codes (`ipc`)",
    "years_back": "how many years before (0)",
}


def _kinds() -> str:
    """What a framework of one's own may say of a measure."""
    rows = [
        f"| `{name}` | {kind.numerator} | {', '.join(f'`{each}`' for each in kind.tables)} "
        f"| {', '.join(f'`{each}`' for each in kind.takes)} |"
        for name, kind in KINDS.items()
    ]
    choices = {key: of for name in KINDS for key, of in choices_of(name, list_rules()).items()}
    told = [
        f"- `{name}`: {meaning}"
        + (f": {', '.join(f'`{each}`' for each in choices[name])}" if name in _LISTED else "")
        for name, meaning in _PARAMETERS.items()
    ]
    head = (
        "## Kinds of measure\n\nWhat `measure` of a node may say in a framework of your own. Every "
        "kind takes `overall_scope` (what 综合 counts: `sei_union`, the default, or "
        "`all_enterprises`), `reference`, and `table`, which need not be said.\n\n"
        "| kind | counts | table | parameters |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n\n" + "\n".join(told) + "\n"


_LISTED = ("markets", "parts")


def _beside() -> str:
    rows = [
        f"| `{each.code}` | {each.name_zh} | {each.name_en} | {each.unit_of_measure} "
        f"| `{each.of}` | {'; '.join([_numerator(each.measure), *_by_codes(each.measure)])} |"
        for each in beside()
    ]
    head = (
        "## Beside the indicators\n\nIn `build/indicator/beside.parquet`, by level; none is "
        "scored.\n\n| code | Chinese name | name | unit | beside | numerator |\n"
        "|---|---|---|---|---|---|\n"
    )
    tail = (
        "\nIn `build/indicator/second_level.parquet`: enterprises alive at the end of each year by "
        "the 40 classes of the second level (`class_code`, `class_name`), of every unit and level; "
        "an enterprise of two classes counts once in each, a class without a row has none.\n"
    )
    return head + "\n".join(rows) + "\n" + tail
