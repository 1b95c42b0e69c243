"""Frameworks and recipes tell all that is wrong with them at once."""

import pytest

from reli.errors import Problems
from reli.frameworks import framework_text
from reli.index import parse_framework, parse_recipe
from reli.indicators import read_measures


def test_the_heat_framework_has_4_7_and_19():
    tree = parse_framework(framework_text("heat-2024"), "heat-2024")
    counted = [list(tree.levels.values()).count(level) for level in (1, 2, 3, 4)]
    assert counted == [19, 7, 4, 1]
    assert tree.children["heat"] == ("foundation", "agglomeration", "innovation", "potential")
    assert tree.path("listed") == ("listed", "leaders", "agglomeration", "heat")


def test_the_eight_published_names_have_their_place_among_the_seven():
    tree = parse_framework(framework_text("heat-2024"), "heat-2024")
    here = [row["here"] for row in tree.concordance]
    assert len(here) == 8 and here.count("") == 1
    sevens = [code for code in tree.aggregates if tree.levels[code] == 2]
    assert sorted(code for code in here if code) == sorted(sevens)


def test_every_indicator_of_the_heat_framework_is_measured():
    tree = parse_framework(framework_text("heat-2024"), "heat-2024")
    measures = read_measures({code: tree.by_code[code].measure for code in tree.indicators})
    assert len(measures) == 19


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('[[node]]\ncode = "a"\nparent = "b"', "node 'a' has the unknown parent 'b'"),
        ('[[node]]\ncode = "a"\n[[node]]\ncode = "a"', "node 'a' stands 2 times"),
        ('[[node]]\ncode = "a"\ndirection = 2', "node 'a' has direction 2"),
        ('[[node]]\ncode = "a"\nwieght = 2', "did you mean 'weight'?"),
        ('declared = { indicator = 2 }\n[[node]]\ncode = "a"', "declared are 2"),
        (
            '[[node]]\ncode = "i"\n[[node]]\ncode = "a"\nparent = "b"\n'
            '[[node]]\ncode = "b"\nparent = "a"',
            "node 'a' is its own ancestor",
        ),
        ("", "has no nodes"),
        ('[node]\ncode = "a"', "node must be tables: write [[node]]"),
        ('[[node]]\ncode = "a"\nweight = nan', "weight is nan: expected a number"),
        ('levels = "index"\n[[node]]\ncode = "a"', "levels is 'index': expected a list of names"),
        ("iCode,Parent,Weight\nI,,1\na,I,inf\n", "line 3: Weight is 'inf': expected a number"),
        ("iCode,Parent,Weight\nI,,\na,I,NA\n", "line 3: Weight of 'a' is empty: expected a number"),
        (
            "iCode,Parent,Direction\nI,,1\na,I,\n",
            "line 3: Direction of 'a' is empty: expected 1 or",
        ),
    ],
)
def test_what_is_wrong_with_a_framework_is_said(text, complaint):
    with pytest.raises(Problems) as caught:
        parse_framework(text, "my.toml")
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("my.toml: ")


def test_problems_are_told_together():
    text = '[[node]]\ncode = "a"\nparent = "x"\ndirection = 0'
    with pytest.raises(Problems, match="3 problems"):
        parse_framework(text, "my.toml")


IMETA = """iCode,Parent,Direction,Weight,Level,Type,iName
Index,,1,1,2,Aggregate,The index
A,Index,-1,2,1,Indicator,First
B,Index,1,1,1,Indicator,Second
G,,,,,Group,A group
D,,,,,Denominator,People
"""


def test_a_mistyped_parent_hides_neither_levels_nor_types_nor_numbers():
    # 'Indxe' is taken for 'Index': A is of level 1, not 2, and B has no children.
    text = IMETA.replace("A,Index,-1,2,1", "A,Indxe,-1,2,2").replace("1,1,1,Ind", "1,1,1,Agg")
    text = text.replace("Aggicator", "Aggregate")
    with pytest.raises(Problems) as caught:
        parse_framework(text, "iMeta.csv")
    said = str(caught.value)
    assert "node 'A' has the unknown parent 'Indxe': did you mean 'Index'?" in said
    assert "node 'A' has Level 2, but by its children 1" in said
    assert "node 'B' is of Type Aggregate, but has no children" in said
    toml = 'declared = {{ indicator = {} }}\n[[node]]\ncode = "heat"\n' + "".join(
        f'[[node]]\ncode = "{code}"\nparent = "{up}"\n'
        for code, up in (("a", "haet"), ("b", "heat"))
    )
    with pytest.raises(Problems, match="2 nodes of level 'indicator', declared are 3"):
        parse_framework(toml.format(3), "my.toml")
    with pytest.raises(Problems, match="unknown parent") as caught:
        parse_framework(toml.format(2), "my.toml")
    assert "declared" not in str(caught.value)


def test_a_row_that_cannot_be_read_is_not_missed_in_numbers():
    text = 'declared = { indicator = 2 }\n[[node]]\ncode = "i"\n'
    text += '[[node]]\ncode = "a"\nparent = "i"\n[[node]]\ncode = "b"\nparent = "i"\nweight = "x"'
    with pytest.raises(Problems) as caught:
        parse_framework(text, "my.toml")
    assert "declared" not in str(caught.value)


def problems_of(text):
    with pytest.raises(Problems) as caught:
        parse_framework(text, "my.toml")
    return list(caught.value.problems)


def test_several_tops_hide_no_circle():
    pairs = (("r", ""), ("s", "t"), ("t", "s"), ("a", "r"), ("q", ""), ("z", "z"), ("y", "x"))
    text = "".join(f'[[node]]\ncode = "{code}"\nparent = "{up}"\n' for code, up in pairs)
    assert problems_of(text) == [
        "node 'y' has the unknown parent 'x': expected one of r, s, t, a, q, z, y",
        "2 nodes are without a parent ('r', 'q'): expected one, the index",
        *[f"node {code!r} is its own ancestor" for code in "stz"],
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        # What lies below a node, and what it lies below, is known though its Type is not.
        (
            "iCode,Parent,Type\ni,,Aggregate\ny,i,Agregate\nd,y,Indicator\ne,yy,Indicator\n",
            [
                "line 3: unknown Type 'Agregate': did you mean 'Aggregate'?",
                "node 'e' has the unknown parent 'yy': did you mean 'y'?",
            ],
        ),
        (
            "iCode,Parent,Weight,Weight\ni,,1,1\na,i,1,2\n",
            ["column 'Weight' stands 2 times: remove all but one, or give the others their name"],
        ),
        ("iCode,Parent,Weight\ni,,x\na,i,1\n", ["line 2: Weight is 'x': expected a number"]),
        (
            '[[node]]\ncode = "i"\n[[node]]\ncode = "y"\nparnt = "i"\n'
            '[[node]]\ncode = "d"\nparent = "y"',
            ["node 'y': unknown key 'parnt': did you mean 'parent'?"],
        ),
    ],
)
def test_only_what_is_wrong_is_complained_of(text, problems):
    assert problems_of(text) == problems


def test_what_decides_nothing_may_be_empty():
    text = (
        "iCode,Parent,Direction,Weight,Type\nI,,,,Aggregate\nd,I,,2,Aggregate\na,d,-1,1,Indicator"
    )
    tree = parse_framework(text + "\nx,,,,Other", "iMeta.csv")
    read = [(node.code, node.direction, node.weight) for node in tree.nodes]
    assert read == [("I", 1, 1.0), ("d", 1, 2.0), ("a", -1, 1.0)]


def test_imeta_of_coinr_is_read():
    tree = parse_framework(IMETA, "iMeta.csv")
    assert tree.indicators == ("A", "B")
    assert (tree.by_code["A"].direction, tree.by_code["A"].weight) == (-1, 2.0)


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('[[step]]\ndo = "normalize"', "did you mean 'normalise'?"),
        ('[[step]]\ndo = "treat"\nmethod = "log1"', "did you mean 'log1p'?"),
        ('[[step]]\ndo = "normalise"\nmethod = "minmax"\nlow = 1', "did you mean 'lower'?"),
        ('[[step]]\ndo = "treat"\nmethod = "log1p"\nexcept = ["x"]', "unknown indicator 'x'"),
        ('[[stepp]]\ndo = "treat"', "unknown key 'stepp': did you mean 'step'?"),
        ("", "has no steps"),
        ('[step]\ndo = "treat"', "step must be tables: write [[step]]"),
        ('[[step]]\ndo = "normalise"\nmethod = "minmax"\nlower = nan', "lower is nan"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said(text, complaint):
    with pytest.raises(Problems) as caught:
        parse_recipe(text, "my.toml", ("a",))
    assert complaint in str(caught.value)
