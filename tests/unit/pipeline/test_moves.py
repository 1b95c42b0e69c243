"""What counts as a change of method between two editions."""

import pytest

from reli.config import load_project
from reli.pipeline.moves import method_record
from reli.pipeline.workspace import Workspace


@pytest.fixture
def record(tmp_path):
    def read(setting=""):
        source = '[[sources]]\ntable = "enterprises"\npath = "register.csv"\n'
        text = f'name = "x"\nreference_year = 2023\n{setting}\n{source}'
        (tmp_path / "reli.toml").write_text(text, encoding="utf-8")
        return method_record(Workspace(load_project(tmp_path)))

    return read


@pytest.mark.parametrize(
    "setting", ['counted = "active"', 'patents = "ipc"', 'ruleset = "class-only-1"']
)
def test_settings_that_change_the_counts_are_a_change_of_method(record, setting):
    assert record(setting) != record()


@pytest.mark.parametrize("setting", ['memory = "3 GB"', "threads = 1"])
def test_settings_of_the_machine_are_none(record, setting):
    assert record(setting) == record()
