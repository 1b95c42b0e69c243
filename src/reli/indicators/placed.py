"""Enterprises, claims and works together with the place where each counts.

Each is one pass over the register, for all measures together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import ibis
import pyarrow as pa

from reli.indicators.centres import lies_in_municipality
from reli.indicators.claims import claims_of
from reli.indicators.firms import is_insured, with_activity
from reli.indicators.leaders import leading_claims, listed_ids
from reli.indicators.measure import Measure
from reli.indicators.owners import having_several
from reli.indicators.recognised import in_force, recognised_claims
from reli.indicators.sets import set_columns
from reli.indicators.tables import Period, RoadTables
from reli.indicators.works import coded_works, marked_works, owned_alone, owned_works, owner_ids

__all__ = ["Evaluator", "Placed", "of_family"]


class Evaluator(Protocol):
    """What evaluates expressions."""

    def fetch(self, expression: ibis.Table) -> pa.Table:
        """Evaluate an expression whose result is small enough for memory."""

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Evaluate an expression once for several that read it."""

    def memory_table(self, table: pa.Table) -> ibis.Table:
        """A small table in memory."""


def of_family(measures: Sequence[Measure], family: str) -> list[Measure]:
    """The measures that one family counts."""
    return [measure for measure in measures if measure.family == family]


@dataclass(frozen=True)
class Placed:
    """The linked tables of a project at one period, what has no place left out.

    `carried` are further columns of the enterprises, text; null of outsiders.
    """

    tables: RoadTables
    period: Period
    engine: Evaluator

    @cached_property
    def _in_force(self) -> ibis.Table | None:
        """Recognitions in force, found once for all that is asked of them."""
        found = in_force(self.tables, self.period, self.engine.memory_table)
        return None if found is None else self.engine.keep(found)

    def firms(self, carried: Sequence[str] = (), *, tells_activity: bool = True) -> ibis.Table:
        """Counted enterprises with `is_active`, which costs a pass over lists and patents."""
        evidence = self._evidence() if tells_activity else None
        once = None if evidence is None else evidence.distinct()
        firms = with_activity(self.tables, once, carried)
        return firms.filter(firms.place.notnull())

    def shown_active(self, carried: Sequence[str] = ()) -> ibis.Table | None:
        """Counted enterprises that insure nobody, and are active all the same.

        None where neither lists nor patents say so. Of those that other tables name, where these
        are known.
        """
        evidence = self._evidence()
        if evidence is None:
            return None
        firms = self._named(carried)
        shown = firms.filter(~is_insured(firms)).semi_join(evidence, "enterprise_id")
        return shown.mutate(is_active=ibis.literal(False))

    def inferred(self) -> ibis.Table | None:
        """Counted enterprises that the register was counted without the industries of.

        `is_active` says whether they insure anybody.
        """
        if self.tables.inferred is None:
            return None
        firms = self._named(()).semi_join(self.tables.inferred, "enterprise_id")
        return firms.mutate(is_active=is_insured(firms))

    def _named(self, carried: Sequence[str]) -> ibis.Table:
        """Counted enterprises; of those that other tables name, where these are known."""
        named = self.tables.named
        if named is None or carried:
            firms = self.tables.firms(carried)
        else:
            firms = named.filter(~named.is_outsider)
        return firms.filter(firms.place.notnull())

    def claims(self, measures: Sequence[Measure], carried: Sequence[str] = ()) -> ibis.Table | None:
        """Claims of all lists, joined to the parties: indicator, quantity."""
        memory = self.engine.memory_table
        claims = claims_of(
            recognised_claims(of_family(measures, "recognised"), self._in_force, memory),
            leading_claims(of_family(measures, "leading"), self.tables, self.period, memory),
        )
        if claims is None:
            return None
        rows = self._parties(claims, carried)
        return rows.filter(
            rows.stands | ~rows.must_stand,
            rows.may_be_outside | ~rows.is_outsider,
            ~rows.of_municipality | lies_in_municipality(rows.place),
        )

    def alone(self, measures: Sequence[Measure], carried: Sequence[str] = ()) -> ibis.Table | None:
        """Parties that own works alone: source (the table), and a number a measure."""
        works = of_family(measures, "works")
        found = [owned_alone(marked, works) for marked in self._marked(works)]
        return self._parties_of_all(found, carried)

    def shared(self, measures: Sequence[Measure], carried: Sequence[str] = ()) -> ibis.Table | None:
        """Works of several owners, a row a party: source, item, and a boolean a measure."""
        found = [
            marked.filter(marked.is_shared) for marked in self._marked(of_family(measures, "works"))
        ]
        return self._parties_of_all(found, carried)

    def owned(self, measures: Sequence[Measure], *, is_shared: bool) -> ibis.Table | None:
        """Works of one owner, or of several, a row a party: item, and a boolean a measure.

        Two owners may be one party, spelt in two ways: where works name their owners by number,
        what both own is among the works of several, with one place.
        """
        works, owners = of_family(measures, "works"), self.tables.owners
        if owners is not None:
            there = having_several(self.tables, several=is_shared)
            found = owned_works(works, there, self.period)
            return None if found is None else found.inner_join(owners, "owner")
        rows = owned_works(works, self.tables, self.period)
        if rows is None:
            return None
        return self._parties(rows.filter(rows.is_shared == is_shared), ())

    def _marked(self, works: Sequence[Measure]) -> list[ibis.Table]:
        """Works that count in their owners' industries, and patents that count in their codes'."""
        found = (marked(works, self.tables, self.period) for marked in (marked_works, coded_works))
        return [marked for marked in found if marked is not None]

    def _parties_of_all(
        self, found: Sequence[ibis.Table], carried: Sequence[str]
    ) -> ibis.Table | None:
        rows = [self._parties(each, carried) for each in found]
        if len(rows) < 2:
            return rows[0] if rows else None
        # The sets of the parties are those of the parties' own industries.
        sets = set_columns(self.tables.industries)
        columns = [name for name in rows[0].columns if name not in sets]
        return ibis.union(*(each.select(columns) for each in rows))

    def _parties(self, said: ibis.Table, carried: Sequence[str]) -> ibis.Table:
        """What is said of parties, with their place and industries, unless it has its own."""
        parties = self.tables.parties(self.period, carried)
        if "industries" in said.columns:
            # What told the party's industries says nothing of these.
            untold = {"rules": ibis.null("string")} if "rules" in carried else {}
            its_own = ["industries", *set_columns(self.tables.industries)]
            parties = parties.drop(*its_own).mutate(**untold)
        rows = parties.inner_join(said, parties.enterprise_id == said.party)
        return rows.filter(rows.place.notnull())

    def _evidence(self) -> ibis.Table | None:
        """Enterprises that a list or a patent shows to be active; one may have several rows."""
        there = self._in_force
        return claims_of(
            None if there is None else _enterprises(there),
            listed_ids(self.tables, self.period),
            owner_ids(self.tables, self.period),
        )


def _enterprises(rows: ibis.Table) -> ibis.Table:
    """enterprise_id of the rows that have one."""
    return rows.filter(rows.enterprise_id.notnull()).select("enterprise_id")
