"""Rules of lists as a project's own file says them."""

import pytest

from reli.errors import Problems
from reli.indicators.lists import parse_list_rules

GREEN = '[green_factory]\nvalidity = "years"\nyears = 3\ncoverage = "national"\n'


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        (GREEN.replace("3", "0"), "1 or more"),
        (GREEN.replace("3", "true"), "1 or more"),
        (GREEN.replace("years = 3\n", ""), "needs years"),
        (GREEN.replace('"years"', '"year"'), "expected one of years"),
        # Else each character would be a spelling.
        (GREEN + 'spellings = "国家绿色工厂"', "expected a list of texts"),
        (GREEN + "name_zh = 5", "expected a text"),
        # Files could not be told apart.
        (GREEN + 'name_zh = "高新技术企业"', "means high_tech already"),
        (
            GREEN + 'name_zh = "甲"\n' + GREEN.replace("green", "blue") + 'spellings = ["甲"]',
            "means green_factory already",
        ),
    ],
)
def test_rules_that_cannot_be_followed_are_named(rules, complaint):
    with pytest.raises(Problems, match=complaint):
        parse_list_rules(rules, "lists.toml")


def test_a_shipped_list_under_another_rule_keeps_its_names():
    rules = GREEN.replace("green_factory", "high_tech") + 'name_zh = "高新技术企业"'
    assert parse_list_rules(rules, "lists.toml")["high_tech"]["years"] == 3
