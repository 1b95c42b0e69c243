"""Where owners and hosts lie that are in no register: by their address, else by their name."""

import polars as pl
import pyarrow as pa

from reli.classification.place import Locator

__all__ = ["place_outsiders"]

_BEHIND = "(?:大学|学院|科学院|研究院)(.{4,})$"
"""What stands behind a seat of learning names the place of its branch: 甲大学苏州研究院."""

_CALLED_AFTER = "^(.{2,4}?)(?:大学|学院)"
"""A seat of learning that is called after its city or province alone: 浙江大学, 苏州大学."""

_AFTER_A_PERSON = "中山"
"""中山大学 is in 广州."""

_WIDE = "wide"
"""Basis of what is no more than a city or a province: 石河子大学 is not told so, nor 江南大学."""


def place_outsiders(names: pa.Table, locator: Locator) -> pa.Table:
    """Place of each outsider.

    Args:
        names: outsider_id, name, address (mostly null).
        locator: of the vintage.

    Returns:
        The table with place_code (county, or the city or province that is certain; empty for
        none), place_level, place_method and place_text, and place_basis (address, name).
    """
    frame = pl.DataFrame(names)
    tried = [
        ("address", frame["address"]),
        ("name", frame["name"].str.extract(_BEHIND, 1)),
        ("name", frame["name"]),
        (_WIDE, frame["name"].str.extract(_CALLED_AFTER, 1).replace(_AFTER_A_PERSON, "")),
    ]
    # Asked together: to ask takes longer than to answer so few rows.
    asked = pl.concat(
        text.alias("text").to_frame().with_row_index("row").with_columns(place_basis=pl.lit(by))
        for by, text in tried
    )
    found = frame.with_row_index("row")
    best = (
        asked.drop("text")
        .hstack(_located(asked["text"], locator))
        .filter(
            pl.col("place_code") != "",
            (pl.col("place_basis") != _WIDE) | pl.col("place_level").is_in(["city", "province"]),
        )
        .unique("row", keep="first", maintain_order=True)
        .with_columns(pl.col("place_basis").replace(_WIDE, "name"))
    )
    placed = found.join(best, on="row", how="left", maintain_order="left").drop("row")
    strings = [name for name in placed.columns if name.startswith("place_")]
    return placed.with_columns(pl.col(strings).fill_null("")).to_arrow()


def _located(text: pl.Series, locator: Locator) -> pl.DataFrame:
    batch = pa.record_batch({"address": text.fill_null("").to_arrow().cast(pa.string())})
    return pl.DataFrame(locator.locate(batch)).select(
        place_code="division_code",
        place_level="division_level",
        place_method="method",
        place_text="matched_text",
    )
