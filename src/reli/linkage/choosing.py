"""Which of the enterprises that a rung of the ladder found is the answer to a row.

Candidates are preferred by place, being alive, legal form and the very name. One that is preferred
alone is the answer; several that are preferred alike go to review.
"""

import polars as pl

from reli.linkage.typos import judge

__all__ = ["NO_ANSWERS", "NO_CANDIDATES", "NULL", "candidates_of", "decide", "preferred_slips"]

_MOST_CANDIDATES = 10
"""Of more firms that a row could mean only the first so many are told."""
_FIRST_JUDGED = 12
"""How many firms of a row are judged at first. Of so many nearly always at least
`_MOST_CANDIDATES` prove to be slips, and the others need not be judged."""

NULL = pl.lit(None, dtype=pl.String)
NO_CANDIDATES = pl.DataFrame(
    schema={
        "row": pl.UInt32,
        "entry": pl.UInt32,
        "code": pl.String,
        "preference": pl.Int32,
        "role": pl.String,
        "confidence": pl.String,
        "method": pl.String,
    }
)
"""Candidates as `candidates_of` makes them: `row` is the row asked, `entry` the register's row,
`preference` the greater the better."""
NO_ANSWERS = NO_CANDIDATES.drop("code", "preference").with_columns(candidates=NULL)


def _same_form() -> pl.Expr:
    """Whether both names are of joint-stock companies, or neither."""
    return pl.col("key").str.contains("股份") == pl.col("key_found").str.contains("股份")


def candidates_of(
    found: pl.DataFrame,
    role: str = "self",
    method: pl.Expr = NULL,
    confidence: pl.Expr = NULL,
) -> pl.DataFrame:
    """Candidates of a rung, with what one is preferred by.

    Args:
        found: pairs of a row asked and an entry of the register; the entry's columns end in
            `_found`.
        role: what the entry is to the row: self, branch, former.
        method: one of the ladder's methods.
        confidence: exact, derived, inferred; ambiguous where the rung itself is in doubt.
    """
    return found.select(
        "row",
        "entry",
        code="credit_code_found",
        preference=_preference(),
        role=pl.lit(role),
        confidence=confidence.cast(pl.String),
        method=method.cast(pl.String),
    )


def _preference() -> pl.Expr:
    """What prefers a candidate: place, being alive, legal form, its very name."""
    form = _same_form().fill_null(False)
    as_said = (pl.col("name") == pl.col("name_found")).fill_null(False)
    city = (pl.col("city") == pl.col("city_found")).fill_null(False)
    province = (pl.col("province") == pl.col("province_found")).fill_null(False)
    return (16 * city + 8 * province + 4 * ~pl.col("is_dead_found") + 2 * form + as_said).cast(
        pl.Int32
    )


def preferred_slips(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of names one slip apart, with their verdict: those that the answer depends on.

    A row whose name is like those of hundreds of firms is told the first few of the firms that are
    preferred, so that the others need not be judged.
    """
    # The pairs are many, and each has many columns: only those that tell them apart are sorted.
    ordered = _in_preference(pairs)
    is_first = pl.col("is_best") & (pl.col("number") <= _FIRST_JUDGED)
    first = _slips(ordered.filter(is_first))
    is_settled = (pl.col("slips") >= _MOST_CANDIDATES) | (pl.col("best") <= _FIRST_JUDGED)
    settled = (
        first.group_by("row")
        .agg(slips=pl.col("firm").n_unique())
        .join(ordered.filter("is_best").group_by("row").agg(best=pl.col("number").max()), on="row")
        .filter(is_settled)
    )
    rest = ordered.filter(~is_first).join(settled, on="row", how="anti")
    found = pl.concat([first, _slips(rest)])
    return pairs[found["pair"]].with_columns(found["verdict"])


def _in_preference(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs in order of preference, row by row.

    `pair` is the place of a pair in the table given, `is_best` says whether none of its row is
    preferred to it, `number` counts the firms of a row; the entries of one firm share a number.
    """
    firm = pl.coalesce("credit_code_found", pl.col("entry").cast(pl.String))
    ordered = pairs.select(
        "row", "entry", "credit_code_found", "core", "core_found",
        pair=pl.int_range(pl.len(), dtype=pl.UInt32), firm=firm, preference=_preference(),
        is_same_form=_same_form().fill_null(True),
    ).sort(
        "row", pl.col("preference").neg(), "credit_code_found", "entry", nulls_last=True
    )  # fmt: skip
    is_next = (pl.col("firm") != pl.col("firm").shift(1)).fill_null(True)
    return ordered.with_columns(
        is_best=pl.col("preference") == pl.col("preference").max().over("row"),
        number=is_next.cum_sum().over("row"),
    )


def _slips(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with their verdict, without two firms; each two names are judged once."""
    told = pairs.select("core", "core_found", "is_same_form")
    # In their order pairs of one name are neighbours, and what was read in it is still remembered.
    each = told.unique(maintain_order=True)
    verdicts = [judge(a, f, is_same_form=same) for a, f, same in each.iter_rows()]
    each = each.with_columns(verdict=pl.Series(verdicts, dtype=pl.String))
    known = told.join(each, on=told.columns, how="left", maintain_order="left")
    return pairs.with_columns(known["verdict"]).filter(pl.col("verdict") != "other")


def decide(candidates: pl.DataFrame) -> pl.DataFrame:
    """One answer a row: the candidate that is preferred, or several for review."""
    best = candidates.filter(pl.col("preference") == pl.col("preference").max().over("row"))
    is_alone = best["row"].is_unique()
    alone = best.filter(is_alone & (pl.col("confidence") != "ambiguous")).with_columns(
        candidates=NULL
    )
    rest = best.join(alone.select("row"), on="row", how="anti")
    grouped = (
        rest.sort("row", "code", "entry")
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("entry", "role", "confidence", "method").first(),
            n=pl.coalesce("code", pl.col("entry").cast(pl.String)).n_unique(),
            doubtful=(pl.col("confidence") == "ambiguous").any(),
            codes=pl.col("code").drop_nulls().unique(maintain_order=True).head(_MOST_CANDIDATES),
        )
    )
    is_open = (pl.col("n") > 1) | pl.col("doubtful")
    several = grouped.select(
        "row",
        entry=pl.when(~is_open).then("entry"),
        role=pl.when(~is_open).then("role"),
        confidence=pl.when(is_open).then(pl.lit("ambiguous")).otherwise(pl.col("confidence")),
        method="method",
        candidates=pl.when(is_open).then(pl.col("codes").list.join("|")),
    )
    names = NO_ANSWERS.columns
    return pl.concat([alone.select(names), several.select(names)])
