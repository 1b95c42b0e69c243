"""What the numbers say: facts and the sentences made of them."""

from reli.insight.dimensions import city_heat, dimension_facts, leader_statements
from reli.insight.facts import Facts, facts
from reli.insight.paragraphs import Paragraph, paragraphs
from reli.insight.patterns import Patterns, load_patterns
from reli.insight.reading import read_standings
from reli.insight.regional import region_counts, regions
from reli.insight.sentence import Sentence
from reli.insight.sentences import overview
from reli.insight.standings import Standings
from reli.insight.statements import Named, Statement, read_leaders

__all__ = [
    "Facts",
    "Named",
    "Paragraph",
    "Patterns",
    "Sentence",
    "Standings",
    "Statement",
    "city_heat",
    "dimension_facts",
    "facts",
    "leader_statements",
    "load_patterns",
    "overview",
    "paragraphs",
    "read_leaders",
    "read_standings",
    "region_counts",
    "regions",
]
