"""The words of a classification read back from tables."""

import pytest

from reli.classification import vocabulary as module
from reli.classification.clauses import Words
from reli.classification.products import terms
from reli.classification.vocabulary import vocabulary
from reli.engine.kept import CACHE_VARIABLE
from reli.errors import MissingFile, Problems


def _never(*_):
    raise AssertionError("made a second time")


def test_what_is_kept_is_what_was_made(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    vocabulary.__wrapped__(None, has_usual=True)
    monkeypatch.setattr(module, "_tables", _never)
    read, made = vocabulary.__wrapped__(None, has_usual=True), terms()
    assert read.terms.patterns == made.patterns
    assert read.terms.meanings.equals(made.meanings)
    assert read.terms.class_names.equals(made.class_names)
    products = sorted({*made.meanings["term"]})
    words = Words.of(products, sorted({*made.patterns} - {*products}))
    assert read.words.terms.equals(words.terms)
    for name in ("signs", "hidden", "masks"):
        assert getattr(read.words, name) == getattr(words, name)


def test_other_words_and_another_classification_are_made_for_themselves(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    known = vocabulary.__wrapped__(None, has_usual=True).terms.patterns
    assert len(vocabulary.__wrapped__(None, has_usual=False).terms.patterns) < len(known)
    for product in ("飞行汽车", "脑机接口"):
        own = tmp_path / f"{product}.csv"
        own.write_text(
            f"industry,gb4754_code,is_starred,products\n未来产业,3612,1,{product}\n", "utf-8"
        )
        assert product in vocabulary.__wrapped__(own).terms.patterns


def test_a_table_that_cannot_be_used_is_refused_each_time(tmp_path):
    own = tmp_path / "own.csv"
    with pytest.raises(MissingFile):
        vocabulary(own)
    own.write_text("industry,gb4754_code,is_starred,products\n未来产业,3612,1,设备\n", "utf-8")
    for _ in range(2):
        with pytest.raises(Problems, match="says too little"):
            vocabulary(own)
