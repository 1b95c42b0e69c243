"""The classified register as later steps read it, together with the inferred industries.

Inferred industries are few and kept in a table of their own, so that a further list does not cause
the register to be written again.
"""

from pathlib import Path

import ibis
import polars as pl

from reli.engine import Engine
from reli.pipeline.inferring import inferred_file
from reli.pipeline.workspace import Workspace

__all__ = ["classified_files", "classified_rows", "classified_table"]

_TAKEN = ("industries", "rules", "evidence")
"""What an enterprise without industries of its own takes where some were inferred for it."""


def classified_files(workspace: Workspace) -> tuple[Path, ...]:
    """All that the classified register is read from."""
    inferred = inferred_file(workspace)
    return (workspace.stage("classified/enterprises"), *([inferred] if inferred else []))


def classified_table(engine: Engine, register: Path, inferred: Path | None) -> ibis.Table:
    """Classified enterprises, with inferred industries where they have none of their own.

    Args:
        engine: of the step.
        register: a classified table.
        inferred: what was inferred for its enterprises.
    """
    firms = engine.table(register)
    if inferred is None:
        return firms
    columns = [name for name in _TAKEN if name in firms.columns]
    rows = engine.table(inferred)
    named = {f"inferred_{name}": rows[name] for name in columns}
    found = rows.select(inferred_for=rows.enterprise_id, **named)
    joined = firms.left_join(found, firms.enterprise_id == found.inferred_for)
    has_none = joined.industries.length().fill_null(0) == 0
    takes = has_none & joined.inferred_for.notnull()
    taken = {n: ibis.ifelse(takes, joined[f"inferred_{n}"], joined[n]) for n in columns}
    return joined.mutate(**taken).select(firms.columns)


def classified_rows(workspace: Workspace) -> pl.LazyFrame:
    """The same of the whole register, to be looked through, in its order."""
    firms = pl.scan_parquet(workspace.stage("classified/enterprises"))
    inferred = inferred_file(workspace)
    if inferred is None:
        return firms
    joined = firms.join(
        pl.scan_parquet(inferred).select("enterprise_id", pl.col(_TAKEN).name.prefix("inferred_")),
        on="enterprise_id",
        how="left",
        maintain_order="left",
    )
    has_none = pl.col("industries").list.len().fill_null(0) == 0
    takes = has_none & pl.col("inferred_rules").is_not_null()
    taken = [pl.when(takes).then(f"inferred_{name}").otherwise(name).alias(name) for name in _TAKEN]
    return joined.with_columns(taken).drop(f"inferred_{name}" for name in _TAKEN)
