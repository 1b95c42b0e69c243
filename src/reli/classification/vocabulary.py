"""The words that scopes are searched for, made once and kept: a process reads them in a moment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from reli.classification.clauses import Words
from reli.classification.digest import package_digest
from reli.classification.products import Terms, terms
from reli.engine.files import sha256
from reli.engine.kept import kept
from reli.reference.emerging import is_official
from reli.texts import remembered

__all__ = ["Vocabulary", "vocabulary"]


@dataclass(frozen=True)
class Vocabulary:
    """Terms of a classification, and what is needed to find them."""

    terms: Terms
    words: Words


@remembered
def vocabulary(emerging: Path | None = None, *, has_usual: bool = True) -> Vocabulary:
    """The words of a classification, from what was kept, else made: half a second.

    Args:
        emerging: table of the emerging industries in place of the shipped one.
        has_usual: with our usual words for the listed products; else the listed ones alone.

    Raises:
        MissingFile, InvalidData, Problems: the table cannot be used.
    """
    digest = hashlib.sha256(f"{package_digest()} {has_usual}".encode())
    if emerging is not None:
        digest.update(f"{is_official(emerging)} {sha256(emerging)}".encode())
    return _read(kept("words", digest.hexdigest(), partial(_tables, emerging, has_usual)))


def _tables(emerging: Path | None, has_usual: bool) -> dict[str, pl.DataFrame]:
    made = terms(emerging, has_usual=has_usual)
    products = tuple(made.meanings["term"].unique().sort())
    names = tuple(sorted({*made.patterns} - {*products}))
    words = Words.of(products, names)
    return {
        "patterns": pl.DataFrame({"term": made.patterns}),
        "meanings": made.meanings,
        "class_names": made.class_names,
        "products": words.terms,
        "signs": pl.DataFrame({"word": words.signs}),
        "hidden": pl.DataFrame({"word": words.hidden, "mask": words.masks}),
    }


def _read(made: Mapping[str, pl.DataFrame]) -> Vocabulary:
    hidden = made["hidden"]
    words = Words(
        made["products"],
        made["signs"]["word"].to_list(),
        hidden["word"].to_list(),
        hidden["mask"].to_list(),
    )
    found = Terms(tuple(made["patterns"]["term"]), made["meanings"], made["class_names"])
    return Vocabulary(found, words)
