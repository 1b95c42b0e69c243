"""A sentence with the fact it states, and the index that sentences are about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from reli.insight.facts import Facts
from reli.insight.patterns import Patterns
from reli.insight.thresholds import Thresholds

__all__ = ["IndexSaid", "Sentence"]


@dataclass(frozen=True)
class Sentence:
    """A sentence in Chinese and the fact it states, as JSON."""

    text: str
    fact: Mapping[str, object] = field(hash=False)

    @property
    def kind(self) -> str:
        """Kind of statement: the name of its pattern."""
        return str(self.fact["kind"])


@dataclass(frozen=True)
class IndexSaid:
    """One index as sentences speak of it: whom they count, and in which words."""

    industry: str
    top: int
    """Last rank that is counted."""
    counted: pa.Table
    """Units up to that rank, by rank, then code."""
    leading: pa.Table
    """Those of the first ten places."""
    facts: Facts
    patterns: Patterns
    thresholds: Thresholds
    is_of_one_province: bool = False
    """Only one province is looked at: its share and those absent say nothing."""

    def sentence(self, kind: str, fact: Mapping[str, object], **slots: object) -> Sentence:
        """A sentence of a kind, about this index."""
        text = self.patterns.say(
            "overview",
            kind,
            self.industry,
            subject=self.patterns.subject(self.industry),
            top=self.top,
            **slots,
        )
        whole = {"kind": kind, "industry": self.industry, "top": self.top, **fact}
        return Sentence(text, whole)
