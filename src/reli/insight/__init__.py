"""What the numbers say: facts and the sentences made of them."""

from reli.insight.facts import Facts, facts
from reli.insight.reading import read_standings
from reli.insight.standings import Standings

__all__ = ["Facts", "Standings", "facts", "read_standings"]
