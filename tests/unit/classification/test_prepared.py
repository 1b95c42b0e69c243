"""The gazetteer read back from tables."""

from reli.classification import prepared as module
from reli.classification.gazetteer import gazetteer
from reli.classification.prepared import prepared
from reli.engine.kept import CACHE_VARIABLE


def _never(*_):
    raise AssertionError("built a second time")


def test_what_is_kept_is_what_was_built(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    prepared.__wrapped__(2023, None)
    monkeypatch.setattr(module, "_tables", _never)
    read, built = prepared.__wrapped__(2023, None).names, gazetteer(2023)
    for name in ("full", "stems", "slips"):
        assert dict(getattr(read, name)) == getattr(built, name)
    for name in ("counties_of", "names", "cities", "whole_cities", "former_cities", "vintage"):
        assert getattr(read, name) == getattr(built, name)
