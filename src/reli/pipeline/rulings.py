"""Decisions: an analyst's rulings, obeyed by every run where the road makes what they correct.

A decision names a table, a row (its key), a field, the value when it was made (old) and the one
that is to stand (new). What became of each is told: obeyed, or why not.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from threading import Lock

import polars as pl
import pyarrow as pa

from reli.engine import Step
from reli.linkage.entities import enterprise_keys
from reli.pipeline.own_lists import project_lists
from reli.pipeline.ruled_words import in_our_words
from reli.pipeline.workspace import Workspace
from reli.reference.universes import WITH_ZONES, universe
from reli.sources.choices import choice_answers
from reli.sources.readers import Spelling
from reli.sources.tables import TABLES
from reli.sources.values import READERS, tidy
from reli.sources.writing import write_table

__all__ = [
    "LINK",
    "OUTCOME",
    "STATES",
    "Rulings",
    "has_decisions",
    "open_step",
    "row_keys",
    "told_step",
]

LINK = "enterprise_id"
"""Field of a list's row: the enterprise that it means."""

_ROAD_FIELDS = {
    "enterprises": ("division_code", "industries"),
    "recognitions": (LINK,),
    "listings": (LINK,),
    "rankings": (LINK,),
}
"""What the road finds, by table; other fields are values of the source."""

OUTCOME = "decisions.outcome.csv"
"""Beside the rejected rows: each decision and what became of it."""

NOTHING = ("空", "(空)")
"""How a decision says that there is to be no value."""

STATES = {
    "obeyed": "已执行",
    "agreed": "新数据已与裁定一致",
    "contradicted": "已执行，但裁定时的原值与现在的数据不符，请复核",
    "expired": "已过失效日期，未执行",
    "undecided": "未填新值，未执行",
    "superseded": "被后一条同一字段的裁定取代，未执行",
    "unknown_field": "没有这张表或这个字段，未执行",
    "unreadable": "新值无法识别，未执行",
    "unknown_row": "数据中没有这一行，未执行",
}
"""What can become of a decision, and how the analyst is told."""

_TOLD = {"number": pl.UInt32, "state": pl.String, "found": pl.String}


def has_decisions(workspace: Workspace) -> bool:
    """Whether the project has decisions on a register and its lists."""
    return {"decisions", "enterprises"} <= workspace.project.tables()


def open_step(workspace: Workspace) -> Step:
    """Which decisions are to be obeyed today, and why the others are not."""
    source, out = workspace.stage("clean/decisions"), workspace.stage("ruled/open")
    today = date.today()

    def run(places: Sequence[Path]) -> None:
        decisions = pl.read_parquet(source).with_row_index("number")
        decisions = in_our_words(decisions, workspace)
        opened = decisions.with_columns(state=_opening(decisions, today, workspace.industries))
        opened.write_parquet(places[0])

    return Step(
        name="ruled/open",
        run=run,
        inputs=(source,),
        outputs=(out,),
        # Only this small step is run anew each day; the others see whether it gave the same.
        parameters={
            "today": today.isoformat(),
            "universe": workspace.project.universe,
            "vintage": workspace.project.vintage,
            "industries": [*workspace.industries],
            "lists": sorted(project_lists(workspace)),
        },
    )


def _opening(decisions: pl.DataFrame, today: date, industries: Sequence[str]) -> pl.Series:
    """Null where a decision is to be obeyed, else its state."""
    told = decisions.select("table", "field", "new").rows()
    known = [table in TABLES and field in _fields(table) for table, field, _ in told]
    readable = [
        is_known and _is_readable(table, field, new, industries)
        for is_known, (table, field, new) in zip(known, told, strict=True)
    ]
    state = (
        pl.when(pl.col("new").is_null())
        .then(pl.lit("undecided"))
        .when((pl.col("expires") < today).fill_null(False))
        .then(pl.lit("expired"))
        .when(~pl.Series(known, dtype=pl.Boolean))
        .then(pl.lit("unknown_field"))
        .when(~pl.Series(readable, dtype=pl.Boolean))
        .then(pl.lit("unreadable"))
    )
    return _superseded(decisions.with_columns(state=state))


def _superseded(opened: pl.DataFrame) -> pl.Series:
    """States; of several open decisions on one field all but the last are superseded."""
    is_open = opened["state"].is_null()
    last = pl.col("number") == pl.col("number").max().over("table", "key", "field")
    latest = opened.filter(is_open).filter(last)["number"].to_list()
    return opened.select(
        pl.when(is_open & ~pl.col("number").is_in(latest))
        .then(pl.lit("superseded"))
        .otherwise("state")
    ).to_series()


def _fields(table: str) -> tuple[str, ...]:
    return (*_ROAD_FIELDS.get(table, ()), *(column.name for column in TABLES[table].columns))


def _is_readable(table: str, field: str, new: str | None, industries: Sequence[str]) -> bool:
    if new is None or new in NOTHING:
        return True
    if field == "division_code" and table == "enterprises":
        return new in _units()
    if field == "industries":
        return set(new.split("|")) <= set(industries)
    return field == LINK or _typed(table, field, pl.Series([new]))[0] is not None


def _units() -> frozenset[str]:
    """Units of every universe at the map's vintage: where an enterprise can be counted."""
    return frozenset(universe("units-2023" + WITH_ZONES).units["unit"].to_pylist())


def _typed(table: str, field: str, texts: pl.Series) -> pl.Series:
    """Texts of decisions as values of the field; what says that there is none is null."""
    texts = texts.cast(pl.String)
    texts = texts.set(texts.is_in(NOTHING).fill_null(False), None)
    column = next((each for each in TABLES[table].columns if each.name == field), None)
    if field == "industries":
        return texts.str.split("|").fill_null([])
    if column is None or field in _ROAD_FIELDS.get(table, ()):
        return texts
    tidied = tidy(texts, column.kind, choice_answers(column, Spelling()))
    return READERS[column.kind](tidied, column, Spelling()).values


def row_keys(table: str, rows: pl.DataFrame) -> pl.Series:
    """Key of each row as decisions name it: parts of the table's own key, joined by `|`."""
    if table == "enterprises":
        return enterprise_keys(rows)
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in TABLES[table].unique]
    return rows.select(pl.concat_str(parts, separator="|").alias("key")).to_series()


class Rulings:
    """Open decisions on some fields of a table, and what became of them. Safe between threads."""

    def __init__(self, decisions: pl.DataFrame, table: str) -> None:
        self._decisions, self._table = decisions, table
        self._told: list[pl.DataFrame] = []
        self._lock = Lock()

    @classmethod
    def of(cls, workspace: Workspace, table: str, *, found: bool) -> "Rulings":
        """Decisions of a project on what the road finds of a table, or on its source's values."""
        fields = _ROAD_FIELDS.get(table, ())
        is_found = pl.col("field").is_in(fields)
        decisions = pl.read_parquet(workspace.stage("ruled/open")).filter(
            pl.col("state").is_null(), pl.col("table") == table, is_found if found else ~is_found
        )
        return cls(decisions, table)

    def __bool__(self) -> bool:
        return not self._decisions.is_empty()

    def __reduce__(self) -> tuple[type["Rulings"], tuple[pl.DataFrame, str]]:
        """For other processes: the decisions; what became of them stays where they were obeyed."""
        return Rulings, (self._decisions, self._table)

    def keys(self) -> pa.Array:
        """Keys of the rows that decisions name, each once."""
        return self._decisions["key"].unique().sort().to_arrow().cast(pa.string())

    def obey(self, rows: pl.DataFrame, keys: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows with the new values.

        Args:
            rows: of the table, at the stage that makes the fields.
            keys: of the rows, as decisions name them.

        Returns:
            The rows, and which of them were ruled: row, field, reason.
        """
        asked = keys.alias("key").to_frame().with_row_index("row")
        ruled = asked.join(self._decisions, on="key").sort("row", "number")
        for (field,), some in ruled.group_by("field", maintain_order=True):
            rows = self._ruled(rows, str(field), some)
        return rows, ruled.select("row", "field", pl.col("reason").fill_null(""))

    def _ruled(self, rows: pl.DataFrame, field: str, some: pl.DataFrame) -> pl.DataFrame:
        new = _typed(self._table, field, some["new"]).cast(rows.schema[field])
        found = rows[field].gather(some["row"])
        self._tell(some["number"], found, _typed(self._table, field, some["old"]), new)
        given = pl.DataFrame({"row": some["row"], "new": new, "is_ruled": True})
        joined = rows.with_row_index("row").join(given, on="row", how="left", maintain_order="left")
        value = pl.when(pl.col("is_ruled").fill_null(False)).then("new").otherwise(field)
        return joined.with_columns(value.alias(field)).select(rows.columns)

    def _tell(self, number: pl.Series, found: pl.Series, old: pl.Series, new: pl.Series) -> None:
        said = pl.DataFrame(
            {"number": number, "found": _text(found), "old": _text(old), "new": _text(new)}
        )
        state = (
            pl.when(pl.col("found") == pl.col("new"))
            .then(pl.lit("agreed"))
            .when(pl.col("found") != pl.col("old"))
            .then(pl.lit("contradicted"))
            .otherwise(pl.lit("obeyed"))
        )
        with self._lock:
            self._told.append(said.select("number", "found", state=state).select(*_TOLD))

    def write(self, place: Path) -> None:
        """Write what became of the decisions that found their rows: number, state, found."""
        told = pl.concat([pl.DataFrame(schema=_TOLD), *self._told])
        told.sort("number").write_parquet(place)


def _text(values: pl.Series) -> pl.Series:
    if values.dtype == pl.List:
        return values.cast(pl.List(pl.String)).list.join("|").fill_null("")
    return values.cast(pl.String).fill_null("")


def told_step(workspace: Workspace, told: Sequence[Path]) -> Step:
    """Every decision and what became of it, for the report and for the analyst."""
    opened = workspace.stage("ruled/open")
    outcome = workspace.rejected("decisions").with_name(OUTCOME)

    def run(places: Sequence[Path]) -> None:
        found = pl.concat([pl.read_parquet(path) for path in told])
        found = found.unique("number", keep="first", maintain_order=True)
        decisions = pl.read_parquet(opened).join(
            found.rename({"state": "outcome"}), on="number", how="left", maintain_order="left"
        )
        state = pl.coalesce("state", "outcome", pl.lit("unknown_row"))
        ruled = decisions.with_columns(state=state).drop("outcome")
        ruled.write_parquet(places[0])
        said = ruled.select(
            "table",
            "key",
            "field",
            "old",
            "new",
            pl.col("found").alias("数据中的值"),
            pl.col("state").replace_strict(STATES).alias("执行情况"),
            "source_file",
            "source_line",
        )
        write_table(places[1], said.to_arrow().cast(_plain(said)))

    return Step(
        name="ruled/decisions",
        run=run,
        inputs=(opened, *told),
        outputs=(workspace.stage("ruled/decisions"), outcome),
    )


def _plain(rows: pl.DataFrame) -> pa.Schema:
    numbers = {"source_line": pa.int64()}
    return pa.schema({name: numbers.get(name, pa.string()) for name in rows.columns})
