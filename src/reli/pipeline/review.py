"""The list of what a person should look at (待核清单), what matters most for the rankings first.

Its columns are those of the decisions, so that the list, filled in, is the file of decisions.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.engine import atomic
from reli.errors import InvalidData, MissingFile
from reli.pipeline.classified import classified_files, classified_rows
from reli.pipeline.rulings import LINK, has_decisions, row_keys
from reli.pipeline.workspace import Workspace
from reli.reference.emerging import OVERALL
from reli.reference.universes import WITH_ZONES, universe
from reli.sources.files import open_table
from reli.sources.stage import REJECTED_HEADER, cells_path
from reli.sources.tables import TABLES
from reli.sources.writing import check_writable, write_table

__all__ = ["REVIEW_COLUMNS", "review_list", "write_review"]

TOP = 200
"""Places of an index within which a row's effect is counted."""

_DECISION = tuple(column.name for column in TABLES["decisions"].columns)
_ABOUT = ("名称", "待核原因", "候选", "影响")
REVIEW_COLUMNS = (*_DECISION, *_ABOUT)

_LISTS = ("recognitions", "listings", "rankings")
_MANY_DIGITS = "^[0-9]{12,}$"
_ITEM: dict[str, pl.DataType] = {
    "table": pl.String(),
    "key": pl.String(),
    "field": pl.String(),
    "old": pl.String(),
    "name": pl.String(),
    "why": pl.String(),
    "offered": pl.String(),
    "units": pl.List(pl.String),
    "industries": pl.List(pl.String),
}


def review_list(workspace: Workspace, most: int) -> pa.Table:
    """Rows that a person should look at, with what is known of them.

    The effect of a row is the most that one more such firm would add, in points, to an index in
    which one of the counties it may belong to holds one of the first 200 places.

    Args:
        workspace: of a project that has been run.
        most: rows of the list at most.

    Returns:
        REVIEW_COLUMNS as text; `new` and what follows it is for the person to fill in.

    Raises:
        MissingFile: the project has not been run, or begins with finished figures.
    """
    for path in (workspace.stage("score/standings"), *classified_files(workspace)):
        if not path.exists():
            raise MissingFile(
                f"{path} does not exist: run the project first with `reli run {workspace.folder}`; "
                "only a project that begins with a register has something to review"
            )
    items = pl.concat([pl.DataFrame(schema=_ITEM), *_items(workspace)])
    items = items.join(_decided(workspace), on=["table", "key", "field"], how="anti")
    weighed = items.join(
        _effects(workspace, items), on=["table", "key", "field"], how="left"
    ).sort(pl.col("effect").fill_null(0.0), "table", "key", "field",
           descending=[True, False, False, False])  # fmt: skip
    return _told(weighed.head(most))


def _decided(workspace: Workspace) -> pl.DataFrame:
    """What decisions in force have settled already."""
    opened = workspace.stage("ruled/open")
    names = ("table", "key", "field")
    if not has_decisions(workspace) or not opened.is_file():
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.read_parquet(opened).filter(pl.col("state").is_null()).select(names)


def _told(items: pl.DataFrame) -> pa.Table:
    effect = pl.format(
        "{}第{}位（{}），多计一家约{}分", "index", "rank", "place", pl.col("effect").round(3)
    )
    said = items.with_columns(
        候选="offered",
        名称="name",
        待核原因="why",
        影响=pl.when(pl.col("effect").is_not_null())
        .then(effect)
        .otherwise(pl.lit(f"不影响任一指数前{TOP}名")),
    )
    empty = [name for name in _DECISION if name not in said.columns]
    said = said.with_columns(pl.lit("").alias(name) for name in empty).select(REVIEW_COLUMNS)
    # A spreadsheet would round a long row of digits; behind a tab it stays text.
    kept = said.with_columns(
        pl.when(pl.col(name).str.contains(_MANY_DIGITS))
        .then("\t" + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name in ("key", "old", "候选")
    ).fill_null("")
    return kept.to_arrow().cast(pa.schema({name: pa.string() for name in REVIEW_COLUMNS}))


def _items(workspace: Workspace) -> Iterator[pl.DataFrame]:
    firms = classified_rows(workspace)
    linked = [_linked(workspace, table) for table in _LISTS if table in workspace.project.tables()]
    listed = pl.concat([pl.DataFrame(schema={LINK: pl.String}), *(r.select(LINK) for r in linked)])
    yield _open_places(firms, listed)
    yield _open_industries(firms, listed)
    for rows in linked:
        yield _open_links(rows, firms)
    yield _doubtful_values(workspace, firms)


def _linked(workspace: Workspace, table: str) -> pl.DataFrame:
    rows = pl.DataFrame(pq.read_table(workspace.stage(f"linked/{table}")))
    return rows.with_columns(table=pl.lit(table), key=row_keys(table, rows))


def _open_places(firms: pl.LazyFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Counted enterprises that matter, without a county."""
    matters = pl.col("industries").list.len().fill_null(0) > 0
    code = pl.col("place_code").fill_null("")
    offered = pl.col("place_candidates").fill_null("")
    return (
        firms.filter("is_counted", pl.col("division_code").is_null())
        .filter(matters | pl.col("enterprise_id").is_in(listed[LINK].drop_nulls().to_list()))
        .select(
            table=pl.lit("enterprises"),
            key="enterprise_id",
            field=pl.lit("division_code"),
            old=pl.lit(""),
            name="name",
            why=pl.when(offered != "")
            .then(pl.lit("地址可能在几个区县"))
            .when(code != "")
            .then(pl.lit("地址只能确定到省、市"))
            .otherwise(pl.lit("地址无法确定")),
            offered=offered,
            units=pl.when(offered != "")
            .then(offered.str.split("|"))
            .otherwise(pl.concat_list(code)),
            industries=pl.col("industries").fill_null([]),
        )
        .collect()
    )


def _open_industries(firms: pl.LazyFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Recognised, listed or ranked enterprises to which no industry was given."""
    return (
        firms.filter("is_counted", pl.col("industries").list.len().fill_null(0) == 0)
        .filter(pl.col("enterprise_id").is_in(listed[LINK].drop_nulls().unique().to_list()))
        .select(
            table=pl.lit("enterprises"),
            key="enterprise_id",
            field=pl.lit("industries"),
            old=pl.lit(""),
            name="name",
            why=pl.lit("在名单上，但行业代码和经营范围不能确定战略性新兴产业"),
            offered=pl.lit(""),
            units=pl.concat_list(pl.col("division_code").fill_null("")),
            industries=pl.lit([], pl.List(pl.String)),
        )
        .collect()
    )


def _open_links(rows: pl.DataFrame, firms: pl.LazyFrame) -> pl.DataFrame:
    """List rows that mean no enterprise for certain."""
    other = pl.col("link_method") == "credit_code_other_name"
    some = rows.filter(
        pl.col("link_confidence").is_in(["ambiguous", "inferred", "none"]) | other.fill_null(False)
    )
    offered = pl.coalesce("link_candidates", LINK, pl.lit(""))
    asked = some.select(
        "table",
        "key",
        field=pl.lit(LINK),
        old=pl.col(LINK).fill_null(""),
        name=pl.coalesce(*(n for n in ("host_name", "name") if n in rows.columns)).cast(pl.String),
        why=pl.when(other.fill_null(False))
        .then(pl.lit("信用代码相同，名称不同"))
        .when(pl.col("link_confidence") == "ambiguous")
        .then(pl.lit("可能是几家企业"))
        .when(pl.col("link_confidence") == "inferred")
        .then(pl.lit("名称有一字之差，推断为同一家"))
        .otherwise(pl.lit("企业名录中找不到")),
        offered=offered,
    )
    each = asked.select("key", pl.col("offered").str.split("|").alias("id")).explode("id")
    ids = each["id"].unique().to_list()
    found = firms.filter(pl.col("enterprise_id").is_in(ids)).select(
        id="enterprise_id", unit="division_code", industry="industries"
    )
    known = (
        each.join(found.collect(), on="id")
        .group_by("key")
        .agg(units=pl.col("unit").drop_nulls(), industries=pl.col("industry").explode())
    )
    joined = asked.join(known, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.col("units", "industries").fill_null([])).select(*_ITEM)


def _doubtful_values(workspace: Workspace, firms: pl.LazyFrame) -> pl.DataFrame:
    """Cells of counted enterprises of emerging industries that could not be read."""
    path = cells_path(workspace.rejected("enterprises"))
    cells = pl.read_csv(path, infer_schema=False) if path.is_file() else pl.DataFrame()
    if cells.is_empty():
        return pl.DataFrame(schema=_ITEM)
    file, line, column, value, reason = REJECTED_HEADER
    names = {name: each.name for each in TABLES["enterprises"].columns for name in each.headers}
    fields = pl.col(column).replace_strict(names, default=None, return_dtype=pl.String)
    noted = cells.with_columns(pl.col(line).cast(pl.Int64), field=fields).filter(
        pl.col("field").is_in(["founded_date", "ended_date", "gb4754_code", "status"])
    )
    matter = firms.filter("is_counted", pl.col("industries").list.len().fill_null(0) > 0)
    known = matter.filter(pl.col("source_line").is_in(noted[line].unique().to_list())).collect()
    return noted.join(known, left_on=[file, line], right_on=["source_file", "source_line"]).select(
        table=pl.lit("enterprises"),
        key="enterprise_id",
        field="field",
        old=pl.lit(""),
        name="name",
        why=pl.format("{}：{}", reason, pl.col(value).fill_null("")),
        offered=pl.lit(""),
        units=pl.concat_list(pl.col("division_code").fill_null("")),
        industries="industries",
    )


def _effects(workspace: Workspace, items: pl.DataFrame) -> pl.DataFrame:
    """Of each item its largest effect: table, key, field, index, rank, place, effect."""
    standings = pl.read_parquet(workspace.stage("score/standings")).filter(pl.col("rank") <= TOP)
    places = standings.select(
        "rank",
        index="industry",
        unit="division_code",
        place=pl.concat_str(pl.col("city").fill_null(""), "county"),
    )
    within = places.join(_worth(workspace), on=["index", "unit"], how="left")
    # Where points are not known, the better place is the more important.
    points = pl.coalesce("points", (TOP + 1 - pl.col("rank")) / (TOP * TOP))
    asked = (
        items.select("table", "key", "field", "units", "industries")
        .with_columns(
            index=pl.concat_list(pl.lit(OVERALL), "industries"),
            unit=pl.col("units").list.eval(_counties(pl.element())),
        )
        .explode("unit")
        .explode("index")
        .explode("unit")
    )
    return (
        asked.join(within.with_columns(effect=points), on=["index", "unit"])
        .sort("effect", "rank", descending=[True, False])
        .unique(["table", "key", "field"], keep="first", maintain_order=True)
        .select("table", "key", "field", "index", "rank", "place", "effect")
    )


def _counties(code: pl.Expr) -> pl.Expr:
    """Units that a code may mean: itself, or all of its province or city."""
    units = universe("units-2023" + WITH_ZONES).units["unit"].to_pylist()
    below: dict[str, list[str]] = {unit: [unit] for unit in units}
    for unit in units:
        for wider in (f"{unit[:4]}00", f"{unit[:2]}0000"):
            if wider != unit:
                below.setdefault(wider, []).append(unit)
    return code.replace_strict(below, default=[], return_dtype=pl.List(pl.String))


def _worth(workspace: Workspace) -> pl.DataFrame:
    """Points that one more firm is worth, at most: index, unit, points."""
    path: Path = workspace.stage("score/margins")
    if not path.is_file():
        return pl.DataFrame(schema={"index": pl.String, "unit": pl.String, "points": pl.Float64})
    return pl.read_parquet(path).group_by(index="industry", unit="unit").agg(pl.col("points").max())


def write_review(table: pa.Table, target: Path) -> None:
    """Write the list for Excel or WPS: CSV with a byte order mark, or .xlsx.

    Raises:
        InvalidData: the file exists and somebody has decided something in it.
    """
    check_writable(target)
    if target.is_file() and _has_decided(target):
        raise InvalidData(
            f"{target} exists and has decisions in it (column `new`): move it below sources/, "
            "or name another file with --out"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix.lower() == ".csv":
        with atomic(target) as place:
            rows = pl.DataFrame(table)
            rows.write_csv(place, include_bom=True)
    else:
        write_table(target, table)


def _has_decided(path: Path) -> bool:
    file = open_table(path)
    if "new" not in file.columns:
        return True
    new = [pl.Series(rows.batch.column("new")).cast(pl.String) for rows in file.rows()]
    return any((each.fill_null("").str.strip_chars() != "").any() for each in new)
