"""Every number of the site's indices is that of the panel and of the standings, cell by cell."""

import json

import polars as pl
import pytest

KEY = "division_code"
MISSING = {"-": "not_observed", "s": "suppressed", "": "inactive"}
STANDING = {
    "r": "ranked", "u": "unnumbered", "i": "inactive", "n": "not_scored", "p": "unpublished",
}  # fmt: skip


def script(folder, name):
    """What a script of the site's data assigns."""
    text = (folder / "out" / "site" / "data" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text[text.index("=") + 1 :].rstrip().rstrip(";"))


@pytest.fixture(scope="module")
def numbers(synthetic):
    """Industry -> the data of its index; and the codes of the units in the site's order."""
    package = synthetic / "out" / "datapackage"
    units = pl.read_parquet(package / "divisions.parquet")[KEY].to_list()
    ranks = pl.read_parquet(package / "ranks.parquet")
    industries = ranks["industry"].unique(maintain_order=True).to_list()
    return units, {name: script(synthetic, f"i{at}") for at, name in enumerate(industries)}


def test_every_indicator_is_that_of_the_panel(synthetic, numbers):
    units, indices = numbers
    panel = pl.read_parquet(synthetic / "build" / "indicator" / "indicator.parquet")
    panel = panel.filter(pl.col("year") == panel["year"].max())
    expected = {
        (row["industry"], row["indicator"], row["unit"]): (row["value"], row["state"])
        for row in panel.iter_rows(named=True)
        if row["industry"] in indices
    }
    shown = {
        (industry, code, unit): (None, MISSING[cell]) if cell in MISSING else (float(cell), None)
        for industry, data in indices.items()
        for code, cells in data["raw"].items()
        for unit, cell in zip(units, cells.split(","), strict=True)
    }
    assert shown.keys() == expected.keys()
    wrong = {
        key: (found, expected[key])
        for key, found in shown.items()
        if not agree(found, *expected[key])
    }
    assert not wrong, list(wrong.items())[:5]


def agree(found, value, state):
    """Whether a cell of the site says what the panel does."""
    if found == (None, "inactive"):
        # Of who has no enterprise at all, the panel has zeros in the overall index.
        return not value and state in ("inactive", "observed", "not_observed")
    return found == ((None, state) if value is None else (value, None))


def test_every_index_and_rank_is_that_of_the_standings(synthetic, numbers):
    units, indices = numbers
    standings = pl.read_parquet(synthetic / "build" / "score" / "standings.parquet")
    expected = {
        (row["industry"], row[KEY]): (
            None if row["index"] is None else round(row["index"], 6), row["rank"], row["status"]
        )
        for row in standings.iter_rows(named=True)
    }  # fmt: skip
    shown = {
        (industry, unit): (
            float(index) if index else None, int(rank) if rank else None, STANDING[status]
        )
        for industry, data in indices.items()
        for unit, index, rank, status in zip(
            units, data["index"].split(","), data["rank"].split(","), data["status"], strict=True
        )
    }  # fmt: skip
    assert shown == expected
