"""Classifying: enterprises to emerging industries, with the rule that fired and its evidence."""

import unicodedata
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from reli.classification.clauses import (
    counting_in_items,
    may_count,
    plain_scope,
    tidy_scope,
    without_formulas,
)
from reli.classification.finder import Finder
from reli.classification.sentences import Said, SentenceReader
from reli.classification.vocabulary import vocabulary
from reli.engine.encoded import as_encoded, plain, spread
from reli.errors import UnknownName
from reli.reference.emerging import classes, industries_of, is_official
from reli.reference.industries import gb4754
from reli.texts import remembered

__all__ = [
    "INDUSTRY_SCHEMA",
    "RULES",
    "RULESET",
    "RULESETS",
    "Classifier",
    "class_code",
    "is_of_standard",
    "ruleset_name",
]

RULESET = "sei2018-1"
"""The rules by default."""

RULESETS = {
    RULESET: "listed products, and usual words for them (terms.csv)",
    "sei2018-1-listed": "listed products and names of unstarred classes alone",
    "sei2018-1-own": "products of the firm's own class alone; no industry beside the class's",
    "sei2018-1-class": "unstarred classes alone, whatever the scopes say",
}
"""Versions of the rules and their published choices; the name stands in every answer."""

_ALLOWED = {
    "sei2018-1-own": ("unstarred_class", "class_product", "scope_product"),
    "sei2018-1-class": ("unstarred_class",),
}
"""Rules that a ruleset keeps, where it does not keep all."""

RULES = {
    "unstarred_class": "the class belongs whole, whatever the scope",
    "class_product": "a listed product of the starred class stands in a production clause",
    "scope_product": "no class is given; a product stands in an explicit production clause",
    "further_product": "a product of another industry stands in a production clause",
}
"""In order of precedence."""

INDUSTRY_SCHEMA = pa.schema(
    {
        name: pa.string()
        for name in (
            "industries",
            "rules",
            "evidence",
            "ruleset",
            "inferred_gb4754_code",
            "emerging_classes",
        )
    }
)

_LONGEST_EVIDENCE = 60


class Classifier:
    """Assigns emerging industries. Safe to share between threads."""

    def __init__(self, emerging: Path | None = None, ruleset: str = RULESET) -> None:
        """Prepare terms and classes.

        Args:
            emerging: table of the emerging industries in place of the shipped one, as
                `reli reference import-sei` writes it, or a classification of one's own.
            ruleset: one of RULESETS.

        Raises:
            UnknownName: no such ruleset.
        """
        if ruleset not in RULESETS:
            raise UnknownName("ruleset", ruleset, RULESETS)
        self._ruleset = ruleset_name(ruleset, emerging)
        self._allowed = _ALLOWED.get(ruleset, tuple(RULES))
        known = vocabulary(emerging, has_usual=ruleset != "sei2018-1-listed")
        self._terms, self._words = known.terms, known.words
        self._sentences = SentenceReader(known.words, known.terms.class_names)
        self._whole = _whole_classes(emerging)
        self.industries = industries_of(emerging)
        """Names of the industries that it assigns, in order."""
        self._industry = pl.Enum(self.industries)

    @property
    def knows_products(self) -> bool:
        """Whether the ruleset lets anything but classes decide."""
        return self._allowed != ("unstarred_class",)

    @cached_property
    def _term_finder(self) -> Finder:
        """Finds the terms of products anywhere in short texts, for all lists."""
        return Finder([*self._terms.patterns], prefers_longer=False)

    def classify(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer each row of a batch.

        Args:
            batch: name, gb4754_code, business_scope; text, possibly missing.

        Returns:
            A batch of INDUSTRY_SCHEMA, row for row.
        """
        return plain(self.classified(batch))

    def classified(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The same answers, dictionary-encoded, since most of them recur."""
        rows, numbers = _kinds(*_class_and_scope(batch))
        said = self._sentences.said(rows["scope"])
        named = self._named(rows, said)
        hits = self._product_hits(named)
        found = pl.concat([self._class_hits(rows), self._ruled(hits)])
        found = found.filter(pl.col("rule").cast(pl.String).is_in(self._allowed))
        columns = (
            _of_rows(_best(found), numbers)
            | _of_rows(self._inferred(rows, named, said), numbers)
            | spread(pl.DataFrame({"ruleset": self._ruleset}), _nowhere(len(numbers)))
        )
        return pa.record_batch({name: columns[name] for name in INDUSTRY_SCHEMA.names})

    def named_in(self, texts: pa.Array) -> pa.Array:
        """Industries of the products that short texts name, joined by `|`; empty where none.

        For products and technical fields of recognitions, which need no verb: a recognised
        enterprise whose own class and scope give no industry takes these, marked inferred.
        """
        there = self._term_finder.find(plain_scope(texts))
        terms = pl.Series(self._terms.patterns, dtype=pl.String).gather(there.words)
        named = pl.DataFrame({"row": there.rows, "term": terms})
        found = (
            named.join(self._terms.meanings.filter(~pl.col("is_plain")), on="term")
            .select("row", industry=pl.col("industry").cast(self._industry))
            .unique()
            .sort("row", "industry")
            .group_by("row", maintain_order=True)
            .agg(pl.col("industry").cast(pl.String).str.join("|"))
        )
        rows = pl.DataFrame({"row": np.arange(len(texts))})
        full = rows.join(found, on="row", how="left", maintain_order="left")
        array: pa.Array = full["industry"].fill_null("").to_arrow().cast(pa.string())
        return array

    def _class_hits(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Industries of unstarred classes."""
        return rows.join(self._whole, on="class").select(
            "row",
            "industry",
            rule=_rule("unstarred_class"),
            term=pl.col("class") + " ",
            clause="class_name",
            length=pl.lit(0, pl.Int32),
            class_code="class_codes",
        )

    def _named(self, rows: pl.DataFrame, said: Said) -> pl.DataFrame:
        """Terms in items that make or render them: row, class, clause, term, is_made, is_dealt."""
        says, is_bound = said.has("says"), said.has("is_bound")
        # Sentences that say something only together: few scopes have any.
        bound = rows.filter(pl.Series(says & is_bound))
        plain = plain_scope(without_formulas(bound["scope"]).to_arrow())
        together = counting_in_items(bound.with_columns(scope=tidy_scope(plain)), self._words)
        alone = said.named(says & ~is_bound)
        alone = alone.with_columns(rows["class"].gather(alone["row"]))
        return pl.concat([alone, together.select(alone.columns)])

    def _product_hits(self, named: pl.DataFrame) -> pl.DataFrame:
        """Products among the terms: also gb4754_code, industry, is_own (of the firm's class)."""
        found = named.join(self._terms.meanings, on="term", maintain_order="left_right")
        has_class = pl.col("class") != ""
        is_own = has_class & pl.col("gb4754_code").str.starts_with(pl.col("class"))
        # In a firm's own class, what is named without any verb is what it makes.
        return found.with_columns(is_own=is_own).filter(
            may_count(pl.col("term")) | pl.col("is_own"), pl.col("is_own") | ~pl.col("is_plain")
        )

    def _inferred(self, rows: pl.DataFrame, named: pl.DataFrame, said: Said) -> pl.DataFrame:
        """For rows without a class the likely one: of the longest product, else of a class's name.

        It decides no industry by itself.
        """
        of_products = (
            named.filter((pl.col("class") == "") & may_count(pl.col("term")))
            .join(self._terms.meanings.select("term", "gb4754_code"), on="term")
            .filter(pl.col("gb4754_code") != "")
            .select(
                "row",
                class_code="gb4754_code",
                class_length=pl.col("term").str.len_chars().cast(pl.Int32),
            )
        )
        is_open = (rows["class"] == "").to_numpy(writable=True)
        is_open[of_products["row"]] = False
        return (
            pl.concat([of_products, said.classes(is_open)])
            .sort("row", -pl.col("class_length"), "class_code")
            .unique("row", keep="first", maintain_order=True)
            .select("row", inferred_gb4754_code="class_code")
        )

    def _ruled(self, hits: pl.DataFrame) -> pl.DataFrame:
        """Which rule lets a product count."""
        # What the firm's own class lists is not meant as another class's product.
        is_owned = pl.col("is_own").any().over("row", "term")
        own = hits.filter(pl.col("is_own") | ~is_owned)
        rule = (
            pl.when("is_own")
            .then(pl.lit("class_product"))
            .when(pl.col("class") != "")
            .then(pl.lit("further_product"))
            .otherwise(pl.lit("scope_product"))
        )
        return own.select(
            "row",
            pl.col("industry").cast(self._industry),
            rule=rule.cast(pl.Enum(list(RULES))),
            term=pl.col("term") + "：",
            clause="clause",
            length=pl.col("term").str.len_chars().cast(pl.Int32),
            class_code="class_code",
        )


def ruleset_name(ruleset: str, emerging: Path | None) -> str:
    """Name of the rules in answers: a classification of one's own stands in it with its file."""
    if emerging is None or is_official(emerging):
        return ruleset
    return ruleset.replace(RULESET, emerging.stem)


def _evidence() -> pl.Expr:
    clause = (
        pl.col("clause").str.slice(0, _LONGEST_EVIDENCE).str.replace_all("|", "｜", literal=True)
    )
    return pl.concat_str("term", clause)


def _best(found: pl.DataFrame) -> pl.DataFrame:
    """One answer a row: its industries in order, the first rule and longest evidence of each."""
    chosen = (
        found.sort("row", "industry", "rule", -pl.col("length"), maintain_order=True)
        .unique(["row", "industry"], keep="first", maintain_order=True)
        .select(
            "row",
            industries=pl.col("industry").cast(pl.String),
            rules=pl.col("rule").cast(pl.String),
            evidence=_evidence(),
        )
    )
    classes = (
        found.select("row", pl.col("class_code").str.split("|"))
        .explode("class_code")
        .filter(pl.col("class_code") != "")
        .unique()
        .sort("row", "class_code")
        .rename({"class_code": "emerging_classes"})
    )
    return _joined(chosen).join(_joined(classes), on="row", how="left", maintain_order="left")


def _joined(rows: pl.DataFrame) -> pl.DataFrame:
    """One line a row: its texts joined by `|`. Most rows have one line already."""
    is_alone = pl.col("row").is_unique()
    several = (
        rows.filter(~is_alone)
        .group_by("row", maintain_order=True)
        .agg(pl.exclude("row").str.join("|"))
    )
    return pl.concat([rows.filter(is_alone), several])


def _rule(name: str) -> pl.Expr:
    return pl.lit(name).cast(pl.Enum(list(RULES)))


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Name of a class, group or division -> its codes; the finest level first."""
    found: dict[str, list[str]] = {}
    for row in gb4754().to_pylist():
        found.setdefault(_plain_name(row["name"]), []).append(row["code"])
    return {name: tuple(sorted(codes, key=len, reverse=True)) for name, codes in found.items()}


def _plain_name(name: str) -> str:
    """A name as clean cells have it: brackets of the standard are full-width."""
    return unicodedata.normalize("NFKC", name).strip()


@cache
def _codes() -> frozenset[str]:
    return frozenset(gb4754()["code"].to_pylist())


@cache
def class_code(text: str) -> str:
    """The code of two to four digits that a cell means; empty where it means none.

    A name of several levels (a group with one class of its name) means the finest. Codes with a
    section letter in front, or with a name behind, are read too.
    """
    digits = "".join(character for character in text if character in "0123456789")
    if digits in _codes():
        return digits
    # A class that the standard closed is known by its group.
    if len(digits) == 4 and digits[:3] in _codes():
        return digits[:3]
    names = _names().get(_plain_name(text), ())
    return names[0] if names and names[0].isdigit() else ""


def is_of_standard(text: str) -> bool:
    """Whether a cell is a code or name of the standard, of a section too."""
    return text in _codes() or _plain_name(text) in _names()


@remembered
def _whole_classes(emerging: Path | None) -> pl.DataFrame:
    """Codes of any level below which every class belongs whole to an industry.

    Columns class, class_name, industry, class_codes (of the second level, joined by `|`).
    """
    members: dict[str, dict[str, set[str]]] = {}
    for row in classes(emerging).to_pylist():
        if not row["is_starred"] and row["industry"]:
            of_class = members.setdefault(row["gb4754_code"], {})
            of_class.setdefault(row["industry"], set()).add(row["class_code"])
    leaves: dict[str, list[str]] = {}
    for code in _codes():
        if len(code) == 4:
            for length in (2, 3, 4):
                leaves.setdefault(code[:length], []).append(code)
    names = dict(zip(gb4754()["code"].to_pylist(), gb4754()["name"].to_pylist(), strict=True))
    rows = [
        (code, names[code], industry, "|".join(sorted(second)))
        for code, below in sorted(leaves.items())
        for industry in industries_of(emerging)
        if all(industry in members.get(leaf, ()) for leaf in below)
        for second in [set[str]().union(*(members[leaf][industry] for leaf in below))]
    ]
    columns = ["class", "class_name", "industry", "class_codes"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_columns(pl.col("industry").cast(pl.Enum(industries_of(emerging))))


def _class_and_scope(batch: pa.RecordBatch) -> tuple[pl.Series, pl.Series]:
    """Each row's code of a class, empty where none is given, and its scope as it is written."""
    given = as_encoded(batch.column("gb4754_code"))
    codes = [class_code((text or "").strip()) for text in given.dictionary.to_pylist()]
    known = pl.Series("class", codes, dtype=pl.String)
    scopes = pl.Series(batch.column("business_scope").cast(pa.large_string()))
    return known.gather(pl.Series(given.indices)).fill_null(""), scopes


def _kinds(codes: pl.Series, scopes: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """What is to be classified, each class and scope once (row, class, scope), and its row in that.

    Many firms take a scope over as it stands. Texts are told by hashes, and those alike compared.
    """
    said = pl.DataFrame({"class": codes, "scope": scopes})
    every = np.arange(len(said))
    alike = said.hash_rows().rank("dense").to_numpy()
    first = np.zeros(len(said) + 1, np.int64)
    first[alike[::-1]] = every[::-1]
    like = first[alike]
    again = np.flatnonzero(like != every)
    is_same = _are_same(said[again], said[like[again]])
    like[again[~is_same]] = again[~is_same]
    is_new = like == every
    kinds = said.filter(pl.Series(is_new))
    numbers = pl.Series((np.cumsum(is_new) - 1)[like], dtype=pl.Int32)
    return kinds.with_row_index("row"), numbers


def _are_same(ours: pl.DataFrame, theirs: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether two tables have the same texts, row by row."""
    same: np.ndarray[Any, np.dtype[np.bool_]] = np.ones(len(ours), np.bool_)
    for one in ours:
        same &= one.eq_missing(theirs[one.name]).to_numpy()
    return same


def _of_rows(told: pl.DataFrame, numbers: pl.Series) -> dict[str, pa.DictionaryArray]:
    """What is told of some kinds, by their row, as columns of the rows that are of each."""
    texts = told.drop("row")
    nothing = pl.DataFrame({name: [""] for name in texts.columns})
    kinds = _nowhere(len(numbers)).scatter(told["row"], range(1, len(told) + 1))
    return spread(pl.concat([nothing, texts]).fill_null(""), kinds.gather(numbers))


def _nowhere(rows: int) -> pl.Series:
    return pl.zeros(rows, pl.Int32, eager=True)
