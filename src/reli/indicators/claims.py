"""Claims: what lists and works add to a party's counts, before the party's place is looked up.

A claim has the columns indicator, party (enterprise_id or outsider_id), quantity, must_stand
(whether it counts only while the enterprise is alive: a list does not remove firms that have died,
while a work outlives its owner), may_be_outside (whether it also counts for parties that are in no
register) and of_municipality (whether it counts only where a city is a province). The claims of all
indicators are joined to the enterprises in one pass.
"""

import ibis
import ibis.expr.types as ir

__all__ = ["as_claims", "claims_of"]


def as_claims(
    rows: ibis.Table,
    indicator: ir.StringValue | str,
    party: ir.StringValue,
    *,
    quantity: ir.IntegerValue | int = 1,
    must_stand: bool = True,
    may_be_outside: ir.BooleanValue | bool = False,
    of_municipality: ir.BooleanValue | bool = False,
) -> ibis.Table:
    """Rows in the form of claims."""
    return rows.select(
        indicator=_literal(indicator, "string"),
        party=party,
        quantity=_literal(quantity, "int64").cast("int64"),
        must_stand=ibis.literal(must_stand),
        may_be_outside=_literal(may_be_outside, "boolean"),
        of_municipality=_literal(of_municipality, "boolean"),
    )


def _literal(value: object, kind: str) -> ir.Value:
    return value if isinstance(value, ir.Value) else ibis.literal(value, kind)


def claims_of(*several: ibis.Table | None) -> ibis.Table | None:
    """Rows of several sources together; None where there is none."""
    found = [rows for rows in several if rows is not None]
    if not found:
        return None
    return ibis.union(*found) if len(found) > 1 else found[0]
