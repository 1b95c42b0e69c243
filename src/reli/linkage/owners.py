"""Owners of patents and software copyrights, each once. Natural persons are no owners."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir

from reli.engine import Engine, map_batches
from reli.linkage.questions import with_question_keys

__all__ = ["name_owners"]

_PERSON = "个人"


def name_owners(works: Sequence[Path], out: Path, engine: Engine, scratch: Path) -> int:
    """Who owns works, each once: what is asked of the register, whatever that says.

    Args:
        works: clean patents and software copyrights.
        out: Parquet file to write: name, address (of owners that are named first) and their keys
            (see reli.linkage.questions); in order of name.
        engine: evaluates the query.
        scratch: folder for what lies between.

    Returns:
        Number of owners.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        asked = Path(folder) / "asked.parquet"
        engine.write(_distinct_owners(works, engine), asked, order_by=["name"])
        return map_batches(asked, with_question_keys, out)


def _distinct_owners(works: Sequence[Path], engine: Engine) -> ibis.Table:
    """Each owner once, with the address of one of the works that name it first."""
    named = []
    for path in works:
        rows = engine.table(path)
        address = rows.owners_address if "owners_address" in rows.columns else ibis.null("string")
        each = rows.select(first=rows.owners.re_split("[|]")[0], said=address, name=_owners(rows))
        own = ibis.ifelse(each.name == each.first, each.said, ibis.null("string"))
        named.append(each.select("name", address=own))
    rows = ibis.union(*named) if len(named) > 1 else named[0]
    rows = rows.filter((rows.name != "") & (rows.name != _PERSON))
    return rows.group_by("name").aggregate(address=lambda t: t.address.min())


def _owners(rows: ibis.Table) -> ir.StringValue:
    return rows.owners.re_split("[|]").unnest()
