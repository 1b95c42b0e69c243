"""`python -m benchmarks.error_rates FOLDER`: how often each class of evidence is wrong.

FOLDER is an invented country that has been run: its planted truth is compared with what the road
made of it, class by class. The rates that the road draws from (`reli.pipeline.error_rates`) are
what this prints.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from reli.config import load_project
from reli.pipeline.classified import classified_rows
from reli.pipeline.workspace import Workspace

LISTS = ("recognitions", "listings", "rankings")
"""Tables whose rows name one enterprise each, and are planted so."""


def measure(folder: Path) -> list[dict[str, Any]]:
    """Rows kind, class, of, wrong: of so many assignments, so many differ from what was planted.

    Class missed: of so many true ones, so many were not found.
    """
    truth = pl.read_parquet(folder / "truth" / "enterprises.parquet")
    classified = classified_rows(Workspace(load_project(folder))).collect()
    firms = classified.join(
        truth.select(
            "source_line",
            "enterprise",
            true_code="division_code",
            true_industries="industries",
        ),
        on="source_line",
    )
    return [*_places(firms), *_industries(firms), *_links(folder, firms)]


def _places(firms: pl.DataFrame) -> Iterator[dict[str, Any]]:
    placed = firms.filter(pl.col("division_code").is_not_null())
    wrong = pl.col("division_code") != pl.col("true_code")
    yield from _by_class("place", placed.select(cls="place_confidence", wrong=wrong))


def _industries(firms: pl.DataFrame) -> Iterator[dict[str, Any]]:
    true = (
        pl.col("true_industries").str.split("|").list.eval(pl.element().filter(pl.element() != ""))
    )
    sets = firms.select("industries", "rules", true=true)
    found = sets.with_columns(pl.col("rules").str.split("|")).filter(
        pl.col("industries").list.len() > 0
    )
    pairs = found.explode("industries", "rules")
    wrong = ~pl.col("industries").is_in(pl.col("true"))
    yield from _by_class("industry", pairs.select(cls="rules", wrong=wrong))
    missed = sets.explode("true").drop_nulls("true")
    lost = missed.select(wrong=~pl.col("true").is_in(pl.col("industries")))
    yield _row("industry", "missed", lost)


def _links(folder: Path, firms: pl.DataFrame) -> Iterator[dict[str, Any]]:
    planted = pl.read_parquet(folder / "truth" / "links.parquet").join(
        firms.select("enterprise", true_id="enterprise_id"), on="enterprise"
    )
    rows = pl.concat(
        pl.read_parquet(path).select(
            "enterprise_id", "link_confidence", "source_line", file="source_file"
        )
        for table in LISTS
        if (path := folder / "build" / "linked" / f"{table}.parquet").is_file()
    ).join(planted, on=["file", "source_line"])
    linked = rows.filter(pl.col("enterprise_id").is_not_null())
    wrong = pl.col("enterprise_id") != pl.col("true_id")
    yield from _by_class("link", linked.select(cls="link_confidence", wrong=wrong))
    yield _row("link", "missed", rows.select(wrong=pl.col("enterprise_id").is_null()))


def _by_class(kind: str, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for (name,), part in rows.group_by("cls", maintain_order=True):
        yield _row(kind, str(name), part)


def _row(kind: str, name: str, rows: pl.DataFrame) -> dict[str, Any]:
    return {"kind": kind, "class": name, "of": rows.height, "wrong": int(rows["wrong"].sum())}


def main() -> None:
    """Print the table as TOML."""
    for row in sorted(measure(Path(sys.argv[1])), key=lambda row: (row["kind"], row["class"])):
        print(f'[[rate]]\nkind = "{row["kind"]}"\nclass = "{row["class"]}"')
        print(f"of = {row['of']}\nwrong = {row['wrong']}\n")


if __name__ == "__main__":
    main()
