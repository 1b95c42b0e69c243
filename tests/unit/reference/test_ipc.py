"""Which industries a code of the patent classification belongs to."""

import pytest

from reli.errors import MissingFile, Problems
from reli.reference.ipc import industries_of_codes, ipc_rules

IT, GREEN, CARS = "新一代信息技术", "节能环保", "新能源汽车"


@pytest.mark.parametrize(
    ("code", "industries"),
    [
        ("H04W4/02", [IT]),
        ("H04W", [IT]),
        ("C02F9/00", [GREEN]),
        ("H01M10/0525", [IT, CARS]),  # two classes
        ("H01M100/00", []),  # no group under H01M10
        ("H01M10/54", [GREEN]),  # recovery of cells, the longer symbol
        ("H01L21/02", [IT]),
        ("H01L31/0445", ["新能源"]),
        ("H01L31/101", [IT]),  # detectors of light, under H01L31/10
        ("B64C27/08", ["高端装备制造"]),
        ("A61K31/00", ["生物医药"]),
        ("A61K8/02", []),  # cosmetics, taken out
        ("A63F13/50", ["数字创意"]),
        ("C08L63/00", ["新材料"]),
        ("A47B96/00", []),
    ],
)
def test_the_longest_symbol_decides(code, industries):
    assert industries_of_codes([code], ipc_rules()) == [industries]


def written(tmp_path, text):
    path = tmp_path / "ipc.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_of_a_project_replace_those_of_the_same_symbol_and_add_others(tmp_path):
    rules = ipc_rules(written(tmp_path, "ipc,class_code\nH04W,7.2\na47b 96,5.1;7.2\nC02F,\n"))
    asked = ["H04W4/02", "A47B96/00", "C02F9/00", "H04L9/32"]
    assert industries_of_codes(asked, rules) == [[GREEN], [CARS, GREEN], [], [IT]]


def test_a_whole_concordance_takes_the_place_of_the_shipped_one(tmp_path):
    rules = ipc_rules(written(tmp_path, "ipc,class_code\n*,\nH04W4/02,1.1\nH04W4/02,7.1\n"))
    assert industries_of_codes(["H04W4/02", "H04W8/00", "C02F9/00"], rules) == [[IT, GREEN], [], []]


def test_a_classification_of_ones_own_has_rules_of_its_own_alone(tmp_path):
    emerging = tmp_path / "emerging.csv"
    emerging.write_text(
        "industry,gb4754_code,is_starred,products\n未来网络,39,0,\n", encoding="utf-8"
    )
    assert not ipc_rules(None, emerging)
    rules = ipc_rules(written(tmp_path, "ipc,industry\nH04,未来网络\n"), emerging)
    assert industries_of_codes(["H04W4/02"], rules) == [["未来网络"]]


def test_what_is_wrong_with_a_table_is_told_together(tmp_path):
    text = "ipc,class_code\nH4W,1.1\nH04W,1.9\n*,1.1\n"
    with pytest.raises(Problems) as told:
        ipc_rules(written(tmp_path, text))
    message = str(told.value)
    assert "line 2: ipc 'H4W': expected a symbol such as H04W" in message
    assert "line 3: class_code '1.9'" in message
    assert "line 4: ipc '*' drops the shipped rules" in message


def test_an_industry_of_a_table_must_be_one_of_the_project(tmp_path):
    with pytest.raises(Problems, match="新能原"):
        ipc_rules(written(tmp_path, "ipc,industry\nH04,新能原\n"))


def test_a_table_without_its_columns_or_that_is_not_there(tmp_path):
    with pytest.raises(Problems, match="class_code"):
        ipc_rules(written(tmp_path, "ipc,class\nH04,1.1\n"))
    with pytest.raises(MissingFile, match="ipc_rules"):
        ipc_rules(tmp_path / "absent.csv")
