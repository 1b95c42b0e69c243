"""Matching: rows of lists to enterprises of a register, rung by rung, with evidence.

The ladder: credit code, exact cleaned name, former name, legal-form variant, branch's parent, one
edit of the core in the same place. A rung answers only where its candidate is the only one (after
place and being alive have been asked); several go to review, never to a guess.
"""

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from reli.linkage.names import branch_parent, core_key, name_key

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MATCH_SCHEMA", "Matcher"]

MATCH_SCHEMA = pa.schema(
    {
        name: pa.string()
        for name in (
            "matched_credit_code",
            "matched_name",
            "role",
            "confidence",
            "method",
            "candidates",
        )
    }
)

_DEAD = "注销|吊销|撤销|deregistered|revoked|cancelled|moved_abroad"
_MOST_CANDIDATES = 10


class Matcher:
    """Matches against one register, which it holds in memory as keys."""

    def __init__(self, register: pa.Table) -> None:
        """Index a register.

        Args:
            register: name, credit_code; optionally former_names (joined by `|`), province, city,
                status. Text, possibly missing.
        """
        frame = pl.DataFrame(
            {name: _text(register, name) for name in ("credit_code", "name", "province", "city")}
        ).with_row_index("entry")
        status = _text(register, "status").fill_null("")
        frame = frame.with_columns(
            key=name_key(frame["name"]),
            is_dead=status.str.contains(_DEAD),
            province=_short(frame["province"]),
            city=_short(frame["city"]),
        )
        self._register = frame.with_columns(core=core_key(frame["key"]))
        self._former = self._former_names(_text(register, "former_names"))
        self._deletions: pl.DataFrame | None = None

    def _former_names(self, former: pl.Series) -> pl.DataFrame:
        each = (
            pl.DataFrame({"former": former})
            .with_row_index("entry")
            .filter(pl.col("former").is_not_null() & (pl.col("former") != ""))
            .with_columns(pl.col("former").str.split("|"))
            .explode("former")
        )
        return each.select("entry", key=name_key(each["former"])).drop_nulls()

    def match(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: name; optionally credit_code, province, city.

        Returns:
            A batch of MATCH_SCHEMA, row for row. role: self, branch, former; confidence: exact,
            derived, inferred, ambiguous, none.
        """
        rows = self._rows(batch)
        answered: list[pl.DataFrame] = []
        rungs: list[Callable[[pl.DataFrame], pl.DataFrame]] = [
            self._by_code,
            self._by_name,
            self._by_former_name,
            self._by_core,
            self._by_parent,
            self._by_one_edit,
        ]
        open_rows = rows
        for rung in rungs:
            found = _decide(rung(open_rows))
            answered.append(found)
            open_rows = open_rows.join(found.select("row"), on="row", how="anti")
        return self._described(rows, pl.concat(answered))

    def _rows(self, batch: pa.RecordBatch) -> pl.DataFrame:
        table = pa.Table.from_batches([batch])
        frame = pl.DataFrame(
            {name: _text(table, name) for name in ("name", "credit_code", "province", "city")}
        ).with_row_index("row")
        code = frame["credit_code"].str.to_uppercase().str.replace_all(r"[\s\-]", "")
        frame = frame.with_columns(
            credit_code=code.set(code == "", None),
            key=name_key(frame["name"]),
            province=_short(frame["province"]),
            city=_short(frame["city"]),
        )
        return frame.with_columns(core=core_key(frame["key"]), parent=branch_parent(frame["key"]))

    def _by_code(self, rows: pl.DataFrame) -> pl.DataFrame:
        coded = rows.filter(pl.col("credit_code").is_not_null())
        found = coded.join(self._register, on="credit_code", suffix="_found")
        return _candidates(found, "self", "exact", "credit_code")

    def _by_name(self, rows: pl.DataFrame) -> pl.DataFrame:
        found = rows.join(self._register, on="key", suffix="_found")
        return _candidates(found, "self", "exact", "name")

    def _by_former_name(self, rows: pl.DataFrame) -> pl.DataFrame:
        entries = rows.select("row", "key", "province", "city").join(self._former, on="key")
        found = entries.join(self._register, on="entry", suffix="_found")
        return _candidates(found, "former", "derived", "former_name")

    def _by_core(self, rows: pl.DataFrame) -> pl.DataFrame:
        found = rows.join(self._register, on="core", suffix="_found")
        return _candidates(_same_place(found), "self", "derived", "legal_form")

    def _by_parent(self, rows: pl.DataFrame) -> pl.DataFrame:
        branches = rows.filter(pl.col("parent").is_not_null())
        found = branches.join(self._register, left_on="parent", right_on="key", suffix="_found")
        return _candidates(found, "branch", "derived", "branch")

    def _by_one_edit(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Cores that agree after one deletion on either side: one edit apart at most."""
        if self._deletions is None:
            self._deletions = _deletions(self._register.select("entry", "core", "key"))
        mine = _deletions(rows.select("row", "core", "key"))
        pairs = mine.join(self._deletions, on="short", suffix="_found")
        near = pairs.unique(["row", "entry"]).select("row", "entry")
        found = (
            rows.join(near, on="row")
            .join(self._register, on="entry", suffix="_found")
            # A typo leaves the rest of the name as it is.
            .filter(
                (pl.col("key").str.len_chars() - pl.col("key_found").str.len_chars()).abs() <= 1
            )
        )
        known = pl.col("province").is_not_null() & pl.col("province_found").is_not_null()
        return _candidates(_same_place(found.filter(known)), "self", "inferred", "one_edit")

    def _described(self, rows: pl.DataFrame, answers: pl.DataFrame) -> pa.RecordBatch:
        entries = self._register.select(
            "entry", matched_credit_code="credit_code", matched_name="name"
        )
        full = (
            rows.select("row")
            .join(answers, on="row", how="left", maintain_order="left")
            .join(entries, on="entry", how="left", maintain_order="left")
            .with_columns(confidence=pl.col("confidence").fill_null("none"))
            .select(MATCH_SCHEMA.names)
            .fill_null("")
        )
        table = full.to_arrow().cast(MATCH_SCHEMA).combine_chunks()
        return table.to_batches()[0] if len(table) else _nothing()


def _text(table: pa.Table, name: str) -> pl.Series:
    if name not in table.column_names:
        return pl.Series(name, [None] * table.num_rows, dtype=pl.String)
    return pl.Series(name, table[name].cast(pa.large_string())).str.strip_chars()


def _short(places: pl.Series) -> pl.Series:
    """Province or city without its suffix, so that 浙江 and 浙江省 agree."""
    short = places.str.replace("(?:省|市|地区|盟|(?:壮族|回族|维吾尔)?自治区|[^市]*自治州)$", "")
    return short.set(short == "", None).alias(places.name)


def _same_place(found: pl.DataFrame) -> pl.DataFrame:
    """Only candidates whose province does not contradict the row's."""
    differs = (pl.col("province") != pl.col("province_found")).fill_null(False)
    return found.filter(~differs)


def _candidates(found: pl.DataFrame, role: str, confidence: str, method: str) -> pl.DataFrame:
    """Candidates of a rung with what prefers one: its place, then that it is alive."""
    city = (pl.col("city") == pl.col("city_found")).fill_null(False).cast(pl.Int8)
    province = (pl.col("province") == pl.col("province_found")).fill_null(False).cast(pl.Int8)
    code = pl.col("credit_code_found") if "credit_code_found" in found.columns else "credit_code"
    return found.select(
        "row",
        "entry",
        code=code,
        preference=4 * city + 2 * province + (~pl.col("is_dead")).cast(pl.Int8),
        role=pl.lit(role),
        confidence=pl.lit(confidence),
        method=pl.lit(method),
    )


def _decide(candidates: pl.DataFrame) -> pl.DataFrame:
    """One answer a row: the preferred candidate, or several for review."""
    best = candidates.filter(pl.col("preference") == pl.col("preference").max().over("row"))
    grouped = (
        best.sort("row", "code", "entry")
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("entry", "role", "confidence", "method").first(),
            n=pl.col("code").fill_null(pl.col("entry").cast(pl.String)).n_unique(),
            codes=pl.col("code").drop_nulls().unique(maintain_order=True).head(_MOST_CANDIDATES),
        )
    )
    is_open = pl.col("n") > 1
    return grouped.select(
        "row",
        entry=pl.when(~is_open).then("entry"),
        role=pl.when(~is_open).then("role"),
        confidence=pl.when(is_open).then(pl.lit("ambiguous")).otherwise(pl.col("confidence")),
        method="method",
        candidates=pl.when(is_open).then(pl.col("codes").list.join("|")),
    )


def _deletions(rows: pl.DataFrame) -> pl.DataFrame:
    """Each core and all that one deletion makes of it: column `short`."""
    cores = rows.filter(pl.col("core").str.len_chars() >= 4)
    places = pl.int_ranges(0, pl.col("core").str.len_chars())
    spread = cores.with_columns(at=places).explode("at")
    head = pl.col("core").str.slice(0, pl.col("at"))
    tail = pl.col("core").str.slice(pl.col("at") + 1)
    shorter = spread.with_columns(short=head + tail).drop("at")
    return pl.concat([cores.with_columns(short="core"), shorter])


def _nothing() -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=MATCH_SCHEMA)
