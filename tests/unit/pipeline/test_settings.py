"""A slip in the settings is told before the first step."""

import dataclasses

import pytest

from reli.cli.init import init
from reli.config import Project, Publications, SourceSetting
from reli.errors import ReliError
from reli.pipeline import project_status, run_project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "register.csv").write_text("企业名称\n甲公司\n", encoding="utf-8")

    def write(settings="", table="enterprises"):
        source = f'[[sources]]\ntable = "{table}"\npath = "register.csv"\n'
        text = f'name = "x"\nreference_year = 2023\n{settings}\n{source}'
        (tmp_path / "reli.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('ruleset = "sei2018"', "unknown ruleset 'sei2018': did you mean 'sei2018-1'"),
        ('framework = "heat-2023"', "unknown framework 'heat-2023': did you mean 'heat-2024'"),
        ('framework = "mine.toml"', "mine.toml does not exist"),
        ('recipe = "mine.toml"', "named as recipe in reli.toml"),
        ('emerging = "sei.csv"', "sei.csv does not exist"),
        ('lists = "reli.tmol"', "did you mean 'reli.toml'"),
        ('memory = "lots"', "memory is 'lots'"),
    ],
)
def test_what_settings_name_is_looked_at_first(project, settings, complaint):
    folder = project(settings)
    for look in (project_status, run_project):
        with pytest.raises(ReliError) as caught:
            look(folder)
        assert complaint in str(caught.value)
    assert not (folder / "build" / "manifest.json").exists()


def test_products_that_say_too_little_are_refused_before_anything_is_read(project):
    folder = project('emerging = "own.csv"')
    text = "industry,gb4754_code,is_starred,products\n未来产业,,1,量子计算机;软件\n"
    (folder / "own.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReliError, match="'软件' says too little"):
        run_project(folder)
    assert not (folder / "build" / "clean").exists()


@pytest.mark.parametrize(
    ("node", "complaint"),
    [
        ('measure = { kind = "shares" }', "b: unknown kind of measure 'shares': did you mean"),
        ('measure = { kind = "recognised", list = "high_tec" }', "unknown list 'high_tec'"),
        (
            'measure = { kind = "stock" }\ndenominator = "c"',
            "node 'b': unknown denominator 'c': expected one of a, b",
        ),
    ],
)
def test_what_a_framework_counts_is_looked_at_before_anything_is_read(project, node, complaint):
    folder = project('framework = "own.toml"')
    text = '[[node]]\ncode = "top"\n[[node]]\ncode = "a"\nparent = "top"\n'
    text += 'measure = { kind = "stock" }\n[[node]]\ncode = "b"\nparent = "top"\n'
    (folder / "own.toml").write_text(text + node, encoding="utf-8")
    with pytest.raises(ReliError) as caught:
        run_project(folder)
    assert complaint in str(caught.value)
    assert not (folder / "build" / "clean").exists()


def test_a_mistyped_table_is_named(project):
    with pytest.raises(ReliError, match="unknown table 'enterprise': did you mean 'enterprises'"):
        project_status(project(table="enterprise"))


def test_the_template_explains_every_setting(tmp_path):
    init(tmp_path / "new", year=2024)
    template = (tmp_path / "new" / "reli.toml").read_text(encoding="utf-8")
    names = {
        f.name for kind in (Project, Publications, SourceSetting) for f in dataclasses.fields(kind)
    }
    missing = {
        name
        for name in names - {"folder", "publications", "sources"}
        if f"{name} = " not in template
    }
    assert missing == set()
