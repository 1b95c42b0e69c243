"""The record of steps has one form, however it came about."""

import json

import pytest

from reli.engine.manifest import Manifest

RECORDS = {
    "linked/asked": {"inputs": {"乙.parquet": "b", "甲.parquet": "a"}, "rows": None},
    "clean/patents": {"parameters": {}, "rows": {"read": 2, "written": 2}, "outputs": ["x\ny"]},
}


def written(folder, records=RECORDS):
    manifest = Manifest(folder / "manifest.json")
    for name, record in records.items():
        manifest.tell(name, record)
        manifest.save()
    return manifest


def form(records):
    return json.dumps(records, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def text(folder):
    return (folder / "manifest.json").read_text(encoding="utf-8")


def test_told_one_by_one_it_is_written_as_a_whole(tmp_path):
    written(tmp_path)
    assert text(tmp_path) == form(RECORDS)


def test_what_is_told_again_replaces_what_was_told(tmp_path):
    manifest = written(tmp_path)
    manifest.tell("linked/asked", {"rows": None})
    manifest.save()
    assert text(tmp_path) == form(RECORDS | {"linked/asked": {"rows": None}})
    assert Manifest(tmp_path / "manifest.json").record("linked/asked") == {"rows": None}


@pytest.mark.parametrize("steps", [["clean/patents"], []])
def test_only_the_steps_of_the_plan_are_kept(tmp_path, steps):
    manifest = written(tmp_path)
    manifest.keep_only(steps)
    manifest.save()
    assert text(tmp_path) == form({name: RECORDS[name] for name in steps})


@pytest.mark.parametrize("spoilt", ["", '{"linked/asked": {', "[1"])
def test_a_torn_one_tells_of_nothing(tmp_path, spoilt):
    (tmp_path / "manifest.json").write_text(spoilt, encoding="utf-8")
    assert Manifest(tmp_path / "manifest.json").record("linked/asked") == {}
