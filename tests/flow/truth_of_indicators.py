"""Which units of an invented country the road got wholly right, and what its panel says of them."""

import polars as pl

YEAR = 2023
OUTSIDERS = (
    "invention_patents",
    "software_copyrights",
    "engineering_centres",
    "technology_centres",
)
"""Universities count in their 综合; where these are is told by their name alone."""
WORKS = ("patents", "software_copyrights")


def read(folder, *names):
    return pl.concat([pl.read_parquet(folder / f"{name}.parquet") for name in names])


def answered(folder):
    """Enterprises as the road has them, with the planted columns as `true_*`."""
    found = read(folder, "build/classified/enterprises")
    true = read(folder, "truth/enterprises").rename(lambda name: f"true_{name}")
    return found.join(true, left_on="source_line", right_on="true_source_line")


def mistaken(firms):
    """Enterprises with another place, other industries or another date than was planted."""
    industries = pl.col("industries").list.join("|").fill_null("")
    return firms.filter(
        (pl.col("division_code").fill_null("") != pl.col("true_division_code"))
        | (industries != pl.col("true_industries"))
        | pl.col("founded_date").ne_missing(pl.col("true_founded_date"))
        | pl.col("ended_date").ne_missing(pl.col("true_ended_date"))
        | (pl.col("is_counted") != pl.col("true_is_counted"))
    )


def mislinked(folder, firms):
    """Enterprises that a list's or work's row means or was linked to, where these differ."""
    ids = firms.select(true="enterprise_id", enterprise="true_enterprise")
    lists = read_links(folder).join(ids, on="enterprise", how="left")
    wrong = lists.filter(pl.col("found").fill_null("") != pl.col("true").fill_null(""))
    both = [wrong["found"], wrong["true"]]
    for table in WORKS:
        linked = read(folder, f"build/linked/{table}").select("source_line", found="enterprise_id")
        true = read(folder, f"truth/{table}").unpivot(
            ["enterprise", "second"], index="source_line", value_name="number"
        )
        meant = true.join(ids, left_on="number", right_on="enterprise").select(
            "source_line", found="true"
        )
        for one, other in ((linked, meant), (meant, linked)):
            both.append(
                one.drop_nulls().join(other, on=["source_line", "found"], how="anti")["found"]
            )
    return pl.concat(both).drop_nulls().unique()


def read_links(folder):
    links = read(folder, "truth/links")
    found = pl.concat(
        read(folder, f"build/linked/{table}").select(
            file="source_file", source_line="source_line", found="enterprise_id"
        )
        for table in ("recognitions", "listings", "rankings")
    )
    return links.join(found, on=["file", "source_line"])


def touched(folder):
    """Units in which any enterprise, list row or work went wrong, and how many did."""
    firms = answered(folder)
    wrong = mistaken(firms)
    of_links = firms.filter(pl.col("enterprise_id").is_in(mislinked(folder, firms).implode()))
    rows = pl.concat([wrong, of_links])
    units = set(rows["division_code"].drop_nulls()) | set(rows["true_division_code"])
    return units, wrong.height


def compared(folder):
    """Cells of the panel beside the truth: unit, industry, indicator, value, true."""
    keys = ["unit", "industry", "year", "indicator"]
    panel = read(folder, "build/indicator/indicator").drop_nulls("value")
    true = read(folder, "truth/indicators").rename({"value": "true"})
    rows = panel.join(true, on=keys).filter(pl.col("year") == YEAR)
    has_outsiders = pl.col("indicator").is_in(OUTSIDERS) & (pl.col("industry") == "综合")
    return rows.filter(~has_outsiders & (pl.col("indicator") != "sei_share"))
