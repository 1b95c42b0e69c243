"""Industries of recognised enterprises whose own class and scope give none, such as holding groups.

Taken, in order, from the recognised product, the technical field, the exchange's business class,
the consolidated subsidiaries; marked by a rule that says so.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from reli.classification.industry import Classifier
from reli.engine import Step, parquet_files
from reli.pipeline.classifying import classifier_of
from reli.pipeline.obeying import ruled_files
from reli.pipeline.rulings import has_decisions
from reli.pipeline.workspace import Workspace

__all__ = [
    "INFERRED_RULES",
    "inferred_file",
    "inferred_from",
    "inferred_industries",
    "inferred_of_none",
    "inferring_steps",
    "parties_of",
]

INFERRED_RULES = {
    "inferred_product": "the product that it was recognised for",
    "inferred_field": "the technical field that it was recognised in",
    "inferred_exchange": "its business class at the exchange",
    "inferred_subsidiaries": "what its consolidated subsidiaries make",
}
"""In order: the first that gives an industry decides."""

_LISTS = ("recognitions", "listings", "rankings")
_SAID = {
    "inferred_product": ("recognitions", "product"),
    "inferred_field": ("recognitions", "tech_field"),
    "inferred_exchange": ("listings", "exchange_class"),
}
_FOUND = {"enterprise_id": pl.String, "rule": pl.String, "industry": pl.String, "said": pl.String}
_INFERRED: dict[str, Any] = {
    "enterprise_id": pl.String,
    "industries": pl.List(pl.String),
    "rules": pl.String,
    "evidence": pl.String,
}
_CONSOLIDATED = 50
"""Per cent of the shares above which a subsidiary is consolidated, where nobody says."""


def inferred_from(workspace: Workspace) -> tuple[Path, ...]:
    """Files that industries may be inferred from."""
    tables = workspace.project.tables()
    return tuple(
        workspace.stage(f"linked/{table}") for table in (*_LISTS, "holdings") if table in tables
    )


def parties_of(workspace: Workspace) -> Path:
    """The classified enterprises that lists, holdings and works name."""
    return workspace.stage("classified/parties")


def inferred_file(workspace: Workspace) -> Path | None:
    """File of the industries inferred for enterprises that have none; None without lists."""
    return workspace.stage("classified/inferred") if inferred_from(workspace) else None


def inferring_steps(workspace: Workspace) -> list[Step]:
    """The step that infers industries from lists and holdings, where there are such."""
    out, inputs = inferred_file(workspace), inferred_from(workspace)
    if not out:
        return []
    ruled, _ = ruled_files(workspace, "classified")

    def run(places: Sequence[Path]) -> None:
        pq.write_table(inferred_of_none(workspace).to_arrow(), places[0], compression="zstd")

    return [
        Step(
            name="classified/inferred",
            run=run,
            inputs=(
                parties_of(workspace),
                *inputs,
                *ruled,
                *filter(None, (workspace.emerging,)),
            ),
            outputs=(out,),
            parameters={
                "reference_year": workspace.project.reference_year,
                "ruleset": workspace.project.ruleset,
            },
        )
    ]


def inferred_industries(workspace: Workspace, classifier: Classifier) -> pl.DataFrame:
    """Industries of each enterprise on a list: enterprise_id, industries, rules, evidence.

    Args:
        workspace: of a project whose lists and holdings are linked, and their parties found.
        classifier: tells the products that texts name.
    """
    found = pl.concat(
        [
            pl.DataFrame(schema=_FOUND),
            *_said(workspace, classifier),
            *_subsidiaries(workspace),
        ]
    )
    order = pl.col("rule").cast(pl.Enum(list(INFERRED_RULES)))
    first = found.with_columns(
        order, pl.col("industry").cast(pl.Enum(classifier.industries))
    ).filter(
        pl.col("rule").to_physical() == pl.col("rule").to_physical().min().over("enterprise_id")
    )
    each = first.sort("enterprise_id", "industry", "said").unique(
        ["enterprise_id", "industry"], keep="first", maintain_order=True
    )
    return each.group_by("enterprise_id", maintain_order=True).agg(
        industries=pl.col("industry").cast(pl.String),
        rules=pl.col("rule").cast(pl.String).str.join("|"),
        evidence=pl.col("said").str.replace_all("|", "｜", literal=True).str.join("|"),
    )


def _said(workspace: Workspace, classifier: Classifier) -> Iterator[pl.DataFrame]:
    """What lists say of products, fields and classes."""
    for rule, (table, column) in _SAID.items():
        path = workspace.stage(f"linked/{table}")
        is_there = table in workspace.project.tables()
        if not is_there or column not in pq.read_schema(path).names:
            continue
        rows = pl.DataFrame(pq.read_table(path, columns=["enterprise_id", column]))
        rows = rows.rename({column: "said"}).drop_nulls().unique(maintain_order=True)
        named = classifier.named_in(rows["said"].to_arrow().cast(pa.string()))
        yield _listed(rows.with_columns(industry=pl.Series(named)), rule)


def _listed(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    return (
        rows.with_columns(pl.col("industry").cast(pl.String).str.split("|"))
        .explode("industry")
        .filter(pl.col("industry") != "")
        .select("enterprise_id", rule=pl.lit(rule), industry="industry", said="said")
    )


def _subsidiaries(workspace: Workspace) -> Iterator[pl.DataFrame]:
    """What the consolidated subsidiaries of enterprises on lists make."""
    if "holdings" not in workspace.project.tables():
        return
    held = _consolidated(workspace)
    if held.is_empty():
        return
    known = (
        pl.scan_parquet(parquet_files(parties_of(workspace)))
        .filter(pl.col("enterprise_id").is_in(held["child_id"].unique().to_list()))
        .select(child_id="enterprise_id", said="name", industry=pl.col("industries").list.join("|"))
        .collect()
    )
    rows = held.join(known, on="child_id").rename({"parent_id": "enterprise_id"})
    yield _listed(rows, "inferred_subsidiaries")


def _consolidated(workspace: Workspace) -> pl.DataFrame:
    """Pairs of an enterprise on a list and a subsidiary, at any depth: parent_id, child_id."""
    year_end = date(workspace.project.reference_year, 12, 31)
    columns = ["parent_id", "child_id", "share", "is_consolidated", "valid_from", "valid_to"]
    held = pl.DataFrame(pq.read_table(workspace.stage("linked/holdings"), columns=columns))
    is_one = pl.coalesce("is_consolidated", pl.col("share") > _CONSOLIDATED).fill_null(False)
    has_begun = (pl.col("valid_from") <= year_end).fill_null(True)
    has_ended = (pl.col("valid_to") <= year_end).fill_null(False)
    lists = [
        pl.DataFrame(pq.read_table(path, columns=["enterprise_id"]))
        for path in inferred_from(workspace)
        if path.stem != "holdings"
    ]
    listed = pl.concat([pl.DataFrame(schema={"enterprise_id": pl.String}), *lists])
    pairs = held.filter(is_one, has_begun & ~has_ended).select("parent_id", "child_id")
    pairs = pairs.drop_nulls().unique(maintain_order=True)
    of_listed = pairs.join(
        listed.unique(), left_on="parent_id", right_on="enterprise_id", how="semi"
    )
    return _with_those_below(of_listed, pairs)


def _with_those_below(found: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Pairs, and those of the same parents with subsidiaries of their subsidiaries."""
    last = found
    while not last.is_empty():
        below = last.join(held, left_on="child_id", right_on="parent_id", suffix="_below")
        below = below.select("parent_id", child_id="child_id_below").unique(maintain_order=True)
        last = below.join(found, on=["parent_id", "child_id"], how="anti", maintain_order="left")
        found = pl.concat([found, last])
    return found


def inferred_of_none(workspace: Workspace) -> pl.DataFrame:
    """Inferred industries of the enterprises that have none of their own.

    Args:
        workspace: of a project whose lists and holdings are linked, and their parties found.

    Returns:
        enterprise_id, industries, rules, evidence; each enterprise once, in order of its key.
    """
    none = pl.DataFrame(schema=_INFERRED)
    classifier = classifier_of(workspace.emerging, workspace.project.ruleset)
    if not classifier.knows_products:
        return none
    inferred = inferred_industries(workspace, classifier).join(
        _decided(workspace), left_on="enterprise_id", right_on="key", how="anti"
    )
    found = inferred.join(_open(workspace, inferred), on="enterprise_id", how="semi")
    return pl.concat([none, found.sort("enterprise_id")])


def _open(workspace: Workspace, inferred: pl.DataFrame) -> pl.DataFrame:
    """Of the enterprises of which something was inferred those without an industry."""
    ids = inferred["enterprise_id"].to_list()
    rows = pl.scan_parquet(parquet_files(parties_of(workspace)))
    asked = rows.filter(pl.col("enterprise_id").is_in(ids), _HAS_NONE)
    return asked.select("enterprise_id").collect(engine="streaming")


def _decided(workspace: Workspace) -> pl.DataFrame:
    """Enterprises whose industries a person has decided; perhaps that there are none."""
    if not has_decisions(workspace):
        return pl.DataFrame(schema={"key": pl.String})
    is_meant = (pl.col("table") == "enterprises") & (pl.col("field") == "industries")
    opened = pl.read_parquet(workspace.stage("ruled/open"))
    return opened.filter(is_meant, pl.col("state").is_null()).select("key")


_HAS_NONE = pl.col("industries").list.len().fill_null(0) == 0
