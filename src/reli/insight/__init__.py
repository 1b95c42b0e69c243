"""What the numbers say: facts and the sentences made of them."""

from reli.insight.facts import Facts, facts
from reli.insight.patterns import Patterns, load_patterns
from reli.insight.reading import read_standings
from reli.insight.regional import region_counts
from reli.insight.sentences import Sentence, overview
from reli.insight.standings import Standings

__all__ = [
    "Facts",
    "Patterns",
    "Sentence",
    "Standings",
    "facts",
    "load_patterns",
    "overview",
    "read_standings",
    "region_counts",
]
