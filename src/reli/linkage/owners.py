"""Owners of patents and software copyrights, each once. Natural persons are no owners."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis

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
    named = [owners for path in works for owners in _named(engine.table(path))]
    rows = ibis.union(*named)
    rows = rows.filter((rows.name != "") & (rows.name != _PERSON))
    return rows.group_by("name").aggregate(address=lambda t: t.address.min())


def _named(works: ibis.Table) -> list[ibis.Table]:
    """Owners of works that have one, and of those that have several: name, address.

    A firm owns many works: cells are taken once before they are split.
    """
    said = works.owners_address if "owners_address" in works.columns else ibis.null("string")
    cells = works.group_by("owners").aggregate(said=said.min())
    is_one = ~cells.owners.contains("|")
    several = cells.filter(~is_one)
    split = several.owners.re_split("[|]")
    each = several.select(first=split[0], said="said", name=split.unnest())
    own = ibis.ifelse(each.name == each.first, each.said, ibis.null("string"))
    return [
        cells.filter(is_one).select(name="owners", address="said"),
        each.select("name", address=own),
    ]
