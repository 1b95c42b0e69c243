"""Matching: rows of lists to enterprises of a register, rung by rung, with evidence.

The ladder: credit code, name as it is, cleaned name, former name, legal-form variant, branch's
parent, one slip of the pen. A rung answers only where its candidate is the only one (after place
and being alive have been asked); several go to review, never to a guess.
"""

from collections.abc import Callable, Sequence
from threading import Lock

import polars as pl
import pyarrow as pa
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from reli.linkage.brands import is_usual_brand
from reli.linkage.choosing import (
    NO_ANSWERS,
    NO_CANDIDATES,
    NULL,
    candidates_of,
    decide,
    preferred_slips,
)
from reli.linkage.keys import DeletionIndex, KeyIndex
from reli.linkage.names import (
    branch_parent,
    core_key,
    former_in_remark,
    is_branch,
    name_key,
    placeless,
    undated,
    without_echo,
    without_remark,
)
from reli.linkage.places import is_other_kind, short_name

__all__ = ["MATCH_SCHEMA", "METHODS", "Matcher", "plain_code"]

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

METHODS = {
    "credit_code": "the same credit code, and names that agree",
    "credit_code_other_name": "the same credit code under a name that does not agree",
    "name": "the same name, but for width, spaces, brackets and script",
    "former_name": "a former name of the enterprise",
    "legal_form": "the same name but for the legal form or the form of the place",
    "branch": "a branch of the enterprise, not registered itself or asked for its parent",
    "place_left_out": "the same name of a joint-stock company but for the place in front",
    "one_edit": "the same name but for one slip of the pen",
}

_DEAD = "注销|吊销|撤销|deregistered|revoked|withdrawn|moved_abroad"
_Rung = Callable[[pl.DataFrame], pl.DataFrame]


class Matcher:
    """Matches against one register, which it holds in memory as keys."""

    def __init__(self, register: pa.Table, *, of_parents: bool = False) -> None:
        """Index a register.

        Args:
            register: name, credit_code; optionally former_names (joined by `|`), province, city,
                status; name_key and core_key, if they are known already. Text, possibly missing.
            of_parents: whether a branch stands for its parent even where it is registered itself.
        """
        self._of_parents = of_parents
        names = _text(register, "name")
        has_keys = {"name_key", "core_key"} <= {*register.column_names}
        keys = _text(register, "name_key") if has_keys else name_key(names)
        cores = _text(register, "core_key") if has_keys else core_key(keys)
        self._register = pl.DataFrame(
            {
                "credit_code": _text(register, "credit_code"),
                "name": names,
                "key": keys,
                "core": cores,
                "province": _short(_text(register, "province")),
                "city": _short(_text(register, "city")),
                "is_dead": _text(register, "status").str.contains(_DEAD).fill_null(False),
            }
        )
        former = _former_names(_text(register, "former_names"))
        # Compared alike however it is written, given back as it stands in the register.
        self._codes = KeyIndex(plain_code(self._register["credit_code"]))
        self._names = KeyIndex(keys)
        self._former = KeyIndex(former["key"], former["entry"])
        self._cores = KeyIndex(self._register["core"])
        self._former_cores = KeyIndex(core_key(former["key"]), former["entry"])
        self._placeless: KeyIndex | None = None
        self._near: DeletionIndex | None = None
        self._building = Lock()

    def match(self, batch: pa.RecordBatch, *, near: bool = True) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: name; optionally credit_code, province, city.
            near: whether the last rungs, names without their place or one slip apart, are climbed.

        Returns:
            A batch of MATCH_SCHEMA, row for row. role: self, branch, former; confidence: exact,
            derived, inferred, ambiguous, none; method: one of METHODS.
        """
        rows = _asked(batch)
        answered = [NO_ANSWERS]
        open_rows = rows
        for rung in self._ladder()[: None if near else -2]:
            if open_rows.is_empty():
                break
            found = decide(rung(open_rows))
            answered.append(found)
            open_rows = open_rows.join(found.select("row"), on="row", how="anti")
            if "core" not in open_rows.columns and not open_rows.is_empty():
                open_rows = _with_cores(open_rows)
        return self._described(rows, pl.concat(answered))

    def _ladder(self) -> Sequence[_Rung]:
        return (
            *([self._by_parent_first] if self._of_parents else []),
            self._by_code_and_name,
            self._by_former_name,
            self._by_core,
            self._by_remark,
            self._by_parent,
            self._by_name_without_place,
            self._by_one_edit,
        )

    def _by_code_and_name(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The code goes before the name; where the two disagree, the answer says so."""
        coded = self._pairs(self._codes, rows, "credit_code")
        coded = coded.with_columns(agrees=self._agree(coded))
        open_rows = rows.join(coded.select("row"), on="row", how="anti")
        named = self._named(open_rows)
        is_coded = pl.lit("credit_code")
        return pl.concat(
            [
                candidates_of(
                    coded,
                    method=pl.when("agrees").then(is_coded).otherwise(is_coded + "_other_name"),
                    confidence=pl.when("agrees").then(pl.lit("exact")).otherwise(pl.lit("derived")),
                ),
                candidates_of(named, method=pl.lit("name"), confidence=pl.lit("exact")),
            ]
        )

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """By the name as written, perhaps with a list's remark, then by the name alone."""
        whole = self._pairs(self._names, rows.filter(pl.col("said_key").is_not_null()), "said_key")
        bare = rows.join(whole.select("row"), on="row", how="anti")
        return pl.concat([whole, self._pairs(self._names, bare, "key")])

    def _agree(self, pairs: pl.DataFrame) -> pl.Series:
        """Whether names found by code are one name or its variant, or a former one."""
        former = self._former.find(pairs["row"], pairs["key"]).with_columns(said=True)
        known = (
            pairs.select("row", "entry")
            .join(
                former.unique(["row", "entry"]),
                on=["row", "entry"],
                how="left",
                maintain_order="left",
            )["said"]
            .fill_null(False)
        )
        same = (pairs["key"] == pairs["key_found"]) | pairs["key"].is_null()
        return (
            known
            | same.fill_null(True)
            | (core_key(pairs["key"]) == pairs["core_found"]).fill_null(False)
        )

    def _by_former_name(self, rows: pl.DataFrame) -> pl.DataFrame:
        found = self._pairs(self._former, rows, "key")
        return candidates_of(found, "former", pl.lit("former_name"), pl.lit("derived"))

    def _by_core(self, rows: pl.DataFrame) -> pl.DataFrame:
        found = _not_elsewhere(self._pairs(self._cores, rows, "core"))
        open_rows = rows.join(found.select("row"), on="row", how="anti")
        former = _not_elsewhere(self._pairs(self._former_cores, open_rows, "core"))
        return pl.concat(
            [
                candidates_of(found, method=pl.lit("legal_form"), confidence=pl.lit("derived")),
                candidates_of(former, "former", pl.lit("former_name"), pl.lit("derived")),
            ]
        )

    def _by_remark(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What a list gives in brackets as the other name."""
        said = rows.filter(pl.col("other_key").is_not_null())
        found = self._pairs(self._names, said, "other_key")
        return candidates_of(found, "former", pl.lit("former_name"), pl.lit("derived"))

    def _by_parent_first(self, rows: pl.DataFrame) -> pl.DataFrame:
        branches = rows.filter(is_branch(rows["key"]))
        return self._by_parent(branches.with_columns(parent=branch_parent(branches["key"])))

    def _by_parent(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The parent itself, under its present or a former name or another form."""
        branches = rows.filter(pl.col("parent").is_not_null())
        if branches.is_empty():
            return NO_CANDIDATES
        branches = branches.with_columns(parent_core=core_key(branches["parent"]))
        # A branch stands elsewhere than its parent: its place says nothing about it.
        branches = branches.with_columns(province=NULL, city=NULL)
        found = []
        for index, column in (
            (self._names, "parent"),
            (self._former, "parent"),
            (self._cores, "parent_core"),
        ):
            pairs = self._pairs(index, branches, column)
            found.append(candidates_of(pairs, "branch", pl.lit("branch"), pl.lit("derived")))
            branches = branches.join(pairs.select("row"), on="row", how="anti")
        return pl.concat(found)

    def _by_name_without_place(self, rows: pl.DataFrame) -> pl.DataFrame:
        """浙江甲股份有限公司 listed as 甲股份有限公司; the reverse may be a member."""
        joint = _joint(rows.select("row", "key", "core"))
        if joint.is_empty():
            return NO_CANDIDATES
        joint = joint.join(rows.drop("key", "core"), on="row", maintain_order="left")
        found = self._pairs(self._index_without_place(), joint, "rest")
        found = _not_elsewhere(
            found.filter((found["core"] == found["rest"]) != (found["core_found"] == found["rest"]))
        )
        usual = [is_usual_brand(rest) for rest in found["rest"].to_list()]
        doubtful = pl.Series(usual, dtype=pl.Boolean) | (found["core"] != found["rest"])
        return candidates_of(
            found,
            method=pl.lit("place_left_out"),
            confidence=pl.when(doubtful).then(pl.lit("ambiguous")).otherwise(pl.lit("inferred")),
        )

    def _by_one_edit(self, rows: pl.DataFrame) -> pl.DataFrame:
        plain = rows.filter(rows["core"].is_not_null() & ~is_branch(rows["key"]))
        if plain.is_empty():
            return NO_CANDIDATES
        plain = plain.with_columns(once=without_echo(plain["core"]))
        near = self._index_of_deletions().find(plain["row"], plain["core"])
        echoed = self._cores.find(plain["row"], plain["once"])
        pairs = _not_elsewhere(self._joined(plain, pl.concat([near, echoed]).unique()))
        asked, found = pairs["core"].to_list(), pairs["core_found"].to_list()
        apart = pl.Series("apart", cpdist(asked, found, scorer=OSA.distance), dtype=pl.Float64)
        pairs = pairs.filter((apart == 1) | (pl.col("core_found") == pl.col("once")))
        unsure = pl.col("verdict") == "unsure"
        return candidates_of(
            preferred_slips(pairs),
            method=pl.lit("one_edit"),
            confidence=pl.when(unsure).then(pl.lit("ambiguous")).otherwise(pl.lit("inferred")),
        )

    def _index_without_place(self) -> KeyIndex:
        """Built when it is first needed; once, whichever thread comes first."""
        with self._building:
            if self._placeless is None:
                theirs = _joint(self._register.with_row_index("row").select("row", "key", "core"))
                self._placeless = KeyIndex(theirs["rest"], theirs["row"])
            return self._placeless

    def _index_of_deletions(self) -> DeletionIndex:
        with self._building:
            if self._near is None:
                branches = is_branch(self._register["key"])
                self._near = DeletionIndex(self._register["core"].set(branches, None))
            return self._near

    def _pairs(self, index: KeyIndex, rows: pl.DataFrame, column: str) -> pl.DataFrame:
        return self._joined(rows, index.find(rows["row"], rows[column]))

    def _joined(self, rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
        """Pairs with the columns of both sides; those of the register end in `_found`."""
        theirs = self._register[pairs["entry"]]
        theirs.columns = [f"{name}_found" for name in theirs.columns]
        return pl.concat([pairs, theirs], how="horizontal").join(
            rows, on="row", how="left", maintain_order="left"
        )

    def _described(self, rows: pl.DataFrame, answers: pl.DataFrame) -> pa.RecordBatch:
        full = rows.select("row").join(answers, on="row", how="left", maintain_order="left")
        theirs = self._register.select(matched_credit_code="credit_code", matched_name="name")
        found = theirs[full["entry"]] if theirs.height else theirs.clear(full.height)
        full = pl.concat([full, found], how="horizontal").with_columns(
            confidence=pl.col("confidence").fill_null("none")
        )
        table = full.select(MATCH_SCHEMA.names).fill_null("").to_arrow().cast(MATCH_SCHEMA)
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=MATCH_SCHEMA)


def _asked(batch: pa.RecordBatch) -> pl.DataFrame:
    """Rows of a list with the keys of the first rungs."""
    table = pa.Table.from_batches([batch])
    names = _text(table, "name")
    bare = without_remark(names)
    return pl.DataFrame(
        {
            "name": names,
            "credit_code": plain_code(_text(table, "credit_code")),
            "key": name_key(bare),
            "said_key": name_key(names.set((names == bare).fill_null(True), None)),
            "province": _short(_text(table, "province")),
            "city": _short(_text(table, "city")),
        }
    ).with_row_index("row")


def _with_cores(rows: pl.DataFrame) -> pl.DataFrame:
    """Further keys, needed only for rows whose name is not registered."""
    return rows.with_columns(
        core=core_key(rows["key"]),
        parent=branch_parent(rows["key"]),
        other_key=name_key(former_in_remark(rows["name"])),
    )


def _joint(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of joint-stock companies, with the rest of their names behind the place (`rest`)."""
    return rows.with_columns(rest=placeless(rows["key"], rows["core"])).drop_nulls("rest")


def _former_names(former: pl.Series) -> pl.DataFrame:
    each = (
        pl.DataFrame({"former": former})
        .with_row_index("entry")
        .filter(pl.col("former").is_not_null() & (pl.col("former") != ""))
        .with_columns(pl.col("former").str.split("|"))
        .explode("former")
    )
    return each.select("entry", key=name_key(undated(each["former"]))).drop_nulls()


def _text(table: pa.Table, name: str) -> pl.Series:
    if name not in table.column_names:
        return pl.Series(name, [None] * table.num_rows, dtype=pl.String)
    return pl.Series(name, table[name].cast(pa.large_string())).str.strip_chars()


def plain_code(codes: pl.Series) -> pl.Series:
    """Credit codes that compare alike however they are written; null for none."""
    plain = codes.str.to_uppercase().str.replace_all(r"[\s\-]", "")
    return plain.set(plain == "", None)


def _short(places: pl.Series) -> pl.Series:
    """Province or city without its kind, so that 浙江 and 浙江省 agree."""
    said = places.drop_nulls().unique().to_list()
    short = {place: short_name(place) or None for place in said}
    return places.replace_strict(short, default=None, return_dtype=pl.String)


def _not_elsewhere(pairs: pl.DataFrame) -> pl.DataFrame:
    """Only candidates whose places do not contradict the row's, in columns or in the name."""
    differs = (pl.col("province") != pl.col("province_found")).fill_null(False)
    differs |= (pl.col("city") != pl.col("city_found")).fill_null(False)
    return pairs.filter(~differs, ~is_other_kind(pairs["key"], pairs["key_found"]))
